# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Apply requests to the jobs of one scope: plan each one, write it unless in check mode, and return its result.

Also the module for a single job, which is one request in one scope.
"""

from __future__ import annotations

import os
import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import LocatedScope, check_scope
from .._core.errors import CollectionError
from .._core.outcome import Plan
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush import plan as rules
from .._logpush.job import Job, destination_of, is_splunk_job, public_job
from .._logpush.job_options import mask_layers
from .._logpush.job_request import JobRequest
from .._splunk.hec_request import Collector
from .known_jobs import KnownJobs
from .notices import BESIDE, Notice, job_warnings
from .plan_identity import fingerprint
from .planner import Redirect, ScopePlanner
from .results import result_row, with_headers, zone_label
from .rollout_request import request_of, with_collector
from .writer import ScopeWriter


def manage_job(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_job) with its checked options and return its result.

    Raises CollectionError. Every mistake in the options is found before the first request.
    """
    options = with_credentials(options)
    mask_layers(with_collector(options, os.environ), context.mask)
    check_scope(options)
    # Without a collector, the request refers to the only job of the dataset.
    request = request_of(options, os.environ)._replace(only_job=True)
    client = cloudflare_client(options, context.mask)
    located = locate_scope(client, options)
    jobs = ScopeJobs(client, located, context)
    try:
        applied = jobs.apply(request)
    except CollectionError as error:
        # The warnings can explain the failure.
        error.details.setdefault("warnings", []).extend(job_warnings(jobs.notices, zone_label(options, located)))
        raise
    result = applied.result()
    if result["job"] and not result["job"].get("id"):
        # In check mode: a job that does not exist has no health.
        result["job"]["health"] = None
    if result["changed"]:
        row = result_row(
            options, located._replace(zone_name=jobs.zone_name), {"dataset": request.dataset, **result["job"]}
        )
        result["diff"] = with_headers(row, result["diff"])
    return {**result, "warnings": job_warnings(jobs.notices, zone_label(options, located))}


class Collectors(t.Protocol):
    """Checks the collectors of a run, each once."""

    def check(self, place: Collector, token: str, channel: str, *, verified: bool) -> None:
        """Raise CollectionError if a collector does not accept what Logpush sends."""


class AppliedJob(t.NamedTuple):
    """What was done with one job, or would be done in check mode. ``job`` is the job afterwards. ``fingerprint`` is a digest
    of what is written, "" for an unchanged job. ``reason`` is why an unrequested job is deleted.
    """

    plan: Plan
    job: Job
    redirect: Redirect | None = None
    fingerprint: str = ""
    reason: str = ""

    def result(self) -> dict[str, t.Any]:
        """Return the result for the job: the action, the diff, the job afterwards, and both collectors if it moves from one
        to another."""
        result = {**self.plan.result(), "job": public_job(self.job) if self.job else {}}
        return {**result, "redirect": str(self.redirect)} if self.redirect else result


class ScopeJobs:
    """The jobs of one scope, listed once for all requests that are applied to them.

    Raises the CollectionError of a scope that was not found.
    """

    def __init__(
        self,
        client: Cloudflare,
        located: LocatedScope,
        context: RunContext,
        mask: SecretMask | None = None,
        check_identity: t.Callable[[], None] | None = None,
        name_of: t.Callable[[str], str] | None = None,
        known: KnownJobs | None = None,
        collectors: Collectors | None = None,
    ) -> None:
        """``mask`` receives the secrets of this scope; without it, the mask of the whole run receives them.
        ``check_identity`` is called before a write; it raises CollectionError if the options name two zones. ``name_of``
        returns the name of a zone by its ID; without it, the zone is requested. ``known`` are the jobs, if they have been
        listed before. ``collectors`` check the collector of a job before it is written."""
        scope = located.found()
        self._scope = scope
        self._check_mode = context.check_mode
        self._check_identity = check_identity
        self._collectors = collectors
        client = client.masked_by(mask or context.mask)
        reader = client.reader()
        self._known = known or KnownJobs(reader, scope, mask or context.mask)
        self._planner = ScopePlanner(reader, scope, located.zone_name, self._known, name_of)
        self._writer = ScopeWriter(client, scope, self._known, context.clock)

    @property
    def notices(self) -> list[Notice]:
        """The notices for the user about the jobs that the requests refer to."""
        return self._planner.notices

    def reserve(self, requests: t.Iterable[JobRequest]) -> None:
        """Reserve the jobs that requests name by their IDs, so that other requests do not select them."""
        self._planner.reserve(requests)

    def scope_name(self) -> str:
        """Return the name of the zone. Raises CollectionError if it cannot be looked up."""
        return self._planner.scope_name()

    def protect(self, request: JobRequest) -> None:
        """Keep the jobs that a request of another run can refer to from being pruned. Raises CollectionError."""
        self._planner.protect(request)

    def all(self) -> list[Job]:
        """Return the jobs as they are. Raises CollectionError."""
        return self._known.all()

    def forget(self) -> None:
        """List the jobs again the next time: after a failure their state is not known."""
        self._known.forget()

    @property
    def zone_name(self) -> str | None:
        """The name of the zone, as far as it is known."""
        return self._planner.zone_name

    @property
    def known(self) -> KnownJobs:
        """The jobs as they are known now, for a later run over the same scope."""
        return self._known

    def apply(self, request: JobRequest) -> AppliedJob:
        """Bring one job to its requested state, or only plan that in check mode. Return what was done. Raises
        CollectionError."""
        planned = self._planner.plan(request)
        after = t.cast(Job, planned.plan.target)
        if planned.plan.writes and self._check_identity:
            self._check_identity()
        if planned.plan.writes and self._collectors:
            _check_collector(planned.plan, self._collectors)
        if planned.plan.writes and not self._check_mode:
            after = self._writer.write(planned)
            self._planner.claim(after)
        if planned.beside:
            self.notices.append(Notice(BESIDE, planned.beside))
        return AppliedJob(
            planned.plan,
            after,
            planned.redirect,
            self._fingerprint(planned.plan, planned.observed, planned.superseded),
        )

    def prune(self) -> t.Iterator[AppliedJob]:
        """Delete the unrequested jobs at the collectors of the requests so far, or only plan that in check mode. Yields the
        result of each deletion as soon as it is done. Raises CollectionError."""
        plans = self._planner.plan_prune()
        if plans and self._check_identity:
            self._check_identity()
        for plan in plans:
            job = t.cast(Job, plan.target)
            if not self._check_mode:
                self._writer.delete([job])
            yield AppliedJob(plan, job, None, self._fingerprint(plan, job), "prune")

    def remove_duplicates(self, applied: AppliedJob) -> t.Iterator[AppliedJob]:
        """List the jobs once more after a creation, and remove the duplicates that a simultaneous run made. Yields the
        result of each deletion as soon as it is done. The job with the lowest ID is kept, whichever run made it. Raises
        CollectionError."""
        if applied.plan.action not in ("created", "replaced") or self._check_mode:
            return
        kept, duplicates = self._planner.duplicates_of(applied.job["id"])
        self._planner.claim(kept)
        for job in duplicates:
            self._writer.delete([job])
            # The duplicate is in no plan: it appears while the plan is carried out.
            yield AppliedJob(rules.plan_absent(job), job, reason="duplicate")

    def _fingerprint(self, plan: Plan, observed: Job | None, superseded: t.Iterable[Job] = ()) -> str:
        """Return the digest of everything that a plan writes, "" if it writes nothing."""
        if not plan.writes:
            return ""
        others = [job.get("id") for job in superseded]
        return fingerprint(str(self._scope), plan.action, observed.get("id") if observed else None, plan.body, others)


def _check_collector(plan: Plan, collectors: Collectors) -> None:
    """Check the collector that a job will push to. A job with a hidden token is not checked. Raises CollectionError."""
    job = t.cast(Job, plan.target)
    if plan.action == "deleted" or not job.get("enabled") or not is_splunk_job(job):
        return
    destination = destination_of(job)
    token, channel = destination.hec_token, destination.channel
    if token and channel and not destination.token_is_hidden:
        collectors.check(destination.collector, token, channel, verified=not destination.insecure_skip_verify)
