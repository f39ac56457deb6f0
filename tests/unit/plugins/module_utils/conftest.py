# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the packages that send requests."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.client import Collector
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients wait for an answer for 0.3 seconds: an option has at least one second, which a server that hangs costs each time."""
    for client in (Http, Collector):
        monkeypatch.setattr(client, "__init__", _with_timeout(client.__init__, 0.3))


def _with_timeout(init: t.Callable[..., None], seconds: float) -> t.Callable[..., None]:
    def create(self: t.Any, first: t.Any, second: t.Any, dummy: float, *rest: t.Any, **more: t.Any) -> None:
        init(self, first, second, seconds, *rest, **more)

    return create
