# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rotation reports the old token correctly, whatever Splunk answers and whoever else changes the token."""

from __future__ import annotations

import re

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import token_rotation
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rotation_run import TokenRotation
from ansible_collections.edgeops.logpush.tests.unit.modules import module_runner
from ansible_collections.edgeops.logpush.tests.unit.rotations import NEW, OLD, OTHER, Fleet, passing

__all__ = ["passing"]

KEPT = {"cloudflare": "enabled", "new": "enabled", "other": "enabled"}
DISABLED = {**KEPT, "cloudflare": "disabled"}
RETIRED = {"new": "enabled", "other": "enabled"}
AT_ONCE = {"settle": 0, "grace": 0}
ON_TOKEN = {"side": "splunk", "path": "/cloudflare$", "kind": "status", "status": 503, "times": None}


@pytest.fixture
def fleet(simulator, modules, passing):
    """Return one zone that pushes with the old token."""
    return Fleet(simulator, modules, count=1, settings={"hec_metrics_seconds": 0.0, "acs_delay": 0.0})


def doing(monkeypatch, before, action):
    """Let an action happen immediately before a step of the rotation."""
    steps = list(token_rotation.STEPS)
    position = [step.__name__ for step in steps].index(before)
    steps.insert(position, lambda rotation: action() is not False)
    monkeypatch.setattr(token_rotation, "STEPS", tuple(steps))


def change_token(fleet, name, **fields):
    """Change a token as another user."""
    url = f"{fleet.simulator.management_url}/services/data/inputs/http/{name}"
    credentials = (fleet.simulator.splunk_username, fleet.simulator.splunk_password)
    requests.post(url, data=fields, auth=credentials, verify=fleet.simulator.ca_file, timeout=10).raise_for_status()


def test_the_report_names_what_was_moved_and_ends_with_the_places_to_change(fleet):
    fleet.modules.environment["SPLUNK_HEC_TOKEN"] = f"Splunk {OLD}"
    assert (
        fleet.rotate(check_mode=True)["report"][1]
        == "  ~ zone1.example.com   http_requests   zone1.example.com   move to new"
    )
    title, moved, *_checks, heading, environment, others, name = fleet.rotate(**AT_ONCE)["report"]
    assert title == "HEC token cloudflare: deleted. 1 of 1 jobs moved to new."
    assert moved == "  ~ zone1.example.com   http_requests   zone1.example.com   moved to new"
    assert name.startswith("Now set splunk_hec_token_name: new in your inventory.")
    assert heading == "Set the value of the new token in these places:"
    assert environment == "  - SPLUNK_HEC_TOKEN in the environment: holds the old value"
    assert others.startswith("  - the variable splunk_logpush_hec_token, and credentials")


def test_a_missing_old_token_is_not_called_deleted(fleet):
    fleet.rotate(**AT_ONCE)
    again = fleet.rotate(**AT_ONCE)
    assert again["old_token"] == "absent" and not again.result["changed"]
    assert again["report"][0].startswith("HEC token cloudflare: Splunk has no such token.")
    assert again["checks"] == ["Splunk lists no HEC token cloudflare, so no job was moved and no token was retired."]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_wrong_name_of_the_old_token_fails_if_no_job_uses_the_new_one(fleet, check_mode):
    stopped = fleet.rotate(fails=True, check_mode=check_mode, old_name="cloudfalre")
    assert stopped["old_token"] == "absent" and set(fleet.used()) == {OLD}
    assert "Splunk lists no HEC token cloudfalre" in stopped.msg and "splunk_hec_token_name" in stopped.msg
    fleet.rotate(old_name="cloudfalre", unused=True)
    assert fleet.tokens() == KEPT


def test_a_missing_new_token_leaves_the_old_one_as_it_is(fleet):
    stopped = fleet.rotate(fails=True, new_name="missing")
    assert stopped["old_token"] == "enabled" and "There is no HEC token missing" in stopped.msg
    change_token(fleet, "cloudflare", disabled="1")
    assert fleet.rotate(fails=True, new_name="missing")["old_token"] == "disabled"


@pytest.mark.parametrize("kind", ["status", "empty_list", "truncated"])
def test_without_an_answer_of_splunk_the_state_is_unknown(simulator, fleet, kind):
    simulator.set_faults({"side": "splunk", "kind": kind, "status": 503, "path": "data/inputs/http$", "times": None})
    stopped = fleet.rotate(fails=True)
    assert stopped["old_token"] == "unknown" and "not known" in stopped["report"][0]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("method, wanted", [("POST", "disabled"), ("DELETE", "deleted")])
def test_a_change_without_an_answer_is_read_back(simulator, fleet, method, wanted, moment):
    simulator.set_faults({**ON_TOKEN, "method": method, "moment": moment})
    done = fleet.rotate(fails=moment == "before", **AT_ONCE)
    if moment == "after":
        assert done["old_token"] == "deleted" and fleet.tokens() == RETIRED
        return
    left = "enabled" if method == "POST" else "disabled"
    assert done["old_token"] == left == fleet.tokens()["cloudflare"]
    assert f"The old token cloudflare is {left}, not {wanted}." in done.msg


@pytest.mark.parametrize("method, left", [("POST", KEPT), ("DELETE", DISABLED)])
def test_a_change_that_splunk_accepts_and_does_not_make_is_a_failure(simulator, fleet, method, left):
    simulator.set_faults({**ON_TOKEN, "method": method, "status": 200, "body": {"entry": []}})
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert fleet.tokens() == left and stopped["old_token"] == left["cloudflare"]
    assert "did not carry it out" in stopped.msg


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_change_that_cannot_be_read_back_leaves_an_unknown_state(simulator, fleet, monkeypatch, method):
    reading = {**ON_TOKEN, "method": "GET", "path": "data/inputs/http$"}
    # The reads before this one: both tokens, and the old one before each change.
    simulator.set_faults({**ON_TOKEN, "method": method}, {**reading, "skip": 3 if method == "POST" else 5})
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert stopped["old_token"] == "unknown" and "It is not known whether the token is" in stopped.msg
    assert ("was enabled before" if method == "POST" else "was disabled before") in stopped.msg


def test_a_token_that_somebody_enabled_in_the_grace_time_is_not_deleted(fleet, monkeypatch):
    doing(monkeypatch, "delete", lambda: change_token(fleet, "cloudflare", disabled="0"))
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert fleet.tokens() == KEPT and stopped["old_token"] == "enabled"
    assert "somebody enabled it" in stopped.msg


@pytest.fixture
def bugs_expected(monkeypatch):
    """Let a result report a bug."""
    monkeypatch.setattr(module_runner, "CRASH", re.compile("(?!)"))


@pytest.mark.usefixtures("bugs_expected")
def test_an_unforeseen_error_after_the_token_was_disabled_enables_it_again(fleet, monkeypatch):
    def fail(rotation, rows, since):
        if rotation.old_state == "disabled":
            raise TypeError("'NoneType' object is not subscriptable")

    monkeypatch.setattr(TokenRotation, "verify", fail)
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert fleet.tokens() == KEPT and stopped["old_token"] == "enabled"
    assert "enabled again" in stopped.msg and "TypeError" in stopped.msg


@pytest.mark.usefixtures("bugs_expected")
def test_an_unforeseen_error_in_a_wave_moves_its_jobs_back(fleet, monkeypatch):
    monkeypatch.setattr(TokenRotation, "verify", lambda rotation, rows, since: rows.missing)
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert set(fleet.used()) == {OLD} and fleet.tokens() == KEPT
    assert "back on the old token" in stopped.msg and "AttributeError" in stopped.msg


@pytest.mark.usefixtures("bugs_expected")
def test_an_unforeseen_error_elsewhere_keeps_the_result(fleet, monkeypatch):
    doing(monkeypatch, "settle", lambda: {}["missing"])
    stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert stopped["old_token"] == "enabled" and len(stopped["results"]) == 1 and "KeyError" in stopped.msg


def test_a_job_made_in_the_settle_time_gets_a_settle_time_of_its_own(simulator, fleet, passing):
    made, disabled = [], []

    def make(passed):
        if passed >= 300 and not made:
            fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs")
            made.append(passed)
        if fleet.tokens().get("cloudflare") == "disabled" and not disabled:
            disabled.append(passed)

    passing.meanwhile = make
    fleet.rotate(settle=600, grace=60)
    assert fleet.tokens() == RETIRED and set(fleet.used()) == {NEW} and disabled[0] >= 1200
    fleet.assert_none_lost()


def test_jobs_that_appear_in_every_settle_time_keep_both_tokens(fleet, passing):
    datasets = iter(["dns_logs", "nel_reports", "spectrum_events"])
    due = [120.0]

    def make(passed):
        if passed >= due[0]:
            due[0] = passed + 600
            fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset=next(datasets), name=f"job{passed}")

    passing.meanwhile = make
    stopped = fleet.rotate(fails=True, settle=600)
    assert fleet.tokens() == KEPT and "appear again and again: zone1.example.com, " in stopped.msg
    fleet.assert_none_lost()


def test_a_job_made_immediately_before_the_token_is_disabled_gets_it_back(fleet, monkeypatch):
    zone_id = fleet.ids["zone1.example.com"]
    with monkeypatch.context() as meanwhile:
        doing(meanwhile, "disable", lambda: fleet.add_job(zone_id=zone_id, dataset="dns_logs", name="late"))
        stopped = fleet.rotate(fails=True, **AT_ONCE)
    assert (
        fleet.tokens() == KEPT and "zone1.example.com, dns_logs late" in stopped.msg and "enabled again" in stopped.msg
    )
    fleet.rotate(**AT_ONCE)
    assert fleet.tokens() == RETIRED
    fleet.assert_none_lost()


def test_jobs_that_went_back_are_not_reported_as_moved(simulator, fleet, monkeypatch):
    monkeypatch.setattr(simulator, "push", lambda: 0)
    stopped = fleet.rotate(fails=True, verify_timeout=60)
    assert stopped["report"][0] == "HEC token cloudflare: enabled. 0 of 1 jobs moved to new."
    assert "Both tokens are enabled." in stopped.msg


def test_every_moved_zone_of_a_large_rotation_can_be_counted(simulator, modules, passing):
    many = Fleet(simulator, modules, 200)
    zones = [{"zone_id": zone_id, "zone_name": name, "host": name} for name, zone_id in many.ids.items()]
    done = many.rotate(zones=zones, limit="part")
    assert done["summary"] == {"scopes": 200, "moved_scopes": 200, "jobs": 200, "moved": 200, "failed": 0}
    assert {row["host"] for row in done["results"] if row["changed"]} == set(many.ids)
    title, *moved, more, _limited = done["report"]
    assert title == "HEC token cloudflare: enabled. 200 of 200 jobs moved to new."
    assert len(moved) == 40 and more == "  and 160 more, see results"


@pytest.mark.parametrize("what", ["list", "write", "delivery"])
def test_the_zones_because_of_which_a_rotation_stops_are_rows_with_their_hosts(simulator, fleet, monkeypatch, what):
    failing = "zone1.example.com"
    path = f"{fleet.ids[failing]}/logpush/jobs"
    if what == "delivery":
        monkeypatch.setattr(simulator, "push", lambda: 0)
    else:
        method, path = ("GET", f"{path}$") if what == "list" else ("PUT", f"{path}/")
        simulator.set_faults({"kind": "success_false", "status": 400, "path": path, "method": method, "times": None})
    zones = [{"zone_id": zone_id, "zone_name": name, "host": name} for name, zone_id in fleet.ids.items()]
    stopped = fleet.rotate(fails=True, zones=zones, verify_timeout=60)
    assert [row["host"] for row in stopped["results"] if row["failed"]] == [failing]
    assert stopped["summary"]["failed"] == 1
    assert stopped["stopped"] == stopped.msg and stopped.msg in stopped["report"]
    assert [row["host"] for row in stopped["results"] if row["changed"]] == ([failing] if what == "delivery" else [])


def test_a_wave_does_not_go_back_to_a_disabled_token(simulator, fleet, monkeypatch):
    change_token(fleet, "cloudflare", disabled="1")
    monkeypatch.setattr(simulator, "push", lambda: 0)
    stopped = fleet.rotate(fails=True, verify_timeout=60)
    assert set(fleet.used()) == {NEW} and fleet.tokens() == DISABLED
    assert "The old token is disabled. So the jobs of this wave stay on the new token." in stopped.msg


def test_check_mode_does_not_say_that_jobs_are_moved(simulator, fleet):
    fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs", name="hidden", enabled=False)
    checked = fleet.rotate(check_mode=True)
    assert checked["report"][0] == "HEC token cloudflare: enabled. 2 of 2 jobs to move to new."
    zone_id = fleet.ids["zone1.example.com"]
    hidden = simulator.destination_conf("x").replace("Splunk%20x", "")
    fleet.add_job(zone_id=zone_id, dataset="nel_reports", destination_conf=hidden, enabled=False)
    stopped = fleet.rotate(fails=True, check_mode=True)
    assert (
        "are moved" not in stopped.msg and "whose HEC token cannot be read" in stopped.msg and OTHER not in stopped.msg
    )


@pytest.fixture
def cloud(simulator):
    """Return how to reach the management of Splunk Cloud."""
    stack = {"platform": "cloud", "url": simulator.acs_url, "stack": simulator.acs_stack}
    return {**stack, "auth_token": simulator.acs_token, "retries": 0, "wait_timeout": 60}


def test_a_rotation_on_splunk_cloud(fleet, cloud):
    done = fleet.rotate(splunk=cloud, settle=60, grace=60)
    assert fleet.tokens() == RETIRED and done["old_token"] == "deleted" and set(fleet.used()) == {NEW}
    assert all("cannot be searched" in note for note in done["checks"]) and len(done["checks"]) == 2
    fleet.assert_none_lost()


@pytest.mark.parametrize("method, left", [("PATCH", KEPT), ("DELETE", DISABLED)])
def test_a_change_that_splunk_cloud_does_not_make_in_time_is_reported(simulator, fleet, cloud, method, left):
    accepted = {"kind": "status", "status": 202, "body": {}, "times": None}
    simulator.set_faults({"side": "acs", "method": method, **accepted})
    stopped = fleet.rotate(fails=True, splunk=cloud, **AT_ONCE)
    assert fleet.tokens() == left and stopped["old_token"] == left["cloudflare"]
    assert f"The old token cloudflare is {left['cloudflare']}, not d" in stopped.msg
