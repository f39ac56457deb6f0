# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read from Splunk what a comparison of deliveries needs: HEC tokens, counts of events, and the newest events."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import ascii_domain
from .._core.errors import CollectionError
from .._core.results import first_of
from .._core.run import Options, RunContext
from .._logpush.delivery_comparison import CountedEvents, EventCount
from .._logpush.delivery_times import StoredEvent
from .._logpush.delivery_ways import BY_ZONE_NAME, UNKNOWN_TOKEN, ComparedJob, TokenContext, ways
from .._logpush.event_times import TimedEvent
from .._splunk.answers import SplunkError
from .._splunk.delivery import SplunkDelivery
from .._splunk.delivery_info import search_client, search_time_limit
from .._splunk.delivery_rules import EventGroup
from .._splunk.options import with_splunk_environment
from .._splunk.values import Token

# In the settings of a token, the index "default" is the default index of the server: main, unless indexes.conf sets another
# one.
_DEFAULT_INDEX, _MAIN_INDEX = "default", "main"


class SearchWindow(t.NamedTuple):
    """The time between two moments, in seconds since 1970. The end does not belong to it."""

    begin: int
    end: int


class KnownTokens(t.NamedTuple):
    """The HEC tokens of Splunk: by their names, and by their values in lower case."""

    by_name: dict[str, TokenContext]
    by_value: dict[str, TokenContext]

    def of(self, hec_token: str | None) -> TokenContext:
        """Return the token with a value."""
        return self.by_value.get((hec_token or "").lower(), UNKNOWN_TOKEN)


class Received(t.NamedTuple):
    """The numbers of requests and events that HEC received, by the name of the token. ``problem`` is the reason why those of some
    tokens are not known, "" if all are."""

    by_token: dict[str, tuple[int, int]]
    problem: str = ""


class SplunkSide:
    """Splunk's side of a comparison. One search finds the events of all jobs with the same way, however many there are."""

    def __init__(self, options: Options, context: RunContext) -> None:
        """Raises OptionError."""
        timeout = options["search_timeout"]
        connection = {**with_splunk_environment(options["splunk"]), "timeout": timeout}
        self._client = search_client(connection, context)
        self._searches = SplunkDelivery(self._client, context.clock, context.mask, search_time_limit(timeout))

    def tokens(self) -> KnownTokens:
        """Return the HEC tokens that this user can read. Raises CollectionError if Splunk does not know the user, or does not
        answer."""
        try:
            found = list(self._client.tokens())
        except SplunkError as error:
            if error.status == 401:
                raise
            # A user who may search need not be one who may read tokens.
            return KnownTokens({}, {})
        known = {token.name: _context_of(token) for token in found}
        return KnownTokens(known, {token.value.lower(): known[token.name] for token in found if token.value})

    def counted(self, jobs: t.Sequence[ComparedJob], window: SearchWindow) -> CountedEvents:
        """Return the events of jobs that Splunk indexed in the window. Raises CollectionError."""
        indexes, sourcetypes = _places(jobs)
        if not indexes:
            return CountedEvents()
        groups = self._searches.by_metadata(indexes, window.begin, window.end, sourcetypes)
        by_zone, problem = self._by_zone(jobs, window)
        seen = {group.index for group in groups if group.events}
        seen |= self._searches.indexes_with_events(sorted(set(indexes) - seen))
        return CountedEvents(_counts(groups), _counts(by_zone), seen, zone_problem=problem)

    def _by_zone(self, jobs: t.Sequence[ComparedJob], window: SearchWindow) -> tuple[list[EventGroup], str]:
        """Return the events by their zones, and the reason why they could not be counted."""
        found = ways(jobs)
        indexes, sourcetypes = _places([job for job in jobs if found[job.key].kind == BY_ZONE_NAME])
        if not indexes:
            return [], ""
        try:
            return self._searches.by_zone_name(indexes, window.begin, window.end, sourcetypes), ""
        except CollectionError as error:
            return [], f"its events could not be counted by ZoneName: {error}"

    def newest(self, jobs: t.Sequence[ComparedJob], window: SearchWindow, fields: t.Sequence[str]) -> list[StoredEvent]:
        """Return the newest events that Splunk indexed in the window, with the texts of these fields. Raises
        CollectionError."""
        indexes, sourcetypes = _places(jobs)
        if not indexes or not fields:
            return []
        events = self._searches.newest(indexes, window.begin, window.end, fields, sourcetypes)
        return [
            StoredEvent(
                event.index,
                event.sourcetype,
                event.source,
                event.host,
                ascii_domain(event.zone),
                TimedEvent(event.texts, event.time),
            )
            for event in events
        ]

    def clock_problem(self) -> str:
        """Return a warning if the clock of Splunk differs from that of this machine, "" if it does not. A search must have
        ended just now."""
        return self._searches.clock_problem()

    def received(self, names: t.Sequence[str], window: SearchWindow) -> Received:
        """Return the numbers of requests and events that HEC received with these tokens, as far as they are known."""
        if not names:
            return Received({})
        try:
            found = self._searches.tokens(names, window.begin, window.end)
        except CollectionError as error:
            return Received({}, str(error))
        by_token = {
            token.name: (token.requests, token.events)
            for token in found.tokens
            if token.requests is not None and token.events is not None
        }
        unknown = [name for name in names if name not in by_token]
        return Received(by_token, found.reason or (_no_metrics(unknown) if unknown else ""))


def _no_metrics(names: t.Sequence[str]) -> str:
    return f"The metrics of HEC do not have the requests and events of {first_of(names, ', ')}."


def _context_of(token: Token) -> TokenContext:
    settings = token.settings
    index = settings["index"]
    assumes_index = index in ("", _DEFAULT_INDEX)
    return TokenContext(
        token.name,
        _MAIN_INDEX if assumes_index else index,
        settings["sourcetype"],
        settings["source"] or f"http:{token.name}",
        assumes_index,
    )


def _places(jobs: t.Iterable[ComparedJob]) -> tuple[list[str], list[str]]:
    """Return the indexes and the source types of jobs, each once."""
    places = {job.origin.place for job in jobs if all(job.origin.place)}
    return sorted({index for index, dummy in places}), sorted({sourcetype for dummy, sourcetype in places})


def _counts(groups: t.Iterable[EventGroup]) -> list[EventCount]:
    return [
        EventCount(group.index, group.sourcetype, group.source, group.host, ascii_domain(group.zone), group.events)
        for group in groups
    ]
