# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Changing jobs that are there already: of many scopes at once, those that fit and no others, and just what is said."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import Found
from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from .._logpush.job import Job, destination_of, health_of, is_splunk_job
from .._logpush.job_options import JobRequest, mask_zones
from .progress import Progress
from .results import Row, difference, result_row, sweep_result
from .sweep import Sweep
from .writer import Reconciler

Done = t.List[t.Tuple[Row, t.Optional[t.Dict[str, t.Any]]]]
# What is to be made of a job: the fields to change, none where it is well as it is; None for a job that does not fit.
# Raises CollectionError for one that fits and cannot be changed.
Choose = t.Callable[[Job], t.Optional[t.Dict[str, t.Any]]]


def change_jobs(
    options: t.Mapping[str, t.Any],
    choose: Choose,
    check_mode: bool,
    mask: SecretMask,
    with_diff: bool,
    progress: Progress | None,
) -> dict[str, t.Any]:
    options = with_credentials(options)
    zones = options["zones"]
    mask_zones(zones, mask)
    sweep = Sweep(options, mask, progress)

    def change(pair: tuple[t.Mapping[str, t.Any], Found | CollectionError]) -> Done:
        return _change_scope(sweep.client, *pair, choose, check_mode, mask.part())

    work = list(zip(zones, sweep.find(zones)))
    every = [each for done in sweep.over(work, change, _entries) for each in done]
    differences = [difference for dummy, difference in every if difference] if with_diff else None
    return sweep_result(_entries(every), differences, len(zones), sweep.figures())


def _entries(done: Done) -> list[Row]:
    return [entry for entry, dummy in done]


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
        jobs = [job for job in reconciler.jobs() if is_splunk_job(job)]
    except CollectionError as error:
        return [
            ({**result_row(zone, found, {}, "failed", mask.text(str(error))), "health": None, "endpoint": None}, None)
        ]
    changed = [_change_job(reconciler, zone, found, job, choose, check_mode, mask) for job in jobs]
    return [each for each in changed if each is not None]


def _change_job(
    reconciler: Reconciler,
    zone: t.Mapping[str, t.Any],
    found: Found,
    job: Job,
    choose: Choose,
    check_mode: bool,
    mask: SecretMask,
) -> tuple[Row, dict[str, t.Any] | None] | None:
    """Change one job, unless it is none that fits."""
    was = {"health": health_of(job), "endpoint": destination_of(job).endpoint}
    try:
        desired = choose(job)
        if desired is None:
            return None
        # By its id, and nothing but this: the other options of a job are not managed here, not even whether it is enabled.
        request = JobRequest(desired, job["id"], "present", recreate=False, validate_fields=True)
        result = reconciler.reconcile(request, check_mode)
    except CollectionError as error:
        reconciler.forget()
        return {**result_row(zone, found, job, "failed", mask.text(str(error))), **was}, None
    entry = {**result_row(zone, found, result["job"], result["action"]), **was}
    return entry, difference(entry, mask.value(result["diff"])) if result["changed"] else None
