# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times as the simulated APIs write them."""

from __future__ import annotations

import datetime
import time


def rfc3339(seconds: float | None = None) -> str:
    """Return a moment (seconds since 1970, by default now) in UTC, as Cloudflare writes times: whole seconds and a Z."""
    moment = datetime.datetime.fromtimestamp(time.time() if seconds is None else seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
