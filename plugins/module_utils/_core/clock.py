# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the time and wait, in a form that tests can replace."""

from __future__ import annotations

import time


class Clock:
    """The clock of this machine. Tests use one that advances without waiting."""

    def now(self) -> float:
        """Return the seconds of a monotonic clock. Only differences between two values have a meaning."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the seconds since 1970 in UTC, to compare with the times of another machine."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait for this many seconds."""
        time.sleep(seconds)
