# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the accounts of zones whose entries do not name them."""

from __future__ import annotations

import typing as t

from .._core.concurrency import in_order
from .._core.errors import CollectionError
from .client import CloudflareReader
from .locate import LOOKED_UP_ONE_BY_ONE
from .scopes import Scope, account_of


def zone_accounts(client: CloudflareReader, zones: t.Iterable[Scope], concurrency: int) -> dict[Scope, str]:
    """Return the account of each zone, as far as the API token may see it: with a request for each zone, or with the list of
    zones if that has fewer pages."""
    missing = list(dict.fromkeys(zones))
    found: dict[Scope, str] = {}
    if len(missing) > LOOKED_UP_ONE_BY_ONE:
        try:
            first = client.zones_page({}, 1)
            listed = first.zones
            if first.pages - 1 <= len(missing):
                listed = client.zones({}, concurrency, first)
        except CollectionError:
            # A token that may not list zones may not read one by one either.
            return {}
        by_id = {zone["id"].lower(): account_of(zone) for zone in listed}
        found = {zone: by_id[zone.id] for zone in missing if by_id.get(zone.id)}
        if len(listed) >= first.total:
            return found
        missing = [zone for zone in missing if zone not in found]
    return {**found, **dict(zip(missing, in_order(lambda zone: _account_of(client, zone), missing, concurrency)))}


def _account_of(client: CloudflareReader, zone: Scope) -> str:
    try:
        return account_of(client.zone(zone.id))
    except CollectionError:
        return ""
