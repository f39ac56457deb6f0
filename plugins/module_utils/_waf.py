# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.
"""The rule that lets Logpush through the WAF of a proxied HEC host. Pure: no I/O.

Where the host name of HEC is itself proxied through Cloudflare, managed rules may stop what Logpush sends. The vendor's
Splunk page gives the rule that skips them for such requests
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)): a custom rule with the
action C(skip) (U(https://developers.cloudflare.com/waf/custom-rules/skip/options/)).
"""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._destination import RAW_PATH

Rule = t.Dict[str, t.Any]

PHASE = "http_request_firewall_custom"
_SKIPPED_PHASES = ["http_request_firewall_managed"]
# The networks that Logpush sends from, and the name that its client gives.
_NETWORKS = (13335, 132892, 202623)
_USER_AGENT = "Go-http-client/2.0"


def wanted_rule(host: str) -> Rule:
    """Give the rule for a HEC host name. Its C(ref) tells it from all others, whatever its text."""
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
    """Give the rule that is the wanted one, by its reference, or as made by hand by its expression; None if none."""
    found = [rule for rule in rules if rule.get("ref") == wanted["ref"]]
    found += [rule for rule in rules if rule.get("expression") == wanted["expression"] and rule.get("action") == "skip"]
    return found[0] if found else None


def differences(rule: Rule, wanted: Rule) -> tuple[Rule, Rule]:
    """Give what of a rule is not as wanted, before and after. Further phases and options that a rule skips stay."""
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
