# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which of the jobs that are there is the one that is meant. Pure: no I/O.

The API keeps neither names nor destinations unique and has no idempotency key, so a job is told from others by what
it is: its id, else its dataset and name, else by being the only one.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.secrets import MASK
from .._splunk.hec_request import derive_channel
from . import destination as destinations
from . import plan as rules
from .job import DEFAULT_DATASET, Job, dataset_of, definition, destination_of, health_of, is_splunk_job


def find_job(
    jobs: t.Iterable[Job], dataset: str, name: str | None, scope_id: str = "", recreate: bool = False
) -> tuple[Job | None, list[Job]]:
    """Return the Splunk job of a dataset with this name, or with no name asked the only one there is, and the twins of it
    that this collection made by mistake; (None, []) if there is none.

    Two runs at the same time, or a request that is carried out long after it seemed lost, make the same job twice. What
    tells such twins from two jobs that somebody wants is that they are alike in everything, down to the channel that
    only this collection derives of ``scope_id``. A job that may be replaced (``recreate``) may have any channel: the new
    one keeps that of the old one. Raises CollectionError, with the candidates listed, where several fit.
    """
    candidates = [
        job
        for job in jobs
        if is_splunk_job(job) and dataset_of(job) == dataset and (not name or (job.get("name") or "") == name)
    ]
    if not candidates:
        return None, []
    first, *others = sorted(candidates, key=lambda job: job.get("id") or 0)
    if all(_are_duplicates(first, other, scope_id, recreate) for other in others):
        return first, others
    listed = "; ".join(describe(job) for job in candidates)
    raise CollectionError(
        f"{len(candidates)} Splunk jobs of dataset {dataset}"
        f"{f' are named {name}' if name else ''}: {listed}. Say which one with "
        f"{'job_id' if name else 'name or job_id'}, and remove those that are not wanted with state: absent."
    )


def job_with_id(jobs: t.Iterable[Job], job_id: int) -> Job | None:
    """Return the job with this id; None if there is none. Raises CollectionError where it is not a Splunk job."""
    job = next((job for job in jobs if job.get("id") == job_id), None)
    if job is not None and not is_splunk_job(job):
        raise CollectionError(
            f"job_id: job {job_id} does not push to a splunk:// destination, and only such jobs are managed here."
        )
    return job


def check_it_is_meant(job: Job, desired: t.Mapping[str, t.Any]) -> None:
    """Refuse to remove a job by its id that is not of the dataset or the name that is given beside it: ids are easily
    mixed up. Raises CollectionError."""
    is_there = {"dataset": dataset_of(job), "name": job.get("name") or ""}
    wrong = [field for field, value in is_there.items() if desired.get(field, value) != value]
    if wrong:
        raise CollectionError(
            f"job_id: job {job.get('id')} ({describe(job)}) has another {' and '.join(wrong)} than the "
            f"{' and '.join(str(desired[field]) for field in wrong)} that is asked for, so it is not removed. Correct job_id, "
            f"or leave {' and '.join(wrong)} out."
        )


def find_replacement(
    jobs: t.Sequence[Job], job_id: int | None, desired: t.Mapping[str, t.Any]
) -> tuple[Job | None, list[Job]]:
    """Return the job that took the place of another, and those that are to go: that other one if it is still there, and
    twins of the new one.

    For a rerun after a replacement, whole or stopped half way: the new job must be found again instead of being made
    a second time. ``job_id`` is the one that the user named, that of the old job. (None, []) where there is no such
    pair.
    """
    old = job_with_id(jobs, job_id) if job_id else None
    if job_id and old is None:
        return (
            find_job(jobs, desired["dataset"], desired.get("name"), recreate=True)
            if "dataset" in desired
            else (None, [])
        )
    dataset, name = desired.get("dataset") or DEFAULT_DATASET, desired.get("name")
    candidates = [job for job in jobs if is_splunk_job(job) and dataset_of(job) == dataset]
    if old is not None:
        candidates = [old]
    elif name:
        candidates = [job for job in candidates if job.get("name") == name]
    for candidate in candidates:
        if rules.immutable_changes(desired, candidate):
            twins = new_duplicates(rules.plan_replacement(desired, candidate).body, {candidate["id"]}, jobs)
            if twins:
                return twins[0], [candidate, *twins[1:]]
    return None, []


def unrequested_jobs(
    jobs: t.Iterable[Job], collectors: t.Collection[tuple[str, int]], meant: t.Collection[int]
) -> list[Job]:
    """Return the Splunk jobs that push to one of these collectors (see C(Destination.collector)) and are none of those that
    somebody meant, which are given by their ids."""
    return [
        job
        for job in jobs
        if is_splunk_job(job) and job.get("id") not in meant and destination_of(job).collector in collectors
    ]


def new_duplicates(body: Job, known_ids: t.Collection[int], jobs: t.Iterable[Job]) -> list[Job]:
    """Return the jobs that are as good as ``body`` and were not there before, oldest first.

    The API takes a repeated POST for another job. After one whose outcome is unknown these are the jobs that it, or
    its repetition, made.
    """
    twins = [
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
    return sorted(twins, key=lambda job: job["id"])


def same_destination(job: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> bool:
    """Whether two Splunk jobs push to the same place with the same token, channel and parameters. A token that the
    API hides counts as the same, and so does a channel that an old job lacks: its replacement was given one."""
    both = [destination_of(job), destination_of(other)]
    if any(destination.token_is_hidden for destination in both):
        both = [destination.with_parameter(destinations.AUTHORIZATION, MASK) for destination in both]
    if not all(destination.channel for destination in both):
        both = [destination.with_parameter(destinations.CHANNEL, "") for destination in both]
    return both[0].comparable() == both[1].comparable()


def describe(job: t.Mapping[str, t.Any]) -> str:
    """Return a job in a few words, to tell it from others."""
    name = f"named {job['name']}" if job.get("name") else "without a name"
    return f"id {job.get('id')}, {name}, {health_of(job)}, pushing to {destination_of(job).endpoint}"


def _are_duplicates(job: Job, other: Job, scope_id: str, any_channel: bool) -> bool:
    """Whether two jobs are the same one, made twice by this collection."""
    derived = derive_channel(scope_id, dataset_of(job), job.get("name") or "")
    definitions = [
        {**definition(each), "enabled": None, "token": destination_of(each).hec_token} for each in (job, other)
    ]
    return (any_channel or destination_of(job).channel == derived) and definitions[0] == definitions[1]
