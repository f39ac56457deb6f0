# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let a task of this collection's playbooks fail with one line of output."""

from __future__ import annotations

import collections
import typing as t
from pathlib import Path

from ansible.errors import AnsibleActionFail

# Ansible's default, which is not in its table of defaults.
_DEFAULT_RETRIES = 3
# The attempts by task. A worker process runs one task, so this does not grow.
_ATTEMPTS: t.Counter[str] = collections.Counter()
# Keys of a failed result whose problems are in the message. Ansible would print them in front of it, as one line of JSON.
_IN_THE_MESSAGE = ("report", "checks", "certificate", "nodes")
_COLLECTION = Path(__file__).resolve().parents[2]


class _OneLineFailure(AnsibleActionFail):
    """A failure that ansible-core 2.19 and later print in one line, without repeating it with an extract of the playbook."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        # ansible-core 2.21 and later add C(failed) themselves.
        self._contribution = {key: result[key] for key in result if key != "failed"}
        super().__init__(str(result.get("msg", "")), result=self._contribution)

    @property
    def result_contribution(self) -> t.Mapping[str, object]:
        """The result of the task."""
        return {**self._contribution, "failed": True}

    @property
    def omit_exception_key(self) -> bool:
        """Whether the result has no exception. The callback would print an exception with lines of the playbook, which do
        not help users of a collection's playbook."""
        return True


def finished(task: t.Any, result: dict[str, t.Any], *, final: bool = False) -> dict[str, t.Any]:
    """Return the result of a task. The failure of a task in a playbook or role of this collection is raised as an exception,
    so that it is printed in one line. This does not happen if the task evaluates its result itself, because an exception
    ignores C(failed_when) and C(until). ``final`` is true if the failure is final, so that the exception skips no further
    attempt."""
    looks_at_result = task.failed_when or (task.until and not final) or task.loop is not None
    if not result.get("failed") or looks_at_result or not is_ours(task):
        return result
    shown = {key: value for key, value in result.items() if key not in _IN_THE_MESSAGE}
    if not hasattr(AnsibleActionFail, "omit_exception_key"):
        return shown
    raise _OneLineFailure(shown)


def counted_attempt(task: t.Any) -> int:
    """Count an attempt of a task, and return the number of attempts. Ansible creates a new action for each attempt."""
    _ATTEMPTS[task._uuid] += 1
    return _ATTEMPTS[task._uuid]


def attempts_of(task: t.Any) -> int:
    """Return how often Ansible runs a task whose C(until) is never true."""
    return 1 + (_DEFAULT_RETRIES if task.retries is None else max(0, int(task.retries)))


def is_ours(task: t.Any) -> bool:
    """Return whether a task is in a playbook or role of this collection."""
    path = str(task.get_path() or "").rpartition(":")[0]
    return bool(path) and _COLLECTION in Path(path).resolve().parents
