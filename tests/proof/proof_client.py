# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small client of the simulated Cloudflare API with explicit requests."""

from __future__ import annotations

import typing as t

import requests
from simulator.process import Simulator

SHOP = Simulator.zone_ids["shop.example.com"]


class Api:
    """Calls the simulated Cloudflare API; paths are relative to ``/client/v4``."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {simulator.api_token}"

    def ask(self, method: str, path: str, body: t.Any = None, **more: t.Any) -> requests.Response:
        """Makes any request."""
        return self.session.request(method, self.simulator.api_url + path, json=body, timeout=20, **more)

    def create(self, zone_id: str = SHOP, **job: t.Any) -> requests.Response:
        """Create a job in a zone. By default, it pushes to the simulated collector."""
        body = {"destination_conf": self.simulator.destination_conf(), **job}
        return self.ask("POST", f"/zones/{zone_id}/logpush/jobs", body)

    def created(self, zone_id: str = SHOP, **job: t.Any) -> dict[str, t.Any]:
        """Create a job and return it."""
        answer = self.create(zone_id, **job)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def update(self, job_id: int, **changes: t.Any) -> requests.Response:
        """Changes a job of the default zone."""
        return self.ask("PUT", f"/zones/{SHOP}/logpush/jobs/{job_id}", changes)

    def job(self, job_id: int) -> dict[str, t.Any]:
        """Return a job of the default zone."""
        return self.ask("GET", f"/zones/{SHOP}/logpush/jobs/{job_id}").json()["result"]


def error_of(answer: requests.Response) -> tuple[int, int, str]:
    """Return HTTP status, and code and message of the first error of a refusal."""
    document = answer.json()
    assert document["success"] is False and document["result"] is None
    return answer.status_code, document["errors"][0]["code"], document["errors"][0]["message"]
