# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data that the action collects after each batch of hosts, and its failures."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.action.splunk_logpush_outcome import (
    ActionModule,
    _collected,
    _reported,
    _shown_token,
)

HOSTS = [f"{letter}.example.com" for letter in "abcd"]


def collected(batch: list[str], earlier: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the result of the action for a batch in which every zone failed, if at most one fails as a host."""
    results = [{"host": host, "zone": host, "failed": True, "changed": False, "msg": "no such zone"} for host in batch]
    variables = {
        "r": {"results": results, "summary": {"scopes": len(batch)}},
        "ansible_play_batch": batch,
        "ansible_play_hosts": HOSTS,
    }
    options = {
        "collect": "r",
        "operation": "rollout",
        "earlier": earlier,
        "failed_hosts": 1,
        "report_every_host": None,
        "fail_on_problems": True,
        "fail_on_change": None,
        "steps": None,
    }
    return _collected(options, variables, check_mode=False)


def test_too_many_failed_hosts_are_one_warning_after_the_last_batch() -> None:
    first = collected(HOSTS[:2], {})
    assert "warnings" not in first
    [warning] = collected(HOSTS[2:], first["reports"])["warnings"]
    assert warning.startswith("4 hosts failed, and only the first 1 of them")


def test_a_host_that_fails_by_drift_is_one_line() -> None:
    row = {"host": "a", "changed": True, "failed": False, "action": "created", "msg": ""}
    result = {"results": [row], "summary": {}, "diff": [{"host": "a", "before": {}, "after": {}}]}
    options = {"rollout": "r", "only_failures": True, "fail_on_problems": True, "drift": "Drift."}
    variables = {"r": result, "inventory_hostname": "a"}
    assert _reported(options, variables) == {"changed": True, "failed": True, "msg": "Drift."}
    assert _reported({**options, "drift": ""}, variables) == {"changed": False}
    assert _reported({**options, "only_failures": False}, variables)["jobs"] == [row]


@pytest.mark.parametrize(("action", "changed"), [("created", True), ("unchanged", False)])
def test_what_changes_in_a_token_counts_once(action: str, changed: bool) -> None:
    # The task that creates the value counts as changed.
    hidden = {
        "action": action,
        "changed": changed,
        "token": {"name": "cloudflare"},
        "diff": {"before": {}, "after": {}},
    }
    shown = _shown_token(hidden, with_difference=True)
    assert not shown["changed"] and ("diff" in shown) is changed
    assert "diff" not in _shown_token(hidden, with_difference=False)


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        # The template of a check that found nothing is empty text.
        ({"failure": ""}, {"changed": False}),
        ({"failure": "No zone."}, {"failed": True, "msg": "No zone."}),
        ({"values": {}, "types": {}}, {"changed": False}),
        ({}, {"failed": True, "msg": "one of the following is required: rollout, collect, text, token"}),
    ],
)
def test_an_empty_failure_is_no_failure_and_no_missing_option(
    arguments: dict[str, t.Any], result: dict[str, t.Any]
) -> None:
    task = types.SimpleNamespace(args=arguments, check_mode=False)
    action = ActionModule(task, None, None, None, None, None)  # type: ignore[no-untyped-call]
    assert action._done({}) == result


def test_the_first_host_of_a_play_warns_of_misspelled_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda self, text: warnings.append(text))
    own = {"splunk_hec_indx": "web", "splunk_hec_port": 8088, "my_team": "shop"}
    variables = {"hostvars": {"localhost": own, "other": own}, "ansible_play_hosts_all": ["localhost", "other"]}
    for host in ("localhost", "other"):
        for compare in (True, False):
            arguments = {"values": {}, "types": {}, "compare_names": compare}
            task = types.SimpleNamespace(args=arguments, check_mode=False)
            action = ActionModule(task, None, None, None, None, None)  # type: ignore[no-untyped-call]
            assert action._done({**variables, "inventory_hostname": host}) == {"changed": False}
    assert warnings == ["splunk_hec_indx (1 host) is not a variable of this collection; did you mean splunk_hec_index?"]


class HostVars(t.Dict[str, t.Dict[str, t.Any]]):
    """The variables of hosts, which have no templates."""

    raw_get = dict.__getitem__


@pytest.mark.parametrize(
    ("hosts", "own", "at_localhost", "failure"),
    [
        (["a"], {}, {}, "not confirmed"),
        ([], {}, {}, "no host"),
        # A wrong variable comes first, on the first host or on localhost.
        (["a", "b"], {"logpush_concurrency": "many"}, {}, "logpush_concurrency: must be a whole number"),
        ([], {}, {"logpush_concurrency": "many"}, "logpush_concurrency: must be a whole number"),
        (["b", "a"], {"logpush_concurrency": "many"}, {}, "not confirmed"),
    ],
)
def test_the_variables_of_a_playbook_are_checked_first(
    hosts: list[str], own: dict[str, t.Any], at_localhost: dict[str, t.Any], failure: str
) -> None:
    arguments = {
        "failure": "not confirmed",
        "checked_playbook": "rollout",
        "checked_hosts": hosts,
        "no_host": "no host",
    }
    task = types.SimpleNamespace(args=arguments, check_mode=False)
    action = ActionModule(task, None, None, None, None, None)  # type: ignore[no-untyped-call]
    done = action._done({"hostvars": HostVars({"a": own, "b": {}, "localhost": at_localhost})})
    assert done["failed"] and failure in done["msg"]
