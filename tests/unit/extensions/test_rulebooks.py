# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks: which accounts an action repairs, and that their arguments and variables exist."""

from __future__ import annotations

import pathlib
import typing as t

import jinja2.nativetypes
import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._core.options import as_list
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import VARIABLES

EDA = pathlib.Path(__file__).resolve().parents[3] / "extensions/eda"
RULEBOOKS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in EDA.glob("rulebooks/*.yml")}
ACCOUNT = "0" * 31 + "1"


def rule(rulebook: str, name: str) -> dict[str, t.Any]:
    """Return a rule by the beginning of its name."""
    return next(rule for rule in RULEBOOKS[rulebook][0]["rules"] if rule["name"].startswith(name))


def actions_of(rule: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the actions of a rule."""
    return rule["actions"] if "actions" in rule else [rule["action"]]


def rendered(template: str, **variables: t.Any) -> t.Any:
    """Return the value of a template as ansible-rulebook computes it."""
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    return environment.from_string(template).render(variables)


def event(account: str) -> dict[str, t.Any]:
    """Return the event of an alert."""
    return {"account_id": account, "alert_type": "failing_logpush_job_disabled_alert"}


@pytest.mark.parametrize(
    ("variables", "accounts"),
    [
        ({"event": event(ACCOUNT)}, [ACCOUNT]),
        # Text that reads like a number stays text.
        ({"event": event("1" * 32)}, ["1" * 32]),
        ({"event": event("12e" + "4" * 29)}, ["12e" + "4" * 29]),
        ({"event": event("")}, []),
        ({"events": {"m_0": event(ACCOUNT), "m_1": event("b")}}, [ACCOUNT, "b"]),
        ({"events": {"m_0": event(ACCOUNT), "m_1": event("")}}, []),
    ],
)
def test_an_action_repairs_the_accounts_of_its_alerts(variables: t.Any, accounts: list[str]) -> None:
    run = rule("repair", "Repair the accounts")["action"]["run_playbook"]
    assert rendered(run["extra_vars"]["logpush_accounts"], **variables) == accounts


@pytest.mark.parametrize(
    ("variables", "accounts"),
    [
        ({"event": {"payload": event(ACCOUNT)}}, f",{ACCOUNT}"),
        # An answer to a question of a survey must be text.
        ({"event": {"payload": event("1" * 32)}}, f",{'1' * 32}"),
        ({"event": {"payload": {}}}, ","),
        ({"events": {"m_0": {"payload": event("a")}, "m_1": {"payload": event("b")}}}, ",a,b"),
        ({"events": {"m_0": {"payload": event("a")}, "m_1": {"payload": {}}}}, ","),
    ],
)
def test_a_job_repairs_the_accounts_of_its_alerts(variables: t.Any, accounts: str) -> None:
    run = rule("repair_event_stream", "Repair the accounts")["action"]["run_job_template"]
    found = rendered(run["job_args"]["extra_vars"]["logpush_accounts"], **variables)
    assert found == accounts
    assert as_list(found) == [account for account in accounts.split(",") if account]


@pytest.mark.parametrize("name", RULEBOOKS)
def test_the_variables_of_an_action_exist(name: str) -> None:
    known = {variable.name for variable in VARIABLES if "repair" in variable.playbooks}
    for each in RULEBOOKS[name][0]["rules"]:
        for action in actions_of(each):
            for run in (action.get("run_playbook", {}), action.get("run_job_template", {}).get("job_args", {})):
                assert set(run.get("extra_vars", {})) <= known


def test_the_source_gets_its_defaults_without_variables() -> None:
    source = RULEBOOKS["repair"][0]["sources"][0]["edgeops.logpush.logpush_alerts"]
    assert {name: rendered(value) for name, value in source.items()} == dict.fromkeys(source, "")


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_failed_repair_is_reported(name: str) -> None:
    report = rule(name, "Report that jobs could not be repaired")
    message = actions_of(report)[0]["debug"]["msg"]
    assert "could not be repaired: 2." in rendered(message, event={"logpush_repair": {"failed": 2}})
