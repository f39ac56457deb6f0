# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""One scope made what it should be: read, plan, write, confirm."""

from __future__ import annotations

import typing as t

from .._cloudflare import advice
from .._cloudflare.client import ApiError, Cloudflare, FateUnknownError
from .._cloudflare.locate import find_scope
from .._cloudflare.options import cloudflare_client
from .._cloudflare.scopes import Scope, ascii_domain, check_scope
from .._core.clock import Clock
from .._core.errors import CollectionError, OptionError
from .._core.outcome import Plan, outcome
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush import job_lookup as matching
from .._logpush import plan as rules
from .._logpush import presets
from .._logpush.fields import EVERY_FIELD, check_field_names
from .._logpush.job import Job, dataset_of, destination_of, output_options_of, public_job, secrets_of
from .._logpush.job_options import JobRequest, job_request
from .._splunk.hec_request import derive_channel
from .._splunk.token_rules import mask_options
from .rollout_request import with_environment

# Seconds before each look for a job whose creation got no clear answer: the first answer may only have been late.
_SETTLING_PAUSES = (1.0, 3.0)


def manage_job(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_job) does, with its checked options, and give its result.

    Raises CollectionError; everything that can be wrong with an option is found before the first request.
    """
    options = with_environment(options)
    mask_options(options, context.mask)
    check_scope(options)
    request = job_request(options)
    client = cloudflare_client(options, context.mask)
    scope, zone_name = find_scope(client, options)
    reconciler = Reconciler(client, scope, zone_name, context.mask)
    return {**reconciler.reconcile(request, context.check_mode), "warnings": reconciler.warnings}


class Reconciler:
    """Reads and changes the jobs of one scope. It asks for them once, however many of them it is to reconcile, and keeps
    in mind what it did to them."""

    def __init__(
        self,
        client: Cloudflare,
        scope: Scope,
        zone_name: str | None,
        mask: SecretMask,
        clock: Clock = Clock(),
    ) -> None:
        self._client = client
        self._scope = scope
        self._zone_name = zone_name
        self._mask = mask
        self._clock = clock
        self._jobs: list[Job] | None = None
        self._claimed_ids: set[int] = set()
        self._fields: dict[str, t.Collection[str]] = {}
        # What somebody should know of what was done.
        self.warnings: list[str] = []

    def reconcile(self, request: JobRequest, check_mode: bool) -> dict[str, t.Any]:
        """Make one job what it should be, or only say what would change, and give the result of the module.

        Raises CollectionError.
        """
        jobs = self.jobs()
        observed, leftovers = self._find(jobs, request)
        self._claimed_ids |= {job["id"] for job in (observed, *leftovers) if job}
        if request.state == "absent":
            plan = rules.plan_absent(observed)
            if plan.writes and not check_mode:
                self._delete([plan.target, *leftovers])
            return _result(plan, plan.target)
        if observed is None and not request.create:
            plan = rules.plan_absent(None)
            return _result(plan, plan.target)
        request, plan = self._plan(request, observed)
        if leftovers:
            plan = rules.plan_with_cleanup(plan, leftovers)
        self._check_fields(request, plan, observed)
        after = plan.target
        if plan.writes and not check_mode:
            after = self._write(request, plan, observed, leftovers)
        return _result(plan, after)

    def prune(self, collectors: t.Collection[tuple[str, int]], check_mode: bool) -> list[dict[str, t.Any]]:
        """Delete the jobs that push to one of these collectors and that no request so far meant, or only say which, and
        give a result for each. Raises CollectionError."""
        gone = matching.unrequested_jobs(self.jobs(), collectors, self._claimed_ids)
        results = []
        for plan in map(rules.plan_absent, gone):
            if not check_mode:
                self._delete([plan.target])
            results.append(_result(plan, plan.target))
        return results

    def jobs(self) -> list[Job]:
        """Return the jobs of the scope as they are now, as far as is known. Raises CollectionError."""
        if self._jobs is None:
            self._jobs = self._client.jobs(self._scope)
            self._mask.learn(*secrets_of(self._jobs))
        return self._jobs

    def forget(self) -> None:
        """Ask for the jobs anew the next time: after a failure nobody knows what became of them."""
        self._jobs = None

    def _remember(self, job: Job) -> Job:
        """Keep in mind that this job is there now, as it is here."""
        self._jobs = [known for known in self._jobs or [] if known.get("id") != job.get("id")] + [job]
        if job.get("id"):
            self._claimed_ids.add(job["id"])
        return job

    def _find(self, jobs: list[Job], request: JobRequest) -> tuple[Job | None, list[Job]]:
        """Return the job that is meant, and those that are to go since it has taken their place: the one that it replaces
        where a replacement was stopped half way, and jobs that were made twice."""
        if request.recreate and request.state == "present":
            successor, leftovers = matching.find_replacement(jobs, request.job_id, request.desired)
            if successor is not None:
                return successor, leftovers
        if request.job_id is None:
            return matching.find_job(jobs, request.dataset, request.name, self._scope.id, request.recreate)
        job = matching.job_with_id(jobs, request.job_id)
        if job is None and request.state == "present":
            raise CollectionError(
                f"job_id: {self._scope} has no job {request.job_id}. Name the job by dataset and name to have it created."
            )
        if job is not None and request.state == "absent":
            matching.check_it_is_meant(job, request.desired)
        return job, []

    def _plan(self, request: JobRequest, observed: Job | None) -> tuple[JobRequest, Plan]:
        desired = dict(request.desired)
        if observed is None:
            rules.check_creation(desired)
            desired.setdefault("dataset", request.dataset)
            if "name" not in desired:
                desired["name"] = self._new_name(request.dataset)
        dataset = desired.get("dataset") or dataset_of(observed or {})
        output_options = desired.get("output_options") or {}
        if output_options.get("field_names"):
            current = output_options_of(observed or {}).get("field_names") or []
            names = self._field_names(output_options["field_names"], dataset, current)
            desired["output_options"] = {**output_options, "field_names": names}
            sourcetype = presets.sourcetype(output_options["field_names"], dataset)
            if observed is None and sourcetype:
                desired = _with_sourcetype(desired, sourcetype)
        if observed is not None and not destination_of(observed).channel:
            desired = _with_channel(desired, self._new_channel(dataset, observed.get("name") or ""))
        request = request._replace(desired=desired)
        new_channel = self._new_channel(dataset, desired.get("name") or "")
        return request, rules.plan_present(desired, observed, new_channel, request.recreate)

    def _field_names(self, asked: list[str], dataset: str, current: list[str]) -> list[str]:
        """The names of the fields that are asked for, where that takes a look at the dataset."""
        if asked == EVERY_FIELD:
            names = sorted(self._dataset_fields(dataset))
        elif not presets.named_in(asked):
            return asked
        elif set(presets.expand(asked, dataset)) == set(current):
            # Nothing can be missing, so there is no need to look.
            return current
        else:
            names, missing = presets.offered_of(asked, dataset, self._dataset_fields(dataset))
            if missing and set(names) != set(current):
                self.warnings.append(_left_out(asked, dataset, missing))
        # The same ones may be in an order that matters to someone (CSV).
        return current if set(names) == set(current) else names

    def _dataset_fields(self, dataset: str) -> t.Collection[str]:
        """The fields that a dataset offers here, looked up once."""
        if dataset not in self._fields:
            self._fields[dataset] = self._client.dataset_fields(self._scope, dataset)
        return self._fields[dataset]

    def _new_name(self, dataset: str) -> str:
        """The name of a job for which none is given: that of its zone. An account has no name that would do."""
        if self._scope.kind == "accounts":
            return dataset
        if self._zone_name is None:
            self._zone_name = self._client.zone(self._scope.id).get("name")
        if not self._zone_name:
            raise OptionError("name", f"is needed: the API does not tell the name of {self._scope}")
        return ascii_domain(self._zone_name)

    def _new_channel(self, dataset: str, name: str) -> str:
        return derive_channel(self._scope.id, dataset, name)

    def _check_fields(self, request: JobRequest, plan: Plan, observed: Job | None) -> None:
        names = rules.field_names_to_check(plan, request.desired) if plan.writes else []
        if names and request.validate_fields:
            dataset = plan.body.get("dataset") or dataset_of(observed or {})
            check_field_names(names, self._dataset_fields(dataset), dataset)

    def _write(self, request: JobRequest, plan: Plan, observed: Job | None, leftovers: list[Job]) -> Job:
        """Carry a plan out and give the job that is there then."""
        if observed is None:
            return self._create(plan.body)
        if leftovers:
            after = self._update(request, plan, observed) if plan.body else observed
            self._delete(leftovers)
            return after
        if plan.action == "replaced":
            return self._replace(plan, observed)
        return self._update(request, plan, observed)

    def _update(self, request: JobRequest, plan: Plan, observed: Job) -> Job:
        try:
            answer = self._client.update_job(self._scope, observed["id"], plan.body, dataset_of(observed))
        except ApiError as error:
            if plan.action == "disabled" and any(item.get("code") == 1002 for item in error.errors):
                raise CollectionError(
                    f"{error} Cloudflare tries the destination even to disable a job: mend it, or remove the job with "
                    "state: absent.",
                    **error.details,
                ) from None
            raise
        if answer:
            return self._remember(answer)
        # An answer that holds no job says nothing of what was done.
        after = matching.job_with_id(self._client.jobs(self._scope), observed["id"])
        if after is None or rules.plan_present(request.desired, after, None, False).writes:
            raise CollectionError(
                f"Updating Logpush job {observed['id']} of {self._scope}: the API said yes, but the job is not changed. "
                "Run this again."
            )
        return self._remember(after)

    def _delete(self, jobs: t.Iterable[Job]) -> None:
        for job in jobs:
            self._client.delete_job(self._scope, job["id"])
            self._jobs = [known for known in self._jobs or [] if known.get("id") != job["id"]]

    def _create(self, body: Job) -> Job:
        """Create one job, and never two: there is no idempotency key, and a repeated POST makes a duplicate."""
        return self._remember(self._create_once(body, {job.get("id") for job in self.jobs()}))

    def _create_once(self, body: Job, known_ids: set[t.Any]) -> Job:
        try:
            return self._client.create_job(self._scope, body)
        except FateUnknownError as error:
            first = error
        found = self._find_after_unknown_create(body, known_ids, first)
        if found is not None:
            return found
        created: Job | None = None
        problem = CollectionError(f"{first} The job was not there after two attempts either.", **first.details)
        try:
            created = self._client.create_job(self._scope, body)
        except FateUnknownError:
            pass
        except ApiError as error:
            problem = error
        # The first request may have been carried out after all, later than anyone looked.
        found = self._find_after_unknown_create(body, known_ids, first)
        if found is None and created is None:
            raise problem
        return found or t.cast(Job, created)

    def _find_after_unknown_create(self, body: Job, known_ids: set[t.Any], first: CollectionError) -> Job | None:
        """Look whether a job came to be whose creation got no clear answer. Of several that did, the oldest stays:
        every run that looks takes the same one."""
        for pause in _SETTLING_PAUSES:
            self._clock.sleep(pause)
            twins = matching.new_duplicates(body, known_ids, self._listed_after(first))
            self._delete(twins[1:])
            if twins:
                return twins[0]
        return None

    def _listed_after(self, first: CollectionError) -> list[Job]:
        """List the jobs after a creation of unknown fate, whose reason must not get lost where that fails, too."""
        try:
            return self._client.jobs(self._scope)
        except CollectionError as error:
            raise CollectionError(
                f"{first} Then: {error} It is not known whether the job was made. Run this again: it looks first.",
                **first.details,
            ) from None

    def _replace(self, plan: Plan, observed: Job) -> Job:
        """Put a new job in the place of one that cannot be changed: the new one first, so that no log is lost; where
        the scope is full, the old one goes first, and comes back if the new one is refused."""
        try:
            created = self._create(plan.body)
        except ApiError as error:
            if not advice.is_job_limit(error.errors):
                raise
        else:
            self._delete([observed])
            return created
        restoring = rules.recreation_of(observed)
        self._delete([observed])
        try:
            return self._create(plan.body)
        except CollectionError as error:
            try:
                restored = self._create(restoring)
            except CollectionError as second:
                raise CollectionError(
                    f"{error} The job that was to be replaced is gone, and could not be made again: {second} When the "
                    "cause is removed, run this again with name instead of job_id.",
                    **error.details,
                ) from None
            raise CollectionError(
                f"{error} The job that was to be replaced is back, with the new id {restored.get('id')}.",
                **error.details,
            ) from None


def _with_channel(desired: dict[str, t.Any], channel: str) -> dict[str, t.Any]:
    """Complete a destination that is being changed and has no channel, without which the API refuses it."""
    parts = desired.get("destination")
    if isinstance(parts, dict) and parts and not parts.get("channel"):
        return {**desired, "destination": {**parts, "channel": channel}}
    return desired


def _with_sourcetype(desired: dict[str, t.Any], sourcetype: str) -> dict[str, t.Any]:
    """Complete the parts of a new destination by a source type, if none is asked for."""
    parts = desired.get("destination")
    return {**desired, "destination": {"sourcetype": sourcetype, **parts}} if isinstance(parts, dict) else desired


def _left_out(asked: t.Iterable[str], dataset: str, missing: t.Iterable[str]) -> str:
    named = " ".join(f"@{name}" for name in presets.named_in(asked))
    return f"{named}: dataset {dataset} does not offer {', '.join(missing)} here, so the job goes without."


def _result(plan: Plan, after: Job) -> dict[str, t.Any]:
    job = public_job(after) if after else {}
    return {**outcome(plan.action, plan.before, plan.after), "job": job}
