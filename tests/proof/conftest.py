# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for the session, reset before each test, and a client of its Cloudflare API."""

from __future__ import annotations

import typing as t

import pytest
from proof_client import Api
from simulator.process import Simulator


@pytest.fixture(scope="session")
def running_simulator() -> t.Iterator[Simulator]:
    """A simulator that pushes only on demand."""
    with Simulator(push_interval=0) as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    """The simulator in its first state."""
    running_simulator.reset()
    return running_simulator


@pytest.fixture
def api(simulator: Simulator) -> Api:
    """A client with a token that has all permissions."""
    return Api(simulator)
