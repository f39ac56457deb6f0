# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for each process of pytest, as new for each test, for the rooms that talk to one."""

from __future__ import annotations

import os
import re
import sys
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.reconciled_zone import Zone

NEVER_INHERITED = re.compile(r"(?i)(CLOUDFLARE|SPLUNK)_|.*_proxy$")


@pytest.fixture(scope="session")
def running_simulator() -> t.Iterator[Simulator]:
    """Return the simulator of this process; it pushes only on demand. The matrix runs the rooms under Pythons that are too old
    for the simulator itself, and names another for that."""
    with Simulator(push_interval=0, python=os.environ.get("SIMULATOR_PYTHON", sys.executable)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Return a simulator as it is at the start, and an environment that says nothing of another."""
    for name in filter(NEVER_INHERITED.match, list(os.environ)):
        monkeypatch.delenv(name)
    running_simulator.reset()
    return running_simulator


@pytest.fixture
def empty_splunk(simulator: Simulator) -> Simulator:
    """Return a simulator whose Splunk is as it is after its installation."""
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    return simulator


@pytest.fixture
def scope(simulator: Simulator) -> Zone:
    """Return a zone without jobs."""
    return Zone(simulator)
