# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers for tests of several Splunk instances: files of an app, requests to the management API, deliveries."""

from __future__ import annotations

import pathlib
import shutil
import time
import typing as t

import requests
from simulator.process import Simulator

TOKEN = "7d1f6b3a-5c2e-4f8a-9b0d-1e2f3a4b5c6d"
APP = "edgeops_logpush_hec"
INPUTS = f"""[http]
disabled = 0

[http://cloudflare]
token = {TOKEN}
index = cloudflare
indexes = cloudflare
sourcetype = cloudflare:json
"""
INDEXES = """[cloudflare]
homePath = $SPLUNK_DB/cloudflare/db
coldPath = $SPLUNK_DB/cloudflare/colddb
thawedPath = $SPLUNK_DB/cloudflare/thaweddb
repFactor = auto
"""


def write_app(simulator: Simulator, folder: str, inputs: str = INPUTS, indexes: str = INDEXES, props: str = "") -> None:
    """Write the files of an app below ``etc``, as an administrator does."""
    default = pathlib.Path(simulator.splunk_home) / "etc" / folder / APP / "default"
    default.mkdir(parents=True, exist_ok=True)
    for name, text in {"inputs": inputs, "indexes": indexes, "props": props}.items():
        (default / f"{name}.conf").write_text(text, encoding="utf-8")


def remove_app(simulator: Simulator, folder: str) -> None:
    """Remove the app."""
    shutil.rmtree(pathlib.Path(simulator.splunk_home) / "etc" / folder / APP)


class Management:
    """A client of the management API of one instance."""

    def __init__(self, simulator: Simulator, url: str = "", base: str = "") -> None:
        self.simulator = simulator
        self.url = f"{url or simulator.management_url}/services/{base}"
        self.credentials = (simulator.splunk_username, simulator.splunk_password)

    def call(self, method: str, path: str, **form: str) -> requests.Response:
        """Make a call."""
        return requests.request(
            method,
            f"{self.url}{path}",
            params={"output_mode": "json"},
            data=form,
            auth=self.credentials,
            verify=self.simulator.ca_file,
            timeout=10,
        )

    def entries(self, path: str, **query: str) -> list[dict[str, t.Any]]:
        """Return the entries of a GET."""
        return self.call("GET", path, **query).json()["entry"]

    def content(self, path: str) -> dict[str, t.Any]:
        """Return the content of the first entry of a GET."""
        return self.entries(path)[0]["content"]

    def message(self, method: str, path: str, **form: str) -> tuple[int, str]:
        """Return status and message of a refused call."""
        answer = self.call(method, path, **form)
        return answer.status_code, answer.json()["messages"][0]["text"]


def deliver(simulator: Simulator, endpoint: str = "", token: str = "", **query: str) -> requests.Response:
    """Deliver an event, by default through the load balancer."""
    return requests.post(
        f"https://{endpoint or simulator.hec_endpoint}/services/collector/event",
        params=query,
        json={"event": {"text": "hello"}},
        headers={"Authorization": f"Splunk {token or simulator.hec_token}"},
        verify=simulator.ca_file,
        timeout=10,
    )


def until(condition: t.Callable[[], t.Any], seconds: float = 10.0) -> t.Any:
    """Wait until a condition is true, and return its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.01)
    return value


def tokens_of(simulator: Simulator) -> list[list[str]]:
    """Return the names of the tokens of each node."""
    return [[token["name"] for token in node["hec_tokens"]] for node in simulator.state()["nodes"]]
