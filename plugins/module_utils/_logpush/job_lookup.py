# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the job that a request refers to among the jobs of a scope. Pure: no I/O.

The API keeps neither names nor destinations unique and has no idempotency key, and a zone can have jobs of several teams. So
a job is found by its ID, otherwise by these rules, in this order:

1. With a name, the job with this name, otherwise the job whose channel is derived from this name: this collection created
  it, and it was renamed later.
2. Without a name, (a) the job with the given channel, or with the channel that is derived from the name of a new job: this
   collection created it, wherever it pushes; otherwise (b) the only job at the requested collector; otherwise (c), only
   where the request allows it and names no collector, the only job.
3. Otherwise none. A job that only has the name of the zone may belong to someone else: the dashboard names jobs that way,
  too.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._core.secrets import MASK
from .._splunk.hec_request import Collector, derive_channel, is_derived_channel, same_collector
from . import destination as destinations
from . import plan as rules
from .job import DEFAULT_DATASET, Job, dataset_of, definition, destination_of, health_of, is_splunk_job


class FoundJob(t.NamedTuple):
    """The job that a request refers to (None if there is none), and the jobs that it supersedes: its duplicates, and the job
    that it replaces."""

    job: Job | None = None
    superseded: t.Sequence[Job] = ()


class Sought(t.NamedTuple):
    """The parts of a request that select a job. ``channel`` is a channel that is given. ``only_job`` allows rule (c). With
    ``any_channel``, duplicates need not have a derived channel: the successor of a replaced job keeps its channel."""

    dataset: str = DEFAULT_DATASET
    name: str | None = None
    channel: str | None = None
    collector: Collector | None = None
    only_job: bool = False
    any_channel: bool = False


class ScopeName(t.NamedTuple):
    """The ID of a scope, and the name for its new jobs: the known name, or how to look it up."""

    scope_id: str
    known: str | None = None
    look_up: t.Callable[[], str] = str


def find_job(jobs: t.Iterable[Job], sought: Sought, scope: ScopeName) -> FoundJob:
    """Return the job that is sought, and its duplicates.

    Two simultaneous runs, or a request that is carried out long after it seemed lost, create the same job twice. Such
    duplicates are equal in everything, including the channel, which only this collection derives or the request gives. So
    they cannot be two separately wanted jobs. Raises CollectionError, which lists the candidates, if several jobs match.
    """
    candidates = splunk_jobs_of(jobs, sought.dataset)
    if sought.name:
        named = [job for job in candidates if job.get("name") == sought.name]
        channel = derive_channel(scope.scope_id, sought.dataset, sought.name)
        return _the_one(named or _with_channels(candidates, {channel}), sought, scope)
    return _the_one(_without_name(candidates, sought, scope), sought, scope)


def duplicates_of(jobs: t.Iterable[Job], job_id: t.Any) -> FoundJob:
    """Return the job to keep and the jobs to delete among a newly created job and its duplicates, which are equal including
    the channel. The job with the lowest ID is kept, so that simultaneous runs choose the same one. Raises CollectionError if
    the API hides the tokens, so that equality cannot be determined."""
    jobs = [job for job in jobs if is_splunk_job(job) and job.get("id")]
    made = next((job for job in jobs if job["id"] == job_id), None)
    if made is None:
        return FoundJob()
    alike = sorted((job for job in jobs if _are_alike(made, job)), key=lambda job: job["id"])
    hidden = [job for job in alike if destination_of(job).token_is_hidden]
    if hidden and len(alike) > 1:
        raise CollectionError(
            "check_duplicates: the API hides the tokens of these jobs, so it is not known whether they are duplicates, and none is "
            f"deleted: {'; '.join(describe(job) for job in alike)}. Delete all but one with job_id and state: absent."
        )
    stays, *others = [job for job in alike if _are_equal(made, job)] or [made]
    return FoundJob(stays, others)


def default_names(name: str) -> tuple[str, str]:
    """Return the names for a new job without a given name: the name of its scope, and the name to use if another job of the
    dataset already has the first."""
    return name, f"{name}-splunk"


def splunk_jobs_of(jobs: t.Iterable[Job], dataset: str) -> list[Job]:
    """Return the jobs of a dataset that push to a collector."""
    return [job for job in jobs if is_splunk_job(job) and dataset_of(job) == dataset]


def _without_name(candidates: t.Sequence[Job], sought: Sought, scope: ScopeName) -> list[Job]:
    """Return the candidates that rules (a), (b) and (c) select."""
    given = _with_channels(candidates, {sought.channel}) if sought.channel else []
    if given:
        return given
    adoptable = _adoptable(candidates, sought)
    return _made_here(candidates, adoptable, sought, scope) or adoptable


def _adoptable(candidates: t.Sequence[Job], sought: Sought) -> list[Job]:
    """Return the candidates for rules (b) and (c), which accept a single candidate."""
    if sought.collector is None:
        return list(candidates) if sought.only_job else []
    return [job for job in candidates if same_collector(destination_of(job).collector, sought.collector)]


def _made_here(candidates: t.Sequence[Job], adoptable: t.Sequence[Job], sought: Sought, scope: ScopeName) -> list[Job]:
    """Return the candidates with the channel of a new job without a given name. Looks up the name of the scope only if the
    answer depends on it."""
    at_collector = adoptable if sought.collector else []
    if scope.known is None:
        possible = [job for job in candidates if is_derived_channel(destination_of(job).channel or "")]
        if not possible or (len(adoptable) == 1 and all(job is adoptable[0] for job in possible)):
            return []
        made = [job for job in at_collector if _has_derived_channel(job, scope.scope_id)]
        if len({destination_of(job).channel for job in made}) == 1:
            return made
    ours = _with_channels(candidates, _default_channels(sought, scope))
    return [job for job in ours if job in at_collector] or ours


def _default_channels(sought: Sought, scope: ScopeName) -> set[str]:
    """Return the channels of new jobs for which no name is given."""
    names = default_names(scope.known or scope.look_up())
    return {derive_channel(scope.scope_id, sought.dataset, name) for name in names}


def _with_channels(jobs: t.Iterable[Job], channels: t.Collection[str]) -> list[Job]:
    return [job for job in jobs if (destination_of(job).channel or "").lower() in channels]


def _has_derived_channel(job: Job, scope_id: str) -> bool:
    """Return whether the channel of a job is derived from its own name."""
    derived = derive_channel(scope_id, dataset_of(job), job.get("name") or "")
    return (destination_of(job).channel or "").lower() == derived


def _the_one(found: t.Sequence[Job], sought: Sought, scope: ScopeName) -> FoundJob:
    """Return the job that was found, with its duplicates. Raises CollectionError if there are several jobs."""
    if not found:
        return FoundJob()
    oldest, *others = sorted(found, key=lambda job: job.get("id") or 0)
    mergeable = (
        sought.any_channel
        or not others
        or _has_derived_channel(oldest, scope.scope_id)
        or (destination_of(oldest).channel or "").lower() == sought.channel
    )
    if mergeable and all(_are_equal(oldest, other) for other in others):
        return FoundJob(oldest, others)
    listed = "; ".join(describe(job) for job in found)
    named = f" are named {sought.name}" if sought.name else ""
    raise CollectionError(
        f"{len(found)} Splunk jobs of dataset {sought.dataset}{named}: {listed}. Select one with "
        f"{'job_id' if sought.name else 'name or job_id'}, and remove the unwanted ones with state: absent."
    )


def job_with_id(jobs: t.Iterable[Job], job_id: int) -> Job | None:
    """Return the job with this ID, None if there is none. Raises CollectionError if it is not a Splunk job."""
    job = next((job for job in jobs if job.get("id") == job_id), None)
    if job is not None and not is_splunk_job(job):
        raise CollectionError(
            f"job_id: job {job_id} does not push to a splunk:// destination or to a collector through https://, and "
            "this module manages no other jobs."
        )
    return job


def check_identity(job: Job, desired: t.Mapping[str, t.Any]) -> None:
    """Check that a job to be removed by its ID has the requested dataset and name, because IDs are easily confused. Raises
    CollectionError."""
    observed = {"dataset": dataset_of(job), "name": job.get("name") or ""}
    wrong = [field for field, value in observed.items() if desired.get(field, value) != value]
    if wrong:
        fields, values = " and ".join(wrong), " and ".join(str(desired[field]) for field in wrong)
        raise CollectionError(
            f"job_id: job {job.get('id')} ({describe(job)}) has another {fields} than the requested {values}, so it is "
            f"not removed. Correct job_id, or omit {fields}."
        )


def find_replacement(
    jobs: t.Sequence[Job], job_id: int | None, desired: t.Mapping[str, t.Any], sought: Sought, scope: ScopeName
) -> FoundJob:
    """Return the successor of a replaced job, and the jobs that it supersedes: the replaced job if it still exists, and
    duplicates of the successor.

    This serves a rerun after a complete or interrupted replacement, which must not create the new job a second time.
    ``job_id`` is the ID of the replaced job, as the user gave it. A job with a hidden token, or with a channel that a
    replacement would not have given it, does not prove that another job was replaced.
    """
    replaced = job_with_id(jobs, job_id) if job_id else None
    if job_id and replaced is None:
        if "dataset" not in desired:
            return FoundJob()
        return find_job(jobs, sought._replace(only_job=True, any_channel=True), scope)
    for candidate in [replaced] if replaced else _may_be_replaced(jobs, sought, scope):
        if rules.immutable_changes(desired, candidate):
            successors = _successors(rules.plan_replacement(desired, candidate).body, candidate, jobs, scope)
            if successors:
                successor, *others = successors
                return FoundJob(successor, [candidate, *others])
    return FoundJob()


def _successors(body: JsonObject, replaced: Job, jobs: t.Iterable[Job], scope: ScopeName) -> list[Job]:
    """Return the jobs that the replacement of a job with ``body`` has created, oldest first."""
    channel = destination_of(body).channel
    names = (str(body.get("name") or ""), "")
    channels = (
        {channel.lower()} if channel else {derive_channel(scope.scope_id, dataset_of(body), name) for name in names}
    )
    found = _with_channels(new_duplicates(body, {replaced["id"]}, jobs), channels)
    return [job for job in found if not destination_of(job).token_is_hidden]


def _may_be_replaced(jobs: t.Sequence[Job], sought: Sought, scope: ScopeName) -> list[Job]:
    """Return the jobs that a request can refer to before and after it has replaced its job."""
    candidates = splunk_jobs_of(jobs, sought.dataset)
    if sought.name:
        return [job for job in candidates if job.get("name") == sought.name]
    channels = {sought.channel} if sought.channel else set()
    if any(is_derived_channel(destination_of(job).channel or "") for job in candidates):
        channels |= _default_channels(sought, scope)
    return _with_channels(candidates, channels) or _adoptable(candidates, sought)


def unrequested_jobs(
    jobs: t.Iterable[Job], collectors: t.Collection[Collector], requested_ids: t.Collection[int]
) -> list[Job]:
    """Return the Splunk jobs that push to one of these collectors and are not requested."""
    return [
        job
        for job in jobs
        if is_splunk_job(job)
        and job.get("id") not in requested_ids
        and any(same_collector(destination_of(job).collector, collector) for collector in collectors)
    ]


def new_duplicates(body: JsonObject, known_ids: t.Collection[t.Any], jobs: t.Iterable[Job]) -> list[Job]:
    """Return the jobs that equal ``body`` and are not among the known ones, oldest first.

    The API creates another job for a repeated POST. After a POST whose result is unknown, these are the jobs that it and its
    repetition created.
    """
    duplicates = [
        job
        for job in jobs
        if can_be_new(job, body, known_ids)
        and is_splunk_job(job)
        and (job.get("kind") or "") == (body.get("kind") or "")
        and same_destination(job, body)
    ]
    return sorted(duplicates, key=lambda job: job["id"])


def can_be_new(job: Job, body: t.Mapping[str, t.Any], known_ids: t.Container[t.Any]) -> bool:
    """Return whether a job can be the one that ``body`` creates: it is none of the known ones, and has the dataset and name."""
    return (
        isinstance(job.get("id"), int)
        and job["id"] not in known_ids
        and dataset_of(job) == dataset_of(body)
        and (job.get("name") or "") == (body.get("name") or "")
    )


def same_destination(job: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> bool:
    """Return whether two Splunk jobs push to the same place with the same token, channel and parameters. A token that the
    API hides counts as the same. A missing channel of an old job counts as the same, too, because its successor got one."""
    both = [destination_of(job), destination_of(other)]
    if any(destination.token_is_hidden for destination in both):
        both = [destination.with_parameter(destinations.AUTHORIZATION, MASK) for destination in both]
    if not all(destination.channel for destination in both):
        both = [destination.with_parameter(destinations.CHANNEL, "") for destination in both]
    one, two = both
    return one.comparable() == two.comparable()


def describe(job: Job) -> str:
    """Return a short description of a job that distinguishes it from others."""
    name = f"named {job['name']}" if job.get("name") else "without a name"
    destination = destination_of(job)
    address = f"https://{destination.endpoint}" if destination.scheme == "https" else destination.endpoint
    return f"id {job.get('id')}, {name}, {health_of(job)}, pushing to {address}"


def _are_equal(job: Job, other: Job) -> bool:
    """Return whether two jobs are duplicates with equal tokens. A token that the API hides equals no other."""
    one, two = destination_of(job), destination_of(other)
    return _are_alike(job, other) and one.hec_token == two.hec_token and not one.token_is_hidden


def _are_alike(job: Job, other: Job) -> bool:
    """Return whether two jobs have the same definition apart from their tokens. Cloudflare may have disabled one of them."""
    one, two = ({**definition(each), "enabled": None} for each in (job, other))
    return one == two
