# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deliveries as a user sees them: what Cloudflare uploaded, lost and repeated, and why something is unknown."""

from __future__ import annotations

import collections

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import task

MODULE = "edgeops.logpush.splunk_logpush_health_info"
NAMES = ("shop.example.com", "api.example.com", "www.example.com")
COUNTS = ("losing", "retrying", "silent", "delivering", "unknown")


def health(title, **more):
    """Return a task of the module."""
    return task(MODULE, title, **more)


def counts(outcome):
    """Return the number of jobs in each state, without those that no job has."""
    return {state: outcome["summary"][state] for state in COUNTS if outcome["summary"][state]}


def add_jobs(simulator, names=NAMES):
    """Store an enabled job in each zone, and return their IDs by the names of the zones."""
    conf = simulator.destination_conf()
    return {
        name: simulator.add_job(
            zone_id=simulator.zone_ids[name], dataset="http_requests", name=name, enabled=True, destination_conf=conf
        )["id"]
        for name in names
    }


def faults(**fault):
    """Return the control call that sets a fault of the queries."""
    return "POST", "faults", [{"path": "/graphql$", **fault}]


def queries(outcome):
    """Return the number of GraphQL queries of a task."""
    return outcome.calls.count("POST graphql")


def test_each_state_with_the_numbers_that_cloudflare_counted(modules, simulator):
    jobs = add_jobs(simulator)
    ids = simulator.zone_ids
    simulator.add_job(zone_id=ids["shop.example.com"], enabled=True, destination_conf="s3://bucket")
    disabled = {"dataset": "dns_logs", "destination_conf": simulator.destination_conf(), "enabled": False}
    simulator.add_job(zone_id=ids["shop.example.com"], **disabled)
    simulator.change_settings(
        push_faults=[
            {"kind": "drop", "zone": "shop.example.com", "share": 0.5},
            {"kind": "retry", "zone": "api.example.com", "share": 0.5, "status": 503},
            {"kind": "silent", "zone": "www.example.com"},
        ]
    )
    simulator.push_at(1800, rounds=4, interval=60)
    run = modules.tasks(
        health("all", check=True, zones=NAMES),
        health("a short window", zones=NAMES, window=60),
        health("one", zone_id=ids["api.example.com"]),
    )
    rows = {row["zone"]: row for row in run["all"]["jobs"]}
    assert {zone: row["delivery"] for zone, row in rows.items()} == {
        "shop.example.com": "losing",
        "api.example.com": "retrying",
        "www.example.com": "silent",
    }
    assert counts(run["all"]) == {"losing": 1, "retrying": 1, "silent": 1}
    assert run["all"]["summary"]["jobs"] == 3
    for zone, row in rows.items():
        uploads = simulator.uploads(job_id=jobs[zone])
        good = [upload for upload in uploads if upload["status"] == 200]
        assert (row["job_id"], row["uploads"]) == (jobs[zone], len(good))
        assert row["records"] == sum(upload["records"] for upload in good)
        assert row["bytes"] == sum(upload["size"] for upload in good)
        assert row["failed_uploads"] == len(uploads) - len(good)
        by_status = collections.Counter(upload["status"] for upload in uploads)
        assert {entry["status"]: entry["uploads"] for entry in row["statuses"]} == by_status
    assert (rows["shop.example.com"]["lost_uploads"], rows["api.example.com"]["lost_uploads"]) == (2, 0)
    lost = [entry["meaning"] for entry in rows["shop.example.com"]["statuses"] if entry["status"] != 200]
    assert lost[-1] == "batch dropped"
    assert "HTTP 503" in [entry["meaning"] for entry in rows["api.example.com"]["statuses"]]
    assert counts(run["a short window"]) == {"silent": 3}
    assert (run["one"]["jobs"][0]["delivery"], run["one"]["jobs"][0]["zone_id"]) == ("retrying", ids["api.example.com"])
    # One query for the limits of the account, one for all zones.
    assert queries(run["all"]) == run["all"]["summary"]["queries"] == 2
    assert not run["all"]["changed"]


def test_the_jobs_of_an_account_do_not_include_those_of_its_zones(modules, simulator):
    add_jobs(simulator, NAMES[:1])
    account = simulator.account_id
    conf = simulator.destination_conf()
    job = simulator.add_job(account_id=account, dataset="audit_logs", name="audit", enabled=True, destination_conf=conf)
    simulator.push_at(600)
    run = modules.tasks(health("both", zones=[{"zone": "shop.example.com"}, {"account_id": account}]))
    [of_zone, of_account] = run["both"]["jobs"]
    assert (of_account["job_id"], of_account["account_id"], of_account["uploads"]) == (job["id"], account, 1)
    assert (of_zone["zone"], of_zone["uploads"]) == ("shop.example.com", 1)
    assert counts(run["both"]) == {"delivering": 2}
    assert queries(run["both"]) == 3


def test_what_the_token_may_not_read_is_unknown_and_names_the_permission(modules, simulator):
    ids = simulator.zone_ids
    may_write = {"permissions": ["logs_write", "zone_read"]}
    simulator.reset(
        api_tokens=[
            {"id": "all", "token": "the-token-of-all"},
            {"id": "none", "token": "no-analytics-token", **may_write},
            {
                "id": "zones",
                "token": "two-zones-token",
                "zones": [ids["shop.example.com"], ids["api.example.com"]],
                "permissions": ["logs_write", "zone_read", "analytics_read"],
            },
        ]
    )
    add_jobs(simulator)
    simulator.push_at(600)
    run = modules.tasks(
        health("all", api_token="the-token-of-all", zones=NAMES),
        health("none", api_token="no-analytics-token", zones=[*NAMES[:1], {"account_id": simulator.account_id}]),
        health("zones only", api_token="two-zones-token", zones=NAMES[:2]),
    )
    assert counts(run["all"]) == {"delivering": 3}
    [row] = run["none"]["jobs"]
    assert (row["delivery"], row["uploads"], row["statuses"]) == ("unknown", None, [])
    assert "The API token lacks the permission Analytics Read for this zone." in row["msg"]
    assert "zone shop.example.com" in row["msg"] and "HTTP 403, code authz" in row["msg"]
    assert any(
        "The deliveries of 1 of 1 jobs are unknown. shop.example.com" in text for text in run["none"].result["warnings"]
    )
    # A token that may read only the zones reads them without the account.
    assert counts(run["zones only"]) == {"delivering": 2}
    assert not any(token in run.report for token in ("the-token-of-all", "no-analytics-token", "two-zones-token"))


@pytest.mark.parametrize("with_200", [False, True])
def test_one_zone_without_these_analytics_does_not_hide_the_others(modules, simulator, with_200):
    add_jobs(simulator)
    simulator.push_at(600)
    simulator.change_settings(
        graphql_unavailable=[simulator.zone_ids["api.example.com"]], graphql_errors_with_200=with_200
    )
    run = modules.tasks(health("all", zones=NAMES))
    rows = {row["zone"]: row for row in run["all"]["jobs"]}
    assert counts(run["all"]) == {"delivering": 2, "unknown": 1}
    assert rows["api.example.com"]["msg"].startswith(
        "The plan of this zone has no analytics of Logpush, or the API token"
    )


def test_the_limits_of_the_account_divide_the_queries(modules, simulator):
    jobs = add_jobs(simulator)
    simulator.push_at(3500, rounds=7, interval=500)
    simulator.change_settings(graphql_duration=900, graphql_page_size=4, graphql_zones_per_query=10)
    run = modules.tasks(health("divided", zones=NAMES))
    expected = {zone: len(simulator.uploads(job_id=job_id)) for zone, job_id in jobs.items()}
    assert {row["zone"]: row["uploads"] for row in run["divided"]["jobs"]} == expected == dict.fromkeys(NAMES, 7)
    assert queries(run["divided"]) == 1 + 4
    simulator.change_settings(graphql_page_size=1)
    too_small = modules.tasks(health("too small", zones=NAMES))["too small"]
    assert counts(too_small) == {"unknown": 3}
    assert "the figures would not be complete" in too_small["jobs"][0]["msg"]


def test_a_window_that_cloudflare_has_no_figures_for(modules, simulator):
    add_jobs(simulator)
    simulator.change_settings(graphql_not_older_than=7200)
    run = modules.tasks(
        health("too long", fails=True, zones=NAMES, window=90000),
        health("nothing", fails=True, zones=NAMES, window=0),
        health("both ways", fails=True, zones=NAMES, zone="shop.example.com"),
    )
    assert run["too long"].msg.startswith("window: begins at 20")
    assert "Cloudflare keeps no figures from before 20" in run["too long"].msg
    assert run["nothing"].msg == "window: must be at least 1 second"
    assert run["nothing"].calls == run["both ways"].calls == []


def test_a_depleted_rate_limit_is_waited_for(modules, simulator, no_waits):
    add_jobs(simulator)
    simulator.push_at(600)
    run = modules.tasks(health("throttled", zones=NAMES, before=[faults(kind="status", status=429)]))
    assert counts(run["throttled"]) == {"delivering": 3}
    assert queries(run["throttled"]) == 3


DAMAGES = ["html", "empty", "truncated", "not_json", "success_false", "null_result", "empty_list", "reset"]


def test_an_answer_that_is_damaged_once_is_asked_for_again(modules, simulator, no_waits):
    add_jobs(simulator)
    simulator.push_at(600)
    once = [health(kind, zones=NAMES, before=[faults(kind=kind, skip=1)]) for kind in DAMAGES]
    always = [health(f"always {kind}", zones=NAMES, before=[faults(kind=kind, times=None)]) for kind in DAMAGES]
    run = modules.tasks(*once, *always)
    for kind in DAMAGES:
        failed = run[f"always {kind}"]
        assert counts(failed) == {"unknown": 3}, kind
        assert all("Reading the uploads of the Logpush jobs of zone" in row["msg"] for row in failed["jobs"]), kind
        assert counts(run[kind]) == {"delivering": 3}, kind


def test_scopes_whose_jobs_cannot_be_listed_fail_the_task_and_cost_no_query(modules, simulator):
    run = modules.tasks(
        health("no jobs", zones=NAMES),
        health("not there", fails=True, zones=[NAMES[0], "nowhere.example.com"]),
    )
    assert run["no jobs"]["jobs"] == [] and queries(run["no jobs"]) == 0
    assert "nowhere.example.com" in run["not there"].msg
    assert [entry["zone"] for entry in run["not there"]["failures"]] == ["nowhere.example.com"]
