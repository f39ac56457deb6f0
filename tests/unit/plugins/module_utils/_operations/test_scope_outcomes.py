# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failure in one zone affects only that zone, in every operation on many zones."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.run import run_audit
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare, CloudflareReader
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._export.run import export_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.job_info import show_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rotation import move_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.verify import wait_for_deliveries
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

ZONES = [f"{number:032x}" for number in range(1, 7)]
SHARED = {"validate_certs": True, "timeout": 5, "retries": 0, "concurrency": 4, "prune": False}


@pytest.fixture
def options(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options of a rollout to six zones of the simulator."""
    simulator.reset(zones=[{"id": zone, "name": f"zone{int(zone, 16)}.example.com"} for zone in ZONES])
    collector = {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}
    api = {"api_url": simulator.api_url, "api_token": simulator.api_token}
    return {**SHARED, **api, "zones": [{"zone_id": zone} for zone in ZONES], "job_defaults": collector}


OPERATIONS: dict[str, tuple[Run, dict[str, t.Any]]] = {
    "rollout": (roll_out, {"job_overrides": {"frequency": "low"}}),
    "rotation": (move_jobs, {"old_hec_token": "old-token", "new_hec_token": "new-token"}),
    "verify": (wait_for_deliveries, {"wait_timeout": 0, "interval": 20}),
    "job_info": (show_jobs, {}),
    "audit": (run_audit, {"certificates": False, "certificate_days": 21}),
    "export": (export_jobs, {"hec_token_variable": "token"}),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("error", [ZeroDivisionError("value-of-a-token"), RecursionError()])
def test_an_exception_in_one_zone_is_the_outcome_of_that_zone(
    options: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, operation: str, error: Exception
) -> None:
    roll_out(options, context())
    listed: list[str] = []
    straight = CloudflareReader.jobs

    def jobs(client: CloudflareReader, scope: Scope) -> list[dict[str, t.Any]]:
        listed.append(scope.id)
        if scope.id == ZONES[3]:
            raise error
        return straight(client, scope)

    monkeypatch.setattr(CloudflareReader, "jobs", jobs)
    run, more = OPERATIONS[operation]
    result = run({**options, **more}, context(clock=FakeClock()))
    text = json.dumps(result)
    assert set(listed) == set(ZONES)
    assert f"bug in edgeops.logpush, please report it: {type(error).__name__} at test_scope_outcomes.py" in text
    assert "value-of-a-token" not in text
    if operation == "rollout":
        assert [row["zone_id"] for row in result["results"] if row["failed"]] == [ZONES[3]]
        assert result["summary"]["updated"] == 5
    if operation == "job_info":
        assert len(result["jobs"]) == 5


def test_an_exception_for_one_job_does_not_hide_the_other_jobs_of_its_zone(
    options: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = Cloudflare.create_job

    def create(client: Cloudflare, scope: Scope, body: dict[str, t.Any]) -> dict[str, t.Any]:
        if body["dataset"] == "dns_logs":
            raise TypeError("value-of-a-token")
        return straight(client, scope, body)

    monkeypatch.setattr(Cloudflare, "create_job", create)
    result = roll_out({**options, "jobs": [{"dataset": "http_requests"}, {"dataset": "dns_logs"}]}, context())
    assert [row["action"] for row in result["results"]] == ["created", "failed"] * 6
    assert "TypeError at test_scope_outcomes.py" in result["results"][1]["msg"]
    assert "value-of-a-token" not in json.dumps(result)


@pytest.mark.parametrize(
    "answer",
    [
        '{"success": true, "result": null}',
        '{"success": true, "result": {}}',
        '{"success": true, "result": [{"id": "1/../../evil"}]}',
        '{"success": true, "result": [{"id": 1, "destination_conf": []}]}',
        '{"success": true, "result": %s}' % ("[" * 3000 + "]" * 3000),
        '{"success": true, "result": [], "result_info": {"total_count": 3}}',
    ],
)
def test_an_unexpected_answer_of_one_zone_is_an_error_of_that_zone(
    options: dict[str, t.Any], simulator: Simulator, answer: str
) -> None:
    simulator.set_faults(
        {"kind": "status", "status": 200, "path": f"/zones/{ZONES[3]}/", "times": None, "body": answer}
    )
    result = roll_out(options, context())
    assert [row["zone_id"] for row in result["results"] if row["failed"]] == [ZONES[3]]
    assert result["summary"]["created"] == 5
    assert "bug" not in json.dumps(result)
