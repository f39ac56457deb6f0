# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each job is compared with its own events, and the others with the sum of theirs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_comparison import (
    CountedEvents,
    Deliveries,
    EventCount,
    FleetComparison,
    compare_fleet,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_verdict import Delivered
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_ways import (
    ComparedJob,
    EventOrigin,
    TokenContext,
)

ST = "cloudflare:json"
DEFAULT = "http:cloudflare"
TOKENS = {
    "cloudflare": TokenContext("cloudflare", "edge", ST, DEFAULT),
    "other": TokenContext("other", "edge", ST, "http:other"),
}
DAY = Delivered(144_000, 1440)
SEEN = ("edge",)


def a_job(key: str, names: str = "yes", source: str = "", host: str = "", problem: str = "", token: str = "cloudflare"):
    """Return a job of the zone with its key as name."""
    return ComparedJob(key, key, EventOrigin("edge", ST, token, source, host), names, problem)


def metadata(events: int, source: str = DEFAULT, host: str = "") -> EventCount:
    """Return events by their metadata."""
    return EventCount("edge", ST, source, host, "", events)


def named(zone: str, events: int) -> EventCount:
    """Return events by their zone."""
    return EventCount("edge", ST, "", "", zone, events)


def compared(
    jobs: t.Sequence[ComparedJob], counted: CountedEvents, others: str = "", **delivered: t.Any
) -> FleetComparison:
    """Compare jobs, each of which delivered 144,000 records unless something else is given for its key: a text is the reason why
    that is not known."""
    given = {job.key: delivered.get(str(job.key), DAY) for job in jobs}
    unread = {key: each for key, each in given.items() if isinstance(each, str)}
    by_job = {key: each for key, each in given.items() if key not in unread}
    return compare_fleet(jobs, Deliveries(by_job, others, unread=unread), counted, TOKENS, 0.1)


def verdicts(found: FleetComparison) -> dict[t.Hashable, str]:
    """Return the verdict on each job."""
    return {each.job.key: each.comparison.verdict for each in found.jobs}


def test_each_way_finds_the_events_of_its_job_alone():
    jobs = [a_job("a", source="shop"), a_job("b", host="blog"), a_job("c"), a_job("d")]
    counted = CountedEvents(
        by_metadata=[metadata(144_000, "shop"), metadata(142_560, host="blog"), metadata(432_000, host="idx1")],
        by_zone=[named("c", 288_000), named("d", 144_000), named("elsewhere", 5)],
        seen_indexes=SEEN,
    )
    found = compared(jobs, counted)
    assert verdicts(found) == {"a": "complete", "b": "missing", "c": "surplus", "d": "complete"}
    assert [each.events for each in found.jobs] == [144_000, 142_560, 288_000, 144_000]
    assert found.sums == []


def test_jobs_without_a_way_are_compared_as_a_sum():
    jobs = [a_job("a", "no"), a_job("b", "no"), a_job("c")]
    counted = CountedEvents([metadata(430_560)], [named("c", 144_000)], SEEN)
    found = compared(jobs, counted)
    assert verdicts(found) == {"a": "unknown", "b": "unknown", "c": "complete"}
    assert "only the sum" in found.jobs[0].comparison.reason
    (total,) = found.sums
    # The sum has all jobs of the token, also those that are found by another way.
    assert (total.delivered, total.events) == ((432_000, 4320), 430_560)
    assert (total.comparison.verdict, total.comparison.difference) == ("missing", -1440)
    assert tuple(total.shared) == ("edge", ST, "cloudflare")


def test_a_sum_tells_the_loss_of_jobs_with_rows_of_their_own_from_that_of_others():
    jobs = [a_job("a", "no"), a_job("b", "no"), a_job("c")]
    for of_all, of_c, expected in (
        (432_000, 144_000, ("complete", 0, "")),
        (431_000, 144_000, ("missing", 1000, "")),
        # The lost events are those of c, whose row is a failure.
        (400_000, 112_000, ("missing", 0, "the missing events are those of jobs with a row of their own")),
        # c arrived twice, and the others not at all.
        (432_000, 432_000, ("missing", 288_000, "a surplus of jobs with a row of their own hides the loss of others")),
    ):
        (total,) = compared(jobs, CountedEvents([metadata(of_all)], [named("c", of_c)], SEEN)).sums
        assert (total.comparison.verdict, total.lost, total.comparison.reason) == expected


def test_the_events_of_another_token_are_not_in_the_sum():
    jobs = [a_job("a", "no"), a_job("b", "no", token="other"), a_job("c", "no", source="own")]
    counted = CountedEvents([metadata(144_000), metadata(140_000, "http:other"), metadata(144_000, "own")], [], SEEN)
    found = compared(jobs, counted)
    assert {total.shared.token: (total.events, total.comparison.verdict) for total in found.sums} == {
        "cloudflare": (288_000, "complete"),
        "other": (140_000, "missing"),
    }


@pytest.mark.parametrize(
    ("jobs", "delivered", "others", "problem", "reason"),
    [
        ([a_job("a", "no"), a_job("b", "no", problem="csv")], {}, "", "", "not its records: csv"),
        ([a_job("a", "no"), a_job("b", "no")], {"b": "no permission"}, "", "", "figures of one of these jobs"),
        ([a_job("a", "no")], {}, "others push there", "", "others push there"),
        ([a_job("a", "no")], {}, "", "Splunk is down", "Splunk is down"),
    ],
)
def test_a_sum_that_cannot_be_compared(jobs, delivered, others, problem, reason):
    counted = CountedEvents([metadata(144_000 * len(jobs))], [], SEEN, problem)
    (total,) = compared(jobs, counted, others, **delivered).sums
    assert total.comparison.verdict == "unknown"
    assert reason in total.comparison.reason


def test_a_sum_that_misses_events_in_spite_of_those_of_others():
    (total,) = compared([a_job("a", "no")], CountedEvents([metadata(1000)], [], SEEN), "others push there").sums
    assert total.comparison.verdict == "missing"


@pytest.mark.parametrize(
    ("events", "verdict", "reason"),
    [
        (144_000, "complete", "not known whether others use the HEC token, too. The search failed"),
        (288_000, "surplus", "not known whether others use the HEC token, too. The search failed"),
        (1000, "missing", ""),
    ],
)
def test_a_sum_without_metrics_names_what_is_not_known(events, verdict, reason):
    deliveries = Deliveries({"a": DAY}, senders_problem="The search failed")
    found = compare_fleet([a_job("a", "no")], deliveries, CountedEvents([metadata(events)], [], SEEN), TOKENS, 0.1)
    assert found.sums[0].comparison.verdict == verdict
    assert reason in found.sums[0].comparison.reason


def test_a_sum_of_unknown_tokens_can_have_events_of_others():
    (total,) = compared([a_job("a", "no", token="")], CountedEvents([metadata(144_000)], [], SEEN)).sums
    assert total.comparison.verdict == "complete"
    assert "the HEC token of a job is not known" in total.comparison.reason


@pytest.mark.parametrize(
    ("counted", "verdict", "reason"),
    [
        (CountedEvents([metadata(144_000)], [named("b", 144_000)], SEEN), "missing", ""),
        (CountedEvents([], [], SEEN), "missing", ""),
        (CountedEvents([metadata(144_000)], [], SEEN), "unknown", "finds ZoneName in no event"),
        (CountedEvents([], [], ()), "unknown", "shows no event of index edge"),
        (CountedEvents(problem="the search failed"), "unknown", "the search failed"),
        (CountedEvents([metadata(144_000)], zone_problem="too slow", seen_indexes=SEEN), "unknown", "too slow"),
    ],
)
def test_no_event_is_a_loss_only_with_evidence(counted, verdict, reason):
    (job,) = compared([a_job("a")], counted).jobs
    assert job.comparison.verdict == verdict
    assert reason in job.comparison.reason


def test_a_failed_search_by_zone_does_not_concern_other_ways():
    counted = CountedEvents([metadata(144_000, "shop")], zone_problem="too slow", seen_indexes=SEEN)
    assert verdicts(compared([a_job("a", source="shop"), a_job("b")], counted)) == {"a": "complete", "b": "unknown"}


def test_a_job_whose_figures_are_not_known_is_unknown():
    (job,) = compared(
        [a_job("a")], CountedEvents([], [named("a", 5)], SEEN), a="the API token lacks Analytics Read"
    ).jobs
    assert (job.comparison.verdict, job.comparison.reason) == ("unknown", "the API token lacks Analytics Read")
    assert job.delivered is None


def test_a_job_may_push_to_another_splunk():
    nameless = [a_job("a", token="")._replace(collector="one"), a_job("b", token="")._replace(collector="two")]
    counted = CountedEvents([metadata(144_000)], [named("b", 144_000)], SEEN)
    found = compared(nameless, counted)
    assert verdicts(found) == {"a": "unknown", "b": "complete"}
    assert "may push to another Splunk" in found.jobs[0].comparison.reason
    # An event of another job shows that the collector belongs to this Splunk.
    together = [job._replace(collector="one") for job in nameless]
    assert verdicts(compared(together, counted)) == {"a": "missing", "b": "complete"}


@pytest.mark.parametrize(("events", "verdict"), [(144_000, "unknown"), (288_000, "unknown"), (100_000, "missing")])
def test_a_deleted_job_of_the_zone_can_hide_a_loss(events, verdict):
    counted = CountedEvents(by_zone=[named("a", events), named("b", 144_000)], seen_indexes=SEEN)
    jobs = [a_job("a"), a_job("b")]
    deliveries = Deliveries(dict.fromkeys(("a", "b"), DAY), others_of_job={"a": "a job no longer exists"})
    found = compare_fleet(jobs, deliveries, counted, TOKENS, 0.1)
    assert verdicts(found) == {"a": verdict, "b": "complete"}
    assert found.jobs[0].comparison.reason == ("a job no longer exists" if verdict == "unknown" else "")


def test_no_event_in_an_assumed_index_is_no_loss():
    job = a_job("a")
    assumed = job._replace(assumes_index=True)
    elsewhere = CountedEvents([], [], SEEN)
    (nothing,) = compared([assumed], elsewhere).jobs
    assert nothing.comparison.verdict == "unknown"
    assert "the HEC token sets no index" in nothing.comparison.reason
    # Events of other zones show that the index is right.
    (dropped,) = compared([assumed], CountedEvents([metadata(144_000)], [named("b", 144_000)], SEEN)).jobs
    assert dropped.comparison.verdict == "missing"
