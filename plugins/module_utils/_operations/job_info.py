# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the Splunk jobs of one or many scopes, and the fields that a dataset offers."""

from __future__ import annotations

import typing as t

from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import LocatedScope, check_scope
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import HEALTHS, Job, dataset_of, public_job
from .._logpush.job_options import checked_dataset, mask_layers
from .requested_scopes import read_splunk_jobs, requested_scopes, with_unread_scopes
from .results import Row, scope_columns
from .sweep import Sweep


def show_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_job_info) with its checked options and return its result. Raises CollectionError."""
    options = with_credentials(options)
    mask_layers(options, context.mask)
    zones = requested_scopes(options)
    scopes = read_splunk_jobs(
        Sweep(options, context), zones, context.mask, lambda *scope: _rows(*scope, options=options)
    )
    jobs = [row for scope in scopes for row in scope.found]
    return with_unread_scopes({"changed": False, "jobs": jobs, "summary": _summary(jobs)}, scopes, options)


def show_fields(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(logpush_dataset_fields_info) with its checked options and return its result. Raises
    CollectionError."""
    options = with_credentials(options)
    check_scope(options)
    dataset = checked_dataset(options["dataset"])
    client = cloudflare_client(options, context.mask).reader()
    fields = client.dataset_fields(locate_scope(client, options).found(), dataset)
    return {"changed": False, "dataset": dataset, "fields": fields, "names": sorted(fields)}


def _summary(jobs: t.Sequence[Row]) -> dict[str, int]:
    return {"jobs": len(jobs), **{health: sum(job["health"] == health for job in jobs) for health in HEALTHS}}


def _rows(located: LocatedScope, jobs: t.Sequence[Job], mask: SecretMask, *, options: Options) -> list[Row]:
    """Return the rows of the selected jobs of a scope."""
    return [
        mask.value({**scope_columns({}, located), **public_job(job)})
        for job in jobs
        if options.get("dataset") in (None, dataset_of(job)) and options.get("name") in (None, job.get("name") or "")
    ]
