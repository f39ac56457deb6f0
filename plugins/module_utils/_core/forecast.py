# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Estimate how many requests a run over many parts still needs, and pass the number to the rate budget."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from .rate_limit import RateBudget

# The assumed number of requests per part until the first part is done: one to list the jobs, one to write.
_FIRST_GUESS = 2


class Forecast:
    """The estimated number of requests for many parts. One thread works on each part. A part is assumed to need as many
    requests as the finished parts on average, and at least one."""

    def __init__(self, budget: RateBudget, parts: int) -> None:
        self._budget = budget
        self._parts = parts
        self._before = budget.done
        self._parts_done = self._used = 0
        self._lock = threading.Lock()
        budget.expect(parts * _FIRST_GUESS)

    @contextlib.contextmanager
    def part(self) -> t.Iterator[None]:
        """Count the requests that this thread sends in the block as the requests of one part."""
        before = self._budget.done_here
        try:
            yield
        finally:
            with self._lock:
                self._parts_done += 1
                self._used += self._budget.done_here - before
                whole = max(self._parts, self._parts * self._used / self._parts_done)
                # The requests that unfinished parts have already sent are not needed again.
                self._budget.expect(max(0.0, whole - (self._budget.done - self._before)))
