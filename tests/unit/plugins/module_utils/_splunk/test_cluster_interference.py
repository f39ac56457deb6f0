# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of splunk_cluster_bundle while others push, files change, or requests get lost."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_answers import Bundle
from ansible_collections.edgeops.logpush.tests.unit.cluster_model import (
    ACTIVE,
    NEW,
    OLD,
    RESTART,
    Cluster,
    failure,
    refusal,
    run,
)


def test_a_push_that_delays_the_validation_is_part_of_the_result():
    cluster = Cluster()
    busy = refusal(f"Cannot apply (or) validate configuration settings. {RESTART}")
    cluster.answers["validate"] = [busy]
    original = cluster.validate

    def validate() -> str:
        if cluster.answers["validate"]:
            cluster.push(NEW)
        return original()

    cluster.validate = validate  # type: ignore[method-assign]
    result = run(cluster)
    assert (result["action"], result["checksum"], result["active_checksum"]) == ("unchanged", NEW, NEW)
    assert {peer["checksum"] for peer in result["peers"]} == {NEW} and "apply" not in cluster.calls


@pytest.mark.parametrize("state", ["applied", "validated"])
def test_a_push_that_replaces_the_check_leads_to_another_check(state):
    cluster = Cluster()
    other = Bundle("OTHER", 300)
    pushed = iter([True])
    original = cluster.validate

    def validate() -> str:
        found = original()
        for dummy in pushed:
            cluster.then(
                lambda: cluster.becomes(activity=RESTART, validated=other, checked="OTHER"),
                lambda: cluster.becomes(activity="", active=other, latest=other, previous=Bundle(ACTIVE, 200)),
                *[lambda name=name: cluster.peer_becomes(name, checksum="OTHER") for name in cluster.peers],
            )
        return found

    cluster.validate = validate  # type: ignore[method-assign]
    result = run(cluster, state)
    assert result["checksum"] == NEW and cluster.calls[:2] == ["validate", "validate"]
    assert cluster.active == (NEW if state == "applied" else "OTHER") and cluster.looks < 80


def test_a_bundle_of_somebody_else_that_is_invalid_causes_no_rollback():
    cluster = Cluster()
    cluster.broken = {"idx2": {"status": "Restarting"}}
    original = cluster.apply

    def apply() -> None:
        original()
        wrong = {"problems": ("[Critical] of another bundle",)}
        cluster.then(lambda: cluster.becomes(invalid="OTHER", **wrong))
        cluster.then(lambda: cluster.peer_becomes("idx3", rejected="OTHER", **wrong))
        cluster.then(*[lambda: None] * 20, lambda: cluster.peer_becomes("idx2", status="Up"))

    cluster.apply = apply  # type: ignore[method-assign]
    assert run(cluster)["action"] == "applied"
    assert cluster.calls == ["validate", "apply"] and cluster.active == NEW


def test_files_that_change_between_check_and_push_are_named():
    cluster = Cluster()
    cluster.push, original = lambda checksum: original("OTHER"), cluster.push  # type: ignore[method-assign]
    error = failure(cluster)
    assert "The active bundle is now OTHER" in str(error) and "still" not in str(error)
    assert cluster.calls == ["validate", "apply"]


@pytest.mark.parametrize("status", [502, 504])
def test_the_timeout_of_a_proxy_is_no_refusal(status):
    cluster = Cluster()
    cluster.answers["apply"] = [refusal("", status)]
    original = cluster.apply

    def apply() -> None:
        cluster.then(*[lambda: None] * 9, lambda: cluster.push(NEW))
        original()

    cluster.apply = apply  # type: ignore[method-assign]
    assert run(cluster)["action"] == "applied" and cluster.calls == ["validate", "apply"]


def test_a_look_that_fails_during_a_push_does_not_hide_the_push():
    cluster = Cluster()
    original = cluster.apply

    def apply() -> None:
        original()

        def fail() -> None:
            raise CollectionError("Reading the state of the cluster failed: Nothing listens on port 8089 of manager.")

        cluster._events.insert(2, fail)

    cluster.apply = apply  # type: ignore[method-assign]
    error = failure(cluster)
    assert "Nothing listens on port 8089" in str(error)
    assert f"The push of bundle {NEW} was requested before" in str(error) and "Run this again" in str(error)


def test_an_error_of_a_peer_with_the_active_bundle_is_a_warning_later():
    cluster = Cluster(files=ACTIVE)
    cluster.peer_becomes("idx2", reload_error="cannot bind port 8088")
    cluster.peer_becomes("idx3", rejected="OTHER", problems=("[Critical] of another bundle",))
    result = run(cluster)
    assert (result["action"], result["changed"]) == ("unchanged", False)
    assert result["warnings"] == ["These peers report errors with the active bundle: idx2: cannot bind port 8088."]


def test_a_rollback_that_does_not_end_is_named_so():
    cluster = Cluster()
    cluster.push = lambda checksum: cluster.becomes(activity=RESTART)  # type: ignore[method-assign]
    error = failure(cluster, "rolled_back", wait_timeout=30)
    assert f"The rollback to bundle {OLD} did not end within 30 seconds" in str(error) and RESTART in str(error)
    assert "nothing was rolled back" not in str(error)


class Killed(BaseException):
    """The end of a run by a signal."""


@pytest.mark.parametrize("needs_restart", [False, True])
@pytest.mark.parametrize("state", ["applied", "rolled_back"])
def test_a_run_that_is_killed_at_any_look_is_finished_by_the_next_one(state, needs_restart):
    wanted = NEW if state == "applied" else OLD
    for moment in range(1, 60):
        cluster = Cluster()
        cluster.needs_restart = needs_restart

        def kill(cluster=cluster, moment=moment, look=cluster.look):
            if cluster.looks == moment:
                cluster.looks += 1
                raise Killed
            return look()

        cluster.look = kill
        try:
            run(cluster, state, allow_restart=True)
        except Killed:
            # Time passes before the next run, or not.
            for dummy in range(moment % 3 * 5):
                cluster.look()
        else:
            break
        result = run(cluster, state, allow_restart=True)
        sent = [call for call in cluster.calls if call != "validate"]
        assert cluster.active == wanted and {peer.checksum for peer in cluster.peers.values()} == {wanted}
        # A push is never sent twice: the next run waits for the one that it finds.
        assert sent == ["apply" if state == "applied" else "rollback"]
        assert result["active_checksum"] == wanted and {peer["status"] for peer in result["peers"]} == {"Up"}
    assert moment > 5
