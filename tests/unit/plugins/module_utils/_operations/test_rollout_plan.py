# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a rollout: its text, its ID, its file, and a run that applies only what was approved."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fleet import Fleet

OTHER_TOKEN = "22222222-bbbb-cccc-dddd-333333333333"


@pytest.fixture
def fleet(simulator: Simulator) -> Fleet:
    """Return five zones without jobs."""
    return Fleet(simulator, 5)


def lines(result: dict[str, t.Any]) -> list[str]:
    """Return the lines of the report, with single spaces."""
    return [re.sub(" +", " ", line) for line in result["report"].splitlines()]


def test_the_plan_shows_what_is_created_changed_and_deleted(fleet: Fleet) -> None:
    _created, _changed, moved, pruned, _fifth = fleet.ids
    collector = fleet.simulator.hec_endpoint.split("/")[0]
    fleet.roll_out(zones=fleet.zones[1:4], job_defaults={**fleet.collector, "output_options": {"sample_rate": 1}})
    fleet.add_job(pruned, name="old-dns", dataset="dns_logs")
    token = fleet.simulator.hec_token
    old = f"splunk://old.example.com:8088/services/collector/raw?channel=9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11&header_Authorization=Splunk%20{token}"
    fleet.simulator.change_job(next(job["id"] for job in fleet.jobs if job["zone_id"] == moved), destination_conf=old)
    fleet.simulator.change_job(
        next(job["id"] for job in fleet.jobs if job["zone_id"] == moved), name="edge-logs", enabled=False
    )
    zones = [
        *fleet.zones[:1],
        {**fleet.zones[1], "jobs": [{"output_options": {"sample_rate": 0.1}}]},
        {**fleet.zones[2], "jobs": [{"name": "edge-logs"}]},
        fleet.zones[3],
        {"zone": "example.edu"},
    ]
    planned = fleet.roll_out(check_mode=True, zones=zones, prune=True)
    plan_id = planned["plan_id"]
    assert lines(planned) == [
        f"Logpush rollout, 5 zones, plan {plan_id} (check mode: nothing was written)",
        f" + zone1.example.com http_requests zone1.example.com create, push to {collector}",
        " ~ zone2.example.com http_requests zone2.example.com sample_rate 1 -> 0.1",
        f" ~ zone3.example.com http_requests edge-logs redirect old.example.com:8088 -> {collector}",
        " ~ zone3.example.com http_requests edge-logs enabled false -> true",
        " - zone4.example.com dns_logs old-dns delete (prune)",
        next(line for line in lines(planned) if line.startswith(" ! example.edu")),
        " = 1 job unchanged",
        (
            "1 to create, 2 to update, 1 to delete, 1 to redirect, 1 unchanged, 1 zone failed. "
            f"Apply exactly this: -e logpush_expected_plan={plan_id}"
        ),
    ]
    applied = fleet.roll_out(zones=zones, prune=True, expected_plan=plan_id)
    assert applied["plan_id"] == plan_id
    assert lines(applied)[0] == f"Logpush rollout, 5 zones, plan {plan_id}"
    assert lines(applied)[1].endswith(f"created, push to {collector}")
    assert lines(applied)[-1] == "1 created, 2 updated, 1 deleted, 1 redirected, 1 unchanged, 1 zone failed."
    again = fleet.roll_out(zones=fleet.zones[:3])
    assert lines(again)[1:] == [" = 3 jobs unchanged", "3 unchanged."]


def test_equal_failures_are_one_row_with_a_count(fleet: Fleet) -> None:
    fleet.simulator.set_faults({"path": "/logpush/jobs", "kind": "status", "status": 403, "times": 99})
    result = fleet.roll_out()
    failed = [line for line in lines(result) if line.startswith(" !")]
    assert len(failed) == 1 and failed[0].startswith(" ! 5 zones "), failed
    assert "zone1.example.com" in failed[0] and lines(result)[-1] == "5 zones failed."


def test_more_than_forty_rows_are_counted(simulator: Simulator) -> None:
    result = Fleet(simulator, 60).roll_out(check_mode=True)
    assert sum(line.startswith(" +") for line in lines(result)) == 40
    assert " and 20 more, see results" in lines(result)


def test_a_job_that_does_not_exist_is_not_called_unchanged(fleet: Fleet) -> None:
    fleet.roll_out(zones=fleet.zones[:1])
    removed = fleet.roll_out(zones=fleet.zones[:2], job_overrides={"state": "absent"})
    assert lines(removed)[2:] == [" = 1 job does not exist", "1 deleted, 1 unchanged."]


def test_the_plan_of_a_batch_is_not_offered_as_one_to_expect(fleet: Fleet) -> None:
    assert lines(fleet.roll_out(check_mode=True, part_of_run="logpush_serial"))[-1] == "5 to create."


def test_the_id_depends_on_what_is_written_and_on_nothing_else(fleet: Fleet) -> None:
    def plan_id(**options: t.Any) -> str:
        result = fleet.roll_out(check_mode=True, **options)
        return str(result["plan_id"])

    first = plan_id()
    assert re.fullmatch("[a-f][0-9a-f]{7}", first)
    assert plan_id(zones=fleet.zones[::-1]) == first
    assert plan_id(job_defaults={**fleet.collector, "hec_token": f"Splunk {fleet.simulator.hec_token}"}) == first
    assert plan_id(job_defaults={**fleet.collector, "hec_token": OTHER_TOKEN}) != first
    assert plan_id(zones=fleet.zones[:4]) != first
    fleet.simulator.set_faults({"path": fleet.ids[0], "kind": "status", "status": 403, "times": 99})
    assert plan_id() != first
    fleet.simulator.set_faults()
    assert fleet.roll_out()["plan_id"] == first
    job = fleet.jobs[0]["id"]
    before = plan_id()
    fleet.simulator.change_job(job, last_error="2026-01-01T00:00:00Z", error_message="Timeout")
    assert plan_id() == before != first


def test_only_the_expected_plan_is_applied(fleet: Fleet) -> None:
    planned = fleet.roll_out(check_mode=True)
    fleet.simulator.wipe_requests()
    other = fleet.roll_out(zones=fleet.zones[:3], expected_plan=planned["plan_id"])
    assert other["failed"] and not other["changed"] and fleet.jobs == []
    assert other["plan_id"] in other["msg"] and other["plan_id"] in lines(other)[0]
    assert f"not the expected plan {planned['plan_id']}" in lines(other)[0]
    assert "POST" not in fleet.asked

    fleet.simulator.wipe_requests()
    applied = fleet.roll_out(expected_plan=planned["plan_id"])
    assert not applied.get("failed") and len(fleet.jobs) == 5
    # Every zone is read before the first write, and only once.
    methods = [entry["method"] for entry in fleet.simulator.requests(side="api", path="/logpush/jobs")]
    assert methods == ["GET"] * 5 + ["POST"] * 5


def test_a_zone_that_failed_in_the_check_run_is_part_of_the_plan(fleet: Fleet) -> None:
    fault = {"path": fleet.ids[0], "kind": "status", "status": 403, "times": 99}
    fleet.simulator.set_faults(fault)
    plan_id = fleet.roll_out(check_mode=True)["plan_id"]
    fleet.simulator.set_faults()
    assert fleet.roll_out(expected_plan=plan_id)["failed"] and fleet.jobs == []
    fleet.simulator.set_faults(fault)
    assert len(fleet.roll_out(expected_plan=plan_id)["results"]) == 5 and len(fleet.jobs) == 4


def test_the_file_of_the_plan_marks_what_was_not_approved(fleet: Fleet, tmp_path: Path) -> None:
    approved, other = tmp_path / "approved.json", tmp_path / "inventory.yml"
    planned = fleet.roll_out(check_mode=True, zones=fleet.zones[:3], plan_json=str(approved))
    plan = json.loads(approved.read_text(encoding="utf-8"))
    assert plan["plan_id"] == planned["plan_id"] and len(plan["rows"]) == 3
    assert fleet.simulator.hec_token not in approved.read_text(encoding="utf-8")
    now = fleet.roll_out(expected_plan=planned["plan_id"], approved_plan_json=str(approved))
    marked = [number for number, line in enumerate(lines(now)) if "not in the approved plan" in line]
    assert len(marked) == 2 and now["failed"] and fleet.jobs == []
    assert "of the approved plan" not in now["report"]
    fewer = fleet.roll_out(check_mode=True, zones=fleet.zones[:2], approved_plan_json=str(approved))
    assert lines(fewer)[-2] == " 1 row of the approved plan is not in this one"

    other.write_text("all: {}\n", encoding="utf-8")
    for options in ({"plan_json": str(other)}, {"approved_plan_json": str(other)}):
        fleet.simulator.wipe_requests()
        with pytest.raises(OptionError, match=next(iter(options))):
            fleet.roll_out(**options)
        assert fleet.asked == [] and other.read_text(encoding="utf-8") == "all: {}\n"
