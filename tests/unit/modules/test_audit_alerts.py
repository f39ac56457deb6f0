# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit notes each account in which nobody is told when Cloudflare disables a job."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task

AUDIT, ALERT = "edgeops.logpush.splunk_logpush_audit", "edgeops.logpush.logpush_alert"
ONE, TWO, EMPTY = "a" * 32, "b" * 32, "c" * 32
OWNERS = {"one.example.com": ONE, "two.example.com": TWO, "three.example.com": ONE, "empty.example.com": EMPTY}
IDS = {name: f"{number:032x}" for number, name in enumerate(OWNERS, 1)}
EMAIL = {"emails": ["edge-team@example.com"]}


@pytest.fixture
def zones(simulator):
    """Reset the simulator to the zones of three accounts, each with a job except for the last; return their entries."""
    owned = [{"id": IDS[name], "name": name, "account_id": account} for name, account in OWNERS.items()]
    tokens = [
        {"id": "1", "token": simulator.api_token},
        {"id": "2", "token": "logs-only", "permissions": ["logs_write"]},
    ]
    simulator.reset(zones=owned, accounts=[{"id": account} for account in (ONE, TWO, EMPTY)], api_tokens=tokens)
    for name in list(OWNERS)[:3]:
        simulator.add_job(zone_id=IDS[name], enabled=True, destination_conf=simulator.destination_conf())
    return [{"zone_id": IDS[name], "zone_name": name, "zone_account_id": account} for name, account in OWNERS.items()]


@pytest.fixture
def look(zones, splunk):
    """Return a function that makes a task of the audit."""
    options = {"zones": zones, "job_defaults": splunk, "certificates": False, "delivery": "false"}
    return lambda title, **more: task(AUDIT, title, **{**options, **more})


def noted(outcome):
    """Return the zones with the note."""
    return [finding["where"] for finding in outcome["findings"] if finding["kind"] == "no_alert"]


def asked(outcome):
    """Return the accounts whose policies were read."""
    return [request["path"].split("/")[4] for request in outcome.requests if "/alerting/" in request["path"]]


def test_one_note_for_each_account_with_jobs(modules, look):
    run = modules.tasks(
        look("nobody is told"),
        task(ALERT, "alert one", account_id=ONE, **EMAIL),
        look("one is told"),
        task(ALERT, "disable", account_id=ONE, enabled=False),
        task(ALERT, "alert two", account_id=TWO, **EMAIL),
        look("disabled"),
        look("ignored", ignore=["no_alert"]),
    )
    assert noted(run["nobody is told"]) == ["one.example.com", "two.example.com"]
    assert sorted(asked(run["nobody is told"])) == [ONE, TWO]
    assert noted(run["one is told"]) == ["two.example.com"]
    assert noted(run["disabled"]) == ["one.example.com"]
    assert noted(run["ignored"]) == [] and asked(run["ignored"]) == []
    [finding] = [each for each in run["one is told"]["findings"] if each["kind"] == "no_alert"]
    assert finding["level"] == "note" and f"Account {TWO} has no notification" in finding["msg"]
    assert (
        run["nobody is told"]["summary"]["problems"] == 1 and run["nobody is told"]["summary"]["kinds"]["no_alert"] == 2
    )


def test_policies_that_cannot_be_read_are_no_evidence(modules, look):
    refused = {"path": "alerting", "kind": "status", "status": 500, "times": None}
    garbled = {"path": "alerting", "kind": "null_result", "times": None}
    run = modules.tasks(
        look("may not read", api_token="logs-only"),
        look("refused", before=[faults(refused)]),
        look("garbled", before=[faults(garbled)]),
        defaults={"retries": 0},
    )
    for outcome in run.outcomes:
        assert asked(outcome) and noted(outcome) == []


def test_a_job_with_a_problem_and_the_note_are_two_things_to_do(modules, simulator, look, tmp_path):
    [job, *_others] = simulator.jobs()
    simulator.change_job(job["id"], last_error="2026-01-01T00:00:00Z", error_message="status:403")
    page = tmp_path / "audit.html"
    modules.tasks(look("look", html=str(page), json=str(tmp_path / "audit.json")))
    report = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert [finding["kind"] for finding in report["rows"][0]["findings"]] == ["failing", "no_alert"]
    text = page.read_text(encoding="utf-8")
    assert "1 job cannot deliver" in text and "2 accounts have no notification for disabled jobs" in text


def test_a_zone_without_a_known_account_asks_for_no_policy(modules, look, zones):
    # A token for logs alone may not look up the account of a zone.
    named = [{"zone_id": entry["zone_id"], "zone_name": entry["zone_name"]} for entry in zones]
    run = modules.tasks(look("unknown", zones=named, api_token="logs-only"))
    assert noted(run["unknown"]) == [] and asked(run["unknown"]) == []
