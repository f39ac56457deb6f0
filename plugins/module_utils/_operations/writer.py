# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Carry out the plans for the jobs of a scope: create, update, replace and delete, each exactly once."""

from __future__ import annotations

import typing as t

from .._cloudflare import advice
from .._cloudflare.answers import ApiError, FateUnknownError
from .._cloudflare.client import Cloudflare
from .._cloudflare.scopes import Scope
from .._core.clock import Clock
from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._logpush import job_lookup
from .._logpush import plan as rules
from .._logpush.job import Job, dataset_of, destination_of
from .._splunk.hec_request import endpoint_problem
from .known_jobs import KnownJobs
from .planner import PlannedJob

# Seconds before each search for a job whose creation got no clear answer: the API may have created it late.
_PAUSES_AFTER_UNKNOWN_CREATE = (1.0, 3.0)
# Cloudflare got no answer from the host of the endpoint.
GATEWAY_TIMEOUT = 504


def _with_cause(error: CollectionError, planned: PlannedJob) -> CollectionError:
    """Return the error of a write. If Cloudflare could not push its test event, and something is probably wrong with the
    endpoint, the message begins with that."""
    collector = destination_of(planned.plan.target).collector
    cause = endpoint_problem(collector.host, collector.port) if collector else ""
    if not cause:
        return error
    if isinstance(error, ApiError) and advice.is_destination_test_failure(error.errors):
        return error.because(advice.Advice(cause, "Correct endpoint."))
    if error.details.get("http_status") == GATEWAY_TIMEOUT:
        return CollectionError(f"{cause}. {error}", **error.details)
    return error


class ScopeWriter:
    """Writes the jobs of one scope, and keeps the list of known jobs up to date."""

    def __init__(self, client: Cloudflare, scope: Scope, jobs: KnownJobs, clock: Clock) -> None:
        self._client = client
        self._scope = scope
        self._jobs = jobs
        self._clock = clock

    def write(self, planned: PlannedJob) -> Job:
        """Carry out the plan of a job that has to change, and return the job as it is afterwards. Raises
        CollectionError."""
        try:
            return self._write(planned)
        except CollectionError as error:
            raise _with_cause(error, planned) from None

    def _write(self, planned: PlannedJob) -> Job:
        plan, observed = planned.plan, planned.observed
        if plan.action == "deleted":
            target = t.cast(Job, plan.target)
            self.delete([target, *planned.superseded])
            return target
        if observed is None:
            return self._create(plan.body)
        after = observed
        if planned.replaces:
            after = self._replace(plan.body, observed)
        elif plan.body:
            after = self._update(planned, observed)
        for job in planned.alike:
            self._update(planned, job)
        self.delete(planned.superseded)
        return after

    def delete(self, jobs: t.Iterable[Job]) -> None:
        """Delete jobs. Raises CollectionError."""
        for job in jobs:
            self._client.delete_job(self._scope, job["id"])
            self._jobs.remove(job)

    def _update(self, planned: PlannedJob, observed: Job) -> Job:
        plan = planned.plan
        try:
            answer = self._client.update_job(self._scope, observed["id"], plan.body, dataset_of(observed))
        except ApiError as error:
            if plan.action == "disabled" and advice.is_destination_test_failure(error.errors):
                raise CollectionError(
                    f"{error} Cloudflare tests the destination even when a job is disabled. Correct the destination, or "
                    "remove the job with state: absent.",
                    **error.details,
                ) from None
            raise
        if answer:
            return self._remember(t.cast(Job, answer))
        # An answer without the job does not show whether anything was changed.
        after = job_lookup.job_with_id(self._jobs.listed(), observed["id"])
        if after is None or rules.plan_present(planned.request.desired, after, None, recreate=False).writes:
            raise CollectionError(
                f"Updating Logpush job {observed['id']} of {self._scope}: the API reported success, but the job is not "
                "changed. Run this again."
            )
        return self._remember(after)

    def _create(self, body: JsonObject) -> Job:
        """Create one job, and never two: the API has no idempotency key, and a repeated POST makes a duplicate."""
        known_ids = {job.get("id") for job in self._jobs.all()}
        try:
            return self._remember(self._created(body, known_ids))
        except FateUnknownError as error:
            first = error
        return self._remember(
            self._find_after_unknown_create(body, known_ids, first) or self._create_again(body, known_ids, first)
        )

    def _create_again(self, body: JsonObject, known_ids: set[t.Any], first: CollectionError) -> Job:
        """Repeat a creation that seems not to have been carried out."""
        created: Job | None = None
        problem = CollectionError(f"{first} The second attempt did not create the job either.", **first.details)
        try:
            created = self._created(body, known_ids)
        except FateUnknownError:
            pass
        except ApiError as error:
            problem = error
        # The first request may have been carried out after the last search.
        found = self._find_after_unknown_create(body, known_ids, first) or created
        if found is None:
            raise problem
        return found

    def _created(self, body: JsonObject, known_ids: t.Container[t.Any]) -> Job:
        """Send the request that creates a job, and return the job of the answer. Raises FateUnknownError also for an answer
        with another job, because an existing job must not be replaced before the new one certainly exists."""
        created = t.cast(Job, self._client.create_job(self._scope, body))
        if not job_lookup.can_be_new(created, body, known_ids):
            raise FateUnknownError(
                f"Creating a Logpush job for {self._scope}: the API reported success, but its answer contains another job."
            )
        return created

    def _find_after_unknown_create(self, body: JsonObject, known_ids: set[t.Any], first: CollectionError) -> Job | None:
        """Return the job of a creation that got no clear answer, None if there is none. If there are several, the oldest is
        kept, so that simultaneous runs choose the same one."""
        for pause in _PAUSES_AFTER_UNKNOWN_CREATE:
            self._clock.sleep(pause)
            duplicates = job_lookup.new_duplicates(body, known_ids, self._listed_after_unknown_create(first))
            if duplicates:
                oldest, *others = duplicates
                # A hidden token does not prove that a job is a duplicate.
                self.delete(job for job in others if not destination_of(job).token_is_hidden)
                return oldest
        return None

    def _listed_after_unknown_create(self, first: CollectionError) -> list[Job]:
        """List the jobs. If that fails as well, the error names both reasons."""
        try:
            return self._jobs.listed()
        except CollectionError as error:
            raise CollectionError(
                f"{first} Then: {error} It is not known whether the job was created. Run this again: it lists the jobs "
                "before it creates one.",
                **first.details,
            ) from None

    def _replace(self, body: JsonObject, observed: Job) -> Job:
        """Put a new job in the place of one that cannot be changed.

        The new job is created first, so that no log is lost. If the scope has as many jobs as it may have, the old job is
        deleted first, and created again if the new one is refused.
        """
        try:
            created = self._create(body)
        except ApiError as error:
            if not advice.is_job_limit(error.errors):
                raise
        else:
            self.delete([observed])
            return created
        restoring = rules.recreation_of(observed)
        self.delete([observed])
        try:
            return self._create(body)
        except CollectionError as error:
            raise self._restored(restoring, error) from None

    def _restored(self, body: JsonObject, error: CollectionError) -> CollectionError:
        """Create a replaced job again, and return the error of the replacement with the state of the old job."""
        try:
            restored = self._create(body)
        except CollectionError as second:
            return CollectionError(
                f"{error} The job to be replaced was deleted and could not be created again: {second} Fix the cause, "
                "then run this again with name instead of job_id.",
                **error.details,
            )
        return CollectionError(
            f"{error} The job to be replaced exists again, with the new ID {restored.get('id')}.", **error.details
        )

    def _remember(self, job: Job) -> Job:
        self._jobs.remember(job)
        return job
