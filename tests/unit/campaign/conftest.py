# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator of the campaign, and the way to it."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Wire


@pytest.fixture(scope="module")
def wire_and_simulator() -> t.Iterator[tuple[Wire, Simulator]]:
    """Return a simulator that pushes only on demand, and the way to it."""
    with Simulator(push_interval=0) as simulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        for name in ("SPLUNK_HEC_TOKEN", "SPLUNK_HEC_ENDPOINT", "SPLUNK_URL", "SPLUNK_MANAGEMENT_URL"):
            patch.delenv(name, raising=False)
        yield Wire((simulator.api_url, simulator.management_url), patch), simulator


@pytest.fixture
def quick_waits() -> None:
    """Leave the clock alone: ``Wire`` replaces it for the whole campaign."""
