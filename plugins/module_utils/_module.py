# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""A module that keeps its secrets whatever its options are."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.validation import check_type_dict


class DiscreetModule(AnsibleModule):
    """A module some of whose options have options of their own.

    Ansible looks into these while it collects what is secret. Where one is no mapping, it gives up over it, names no
    option, and shows all of them with nothing masked.
    """

    def _load_params(self) -> None:
        super()._load_params()
        problem = misshapen(self.argument_spec, self.params)
        if problem:
            self.no_log_values.update(_secrets_of(self.argument_spec, self.params))
            # What else is in them is Ansible's own.
            shown = {name: self.params[name] for name in self.argument_spec if name in self.params}
            self.fail_json(msg=problem, invocation={"module_args": shown})


def misshapen(spec: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any], path: str = "") -> str | None:
    """Say which of the options that have options of their own is no mapping, or no list of mappings; None if none is."""
    for name, option, called, item in _inner(spec, values, path):
        mapping = as_mapping(item)
        if mapping is None:
            listed = ", ".join(list(option["options"])[:8])
            return f"{called}: must be a mapping, with any of {listed}" + (" ..." if len(option["options"]) > 8 else "")
        problem = misshapen(option["options"], mapping, f"{called}.")
        if problem:
            return problem
    return None


def as_mapping(value: t.Any) -> dict[str, t.Any] | None:
    """Give a mapping, or what Ansible reads text as; None where it is none."""
    try:
        return check_type_dict(value)
    except (TypeError, ValueError):
        return None


def _inner(
    spec: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any], path: str
) -> t.Iterator[tuple[str, t.Mapping[str, t.Any], str, t.Any]]:
    """Each option that has options of its own, what it is called, and its value, or each item of it where it is a list."""
    for name, option in spec.items():
        value = values.get(name)
        if not option.get("options") or value is None or value == "":
            continue
        if option.get("type") == "dict":
            yield name, option, f"{path}{name}", value
        else:
            for number, item in enumerate(value if isinstance(value, list) else [value]):
                yield name, option, f"{path}{name}[{number}]", item


def _secrets_of(spec: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> set[str]:
    found = {str(values[name]) for name, option in spec.items() if option.get("no_log") and values.get(name)}
    for dummy, option, dummy, item in _inner(spec, values, ""):
        found |= _secrets_of(option["options"], as_mapping(item) or {})
    return found
