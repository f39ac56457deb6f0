# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Queries for uploads: what is read is complete or an error, the number of queries is limited, and refusals are waited for."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics import Analytics
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics_query import Limits, Part, parts
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.tests.unit.analytics_model import (
    ModelOfApi,
    Upload,
    group,
    refused,
    reply,
    window,
)
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer
from hypothesis import given
from hypothesis import strategies as st

LENGTH = 60
ZONES = [Scope("zones", f"z{number}") for number in range(12)]
UPLOADS = st.builds(
    Upload,
    st.sampled_from([zone.id for zone in ZONES]),
    st.integers(0, LENGTH - 1),
    st.integers(1, 3),
    st.sampled_from([200, 500, 1201]),
)


def analytics_of(model: t.Any) -> Analytics:
    """Return a client of the model."""
    return Analytics(t.cast(Http, model))


def read(model: ModelOfApi, duration: int = 3600) -> tuple[dict[str, int], dict[str, str]]:
    """Return the number of uploads of each zone that was read, and the error of each other zone."""
    analytics = analytics_of(model)
    counts: dict[str, int] = {}
    errors: dict[str, str] = {}
    for part in parts("a", ZONES, window(LENGTH), Limits(duration=duration)):
        found = analytics.uploads(part)
        errors.update({zone.id: str(error) for zone, error in found.errors.items()})
        for zone, groups in found.groups.items():
            counts[zone.id] = counts.get(zone.id, 0) + sum(one.uploads for one in groups)
    return {zone: count for zone, count in counts.items() if zone not in errors}, errors


def truth(uploads: t.Iterable[Upload], without: t.Iterable[str] = ()) -> dict[str, int]:
    """Return the number of uploads of each zone."""
    listed = list(uploads)
    return {zone.id: sum(one.zone == zone.id for one in listed) for zone in ZONES if zone.id not in set(without)}


@given(
    st.lists(UPLOADS, max_size=60),
    st.integers(1, 40),
    st.integers(1, 100),
    st.integers(1, 100),
    st.sets(st.sampled_from([zone.id for zone in ZONES])),
    st.booleans(),
)
def test_what_is_read_is_complete(
    uploads: list[Upload], page: int, duration: int, known: int, forbidden: set[str], closed: bool
) -> None:
    # The limits that are known may be larger or smaller than those that apply.
    model = ModelOfApi(uploads, page, duration, forbidden, closed)
    counts, errors = read(model, known)
    assert set(counts) | set(errors) == {zone.id for zone in ZONES}
    assert forbidden <= set(errors)
    expected = truth(uploads)
    assert all(expected[zone] == count for zone, count in counts.items())
    assert all("permission Analytics Read" in errors[zone] for zone in forbidden)
    assert len(model.asked) <= 100 * 2 * -(-LENGTH // known)


def test_ten_zones_need_one_query() -> None:
    model = ModelOfApi([Upload("z3", 5, 1, 200)])
    assert read(model) == (truth(model.uploads), {})
    assert [len(query["variables"]["zones"]) for query in model.asked] == [10, 2]


def test_a_full_answer_is_divided_until_it_is_complete() -> None:
    uploads = [Upload("z1", second, job, 200) for second in range(LENGTH) for job in (1, 2, 3)]
    model = ModelOfApi(uploads, page=4)
    assert read(model) == (truth(uploads), {})
    nothing = ModelOfApi(uploads, page=3)
    counts, errors = read(nothing)
    assert counts == truth([], without=["z1"])
    assert "in more pieces than this collection reads" in errors["z1"] and "shorter window" in errors["z1"]


def test_the_other_zones_of_a_query_are_read_without_the_refused_ones() -> None:
    model = ModelOfApi([Upload("z3", 5, 1, 200)], forbidden=["z2", "z11"])
    counts, errors = read(model)
    assert counts == truth(model.uploads, without=["z2", "z11"])
    assert set(errors) == {"z2", "z11"}
    assert len(model.asked) == 4


def test_a_refusal_that_names_no_zone_is_narrowed_down() -> None:
    class Silent(ModelOfApi):
        """Does not say which zones it refuses."""

        def answer(self, query: str, variables: dict[str, t.Any]) -> t.Any:
            forbidden = self.forbidden & set(variables["zones"])
            return refused("zones [...] are not authorized") if forbidden else super().answer(query, variables)

    model = Silent(forbidden=["z2"])
    counts, errors = read(model)
    assert set(errors) == {"z2"} and set(counts) == {zone.id for zone in ZONES} - {"z2"}
    assert len(model.asked) <= 9


def test_zones_of_an_account_that_the_token_may_not_read_are_queried_without_it() -> None:
    model = ModelOfApi([Upload("z3", 5, 1, 200)], closed=True)
    assert read(model) == (truth(model.uploads), {})
    nested = ["accounts" in query["query"] for query in model.asked]
    assert nested == [True, False, False]


class Answers:
    """Answers queries with these answers, the last one for all that follow."""

    base_url = "https://api.example.com"

    def __init__(self, *answers: t.Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def beside(self, *dummy: t.Any) -> Answers:
        """Return the client for an account."""
        return self

    def send(self, *dummy: t.Any, **more: t.Any) -> t.Any:
        """Return the next answer."""
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


PART = Part("a", tuple(ZONES[:2]), window(LENGTH), 10)


def good(*tags: str) -> t.Any:
    """Return an answer with these zones."""
    zones = [{"zoneTag": tag, "logpushHealthAdaptiveGroups": [group(1)]} for tag in tags]
    return reply({"data": {"viewer": {"accounts": [{"zones": zones}]}}, "errors": None})


def test_an_answer_without_a_zone_is_asked_for_once_more() -> None:
    model = Answers(good("z0"), good("z1"))
    found = analytics_of(model).uploads(PART)
    assert (sorted(zone.id for zone in found.groups), found.errors, model.asked) == (["z0", "z1"], {}, 2)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (reply({"data": {"viewer": None}, "errors": None}), "unexpected form: it must contain an object viewer"),
        (reply({"data": None}), "unexpected form: it must contain an object viewer"),
        (good(), "unexpected form: it does not contain the zone"),
        (good("other"), "a zone that was not requested"),
        (reply(text="<html>"), "The answer does not come from the API"),
        (reply(text=""), "an empty body"),
        (reply({"data": {"viewer": {}}, "errors": [{"message": "it broke"}]}), "it broke"),
    ],
)
def test_an_answer_that_stays_unexpected_is_the_error_of_each_zone(bad: t.Any, words: str) -> None:
    model = Answers(bad)
    found = analytics_of(model).uploads(PART)
    assert found.groups == {} and {zone.id for zone in found.errors} == {"z0", "z1"}
    assert all(words in str(error) and f"zone {zone.id}" in str(error) for zone, error in found.errors.items())
    assert model.asked <= 2


def over_sockets(server: ScriptedServer, clock: FakeClock, retries: int = 2) -> Http:
    """Return a client for a server that records its waits."""
    return Http(server.url, {"Authorization": "Bearer the-token"}, 5, retries, clock=clock)


def body(found: t.Any) -> bytes:
    """Return the text of an answer in bytes."""
    return t.cast(bytes, found.text.encode())


def test_a_depleted_budget_is_waited_for_and_leaves_the_rest_api_alone() -> None:
    depleted = refused("rate limiter budget depleted, try again after 5 minutes")
    clock = FakeClock()
    with ScriptedServer(answer(200, body(depleted)), answer(200, body(good("z0", "z1")))) as server:
        http = over_sockets(server, clock)
        analytics = Analytics(http)
        found = analytics.uploads(PART)
        assert not found.errors and len(found.groups) == 2
        assert sum(clock.slept) == pytest.approx(300, abs=1)
        assert (analytics.sent, http.budget.sent, http.budget.is_closed) == (2, 0, False)
    assert {asked.headers["x-rate-limit-type"] for asked in server.asked} == {"account-based"}
    assert {(asked.method, asked.path) for asked in server.asked} == {("POST", "/graphql")}


def test_a_wait_for_the_limit_of_the_queries_is_reported_as_a_wait_of_the_run() -> None:
    class Watching(FakeClock):
        """Looks at the budget of the run during each wait."""

        def sleep(self, seconds: float) -> None:
            seen.append(http.budget.is_waiting)
            super().sleep(seconds)

    seen: list[bool] = []
    depleted = refused("rate limiter budget depleted, try again after 5 minutes")
    with ScriptedServer(answer(200, body(depleted)), answer(200, body(good("z0", "z1")))) as server:
        http = over_sockets(server, Watching())
        Analytics(http).uploads(PART)
    assert seen and all(seen) and not http.budget.is_waiting


def test_a_query_without_its_account_counts_for_the_user() -> None:
    zones = [{"zoneTag": tag, "logpushHealthAdaptiveGroups": []} for tag in ("z0", "z1")]
    with ScriptedServer(answer(200, json.dumps({"data": {"viewer": {"zones": zones}}}).encode())) as server:
        assert not Analytics(over_sockets(server, FakeClock())).uploads(PART._replace(account="")).errors
    assert "x-rate-limit-type" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (answer(429, body(refused("rate limiter budget depleted", 429))), "300 GraphQL queries in five minutes"),
        (answer(200, body(refused("too many queries in progress"))), "too many queries in progress"),
        (answer(500, b"<html>"), "Cloudflare reports an internal error"),
        (b"", "The connection broke"),
    ],
)
def test_what_does_not_pass_is_an_error_after_the_retries(last: bytes, words: str) -> None:
    with ScriptedServer(last) as server:
        found = Analytics(over_sockets(server, FakeClock())).uploads(PART)
        assert len(server.asked) == 3
    assert all(words in str(error) and zone.id in str(error) for zone, error in found.errors.items())


def test_the_limits_are_read_once_and_have_defaults() -> None:
    settings = {"logpushHealthAdaptiveGroups": {"maxPageSize": 5, "maxDuration": 60, "notOlderThan": 600}}
    model = Answers(reply({"data": {"viewer": {"accounts": [{"settings": settings}]}}, "errors": None}))
    analytics = analytics_of(model)
    assert [analytics.limits("a"), analytics.limits("a"), model.asked] == [Limits(5, 60, 600)] * 2 + [1]
    assert (analytics.limits(""), model.asked) == (Limits(), 1)
    for failed in (refused("not authorized for that account", 403), reply(text="<html>"), reply(None)):
        assert analytics_of(Answers(failed)).limits("a") == Limits()


def test_a_message_masks_the_token_that_an_answer_repeats() -> None:
    mask = SecretMask()
    mask.add("the-token")
    with ScriptedServer(answer(200, body(refused("no access for the-token", code="the_token")))) as server:
        found = Analytics(over_sockets(server, FakeClock()), mask).uploads(PART)
    assert found.errors and all("the-token" not in str(error) for error in found.errors.values())
