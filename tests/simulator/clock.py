# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time of the simulator, and times in the format of the simulated APIs."""

from __future__ import annotations

import datetime
import time

_offset = [0.0]


def set_offset(seconds: float) -> None:
    """Set the simulator's clock this many seconds ahead of the machine's clock."""
    _offset[0] = seconds


def machine_now() -> float:
    """Return the seconds since 1970 of the machine's clock, for durations that a change of the simulator's clock must not
    extend."""
    return time.time()


def now() -> float:
    """Return the seconds since 1970 of the simulator's clock."""
    return time.time() + _offset[0]


def rfc3339(seconds: float | None = None) -> str:
    """Return a moment (seconds since 1970, by default now) in UTC, in Cloudflare's format: whole seconds and a Z."""
    moment = datetime.datetime.fromtimestamp(now() if seconds is None else seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
