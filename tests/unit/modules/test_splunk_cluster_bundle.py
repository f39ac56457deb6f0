# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated indexer cluster: what the manager receives, and what its peers have at the end."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

BUNDLE = "edgeops.logpush.splunk_cluster_bundle"
VALUE = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TOKEN = f"[http]\ndisabled = 0\n\n[http://cloudflare]\ntoken = {VALUE}\nindex = main\n"
VALIDATE = "POST cluster/manager/control/default/validate_bundle"
QUICK = {"bundle_seconds": 0.01, "restart_seconds": 0.02}
APPLY = "POST cluster/manager/control/default/apply"
ROLLBACK = "POST cluster/manager/control/default/rollback"


@pytest.fixture
def haste() -> int:
    """Let a second pass in five milliseconds: Splunk is looked at every second."""
    return 200


@pytest.fixture
def topology() -> str:
    """Return a manager with three peers."""
    return "cluster"


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """Return the cluster in its first state, with a manager that needs little time."""
    simulator.reset(settings=QUICK)
    return simulator


@pytest.fixture
def manager(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options that reach the manager."""
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


def write(simulator: Simulator, inputs: str = TOKEN, folder: str = "manager-apps") -> None:
    """Write an app with a token to the files of the manager."""
    app = pathlib.Path(simulator.splunk_home, "etc", folder, "edgeops_logpush_hec", "default")
    app.mkdir(parents=True, exist_ok=True)
    (app / "inputs.conf").write_text(inputs, encoding="utf-8")


def tokens(simulator: Simulator) -> list[list[str]]:
    """Return the values of the tokens of each peer."""
    return [[token["token"] for token in node["hec_tokens"]] for node in simulator.state()["nodes"]]


def changes(outcome: t.Any) -> list[str]:
    """Return the changes that a task requested, without what it read."""
    return [call for call in outcome.calls if not call.startswith("GET ")]


def test_the_life_of_a_bundle(modules, simulator, manager):
    first = simulator.state()["cluster"]["active"]
    write(simulator)
    run = modules.tasks(
        task(BUNDLE, "look", state="validated"),
        task(BUNDLE, "would apply", check=True),
        task(BUNDLE, "apply"),
        task(BUNDLE, "apply again"),
        task(BUNDLE, "would roll back", check=True, state="rolled_back"),
        splunk=manager,
    )
    new = simulator.state()["cluster"]["active"]
    assert new == simulator.state()["cluster"]["on_disk"] != first
    assert {outcome.task: (outcome["action"], outcome["changed"], changes(outcome)) for outcome in run.outcomes} == {
        "look": ("unchanged", False, [VALIDATE]),
        "would apply": ("applied", True, [VALIDATE]),
        "apply": ("applied", True, [VALIDATE, APPLY]),
        "apply again": ("unchanged", False, [VALIDATE]),
        "would roll back": ("rolled_back", True, []),
    }
    assert {(outcome["checksum"], outcome["restart_required"]) for outcome in run.outcomes[:4]} == {(new, False)}
    assert [outcome["active_checksum"] for outcome in run.outcomes[:4]] == [first, first, new, new]
    assert run["apply"]["peers"] == [{"name": f"peer{number}", "status": "Up", "checksum": new} for number in (1, 2, 3)]
    assert run["apply"]["diff"]["before"]["peers"] == {f"peer{number}": first for number in (1, 2, 3)}
    assert tokens(simulator) == [[VALUE]] * 3
    [apply] = [request for request in run["apply"].requests if request["path"].endswith("/apply")]
    assert apply["form"]["skip-validation"] == ["false"] and apply["form"]["ignore_identical_bundle"] == ["true"]
    assert VALUE not in run.report and simulator.splunk_password not in run.report
    run = modules.tasks(
        task(BUNDLE, "roll back", state="rolled_back"),
        task(BUNDLE, "roll back again", state="rolled_back"),
        splunk=manager,
    )
    assert [(outcome["action"], changes(outcome)) for outcome in run.outcomes] == [
        ("rolled_back", [ROLLBACK]),
        ("unchanged", []),
    ]
    assert run["roll back"]["active_checksum"] == first == simulator.state()["cluster"]["active"]
    assert tokens(simulator) == [[]] * 3


def test_a_restart_needs_consent_even_if_its_need_shows_late(modules, simulator, manager):
    simulator.change_settings(bundle_restart_for=["any"], bundle_late_looks=5)
    write(simulator)
    run = modules.tasks(
        task(BUNDLE, "refuse", fails=True),
        task(BUNDLE, "look", state="validated"),
        task(BUNDLE, "consent", allow_restart=True),
        splunk=manager,
    )
    assert "must restart one after the other" in run["refuse"].msg and changes(run["refuse"]) == [VALIDATE]
    assert [run[title]["restart_required"] for title in ("refuse", "look", "consent")] == [True] * 3
    assert run["consent"]["action"] == "applied" and tokens(simulator) == [[VALUE]] * 3


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        ({"bundle_errors": ["[Critical] in inputs.conf: bad stanza"]}, "[Critical] in inputs.conf: bad stanza"),
        ({"bundle_peer_errors": {"peer2": ["no such directory"]}}, "peer2: no such directory"),
    ],
)
def test_an_invalid_bundle_changes_no_peer(modules, simulator, manager, settings, cause):
    simulator.change_settings(**settings)
    write(simulator)
    run = modules.tasks(task(BUNDLE, "invalid", fails=True), splunk=manager)
    assert f"is not valid: {cause}. Nothing was applied." in run["invalid"].msg
    assert changes(run["invalid"]) == [VALIDATE] and tokens(simulator) == [[]] * 3


def test_remarks_are_warnings(modules, simulator, manager):
    simulator.change_settings(bundle_errors=["[Not Critical]No spec file for: edgeops.conf"])
    write(simulator)
    run = modules.tasks(task(BUNDLE, "apply"), splunk=manager)
    assert run["apply"]["warnings"] == ["Splunk reports about the bundle: [Not Critical]No spec file for: edgeops.conf"]


def test_a_peer_that_cannot_use_the_bundle_leads_to_a_rollback(modules, simulator, manager):
    first = simulator.state()["cluster"]["active"]
    write(simulator)
    simulator.change_node(2, settings={"bundle_reload_error": "cannot bind port 8088"})
    run = modules.tasks(task(BUNDLE, "reload", fails=True), splunk=manager)
    assert "does not work on every peer: peer2: cannot bind port 8088. It was rolled back" in run["reload"].msg
    assert (run["reload"]["action"], run["reload"]["active_checksum"]) == ("rolled_back", first)
    assert changes(run["reload"]) == [VALIDATE, APPLY, ROLLBACK]
    assert simulator.state()["cluster"]["active"] == first and tokens(simulator) == [[]] * 3


def test_a_peer_that_does_not_come_back_leads_to_a_rollback_of_the_others(modules, simulator, manager):
    first = simulator.state()["cluster"]["active"]
    write(simulator)
    simulator.change_settings(bundle_restart_for=["any"])
    simulator.change_node(2, settings={"restart_fails": True})
    run = modules.tasks(task(BUNDLE, "restart", fails=True, allow_restart=True, wait_timeout=30), splunk=manager)
    assert "peer2: its status is Down. It was rolled back" in run["restart"].msg
    assert {peer["name"]: peer["status"] for peer in run["restart"]["peers"]} == {
        "peer1": "Up",
        "peer2": "Down",
        "peer3": "Up",
    }
    assert "These peers still do not work: peer2 (Down)." in run["restart"].msg
    # The peer that is down has the files with which it did not start.
    assert simulator.state()["cluster"]["active"] == first and tokens(simulator) == [[], [VALUE], []]


def test_a_cluster_that_is_not_whole_is_left_alone(modules, simulator, manager):
    write(simulator)
    simulator.stop_node(2)
    run = modules.tasks(task(BUNDLE, "down", fails=True), splunk=manager)
    assert "These peers do not work: peer2 (Down). Nothing was applied" in run["down"].msg
    simulator.start_node(2)
    simulator.change_cluster(maintenance=True)
    run = modules.tasks(task(BUNDLE, "maintenance", fails=True), splunk=manager)
    assert "maintenance mode" in run["maintenance"].msg and run["maintenance"].calls.count(VALIDATE) == 0
    assert tokens(simulator) == [[]] * 3


def test_a_push_of_somebody_else_is_waited_for_and_never_canceled(modules, simulator, manager):
    write(simulator)
    simulator.change_cluster(busy_looks=4)
    run = modules.tasks(task(BUNDLE, "waits"), splunk=manager)
    assert run["waits"]["action"] == "applied" and tokens(simulator) == [[VALUE]] * 3
    write(simulator, TOKEN.replace("main", "other"))
    simulator.change_cluster(busy_looks=-1)
    run = modules.tasks(task(BUNDLE, "too long", fails=True, wait_timeout=1), splunk=manager)
    assert "Somebody else's push did not end within 1 seconds: Bundle validation is in progress." in run["too long"].msg
    assert changes(run["too long"]) == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_answer_that_gets_lost_is_looked_for(modules, simulator, manager, moment):
    write(simulator)
    lost = {"kind": "reset", "side": "splunk", "method": "POST", "path": "default/apply$", "moment": moment}
    run = modules.tasks(task(BUNDLE, "apply", before=[faults(lost)]), splunk=manager)
    assert run["apply"]["action"] == "applied" and tokens(simulator) == [[VALUE]] * 3
    assert changes(run["apply"]).count(APPLY) == (1 if moment == "after" else 2)


def test_a_user_without_the_capability_learns_its_name(modules, simulator, manager):
    forbidden = {"messages": [{"type": "ERROR", "text": "requires capability: edit_indexer_cluster"}]}
    fault = {"kind": "status", "side": "splunk", "status": 403, "path": "validate_bundle$", "body": forbidden}
    write(simulator)
    run = modules.tasks(task(BUNDLE, "forbidden", before=[faults(fault)], fails=True), splunk=manager)
    assert "requires capability: edit_indexer_cluster" in run["forbidden"].msg


def test_messages_of_splunk_show_no_token(modules, simulator, manager):
    text = f"Invalid key in stanza [http://cloudflare] in inputs.conf, line 5: tokn (value: {VALUE}), and {VALUE}"
    refused = {"messages": [{"type": "ERROR", "text": text}]}
    fault = {"kind": "status", "side": "splunk", "status": 400, "path": "default/apply$", "body": refused}
    simulator.change_settings(bundle_errors=[f"[Not Critical]{text}"])
    write(simulator)
    run = modules.tasks(
        task(BUNDLE, "refused", before=[faults(fault)], fails=True), task(BUNDLE, "remark"), splunk=manager
    )
    assert (
        "Invalid key in stanza [http://cloudflare] in inputs.conf, line 5: tokn (value: ********)" in run["refused"].msg
    )
    assert "tokn (value: ********)" in run["remark"]["warnings"][0]
    assert VALUE not in run.report


def test_versions_before_9_have_other_names(modules, simulator, manager):
    simulator.reset(settings={**QUICK, "splunk_version": "8.0.3"})
    write(simulator, folder="master-apps")
    run = modules.tasks(task(BUNDLE, "apply"), splunk=manager)
    assert run["apply"]["action"] == "applied" and tokens(simulator) == [[VALUE]] * 3
    assert [call.replace("master", "manager") for call in changes(run["apply"])] == [VALIDATE, APPLY]
    assert run["apply"].calls[:2] == ["GET cluster/manager/info", "GET cluster/master/info"]
    assert not any("manager" in call for call in run["apply"].calls[1:])


def test_other_instances_are_told_apart(modules, simulator, manager):
    run = modules.tasks(task(BUNDLE, "peer", fails=True, url=simulator.nodes[0]["management_url"]), splunk=manager)
    assert run["peer"].msg.startswith(
        "This instance is not the manager of an indexer cluster (Cluster manager is not enabled"
    )
    assert "It is a peer of a cluster. The manager configures it: set url to the manager." in run["peer"].msg
    # The answer has the status of a server that is busy, but it is not repeated.
    assert run["peer"].calls == ["GET cluster/manager/info", "GET server/info"]
    simulator.change_settings(cluster_standby=True)
    run = modules.tasks(task(BUNDLE, "standby", fails=True), splunk=manager)
    assert run["standby"].msg.startswith("This cluster manager is on standby.")
