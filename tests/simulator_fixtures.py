# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures for all tests with the simulator: its zones, its Splunk, and its jobs.

The conftest.py of a folder imports those that its tests use, and has a fixture C(simulator).
"""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator


@pytest.fixture
def zone_id(simulator: Simulator) -> str:
    """Return the ID of the zone that most tests use."""
    return simulator.zone_ids["shop.example.com"]


@pytest.fixture
def splunk(simulator: Simulator) -> dict[str, str]:
    """Return the options that a new job needs: the collector and its token."""
    return {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}


@pytest.fixture
def empty_splunk(simulator: Simulator) -> dict[str, t.Any]:
    """Reset Splunk to its state after the installation; return the options that reach its management API."""
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


@pytest.fixture
def empty_stack(simulator: Simulator) -> dict[str, t.Any]:
    """Reset Splunk Cloud to a stack without tokens; return the options of a token on it."""
    simulator.reset(hec_tokens=[], settings={"acs_delay": 0.05}, indexes=[{"name": "main"}, {"name": "cloudflare"}])
    return {
        "platform": "cloud",
        "url": simulator.acs_url,
        "stack": simulator.acs_stack,
        "auth_token": simulator.acs_token,
        "wait_timeout": 20,
    }


@pytest.fixture
def stored(simulator: Simulator) -> t.Callable[[], list[dict[str, t.Any]]]:
    """Return a function that lists the jobs in the simulator, each with its ID, oldest first."""
    return lambda: [{"id": job["id"], "scope_id": job["scope_id"], **job["stored"]} for job in simulator.jobs()]


@pytest.fixture
def fleet(simulator: Simulator) -> dict[str, str]:
    """Reset the simulator to 40 zones; return their IDs by name."""
    ids = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, 41)}
    simulator.reset(zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()])
    return ids
