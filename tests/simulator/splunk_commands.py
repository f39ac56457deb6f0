# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of a search that transform its results."""

from __future__ import annotations

import datetime
import functools
import re
import typing as t

from .splunk_eval import expression, is_true, number_of
from .splunk_spl import Fields, SplError, read_terms, texts_of
from .splunk_stats import grouped, names_in, read_aggregates, split_at

EVENT_COLUMNS = ("_raw", "_time", "_indextime", "host", "index", "source", "sourcetype")
SORT_LIMIT = 10000


class Table:
    """The results of a search so far."""

    def __init__(self, rows: t.Sequence[Fields], names: t.Sequence[str] = EVENT_COLUMNS) -> None:
        self.rows: list[Fields] = list(rows)
        self.names = list(names)

    def run(self, command: str) -> None:
        """Carry out a command. Raises SplError."""
        name, dummy, text = command.partition(" ")
        known: dict[str, t.Callable[[str], None]] = {
            "search": self._search,
            "stats": self._stats,
            "head": self._head,
            "table": self._columns,
            "fields": self._columns,
            "eval": self._eval,
            "where": self._where,
            "sort": self._sort,
            "dedup": self._dedup,
            "rename": self._rename,
            "rex": self._rex,
            "fillnull": self._fillnull,
        }
        if name not in known:
            raise SplError(f"Unknown search command '{name}'.")
        known[name](text.strip())

    def shown(self) -> list[dict[str, t.Any]]:
        """Return the rows with the columns of the answer; all values are texts, as in Splunk."""
        found = []
        for row in self.rows:
            values = {name: texts_of(row, name) for name in self.names}
            if values.get("_time"):
                values["_time"] = [_iso(text) for text in values["_time"]]
            found.append({name: text[0] if len(text) == 1 else text for name, text in values.items() if text})
        return found

    def _search(self, text: str) -> None:
        condition = read_terms(text).condition
        self.rows = [row for row in self.rows if condition(row)]

    def _stats(self, text: str) -> None:
        what, *by = split_at(text, r"\s+by\s+")
        aggregates, fields = read_aggregates(what, "stats"), names_in(by[0]) if by else []
        self.rows = list(grouped(self.rows, aggregates, fields))
        self.names = fields + [one.column for one in aggregates]

    def _head(self, text: str) -> None:
        if not re.match(r"^(limit=)?\d*$", text):
            raise SplError(f"Error in 'head' command: Invalid value: {text}")
        self.rows = self.rows[: int(text.replace("limit=", "") or 10)]

    def _columns(self, text: str) -> None:
        if text.startswith("-"):
            removed = names_in(text[1:])
            self.names = [name for name in self.names if name not in removed]
        else:
            self.names = names_in(text.lstrip("+ "))

    def _eval(self, text: str) -> None:
        for part in split_at(text, r",\s*"):
            name, equals, value = part.partition("=")
            name = name.strip().strip("\"'")
            if not equals or not name:
                raise SplError("Error in 'eval' command: The expression is malformed.")
            computed = expression(value, "eval")
            for row in self.rows:
                row[name] = computed(row)
            if name not in self.names:
                self.names.append(name)

    def _where(self, text: str) -> None:
        condition = expression(text, "where")
        self.rows = [row for row in self.rows if is_true(condition(row))]

    def _sort(self, text: str) -> None:
        limit, dummy, rest = text.partition(" ")
        number = int(limit) if limit.isdigit() else SORT_LIMIT
        keys = re.findall(r"([-+]?)\s*([^\s,+-][^\s,]*)", rest if limit.isdigit() else text)
        if not keys:
            raise SplError("Error in 'sort' command: Unable to parse the sort fields.")
        for sign, name in reversed(keys):
            self.rows.sort(key=functools.partial(_sort_key, name=name.strip("\"'")), reverse=sign == "-")
        self.rows = self.rows[:number] if number else self.rows

    def _dedup(self, text: str) -> None:
        count, dummy, rest = text.partition(" ")
        kept = int(count) if count.isdigit() else 1
        fields = names_in(rest if count.isdigit() else text)
        seen: dict[tuple[str, ...], int] = {}
        rows = []
        for row in self.rows:
            key = tuple(text for name in fields for text in texts_of(row, name)[:1])
            if len(key) == len(fields) and seen.get(key, 0) < kept:
                seen[key] = seen.get(key, 0) + 1
                rows.append(row)
        self.rows = rows

    def _rename(self, text: str) -> None:
        for part in split_at(text, r",\s*"):
            found = re.match(r"""^['"]?([^'"]+?)['"]?\s+as\s+['"]?([^'"]+?)['"]?$""", part.strip(), re.IGNORECASE)
            if found is None:
                raise SplError("Error in 'rename' command: Usage: rename [old_name AS/TO/-> new_name]+.")
            for row in self.rows:
                row[found[2]] = row.get(found[1])
            self.names = [found[2] if name == found[1] else name for name in self.names]

    def _rex(self, text: str) -> None:
        """Set a field for each named group of a regular expression that a field matches."""
        found = re.match(r'^(?:field=(\S+)\s+)?"((?:[^"\\]|\\.)*)"$', text, re.DOTALL)
        if found is None:
            raise SplError("Error in 'rex' command: The regex is missing.")
        pattern = (
            re.sub(r'\\(["\\])', r"\1", found[2])
            .replace("(?<", "(?P<")
            .replace("(?P<=", "(?<=")
            .replace("(?P<!", "(?<!")
        )
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise SplError(
                f"Error in 'rex' command: Encountered the following error while compiling the regex: {error}"
            ) from error
        for row in self.rows:
            match = next(filter(None, map(compiled.search, texts_of(row, found[1] or "_raw"))), None)
            for name, value in (match.groupdict() if match else {}).items():
                if value is not None:
                    row[name] = value

    def _fillnull(self, text: str) -> None:
        found = re.match(r'^(?:value=("[^"]*"|\S+)\s*)?(.*)$', text, re.DOTALL)
        value = (found[1] or "0").strip('"') if found else "0"
        for name in names_in(found[2] if found else "") or self.names:
            for row in self.rows:
                if not texts_of(row, name):
                    row[name] = value


def _sort_key(row: Fields, name: str) -> tuple[bool, float, str]:
    """Return the key of a row: numbers by value, before other texts."""
    text = next(iter(texts_of(row, name)), "")
    number = number_of(text)
    return number is None, number or 0.0, text


def _iso(text: str) -> str:
    """Return seconds since 1970 as the column C(_time) shows them."""
    seconds = number_of(text)
    if seconds is None:
        return text
    moment = datetime.datetime.fromtimestamp(round(seconds, 3), datetime.timezone.utc)
    return moment.isoformat(timespec="milliseconds")
