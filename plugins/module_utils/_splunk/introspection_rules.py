# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What the metrics of HEC in the index C(_introspection) say about a token: who sends, and whether the metrics are complete.
Pure: no I/O.

Each host reports every 60 seconds: HEC as a whole (C(http_event_collector)), and each token that had requests
(C(http_event_collector_token)). So a token without a row had no requests only if its host reported HEC as a whole.
"""

from __future__ import annotations

import bisect
import datetime
import re
import typing as t

from .._core.errors import CollectionError
from .values import number

# Seconds between two reports of a host.
_INTERVAL = 60.0
# The longest time between two reports that still counts as "every minute".
_LONGEST_GAP = 90.0
# No request may arrive in the last seconds of the settle time. One report more, because it can begin before that time.
_QUIET_SECONDS = 300.0

_WHOLE, _TOKEN = "http_event_collector", "http_event_collector_token"
_METRICS = "index=_introspection sourcetype=http_event_collector_metrics"
_COLUMNS = "_time host data.series data.num_of_requests data.num_of_requests_to_disabled_token"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)")

ANY_EVENT_QUERY = "search index=_introspection | head 1"


class Report(t.NamedTuple):
    """One report of a host: of HEC as a whole, or of the token (C(is_token)). ``time`` is the end of its interval."""

    time: float
    host: str
    is_token: bool
    requests: int
    requests_while_disabled: int


class Activity(t.NamedTuple):
    """The requests of a token in a time: their number and the time of the last report of them, and the hosts whose
    reports do not cover this time. C(any_host) is false if no host reported HEC as a whole."""

    requests: int
    last: float | None
    silent_hosts: list[str]
    any_host: bool

    @property
    def is_complete(self) -> bool:
        """Whether the reports cover the whole time: only then no request means that there was none."""
        return self.any_host and not self.silent_hosts


def metrics_query(token_name: str) -> str:
    """Return the search for the reports of HEC as a whole and of one token."""
    name = token_name.replace("\\", "\\\\").replace('"', '\\"')
    series = f'data.series={_WHOLE} OR (data.series={_TOKEN} data.token_name="{name}")'
    return f"search {_METRICS} ({series}) | table {_COLUMNS}"


def reports(rows: t.Iterable[t.Mapping[str, t.Any]]) -> list[Report]:
    """Return the reports in the rows of a search. Rows of another form count as no report. Raises CollectionError for a row of
    the token that cannot be read: it can stand for requests."""
    found = []
    for row in rows:
        time, host, is_token = _seconds(row.get("_time")), row.get("host"), row.get("data.series") == _TOKEN
        is_readable = time is not None and isinstance(host, str)
        counts = [number(row.get(f"data.{name}")) for name in _COUNTS] if is_token else [0, 0]
        if is_token and (not is_readable or None in counts):
            raise CollectionError(
                "Whether the token gets requests is not known: a row of it in the index _introspection cannot be read."
            )
        if is_readable and (is_token or row.get("data.series") == _WHOLE):
            found.append(Report(t.cast(float, time), str(host), is_token, *t.cast("list[int]", counts)))
    return sorted(found)


_COUNTS = ("num_of_requests", "num_of_requests_to_disabled_token")


def quiet_window(settled: float, settle: float) -> tuple[float, float]:
    """Return the time in which the token must have no request, if the settle time ends at ``settled``."""
    return settled - min(settle, _QUIET_SECONDS + _INTERVAL), settled


def activity(found: t.Sequence[Report], begin: float, end: float, while_disabled: bool = False) -> Activity:
    """Return the requests of the token from ``begin`` to ``end`` or later; ``while_disabled``: only those that HEC refused
    because the token is disabled.

    A report counts if its whole interval is after ``begin``. It begins with the report before it.
    """
    times: dict[str, list[float]] = {}
    for report in found:
        if not report.is_token:
            times.setdefault(report.host, []).append(report.time)
    requests, last = 0, None
    for report in found:
        count = report.requests_while_disabled if while_disabled else report.requests + report.requests_while_disabled
        if report.is_token and count and _begin_of(report, times.get(report.host, [])) >= begin:
            requests, last = requests + count, report.time
    silent = sorted(host for host, reported in times.items() if not _covers(reported, begin, end))
    return Activity(requests, last, silent, bool(times))


def _begin_of(report: Report, times: list[float]) -> float:
    """Return the beginning of the interval of a report of the token."""
    position = bisect.bisect_left(times, report.time)
    return max(times[position - 1], report.time - _LONGEST_GAP) if position else report.time - _INTERVAL


def _covers(times: t.Sequence[float], begin: float, end: float) -> bool:
    """Return whether reports cover a time without a gap, with at least one whole interval in it."""
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
    """Return the seconds since 1970 of a time of Splunk: a number, or text in the form of ISO 8601."""
    text = str(value).strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text):
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
