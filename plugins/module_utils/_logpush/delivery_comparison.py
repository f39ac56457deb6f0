# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare all jobs of a run: what Cloudflare delivered for each, with the events that Splunk indexed. Pure: no I/O."""

from __future__ import annotations

import collections
import typing as t

from .delivery_verdict import COMPLETE, MISSING, SURPLUS, UNKNOWN, Comparison, Delivered, compare, unknown
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
    value_of,
    ways,
    ways_of_sum,
)

# The ways that find the events of one job alone.
_OWN_WAYS = (BY_SOURCE, BY_HOST, BY_ZONE_NAME)
_ELSEWHERE = (
    "this Splunk has no event of any job that pushes to the same collector, and the HEC token of the job is none of its tokens: "
    "the job may push to another Splunk"
)
_EXPLAINED_LOSS = "the missing events are those of jobs with a row of their own"
_HIDDEN_LOSS = "a surplus of jobs with a row of their own hides the loss of others"


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
    which this user sees events of the last 30 days. A count of 0 is evidence only for these. ``problem`` is the reason why the events
    could not be counted, ``zone_problem`` the reason why they could not be counted by zone; "" otherwise."""

    by_metadata: t.Sequence[EventCount] = ()
    by_zone: t.Sequence[EventCount] = ()
    seen_indexes: t.Collection[str] = ()
    problem: str = ""
    zone_problem: str = ""


class _Totals:
    """The events that Splunk counted, by each way to find them."""

    def __init__(self, counted: CountedEvents) -> None:
        self._events: t.Counter[tuple[str, tuple[str, str], str]] = collections.Counter()
        for each in counted.by_metadata:
            self._events[BY_SOURCE, each.place, each.source] += each.events
            self._events[BY_HOST, each.place, each.host] += each.events
            self._events[BY_SUM, each.place, ""] += each.events
        for each in counted.by_zone:
            self._events[BY_ZONE_NAME, each.place, each.zone] += each.events
            if each.zone:
                self._events[BY_ZONE_NAME, each.place, ""] += each.events

    def of(self, kind: str, place: tuple[str, str], value: str = "") -> int:
        """Return the events that are found by a way; without a value, all events of a place that are found by it."""
        return self._events[kind, place, value]

    def of_job(self, job: ComparedJob, way: Way) -> int:
        """Return the events of a job, 0 if they cannot be found by any way."""
        value = value_of(job, way.kind)
        return self.of(way.kind, job.origin.place, value) if value else 0


class Deliveries(t.NamedTuple):
    """What Cloudflare delivered in the window, by the key of the job. ``unread`` are the reasons why that is not known,
    by the key of any other job. ``others`` is the reason why more jobs may push to the same collectors, "" if none does; ``others_with_token`` are such
    reasons by the name of the token, and ``others_of_job`` by the key of a job whose events may include those of another one.
    ``senders_problem`` is the reason why it is not known whether others use the tokens, "" if it is."""

    by_job: t.Mapping[t.Hashable, Delivered]
    others: str = ""
    others_with_token: t.Mapping[str, str] = {}
    senders_problem: str = ""
    others_of_job: t.Mapping[t.Hashable, str] = {}
    unread: t.Mapping[t.Hashable, str] = {}


class JobComparison(t.NamedTuple):
    """The comparison of one job. ``events`` is None if they could not be counted."""

    job: ComparedJob
    way: Way
    delivered: Delivered | None
    events: int | None
    comparison: Comparison


class SumComparison(t.NamedTuple):
    """The comparison of all jobs that share an index, a source type and a token. ``lost`` is the number of events that are
    missing of those jobs that cannot be compared on their own, 0 if none are known to be missing."""

    shared: SharedOrigin
    jobs: t.Sequence[ComparedJob]
    delivered: Delivered | None
    events: int | None
    comparison: Comparison
    lost: int = 0


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
    totals = _Totals(counted)
    here = {job.collector for job in jobs if job.origin.token or totals.of_job(job, found[job.key])}
    evidence = _Evidence(counted, totals, here)
    compared = [_compared(job, found[job.key], deliveries, evidence, tolerance) for job in jobs]
    sums = [
        _with_loss(_sum(shared, group, deliveries, evidence, tokens.get(shared.token), tolerance), compared, tolerance)
        for shared, group in summed_jobs(jobs, found).items()
    ]
    return FleetComparison(compared, sums)


def summed_jobs(
    jobs: t.Sequence[ComparedJob], found: t.Mapping[t.Hashable, Way]
) -> dict[SharedOrigin, list[ComparedJob]]:
    """Return the jobs of each sum, by what they share: those that are counted together, if one of them has no other way. ``found``
    are the ways of the jobs."""
    return {
        shared: group
        for shared, group in jobs_by_origin(jobs).items()
        if any(found[job.key].kind == BY_SUM for job in group)
    }


class _Evidence(t.NamedTuple):
    """What Splunk counted. ``here`` are the collectors whose events are in this Splunk: a job pushes there with one of its HEC
    tokens, or some of its events are here."""

    counted: CountedEvents
    totals: _Totals
    here: t.Collection[t.Hashable]

    def missing_for(self, job: ComparedJob, way: Way) -> str:
        """Return the reason why a count of 0 does not mean that a job has no events, "" if it does."""
        index, place = job.origin.splunk_index, job.origin.place
        if index not in self.counted.seen_indexes:
            return _unseen(index)
        if job.collector not in self.here:
            return _ELSEWHERE
        if job.assumes_index and not self.totals.of(BY_SUM, place):
            return (
                f"the HEC token sets no index, and Splunk finds no event of the source type {job.origin.sourcetype} in index {index}: "
                "the default index of the server may be another one. Set the index of the token or of the job"
            )
        if way.kind == BY_ZONE_NAME and self.totals.of(BY_SUM, place) and not self.totals.of(BY_ZONE_NAME, place):
            return f"Splunk finds ZoneName in no event of the source type {job.origin.sourcetype} in this window"
        return ""


def _compared(
    job: ComparedJob, way: Way, deliveries: Deliveries, evidence: _Evidence, tolerance: float
) -> JobComparison:
    if job.key in deliveries.unread:
        return JobComparison(job, way, None, None, unknown(deliveries.unread[job.key]))
    delivered = deliveries.by_job[job.key]
    counted, events = evidence.counted, evidence.totals.of_job(job, way)
    if not delivered.records:
        return JobComparison(job, way, delivered, None, compare(delivered, events, tolerance))
    if way.kind not in _OWN_WAYS:
        return JobComparison(job, way, delivered, None, unknown(way.reason, delivered, tolerance))
    problem = (
        counted.problem
        or (counted.zone_problem if way.kind == BY_ZONE_NAME else "")
        or ("" if events else evidence.missing_for(job, way))
    )
    if problem:
        return JobComparison(job, way, delivered, None, unknown(problem, delivered, tolerance))
    others = deliveries.others_of_job.get(job.key, "")
    return JobComparison(job, way, delivered, events, compare(delivered, events, tolerance, others))


def _unseen(index: str) -> str:
    return (
        f"Splunk shows no event of index {index} to this user: the index does not exist, is empty, or may not be searched by this "
        "user"
    )


def _sum(
    shared: SharedOrigin,
    jobs: t.Sequence[ComparedJob],
    deliveries: Deliveries,
    evidence: _Evidence,
    token: TokenContext | None,
    tolerance: float,
) -> SumComparison:
    unread = next((deliveries.unread[job.key] for job in jobs if job.key in deliveries.unread), "")
    line_problem = next((job.line_problem for job in jobs if job.line_problem), "")
    problem = (
        (f"Cloudflare's figures of one of these jobs are not known: {unread}" if unread else "")
        or (f"the events of one of these jobs are not its records: {line_problem}" if line_problem else "")
        or evidence.counted.problem
    )
    if problem:
        return SumComparison(shared, jobs, None, None, unknown(problem))
    delivered = Delivered(0, 0)
    for job in jobs:
        delivered += deliveries.by_job[job.key]
    events = _events_together(shared, jobs, evidence.totals, token)
    problem = "" if events else next(filter(None, (evidence.missing_for(job, Way(BY_SUM)) for job in jobs)), "")
    if problem:
        return SumComparison(shared, jobs, delivered, None, unknown(problem, delivered, tolerance))
    others = deliveries.others or deliveries.others_with_token.get(shared.token, "")
    compared = compare(delivered, events, tolerance, others)
    if compared.verdict in (COMPLETE, SURPLUS):
        compared = compared._replace(reason=_possible_senders(shared, deliveries.senders_problem))
    return SumComparison(shared, jobs, delivered, events, compared)


def _possible_senders(shared: SharedOrigin, problem: str) -> str:
    """Return the reason why the events of a sum may include those of others, "" if they do not. Events of others can hide a
    loss."""
    if not shared.token:
        return "events of others may be among those in Splunk: the HEC token of a job is not known"
    return f"It is not known whether others use the HEC token, too. {problem}" if problem else ""


def _with_loss(total: SumComparison, compared: t.Iterable[JobComparison], tolerance: float) -> SumComparison:
    """Return a sum with the loss of its jobs that cannot be compared on their own: the others explain a part of what is missing,
    and their surplus can hide a loss."""
    keys = {job.key for job in total.jobs}
    known = [each for each in compared if each.job.key in keys and each.events is not None and each.delivered]
    if total.events is None or total.delivered is None or total.comparison.verdict == UNKNOWN:
        return total
    own = [t.cast(Delivered, each.delivered) for each in known]
    rest = Delivered(
        total.delivered.records - sum(each.records for each in own),
        total.delivered.uploads - sum(each.uploads for each in own),
    )
    found = compare(rest, total.events - sum(t.cast(int, each.events) for each in known), tolerance)
    if found.verdict == MISSING:
        reason = "" if total.comparison.verdict == MISSING else _HIDDEN_LOSS
        verdict = total.comparison._replace(verdict=MISSING, reason=reason)
        return total._replace(comparison=verdict, lost=-t.cast(int, found.difference))
    if total.comparison.verdict == MISSING:
        return total._replace(comparison=total.comparison._replace(reason=_EXPLAINED_LOSS))
    return total


def _events_together(
    shared: SharedOrigin, jobs: t.Sequence[ComparedJob], totals: _Totals, token: TokenContext | None
) -> int:
    """Return the events of a sum."""
    return sum(totals.of(kind, shared.place, value) for kind, value in ways_of_sum(jobs, token))
