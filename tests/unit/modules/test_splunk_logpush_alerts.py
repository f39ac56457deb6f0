# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The notifications of all accounts that zones belong to."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task

MODULE = "edgeops.logpush.splunk_logpush_alerts"
EMAIL = "edge-team@example.com"
ONE, TWO, THREE = "a" * 32, "b" * 32, "c" * 32
ZONES = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, 6)}


@pytest.fixture
def accounts(simulator):
    """Reset the simulator to three accounts: one with three zones, one with two, one without any."""
    owners = dict(zip(ZONES, (ONE, ONE, TWO, ONE, TWO)))
    zones = [{"id": ZONES[name], "name": name, "account_id": account} for name, account in owners.items()]
    simulator.reset(zones=zones, accounts=[{"id": account} for account in (ONE, TWO, THREE)])


def entries(*more, **columns):
    """Return the entries of all zones, each with the name of its host."""
    return [{"zone_id": zone_id, "host": name, **columns} for name, zone_id in ZONES.items()] + list(more)


def rows(outcome):
    """Return host, account and action of each row."""
    return [(row.get("host"), row["account_id"], row["action"]) for row in outcome["results"]]


def policies(simulator):
    return {policy["account_id"] for policy in simulator.state()["alerts"]["policies"]}


@pytest.mark.usefixtures("accounts")
def test_each_account_once(modules, simulator):
    host_of_account = {"account_id": ONE, "host": "account-one"}
    run = modules.tasks(
        task(MODULE, "would create", check=True, zones=entries(), emails=[EMAIL]),
        task(MODULE, "create", zones=entries(host_of_account, {"account_id": THREE, "host": "three"}), emails=[EMAIL]),
        task(MODULE, "again", zones=entries(), emails=[EMAIL]),
        task(MODULE, "add one", zones=entries(), emails=[EMAIL, "night@example.com"]),
        task(MODULE, "remove", zones=entries(), state="absent"),
        task(MODULE, "remove again", zones=entries(), state="absent"),
    )
    assert rows(run["would create"]) == [("zone1.example.com", ONE, "created"), ("zone3.example.com", TWO, "created")]
    # The host that represents an account reports it.
    assert rows(run["create"]) == [
        ("account-one", ONE, "created"),
        ("zone3.example.com", TWO, "created"),
        ("three", THREE, "created"),
    ]
    counts = ("accounts", "created", "updated", "deleted", "unchanged", "failed")
    assert [run["create"]["summary"][name] for name in counts] == [3, 3, 0, 0, 0, 0]
    assert [run["again"]["summary"][name] for name in counts] == [2, 0, 0, 0, 2, 0]
    assert (run["create"]["changed"], run["again"]["changed"]) == (True, False)
    assert run["create"]["report"].splitlines() == [
        "Logpush alerts, 3 accounts",
        *(
            f"  + account {account}   Logpush job disabled      created, notify {EMAIL}"
            for account in (ONE, TWO, THREE)
        ),
        "3 created.",
    ]
    assert "emails     edge-team@example.com -> edge-team@example.com night@example.com" in run["add one"]["report"]
    assert run["remove"]["report"].endswith("2 deleted.")
    assert "= 2 policies do not exist" in run["remove again"]["report"]
    assert policies(simulator) == {THREE}
    # One page of the zones for their accounts, and one list of policies for each account.
    assert len(run["again"].requests) == 3


@pytest.mark.usefixtures("accounts")
def test_the_account_of_a_host_saves_a_request(modules):
    run = modules.tasks(task(MODULE, "create", zones=entries(zone_account_id=ONE.upper())[:2], emails=[EMAIL]))
    assert rows(run["create"]) == [("zone1.example.com", ONE, "created")]
    assert [request["method"] for request in run["create"].requests] == ["GET", "POST"]


@pytest.mark.usefixtures("accounts")
def test_a_failing_account_does_not_stop_the_others(modules, simulator):
    broken = {"path": f"{ONE}/alerting", "kind": "status", "status": 403, "times": None}
    unknown = {"zone": "nowhere.example.com", "host": "nowhere"}
    run = modules.tasks(
        task(MODULE, "create", fails=True, before=[faults(broken)], zones=entries(unknown), emails=[EMAIL]),
    )
    assert rows(run["create"]) == [
        ("zone1.example.com", ONE, "failed"),
        ("zone3.example.com", TWO, "created"),
        ("nowhere", None, "failed"),
    ]
    assert run["create"].msg.startswith("2 of 3 accounts failed.")
    assert f"! account {ONE}" in run["create"]["report"]
    assert policies(simulator) == {TWO}


@pytest.mark.usefixtures("accounts")
def test_accounts_that_fail_for_the_same_reason_are_counted_as_accounts(modules):
    broken = {"path": "alerting", "kind": "status", "status": 403, "times": None}
    run = modules.tasks(task(MODULE, "create", fails=True, before=[faults(broken)], zones=entries(), emails=[EMAIL]))
    row = run["create"]["report"].splitlines()[1]
    assert row.startswith("  ! 2 accounts") and row.endswith(f"(account {ONE}, account {TWO})")


@pytest.mark.usefixtures("accounts")
def test_a_zone_without_a_known_account(modules, simulator):
    token = {"id": "1" * 32, "token": "no-zones", "permissions": ["notifications_write"]}
    simulator.reset(zones=simulator.state()["zones"], api_tokens=[token])
    run = modules.tasks(task(MODULE, "create", fails=True, zones=entries()[:1], emails=[EMAIL], api_token="no-zones"))
    assert "Set account_id in the inventory" in run["create"].msg
    # A person knows the name of the host and not the ID of its zone.
    assert "  ! zone1.example.com" in run["create"]["report"] and "0" * 31 not in run["create"]["report"]
    assert policies(simulator) == set()


@pytest.mark.usefixtures("accounts")
def test_a_warning_names_its_accounts(modules, simulator):
    webhooks = [{"url": "http://alerts.example.com/hook", "secret": "a-webhook-secret"}]
    run = modules.tasks(task(MODULE, "create", zones=entries(), webhooks=webhooks))
    [warning] = run["create"]["warnings"]
    assert warning.startswith(f"account {ONE}, account {TWO}: The webhook at alerts.example.com")
    assert "a-webhook-secret" not in run.report
    assert len(simulator.state()["alerts"]["inbox"]) == 2
