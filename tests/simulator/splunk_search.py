# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's search: one-shot searches and exports over the events that the collector received, and over the events
that splunkd writes itself. It implements a small part of the language (README.md). Everything else is refused in the way
Splunk refuses unknown commands.
"""

from __future__ import annotations

import json
import re
import typing as t
import xml.etree.ElementTree as ET

from aiohttp import web

from .splunk_commands import Table
from .splunk_events import EventFields, IndexedFields, found_events
from .splunk_spl import SplError, Terms, moment, read_terms, split_pipeline
from .splunk_stats import grouped, names_in, read_aggregates, split_at
from .splunk_wire import Call, SplunkError, xml_response
from .state import State

RESULTS_SHOWN = 100
# What Splunk says about a search whose results are incomplete.
PARTIAL = {
    "WARN": "Unable to distribute to peer named indexer2 at uri https://indexer2:8089 because peer has status = Down.",
    "ERROR": "Search process did not exit cleanly. Please look in search.log for this peer in the Job Inspector for more info.",
}


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
            return _xml(names, rows, self._messages(call))
        document = {
            "preview": self.state.settings.search_preview,
            "init_offset": offset,
            "messages": self._messages(call),
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
            return _xml(names, rows, self._messages(call))
        lines: list[dict[str, t.Any]] = [
            {"preview": False, "offset": number, "result": row} for number, row in enumerate(rows)
        ] or [{"preview": False}]
        lines[-1]["lastrow"] = True
        lines += [{"preview": False, "messages": [message]} for message in self._messages(call)]
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
            table = self._found(call, first)
            for command in others:
                table.run(command)
        except SplError as error:
            raise SplunkError(400, str(error), "FATAL") from error
        return table.names, table.shown()

    def _found(self, call: Call, command: str) -> Table:
        """Return the results of the first command. Raises SplError."""
        name, dummy, text = command.removeprefix("| ").partition(" ")
        if name == "tstats" and command.startswith("|"):
            return self._tstats(call, text)
        if name != "search":
            raise SplError(f"Unknown search command '{name}'.")
        return Table(self._events(call, read_terms(text), text))

    def _events(
        self, call: Call, terms: Terms, text: str, kind: type[EventFields] = EventFields
    ) -> t.Sequence[EventFields]:
        """Return the events that conditions find within the times of the search or of the request. Raises SplError."""
        for name in ("earliest", "latest"):
            if name not in terms.times and call.argument(f"{name}_time"):
                terms.times[name] = moment(call.argument(f"{name}_time"), f"{name}_time")
        found = found_events(self.state, call.user, terms, text, kind)
        # Every second event is missing from incomplete results.
        return found[::2] if self._messages(call) or self.state.settings.search_preview else found

    def _tstats(self, call: Call, text: str) -> Table:
        """Return statistics over indexed fields: functions, ``where`` conditions, ``by`` fields. Raises SplError."""
        rest, *by = split_at(re.sub(r"^\s*(?:\w+=\w+\s+)*", "", text), r"\s+(?:group)?by\s+")
        what, *where = split_at(rest, r"\s+where\s+")
        terms = read_terms(where[0] if where else "")
        if terms.has_text:
            raise SplError(
                "Error in 'tstats' command: The where clause has a term that is not a comparison with a field."
            )
        aggregates, fields = read_aggregates(what, "tstats"), names_in(by[0]) if by else []
        events = self._events(call, terms, text, IndexedFields)
        return Table(grouped(events, aggregates, fields), fields + [one.column for one in aggregates])

    def _messages(self, call: Call) -> list[dict[str, str]]:
        """Return what Splunk says about a search whose results are incomplete: as the settings order it, or because it takes longer
        than its time limit."""
        partial, limit = self.state.settings.search_partial, call.number("max_time", 0)
        if isinstance(partial, list) and partial:
            return [dict(message) for message in partial]
        if isinstance(partial, str) and partial:
            return [{"type": partial, "text": PARTIAL.get(partial, PARTIAL["ERROR"])}]
        if 0 < limit < self.state.settings.search_seconds:
            return [{"type": "INFO", "text": f"Search auto-finalized after time limit ({limit} seconds) reached."}]
        return []


def _xml(names: list[str], rows: list[dict[str, t.Any]], messages: list[dict[str, str]]) -> web.Response:
    """Return results as XML, the default form."""
    root = ET.Element("results", {"preview": "0"})
    order = ET.SubElement(ET.SubElement(root, "meta"), "fieldOrder")
    for name in names:
        ET.SubElement(order, "field").text = name
    if messages:
        box = ET.SubElement(root, "messages")
        for message in messages:
            ET.SubElement(box, "msg", {"type": message["type"]}).text = message["text"]
    for number, row in enumerate(rows):
        result = ET.SubElement(root, "result", {"offset": str(number)})
        for name, value in row.items():
            field = ET.SubElement(result, "field", {"k": name})
            for text in value if isinstance(value, list) else [value]:
                ET.SubElement(ET.SubElement(field, "value"), "text").text = str(text)
    return xml_response(root)
