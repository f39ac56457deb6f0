# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deliveries of enabled jobs: fields, lines, times, destinations, and failing jobs."""

from __future__ import annotations

import csv
import datetime
import re
import typing as t

import pytest
from proof_client import SHOP, Api, error_of
from simulator.datasets import ACCOUNT_DATASETS, ZONE_DATASETS, fields_of
from simulator.process import Simulator

WWW = Simulator.zone_ids["www.example.com"]


def pushed(simulator: Simulator, **filters: t.Any) -> list[dict[str, t.Any]]:
    """Push once and return the received events."""
    simulator.push()
    return [event for event in simulator.events(**filters) if event["job_id"] is not None]


def test_each_zone_pushes_its_own_events(simulator: Simulator, api: Api) -> None:
    for zone_id in (SHOP, WWW):
        api.created(zone_id, enabled=True)
    disabled = api.created(dataset="dns_logs")
    assert len(pushed(simulator, host="shop.example.com", dataset="http_requests")) == 5
    event = simulator.events(host="www.example.com", limit=5)[0]
    assert event["event"]["ClientRequestHost"] == "www.example.com"
    assert (event["token"], event["index"], event["sourcetype"]) == ("Cloudflare", "main", "cloudflare:json")
    assert str(disabled["id"]) not in simulator.state()["received"]["job_id"]


def test_only_the_named_fields_or_the_default_ones(simulator: Simulator, api: Api) -> None:
    named = api.created(enabled=True, output_options={"field_names": ["RayID", "Nonsense", "ClientIP"]})
    default = api.created(enabled=True, dataset="dns_logs")
    assert list(pushed(simulator, job_id=named["id"])[0]["event"]) == ["RayID", "ClientIP"]
    assert list(simulator.events(job_id=default["id"])[0]["event"]) == [
        "QueryName",
        "QueryType",
        "ResponseCode",
        "SourceIP",
        "Timestamp",
    ]


@pytest.mark.parametrize(
    ("timestamp_format", "pattern"),
    [
        (None, r"\d{19}"),
        ("unixnano", r"\d{19}"),
        ("unix", r"\d{10}"),
        ("rfc3339", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("rfc3339ms", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
        ("rfc3339ns", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"),
    ],
)
def test_timestamps(simulator: Simulator, api: Api, timestamp_format: str | None, pattern: str) -> None:
    api.created(
        enabled=True, output_options={"field_names": ["EdgeStartTimestamp"], "timestamp_format": timestamp_format}
    )
    value = pushed(simulator)[0]["event"]["EdgeStartTimestamp"]
    assert isinstance(value, str) is (timestamp_format is not None and timestamp_format.startswith("rfc"))
    assert re.fullmatch(pattern, str(value))


def test_filters_let_only_matching_events_through(simulator: Simulator, api: Api) -> None:
    simulator.change_settings(events_per_push=100)
    where = (
        '{"where":{"and":[{"key":"ClientRequestMethod","operator":"in","value":["GET","HEAD"]},'
        '{"or":[{"key":"EdgeResponseStatus","operator":"geq","value":400},'
        '{"key":"ClientRequestPath","operator":"startsWith","value":"/api"}]}]}}'
    )
    fields = ["ClientRequestMethod", "EdgeResponseStatus", "ClientRequestPath"]
    api.created(enabled=True, filter=where, output_options={"field_names": fields})
    lines = [event["event"] for event in pushed(simulator)]
    assert 0 < len(lines) < 100
    for line in lines:
        assert line["ClientRequestMethod"] in ("GET", "HEAD")
        assert line["EdgeResponseStatus"] >= 400 or line["ClientRequestPath"].startswith("/api")


def test_sampling_takes_about_its_share(simulator: Simulator, api: Api) -> None:
    simulator.change_settings(events_per_push=1000)
    api.created(enabled=True, output_options={"field_names": ["RayID"], "sample_rate": 0.25})
    assert 180 < len(pushed(simulator)) < 320


def test_old_logpull_options_still_count(simulator: Simulator, api: Api) -> None:
    options = "https://api.example.com/received?fields=RayID,EdgeEndTimestamp&timestamps=rfc3339&sample=1"
    job = api.created(enabled=True, logpull_options=options)
    line = pushed(simulator)[0]["event"]
    assert list(line) == ["RayID", "EdgeEndTimestamp"] and line["EdgeEndTimestamp"].endswith("Z")
    api.update(job["id"], output_options={"field_names": ["ClientIP"]})
    assert list(pushed(simulator)[-1]["event"]) == ["ClientIP"]


def test_csv_and_record_delimiters(simulator: Simulator, api: Api) -> None:
    api.created(enabled=True, output_options={"field_names": ["ClientRequestHost", "RayID"], "output_type": "csv"})
    header, *lines = csv.reader(event["raw"] for event in pushed(simulator))
    assert header == ["ClientRequestHost", "RayID"]
    assert {line[0] for line in lines} == {"shop.example.com"} and len(lines) == 5
    job = api.created(
        WWW,
        enabled=True,
        output_options={
            "field_names": ["ClientRequestHost"],
            "record_prefix": "<",
            "record_suffix": ">\n",
            "batch_prefix": "begin\n",
        },
    )
    texts = [event["raw"] for event in pushed(simulator, job_id=job["id"])]
    assert texts == ["begin"] + ['<"ClientRequestHost":"www.example.com">'] * 5


def test_every_dataset_can_be_pushed(simulator: Simulator, api: Api) -> None:
    simulator.change_settings(job_limit=100, events_per_push=1)
    for scope, scope_id, datasets in (
        ("zones", SHOP, ZONE_DATASETS),
        ("accounts", simulator.account_id, ACCOUNT_DATASETS),
    ):
        for dataset in datasets:
            fields = api.ask("GET", f"/{scope}/{scope_id}/logpush/datasets/{dataset}/fields").json()["result"]
            assert list(fields) == list(fields_of(dataset, scope)) and all(fields.values())
            job = {
                "destination_conf": simulator.destination_conf(),
                "dataset": dataset,
                "enabled": True,
                "output_options": {"field_names": list(fields), "timestamp_format": "rfc3339"},
            }
            assert api.ask("POST", f"/{scope}/{scope_id}/logpush/jobs", job).status_code == 200
    events = pushed(simulator)
    assert len(events) == len(ZONE_DATASETS) + len(ACCOUNT_DATASETS)
    assert all(list(event["event"]) == list(fields_of(event["dataset"], scope_of(event))) for event in events)


def scope_of(event: dict[str, t.Any]) -> str:
    """Return the kind of scope whose job pushed an event."""
    return "zones" if event["scope_id"] == SHOP else "accounts"


def test_a_push_is_noted_on_its_job(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)
    simulator.change_settings(certificate="expired")
    simulator.push()
    failing = api.job(job["id"])
    assert failing["last_complete"] is None and failing["last_error"].endswith("Z")
    assert "certificate has expired" in failing["error_message"]
    simulator.change_settings(certificate="valid")
    simulator.push()
    healthy = api.job(job["id"])
    assert healthy["last_error"] is None and healthy["error_message"] is None
    datetime.datetime.strptime(healthy["last_complete"], "%Y-%m-%dT%H:%M:%SZ")
    assert simulator.requests(side="hec")[-1]["job_id"] == str(job["id"])


def test_a_day_of_failure_switches_a_job_off(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)
    simulator.set_faults({"side": "hec", "kind": "status", "status": 503, "times": None})
    simulator.push()
    simulator.age_failure(job["id"], 23)
    simulator.push()
    assert api.job(job["id"])["enabled"] is True
    simulator.age_failure(job["id"], 1)
    simulator.push()
    off = api.job(job["id"])
    assert off["enabled"] is False and "status:503" in off["error_message"]
    assert error_of(api.update(job["id"], enabled=True))[0] == 400
    simulator.set_faults()
    assert api.update(job["id"], enabled=True).status_code == 200
    simulator.push()
    assert api.job(job["id"])["last_error"] is None and api.job(job["id"])["enabled"] is True


def test_a_success_ends_the_count_of_failing_hours(simulator: Simulator, api: Api) -> None:
    job = api.created(enabled=True)
    simulator.age_failure(job["id"], 100)
    simulator.push()
    simulator.set_faults({"side": "hec", "kind": "status", "times": None})
    simulator.push()
    assert api.job(job["id"])["enabled"] is True


def test_events_are_capped_but_counters_are_not(simulator: Simulator, api: Api) -> None:
    simulator.reset(settings={"events_kept": 10, "events_per_push": 50})
    job = api.created(enabled=True)
    simulator.push()
    assert len(simulator.events()) == 10
    received = simulator.state()["received"]
    assert received["total"] == 51 and received["job_id"] == {str(job["id"]): 50}
