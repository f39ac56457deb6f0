# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rule that lets Logpush through the WAF of a proxied HEC host. Pure: no I/O.

Where the host name of HEC is itself proxied through Cloudflare, managed rules may stop what Logpush sends. The vendor's
Splunk page gives the rule that skips them for such requests
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)): a custom rule with the
action C(skip) (U(https://developers.cloudflare.com/waf/custom-rules/skip/options/)).
"""

from __future__ import annotations

import re
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import check_scope
from .._core.errors import OptionError
from .._core.outcome import outcome
from .._core.run import Options, RunContext
from .._splunk.hec_request import RAW_PATH

Rule = t.Dict[str, t.Any]

PHASE = "http_request_firewall_custom"
_SKIPPED_PHASES = ["http_request_firewall_managed"]
# The networks that Logpush sends from, and the name that its client gives.
_NETWORKS = (13335, 132892, 202623)
_USER_AGENT = "Go-http-client/2.0"


def wanted_rule(host: str) -> Rule:
    """Return the rule for a HEC host name. Its C(ref) tells it from all others, whatever its text."""
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


def find_rule(rules: t.Iterable[Rule], wanted: Rule) -> Rule | None:
    """Return the rule that is the wanted one, by its reference, or as made by hand by its expression; None if none."""
    found = [rule for rule in rules if rule.get("ref") == wanted["ref"]]
    found += [rule for rule in rules if rule.get("expression") == wanted["expression"] and rule.get("action") == "skip"]
    return found[0] if found else None


def differences(rule: Rule, wanted: Rule) -> tuple[Rule, Rule]:
    """Return what of a rule is not as wanted, before and after. Further phases and options that a rule skips stay."""
    before: Rule = {}
    after: Rule = {}
    for key in ("expression", "action", "enabled"):
        if rule.get(key) != wanted[key]:
            before[key], after[key] = rule.get(key), wanted[key]
    parameters = (rule.get("action_parameters") or {}) if rule.get("action") == wanted["action"] else {}
    phases = list(parameters.get("phases") or [])
    missing = [phase for phase in _SKIPPED_PHASES if phase not in phases]
    if missing:
        before["action_parameters"] = parameters
        after["action_parameters"] = {**parameters, "phases": phases + missing}
    return before, after


def manage_rule(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_hec_waf_rule) does, and give its result. Raises CollectionError."""
    options = with_credentials(options)
    check_scope(options, ("zone_id", "zone"))
    host = (options["host"] or "").lower()
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", host):
        raise OptionError("host", "must be the host name of HEC alone, such as hec.example.com")
    client = cloudflare_client(options, context.mask)
    zone_id = locate_scope(client, options).found().id
    return _manage(client, zone_id, wanted_rule(host), options["state"], context.check_mode)


def _manage(client: Cloudflare, zone_id: str, wanted: Rule, state: str, check_mode: bool) -> dict[str, t.Any]:
    ruleset = client.entry_ruleset(zone_id, PHASE)
    found = find_rule((ruleset or {}).get("rules") or [], wanted)
    if state == "absent":
        return _remove(client, zone_id, ruleset, found, wanted["ref"], check_mode)
    return _ensure(client, zone_id, ruleset, found, wanted, check_mode)


def _ensure(
    client: Cloudflare, zone_id: str, ruleset: Rule | None, found: Rule | None, wanted: Rule, check_mode: bool
) -> dict[str, t.Any]:
    if found is None:
        if not check_mode:
            client.add_rule(zone_id, PHASE, ruleset, wanted)
        return _result("created", {}, wanted, wanted)
    before, after = differences(found, wanted)
    # A change replaces the whole rule.
    rule = {key: value for key, value in found.items() if key in {*wanted, "logging"}}
    rule.update(after)
    if after and not check_mode:
        client.change_rule(zone_id, (ruleset or {})["id"], found["id"], rule)
    return _result("updated" if after else "unchanged", before, after, rule)


def _remove(
    client: Cloudflare, zone_id: str, ruleset: Rule | None, found: Rule | None, ref: str, check_mode: bool
) -> dict[str, t.Any]:
    if found is None or found.get("ref") != ref:
        # One made by hand is left to whoever made it.
        return _result("unchanged", {}, {}, {})
    if not check_mode:
        client.delete_rule(zone_id, (ruleset or {})["id"], found["id"])
    return _result("deleted", found, {}, found)


def _result(action: str, before: Rule, after: Rule, rule: Rule) -> dict[str, t.Any]:
    return {**outcome(action, before, after), "rule": rule}
