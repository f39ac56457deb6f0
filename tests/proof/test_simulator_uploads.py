# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The uploads that the simulator records are those that it made, also when deliveries go wrong or happen in the past."""

from __future__ import annotations

import datetime
import time
import typing as t

import pytest
from proof_client import SHOP, Api
from simulator.process import Simulator, SimulatorError

WWW = Simulator.zone_ids["www.example.com"]
DAY = 86400.0
EVENTS = 5


def summary(uploads: list[dict[str, t.Any]]) -> dict[tuple[int, bool], tuple[int, int]]:
    """Return the number of uploads and of their records by status and finality."""
    found: dict[tuple[int, bool], tuple[int, int]] = {}
    for upload in uploads:
        key = (upload["status"], upload["final"])
        number, records = found.get(key, (0, 0))
        found[key] = (number + 1, records + upload["records"])
    return found


def received_bytes(simulator: Simulator, job_id: int) -> int:
    """Return the bytes of the lines that the collector received from a job."""
    return sum(len(event["raw"]) + 1 for event in simulator.events(job_id=job_id))


# The fault, the uploads of four batches, and the batches that the collector receives.
FAULTS: list[tuple[dict[str, t.Any], dict[tuple[int, bool], int], int]] = [
    ({"kind": "drop"}, {(1201, True): 4}, 0),
    ({"kind": "drop", "share": 0.5}, {(1201, True): 2, (200, True): 2}, 2),
    ({"kind": "drop", "share": 0.25, "dataset": "http_requests"}, {(1201, True): 1, (200, True): 3}, 3),
    ({"kind": "retry"}, {(503, False): 4, (200, True): 4}, 4),
    ({"kind": "retry", "status": 1106, "share": 0.5}, {(1106, False): 2, (200, True): 4}, 4),
    ({"kind": "refuse"}, {(400, True): 4}, 0),
    ({"kind": "refuse", "status": 413, "share": 0.5}, {(413, True): 2, (200, True): 2}, 2),
    ({"kind": "silent"}, {}, 0),
    ({"kind": "silent", "share": 0.75}, {(200, True): 1}, 1),
    ({"kind": "twice"}, {(200, True): 4}, 8),
    ({"kind": "twice", "status": 1106, "share": 0.5}, {(1106, False): 2, (200, True): 4}, 6),
    ({"kind": "drop", "dataset": "dns_logs"}, {(200, True): 4}, 4),
]


@pytest.mark.parametrize(("fault", "uploads", "received"), FAULTS)
def test_a_fault_of_a_delivery_is_counted_as_it_happens(
    simulator: Simulator, api: Api, fault: dict[str, t.Any], uploads: dict[tuple[int, bool], int], received: int
) -> None:
    job, other = api.created(enabled=True)["id"], api.created(WWW, enabled=True)["id"]
    simulator.change_settings(push_faults=[{"zone": "shop.example.com", **fault}])
    for dummy in range(4):
        simulator.push()
    found = simulator.uploads(job_id=job)
    assert summary(found) == {key: (number, number * EVENTS) for key, number in uploads.items()}
    counts = simulator.state()["received"]["job_id"]
    assert counts.get(str(job), 0) == received * EVENTS
    delivered = [upload for upload in found if upload["status"] == 200]
    if fault["kind"] != "twice":
        assert sum(upload["records"] for upload in delivered) == counts.get(str(job), 0)
        assert sum(upload["size"] for upload in delivered) == received_bytes(simulator, job)
    assert all(0 < upload["compressed"] < upload["size"] for upload in found)
    assert summary(simulator.uploads(job_id=other)) == {(200, True): (4, 4 * EVENTS)}
    assert counts[str(other)] == 4 * EVENTS


def test_a_batch_that_was_pushed_twice_arrives_as_the_same_lines(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    simulator.change_settings(push_faults=[{"kind": "twice", "job_id": job}])
    simulator.push()
    lines = [event["raw"] for event in simulator.events(job_id=job)]
    assert lines[:EVENTS] == lines[EVENTS:] and len(set(lines)) == EVENTS


def test_a_fault_shows_on_the_job_as_cloudflare_shows_it(simulator: Simulator, api: Api) -> None:
    dropping, refused, silent = (api.created(enabled=True, name=name)["id"] for name in ("a", "b", "c"))
    faults = [{"kind": "drop", "job_id": dropping}, {"kind": "refuse", "job_id": refused}]
    simulator.change_settings(push_faults=[*faults, {"kind": "silent", "job_id": silent}])
    simulator.push()
    assert [(api.job(job)["last_complete"], api.job(job)["last_error"]) for job in (dropping, silent)] == [
        (None, None)
    ] * 2
    assert api.job(refused)["error_message"] == "error uploading to https: status:400"


@pytest.mark.parametrize(
    ("trouble", "status"), [("status", 503), ("closed", 1101), ("black_hole", 1102), ("dns", 1105), ("hang", 1106)]
)
def test_a_real_failure_is_recorded_and_not_final(simulator: Simulator, api: Api, trouble: str, status: int) -> None:
    job = api.created(enabled=True)["id"]
    if trouble in ("status", "hang"):
        simulator.set_faults({"side": "hec", "kind": trouble, "status": 503, "times": None})
        simulator.change_settings(destination_timeout=0.3)
    elif trouble == "closed":
        simulator.change_job(
            job, destination_conf=simulator.destination_conf().replace(simulator.hec_endpoint, "localhost:1")
        )
    elif trouble == "dns":
        simulator.change_job(job, destination_conf=simulator.destination_conf().replace("localhost", "nowhere.invalid"))
    else:
        simulator.change_settings(black_hole_hosts=["localhost"])
    simulator.push()
    assert summary(simulator.uploads(job_id=job)) == {(status, False): (1, EVENTS)}
    assert simulator.events(job_id=job) == []


@pytest.mark.parametrize("kind", ["expired", "untrusted", "wrong_host"])
def test_a_refused_certificate_is_a_request_error(simulator: Simulator, api: Api, kind: str) -> None:
    job = api.created(enabled=True)["id"]
    simulator.change_settings(certificate=kind)
    simulator.push()
    assert summary(simulator.uploads(job_id=job)) == {(1107, False): (1, EVENTS)}


def test_a_broken_connection_is_a_transfer_error(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    simulator.set_faults({"side": "hec", "kind": "reset"})
    simulator.push()
    assert summary(simulator.uploads(job_id=job)) == {(1108, False): (1, EVENTS)}


def test_a_batch_without_records_is_no_upload(simulator: Simulator, api: Api) -> None:
    where = '{"where":{"key":"ClientRequestHost","operator":"eq","value":"elsewhere.example.com"}}'
    job = api.created(enabled=True, filter=where)["id"]
    simulator.push()
    assert simulator.uploads(job_id=job) == []
    assert api.job(job)["last_complete"] is not None


@pytest.mark.parametrize("fault", [{"kind": "odd"}, {"kind": "drop", "share": 2}, {"kind": "drop", "moon": 1}, {}])
def test_an_invalid_fault_is_refused(simulator: Simulator, fault: dict[str, t.Any]) -> None:
    with pytest.raises(SimulatorError):
        simulator.change_settings(push_faults=[fault])
    with pytest.raises(SimulatorError):
        simulator.reset(settings={"push_faults": [fault]})
    assert simulator.state()["settings"]["push_faults"] == []


def moment(text: str) -> float:
    """Return a time in a log line as seconds since 1970."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def test_a_push_in_the_past_has_the_same_time_everywhere(simulator: Simulator, api: Api) -> None:
    options = {"field_names": ["EdgeStartTimestamp"], "timestamp_format": "rfc3339ns"}
    job = api.created(enabled=True, output_options=options)["id"]
    began = time.time()
    simulator.push_at(DAY, rounds=3, interval=3600)
    passed = time.time() - began
    wanted = [began - DAY + number * 3600 for number in range(3)]
    times = [upload["time"] for upload in simulator.uploads(job_id=job)]
    assert all(0 <= found - expected <= passed for found, expected in zip(times, wanted))
    events = simulator.events(job_id=job)
    for number, event in enumerate(events):
        expected = wanted[number // EVENTS]
        assert -1 <= event["index_time"] - expected <= passed
        # Events are up to a minute older than their batch.
        assert -60.001 <= moment(event["event"]["EdgeStartTimestamp"]) - expected <= passed
    assert moment(api.job(job)["last_complete"]) == pytest.approx(wanted[-1], abs=passed + 1)
    simulator.push()
    assert simulator.uploads(job_id=job)[-1]["time"] == pytest.approx(time.time(), abs=passed + 5)


def test_a_set_back_clock_gives_the_same_times(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    began = time.time()
    for offset in (-DAY, -DAY / 2, 0):
        simulator.change_settings(clock_offset=offset)
        simulator.push()
    passed = time.time() - began
    found = [upload["time"] - began for upload in simulator.uploads(job_id=job)]
    assert all(0 <= age - wanted <= passed for age, wanted in zip(found, (-DAY, -DAY / 2, 0)))


def test_an_upload_may_begin_before_the_collector_has_it(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    simulator.change_settings(upload_seconds=30)
    simulator.push()
    event = simulator.events(job_id=job)[0]
    assert 28 < event["index_time"] - simulator.uploads(job_id=job)[0]["time"] < 31


def test_a_push_in_the_future_is_refused(simulator: Simulator) -> None:
    with pytest.raises(SimulatorError, match="in the future"):
        simulator.push_at(10, rounds=3, interval=10)


def test_a_moved_clock_disables_no_job_and_ends_no_rate_window(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    simulator.change_settings(rate_limit_requests=3, clock_offset=-2 * DAY)
    api.ask("GET", "/zones")
    simulator.set_faults({"side": "hec", "kind": "status", "times": None})
    simulator.push()
    simulator.change_settings(clock_offset=0)
    simulator.push()
    simulator.push_at(DAY)
    assert api.job(job)["enabled"] is True and api.job(job)["last_error"] is not None
    assert api.ask("GET", "/zones").status_code == 429
    assert [upload["status"] for upload in simulator.uploads(job_id=job)] == [500] * 3


def test_a_changed_destination_stays_changed_in_the_past(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)["id"]
    simulator.change_settings(change_delay=600)
    api.update(job, destination_conf=simulator.destination_conf(sourcetype="new"))
    simulator.push()
    simulator.push_at(DAY)
    assert [event["sourcetype"] for event in simulator.events(job_id=job)][::EVENTS] == ["cloudflare:json", "new"]


def test_other_destinations_accept_everything(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True, destination_conf="s3://bucket/logs?region=eu-central-1")["id"]
    simulator.push()
    assert [(one["destination_type"], one["status"]) for one in simulator.uploads(job_id=job)] == [("s3", 200)]
    assert simulator.uploads(scope_id=SHOP) == simulator.uploads(job_id=job)


def test_an_http_destination_can_be_this_collector(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True, destination_conf=simulator.destination_conf().replace("splunk://", "https://"))[
        "id"
    ]
    simulator.push()
    assert simulator.events(job_id=job) == []
    simulator.change_settings(push_to_https=True)
    simulator.push()
    assert len(simulator.events(job_id=job)) == EVENTS
    assert [(one["destination_type"], one["status"]) for one in simulator.uploads(job_id=job)] == [("https", 200)] * 2
