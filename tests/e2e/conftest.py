# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for each process of pytest, as new for each test, and ansible-playbook to run against it."""

from __future__ import annotations

import pathlib
import shutil
import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.simulator_fixtures import (
    empty_splunk,
    empty_stack,
    fleet,
    splunk,
    stored,
    zone_id,
)
from simulator.process import Simulator

from . import archive
from .ansible import Ansible

__all__ = ["empty_splunk", "empty_stack", "fleet", "splunk", "stored", "zone_id"]

COLLECTION = "ansible_collections/edgeops/logpush"


@pytest.fixture(scope="session")
def running_simulator() -> t.Iterator[Simulator]:
    """Return the simulator of this process; it pushes only on demand."""
    with Simulator(push_interval=0) as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> t.Iterator[Simulator]:
    """Return a simulator with nothing in it. A write in check mode fails the test, whatever the test itself
    checks."""
    running_simulator.reset()
    yield running_simulator
    assert running_simulator.violations() == []


@pytest.fixture
def ansible(simulator: Simulator, tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Ansible:
    """Return a runner of ansible-playbook against the simulator. Tasks run in the worker if that is equivalent; with
    the parameter C(module), always as modules."""
    return Ansible(simulator, tmp_path, as_modules=getattr(request, "param", "worker") == "module")


@pytest.fixture(scope="session")
def installed_collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder of collections in which the built archive is installed."""
    folder = tmp_path_factory.mktemp("archive")
    archive.install(archive.build(folder), folder / "collections")
    return folder / "collections"


@pytest.fixture(scope="session")
def collections(installed_collections: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder of collections that contains only the run-time part of the installed one."""
    folder = tmp_path_factory.mktemp("collections")
    for part in ("MANIFEST.json", "meta", "playbooks", "plugins", "roles"):
        source = installed_collections / COLLECTION / part
        target = folder / COLLECTION / part
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return folder


@pytest.fixture
def hosts(simulator: Simulator, splunk: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return three zones as hosts, with all values that a job needs."""
    names = ("shop.example.com", "www.example.com", "api.example.com")
    return {
        name: {
            "zone_id": simulator.zone_ids[name],
            **{f"splunk_logpush_{option}": value for option, value in splunk.items()},
        }
        for name in names
    }
