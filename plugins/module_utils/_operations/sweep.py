# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One pass over many zones and accounts: one client on one rate budget, several scopes at a time, counted as they get done."""

from __future__ import annotations

import typing as t

from .._cloudflare.locate import find_scopes
from .._cloudflare.options import cloudflare_client
from .._cloudflare.scopes import Found
from .._core.clock import Clock
from .._core.concurrency import as_done, in_order
from .._core.errors import CollectionError, OptionError
from .._core.secrets import SecretMask
from . import rollout_request as orders
from .progress import Progress
from .rollout_request import RequestedScope

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")

SWEEP_SPEC: dict[str, t.Any] = {"concurrency": dict(type="int", default=16)}


class Sweep:
    """What the modules for many scopes share, whatever they do with each.

    ``options`` are the checked options of the module, as C(with_credentials) gives them. ``progress`` is kept up to date for
    somebody who watches. Raises OptionError where there are no credentials, or the concurrency is out of its range.
    """

    def __init__(
        self,
        options: t.Mapping[str, t.Any],
        mask: SecretMask,
        progress: Progress | None = None,
        clock: Clock = Clock(),
    ) -> None:
        self._clock = clock
        self._began = clock.now()
        self._concurrency = options["concurrency"]
        if not 1 <= self._concurrency <= 100:
            raise OptionError("concurrency", "must be from 1 to 100")
        self._progress = progress or Progress()
        self.client = cloudflare_client(options, mask, connections=self._concurrency)

    def find(self, named: t.Sequence[t.Mapping[str, t.Any]]) -> list[Found | CollectionError]:
        """Return the scope of each of these zones and accounts, or why there is none. Raises CollectionError."""
        return find_scopes(self.client, named, self._concurrency)

    def find_ordered(self, ordered: t.Sequence[RequestedScope]) -> list[RequestedScope]:
        """Return these orders with their scopes, those of the same scope as one. Raises CollectionError."""
        found = iter(self.find([order.named for order in ordered if order.found is None]))
        return orders.merged(order if order.found else order._replace(found=next(found)) for order in ordered)

    def begin(self, scopes: int) -> None:
        """Say how many scopes there are to get done."""
        self._progress.begin(scopes, self.client.budget)

    def over(
        self,
        scopes: t.Sequence[Item],
        work: t.Callable[[Item], Result],
        entries_of: t.Callable[[Result], t.Iterable[t.Mapping[str, t.Any]]],
    ) -> list[Result]:
        """Get every scope done, and give what came of each, in order. ``entries_of`` gives what came of one scope as
        entries that say whether something C(changed) and whether something C(failed)."""
        self.begin(len(scopes))
        done: dict[int, Result] = {}
        for number, result in as_done(work, scopes, self._concurrency):
            done[number] = result
            self.advance(entries_of(result))
        return [done[number] for number in range(len(scopes))]

    def look_at(self, scopes: t.Sequence[Item], look: t.Callable[[Item], Result]) -> list[Result]:
        """Look at every scope, which need not be done after it, and give what was seen of each, in order."""
        return in_order(look, scopes, self._concurrency)

    def advance(self, entries: t.Iterable[t.Mapping[str, t.Any]]) -> None:
        """Count one more scope as done, with what came of it."""
        entries = list(entries)
        self._progress.advance(any(entry["changed"] for entry in entries), any(entry["failed"] for entry in entries))

    def figures(self) -> dict[str, t.Any]:
        """Return what the pass took so far: requests, those that were held back, seconds."""
        return {**self.client.budget.figures(), "seconds": round(self._clock.now() - self._began, 1)}
