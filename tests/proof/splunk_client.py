# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small clients of the simulated splunkd and ACS with explicit requests."""

from __future__ import annotations

import time
import typing as t

import requests
from simulator.process import Simulator

TOKENS = "/services/data/inputs/http"
OWN = "/servicesNS/nobody/splunk_httpinput/data/inputs/http"
SETTINGS = OWN + "/http"


class Management:
    """Calls the simulated splunkd. By default, with Basic credentials and for JSON."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = simulator.ca_file
        self.session.auth = (simulator.splunk_username, simulator.splunk_password)

    def ask(self, method: str, path: str, form: t.Any = None, **more: t.Any) -> requests.Response:
        """Makes any request; ``form`` is the body."""
        more.setdefault("params", {"output_mode": "json"})
        return self.session.request(method, self.simulator.management_url + path, data=form, timeout=20, **more)

    def content(self, path: str) -> dict[str, t.Any]:
        """Return the content of an object."""
        return self.ask("GET", path).json()["entry"][0]["content"]

    def changed(self, path: str, **form: t.Any) -> dict[str, t.Any]:
        """Create or change an object, and return its content."""
        answer = self.ask("POST", path, form)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["entry"][0]["content"]

    def names(self, path: str = TOKENS, **query: t.Any) -> list[str]:
        """Return the names in a list."""
        answer = self.ask("GET", path, params={"output_mode": "json", **query})
        return [entry["name"] for entry in answer.json()["entry"]]

    def search(self, text: str, **form: str) -> list[dict[str, str]]:
        """Return the results of a search."""
        answer = self.ask("POST", "/services/search/jobs", {"search": text, "exec_mode": "oneshot", **form})
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def send(self, lines: str, token: str | None = None, **query: str) -> requests.Response:
        """Sends lines to the collector's raw endpoint."""
        headers = {"Authorization": f"Splunk {token or self.simulator.hec_token}"}
        url = self.simulator.hec_url + "/services/collector/raw"
        # Basic credentials of the session would take the place of the token.
        return requests.post(url, lines, headers=headers, params=query, verify=self.simulator.ca_file, timeout=10)


class Acs:
    """Calls the simulated ACS with a valid token."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {simulator.acs_token}"

    def ask(self, method: str, path: str = "", body: t.Any = None, **more: t.Any) -> requests.Response:
        """Makes a request; ``path`` is below the HEC tokens, or from the stack on when it begins with a slash."""
        base = f"{self.simulator.acs_url}/{self.simulator.acs_stack}/adminconfig/v2"
        below = path if path.startswith("/") else f"/inputs/http-event-collectors{'/' if path else ''}{path}"
        return self.session.request(method, base + below, json=body, timeout=20, **more)

    def spec(self, name: str) -> dict[str, t.Any]:
        """Return the spec of a token."""
        return self.ask("GET", name).json()["http-event-collector"]["spec"]


def text_of(answer: requests.Response) -> tuple[int, str]:
    """Return HTTP status and text of a refusal by splunkd."""
    [message] = answer.json()["messages"]
    return answer.status_code, message["text"]


def until(check: t.Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.02)
