# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of Cloudflare's Rulesets API that a WAF rule of a zone needs: entry points and their rules.

From Cloudflare's schema and its pages "Rulesets API" and "Create custom rules via API". Only the error codes 10003 and 20217
are known to be Cloudflare's; the others are made up in the same style.
"""

from __future__ import annotations

import json
import typing as t
import uuid

from aiohttp import web

from .clock import rfc3339
from .credentials import authenticate, require, zone_for
from .envelope import ApiError, success
from .state import State

RULESETS = "/zones/{zone_id}/rulesets"
PHASES = (
    "http_request_firewall_custom",
    "http_request_firewall_managed",
    "http_ratelimit",
    "http_request_transform",
    "http_request_late_transform",
    "http_request_origin",
    "http_request_cache_settings",
    "http_request_sbfm",
    "http_request_dynamic_redirect",
    "http_config_settings",
    "http_response_headers_transform",
)
ACTIONS = ("block", "challenge", "execute", "js_challenge", "log", "managed_challenge", "rewrite", "skip")
RULE_KEYS = (
    "action",
    "action_parameters",
    "description",
    "enabled",
    "expression",
    "logging",
    "ratelimit",
    "ref",
)
NO_ENTRY_POINT, TOO_MANY, NOT_FOUND, BAD_RULE = 10003, 20217, 10004, 20000
Ruleset = dict[str, t.Any]


class Rulesets:
    """The handlers of rulesets."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[tuple[str, str, t.Any]]:
        """Return methods and paths with their handlers."""
        rules = RULESETS + "/{ruleset_id}/rules"
        return [
            ("GET", RULESETS, self.listed),
            ("POST", RULESETS, self.create),
            ("GET", RULESETS + "/phases/{phase}/entrypoint", self.entry_point),
            ("GET", RULESETS + "/{ruleset_id}", self.ruleset),
            ("POST", rules, self.add_rule),
            ("PATCH", rules + "/{rule_id}", self.change_rule),
            ("DELETE", rules + "/{rule_id}", self.delete_rule),
        ]

    async def listed(self, request: web.Request) -> web.Response:
        """Answer GET /rulesets: without their rules."""
        found = self._of_zone(request, "waf_read", "waf_write")
        return success([{key: value for key, value in one.items() if key != "rules"} for one in found])

    async def entry_point(self, request: web.Request) -> web.Response:
        """Answer GET of the entry point ruleset of a phase, which does not exist before its first rule."""
        phase = request.match_info["phase"]
        for ruleset in self._of_zone(request, "waf_read", "waf_write"):
            if (ruleset["kind"], ruleset["phase"]) == ("zone", phase):
                return success(_shown(ruleset))
        raise ApiError(404, NO_ENTRY_POINT, f"could not find entrypoint ruleset in the {phase} phase")

    async def ruleset(self, request: web.Request) -> web.Response:
        """Answer GET of a ruleset."""
        return success(_shown(self._ruleset(request, "waf_read", "waf_write")))

    async def create(self, request: web.Request) -> web.Response:
        """Answer POST /rulesets."""
        found = self._of_zone(request, "waf_write")
        body = await _object(request)
        for key in ("kind", "name", "phase"):
            if not isinstance(body.get(key), str) or not body[key]:
                raise ApiError(400, BAD_RULE, f"'{key}' is required", f"/{key}")
        if body["kind"] != "zone" or body["phase"] not in PHASES:
            key = "kind" if body["kind"] != "zone" else "phase"
            raise ApiError(400, BAD_RULE, f"'{body[key]}' is not a valid value for {key}", f"/{key}")
        if any(one["phase"] == body["phase"] for one in found):
            message = f"exceeded maximum number of zone rulesets for phase {body['phase']}"
            raise ApiError(400, TOO_MANY, f"'zone' is not a valid value for kind because {message}", "/kind")
        ruleset: Ruleset = {
            "id": uuid.uuid4().hex,
            "name": body["name"],
            "description": body.get("description", ""),
            "kind": "zone",
            "phase": body["phase"],
            "version": "0",
            "rules": [],
        }
        for number, rule in enumerate(body.get("rules", [])):
            ruleset["rules"].append(_rule(rule, ruleset, f"/rules/{number}"))
        self.state.rulesets.setdefault(request.match_info["zone_id"], []).append(ruleset)
        return self._saved(ruleset)

    async def add_rule(self, request: web.Request) -> web.Response:
        """Answer POST of a rule: it comes last unless a position is given."""
        ruleset = self._ruleset(request, "waf_write")
        body = await _object(request)
        position = body.pop("position", None)
        rule = _rule(body, ruleset, "")
        _place(ruleset["rules"], rule, position)
        return self._saved(ruleset)

    async def change_rule(self, request: web.Request) -> web.Response:
        """Answer PATCH of a rule: the complete rule is replaced, or with only a position it is moved."""
        ruleset, old = self._rule(request)
        body = await _object(request)
        position = body.pop("position", None)
        rule = {**old, "version": str(int(old["version"]) + 1), "last_updated": rfc3339()}
        if body:
            rule = {**_rule({"ref": old["ref"], **body}, ruleset, "", old), "version": rule["version"]}
        place = ruleset["rules"].index(old)
        ruleset["rules"].remove(old)
        try:
            _place(ruleset["rules"], rule, position or {"index": place + 1})
        except ApiError:
            ruleset["rules"].insert(place, old)
            raise
        return self._saved(ruleset)

    async def delete_rule(self, request: web.Request) -> web.Response:
        """Answer DELETE of a rule; the ruleset stays, even without any."""
        ruleset, rule = self._rule(request)
        ruleset["rules"].remove(rule)
        return self._saved(ruleset)

    def _of_zone(self, request: web.Request, *permissions: str) -> list[Ruleset]:
        """Return the rulesets of the zone in the path. Raises ApiError."""
        token = authenticate(self.state, request)
        require(token, *permissions)
        zone = zone_for(self.state, token, request.match_info["zone_id"], request.path)
        return self.state.rulesets.get(zone.id, [])

    def _ruleset(self, request: web.Request, *permissions: str) -> Ruleset:
        """Return the ruleset in the path. Raises ApiError."""
        for ruleset in self._of_zone(request, *permissions):
            if ruleset["id"] == request.match_info["ruleset_id"]:
                return ruleset
        raise ApiError(404, NOT_FOUND, "could not find ruleset")

    def _rule(self, request: web.Request) -> tuple[Ruleset, dict[str, t.Any]]:
        """Return the ruleset and the rule in the path. Raises ApiError."""
        ruleset = self._ruleset(request, "waf_write")
        for rule in ruleset["rules"]:
            if rule["id"] == request.match_info["rule_id"]:
                return ruleset, rule
        raise ApiError(404, NOT_FOUND, "could not find rule")

    def _saved(self, ruleset: Ruleset) -> web.Response:
        """Return the answer to every change: the whole ruleset in its new version."""
        ruleset.update(version=str(int(ruleset["version"]) + 1), last_updated=rfc3339())
        self.state.changed = True
        return success(_shown(ruleset))


def _shown(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset as the API shows it; without rules, it has no key C(rules)."""
    return {key: value for key, value in ruleset.items() if key != "rules" or value}


def _rule(body: t.Any, ruleset: Ruleset, pointer: str, old: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
    """Return a new rule, or one that replaces an old one, from its definition. Raises ApiError."""
    if not isinstance(body, dict):
        raise ApiError(400, BAD_RULE, "a rule has to be an object", pointer)
    for key, value in body.items():
        kind: type = {"action_parameters": dict, "enabled": bool, "logging": dict, "ratelimit": dict}.get(key, str)
        if key not in RULE_KEYS or not isinstance(value, kind):
            raise ApiError(400, BAD_RULE, f"unknown field or wrong type: '{key}'", f"{pointer}/{key}")
    for key in ("action", "expression"):
        if not body.get(key):
            raise ApiError(400, BAD_RULE, f"'{key}' is required", f"{pointer}/{key}")
    if body["action"] not in ACTIONS:
        raise ApiError(400, BAD_RULE, f"'{body['action']}' is not a valid value for action", f"{pointer}/action")
    if body["action"] == "skip" and not {"phases", "products", "ruleset"}.intersection(
        body.get("action_parameters", {})
    ):
        raise ApiError(400, BAD_RULE, "a skip rule has to name what it skips", f"{pointer}/action_parameters")
    rule_id = old["id"] if old else uuid.uuid4().hex
    if any(one["ref"] == body.get("ref") and one is not old for one in ruleset["rules"]):
        raise ApiError(400, BAD_RULE, f"ref '{body['ref']}' is used by another rule", f"{pointer}/ref")
    defaults: dict[str, t.Any] = {"ref": rule_id, "description": "", "enabled": True}
    if body["action"] == "skip":
        defaults["logging"] = {"enabled": True}
    return {"id": rule_id, "version": "1", "last_updated": rfc3339(), **defaults, **body}


def _place(rules: list[dict[str, t.Any]], rule: dict[str, t.Any], position: t.Any) -> None:
    """Put a rule at a position: an index from 1, or before or after a rule; an empty ID means all rules. Raises ApiError."""
    if position is None:
        rules.append(rule)
        return
    ids = [one["id"] for one in rules]
    try:
        [(relation, value)] = position.items()
        if relation == "index":
            place = int(value) - 1
        elif relation == "before":
            place = ids.index(value) if value else 0
        elif relation == "after":
            place = ids.index(value) + 1 if value else len(ids)
        else:
            raise ValueError(relation)
        if not 0 <= place <= len(ids):
            raise ValueError(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise ApiError(400, BAD_RULE, f"invalid position: {position}", "/position") from error
    rules.insert(place, rule)


async def _object(request: web.Request) -> dict[str, t.Any]:
    """Return the JSON object of a request. Raises ApiError."""
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise ApiError(400, BAD_RULE, f"invalid JSON: {error}") from error
    if not isinstance(body, dict):
        raise ApiError(400, BAD_RULE, "a JSON object is expected", "")
    return body
