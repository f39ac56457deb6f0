# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloudflare's rate limit: a number of requests per credential in a window. Further requests are refused until the window
ends.

From Cloudflare's page "Rate limits" (fundamentals/api/reference/limits).
"""

from __future__ import annotations

import dataclasses
import math
import time

from .state import State


@dataclasses.dataclass
class Window:
    """The current window of one credential."""

    ends: float
    spent: int = 0


@dataclasses.dataclass
class Verdict:
    """The decision on one request: whether it is allowed, and the headers of its answer."""

    allowed: bool
    headers: dict[str, str]


def spend(state: State, credential: str) -> Verdict:
    """Take one request from the budget of a credential."""
    limit, seconds = state.settings.rate_limit_requests, state.settings.rate_limit_seconds
    now = time.monotonic()
    window = state.rate_windows.get(credential)
    if window is None or window.ends <= now:
        window = state.rate_windows[credential] = Window(now + seconds)
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
