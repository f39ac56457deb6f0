# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wait for the jobs of many scopes to deliver, against the simulator."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.progress import Progress
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.fleet import Fleet

LATER = "2099-01-01T00:00:00Z"


class WatchedClock(FakeClock):
    """A clock with the progress of a run. It keeps the line of progress at each pause."""

    def __init__(self) -> None:
        super().__init__()
        self.progress = Progress(self)
        self.lines: list[str] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.lines.append(self.progress.line())


@pytest.fixture
def fleet(simulator: Simulator) -> Fleet:
    """Return 20 zones without jobs."""
    return Fleet(simulator, 20)


def test_jobs_that_deliver_are_looked_at_once(fleet: Fleet) -> None:
    made = fleet.roll_out()
    fleet.simulator.push()
    fleet.simulator.wipe_requests()
    # Cloudflare keeps the figures of 30 days.
    clock = FakeClock(begin=time.time())
    result = fleet.verify(clock, jobs=made["results"])
    assert fleet.asked_for_jobs == ["GET"] * 20
    # The account of the zones, its limits, and two queries for ten zones each.
    assert len(fleet.asked) == 20 + 1 + 1 + 2
    assert clock.slept == []
    assert {entry["health"] for entry in result["results"]} == {"delivering"}
    assert (result["summary"]["jobs"], result["summary"]["delivering"], result.get("failed")) == (20, 20, None)


def test_only_what_is_not_done_is_looked_at_again(fleet: Fleet) -> None:
    made = fleet.roll_out(zones=[{**zone, "host": f"h{number}"} for number, zone in enumerate(fleet.zones[:3])])
    fleet.simulator.wipe_requests()
    fleet.simulator.push()
    late = fleet.add_job(fleet.ids[3], name="late")
    result = fleet.verify(
        clock := FakeClock(), jobs=[*made["results"], {"zone_id": fleet.ids[3], "job_id": late, "host": "late"}]
    )
    assert clock.slept == [20, 20, 20]
    assert fleet.asked_for_jobs == ["GET"] * (3 + 4)
    [failed] = [entry for entry in result["results"] if entry["failed"]]
    late_message = "no delivery within 60 s (the job is enabled and has never pushed)"
    assert (failed["host"], failed["health"], failed["msg"]) == ("late", "pending", late_message)
    assert result["msg"].startswith(
        f"1 of 4 jobs do not deliver. late, http_requests late: {late_message}. A new job can"
    )


def test_a_delivery_counts_from_a_time_on_for_what_changed(fleet: Fleet) -> None:
    job_id = fleet.add_job(fleet.ids[0], last_complete="2026-01-01T00:00:00Z")
    job = {"zone_id": fleet.ids[0], "job_id": job_id}
    assert not fleet.verify(jobs=[{**job, "changed": False}], since=LATER).get("failed")
    assert fleet.verify(jobs=[{**job, "changed": True}], since=LATER)["failed"]
    assert not fleet.verify(jobs=[{**job, "changed": True}], since="2025-01-01T00:00:00Z").get("failed")


def test_what_failed_went_or_is_off_is_not_waited_for(fleet: Fleet) -> None:
    off = fleet.add_job(fleet.ids[0], enabled=False, last_error=LATER, error_message="given up")
    jobs: list[dict[str, t.Any]] = [{"zone_id": fleet.ids[0], "job_id": off, "action": "unchanged"}]
    jobs += [{"zone_id": fleet.ids[1], "job_id": 7, "action": action} for action in ("deleted", "disabled", "failed")]
    assert fleet.verify(jobs=[*jobs, {"zone_id": fleet.ids[2], "job_id": None, "action": "failed"}])["results"] == []


def test_every_job_of_a_zone_that_somebody_did_not_switch_off(fleet: Fleet) -> None:
    first, second = fleet.ids[:2]
    fleet.add_job(first, name="off", enabled=False)
    fleet.add_job(first, name="gone", enabled=False, last_error=LATER, error_message="no route")
    fleet.add_job(second, name="well", last_complete=LATER)
    result = fleet.verify(zones=[{"zone_id": first}, {"zone": fleet.name(second)}], wait_timeout=0)
    assert {entry["name"]: entry["msg"] for entry in result["results"]} == {
        "gone": "no delivery (Cloudflare disabled the job after a day of failures): no route",
        "well": "",
    }


def test_what_cloudflare_says_about_a_certificate_is_explained(fleet: Fleet) -> None:
    says = "RequestError: x509: certificate relies on legacy Common Name field, use SANs instead"
    fleet.add_job(fleet.ids[0], last_error=LATER, error_message=says)
    result = fleet.verify(zones=[{"zone_id": fleet.ids[0]}], wait_timeout=0)
    [row] = result["results"]
    explained = (
        "The certificate of the collector contains its host name only as the common name (CN). Install a certificate"
    )
    assert row["msg"].startswith(f"no delivery (the last push failed): {says}. {explained}")
    assert not row["msg"].endswith(".") and explained in result["msg"]


def test_a_zone_that_cannot_be_looked_at_is_not_asked_again_and_a_hiccup_is(fleet: Fleet) -> None:
    job_id = fleet.add_job(fleet.ids[0], last_complete=LATER)
    clock = FakeClock()
    refused = fleet.verify(clock, jobs=[{"zone_id": "f" * 32, "job_id": 7, "dataset": "dns_logs"}])
    assert refused["results"][0]["msg"].startswith("the jobs cannot be read: ") and clock.slept == []
    fleet.simulator.set_faults({"kind": "html", "method": "GET"})
    assert not fleet.verify(clock, jobs=[{"zone_id": fleet.ids[0], "job_id": job_id}]).get("failed")
    assert clock.slept == [20]


def test_a_wait_says_how_long_and_for_what_and_a_failure_what_to_try(fleet: Fleet) -> None:
    clock = WatchedClock()
    progress, lines = clock.progress, clock.lines
    fleet.add_job(fleet.ids[0], name="well", last_complete=LATER)
    fleet.add_job(fleet.ids[1], name="late")
    fleet.add_job(fleet.ids[2], name="ill", last_error=LATER, error_message="no route")
    fleet.add_job(fleet.ids[3], name="gone", enabled=False, last_error=LATER, error_message="no route")
    zones = [{**zone, "zone": fleet.name(zone["zone_id"])} for zone in fleet.zones[:4]]
    result = fleet.verify(clock, progress, zones=[{"zone": zone["zone"]} for zone in zones], wait_timeout=90)
    waited = "1 of 4 zones, waited 40 s of at most 2 min for a delivery of zone2.example.com, http_requests late; "
    assert lines[1].startswith(waited) and len(lines) == 5
    assert "waited" not in progress.line()
    *_rows, advice = result["report"].splitlines()
    assert advice.startswith("1 delivering, 3 not. A new job can take 10 to 15 minutes")
    for words in ("splunk_logpush_verify_timeout", "The audit playbook shows why", "The repair playbook enables"):
        assert words in advice and words in result["msg"]


def test_a_wait_does_not_name_a_zone_whose_failure_is_final(fleet: Fleet) -> None:
    clock = WatchedClock()
    progress, lines = clock.progress, clock.lines
    fleet.add_job(fleet.ids[0], name="late")
    zones = [{"zone_id": "f" * 32}, {"zone": fleet.name(fleet.ids[0])}]
    fleet.verify(clock, progress, zones=zones, wait_timeout=90)
    late = f"a delivery of {fleet.name(fleet.ids[0])}, http_requests late"
    assert lines and all(line.startswith("1 of 2 zones, 1 failed, ") and line.endswith(late) for line in lines)


def test_a_verification_without_jobs_says_so_and_a_lost_job_has_a_remedy(fleet: Fleet) -> None:
    assert fleet.verify(zones=fleet.zones[:2])["report"].endswith("\nNo enabled job to wait for.")
    lost = {**fleet.zones[0], "dataset": "http_requests", "name": "web", "job_id": 77, "action": "updated"}
    report = fleet.verify(jobs=[{**lost, "failed": False, "changed": True}])["report"]
    assert report.endswith("\n0 delivering, 1 not. The rollout playbook creates a job that no longer exists.")
    fleet.simulator.set_faults({"path": "/logpush/jobs", "kind": "status", "status": 403, "times": 99})
    assert fleet.verify(zones=fleet.zones[:1])["report"].endswith("\n0 delivering, 1 not.")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "jobs, zones"),
        ({"jobs": [], "zones": []}, "jobs, zones"),
        ({"jobs": [], "wait_timeout": -1}, "wait_timeout"),
        ({"jobs": [], "interval": 0}, "interval"),
        ({"jobs": [], "since": "yesterday"}, "since"),
    ],
)
def test_a_wait_that_makes_no_sense_asks_nobody(fleet: Fleet, options: dict[str, t.Any], named: str) -> None:
    with pytest.raises(CollectionError, match=f"^{named}: "):
        fleet.verify(**options)
    assert fleet.asked == []
