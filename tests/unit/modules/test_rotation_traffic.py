# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of Splunk decide whether the old token is disabled and deleted; and the last check before that."""

from __future__ import annotations

import time

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import retirement, token_rotation
from ansible_collections.edgeops.logpush.tests.unit.rotations import OLD, Fleet, passing

__all__ = ["passing"]

KEPT = {"cloudflare": "enabled", "new": "enabled", "other": "enabled"}
RETIRED = {"new": "enabled", "other": "enabled"}


@pytest.fixture
def fleet(simulator, modules, passing):
    """Return two zones that push with the old token every minute."""
    return Fleet(simulator, modules, count=2)


def sending(fleet, begin, end):
    """Return a sender that uses the old token for a part of the time."""
    return lambda passed: begin <= passed <= end and fleet.send()


def test_requests_at_the_beginning_of_the_settle_time_are_normal(fleet, passing):
    passing.meanwhile = sending(fleet, 0, 300)
    done = fleet.rotate()
    assert fleet.tokens() == RETIRED and "no request with the old token" in done["checks"][0]


def test_requests_that_end_in_the_second_settle_time_are_waited_for(fleet, passing):
    passing.meanwhile = sending(fleet, 0, 1000)
    fleet.rotate()
    assert fleet.tokens() == RETIRED and passing.passed > 1000 + 300 + 900


def test_requests_until_the_end_keep_both_tokens(fleet, passing):
    passing.meanwhile = sending(fleet, 0, 10**6)
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and passing.passed < 2 * 900 + 200
    assert "The old token still gets requests: " in stopped.msg and "the last one before 20" in stopped.msg
    assert "another sender" in stopped.msg and "job in another account" in stopped.msg
    fleet.assert_none_lost()


def test_a_short_settle_time_must_be_quiet_as_a_whole(fleet, passing):
    passing.meanwhile = sending(fleet, 0, 10**6)
    fleet.rotate(fails=True, settle=60)
    assert fleet.tokens() == KEPT


def test_a_sender_that_comes_in_the_grace_time_gets_the_token_back(fleet, passing):
    sent = []
    passing.meanwhile = lambda passed: sent.append(fleet.send()) if passed >= 1200 and len(sent) < 3 else None
    stopped = fleet.rotate(fails=True)
    assert sent[0] == 403 and fleet.tokens() == KEPT
    assert "enabled again" in stopped.msg and "the disabled token gets requests: " in stopped.msg


@pytest.mark.parametrize("whole", [True, False])
def test_a_token_without_a_row_is_quiet_only_if_hec_has_rows(simulator, fleet, whole):
    simulator.change_settings(hec_metrics_whole=whole)
    done = fleet.rotate(fails=not whole)
    assert fleet.tokens() == (RETIRED if whole else KEPT)
    if not whole:
        assert "no host reports metrics of HEC" in done.msg and "Both tokens stay enabled" in done.msg


def test_a_host_that_falls_silent_is_no_evidence(simulator, fleet, passing):
    silent_from = time.time() + 500
    simulator.change_settings(hec_metrics_hosts={"splunk": None, "second": silent_from})
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and "incomplete for second" in stopped.msg


def test_a_host_that_falls_silent_in_the_grace_time_gets_the_token_back(simulator, fleet, passing):
    silent_from = time.time() + 1200
    simulator.change_settings(hec_metrics_hosts={"splunk": None, "second": silent_from})
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and "incomplete for second" in stopped.msg and "enabled again" in stopped.msg


@pytest.mark.parametrize("options", [{"settle": 0, "grace": 0}, {}])
def test_the_result_says_that_splunk_was_not_asked(simulator, fleet, options):
    if not options:
        simulator.set_faults({"kind": "status", "status": 403, "side": "splunk", "path": "search/jobs", "times": None})
    done = fleet.rotate(**options)
    assert fleet.tokens() == RETIRED
    reasons = ("the settle time is 0", "the grace time is 0") if options else ("cannot be searched",) * 2
    for note, reason in zip(done["checks"], reasons):
        assert "Splunk was not asked" in note and reason in note


def test_a_job_made_in_the_settle_time_is_moved(fleet, passing):
    made = []

    def make(passed):
        if passed >= 300 and not made:
            made.append(fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs"))

    passing.meanwhile = make
    fleet.rotate(fails=True)
    passing.meanwhile = lambda passed: None
    fleet.rotate()
    assert fleet.tokens() == RETIRED and OLD not in fleet.used()
    fleet.assert_none_lost()


@pytest.mark.parametrize("is_named", [True, False])
def test_a_job_made_with_the_old_token_in_the_grace_time_is_not_cut_off(simulator, fleet, passing, is_named):
    simulator.change_settings(hec_metrics_seconds=0)
    made = []

    def make(passed):
        if passed >= 1500 and not made:
            made.append(fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs", enabled=is_named))

    passing.meanwhile = make
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT
    assert "enabled again" in stopped.msg and f"zone1.example.com dns_logs job {made[0]}" in stopped.msg
    assert stopped.msg.count("Run this again.") == 1


def test_a_last_check_that_fails_while_splunk_is_gone_says_how_the_token_was_left(simulator, fleet, passing):
    def break_all(passed):
        if passed >= 1700:
            gone = {"kind": "status", "status": 503, "times": None}
            simulator.set_faults(
                {**gone, "side": "api", "path": "/logpush/jobs$"}, {**gone, "side": "splunk", "path": "data/inputs"}
            )

    passing.meanwhile = break_all
    stopped = fleet.rotate(fails=True, grace=900)
    assert fleet.tokens() == {**KEPT, "cloudflare": "disabled"} and stopped["old_token"] == "disabled"
    assert "The old token cloudflare is still disabled and is not deleted" in stopped.msg


def test_a_token_that_is_only_disabled_stays(fleet):
    done = fleet.rotate(delete=False)
    assert fleet.tokens() == {**KEPT, "cloudflare": "disabled"} and done["old_token"] == "disabled"


def test_a_single_request_right_after_the_token_was_disabled_gets_the_token_back(fleet, passing):
    sent = []
    passing.meanwhile = lambda passed: (
        sent.append(fleet.send()) if fleet.tokens()["cloudflare"] == "disabled" and not sent else None
    )
    stopped = fleet.rotate(fails=True, verify_interval=1)
    assert sent == [403] and fleet.tokens() == KEPT
    assert "the disabled token gets requests: 1 request" in stopped.msg


def test_a_host_that_was_silent_for_some_minutes_is_waited_for(simulator, fleet, passing):
    simulator.change_settings(hec_metrics_hosts={"splunk": None, "second": time.time() + 700})
    passing.meanwhile = lambda passed: (
        simulator.change_settings(hec_metrics_hosts={"splunk": None, "second": None}) if passed >= 1100 else None
    )
    fleet.rotate(grace=60)
    assert fleet.tokens() == RETIRED


@pytest.mark.parametrize("grace", [0, 60])
def test_an_empty_list_needs_a_check_of_splunk_also_if_the_token_is_already_disabled(
    simulator, fleet, monkeypatch, grace
):
    reached = token_rotation.STEPS[: token_rotation.STEPS.index(retirement.disable) + 1]
    with monkeypatch.context() as killed:
        killed.setattr(token_rotation, "STEPS", reached)
        fleet.rotate(settle=60)
    path = f"{fleet.ids['zone2.example.com']}/logpush/jobs$"
    simulator.set_faults({"kind": "empty_list", "path": path, "method": "GET", "times": None})
    done = fleet.rotate(fails=not grace, settle=60, grace=grace)
    assert fleet.tokens() == (RETIRED if grace else {**KEPT, "cloudflare": "disabled"})
    assert grace or "zone2.example.com: its list of jobs is empty" in done.msg


def test_a_search_that_fails_in_the_settle_time_keeps_both_tokens(simulator, fleet, passing):
    gone = {"kind": "status", "status": 503, "side": "splunk", "path": "search/jobs", "times": None}
    passing.meanwhile = lambda passed: passed >= 100 and simulator.set_faults(gone)
    stopped = fleet.rotate(fails=True, settle=120)
    assert (
        fleet.tokens() == KEPT and stopped.msg.endswith("Both tokens stay enabled.") and "Searching for" in stopped.msg
    )


def test_a_list_that_fails_after_the_settle_time_keeps_both_tokens(simulator, fleet, passing):
    gone = {"kind": "status", "status": 503, "path": "/logpush/jobs$", "times": None}
    passing.meanwhile = lambda passed: passed >= 100 and simulator.set_faults(gone)
    stopped = fleet.rotate(fails=True, settle=120)
    assert fleet.tokens() == KEPT and stopped.msg.endswith("Both tokens stay enabled.") and "zone1" in stopped.msg


@pytest.fixture
def slow_fleet(simulator, modules, passing):
    """Return two zones whose jobs push to a changed destination after 14 minutes, as at Cloudflare."""
    return Fleet(simulator, modules, count=2, settings={"change_delay": 840.0})


@pytest.mark.parametrize("metrics", [0.0, 60.0])
def test_no_event_is_lost_while_cloudflare_applies_the_change(simulator, slow_fleet, metrics):
    simulator.change_settings(hec_metrics_seconds=metrics)
    slow_fleet.rotate(grace=60)
    assert slow_fleet.tokens() == RETIRED
    slow_fleet.assert_none_lost()


def test_no_event_of_a_job_that_is_made_in_the_settle_time_is_lost(simulator, slow_fleet, passing):
    simulator.change_settings(hec_metrics_seconds=0.0)
    made = []

    def make(passed):
        if passed >= 600 and not made:
            made.append(slow_fleet.add_job(zone_id=slow_fleet.ids["zone1.example.com"], dataset="dns_logs"))

    passing.meanwhile = make
    slow_fleet.rotate(grace=60)
    assert slow_fleet.tokens() == RETIRED and OLD not in slow_fleet.used()
    slow_fleet.assert_none_lost()


@pytest.mark.parametrize("step", [step.__name__ for step in token_rotation.STEPS[1:5]])
def test_no_event_is_lost_if_a_rotation_is_killed_while_cloudflare_applies_the_change(
    simulator, slow_fleet, monkeypatch, step
):
    simulator.change_settings(hec_metrics_seconds=0.0)
    names = [known.__name__ for known in token_rotation.STEPS]
    with monkeypatch.context() as killed:
        killed.setattr(token_rotation, "STEPS", token_rotation.STEPS[: names.index(step) + 1])
        slow_fleet.rotate(grace=60)
    slow_fleet.rotate(grace=60)
    assert slow_fleet.tokens() == RETIRED
    slow_fleet.assert_none_lost()
