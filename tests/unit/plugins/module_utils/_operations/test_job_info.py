# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs shown with their health, from one or many scopes of a real simulator, without a secret."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import HEALTHS
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.job_info import show_jobs
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

OPTIONS = {"validate_certs": True, "timeout": 5, "retries": 0, "concurrency": 4}
SECRET = "SECRET+of/another=job"


def shown(simulator: Simulator, **options: t.Any) -> dict[str, t.Any]:
    """Return the result of the module, masked in the same way."""
    mask = SecretMask()
    api = {"api_url": simulator.api_url, "api_token": simulator.api_token}
    return mask.value(show_jobs({**OPTIONS, **api, **options}, context(mask=mask)))


def add(simulator: Simulator, zone: str = "shop.example.com", **fields: t.Any) -> None:
    """Stores a job of a zone."""
    conf = simulator.destination_conf()
    simulator.add_job(**{"zone_id": simulator.zone_ids[zone], "destination_conf": conf, "enabled": True, **fields})


def test_every_health_is_told_and_counted(simulator: Simulator) -> None:
    failed = {"last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}
    done = {"last_complete": "2026-01-02T00:00:00Z"}
    add(simulator, name="pending")
    add(simulator, name="delivering", **done)
    add(simulator, name="failing", **failed)
    add(simulator, name="disabled", enabled=False)
    add(simulator, name="auto_disabled", enabled=False, **failed)
    result = shown(simulator, zone="shop.example.com")
    assert {job["name"]: job["health"] for job in result["jobs"]} == {health: health for health in HEALTHS}
    assert result["summary"] == {"jobs": 5, **dict.fromkeys(HEALTHS, 1)}
    assert result["changed"] is False
    assert {(job["zone"], job["account_id"]) for job in result["jobs"]} == {("shop.example.com", None)}


def test_no_secret_is_shown(simulator: Simulator) -> None:
    conf = simulator.destination_conf(quote(SECRET, safe=""))
    add(simulator, error_message=f"POST with {SECRET} refused", destination_conf=conf)
    result = shown(simulator, zone_id=simulator.zone_ids["shop.example.com"])
    assert "SECRET" not in json.dumps(result)
    [job] = result["jobs"]
    assert "destination_conf" not in job
    assert job["destination"]["sourcetype"] == "cloudflare:json"
    assert job["error_message"] == "POST with ******** refused"


def test_other_destinations_are_left_out(simulator: Simulator) -> None:
    add(simulator, destination_conf="s3://bucket/logs?region=us-west-2")
    add(simulator, destination_conf="")
    assert shown(simulator, zone="shop.example.com")["jobs"] == []


def test_jobs_by_dataset_and_name(simulator: Simulator) -> None:
    add(simulator, name="a")
    add(simulator, name="a", dataset="dns_logs")
    add(simulator, name="b", dataset="http_requests")
    for options, expected in (
        ({}, [1001, 1002, 1003]),
        ({"dataset": "http_requests"}, [1001, 1003]),
        ({"name": "a"}, [1001, 1002]),
        ({"dataset": "dns_logs", "name": "b"}, []),
    ):
        result = shown(simulator, zone="shop.example.com", **options)
        assert [job["id"] for job in result["jobs"]] == expected
        assert result["summary"]["jobs"] == len(expected)


def test_many_scopes_in_the_order_given(simulator: Simulator) -> None:
    zones = simulator.zone_ids
    add(simulator)
    add(simulator, "api.example.com")
    simulator.add_job(
        account_id=simulator.account_id, dataset="audit_logs_v2", destination_conf=simulator.destination_conf()
    )
    entries = [
        {"account_id": simulator.account_id},
        {"zone": "api.example.com", "jobs": [{"dataset": "dns_logs"}]},
        {"zone_id": zones["shop.example.com"], "zone": None},
        {"zone_id": zones["www.example.com"]},
    ]
    result = shown(simulator, zones=entries)
    scopes = [(job["zone_id"], job["zone"], job["account_id"]) for job in result["jobs"]]
    assert scopes == [
        (None, None, simulator.account_id),
        (zones["api.example.com"], "api.example.com", None),
        (zones["shop.example.com"], None, None),
    ]
    # One request for each scope, and one to look up a name.
    assert len(simulator.requests(side="api")) == 5


def test_no_zones_at_all(simulator: Simulator) -> None:
    assert shown(simulator, zones=[])["summary"]["jobs"] == 0


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({}, "zone_id, zone, account_id"),
        ({"zone": "a.example.com", "account_id": "1"}, "zone_id, zone, account_id"),
        ({"zones": [], "zone": "a.example.com"}, "zones"),
        ({"zones": [{"zone": "shop.example.com"}, {}]}, "zone_id, zone, account_id"),
        ({"zones": [{"zone": 5}]}, "zone"),
        ({"zones": [{"zone_id": "shop.example.com"}]}, "zone_id"),
    ],
)
def test_wrong_scopes_are_refused_before_the_first_request(
    simulator: Simulator, options: dict[str, t.Any], option: str
) -> None:
    with pytest.raises(OptionError) as caught:
        shown(simulator, **options)
    assert caught.value.option == option
    assert simulator.requests(side="api") == []


def test_a_zone_that_is_not_there(simulator: Simulator) -> None:
    with pytest.raises(CollectionError, match="nowhere.example.com"):
        shown(simulator, zone="nowhere.example.com")


def test_a_zone_that_is_not_there_hides_no_other(simulator: Simulator) -> None:
    add(simulator, name="web")
    result = shown(simulator, zones=[{"zone": "nowhere.example.com"}, {"zone": "shop.example.com"}])
    assert [job["name"] for job in result["jobs"]] == ["web"]
    assert result["failed"] is True
    assert [(each["zone"], "sees no zone" in each["msg"]) for each in result["failures"]] == [
        ("nowhere.example.com", True)
    ]
    assert result["msg"].startswith("1 of 2 zones could not be read. nowhere.example.com: zone: ")
