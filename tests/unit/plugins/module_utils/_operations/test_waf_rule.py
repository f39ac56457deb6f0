# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WAF rule for Logpush: its content, and that it is created once, against a real simulator."""

from __future__ import annotations

import re
import typing as t

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import NoAnswerError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.waf_rule import (
    PHASE,
    handmade_rule,
    manage_rule,
    own_rule,
    plan_absent,
    plan_present,
    wanted_rule,
)
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context

HOST = "hec.example.com"
WANTED = wanted_rule(HOST)
BLOCK = {"action": "block", "expression": "(ip.src eq 192.0.2.1)", "description": "somebody else's"}


class Zone:
    """A zone of the simulator, and what the module does to it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.id = simulator.zone_ids["shop.example.com"]

    def manage(self, check_mode: bool = False, **options: t.Any) -> dict[str, t.Any]:
        """Run the module with these options."""
        defaults = {
            "api_url": self.simulator.api_url,
            "api_token": self.simulator.api_token,
            "zone_id": self.id,
            "host": HOST,
            "state": "present",
            "validate_certs": True,
            "timeout": 1,
            "retries": 1,
        }
        return manage_rule({**defaults, **options}, context(check_mode))

    def have(self, *found: dict[str, t.Any]) -> None:
        """Create the ruleset with these rules, as the dashboard does."""
        body = {"name": "default", "kind": "zone", "phase": PHASE, "rules": list(found)}
        headers = {"Authorization": f"Bearer {self.simulator.api_token}"}
        url = f"{self.simulator.api_url}/zones/{self.id}/rulesets"
        assert requests.post(url, json=body, headers=headers, timeout=5).status_code == 200
        self.simulator.wipe_requests()

    @property
    def rules(self) -> list[dict[str, t.Any]]:
        """The rules of the zone, in order."""
        return [rule for ruleset in self.simulator.state()["rulesets"].get(self.id, []) for rule in ruleset["rules"]]

    @property
    def asked(self) -> list[str]:
        """The methods of the requests so far, in order."""
        return [entry["method"] for entry in self.simulator.requests(side="api")]


@pytest.fixture
def zone(simulator: Simulator) -> Zone:
    """Return a zone without rules."""
    return Zone(simulator)


def without(*keys: str, **changes: t.Any) -> dict[str, t.Any]:
    """Return the wanted rule with some keys left out or changed."""
    return {**{key: value for key, value in WANTED.items() if key not in keys}, **changes}


# The rule


def test_the_rule_lets_nothing_else_through() -> None:
    assert WANTED["action"] == "skip" and WANTED["enabled"] is True
    assert WANTED["action_parameters"] == {"phases": ["http_request_firewall_managed"]}
    expression = WANTED["expression"]
    # Cloudflare's conditions: the network, the client, the path with its channel.
    for condition in (
        'http.host eq "hec.example.com"',
        'http.request.method eq "POST"',
        "132892",
        'http.user_agent eq "Go-http-client/2.0"',
        'http.request.uri.query contains "channel"',
        'http.request.uri.path eq "/services/collector/raw"',
    ):
        assert condition in expression
    assert " or " not in expression and expression.count("(") == expression.count(")")


def test_a_rule_is_found_by_its_reference_or_its_expression() -> None:
    own = without(expression="(changed)")
    handmade = without("ref", description="made by hand", ref="0f")
    other_host = wanted_rule("hec.example.org")
    assert own_rule([BLOCK, other_host, handmade, own], WANTED) is own
    assert own_rule([BLOCK, other_host, handmade], WANTED) is None
    assert handmade_rule([BLOCK, other_host, own, handmade], WANTED) is handmade
    assert handmade_rule([BLOCK, other_host, own, without("ref", action="block")], WANTED) is None


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (WANTED, set()),
        (without(description="by hand", ref="other"), set()),
        (without(enabled=False), {"enabled"}),
        (without("enabled"), {"enabled"}),
        (without(expression="(true)", action="log"), {"expression", "action", "action_parameters"}),
        (without(action_parameters={"phases": ["http_ratelimit", *WANTED["action_parameters"]["phases"]]}), set()),
        (without(action_parameters={"ruleset": "current"}), {"action_parameters"}),
        (without("action_parameters"), {"action_parameters"}),
    ],
)
def test_what_differs(rule: dict[str, t.Any], keys: set[str]) -> None:
    plan = plan_present(WANTED, rule)
    assert set(plan.before) == set(plan.after) == keys
    assert plan.writes is bool(keys)
    assert plan_present(WANTED, plan.body) == plan._replace(action="unchanged", before={}, after={})


def test_a_missing_rule_is_created_and_nothing_is_removed() -> None:
    assert plan_present(WANTED, None).body == WANTED
    assert not plan_absent(None).writes
    assert plan_absent(WANTED).before == WANTED


def test_what_else_a_rule_skips_stays() -> None:
    parameters = {"phases": ["http_ratelimit"], "products": ["bic"]}
    after = plan_present(WANTED, without(action_parameters=parameters)).after
    assert after["action_parameters"] == {
        "phases": ["http_ratelimit", "http_request_firewall_managed"],
        "products": ["bic"],
    }


# Created once


@pytest.mark.parametrize("existing", [[], [BLOCK]])
def test_the_life_of_the_rule(zone: Zone, existing: list[dict[str, t.Any]]) -> None:
    if existing:
        zone.have(*existing)
    predicted = zone.manage(check_mode=True)
    assert zone.asked == ["GET"] and len(zone.rules) == len(existing)
    made = zone.manage()
    assert zone.asked == ["GET", "GET", "POST"]
    assert made["action"] == predicted["action"] == "created" and made["diff"] == predicted["diff"]
    assert [rule["action"] for rule in zone.rules] == [rule["action"] for rule in existing] + ["skip"]
    assert zone.manage()["action"] == "unchanged"
    assert zone.manage(host="HEC.example.com")["action"] == "unchanged"
    assert zone.manage(host="hec.example.org")["action"] == "created"
    assert zone.manage(host="hec.example.org", state="absent")["action"] == "deleted"
    assert zone.manage(check_mode=True, state="absent")["action"] == "deleted"
    assert zone.manage(state="absent")["action"] == "deleted"
    assert zone.manage(state="absent")["action"] == "unchanged"
    assert [rule["action"] for rule in zone.rules] == [rule["action"] for rule in existing]


def test_a_rule_made_by_hand_is_taken_over_with_all_that_it_has(zone: Zone) -> None:
    zone.have(without("ref", description="by hand", enabled=False, logging={"enabled": False}), BLOCK)
    [before, _block] = zone.rules
    changed = zone.manage()
    headers = dict.fromkeys(("before_header", "after_header"), "WAF rule for hec.example.com")
    assert (changed["action"], changed["diff"]) == (
        "updated",
        {**headers, "before": {"enabled": False}, "after": {"enabled": True}},
    )
    assert zone.asked == ["GET", "PATCH"]
    [after, block] = zone.rules
    assert block["action"] == "block"
    assert {key: after[key] for key in ("id", "ref", "description", "logging")} == {
        key: before[key] for key in ("id", "ref", "description", "logging")
    }
    assert zone.manage()["action"] == "unchanged"


@pytest.mark.parametrize("kind", ["reset", "hang", "truncated"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.usefixtures("impatient")
def test_a_lost_answer_never_makes_two_rules(zone: Zone, kind: str, moment: str) -> None:
    zone.simulator.set_faults({"kind": kind, "method": "POST", "moment": moment, "seconds": 5})
    with pytest.raises(
        NoAnswerError, match="Adding a WAF rule to zone .*Run this again: it checks for the rule before it adds one"
    ):
        zone.manage()
    zone.manage()
    assert len(zone.rules) == 1 and zone.manage()["action"] == "unchanged"
    zone.simulator.set_faults({"kind": kind, "method": "DELETE", "moment": moment, "seconds": 5})
    zone.manage(state="absent")
    assert zone.rules == []


def test_a_handmade_rule_is_not_removed(zone: Zone) -> None:
    zone.have(without("ref", description="by hand"))
    assert zone.manage(state="absent")["action"] == "unchanged"
    assert zone.asked == ["GET"] and len(zone.rules) == 1


def test_a_missing_permission(zone: Zone) -> None:
    zone.simulator.reset(api_tokens=[{"id": "1", "token": zone.simulator.api_token, "permissions": ["zone_read"]}])
    with pytest.raises(
        CollectionError, match="needs the permission Zone WAF Edit .*Reading the WAF rules of zone .*403"
    ):
        zone.manage()


@pytest.mark.parametrize("host", ["hec", "https://hec.example.com", "hec.example.com:8088", 'a.b"c', "a b.c"])
def test_a_host_that_is_none_is_refused_before_the_first_request(zone: Zone, host: str) -> None:
    with pytest.raises(OptionError, match=re.escape("host: must be the host name of HEC alone")):
        zone.manage(host=host)
    assert zone.asked == []
