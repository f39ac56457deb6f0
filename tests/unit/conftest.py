# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of generated inputs, and the simulator of the unit tests.

A property is tried with a few inputs, always the same, unless ``--hypothesis-profile deep`` asks for many.
"""

from __future__ import annotations

import os
import re
import sys
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from hypothesis import HealthCheck, settings

SLOW_MACHINES = [HealthCheck.too_slow, HealthCheck.filter_too_much]
NEVER_INHERITED = re.compile(r"(?i)(CLOUDFLARE|SPLUNK)_|.*_proxy$")

settings.register_profile(
    "steady", max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW_MACHINES
)
settings.register_profile("deep", max_examples=1000, deadline=None, suppress_health_check=SLOW_MACHINES)
# Tests import this file once more, after the command line has chosen a profile.
if settings.get_current_profile_name() != "deep":
    settings.load_profile("steady")


@pytest.fixture(scope="session")
def running_simulator() -> t.Iterator[Simulator]:
    """Return the simulator of this process; it pushes only on demand.

    The matrix runs these tests under Pythons that are too old for the simulator, and names another Python for it.
    """
    with Simulator(push_interval=0, python=os.environ.get("SIMULATOR_PYTHON", sys.executable)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Return the simulator in its first state, and an environment that names no other service."""
    for name in filter(NEVER_INHERITED.match, list(os.environ)):
        monkeypatch.delenv(name)
    running_simulator.reset()
    return running_simulator
