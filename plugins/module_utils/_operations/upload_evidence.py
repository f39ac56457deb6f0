# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the uploads of jobs that have to deliver, as evidence beside the last delivery that the list of jobs shows.

Cloudflare shows an upload some minutes late in its figures, and the end of the last delivery within a minute. So each look lists the
jobs, and the figures are read where they can change the result: for the jobs that seem to deliver, for all others in the last look, and
in between for all others every five minutes, because each query counts against a limit.
"""

from __future__ import annotations

import datetime
import typing as t

from .._cloudflare.scopes import LocatedScope, Scope
from .._core.errors import CollectionError, bugs_as_errors
from .._core.times import moment_of, seconds_of
from .._logpush.delivery_health import JobDelivery
from .accounts import scope_accounts
from .delivery_health import ScopeDeliveries, read_deliveries
from .sweep import Sweep

# Without a time after which a job must have delivered, the uploads of the last hour count.
_USUAL_WINDOW = 3600
# Older uploads are not read, because the longest window of a query depends on the account.
_LONGEST_WINDOW = 86400
_PAUSE = 300
# The zones of one query.
_SAMPLE = 10


class UploadEvidence:
    """The uploads of jobs since a time: ``since`` in the form of the API, or "".

    ``scopes`` are all that can be read. A scope whose figures cannot be read is not asked again.
    """

    def __init__(self, sweep: Sweep, scopes: t.Sequence[LocatedScope], since: str) -> None:
        self._sweep = sweep
        self._scopes = scopes
        now = sweep.wall()
        begin = seconds_of(since) if since else now - _USUAL_WINDOW
        self._begin = max(begin, now - _LONGEST_WINDOW)
        self._next_reading = now + _PAUSE
        self._refused: set[Scope | None] = {None}

    def is_due(self) -> bool:
        """Return whether it is time to read the uploads of jobs that do not seem to deliver."""
        if self._sweep.wall() < self._next_reading:
            return False
        self._next_reading = self._sweep.wall() + _PAUSE
        return True

    def read(self, scopes: t.Sequence[LocatedScope]) -> dict[Scope | None, dict[int, JobDelivery]]:
        """Return the uploads of the jobs of some scopes by job ID, without the scopes for which they are not known."""
        now = self._sweep.wall()
        asked = [located for located in scopes if located.scope not in self._refused]
        if not asked or self._begin >= now:
            return {}
        # The end does not belong to the window.
        begin, end = moment_of(self._begin), moment_of(now + 1)
        try:
            with bugs_as_errors():
                # For all scopes at once, which takes fewer requests. The sweep remembers the accounts.
                scope_accounts(self._sweep, self._scopes)
                found = read_where_allowed(self._sweep, asked, begin, end)
        except CollectionError:
            self._refused.update(located.scope for located in asked)
            return {}
        self._refused.update(located.scope for located, deliveries in zip(asked, found) if deliveries.error)
        return {located.scope: deliveries.jobs for located, deliveries in zip(asked, found) if not deliveries.error}


def read_where_allowed(
    sweep: Sweep,
    scopes: t.Sequence[LocatedScope],
    begin: datetime.datetime,
    end: datetime.datetime,
    option: str = "window",
) -> list[ScopeDeliveries]:
    """Return the deliveries of each scope as C(read_deliveries) does, but give up an account if nothing can be read for its first
    ten zones: a token without the permission would need more requests than one with it."""
    accounts = scope_accounts(sweep, scopes)
    by_account: dict[str, list[int]] = {}
    for place, located in enumerate(scopes):
        by_account.setdefault(accounts[located.scope] if located.scope else "", []).append(place)
    found: dict[int, ScopeDeliveries] = {}

    def read(places: list[int]) -> None:
        wanted = [scopes[place] for place in places]
        found.update(zip(places, read_deliveries(sweep, wanted, begin, end, option) if wanted else []))

    read([place for places in by_account.values() for place in places[:_SAMPLE]])
    allowed = []
    for places in by_account.values():
        if any(not found[place].error for place in places[:_SAMPLE]):
            allowed += places[_SAMPLE:]
        else:
            found.update(dict.fromkeys(places[_SAMPLE:], found[places[0]]))
    read(allowed)
    return [found[place] for place in range(len(scopes))]
