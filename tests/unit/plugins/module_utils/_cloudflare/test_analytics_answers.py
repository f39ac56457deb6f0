# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpretation of answers of the GraphQL API: groups of uploads, limits, or why a query was refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import analytics_answers as answers
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics_answers import (
    Group,
    QueryRefusedError,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics_query import Limits, Part
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Reply
from ansible_collections.edgeops.logpush.tests.unit.analytics_model import group, refused, reply, window

ZONE = Scope("zones", "z1", "example.com")
OTHER = Scope("zones", "z2")
ACCOUNT = Scope("accounts", "a")
PART = Part("a", (ZONE, OTHER), window(60), 10)


def content(*zones: t.Any) -> dict[str, t.Any]:
    """Return the data of an answer about zones."""
    return {"viewer": {"accounts": [{"zones": list(zones)}]}}


def zone(tag: t.Any, *groups: t.Any) -> dict[str, t.Any]:
    """Return a zone with its groups as the API returns it."""
    return {"zoneTag": tag, "logpushHealthAdaptiveGroups": list(groups)}


def test_the_groups_of_each_zone() -> None:
    failed = {**group(7, status=503, final=1), "count": 4}
    failed["sum"]["uploads"] = 0
    found = answers.groups(content(zone("Z1", group(7, 3, records=30), failed), zone("z2")), PART)
    # A failed attempt may have no sum of uploads. The count says how many there were.
    assert found == {ZONE: [Group(7, 200, False, 3, 30, 3000), Group(7, 503, True, 4, 10, 1000)], OTHER: []}
    assert answers.groups({"viewer": {"zones": [zone("z1")]}}, PART._replace(account="")) == {ZONE: []}
    of_account = {"viewer": {"accounts": [{"logpushHealthAdaptiveGroups": [group(9)]}]}}
    assert answers.groups(of_account, Part("a", (ACCOUNT,), window(60), 10))[ACCOUNT][0].job_id == 9


def test_an_answer_with_as_many_groups_as_it_may_have_is_not_complete() -> None:
    assert answers.is_full({ZONE: [1] * 6, OTHER: [1] * 4}, PART)
    assert not answers.is_full({ZONE: [1] * 6, OTHER: [1] * 3}, PART)


def changed(key: str, value: t.Any, place: str = "") -> dict[str, t.Any]:
    """Return an answer in which one value of a group is different."""
    found = group(7)
    (found[place] if place else found)[key] = value
    return content(zone("z1", found))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "an object viewer, but it contains null"),
        ({"viewer": {"accounts": []}}, "accounts must be a list of one object, but it contains 0 of them"),
        ({"viewer": {"accounts": "x"}}, "but it contains text"),
        ({"viewer": {"accounts": [{"zones": {}}]}}, "a list of zones, but it contains an object"),
        (content("z1"), "a zone, but it contains text"),
        (content(zone("z3")), "a zone that was not requested"),
        (content(zone("z1"), zone("z1")), "a zone twice"),
        (content({"zoneTag": "z1"}), "must be a list, but it is null"),
        (content(zone("z1", None)), "a group, but it contains null"),
        (changed("sum", None), "sums, but it contains null"),
        (changed("dimensions", []), "dimensions, but it contains a list"),
        (changed("jobId", 0, "dimensions"), "jobId must be a positive whole number"),
        (changed("final", 2, "dimensions"), "final must be 0 or 1, but it is a number"),
        (changed("final", None, "dimensions"), "final must be 0 or 1, but it is null"),
        (changed("status", "200", "dimensions"), "status must be a whole number, but it is text"),
        (changed("uploads", 1.5, "sum"), "uploads must be a whole number, but it is a number"),
        (changed("records", -1, "sum"), "records must be a whole number"),
        (changed("bytes", True, "sum"), "bytes must be a whole number, but it is a boolean"),
        (changed("records", 2**63, "sum"), "records must be a whole number"),
    ],
)
def test_an_answer_of_another_form_is_refused_without_its_values(data: dict[str, t.Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        answers.groups(data, PART)


def test_the_limits_in_the_settings_of_an_account() -> None:
    settings = {"maxPageSize": 500, "maxDuration": 3600, "notOlderThan": 2592000, "enabled": True}
    node = {"settings": {"logpushHealthAdaptiveGroups": settings}}
    assert answers.limits({"viewer": {"accounts": [node]}}) == Limits(500, 3600, 2592000)
    settings.update(maxPageSize=0, maxDuration="x", notOlderThan=None)
    assert answers.limits({"viewer": {"accounts": [node]}}) == Limits()
    for other in ({}, {"viewer": {"accounts": []}}, {"viewer": {"accounts": [{"settings": None}]}}):
        assert answers.limits(other) == Limits()


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        (
            refused("zones [z0 z1] are not authorized", code="authz"),
            answers.ZONES,
            (
                r"^The API token lacks the permission Analytics Read for this zone\. Reading the uploads of the Logpush jobs "
                r"of zone example\.com failed \(POST https://api\.example\.com/graphql answered HTTP 200, code authz: zones "
                r"\[…\] are not authorized\)\. Add it in the dashboard"
            ),
        ),
        (refused("not authorized for that account", 403), answers.ACCOUNT, "the permission Analytics Read"),
        (
            refused("zone 'z1' does not have access to the path. More."),
            answers.ZONES,
            "^The plan of this zone .* permission",
        ),
        (refused("account 'a' does not have access to the path"), answers.ACCOUNT, "the permission Analytics Read"),
        (refused("Unauthorized", 401), answers.ACCOUNT, "the permission"),
        (refused("query time range is too large"), answers.WINDOW, "^Reading .* failed: query time range is too large"),
        (refused("limit must be positive number and not greater than 25"), answers.PAGE, "not greater than 25"),
        (refused("cannot request data older than 2592000s"), answers.AGE, "oldest figures that Cloudflare keeps"),
        (refused("rate limiter budget depleted, try again after 5 minutes", 429), answers.RATE, "300 GraphQL queries"),
        (refused("no", code="budget"), answers.RATE, "300 GraphQL queries"),
        (refused("too many queries in progress, try later", 503), answers.BUSY, "raise retries"),
        (refused("unknown field bytes"), answers.OTHER, r"failed: unknown field bytes \(.*HTTP 200, no code\)"),
        (reply({"data": None, "errors": [{}]}), answers.OTHER, "no text"),
        (reply({"data": None, "errors": "yes"}), answers.OTHER, "not the JSON of the API"),
        (reply({"success": False, "errors": [{"code": 10000, "message": "no"}]}, 403), answers.ACCOUNT, "10000"),
        (reply(text="<html>", **{"Content-Type": "text/html"}), answers.OTHER, r"text/html, 6 characters"),
        (reply(text=""), answers.OTHER, "an empty body"),
        (reply(text="<html>", status=504), answers.OTHER, r"^Cloudflare reports an internal error\. .*status"),
        (refused("no such host"), answers.OTHER, r"^Reading the uploads .* failed: no such host"),
        (
            refused("Cannot use the access token from location: 203.0.113.1", 403),
            answers.ACCOUNT,
            "not allowed from this",
        ),
        (reply(text="[]", status=403), answers.ACCOUNT, "Analytics Read"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(refusal: Reply, kind: str, words: str) -> None:
    with pytest.raises(QueryRefusedError, match=words) as error:
        answers.data(refusal, ZONE)
    assert error.value.kind == kind


def test_the_permission_for_the_jobs_of_an_account_has_its_own_name() -> None:
    with pytest.raises(QueryRefusedError, match="the permission Account Analytics Read for this account"):
        answers.data(refused("not authorized for that account"), ACCOUNT)


def test_data_beside_errors_is_not_used() -> None:
    partial = {"data": content(zone("z1", group(7))), "errors": [{"message": "something broke"}]}
    with pytest.raises(QueryRefusedError, match="something broke"):
        answers.data(reply(partial), ZONE)


def test_the_zones_that_a_refusal_names() -> None:
    both = refused("zones [z1, z22] are not authorized")
    assert answers.refused_zones(both, PART.scopes) == [ZONE]


@pytest.mark.parametrize(
    ("answer", "status", "wait"),
    [
        (refused("rate limiter budget depleted, try again after 5 minutes"), 429, "300"),
        (refused("rate limiter budget depleted, try again after 20 seconds", 429), 429, "20"),
        (refused("no", code="budget"), 429, "60"),
        (refused("no", 429)._replace(headers={"retry-after": "7"}), 429, "7"),
        (refused("no", 429)._replace(headers={"Ratelimit": '"default";r=0;t=9'}), 429, None),
        (refused("too many queries in progress"), 503, None),
        (refused("zones [z1] are not authorized"), 200, None),
        (reply({"data": {}, "errors": None}), 200, None),
        (reply(text="<html>"), 200, None),
    ],
)
def test_a_failure_with_status_200_counts_as_what_it_is(answer: Reply, status: int, wait: str | None) -> None:
    found = answers.interpreted(answer)
    assert (found.status, found.headers.get("retry-after")) == (status, wait)
