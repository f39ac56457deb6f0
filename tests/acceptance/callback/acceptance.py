# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that records the current step, and the result of each step."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: acceptance
type: notification
short_description: Records the current step and the result of each step
description: For the acceptance tests of edgeops.logpush.
"""

KEPT = ("changed", "action", "ready")


class CallbackModule(CallbackBase):
    """The step goes into one file, for the proxies; a line for each result into another, without anything secret in it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "acceptance"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task: t.Any, is_conditional: bool) -> None:
        step = f"{os.environ['ACCEPTANCE_SCENARIO']}\n{task.get_name()}"
        half = os.environ["ACCEPTANCE_STEP"] + ".new"
        with open(half, "w", encoding="utf-8") as file:
            file.write(step)
        os.replace(half, os.environ["ACCEPTANCE_STEP"])

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def _write(self, status: str, result: t.Any) -> None:
        found = result._result
        outcome = {"status": status, **{key: found[key] for key in KEPT if key in found}}
        if "ansible_stats" in found:
            outcome["observed"] = found["ansible_stats"]["data"]
        if "checks" in found:
            outcome["checks"] = [{"check": check["name"], "ok": check["ok"]} for check in found["checks"]]
        line = {"step": result._task.get_name(), "outcome": outcome, "msg": str(found.get("msg", ""))}
        with open(os.environ["ACCEPTANCE_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")
