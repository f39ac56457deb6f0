# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of splunk_cluster_bundle against a model of a cluster, without a wait."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_answers import Bundle
from ansible_collections.edgeops.logpush.tests.unit.cluster_model import (
    ACTIVE,
    NEW,
    OLD,
    RESTART,
    VALIDATION,
    Cluster,
    failure,
    lost,
    refusal,
    run,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_bundle_is_applied_once():
    cluster = Cluster()
    result = run(cluster)
    assert (result["action"], result["changed"], result["checksum"], result["active_checksum"]) == (
        "applied",
        True,
        NEW,
        NEW,
    )
    assert result["restart_required"] is False and result["warnings"] == []
    assert result["peers"] == [{"name": name, "status": "Up", "checksum": NEW} for name in ("idx1", "idx2", "idx3")]
    assert result["diff"]["before"] == {"checksum": ACTIVE, "peers": dict.fromkeys(("idx1", "idx2", "idx3"), ACTIVE)}
    assert result["diff"]["after"] == {"checksum": NEW, "peers": dict.fromkeys(("idx1", "idx2", "idx3"), NEW)}
    again = run(cluster)
    assert (again["action"], again["changed"], again["checksum"]) == ("unchanged", False, NEW)
    assert again["diff"] == {"before": {}, "after": {}}
    assert cluster.calls == ["validate", "apply", "validate"]


def test_validated_and_check_mode_push_nothing():
    for state, check in (("validated", False), ("applied", True), ("validated", True)):
        cluster = Cluster()
        result = run(cluster, state, check)
        assert cluster.calls == ["validate"] and cluster.active == ACTIVE
        assert (result["checksum"], result["active_checksum"], result["restart_required"]) == (NEW, ACTIVE, False)
        assert result["changed"] == (state == "applied")


@pytest.mark.parametrize("late", [0, 1, 4])
def test_the_need_for_a_restart_that_shows_late_is_seen(late):
    cluster = Cluster()
    cluster.needs_restart, cluster.late = True, late
    error = failure(cluster)
    assert "the peers must restart one after the other" in str(error) and "allow_restart: true" in str(error)
    assert error.details["restart_required"] is True and error.details["checksum"] == NEW
    assert cluster.calls == ["validate"] and cluster.active == ACTIVE
    assert run(cluster, "validated")["restart_required"] is True
    result = run(cluster, allow_restart=True)
    assert (result["action"], result["restart_required"], cluster.active) == ("applied", True, NEW)


def test_a_peer_that_needs_a_restart_counts_like_the_manager():
    cluster = Cluster()
    cluster.peer_becomes("idx2", needs_restart=True)
    assert "allow_restart" in str(failure(cluster))


def test_an_invalid_bundle_is_not_applied():
    cluster = Cluster()
    cluster.invalid = ["[Critical] inputs.conf: invalid stanza [http"]
    for state in ("validated", "applied"):
        error = failure(cluster, state)
        assert str(error).startswith(f"Bundle {NEW} is not valid: [Critical] inputs.conf: invalid stanza [http. ")
    assert set(cluster.calls) == {"validate"} and cluster.active == ACTIVE


def test_remarks_of_the_validation_are_warnings():
    cluster = Cluster()
    cluster.becomes(remarks=("[Not Critical]No spec file for: edgeops.conf",))
    assert run(cluster)["warnings"] == ["Splunk reports about the bundle: [Not Critical]No spec file for: edgeops.conf"]


def test_a_peer_that_is_down_is_named_before_anything_is_sent():
    cluster = Cluster()
    cluster.peer_becomes("idx2", status="Down")
    assert "These peers do not work: idx2 (Down). Nothing was applied" in str(failure(cluster))
    assert cluster.calls == []


def test_a_peer_that_goes_down_during_the_check_is_seen_before_the_push():
    cluster = Cluster()
    cluster.then(lambda: None)
    original = cluster.validate

    def validate() -> str:
        found = original()
        cluster.then(lambda: cluster.peer_becomes("idx1", status="Down"))
        return found

    cluster.validate = validate  # type: ignore[method-assign]
    assert "idx1 (Down)" in str(failure(cluster)) and cluster.calls == ["validate"]


def test_a_peer_that_is_about_to_work_is_waited_for():
    cluster = Cluster()
    cluster.peer_becomes("idx2", status="Restarting")
    cluster.then(*[lambda: None] * 20, lambda: cluster.peer_becomes("idx2", status="Up"))
    assert run(cluster)["action"] == "applied"
    cluster = Cluster()
    cluster.peer_becomes("idx2", status="Pending")
    assert "idx2 (Pending)" in str(failure(cluster, wait_timeout=60)) and cluster.calls == []


def test_a_cluster_in_maintenance_or_without_peers_is_refused():
    cluster = Cluster()
    cluster.becomes(maintenance=True)
    for state in ("applied", "rolled_back"):
        assert "maintenance mode" in str(failure(cluster, state))
    assert run(cluster, "validated")["checksum"] == NEW
    cluster = Cluster()
    cluster.peers = {}
    for state in ("applied", "rolled_back"):
        assert "No peer has joined" in str(failure(cluster, state)) and cluster.calls == []
    cluster = Cluster()
    cluster.becomes(ready=False)
    assert "not ready" in str(failure(cluster))


def test_failed_health_checks_warn_and_refuse_a_restart():
    cluster = Cluster()
    cluster.checks = ["search_factor_met"]
    assert run(cluster)["warnings"] == ["These health checks of the cluster fail: search_factor_met."]
    cluster = Cluster()
    cluster.checks, cluster.needs_restart = ["search_factor_met"], True
    assert "search_factor_met" in str(failure(cluster, allow_restart=True))
    assert cluster.calls == ["validate"]


def test_a_push_of_somebody_else_is_waited_for():
    cluster = Cluster()
    cluster.push("OTHER")
    result = run(cluster)
    assert (result["action"], result["diff"]["before"]["checksum"], cluster.active) == ("applied", "OTHER", NEW)
    cluster = Cluster()
    cluster.push(NEW)
    assert (run(cluster)["action"], cluster.calls) == ("unchanged", ["validate"])


def test_a_push_of_somebody_else_that_does_not_end_is_left_alone():
    cluster = Cluster()
    cluster.becomes(activity=RESTART, restarting=True)
    error = failure(cluster, wait_timeout=60)
    assert "Somebody else's push did not end within 60 seconds" in str(error) and RESTART in str(error)
    assert cluster.calls == []


def test_a_push_that_begins_between_validation_and_apply_is_waited_for():
    cluster = Cluster()
    busy = refusal(f"Cannot apply (or) validate configuration settings. {RESTART}")
    cluster.answers["apply"] = [busy]
    original = cluster.apply

    def apply() -> None:
        if cluster.answers["apply"]:
            cluster.push("OTHER")
        original()

    cluster.apply = apply  # type: ignore[method-assign]
    result = run(cluster)
    assert (result["action"], cluster.active) == ("applied", NEW)
    assert cluster.calls == ["validate", "apply", "validate", "apply"]


def test_a_validation_that_is_refused_during_a_push_is_repeated():
    cluster = Cluster()
    cluster.answers["validate"] = [refusal("Cannot apply (or) validate configuration settings.")]
    looks = iter(range(100))

    def begin() -> None:
        if next(looks) == 0:
            cluster.push("OTHER")

    cluster.then(lambda: None, begin)
    assert run(cluster)["action"] == "applied" and cluster.active == NEW
    cluster = Cluster()
    cluster.answers["validate"] = [refusal("You do not have permission", 403)]
    assert "You do not have permission" in str(failure(cluster))


def test_a_refusal_of_the_push_without_another_push_is_reported():
    cluster = Cluster()
    cluster.answers["apply"] = [refusal("Cannot apply bundle, because replication factor number of peers are not up")]
    assert "replication factor number of peers are not up" in str(failure(cluster))
    assert cluster.calls == ["validate", "apply"] and cluster.active == ACTIVE


def test_a_push_without_an_answer_is_looked_for_before_it_is_repeated():
    cluster = Cluster()
    original = cluster.apply
    cluster.answers["apply"] = [lost()]

    def carried_out() -> None:
        cluster.push(NEW)
        original()

    cluster.apply = carried_out  # type: ignore[method-assign]
    assert run(cluster)["action"] == "applied" and cluster.calls == ["validate", "apply"]
    cluster = Cluster()
    cluster.answers["apply"] = [lost()]
    assert run(cluster)["action"] == "applied" and cluster.calls == ["validate", "apply", "validate", "apply"]
    cluster = Cluster()
    cluster.answers["apply"] = [lost(), lost(), lost()]
    assert "never began" in str(failure(cluster)) and cluster.active == ACTIVE
    cluster = Cluster()
    cluster.answers["apply"] = [lost(sent=False)]
    assert "No answer within 60 seconds" in str(failure(cluster)) and cluster.calls == ["validate", "apply"]


def test_an_interrupted_run_is_continued():
    cluster = Cluster()
    cluster.validate()
    cluster.apply()
    for dummy in range(3):
        cluster.look()
    cluster.calls.clear()
    result = run(cluster)
    assert (result["action"], result["checksum"], cluster.calls) == ("unchanged", NEW, ["validate"])
    assert {peer["checksum"] for peer in result["peers"]} == {NEW}


def test_a_bundle_that_was_pushed_in_vain_is_reported():
    cluster = Cluster(files=ACTIVE)
    cluster.becomes(latest=Bundle(NEW, 300), invalid=NEW, problems=("[Critical] bad stanza",))
    error = failure(cluster)
    assert str(error).startswith(f"Bundle {NEW} was pushed before, but it is not active: {ACTIVE} is.")
    assert "[Critical] bad stanza" in str(error) and cluster.calls == ["validate"]


def test_a_peer_that_keeps_the_old_bundle_is_waited_for_and_named():
    cluster = Cluster(files=ACTIVE)
    cluster.peer_becomes("idx3", checksum=OLD)
    error = failure(cluster, wait_timeout=60)
    assert f"Bundle {ACTIVE} is active on the manager" in str(error) and "idx3 (Up)" in str(error)
    cluster = Cluster(files=ACTIVE)
    cluster.peer_becomes("idx3", checksum=OLD)
    cluster.then(*[lambda: None] * 10, lambda: cluster.peer_becomes("idx3", checksum=ACTIVE))
    assert run(cluster)["action"] == "unchanged"


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        ({"problems": ("cannot bind port 8088",)}, "idx2: cannot bind port 8088"),
        ({"status": "Down"}, "idx2: its status is Down"),
        ({"checksum": ACTIVE}, f"idx2: it still has bundle {ACTIVE}"),
    ],
)
def test_a_peer_that_fails_after_the_push_leads_to_a_rollback(broken, cause):
    cluster = Cluster()
    cluster.broken = {"idx2": broken}
    # A peer that is down works again with the old bundle.
    cluster.on_rollback = lambda: cluster.peer_becomes("idx2", status="Up")
    error = failure(cluster)
    assert str(error).startswith(f"Bundle {NEW} does not work on every peer: {cause}.")
    assert f"It was rolled back: the active bundle is {ACTIVE} again." in str(error)
    assert cluster.calls == ["validate", "apply", "rollback"] and cluster.active == ACTIVE
    assert error.details["action"] == "rolled_back" and error.details["active_checksum"] == ACTIVE
    assert [peer["checksum"] for peer in error.details["peers"]] == [ACTIVE] * 3


def test_a_peer_that_vanishes_is_a_failure():
    cluster = Cluster()
    leaving = iter(["idx3"])
    cluster.on_push = lambda: [cluster.leaves(name) for name in leaving] and None
    error = failure(cluster)
    assert "idx3: the manager no longer lists it" in str(error)
    assert "It was rolled back" in str(error) and cluster.active == ACTIVE


def test_the_maintenance_mode_that_a_push_leaves_for_a_moment_is_waited_for():
    cluster = Cluster()
    cluster.becomes(maintenance=True)
    cluster.then(lambda: None, lambda: None, lambda: cluster.becomes(maintenance=False))
    assert run(cluster)["action"] == "applied"


def test_nothing_is_rolled_back_without_evidence():
    # The previous bundle is not the one that was active before this run.
    cluster = Cluster()
    cluster.broken = {"idx2": {"problems": ("cannot bind port 8088",)}}
    original = cluster.apply

    def apply() -> None:
        original()
        cluster.then(lambda: cluster.becomes(previous=Bundle(OLD, 100)))

    cluster.apply = apply  # type: ignore[method-assign]
    error = failure(cluster)
    assert f"It was not rolled back, because the previous bundle is {OLD}" in str(error)
    assert cluster.calls == ["validate", "apply"] and cluster.active == NEW
    # The peers still restart.
    cluster = Cluster()
    cluster.needs_restart = True
    original_push = cluster.push

    def push(checksum: str) -> None:
        original_push(checksum)
        cluster._events = cluster._events[:3]

    cluster.push = push  # type: ignore[method-assign]
    error = failure(cluster, allow_restart=True, wait_timeout=120)
    assert "did not end within 120 seconds" in str(error) and "nothing was rolled back" in str(error)
    assert RESTART in str(error) and cluster.calls == ["validate", "apply"]


def test_a_bundle_that_a_peer_rejects_during_the_push_is_not_active():
    cluster = Cluster()
    cluster.push = lambda checksum: cluster.then(  # type: ignore[method-assign]
        lambda: cluster.becomes(activity=VALIDATION),
        lambda: cluster.becomes(activity="", latest=Bundle(NEW, 300), invalid=NEW, problems=("[Critical] bad",)),
    )
    error = failure(cluster)
    assert f"Bundle {NEW} was rejected: [Critical] bad. The active bundle is still {ACTIVE}." in str(error)
    assert cluster.calls == ["validate", "apply"]


def test_a_bundle_that_is_accepted_but_not_pushed_is_an_error():
    cluster = Cluster()
    cluster.push = lambda checksum: None  # type: ignore[method-assign]
    assert "did not make it active" in str(failure(cluster))


def test_a_rollback_that_fails_is_reported_with_both_causes():
    cluster = Cluster()
    cluster.broken = {"idx2": {"problems": ("cannot bind port 8088",)}}
    cluster.answers["rollback"] = [refusal("No previous bundle")]
    error = failure(cluster)
    assert "cannot bind port 8088" in str(error)
    assert f"The rollback to bundle {ACTIVE} failed as well" in str(error) and "No previous bundle" in str(error)


def test_a_restart_that_the_check_did_not_predict_is_reported():
    cluster = Cluster()
    original = cluster.push

    def push(checksum: str) -> None:
        cluster.needs_restart = True
        original(checksum)

    cluster.push = push  # type: ignore[method-assign]
    result = run(cluster)
    assert result["restart_required"] is True
    assert result["warnings"] == ["The peers restarted, although the check of the bundle found no need for it."]


def test_a_rollback_happens_once():
    cluster = Cluster()
    assert run(cluster, "rolled_back", check=True)["changed"] and cluster.calls == []
    result = run(cluster, "rolled_back")
    assert (result["action"], result["checksum"], result["active_checksum"]) == ("rolled_back", OLD, OLD)
    assert result["diff"]["before"]["checksum"] == ACTIVE and result["diff"]["after"]["checksum"] == OLD
    again = run(cluster, "rolled_back")
    assert (again["action"], again["changed"], cluster.active, cluster.calls) == ("unchanged", False, OLD, ["rollback"])


def test_a_rollback_needs_a_bundle_that_is_really_the_previous_one():
    cluster = Cluster()
    cluster.becomes(previous=Bundle("", 0))
    assert "no previous bundle" in str(failure(cluster, "rolled_back"))
    # Without times, the files of the manager tell: a rollback does not change them.
    cluster = Cluster()
    cluster.becomes(previous=Bundle(OLD, 0))
    assert "does not say whether the previous bundle is older than the active one" in str(
        failure(cluster, "rolled_back")
    )
    assert cluster.calls == ["validate"]
    cluster = Cluster(files=OLD)
    cluster.becomes(previous=Bundle(OLD, 0))
    assert run(cluster, "rolled_back")["action"] == "unchanged" and cluster.calls == ["validate"]
    cluster = Cluster(files=ACTIVE)
    cluster.becomes(previous=Bundle(OLD, 0))
    assert run(cluster, "rolled_back")["action"] == "rolled_back" and cluster.calls == ["validate", "rollback"]


def test_a_rollback_repairs_a_peer_that_the_bundle_broke():
    cluster = Cluster()
    cluster.peer_becomes("idx2", status="Down")
    result = run(cluster, "rolled_back")
    assert result["warnings"] == ["These peers did not work before the rollback: idx2 (Down)."]
    assert (result["action"], cluster.active) == ("rolled_back", OLD)


def test_a_lost_rollback_is_not_sent_twice():
    cluster = Cluster()
    cluster.answers["rollback"] = [lost()]
    original = cluster.roll_back

    def carried_out() -> None:
        cluster.push(OLD)
        original()

    cluster.roll_back = carried_out  # type: ignore[method-assign]
    assert run(cluster, "rolled_back")["action"] == "rolled_back"
    assert cluster.calls == ["rollback"] and cluster.active == OLD


FAULTS = st.fixed_dictionaries(
    {
        "needs_restart": st.booleans(),
        "late": st.integers(0, 5),
        "invalid": st.sampled_from([[], ["[Critical] bad stanza"]]),
        "broken": st.dictionaries(
            st.sampled_from(["idx1", "idx2", "idx3"]),
            st.sampled_from(
                [{"status": "Down"}, {"status": "Restarting"}, {"problems": ("cannot bind",)}, {"checksum": ACTIVE}]
            ),
            max_size=2,
        ),
        "checks": st.sampled_from([[], ["search_factor_met"]]),
        "down": st.booleans(),
        "maintenance": st.booleans(),
        "busy": st.sampled_from(["", "OTHER", NEW]),
        "lost": st.integers(0, 4),
        "refused": st.integers(0, 2),
    }
)


@given(FAULTS, st.booleans(), st.booleans())
def test_whatever_happens_a_run_keeps_its_promises(given_faults, allow_restart, check):
    cluster = Cluster()
    cluster.needs_restart, cluster.late = given_faults["needs_restart"], given_faults["late"]
    cluster.invalid, cluster.broken = given_faults["invalid"], dict(given_faults["broken"])
    cluster.checks = given_faults["checks"]
    cluster.answers["apply"] = [lost()] * given_faults["lost"] + [refusal("busy")] * given_faults["refused"]
    if given_faults["busy"]:
        broken, cluster.broken = cluster.broken, {}
        cluster.push(given_faults["busy"])
        cluster.then(lambda: setattr(cluster, "broken", broken))
    if given_faults["maintenance"]:
        cluster.then(lambda: cluster.becomes(maintenance=True))
    if given_faults["down"]:
        cluster.then(lambda: cluster.peer_becomes("idx3", status="Down"))
    try:
        result = run(cluster, allow_restart=allow_restart, check=check, wait_timeout=120)
    except CollectionError as error:
        assert len(str(error)) > 20
        result = {"action": "failed"}
    applied = cluster.calls.count("apply")
    if result["action"] == "applied" and not check:
        assert cluster.active == NEW and {peer.checksum for peer in cluster.peers.values()} == {NEW}
        assert {peer["status"] for peer in result["peers"]} == {"Up"}
    if (
        check
        or given_faults["invalid"]
        or (given_faults["needs_restart"] and not (allow_restart and not cluster.checks))
    ):
        assert applied == 0
    if given_faults["maintenance"] and not given_faults["busy"]:
        assert applied == 0
    # A rollback follows a push of this run that became active, and goes to the bundle that was active before.
    assert cluster.calls.count("rollback") <= min(applied, 1)
    if "rollback" in cluster.calls:
        assert result["action"] == "failed" and cluster.active in (ACTIVE, "OTHER")
    assert "cancel" not in cluster.calls
