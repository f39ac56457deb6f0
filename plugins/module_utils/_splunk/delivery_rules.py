# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Searches that count the events of zones, and the groups of events in their rows. Pure: no I/O.

A window is one of index time (C(_indextime)), when Splunk stored an event. The time of an event (C(_time)) can be wrong: a
window of event times would hide such an event, or count it in another window.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .._core.errors import CollectionError
from .search_rules import any_of, count_of, seconds_of, single, unreadable_row

# The text that a search gives a field without a value: Splunk leaves out rows that have no value to group by.
NOTHING = "-"

_ZONE = "logpush_zone"
# Text in quotes: a record without a zone has null.
_QUOTED_VALUE = r"\"(?<{}>[^\"]+)\""
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_METADATA = ("index", "source", "host", "sourcetype")
_ZONE_GROUP = ("index", "sourcetype", _ZONE)
_NEWEST_GROUP = ("index", "sourcetype", "source", "host", _ZONE)


@dataclasses.dataclass(frozen=True)
class EventGroup:
    """Events with the same metadata. A search gives the metadata that it groups by; the others are "".

    ``zone`` is the ZoneName in the events. ``newest`` is the latest time of an event. ``indexed`` is when Splunk stored that
    event; without a zone, it is when Splunk stored the last event. Both are seconds since 1970.
    """

    index: str
    sourcetype: str
    events: int
    newest: float
    indexed: float
    source: str = ""
    host: str = ""
    zone: str = ""


@dataclasses.dataclass(frozen=True)
class NewestEvent:
    """One of the newest events of a group: its time in Splunk, and the texts of the timestamps in it, by field."""

    index: str
    sourcetype: str
    source: str
    host: str
    zone: str
    time: float
    texts: t.Mapping[str, str]


class Selection(t.NamedTuple):
    """The events that a search reads: those in these indexes with these source types (all if there are none), stored from
    ``begin`` to before ``end``."""

    indexes: t.Sequence[str]
    begin: int
    end: int
    sourcetypes: t.Sequence[str] = ()

    def conditions(self) -> str:
        """Return the conditions of a search."""
        if not self.indexes:
            # Without an index, Splunk searches the default ones of the user.
            raise CollectionError("Events can be counted only in an index: set its name.")
        times = f"_index_earliest={self.begin} _index_latest={self.end}"
        return " ".join(filter(None, [any_of("index", self.indexes), any_of("sourcetype", self.sourcetypes), times]))

    def has(self, index: str, sourcetype: str) -> bool:
        """Return whether a group of events belongs to the selection. A search compares less strictly."""
        return index in self.indexes and (not self.sourcetypes or sourcetype in self.sourcetypes)


def metadata_query(selection: Selection) -> str:
    """Return the search that counts events by their metadata. It reads no events, only the index."""
    figures = "count max(_time) as newest max(_indextime) as indexed"
    return f"| tstats {figures} where {selection.conditions()} by {' '.join(_METADATA)}"


def zone_query(selection: Selection) -> str:
    """Return the search that counts events by the name of the zone in them."""
    figures = "count max(_time) as newest latest(_indextime) as indexed"
    return f"search {selection.conditions()} | {_extracted('ZoneName', _ZONE, _QUOTED_VALUE)} | stats {figures} by {' '.join(_ZONE_GROUP)}"


def newest_query(selection: Selection, fields: t.Sequence[str], each: int) -> str:
    """Return the search for the newest events of each group, with the texts of these fields. Raises ValueError for a name
    that is not the name of a field."""
    extractions = [_extracted("ZoneName", _ZONE, _QUOTED_VALUE)] + [
        _extracted(field, f"logpush_{field}") for field in fields
    ]
    groups = " ".join(_NEWEST_GROUP)
    columns = " ".join(["_time", groups, *(f"logpush_{field}" for field in fields)])
    return (
        f"search {selection.conditions()} | {' | '.join(extractions)} | fillnull value={NOTHING} {_ZONE} "
        f"| dedup {each} {groups} | table {columns}"
    )


def visible_query(indexes: t.Iterable[str]) -> str:
    """Return the search for the indexes in which the user sees any event."""
    return f"| tstats count where {any_of('index', indexes)} by index"


def _extracted(field: str, name: str, value: str = r"\"?(?<{}>[^\",\s}}]+)") -> str:
    r"""Return the command that reads a field of a JSON event: text or a number. Splunk's own extraction depends on props.conf,
    ends after some thousand characters, and can give a value twice, which would count an event twice. Text in an event cannot
    be taken for a field, because quotes in it are escaped."""
    if not _FIELD.fullmatch(field):
        raise ValueError(f"{field} is not the name of a field")
    return rf'rex field=_raw "\"{field}\"\s*:\s*{value.format(name)}"'


def event_groups(operation: str, rows: t.Iterable[t.Mapping[str, t.Any]], selection: Selection) -> list[EventGroup]:
    """Return the groups of events in rows of C(metadata_query) or C(zone_query). Raises CollectionError for a row that cannot
    be read, because its events would be missing."""
    groups = [_group(operation, row) for row in rows]
    return [group for group in groups if selection.has(group.index, group.sourcetype)]


def newest_events(
    operation: str, rows: t.Iterable[t.Mapping[str, t.Any]], selection: Selection, fields: t.Sequence[str]
) -> list[NewestEvent]:
    """Return the events in rows of C(newest_query). Raises CollectionError for a row that cannot be read."""
    events = []
    for row in rows:
        index, sourcetype, *others = (_text(row, name) for name in _NEWEST_GROUP)
        time = seconds_of(single(row.get("_time")))
        if index is None or sourcetype is None or time is None:
            raise unreadable_row(operation)
        source, host, zone = ("" if name in (None, NOTHING) else str(name) for name in others)
        texts = {field: _text(row, f"logpush_{field}") for field in fields}
        found = {field: text for field, text in texts.items() if text}
        if selection.has(index, sourcetype):
            events.append(NewestEvent(index, sourcetype, source, host, zone, time, found))
    return events


def visible_indexes(rows: t.Iterable[t.Mapping[str, t.Any]], indexes: t.Iterable[str]) -> set[str]:
    """Return the indexes in rows of C(visible_query) that have events."""
    return {str(single(row.get("index"))) for row in rows if count_of(single(row.get("count")))} & set(indexes)


def _group(operation: str, row: t.Mapping[str, t.Any]) -> EventGroup:
    index, sourcetype = _text(row, "index"), _text(row, "sourcetype")
    events = count_of(single(row.get("count")))
    newest, indexed = (seconds_of(single(row.get(name))) for name in ("newest", "indexed"))
    if index is None or sourcetype is None or events is None or newest is None or indexed is None:
        raise unreadable_row(operation)
    others = [_text(row, name) or "" for name in ("source", "host", _ZONE)]
    return EventGroup(index, sourcetype, events, newest, indexed, *others)


def _text(row: t.Mapping[str, t.Any], name: str) -> str | None:
    """Return the text in a column; None if there is none."""
    value = single(row.get(name))
    return value if isinstance(value, str) and value else None
