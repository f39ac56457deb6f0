# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the zones and accounts that options name, with as few requests as possible."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.locate import locate_scopes
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """Return a simulator with 120 zones, three pages of them."""
    simulator.reset(zones=[{"id": zone_id(number), "name": name(number)} for number in range(120)])
    return simulator


def zone_id(number: int) -> str:
    """Return the ID of a zone."""
    return f"{number:032x}"


def name(number: int) -> str:
    """Return the name of a zone, in the order of their numbers."""
    return f"zone{number:03}.example.com"


def found(simulator: Simulator, *entries: dict[str, str]) -> list[t.Any]:
    """Return what entries name."""
    http = Http(
        simulator.api_url, {"Authorization": f"Bearer {simulator.api_token}"}, 5, 0, clock=FakeClock(), connections=4
    )
    located = locate_scopes(Cloudflare(http), entries, 4)
    return [scope.error or (scope.scope, scope.zone_name) for scope in located]


def calls(simulator: Simulator) -> int:
    """Return the number of requests so far."""
    return len(simulator.requests(side="api"))


def test_ids_cost_nothing(simulator: Simulator) -> None:
    account = {"account_id": simulator.account_id}
    assert found(simulator, {"zone_id": "1"}, {"zone_id": "2", "zone_name": "two.example.com"}, account) == [
        (Scope("zones", "1"), None),
        (Scope("zones", "2"), "two.example.com"),
        (Scope("accounts", simulator.account_id), None),
    ]
    assert calls(simulator) == 0
    assert found(simulator, {"zone_id": "A" * 32}) == [(Scope("zones", "a" * 32), None)]


@pytest.mark.parametrize(
    ("numbers", "most"),
    [
        ([7], 1),
        ([7, 100], 2),
        ([7, 8, 9], 1),
        # Two pages cost less than three names.
        ([7, 60, 70, 110], 3),
        ([3, 4, 110], 2),
        (range(120), 3),
    ],
)
def test_names_cost_the_fewest_requests(simulator: Simulator, numbers: t.Sequence[int], most: int) -> None:
    entries = [{"zone": name(number)} for number in numbers]
    assert found(simulator, *entries) == [(Scope("zones", zone_id(number)), name(number)) for number in numbers]
    assert calls(simulator) <= most


def test_a_name_is_looked_up_once_and_in_any_spelling(simulator: Simulator) -> None:
    assert (
        found(simulator, {"zone": "Zone007.EXAMPLE.com."}, {"zone": name(7)})
        == [(Scope("zones", zone_id(7)), name(7))] * 2
    )
    assert calls(simulator) == 1


@pytest.mark.parametrize("others", [0, 1, 40])
def test_a_name_that_nobody_has_is_its_own_error(simulator: Simulator, others: int) -> None:
    entries = [{"zone": name(number)} for number in range(others)]
    *rest, missing = found(simulator, *entries, {"zone": "nowhere.example.com"})
    assert isinstance(missing, CollectionError) and "sees no zone nowhere.example.com" in str(missing)
    assert [scope.id for scope, dummy in rest] == [zone_id(number) for number in range(others)]


@pytest.mark.parametrize("number", [10, 49, 119])
@pytest.mark.parametrize("more", [[], [1, 2], list(range(60, 110))])
def test_a_name_that_two_have_is_an_error_wherever_they_stand(
    simulator: Simulator, number: int, more: list[int]
) -> None:
    zones = [{"id": zone_id(index), "name": name(index)} for index in range(120)]
    simulator.reset(zones=[*zones, {"id": "f" * 32, "name": name(number), "account_id": "e" * 32}])
    both, *rest = found(simulator, {"zone": name(number)}, *({"zone": name(index)} for index in more))
    assert isinstance(both, CollectionError) and "is the name of 2 zones" in str(both)
    assert [scope.id for scope, dummy in rest] == [zone_id(index) for index in more]


def test_an_entry_that_names_nothing_is_its_own_error(simulator: Simulator) -> None:
    wrong = [{}, {"zone_id": "1", "zone": "a.example.com"}, {"zone": "no domain"}, {"zone_id": "a.example.com"}]
    *errors, right = found(simulator, *wrong, {"zone_id": "1"})
    assert all(isinstance(error, OptionError) for error in errors)
    assert right == (Scope("zones", "1"), None)
    assert calls(simulator) <= 1


def test_without_the_permission_every_name_says_so_and_ids_need_none(simulator: Simulator) -> None:
    simulator.set_faults({"kind": "success_false", "status": 403, "method": "GET", "path": "/zones", "times": None})
    *named, by_id = found(simulator, *({"zone": name(number)} for number in range(5)), {"zone_id": "1"})
    assert all("Zone Read" in str(error) for error in named)
    assert by_id == (Scope("zones", "1"), None)


def problems(simulator: Simulator, *names: str) -> list[str]:
    """Return the messages for names that no zone has, and check that the zones are listed at most once."""
    simulator.wipe_requests()
    messages = [str(error) for error in found(simulator, *({"zone": each} for each in names))]
    listed = [request for request in simulator.requests(side="api") if request["query"].get("page") == "1"]
    assert len(listed) <= 1
    return messages


def test_the_zone_that_is_meant_is_named(simulator: Simulator) -> None:
    simulator.reset(zones=[{"id": zone_id(1), "name": "example.com"}, {"id": zone_id(2), "name": "bücher.example"}])
    within, misspelled, none = problems(simulator, "www.shop.example.com", "exmaple.com", "nowhere.test")
    assert "sees no zone www.shop.example.com; the zone is example.com. " in within
    assert "sees no zone exmaple.com; the nearest name is example.com. " in misspelled
    assert "sees no zone nowhere.test. Correct the name, give the token" in none
    [unicode] = problems(simulator, "www.bücher.example")
    assert "sees no zone www.bücher.example; the zone is bücher.example. " in unicode


def test_a_hint_reads_each_page_of_zones_once_and_then_knows_all_zones(simulator: Simulator) -> None:
    # 120 zones, three pages of them.
    [message] = problems(simulator, "www.blog.nowhere.test")
    assert "sees no zone www.blog.nowhere.test. Correct the name" in message
    asked = [request["query"] for request in simulator.requests(side="api")]
    # The lookup by name, and the list. No domain that the name lies within is looked up: the list has all zones.
    assert [query.get("name") for query in asked] == ["www.blog.nowhere.test", None, None, None]
    assert [query.get("page") for query in asked[1:]] == ["1", "2", "3"]


def test_a_zone_that_is_not_among_the_first_is_found_all_the_same(simulator: Simulator) -> None:
    simulator.reset(zones=[{"id": zone_id(number), "name": name(number)} for number in range(600)])
    messages = problems(simulator, f"www.{name(599)}", f"blog.{name(599)}")
    assert [f"; the zone is {name(599)}. " in message for message in messages] == [True, True]


def test_without_permission_to_list_zones_there_is_no_hint(simulator: Simulator) -> None:
    simulator.set_faults({"path": "/zones$", "skip": 1, "kind": "status", "status": 403, "times": None})
    [message] = problems(simulator, "www.shop.example.com")
    assert "sees no zone www.shop.example.com. Correct the name" in message


def page(*zones: dict[str, str], **info: t.Any) -> dict[str, t.Any]:
    """Return a fault: the list of zones answers with one page."""
    body = {"success": True, "errors": [], "result": list(zones), "result_info": info}
    return {"kind": "status", "status": 200, "method": "GET", "path": "/zones$", "body": body, "times": None}


def test_a_part_of_the_zones_with_a_name_is_no_evidence_that_it_is_the_only_one(simulator: Simulator) -> None:
    simulator.set_faults(page({"id": zone_id(1), "name": name(1)}, total_count=2))
    [problem] = found(simulator, {"zone": name(1)})
    assert "the pages contain 1 of 2 zones" in str(problem)


def test_a_part_of_the_list_is_no_evidence_that_a_zone_does_not_exist(simulator: Simulator) -> None:
    simulator.set_faults(page({"id": zone_id(1), "name": name(1)}, total_count=3))
    problems = found(simulator, *({"zone": name(number)} for number in range(1, 4)))
    assert all("the pages contain 1 of 3 zones" in str(problem) for problem in problems)


def test_in_a_list_that_is_not_sorted_a_namesake_can_be_on_any_page(simulator: Simulator) -> None:
    listed = [{"id": zone_id(number), "name": name(number)} for number in (119, *range(1, 50))]
    simulator.set_faults({**page(*listed, total_count=120, page=1, total_pages=3), "times": 1})
    asked = [{"zone": name(number)} for number in (1, 2, 119)]
    assert found(simulator, *asked) == [(Scope("zones", zone_id(number)), name(number)) for number in (1, 2, 119)]
    assert calls(simulator) == 4
