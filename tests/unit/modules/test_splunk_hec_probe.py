# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe as a playbook sees it: ready or not, in check mode, through the environment, and never with the token."""

from __future__ import annotations

import base64
import typing as t
from urllib.parse import quote

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import Task

MODULE = "edgeops.logpush.splunk_hec_probe"


def probe(title: str, *, check: bool = False, environment: t.Mapping[str, str] | None = None, **options: t.Any) -> Task:
    """Return a task of the module with these options, which may fail."""
    task: Task = {"name": title, MODULE: options, "ignore_errors": True, "check_mode": check}
    if environment:
        task["environment"] = dict(environment)
    return task


@pytest.fixture
def ready(simulator, splunk) -> dict[str, t.Any]:
    """Return the options with which the simulator is ready."""
    return {**splunk, "ca_path": simulator.ca_file}


def ok(outcome) -> dict[str, bool | None]:
    """Return the checks of an outcome by their names."""
    return {check["name"]: check["ok"] for check in outcome["checks"]}


def test_a_ready_collector(modules, simulator, ready):
    run = modules.tasks(
        probe("check mode", check=True, **ready),
        probe("with event", event={"hello": "there"}, **ready),
    )
    for outcome in run.outcomes:
        assert (outcome.status, outcome["changed"], outcome["ready"]) == ("ok", False, True)
        assert outcome["certificate"]["matches"]
    assert [ok(outcome)["event"] for outcome in run.outcomes] == [None, True]
    assert [event["event"] for event in simulator.events()] == [{"hello": "there"}]


def test_nodes_behind_a_load_balancer(modules, simulator, ready):
    nodes = {"endpoints": [simulator.hec_endpoint, f"{simulator.hec_endpoint}/"], "deliveries": 4, "event": "hello"}
    run = modules.tasks(
        probe("check mode", check=True, **ready, **nodes),
        probe("without an event", send_event=False, **ready, **nodes),
        probe("with events", **ready, **nodes),
        probe("wrong", **{**ready, **nodes, "endpoints": "not an endpoint"}),
    )
    for outcome in run.outcomes[:3]:
        assert (outcome.status, outcome["ready"], ok(outcome)["deliveries"]) == ("ok", True, True)
        # The same node in another spelling is one node.
        assert [node["endpoint"] for node in outcome["nodes"]] == [simulator.hec_endpoint]
    assert [event["event"] for event in simulator.events()] == ["hello"] * 5
    assert run["wrong"].msg.startswith("endpoints[0]: contains a space")
    assert ready["hec_token"] not in run.report


@pytest.mark.parametrize("topology", ["nodes"])
def test_three_nodes_of_which_one_is_wrong(modules, simulator):
    names = [node["hec_endpoint"] for node in simulator.nodes]
    options = {
        "endpoint": simulator.hec_endpoint,
        "endpoints": names,
        "deliveries": 6,
        "ca_path": simulator.ca_file,
    }
    splunk = {"hec_token": simulator.hec_token, "fail_when_not_ready": False, **options}
    sound = modules.tasks(probe("sound", **splunk))["sound"]
    assert sound["ready"] and ok(sound)["deliveries"] and len(sound["nodes"]) == 3
    # One event to each node, and six through the load balancer, which gives each request to the next node.
    received = [node["events"] for node in simulator.state()["nodes"]]
    assert sum(received) == 3 + 6 and min(received) >= 2

    simulator.change_node(2, hec_tokens=[])
    unknown = modules.tasks(probe("unknown", **splunk))["unknown"]
    assert unknown.msg.startswith(
        f"Only some nodes accept the token: {names[0]}, {names[2]}. Refused by {names[1]} (The collector answers "
        "HTTP 403, code 4: Invalid token)"
    )
    assert [node["ready"] for node in unknown["nodes"]] == [True, False, True]
    assert simulator.hec_token not in str(unknown.result)

    simulator.stop_node(2)
    down = modules.tasks(probe("down", **splunk))["down"]
    # The load balancer leaves the node out.
    assert {name for name, passed in ok(down).items() if passed is False} == {"nodes"}
    assert f"{names[1]} (Nothing listens on port" in down.msg


def test_what_is_not_ready_fails_and_says_why(modules, simulator, ready):
    simulator.change_settings(certificate="wrong_host", hec_health_code=18)
    run = modules.tasks(
        probe("fails", **ready),
        probe("reports", fail_when_not_ready=False, **ready),
        probe("careless", fail_when_not_ready=False, insecure_skip_verify=True, **ready),
    )
    assert [outcome.status for outcome in run.outcomes] == ["failed", "ok", "ok"]
    assert "is not ready for Logpush" in run["fails"].msg
    assert "SplunkServerDefaultCert" in run["fails"].msg and "queues are full" in run["fails"].msg
    for title in ("fails", "reports"):
        assert run[title]["ready"] is False
        assert run[title]["certificate"]["matches"] is False
        found = ok(run[title])
        assert (found["certificate"], found["health"], found["path"], found["token"]) == (False, False, True, None)
    assert ok(run["careless"])["certificate"] is True
    assert ok(run["careless"])["token"] is True


def test_endpoint_and_token_from_the_environment(modules, ready):
    names = {"SPLUNK_HEC_ENDPOINT": ready["endpoint"], "SPLUNK_HEC_TOKEN": ready["hec_token"]}
    run = modules.tasks(
        probe("environment", environment=names, ca_path=ready["ca_path"]),
        probe("option wins", environment={**names, "SPLUNK_HEC_TOKEN": "wrong"}, **ready),
        probe("nothing", ca_path=ready["ca_path"]),
    )
    assert [outcome.status for outcome in run.outcomes] == ["ok", "ok", "failed"]
    assert "SPLUNK_HEC_ENDPOINT" in run["nothing"].msg
    assert ready["hec_token"] not in run.report


def test_nothing_but_words_of_what_goes_wrong(modules, simulator, ready):
    plain = simulator.api_url.split("/")[2]
    run = modules.tasks(
        probe("unknown host", **{**ready, "endpoint": "http-inputs-acme.invalid"}),
        probe("refused", **{**ready, "endpoint": "127.0.0.1:1"}),
        probe("plain", **{**ready, "endpoint": plain}),
        probe("other path", **{**ready, "endpoint": f"{ready['endpoint']}/services/collector"}),
    )
    assert [outcome.status for outcome in run.outcomes] == ["failed"] * 4
    words = ["does not resolve", "Nothing listens on port 1 of", "plain HTTP", "Leave the path out"]
    for outcome, word in zip(run.outcomes, words):
        assert word in outcome.msg
    assert ok(run["other path"])["event"] is True


def test_the_token_is_nowhere_to_be_seen(modules, simulator, ready):
    token = "a+b/c=&d?e#f%20gh"
    simulator.set_faults(
        {
            "kind": "status",
            "side": "hec",
            "path": "raw$",
            "times": None,
            "status": 403,
            "body": {"text": f"Invalid token {token} {quote(token, safe='')} Splunk%20{token}", "code": 4},
        }
    )
    run = modules.tasks(
        *(
            probe(form, **{**ready, "hec_token": form}, fail_when_not_ready=False)
            for form in (token, f"Splunk%20{quote(token, safe='')}")
        ),
        probe(
            "in the endpoint",
            endpoint=f"splunk://h:8088/x?header_Authorization=Splunk%20{quote(token, safe='')}",
            hec_token=token,
        ),
    )
    seen = run.report
    # The names of the tasks are of the test's own making.
    for outcome in run.outcomes:
        seen = seen.replace(outcome.task, "")
    for spelling in (token, quote(token, safe=""), base64.b64encode(token.encode()).decode().rstrip("=")):
        assert spelling not in seen
    assert ok(run.outcomes[0])["token"] is False


def test_the_index_of_the_jobs(modules, simulator):
    simulator.reset(
        hec_tokens=[
            {"name": "limited", "token": "value-of-limited", "index": "main", "indexes": ["main", "cloudflare"]}
        ],
        indexes=[{"name": name} for name in ("main", "cloudflare", "secure")],
    )
    where = {"endpoint": simulator.hec_endpoint, "hec_token": "value-of-limited", "ca_path": simulator.ca_file}
    run = modules.tasks(
        probe("allowed", index="cloudflare", **where),
        probe("not allowed", index="secure", **where),
        probe("not checked", index="secure", send_event=False, **where),
        probe("no index", index="Not an index", **where),
    )
    assert (run["allowed"].status, run["not allowed"].status) == ("ok", "failed")
    assert [event["index"] for event in simulator.events()] == ["cloudflare"]
    assert "Incorrect index" in run["not allowed"].msg and "the token does not allow it" in run["not allowed"].msg
    skipped = {check["name"]: check["detail"] for check in run["not checked"]["checks"]}["event"]
    assert "not known whether the token allows index secure" in skipped
    assert run["no index"].msg.startswith("index: ")
