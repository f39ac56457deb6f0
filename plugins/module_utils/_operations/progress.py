# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Count the progress of an operation over many scopes, and describe it in one line."""

from __future__ import annotations

from .._core.clock import Clock
from .._core.rate_limit import RateBudget


class Progress:
    """Count the progress of an operation over many scopes. One thread counts; another thread may read at any time."""

    def __init__(self, clock: Clock = Clock()) -> None:
        self._clock = clock
        self._began = clock.now()
        self._total = self._done = self._changed = self._failed = 0
        self._budget: RateBudget | None = None
        self._waits_for, self._waits_since, self._waits_at_most = "", 0.0, 0.0

    def begin(self, scopes: int, budget: RateBudget) -> None:
        """Start counting, also for the next step of a run: set the number of scopes, and the rate budget that limits the pace."""
        self._began, self._total, self._budget = self._clock.now(), scopes, budget
        self._done = self._changed = self._failed = 0

    def advance(self, *, changed: bool, failed: bool) -> None:
        """Count one more scope as done, and record whether something changed or failed in it."""
        self._done += 1
        self._changed += changed
        self._failed += failed

    def wait_for(self, what: str, since: float = 0.0, at_most: float = 0.0) -> None:
        """Set what the operation waits for ("" when it no longer waits), the start of the wait, and the longest wait in
        seconds."""
        self._waits_since, self._waits_at_most, self._waits_for = since, at_most, what

    def line(self) -> str:
        """Return the progress in one line, such as "1200 of 5000 zones, 30 changed, 1 failed, 19.5 a second, 3 min left", or
        "3 of 5 zones, waited 20 s of at most 15 min for a delivery of example.com"."""
        seconds = self._clock.now() - self._began
        pace = self._done / seconds if seconds else 0.0
        counts = [(self._changed, "changed"), (self._failed, "failed")]
        parts = [f"{self._done} of {self._total} zones", *(f"{count} {word}" for count, word in counts if count)]
        if self._waits_for:
            waited = self._clock.now() - self._waits_since
            limit = _duration(self._waits_at_most)
            parts.append(f"waited {_duration(waited)} of at most {limit} for {self._waits_for}")
        elif pace:
            parts += [f"{pace:.1f} a second", f"{_duration((self._total - self._done) / pace)} left"]
        if self._budget and self._budget.is_waiting:
            parts.append("waiting for the rate limit")
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
