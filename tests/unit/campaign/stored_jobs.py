# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that the simulated Cloudflare stores, as the campaign sees and changes them in the dashboard."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

import requests
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

# The answer of the collector to a refused token.
TOKEN_REFUSED = (400, 401, 403)
# Splunk requires a POST to log in and to search.
ASKING = re.compile(r"/auth/login$|/search/(v2/)?jobs(/export)?$")

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class StoredJobs:
    """Read and change the data that the simulator stores."""

    simulator: Simulator

    def jobs(self, zone: str | None = None) -> Jobs:
        """Return what is stored, by ID."""
        jobs = self.simulator.jobs()
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

    def tokens(self) -> dict[str, dict[str, t.Any]]:
        """Return the HEC tokens of Splunk by their names."""
        return {token["name"]: token for token in self.simulator.state()["hec_tokens"]}

    def refused_jobs(self) -> set[int]:
        """Return the jobs whose token the collector refused since the recorded requests were deleted."""
        refused = (each for each in self.simulator.requests(side="hec") if each["status"] in TOKEN_REFUSED)
        return {int(each["job_id"]) for each in refused if each["job_id"]}

    def writes(self) -> list[tuple[str, str]]:
        """Return the methods and paths of the requests that write."""
        return [
            (each["method"], each["path"])
            for side in ("api", "splunk")
            for each in self.simulator.requests(side=side)
            if each["method"] != "GET" and not ASKING.search(each["path"])
        ]
