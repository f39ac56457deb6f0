# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How far a long pass is, for somebody who watches."""

from __future__ import annotations

from .._core.clock import Clock
from .._core.rate_limit import RateBudget


class Progress:
    """The count of a pass over many scopes. One thread counts, another one may read at any time."""

    def __init__(self, clock: Clock = Clock()) -> None:
        self._clock = clock
        self._began = clock.now()
        self._total = self._done = self._changed = self._failed = 0
        self._budget: RateBudget | None = None

    def begin(self, scopes: int, budget: RateBudget) -> None:
        """Say how many scopes there are, and what limits the pace."""
        self._began, self._total, self._budget = self._clock.now(), scopes, budget

    def advance(self, changed: bool, failed: bool) -> None:
        """Say that one more scope is done, whether something changed in it and whether something failed."""
        self._done += 1
        self._changed += changed
        self._failed += failed
        if self._budget:
            # What one scope took so far, the others are going to take.
            self._budget.expect(-(-self._budget.sent * (self._total - self._done) // self._done))

    def line(self) -> str:
        """Return one line of text: 1200 of 5000 zones, 30 changed, 1 failed, 19.5 a second, 3 min left."""
        seconds = self._clock.now() - self._began
        pace = self._done / seconds if seconds else 0.0
        counts = [(self._changed, "changed"), (self._failed, "failed")]
        parts = [f"{self._done} of {self._total} zones", *(f"{count} {word}" for count, word in counts if count)]
        if pace:
            parts += [f"{pace:.1f} a second", f"{_duration((self._total - self._done) / pace)} left"]
        if self._budget and self._budget.is_waiting:
            parts.append("waiting for the rate limit")
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
