# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""List the jobs of every zone and account that an API token can see, and what it cannot see."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.scopes import Scope, ascii_domain, scope_with_id
from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from .._logpush.job import Job, masked_reports
from .rotation_rules import Look, SeenJob
from .sweep import Sweep

Zone = t.Mapping[str, t.Any]


def look_everywhere(sweep: Sweep, zones: t.Sequence[Zone], accounts: t.Iterable[str], mask: SecretMask) -> Look:
    """Return the jobs of the scopes in C(zones), and of all other zones and accounts that the API token can see.

    ``accounts`` are ids of accounts to look at beside those of the zones. Never raises a CollectionError: what cannot be
    listed is part of the result.
    """
    client = sweep.client.reader()
    named: dict[Scope, str] = {}
    failed = []
    try:
        found = sweep.locate(zones)
    except CollectionError as error:
        return Look([], [mask.text(str(error))], [], [])
    for zone, located in zip(zones, found):
        label = str(located.zone_name or zone.get("zone_name") or zone.get("zone") or located.scope or zone.get("host"))
        if located.scope is None:
            failed.append(f"{label}: {mask.text(str(located.error))}")
        else:
            named.setdefault(located.scope, label)
    others, unseen = _other_scopes(client, sweep, named, accounts, mask)
    scopes = [*named, *others]

    def read(scope: Scope) -> list[Job] | str:
        return masked_reports(client.jobs(scope), mask)

    def unreadable(scope: Scope, error: CollectionError) -> list[Job] | str:
        return mask.text(str(error))

    labels = {**named, **others}
    seen, empty = [], []
    for scope, jobs in zip(scopes, sweep.read_each(scopes, read, unreadable)):
        if isinstance(jobs, str):
            (failed if scope in named else unseen).append(f"{labels[scope]}: {jobs}")
            continue
        if not jobs and scope in named:
            empty.append(labels[scope])
        seen += [SeenJob(labels[scope], scope in named, job) for job in jobs]
    return Look(seen, failed, unseen, empty)


def _other_scopes(
    client: CloudflareReader,
    sweep: Sweep,
    named: t.Mapping[Scope, str],
    accounts: t.Iterable[str],
    mask: SecretMask,
) -> tuple[dict[Scope, str], list[str]]:
    """Return the scopes outside C(named) with their labels, and what shows that these are not all."""
    others = {scope_with_id("accounts", account): f"account {account}" for account in accounts if account}
    unseen = []
    zones: list[dict[str, t.Any]] = []
    try:
        zones = client.zones({}, sweep.concurrency)
    except CollectionError as error:
        unseen.append(f"the list of the zones: {mask.text(str(error))}")
    for zone in zones:
        if not isinstance(zone.get("id"), str) or not zone["id"]:
            unseen.append("the list of the zones contains a zone without an id")
            continue
        others[scope_with_id("zones", zone["id"])] = str(zone.get("name") or zone["id"])
        account = zone.get("account")
        account_id = account.get("id") if isinstance(account, dict) else None
        if isinstance(account_id, str) and account_id:
            others.setdefault(scope_with_id("accounts", account_id), f"account {account_id}")
        else:
            unseen.append(f"the account of zone {zone.get('name') or zone['id']}")
    if zones or not unseen:
        listed = {ascii_domain(str(zone.get("name") or "")) for zone in zones}
        unseen += [
            f"the list of the zones lacks {label}, which this run names, so it is not complete"
            for scope, label in named.items()
            if scope.kind == "zones" and scope not in others and ascii_domain(label) not in listed
        ]
    return {scope: label for scope, label in others.items() if scope not in named}, unseen
