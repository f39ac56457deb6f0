# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The definition of a module, and the AnsibleModule that runs it and shows no secret."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .http import REQUESTS_IMPORT_ERROR
from .options import misshapen, normalized, unknown, unusable, wrong_choice
from .removed_values import without_values
from .run import Run, RunContext, execute
from .secrets import SecretMask, secrets_in_options
from .text import one_line

# Shorter values of unknown options are not masked: they occur in too many messages.
_SHORTEST_UNKNOWN_SECRET = 8


class ModuleDefinition(t.NamedTuple):
    """The parts of a module. The module and the action plugin with its name share one definition.

    ``run`` does the work. ``returned_secret`` is the key of the result whose value is not masked. ``progress_name`` is
    the name that progress messages of a long run begin with, "" for a short run. ``empty_values``, ``other_names`` and
    ``short_forms`` are those of C(options.normalized). ``works_on_host`` is true for a module that works on files of
    the host of the task: it sends no requests, so the host needs no library, and the host is a machine, not a zone.
    """

    argument_spec: dict[str, t.Any]
    run: Run
    returned_secret: str = ""
    progress_name: str = ""
    empty_values: t.Mapping[str, t.Any] = {}
    other_names: t.Mapping[str, str] = {}
    short_forms: t.Mapping[str, str] = {}
    works_on_host: bool = False

    def normalized(self, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return raw options without blank values, and with text parsed where a list or a mapping is expected."""
        return normalized(self.argument_spec, options, self.empty_values, self.other_names, self.short_forms)


class MaskingModule(AnsibleModule):
    """An AnsibleModule that does not show secrets, even if its options are malformed.

    Ansible collects the values to mask from suboptions. If an option with suboptions is not a mapping, Ansible fails before
    it has collected them, and shows all options unmasked in a message that does not name the option.
    """

    params: dict[str, t.Any]

    def __init__(self, definition: ModuleDefinition) -> None:
        self._definition = definition
        super().__init__(argument_spec=definition.argument_spec, supports_check_mode=True)

    def _load_params(self) -> None:
        super()._load_params()
        spec = self._definition.argument_spec
        # Before any check: Ansible shows the options of a task whose options are wrong.
        self.no_log_values.update(_secrets_of(spec, self.params))
        self.params = self._definition.normalized(self.params)
        problem = unusable(self.params)
        if problem:
            # A result cannot contain such options either.
            self.fail_json(msg=problem, invocation={"module_args": {}})
        problem = (
            misshapen(spec, self.params)
            or unknown(spec, self.params, self._definition.other_names)
            or wrong_choice(spec, self.params)
        )
        if problem:
            # Leave out options with suboptions, whose shape is not known, and the options that Ansible adds.
            shown = {
                name: self.params[name]
                for name, option in spec.items()
                if name in self.params and "options" not in option
            }
            self.fail_json(msg=one_line(problem), invocation={"module_args": shown})

    def add_path_info(self, kwargs: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return a result as it is. Ansible would add the owner and mode of a file to a result with a path."""
        return kwargs


def run_module(definition: ModuleDefinition) -> None:
    """Run a module and exit with its result."""
    module = MaskingModule(definition)
    if not definition.works_on_host and REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    context = RunContext(module.check_mode, getattr(module, "_diff", False), SecretMask())
    returned_secret = definition.returned_secret
    result, failed, warnings, mask, _wrong_option = execute(definition.run, module.params, context, returned_secret)
    for warning in warnings:
        module.warn(warning)
    if result.get(returned_secret):
        # Ansible would mask the returned secret too. So mask the options, which are all that Ansible adds, here.
        shown = without_values(module.params, mask.spellings | module.no_log_values)
        result["invocation"] = {"module_args": shown}
        module.no_log_values.clear()
    else:
        module.no_log_values.update(mask.spellings)
    leave: t.Callable[..., t.Any] = module.fail_json if failed else module.exit_json
    leave(**result)


def _secrets_of(spec: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> set[str]:
    """Return every spelling of possible secrets in raw options of any shape. The value of an unknown option can be one: its
    name may be misspelled."""
    mask = SecretMask()
    mask.learn(*secrets_in_options(values))
    unknown = [value for name, value in values.items() if name not in spec and not name.startswith("_ansible_")]
    mask.add(*(value for value in unknown if isinstance(value, str) and len(value) >= _SHORTEST_UNKNOWN_SECRET))
    return mask.spellings
