# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two rollouts to the same zones at the same time."""

from __future__ import annotations

import concurrent.futures

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import parse
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

ROLLOUT = "edgeops.logpush.splunk_logpush_rollout"
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


@pytest.fixture
def another_run(simulator, zone_id, monkeypatch):
    """Return a function that lets another run create the same job, with these parameters, whenever this one creates a job."""
    create = Cloudflare.create_job

    def prepare(**parameters):
        def create_both(client, scope, body):
            other = parse(body["destination_conf"])
            for name, value in parameters.items():
                other = other.with_parameter(name, value)
            simulator.add_job(zone_id=zone_id, **{**body, "destination_conf": other.encode()})
            return create(client, scope, body)

        monkeypatch.setattr(Cloudflare, "create_job", create_both)

    return prepare


@pytest.mark.parametrize("action", ["created", "replaced"])
def test_the_duplicate_that_goes_is_reported(modules, simulator, zone_id, splunk, stored, another_run, action):
    zones = {"zones": [{"zone_id": zone_id, "zone_name": "shop.example.com"}], "job_defaults": splunk}
    if action == "replaced":
        modules.tasks(task(ROLLOUT, "before", **zones))
        zones["job_defaults"] = {**splunk, "kind": "edge", "recreate": True}
    another_run()
    run = modules.tasks(task(ROLLOUT, "run", check_duplicates=True, **zones))
    assert [row["action"] for row in run["run"]["results"]] == [action, "deleted"]
    [kept] = stored()
    assert run["run"]["results"][1]["job_id"] == run["run"]["results"][0]["job_id"] == kept["id"] + 1


def test_a_job_with_other_settings_is_no_duplicate(modules, simulator, zone_id, splunk, stored, another_run):
    another_run(sourcetype="other")
    zones = [{"zone_id": zone_id, "zone_name": "shop.example.com"}]
    run = modules.tasks(task(ROLLOUT, "run", check_duplicates=True, zones=zones, job_defaults=splunk))
    assert [row["action"] for row in run["run"]["results"]] == ["created"] and len(stored()) == 2


def test_a_hidden_token_is_no_evidence_of_a_duplicate(modules, simulator, zone_id, splunk, stored, another_run):
    another_run(header_Authorization="********")
    options = {"zones": [{"zone_id": zone_id, "zone_name": "shop.example.com"}], "job_defaults": splunk}
    run = modules.tasks(
        task(ROLLOUT, "run", fails=True, check_duplicates=True, **options), task(ROLLOUT, "next", fails=True, **options)
    )
    assert [row["action"] for row in run["run"]["results"]] == ["created", "failed"]
    assert "check_duplicates: the API hides the tokens" in run["run"].msg and "job_id" in run["next"].msg
    assert len(stored()) == 2


def test_a_creation_is_reported_if_the_duplicates_could_not_be_looked_for(
    modules, simulator, zone_id, splunk, stored, no_waits
):
    broken = {"kind": "status", "status": 500, "method": "GET", "path": "jobs$", "skip": 1, "times": None}
    zones = [{"zone_id": zone_id, "jobs": [{"name": "web"}]}]
    run = modules.tasks(
        task(
            ROLLOUT,
            "run",
            fails=True,
            before=[faults(broken)],
            check_duplicates=True,
            zones=zones,
            job_defaults=splunk,
        )
    )
    assert [row["action"] for row in run["run"]["results"]] == ["created", "failed"]
    assert (run["run"]["changed"], run["run"]["summary"]["created"], len(stored())) == (True, 1, 1)
