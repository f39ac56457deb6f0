# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloudflare's rate limits: a number of requests in a window, of a credential, an account or a zone. Further requests are refused until the window
ends.

From Cloudflare's page "Rate limits" (fundamentals/api/reference/limits).
"""

from __future__ import annotations

import dataclasses
import math
import time
import typing as t

from .state import State


@dataclasses.dataclass
class Window:
    """The current window of one budget."""

    ends: float
    spent: int = 0


@dataclasses.dataclass
class Verdict:
    """The decision on one request: whether it is allowed, and the headers of its answer."""

    allowed: bool
    headers: dict[str, str]


def spend(state: State, key: t.Hashable, limit: int, seconds: float) -> Verdict:
    """Take one request from a budget of ``limit`` requests in a number of seconds."""
    now = time.monotonic()
    window = state.rate_windows.get(key)
    if window is None or window.ends <= now:
        window = state.rate_windows[key] = Window(now + seconds)
    window.spent += 1
    reset = max(1, math.ceil(window.ends - now))
    headers = {
        "Ratelimit": f'"default";r={max(0, limit - window.spent)};t={reset}',
        "Ratelimit-Policy": f'"default";q={limit};w={math.ceil(seconds)}',
    }
    allowed = window.spent <= limit
    if not allowed:
        headers["retry-after"] = str(reset)
    return Verdict(allowed, headers)
