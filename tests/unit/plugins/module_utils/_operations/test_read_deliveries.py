# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deliveries of many scopes, against the simulator: the number of requests, and which scopes cannot be read."""

from __future__ import annotations

import collections
import datetime
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.delivery_health import (
    ScopeDeliveries,
    read_deliveries,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.sweep import Sweep
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fleet import SHARED, Fleet

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def thousand(simulator: Simulator) -> Fleet:
    """Return a thousand zones."""
    return Fleet(simulator, 1000)


class Reading:
    """Deliveries of the last hour, and the requests that they took."""

    def __init__(self, simulator: Simulator, zones: t.Sequence[dict[str, t.Any]], **options: t.Any) -> None:
        simulator.wipe_requests()
        given = {**SHARED, "api_url": simulator.api_url, "api_token": simulator.api_token, **options}
        sweep = Sweep(given, context())
        end = datetime.datetime.now(datetime.timezone.utc)
        self.deliveries: list[ScopeDeliveries] = read_deliveries(sweep, sweep.locate(zones), end - HOUR, end)
        self.sent = sweep.analytics.sent
        asked = simulator.requests(side="api")
        self.requests = collections.Counter(request["path"].rpartition("/client/v4")[2] for request in asked)

    @property
    def errors(self) -> list[str]:
        """The reason of each scope, "" if it could be read."""
        return [str(of_scope.error or "") for of_scope in self.deliveries]


def test_a_thousand_zones_take_a_hundred_queries(thousand: Fleet) -> None:
    job = thousand.add_job(thousand.ids[777], name="web")
    thousand.simulator.push_at(600)
    account = thousand.simulator.account_id
    found = Reading(thousand.simulator, [{**zone, "zone_account_id": account} for zone in thousand.zones])
    assert found.errors == [""] * 1000
    # One of them reads the limits of the account.
    assert found.requests == {"/graphql": 101} and found.sent == 101
    assert [number for number, of_scope in enumerate(found.deliveries) if of_scope.jobs] == [777]
    delivery = found.deliveries[777].of(job)
    [upload] = thousand.simulator.uploads(job_id=job)
    assert (delivery.uploads, delivery.records, delivery.delivery) == (1, upload["records"], "delivering")
    assert found.deliveries[0].of(job).delivery == "silent"


def test_the_accounts_of_many_zones_cost_the_list_of_zones(thousand: Fleet) -> None:
    found = Reading(thousand.simulator, thousand.zones)
    assert found.errors == [""] * 1000
    assert found.requests == {"/zones": 20, "/graphql": 101}


def test_the_accounts_of_few_zones_cost_a_request_each(thousand: Fleet) -> None:
    found = Reading(thousand.simulator, thousand.zones[:2])
    assert found.errors == [""] * 2
    assert found.requests == {**{f"/zones/{zone}": 1 for zone in thousand.ids[:2]}, "/graphql": 2}
    # More than two, but fewer than the list has pages.
    found = Reading(thousand.simulator, thousand.zones[500:505])
    assert found.errors == [""] * 5
    assert found.requests["/zones"] == 1 and found.requests["/graphql"] == 2 and sum(found.requests.values()) == 8


def test_a_zone_that_was_found_by_its_name_brings_its_account(thousand: Fleet) -> None:
    found = Reading(thousand.simulator, [{"zone": thousand.name(thousand.ids[5])}])
    assert found.errors == [""] and found.requests == {"/zones": 1, "/graphql": 2}


def test_a_token_without_analytics_read_costs_no_more_queries(thousand: Fleet) -> None:
    simulator = thousand.simulator
    account = simulator.account_id
    known = [{"id": zone_id, "name": thousand.name(zone_id)} for zone_id in thousand.ids]
    simulator.reset(zones=known, api_tokens=[{"id": "no", "token": "no-analytics", "permissions": ["logs_write"]}])
    zones = [{**zone, "zone_account_id": account} for zone in thousand.zones]
    found = Reading(simulator, zones, api_token="no-analytics", concurrency=1)
    assert all("lacks the permission Analytics Read for this zone" in error for error in found.errors)
    # The account is refused twice, for its limits and once for its zones.
    assert found.requests == {"/graphql": 102}


def test_zones_of_two_accounts_are_not_read_together(simulator: Simulator) -> None:
    names = {"one.example.com": "a" * 32, "two.example.com": "b" * 32, "three.example.com": "a" * 32}
    zones = [
        {"id": f"{number:032x}", "name": name, "account_id": account}
        for number, (name, account) in enumerate(names.items(), 1)
    ]
    simulator.reset(zones=zones, accounts=[{"id": account} for account in sorted(set(names.values()))])
    conf = simulator.destination_conf()
    jobs = [
        simulator.add_job(zone_id=zone["id"], dataset="http_requests", enabled=True, destination_conf=conf)
        for zone in zones
    ]
    simulator.push_at(600)
    found = Reading(simulator, [{"zone": name} for name in names])
    assert found.errors == [""] * 3
    assert [of_scope.of(job["id"]).uploads for of_scope, job in zip(found.deliveries, jobs)] == [1, 1, 1]
    assert found.requests["/graphql"] == 2 * 2


def test_an_error_in_one_scope_is_the_result_of_that_scope(simulator: Simulator) -> None:
    ids = simulator.zone_ids
    zones = [{"zone_id": ids["shop.example.com"]}, {"zone": "nowhere.example.com"}, {"zone_id": "f" * 32}]
    found = Reading(simulator, [*zones, zones[0]])
    first, missing, wrong, again = found.errors
    assert first == again == ""
    assert "nowhere.example.com" in missing and "lacks the permission Analytics Read" in wrong
    with pytest.raises(CollectionError, match=r"nowhere\.example\.com"):
        found.deliveries[1].of(1)


def test_a_window_that_is_empty_or_too_old(simulator: Simulator) -> None:
    sweep = Sweep({**SHARED, "api_url": simulator.api_url, "api_token": simulator.api_token}, context())
    located = sweep.locate([{"zone": "shop.example.com"}])
    end = datetime.datetime.now(datetime.timezone.utc)
    with pytest.raises(OptionError, match=r"^delivery_window: must be at least 1 second"):
        read_deliveries(sweep, located, end, end, "delivery_window")
    [old] = read_deliveries(sweep, located, end - 2400 * HOUR, end, "delivery_window")
    assert isinstance(old.error, OptionError)
    assert str(old.error).startswith("delivery_window: begins at ")
