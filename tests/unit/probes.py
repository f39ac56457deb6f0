# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the probe in tests, and answer it like Splunk."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._collector.check_list import ALL_NODES_CHECKS, CHECKS
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.probe import probe
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked

TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
DEFAULTS = {
    "insecure_skip_verify": False,
    "send_event": True,
    "fail_when_not_ready": False,
    "timeout": 3,
    "endpoints_validate_certs": True,
    "deliveries": 10,
}


class Probed:
    """The result of a probe, its checks by their names."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        self.result = result
        self.ready = result["ready"]
        self.certificate = result["certificate"]
        self.by_name = {check["name"]: check for check in result["checks"]}
        self.ok = {name: check["ok"] for name, check in self.by_name.items()}
        self.wrong = {name for name, ok in self.ok.items() if ok is False}

    def text(self, name: str) -> str:
        """Return the detail and the advice of a check."""
        return f"{self.by_name[name]['detail']} {self.by_name[name]['advice']}"


def run(check_mode: bool = False, **options: t.Any) -> Probed:
    """Return the masked result of a probe with these options."""
    mask = SecretMask()
    result = mask.value(probe({**DEFAULTS, "hec_token": TOKEN, **options}, context(check_mode, mask)))
    names = [*CHECKS, *(ALL_NODES_CHECKS if options.get("endpoints") else ())]
    assert [check["name"] for check in result["checks"]] == names
    assert result["changed"] is False
    assert all(check["detail"].endswith(".") for check in result["checks"])
    return Probed(json.loads(json.dumps(result)))


def splunk(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like Splunk, for a valid token without acknowledgement."""
    if asked.path.endswith("/health"):
        return 200, {"text": "HEC is healthy", "code": 17}
    if not asked.path.partition("?")[0].endswith(("/raw", "/raw/1.0", "/ack")):
        return 404, {"text": "The requested URL was not found on this server.", "code": 404}
    if not asked.headers.get("Authorization"):
        return 401, {"text": "Token is required", "code": 2}
    if asked.headers["Authorization"] != f"Splunk {TOKEN}":
        return 403, {"text": "Invalid token", "code": 4}
    if not asked.body:
        return 400, {"text": "No data", "code": 5}
    return 200, {"text": "Success", "code": 0}
