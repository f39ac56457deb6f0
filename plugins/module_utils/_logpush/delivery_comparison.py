# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare all jobs of a run: what Cloudflare delivered for each, with the events that Splunk indexed. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .delivery_verdict import Comparison, Delivered, compare, unknown
from .delivery_ways import (
    BY_HOST,
    BY_SOURCE,
    BY_SUM,
    BY_ZONE_NAME,
    ComparedJob,
    SharedOrigin,
    TokenContext,
    Way,
    jobs_by_origin,
    ways,
)


class EventCount(t.NamedTuple):
    """Events of one origin in Splunk. ``zone`` is the value of C(ZoneName), "" if the events were not counted by it."""

    splunk_index: str
    sourcetype: str
    source: str
    host: str
    zone: str
    events: int

    @property
    def place(self) -> tuple[str, str]:
        """The index and the source type, by which Splunk always separates events."""
        return self.splunk_index, self.sourcetype


class CountedEvents(t.NamedTuple):
    """What Splunk counted: the events by their metadata, and by the zone that they name. ``seen_indexes`` are the indexes in
    which this user sees events of any time. A count of 0 is evidence only for these. ``problem`` is the reason why the events
    could not be counted, ``zone_problem`` the reason why they could not be counted by zone; "" otherwise."""

    by_metadata: t.Sequence[EventCount] = ()
    by_zone: t.Sequence[EventCount] = ()
    seen_indexes: t.Collection[str] = ()
    problem: str = ""
    zone_problem: str = ""

    @property
    def all_problem(self) -> str:
        """The first reason why something could not be counted."""
        return self.problem or self.zone_problem


class Deliveries(t.NamedTuple):
    """What Cloudflare delivered in the window, by the key of the job. A text is the reason why that is not known.
    ``others`` is the reason why more jobs may push to the same collectors, "" if none does."""

    by_job: t.Mapping[t.Hashable, Delivered | str]
    others: str = ""


class JobComparison(t.NamedTuple):
    """The comparison of one job. ``events`` is None if they could not be counted."""

    job: ComparedJob
    way: Way
    delivered: Delivered | None
    events: int | None
    comparison: Comparison


class SumComparison(t.NamedTuple):
    """The comparison of all jobs that share an index, a source type and a token."""

    shared: SharedOrigin
    jobs: t.Sequence[ComparedJob]
    delivered: Delivered | None
    events: int | None
    comparison: Comparison


class FleetComparison(t.NamedTuple):
    """The comparison of all jobs, and of the sums of those that can only be compared together."""

    jobs: list[JobComparison]
    sums: list[SumComparison]


def compare_fleet(
    jobs: t.Sequence[ComparedJob],
    deliveries: Deliveries,
    counted: CountedEvents,
    tokens: t.Mapping[str, TokenContext],
    tolerance: float,
) -> FleetComparison:
    """Return the comparison of jobs. ``tokens`` are the HEC tokens by their names, ``tolerance`` is a percentage."""
    found = ways(jobs)
    compared = [_compared(job, found[job.key], deliveries, counted, tolerance) for job in jobs]
    only_together = {job.key for job in jobs if found[job.key].kind == BY_SUM}
    sums = [
        _sum(shared, group, deliveries, counted, tokens.get(shared.token), tolerance)
        for shared, group in jobs_by_origin(jobs).items()
        if any(job.key in only_together for job in group)
    ]
    return FleetComparison(compared, sums)


def _compared(
    job: ComparedJob, way: Way, deliveries: Deliveries, counted: CountedEvents, tolerance: float
) -> JobComparison:
    delivered = deliveries.by_job[job.key]
    if isinstance(delivered, str):
        return JobComparison(job, way, None, None, unknown(delivered))
    if way.kind not in (BY_SOURCE, BY_HOST, BY_ZONE_NAME):
        return JobComparison(job, way, delivered, None, unknown(way.reason, delivered, tolerance))
    problem = counted.all_problem if way.kind == BY_ZONE_NAME else counted.problem
    events = _events_of(job, way, counted)
    problem = problem or _no_evidence(job, way, events, counted)
    if problem:
        return JobComparison(job, way, delivered, None, unknown(problem, delivered, tolerance))
    return JobComparison(job, way, delivered, events, compare(delivered, events, tolerance))


def _events_of(job: ComparedJob, way: Way, counted: CountedEvents) -> int:
    place, origin = job.origin.place, job.origin
    if way.kind == BY_ZONE_NAME:
        return sum(each.events for each in counted.by_zone if each.place == place and each.zone.lower() == job.zone)
    if way.kind == BY_SOURCE:
        return sum(each.events for each in counted.by_metadata if each.place == place and each.source == origin.source)
    return sum(each.events for each in counted.by_metadata if each.place == place and each.host == origin.host)


def _no_evidence(job: ComparedJob, way: Way, events: int, counted: CountedEvents) -> str:
    """Return the reason why a count of 0 does not mean that there are no events, "" if it does."""
    if events:
        return ""
    if job.origin.splunk_index not in counted.seen_indexes:
        return _unseen(job.origin.splunk_index)
    if way.kind != BY_ZONE_NAME:
        return ""
    place = job.origin.place
    if any(each.place == place and each.zone for each in counted.by_zone):
        return ""
    if any(each.place == place and each.events for each in counted.by_metadata):
        return f"Splunk finds ZoneName in no event of the source type {job.origin.sourcetype} in this window"
    return ""


def _unseen(index: str) -> str:
    return (
        f"Splunk shows no event of index {index} to this user: the index does not exist, is empty, or may not be searched by this "
        "user"
    )


def _sum(
    shared: SharedOrigin,
    jobs: t.Sequence[ComparedJob],
    deliveries: Deliveries,
    counted: CountedEvents,
    token: TokenContext | None,
    tolerance: float,
) -> SumComparison:
    parts = [deliveries.by_job[job.key] for job in jobs]
    unread = next((part for part in parts if isinstance(part, str)), "")
    crooked = next((job.line_problem for job in jobs if job.line_problem), "")
    problem = (
        (f"Cloudflare's figures of one of these jobs are not known: {unread}" if unread else "")
        or (f"the events of one of these jobs are not its records: {crooked}" if crooked else "")
        or counted.problem
    )
    if problem:
        return SumComparison(shared, jobs, None, None, unknown(problem))
    delivered = Delivered(0, 0)
    for part in parts:
        delivered += t.cast(Delivered, part)
    events = _events_together(shared, jobs, counted, token)
    if not events and shared.splunk_index not in counted.seen_indexes:
        return SumComparison(shared, jobs, delivered, None, unknown(_unseen(shared.splunk_index), delivered, tolerance))
    return SumComparison(shared, jobs, delivered, events, compare(delivered, events, tolerance, deliveries.others))


def _events_together(
    shared: SharedOrigin, jobs: t.Sequence[ComparedJob], counted: CountedEvents, token: TokenContext | None
) -> int:
    """Return the events of a sum. Splunk does not store the token of an event, but the C(source) of the token, unless the job sets
    its own."""
    of_place = [each for each in counted.by_metadata if each.place == (shared.splunk_index, shared.sourcetype)]
    if token is None or not token.source:
        return sum(each.events for each in of_place)
    sources = {job.origin.source or token.source for job in jobs}
    return sum(each.events for each in of_place if each.source in sources)
