# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The number of generated inputs, and the simulator of the unit tests.

A property is tried with a few inputs, always the same, unless ``--hypothesis-profile deep`` asks for many.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
import time
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
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
def running_simulators() -> t.Iterator[t.Callable[[str], Simulator]]:
    """Return a function that returns the simulator of this process with a topology; it starts at the first use, and pushes only on
    demand.

    The matrix runs these tests under Pythons that are too old for the simulator, and names another Python for it.
    """
    python = os.environ.get("SIMULATOR_PYTHON", sys.executable)
    with contextlib.ExitStack() as stack:

        @functools.lru_cache(maxsize=None)
        def running(topology: str) -> Simulator:
            options = ["--topology", topology] if topology else []
            return stack.enter_context(Simulator(push_interval=0, python=python, options=options))

        yield running


@pytest.fixture
def haste() -> int:
    """Return how many times faster a wait passes. Files of tests override this."""
    return 20


@pytest.fixture(autouse=True)
def quick_waits(haste: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every wait of the collection pass quickly, on a clock that counts its whole time."""
    sleep, saved = time.sleep, [0.0]

    def sleep_less(clock: Clock, seconds: float) -> None:
        sleep(seconds / haste)
        saved[0] += seconds - seconds / haste

    monkeypatch.setattr(Clock, "sleep", sleep_less)
    monkeypatch.setattr(Clock, "now", lambda clock: time.monotonic() + saved[0])


@pytest.fixture
def topology() -> str:
    """Return the topology of Splunk: a single instance. Files of tests with another one override this."""
    return ""


@pytest.fixture
def simulator(
    running_simulators: t.Callable[[str], Simulator], topology: str, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """Return the simulator in its first state, and an environment that names no other service."""
    for name in filter(NEVER_INHERITED.match, list(os.environ)):
        monkeypatch.delenv(name)
    simulator = running_simulators(topology)
    simulator.reset()
    return simulator
