# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Roll out the jobs of many zones and accounts: parse, locate, plan, write, report.

A failing zone does not stop the others. Of a zone nothing is kept in memory but its rows.
"""

from __future__ import annotations

import os
import threading
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.options import with_credentials
from .._cloudflare.zone_names import ZoneNames
from .._core.errors import CollectionError, bugs_as_errors
from .._core.results import label
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .elsewhere import Elsewhere
from .notices import Notice, run_warnings
from .results import (
    JobOutcome,
    action_columns,
    differences,
    failure_columns,
    job_difference,
    outcome_rows,
    result_row,
    scope_columns,
    sweep_result,
)
from .rollout_request import RequestedJob, RequestedScope, RolloutRequest, locate_requests, parse_rollout
from .scope_jobs import ScopeJobs
from .sweep import Sweep


def roll_out(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_rollout) with its checked options and return its result. Raises CollectionError if
    nothing can be done at all."""
    options = with_credentials(options)
    request = parse_rollout(options, os.environ, context.mask, context.check_mode)
    sweep = Sweep(options, context)
    scopes = locate_requests(request.scopes, sweep.locate)
    zone_names = sweep.zone_names(job.zone for scope in scopes for job in scope.jobs)
    # A host whose zone is not found can request jobs of any zone of the run.
    elsewhere = Elsewhere(request.elsewhere, [scope for scope in scopes if scope.located.error])
    rollout = _Rollout(sweep.client, request, context, zone_names, elsewhere)
    done = sweep.run_each(scopes, rollout.apply, rollout.failed, outcome_rows)
    outcomes = [outcome for outcomes in done for outcome in outcomes]
    outcomes.sort(key=lambda outcome: outcome.position)
    result = sweep_result(outcomes, request.zones, sweep.figures())
    if context.diff:
        result["diff"] = differences(outcomes)
    result["warnings"] = rollout.warnings()
    # The options of thousands of zones once more would make the result too large for Tower to keep.
    shortened = {"zones": f"{request.zones} entries"}
    if options.get("other_zones"):
        shortened["other_zones"] = f"{len(options['other_zones'])} entries"
    result["invocation"] = {"module_args": {**options, **shortened}}
    return result


class _Rollout:
    """A rollout to many scopes, several at a time. Counts failures, and collects warnings."""

    def __init__(
        self,
        client: Cloudflare,
        request: RolloutRequest,
        context: RunContext,
        zone_names: ZoneNames,
        elsewhere: Elsewhere,
    ) -> None:
        self._client = client
        self._request = request
        self._elsewhere = elsewhere
        self._zone_names = zone_names
        self._context = context
        self._failures = 0
        self._warnings: dict[str, int] = {}
        self._notices: list[tuple[tuple[int, int], str, Notice]] = []
        self._lock = threading.Lock()

    def apply(self, scope: RequestedScope) -> list[JobOutcome]:
        """Apply all requests to one scope, and return an outcome for each job."""
        outcomes = self._apply(scope)
        if _any_failed(outcomes):
            self._count_failure()
        return outcomes

    def failed(self, scope: RequestedScope, error: CollectionError) -> list[JobOutcome]:
        """Return the outcomes of a scope to which nothing could be applied."""
        self._count_failure()
        return [_failed(scope, job, error, self._context.mask) for job in scope.jobs]

    def warnings(self) -> list[str]:
        """Return each warning once, with the number of jobs or the zones that it is about."""
        counted = [f"{text} ({count} jobs)" if count > 1 else text for text, count in sorted(self._warnings.items())]
        in_order = sorted(self._notices, key=lambda noticed: noticed[0])
        return [*counted, *run_warnings((zone, notice) for _position, zone, notice in in_order)]

    def _count_failure(self) -> None:
        # Counted before the thread takes the next scope, so that none starts with a scope after the limit.
        with self._lock:
            self._failures += 1

    def _apply(self, scope: RequestedScope) -> list[JobOutcome]:
        mask = self._context.mask.part()
        limit = self._request.max_failures
        if limit is not None and self._failures > limit:
            reason = CollectionError(f"Not tried, since more than {limit} zones failed (max_failures).")
            return [_failed(scope, job, reason, mask) for job in scope.jobs]
        try:
            jobs = ScopeJobs(self._client, scope.located, self._context, mask, lambda: self._check_identity(scope))
        except CollectionError as error:
            # A mistake in the options of a job was there before the scope could not be found.
            return [_failed(scope, job, job.error or error, mask) for job in scope.jobs]
        jobs.reserve(job.request for job in scope.jobs if job.request)
        outcomes = [outcome for job in scope.jobs for outcome in self._apply_job(jobs, scope, job, mask)]
        if self._request.prune and not _any_failed(outcomes):
            outcomes += self._prune(jobs, scope, mask)
        with self._lock:
            for text in jobs.warnings:
                self._warnings[text] = self._warnings.get(text, 0) + 1
            name = _zone_label(scope)
            self._notices += [(scope.jobs[0].position, name, notice) for notice in jobs.notices]
        return outcomes

    def _check_identity(self, scope: RequestedScope) -> None:
        """Check the ids and names by which the hosts of a scope name it. Raises CollectionError."""
        for job in scope.jobs:
            self._zone_names.check(job.zone)

    def _apply_job(
        self, jobs: ScopeJobs, scope: RequestedScope, job: RequestedJob, mask: SecretMask
    ) -> list[JobOutcome]:
        """Apply one request, and return its outcome, and those of the duplicates that were removed or could not be."""
        if job.request is None:
            return [_failed(scope, job, job.error or CollectionError("The job is not requested."), mask)]
        done: list[JobOutcome] = []
        try:
            with bugs_as_errors():
                result = jobs.apply(job.request)
                done.append(_done(scope, job.zone, job.position, result, mask))
                if self._request.check_duplicates:
                    for removed in jobs.remove_duplicates(result):
                        done.append(_done(scope, job.zone, job.position, removed, mask))
        except CollectionError as error:
            jobs.forget()
            done.append(_failed(scope, job, error, mask))
        return done

    def _prune(self, jobs: ScopeJobs, scope: RequestedScope, mask: SecretMask) -> list[JobOutcome]:
        """Delete the jobs that nobody requests, and return their outcomes, and the failure after which none is deleted."""
        done: list[JobOutcome] = []
        try:
            with bugs_as_errors():
                for request in self._elsewhere.requests(scope.located.found(), jobs.scope_name):
                    jobs.protect(request)
                for pruned in jobs.prune():
                    done.append(_done(scope, scope.zone, scope.end, pruned, mask))
        except CollectionError as error:
            done.append(_failed(scope, scope.jobs[-1], error, mask))
        return done


def _zone_label(scope: RequestedScope) -> str:
    """Return the name of a scope in a warning."""
    return label({key: value for key, value in scope_columns(scope.zone, scope.located).items() if value})


def _any_failed(outcomes: t.Iterable[JobOutcome]) -> bool:
    return any(outcome.row["failed"] for outcome in outcomes)


def _done(
    scope: RequestedScope,
    zone: t.Mapping[str, t.Any],
    position: tuple[int, int],
    result: t.Mapping[str, t.Any],
    mask: SecretMask,
) -> JobOutcome:
    row = result_row(zone, scope.located, result["job"], **action_columns(result["action"]))
    if result.get("redirect"):
        row["redirect"] = result["redirect"]
    difference = job_difference(row, mask.value(result["diff"])) if result["changed"] else None
    return JobOutcome(row, difference, position)


def _failed(scope: RequestedScope, job: RequestedJob, error: CollectionError, mask: SecretMask) -> JobOutcome:
    row = result_row(job.zone, scope.located, job.label, **failure_columns(error, mask.text))
    return JobOutcome(row, position=job.position)
