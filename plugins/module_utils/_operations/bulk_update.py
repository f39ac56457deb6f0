# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Change existing jobs in many scopes: a function selects the jobs and returns the fields to change."""

from __future__ import annotations

import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope
from .._core.errors import CollectionError, bugs_as_errors
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import Job, destination_of, health_of, is_splunk_job
from .._logpush.job_options import mask_layers
from .._logpush.job_request import JobRequest
from .results import (
    JobOutcome,
    action_columns,
    differences,
    failure_columns,
    job_difference,
    outcome_rows,
    result_row,
    sweep_result,
)
from .rollout_report import changes_report
from .scope_jobs import ScopeJobs
from .sweep import Sweep

# Returns the fields to change in a job, empty if nothing has to change; None for a job that is not selected. Raises
# CollectionError for a selected job that cannot be changed.
Select = t.Callable[[Job], t.Optional[t.Dict[str, t.Any]]]
Zone = t.Mapping[str, t.Any]


def change_jobs(
    options: Options, select: Select, context: RunContext, sweep: Sweep | None = None, title: str = "Logpush jobs"
) -> dict[str, t.Any]:
    """Change the selected jobs of every scope in C(zones), and return the result of the module. Raises CollectionError if
    nothing can be done at all. ``title`` begins the report. ``sweep`` is the sweep of a longer run, whose rate budget this
    call shares."""
    options = with_credentials(options)
    zones = options["zones"]
    mask_layers(options, context.mask)
    sweep = sweep or Sweep(options, context)

    client, names = sweep.client, sweep.zone_names(zones)

    def change(scope: tuple[Zone, LocatedScope]) -> list[JobOutcome]:
        zone, located = scope
        mask = context.mask.part()
        try:
            jobs = ScopeJobs(client, located, context, mask, lambda: names.check(zone))
        except CollectionError as error:
            return [_failed(zone, located, error, mask)]
        outcomes = _change_scope(jobs, zone, located, select, mask)
        names.settle(zone)
        return outcomes

    def failed(scope: tuple[Zone, LocatedScope], error: CollectionError) -> list[JobOutcome]:
        return [_failed(*scope, error, context.mask)]

    changed = sweep.run_each(list(zip(zones, sweep.locate(zones))), change, failed, outcome_rows)
    outcomes = [outcome for outcomes in changed for outcome in outcomes]
    result = sweep_result(outcomes, len(zones), sweep.figures())
    result["report"] = changes_report(title, len(zones), outcomes, applied=not context.check_mode).text()
    if context.diff:
        result["diff"] = differences(outcomes)
    return result


def _change_scope(
    jobs: ScopeJobs, zone: Zone, located: LocatedScope, select: Select, mask: SecretMask
) -> list[JobOutcome]:
    """Change the selected jobs of one scope. Its failure does not stop the others."""
    try:
        splunk_jobs = [job for job in jobs.all() if is_splunk_job(job)]
    except CollectionError as error:
        return [_failed(zone, located, error, mask)]
    outcomes = [_change_job(jobs, zone, located, job, select, mask) for job in splunk_jobs]
    return [outcome for outcome in outcomes if outcome is not None]


def _failed(zone: Zone, located: LocatedScope, error: CollectionError, mask: SecretMask) -> JobOutcome:
    return JobOutcome(
        result_row(zone, located, {}, **failure_columns(error, mask.text), health=None, endpoint=None, collector=None)
    )


def _change_job(
    jobs: ScopeJobs, zone: Zone, located: LocatedScope, job: Job, select: Select, mask: SecretMask
) -> JobOutcome | None:
    """Change one job, and return its outcome; None if it is not selected."""
    destination = destination_of(job)
    before = {
        "health": health_of(job),
        "endpoint": destination.endpoint,
        "collector": str(destination.collector),
    }
    try:
        with bugs_as_errors():
            desired = select(job)
            if desired is None:
                return None
            # The job is selected by its ID, and no other field is managed here, not even C(enabled).
            request = JobRequest(desired, job["id"], "present", recreate=False, validate_fields=True)
            result = jobs.apply(request).result()
    except CollectionError as error:
        jobs.forget()
        return JobOutcome(result_row(zone, located, job, **failure_columns(error, mask.text), **before))
    row = result_row(zone, located, result["job"], **action_columns(result["action"]), **before)
    return JobOutcome(row, job_difference(row, mask.value(result["diff"])) if result["changed"] else None)
