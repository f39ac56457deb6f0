# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock without real waits."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock


class FakeClock(Clock):
    """A clock that advances by each sleep, and records it. It begins at a moment of 2026, or at the one that is given."""

    def __init__(self, begin: float = 1790000000.0) -> None:
        self.begin = begin
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the seconds that were slept."""
        return sum(self.slept)

    def wall(self) -> float:
        """Return the begin and the seconds that were slept."""
        return self.begin + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        """Let this time pass immediately."""
        self.slept.append(seconds)
