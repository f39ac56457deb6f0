# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run in this process against the simulator."""

from __future__ import annotations

import time
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.simulator_fixtures import (
    empty_splunk,
    empty_stack,
    fleet,
    splunk,
    stored,
    zone_id,
)
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import ModuleRunner

__all__ = ["empty_splunk", "empty_stack", "fleet", "splunk", "stored", "zone_id"]


@pytest.fixture
def modules(simulator: Simulator) -> t.Iterator[ModuleRunner]:
    """Return a runner of modules against the simulator. A write in check mode fails the test."""
    yield ModuleRunner(simulator)
    assert simulator.violations() == []


@pytest.fixture
def shared_time(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait take a moment, and move the clock of the simulator by its whole time: Splunk's times have whole seconds."""
    sleep, passed = time.sleep, [0.0]

    def pass_time(clock: Clock, seconds: float) -> None:
        passed[0] += seconds
        simulator.change_settings(clock_offset=passed[0])
        sleep(0.02)

    monkeypatch.setattr(Clock, "sleep", pass_time)
    monkeypatch.setattr(Clock, "now", lambda clock: time.monotonic() + passed[0])


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let modules skip each wait, with a clock that jumps ahead."""
    skipped = [0.0]
    monkeypatch.setattr(Clock, "sleep", lambda clock, seconds: skipped.append(seconds))
    monkeypatch.setattr(Clock, "now", lambda clock: time.monotonic() + sum(skipped))
