# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pass the result of a run over many zones to their hosts, and its counts to a workflow."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils._core.options import normalized
from ..module_utils._operations.host_report import (
    MOST_FAILED_HOSTS,
    ReportSettings,
    host_result,
    is_refusal,
    rows_of,
    run_report,
    too_many_failed,
    unknown_hosts,
)
from ..plugin_utils._failure import finished
from ..plugin_utils._people import show_report, show_text

SPEC: dict[str, t.Any] = {
    "rollout": {"type": "str"},
    "collect": {"type": "str"},
    "text": {"type": "raw"},
    "operation": {"type": "str"},
    "earlier": {"type": "dict", "default": {}},
    "report_every_host": {"type": "raw"},
    "failed_hosts": {"type": "int", "default": MOST_FAILED_HOSTS},
    "fail_on_change": {"type": "raw"},
    "drift": {"type": "str", "default": ""},
    "only_failures": {"type": "bool", "default": False},
    "fail_on_problems": {"type": "raw", "default": True},
}
UNKNOWN_HOSTS = (
    "Zones failed that are not hosts of this play: {}. Is one of your secrets part of the name of a host? The result of the "
    "previous task has the messages of these zones."
)


class ActionModule(ActionBase):
    """Report the result of a host (``rollout``), collect what all hosts report (``collect``), or print text (``text``)."""

    # Runs on the controller, so that it costs little and needs no reachable host.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        result = super().run(tmp, task_vars)
        del tmp
        self._task.args = normalized(SPEC, self._task.args, {})
        try:
            _validation, options = self.validate_argument_spec(
                SPEC,
                mutually_exclusive=[("rollout", "collect", "text")],
                required_one_of=[("rollout", "collect", "text")],
                required_by={"collect": ("operation",)},
            )
        except AnsibleActionFail as error:
            # An exception would ignore failed_when.
            return {**result, "failed": True, "msg": str(error)}
        variables = task_vars or {}
        if options["text"] is not None:
            text = _as_text(options["text"])
            show_text(text)
            return {**result, "changed": False, "report": text}
        if options["collect"]:
            return finished(self._task, {**result, **_collected(options, variables, check_mode=self._task.check_mode)})
        name = options["rollout"]
        fail_on_problems = not is_refusal(options["fail_on_problems"])
        reported = host_result(
            variables.get(name),
            variables["inventory_hostname"],
            name,
            fail_on_problems=fail_on_problems,
            drift=options["drift"],
        )
        if options["only_failures"] and not reported.get("failed"):
            reported = {"changed": False}
        return finished(self._task, {**result, **reported})


def _as_text(text: t.Any) -> str:
    return "\n".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text)


def _collected(
    options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any], *, check_mode: bool
) -> dict[str, t.Any]:
    """Return the reports of all operations of this playbook run, with that of the batch added, and the statistics in the
    form in which C(set_stats) returns them. Prints the report of the batch."""
    name, operation, batch = options["collect"], options["operation"], variables["ansible_play_batch"]
    result = variables.get(name)
    if not isinstance(result, t.Mapping):
        return {"failed": True, "msg": f"collect: {name} is not a registered result"}
    if options["failed_hosts"] < 1:
        return {"failed": True, "msg": "failed_hosts (logpush_failed_hosts) must be at least 1"}
    settings = ReportSettings(
        every_host=boolean(options["report_every_host"] or False, strict=False),
        most_failed_hosts=options["failed_hosts"],
        fail_on_problems=not is_refusal(options["fail_on_problems"]),
        fail_on_change=check_mode and boolean(options["fail_on_change"] or False, strict=False),
    )
    unknown = unknown_hosts(rows_of(result, fail_on_problems=settings.fail_on_problems), batch)
    if unknown:
        return {"failed": True, "msg": UNKNOWN_HOSTS.format(", ".join(unknown))}
    report = run_report(name, result, batch, options["earlier"].get(operation) or {}, settings)
    statistics = {"data": {f"logpush_{operation}": report.counts}, "per_host": False, "aggregate": False}
    collected = {
        "changed": False,
        "reports": {**options["earlier"], operation: report._asdict()},
        "ansible_stats": statistics,
    }
    text = result.get("report") or result.get("msg")
    if text:
        show_report(text)
        collected["report"] = text
    # The count is complete after the last batch.
    is_last = (variables.get("ansible_play_hosts") or batch)[-1] in batch
    warning = too_many_failed(report.failed_hosts, settings.most_failed_hosts) if is_last else ""
    return {**collected, "warnings": [warning]} if warning else collected
