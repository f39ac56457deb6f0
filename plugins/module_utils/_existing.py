# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""Changing jobs that are there already: of many scopes at once, those that fit and no others, and just what is said."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils import _destination as destinations
from ansible_collections.edgeops.logpush.plugins.module_utils import _jobs as rules
from ansible_collections.edgeops.logpush.plugins.module_utils import _orders as orders
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import Cloudflare
from ansible_collections.edgeops.logpush.plugins.module_utils._arguments import with_credentials
from ansible_collections.edgeops.logpush.plugins.module_utils._destination import bare_token, collector_of
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import JobRequest
from ansible_collections.edgeops.logpush.plugins.module_utils._orders import Entry
from ansible_collections.edgeops.logpush.plugins.module_utils._pass import Pass
from ansible_collections.edgeops.logpush.plugins.module_utils._progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._reconcile import Reconciler
from ansible_collections.edgeops.logpush.plugins.module_utils._scopes import Found
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import SecretMask

Done = t.List[t.Tuple[Entry, t.Optional[t.Dict[str, t.Any]]]]
# What is to be made of a job: the fields to change, none where it is well as it is; None for a job that does not fit.
# Raises CollectionError for one that fits and cannot be changed.
Choose = t.Callable[[rules.Job], t.Optional[t.Dict[str, t.Any]]]


def move_jobs(
    options: t.Mapping[str, t.Any],
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool = False,
    progress: Progress | None = None,
) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_rotate) does, and give its result. ``with_diff`` says whether somebody wants to
    see the differences; ``progress`` is kept up to date for somebody who watches. Raises CollectionError."""
    tokens = _tokens(options, mask)

    def choose(job: rules.Job) -> dict[str, t.Any] | None:
        fits = rules.destination_of(job).hec_token in tokens
        return {"destination": {"hec_token": tokens[1]}} if fits else None

    return _change(options, choose, check_mode, mask, with_diff, progress)


def repair_jobs(
    options: t.Mapping[str, t.Any],
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool = False,
    progress: Progress | None = None,
) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_repair) does, and give its result; see C(move_jobs). Raises CollectionError."""
    reasons = {collector_of(endpoint): reason for endpoint, reason in (options.get("not_ready") or {}).items()}

    def choose(job: rules.Job) -> dict[str, t.Any] | None:
        if rules.health(job) != "auto_disabled":
            return None
        destination = rules.destination_of(job)
        if destination.collector in reasons:
            raise CollectionError(f"The job stays off. {reasons[destination.collector]}")
        return {"enabled": True}

    return _change(options, choose, check_mode, mask, with_diff, progress)


def _change(
    options: t.Mapping[str, t.Any],
    choose: Choose,
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool,
    progress: Progress | None,
) -> dict[str, t.Any]:
    options = with_credentials(options)
    zones = options["zones"]
    destinations.mask_zones(zones, mask)
    this_pass = Pass(options, mask, progress)

    def change(pair: tuple[t.Mapping[str, t.Any], Found | CollectionError]) -> Done:
        return _change_scope(this_pass.client, *pair, choose, check_mode, mask.part())

    work = list(zip(zones, this_pass.find(zones)))
    every = [each for done in this_pass.over(work, change, _entries) for each in done]
    differences = [difference for dummy, difference in every if difference] if with_diff else None
    return orders.pass_result(_entries(every), differences, len(zones), this_pass.figures())


def _entries(done: Done) -> list[Entry]:
    return [entry for entry, dummy in done]


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


def _change_scope(
    client: Cloudflare,
    zone: t.Mapping[str, t.Any],
    found: Found | CollectionError,
    choose: Choose,
    check_mode: bool,
    mask: SecretMask,
) -> Done:
    """Change the jobs of one scope. What goes wrong with it is its own outcome."""
    try:
        if isinstance(found, CollectionError):
            raise found
        reconciler = Reconciler(client, found[0], found[1], mask)
        jobs = [job for job in reconciler.jobs() if rules.is_splunk_job(job)]
    except CollectionError as error:
        return [({**orders.entry(zone, found, {}, "failed", mask.text(str(error))), "health": None, "endpoint": None}, None)]
    changed = [_change_job(reconciler, zone, found, job, choose, check_mode, mask) for job in jobs]
    return [each for each in changed if each is not None]


def _change_job(
    reconciler: Reconciler,
    zone: t.Mapping[str, t.Any],
    found: Found,
    job: rules.Job,
    choose: Choose,
    check_mode: bool,
    mask: SecretMask,
) -> tuple[Entry, dict[str, t.Any] | None] | None:
    """Change one job, unless it is none that fits."""
    was = {"health": rules.health(job), "endpoint": rules.destination_of(job).endpoint}
    try:
        desired = choose(job)
        if desired is None:
            return None
        # By its id, and nothing but this: the other options of a job are not managed here, not even whether it is enabled.
        request = JobRequest(desired, job["id"], "present", recreate=False, validate_fields=True)
        result = reconciler.reconcile(request, check_mode)
    except CollectionError as error:
        reconciler.forget()
        return {**orders.entry(zone, found, job, "failed", mask.text(str(error))), **was}, None
    entry = {**orders.entry(zone, found, result["job"], result["action"]), **was}
    return entry, orders.difference(entry, mask.value(result["diff"])) if result["changed"] else None
