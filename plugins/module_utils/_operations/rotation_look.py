# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the jobs of every zone and account that an API token can see, and collect the places that it cannot see."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import Scope, ascii_domain, scope_by_id, scope_with_id
from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from .._logpush.job import Job
from .known_jobs import list_jobs
from .rotation_rules import Look, SeenJob
from .sweep import Sweep

Zone = t.Mapping[str, t.Any]


# Without this parameter, the API omits the zones of internal DNS.
_ALL_TYPES = {"type": "full,partial,secondary,internal"}


class _ListedScope(t.NamedTuple):
    """The jobs of a scope, or the reason why they cannot be listed, "" if they can."""

    jobs: list[Job]
    problem: str = ""


def look_everywhere(
    sweep: Sweep, zones: t.Sequence[Zone], other_zones: t.Sequence[Zone], accounts: t.Iterable[str], mask: SecretMask
) -> Look:
    """Return the jobs of the scopes in C(zones), and of all other zones and accounts that the API token can see.

    ``other_zones`` are further scopes that must be seen, and ``accounts`` IDs of accounts beside those of the zones. Never
    raises a CollectionError: what cannot be listed is part of the result.
    """
    named: dict[Scope, str] = {}
    failed = []
    try:
        found = sweep.locate(zones)
    except CollectionError as error:
        return Look([], [mask.text(str(error))], [], [])
    for zone, located in zip(zones, found):
        label = str(located.zone_name or _name_of(zone) or located.scope)
        if located.scope is None:
            failed.append(f"{label}: {mask.text(str(located.error))}")
        else:
            named.setdefault(located.scope, label)
    others, unseen = _other_scopes(sweep, named, other_zones, accounts, mask)
    return _jobs_of(sweep, named, others, failed, unseen, mask)


def _jobs_of(
    sweep: Sweep,
    named: t.Mapping[Scope, str],
    others: t.Mapping[Scope, str],
    failed: list[str],
    unseen: list[str],
    mask: SecretMask,
) -> Look:
    """Return the jobs of scopes, which come with their labels. What cannot be listed is added to C(failed) or
    C(unseen)."""
    client = sweep.client.reader()
    labels = {**named, **others}

    def read(scope: Scope) -> _ListedScope:
        return _ListedScope(list_jobs(client, scope, mask))

    def unreadable(scope: Scope, error: CollectionError) -> _ListedScope:
        return _ListedScope([], mask.text(str(error)))

    seen, empty = [], []
    for scope, (jobs, problem) in zip(labels, sweep.read_each(list(labels), read, unreadable)):
        if problem:
            (failed if scope in named else unseen).append(f"{labels[scope]}: {problem}")
            continue
        if not jobs and scope in named:
            empty.append(labels[scope])
        seen += [SeenJob(scope.id, labels[scope], scope in named, job) for job in jobs]
    return Look(seen, failed, unseen, empty)


def _other_scopes(
    sweep: Sweep,
    named: t.Mapping[Scope, str],
    other_zones: t.Iterable[Zone],
    accounts: t.Iterable[str],
    mask: SecretMask,
) -> tuple[dict[Scope, str], list[str]]:
    """Return the scopes outside C(named) with their labels, and the reasons why this list may be incomplete."""
    others = {scope_with_id("accounts", account): f"account {account}" for account in accounts if account}
    try:
        zones = sweep.client.reader().zones(_ALL_TYPES, sweep.concurrency)
        unseen = [] if zones else ["the list of zones is empty"]
    except CollectionError as error:
        zones, unseen = [], [f"the list of zones: {mask.text(str(error))}"]
    for zone in zones:
        if not isinstance(zone.get("id"), str) or not zone["id"]:
            unseen.append("the list of zones contains a zone without an ID")
            continue
        others[scope_with_id("zones", zone["id"])] = str(zone.get("name") or zone["id"])
        account = zone.get("account")
        account_id = account.get("id") if isinstance(account, dict) else None
        if isinstance(account_id, str) and account_id:
            others.setdefault(scope_with_id("accounts", account_id), f"account {account_id}")
        else:
            unseen.append(f"the account of zone {zone.get('name') or zone['id']}")
    for entry in other_zones:
        scope = scope_by_id(entry)
        if scope:
            others.setdefault(scope, _name_of(entry))
    unseen += _missing(zones, named, others, mask, other_zones)
    return {scope: label for scope, label in others.items() if scope not in named}, unseen


def _missing(
    zones: t.Sequence[Zone],
    named: t.Mapping[Scope, str],
    others: t.Mapping[Scope, str],
    mask: SecretMask,
    other_zones: t.Iterable[Zone],
) -> t.Iterator[str]:
    """Yield the reasons why the list of zones may be incomplete."""
    listed = {ascii_domain(str(zone.get("name") or "")) for zone in zones}
    for scope, label in named.items():
        if zones and scope.kind == "zones" and scope not in others and ascii_domain(label) not in listed:
            yield f"the list of zones is incomplete: it lacks {label}, which this run names"
    known = {*listed, *map(ascii_domain, named.values())}
    for entry in other_zones:
        if entry.get("problem"):
            yield f"{_name_of(entry)}: {mask.text(str(entry['problem']))}"
        elif not scope_by_id(entry) and ascii_domain(str(entry.get("zone") or "")) not in known:
            yield f"{_name_of(entry)}: this zone is in the inventory but not in the list of zones"


def _name_of(zone: Zone) -> str:
    names = (zone.get(key) for key in ("zone_name", "zone", "host", "zone_id", "account_id"))
    return next((str(name) for name in names if name), "")
