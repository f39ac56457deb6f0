# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the result of a run over many zones to their hosts, and its counts to a workflow."""

from __future__ import annotations

import difflib
import json
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
    statistics,
    too_many_failed,
    unknown_hosts,
)
from ..module_utils._operations.workflow_steps import failed_steps
from ..plugin_utils._checked_variables import checked_values, failure_of
from ..plugin_utils._failure import finished, is_ours
from ..plugin_utils._people import show_report, show_text
from ..plugin_utils._variable_names import named_result

SPEC: dict[str, t.Any] = {
    "rollout": {"type": "str"},
    "collect": {"type": "str"},
    "text": {"type": "raw"},
    "token": {"type": "str"},
    "failure": {"type": "str"},
    "checked_playbook": {"type": "str"},
    "checked_hosts": {"type": "list", "elements": "str", "default": []},
    "no_host": {"type": "str"},
    "values": {"type": "dict"},
    "types": {"type": "dict", "default": {}},
    "compare_names": {"type": "bool", "default": False},
    "topology": {"type": "dict"},
    "operation": {"type": "str"},
    "earlier": {"type": "dict", "default": {}},
    "report_every_host": {"type": "raw"},
    "failed_hosts": {"type": "int", "default": MOST_FAILED_HOSTS},
    "fail_on_change": {"type": "raw"},
    "drift": {"type": "str", "default": ""},
    "only_failures": {"type": "bool", "default": False},
    "fail_on_problems": {"type": "raw", "default": True},
    "steps": {"type": "list", "elements": "str"},
}
_USES = ("rollout", "collect", "text", "token")
# For tasks that only check or fail. An empty text means success.
_MORE_USES = ("failure", "values")
RUN_THE_WHOLE_PLAYBOOK = (
    "An earlier task of this playbook did not run, so there is no result to show. Run the whole playbook, without --start-at-task and "
    "--step."
)
UNKNOWN_HOSTS = (
    "These failed zones are not hosts of this play: {}. If a host name contains one of your secrets, the name is "
    "masked and cannot be found. The result of the previous task has the messages of these zones."
)


class ActionModule(ActionBase):
    """Report the result of a host (``rollout``), collect what all hosts report (``collect``), print text (``text``), show
    what a task changes in a HEC token (``token``), fail with a message (``failure``), or check variables (``values``)."""

    # Runs on the controller, so that it costs little and needs no reachable host.
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        result = {**super().run(tmp, task_vars), **self._done(task_vars or {})}
        del tmp
        if is_ours(self._task):
            result = named_result(self._task, task_vars or {}, result)
        return finished(self._task, result)

    def _done(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the result of the kind of use that the options select."""
        # Checked before blank values are removed: an empty failure means success, not a missing option.
        given = self._task.args
        exclusive = [] if any(use in given for use in ("text", *_MORE_USES)) else [_USES]
        self._task.args = normalized(SPEC, given, {})
        try:
            _validation, options = self.validate_argument_spec(
                SPEC,
                mutually_exclusive=[(*_USES, *_MORE_USES)],
                required_one_of=exclusive,
                required_by={"collect": ("operation",)},
            )
        except AnsibleActionFail as error:
            # An exception would ignore failed_when.
            return {"failed": True, "msg": str(error)}
        if "text" in given and options["text"] is None:
            return {"failed": True, "msg": RUN_THE_WHOLE_PLAYBOOK}
        if options["text"] is not None:
            text = _as_text(options["text"])
            show_text(text)
            return {"changed": False, "report": text}
        if options["failure"] or options["checked_playbook"]:
            failure = failure_of(options, variables)
            return {"failed": True, "msg": failure} if failure else {"changed": False}
        if options["values"] is not None:
            return checked_values(options, variables)
        if options["token"]:
            return _shown_token(variables.get(options["token"]), with_difference=self._task.diff)
        if options["collect"]:
            return _collected(options, variables, check_mode=self._task.check_mode)
        return _reported(options, variables) if options["rollout"] else {"changed": False}


def _reported(options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of one host."""
    name, host = options["rollout"], variables["inventory_hostname"]
    if options["only_failures"] and _was_skipped(variables.get(name)):
        return {"changed": False}
    reported = host_result(
        variables.get(name),
        host,
        name,
        fail_on_problems=not is_refusal(options["fail_on_problems"]),
        drift=options["drift"],
        first_host=str(next(iter(variables.get("ansible_play_hosts_all") or [host]))),
    )
    if not options["only_failures"]:
        return reported
    if not reported.get("failed"):
        return {"changed": False}
    # One line for each failed host, because the plan has the jobs.
    return {key: value for key, value in reported.items() if key not in ("jobs", "diff")}


def _was_skipped(result: t.Any) -> bool:
    return isinstance(result, t.Mapping) and bool(result.get("skipped"))


def _shown_token(token_result: t.Any, *, with_difference: bool) -> dict[str, t.Any]:
    """Return the parts of a task on a HEC token that may be shown, because C(no_log) hides the whole task: the difference
    with a masked value, and the warnings."""
    hidden = token_result if isinstance(token_result, t.Mapping) else {}
    label = f"HEC token {hidden.get('token', {}).get('name', '')}".rstrip()
    shown: dict[str, t.Any] = {"changed": False}
    if with_difference and hidden.get("action", "unchanged") != "unchanged" and hidden.get("diff"):
        # Ansible only prints the difference of a task that changed something, so this task reports the change of the
        # previous one.
        several = hidden["diff"] if isinstance(hidden["diff"], list) else [hidden["diff"]]
        found = [{"before_header": label, "after_header": label, **difference} for difference in several]
        shown["diff"] = found if isinstance(hidden["diff"], list) else found[0]
        show_text("\n".join(map(_difference_text, found)))
    return {**shown, "warnings": list(hidden["warnings"])} if hidden.get("warnings") else shown


def _difference_text(difference: t.Mapping[str, t.Any]) -> str:
    """Return a difference in the form in which Ansible prints it."""
    before, after = (
        json.dumps(difference[moment], indent=4, sort_keys=True).splitlines() for moment in ("before", "after")
    )
    headers = [f"{moment}: {difference[f'{moment}_header']}" for moment in ("before", "after")]
    return "\n".join(difflib.unified_diff(before, after, headers[0], headers[1], lineterm=""))


def _as_text(text: t.Any) -> str:
    return "\n".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text)


def _collected(
    options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any], *, check_mode: bool
) -> dict[str, t.Any]:
    """Return the reports of all operations of this playbook run, including this batch, and the statistics in the form of
    C(set_stats). Prints the report of the batch."""
    name, operation, batch = options["collect"], options["operation"], variables["ansible_play_batch"]
    result = variables.get(name)
    if not isinstance(result, t.Mapping):
        return {"failed": True, "msg": RUN_THE_WHOLE_PLAYBOOK}
    if options["failed_hosts"] < 1:
        return {"failed": True, "msg": "failed_hosts: must be at least 1"}
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
    steps = [] if options["steps"] is None else failed_steps(options["steps"], variables, check_mode=check_mode)
    report = report._replace(other_problems=[*report.other_problems, *steps])
    passed_on = statistics(operation, result, report.counts, check_mode=check_mode)
    collected = {
        "changed": False,
        "reports": {**options["earlier"], operation: {**report._asdict(), "any_host": batch[0]}},
        "ansible_stats": {"data": passed_on, "per_host": False, "aggregate": False},
    }
    # If a run could not start, its hosts report the message.
    text = "\n".join(filter(None, [_as_text(result.get("report") or ""), *(f"  ! {step}" for step in steps)]))
    if text:
        show_report(text)
        collected["report"] = text
    # The count is complete after the last batch.
    is_last = (variables.get("ansible_play_hosts") or batch)[-1] in batch
    warning = too_many_failed(report.failed_hosts, settings.most_failed_hosts) if is_last else ""
    return {**collected, "warnings": [warning]} if warning else collected
