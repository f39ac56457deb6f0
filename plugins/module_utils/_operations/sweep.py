# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Work on many scopes at the same time: one client, one rate budget, one count of the progress."""

from __future__ import annotations

import contextlib
import typing as t

from .._cloudflare.analytics import Analytics
from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import locate_scopes
from .._cloudflare.options import cloudflare_client
from .._cloudflare.scopes import LocatedScope, Scope
from .._cloudflare.zone_names import ZoneNames
from .._core.concurrency import as_done, in_order
from .._core.errors import CollectionError, OptionError, as_reported
from .._core.forecast import Forecast
from .._core.run import Options, ProgressListener, RunContext
from .progress import Progress
from .results import Row

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")

# Returns the result of an item whose work raised an error: an error in one scope is the outcome of that scope alone.
Failed = t.Callable[[Item, CollectionError], Result]

SWEEP_SPEC: dict[str, t.Any] = {"concurrency": dict(type="int", default=16)}


class Sweep:
    """The parts that all operations on many scopes share.

    ``options`` are checked options with the credentials. Raises OptionError if there are no credentials, or if the
    concurrency is out of range.
    """

    def __init__(self, options: Options, context: RunContext) -> None:
        self._clock = context.clock
        self._began = context.clock.now()
        self.concurrency = options["concurrency"]
        if not 1 <= self.concurrency <= 100:
            raise OptionError("concurrency", "must be from 1 to 100")
        self._progress: ProgressListener = context.progress or Progress()
        self.client: Cloudflare = cloudflare_client(options, context.mask, connections=self.concurrency)
        # The accounts of zones that were looked up; see scope_accounts.
        self.accounts: dict[Scope, str] = {}
        self.analytics: Analytics = self.client.analytics()

    def wall(self) -> float:
        """Return the seconds since 1970."""
        return self._clock.wall()

    def locate(self, zones: t.Sequence[t.Mapping[str, t.Any]]) -> list[LocatedScope]:
        """Return the scope of each entry of C(zones), in order. Raises CollectionError if the API does not answer."""
        return locate_scopes(self.client.reader(), zones, self.concurrency)

    def zone_names(self, zones: t.Iterable[t.Mapping[str, t.Any]]) -> ZoneNames:
        """Return the object that checks the names of zones in entries of C(zones)."""
        return ZoneNames(self.client.reader(), zones, self.concurrency)

    def begin(self, scopes: int) -> None:
        """Report the number of scopes to work on."""
        self._progress.begin(scopes, self.client.budget)

    def run_each(
        self,
        scopes: t.Sequence[Item],
        work: t.Callable[[Item], Result],
        failed: Failed[Item, Result],
        rows_of: t.Callable[[Result], t.Iterable[Row]],
    ) -> list[Result]:
        """Return what ``work`` returns for every scope, in the order of the scopes, and report each one as it is done.

        ``failed`` returns the result of a scope whose work raised an error. ``rows_of`` returns the rows of one result,
        which say whether something changed or failed.
        """
        self.begin(len(scopes))
        done: dict[int, Result] = {}
        for number, result in as_done(self._contained(work, failed, len(scopes)), scopes, self.concurrency):
            done[number] = result
            self.advance(rows_of(result))
        return [done[number] for number in range(len(scopes))]

    def read_each(
        self, items: t.Sequence[Item], read: t.Callable[[Item], Result], failed: Failed[Item, Result]
    ) -> list[Result]:
        """Return what ``read`` returns for every item, in order, without a report of progress. ``failed`` returns the
        result of an item for which it raised an error."""
        return in_order(self._contained(read, failed, len(items)), items, self.concurrency)

    @contextlib.contextmanager
    def waiting(self, at_most: float) -> t.Iterator[t.Callable[[str], None]]:
        """Yield a function that reports what the body waits for, from now on and for at most ``seconds``."""
        since = self._clock.now()
        try:
            yield lambda what: self._progress.wait_for(what, since, at_most)
        finally:
            self._progress.wait_for("")

    def advance(self, rows: t.Iterable[Row]) -> None:
        """Report one more scope as done, with the rows of its jobs."""
        rows = list(rows)
        self._progress.advance(changed=any(row["changed"] for row in rows), failed=any(row["failed"] for row in rows))

    def figures(self) -> dict[str, t.Any]:
        """Return the cost of the sweep so far: requests, requests that were held back, and seconds."""
        return {**self.client.budget.figures(), "seconds": round(self._clock.now() - self._began, 1)}

    def _contained(
        self, work: t.Callable[[Item], Result], failed: Failed[Item, Result], items: int
    ) -> t.Callable[[Item], Result]:
        """Return a function that never raises an Exception, but returns the failed result of an item. It updates the rate
        budget with the number of requests that the remaining items need."""
        forecast = Forecast(self.client.budget, items)

        def contained(item: Item) -> Result:
            with forecast.part():
                try:
                    return work(item)
                except Exception as error:
                    return failed(item, as_reported(error))

        return contained
