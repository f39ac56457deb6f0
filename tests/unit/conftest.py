# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many inputs are generated: a few, always the same, unless ``--hypothesis-profile deep`` asks for many."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.filter_too_much]

settings.register_profile(
    "steady", max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_MACHINES
)
settings.register_profile("deep", max_examples=1000, deadline=None, suppress_health_check=SLOW_MACHINES)
settings.load_profile("steady")
