# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Estimate how many requests the rest of a work on many parts needs, and tell the rate budget."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from .rate_limit import RateBudget

# Requests of a part, until the first one is done: to list the jobs, and to write one.
_FIRST_GUESS = 2


class Forecast:
    """The need of a work on many parts, each of which one thread does. A part needs one request at least, and as many as the
    parts so far on average."""

    def __init__(self, budget: RateBudget, parts: int) -> None:
        self._budget = budget
        self._parts = parts
        self._before = budget.done
        self._parts_done = self._used = 0
        self._lock = threading.Lock()
        budget.expect(parts * _FIRST_GUESS)

    @contextlib.contextmanager
    def part(self) -> t.Iterator[None]:
        """Count the requests that this thread sends in the block as those of one part."""
        before = self._budget.done_here
        try:
            yield
        finally:
            with self._lock:
                self._parts_done += 1
                self._used += self._budget.done_here - before
                whole = max(self._parts, self._parts * self._used / self._parts_done)
                # What parts that are not done sent already is not needed once more.
                self._budget.expect(max(0.0, whole - (self._budget.done - self._before)))
