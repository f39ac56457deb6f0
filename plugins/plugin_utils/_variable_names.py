# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replace options in messages with the variables of a playbook or role of this collection.

Users of a playbook set variables, and do not know the options of the modules in it. The variables are taken from the
templates of the task's options, such as C({{ splunk_hec_ca_path | default(omit) }}).
"""

from __future__ import annotations

import re
import typing as t

from ..module_utils._core.errors import OPTION_VERBS
from ..module_utils._core.options import is_blank
from ..module_utils._logpush.host_variables import JOB_OPTION_VARIABLES

Variables = t.Mapping[str, t.Any]

# The variables that users set. Other variables in a template belong to Ansible, or to the playbook itself.
_PUBLIC = re.compile(r"(?:splunk_hec|splunk_logpush|logpush|cloudflare)_\w+")
_REGISTERED = "_result"
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?:\.(\w+))?(\s*[(\[])?(?:\]\.(\w+))?")
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
_FILTER = re.compile(r"\|\s*[\w.]+")
_DEEPEST = 4
# After one of these, an ordinary word is the name of an option.
_VERBS = r" must be | has no port| begins with | contains "
# Advice that nobody can follow if the playbook has no variable for the option.
_OR_RAISE = re.compile(r", or raise (\w+)(?=\.)")
# The option zones with this variable or this filter has the entries of hosts: of one host in the splunk_logpush role, of all hosts in a
# playbook. The options of their jobs are variables of the hosts.
_HOST_ENTRIES = re.compile(r"splunk_logpush_zone_entry|logpush_zones\(")
# What a message says about one job of a host names options of that job, which are not variables.
_ABOUT_A_JOB = re.compile(r"(splunk_logpush_jobs\[\d+\].*)")
# The keys of a result that have messages.
_MESSAGES = ("msg", "advice", "report", "warnings")
_ROWS = ("results", "failures", "findings")


def named_result(task: t.Any, variables: Variables, result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of a task whose messages name variables instead of options. Of a task that did not fail, only warnings are
    messages."""
    if not result.get("failed") and not result.get("warnings"):
        return dict(result)
    names = variables_of_options(task, variables)
    if not result.get("failed"):
        return {**result, "warnings": _named_value(result["warnings"], names)}
    return {
        key: _named_value(value, names) if key in _MESSAGES else _named_rows(value, names) if key in _ROWS else value
        for key, value in result.items()
    }


def _named_value(value: t.Any, names: t.Mapping[str, str]) -> t.Any:
    if isinstance(value, list):
        return [_named_value(item, names) for item in value]
    return named_text(value, names) if isinstance(value, str) else value


def _named_rows(rows: t.Any, names: t.Mapping[str, str]) -> t.Any:
    if not isinstance(rows, list):
        return rows
    return [
        {key: _named_value(value, names) if key in _MESSAGES else value for key, value in row.items()}
        if isinstance(row, dict)
        else row
        for row in rows
    ]


def named_text(text: str, names: t.Mapping[str, str]) -> str:
    """Return a message with the variable in place of each option. An option whose name is an ordinary word is only replaced
    where the message refers to the option."""
    if not names:
        return text
    parts = _ABOUT_A_JOB.split(text)
    return "".join(part if _ABOUT_A_JOB.match(part) else _with_names(part, names) for part in parts)


def _with_names(text: str, names: t.Mapping[str, str]) -> str:
    text = _OR_RAISE.sub(lambda found: found.group() if found.group(1) in names else "", text)
    longest_first = sorted(names, key=len, reverse=True)
    plain = "|".join(re.escape(name) for name in longest_first if "_" in name) or "(?!)"
    words = "|".join(map(re.escape, longest_first))
    verbs = "|".join(OPTION_VERBS)
    named = re.compile(
        rf"(?<![\w./-])(?:{plain})(?!\w)"
        rf"|(?:(?<=^)|(?<=\n)|(?<=^value of )|(?<=argument ')|(?<=[.:,;] )|(?<=   )|(?<=mean ))(?:{words})"
        rf"(?=: |\?|\.\w|\[|'|(?:, \w+)+: |{_VERBS}|(?:, \w+)* (?:{verbs})\b)"
    )
    advised = re.compile(
        rf"(\b(?:[Cc]heck|[Cc]orrect|[Ss]et) )((?:{words})(?:(?:, or |, | and | or )(?:{words}))*)(?=[.,:;[]|$| to\b| or the\b| \()"
    )
    text = advised.sub(
        lambda found: found.group(1) + re.sub(words, lambda name: names[name.group()], found.group(2)), text
    )
    return named.sub(lambda found: names[found.group()], text)


def variables_of_options(task: t.Any, variables: Variables) -> dict[str, str]:
    """Return the variable of each option of a task whose value comes from a variable. Suboptions are included, with and
    without the name of their option in front."""
    known = _Known(task, variables)
    names: dict[str, str] = {}
    for option, template in _templates(task).items():
        for name, value in _with_suboptions(option, template, variables):
            variable = known.variable_in(value)
            if variable:
                names[name] = variable
        if option == "zones" and _HOST_ENTRIES.search(str(template)):
            given = {option: name for name, option in JOB_OPTION_VARIABLES.items() if known.is_set(name)}
            names = {**given, **names}
    return names


def _templates(task: t.Any) -> dict[str, t.Any]:
    """Return the options of a task as written in its file, including those of C(module_defaults)."""
    templates: dict[str, t.Any] = {}
    # The defaults of the task itself may be templated already. The defaults of the blocks and the play around it are not.
    around = getattr(getattr(task, "_parent", None), "_get_parent_attribute", None)
    found = around("module_defaults") if around else None
    for defaults in found if isinstance(found, list) else ():
        for options in defaults.values():
            templates.update(options if isinstance(options, t.Mapping) else {})
    source = task.get_ds()
    options = source.get(task.action) if isinstance(source, t.Mapping) else None
    templates.update(options if isinstance(options, t.Mapping) else {})
    return templates


def _with_suboptions(option: str, template: t.Any, variables: Variables) -> t.Iterator[tuple[str, t.Any]]:
    yield option, template
    sole = re.fullmatch(r"\{\{\s*(\w+)\s*\}\}", template) if isinstance(template, str) else None
    value = variables.get(sole.group(1)) if sole else template
    if isinstance(value, t.Mapping):
        for key, item in value.items():
            yield str(key), item
            yield f"{option}.{key}", item


class _Known:
    """The variables of a task, including the variables of its role."""

    def __init__(self, task: t.Any, variables: Variables) -> None:
        self._variables = variables
        self._own = getattr(getattr(task, "_role", None), "_role_vars", None) or {}

    def variable_in(self, template: t.Any) -> str | None:
        """Return the variable in a template: the first one that is set, otherwise the first one; None if there is none."""
        found = list(dict.fromkeys(self._variables_in(template, 0)))
        return next(filter(self.is_set, found), found[0]) if found else None

    def is_set(self, name: str) -> bool:
        """Return whether a variable has a value, on the host of the task or on localhost."""
        return any(not is_blank(holder.get(name)) for holder in (self._variables, self._localhost()))

    def _localhost(self) -> Variables:
        try:
            found = self._variables["hostvars"]["localhost"]
        except Exception:  # Templates raise many kinds of exceptions.
            return {}
        return found if isinstance(found, t.Mapping) else {}

    def _variables_in(self, template: t.Any, depth: int) -> t.Iterator[str]:
        if not isinstance(template, str) or depth > _DEEPEST:
            return
        for expression in re.findall(r"\{\{(.*?)\}\}", template, re.DOTALL):
            for name, attribute, opens, item in _NAME.findall(_FILTER.sub("|", _TEXT.sub("", expression))):
                yield from self._variables_of(name, attribute or item, bool(opens), depth)

    def _variables_of(self, name: str, attribute: str, opens: bool, depth: int) -> t.Iterator[str]:
        if attribute:
            holder = self._variables.get(name)
            if _PUBLIC.fullmatch(attribute):
                yield attribute
            elif isinstance(holder, t.Mapping):
                yield from self._variables_in(holder.get(attribute), depth + 1)
        elif opens or name.endswith(_REGISTERED):
            return
        elif _PUBLIC.fullmatch(name) and name not in self._own:
            yield name
        else:
            yield from self._variables_in(self._variables.get(name), depth + 1)
