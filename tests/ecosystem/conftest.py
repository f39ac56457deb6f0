# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fixtures of the end-to-end tests, and jobs as Tower and AWX run them."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator_fixtures import empty_splunk, splunk, stored, zone_id
from e2e.awx_files import PROJECT
from e2e.conftest import ansible, collections, hosts, installed_collections, running_simulator, simulator
from simulator.process import Simulator

from .audit_browser import browser, opened, thousand
from .awx_server import AwxServer
from .other_collections import unpacked
from .tower import Tower

__all__ = [
    "ansible",
    "browser",
    "collections",
    "empty_splunk",
    "hosts",
    "installed_collections",
    "opened",
    "running_simulator",
    "simulator",
    "splunk",
    "stored",
    "thousand",
    "zone_id",
]


@pytest.fixture
def tower(simulator: Simulator, tmp_path: pathlib.Path, collections: pathlib.Path) -> Tower:
    """Return a runner of jobs as in Tower, against the simulator."""
    return Tower(simulator, tmp_path, collections)


@pytest.fixture
def awx() -> t.Iterator[AwxServer]:
    """Return an empty AWX with the shipped project."""
    files = [path.name for path in PROJECT.glob("*.yml")]
    inventories = [name for name in files if name.endswith("cloudflare_zones.yml")]
    with AwxServer(playbooks=set(files) - set(inventories), inventories=inventories) as server:
        yield server


@pytest.fixture(scope="session")
def other_collections() -> pathlib.Path:
    """Return the folder that awx.awx and ansible.posix lie in."""
    return unpacked()
