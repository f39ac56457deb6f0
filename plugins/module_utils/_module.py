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
        for name, option in self.argument_spec.items():
            value = self.params.get(name)
            if option.get("type") == "dict" and option.get("options") and value is not None and not _is_mapping(value):
                self._refuse(f"{name}: must be a mapping, with any of {', '.join(option['options'])}")

    def _refuse(self, problem: str) -> None:
        secret = {name for name, option in self.argument_spec.items() if option.get("no_log")}
        self.no_log_values.update(str(self.params[name]) for name in secret if self.params.get(name))
        # What else is in them is Ansible's own.
        shown = {name: self.params[name] for name in self.argument_spec if name in self.params}
        self.fail_json(msg=problem, invocation={"module_args": shown})


def _is_mapping(value: t.Any) -> bool:
    """Whether an option is a mapping, or text that Ansible reads as one."""
    try:
        check_type_dict(value)
    except (TypeError, ValueError):
        return False
    return True
