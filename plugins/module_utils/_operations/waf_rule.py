# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The WAF custom rule that lets Logpush reach a proxied HEC host.

If the host name of HEC is proxied through Cloudflare, managed rules can block Logpush's requests. Cloudflare's Splunk
page gives a rule that skips the managed rules for them
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)): a custom rule with the
action C(skip) (U(https://developers.cloudflare.com/waf/custom-rules/skip/options/)).
"""

from __future__ import annotations

import re
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import Scope, check_scope
from .._core.errors import OptionError
from .._core.json_types import JsonObject
from .._core.outcome import NO_CHANGE, Plan
from .._core.run import Options, RunContext
from .._splunk.hec_request import RAW_PATH

PHASE = "http_request_firewall_custom"
_SKIPPED_PHASES = ["http_request_firewall_managed"]
# The networks that Logpush pushes from, and the user agent of its client.
_NETWORKS = (13335, 132892, 202623)
_USER_AGENT = "Go-http-client/2.0"

_MANAGED_FIELDS = ("expression", "action", "enabled")


def manage_rule(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_waf_rule). Raises CollectionError."""
    options = with_credentials(options)
    check_scope(options, ("zone_id", "zone"))
    wanted = wanted_rule(_checked_host(options["host"]))
    client = cloudflare_client(options, context.mask)
    scope = locate_scope(client, options).found()
    ruleset = client.entry_ruleset(scope, PHASE)
    rules = (ruleset or {}).get("rules") or []
    observed = own_rule(rules, wanted)
    if options["state"] == "absent":
        plan = plan_absent(observed)
    else:
        observed = observed or handmade_rule(rules, wanted)
        plan = plan_present(wanted, observed)
    if plan.writes and not context.check_mode:
        _write(client, scope, ruleset, observed, plan)
    return {**plan.result(f"WAF rule for {options['host']}"), "rule": plan.target}


def wanted_rule(host: str) -> JsonObject:
    """Return the rule for a HEC host name. Its C(ref) identifies it, even if the rest of the rule changes."""
    conditions = [
        'http.request.method eq "POST"',
        f'http.host eq "{host}"',
        f'http.request.uri.path eq "{RAW_PATH}"',
        'http.request.uri.query contains "channel"',
        f"ip.src.asnum in {{{' '.join(str(network) for network in _NETWORKS)}}}",
        f'http.user_agent eq "{_USER_AGENT}"',
    ]
    return {
        "ref": f"edgeops_logpush_{host}",
        "description": f"Let Logpush reach Splunk HEC on {host}",
        "expression": f"({' and '.join(conditions)})",
        "action": "skip",
        "action_parameters": {"phases": _SKIPPED_PHASES},
        "enabled": True,
    }


def own_rule(rules: t.Iterable[JsonObject], wanted: JsonObject) -> JsonObject | None:
    """Return the rule that this collection has created for the same host; None if there is none."""
    return next((rule for rule in rules if rule.get("ref") == wanted["ref"]), None)


def handmade_rule(rules: t.Iterable[JsonObject], wanted: JsonObject) -> JsonObject | None:
    """Return a rule with the wanted expression that was created by hand; None if there is none."""
    for rule in rules:
        if rule.get("expression") == wanted["expression"] and rule.get("action") == wanted["action"]:
            return rule
    return None


def plan_present(wanted: JsonObject, observed: JsonObject | None) -> Plan:
    """Return the plan that brings a rule to the wanted state; ``observed`` is None if there is no rule. Further phases and
    options that the existing rule skips are kept."""
    if observed is None:
        return Plan("created", wanted, wanted, {}, wanted)
    after = {key: wanted[key] for key in _MANAGED_FIELDS if observed.get(key) != wanted[key]}
    before = {key: observed.get(key) for key in after}
    parameters = (observed.get("action_parameters") or {}) if observed.get("action") == wanted["action"] else {}
    phases = list(parameters.get("phases") or [])
    missing = [phase for phase in _SKIPPED_PHASES if phase not in phases]
    if missing:
        before["action_parameters"] = parameters
        after["action_parameters"] = {**parameters, "phases": phases + missing}
    # The API replaces the whole rule.
    kept = {key: value for key, value in observed.items() if key in {*wanted, "logging"}}
    rule = {**kept, **after}
    return Plan("updated" if after else "unchanged", rule, rule, before, after)


def plan_absent(observed: JsonObject | None) -> Plan:
    """Return the plan that removes a rule; ``observed`` is None if there is no rule."""
    return NO_CHANGE if observed is None else Plan("deleted", {}, observed, observed, {})


def _checked_host(host: str) -> str:
    """Return the host name in lower case. Raises OptionError for anything else."""
    name = host.lower()
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", name):
        raise OptionError("host", "must be the host name of HEC alone, such as hec.example.com")
    return name


def _write(
    client: Cloudflare, zone: Scope, ruleset: JsonObject | None, observed: JsonObject | None, plan: Plan
) -> None:
    if ruleset is None or observed is None:
        client.add_rule(zone, PHASE, ruleset, plan.body)
    elif plan.action == "deleted":
        client.delete_rule(zone, ruleset["id"], observed["id"])
    else:
        client.change_rule(zone, ruleset["id"], observed["id"], plan.body)
