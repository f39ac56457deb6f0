# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the variables that say how a playbook runs, before it does anything. Their types are in the table of variables.

The variables of a zone are checked where they are read, so that a wrong one fails this zone alone.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._core.errors import OptionError
from ..module_utils._core.options import normalized
from ..module_utils._logpush.batch_sizes import batch_sizes
from ..module_utils._logpush.inventory_variables import BATCH_SIZES, PLAYBOOK_VARIABLES
from ._in_process_action import as_json


def wrong_variables(playbook: str, holders: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return what is wrong with the variables of a playbook, each with the name of the variable. ``holders`` have the variables
    of hosts. Job options that all hosts share are checked with the jobs."""
    variables = [
        variable for variable in PLAYBOOK_VARIABLES if playbook in variable.playbooks and "options" not in variable.spec
    ]
    specs = {variable.name: variable.spec for variable in variables}
    batches = [
        name for name, spec in specs.items() if spec["type"] == BATCH_SIZES["type"] and spec["elements"] == "raw"
    ]
    problems: list[str] = []
    for holder in holders:
        values = normalized(specs, {name: _value(holder, name) for name in specs}, {})
        problems += ArgumentSpecValidator(specs).validate(values).error_messages
        problems += [
            f"{name}: must be text"
            for name, value in values.items()
            if specs[name]["type"] == "str" and isinstance(value, (dict, list))
        ]
        problems += [problem for name in batches for problem in _wrong_batches(name, values.get(name, []))]
    return list(dict.fromkeys(problems))


def _value(holder: t.Mapping[str, t.Any], name: str) -> t.Any:
    """Return the value of a variable, None if there is none. A template that cannot be resolved counts as not set, as
    it does for the filter C(default) of the playbooks."""
    try:
        value = as_json(holder.get(name))
    except Exception:  # Templates raise many kinds of exceptions.
        return None
    # ansible-core before 2.19 returns such a template as text.
    return None if "{{" in str(value) else value


def _wrong_batches(name: str, value: t.Any) -> list[str]:
    try:
        batch_sizes(name, value)
    except OptionError as error:
        return [str(error)]
    return []
