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
from ..module_utils._core.options import in_words, is_blank, misshapen, normalized, unknown
from ..module_utils._logpush.batch_sizes import batch_sizes
from ..module_utils._logpush.inventory_variables import BATCH_SIZES, PLAYBOOK_VARIABLES
from ..module_utils._splunk.sourcetype_settings import SOURCETYPE_SPEC, check_sourcetype_name, stanza
from ._in_process_action import as_json


class HostVariables(t.NamedTuple):
    """The variables of a host: as they are written, and with their templates resolved when they are read."""

    written: t.Mapping[str, t.Any]
    resolved: t.Mapping[str, t.Any]


def wrong_variables(playbook: str, hosts: t.Iterable[HostVariables]) -> list[str]:
    """Return what is wrong with the variables of a playbook, each with the name of the variable. Job options that all hosts share
    are checked with the jobs."""
    specs = {
        variable.name: variable.spec
        for variable in PLAYBOOK_VARIABLES
        if playbook in variable.playbooks and "options" not in variable.spec
    }
    # Almost every value can be text, so templates of text, which can read a secret or create something, are left to the playbook.
    texts = [name for name, spec in specs.items() if spec["type"] == "str"]
    batches = [name for name, spec in specs.items() if BATCH_SIZES.items() <= spec.items()]
    typed = {name: spec for name, spec in specs.items() if name not in (*texts, *batches)}
    problems: list[str] = []
    for host in hosts:
        values = normalized(typed, {name: _value(host.resolved, name) for name in typed}, {})
        problems += map(in_words, ArgumentSpecValidator(typed).validate(values).error_messages)
        problems += [f"{name}: must be text" for name in texts if isinstance(host.written.get(name), (dict, list))]
        problems += [problem for name in batches for problem in _wrong_batches(name, _value(host.resolved, name))]
    return list(dict.fromkeys(problems))


def wrong_sourcetypes(name: str, value: t.Any) -> list[str]:
    """Return what is wrong with a variable that lists source types."""
    spec = {name: {"type": "list", "elements": "dict", "options": SOURCETYPE_SPEC}}
    values = normalized(spec, {name: as_json(value)}, {})
    problem = misshapen(spec, values) or unknown(spec, values)
    if problem:
        return [problem]
    validation = ArgumentSpecValidator(spec).validate(values)
    if validation.error_messages:
        return list(map(in_words, validation.error_messages))
    for number, entry in enumerate(validation.validated_parameters[name] or []):
        try:
            check_sourcetype_name(entry["name"])
            stanza(entry)
        except OptionError as error:
            return [f"{name}[{number}].{error}"]
    return []


def _value(variables: t.Mapping[str, t.Any], name: str) -> t.Any:
    """Return the value of a variable, None if there is none. A template that cannot be resolved counts as not set, as
    it does for the filter C(default) of the playbooks."""
    try:
        value = as_json(variables.get(name))
    except Exception:  # Templates raise many kinds of exceptions.
        return None
    # ansible-core before 2.19 returns such a template as text.
    return None if "{{" in str(value) else value


def _wrong_batches(name: str, value: t.Any) -> list[str]:
    try:
        batch_sizes(name, [] if is_blank(value) else value)
    except OptionError as error:
        return [str(error)]
    return []
