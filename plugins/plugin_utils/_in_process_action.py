# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's definition inside Ansible's worker, where that is equivalent to running the module.

A module costs a fork, a build and a compilation of hundreds of kilobytes of Python for each host, about twenty times the
cost of its own work. Where the module would run on this machine, as this user and in the environment of Ansible itself,
running its definition here gives the same result.
"""

from __future__ import annotations

import datetime
import gc
import os
import sys
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils._core.http import REQUESTS_IMPORT_ERROR
from ..module_utils._core.module import ModuleDefinition
from ..module_utils._core.options import misshapen, unusable
from ..module_utils._core.removed_values import no_log_values, without_values
from ..module_utils._core.run import RunContext, execute
from ..module_utils._core.secrets import SecretMask
from ._failure import attempts_of, counted_attempt, finished, is_ours
from ._orphan_guard import ends_with_parent
from ._progress_reporter import reported_progress
from ._secret_options import VARIABLE, secrets_filled_in
from ._template_plugins import load_template_plugins
from ._variable_names import named_result

# Ansible imports this file before it forks the worker of each host.
load_template_plugins()
# A worker shares the memory of Ansible until it writes to it. The collector of garbage would write to every object.
os.register_at_fork(after_in_child=gc.freeze)


_NO_MACHINE = "A zone is not a machine to connect to: set connection: local."


class InProcessAction(ActionBase):
    """An action that does the work of the module with the same name. Subclasses name the definition of their module."""

    _supports_check_mode = True
    _supports_async = True

    definition: ModuleDefinition
    _has_wrong_option = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task in this process, or as the module."""
        is_last = counted_attempt(self._task) >= attempts_of(self._task)
        found = (task_vars or {}).get(VARIABLE)
        secrets = self._templar.template(found) if found else None
        with ends_with_parent(), secrets_filled_in(self._task, secrets, self.definition.argument_spec):
            result = {**super().run(tmp, task_vars), **self._run(task_vars)}
        if is_ours(self._task):
            result = named_result(self._task, task_vars or {}, result)
        return finished(self._task, result, final=self._has_wrong_option or is_last)

    def _run(self, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        spec = self.definition.argument_spec
        if not self._is_equivalent(task_vars or {}):
            return self._as_module(task_vars)
        options = self.definition.normalized(as_json(self._task.args))
        if unusable(options) or misshapen(spec, options):
            self._has_wrong_option = True
            return self._as_module(task_vars)
        validation = ModuleArgumentSpecValidator(spec).validate(options)
        if validation.error_messages:
            # The module reports the error in Ansible's usual words.
            self._has_wrong_option = True
            return self._as_module(task_vars)
        options = validation.validated_parameters
        with reported_progress(self.definition.progress_name) as progress:
            context = RunContext(self._task.check_mode, self._task.diff, SecretMask(), progress)
            outcome = execute(self.definition.run, options, context, self.definition.returned_secret)
        self._has_wrong_option = outcome.wrong_option
        done = {"invocation": {"module_args": options}, **outcome.result}
        if outcome.failed:
            done["failed"] = True
        done.setdefault("changed", False)
        if outcome.warnings:
            done["warnings"] = outcome.warnings
        returned = {key: done.pop(key) for key in (self.definition.returned_secret,) if key in done}
        # Ansible masks the result of a module, but not the result of an action.
        masked = without_values(done, outcome.mask.spellings | no_log_values(spec, options))
        return {**masked, **returned}

    def _is_equivalent(self, task_vars: dict[str, t.Any]) -> bool:
        """Return whether the module would run on this machine, as this user, in this environment and under this Python, and
        whether Ansible would wait for its end."""
        return (
            self._connection.transport == "local"
            and self._connection.become is None
            and not any(self._task.environment or [])
            and not self._task.async_val
            and (REQUESTS_IMPORT_ERROR is None or self.definition.works_on_host)
            and self._is_this_python(task_vars.get("ansible_python_interpreter"))
        )

    def _is_this_python(self, interpreter: t.Any) -> bool:
        """Return whether the configured interpreter is the one of Ansible itself. The folders are compared: all names
        in one folder are the same Python, and the Pythons of two virtual environments can be links to the same
        file."""
        chosen = str(self._templar.template(interpreter)) if interpreter else ""
        return os.sep not in chosen or os.path.dirname(chosen) == os.path.dirname(sys.executable)

    def _as_module(self, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        """Run the module in the way Ansible runs a module without an action plugin."""
        action = self._shared_loader_obj.action_loader.get(
            "ansible.builtin.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        try:
            return t.cast("dict[str, t.Any]", action.run(task_vars=task_vars))
        except AnsibleConnectionFailure as error:
            if self.definition.works_on_host:
                raise
            raise AnsibleConnectionFailure(f"{str(error).rstrip('.')}. {_NO_MACHINE}") from None


def as_json(value: t.Any) -> t.Any:
    """Return a value in the form that a module receives, as JSON, without types such as text from a vault."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return "".join(str(value))
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, t.Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_json(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return "".join(str(value))
