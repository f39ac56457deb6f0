# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations in this process: zones that push with an old token, and time that passes immediately for the simulator,
too."""

from __future__ import annotations

import time
import typing as t

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._core.clock import Clock
from ansible_collections.edgeops.logpush.tests.module_tasks import Outcome
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

OLD = "0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d"
NEW = "0a1b2c3d-2222-4a6b-8c7d-9e0f1a2b3c4d"
OTHER = "0a1b2c3d-3333-4a6b-8c7d-9e0f1a2b3c4d"
_STEP = 60.0


class Passing:
    """Time that passes immediately, for the modules and for the simulator, which pushes every minute.

    ``meanwhile`` is called after every step with the seconds that have passed.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.passed = 0.0
        self.meanwhile: t.Callable[[float], t.Any] = lambda passed: None

    def sleep(self, seconds: float) -> None:
        """Let time pass, in steps of a minute at most."""
        while seconds > 0:
            step = min(seconds, _STEP)
            seconds -= step
            self.passed += step
            self.simulator.change_settings(clock_offset=self.passed)
            self.simulator.push()
            self.meanwhile(self.passed)


@pytest.fixture
def passing(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Passing]:
    """Replace the clock of the modules with one that passes immediately."""
    clock = Passing(simulator)
    monkeypatch.setattr(Clock, "sleep", lambda dummy, seconds: clock.sleep(seconds))
    monkeypatch.setattr(Clock, "now", lambda dummy: time.monotonic() + clock.passed)
    monkeypatch.setattr(Clock, "wall", lambda dummy: time.time() + clock.passed)
    yield clock
    simulator.change_settings(clock_offset=0.0)


class Fleet:
    """Zones that push with the old token, and what a rotation needs to know about them."""

    def __init__(self, simulator: Simulator, modules: t.Any, count: int = 3, **config: t.Any) -> None:
        self.simulator, self.modules = simulator, modules
        self.ids = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, count + 1)}
        settings = {"hec_metrics_seconds": 60.0, "events_per_push": 1, **config.pop("settings", {})}
        zones = [{"id": zone_id, "name": name} for name, zone_id in self.ids.items()]
        simulator.reset(
            zones=config.pop("zones", zones),
            hec_tokens=[
                {"name": "cloudflare", "token": OLD},
                {"name": "new", "token": NEW},
                {"name": "other", "token": OTHER},
            ],
            settings=settings,
            **config,
        )
        for name, zone_id in self.ids.items():
            self.add_job(zone_id=zone_id, name=name)
        simulator.push()

    def add_job(self, token: str = OLD, **job: t.Any) -> int:
        """Store a job that pushes with a token, and return its ID."""
        job.setdefault("destination_conf", self.simulator.destination_conf(token))
        return int(self.simulator.add_job(**{"enabled": True, **job})["id"])

    def send(self, token: str = OLD, passed: float = 0.0) -> int:
        """Send an event as another sender, and return the status."""
        url = f"{self.simulator.hec_url}/services/collector/raw"
        headers = {"Authorization": f"Splunk {token}"}
        return requests.post(url, data="x", headers=headers, verify=self.simulator.ca_file, timeout=10).status_code

    def rotate(self, *, fails: bool = False, check_mode: bool = False, **options: t.Any) -> Outcome:
        """Run the rotation and return its outcome."""
        outcomes = self.modules.tasks(self.task(fails=fails, check_mode=check_mode, **options))
        assert outcomes["rotate"].failed == fails, outcomes["rotate"].result
        return outcomes["rotate"]

    def task(self, *, fails: bool = False, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Return the task of a rotation."""
        splunk = {
            "url": self.simulator.management_url,
            "username": self.simulator.splunk_username,
            "password": self.simulator.splunk_password,
            "ca_path": self.simulator.ca_file,
            "retries": 0,
        }
        given = {
            "zones": [{"zone_id": zone_id, "zone_name": name} for name, zone_id in self.ids.items()],
            "old_name": "cloudflare",
            "new_name": "new",
            "splunk": splunk,
            "waves": ["1", "100%"],
            **options,
        }
        task = {"name": "rotate", "edgeops.logpush.splunk_hec_rotation": given, "ignore_errors": fails}
        return {**task, "check_mode": True} if check_mode else task

    def tokens(self) -> dict[str, str]:
        """Return the state of each token of Splunk by its name."""
        found = self.simulator.state()["hec_tokens"]
        return {token["name"]: "disabled" if token["disabled"] else "enabled" for token in found}

    def used(self) -> list[str]:
        """Return the token of each job."""
        jobs = self.simulator.jobs()
        return [job["stored"]["destination_conf"].rpartition("%20")[2] for job in jobs]

    def assert_none_lost(self) -> None:
        """Check that every batch of every job arrived."""
        self.simulator.push()
        state = self.simulator.state()
        assert [job for job in state["jobs"] if job["stored"].get("last_error")] == []
        sent = {str(job["id"]): job["batches"] * state["settings"]["events_per_push"] for job in state["jobs"]}
        assert state["received"]["job_id"] == {job_id: events for job_id, events in sent.items() if events}
