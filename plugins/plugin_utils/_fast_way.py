# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: it may change in any release.

"""The fast way of a module: the same rooms, run inside Ansible's worker.

A module costs a fork, a build and a compilation of hundreds of kilobytes of Python for each host, which takes some
twenty times as long as what it does. Where the module would run on this machine under the rights and in the environment
of Ansible itself, running its rooms here comes to the very same thing.
"""

from __future__ import annotations

import datetime
import os
import sys
import typing as t

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run, carry_out
from ansible_collections.edgeops.logpush.plugins.module_utils._http import REQUESTS_IMPORT_ERROR
from ansible_collections.edgeops.logpush.plugins.module_utils._module import misshapen


class FastWay(ActionBase):
    """An action that does what the module of its name does. Each one names the module's argument spec and run."""

    _supports_check_mode = True
    _supports_async = True

    argument_spec: dict[str, t.Any] = {}

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        raise AssertionError("each action gives its own")

    def renamed(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Give the options under the names that the argument spec knows."""
        return options

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task, here or as the module."""
        result = super().run(tmp, task_vars)
        del tmp
        if not self._is_the_same_here(task_vars or {}):
            return {**result, **self._as_module(task_vars)}
        options = self.renamed(plain(self._task.args))
        if misshapen(self.argument_spec, options):
            return {**result, **self._as_module(task_vars)}
        validation = ModuleArgumentSpecValidator(self.argument_spec).validate(options)
        if validation.error_messages:
            # The module says it in the words that people know.
            return {**result, **self._as_module(task_vars)}
        outcome = carry_out(self.run_of_module(), validation.validated_parameters, self._task.check_mode)
        done = {"invocation": {"module_args": validation.validated_parameters}, **outcome.result}
        if outcome.failed:
            done["failed"] = True
        done.setdefault("changed", False)
        if outcome.warnings:
            done["warnings"] = outcome.warnings
        # Ansible scrubs what a module gives, and nothing that an action does.
        return {**result, **remove_values(done, outcome.mask.spellings | validation._no_log_values)}

    def _is_the_same_here(self, task_vars: dict[str, t.Any]) -> bool:
        """Whether the module would run on this machine, as this user, in this environment, under this Python, and wait for
        its end."""
        return (
            self._connection.transport == "local"
            and self._connection.become is None
            and not any(self._task.environment or [])
            and not self._task.async_val
            and REQUESTS_IMPORT_ERROR is None
            and self._is_this_python(task_vars.get("ansible_python_interpreter"))
        )

    def _is_this_python(self, interpreter: t.Any) -> bool:
        """Whether an interpreter that somebody chose is the one of Ansible itself. By its folder: the names in it are the
        same one, and the pythons of two virtual environments have the same target."""
        chosen = str(self._templar.template(interpreter)) if interpreter else ""
        return os.sep not in chosen or os.path.dirname(chosen) == os.path.dirname(sys.executable)

    def _as_module(self, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        """Run the module as Ansible does where a module has no action of its own."""
        action = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        return action.run(task_vars=task_vars)


def plain(value: t.Any) -> t.Any:
    """Give a value as a module gets it, which is sent to it as JSON: without the types that Ansible uses on the way, such
    as text from a vault."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, t.Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return "".join(str(value))
