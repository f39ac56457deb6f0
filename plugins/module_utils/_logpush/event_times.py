# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare the time that Splunk gave to an event with the event's own timestamp. Pure: no I/O.

HEC's raw endpoint takes no time for an event. Splunk finds the timestamp as the configuration of the source type says.
Without one, it guesses from the first 128 characters, and Logpush guarantees no order of the fields.
"""

from __future__ import annotations

import datetime
import math
import re
import typing as t

from .._splunk.logpush_events import TIME_FIELDS

# A timestamp in whole seconds has no fraction, so that a smaller deviation means nothing.
LARGEST_DEVIATION = 1.0

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
# Numbers of at least this size are milliseconds, microseconds and nanoseconds. In seconds, they would be later than the
# year 5000.
_UNITS = ((10**17, 10**9), (10**14, 10**6), (10**11, 10**3))


def event_time(fields: t.Mapping[str, t.Any], datasets: t.Iterable[str]) -> float | None:
    """Return the time in an event, in seconds since 1970; None if it has none. ``fields`` are those of the event, or a part of
    them; ``datasets`` are those that it can be a record of."""
    names = dict.fromkeys(TIME_FIELDS[dataset] for dataset in datasets if dataset in TIME_FIELDS)
    times = (timestamp(fields[name]) for name in names if name in fields)
    return next((time for time in times if time is not None), None)


def timestamp(value: t.Any) -> float | None:
    """Return the time of a timestamp of Logpush in any of its formats (C(unixnano), C(unix), C(rfc3339), also with a
    fraction), in seconds since 1970; None for any other value."""
    if isinstance(value, str):
        text = value.strip()
        match = _RFC3339.fullmatch(text)
        if match:
            return _moment(*match.groups())
        try:
            value = int(text) if re.fullmatch(r"\d{1,30}", text) else float(text)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
        return None
    return next((value / unit for least, unit in _UNITS if value >= least), float(value))


def _moment(day: str, time: str, fraction: str | None, zone: str) -> float | None:
    offset = "+0000" if zone in "Zz" else zone.replace(":", "")
    try:
        moment = datetime.datetime.strptime(f"{day} {time} {offset}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
    return (moment - _EPOCH).total_seconds() + float(fraction or 0)


class TimedEvent(t.NamedTuple):
    """An event as Splunk has it: its fields, or a part of them, and the time that Splunk gave to it."""

    fields: t.Mapping[str, t.Any]
    time: float


def time_deviation(events: t.Iterable[TimedEvent], datasets: t.Collection[str]) -> float | None:
    """Return the largest deviation of events from their own times, in seconds: positive if Splunk's time is later. None if no
    event has a time of its own."""
    own = ((event.time, event_time(event.fields, datasets)) for event in events)
    deviations = [round(given - time, 3) for given, time in own if time is not None]
    return max(deviations, key=abs, default=None)


def is_wrong(deviation: float | None) -> bool:
    """Return whether a deviation is a problem."""
    return deviation is not None and abs(deviation) > LARGEST_DEVIATION


def time_problem(deviation: float, dataset: str, sourcetype: str, behind: str = "") -> str:
    """Return the problem of events with a wrong time, and what to do. ``behind`` is the software between Logpush and Splunk, ""
    if there is none."""
    field = TIME_FIELDS.get(dataset) or "their timestamp"
    problem = f"Splunk stores the events with a time that differs from {field} by {_duration(deviation)}"
    if behind:
        return (
            f"{problem}. The reason is {behind}: raw lines lose their time behind it. Let Logpush push to Splunk directly, or "
            f"configure {behind} to set the time of each event from {field}"
        )
    return (
        f"{problem}. Configure the source type {sourcetype} in Splunk for this dataset (TIME_PREFIX and TIME_FORMAT in "
        "props.conf, where HEC receives the events) with the edgeops.logpush.splunk_sourcetype module, or install the "
        "Cloudflare App for Splunk (Splunkbase 4501) and use its source type for the job"
    )


def _duration(seconds: float) -> str:
    size = abs(seconds)
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if size >= 2 * length:
            return f"{size / length:,.0f} {unit}"
    return f"{size:,.0f} seconds" if size >= 10 else f"{size:.1f} seconds"
