# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated indexer cluster: files on the manager become the configuration of the peers."""

from __future__ import annotations

import ssl
import typing as t
import urllib.parse

import pytest
from simulator.cluster import DRY_RUN, ROLLING, VALIDATING
from simulator.process import Simulator, SimulatorError
from splunklib import client
from topologies import INDEXES, INPUTS, TOKEN, Management, deliver, remove_app, tokens_of, until, write_app

FOLDER = "manager-apps"
IDENTICAL = "No new bundle will be pushed. The cluster manager and peers already have this bundle"


@pytest.fixture(scope="module")
def running_simulator() -> t.Iterator[Simulator]:
    with Simulator(push_interval=0, options=["--topology", "cluster"]) as simulator:
        yield simulator


@pytest.fixture
def manager(simulator: Simulator) -> Management:
    simulator.change_settings(bundle_seconds=0.01, restart_seconds=0.01)
    return Management(simulator, base="cluster/manager/")


def validated(manager: Management, checksum: str) -> dict[str, t.Any]:
    """Wait until a bundle is validated, and return the manager's state."""

    def done() -> dict[str, t.Any] | None:
        info = manager.content("info")
        is_done = info["last_validated_bundle"]["checksum"] == checksum
        return info if is_done and info["apply_bundle_status"]["status"] == "None" else None

    found: dict[str, t.Any] = until(done)
    return found


def validate(manager: Management) -> dict[str, t.Any]:
    answer = manager.call("POST", "control/default/validate_bundle", **{"check-restart": "true"})
    return validated(manager, answer.json()["entry"][0]["content"]["checksum"])


def apply(manager: Management, **form: str) -> dict[str, t.Any]:
    """Apply the bundle, and wait until the manager is done."""
    answer = manager.call("POST", "control/default/apply", **form)
    assert answer.status_code == 200, answer.text
    return validated(manager, answer.json()["entry"][0]["content"]["checksum"])


def needs_restart(manager: Management) -> bool:
    """Look at the manager until its answer no longer changes."""
    return [manager.content("info")["last_check_restart_bundle_result"] for dummy in range(5)][-1]


def test_the_peers_begin_without_hec(simulator: Simulator, manager: Management) -> None:
    assert tokens_of(simulator) == [[], [], []] and deliver(simulator).status_code == 503
    info = manager.content("info")
    assert info["active_bundle"] == info["latest_bundle"] and info["previous_active_bundle"]["checksum"] == ""
    assert info["service_ready_flag"] is True and info["maintenance_mode"] is False
    roles = Management(simulator, simulator.nodes[0]["management_url"]).content("server/info")["server_roles"]
    assert "cluster_peer" in roles
    assert "cluster_manager" in Management(simulator).content("server/info")["server_roles"]
    assert simulator.state()["cluster"]["peers"] == {"peer1": "Up", "peer2": "Up", "peer3": "Up"}


def test_a_bundle_is_validated_and_applied(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER, props="[cloudflare:json]\nTIME_FORMAT = %s\nTRUNCATE = 5\n")
    info = validate(manager)
    checksum = info["last_validated_bundle"]["checksum"]
    assert info["last_validated_bundle"]["is_valid_bundle"] is True and not needs_restart(manager)
    assert info["last_dry_run_bundle"]["checksum"] == checksum != info["active_bundle"]["checksum"]
    assert tokens_of(simulator) == [[], [], []]

    info = apply(manager)
    assert info["active_bundle"]["checksum"] == info["latest_bundle"]["checksum"] == checksum
    assert tokens_of(simulator) == [["cloudflare"]] * 3
    assert [deliver(simulator, token=TOKEN).status_code for dummy in range(3)] == [200] * 3
    assert [event["indexed"] for event in simulator.events()] == [True] * 3
    node = simulator.state()["nodes"][0]
    assert node["apps"] == ["_cluster", "edgeops_logpush_hec"] and node["hec_tokens"][0]["app"] == "edgeops_logpush_hec"
    assert node["props"]["cloudflare:json"]["TRUNCATE"] == "5"
    assert {peer["content"]["active_bundle_id"] for peer in manager.entries("peers")} == {checksum}

    status, message = manager.message("POST", "control/default/apply")
    assert (status, message.startswith(IDENTICAL)) == (404, True)
    content = manager.call("POST", "control/default/validate_bundle").json()["entry"][0]["content"]
    assert "checksum" not in content
    assert apply(manager, ignore_identical_bundle="false")["active_bundle"]["checksum"] == checksum


def test_the_answer_about_a_restart_is_late(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    apply(manager)
    write_app(simulator, FOLDER, INPUTS.replace("disabled = 0", "disabled = 0\nport = 8443", 1))
    info = validate(manager)
    assert info["last_dry_run_bundle"]["checksum"] == info["last_validated_bundle"]["checksum"]
    answers = [info, *(manager.content("info") for dummy in range(3))]
    assert [one["last_check_restart_bundle_result"] for one in answers] == [False, False, True, True]
    assert manager.entries("peers")[0]["content"]["restart_required_for_applying_dry_run_bundle"] is True


def test_a_rolling_restart_takes_one_peer_down_after_the_other(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    apply(manager)
    simulator.change_settings(restart_seconds=0.4, bundle_restart_for=["tokens"])
    write_app(simulator, FOLDER, INPUTS + f"[http://other]\ntoken = {TOKEN.replace('7d', '8d')}\n")
    manager.call("POST", "control/default/apply")
    seen: list[tuple[str, ...]] = []

    def is_over() -> bool:
        have_tokens = tokens_of(simulator)[2] == ["cloudflare", "other"]
        info = manager.content("info")
        peers = tuple(peer["content"]["status"] for peer in manager.entries("peers"))
        seen.append(peers)
        if info["rolling_restart_flag"]:
            assert info["apply_bundle_status"]["status"] == ROLLING and info["maintenance_mode"] is True
            assert "Restarting" in peers or peers == ("Up",) * 3
        return have_tokens and not info["rolling_restart_flag"]

    until(is_over)
    for place in range(3):
        assert any(peers[place] == "Restarting" and peers.count("Up") == 2 for peers in seen), seen
    assert [node["up"] for node in simulator.state()["nodes"]] == [True] * 3
    assert deliver(simulator, token=TOKEN).status_code == 200


@pytest.mark.parametrize(
    ("inputs", "indexes", "error"),
    [
        (INPUTS.replace(TOKEN, "not-a-guid"), INDEXES, "has to be a GUID"),
        (INPUTS + "\nsourcetpye = x\n", INDEXES, "Invalid key in stanza [http://cloudflare]"),
        (INPUTS.replace("disabled = 0", "port = hec", 1), INDEXES, "port has to be a number"),
        (INPUTS, INDEXES.replace("thawedPath", "thawed"), "Required parameter=thawedPath"),
        (INPUTS, INDEXES.replace("[cloudflare]", "[Cloudflare]"), "Invalid index name"),
        (INPUTS, INDEXES.replace("auto", "3"), "repFactor"),
        (INPUTS, INDEXES + INDEXES.replace("[cloudflare]", "[other]"), "has the same homePath"),
        (INPUTS + "a line\n", INDEXES, "Invalid line in edgeops_logpush_hec/default/inputs.conf"),
    ],
)
def test_an_invalid_bundle(simulator: Simulator, manager: Management, inputs: str, indexes: str, error: str) -> None:
    before = manager.content("info")["active_bundle"]
    write_app(simulator, FOLDER, inputs, indexes)
    info = apply(manager)
    assert info["active_bundle"] == info["latest_bundle"] == before
    assert info["last_validated_bundle"]["is_valid_bundle"] is False
    invalid = info["apply_bundle_status"]["invalid_bundle"]
    assert any(error in text for text in invalid["bundle_validation_errors_on_master"]), invalid
    assert invalid["checksum"] == info["last_validated_bundle"]["checksum"]
    assert tokens_of(simulator) == [[], [], []]


def test_skip_validation_pushes_an_invalid_bundle(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER, INPUTS + "unknown = 1\n")
    apply(manager, **{"skip-validation": "true"})
    assert tokens_of(simulator) == [["cloudflare"]] * 3


def test_messages_that_are_not_critical_and_a_peer_that_refuses(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    simulator.change_settings(bundle_errors=["[Not Critical] No spec file for: /opt/x"])
    assert apply(manager)["apply_bundle_status"]["invalid_bundle"]["bundle_validation_errors_on_master"]
    assert tokens_of(simulator) == [["cloudflare"]] * 3
    remove_app(simulator, FOLDER)
    simulator.change_settings(bundle_errors=[], bundle_peer_errors={"peer2": ["disk is full"]})
    info = apply(manager)
    assert info["apply_bundle_status"]["invalid_bundle"]["bundle_validation_errors_on_master"] == []
    assert info["last_validated_bundle"]["is_valid_bundle"] is False
    problems = {
        peer["content"]["label"]: peer["content"]["apply_bundle_status"]["invalid_bundle"]["bundle_validation_errors"]
        for peer in manager.entries("peers")
    }
    assert problems == {"peer1": [], "peer2": ["disk is full"], "peer3": []}
    assert tokens_of(simulator) == [["cloudflare"]] * 3


def test_a_rollback_toggles_and_leaves_the_files(simulator: Simulator, manager: Management) -> None:
    assert manager.message("POST", "control/default/rollback")[0] == 400
    write_app(simulator, FOLDER)
    apply(manager)
    info = manager.content("info")
    new, old = info["active_bundle"], info["previous_active_bundle"]
    assert new["timestamp"] > old["timestamp"]
    manager.call("POST", "control/default/rollback")
    until(lambda: manager.content("info")["active_bundle"] == old)
    until(lambda: manager.content("info")["apply_bundle_status"]["status"] == "None")
    assert manager.content("info")["previous_active_bundle"] == new
    assert tokens_of(simulator) == [[], [], []]
    assert simulator.state()["cluster"]["on_disk"] == new["checksum"]
    manager.call("POST", "control/default/rollback")
    until(lambda: tokens_of(simulator) == [["cloudflare"]] * 3)


def test_a_peer_that_is_down_gets_the_bundle_when_it_comes_back(simulator: Simulator, manager: Management) -> None:
    simulator.stop_node(2)
    assert manager.content("health")["all_peers_are_up"] == "0"
    write_app(simulator, FOLDER)
    checksum = apply(manager)["active_bundle"]["checksum"]
    peers = {peer["content"]["label"]: peer["content"] for peer in manager.entries("peers")}
    assert peers["peer2"]["status"] == "Down" and peers["peer2"]["active_bundle_id"] != checksum
    assert tokens_of(simulator) == [["cloudflare"], [], ["cloudflare"]]
    simulator.start_node(2)
    assert tokens_of(simulator) == [["cloudflare"]] * 3
    assert deliver(simulator, simulator.nodes[1]["hec_endpoint"], TOKEN).status_code == 200
    assert manager.content("health")["all_peers_are_up"] == "1"
    simulator.stop_node(1)
    simulator.stop_node(3)
    remove_app(simulator, FOLDER)
    assert "replication factor" in manager.message("POST", "control/default/apply")[1]


def test_peers_that_fail_during_a_push(simulator: Simulator, manager: Management) -> None:
    simulator.change_settings(bundle_restart_for=["any"])
    simulator.change_node(2, settings={"restart_fails": True})
    simulator.change_node(3, settings={"bundle_reload_error": "no space left"})
    write_app(simulator, FOLDER)
    new = apply(manager)["active_bundle"]["checksum"]
    peers = {peer["content"]["label"]: peer["content"] for peer in manager.entries("peers")}
    assert {name: peer["status"] for name, peer in peers.items()} == {"peer1": "Up", "peer2": "Down", "peer3": "Up"}
    assert {peer["active_bundle_id"] for peer in peers.values()} == {new}
    assert peers["peer3"]["apply_bundle_status"]["reload_error"] == "no space left"
    assert tokens_of(simulator) == [["cloudflare"], ["cloudflare"], []]
    manager.call("POST", "control/default/rollback")
    until(lambda: manager.content("info")["active_bundle"]["checksum"] != new)
    until(lambda: manager.content("info")["apply_bundle_status"]["status"] == "None")
    assert manager.entries("peers")[2]["content"]["apply_bundle_status"]["reload_error"] == ""
    assert tokens_of(simulator) == [[], ["cloudflare"], []]
    simulator.change_node(2, settings={"restart_fails": False})
    simulator.start_node(2)
    assert tokens_of(simulator) == [[], [], []]


def test_a_push_by_somebody_else(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    simulator.change_cluster(busy_looks=3)
    assert VALIDATING in manager.message("POST", "control/default/apply")[1]
    statuses = [manager.content("info")["apply_bundle_status"]["status"] for dummy in range(3)]
    assert statuses == [VALIDATING, VALIDATING, "None"]
    simulator.change_cluster(busy_looks=-1)
    assert manager.message("POST", "control/default/validate_bundle")[0] == 400
    assert manager.call("POST", "control/default/cancel_bundle_push").status_code == 200
    apply(manager)


def test_maintenance_mode_and_standby(simulator: Simulator, manager: Management) -> None:
    manager.call("POST", "control/default/maintenance", mode="true")
    assert manager.content("info")["maintenance_mode"] is True and manager.content("status")["maintenance_mode"] is True
    simulator.change_cluster(maintenance=False)
    assert manager.content("info")["maintenance_mode"] is False
    simulator.change_settings(cluster_standby=True)
    assert manager.message("GET", "info") == (503, "Cluster manager is in inactive mode.")


def test_who_may_do_what(simulator: Simulator, manager: Management) -> None:
    users = [{"name": "admin", "password": simulator.splunk_password, "capabilities": ["list_indexer_cluster"]}]
    simulator.reset(splunk_users=users)
    assert manager.call("GET", "info").status_code == 200
    status, message = manager.message("POST", "control/default/apply")
    assert status == 403 and "edit_indexer_cluster" in message
    simulator.reset()
    for wrong in ("control/default/restart", "control/default", "nothing"):
        assert manager.call("POST", wrong).status_code == 404
    with pytest.raises(SimulatorError):
        simulator.change_settings(bundle_restart_for=["token"])
    assert manager.message("POST", "control/default/apply", force="1")[0] == 400
    assert manager.message("GET", "control/default/apply")[0] == 400
    peer = Management(simulator, simulator.nodes[0]["management_url"])
    assert peer.message("GET", "cluster/manager/info")[0] == 503


def test_the_words_before_version_9(simulator: Simulator) -> None:
    simulator.reset(settings={"splunk_version": "8.0.3", "bundle_seconds": 0.01})
    write_app(simulator, "master-apps")
    assert Management(simulator).message("GET", "cluster/manager/info")[0] == 404
    apply(Management(simulator, base="cluster/master/"))
    assert tokens_of(simulator) == [["cloudflare"]] * 3
    roles = Management(simulator, simulator.nodes[0]["management_url"]).content("server/info")["server_roles"]
    assert "cluster_slave" in roles


def test_what_rest_writes_on_a_peer_stays_there(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    apply(manager)
    peer = Management(simulator, simulator.nodes[0]["management_url"], "data/inputs/http")
    peer.call("POST", "", name="by_rest", index="main")
    peer.call("POST", "/cloudflare", description="changed here")
    write_app(simulator, FOLDER, INPUTS + "description = from the bundle\n")
    apply(manager)
    assert tokens_of(simulator) == [["cloudflare", "by_rest"], ["cloudflare"], ["cloudflare"]]
    descriptions = [node["hec_tokens"][0]["description"] for node in simulator.state()["nodes"]]
    assert descriptions == ["changed here", "from the bundle", "from the bundle"]


def test_an_app_that_is_removed_needs_a_restart(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    apply(manager)
    remove_app(simulator, FOLDER)
    validate(manager)
    assert needs_restart(manager)
    apply(manager)
    assert tokens_of(simulator) == [[], [], []]
    assert deliver(simulator, token=TOKEN).status_code == 503


def test_a_reset_ends_a_push_and_restores_the_files(simulator: Simulator, manager: Management) -> None:
    before = manager.content("info")["active_bundle"]["checksum"]
    simulator.change_settings(bundle_seconds=5)
    write_app(simulator, FOLDER)
    manager.call("POST", "control/default/validate_bundle", **{"check-restart": "true"})
    assert manager.content("info")["apply_bundle_status"]["status"] in (VALIDATING, DRY_RUN)
    simulator.reset()
    info = manager.content("info")
    assert info["apply_bundle_status"]["status"] == "None" and info["active_bundle"]["checksum"] == before
    assert simulator.state()["cluster"]["on_disk"] == before


def test_a_token_without_its_index_loses_events(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER, indexes="")
    apply(manager)
    assert deliver(simulator, token=TOKEN).status_code == 200
    assert [event["indexed"] for event in simulator.events()] == [False]


def test_the_sdk_of_splunk(simulator: Simulator, manager: Management) -> None:
    write_app(simulator, FOLDER)
    where = urllib.parse.urlsplit(simulator.management_url)
    context = ssl.create_default_context(cafile=simulator.ca_file)
    credentials = {"username": simulator.splunk_username, "password": simulator.splunk_password}
    service = client.Service(host=where.hostname, port=where.port, verify=True, context=context, **credentials)
    service.login()
    service.post("cluster/manager/control/default/apply")
    until(lambda: tokens_of(simulator) == [["cloudflare"]] * 3)
    peers = client.Collection(service, "cluster/manager/peers/")
    assert {peer.content["label"]: peer.content["status"] for peer in peers.list()} == {
        "peer1": "Up",
        "peer2": "Up",
        "peer3": "Up",
    }
    info = client.Collection(service, "cluster/manager/info/").list()[0]
    assert info.content["active_bundle"]["checksum"] == simulator.state()["cluster"]["active"]
    assert info.content["apply_bundle_status"]["status"] == "None" and info.content["rolling_restart_flag"] == "0"
