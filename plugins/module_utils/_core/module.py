# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a module consists of, and how Ansible runs it as a module without showing a secret."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .http import REQUESTS_IMPORT_ERROR
from .options import as_mapping, misshapen, normalized, with_suboptions
from .run import Run, RunContext, execute
from .secrets import MASK, SecretMask


class ModuleDefinition(t.NamedTuple):
    """What a module consists of. The module and the action plugin of its name share it.

    ``run`` does the work. ``returned_secret`` is the key of the result whose value stays readable. ``progress_name`` is
    the name under which a long run reports its progress, "" for a short one. ``empty_values`` are the options for which
    an empty string is a value (see C(options.normalized)).
    """

    argument_spec: dict[str, t.Any]
    run: Run
    returned_secret: str = ""
    progress_name: str = ""
    empty_values: t.Mapping[str, t.Any] = {}

    def normalized(self, options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return raw options as the argument layer reads them."""
        return normalized(self.argument_spec, options, self.empty_values)


class MaskingModule(AnsibleModule):
    """A module that shows no secret, whatever its options are.

    Ansible looks for secrets in suboptions while it collects what to mask. Where such an option is no mapping, Ansible
    fails, names no option, and shows all of them unmasked.
    """

    def __init__(self, definition: ModuleDefinition) -> None:
        self._definition = definition
        super().__init__(argument_spec=definition.argument_spec, supports_check_mode=True)

    def _load_params(self) -> None:
        super()._load_params()
        spec = self._definition.argument_spec
        self.params = self._definition.normalized(self.params)
        problem = misshapen(spec, self.params)
        if problem:
            self.no_log_values.update(_secrets_of(spec, self.params))
            # The other parameters are Ansible's own.
            shown = {name: self.params[name] for name in spec if name in self.params}
            self.fail_json(msg=problem, invocation={"module_args": shown})


def run_module(definition: ModuleDefinition) -> None:
    """Run a module and exit with its result."""
    module = MaskingModule(definition)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    context = RunContext(module.check_mode, module._diff, SecretMask())
    returned_secret = definition.returned_secret
    result, failed, warnings, mask = execute(definition.run, module.params, context, returned_secret)
    for warning in warnings:
        module.warn(warning)
    if result.get(returned_secret):
        # Ansible would mask it here, too. So the options, which are all that Ansible adds, are masked by hand.
        result["invocation"] = {"module_args": mask.value(_without_secrets(module))}
        module.no_log_values.clear()
    else:
        module.no_log_values.update(mask.spellings)
    leave: t.Callable[..., t.Any] = module.fail_json if failed else module.exit_json
    leave(**result)


def _without_secrets(module: AnsibleModule) -> dict[str, t.Any]:
    """Return the options of the task, with those masked that are secrets by themselves."""
    secret = {name for name, option in module.argument_spec.items() if option.get("no_log")}
    return {name: MASK if name in secret and value else value for name, value in module.params.items()}


def _secrets_of(spec: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> set[str]:
    found = {str(values[name]) for name, option in spec.items() if option.get("no_log") and values.get(name)}
    for option, dummy, item in with_suboptions(spec, values):
        found |= _secrets_of(option["options"], as_mapping(item) or {})
    return found
