# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks with several nodes, an indexer cluster, and the clients of a deployment server: from nothing to delivered logs."""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import sourcetype_settings
from simulator.process import Simulator

from .ansible import Ansible
from .test_secrets import spellings, strings

SITE, PROVISION, ROTATE = (f"edgeops.logpush.{name}" for name in ("site", "provision_hec", "rotate_hec_token"))
ZONES = ("shop.example.com", "api.example.com")
OWN, OTHER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
EMPTY = {"hec_tokens": [], "hec_settings": {"disabled": True}}
FIND = "edgeops.logpush.splunk_hec : Find events of the zone in Splunk"
PROBE = "edgeops.logpush.splunk_hec : Probe HEC"


def started(topology: str) -> Simulator:
    """Return a simulator with a topology."""
    return Simulator(push_interval=0, empty_splunk=True, options=["--topology", topology])


@pytest.fixture(scope="module")
def of_nodes() -> t.Iterator[Simulator]:
    """Return a simulator with three nodes."""
    with started("nodes") as simulator:
        yield simulator


def ready(simulator: Simulator, **more: t.Any) -> Simulator:
    """Reset a simulator: nothing is set up at Splunk, and Cloudflare pushes by itself."""
    simulator.reset(settings={"push_interval": 0.3, **more.pop("settings", {})}, **more)
    return simulator


def variables(simulator: Simulator, topology: str, **more: t.Any) -> dict[str, t.Any]:
    """Return the variables of a topology, with long timeouts and short intervals."""
    nodes = [{"url": node["management_url"], "endpoint": node["hec_endpoint"]} for node in simulator.nodes]
    return {
        "splunk_hec_topology": topology,
        "splunk_hec_nodes": nodes,
        "splunk_hec_endpoint": simulator.hec_endpoint,
        "splunk_hec_username": simulator.splunk_username,
        "splunk_hec_password": simulator.splunk_password,
        "splunk_hec_ca_path": simulator.ca_file,
        "splunk_hec_probe_ca_path": simulator.ca_file,
        "splunk_hec_probe_delay": 1,
        "splunk_hec_search_url": simulator.management_url,
        "splunk_hec_search_timeout": 30,
        "splunk_hec_search_interval": 1,
        "splunk_logpush_verify_timeout": 30,
        "splunk_logpush_verify_interval": 1,
        **more,
    }


def given(*arguments: t.Any, **more: t.Any) -> tuple[str, str]:
    """Return variables as an argument of ansible-playbook."""
    return "-e", json.dumps(variables(*arguments, **more))


def zones(simulator: Simulator) -> dict[str, dict[str, str]]:
    """Return an inventory of zones."""
    return {name: {"zone_id": simulator.zone_ids[name], "zone_name": name} for name in ZONES}


def values(simulator: Simulator, name: str = "cloudflare") -> list[str | None]:
    """Return the value of a token on each node, None where it does not exist."""
    return [
        next((token["token"] for token in node["hec_tokens"] if token["name"] == name), None)
        for node in simulator.state()["nodes"]
    ]


def changed(run):
    """Return the tasks that changed something, except those that only record something."""
    return {outcome.task for outcome in run.outcomes if outcome.result.get("changed")}


def shown_secrets(run, *secrets):
    """Return the secrets in the output of a run, in its results, and in what callbacks receive."""
    seen = "\n".join([run.output, *strings([outcome.result for outcome in run.outcomes])])
    return [form for secret in secrets for form in spellings(secret) if form in seen] + run.leaks(*secrets)


def read_times(simulator: Simulator) -> list[bool]:
    """Return for each node whether it reads the own times of HTTP requests."""
    wanted = sourcetype_settings(["http_requests"]).items()
    return [wanted <= node["props"].get("cloudflare:json", {}).items() for node in simulator.state()["nodes"]]


def test_nodes_from_nothing_to_delivered_logs(of_nodes, tmp_path):
    simulator = ready(of_nodes, nodes=[EMPTY] * 3)
    ansible, variables_ = Ansible(simulator, tmp_path), given(simulator, "nodes")
    checked = ansible.playbook(SITE, "--check", "--diff", *variables_, inventory=zones(simulator))
    assert checked.returncode == 0, checked.output
    assert values(simulator) == [None, None, None]
    for node in simulator.nodes:
        assert f"+++ after: {node['management_url'][8:]}: HEC token cloudflare\n" in checked.output

    first = ansible.playbook(SITE, "-vvv", "--diff", *variables_, inventory=zones(simulator))
    assert first.returncode == 0, first.output
    [value] = set(values(simulator))
    assert shown_secrets(first, value, simulator.splunk_password, simulator.api_token) == []
    assert first[PROBE]["ready"] is True
    assert {event["splunk_server"] for event in simulator.events()} == {"indexer1", "indexer2", "indexer3"}
    assert all(int(first.on(zone, FIND)["rows"][0]["count"]) > 0 for zone in ZONES)
    assert all(node["events"] > 0 for node in simulator.state()["nodes"])
    assert read_times(simulator) == [True, True, True]

    again = ansible.playbook(SITE, *variables_, inventory=zones(simulator))
    assert again.returncode == 0 and changed(again) == set(), again.output
    assert values(simulator) == [value] * 3


def test_nothing_is_rolled_out_until_all_nodes_are_ready(of_nodes, tmp_path):
    simulator = ready(of_nodes, nodes=[EMPTY, {**EMPTY, "hec_tokens": [{"name": "cloudflare", "token": OTHER}]}, EMPTY])
    ansible = Ansible(simulator, tmp_path)
    simulator.stop_node(3)
    names = [node["management_url"][8:] for node in simulator.nodes]
    run = ansible.playbook(SITE, "-vvv", *given(simulator, "nodes"), inventory=zones(simulator))
    assert run.returncode == 2 and simulator.state()["jobs"] == []
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    for text in (
        f"1 of 3 nodes failed. {names[2]}: Nothing listens on port",
        "What each node has now: " + ", ".join(names[:2]),
        f"{names[2]}: not known",
    ):
        assert text in failed.msg and text in run.output
    assert values(simulator)[:2] == [OTHER, OTHER]

    # The node comes back with a token of its own.
    simulator.start_node(3)
    simulator.change_node(3, hec_tokens=[{"name": "cloudflare", "token": OWN, "index": "main"}])
    run = ansible.playbook(SITE, "-vvv", *given(simulator, "nodes"), inventory=zones(simulator))
    assert run.returncode == 2 and simulator.state()["jobs"] == []
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    assert f"{names[2]}: HEC token cloudflare has another value than on {names[0]}" in failed.msg
    assert "Set splunk_hec_recreate: true" in failed.msg
    consent = given(simulator, "nodes", splunk_hec_recreate=True)
    replaced = ansible.playbook(PROVISION, "-vvv", "--diff", *consent)
    assert replaced.returncode == 0 and values(simulator) == [OTHER] * 3, replaced.output
    assert [shown_secrets(each, OWN, OTHER) for each in (run, replaced)] == [[], []]


ROTATION = {
    "splunk_hec_new_token_name": "cloudflare-2027",
    "splunk_hec_rotation_settle": 0,
    "splunk_hec_rotation_grace": 0,
}


def test_a_rotation_on_nodes(of_nodes, tmp_path):
    token = {"name": "cloudflare", "token": OWN, "index": "main", "sourcetype": "cloudflare:json"}
    simulator = ready(of_nodes, nodes=[{"hec_tokens": [token], "hec_settings": {"disabled": False}}] * 3)
    conf = simulator.destination_conf(OWN)
    for zone in ZONES:
        simulator.add_job(zone_id=simulator.zone_ids[zone], name=zone, enabled=True, destination_conf=conf)
    run = Ansible(simulator, tmp_path).playbook(
        ROTATE,
        "-vvv",
        "--diff",
        "--tags",
        "logpush",
        *given(simulator, "nodes", **ROTATION),
        inventory=zones(simulator),
    )
    assert run.returncode == 0, run.output
    [new] = set(values(simulator, "cloudflare-2027"))
    assert new and values(simulator) == [None] * 3 and "HEC token cloudflare: deleted. 2 of 2 jobs moved" in run.output
    for job in simulator.state()["jobs"]:
        assert job["stored"]["destination_conf"].endswith(new)
    for node in simulator.nodes:
        assert f"+++ after: {node['management_url'][8:]}: HEC token cloudflare-2027\n" in run.output
    assert shown_secrets(run, OWN, new, simulator.splunk_password) == []


# The variables of a host, and what the check of the role says about them.
DO_NOT_FIT = {
    "cloud": ({"splunk_hec_platform": "cloud"}, "splunk_hec_topology: is nodes, and splunk_hec_platform is cloud"),
    "text": ({"splunk_hec_nodes": "idx1"}, "splunk_hec_nodes[0]: must be a mapping with url and endpoint"),
    "no endpoint": ({"splunk_hec_endpoint": ""}, "splunk_hec_endpoint is required"),
    "no https": ({"splunk_hec_endpoint": "http://hec"}, "splunk_hec_endpoint: the scheme must be https"),
    "half": ({"splunk_hec_sourcetypes": "[{name: "}, "splunk_hec_sourcetypes[0]: must be a mapping"),
    "removed": (
        {"splunk_hec_removed_tokens": "old"},
        "splunk_hec_removed_tokens: has no effect with splunk_hec_topology: nodes",
    ),
    "blank": ({"splunk_hec_topology": ""}, "splunk_hec_nodes: has no effect with splunk_hec_topology: single"),
    "unknown": (
        {"splunk_hec_topology": "nods"},
        "value of splunk_hec_topology must be one of: single, nodes, cluster",
    ),
}


def test_variables_that_do_not_fit_are_refused_before_the_first_request(of_nodes, tmp_path):
    simulator = ready(of_nodes, settings={"push_interval": 0})
    own = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {host: {**own, **variables(simulator, "nodes", **wrong)} for host, (wrong, _said) in DO_NOT_FIT.items()}
    play = {"hosts": "all", "gather_facts": False, "roles": ["edgeops.logpush.splunk_hec"]}
    run = Ansible(simulator, tmp_path).playbook([play], inventory=hosts)
    said = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert {host for host, (_wrong, message) in DO_NOT_FIT.items() if message in said.get(host, "")} == set(hosts), said
    assert run.returncode == 2 and simulator.requests(side="splunk") == []


def test_the_app_is_written_on_the_manager_and_not_here(of_nodes, tmp_path):
    simulator = ready(of_nodes, settings={"push_interval": 0})
    manager = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    more = {"splunk_hec_apps_path": str(tmp_path), "splunk_hec_manager_host": "manager", "splunk_hec_url": "https://a"}
    run = Ansible(simulator, tmp_path).playbook(
        SITE, "--tags", "hec", *given(simulator, "cluster", **more), inventory={"manager": manager}
    )
    assert run.returncode == 2 and "Failed to connect to the host via ssh" in run.output, run.output
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    assert "splunk_hec_manager_host: Ansible cannot use the host manager" in failed.msg
    assert "port 1: Connection refused. Nothing was written." in failed.msg
    assert not (tmp_path / "edgeops_logpush_hec").exists()


@pytest.mark.parametrize(
    ("topology", "folder"), [("cluster", "manager-apps"), ("deployment_server", "deployment-apps")]
)
def test_an_app_from_nothing_to_delivered_logs(tmp_path, topology, folder):
    with started(topology) as simulator:
        ready(simulator, settings={"hec_metrics_seconds": 1})
        ansible = Ansible(simulator, tmp_path)
        ansible.shorten_waits()
        apps = pathlib.Path(simulator.splunk_home) / "etc" / folder
        more = {
            "splunk_hec_url": simulator.management_url,
            "splunk_hec_apps_path": str(apps),
            "splunk_hec_wait_timeout": 60,
        }
        variables_ = given(simulator, topology, **more)
        checked = ansible.playbook(SITE, "--check", "--diff", *variables_, inventory=zones(simulator))
        assert checked.returncode == 0, checked.output
        assert not (apps / "edgeops_logpush_hec").exists() and "+++ after: app" in checked.output, checked.output
        cannot_tell = "can neither validate the bundle nor say whether the peers must restart"
        assert (cannot_tell in " ".join(checked.output.split())) == (topology == "cluster")

        first = ansible.playbook(SITE, "-vvv", "--diff", *variables_, inventory=zones(simulator))
        assert first.returncode == 0, first.output
        [value] = set(values(simulator))
        assert value and value in (apps / "edgeops_logpush_hec/default/inputs.conf").read_text(encoding="utf-8")
        assert shown_secrets(first, value, simulator.splunk_password, simulator.api_token) == []
        assert first[PROBE]["ready"] is True
        assert read_times(simulator) == [True, True, True]
        assert all(int(first.on(zone, FIND)["rows"][0]["count"]) > 0 for zone in ZONES)

        # Splunk reports requests with the token of the jobs, and none with the one to remove.
        older = ("-e", json.dumps({"splunk_hec_removed_tokens": '["older"]'}))
        again = ansible.playbook(SITE, *variables_, *older, inventory=zones(simulator))
        assert again.returncode == 0 and changed(again) == set(), again.output
        assert set(values(simulator)) == {value}

        # A rotation shows its steps, which these runs follow.
        simulator.wipe_requests()
        steps = ansible.playbook(ROTATE, *given(simulator, topology, **more, **ROTATION), inventory=zones(simulator))
        assert steps.returncode == 2 and "Nothing was changed." in steps.output
        assert simulator.requests(side="splunk") == [] and all(
            entry["method"] == "GET" for entry in simulator.requests(side="api")
        )
        for text in ("1. Set splunk_hec_token_name: cloudflare-2027", "4. Run the provision_hec playbook"):
            assert text in steps.output
        new = {"splunk_hec_token_name": "cloudflare-2027", "splunk_hec_token_value": OWN}
        both = given(simulator, topology, **more, **new)
        moved = ansible.playbook(SITE, "-vvv", *both, inventory=zones(simulator))
        assert moved.returncode == 0, moved.output
        assert set(values(simulator, "cloudflare-2027")) == {OWN} and set(values(simulator)) == {value}
        assert {job["stored"]["destination_conf"].rpartition("%20")[2] for job in simulator.state()["jobs"]} == {OWN}
        remove = (PROVISION, "-vvv", "--diff", *both, "-e", "splunk_hec_removed_tokens=cloudflare")
        if topology == "cluster":
            used = ansible.playbook(*remove)
            [failed] = [outcome for outcome in used.outcomes if outcome.failed]
            assert "Splunk reports requests with cloudflare in the last 5 minutes" in failed.msg
            assert set(values(simulator)) == {value} and shown_secrets(used, value, OWN) == []
        last = ansible.playbook(*remove, "-e", "splunk_hec_removed_tokens_unused=true")
        assert last.returncode == 0, last.output
        assert set(values(simulator)) == {None} and set(values(simulator, "cloudflare-2027")) == {OWN}
        assert [shown_secrets(run, value, OWN) for run in (steps, moved, last)] == [[], [], []]
