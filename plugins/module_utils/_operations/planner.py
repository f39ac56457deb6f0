# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the jobs of a scope and plan what has to change. Cannot write: its client has no writing methods.

To delete, disable or redirect a job requires evidence, see C(_core/outcome).
"""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.scopes import Scope, ascii_domain
from .._core.errors import CollectionError, OptionError
from .._core.outcome import NO_CHANGE, Plan
from .._core.secrets import SecretMask
from .._logpush import job_lookup, presets
from .._logpush import plan as rules
from .._logpush.destination import RequestedDestination
from .._logpush.fields import EVERY_FIELD, check_field_names
from .._logpush.filters import typed_filter
from .._logpush.job import Job, dataset_of, destination_of, output_options_of, secrets_of
from .._logpush.job_request import JobRequest
from .._logpush.parameter_names import misspelling_warnings
from .._splunk.hec_request import derive_channel


class PlannedJob(t.NamedTuple):
    """What has to be done with one job.

    ``observed`` is the job that the request means, None if there is none. ``superseded`` are jobs whose place it takes:
    duplicates of it, and the job that it replaces.
    """

    request: JobRequest
    plan: Plan
    observed: Job | None = None
    superseded: t.Sequence[Job] = ()


class KnownJobs:
    """The jobs of one scope: listed once, however many of them are worked on, and kept up to date after each write."""

    def __init__(self, client: CloudflareReader, scope: Scope, mask: SecretMask) -> None:
        self._client = client
        self._scope = scope
        self._mask = mask
        self._jobs: list[Job] | None = None

    def all(self) -> list[Job]:
        """Return the jobs as they are, as far as is known. Raises CollectionError."""
        if self._jobs is None:
            self._jobs = self.listed()
        return self._jobs

    def listed(self) -> list[Job]:
        """Return the jobs as the API lists them now. Raises CollectionError."""
        jobs = t.cast("list[Job]", self._client.jobs(self._scope))
        self._mask.learn(*secrets_of(jobs))
        return jobs

    def remember(self, job: Job) -> None:
        """Keep a job as it is after a write."""
        self.remove(job)
        self.all().append(job)

    def remove(self, job: Job) -> None:
        """Drop a job that is gone."""
        self._jobs = [known for known in self.all() if known.get("id") != job.get("id")]

    def forget(self) -> None:
        """List the jobs again the next time: after a failure their state is not known."""
        self._jobs = None


class ScopePlanner:
    """Plans the jobs of one scope, from one list of its jobs."""

    def __init__(self, client: CloudflareReader, scope: Scope, zone_name: str | None, jobs: KnownJobs) -> None:
        self._client = client
        self._scope = scope
        self._zone_name = zone_name
        self._jobs = jobs
        self._claimed_ids: set[int] = set()
        self._dataset_fields: dict[str, t.Collection[str]] = {}
        self.warnings: list[str] = []

    def plan(self, request: JobRequest) -> PlannedJob:
        """Return what makes one job as requested. Raises CollectionError."""
        observed, superseded = self._find(request)
        for job in (observed, *superseded):
            self.claim(job)
        if request.state == "absent":
            return PlannedJob(request, rules.plan_absent(observed), observed, superseded)
        if observed is None and not request.create:
            return PlannedJob(request, NO_CHANGE)
        request, plan = self._plan_present(request, observed)
        if superseded:
            plan = rules.plan_with_cleanup(plan, superseded)
        self._check_field_names(request, plan, observed)
        return PlannedJob(request, plan, observed, superseded)

    def plan_prune(self, collectors: t.Collection[tuple[str, int]]) -> list[Plan]:
        """Return the plans that delete the jobs at these collectors that no request so far means."""
        unrequested = job_lookup.unrequested_jobs(self._jobs.all(), collectors, self._claimed_ids)
        return [rules.plan_absent(job) for job in unrequested]

    def claim(self, job: Job | None) -> None:
        """Keep a job from being pruned: a request means it, or made it."""
        if job and job.get("id"):
            self._claimed_ids.add(job["id"])

    def _find(self, request: JobRequest) -> job_lookup.FoundJob:
        """Return the job that a request means, and the jobs whose place it takes: duplicates, and the job that it
        replaces if a replacement was interrupted."""
        jobs = self._jobs.all()
        if request.recreate and request.state == "present":
            found = job_lookup.find_replacement(jobs, request.job_id, request.desired)
            if found.job is not None:
                return found
        if request.job_id is None:
            return job_lookup.find_job(
                jobs, request.dataset, request.name, self._scope.id, any_channel=request.recreate
            )
        job = job_lookup.job_with_id(jobs, request.job_id)
        if job is None and request.state == "present":
            raise CollectionError(
                f"job_id: {self._scope} has no job {request.job_id}. Name the job by dataset and name to have it created."
            )
        if job is not None and request.state == "absent":
            job_lookup.check_identity(job, request.desired)
        return job_lookup.FoundJob(job)

    def _plan_present(self, request: JobRequest, observed: Job | None) -> tuple[JobRequest, Plan]:
        desired = dict(request.desired)
        if observed is None:
            rules.check_creation(desired)
            desired.setdefault("dataset", request.dataset)
            if "name" not in desired:
                desired["name"] = self._name_of_new_job(request.dataset)
        dataset = desired.get("dataset") or (dataset_of(observed) if observed else request.dataset)
        if "filter" in desired:
            desired["filter"] = typed_filter(desired["filter"], dataset)
        self._warn_of_misspellings(desired)
        desired = self._with_field_names(desired, dataset, observed)
        if observed is not None and not destination_of(observed).channel:
            desired = _with_channel(desired, self._derived_channel(dataset, observed.get("name")))
        new_channel = self._derived_channel(dataset, desired.get("name"))
        plan = rules.plan_present(desired, observed, new_channel, recreate=request.recreate)
        return request._replace(desired=desired), plan

    def _with_field_names(self, desired: dict[str, t.Any], dataset: str, observed: Job | None) -> dict[str, t.Any]:
        """Return the requested fields with C(*) and presets expanded to the names that the dataset offers here."""
        output_options = desired.get("output_options") or {}
        requested = output_options.get("field_names")
        if not requested:
            return desired
        current = (output_options_of(observed) if observed else {}).get("field_names") or []
        names = self._expanded_field_names(requested, dataset, current)
        desired = {**desired, "output_options": {**output_options, "field_names": names}}
        sourcetype = presets.sourcetype(requested, dataset)
        return _with_sourcetype(desired, sourcetype) if observed is None and sourcetype else desired

    def _expanded_field_names(self, requested: list[str], dataset: str, current: list[str]) -> list[str]:
        if requested == EVERY_FIELD:
            names = sorted(self._fields_of(dataset))
        elif not presets.named_in(requested):
            return requested
        elif set(presets.expand(requested, dataset)) == set(current):
            # The job has all of them, so the dataset offers them: no request is needed.
            return current
        else:
            offered = presets.offered_fields(requested, dataset, self._fields_of(dataset))
            names = offered.names
            if offered.missing and set(names) != set(current):
                self.warnings.append(_missing_fields_warning(requested, dataset, offered.missing))
        # The job may have the same fields in an order that matters to somebody (CSV).
        return current if set(names) == set(current) else names

    def _warn_of_misspellings(self, desired: t.Mapping[str, t.Any]) -> None:
        requested: RequestedDestination | None = desired.get("destination")
        for warning in misspelling_warnings(requested.further_names if requested else ()):
            if warning not in self.warnings:
                self.warnings.append(warning)

    def _check_field_names(self, request: JobRequest, plan: Plan, observed: Job | None) -> None:
        if not plan.writes or not request.validate_fields:
            return
        dataset = plan.body.get("dataset") or (dataset_of(observed) if observed else request.dataset)
        names = rules.field_names_to_check(plan, request.desired)
        if names:
            check_field_names(names, self._fields_of(dataset), dataset)
        keys = rules.filter_keys_to_check(plan, request.desired)
        if keys:
            check_field_names(keys, self._fields_of(dataset), dataset, "filter")

    def _fields_of(self, dataset: str) -> t.Collection[str]:
        """Return the fields that a dataset offers in this scope, looked up once."""
        if dataset not in self._dataset_fields:
            self._dataset_fields[dataset] = self._client.dataset_fields(self._scope, dataset)
        return self._dataset_fields[dataset]

    def _name_of_new_job(self, dataset: str) -> str:
        """Return the name of a job for which none is given: that of its zone. The name of an account is free text, so its
        jobs are named after their dataset."""
        if self._scope.kind == "accounts":
            return dataset
        if self._zone_name is None:
            self._zone_name = self._client.zone(self._scope.id).get("name")
        if not self._zone_name:
            raise OptionError("name", f"is required: the API does not return the name of {self._scope}")
        return ascii_domain(self._zone_name)

    def _derived_channel(self, dataset: str, name: str | None) -> str:
        return derive_channel(self._scope.id, dataset, name or "")


def _with_channel(desired: dict[str, t.Any], channel: str) -> dict[str, t.Any]:
    """Complete a destination that changes and has no channel, without which the API refuses it."""
    requested: RequestedDestination | None = desired.get("destination")
    return {**desired, "destination": requested.with_default_channel(channel)} if requested else desired


def _with_sourcetype(desired: dict[str, t.Any], sourcetype: str) -> dict[str, t.Any]:
    """Complete a new destination with a source type, unless one is requested."""
    requested: RequestedDestination | None = desired.get("destination")
    return {**desired, "destination": requested.with_default_sourcetype(sourcetype)} if requested else desired


def _missing_fields_warning(requested: t.Iterable[str], dataset: str, missing: t.Iterable[str]) -> str:
    named = " ".join(f"@{name}" for name in presets.named_in(requested))
    return f"{named}: dataset {dataset} does not offer {', '.join(missing)} here, so they are left out."
