# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the job that a request means among the jobs of a scope. Pure: no I/O.

The API keeps neither names nor destinations unique and has no idempotency key. So a job is found by its id, otherwise by
its dataset and name, otherwise because it is the only one.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._core.secrets import MASK
from .._splunk.hec_request import derive_channel
from . import destination as destinations
from . import plan as rules
from .job import DEFAULT_DATASET, Job, dataset_of, definition, destination_of, health_of, is_splunk_job


class FoundJob(t.NamedTuple):
    """The job that a request means, None if there is none, and the jobs whose place it takes: its duplicates, and the job
    that it replaces."""

    job: Job | None = None
    superseded: t.Sequence[Job] = ()


def find_job(
    jobs: t.Iterable[Job], dataset: str, name: str | None, scope_id: str = "", *, any_channel: bool = False
) -> FoundJob:
    """Return the Splunk job of a dataset with this name, or without a name the only one, and its duplicates.

    Two simultaneous runs, or a request that is carried out long after it seemed lost, create the same job twice. Such
    duplicates are equal in everything, down to the channel that only this collection derives from ``scope_id``. So they
    are no two jobs that somebody wants. With ``any_channel`` the channel does not matter: the successor of a replaced job
    keeps its channel. Raises CollectionError, which lists the candidates, if several jobs match.
    """
    candidates = _candidates(jobs, {"dataset": dataset, "name": name})
    if not candidates:
        return FoundJob()
    oldest, *others = sorted(candidates, key=lambda job: job.get("id") or 0)
    has_derived_channel = destination_of(oldest).channel == derive_channel(scope_id, dataset, oldest.get("name") or "")
    if (any_channel or has_derived_channel or not others) and all(_are_equal(oldest, other) for other in others):
        return FoundJob(oldest, others)
    listed = "; ".join(describe(job) for job in candidates)
    named = f" are named {name}" if name else ""
    raise CollectionError(
        f"{len(candidates)} Splunk jobs of dataset {dataset}{named}: {listed}. Say which one with "
        f"{'job_id' if name else 'name or job_id'}, and remove those that are not wanted with state: absent."
    )


def job_with_id(jobs: t.Iterable[Job], job_id: int) -> Job | None:
    """Return the job with this id, None if there is none. Raises CollectionError if it is not a Splunk job."""
    job = next((job for job in jobs if job.get("id") == job_id), None)
    if job is not None and not is_splunk_job(job):
        raise CollectionError(
            f"job_id: job {job_id} does not push to a splunk:// destination, and only such jobs are managed here."
        )
    return job


def check_identity(job: Job, desired: t.Mapping[str, t.Any]) -> None:
    """Check that a job that is to be removed by its id has the requested dataset and name: ids are easily confused. Raises
    CollectionError."""
    observed = {"dataset": dataset_of(job), "name": job.get("name") or ""}
    wrong = [field for field, value in observed.items() if desired.get(field, value) != value]
    if wrong:
        fields, values = " and ".join(wrong), " and ".join(str(desired[field]) for field in wrong)
        raise CollectionError(
            f"job_id: job {job.get('id')} ({describe(job)}) has another {fields} than the requested {values}, so it is not "
            f"removed. Correct job_id, or leave {fields} out."
        )


def find_replacement(jobs: t.Sequence[Job], job_id: int | None, desired: t.Mapping[str, t.Any]) -> FoundJob:
    """Return the successor of a replaced job, and the jobs that it supersedes: the replaced job if it still exists, and
    duplicates of the successor.

    For a rerun after a replacement that was complete or interrupted: it must not create the new job a second time.
    ``job_id`` is the id that the user named, that of the replaced job.
    """
    replaced = job_with_id(jobs, job_id) if job_id else None
    if job_id and replaced is None:
        if "dataset" not in desired:
            return FoundJob()
        return find_job(jobs, desired["dataset"], desired.get("name"), any_channel=True)
    for candidate in [replaced] if replaced else _candidates(jobs, desired):
        if rules.immutable_changes(desired, candidate):
            body = rules.plan_replacement(desired, candidate).body
            duplicates = new_duplicates(body, {candidate["id"]}, jobs)
            if duplicates:
                successor, *others = duplicates
                return FoundJob(successor, [candidate, *others])
    return FoundJob()


def unrequested_jobs(
    jobs: t.Iterable[Job], collectors: t.Collection[tuple[str, int]], requested_ids: t.Collection[int]
) -> list[Job]:
    """Return the Splunk jobs that push to one of these collectors (see C(Destination.collector)) and are not requested."""
    return [
        job
        for job in jobs
        if is_splunk_job(job) and job.get("id") not in requested_ids and destination_of(job).collector in collectors
    ]


def new_duplicates(body: JsonObject, known_ids: t.Collection[t.Any], jobs: t.Iterable[Job]) -> list[Job]:
    """Return the jobs that equal ``body`` and are not among the known ones, oldest first.

    The API takes a repeated POST for another job. After a POST whose outcome is unknown, these are the jobs that it and its
    repetition created.
    """
    duplicates = [
        job
        for job in jobs
        if isinstance(job.get("id"), int)
        and job["id"] not in known_ids
        and is_splunk_job(job)
        and dataset_of(job) == dataset_of(body)
        and (job.get("name") or "") == (body.get("name") or "")
        and (job.get("kind") or "") == (body.get("kind") or "")
        and same_destination(job, body)
    ]
    return sorted(duplicates, key=lambda job: job["id"])


def same_destination(job: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> bool:
    """Return whether two Splunk jobs push to the same place with the same token, channel and parameters. A token that the
    API hides counts as the same, and so does a channel that an old job lacks: its successor was given one."""
    both = [destination_of(job), destination_of(other)]
    if any(destination.token_is_hidden for destination in both):
        both = [destination.with_parameter(destinations.AUTHORIZATION, MASK) for destination in both]
    if not all(destination.channel for destination in both):
        both = [destination.with_parameter(destinations.CHANNEL, "") for destination in both]
    one, two = both
    return one.comparable() == two.comparable()


def describe(job: Job) -> str:
    """Return a job in a few words that distinguish it from others."""
    name = f"named {job['name']}" if job.get("name") else "without a name"
    return f"id {job.get('id')}, {name}, {health_of(job)}, pushing to {destination_of(job).endpoint}"


def _candidates(jobs: t.Iterable[Job], desired: t.Mapping[str, t.Any]) -> list[Job]:
    """Return the Splunk jobs of the desired dataset, and of the desired name if there is one."""
    dataset, name = desired.get("dataset") or DEFAULT_DATASET, desired.get("name")
    return [
        job
        for job in jobs
        if is_splunk_job(job) and dataset_of(job) == dataset and (not name or job.get("name") == name)
    ]


def _are_equal(job: Job, other: Job) -> bool:
    """Return whether two jobs are defined alike, down to their tokens. Cloudflare may have disabled one of them."""
    definitions = [
        {**definition(each), "enabled": None, "token": destination_of(each).hec_token} for each in (job, other)
    ]
    one, two = definitions
    return one == two
