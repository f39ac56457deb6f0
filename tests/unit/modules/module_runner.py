# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules in this process against a simulator, with the processing that Ansible adds.

A module runs from its ``main()`` to the JSON that it prints: its options are normalized, completed from defaults and the
environment, and checked by AnsibleModule, and its result is masked by AnsibleModule. Only what ansible-playbook does is
missing: templates, the merge of ``module_defaults`` (done here as Ansible does it) and the start of a process.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import os
import pathlib
import typing as t
from unittest import mock

import pytest
import yaml
from ansible.module_utils import basic
from ansible_collections.edgeops.logpush.plugins.module_utils._core.removed_values import without_values
from ansible_collections.edgeops.logpush.tests.module_tasks import CRASH, NEVER_INHERITED, Outcome, Task
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator

RUNTIME = pathlib.Path(__file__).resolve().parents[3] / "meta/runtime.yml"
KEYWORDS = {"name", "environment", "check_mode", "ignore_errors", "vars"}


class Outcomes:
    """The results of tasks, in their order."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes

    def __getitem__(self, title: str) -> Outcome:
        """Return the result of the task with this title."""
        [found] = [outcome for outcome in self.outcomes if outcome.task == title]
        return found

    @property
    def report(self) -> str:
        """Return all results as text, to be searched for secrets."""
        return json.dumps([outcome.result for outcome in self.outcomes])


class ModuleRunner:
    """Runs tasks one after the other, each as a module in this process."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.environment = {
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "CLOUDFLARE_BASE_URL": simulator.api_url,
        }

    def tasks(
        self,
        *tasks: Task,
        defaults: t.Mapping[str, t.Any] | None = None,
        splunk: t.Mapping[str, t.Any] | None = None,
        environment: t.Mapping[str, str] | None = None,
    ) -> Outcomes:
        """Run tasks; ``defaults`` are options of every module for Cloudflare, ``splunk`` of those for Splunk's management.

        A task that is not expected to fail must not.
        """
        group_defaults = {
            "cloudflare": {"timeout": 10, "retries": 1, **(defaults or {})},
            "splunk": {"timeout": 10, "retries": 1, **(splunk or {})},
        }
        return Outcomes([self._run(task, group_defaults, environment or {}) for task in tasks])

    def _run(
        self,
        task: Task,
        group_defaults: t.Mapping[str, t.Mapping[str, t.Any]],
        environment: t.Mapping[str, str],
    ) -> Outcome:
        [name] = set(task) - KEYWORDS
        module = name.rpartition(".")[2]
        options = dict(task[name])
        for group, defaults in group_defaults.items():
            if module in action_groups()[group]:
                options = {**defaults, **options}
        check_mode = bool(task.get("check_mode"))
        self.simulator.set_read_only(check_mode, side="all")
        for method, path, body in task.get("vars", {}).get("simulator", []):
            self.simulator.control(method, path, body)
        before = len(self._requests())
        variables = {**self.environment, **environment, **task.get("environment", {})}
        status, result = run_module(module, options, check_mode, variables)
        outcome = Outcome(status, "localhost", task["name"], result, self._requests()[before:])
        assert not CRASH.search(json.dumps(result)), result
        assert not outcome.failed or task.get("ignore_errors"), f"{outcome.task}: {outcome.msg}"
        return outcome

    def _requests(self) -> list[dict[str, t.Any]]:
        """Return the requests that the APIs received; what the collector received are deliveries, at any time."""
        return [request for request in self.simulator.requests() if request["side"] != "hec"]


def run_module(
    name: str, options: t.Mapping[str, t.Any], check_mode: bool, environment: t.Mapping[str, str]
) -> tuple[str, dict[str, t.Any]]:
    """Run a module in this process and return its status (``ok`` or ``failed``) and its result as Ansible receives it.

    ``environment`` replaces all variables that a module could read.
    """
    module = importlib.import_module(f"ansible_collections.edgeops.logpush.plugins.modules.{name}")
    # The same output as ansible-playbook -vvv --diff.
    internal = {"_ansible_check_mode": check_mode, "_ansible_diff": True, "_ansible_verbosity": 3}
    kept = {key: value for key, value in os.environ.items() if not NEVER_INHERITED.match(key)}
    printed = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, {**kept, **environment}, clear=True))
        stack.enter_context(_arguments({**options, **internal}))
        warnings = stack.enter_context(_recorded_warnings())
        stack.enter_context(contextlib.redirect_stdout(printed))
        ended = stack.enter_context(pytest.raises(SystemExit))
        module.main()
    result = json.loads(printed.getvalue())
    if warnings:
        result["warnings"] = [without_values(text, module.no_log_values) for module, text in warnings]
    failed = bool(result.get("failed"))
    assert failed == bool(ended.value.code), result
    return ("failed" if failed else "ok"), result


@functools.lru_cache(maxsize=None)
def action_groups() -> dict[str, set[str]]:
    """Return the modules of each action group."""
    groups = yaml.safe_load(RUNTIME.read_text(encoding="utf-8"))["action_groups"]
    return {group: set(modules) for group, modules in groups.items()}


@contextlib.contextmanager
def _arguments(arguments: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Let AnsibleModule read these arguments."""
    try:
        from ansible.module_utils.testing import patch_module_args  # noqa: PLC0415  not in ansible-core before 2.18
    except ImportError:  # ansible-core before 2.18
        encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", encoded):
            yield
    else:
        with patch_module_args(dict(arguments)):
            yield


@contextlib.contextmanager
def _recorded_warnings() -> t.Iterator[list[tuple[basic.AnsibleModule, str]]]:
    """Record the warnings of modules: ansible-core would show them, because this process could also be the controller."""
    recorded: list[tuple[basic.AnsibleModule, str]] = []

    def warn(module: basic.AnsibleModule, warning: str, **dummy: t.Any) -> None:
        recorded.append((module, warning))

    with mock.patch.object(basic.AnsibleModule, "warn", warn):
        yield recorded
