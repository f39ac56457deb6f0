# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""WAF rules of a zone on the simulated Cloudflare API, as Cloudflare's own client and plain requests see them."""

from __future__ import annotations

import typing as t

import cloudflare
import pytest
from cloudflare.types.rulesets.ruleset_create_response import Ruleset
from proof_client import SHOP, Api, error_of
from simulator.process import Simulator

PHASE = "http_request_firewall_custom"
RULESETS = f"/zones/{SHOP}/rulesets"
ENTRY_POINT = f"{RULESETS}/phases/{PHASE}/entrypoint"
SKIP = {
    "ref": "logpush",
    "action": "skip",
    "action_parameters": {"ruleset": "current", "phases": ["http_ratelimit"]},
    "expression": '(ip.src.asnum eq 132892 and http.user_agent eq "Go-http-client/2.0")',
    "description": "Logpush to HEC",
}
BLOCK = {"action": "block", "expression": "(ip.src eq 192.0.2.1)"}


def made(api: Api, *rules: dict[str, t.Any]) -> dict[str, t.Any]:
    """Create the entry point and return it."""
    body = {"name": "default", "kind": "zone", "phase": PHASE, "rules": list(rules)}
    answer = api.ask("POST", RULESETS, body)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_an_entry_point_comes_with_its_first_rule(simulator: Simulator, api: Api) -> None:
    missing = f"could not find entrypoint ruleset in the {PHASE} phase"
    assert error_of(api.ask("GET", ENTRY_POINT)) == (404, 10003, missing)
    ruleset = made(api, SKIP)
    assert (ruleset["kind"], ruleset["phase"], ruleset["version"]) == ("zone", PHASE, "1")
    [rule] = ruleset["rules"]
    assert {**rule, **SKIP} == rule and rule["enabled"] is True and rule["logging"] == {"enabled": True}
    assert rule["version"] == "1" and len(rule["id"]) == 32
    assert api.ask("GET", ENTRY_POINT).json()["result"] == ruleset
    assert error_of(api.ask("POST", RULESETS, {"name": "x", "kind": "zone", "phase": PHASE}))[:2] == (400, 20217)
    assert simulator.state()["rulesets"] == {SHOP: [ruleset]}


def test_rules_are_added_changed_moved_and_deleted(api: Api) -> None:
    ruleset = made(api, BLOCK)
    rules = f"{RULESETS}/{ruleset['id']}/rules"
    block = ruleset["rules"][0]
    assert block["ref"] == block["id"]
    first = api.ask("POST", rules, {**SKIP, "position": {"index": 1}}).json()["result"]
    skip = first["rules"][0]
    assert [rule["id"] for rule in first["rules"]] == [skip["id"], block["id"]] and first["version"] == "2"
    changed = api.ask("PATCH", f"{rules}/{skip['id']}", {**SKIP, "enabled": False}).json()["result"]["rules"][0]
    assert (changed["id"], changed["version"], changed["enabled"]) == (skip["id"], "2", False)
    moved = api.ask("PATCH", f"{rules}/{skip['id']}", {"position": {"after": block["id"]}}).json()["result"]
    assert [rule["id"] for rule in moved["rules"]] == [block["id"], skip["id"]]
    for rule in (skip, block):
        left = api.ask("DELETE", f"{rules}/{rule['id']}")
    assert left.status_code == 200 and "rules" not in left.json()["result"]
    assert api.ask("GET", ENTRY_POINT).json()["result"]["version"] == "6"


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "skip"},
        {**SKIP, "ref": "other", "action_parameters": {}},
        {**BLOCK, "action": "explode"},
        {**BLOCK, "enabled": "yes"},
        {**BLOCK, "color": "red"},
        SKIP,
        {**BLOCK, "position": {"after": "nobody"}},
        {**BLOCK, "position": {"index": 9}},
    ],
)
def test_bad_rules(api: Api, rule: dict[str, t.Any]) -> None:
    ruleset = made(api, SKIP)
    assert error_of(api.ask("POST", f"{RULESETS}/{ruleset['id']}/rules", rule))[0] == 400
    assert api.ask("GET", ENTRY_POINT).json()["result"] == ruleset


def test_permission(simulator: Simulator, api: Api) -> None:
    simulator.reset(api_tokens=[{"id": "1", "token": simulator.api_token, "permissions": ["logs_write"]}])
    assert error_of(api.ask("GET", ENTRY_POINT))[:2] == (403, 10000)
    simulator.reset(api_tokens=[{"id": "1", "token": simulator.api_token, "permissions": ["waf_read"]}])
    assert api.ask("GET", ENTRY_POINT).status_code == 404
    assert error_of(api.ask("POST", RULESETS, {}))[:2] == (403, 10000)


def modeled(answer: t.Any) -> Ruleset:
    """Return an answer as the client's own model; the client returns a plain object."""
    return Ruleset.model_validate(answer)


def test_the_client_of_cloudflare(simulator: Simulator) -> None:
    client = cloudflare.Cloudflare(api_token=simulator.api_token, base_url=simulator.api_url, max_retries=0)
    with pytest.raises(cloudflare.NotFoundError):
        client.rulesets.phases.get(PHASE, zone_id=SHOP)
    rules: t.Any = [SKIP]
    ruleset = modeled(client.rulesets.create(zone_id=SHOP, name="default", kind="zone", phase=PHASE, rules=rules))
    assert [one.id for one in client.rulesets.list(zone_id=SHOP)] == [ruleset.id]
    added = modeled(
        client.rulesets.rules.create(
            ruleset.id, zone_id=SHOP, action="block", expression=BLOCK["expression"], position={"before": ""}
        )
    )
    assert [rule.action for rule in added.rules] == ["block", "skip"]
    seen = client.rulesets.phases.get(PHASE, zone_id=SHOP)
    assert seen.rules[1].ref == "logpush" and seen.last_updated.year >= 2026
    block = added.rules[0].id
    assert block is not None
    left = modeled(client.rulesets.rules.delete(block, zone_id=SHOP, ruleset_id=ruleset.id))
    assert [rule.ref for rule in left.rules] == ["logpush"]
