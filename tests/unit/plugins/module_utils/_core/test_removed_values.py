# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The masking of a result is that of Ansible for a module."""

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.edgeops.logpush.plugins.module_utils._core.removed_values import (
    WHOLE,
    no_log_values,
    without_values,
)

SPEC: dict[str, t.Any] = {
    "name": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "tokens": {"type": "list", "elements": "str", "no_log": True},
    "splunk": {"type": "dict", "options": {"auth_token": {"type": "str", "no_log": True}, "app": {"type": "str"}}},
    "zones": {
        "type": "list",
        "elements": "dict",
        "options": {"hec_token": {"type": "str", "no_log": True}, "zone": {"type": "str"}},
    },
}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"name": "web", "password": ""},
        {"password": "one", "tokens": ["two", "three"]},
        {
            "splunk": {"auth_token": "four", "app": "launcher"},
            "zones": [{"hec_token": "five", "zone": "a"}, {"zone": "b"}],
        },
    ],
)
def test_the_secret_options_are_those_that_ansible_finds(options: dict[str, t.Any]) -> None:
    validated = ModuleArgumentSpecValidator(SPEC).validate(options)
    assert no_log_values(SPEC, validated.validated_parameters) == validated._no_log_values


def test_every_text_and_number_is_masked() -> None:
    value = {
        "secret": ["the secret word", "secret", ("secrets", None)],
        "numbers": [12345, 1.5, True, "12345"],
        "longer": "secret-and-more",
    }
    assert without_values(value, {"secret", "12345", "secret-and-more", ""}) == {
        "secret": ["the ******** word", WHOLE, ["********s", None]],
        "numbers": [WHOLE, 1.5, True, WHOLE],
        "longer": WHOLE,
    }
    assert without_values(value, set()) == value
