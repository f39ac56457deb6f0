# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""Moving jobs from one HEC token to another: of many scopes at once, and only those jobs that use the one."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils import _destination as destinations
from ansible_collections.edgeops.logpush.plugins.module_utils import _jobs as rules
from ansible_collections.edgeops.logpush.plugins.module_utils import _orders as orders
from ansible_collections.edgeops.logpush.plugins.module_utils._arguments import cloudflare_client, with_credentials
from ansible_collections.edgeops.logpush.plugins.module_utils._clock import Clock
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._concurrency import as_done
from ansible_collections.edgeops.logpush.plugins.module_utils._destination import bare_token
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import JobRequest
from ansible_collections.edgeops.logpush.plugins.module_utils._orders import Entry
from ansible_collections.edgeops.logpush.plugins.module_utils._progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._reconcile import Reconciler
from ansible_collections.edgeops.logpush.plugins.module_utils._scopes import Found, check_concurrency, find_scopes
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import SecretMask

Moved = t.List[t.Tuple[Entry, t.Optional[t.Dict[str, t.Any]]]]


def move_jobs(
    options: t.Mapping[str, t.Any],
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool = False,
    progress: Progress | None = None,
) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_rotate) does, and give its result. ``with_diff`` says whether somebody wants to
    see the differences; ``progress`` is kept up to date for somebody who watches. Raises CollectionError."""
    began = Clock().now()
    options = with_credentials(options)
    destinations.mask_zones(options["zones"], mask)
    tokens = _tokens(options, mask)
    concurrency = check_concurrency(options)
    zones = options["zones"]
    client = cloudflare_client(options, mask, connections=concurrency)
    found = find_scopes(client, zones, concurrency)
    watched = progress or Progress()
    watched.begin(len(zones), client.budget)
    moved: dict[int, Moved] = {}
    work = list(zip(zones, found))
    for number, done in as_done(lambda pair: _move(client, *pair, tokens, check_mode, mask.part()), work, concurrency):
        moved[number] = done
        watched.advance(changed=any(entry["changed"] for entry, dummy in done), failed=any(e["failed"] for e, dummy in done))
    every = [each for number in range(len(zones)) for each in moved[number]]
    differences = [difference for dummy, difference in every if difference]
    figures = {**client.budget.figures(), "seconds": round(Clock().now() - began, 1)}
    entries = [entry for entry, dummy in every]
    return orders.pass_result(entries, differences if with_diff else None, len(zones), figures)


def _tokens(options: t.Mapping[str, t.Any], mask: SecretMask) -> tuple[str, str]:
    """The bare tokens, that to leave and that to take."""
    bare = []
    for option in ("old_hec_token", "new_hec_token"):
        destinations.mask_options({"hec_token": options[option]}, mask)
        try:
            bare.append(bare_token(options[option] or ""))
        except OptionError as error:
            raise OptionError(option, str(error).partition(": ")[2]) from None
    if bare[0] == bare[1]:
        raise OptionError("new_hec_token", "is the same as old_hec_token, so nothing would change")
    return bare[0], bare[1]


def _move(
    client: Cloudflare,
    zone: t.Mapping[str, t.Any],
    found: Found | CollectionError,
    tokens: tuple[str, str],
    check_mode: bool,
    mask: SecretMask,
) -> Moved:
    """Move the jobs of one scope. What goes wrong with it is its own outcome."""
    try:
        if isinstance(found, CollectionError):
            raise found
        reconciler = Reconciler(client, found[0], found[1], mask)
        jobs = [job for job in reconciler.jobs() if rules.is_splunk_job(job)]
    except CollectionError as error:
        return [({**orders.entry(zone, found, {}, "failed", mask.text(str(error))), "health": None}, None)]
    using = [job for job in jobs if rules.destination_of(job).hec_token in tokens]
    return [_moved(reconciler, zone, found, job, tokens[1], check_mode, mask) for job in using]


def _moved(
    reconciler: Reconciler,
    zone: t.Mapping[str, t.Any],
    found: Found,
    job: rules.Job,
    token: str,
    check_mode: bool,
    mask: SecretMask,
) -> tuple[Entry, dict[str, t.Any] | None]:
    was = {"health": rules.health(job)}
    request = JobRequest({"destination": {"hec_token": token}}, job["id"], "present", False, True)
    try:
        result = reconciler.reconcile(request, check_mode)
    except CollectionError as error:
        reconciler.forget()
        return {**orders.entry(zone, found, job, "failed", mask.text(str(error))), **was}, None
    entry = {**orders.entry(zone, found, result["job"], result["action"]), **was}
    return entry, orders.difference(entry, mask.value(result["diff"])) if result["changed"] else None
