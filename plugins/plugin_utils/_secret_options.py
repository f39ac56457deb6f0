# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep secrets out of the arguments of a task, which every callback receives, even with C(no_log).

A playbook passes a secret as a variable of the task, ``vars: {splunk_hec_secret_options: {hec_token: "{{ ... }}"}}``.
Callbacks receive the templates of a task's variables, not their values. A secret that is an argument anyway, such as the
token of a host, is masked after the task has run.
"""

from __future__ import annotations

import contextlib
import typing as t

from ..module_utils._core.options import is_blank, normalized
from ..module_utils._core.removed_values import no_log_values, without_values
from ..module_utils._core.secrets import MASK, SecretMask, masked_options, secrets_in_options

VARIABLE = "splunk_hec_secret_options"
_INTERNAL = "_ansible_"
# A longer list, such as the zones of a rollout, is shown as the number of its entries.
_LONGEST_LIST = 100


class _Shown(t.NamedTuple):
    """The arguments of a task that has run, without and with their secrets."""

    shown: t.Any
    given: t.Any


# The arguments of the last task of this worker, for its next attempt.
_last = [_Shown(None, None)]


@contextlib.contextmanager
def secrets_filled_in(task: t.Any, secrets: t.Any, spec: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Add the secrets to the arguments of a task until the block ends. ``secrets`` is the value of the variable, if it is
    set. A further attempt of the same task gets them again."""
    given = _last[0].given if task.args is _last[0].shown else task.args
    task.args = _merged(given, secrets if isinstance(secrets, t.Mapping) else {})
    try:
        yield
    finally:
        # Ansible itself has added arguments that callbacks read, such as its version.
        task.args = shown = shown_arguments(task.args, spec)
        _last[0] = _Shown(shown, given)


def shown_arguments(arguments: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of a task without their secrets. The value of an unknown option may be a secret, and a secret can
    also be in the wrong option."""
    known = {name: _shortened(value) for name, value in arguments.items() if name in spec or name.startswith(_INTERNAL)}
    mask = SecretMask()
    mask.add(*secrets_in_options(known))
    shown = {
        name: mask.text(value) if isinstance(value, str) else value for name, value in masked_options(known).items()
    }
    # For options with a secret that no name and no place shows, such as the path of a URL.
    shown = without_values(shown, no_log_values(spec, normalized(spec, known, {})))
    return {**dict.fromkeys(arguments, MASK), **shown}


def _shortened(value: t.Any) -> t.Any:
    is_long = isinstance(value, (list, tuple)) and len(value) > _LONGEST_LIST
    return f"{len(value)} entries" if is_long else value


def _merged(given: t.Mapping[str, t.Any], secrets: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return options with secrets added. An option that is given wins."""
    merged = dict(given)
    for name, value in secrets.items():
        if isinstance(value, t.Mapping) and isinstance(merged.get(name), t.Mapping):
            merged[name] = _merged(merged[name], value)
        elif is_blank(merged.get(name)):
            merged[name] = value
    return merged
