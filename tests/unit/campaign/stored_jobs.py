# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that the simulated Cloudflare stores, as the campaign sees and changes them in the dashboard."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

import requests
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class StoredJobs:
    """Reads and changes what the simulator stores."""

    simulator: Simulator

    def jobs(self, zone: str | None = None) -> Jobs:
        """Return what is stored, by id."""
        jobs = self.simulator.state()["jobs"]
        return {
            job["id"]: {**job["stored"], "zone": job["scope_id"]} for job in jobs if zone in (None, job["scope_id"])
        }

    def delete(self, job_id: int) -> None:
        """Deletes a job as the dashboard does."""
        url = f"{self.simulator.api_url}/zones/{self.jobs()[job_id]['zone']}/logpush/jobs/{job_id}"
        requests.delete(url, headers={"Authorization": f"Bearer {self.simulator.api_token}"}).raise_for_status()

    def conf(self, token: str, **parameters: str) -> str:
        """Return a destination of the simulator's collector."""
        return self.simulator.destination_conf(quote(token, safe=""), **parameters)

    def hostile_list(self, zone: str, kind: str) -> str:
        """Return an answer to the list of the jobs of a zone that says something else than what is there."""
        here = [{"id": job_id, **job} for job_id, job in self.jobs(zone).items()]
        others = [{"id": job_id, **job} for job_id, job in self.jobs().items() if job["zone"] != zone]
        half = here[: len(here) // 2]
        results: dict[str, t.Any] = {
            "null": None,
            "object": {},
            "text": "none",
            "ids as text": [{**job, "id": str(job["id"])} for job in here or others] or [{"id": "1"}],
            "ids that are null": [{**job, "id": None} for job in here or others] or [{"id": None}],
            "other types": [{**job, "destination_conf": [job["destination_conf"]]} for job in here] or [5],
            "counted": half,
            "twice": [*here, *here] or [None],
            "nested": [{"id": 1, "later": self.nested(900)}],
            "empty": [],
            "half": half,
            "jobs of others": others,
        }
        envelope: dict[str, t.Any] = {"success": True, "errors": [], "result": results[kind]}
        if kind == "counted":
            envelope["result_info"] = {"total_count": len(here) + 1}
        return json.dumps(envelope)

    @staticmethod
    def nested(depth: int) -> t.Any:
        """Return lists in lists."""
        value: list[t.Any] = []
        for dummy in range(depth):
            value = [value]
        return value

    def writes(self) -> list[tuple[str, str]]:
        """Return the methods and paths of the requests that are none to read."""
        return [
            (each["method"], each["path"]) for each in self.simulator.requests(side="api") if each["method"] != "GET"
        ]
