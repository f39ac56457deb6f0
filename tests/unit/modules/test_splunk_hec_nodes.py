# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several nodes get HEC, the index and one token with one value, and a failure says which node has what."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

NODES = "edgeops.logpush.splunk_hec_nodes"
OWN, OTHER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TOKEN = {
    "name": "cloudflare",
    "index": "cloudflare",
    "indexes": ["cloudflare"],
    "sourcetype": "cloudflare:json",
    "description": "Cloudflare Logpush",
}


@pytest.fixture
def topology() -> str:
    """Return three instances of Splunk behind a load balancer."""
    return "nodes"


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """Return the nodes after the installation of Splunk: HEC is disabled, and there is no token."""
    empty = {"hec_tokens": [], "hec_settings": {"disabled": True}}
    simulator.reset(nodes=[empty, empty, empty])
    return simulator


@pytest.fixture
def nodes(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options that reach the three nodes."""
    return {
        "nodes": [{"url": node["management_url"]} for node in simulator.nodes],
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
        "retries": 0,
    }


def values(simulator: Simulator, name: str = "cloudflare") -> list[str | None]:
    """Return the value of a token on each node, None where it does not exist."""
    return [
        next((token["token"] for token in node["hec_tokens"] if token["name"] == name), None)
        for node in simulator.state()["nodes"]
    ]


def has_index(simulator: Simulator) -> list[bool]:
    """Return whether each node has the index."""
    return ["cloudflare" in {index["name"] for index in node["indexes"]} for node in simulator.state()["nodes"]]


def names(simulator: Simulator) -> list[str]:
    """Return the names of the nodes in messages."""
    return [node["management_url"].rpartition("//")[2] for node in simulator.nodes]


def with_token(value: str, **more: t.Any) -> dict[str, t.Any]:
    """Return the state of a node that has the token."""
    return {"hec_tokens": [{"name": "cloudflare", "token": value, "index": "main", **more}]}


def test_all_nodes_get_one_value_which_the_first_one_chooses(modules, simulator, nodes):
    run = modules.tasks(
        task(NODES, "check", check=True, **TOKEN, **nodes),
        task(NODES, "first", **TOKEN, **nodes),
        task(NODES, "again", **TOKEN, **nodes),
    )
    first, second, third = values(simulator)
    assert first and first == second == third == run["first"]["hec_token"] == run["again"]["hec_token"]
    assert has_index(simulator) == [True, True, True]
    assert [node["hec_settings"]["disabled"] for node in simulator.state()["nodes"]] == [False, False, False]
    assert run["check"].result.get("hec_token") is None and run["check"]["diff"] == run["first"]["diff"]
    assert run["check"]["action"] == run["first"]["action"] == "created" and run["again"]["action"] == "unchanged"
    assert not run["again"]["changed"] and run["again"]["diff"] == []
    rows = [(row["settings"], row["index"], row["token"], row["changed"]) for row in run["first"]["nodes"]]
    assert rows == [("enabled", "created", "created", True)] * 3
    heads = [difference["after_header"] for difference in run["first"]["diff"]]
    of_node = ("HEC settings", "index cloudflare", "HEC token cloudflare")
    assert heads == [f"{name}: {part}" for name in names(simulator) for part in of_node]
    # The first node chooses the value. The others are told.
    created = [entry for entry in simulator.requests(side="splunk") if entry["path"].endswith("data/inputs/http")]
    told = {entry["node"]: "token" in entry["form"] for entry in created if entry["method"] == "POST"}
    assert told == {"indexer1": False, "indexer2": True, "indexer3": True}
    assert [form for form in spellings(first) if form in json.dumps({**run["first"].result, "hec_token": ""})] == []


def test_a_node_that_is_added_gets_the_value_of_the_others(modules, simulator, nodes):
    simulator.change_node(1, **with_token(OWN))
    simulator.change_node(2, **with_token(OWN))
    run = modules.tasks(task(NODES, "add", **TOKEN, **nodes))
    assert values(simulator) == [OWN, OWN, OWN] and run["add"]["hec_token"] == OWN
    assert [row["token"] for row in run["add"]["nodes"]] == ["updated", "updated", "created"]


def test_the_given_value(modules, simulator, nodes):
    named = {"token_env": "SPLUNK_HEC_TOKEN"}
    run = modules.tasks(
        task(NODES, "given", token=f"Splunk {OWN}", **TOKEN, **nodes),
        task(NODES, "wrong", fails=True, token=OTHER, **TOKEN, **nodes),
        task(NODES, "replaced", token=OTHER, recreate=True, **TOKEN, **nodes),
        task(NODES, "from the environment", **named, **TOKEN, **nodes),
        environment={"SPLUNK_HEC_TOKEN": OTHER},
    )
    assert values(simulator) == [OTHER, OTHER, OTHER]
    assert "has another value" in run["wrong"].msg and "recreate: true" in run["wrong"].msg
    assert run["replaced"]["action"] == "replaced" and run["from the environment"]["action"] == "unchanged"
    assert [form for form in spellings(OWN) | spellings(OTHER) if form in run["wrong"].msg] == []


def test_a_value_from_the_environment_that_belongs_to_another_token(modules, simulator, nodes):
    simulator.change_node(2, hec_tokens=[{"name": "of-others", "token": OWN, "index": "main"}])
    run = modules.tasks(
        task(NODES, "create", token_env="SPLUNK_HEC_TOKEN", **TOKEN, **nodes), environment={"SPLUNK_HEC_TOKEN": OWN}
    )
    first, second, third = values(simulator)
    assert first == second == third != OWN
    [warning] = run["create"]["warnings"]
    assert warning.startswith(f"{names(simulator)[1]}: SPLUNK_HEC_TOKEN is the value of HEC token of-others")


def test_a_node_with_another_value_is_named_and_replaced_only_with_consent(modules, simulator, nodes):
    simulator.change_node(1, **with_token(OWN))
    simulator.change_node(3, **with_token(OTHER))
    run = modules.tasks(
        task(NODES, "refused", fails=True, **TOKEN, **nodes),
        task(NODES, "replaced", recreate=True, **TOKEN, **nodes),
    )
    first, dummy, third = names(simulator)
    said = run["refused"].msg
    assert said.startswith(f"1 of 3 nodes failed. {third}: HEC token cloudflare has another value than on {first}")
    assert "Set recreate: true" in said
    have = "HEC settings, index cloudflare, token cloudflare with"
    assert (
        f"What each node has now: {first}, {dummy}: {have} the value of all nodes; {third}: {have} another value."
        in said
    )
    assert [row["token"] for row in run["refused"]["nodes"]] == ["updated", "created", "skipped"]
    assert "hec_token" not in run["refused"].result
    assert values(simulator) == [OWN, OWN, OWN] and run["replaced"]["nodes"][2]["token"] == "replaced"


def test_the_node_that_is_listed_first_has_the_value_of_all(modules, simulator, nodes):
    simulator.change_node(1, **with_token(OWN))
    simulator.change_node(2, **with_token(OTHER))
    simulator.change_node(3, **with_token(OTHER))
    last_first = {**nodes, "nodes": nodes["nodes"][::-1]}
    run = modules.tasks(
        task(NODES, "wrong_first", fails=True, **TOKEN, **nodes),
        task(NODES, "right_first", fails=True, **TOKEN, **last_first),
        task(NODES, "replaced", recreate=True, **TOKEN, **last_first),
    )
    first, second, third = names(simulator)
    assert run["wrong_first"].msg.startswith(
        f"2 of 3 nodes failed. {second}; {third}: HEC token cloudflare has another"
    )
    assert "to keep another value, list its node first, or set token to it." in run["wrong_first"].msg
    assert run["right_first"].msg.startswith(f"1 of 3 nodes failed. {first}: HEC token cloudflare has another value")
    assert values(simulator) == [OTHER] * 3 and run["replaced"]["changed"]


def test_nothing_is_replaced_while_a_node_cannot_be_read(modules, simulator, nodes):
    simulator.change_node(2, **with_token(OWN))
    simulator.change_node(3, **with_token(OTHER))
    simulator.stop_node(1)
    run = modules.tasks(task(NODES, "refused", fails=True, recreate=True, **TOKEN, **nodes))
    assert values(simulator)[1:] == [OWN, OTHER]
    assert "was not replaced, because other nodes could not be read" in run["refused"].msg
    simulator.change_node(2, **with_token(OTHER))
    given = modules.tasks(task(NODES, "given", fails=True, recreate=True, token=OWN, **TOKEN, **nodes))
    assert values(simulator)[1:] == [OTHER, OTHER]
    assert "was not replaced, because other nodes could not be read" in given["given"].msg


def test_a_token_that_a_node_has_in_two_apps_is_refused_before_anything(modules, simulator, nodes):
    twice = [
        {"name": "cloudflare", "token": value, "app": app} for value, app in ((OWN, "search"), (OTHER, "launcher"))
    ]
    simulator.change_node(2, hec_tokens=twice)
    run = modules.tasks(task(NODES, "refused", fails=True, **TOKEN, **nodes))
    assert run["refused"].msg.startswith(f"{names(simulator)[1]}: name: the HEC token cloudflare exists in 2 apps: ")
    assert "nothing was changed" in run["refused"].msg and has_index(simulator) == [False, False, False]
    assert [entry for entry in run["refused"].requests if entry["method"] != "GET"] == []


def test_a_first_node_that_is_down_gives_no_second_value(modules, simulator, nodes):
    simulator.change_node(3, **with_token(OWN))
    simulator.stop_node(1)
    run = modules.tasks(task(NODES, "two", fails=True, **TOKEN, **nodes))
    first, second, third = names(simulator)
    assert values(simulator)[1:] == [OWN, OWN]
    assert run["two"].msg.startswith(f"1 of 3 nodes failed. {first}: Nothing listens on port")
    assert f"{first}: not known; {second}, {third}: HEC settings, index cloudflare, token cloudflare" in run["two"].msg
    assert "Check nodes[0].url, the server and the network." in run["two"].msg
    simulator.start_node(1)
    again = modules.tasks(task(NODES, "three", **TOKEN, **nodes))
    assert values(simulator) == [OWN, OWN, OWN] and again["three"]["hec_token"] == OWN


def test_no_value_is_chosen_while_a_node_could_have_the_token(modules, simulator, nodes):
    simulator.stop_node(2)
    run = modules.tasks(task(NODES, "none", fails=True, **TOKEN, **nodes))
    second = names(simulator)[1]
    assert values(simulator) == [None, None, None]
    assert has_index(simulator) == [True, False, True]
    assert f"it is not known whether {second} has the token already" in run["none"].msg
    given = modules.tasks(task(NODES, "given", fails=True, token=OWN, **TOKEN, **nodes))
    assert values(simulator) == [OWN, None, OWN] and "1 of 3 nodes failed" in given["given"].msg


@pytest.mark.parametrize(
    ("path", "has", "first_value"),
    [("data/indexes$", "HEC settings", True), ("inputs/http$", "HEC settings, index cloudflare", True)],
)
@pytest.mark.parametrize("number", [1, 2])
def test_a_node_that_refuses_a_part_does_not_stop_the_others(modules, simulator, nodes, path, has, first_value, number):
    refused = {"side": "splunk", "kind": "status", "status": 403, "method": "POST", "path": path, "node": number}
    run = modules.tasks(
        task(NODES, "refused", before=[faults({**refused, "times": None})], fails=True, **TOKEN, **nodes),
        task(NODES, "the second run", before=[faults()], **TOKEN, **nodes),
    )
    failed = names(simulator)[number - 1]
    assert f"{failed}: {has};" in run["refused"].msg or f"{failed}: {has}. Fix" in run["refused"].msg
    done = [row["host"] for row in run["refused"]["nodes"] if row["token"] == "created"]
    assert done == [name for name in names(simulator) if name != failed]
    found = values(simulator)
    assert found[0] and found == [found[0]] * 3 and run["the second run"]["hec_token"] == found[0]


def test_a_lost_answer_to_the_creation_gives_no_second_value(modules, simulator, nodes):
    lost = {"side": "splunk", "kind": "reset", "moment": "after", "method": "POST", "path": "inputs/http$", "node": 1}
    run = modules.tasks(task(NODES, "lost", before=[faults({**lost, "times": None})], fails=True, **TOKEN, **nodes))
    first, second, third = values(simulator)
    assert first and first == second == third
    assert "token cloudflare with the value of all nodes" in run["lost"].msg


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"nodes": []}, "nodes is required. Set it to"),
        ({"nodes": [{"endpoint": "a:8088"}]}, "nodes[0]: needs a url"),
        ({"nodes": [{"url": "https://a:8089"}, {"url": "https://A:8089/"}]}, "nodes: has the url"),
        ({"nodes": "idx1, idx2"}, "nodes[0]: must be a mapping, with any of url, endpoint"),
        ({"concurrency": 0}, "concurrency: must be from 1 to 100"),
        ({"port": 0}, "port: must be from 1 to 65535"),
        ({"index": "Cloudflare Logs", "indexes": None}, "index: must have up to 80"),
        ({"username": "", "password": ""}, "username, password, auth_token: are not set"),
        ({"indexes": ["other"]}, "index: cloudflare must be among indexes"),
    ],
)
def test_wrong_options_are_refused_before_the_first_request(modules, simulator, nodes, options, problem):
    run = modules.tasks(task(NODES, "wrong", fails=True, **{**TOKEN, **nodes, **options}))
    assert run["wrong"].msg.startswith(problem), run["wrong"].msg
    assert simulator.requests(side="splunk") == []


def test_each_node_gets_the_source_types(modules, simulator, nodes):
    types = [
        {"name": "cloudflare:json", "datasets": ["http_requests"]},
        {"name": "cloudflare:dns", "dataset": "dns_logs"},
    ]
    run = modules.tasks(
        task(NODES, "create", **TOKEN, **nodes, sourcetypes=types),
        task(NODES, "again", **TOKEN, **nodes, sourcetypes=types),
        task(NODES, "wrong", fails=True, **TOKEN, **nodes, sourcetypes=[{"name": "x", "dataset": "none"}]),
    )
    assert [row["sourcetypes"] for row in run["create"]["nodes"]] == ["created"] * 3
    assert not run["again"]["changed"] and run["wrong"].msg.startswith("sourcetypes[0].datasets: ")
    for node in simulator.state()["nodes"]:
        assert {"cloudflare:json", "cloudflare:dns"} <= set(node["props"])


def test_a_copy_on_all_nodes_has_one_value(modules, simulator, nodes):
    for number in (1, 2, 3):
        simulator.change_node(number, **with_token(OWN, sourcetype=f"of:node{number}"))
    run = modules.tasks(task(NODES, "copy", name="new", like="cloudflare", manage_settings=False, **nodes))
    first, second, third = values(simulator, "new")
    assert first == second == third == run["copy"]["hec_token"] != OWN
    copies = [node["hec_tokens"][1] for node in simulator.state()["nodes"]]
    assert [copy["sourcetype"] for copy in copies] == ["of:node1", "of:node2", "of:node3"]
    assert [row["settings"] for row in run["copy"]["nodes"]] == ["unmanaged"] * 3
