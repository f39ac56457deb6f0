# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of requests for the names of zones that are known by their IDs, against the simulator."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

OPTIONS = {"validate_certs": True, "timeout": 5, "retries": 0, "concurrency": 8, "prune": False}
IDS = [f"{number:032x}" for number in range(1, 241)]


@pytest.fixture
def of_240_zones(simulator: Simulator) -> Simulator:
    """Return a simulator with 240 zones, which are five pages of the list."""
    simulator.reset(zones=[{"id": zone_id, "name": f"zone{int(zone_id, 16)}.example.com"} for zone_id in IDS])
    return simulator


def rolled_out(simulator: Simulator, zones: t.Sequence[dict[str, t.Any]], **options: t.Any) -> dict[str, int]:
    """Return the number of requests of a rollout, by what they ask."""
    simulator.wipe_requests()
    result = roll_out(
        {
            **OPTIONS,
            "api_url": simulator.api_url,
            "api_token": simulator.api_token,
            "zones": zones,
            "job_defaults": {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token},
            **options,
        },
        context(),
    )
    assert not result.get("failed"), result["results"]
    names = {job["scope_id"]: job["stored"]["name"] for job in simulator.jobs()}
    assert all(names[zone["zone_id"]] == f"zone{int(zone['zone_id'], 16)}.example.com" for zone in zones)
    counts = {"list jobs": 0, "create": 0, "page": 0, "zone": 0}
    for request in simulator.requests(side="api"):
        if "/zones" not in request["path"]:
            # After a refusal, the API token is verified once.
            continue
        of_zone = {0: "page", 1: "zone"}.get(request["path"].partition("/zones")[2].count("/"))
        counts[of_zone or ("create" if request["method"] == "POST" else "list jobs")] += 1
    return counts


def by_id(ids: t.Iterable[str]) -> list[dict[str, t.Any]]:
    """Return zones that are known by their IDs alone."""
    return [{"zone_id": zone_id} for zone_id in ids]


def test_new_zones_known_by_id_cost_two_requests_each_and_the_pages_of_the_list(of_240_zones: Simulator) -> None:
    assert rolled_out(of_240_zones, by_id(IDS)) == {"list jobs": 240, "create": 240, "page": 5, "zone": 0}
    # An unchanged job needs no name.
    assert rolled_out(of_240_zones, by_id(IDS)) == {"list jobs": 240, "create": 0, "page": 0, "zone": 0}


@pytest.mark.parametrize("named", [False, True], ids=["id alone", "id and name"])
def test_a_long_list_is_not_read_for_few_names(of_240_zones: Simulator, named: bool) -> None:
    zones = by_id(IDS[-2:])
    if named:
        zones = [{**zone, "zone_name": f"zone{int(zone['zone_id'], 16)}.example.com"} for zone in zones]
    assert rolled_out(of_240_zones, zones) == {"list jobs": 2, "create": 2, "page": 0, "zone": 2}


def test_few_new_zones_among_many_are_asked_for_one_by_one(of_240_zones: Simulator) -> None:
    rolled_out(of_240_zones, by_id(IDS[:200]), concurrency=1)
    counts = rolled_out(of_240_zones, by_id(IDS[:202]), concurrency=1)
    assert counts == {"list jobs": 202, "create": 2, "page": 0, "zone": 2}


def test_without_the_permission_to_list_zones_each_zone_is_asked_for(of_240_zones: Simulator) -> None:
    token = {"id": "1" * 32, "token": "no-zone-read-here", "permissions": ["logs_write"]}
    zones = [{"id": zone_id, "name": f"zone{int(zone_id, 16)}.example.com"} for zone_id in IDS]
    of_240_zones.reset(zones=zones, api_tokens=[token])
    counts = rolled_out(of_240_zones, by_id(IDS[:30]), api_token=token["token"])
    assert counts == {"list jobs": 30, "create": 30, "page": 1, "zone": 30}
