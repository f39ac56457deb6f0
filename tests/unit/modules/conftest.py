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
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten each wait before a request is repeated to a twentieth."""
    sleep = time.sleep
    monkeypatch.setattr(Clock, "sleep", lambda clock, seconds: sleep(seconds / 20))


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let modules skip each wait, with a clock that jumps ahead."""
    skipped = [0.0]
    monkeypatch.setattr(Clock, "sleep", lambda clock, seconds: skipped.append(seconds))
    monkeypatch.setattr(Clock, "now", lambda clock: time.monotonic() + sum(skipped))
