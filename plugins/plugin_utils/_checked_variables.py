# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks that a playbook or role makes with C(splunk_logpush_outcome) before it does anything: the variables that say how a
playbook runs, whose types are in the table of variables, and the variables that describe Splunk.

The variables of a zone are checked where they are read, so that a wrong one fails this zone alone.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.utils.display import Display

from ..module_utils._core.errors import OptionError
from ..module_utils._core.options import in_words, is_blank, misshapen, normalized, unknown
from ..module_utils._logpush.batch_sizes import batch_sizes
from ..module_utils._logpush.inventory_variables import BATCH_SIZES, PLAYBOOK_VARIABLES
from ..module_utils._logpush.variable_names import NameCounts
from ..module_utils._splunk.sourcetype_settings import SOURCETYPE_SPEC, check_sourcetype_name, stanza
from ..module_utils._splunk.topology_rules import Described, removed_tokens, topology_nodes
from ._in_process_action import as_json

Options = t.Mapping[str, t.Any]
Variables = t.Mapping[str, t.Any]

_SOURCETYPES = "splunk_hec_sourcetypes"


class HostVariables(t.NamedTuple):
    """The variables of a host: as they are written, and with their templates resolved when they are read."""

    written: t.Mapping[str, t.Any]
    resolved: t.Mapping[str, t.Any]


def failure_of(options: Options, variables: Variables) -> str:
    """Return the message with which a playbook must not go on, "" if there is none: wrong variables, no host, or the failure
    that the playbook itself has found."""
    no_host = "" if options["checked_hosts"] else options["no_host"]
    return _wrong_variables(options, variables) or no_host or options["failure"] or ""


def checked_values(options: Options, variables: Variables) -> dict[str, t.Any]:
    """Return the result of a check of the values of variables: what is wrong with them, or the nodes that they describe."""
    if options["compare_names"]:
        _warn_of_misspelled_names(variables)
    described = dict(options["topology"] or {})
    problems = [
        *ArgumentSpecValidator(options["types"]).validate(options["values"]).error_messages,
        *wrong_sourcetypes(_SOURCETYPES, described.pop(_SOURCETYPES, None)),
    ]
    if problems:
        return {"failed": True, "msg": "; ".join(problems)}
    return _nodes_of(described) if described else {"changed": False}


def _wrong_variables(options: t.Mapping[str, t.Any], variables: t.Mapping[str, t.Any]) -> str:
    """Return what is wrong with the variables that say how a playbook runs, "" if nothing is. Those of Splunk can be variables of
    localhost alone."""
    if not options["checked_playbook"]:
        return ""
    hosts = variables["hostvars"]
    names = [name for name in dict.fromkeys((*options["checked_hosts"][:1], "localhost")) if name in hosts]
    checked = [HostVariables(hosts.raw_get(name), hosts[name]) for name in names]
    return "; ".join(wrong_variables(options["checked_playbook"], checked))


def _nodes_of(described: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the nodes of a Splunk installation with all defaults and the tokens to remove, or what is wrong with its variables."""
    try:
        values = {name.replace("splunk_hec_", "", 1): value for name, value in as_json(described).items()}
        installation = Described(**values)
        nodes, removed = topology_nodes(installation), removed_tokens(installation)
    except OptionError as error:
        return {"failed": True, "msg": str(error)}
    return {"changed": False, "nodes": [node._asdict() for node in nodes], "removed_tokens": removed}


def _warn_of_misspelled_names(variables: t.Mapping[str, t.Any]) -> None:
    """Warn of variables of the host whose names are near to those of the collection. Only the first host of a play warns."""
    host = variables["inventory_hostname"]
    if host != next(iter(variables.get("ansible_play_hosts_all") or [host])):
        return
    counts = NameCounts()
    counts.add(variables["hostvars"][host])
    for warning in counts.warnings():
        Display().warning(warning)


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
