# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the newest events of each job and of each sum, and how far their times in Splunk are from their own. Pure: no I/O."""

from __future__ import annotations

import collections
import typing as t

from .._splunk.logpush_events import TIME_FIELDS
from .delivery_comparison import FleetComparison, SumComparison
from .delivery_ways import BY_HOST, BY_SOURCE, BY_SUM, BY_ZONE_NAME, TokenContext, value_of, ways_of_sum
from .event_times import TimedEvent, time_deviation


class StoredEvent(t.NamedTuple):
    """One of the newest events in Splunk: its metadata, the zone that it names, and its times."""

    splunk_index: str
    sourcetype: str
    source: str
    host: str
    zone: str
    timed: TimedEvent


class Deviations(t.NamedTuple):
    """The largest deviation of the times of events, in seconds: of each job by its key, and of each sum in the order of the
    sums. None if no event has a time of its own."""

    of_jobs: dict[t.Hashable, float | None]
    of_sums: list[float | None]


def time_fields(datasets: t.Iterable[str]) -> list[str]:
    """Return the fields with the times of the records of datasets, each once."""
    return sorted({TIME_FIELDS[dataset] for dataset in datasets if dataset in TIME_FIELDS})


def deviations(
    compared: FleetComparison,
    datasets: t.Mapping[t.Hashable, str],
    events: t.Iterable[StoredEvent],
    tokens: t.Mapping[str, TokenContext],
) -> Deviations:
    """Return how far the times of the newest events are from their own. ``datasets`` are those of the jobs by their keys."""
    found: dict[tuple[str, tuple[str, str], str], list[TimedEvent]] = collections.defaultdict(list)
    for event in events:
        place = event.splunk_index, event.sourcetype
        for kind, value in ((BY_SOURCE, event.source), (BY_HOST, event.host), (BY_ZONE_NAME, event.zone), (BY_SUM, "")):
            found[kind, place, value].append(event.timed)

    def of_sum(each: SumComparison) -> float | None:
        together = ways_of_sum(each.jobs, tokens.get(each.shared.token))
        timed = [event for kind, value in together for event in found[kind, each.shared.place, value]]
        return time_deviation(timed, {datasets[job.key] for job in each.jobs if job.key in only_together})

    only_together = {each.job.key for each in compared.jobs if each.way.kind == BY_SUM}
    of_jobs: dict[t.Hashable, float | None] = {}
    for each in compared.jobs:
        job, kind = each.job, each.way.kind
        value = value_of(job, kind)
        timed = found[kind, job.origin.place, value] if value else []
        of_jobs[job.key] = time_deviation(timed, [datasets[job.key]])
    return Deviations(of_jobs, [of_sum(each) for each in compared.sums])
