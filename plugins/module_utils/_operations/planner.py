# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Plan the changes of the jobs of a scope. This file cannot write: its client has no writing methods. Deleting, disabling or
redirecting a job requires evidence, see C(_core/outcome).
"""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.scopes import Scope, ascii_domain
from .._core.errors import CollectionError, OptionError
from .._core.outcome import NO_CHANGE, Plan
from .._logpush import job_lookup, presets
from .._logpush import plan as rules
from .._logpush.destination import RequestedDestination
from .._logpush.fields import EVERY_FIELD, check_field_names
from .._logpush.filters import typed_filter
from .._logpush.job import Job, dataset_of, destination_of, output_options_of
from .._logpush.job_request import JobRequest
from .._logpush.parameter_names import misspelling_warnings
from .._splunk.hec_request import Collector, derive_channel, endpoint_problem, same_collector
from .known_jobs import KnownJobs
from .notices import LEFT_ALONE, NO_PORT, SENTENCE, THROUGH_HTTPS, Notice


class Redirect(t.NamedTuple):
    """The move of a job to another collector."""

    before: Collector
    after: Collector

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class PlannedJob(t.NamedTuple):
    """The planned change of one job. ``observed`` is the job that the request refers to, None if there is none.
    ``superseded`` are the jobs to delete because this one supersedes them: its duplicates, and the job that it replaces.
    ``alike`` are duplicates that get the same update. ``redirect`` is set if the job moves to another collector.
    ``replaces`` is true if a new job replaces the observed one as well. ``beside`` describes the existing jobs beside which
    a new one is created.
    """

    request: JobRequest
    plan: Plan
    observed: Job | None = None
    superseded: t.Sequence[Job] = ()
    redirect: Redirect | None = None
    replaces: bool = False
    alike: t.Sequence[Job] = ()
    beside: tuple[str, ...] = ()


class ScopePlanner:
    """Plans the jobs of one scope, from one list of its jobs."""

    def __init__(
        self,
        client: CloudflareReader,
        scope: Scope,
        zone_name: str | None,
        jobs: KnownJobs,
        name_of: t.Callable[[str], str] | None = None,
    ) -> None:
        """``name_of`` returns the name of a zone by its ID; without it, the zone is requested."""
        self._client = client
        self._name_of = name_of or (lambda zone_id: str(client.zone(zone_id).get("name") or ""))
        self._scope = scope
        self._zone_name = zone_name
        self._jobs = jobs
        self._claimed_ids: set[t.Any] = set()
        self._reserved_ids: set[t.Any] = set()
        self._collectors: set[Collector] = set()
        self._dataset_fields: dict[str, t.Collection[str]] = {}
        self.notices: list[Notice] = []

    @property
    def zone_name(self) -> str | None:
        """The name of the zone, as far as it is known."""
        return self._zone_name

    def plan(self, request: JobRequest) -> PlannedJob:
        """Return the plan that brings one job to its requested state. Raises CollectionError."""
        observed, superseded = self._find(request)
        for job in (observed, *superseded):
            self.claim(job)
        request = self._settled(request, observed)
        if request.collector:
            self._collectors.add(request.collector)
        if observed is None:
            return self._plan_without_job(request)
        if request.state == "absent":
            return PlannedJob(request, rules.plan_absent(observed), observed, superseded)
        request, plan = self._plan_present(request, observed)
        if superseded and request.switches_off and set(plan.body) <= {"enabled"}:
            return self._plan_disabling(request, [observed, *superseded])
        replaces = plan.action == "replaced"
        if superseded:
            plan = rules.plan_with_cleanup(plan, superseded)
        self._check_field_names(request, plan, observed)
        return PlannedJob(request, plan, observed, superseded, _redirect(observed, plan), replaces)

    def _plan_disabling(self, request: JobRequest, duplicates: t.Sequence[Job]) -> PlannedJob:
        """Return the plan that disables a job and its duplicates. Disabling does not delete a job."""
        enabled = [job for job in duplicates if job.get("enabled")]
        observed, *alike = enabled or duplicates[:1]
        request, plan = self._plan_present(request, observed)
        return PlannedJob(request, rules.plan_with_disabled(plan, alike) if alike else plan, observed, alike=alike)

    def plan_prune(self) -> list[Plan]:
        """Return the plans that delete the unrequested jobs at the collectors of the requests so far."""
        unrequested = job_lookup.unrequested_jobs(self._jobs.all(), self._collectors, self._claimed_ids)
        return [rules.plan_absent(job) for job in unrequested]

    def claim(self, job: Job | None) -> None:
        """Mark a job as belonging to a request, so that it is not pruned and not selected by another request."""
        if job and job.get("id"):
            self._claimed_ids.add(job["id"])

    def reserve(self, requests: t.Iterable[JobRequest]) -> None:
        """Reserve the jobs that requests name by their IDs, so that other requests do not select them."""
        self._reserved_ids.update(request.job_id for request in requests if request.job_id is not None)

    def protect(self, request: JobRequest) -> None:
        """Keep the jobs that a request of another run can refer to from being pruned, whether or not that run knows the name
        of the zone, and with or without the jobs of this run. Raises CollectionError if the jobs cannot be listed."""
        jobs = self._jobs.all()
        scope = self._scope_name(request.dataset)
        protected = [job for job in jobs if job.get("id") == request.job_id]
        if request.job_id is None:
            for seen in (jobs, self._unclaimed(jobs)):
                protected += _possible_jobs(seen, request, scope)
        for job in protected:
            self.claim(job)

    def duplicates_of(self, job_id: t.Any) -> tuple[Job | None, t.Sequence[Job]]:
        """Return the job to keep among a newly created job and its duplicates, and the jobs to delete. Raises
        CollectionError."""
        return job_lookup.duplicates_of(self._jobs.refreshed(), job_id)

    def _find(self, request: JobRequest) -> job_lookup.FoundJob:
        """Return the job that a request refers to, and the jobs that it supersedes: duplicates, and the job that it replaces
        if a replacement was interrupted."""
        jobs = self._jobs.all()
        scope = self._scope_name(request.dataset)
        free = self._unclaimed(jobs)
        if request.recreate and request.state == "present":
            known = free if request.job_id is None else jobs
            found = job_lookup.find_replacement(known, request.job_id, request.desired, request.sought(), scope)
            if found.job is not None:
                return found
        if request.job_id is None:
            return job_lookup.find_job(free, request.sought(), scope)
        job = job_lookup.job_with_id(jobs, request.job_id)
        if job is None and request.state == "present":
            raise CollectionError(
                f"job_id: {self._scope} has no job {request.job_id}. To create a job, set dataset and name instead."
            )
        if job is not None and request.state == "absent":
            job_lookup.check_identity(job, request.desired)
        return job_lookup.FoundJob(job)

    def _unclaimed(self, jobs: t.Iterable[Job]) -> list[Job]:
        """Return the jobs that no other request has claimed."""
        return [job for job in jobs if job.get("id") not in self._claimed_ids | self._reserved_ids]

    def _settled(self, request: JobRequest, observed: Job | None) -> JobRequest:
        """Return the request, completed with the values that depend on the job that it refers to: the port, where only the
        default is requested, and whether a job that reaches its collector through C(https://) is converted."""
        if observed is None or "destination" not in request.desired:
            return request
        destination, current = request.destination, destination_of(observed)
        if destination.keeps_port_of(current):
            if request.state == "present" and not request.only_enabled:
                self.notices.append(Notice(NO_PORT, (f"{destination.collector} {current.collector}",)))
            destination = destination.at_port(current.port)
        if current.scheme == "https" and destination.collector and not request.switches_off:
            # A request that names the job and its collector is the user's consent.
            destination = destination._replace(convert=bool(request.name or request.job_id))
            if not destination.convert:
                self.notices.append(Notice(THROUGH_HTTPS, (job_lookup.describe(observed),)))
        return request._replace(desired={**request.desired, "destination": destination})

    def _plan_without_job(self, request: JobRequest) -> PlannedJob:
        """Return the plan of a request that refers to no existing job. Only a request for an enabled job creates one beside
        existing jobs."""
        others = self._unclaimed(job_lookup.splunk_jobs_of(self._jobs.all(), request.dataset))
        listed = tuple(job_lookup.describe(job) for job in others)
        beside = bool(others) and request.name is None
        if request.state == "absent" or (request.switches_off and (beside or not request.creates)):
            if others or request.state != "absent":
                self.notices.append(Notice(LEFT_ALONE, listed))
            return PlannedJob(request, NO_CHANGE)
        if not request.create:
            return PlannedJob(request, NO_CHANGE)
        rules.check_creation(request.desired, listed)
        request, plan = self._plan_present(request, None)
        self._check_field_names(request, plan, None)
        return PlannedJob(request, plan, beside=listed if beside else ())

    def _plan_present(self, request: JobRequest, observed: Job | None) -> tuple[JobRequest, Plan]:
        desired = (
            {"enabled": request.desired["enabled"]} if request.only_enabled and observed else dict(request.desired)
        )
        if observed is None:
            desired.setdefault("dataset", request.dataset)
            if "name" not in desired:
                desired["name"] = self._name_of_new_job(request.dataset)
        dataset = desired.get("dataset") or (dataset_of(observed) if observed else request.dataset)
        if "filter" in desired:
            desired["filter"] = typed_filter(desired["filter"], dataset)
        self._warn_of_misspellings(desired)
        self._warn_of_endpoint(desired, observed)
        desired = self._with_field_names(desired, dataset, observed)
        if observed is not None and not destination_of(observed).channel:
            desired = _with_channel(desired, observed, self._derived_channel(dataset, observed.get("name")))
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
            # The job has all of these fields, so the dataset offers them, and no request is needed.
            return current
        else:
            offered = presets.offered_fields(requested, dataset, self._fields_of(dataset))
            names = offered.names
            if offered.missing and set(names) != set(current):
                self.notices.append(Notice(SENTENCE, (_missing_fields(requested, dataset, offered.missing),)))
        # The job may have the same fields in another order, which matters for CSV.
        return current if set(names) == set(current) else names

    def _warn_of_misspellings(self, desired: t.Mapping[str, t.Any]) -> None:
        requested: RequestedDestination | None = desired.get("destination")
        for warning in misspelling_warnings(requested.further_names if requested else ()):
            self.notices.append(Notice(SENTENCE, (warning,)))

    def _warn_of_endpoint(self, desired: t.Mapping[str, t.Any], observed: Job | None) -> None:
        """Warn about an endpoint that is probably not a HEC, unless the job already pushes there."""
        requested: RequestedDestination | None = desired.get("destination")
        collector = requested.collector if requested else None
        current = destination_of(observed).collector if observed else None
        problem = endpoint_problem(collector.host, collector.port) if collector else ""
        if problem and not same_collector(collector, current):
            self.notices.append(Notice(SENTENCE, (f"endpoint: {problem}.",)))

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
        """Return the name for a new job without a given name: the name of its scope, or another name if any job of the
        dataset already has the first."""
        scope = self._scope_name(dataset)
        name, other = job_lookup.default_names(scope.known or scope.look_up())
        taken = {job.get("name") for job in self._jobs.all() if dataset_of(job) == dataset}
        return other if name in taken else name

    def scope_name(self) -> str:
        """Return the name of the zone, looked up if it is not known. Raises CollectionError."""
        return ascii_domain(self._zone_name) if self._zone_name else self._look_up_name()

    def _scope_name(self, dataset: str) -> job_lookup.ScopeName:
        """Return the name for new jobs of the scope: the name of the zone. The name of an account is free text, so its jobs
        are named after their dataset."""
        if self._scope.kind == "accounts":
            return job_lookup.ScopeName(self._scope.id, dataset)
        known = ascii_domain(self._zone_name) if self._zone_name else None
        return job_lookup.ScopeName(self._scope.id, known, self._look_up_name)

    def _look_up_name(self) -> str:
        self._zone_name = self._name_of(self._scope.id)
        if not self._zone_name:
            raise OptionError("name", f"is required: the API does not return the name of {self._scope}")
        return ascii_domain(self._zone_name)

    def _derived_channel(self, dataset: str, name: str | None) -> str:
        return derive_channel(self._scope.id, dataset, name or "")


def _possible_jobs(jobs: t.Sequence[Job], request: JobRequest, scope: job_lookup.ScopeName) -> list[Job]:
    """Return the jobs that a request refers to, with their duplicates, for a run that knows the name of the scope and for a
    run that does not. If the job is ambiguous, return all candidates."""
    sought = request.sought()
    try:
        name = scope.known or (scope.look_up() if request.name is None else None)
        known, unknown = scope._replace(known=name), scope._replace(known=None, look_up=lambda: name or scope.look_up())
        found = [job_lookup.find_job(jobs, sought, each) for each in (known, unknown)]
    except CollectionError:
        return job_lookup.splunk_jobs_of(jobs, request.dataset)
    return [job for each in found if each.job for job in (each.job, *each.superseded)]


def _redirect(observed: Job, plan: Plan) -> Redirect | None:
    """Return the move of a job to another collector in a plan, None if there is none."""
    before = destination_of(observed).collector
    after = destination_of(plan.target).collector if plan.writes else before
    return None if same_collector(before, after) else Redirect(before, after)


def _with_channel(desired: dict[str, t.Any], observed: Job, channel: str) -> dict[str, t.Any]:
    """Complete a destination that changes and has no channel, without which the API refuses it."""
    requested: RequestedDestination | None = desired.get("destination")
    if destination_of(observed).scheme == "https" and not (requested and requested.convert):
        return desired
    return {**desired, "destination": requested.with_default_channel(channel)} if requested else desired


def _with_sourcetype(desired: dict[str, t.Any], sourcetype: str) -> dict[str, t.Any]:
    """Complete a new destination with a source type, unless one is requested."""
    requested: RequestedDestination | None = desired.get("destination")
    return {**desired, "destination": requested.with_default_sourcetype(sourcetype)} if requested else desired


def _missing_fields(requested: t.Iterable[str], dataset: str, missing: t.Iterable[str]) -> str:
    named = " ".join(f"@{name}" for name in presets.named_in(requested))
    return f"{named}: dataset {dataset} does not offer {', '.join(missing)} here, so they are left out."
