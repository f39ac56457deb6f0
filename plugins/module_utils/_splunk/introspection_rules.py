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
import datetime
import re
import typing as t

from .values import number

# Seconds between two reports of a host.
_INTERVAL = 60.0
# The longest time between two reports that still counts as "every minute".
_LONGEST_GAP = 90.0
# No request may arrive in the last seconds of the settle time.
_QUIET_SECONDS = 300.0

_WHOLE, _TOKEN = "http_event_collector", "http_event_collector_token"
_METRICS = "index=_introspection sourcetype=http_event_collector_metrics"
_COLUMNS = "_time host data.series data.num_of_requests data.num_of_requests_to_disabled_token"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)")

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
    reports do not cover the period. C(any_host) is false if no host reported HEC as a whole. ``unreadable`` is the number of
    rows that cannot be read as a report; one of them may be about the token."""

    requests: int
    last: float | None
    silent_hosts: list[str]
    any_host: bool
    unreadable: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether the reports cover the whole period. Only then, no reported request means that there was none."""
        return self.any_host and not self.silent_hosts and not self.unreadable


def metrics_query(token_name: str) -> str:
    """Return the search for the reports of HEC as a whole and of one token."""
    name = token_name.replace("\\", "\\\\").replace('"', '\\"')
    series = f'data.series={_WHOLE} OR (data.series={_TOKEN} data.token_name="{name}")'
    return f"search {_METRICS} ({series}) | table {_COLUMNS}"


def reports(rows: t.Iterable[t.Mapping[str, t.Any]]) -> list[Report | None]:
    """Return the reports in the rows of a search; None for a row of another form."""
    return [_report(row) for row in rows]


def _report(row: t.Mapping[str, t.Any]) -> Report | None:
    time, host, series = (_single(row.get(column)) for column in ("_time", "host", "data.series"))
    seconds = _seconds(time)
    if seconds is None or not isinstance(host, str) or series not in (_WHOLE, _TOKEN):
        return None
    if series == _WHOLE:
        return Report(seconds, host, False, 0, 0)
    requests, refused = (_single(row.get(f"data.{name}")) for name in _COUNTS)
    counts = _count(requests), _count(refused)
    if counts[0] is None or (counts[1] is None and refused not in (None, "")):
        return None
    return Report(seconds, host, True, counts[0], counts[1])


_COUNTS = ("num_of_requests", "num_of_requests_to_disabled_token")


def _single(value: t.Any) -> t.Any:
    """Return the value of a field. Splunk gives it several times if it extracts the fields of JSON more than once."""
    return value[0] if isinstance(value, list) and value and all(item == value[0] for item in value) else value


def _count(value: t.Any) -> int | None:
    """Return a number of requests, which may be text or a whole number with a fraction of zero; None for anything else."""
    text = str(value).strip()
    return number(re.sub(r"\.0+$", "", text)) if re.fullmatch(r"\d+(\.0+)?", text) else None


def quiet_window(settled: float, settle: float) -> tuple[float, float]:
    """Return the period in which the token must have no requests, if the settle time ends at ``settled``.

    It begins one report earlier than required, because a report can begin before the required time. A settle time that is
    shorter than a report always overlaps with such a report, so it is used as it is.
    """
    earlier = _INTERVAL if settle >= _INTERVAL else 0.0
    return settled - min(settle, _QUIET_SECONDS) - earlier, settled


def activity(found: t.Iterable[Report | None], begin: float, end: float, while_disabled: bool = False) -> Activity:
    """Return the requests of the token from ``begin`` to ``end`` or later; with ``while_disabled``, only those that HEC
    refused because the token is disabled.

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
    return Activity(requests, last, silent, bool(times), unreadable)


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


def _seconds(value: t.Any) -> float | None:
    """Return a time of Splunk (a number, or ISO 8601 text) as seconds since 1970."""
    text = str(value).strip()
    if re.fullmatch(r"\d{1,12}(\.\d+)?", text):
        return float(text)
    match = _TIME.fullmatch(text)
    if not match:
        return None
    zone = "+00:00" if match[2] == "Z" else match[2] if ":" in match[2] else f"{match[2][:3]}:{match[2][3:]}"
    try:
        moment = datetime.datetime.strptime(match[1].partition(".")[0], "%Y-%m-%dT%H:%M:%S")
        fraction = float(f"0.{match[1].partition('.')[2] or 0}")
        offset = datetime.datetime.strptime(zone, "%z").utcoffset() or datetime.timedelta(0)
    except ValueError:
        return None
    return moment.replace(tzinfo=datetime.timezone(offset)).timestamp() + fraction
