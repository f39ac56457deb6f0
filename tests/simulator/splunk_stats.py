# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statistics of the commands ``stats`` and ``tstats``: functions over events, grouped by fields."""

from __future__ import annotations

import re
import typing as t

from .splunk_eval import Expression, expression, number_of
from .splunk_spl import Fields, SplError, text_of, texts_of

FUNCTIONS = "count c dc distinct_count min max sum avg latest earliest first last values".split()
AGGREGATE = re.compile(
    rf'^(?P<function>{"|".join(FUNCTIONS)})(?:\(\s*(?P<argument>.*?)\s*\))?(?:\s+as\s+"?(?P<name>[\w. -]+?)"?)?$',
    re.IGNORECASE | re.DOTALL,
)
# A part of a text that is quoted, or in parentheses, or nothing of this.
PART = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()"]|"(?:[^"\\]|\\.)*"|\([^()]*\))*\)|[^"()]|[()]')


class Aggregate(t.NamedTuple):
    """A function over events, and the column of its value."""

    function: str
    field: str
    column: str
    value: Expression | None = None


def split_at(text: str, pattern: str) -> list[str]:
    """Split a text at a pattern, but not within quotes or parentheses."""
    hidden: list[str] = []

    def hide(found: re.Match[str]) -> str:
        if len(found[0]) < 2:
            return found[0]
        hidden.append(found[0])
        return f"\0{len(hidden) - 1}\0"

    masked = PART.sub(hide, text)
    parts = re.split(pattern, masked, flags=re.IGNORECASE)
    return [re.sub("\0(\\d+)\0", lambda found: hidden[int(found[1])], part) for part in parts]


def names_in(text: str) -> list[str]:
    """Return the names in a list of fields, separated by commas or spaces."""
    return [name.strip("\"'") for name in re.split(r"[\s,]+", text.strip()) if name]


def read_aggregates(text: str, command: str) -> list[Aggregate]:
    """Read functions, separated by commas or spaces. Raises SplError."""
    found = []
    for part in split_at(text.strip(), rf",\s*|\s+(?=(?:{'|'.join(FUNCTIONS)})\b)(?<!\bas )"):
        match = AGGREGATE.match(part.strip())
        if match is None:
            raise SplError(f"Error in '{command}' command: The argument '{part.strip()}' is invalid.")
        function, argument = match["function"].lower(), (match["argument"] or "").strip("'\"")
        if not argument and function not in ("count", "c"):
            raise SplError(f"Error in '{command}' command: The argument '{part.strip()}' is invalid.")
        column = match["name"] or (f"{match['function']}({argument})" if argument else match["function"])
        value = None
        if argument.lower().startswith("eval("):
            value = expression(argument[5:-1], command)
        found.append(Aggregate(function, argument, column, value))
    return found


def grouped(rows: t.Iterable[Fields], aggregates: list[Aggregate], fields: list[str]) -> list[dict[str, t.Any]]:
    """Return a row for each group of rows with the same values of fields. A row without one of the fields is in no group."""
    groups: dict[tuple[str, ...], list[Fields]] = {} if fields else {(): []}
    for row in rows:
        key = tuple(text for name in fields for text in texts_of(row, name)[:1])
        if len(key) == len(fields):
            groups.setdefault(key, []).append(row)
    results = []
    for key, members in sorted(groups.items()):
        result: dict[str, t.Any] = dict(zip(fields, key))
        for one in aggregates:
            result[one.column] = _computed(one, members)
        results.append(result)
    return results


def _computed(one: Aggregate, rows: list[Fields]) -> t.Any:
    """Return the value of a function."""
    if one.function in ("count", "c") and not one.field:
        return len(rows)
    if one.function in ("latest", "earliest"):
        dated = [(number_of(row.get("_time")) or 0.0, value) for row in rows for value in _values(one, row)[:1]]
        choose = max if one.function == "latest" else min
        return choose(dated, key=lambda pair: pair[0])[1] if dated else None
    values = [value for row in rows for value in _values(one, row)]
    return REDUCTIONS[one.function](values)


def _values(one: Aggregate, row: Fields) -> list[str]:
    """Return the values that a function sees of a row. A condition that is not true is not a value."""
    if one.value is None:
        return texts_of(row, one.field)
    value = one.value(row)
    return [] if value is None or value is False else [text_of(value)]


def _extreme(values: list[str], choose: t.Callable[..., t.Any]) -> str | None:
    numbers = [number_of(value) for value in values]
    if not values:
        return None
    if None in numbers:
        return str(choose(values))
    return text_of(choose(numbers))


def _numbers(values: list[str]) -> list[float]:
    return [number for value in values if (number := number_of(value)) is not None]


REDUCTIONS: dict[str, t.Callable[[list[str]], t.Any]] = {
    "count": len,
    "c": len,
    "dc": lambda values: len(set(values)),
    "distinct_count": lambda values: len(set(values)),
    "min": lambda values: _extreme(values, min),
    "max": lambda values: _extreme(values, max),
    "sum": lambda values: text_of(float(sum(_numbers(values)))) if _numbers(values) else None,
    "avg": lambda values: text_of(sum(_numbers(values)) / len(_numbers(values))) if _numbers(values) else None,
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "values": lambda values: sorted(set(values)),
}
