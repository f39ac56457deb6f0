# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of uploads as the node logpushHealthAdaptiveGroups returns them: its dimensions, filters, order and limits.

From Cloudflare's pages "Limits", "Settings node" and "Error responses" (analytics/graphql-api).
"""

from __future__ import annotations

import datetime
import math
import operator
import typing as t

from .clock import now, rfc3339
from .settings import Settings
from .uploads import Upload

NODE = "logpushHealthAdaptiveGroups"
Scalar = t.Union[int, str]
# The value of an upload in each dimension. Times are seconds since 1970.
DIMENSIONS: dict[str, t.Callable[[Upload], Scalar]] = {
    "datetime": lambda upload: int(upload.time),
    "datetimeMinute": lambda upload: int(upload.time) // 60 * 60,
    "destinationType": lambda upload: upload.destination_type,
    "jobId": lambda upload: upload.job_id,
    "status": lambda upload: upload.status,
    "final": lambda upload: int(upload.final),
}
TIMES = ("datetime", "datetimeMinute")
TEXTS = ("destinationType",)
SUMS: dict[str, t.Callable[[Upload], int]] = {
    "bytes": lambda upload: upload.size,
    "bytesCompressed": lambda upload: upload.compressed,
    "records": lambda upload: upload.records,
    "uploads": lambda upload: 1,
}
COMPARISONS: dict[str, t.Callable[[t.Any, t.Any], bool]] = {
    "": operator.eq,
    "_neq": operator.ne,
    "_gt": operator.gt,
    "_geq": operator.ge,
    "_lt": operator.lt,
    "_leq": operator.le,
    "_in": lambda value, wanted: value in wanted,
    "_notin": lambda value, wanted: value not in wanted,
}
LISTS = ("_in", "_notin")
# The sums of a group, in the order of SUMS.
Sums = t.List[int]
Test = t.Callable[[Upload], bool]


class AnalyticsError(Exception):
    """A query that the analytics refuse: its message, the HTTP status and the code of the error, if it has one."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def operators(dimension: str) -> tuple[str, ...]:
    """Return the ends of the names of the filters of a dimension. Texts have no order."""
    return ("", "_neq", *LISTS) if dimension in TEXTS else tuple(COMPARISONS)


def available_fields() -> list[str]:
    """Return the fields of the node as its settings name them."""
    return ["count", *(f"dimensions_{name}" for name in DIMENSIONS), *(f"sum_{name}" for name in SUMS)]


def check_limits(settings: Settings, limit: int, wanted: dict[str, t.Any], fields: int) -> None:
    """Raise AnalyticsError if a query of the node exceeds a limit of the node."""
    if not isinstance(limit, int) or not 0 < limit <= settings.graphql_page_size:
        raise AnalyticsError(400, f"limit must be positive number and not greater than {settings.graphql_page_size}")
    if fields > settings.graphql_fields:
        raise AnalyticsError(400, f"number of fields can't be more than {settings.graphql_fields}")
    begin, end = _bounds(wanted)
    oldest = now() - settings.graphql_not_older_than
    if begin < oldest:
        raise AnalyticsError(400, f"cannot request data older than {settings.graphql_not_older_than}s")
    if end - begin > settings.graphql_duration:
        message = f"query time range is too large. Time range can't be wider than {settings.graphql_duration}s"
        raise AnalyticsError(400, message)


def _bounds(wanted: dict[str, t.Any]) -> tuple[float, float]:
    """Return the begin and the end of the time that a filter lets through. The end is now if there is none."""
    begin, end = -math.inf, now()
    for dimension in TIMES:
        for relation in ("", "_gt", "_geq"):
            if wanted.get(dimension + relation) is not None:
                begin = max(begin, _seconds(wanted[dimension + relation]))
        for relation in ("", "_lt", "_leq"):
            if wanted.get(dimension + relation) is not None:
                end = min(end, _seconds(wanted[dimension + relation]))
    return begin, end


def _seconds(text: t.Any) -> float:
    """Return a time in a filter as seconds since 1970. Raises AnalyticsError."""
    try:
        moment = datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError as error:
        raise AnalyticsError(400, f'error parsing args: cannot parse "{text}" as a time') from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp()


def test_of(wanted: dict[str, t.Any]) -> Test:
    """Return the test that a filter applies to an upload. Raises AnalyticsError."""
    tests: list[Test] = []
    for key, value in wanted.items():
        if value is None:
            continue
        if key == "AND":
            tests += [test_of(part) for part in value]
        elif key == "OR":
            tests.append(_any_of([test_of(part) for part in value]))
        else:
            tests.append(_comparison(key, value))
    return lambda upload: all(test(upload) for test in tests)


def _any_of(tests: list[Test]) -> Test:
    return lambda upload: any(test(upload) for test in tests)


def _comparison(key: str, value: t.Any) -> Test:
    dimension, underscore, relation = key.partition("_")
    get, compare = DIMENSIONS[dimension], COMPARISONS[underscore + relation]
    wanted = [_checked(dimension, one) for one in value] if isinstance(value, list) else _checked(dimension, value)
    return lambda upload: compare(get(upload), wanted)


def _checked(dimension: str, value: t.Any) -> float | str:
    """Return a value in a filter of a dimension. Raises AnalyticsError if it has another type than the dimension."""
    if dimension in TIMES:
        return _seconds(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or isinstance(value, str) != (dimension in TEXTS):
        raise AnalyticsError(400, f"error parsing args: {dimension} has another type than {value!r}")
    return value


def grouped(uploads: t.Iterable[Upload], dimensions: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Return one group for each combination of values of the dimensions, in the order of the values."""
    getters = [DIMENSIONS[name] for name in dimensions]
    groups: dict[tuple[Scalar, ...], Sums] = {}
    for upload in uploads:
        sums = groups.setdefault(tuple(get(upload) for get in getters), [0] * len(SUMS))
        for number, get in enumerate(SUMS.values()):
            sums[number] += get(upload)
    return [
        {
            "count": sums[-1],
            "sum": dict(zip(SUMS, sums)),
            "dimensions": {name: _shown(name, value) for name, value in zip(dimensions, values)},
        }
        for values, sums in sorted(groups.items())
    ]


def _shown(dimension: str, value: Scalar) -> Scalar:
    return rfc3339(value) if dimension in TIMES and isinstance(value, int) else value


def orders() -> list[str]:
    """Return the values of the argument orderBy."""
    names = ["count", *(f"sum_{name}" for name in SUMS), *DIMENSIONS]
    return [f"{name}_{direction}" for name in names for direction in ("ASC", "DESC")]


def sort(groups: list[dict[str, t.Any]], order_by: t.Sequence[str]) -> None:
    """Sort groups; the first of the orders counts most. Raises AnalyticsError for a dimension that is not selected."""
    for order in reversed(order_by):
        name, dummy, direction = order.rpartition("_")
        path = name.split("_") if "_" in name or name == "count" else ["dimensions", name]
        try:
            groups.sort(key=lambda group: _at(group, path), reverse=direction == "DESC")
        except KeyError as error:
            raise AnalyticsError(400, f"error parsing args: cannot order by {name}, which is not selected") from error


def _at(group: dict[str, t.Any], path: list[str]) -> t.Any:
    return group[path[0]] if len(path) == 1 else group[path[0]][path[1]]
