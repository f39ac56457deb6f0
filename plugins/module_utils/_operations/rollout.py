# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Roll out the jobs of many zones and accounts: parse, locate, plan, write, report.

A failing zone does not stop the others. Only the rows of a zone are kept in memory.
"""

from __future__ import annotations

import os
import threading
import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import SCOPES, Scope
from .._cloudflare.zone_names import ZoneNames
from .._core.errors import CollectionError, bugs_as_errors
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .elsewhere import Elsewhere
from .known_jobs import KnownJobs
from .notices import Notice, run_warnings
from .plan_file import approved_fingerprints, check_plan_files, write_plan
from .plan_identity import fingerprint, plan_id
from .results import (
    JobOutcome,
    action_columns,
    differences,
    failure_columns,
    job_difference,
    outcome_rows,
    result_row,
    sweep_result,
    zone_label,
)
from .rollout_report import TITLE, PlanHeading, rollout_report
from .rollout_request import RequestedJob, RequestedScope, RolloutRequest, locate_requests, parse_rollout
from .scope_jobs import AppliedJob, Collectors, ScopeJobs
from .sweep import Sweep

MakeCollectors = t.Callable[[Options, RunContext], Collectors]


def roll_out(options: Options, context: RunContext, make_collectors: MakeCollectors | None = None) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_rollout) with its checked options and return its result. Raises CollectionError if
    nothing can be done at all.

    ``make_collectors`` returns the object that checks the collectors before a write, if the options request it. With an
    expected plan, all scopes are read and planned before the first write.
    """
    options = with_credentials(options)
    for zones in (options["zones"], options.get("other_zones") or []):
        _drop_unset(zones)
    check_plan_files(options)
    request = parse_rollout(options, os.environ, context.mask, check_mode=context.check_mode)
    sweep = Sweep(options, context)
    scopes = locate_requests(request.scopes, sweep.locate)
    zone_names = sweep.zone_names(job.zone for scope in scopes for job in scope.jobs)
    # A host whose zone is not found may request jobs of any zone of the run.
    elsewhere = Elsewhere(request.elsewhere, [scope for scope in scopes if scope.located.error])
    collectors = make_collectors(options, context) if make_collectors and options.get("probe") else None
    rollout = _Rollout(sweep, request, context, zone_names, elsewhere, collectors)
    if request.expected_plan is None:
        run = rollout.run(scopes, applies=not context.check_mode)
    else:
        run = rollout.run(scopes, applies=False)
        if run.plan_id == request.expected_plan and not context.check_mode:
            run = rollout.run(scopes, applies=True)
    result = _result(run, request, options, sweep)
    if context.diff:
        result["diff"] = differences(run.outcomes)
    result["warnings"] = rollout.warnings()
    return result


def _drop_unset(zones: list[dict[str, t.Any]]) -> None:
    """Remove the options that are not set from entries of C(zones). Ansible's check adds them, which takes more memory than all other
    options of thousands of zones."""
    for number, zone in enumerate(zones):
        zones[number] = {key: value for key, value in zone.items() if value is not None}
        jobs = zone.get("jobs")
        if jobs:
            zones[number]["jobs"] = [{key: value for key, value in job.items() if value is not None} for job in jobs]


class _Run(t.NamedTuple):
    """The outcomes of all scopes, and whether they were written or only planned."""

    outcomes: list[JobOutcome]
    applied: bool

    @property
    def plan_id(self) -> str:
        """The ID of the plan that was carried out, or would be."""
        return plan_id(filter(None, (outcome.fingerprint for outcome in self.outcomes)))


def _result(run: _Run, request: RolloutRequest, options: Options, sweep: Sweep) -> dict[str, t.Any]:
    result = sweep_result(run.outcomes, request.zones, sweep.figures())
    title, is_part = options.get("title") or TITLE, bool(options.get("part_of_run"))
    heading = PlanHeading(run.plan_id, request.zones, run.applied, request.expected_plan, title, is_part)
    result["plan_id"] = run.plan_id
    result["report"] = rollout_report(run.outcomes, heading, approved_fingerprints(options)).text()
    write_plan(options, run.plan_id, run.outcomes, result["summary"])
    # The options of thousands of zones would make the result too large for Tower to keep.
    shortened = {"zones": f"{request.zones} entries"}
    if options.get("other_zones"):
        shortened["other_zones"] = f"{len(options['other_zones'])} entries"
    result["invocation"] = {"module_args": {**options, **shortened}}
    if request.expected_plan not in (None, run.plan_id):
        result.update(
            failed=True,
            changed=False,
            refused=True,
            msg=f"expected_plan: the plan is {run.plan_id} now, not {request.expected_plan}, so nothing was written. Review "
            f"the plan in the report, then set expected_plan to {run.plan_id} to apply it",
        )
    return result


class _Rollout:
    """A rollout to many scopes, several at a time. Counts failures, and collects warnings."""

    def __init__(
        self,
        sweep: Sweep,
        request: RolloutRequest,
        context: RunContext,
        zone_names: ZoneNames,
        elsewhere: Elsewhere,
        collectors: Collectors | None,
    ) -> None:
        self._sweep = sweep
        self._client = sweep.client
        self._request = request
        self._elsewhere = elsewhere
        self._collectors = collectors
        self._zone_names = zone_names
        self._read: dict[Scope, _ReadScope] = {}
        self._lock = threading.Lock()
        self._begin(context)

    def _begin(self, context: RunContext) -> None:
        self._context = context
        self._failures = 0
        self._notices: list[tuple[tuple[int, int], str, Notice]] = []

    def run(self, scopes: t.Sequence[RequestedScope], *, applies: bool) -> _Run:
        """Plan the jobs of all scopes, and write them if the plan is applied. A second run reuses the lists of the first."""
        self._begin(self._context._replace(check_mode=not applies))
        done = self._sweep.run_each(scopes, self.apply, self.failed, outcome_rows)
        outcomes = [outcome for outcomes in done for outcome in outcomes]
        outcomes.sort(key=lambda outcome: outcome.position)
        return _Run(outcomes, applies)

    def apply(self, scope: RequestedScope) -> list[JobOutcome]:
        """Apply all requests to one scope, and return an outcome for each job."""
        outcomes = self._apply(scope)
        self._zone_names.settle(scope.zone)
        if _any_failed(outcomes):
            self._count_failure()
        return outcomes

    def failed(self, scope: RequestedScope, error: CollectionError) -> list[JobOutcome]:
        """Return the outcomes of a scope to which nothing could be applied."""
        self._count_failure()
        return [_failed(scope, job, error, self._context.mask) for job in scope.jobs]

    def warnings(self) -> list[str]:
        """Return each warning once, with the zones that it is about."""
        in_order = sorted(self._notices, key=lambda noticed: noticed[0])
        return run_warnings((zone, notice) for _position, zone, notice in in_order)

    def _count_failure(self) -> None:
        # Counted before the thread takes the next scope, so that no thread starts a scope after the limit.
        with self._lock:
            self._failures += 1

    def _apply(self, scope: RequestedScope) -> list[JobOutcome]:
        read = self._read.get(scope.located.scope) if scope.located.scope else None
        mask = read.mask if read else self._context.mask.part()
        limit = self._request.max_failures
        if limit is not None and self._failures > limit:
            reason = CollectionError(f"Not started, because more than {limit} zones failed (max_failures).")
            return [_failed(scope, job, reason, mask) for job in scope.jobs]
        try:
            jobs = ScopeJobs(
                self._client,
                scope.located,
                self._context,
                mask,
                lambda: self._check_identity(scope),
                self._zone_names.name_of,
                read.known if read else None,
                self._collectors,
            )
        except CollectionError as error:
            # A mistake in the options of a job takes precedence over a scope that cannot be found.
            return [_failed(scope, job, job.error or error, mask) for job in scope.jobs]
        jobs.reserve(job.request for job in scope.jobs if job.request)
        if self._request.expected_plan is not None:
            self._read[scope.located.found()] = _ReadScope(jobs.known, mask)
        outcomes = [outcome for job in scope.jobs for outcome in self._apply_job(jobs, scope, job, mask)]
        if self._request.prune and not _any_failed(outcomes):
            outcomes += self._prune(jobs, scope, mask)
        with self._lock:
            name = zone_label(scope.zone, scope.located)
            self._notices += [(scope.jobs[0].position, name, notice) for notice in jobs.notices]
        return outcomes

    def _check_identity(self, scope: RequestedScope) -> None:
        """Check the IDs and names by which the hosts of a scope name it. Raises CollectionError."""
        for job in scope.jobs:
            self._zone_names.check(job.zone)

    def _apply_job(
        self, jobs: ScopeJobs, scope: RequestedScope, job: RequestedJob, mask: SecretMask
    ) -> list[JobOutcome]:
        """Apply one request. Return its outcome, and the outcomes of the duplicates that were removed or could not be
        removed."""
        if job.request is None:
            return [_failed(scope, job, job.error or CollectionError("The job is not requested."), mask)]
        done: list[JobOutcome] = []
        try:
            with bugs_as_errors():
                applied = jobs.apply(job.request)
                done.append(_done(scope, job.zone, job.position, applied, mask))
                if self._request.check_duplicates:
                    for removed in jobs.remove_duplicates(applied):
                        done.append(_done(scope, job.zone, job.position, removed, mask))
        except CollectionError as error:
            jobs.forget()
            done.append(_failed(scope, job, error, mask))
        return done

    def _prune(self, jobs: ScopeJobs, scope: RequestedScope, mask: SecretMask) -> list[JobOutcome]:
        """Delete the unrequested jobs. Return their outcomes, and the outcome of the failure that stopped the deletion, if
        any."""
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


class _ReadScope(t.NamedTuple):
    """The jobs of a scope that was read to plan them, and the mask that knows their secrets."""

    known: KnownJobs
    mask: SecretMask


def _any_failed(outcomes: t.Iterable[JobOutcome]) -> bool:
    return any(outcome.row["failed"] for outcome in outcomes)


def _done(
    scope: RequestedScope,
    zone: t.Mapping[str, t.Any],
    position: tuple[int, int],
    applied: AppliedJob,
    mask: SecretMask,
) -> JobOutcome:
    plan = applied.plan
    row = result_row(zone, scope.located, applied.job or {}, **action_columns(plan.action))
    if applied.redirect:
        row["redirect"] = str(applied.redirect)
    difference = job_difference(row, mask.value(plan.result()["diff"])) if plan.writes else None
    return JobOutcome(row, difference, position, applied.fingerprint, applied.reason)


def _failed(scope: RequestedScope, job: RequestedJob, error: CollectionError, mask: SecretMask) -> JobOutcome:
    row = result_row(job.zone, scope.located, job.label, **failure_columns(error, mask.text))
    # The key is the user's own name for the zone, because the zone may not be found.
    named = {key: job.zone.get(key) for key in SCOPES}
    return JobOutcome(row, position=job.position, fingerprint=fingerprint("failed", named, job.label))
