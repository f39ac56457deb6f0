# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Splunk finds the time of an event in its text: with the settings of props.conf, or by its own patterns.

From Splunk's page "Configure timestamp recognition", and the patterns of its file datetime.xml. Splunk's own patterns find a
date and time of ISO 8601, and seconds since 1970 with up to 6 digits of fractions, also without a dot. So they read 13 digits
(milliseconds) and 16 digits, but not 19 (nanoseconds), and they read no number that directly follows a colon, as in compact
JSON. A time without a zone in its text has the zone of the setting TZ, or otherwise that of the server. A letter Z that TIME_FORMAT
has as text is no zone.
"""

from __future__ import annotations

import datetime
import functools
import re
import typing as t

import zoneinfo

Props = t.Mapping[str, t.Any]

LOOKAHEAD = 128
MAX_DAYS_AGO, MAX_DAYS_HENCE = 2000, 2
ZONE = r"Z|UTC|GMT|[+-]\d\d:?\d\d"
ISO = re.compile(
    r"(?<!\w)(?P<Y>(?:19|20)\d\d)-(?P<m>0?[1-9]|1[012])-(?P<d>0?[1-9]|[12]\d|3[01])[T ]"
    rf"(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d):(?P<S>[0-6]\d)(?:[.,:](?P<fraction>\d+))? ?(?P<zone>{ZONE})?"
)
EPOCH = re.compile(r'(?:^|(?<=[\s#,"=(\[|{]))(?P<s>1\d{9})(?:\.?(?P<fraction>\d{1,6}))?(?![\d(])')
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# The conversions of TIME_FORMAT as patterns.
CONVERSIONS = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "e": r" ?(?P<d>\d{1,2})",
    "b": r"(?P<b>[A-Za-z]{3})",
    "B": r"(?P<b>[A-Za-z]{3})[a-z]*",
    "a": r"[A-Za-z]{3}",
    "A": r"[A-Za-z]+",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d\d)",
    "S": r"(?P<S>\d\d)",
    "s": r"(?P<s>\d{10})",
    "f": r"(?P<fraction>\d{6})",
    "N": r"(?P<fraction>\d{9})",
    "Q": r"(?P<fraction>\d{3})",
    "z": rf"(?P<zone>{ZONE})",
    "Z": r"(?P<zone>[A-Z]+)",
    "F": r"(?P<Y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)",
    "T": r"(?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d)",
    "%": "%",
}
CONVERSION = re.compile(r"%:?(?P<width>\d?)(?P<letter>[A-Za-z%])")


class EventTime(t.NamedTuple):
    """The time of an event. ``problem`` is the beginning of Splunk's warning if the text has no usable time."""

    seconds: float
    problem: str = ""


def check(props: Props) -> None:
    """Raise ValueError for settings that cannot be used."""
    for name in ("TIME_PREFIX", "LINE_BREAKER"):
        try:
            re.compile(str(props.get(name, "")))
        except re.error as error:
            raise ValueError(f"{name}: {error}") from error
    for name in ("MAX_TIMESTAMP_LOOKAHEAD", "TRUNCATE"):
        int(props.get(name, 0))
    _pattern(str(props.get("TIME_FORMAT", "")))
    _zone(props)


def event_time(text: str, props: Props, received: float, previous: float | None) -> EventTime:
    """Return the time of an event that was received at a time. ``previous`` is the last time that was found in an event of its
    source. An event without a usable time gets that time, or the time at which it was received.
    """
    if str(props.get("DATETIME_CONFIG", "")).upper() in ("CURRENT", "NONE"):
        return EventTime(received)
    lookahead = int(props.get("MAX_TIMESTAMP_LOOKAHEAD", LOOKAHEAD))
    found = find_time(text, props, lookahead)
    if found is None:
        problem = f"Failed to parse timestamp in first MAX_TIMESTAMP_LOOKAHEAD ({lookahead}) characters of event."
    elif _is_acceptable(found, props, received):
        return EventTime(found)
    else:
        problem = (
            f"A possible timestamp match ({_ctime(found)}) is outside of the acceptable time window. If this timestamp is "
            "correct, consider adjusting MAX_DAYS_AGO and MAX_DAYS_HENCE."
        )
    if previous is None:
        return EventTime(received, problem)
    return EventTime(previous, f"{problem} Defaulting to timestamp of previous event ({_ctime(previous)}).")


def find_time(text: str, props: Props, lookahead: int = LOOKAHEAD) -> float | None:
    """Return the time in the text of an event, or None."""
    begin = 0
    if props.get("TIME_PREFIX"):
        prefix = re.search(str(props["TIME_PREFIX"]), text)
        if prefix is None:
            return None
        begin = prefix.end()
    searched = text[begin : begin + lookahead] if lookahead > 0 else text[begin:]
    if props.get("TIME_FORMAT"):
        return read_time(searched, str(props["TIME_FORMAT"]), _zone(props))
    found = ISO.search(searched) or EPOCH.search(searched)
    return None if found is None else _seconds(found.groupdict(), _zone(props))


def read_time(text: str, time_format: str, zone: datetime.tzinfo = datetime.timezone.utc) -> float | None:
    """Return the time at the beginning of a text, None if the text has another form. ``zone`` is that of a time without one.
    Raises ValueError for a conversion that is not simulated."""
    found = _pattern(time_format).match(text)
    return None if found is None else _seconds(found.groupdict(), zone)


@functools.lru_cache(maxsize=None)
def _zone_named(name: str) -> datetime.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"TZ: the simulator does not know the time zone {name}") from error


def _zone(props: Props) -> datetime.tzinfo:
    name = str(props.get("TZ") or "UTC")
    return datetime.timezone.utc if name == "UTC" else _zone_named(name)


@functools.lru_cache(maxsize=None)
def _pattern(time_format: str) -> re.Pattern[str]:
    """Return the pattern of a TIME_FORMAT. Raises ValueError for a conversion that is not simulated."""
    pattern, position = r"\s*", 0
    for found in CONVERSION.finditer(time_format):
        pattern += re.escape(time_format[position : found.start()])
        position = found.end()
        letter, width = found["letter"], found["width"]
        if letter not in CONVERSIONS:
            raise ValueError(f"TIME_FORMAT: the simulator does not support {found[0]}")
        pattern += rf"(?P<fraction>\d{{{width}}})" if width and letter in "NQ" else CONVERSIONS[letter]
    return re.compile(pattern + re.escape(time_format[position:]))


def _seconds(parts: dict[str, str | None], zone: datetime.tzinfo) -> float | None:
    """Return the seconds since 1970 for the parts of a time, which has ``zone`` unless it has one of its own; None if they are no
    time or lack the date."""
    fraction = float(f"0.{parts.get('fraction') or 0}")
    if parts.get("s"):
        return int(parts["s"] or 0) + fraction
    year = parts.get("Y") or (f"20{parts['y']}" if parts.get("y") else None)
    month = parts.get("m") or _month(parts.get("b"))
    if not year or not month or not parts.get("d"):
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("H", "M", "S"))
    own_zone = parts.get("zone") or ""
    try:
        moment = datetime.datetime(int(year), int(month), int(parts["d"] or 0), hour, minute, second)
    except ValueError:
        return None
    aware = moment.replace(tzinfo=datetime.timezone.utc if own_zone else zone)
    return aware.timestamp() - _zone_seconds(own_zone) + fraction


def _month(name: str | None) -> str | None:
    return str(MONTHS.index(name.lower()) + 1) if name and name.lower() in MONTHS else None


def _zone_seconds(zone: str) -> int:
    """Return how many seconds a zone is ahead of UTC."""
    if zone[:1] not in ("+", "-"):
        return 0
    digits = zone[1:].replace(":", "")
    ahead = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return ahead if zone[0] == "+" else -ahead


def _is_acceptable(found: float, props: Props, received: float) -> bool:
    ago = float(props.get("MAX_DAYS_AGO", MAX_DAYS_AGO))
    hence = float(props.get("MAX_DAYS_HENCE", MAX_DAYS_HENCE))
    return received - ago * 86400 <= found <= received + hence * 86400


def _ctime(seconds: float) -> str:
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc):%a %b %e %H:%M:%S %Y}"
