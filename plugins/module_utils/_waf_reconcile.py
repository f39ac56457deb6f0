# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.
"""The WAF rule for a proxied HEC host made what it should be: read, plan, write."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils import _waf as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._arguments import cloudflare_client, with_credentials
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._outcome import outcome
from ansible_collections.edgeops.logpush.plugins.module_utils._scopes import check_scope, find_scope
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._waf import PHASE, Rule


def manage_rule(options: t.Mapping[str, t.Any], check_mode: bool, mask: SecretMask) -> dict[str, t.Any]:
    """Do what the module C(splunk_hec_waf_rule) does, and give its result. Raises CollectionError."""
    options = with_credentials(options)
    check_scope(options, ("zone_id", "zone"))
    host = (options["host"] or "").lower()
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", host):
        raise OptionError("host", "must be the host name of HEC alone, such as hec.example.com")
    client = cloudflare_client(options, mask)
    zone_id = find_scope(client, options)[0].id
    return _manage(client, zone_id, rules.wanted_rule(host), options["state"], check_mode)


def _manage(client: Cloudflare, zone_id: str, wanted: Rule, state: str, check_mode: bool) -> dict[str, t.Any]:
    ruleset = client.entry_ruleset(zone_id, PHASE)
    found = rules.find_rule((ruleset or {}).get("rules") or [], wanted)
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
    before, after = rules.differences(found, wanted)
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
