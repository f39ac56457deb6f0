# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults during a change: there are never two jobs, and the next run completes the change.

Each zone meets another fault.
"""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job

# The operation in a zone, and the fault of its request.
CREATE, UPDATE, DELETE, REPLACE = "create", "update", "delete", "replace"
FAULTS = [
    (CREATE, {"method": "POST", "kind": "reset", "moment": "before"}),
    (CREATE, {"method": "POST", "kind": "reset", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "truncated", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "status", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "empty", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "null_result", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "hang", "moment": "after"}),
    (CREATE, {"method": "GET", "kind": "null_result", "moment": "before"}),
    (UPDATE, {"method": "GET", "kind": "not_json", "moment": "before"}),
    (UPDATE, {"method": "PUT", "kind": "reset", "moment": "after"}),
    (UPDATE, {"method": "PUT", "kind": "status", "moment": "before"}),
    (DELETE, {"method": "DELETE", "kind": "status", "moment": "after"}),
    (DELETE, {"method": "DELETE", "kind": "hang", "moment": "before"}),
    (REPLACE, {"method": "POST", "kind": "reset", "moment": "after"}),
    (REPLACE, {"method": "DELETE", "kind": "truncated", "moment": "after"}),
]
# These stay as long as the first run, so that it fails.
LASTING = [
    (CREATE, {"method": "POST", "kind": "reset", "moment": "after"}),
    (CREATE, {"method": "POST", "kind": "status", "moment": "before"}),
    (UPDATE, {"method": "PUT", "kind": "html", "moment": "before"}),
    (REPLACE, {"method": "DELETE", "kind": "status", "moment": "before"}),
]
OPTIONS = {
    CREATE: {},
    UPDATE: {"max_upload_records": 1000},
    DELETE: {"state": "absent"},
    REPLACE: {"kind": "edge", "recreate": True},
}
DONE = {CREATE: "created", UPDATE: "updated", DELETE: "deleted", REPLACE: "replaced"}


def run_through(modules, simulator, cases, runs):
    """Run every case in a zone of its own; return the action of each run by case. The faults end with the first run."""
    zones = [{"id": f"{0xFA170000 + number:032x}", "name": f"zone{number}.example.com"} for number in range(len(cases))]
    simulator.reset(zones=zones)
    destination = {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}
    orders, tasks = [], []
    for zone, (what, fault) in zip(zones, cases):
        if what != CREATE:
            simulator.add_job(
                zone_id=zone["id"], name="web", enabled=True, destination_conf=simulator.destination_conf()
            )
        orders.append({**fault, "path": zone["id"]})
        tasks.append(job(zone["name"], fails=True, zone_id=zone["id"], name="web", **destination, **OPTIONS[what]))
    simulator.set_faults(*orders)
    done = []
    for dummy in range(runs):
        done.append(modules.tasks(*tasks, defaults={"timeout": 1}))
        simulator.set_faults()
    return {
        f"{what}: {fault['kind']} {fault['moment']} {fault['method']}": [
            run[zone["name"]].result.get("action", "failed") for run in done
        ]
        for zone, (what, fault) in zip(zones, cases)
    }


def left_in_zones(cases):
    """Return the expected jobs at the end: the kind of each job, one for each zone that requests one."""
    return ["edge" if what == REPLACE else "" for what, dummy in cases if what != DELETE]


def test_a_single_fault_is_overcome_in_the_same_run(modules, simulator, stored):
    actions = run_through(modules, simulator, FAULTS, runs=2)
    wanted = [[DONE[what], "unchanged"] for what, dummy in FAULTS]
    assert {name: got for (name, got), want in zip(actions.items(), wanted) if got != want} == {}
    assert [entry.get("kind", "") for entry in sorted(stored(), key=lambda entry: entry["scope_id"])] == left_in_zones(
        FAULTS
    )
    assert len({entry["scope_id"] for entry in stored()}) == len(stored())
    assert all(entry["enabled"] for entry in stored())


def test_a_lasting_fault_fails_the_run_and_the_next_one_completes_it(modules, simulator, stored):
    cases = [(what, {**fault, "times": None}) for what, fault in LASTING]
    actions = run_through(modules, simulator, cases, runs=3)
    for name, (first, second, third) in actions.items():
        # If the request was carried out and only its answer was lost, the next run finds nothing to change.
        allowed = ("unchanged",) if "after" in name else tuple(DONE.values())
        assert second in allowed and third == "unchanged", (name, first, second, third)
        assert first == "failed" or "after" in name, name
    assert [entry.get("kind", "") for entry in sorted(stored(), key=lambda entry: entry["scope_id"])] == left_in_zones(
        cases
    )


OTHER_JOBS = {
    "the job that is replaced": {},
    "a job of another dataset": {"id": 999999, "dataset": "dns_logs"},
    "a job with another name": {"id": 999999, "name": "other"},
}


@pytest.mark.parametrize("told", OTHER_JOBS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_answer_with_another_job_is_not_the_created_one(modules, simulator, zone_id, stored, told, moment):
    old = simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=simulator.destination_conf())
    result = {"id": old["id"], **old["stored"], **OTHER_JOBS[told]}
    answer = {"kind": "status", "status": 200, "body": {"success": True, "errors": [], "result": result}}
    simulator.set_faults({**answer, "method": "POST", "moment": moment})
    options = {"name": "web", "endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}
    outcomes = modules.tasks(job("replace", zone_id=zone_id, **options, **OPTIONS[REPLACE]))
    assert outcomes["replace"]["action"] == "replaced"
    assert [each.get("kind") for each in stored()] == ["edge"] and stored()[0]["name"] == "web"


@pytest.mark.parametrize("told", OTHER_JOBS)
def test_a_job_is_not_deleted_while_no_answer_contains_its_successor(modules, simulator, zone_id, stored, told):
    old = simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=simulator.destination_conf())
    result = {"id": old["id"], **old["stored"], **OTHER_JOBS[told]}
    answer = {"kind": "status", "status": 200, "body": {"success": True, "errors": [], "result": result}}
    simulator.set_faults({**answer, "method": "POST", "times": None})
    options = {"name": "web", "endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}
    outcomes = modules.tasks(job("replace", fails=True, zone_id=zone_id, **options, **OPTIONS[REPLACE]))
    assert outcomes["replace"].failed and "contains another job" in outcomes["replace"].msg
    assert [each["name"] for each in stored()] == ["web"]
