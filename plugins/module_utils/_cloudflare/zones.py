# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn zones of the API into inventory hosts: filters, host names and host variables. Pure: no I/O."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .scopes import ascii_domain, unicode_domain

Variables = t.Dict[str, str]

STATUSES = ("initializing", "pending", "active", "moved")

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The last label has no underscore and is not a number, so neither an address nor a name made below counts as a domain.
_DOMAIN = re.compile(r"(?:\w[\w-]*\.)+(?!\d+$)[^\W_](?:[^\W_]|-)*")
# A pattern that the API can apply itself: it has stars only at its ends.
_SIMPLE_PATTERN = re.compile(r"(\**)([a-z0-9._-]+)(\**)")
_NAME_QUERIES = {
    (False, False): "",
    (True, False): "ends_with:",
    (False, True): "starts_with:",
    (True, True): "contains:",
}


class Filters(t.NamedTuple):
    """Which zones become hosts. A zone must match every list that is not empty."""

    include: list[str]
    exclude: list[str]
    statuses: list[str]
    plans: list[str]
    accounts: list[str]


def filters_of(options: t.Mapping[str, t.Any]) -> Filters:
    """Return the filters that the options with their names set. Raises OptionError."""
    filters = Filters(*(_texts(name, options.get(name)) for name in Filters._fields))
    unknown = [status for status in filters.statuses if status not in STATUSES]
    if unknown:
        raise OptionError("statuses", f"there is no status {unknown[0]}; there are {', '.join(STATUSES)}")
    return filters


def api_query(filters: Filters) -> dict[str, str]:
    """Return the query parameters for the filters that the API can apply itself, so that it sends fewer pages.

    Check every zone in its answer with C(is_wanted) as well.
    """
    query = {}
    if len(filters.statuses) == 1:
        query["status"] = filters.statuses[0]
    if len(filters.accounts) == 1 and re.fullmatch("[0-9a-f]{32}", filters.accounts[0]):
        query["account.id"] = filters.accounts[0]
    simple = _SIMPLE_PATTERN.fullmatch(filters.include[0]) if len(filters.include) == 1 else None
    if simple:
        before, text, after = simple.groups()
        query["name"] = _NAME_QUERIES[bool(before), bool(after)] + text
    return query


def is_wanted(zone: t.Mapping[str, str], filters: Filters) -> bool:
    """Return whether a zone, given by its variables, matches all filters."""
    name = zone["zone_name"]
    return (
        (not filters.include or _matches_domain(name, filters.include))
        and not _matches_domain(name, filters.exclude)
        and (not filters.statuses or zone["zone_status"] in filters.statuses)
        and (not filters.plans or _matches(zone["zone_plan"], filters.plans))
        and (
            not filters.accounts
            or zone["account_id"] in filters.accounts
            or _matches(zone["account_name"], filters.accounts)
        )
    )


def zone_variables(zone: t.Mapping[str, t.Any]) -> Variables:
    """Return the host variables of a zone as text, "" for values that the API does not return. Raises CollectionError if the
    zone has no ID."""
    account = zone.get("account")
    variables = {
        "zone_id": _text(zone, "id"),
        "zone_name": _text(zone, "name"),
        "zone_status": _text(zone, "status"),
        "zone_plan": _text(zone.get("plan"), "name"),
        "account_id": _text(account, "id"),
        "account_name": _text(account, "name"),
    }
    if not _ID.fullmatch(variables["zone_id"]):
        raise CollectionError("Listing the zones failed: the answer contains a zone without an ID. Check api_url.")
    return variables


def host_names(zones: t.Sequence[t.Mapping[str, str]], occupied: t.Mapping[str, str]) -> list[str]:
    """Return a unique host name for each zone: its domain.

    If several zones have the same domain, the only active one gets it. The others, and a zone whose domain is already used
    for something else, get the domain and their ID. ``occupied`` are the names that the inventory already has, each with
    the ID of its zone, or "" for anything that is not a zone.
    """
    holders: dict[str, list[t.Mapping[str, str]]] = {}
    for zone in zones:
        holders.setdefault(zone["zone_name"], []).append(zone)
    return [_host_name(zone, holders[zone["zone_name"]], occupied) for zone in zones]


def account_hosts(zones: t.Iterable[t.Mapping[str, str]]) -> dict[str, Variables]:
    """Return a host for each account of these zones, with its variables."""
    return {
        f"account_{zone['account_id']}": {
            "splunk_logpush_scope": "account",
            "account_id": zone["account_id"],
            "account_name": zone["account_name"],
        }
        for zone in zones
        if _ID.fullmatch(zone["account_id"])
    }


def _host_name(
    zone: t.Mapping[str, str], holders: t.Sequence[t.Mapping[str, str]], occupied: t.Mapping[str, str]
) -> str:
    name, zone_id = zone["zone_name"], zone["zone_id"]
    if not _DOMAIN.fullmatch(name):
        # The API never returns such a name. It could be the name of a group, or a host pattern.
        return f"zone_{zone_id}"
    rivals = [holder for holder in holders if holder["zone_status"] == "active"] if len(holders) > 1 else holders
    if [rival["zone_id"] for rival in rivals] == [zone_id] and occupied.get(name, zone_id) == zone_id:
        return name
    return f"{name}_{zone_id}"


def _matches_domain(name: str, patterns: t.Sequence[str]) -> bool:
    """Return whether a domain matches one of the patterns: in ASCII, or in Unicode if the pattern has such characters."""
    in_ascii = ascii_domain(name)
    return any(_matches(in_ascii if pattern.isascii() else unicode_domain(in_ascii), [pattern]) for pattern in patterns)


def _matches(text: str, patterns: t.Iterable[str]) -> bool:
    # The name of an account can contain characters of a pattern, so equal text matches too.
    text = text.casefold()
    return any(text == pattern or fnmatch.fnmatchcase(text, pattern) for pattern in patterns)


def _texts(option: str, value: t.Any) -> list[str]:
    """Return the entries of an option, prepared for comparison without regard to case. Raises OptionError."""
    entries = [] if value is None else value
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, str) and entry.strip() for entry in entries):
        raise OptionError(option, "must be a list of texts, none of them empty")
    return [str(entry).strip().casefold() for entry in entries]


def _text(mapping: t.Any, key: str) -> str:
    """Return a text of the API; "" if it is something else. Half a surrogate pair, which JSON can contain and UTF-8 cannot,
    becomes a question mark."""
    value = mapping.get(key) if isinstance(mapping, t.Mapping) else None
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""
