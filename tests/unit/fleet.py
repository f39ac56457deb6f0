# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many zones of the simulator, and operations on them with the options of the modules."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rotation import move_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.verify import wait_for_deliveries
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

SHARED = {"validate_certs": True, "timeout": 5, "retries": 0, "concurrency": 8}
ROLLOUT = {**SHARED, "prune": False}
VERIFY = {**SHARED, "wait_timeout": 60, "interval": 20}


class Fleet:
    """A number of zones of the simulator."""

    def __init__(self, simulator: Simulator, size: int) -> None:
        self.simulator = simulator
        self.ids = [f"{number:032x}" for number in range(1, size + 1)]
        simulator.reset(zones=[{"id": zone_id, "name": self.name(zone_id)} for zone_id in self.ids])
        self.api = {"api_url": simulator.api_url, "api_token": simulator.api_token}
        self.collector = {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token}

    @staticmethod
    def name(zone_id: str) -> str:
        """Return the name of a zone."""
        return f"zone{int(zone_id, 16)}.example.com"

    @property
    def zones(self) -> list[dict[str, t.Any]]:
        """Every zone, by its ID, with its name."""
        return [{"zone_id": zone_id, "zone_name": self.name(zone_id)} for zone_id in self.ids]

    def roll_out(
        self, check_mode: bool = False, progress: Progress | None = None, **options: t.Any
    ) -> dict[str, t.Any]:
        """Run the operation of the module. By default, for all zones, with one job."""
        given = {**ROLLOUT, **self.api, "zones": self.zones, "job_defaults": self.collector, **options}
        return roll_out(given, context(check_mode, diff=True, progress=progress))

    def move(self, old: str, new: str, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run the operation of the module. By default, for all zones."""
        given = {**SHARED, **self.api, "zones": self.zones, "old_hec_token": old, "new_hec_token": new, **options}
        mask = SecretMask()
        return mask.value(move_jobs(given, context(check_mode, mask, diff=True)))

    def verify(
        self, clock: FakeClock | None = None, progress: Progress | None = None, **options: t.Any
    ) -> dict[str, t.Any]:
        """Run the operation of the module, with a clock without real waits."""
        given = {**VERIFY, **self.api, **options}
        return wait_for_deliveries(given, context(clock=clock or FakeClock(), progress=progress))

    def add_job(self, zone_id: str, **fields: t.Any) -> int:
        """Store a job as if it had been created in the dashboard, and return its ID."""
        conf = self.simulator.destination_conf()
        job = {"zone_id": zone_id, "dataset": "http_requests", "destination_conf": conf, "enabled": True, **fields}
        return self.simulator.add_job(**job)["id"]

    @property
    def jobs(self) -> list[dict[str, t.Any]]:
        """The jobs of all zones, oldest first."""
        return [{"id": job["id"], "zone_id": job["scope_id"], **job["stored"]} for job in self.simulator.jobs()]

    @property
    def asked(self) -> list[str]:
        """The methods of the requests so far."""
        return [entry["method"] for entry in self.simulator.requests(side="api")]

    @property
    def asked_for_jobs(self) -> list[str]:
        """The methods of the requests about jobs so far."""
        entries = self.simulator.requests(side="api")
        return [entry["method"] for entry in entries if entry["path"].endswith("/logpush/jobs")]
