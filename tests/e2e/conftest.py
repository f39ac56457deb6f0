# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for each process of pytest, as new for each test, and ansible-playbook to run against it."""

from __future__ import annotations

import pathlib
import shutil
import typing as t

import pytest
from simulator.process import Simulator

from . import archive
from .ansible import Ansible

COLLECTION = "ansible_collections/edgeops/logpush"


@pytest.fixture(scope="session")
def running_simulator() -> t.Iterator[Simulator]:
    """Return the simulator of this process; it pushes only on demand."""
    with Simulator(push_interval=0) as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> t.Iterator[Simulator]:
    """Return a simulator with nothing in it. A write in check mode fails the test, whatever it looks at itself."""
    running_simulator.reset()
    yield running_simulator
    assert running_simulator.violations() == []


@pytest.fixture
def ansible(simulator: Simulator, tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Ansible:
    """Return what runs ansible-playbook against the simulator, tasks in the worker where that is the same, or with the
    parameter C(module) always as modules."""
    return Ansible(simulator, tmp_path, as_modules=getattr(request, "param", "worker") == "module")


@pytest.fixture(scope="session")
def installed_collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder of collections in which the built archive is installed."""
    folder = tmp_path_factory.mktemp("archive")
    archive.install(archive.build(folder), folder / "collections")
    return folder / "collections"


@pytest.fixture(scope="session")
def collections(installed_collections: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder of collections in which of the installed one nothing is left but what may be needed at run time."""
    folder = tmp_path_factory.mktemp("collections")
    for part in ("MANIFEST.json", "meta", "playbooks", "plugins", "roles"):
        source = installed_collections / COLLECTION / part
        target = folder / COLLECTION / part
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return folder


@pytest.fixture
def zone_id(simulator: Simulator) -> str:
    """Return the id of the zone that most tests work on."""
    return simulator.zone_ids["shop.example.com"]


@pytest.fixture
def splunk(simulator: Simulator) -> dict[str, str]:
    """Return the options that a new job needs: where to, and with what token."""
    return {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}


@pytest.fixture
def hosts(simulator: Simulator, splunk: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return three zones as hosts, with all that a job needs."""
    names = ("shop.example.com", "www.example.com", "api.example.com")
    return {
        name: {
            "zone_id": simulator.zone_ids[name],
            **{f"splunk_logpush_{option}": value for option, value in splunk.items()},
        }
        for name in names
    }


@pytest.fixture
def empty_splunk(simulator: Simulator) -> dict[str, t.Any]:
    """Makes Splunk as it is after its installation, and gives the options that reach its management API."""
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


@pytest.fixture
def empty_stack(simulator: Simulator) -> dict[str, t.Any]:
    """Makes Splunk Cloud one without tokens, and gives the options of a token on it."""
    simulator.reset(hec_tokens=[], settings={"acs_delay": 0.2}, indexes=[{"name": "main"}, {"name": "cloudflare"}])
    return {
        "platform": "cloud",
        "url": simulator.acs_url,
        "stack": simulator.acs_stack,
        "auth_token": simulator.acs_token,
        "wait_timeout": 20,
    }


@pytest.fixture
def stored(simulator: Simulator) -> t.Callable[[], list[dict[str, t.Any]]]:
    """Return a function that lists the jobs that the simulator holds, each with its id, oldest first."""
    return lambda: [
        {"id": job["id"], "scope_id": job["scope_id"], **job["stored"]} for job in simulator.state()["jobs"]
    ]
