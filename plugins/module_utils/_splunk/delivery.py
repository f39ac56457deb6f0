# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Ask Splunk what arrived: the events of zones, the activity of HEC tokens, and the problems of the collector."""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask
from . import collector_rules, delivery_rules
from .collector_rules import Problems, TokenActivity, TokenFigures
from .delivery_rules import EventGroup, NewestEvent, Selection
from .enterprise import SplunkEnterprise
from .introspection_rules import ANY_EVENT_QUERY
from .search_rules import END_OF_TIME, clock_problem

# Any event of this time shows that a user can search an internal index, which is never empty for as long.
_INTERNAL_SECONDS = 900
# An index counts as visible if it has an event of this time, so that the search reads no old buckets.
_VISIBLE_SECONDS = 30 * 86400
_ANY_PROBLEM_QUERY = "search index=_internal | head 1"


class SplunkDelivery:
    """What Splunk received. Each method sends one search, whatever the number of zones is, and raises CollectionError if it
    fails or ends early. The times of a window are seconds since 1970."""

    def __init__(self, client: SplunkEnterprise, clock: Clock, mask: SecretMask, time_limit: int) -> None:
        """``time_limit`` is that of a search in seconds, which must be less than the timeout of the client."""
        self._client = client
        self._clock = clock
        self._mask = mask
        self._time_limit = time_limit

    def by_metadata(
        self, indexes: t.Sequence[str], begin: int, end: int, sourcetypes: t.Sequence[str] = ()
    ) -> list[EventGroup]:
        """Return the events that were stored in a window, by index, source, host and source type."""
        selection = Selection(indexes, begin, end, sourcetypes)
        operation = f"Counting the events in {_listed(indexes)}"
        rows = self._search_any_time(operation, delivery_rules.metadata_query(selection))
        return delivery_rules.event_groups(operation, rows, selection)

    def by_zone_name(
        self, indexes: t.Sequence[str], begin: int, end: int, sourcetypes: t.Sequence[str] = ()
    ) -> list[EventGroup]:
        """Return the events that were stored in a window and name a zone (C(ZoneName)), by index, source type and zone."""
        selection = Selection(indexes, begin, end, sourcetypes)
        operation = f"Counting the events by ZoneName in {_listed(indexes)}"
        rows = self._search_any_time(operation, delivery_rules.zone_query(selection))
        return delivery_rules.event_groups(operation, rows, selection)

    def newest(
        self,
        indexes: t.Sequence[str],
        begin: int,
        end: int,
        fields: t.Sequence[str],
        sourcetypes: t.Sequence[str] = (),
        each: int = 3,
    ) -> list[NewestEvent]:
        """Return the newest events that were stored in a window, ``each`` of every index, source type, source, host and zone,
        with the texts of these fields."""
        selection = Selection(indexes, begin, end, sourcetypes)
        operation = f"Reading the newest events in {_listed(indexes)}"
        rows = self._search_any_time(operation, delivery_rules.newest_query(selection, fields, each))
        return delivery_rules.newest_events(operation, rows, selection, fields)

    def indexes_with_events(self, indexes: t.Collection[str]) -> set[str]:
        """Return those of these indexes in which the user can see any event of the last 30 days. For another index, no events
        is no evidence: it may not exist, or the user may not search it."""
        if not indexes:
            return set()
        begin = str(int(self._clock.wall()) - _VISIBLE_SECONDS)
        operation = f"Looking for events in {_listed(sorted(indexes))}"
        rows = self._search(operation, delivery_rules.visible_query(indexes), (begin, END_OF_TIME))
        return delivery_rules.visible_indexes(rows, indexes)

    def tokens(self, names: t.Sequence[str] | None, begin: int, end: int) -> TokenFigures:
        """Return what HEC reported in a window about these tokens; without names, about all tokens that had requests."""
        operation = "Reading the metrics of HEC"
        rows = self._search(operation, collector_rules.tokens_query(names), (str(begin), str(end)))
        found = collector_rules.token_figures(rows, names)
        if found is not None:
            return TokenFigures(found)
        if self._sees(ANY_EVENT_QUERY):
            reason = (
                "No host reported metrics of HEC to the index _introspection in the window. HEC is off, or its hosts do not "
                "forward this index."
            )
        else:
            reason = _hidden("_introspection")
        return TokenFigures([TokenActivity(name) for name in names or ()], reason)

    def problems(self, begin: int, end: int) -> Problems:
        """Return what splunkd reported in a window about requests to HEC, times and lines that it could not process."""
        operation = "Reading the problems of the collector"
        rows = self._search(operation, collector_rules.problems_query(), (str(begin), str(end)))
        found = collector_rules.problems(rows, self._mask.quoted)
        if not found and not self._sees(_ANY_PROBLEM_QUERY):
            return Problems([], _hidden("_internal"))
        return Problems(found)

    def clock_problem(self) -> str:
        """Return a warning if the clock of Splunk differs from that of this machine, "" if it does not, or if that is not
        known. An answer must have arrived just now."""
        return clock_problem(self._client.date, self._clock.wall())

    def _sees(self, query: str) -> bool:
        """Return whether a search for any recent event finds one."""
        since = str(int(self._clock.wall()) - _INTERNAL_SECONDS)
        return bool(self._search("Looking for any event of Splunk itself", query, (since, END_OF_TIME)))

    def _search_any_time(self, operation: str, query: str) -> list[JsonObject]:
        """Run a search over events of any time, also a future one."""
        return self._search(operation, query, ("0", END_OF_TIME))

    def _search(self, operation: str, query: str, period: tuple[str, str]) -> list[JsonObject]:
        return self._client.complete_search(operation, query, period, self._time_limit)


def _listed(indexes: t.Sequence[str]) -> str:
    return f"{'index' if len(indexes) == 1 else 'indexes'} {', '.join(indexes)}"


def _hidden(index: str) -> str:
    return (
        f"The index {index} has no events for this user. It is never empty, so the role of the user may not search it "
        f"(Settings > Roles > Indexes), or the hosts with HEC do not forward it to the search peers."
    )
