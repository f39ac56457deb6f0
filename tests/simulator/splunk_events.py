# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The events that a search finds, and their fields: the metadata, and all fields of a JSON event."""

from __future__ import annotations

import json
import math
import operator
import typing as t

from .clock import now
from .indexing import DEFAULT_INDEX
from .introspection import metrics_events
from .splunk_spl import Terms
from .splunk_state import SplunkUser
from .splunkd_log import log_events
from .state import State

METADATA = ("index", "sourcetype", "source", "host")
# The instance that holds the event; those of splunkd and of the metrics have none.
SERVER = "splunk_server"


class EventFields:
    """The fields of an event, which are read when they are needed."""

    __slots__ = ("event", "own")

    def __init__(self, event: dict[str, t.Any]) -> None:
        self.event = event
        # The fields that the commands of a search added.
        self.own: dict[str, t.Any] | None = None

    def get(self, name: str) -> t.Any:
        """Return the value of a field, None if it does not exist."""
        if self.own and name in self.own:
            return self.own[name]
        if name == "_raw":
            return raw_text(self.event)
        indexed = indexed_field(self.event, name)
        if indexed is not None or not isinstance(self.event["event"], dict):
            return indexed
        value = self.event["event"].get(name)
        if value is not None and not isinstance(value, (dict, list)):
            return value
        if "." not in name and "{" not in name:
            return None
        fields: dict[str, t.Any] = {}
        _flatten(self.event["event"], "", fields)
        return fields.get(name)

    def __setitem__(self, name: str, value: t.Any) -> None:
        """Set a field."""
        if self.own is None:
            self.own = {}
        self.own[name] = value


class IndexedFields(EventFields):
    """The fields of an event that tstats sees: metadata, times, and the fields that the sender had indexed."""

    __slots__ = ()

    def get(self, name: str) -> t.Any:
        """Return the value of an indexed field, None if it does not exist."""
        return indexed_field(self.event, name)


def indexed_field(event: dict[str, t.Any], name: str) -> t.Any:
    """Return the value of an indexed field of an event, None if it does not exist."""
    if name in METADATA:
        return event[name]
    if name == SERVER:
        return event.get(SERVER)
    if name == "_time":
        return _number(event["time"])
    if name == "_indextime":
        return event["index_time"]
    return (event["fields"] or {}).get(name)


def raw_text(event: dict[str, t.Any]) -> str:
    """Return the text of an event."""
    line = event["event"]
    return str(event["raw"]) if event["raw"] is not None else line if isinstance(line, str) else json.dumps(line)


def found_events(
    state: State, user: SplunkUser, terms: Terms, text: str, kind: type[EventFields] = EventFields
) -> list[EventFields]:
    """Return the events that a user finds, newest first. ``text`` is the search: internal events are made only if it may be about
    them.
    """
    events = list(state.held_events())
    if terms.names_index and ("_introspection" in text or "=_*" in text):
        events += metrics_events(state)
    if terms.names_index and ("_internal" in text or "=_*" in text):
        events += log_events(state)
    indexes = {index: terms.names_index or index == DEFAULT_INDEX for index in {event["index"] for event in events}}
    searched = {index for index, is_named in indexes.items() if is_named and user.may_search(index)}
    times = terms.times
    earliest, latest = times.get("earliest", -math.inf), times.get("latest", math.inf)
    if "latest" not in times and "earliest" in times:
        latest = now() + 1
    since, until = times.get("_index_earliest", -math.inf), times.get("_index_latest", math.inf)
    found = []
    for event in reversed(events):
        time = _number(event["time"])
        if (
            event["indexed"]
            and event["index"] in searched
            and earliest <= time < latest
            and since <= event["index_time"] < until
            and terms.condition(fields := kind(event))
        ):
            found.append((time, fields))
    found.sort(key=operator.itemgetter(0), reverse=True)
    return [fields for dummy, fields in found]


def _number(value: t.Any) -> float:
    if isinstance(value, float):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _flatten(value: t.Any, name: str, fields: dict[str, t.Any]) -> None:
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
