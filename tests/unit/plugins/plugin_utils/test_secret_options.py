# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are among the arguments of a task only while it runs."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.plugin_utils._secret_options import secrets_filled_in

OPTIONS = ("endpoint", "hec_token", "zones", "job_defaults", "splunk", "destination_conf")
SPEC: dict[str, t.Any] = {
    **{name: {} for name in OPTIONS},
    "webhooks": {"type": "list", "options": {"url": {"no_log": True}, "name": {}}},
}
MASK = "********"
CONF = "splunk://hec.example.com:8088/services/collector/raw?channel=1&header_Authorization=Splunk%20SECRET"


def used_and_shown(given: dict[str, t.Any], secrets: t.Any = None) -> tuple[t.Any, t.Any]:
    """Return the arguments of a task while it runs and afterwards."""
    task = types.SimpleNamespace(args=given)
    with secrets_filled_in(task, secrets, SPEC):
        used = task.args
    return used, task.args


def test_a_secret_that_is_a_variable_is_an_argument_while_the_task_runs() -> None:
    used, shown = used_and_shown(
        {"endpoint": "hec.example.com", "job_defaults": {"enabled": True}},
        {"hec_token": "SECRET", "job_defaults": {"hec_token": "SECRET"}},
    )
    assert used["hec_token"] == "SECRET" and used["job_defaults"] == {"enabled": True, "hec_token": "SECRET"}
    assert shown == {
        "endpoint": "hec.example.com",
        "hec_token": MASK,
        "job_defaults": {"enabled": True, "hec_token": MASK},
    }


def test_an_option_that_is_given_wins_unless_it_is_blank() -> None:
    secrets = {"hec_token": "SECRET", "job_defaults": {"hec_token": "SECRET"}}
    assert used_and_shown({"hec_token": "own", "job_defaults": {"hec_token": ""}}, secrets)[0] == {
        "hec_token": "own",
        "job_defaults": {"hec_token": "SECRET"},
    }


@pytest.mark.parametrize("secrets", [None, "", [], "text"])
def test_without_such_a_variable_nothing_is_added(secrets: t.Any) -> None:
    assert used_and_shown({"endpoint": "hec.example.com"}, secrets)[0] == {"endpoint": "hec.example.com"}


@pytest.mark.parametrize(
    "given",
    [
        {"hec_token": "SECRET"},
        {"zones": [{"zone": "a", "hec_token": "SECRET", "jobs": [{"hec_token": "Splunk SECRET"}]}]},
        {"zones": '[{"zone": "a", "hec_token": "SECRET"}]'},
        {"job_defaults": "hec_token=SECRET"},
        {"splunk": {"password": "SECRET", "auth_token": "SECRET"}},
        {"destination_conf": CONF},
        {"zones": [{"destination_conf": CONF.replace("splunk:", "https:")}]},
        {"endpoint": "https://user:SECRET@hec.example.com"},
        {"webhooks": [{"url": "https://hooks.example.com/SECRET", "name": "on call"}]},
        {"webhooks": '[{"url": "https://hooks.example.com/SECRET"}]'},
        {"webhooks": ["https://hooks.example.com/SECRET?wait=true"]},
        {"webhooks": "https://hooks.example.com/SECRET"},
        {"hec_tokn": "SECRET"},
        {"hec_tokn": {"a": ["SECRET"]}},
    ],
)
def test_whatever_is_an_argument_is_masked_afterwards(given: dict[str, t.Any]) -> None:
    used, shown = used_and_shown(given)
    assert used == given
    assert set(shown) == set(given) and "SECRET" not in str(shown)


def test_other_arguments_stay_as_they_are() -> None:
    given = {
        "endpoint": "https://hec.example.com:8088/services/collector/raw",
        "zones": [{"zone": "a", "enabled": True, "sample_rate": 0.5}],
        "_ansible_check_mode": True,
        "_ansible_version": "2.19.0",
    }
    assert used_and_shown(given)[1] == given


def test_a_long_list_is_shown_as_its_number_of_entries() -> None:
    zones = [{"zone": f"zone{number}.example.com", "hec_token": "SECRET"} for number in range(101)]
    assert used_and_shown({"zones": zones[:100]})[1]["zones"][99] == {"zone": "zone99.example.com", "hec_token": MASK}
    used, shown = used_and_shown({"zones": zones})
    assert used["zones"] == zones and shown == {"zones": "101 entries"}


def test_a_second_try_has_the_secrets_again() -> None:
    task = types.SimpleNamespace(args={"hec_token": "SECRET"})
    for dummy in range(2):
        with pytest.raises(RuntimeError), secrets_filled_in(task, None, SPEC):
            assert task.args == {"hec_token": "SECRET"}
            raise RuntimeError
        assert task.args == {"hec_token": MASK}
