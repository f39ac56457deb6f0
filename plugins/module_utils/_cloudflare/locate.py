# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Zones and accounts: the options that name one, and finding what they name."""

from __future__ import annotations

import typing as t

from .._core.concurrency import in_order
from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .client import Cloudflare
from .scopes import Found, Scope, ascii_domain, check_scope, the_zone_named


def find_scope(client: Cloudflare, options: t.Mapping[str, t.Any]) -> tuple[Scope, str | None]:
    """Return the scope that the options name and, where it is known, the name of its zone.

    Asks the API only for a zone that is given by its name. Raises CollectionError.
    """
    if options.get("account_id"):
        return Scope("accounts", options["account_id"]), None
    if options.get("zone_id"):
        return Scope("zones", options["zone_id"]), None
    zone = client.zone_named(ascii_domain(options["zone"]))
    return Scope("zones", zone["id"]), zone["name"]


def find_scopes(
    client: Cloudflare, entries: t.Sequence[t.Mapping[str, t.Any]], concurrency: int
) -> list[Found | CollectionError]:
    """Return for each entry the scope that it names, or why there is none. An entry has one of the scope options, and may
    have C(zone_name), the name of a zone that is given by its id; or it has C(problem), why its scope is not known.

    Zones given by their names are looked up with as few requests as can be: one by one, or by paging through all.
    """
    names = {ascii_domain(entry["zone"]) for entry in entries if _is_named(entry)}
    zones = _zones_named(client, sorted(names), concurrency)
    return [_found(client, entry, zones) for entry in entries]


def _is_named(entry: t.Mapping[str, t.Any]) -> bool:
    return bool(entry.get("zone")) and not entry.get("zone_id") and not entry.get("account_id")


def _found(
    client: Cloudflare, entry: t.Mapping[str, t.Any], zones: t.Mapping[str, JsonObject | CollectionError]
) -> Found | CollectionError:
    if entry.get("problem"):
        return CollectionError(str(entry["problem"]))
    try:
        check_scope(entry)
    except OptionError as error:
        return error
    if not _is_named(entry):
        scope, dummy = find_scope(client, entry)
        return scope, entry.get("zone_name")
    zone = zones[ascii_domain(entry["zone"])]
    return zone if isinstance(zone, CollectionError) else (Scope("zones", zone["id"]), zone["name"])


def _zones_named(client: Cloudflare, names: list[str], concurrency: int) -> dict[str, JsonObject | CollectionError]:
    """The zones of these names, or why there is none."""

    def look_up(name: str) -> JsonObject | CollectionError:
        try:
            return client.zone_named(name)
        except CollectionError as error:
            return error

    def read(page: int) -> list[JsonObject]:
        return client.zones_page({}, page).zones

    listed: list[JsonObject] = []
    # A page tells of 50 zones, so it can only help where several are asked for.
    if len(names) > 2:
        try:
            first = client.zones_page({}, 1)
            listed = first.zones
            if first.pages - 1 <= len(names) - len(_among(listed, names)):
                listed = listed + [
                    zone for page in in_order(read, range(2, first.pages + 1), concurrency) for zone in page
                ]
                return {name: _the_one(name, listed) for name in names}
        except CollectionError as error:
            return dict.fromkeys(names, error)
    # On the first page of several, another zone of the same name may come later; it is not looked for: names are
    # unique but for an account that claims a zone of another one, and both then stand side by side, sorted by name.
    known = _among(listed[:-1], names)
    missing = [name for name in names if name not in known]
    return {**known, **dict(zip(missing, in_order(look_up, missing, concurrency)))}


def _among(zones: t.Iterable[JsonObject], names: t.Collection[str]) -> dict[str, JsonObject | CollectionError]:
    zones = list(zones)
    present = {ascii_domain(zone.get("name") or "") for zone in zones} & set(names)
    return {name: _the_one(name, zones) for name in present}


def _the_one(name: str, zones: t.Iterable[JsonObject]) -> JsonObject | CollectionError:
    try:
        return the_zone_named(name, zones)
    except CollectionError as error:
        return error
