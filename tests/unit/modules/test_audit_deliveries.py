# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an audit says about the uploads that Cloudflare counts, and how many queries that takes."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import DELIVERIES
from ansible_collections.edgeops.logpush.tests.module_tasks import task

MODULE = "edgeops.logpush.splunk_logpush_audit"
SIZE = 12
# A token without the permission Analytics Read.
BLIND = "token-without-analytics"
NEW_KINDS = {"losing", "retrying", "silent", "no_figures"}


def name(number):
    return f"zone{number}.example.com"


@pytest.fixture
def zones(simulator):
    """Return the entries of twelve zones, each with a job that is enabled."""
    ids = [f"{number:032x}" for number in range(1, SIZE + 1)]
    simulator.reset(
        zones=[{"id": zone_id, "name": name(number)} for number, zone_id in enumerate(ids, 1)],
        api_tokens=[
            {"id": "all", "token": simulator.api_token},
            {"id": "blind", "token": BLIND, "permissions": ["logs_write", "zone_read"]},
        ],
    )
    for number, zone_id in enumerate(ids, 1):
        conf = simulator.destination_conf()
        simulator.add_job(zone_id=zone_id, name=name(number), enabled=True, destination_conf=conf)
    return [{"zone_id": zone_id, "zone_name": name(number)} for number, zone_id in enumerate(ids, 1)]


@pytest.fixture
def audited(modules, simulator, zones, splunk, tmp_path):
    """Return a function that audits all zones, and returns the run and the JSON report."""

    def audit(**options):
        path = tmp_path / "audit.json"
        given = {"zones": zones, "job_defaults": splunk, "certificates": False, "json": str(path), **options}
        simulator.wipe_requests()
        run = modules.tasks(task(MODULE, "look", **given))
        return run, json.loads(path.read_text(encoding="utf-8"))

    return audit


def kinds(report):
    """Return the new findings of a report by their zone."""
    return {
        row["where"]: finding["kind"]
        for row in report["rows"]
        for finding in row["findings"]
        if finding["kind"] in NEW_KINDS
    }


def queries(simulator):
    return [entry for entry in simulator.requests(side="api") if entry["path"].endswith("/graphql")]


def test_every_way_of_delivery_is_found_and_healthy_zones_are_not(simulator, zones, audited):
    simulator.change_settings(
        push_faults=[
            {"kind": "drop", "zone": name(1), "share": 0.25},
            {"kind": "retry", "zone": name(2), "share": 0.5, "status": 503},
            {"kind": "silent", "zone": name(3)},
        ]
    )
    simulator.push_at(20 * 3600, rounds=20, interval=3600)
    run, report = audited()
    assert kinds(report) == {name(1): "losing", name(2): "retrying", name(3): "silent"}
    rows = {row["where"]: row for row in report["rows"]}
    losing = rows[name(1)]
    assert (losing["uploads"], losing["lost_uploads"], losing["delivery"]) == (15, 5, "losing")
    [problem] = run["look"]["findings"][:1]
    assert problem["msg"] == "Cloudflare dropped 5 of 20 batches in the last 24 hours (5 x batch dropped)."
    pushed = [upload for upload in simulator.uploads() if upload["status"] == 200]
    summary = run["look"]["summary"]
    assert summary["records"] == sum(upload["records"] for upload in pushed) > 0
    assert summary["uploads"] == len(pushed) and summary["lost_uploads"] == 5
    assert summary["delivery"] == {"losing": 1, "retrying": 1, "silent": 1, "delivering": SIZE - 3, "unknown": 0}
    assert summary["problems"] == 1 and "1 losing" in run["look"]["headline"]
    assert all(rows[name(number)]["findings"] == [] for number in range(4, SIZE + 1))


def test_an_audit_takes_a_query_for_ten_zones_and_none_without_a_job_that_pushes(simulator, zones, audited):
    simulator.push()
    audited()
    # The settings of the account, and twelve zones.
    assert len(queries(simulator)) == 3
    for job in simulator.jobs():
        if job["scope_id"] != zones[0]["zone_id"]:
            simulator.change_job(job["id"], enabled=False)
    _run, report = audited()
    assert len(queries(simulator)) == 2
    assert [row["delivery"] for row in report["rows"]].count(None) == SIZE - 1


def test_without_delivery_nothing_is_asked(simulator, audited):
    simulator.push()
    run, report = audited(delivery="false", ignore=["no_alert"])
    assert queries(simulator) == [] and len(simulator.requests(side="api")) == SIZE
    assert "delivery" not in report["rows"][0] and not any(run["look"]["summary"]["delivery"].values())
    assert "records in" not in run["look"]["report"]


def test_a_token_that_may_not_read_figures_is_a_hint_or_a_problem(simulator, audited):
    simulator.push()
    run, report = audited(api_token=BLIND)
    # The limits of the account, and one query for its first ten zones in each form. The other zones are not asked for.
    assert len(queries(simulator)) <= 5
    assert run["look"]["summary"]["problems"] == 0 and kinds(report) == {}
    assert {row["delivery"] for row in report["rows"]} == {"unknown"}
    [hint] = [line for line in run["look"]["report"].splitlines() if "cannot be read" in line]
    assert f"The uploads of {SIZE} of {SIZE} zones" in hint and "Analytics" in run["look"]["report"]
    assert run["look"]["summary"]["delivery"] == {**dict.fromkeys(DELIVERIES, 0), "unknown": SIZE}
    run, report = audited(api_token=BLIND, delivery="true")
    assert set(kinds(report).values()) == {"no_figures"} and len(kinds(report)) == SIZE
    assert all("Analytics" in finding["msg"] for finding in run["look"]["findings"])
    assert "cannot be read: " in run["look"]["findings"][0]["msg"] and "To do without" not in run["look"]["report"]


def test_an_api_without_analytics_leaves_the_audit_as_it_was(simulator, audited):
    simulator.push()
    simulator.set_faults({"kind": "status", "status": 404, "path": "/graphql", "times": None})
    run, report = audited()
    assert run["look"]["summary"]["problems"] == 0 and {row["delivery"] for row in report["rows"]} == {"unknown"}
    assert "HTTP 404" in run["look"]["report"]


def test_a_window_is_part_of_the_question(simulator, audited):
    simulator.push_at(7200)
    _run, report = audited(delivery_window=3600)
    assert kinds(report) == {name(number): "silent" for number in range(1, SIZE + 1)}
    _run, report = audited(delivery_window=10800)
    assert kinds(report) == {}


@pytest.mark.parametrize("window", [0, -1, 10**12])
def test_a_window_without_figures_is_refused(modules, simulator, zones, splunk, window):
    run = modules.tasks(task(MODULE, "none", fails=True, zones=zones, job_defaults=splunk, delivery_window=window))
    assert "delivery_window: must be from 1 to 2592000 seconds" in run["none"].msg and run["none"].requests == []


def test_a_new_fleet_has_no_finding(simulator, audited):
    _run, report = audited()
    assert kinds(report) == {} and {row["state"] for row in report["rows"]} == {"pending"}
