# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes every task result to a file, and sets the simulator up before each task.

It receives what every callback receives, so the file contains what Tower would store.
"""

from __future__ import annotations

import json
import os
import typing as t
import urllib.request

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: report
type: notification
short_description: Writes every task result to a file
description: For the end-to-end tests of edgeops.logpush.
"""


class CallbackModule(CallbackBase):
    """One line of JSON for each result, with the requests that the APIs received since the task started.

    Writes are refused while a task runs in check mode. ``vars: {simulator: [[method, path, body], ...]}`` of a task
    are control calls, made before it starts.
    """

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.file = open(os.environ["E2E_REPORT"], "w", encoding="utf-8")  # noqa: SIM115  pylint: disable=consider-using-with  # open until the end of the run
        self.control_url = os.environ["E2E_CONTROL_URL"]
        self.seen = 0

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        self._control("POST", "read_only", {"on": bool(task.check_mode), "side": "all"})
        for method, path, body in task.vars.get("simulator", []):
            self._control(method, path, body)
        self.seen = len(self._requests())

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write("unreachable", result)

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._write("skipped", result)

    def v2_runner_item_on_ok(self, result: t.Any) -> None:
        self._write("item", result)

    def v2_runner_item_on_failed(self, result: t.Any) -> None:
        self._write("item", result)

    def v2_runner_retry(self, result: t.Any) -> None:
        self._write("retry", result)

    def _write(self, status: str, result: t.Any) -> None:
        line = {
            "status": status,
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "result": result._result,
            # Including the rendered arguments and the environment, even with no_log.
            "fields": result._task_fields,
            "requests": self._requests(after=self.seen),
        }
        self.file.write(json.dumps(line, default=str) + "\n")
        self.file.flush()

    def _requests(self, after: int = 0) -> list[dict[str, t.Any]]:
        """Return the requests to the APIs, without the first ones: deliveries reach the collector at any time."""
        found: list[dict[str, t.Any]] = self._control("GET", f"requests?side=api,splunk,acs&after={after}")
        return found

    def _control(self, method: str, path: str, body: t.Any = None) -> t.Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.control_url}/{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)
