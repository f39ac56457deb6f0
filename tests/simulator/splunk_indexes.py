# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's ``data/indexes``: listing, creating, reading, changing and deleting indexes.

From Splunk's REST reference (data/indexes) and measured answers.
"""

from __future__ import annotations

import re
import typing as t

from aiohttp import web

from .splunk_state import Index
from .splunk_wire import DEFAULT_COUNT, Call, Entry, Page, SplunkError, answer, paged, single
from .state import State

COLLECTION = "data/indexes"
NAME = re.compile(r"^[a-z0-9_][a-z0-9_-]*$")
DEFAULTS: dict[str, t.Any] = {
    "maxTotalDataSizeMB": 500000,
    "frozenTimePeriodInSecs": 188697600,
    "maxDataSize": "auto",
    "maxHotBuckets": "auto",
    "homePath": "$SPLUNK_DB/{name}/db",
    "coldPath": "$SPLUNK_DB/{name}/colddb",
    "thawedPath": "$SPLUNK_DB/{name}/thaweddb",
    "maxGlobalDataSizeMB": 0,
    "maxGlobalRawDataSizeMB": 0,
    "repFactor": "0",
}
ARGUMENTS = tuple(DEFAULTS)


class Indexes:
    """The handlers of indexes."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers; a star stands for one part."""
        base = ("data", "indexes")
        return [(base, self.collection), ((*base, "*"), self.index), ((*base, "*", "*"), self.action)]

    async def collection(self, call: Call) -> web.Response:
        """Answer GET and POST data/indexes; metrics indexes are listed only on request."""
        if call.method == "POST":
            return self._create(call)
        if call.method != "GET":
            raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')
        call.sent(("datatype", "summarize"))
        datatype = call.argument("datatype", "event")
        found = [self._entry(index) for index in self._sorted() if datatype in ("all", index.datatype)]
        return answer(call, paged(call, found), COLLECTION, creates=True)

    async def index(self, call: Call) -> web.Response:
        """Answer GET, POST and DELETE of an index."""
        index = self._index(call.path[-1])
        if call.method == "GET":
            call.sent(("datatype", "summarize"))
            return self._shown(call, index)
        call.requires("indexes_edit")
        if call.method == "POST":
            index.settings.update(_settings(call.sent(ARGUMENTS)))
            self.state.changed = True
            return self._shown(call, index)
        del self.state.splunk.indexes[index.name]
        self.state.changed = True
        return answer(call, Page([], 0, DEFAULT_COUNT, 0), COLLECTION, creates=True)

    async def action(self, call: Call) -> web.Response:
        """Answer enable and disable of an index."""
        index = self._index(call.path[-2])
        if call.method != "POST" or call.path[-1] not in ("enable", "disable", "_reload"):
            raise SplunkError(404, "Not Found")
        call.requires("indexes_edit")
        if call.path[-1] != "_reload":
            index.disabled = call.path[-1] == "disable"
        self.state.changed = True
        return self._shown(call, index)

    def _create(self, call: Call) -> web.Response:
        """Make an index. Raises SplunkError."""
        call.requires("indexes_edit")
        name = call.argument("name")
        if not name:
            raise SplunkError(400, 'Cannot perform action "POST" without a target name to act on.')
        sent = call.sent((*ARGUMENTS, "name", "datatype"))
        datatype = call.argument("datatype", "event")
        if not NAME.match(name) or datatype not in ("event", "metric"):
            raise SplunkError(400, f"Invalid index name or datatype: {name} ({datatype})")
        if name in self.state.splunk.indexes:
            raise SplunkError(409, f"An object with name={name} already exists")
        index = Index(name, datatype, settings=_settings({key: sent[key] for key in sent if key in ARGUMENTS}))
        self.state.splunk.indexes[name] = index
        self.state.changed = True
        return self._shown(call, index, 201)

    def _index(self, name: str) -> Index:
        index = self.state.splunk.indexes.get(name)
        if index is None:
            raise SplunkError(404, f"Could not find object id={name}")
        return index

    def _sorted(self) -> list[Index]:
        return sorted(self.state.splunk.indexes.values(), key=lambda index: index.name)

    def _shown(self, call: Call, index: Index, status: int = 200) -> web.Response:
        return answer(call, single(self._entry(index)), COLLECTION, creates=True, status=status)

    def _entry(self, index: Index) -> Entry:
        count = sum(event["indexed"] and event["index"] == index.name for event in self.state.held_events())
        defaults = {
            key: value.format(name=index.name) if isinstance(value, str) else value for key, value in DEFAULTS.items()
        }
        content = {
            **defaults,
            **index.settings,
            "datatype": index.datatype,
            "disabled": index.disabled,
            "isInternal": index.name.startswith("_"),
            # The only number that real answers contain as a string.
            "currentDBSizeMB": "1",
            "totalEventCount": count,
            "eai:appName": "search",
            "eai:userName": "nobody",
        }
        own = index.name not in ("main", "history", "summary") and not index.name.startswith("_")
        toggle = "enable" if index.disabled else "disable"
        return Entry(
            index.name,
            COLLECTION,
            content,
            app="search" if own else "system",
            removable=own,
            optional=ARGUMENTS,
            sharing="app" if own else "system",
            actions=("_reload", "edit", *(("remove", toggle) if own else ())),
        )


def _settings(sent: dict[str, list[str]]) -> dict[str, t.Any]:
    """Return the settings of indexes.conf in a request, with numbers converted. Raises SplunkError."""
    settings: dict[str, t.Any] = {}
    for name, values in sent.items():
        settings[name] = values[-1]
        if isinstance(DEFAULTS[name], int):
            if not values[-1].isdigit():
                raise SplunkError(400, f'Invalid value "{values[-1]}" for argument "{name}".')
            settings[name] = int(values[-1])
    return settings
