# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rotation under traffic: its steps, its evidence, and kills at any point."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._operations import token_rotation
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.progress import Progress
from ansible_collections.edgeops.logpush.tests.simulator.state import DEFAULT_ACCOUNT_ID
from ansible_collections.edgeops.logpush.tests.unit.kills import KilledError, killing_send
from ansible_collections.edgeops.logpush.tests.unit.rotations import NEW, OLD, OTHER, Fleet, passing

__all__ = ["passing"]

JOBS = "/logpush/jobs$"
KEPT = {"cloudflare": "enabled", "new": "enabled", "other": "enabled"}
RETIRED = {"new": "enabled", "other": "enabled"}


@pytest.fixture
def fleet(simulator, modules, passing):
    """Return three zones that push with the old token every minute."""
    return Fleet(simulator, modules)


def test_every_job_is_moved_and_the_old_token_deleted(simulator, fleet):
    fleet.add_job(zone_id=fleet.ids["zone1.example.com"], name="off", dataset="dns_logs", enabled=False)
    fleet.add_job(OTHER, zone_id=fleet.ids["zone1.example.com"], name="other", dataset="nel_reports")
    checked = fleet.rotate(check_mode=True)
    assert checked["old_token"] == "enabled" and OLD in fleet.used()
    done = fleet.rotate()
    assert done["old_token"] == "deleted" and fleet.tokens() == RETIRED
    assert sorted(fleet.used()) == sorted([NEW] * 4 + [OTHER])
    assert done["checks"] == [
        "Splunk reports no request with the old token at the end of the settle time.",
        "Splunk reports no request to the disabled token in the grace time.",
    ]
    fleet.assert_none_lost()
    again = fleet.rotate()
    assert not again.result["changed"] and again["old_token"] == "absent"


def test_check_mode_does_not_say_that_a_rotation_stopped(simulator, fleet):
    refused = f"zones/{fleet.ids['zone1.example.com']}{JOBS}"
    simulator.set_faults({"kind": "status", "status": 403, "path": refused, "times": None})
    would_stop = fleet.rotate(fails=True, check_mode=True)
    assert would_stop.msg.startswith("The rotation would stop here. ") and "Both tokens" not in would_stop.msg
    assert fleet.rotate(fails=True).msg.startswith("The rotation stopped. Both tokens are enabled. ")


def test_the_waits_of_a_rotation_are_shown(fleet, monkeypatch):
    waits = []
    monkeypatch.setattr(Progress, "wait_for", lambda self, *waiting: waits.append(waiting))
    fleet.rotate(settle=120, grace=60)
    shown = [(wait[0].partition(" (")[0], wait[2]) for wait in waits if wait[0]]
    assert [wait for wait in shown if not wait[0].startswith("a delivery of ")] == [
        ("Cloudflare to propagate the new token", 120),
        ("Splunk to get no more requests with the old token", 120),
        ("requests to the disabled token, before it is deleted", 60),
    ]
    assert waits[-1] == ("",)


@pytest.mark.parametrize("step", [step.__name__ for step in token_rotation.STEPS])
def test_a_rotation_killed_after_a_step_is_finished_by_the_next_run(fleet, monkeypatch, step):
    names = [known.__name__ for known in token_rotation.STEPS]
    reached = token_rotation.STEPS[: names.index(step) + 1]
    with monkeypatch.context() as killed:
        killed.setattr(token_rotation, "STEPS", reached)
        fleet.rotate(settle=60, grace=60)
    fleet.rotate(settle=60, grace=60)
    assert fleet.tokens() == RETIRED and set(fleet.used()) == {NEW}
    fleet.assert_none_lost()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rotation_killed_at_any_write_is_finished_by_the_next_run(simulator, modules, passing, monkeypatch, moment):
    killed_at = 0
    while True:
        fleet = Fleet(simulator, modules, count=2)
        killed_at += 1
        with monkeypatch.context() as killed:
            killed.setattr(Http, "send", killing_send(killed_at, moment))
            try:
                fleet.modules.tasks(fleet.task(settle=60, grace=60))
            except KilledError:
                pass
            else:
                break
        fleet.rotate(settle=60, grace=60)
        assert fleet.tokens() == RETIRED and set(fleet.used()) == {NEW}
        fleet.assert_none_lost()
    # Two jobs, disabled, deleted.
    assert killed_at == 5


@pytest.mark.parametrize("kind", ["empty_list", "null_result"])
def test_an_empty_list_for_every_zone_is_no_evidence(simulator, fleet, kind):
    simulator.set_faults({"kind": kind, "path": JOBS, "method": "GET", "times": None})
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and set(fleet.used()) == {OLD}
    assert ("splunk_hec_rotation_unused" if kind == "empty_list" else "Listing the Logpush jobs") in stopped.msg
    assert "are moved" not in stopped.msg


@pytest.mark.parametrize("kind", ["empty_list", "null_result"])
@pytest.mark.parametrize("metrics", [0.0, 60.0])
def test_an_empty_list_for_one_zone_is_no_evidence(simulator, fleet, kind, metrics):
    simulator.change_settings(hec_metrics_seconds=metrics)
    path = f"{fleet.ids['zone2.example.com']}{JOBS}"
    simulator.set_faults({"kind": kind, "path": path, "method": "GET", "times": None})
    stopped = fleet.rotate(fails=True)
    # If a zone cannot be listed, its wave fails, and the jobs of later waves stay on the old token.
    assert fleet.tokens() == KEPT and fleet.used().count(OLD) == (1 if kind == "empty_list" else 2)
    if not metrics:
        assert "zone2.example.com" in stopped.msg
    fleet.assert_none_lost()


@pytest.mark.parametrize("skip", [2, 4, 6])
def test_a_list_that_becomes_empty_later_is_no_evidence(simulator, fleet, skip):
    fault = {"kind": "empty_list", "path": f"{fleet.ids['zone2.example.com']}{JOBS}", "method": "GET", "times": None}
    simulator.set_faults({**fault, "skip": skip})
    fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT
    fleet.assert_none_lost()


def test_a_zone_that_is_not_listed_keeps_the_old_token(simulator, fleet):
    path = f"{fleet.ids['zone2.example.com']}{JOBS}"
    simulator.set_faults({"kind": "status", "status": 403, "path": path, "method": "GET", "times": None})
    stopped = fleet.rotate(fails=True, complete=True)
    assert fleet.tokens() == KEPT and "zone2.example.com" in stopped.msg
    fleet.assert_none_lost()


def test_zones_that_the_run_does_not_name_are_checked(fleet):
    left_out = fleet.ids.pop("zone3.example.com")
    stopped = fleet.rotate(fails=True, complete=True)
    assert fleet.tokens() == KEPT and fleet.used().count(OLD) == 1
    assert "zone3.example.com http_requests job 1003" in stopped.msg and left_out
    fleet.assert_none_lost()


def test_accounts_are_checked(fleet):
    fleet.add_job(account_id=DEFAULT_ACCOUNT_ID, name="audit", dataset="audit_logs")
    stopped = fleet.rotate(fails=True, complete=True)
    assert f"account {DEFAULT_ACCOUNT_ID} audit_logs job 1004" in stopped.msg and fleet.tokens() == KEPT
    fleet.assert_none_lost()


OTHER_ACCOUNT = "acc0" * 8


@pytest.mark.parametrize("is_visible", [True, False])
def test_accounts_that_the_inventory_names_are_checked(simulator, modules, passing, is_visible):
    accounts = [{"id": DEFAULT_ACCOUNT_ID}, {"id": OTHER_ACCOUNT}]
    scope = {} if is_visible else {"accounts": [DEFAULT_ACCOUNT_ID]}
    api_token = {"id": "7e57" * 8, "token": simulator.api_token, **scope}
    fleet = Fleet(simulator, modules, count=1, accounts=accounts, api_tokens=[api_token])
    fleet.add_job(account_id=OTHER_ACCOUNT, name="audit", dataset="audit_logs")
    stopped = fleet.rotate(fails=True, accounts=[OTHER_ACCOUNT.upper()])
    seen = (
        f"account {OTHER_ACCOUNT} audit_logs job 1002" if is_visible else "Not checked for jobs with the old token (1)"
    )
    assert seen in stopped.msg.replace(OTHER_ACCOUNT.upper(), OTHER_ACCOUNT) and fleet.tokens() == KEPT


INTERNAL = {"id": "1" * 32, "name": "corp.example.com", "type": "internal"}


def test_zones_of_internal_dns_are_checked(simulator, modules, passing):
    zone = {"id": f"{1:032x}", "name": "zone1.example.com"}
    fleet = Fleet(simulator, modules, count=1, zones=[zone, INTERNAL])
    job = fleet.add_job(zone_id=INTERNAL["id"], name="internal", dataset="dns_logs")
    stopped = fleet.rotate(fails=True, complete=True)
    assert f"corp.example.com dns_logs job {job}" in stopped.msg and fleet.tokens() == KEPT


ELSEWHERE = {
    "a zone that the API token does not list": (
        {"host": "shop", "zone": "shop.example.org"},
        "shop.example.org: this zone is in the inventory but not in the list of zones",
    ),
    "a zone that it may not read": ({"host": "shop", "zone_id": "f" * 32}, "shop: "),
    "variables that cannot be read": ({"host": "shop", "problem": "'region' is undefined"}, "shop: 'region' is undef"),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_zones_that_only_other_inventory_hosts_name_must_be_seen(fleet, what):
    zone, said = ELSEWHERE[what]
    stopped = fleet.rotate(fails=True, settle=60, other_zones=[zone])
    assert (
        fleet.tokens() == KEPT and "Not checked for jobs with the old token (1)" in stopped.msg and said in stopped.msg
    )
    fleet.rotate(settle=60, grace=60, other_zones=[zone], complete=True)
    assert fleet.tokens() == RETIRED
    fleet.assert_none_lost()


def test_zones_of_other_inventory_hosts_that_are_seen_are_no_obstacle(fleet):
    third = fleet.ids.pop("zone3.example.com")
    others = [{"zone_id": third.upper()}, {"zone": "ZONE3.example.com."}]
    stopped = fleet.rotate(fails=True, other_zones=others)
    assert "zone3.example.com http_requests job 1003" in stopped.msg and "Not checked" not in stopped.msg


def test_an_empty_list_of_zones_is_no_evidence(simulator, modules, passing):
    fleet = Fleet(simulator, modules, count=1)
    for job in simulator.jobs():
        simulator.change_job(job["id"], destination_conf=simulator.destination_conf(OTHER))
    fleet.add_job(account_id=DEFAULT_ACCOUNT_ID, name="audit", dataset="audit_logs")
    simulator.set_faults({"kind": "empty_list", "path": "/zones$", "method": "GET", "times": None})
    stopped = fleet.rotate(fails=True, zones=[{"account_id": DEFAULT_ACCOUNT_ID}])
    assert fleet.tokens() == KEPT and "the list of zones is empty" in stopped.msg


def test_a_job_that_reaches_the_collector_through_https_is_moved(simulator, fleet):
    destination = f"https://{simulator.hec_endpoint}/services/collector/raw?header_Authorization=Splunk%20{OLD}"
    zone_id = fleet.ids["zone1.example.com"]
    fleet.add_job(zone_id=zone_id, dataset="dns_logs", destination_conf=destination, enabled=False)
    fleet.rotate()
    assert fleet.tokens() == RETIRED and set(fleet.used()) == {NEW}
    [job] = [job["stored"] for job in simulator.jobs() if job["stored"]["dataset"] == "dns_logs"]
    assert job["destination_conf"].startswith("https://")


def test_the_waves_follow_each_other_and_both_tokens_stay_enabled_for_the_settle_time(simulator, fleet):
    simulator.wipe_requests()
    fleet.rotate(settle=600, grace=120)
    moved = [request["time"] for request in simulator.requests(side="api", method="PUT")]
    disabled, deleted = [
        request["time"]
        for request in simulator.requests(side="splunk")
        if request["method"] != "GET" and request["path"].endswith("/cloudflare")
    ]
    # The first wave is one zone, and must deliver before the next one.
    assert moved[1] - moved[0] >= 30 and len(moved) == 3
    assert disabled - max(moved) >= 600 and deleted - disabled >= 120


SPELLINGS = {
    "http": lambda endpoint: f"https://{endpoint}/services/collector/raw?header_Authorization=Splunk%20{OLD}",
    "http, lower case": lambda endpoint: f"https://{endpoint}/x?header_authorization=splunk+{OLD.lower()}",
    "basic": lambda endpoint: (
        f"https://{endpoint}/x?header_Authorization=Basic%20{base64.b64encode(f'x:{OLD}'.encode()).decode()}"
    ),
    "query": lambda endpoint: f"https://{endpoint}/services/collector/raw?token={OLD}",
    "encoded twice": lambda endpoint: (
        f"splunk://{endpoint}/services/collector/raw?channel=x&header_Authorization=Splunk%2520{OLD.replace('-', '%252D')}"
    ),
    "upper case": lambda endpoint: (
        f"splunk://{endpoint}/services/collector/raw?channel=x&header_Authorization=SPLUNK%20{OLD.upper()}"
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_job_with_the_old_token_in_any_spelling_keeps_it(simulator, fleet, spelling):
    destination = SPELLINGS[spelling](simulator.hec_endpoint)
    job = fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs", destination_conf=destination)
    del fleet.ids["zone1.example.com"]
    stopped = fleet.rotate(fails=True, complete=True)
    assert fleet.tokens() == KEPT and f"dns_logs job {job}" in stopped.msg


@pytest.mark.parametrize("token", ["********", ""])
def test_a_job_at_the_collector_with_a_hidden_token_keeps_the_old_one(simulator, fleet, token):
    hidden = simulator.destination_conf("x").replace("Splunk%20x", f"Splunk%20{token}" if token else "")
    fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs", destination_conf=hidden, enabled=False)
    stopped = fleet.rotate(fails=True, complete=True)
    assert fleet.tokens() == KEPT and "whose HEC token cannot be read: zone1.example.com dns_logs" in stopped.msg


@pytest.mark.parametrize("is_named", [True, False])
def test_the_collector_may_come_from_the_environment(fleet, is_named):
    hidden = "splunk://other.example.com:8088/services/collector/raw?channel=9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
    fleet.add_job(zone_id=fleet.ids["zone1.example.com"], dataset="dns_logs", destination_conf=hidden, enabled=False)
    if is_named:
        fleet.modules.environment["SPLUNK_HEC_ENDPOINT"] = "other.example.com:8088"
    outcome = fleet.rotate(fails=is_named, complete=True)
    assert ("cannot be read" in outcome.result.get("msg", "")) == is_named == (fleet.tokens() == KEPT)


def test_a_token_that_no_job_uses_needs_consent(simulator, fleet):
    for job in simulator.jobs():
        simulator.change_job(job["id"], destination_conf=simulator.destination_conf(OTHER))
    stopped = fleet.rotate(fails=True)
    assert "no job uses either token" in stopped.msg and "splunk_hec_rotation_unused: true" in stopped.msg
    assert fleet.tokens() == KEPT
    fleet.rotate(unused=True)
    assert fleet.tokens() == RETIRED


LIMITED = {
    "a zone token": {"accounts": []},
    "zones that it may not list": {"permissions": ["logs_write"]},
    "one zone of many": {"permissions": ["logs_write", "zone_read"], "accounts": []},
}


@pytest.mark.parametrize("what", LIMITED)
def test_what_the_api_token_cannot_see_needs_consent(simulator, modules, passing, what):
    api_token = {"id": "7e57" * 8, "token": simulator.api_token, **LIMITED[what]}
    fleet = Fleet(simulator, modules, count=2, api_tokens=[api_token])
    stopped = fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and set(fleet.used()) == {NEW}
    assert "Not checked for jobs with the old token" in stopped.msg
    assert "run this again with splunk_hec_rotation_complete: true" in stopped.msg
    done = fleet.rotate(complete=True)
    assert fleet.tokens() == RETIRED and any("You confirmed" in note for note in done["checks"])
    fleet.assert_none_lost()


def test_an_account_token_that_sees_everything_needs_no_consent(simulator, modules, passing):
    scope = {"accounts": [DEFAULT_ACCOUNT_ID], "permissions": ["logs_write", "zone_read"]}
    api_token = {"id": "7e57" * 8, "token": simulator.api_token, **scope}
    fleet = Fleet(simulator, modules, count=2, api_tokens=[api_token])
    done = fleet.rotate(settle=60, grace=60)
    assert fleet.tokens() == RETIRED and not any("You confirmed" in note for note in done["checks"])


def test_an_api_token_that_lists_more_zones_than_it_may_read_needs_consent(simulator, modules, passing):
    fleet = Fleet(simulator, modules, count=8, settings={"hec_metrics_seconds": 0.0})
    names = list(fleet.ids)
    for name in names[1:]:
        del fleet.ids[name]
    for job in simulator.jobs()[1:]:
        simulator.change_job(job["id"], destination_conf=simulator.destination_conf(OTHER))
    path = f"zones/0+[2-8]{JOBS}"
    simulator.set_faults({"kind": "status", "status": 403, "path": path, "method": "GET", "times": None})
    stopped = fleet.rotate(fails=True, settle=0)
    assert fleet.tokens() == KEPT and fleet.used()[0] == NEW
    assert "Not checked for jobs with the old token (7): zone2.example.com: " in stopped.msg
    assert "; and 2 more. To finish, run this again with" in stopped.msg
    assert stopped.msg.endswith("which confirms that no job there uses the old token.")
    done = fleet.rotate(complete=True, settle=0, grace=0)
    assert fleet.tokens() == RETIRED and any("You confirmed" in note for note in done["checks"])


def test_a_limited_run_moves_jobs_and_keeps_the_old_token(fleet):
    fleet.ids = {"zone1.example.com": fleet.ids["zone1.example.com"]}
    done = fleet.rotate(limit="zone1.example.com")
    assert fleet.tokens() == KEPT and fleet.used().count(NEW) == 1
    assert "limited to zone1.example.com" in done["checks"][0]


def test_a_wave_that_does_not_deliver_goes_back(simulator, fleet, passing, monkeypatch):
    monkeypatch.setattr(simulator, "push", lambda: 0)
    stopped = fleet.rotate(fails=True, verify_timeout=60)
    assert set(fleet.used()) == {OLD} and fleet.tokens() == KEPT
    assert "back on the old token" in stopped.msg


def test_a_job_that_cannot_be_moved_stops_the_rotation(simulator, fleet):
    path = f"{fleet.ids['zone3.example.com']}{JOBS[:-1]}/"
    simulator.set_faults({"kind": "success_false", "path": path, "method": "PUT", "times": None})
    fleet.rotate(fails=True)
    assert fleet.tokens() == KEPT and fleet.used().count(OLD) == 2
    fleet.assert_none_lost()


def test_tokens_of_the_deployment_repository_are_not_retired(simulator, modules, passing):
    both = [{"name": "cloudflare", "token": OLD}, {"name": "new", "token": NEW}]
    fleet = Fleet(simulator, modules, count=1, hec_settings={"useDeploymentServer": True}, repository_tokens=both)
    done = fleet.rotate(fails=True)
    assert "HEC of this server has useDeploymentServer = 1" in done.msg and not done.result["changed"]
    assert [token["disabled"] for token in simulator.state()["repository_tokens"]] == [False, False]
    assert fleet.used() == [OLD]


def test_settings_of_hec_that_cannot_be_read_are_no_evidence(simulator, fleet):
    hidden = {"kind": "status", "status": 403, "side": "splunk", "method": "GET", "path": "data/inputs/http/http$"}
    simulator.set_faults({**hidden, "times": None})
    stopped = fleet.rotate(fails=True)
    assert "Reading the settings of HEC failed" in stopped.msg and set(fleet.used()) == {OLD}
    assert fleet.tokens() == KEPT


WRONG = [
    {"old_name": "new"},
    {"zones": []},
    {"settle": -1},
    {"grace": -1},
    {"waves": ["many"]},
    {"endpoint": "https://"},
    {"verify_timeout": -1},
    {"verify_interval": 0},
    {"concurrency": 0},
]


@pytest.mark.parametrize("names", WRONG)
def test_bad_options_fail_before_the_first_request(simulator, fleet, names):
    simulator.wipe_requests()
    fleet.rotate(fails=True, **names)
    assert simulator.requests(side="api") == [] and simulator.requests(side="splunk") == []
