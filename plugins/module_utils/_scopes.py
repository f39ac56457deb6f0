# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""Zones and accounts: the options that name one, and finding what they name."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import (
    Cloudflare,
    Job,
    Scope,
    ascii_domain,
    the_zone_named,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._concurrency import in_order
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError, OptionError

SCOPE_SPEC: dict[str, t.Any] = {
    "zone_id": dict(type="str"),
    "zone": dict(type="str"),
    "account_id": dict(type="str"),
}
SCOPES = tuple(SCOPE_SPEC)

# A scope and, where it is known, the name of its zone.
Found = t.Tuple[Scope, t.Optional[str]]


def check_scope(options: t.Mapping[str, t.Any], scopes: t.Sequence[str] = SCOPES) -> None:
    """Refuse scope options that cannot be right, before anything is asked of the API. ``scopes`` are those that there
    are. Raises OptionError."""
    given = [option for option in scopes if options.get(option)]
    if len(given) != 1:
        listed = " and ".join(given) + " are set" if given else "none is set"
        raise OptionError(", ".join(scopes), f"exactly one of them must be set; {listed}")
    for option in ("zone_id", "account_id"):
        value = options.get(option)
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):
            hint = "; a domain name belongs into zone" if option == "zone_id" and "." in value else ""
            raise OptionError(option, f"must be the id of 32 hexadecimal digits that the dashboard shows{hint}")
    zone = options.get("zone")
    if zone and not re.fullmatch(r"[\w-]+(\.[\w-]+)+\.?", zone):
        hint = "; an id belongs into zone_id" if re.fullmatch(r"[0-9a-fA-F]{32}", zone) else ""
        raise OptionError("zone", f"must be the domain name of a zone, such as example.com{hint}")


def find_scope(client: Cloudflare, options: t.Mapping[str, t.Any]) -> tuple[Scope, str | None]:
    """Give the scope that the options name and, where it is known, the name of its zone.

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
    """Give for each entry the scope that it names, or why there is none. An entry has one of the scope options, and may
    have C(zone_name), the name of a zone that is given by its id; or it has C(problem), why its scope is not known.

    Zones given by their names are looked up with as few requests as can be: one by one, or by paging through all.
    """
    names = {ascii_domain(entry["zone"]) for entry in entries if _is_named(entry)}
    zones = _zones_named(client, sorted(names), concurrency)
    return [_found(client, entry, zones) for entry in entries]


def _is_named(entry: t.Mapping[str, t.Any]) -> bool:
    return bool(entry.get("zone")) and not entry.get("zone_id") and not entry.get("account_id")


def _found(
    client: Cloudflare, entry: t.Mapping[str, t.Any], zones: t.Mapping[str, Job | CollectionError]
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


def _zones_named(client: Cloudflare, names: list[str], concurrency: int) -> dict[str, Job | CollectionError]:
    """The zones of these names, or why there is none."""

    def look_up(name: str) -> Job | CollectionError:
        try:
            return client.zone_named(name)
        except CollectionError as error:
            return error

    def read(page: int) -> list[Job]:
        return client.zones_page({}, page).zones

    listed: list[Job] = []
    # A page tells of 50 zones, so it can only help where several are asked for.
    if len(names) > 2:
        try:
            first = client.zones_page({}, 1)
            listed = first.zones
            if first.pages - 1 <= len(names) - len(_among(listed, names)):
                listed = listed + [zone for page in in_order(read, range(2, first.pages + 1), concurrency) for zone in page]
                return {name: _the_one(name, listed) for name in names}
        except CollectionError as error:
            return dict.fromkeys(names, error)
    # On the first page of several, another zone of the same name may come later; it is not looked for: names are
    # unique but for an account that claims a zone of another one, and both then stand side by side, sorted by name.
    known = _among(listed[:-1], names)
    missing = [name for name in names if name not in known]
    return {**known, **dict(zip(missing, in_order(look_up, missing, concurrency)))}


def _among(zones: t.Iterable[Job], names: t.Collection[str]) -> dict[str, Job | CollectionError]:
    zones = list(zones)
    present = {ascii_domain(zone.get("name") or "") for zone in zones} & set(names)
    return {name: _the_one(name, zones) for name in present}


def _the_one(name: str, zones: t.Iterable[Job]) -> Job | CollectionError:
    try:
        return the_zone_named(name, zones)
    except CollectionError as error:
        return error
