# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Interpret the metrics of HEC about a token in the index C(_introspection): the requests, and whether the metrics are
complete. Pure: no I/O.

Each host reports every 60 seconds: HEC as a whole (C(http_event_collector)), and each token that had requests
(C(http_event_collector_token)). So a token without a row had no requests only if its host reported HEC as a whole.
"""

from __future__ import annotations

import bisect
import typing as t

from .search_rules import count_of, quoted, seconds_of, single

# Seconds between two reports of a host.
_INTERVAL = 60.0
# The longest time between two reports that still counts as "every minute".
_LONGEST_GAP = 90.0
# No request may arrive in the last seconds of the settle time.
_QUIET_SECONDS = 300.0

WHOLE_SERIES, TOKEN_SERIES = "http_event_collector", "http_event_collector_token"
METRICS = "index=_introspection sourcetype=http_event_collector_metrics"
_COLUMNS = "_time host data.series data.num_of_requests data.num_of_requests_to_disabled_token"

ANY_EVENT_QUERY = "search index=_introspection | head 1"


class Report(t.NamedTuple):
    """One report of a host: of HEC as a whole, or of the token (C(is_token)). ``time`` is the end of its interval.
    C(requests_while_disabled) is None if the report has no such count."""

    time: float
    host: str
    is_token: bool
    requests: int
    requests_while_disabled: int | None


class Activity(t.NamedTuple):
    """The requests with a token in a period: their number, the time of the last report with requests, and the hosts whose
    reports do not cover the period. ``hosts`` is the number of hosts, or of nodes, that reported HEC as a whole, and ``expected_hosts``
    how many have to. ``unreadable`` is the number of rows that cannot be read as a report; one of them may be about the token."""

    requests: int
    last: float | None
    silent_hosts: list[str]
    hosts: int
    unreadable: int = 0
    expected_hosts: int = 1

    @property
    def is_complete(self) -> bool:
        """Whether the reports cover the whole period. Only then, no reported request means that there was none."""
        return self.hosts >= self.expected_hosts and not self.silent_hosts and not self.unreadable


def metrics_query(token_name: str) -> str:
    """Return the search for the reports of HEC as a whole and of one token."""
    series = f"data.series={WHOLE_SERIES} OR (data.series={TOKEN_SERIES} data.token_name={quoted(token_name)})"
    return f"search {METRICS} ({series}) | table {_COLUMNS}"


def reports(rows: t.Iterable[t.Mapping[str, t.Any]]) -> list[Report | None]:
    """Return the reports in the rows of a search; None for a row of another form."""
    return [_report(row) for row in rows]


def _report(row: t.Mapping[str, t.Any]) -> Report | None:
    time, host, series = (single(row.get(column)) for column in ("_time", "host", "data.series"))
    seconds = seconds_of(time)
    if seconds is None or not isinstance(host, str) or series not in (WHOLE_SERIES, TOKEN_SERIES):
        return None
    if series == WHOLE_SERIES:
        return Report(seconds, host, is_token=False, requests=0, requests_while_disabled=0)
    requests, refused = (single(row.get(f"data.{name}")) for name in _COUNTS)
    counts = count_of(requests), count_of(refused)
    if counts[0] is None or (counts[1] is None and refused not in (None, "")):
        return None
    return Report(seconds, host, is_token=True, requests=counts[0], requests_while_disabled=counts[1])


_COUNTS = ("num_of_requests", "num_of_requests_to_disabled_token")


def quiet_window(settled: float, settle: float) -> tuple[float, float]:
    """Return the period in which the token must have no requests, if the settle time ends at ``settled``.

    It begins one report earlier than required, because a report can begin before the required time. A settle time that is
    shorter than a report always overlaps with such a report, so it is used as it is.
    """
    earlier = _INTERVAL if settle >= _INTERVAL else 0.0
    return settled - min(settle, _QUIET_SECONDS) - earlier, settled


def activity(
    found: t.Iterable[Report | None],
    begin: float,
    end: float,
    while_disabled: bool = False,
    nodes: t.Sequence[t.Sequence[str]] = (),
) -> Activity:
    """Return the requests of the token from ``begin`` to ``end`` or later; with ``while_disabled``, only those that HEC
    refused because the token is disabled. ``nodes`` are the names of each node that must report.

    A report counts if its whole interval is after ``begin``; the interval begins with the previous report. A report of
    refused requests also counts if only the end of its interval is after ``begin``, the time when the token was disabled,
    because all refusals came after that.
    """
    listed = list(found)
    known = sorted((report for report in listed if report), key=lambda report: report.time)
    unreadable = len(listed) - len(known)
    times: dict[str, list[float]] = {}
    for report in known:
        if not report.is_token:
            times.setdefault(report.host, []).append(report.time)
    requests, last = 0, None
    for report in known:
        if not report.is_token:
            continue
        if while_disabled:
            count, since = report.requests_while_disabled or 0, report.time
            unreadable += report.requests_while_disabled is None and since >= begin
        else:
            count = report.requests + (report.requests_while_disabled or 0)
            since = _begin_of(report, times.get(report.host, []))
        if count and since >= begin:
            requests, last = requests + count, report.time
    silent = sorted(host for host, reported in times.items() if not _covers(reported, begin, end))
    return Activity(requests, last, silent, _reporting(times, nodes), unreadable, max(1, len(nodes)))


def _reporting(hosts: t.Collection[str], nodes: t.Sequence[t.Sequence[str]]) -> int:
    """Return how many nodes reported. A host that is no node, such as a search head with HEC, does not count in place of one. If no host
    has the name of a node, the administrators chose other names, and each host counts."""
    known = {host.lower() for host in hosts}
    return sum(any(name.lower() in known for name in names) for names in nodes) or len(known)


def _begin_of(report: Report, times: list[float]) -> float:
    """Return the beginning of the interval of a report of the token."""
    position = bisect.bisect_left(times, report.time)
    return max(times[position - 1], report.time - _LONGEST_GAP) if position else report.time - _INTERVAL


def _covers(times: t.Sequence[float], begin: float, end: float) -> bool:
    """Return whether reports cover a period without a gap, with at least one whole interval in it."""
    reached, is_first = begin, True
    for time in times:
        if time < begin:
            continue
        if time > reached + _LONGEST_GAP:
            return False
        if time >= end and not is_first:
            return True
        reached, is_first = time, False
    return False
