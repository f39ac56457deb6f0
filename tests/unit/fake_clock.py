# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock without real waits."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock


class FakeClock(Clock):
    """A clock that advances by each sleep, and records it."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the seconds that were slept."""
        return sum(self.slept)

    def wall(self) -> float:
        """Return a moment of 2026 and the seconds that were slept."""
        return 1790000000.0 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let this time pass immediately."""
        self.slept.append(seconds)
