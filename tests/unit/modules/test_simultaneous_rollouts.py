# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two rollouts to the same zones at the same time."""

from __future__ import annotations

import concurrent.futures

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

OPTIONS = {"validate_certs": True, "timeout": 5, "retries": 0, "concurrency": 40, "prune": False}


@pytest.mark.parametrize("both", [True, False])
def test_they_agree_on_the_job_that_stays(simulator, fleet, splunk, stored, both):
    zones = [{"zone_id": zone_id, "zone_name": name} for name, zone_id in fleet.items()]
    api = {"api_url": simulator.api_url, "api_token": simulator.api_token}

    def run(check_duplicates):
        given = {**OPTIONS, **api, "zones": zones, "job_defaults": splunk, "check_duplicates": check_duplicates}
        return roll_out(given, context(diff=True))

    # Both list each zone before one of them creates a job there.
    simulator.set_latency(api=0.05)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, [True, both]))
    created = [request for request in simulator.requests(side="api") if request["method"] == "POST"]
    assert len(created) > 40 and not any(result.get("failed") for result in results)
    if both:
        assert len(stored()) == 40
        assert sum(result["summary"]["deleted"] for result in results) >= len(created) - 40
    simulator.set_latency()
    third = run(False)
    assert len({job["scope_id"] for job in stored()}) == len(stored()) == 40
    assert third["summary"]["created"] == 0
