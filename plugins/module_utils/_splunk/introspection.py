# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Ask Splunk which requests use a HEC token, and wait until there are none."""

from __future__ import annotations

import typing as t

from .._core.clock import Clock
from .._core.errors import CollectionError
from .cloud import SplunkCloud
from .enterprise import SplunkEnterprise
from .introspection_rules import ANY_EVENT_QUERY, Activity, activity, metrics_query, quiet_window, reports

# Seconds that metrics may take until a search finds them.
_ARRIVAL = 120.0
# Seconds before the beginning of the period. A host that reported since then must keep reporting.
_BEFORE = 900.0
_LONGEST_PAUSE = 30.0


class Introspection:
    """The metrics of HEC about one token. ``clients`` are the instances to search, and ``nodes`` the names of each instance with HEC that
    must report metrics: behind a load balancer, each node counts its own requests. Without nodes, one host must report."""

    def __init__(
        self,
        clients: t.Sequence[SplunkEnterprise | SplunkCloud],
        token_name: str,
        clock: Clock,
        nodes: t.Sequence[t.Sequence[str]] = (),
    ) -> None:
        # ACS has no search.
        self._clients = [client for client in clients if isinstance(client, SplunkEnterprise)]
        self._nodes = nodes
        self._query = metrics_query(token_name)
        self._clock = clock
        self._known_since: float | None = None

    def can_be_searched(self) -> bool:
        """Return whether this user can search the index. The index is never empty, but looks empty without permission."""
        try:
            found = [client.search(ANY_EVENT_QUERY, f"-{_BEFORE:.0f}s") for client in self._clients]
        except CollectionError:
            return False
        return bool(found) and all(found)

    def wait_until_quiet(self, settle: float) -> Activity:
        """Wait until there are no requests at the end of the settle time, for at most another settle time, and return the
        last findings. Raises CollectionError if the search fails."""
        now = self._clock.wall()
        last_end = now + settle

        def look(end: float) -> Activity:
            begin, end = quiet_window(end, settle)
            return self._activity(begin, end)

        end = now
        while True:
            found = self._arrived(look, end)
            if (found.is_complete and not found.requests) or end >= last_end:
                return found
            self._clock.sleep(_pause(settle))
            end = min(self._clock.wall(), last_end)

    def requests_while_disabled(self, since: float, arrived: bool) -> Activity:
        """Return the requests that were refused because the token is disabled, since a time. With ``arrived``, wait until
        the metrics up to now have arrived. Raises CollectionError."""

        def look(end: float) -> Activity:
            return self._activity(since, end, while_disabled=True)

        now = self._clock.wall()
        return self._arrived(look, now) if arrived else look(now)

    def _arrived(self, look: t.Callable[[float], Activity], end: float) -> Activity:
        """Search until the metrics up to ``end`` have arrived or should have arrived, or until a request is found."""
        while True:
            found = look(end)
            if found.requests or found.is_complete or self._clock.wall() >= end + _ARRIVAL:
                return found
            self._clock.sleep(_pause(_ARRIVAL if self._clock.wall() - end > 5 else 20))

    def _activity(self, begin: float, end: float, while_disabled: bool = False) -> Activity:
        if not self._clients:
            raise CollectionError("Splunk Cloud cannot be searched through ACS.")
        if self._known_since is None:
            self._known_since = begin - _BEFORE
        seconds = self._clock.wall() - self._known_since
        rows = [row for client in self._clients for row in client.search(self._query, f"-{seconds:.0f}s")]
        return activity(reports(rows), begin, end, while_disabled, self._nodes)


def _pause(seconds: float) -> float:
    return min(_LONGEST_PAUSE, max(1.0, seconds / 10))
