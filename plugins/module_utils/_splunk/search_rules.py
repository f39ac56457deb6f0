# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write conditions of Splunk's search language, and read the values in rows of a search. Pure: no I/O."""

from __future__ import annotations

import datetime
import email.utils
import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .values import number

_INDEX = re.compile(r"[a-z0-9_][a-z0-9_-]*")

# In quotes, Splunk still expands a macro between backticks. A line break in a search is a space. Half a surrogate pair has no
# UTF-8 form.
_UNQUOTABLE = re.compile("[`\x00-\x1f\x7f\ud800-\udfff]")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)\s*(Z|[+-]\d\d:?\d\d)")
# The last second that a 32-bit time can hold, which Splunk accepts as a time. Events with a wrong time can be in the future.
END_OF_TIME = "2147483647"
# A smaller difference of two clocks can be the time that an answer takes.
_LARGEST_CLOCK_DIFFERENCE = 120


def check_index(name: str | None) -> None:
    """Raise OptionError for an index whose name can match several. None is no index."""
    if name is not None and not _INDEX.fullmatch(name):
        raise OptionError("index", "must be the name of one index: lower-case letters, digits, _ and -, without a star")


def clock_problem(date: str, now: float) -> str:
    """Return a warning about a clock of Splunk that differs from that of this machine, "" if it does not. ``date`` is the time in
    an answer of Splunk, in the form of HTTP, and ``now`` the time when it arrived, in seconds since 1970."""
    try:
        moment = email.utils.parsedate_to_datetime(date)
        difference = round(moment.replace(tzinfo=moment.tzinfo or datetime.timezone.utc).timestamp() - now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""
    if abs(difference) <= _LARGEST_CLOCK_DIFFERENCE:
        return ""
    return (
        f"The clock of Splunk is {abs(difference):,} seconds {'ahead of' if difference > 0 else 'behind'} that of this machine, and "
        "a window is one of both clocks: events near its ends can be missing, or be too many. Synchronize the clocks with NTP."
    )


def quoted(value: str) -> str:
    """Return a value in quotes, for a comparison.

    Splunk compares without regard to letter case, and cannot escape a star, which matches any text. Characters that cannot
    be in quotes become a star, too. So the comparison finds at least the value, and the reader of the rows compares again.
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_UNQUOTABLE.sub("*", escaped)}"'


def any_of(field: str, values: t.Iterable[str]) -> str:
    """Return the condition that a field has one of these values, in parentheses; "" if there are none."""
    conditions = [f"{field}={quoted(value)}" for value in sorted(set(values))]
    return f"({' OR '.join(conditions)})" if conditions else ""


def single(value: t.Any) -> t.Any:
    """Return the value of a field. Splunk gives it several times if it extracts the fields of JSON more than once."""
    return value[0] if isinstance(value, list) and value and all(item == value[0] for item in value) else value


def count_of(value: t.Any) -> int | None:
    """Return a count, which may be text or a whole number with a fraction of zero; None for anything else."""
    text = str(value).strip()
    return number(re.sub(r"\.0+$", "", text)) if re.fullmatch(r"[0-9]+(\.0+)?", text) else None


def seconds_of(value: t.Any) -> float | None:
    """Return a time of Splunk (a number, or ISO 8601 text) as seconds since 1970; None for anything else."""
    text = str(value).strip()
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", text):
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


def unreadable_row(operation: str) -> CollectionError:
    """Return the error for a row that cannot be read: what it counts would be missing."""
    return CollectionError(
        f"{operation} failed: Splunk reported success, but a row of the search has an unexpected form. Check url, and "
        "whether there is a proxy in between."
    )
