# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A zone of the simulator, for tests that bring its jobs to a requested state."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.client import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import LocatedScope, Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_DEFAULTS
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_request import job_request
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.notices import Notice, job_warnings
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.scope_jobs import ScopeJobs
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

ZONE = "shop.example.com"


class Zone:
    """A zone of the simulator, without real waits."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.id = simulator.zone_ids[ZONE]
        self.mask = SecretMask()
        self.clock = FakeClock()
        self.notices: list[Notice] = []

    def reconcile(self, check_mode: bool = False, retries: int = 2, **options: t.Any) -> dict[str, t.Any]:
        """Run the operation of the module with these options, with a new client each time, as in a new run."""
        headers = {"Authorization": f"Bearer {self.simulator.api_token}"}
        http = Http(self.simulator.api_url, headers, timeout=0.5, retries=retries, clock=self.clock)
        located = LocatedScope(Scope("zones", self.id), ZONE)
        jobs = ScopeJobs(Cloudflare(http), located, context(check_mode, self.mask, clock=self.clock))
        self.notices = jobs.notices
        return jobs.apply(job_request({**JOB_DEFAULTS, **options})._replace(only_job=True)).result()

    @property
    def warnings(self) -> list[str]:
        """The warnings of the last run."""
        return job_warnings(self.notices, ZONE)

    @property
    def destination(self) -> dict[str, str]:
        """The options that make a job push to the simulator's collector."""
        return {"endpoint": self.simulator.hec_endpoint, "hec_token": self.simulator.hec_token}

    def present(self, **options: t.Any) -> dict[str, t.Any]:
        """Apply a job that pushes to the simulator's collector."""
        return self.reconcile(**{**self.destination, **options})

    def add_job(self, **fields: t.Any) -> int:
        """Store a job as if it had been created in the dashboard, and return its ID."""
        conf = self.simulator.destination_conf()
        job = {"zone_id": self.id, "dataset": "http_requests", "destination_conf": conf, "enabled": True, **fields}
        return self.simulator.add_job(**job)["id"]

    @property
    def jobs(self) -> dict[int, dict[str, t.Any]]:
        """The jobs of the zone, by ID."""
        return {job["id"]: job["stored"] for job in self.simulator.jobs()}

    @property
    def asked(self) -> list[str]:
        """The methods of the requests so far, in order."""
        return [entry["method"] for entry in self.simulator.requests(side="api")]
