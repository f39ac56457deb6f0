# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both ends of the deliveries of an account with its zones, and windows and clocks that make a comparison impossible or inexact."""

from __future__ import annotations

import time

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.unit.modules.test_splunk_logpush_delivery import (
    DAY,
    HOUR,
    Ends,
)

AUDIT_LOGS = {"field_names": ["When", "ActorEmail"], "timestamp_format": "rfc3339"}


@pytest.fixture
def ends(simulator, modules):
    """Return zones whose deliveries can be compared."""
    return Ends(simulator, modules)


def test_the_jobs_of_zones_are_not_deleted_jobs_of_their_account(simulator, ends):
    ends.start(2, props={}, settings={"hec_metrics_seconds": 60})
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
