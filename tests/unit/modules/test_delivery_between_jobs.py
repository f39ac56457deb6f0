# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ends of deliveries in windows in which jobs were replaced or belong to others, and in windows that cannot be compared."""

from __future__ import annotations

import time

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.unit.modules.test_splunk_logpush_delivery import (
    DAY,
    HOUR,
    Ends,
    row_of,
    verdicts,
)

AUDIT_LOGS = {"field_names": ["When", "ActorEmail"], "timestamp_format": "rfc3339"}


@pytest.fixture
def ends(simulator, modules):
    """Return zones whose deliveries can be compared."""
    return Ends(simulator, modules)


def test_the_events_of_a_replaced_job_are_no_surplus(simulator, ends):
    ends.start(2)
    replaced = ends.add_job("zone1.example.com")
    ends.add_job("zone2.example.com")
    simulator.push_at(DAY, rounds=6, interval=2 * HOUR)
    path = f"{simulator.api_url}/zones/{ends.ids['zone1.example.com']}/logpush/jobs/{replaced}"
    requests.delete(path, headers={"Authorization": f"Bearer {simulator.api_token}"}, timeout=10).raise_for_status()
    ends.add_job("zone1.example.com")
    simulator.push_at(11 * HOUR, rounds=5, interval=2 * HOUR)
    found = ends.compare()
    assert verdicts(found) == {"zone1.example.com": "unknown", "zone2.example.com": "complete"}
    row = row_of(found, "zone1.example.com")
    assert (row["records"], row["events"]) == (50, 110)
    assert "1 of the jobs that delivered in this window no longer exist" in row["reason"]


def test_the_jobs_of_zones_are_not_deleted_jobs_of_their_account(simulator, ends):
    ends.start(2, props={})
    ends.add_jobs()
    account = {"account_id": simulator.account_id}
    conf = simulator.destination_conf()
    simulator.add_job(
        **account, dataset="audit_logs", name="all", enabled=True, destination_conf=conf, output_options=AUDIT_LOGS
    )
    simulator.push_at(DAY, rounds=12, interval=2 * HOUR)
    [total] = ends.compare(more=[account])["sums"]
    # Cloudflare's figures of an account include those of its zones.
    assert (total["jobs"], total["verdict"], total["reason"]) == (3, "complete", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"window": 10**12}, "window: must be at most 2592000 seconds"),
        ({"search_timeout": 10**12}, "search_timeout: must be from 10 to 86400 seconds"),
        ({"timeout": 10**12}, "timeout: must be at most 86400 seconds"),
        ({"end": "0001-01-01T00:00:00Z"}, "end: is before the first figures of Cloudflare"),
        ({"index": "*"}, "index: must be the name of one index"),
    ],
)
def test_options_that_cannot_be_compared_send_no_request(simulator, ends, options, words):
    ends.start(1)
    failed = ends.compare(fails=True, **options)
    assert failed["msg"].startswith(words)
    assert simulator.requests() == []


def test_a_window_without_figures_is_no_unknown_zone(simulator, ends):
    ends.start(1, settings={"graphql_not_older_than": 7200})
    ends.add_jobs()
    assert "Cloudflare keeps no figures from before" in ends.compare(fails=True)["msg"]


@pytest.mark.parametrize("window", [10**12, 10**20])
def test_a_window_that_is_too_long_is_refused_by_both_ends(modules, simulator, ends, window):
    ends.start(1)
    run = modules.tasks(
        task(
            "edgeops.logpush.splunk_logpush_health_info", "cloudflare", fails=True, zones=list(ends.ids), window=window
        ),
        task("edgeops.logpush.splunk_delivery_info", "splunk", fails=True, window=window),
        splunk=ends.splunk,
    )
    assert run["cloudflare"].msg == "window: must be at most 2592000 seconds (30 days)"
    assert run["splunk"].msg == "window: must begin after the year 1970"
    assert simulator.requests() == []


def test_a_search_for_times_that_fails_hides_no_count(simulator, ends):
    ends.start(2, settings={"null_queue": [{"field": "ZoneName", "value": "zone2.example.com"}]})
    ends.add_jobs()
    simulator.push_at(DAY, rounds=12, interval=2 * HOUR)
    late = {
        "messages": [{"type": "INFO", "text": "Search auto-finalized after time limit (595 seconds) reached."}],
        "results": [],
    }
    # The counts by metadata and by ZoneName need a search each.
    simulator.set_faults(
        {"side": "splunk", "path": "search/jobs", "kind": "status", "status": 200, "skip": 2, "body": late}
    )
    found = ends.compare(fails=True)
    assert verdicts(found) == {"zone1.example.com": "complete", "zone2.example.com": "missing"}
    assert {row["time_deviation"] for row in found["results"]} == {None}
    [warning] = found["warnings"]
    assert warning.startswith(
        "The times of the events could not be checked. Reading the newest events in index main failed"
    )


def test_a_clock_that_differs_is_a_warning(modules, simulator, ends, monkeypatch):
    ends.start(1)
    ends.add_jobs()
    simulator.push_at(DAY, rounds=10, interval=2 * HOUR)
    read = task("edgeops.logpush.splunk_delivery_info", "read")
    assert ends.compare().get("warnings", []) == []
    assert "clock" not in str(modules.tasks(read, splunk=ends.splunk)["read"].result.get("warnings"))
    now = time.time
    monkeypatch.setattr(Clock, "wall", lambda clock: now() - HOUR)
    for warnings in (ends.compare()["warnings"], modules.tasks(read, splunk=ends.splunk)["read"]["warnings"]):
        assert warnings[0].startswith("The clock of Splunk is 3,60") or warnings[0].startswith(
            "The clock of Splunk is 3,59"
        )
        assert "seconds ahead of that of this machine" in warnings[0]
