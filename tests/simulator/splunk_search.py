# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's search: one-shot searches and exports over the events that the collector received. It implements a
small part: ``search`` with conditions and times, ``stats`` with ``count``, ``dc``, ``min`` and ``max``, ``head``, ``table``
and ``fields``. Everything else is refused in the way Splunk refuses unknown commands.
"""

from __future__ import annotations

import json
import re
import typing as t
import xml.etree.ElementTree as ET

from aiohttp import web

from .clock import now
from .introspection import metrics_events
from .splunk_spl import Condition, Fields, SplError, moment, read_terms, split_pipeline, texts_of
from .splunk_wire import Call, SplunkError, xml_response
from .state import State

RESULTS_SHOWN = 100
DEFAULT_INDEX = "main"
AGGREGATE = re.compile(r"^(count|dc|min|max)(?:\(\s*([\w.:{}-]*)\s*\))?(?:\s+as\s+\"?([\w.-]+)\"?)?$", re.IGNORECASE)


class Searches:
    """The handlers of searches."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers."""
        return [
            (("search", "jobs"), self.jobs),
            (("search", "v2", "jobs"), self.jobs),
            (("search", "jobs", "export"), self.export),
            (("search", "v2", "jobs", "export"), self.export),
        ]

    async def jobs(self, call: Call) -> web.Response:
        """Answer POST search/jobs, of which only one-shot searches are simulated."""
        self._check(call, "POST")
        if call.argument("exec_mode") != "oneshot":
            raise SplunkError(400, "The simulator has no search jobs: ask with exec_mode=oneshot.", "FATAL")
        count, offset = call.number("count", RESULTS_SHOWN), call.number("offset", 0)
        names, rows = self._results(call)
        rows = rows[offset:] if count <= 0 else rows[offset : offset + count]
        if not call.as_json:
            return _xml(names, rows)
        document = {
            "preview": False,
            "init_offset": offset,
            "messages": [],
            "fields": [{"name": name} for name in names],
            "results": rows,
            "highlighted": {},
        }
        return web.json_response(document)

    async def export(self, call: Call) -> web.Response:
        """Answer POST or GET of an export: a line for each result."""
        self._check(call, "GET", "POST")
        names, rows = self._results(call)
        if not call.as_json:
            return _xml(names, rows)
        lines: list[dict[str, t.Any]] = [
            {"preview": False, "offset": number, "result": row} for number, row in enumerate(rows)
        ] or [{"preview": False}]
        lines[-1]["lastrow"] = True
        return web.Response(text="".join(json.dumps(line) + "\n" for line in lines), content_type="application/json")

    def _check(self, call: Call, *methods: str) -> None:
        """Raise SplunkError for a path that this version does not have, a wrong method, or a caller who may not search."""
        if call.method not in methods or ("v2" in call.path and not call.version.search_v2):
            raise SplunkError(404, "Not Found")
        call.requires("search")

    def _results(self, call: Call) -> tuple[list[str], list[dict[str, t.Any]]]:
        """Return the columns and rows of a search. Raises SplunkError."""
        try:
            commands = split_pipeline(call.argument("search"))
            if not commands:
                raise SplError("Empty search.")
            first, *others = commands
            table = _Table(list(self._events(call, first)))
            for command in others:
                table.run(command)
        except SplError as error:
            raise SplunkError(400, str(error), "FATAL") from error
        return table.names, table.shown()

    def _events(self, call: Call, command: str) -> t.Iterator[Fields]:
        """Return the fields of the events that the first command finds, newest first. Raises SplError."""
        name, dummy, text = command.partition(" ")
        if name != "search":
            raise SplError(f"Unknown search command '{name}'.")
        terms = read_terms(text)
        earliest, latest = terms.earliest, terms.latest
        if earliest is None and call.argument("earliest_time"):
            earliest = moment(call.argument("earliest_time"), "earliest_time")
        if latest is None and call.argument("latest_time"):
            latest = moment(call.argument("latest_time"), "latest_time")
        events = list(self.state.received.events)
        if terms.names_index and "_introspection" in text:
            events += metrics_events(self.state)
        for event in reversed(events):
            fields = fields_of(event)
            in_time = (earliest or 0.0) <= fields["_time"] < (latest or now() + 1)
            in_index = terms.names_index or event["index"] == DEFAULT_INDEX
            if event["indexed"] and in_time and in_index and terms.condition(fields):
                yield fields


class _Table:
    """The results of a search so far, which the further commands transform."""

    def __init__(self, rows: list[Fields]) -> None:
        self.rows = rows
        self.names = ["_raw", "_time", "host", "index", "source", "sourcetype"]

    def run(self, command: str) -> None:
        """Carry out a command. Raises SplError."""
        name, dummy, text = command.partition(" ")
        known = {
            "search": self._search,
            "stats": self._stats,
            "head": self._head,
            "table": self._columns,
            "fields": self._columns,
        }.get(name)
        if known is None:
            raise SplError(f"Unknown search command '{name}'.")
        known(text.strip())

    def shown(self) -> list[dict[str, t.Any]]:
        """Return the rows with the columns of the answer; all values are texts, as in Splunk."""
        found = []
        for row in self.rows:
            values = {name: texts_of(row, name) for name in self.names}
            found.append({name: text[0] if len(text) == 1 else text for name, text in values.items() if text})
        return found

    def _search(self, text: str) -> None:
        condition: Condition = read_terms(text).condition
        self.rows = [row for row in self.rows if condition(row)]

    def _head(self, text: str) -> None:
        if not re.match(r"^(limit=)?\d*$", text):
            raise SplError(f"Error in 'head' command: Invalid value: {text}")
        self.rows = self.rows[: int(text.replace("limit=", "") or 10)]

    def _columns(self, text: str) -> None:
        self.names = [name.strip('"') for name in re.split(r"[\s,]+", text.lstrip("+ ")) if name]

    def _stats(self, text: str) -> None:
        """Count: ``count``, ``count(field)``, ``dc``, ``min`` and ``max``, each ``as`` a name, ``by`` fields."""
        what, *by = re.split(r"\s+by\s+", text, maxsplit=1, flags=re.IGNORECASE)
        fields = [name.strip('"') for name in re.split(r"[\s,]+", by[0].strip()) if name] if by else []
        aggregates = _aggregates(what)
        groups: dict[tuple[str, ...], list[Fields]] = {} if fields else {(): []}
        for row in self.rows:
            key = tuple(text for name in fields for text in texts_of(row, name)[:1])
            if len(key) == len(fields):
                groups.setdefault(key, []).append(row)
        results = []
        for key, rows in sorted(groups.items()):
            result: Fields = dict(zip(fields, key))
            for found in aggregates:
                result[_column(found)] = _aggregate(found[1].lower(), found[2] or "", rows)
            results.append(result)
        self.names = fields + [_column(found) for found in aggregates]
        self.rows = results


def _aggregates(text: str) -> list[re.Match[str]]:
    """Read the functions of ``stats``. Raises SplError."""
    aggregates = []
    for part in re.split(r",\s*|\s+(?=(?:count|dc|min|max)\b)", text):
        found = AGGREGATE.match(part.strip())
        if found is None:
            raise SplError(f"Error in 'stats' command: The argument '{part.strip()}' is invalid.")
        aggregates.append(found)
    return aggregates


def _column(found: re.Match[str]) -> str:
    return found[3] or (f"{found[1]}({found[2]})" if found[2] else found[1])


def _aggregate(function: str, field: str, rows: list[Fields]) -> t.Any:
    """Return one value of ``stats``."""
    values = [text for row in rows for text in texts_of(row, field)]
    if function == "count":
        return len(values) if field else len(rows)
    if function == "dc":
        return len(set(values))
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        return (min if function == "min" else max)(values)
    return None if not numbers else f"{(min if function == 'min' else max)(numbers):.3f}"


def fields_of(event: dict[str, t.Any]) -> Fields:
    """Return the fields that a search sees of an event: its metadata, and all fields of a JSON event."""
    line = event["event"]
    raw = event["raw"] if event["raw"] is not None else line if isinstance(line, str) else json.dumps(line)
    fields: Fields = {}
    _flatten(line, "", fields)
    fields.update(event["fields"] or {})
    fields.update((name, event[name]) for name in ("index", "sourcetype", "source", "host"))
    try:
        fields["_time"] = float(event["time"])
    except (TypeError, ValueError):
        fields["_time"] = 0.0
    fields["_raw"] = raw
    return fields


def _flatten(value: t.Any, name: str, fields: Fields) -> None:
    """Write JSON into fields named by their path: ``a.b`` within objects, ``a{}`` for the items of a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}" if name else key, fields)
    elif isinstance(value, list) and name:
        for inner in value:
            if isinstance(inner, (dict, list)):
                _flatten(inner, name + "{}", fields)
            else:
                fields.setdefault(name + "{}", []).append(inner)
    elif name:
        fields[name] = value


def _xml(names: list[str], rows: list[dict[str, t.Any]]) -> web.Response:
    """Return results as XML, the default form."""
    root = ET.Element("results", {"preview": "0"})
    order = ET.SubElement(ET.SubElement(root, "meta"), "fieldOrder")
    for name in names:
        ET.SubElement(order, "field").text = name
    for number, row in enumerate(rows):
        result = ET.SubElement(root, "result", {"offset": str(number)})
        for name, value in row.items():
            field = ET.SubElement(result, "field", {"k": name})
            for text in value if isinstance(value, list) else [value]:
                ET.SubElement(ET.SubElement(field, "value"), "text").text = str(text)
    return xml_response(root)
