# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zones part of the API: listing with filters and pages, and single zones.

From Cloudflare's schema of the zones API.
"""

from __future__ import annotations

import typing as t

from .envelope import ApiError
from .state import ApiToken, State, Zone

ORDERS = {
    "name": "name",
    "status": "status",
    "account.id": "account_id",
    "account.name": "account_name",
    "plan.id": "plan",
}
CREATED = "2024-05-17T09:30:00Z"


def shown(zone: Zone) -> dict[str, t.Any]:
    """Return a zone as the API shows it."""
    return {
        "id": zone.id,
        "name": zone.name,
        "status": zone.status,
        "paused": False,
        "type": zone.type,
        "development_mode": 0,
        "name_servers": ["ada.ns.example.com", "bob.ns.example.com"],
        "original_name_servers": None,
        "original_registrar": None,
        "original_dnshost": None,
        "created_on": CREATED,
        "modified_on": CREATED,
        "activated_on": CREATED if zone.status == "active" else None,
        "meta": {"step": 2, "page_rule_quota": 125, "phishing_detected": False},
        "owner": {"id": zone.account_id, "name": zone.account_name, "type": "organization"},
        "account": {"id": zone.account_id, "name": zone.account_name},
        "plan": {"id": zone.plan.lower().replace(" ", "_"), "name": zone.plan},
        "permissions": ["#zone:read"],
    }


def listed(state: State, token: ApiToken, query: t.Mapping[str, str]) -> tuple[list[dict[str, t.Any]], dict[str, int]]:
    """Return one page of the zones that a token covers and a query asks for, and its ``result_info``."""
    page = _number(query, "page", 1, 1, 1_000_000)
    per_page = _number(query, "per_page", 20, 5, 50)
    zones = _all_listed(
        state, token, {name: value for name, value in query.items() if name not in ("page", "per_page")}
    )
    chosen = zones[(page - 1) * per_page : page * per_page]
    info = {
        "page": page,
        "per_page": per_page,
        "count": len(chosen),
        "total_count": len(zones),
        "total_pages": -(-len(zones) // per_page),
    }
    return [shown(zone) for zone in chosen], info


def _all_listed(state: State, token: ApiToken, query: t.Mapping[str, str]) -> list[Zone]:
    """Return the zones of all pages, in order. The list is kept for the next page, because no request changes a zone."""
    key = (id(token), tuple(sorted(query.items())))
    if key not in state.listings:
        zones = [zone for zone in state.zones.values() if token.covers_zone(zone) and _asked_for(zone, query)]
        order = query.get("order")
        if order is not None:
            if order not in ORDERS:
                raise ApiError(400, 1002, f"order has to be one of: {', '.join(ORDERS)}")
            zones.sort(key=lambda zone: str(getattr(zone, ORDERS[order])), reverse=query.get("direction") == "desc")
        state.listings[key] = zones
    return state.listings[key]


def _asked_for(zone: Zone, query: t.Mapping[str, str]) -> bool:
    """Return whether a zone fits the filters of a query; internal zones are listed only on request."""
    types = query["type"].split(",") if "type" in query else ("full", "partial", "secondary")
    return (
        zone.type in types
        and _name_fits(zone.name, query.get("name"))
        and query.get("status", zone.status) == zone.status
        and query.get("account.id", zone.account_id) == zone.account_id
        and _name_fits(zone.account_name, query.get("account.name"))
    )


def _name_fits(name: str, wanted: str | None) -> bool:
    """Return whether a name matches the requested one; ``contains:x`` and similar forms use other comparisons."""
    if wanted is None:
        return True
    relation, colon, text = wanted.partition(":")
    if not colon:
        return name == wanted.lower()
    return {
        "equal": name == text,
        "not_equal": name != text,
        "starts_with": name.startswith(text),
        "ends_with": name.endswith(text),
        "contains": text in name,
    }.get(relation, False)


def _number(query: t.Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise ApiError(400, 1002, f"{name} has to be a number from {low} to {high}")
    return int(text)
