# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the packages that send requests."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.reconciled_zone import Zone


@pytest.fixture
def empty_splunk(simulator: Simulator) -> Simulator:
    """Return a simulator whose Splunk is as it is after its installation."""
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    return simulator


@pytest.fixture
def scope(simulator: Simulator) -> Zone:
    """Return a zone without jobs."""
    return Zone(simulator)
