# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""The way from an AnsibleModule to the rooms and back, the same for every module."""

from __future__ import annotations

import os
import traceback
import typing as t

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._http import REQUESTS_IMPORT_ERROR
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import MASK, SecretMask, passwords_in_urls

Run = t.Callable[[t.Mapping[str, t.Any], bool, SecretMask], t.Dict[str, t.Any]]


class Outcome(t.NamedTuple):
    """What a run came to: its masked result, whether it failed, what it warns of, and the mask."""

    result: dict[str, t.Any]
    failed: bool
    warnings: list[str]
    mask: SecretMask


def carry_out(run: Run, options: t.Mapping[str, t.Any], check_mode: bool, returned_secret: str = "") -> Outcome:
    """Run ``run(options, check_mode, mask)`` and give what came of it, masked, or the words of its error.

    ``returned_secret`` is the key of the result whose value is a secret that the module exists to hand out: it stays
    readable there, and nowhere else. No exception gets through: Ansible does not mask the text of a traceback.
    """
    mask = SecretMask()
    # A URL is refused for its password, and would be shown with it.
    mask.add(*passwords_in_urls(options))
    failed = True
    try:
        result = run(options, check_mode, mask)
        failed = bool(result.pop("failed", False))
    except CollectionError as error:
        result = {"msg": str(error), **error.details}
    except Exception as error:
        result = {"msg": _bug(error)}
    handed_out = result.pop(returned_secret, None)
    warnings = [mask.text(warning) for warning in result.pop("warnings", [])]
    result = mask.value(result)
    if handed_out:
        result[returned_secret] = handed_out
    return Outcome(result, failed, warnings, mask)


def run_module(module: AnsibleModule, run: Run, returned_secret: str = "") -> None:
    """Carry a run out and leave the module with what came of it. For ``returned_secret`` see ``carry_out``."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result, failed, warnings, mask = carry_out(run, module.params, module.check_mode, returned_secret)
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
    """The options of the task, with those masked that are secrets by themselves."""
    secret = {name for name, option in module.argument_spec.items() if option.get("no_log")}
    return {name: MASK if name in secret and value else value for name, value in module.params.items()}


def _bug(error: Exception) -> str:
    """Say where the code failed, without the values that it worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"This is a bug in edgeops.logpush, please report it: {type(error).__name__} at {where}."
