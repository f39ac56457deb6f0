# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the zones and accounts that options name."""

from __future__ import annotations

import typing as t

from .._core.concurrency import in_order
from .._core.errors import CollectionError, as_reported
from .._core.json_types import JsonObject
from .client import CloudflareReader
from .scopes import (
    LocatedScope,
    NoSuchZoneError,
    account_of,
    ascii_domain,
    check_scope,
    scope_by_id,
    scope_options,
    scope_with_id,
    the_zone_named,
)
from .zone_hints import ZoneHints

# Up to this many zones, one request for each costs less than a page of the list of zones.
LOOKED_UP_ONE_BY_ONE = 2


def locate_scope(client: CloudflareReader, options: t.Mapping[str, t.Any]) -> LocatedScope:
    """Return the scope that checked options name, with the name of its zone if that is known.

    Sends a request only for a zone that is given by its name. Raises CollectionError if there is no such zone.
    """
    scope = scope_by_id(options)
    if scope:
        name = options.get("zone_name") if scope.kind == "zones" else None
        # In messages, a zone that is given by its ID alone has the name of its inventory host.
        called = str(name or options.get("host") or "") if scope.kind == "zones" else ""
        return LocatedScope(
            scope._replace(name=called), name, zone_account_id=str(options.get("zone_account_id") or "")
        )
    try:
        return _located_zone(client.zone_named(ascii_domain(options["zone"])))
    except NoSuchZoneError as error:
        raise ZoneHints(client).explained(error) from None


def locate_scopes(
    client: CloudflareReader, entries: t.Sequence[t.Mapping[str, t.Any]], concurrency: int
) -> list[LocatedScope]:
    """Return the scope of each entry of C(zones), in order.

    An entry has one of the scope options, and may have C(zone_name), the name of a zone that is given by its ID; or it
    has C(problem), the reason why its scope is not known. Zones that are given by their names are looked up with as few
    requests as possible: one by one, or page by page.
    """
    entries = [{**entry, **scope_options(entry)} for entry in entries]
    client.learn_accounts(entry.get("account_id") or entry.get("zone_account_id") for entry in entries)
    problems = [_problem(entry) for entry in entries]
    names = {
        ascii_domain(entry["zone"])
        for entry, problem in zip(entries, problems)
        if not problem and _has_only_a_name(entry)
    }
    zones = _zones_by_name(client, sorted(names), concurrency)
    return [
        LocatedScope(error=problem) if problem else _located(client, entry, zones)
        for entry, problem in zip(entries, problems)
    ]


def _problem(entry: t.Mapping[str, t.Any]) -> CollectionError | None:
    """Return why an entry names no scope; None if it names one."""
    if entry.get("problem"):
        return CollectionError(str(entry["problem"]))
    try:
        check_scope(entry)
    except Exception as error:
        return as_reported(error)
    return None


def _has_only_a_name(entry: t.Mapping[str, t.Any]) -> bool:
    return bool(entry.get("zone")) and not entry.get("zone_id") and not entry.get("account_id")


def _located_zone(zone: JsonObject) -> LocatedScope:
    scope = scope_with_id("zones", zone["id"])._replace(name=zone["name"])
    return LocatedScope(scope, zone["name"], zone_account_id=account_of(zone))


def _located(
    client: CloudflareReader, entry: t.Mapping[str, t.Any], zones: t.Mapping[str, LocatedScope]
) -> LocatedScope:
    return zones[ascii_domain(entry["zone"])] if _has_only_a_name(entry) else locate_scope(client, entry)


def _zones_by_name(client: CloudflareReader, names: list[str], concurrency: int) -> dict[str, LocatedScope]:
    """Return the zone of each name."""

    hints = ZoneHints(client)

    def look_up(name: str) -> LocatedScope:
        try:
            return _located_zone(client.zone_named(name))
        except NoSuchZoneError as error:
            return LocatedScope(error=hints.explained(error))
        except Exception as error:
            return LocatedScope(error=as_reported(error))

    listed: list[JsonObject] = []
    if len(names) > LOOKED_UP_ONE_BY_ONE:
        try:
            first = client.zones_page({}, 1)
            listed = first.zones
            missing_names = len(names) - len(_among(listed, names))
            if first.pages - 1 <= missing_names:
                listed = client.zones({}, concurrency, first)
                hints = ZoneHints(client, [str(zone.get("name") or "") for zone in listed])
                return {name: _located_by_name(name, listed, hints) for name in names}
        except Exception as error:
            return dict.fromkeys(names, LocatedScope(error=as_reported(error)))
    # Two accounts can have the same zone. In a list sorted by name, only the last zone of a page can have a namesake on the
    # next one. So only the zones before it count as found, and none in a list with another order.
    known = _among(listed[:-1], names) if _is_sorted(listed) else {}
    missing = [name for name in names if name not in known]
    return {**known, **dict(zip(missing, in_order(look_up, missing, concurrency)))}


def _is_sorted(zones: t.Iterable[JsonObject]) -> bool:
    names = [str(zone.get("name") or "") for zone in zones]
    return names == sorted(names)


def _among(zones: t.Iterable[JsonObject], names: t.Collection[str]) -> dict[str, LocatedScope]:
    zones = list(zones)
    present = {ascii_domain(zone.get("name") or "") for zone in zones} & set(names)
    return {name: _located_by_name(name, zones) for name in present}


def _located_by_name(name: str, zones: t.Iterable[JsonObject], hints: ZoneHints | None = None) -> LocatedScope:
    try:
        return _located_zone(the_zone_named(name, zones))
    except NoSuchZoneError as error:
        return LocatedScope(error=hints.explained(error) if hints else error)
    except CollectionError as error:
        return LocatedScope(error=error)
