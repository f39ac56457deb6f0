# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for retiring a HEC token: it needs positive evidence, from a complete look, that no job uses the token. Pure: no
I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.report import counted
from .._core.results import first_of
from .._logpush.job import Job, dataset_of, destination_of
from .._logpush.token_use import carries_token, hides_token

# The key of a job among all zones and accounts: the ID of its scope, and its own ID.
JobKey = t.Tuple[str, t.Any]


def job_key(scope_id: str, job_id: t.Any) -> JobKey:
    """Return the key of a job."""
    return scope_id.lower(), job_id


class SeenJob(t.NamedTuple):
    """A job, the ID and the name of its zone or account, and whether the run names that."""

    scope_id: str
    where: str
    is_named: bool
    job: Job

    @property
    def key(self) -> JobKey:
        """The key that identifies the job."""
        return job_key(self.scope_id, self.job.get("id"))

    @property
    def label(self) -> str:
        """The zone or account, the dataset and the ID."""
        return f"{self.where} {dataset_of(self.job)} job {self.job.get('id')}"


class Look(t.NamedTuple):
    """The jobs of all zones and accounts, and the places where jobs could not be read.

    ``failed`` are the scopes of the run that could not be listed, ``unseen`` are all other places that could not be listed,
    ``empty`` are the scopes of the run without any job. All are texts.
    """

    jobs: list[SeenJob]
    failed: list[str]
    unseen: list[str]
    empty: list[str]

    def with_token(self, token: str) -> list[SeenJob]:
        """Return the jobs that contain a token in any spelling."""
        return [seen for seen in self.jobs if carries_token(seen.job, token)]


def objections(
    look: Look,
    old: str,
    new: str,
    unused: bool,
    collectors: t.Iterable[t.Any] = (),
    moving: t.Container[JobKey] = (),
    known: t.Iterable[JobKey] = (),
) -> list[str]:
    """Return the reasons why the old token must not be retired; none if the evidence is complete. ``unused`` is true if the
    user has confirmed that no job uses either token. ``collectors`` are further collectors that jobs with the old token may
    push to. ``moving`` are the jobs that a run in check mode would move. ``known`` are the jobs that an earlier look found
    with one of the tokens.
    """
    old_jobs = [seen for seen in look.with_token(old) if seen.key not in moving]
    new_jobs = look.with_token(new)
    moved = [seen for seen in look.jobs if seen.key in moving]
    at_collector = {*collectors, *_collectors([*old_jobs, *new_jobs, *moved])}
    # If no collector of the old token is known, it can be any collector.
    hidden = [seen for seen in look.jobs if hides_token(seen.job, at_collector or None)]
    listed = {seen.key for seen in look.jobs}
    found = []
    if look.failed:
        found.append(
            f"the jobs of {counted(len(look.failed), 'zone or account', 'zones or accounts')} could not be listed: {first_of(look.failed)}"
        )
    if old_jobs:
        found.append(
            f"{counted(len(old_jobs), 'job')} with the old token: {first_of([seen.label for seen in old_jobs])}. {_advice(old_jobs)}"
        )
    if hidden:
        found.append(
            f"{counted(len(hidden), 'job')} whose HEC token cannot be read: {first_of([seen.label for seen in hidden])}. Give the API "
            "token the permission Logs Edit, or set the token of the job"
        )
    missing = sorted(key for key in known if key not in listed)
    if missing:
        found.append(
            f"{counted(len(missing), 'job')} that used one of the tokens before, missing in the list now: "
            f"{first_of([f'job {job_id}' for dummy, job_id in missing])}. Run this again"
        )
    if not unused and not found and not (old_jobs or new_jobs or moved):
        found.append("no job uses either token. If that is right, set splunk_hec_rotation_unused: true")
    return found


def _advice(jobs: t.Iterable[SeenJob]) -> str:
    """Return the advice for jobs with the old token."""
    if all(seen.is_named for seen in jobs):
        return "This run cannot move them. Give each of them another token, and run this again"
    return "Add the zone or account to the inventory and run this again, or give the job another token"


def unseen_message(unseen: t.Sequence[str]) -> str:
    """Return the message about zones and accounts that were not seen, and how to finish."""
    return (
        f"not every zone and account was seen. Not checked for jobs with the old token ({len(unseen)}): {first_of(unseen)}. To "
        "finish, run this again with splunk_hec_rotation_complete: true, which confirms that no job there uses the old token."
    )


def in_waves(items: t.Sequence[t.Any], waves: t.Sequence[str]) -> list[list[t.Any]]:
    """Return items in batches: numbers, or percentages of all items; the last size is repeated. Raises OptionError."""
    sizes = []
    for wave in waves or ["100%"]:
        match = re.fullmatch(r"([0-9]+)(%?)", str(wave).strip())
        if not match:
            raise OptionError("waves", f"must be numbers of zones and percentages, such as 2, 10%, 100%, not {wave}")
        size = int(match[1]) * len(items) // 100 if match[2] else int(match[1])
        sizes.append(max(1, size))
    batches: list[list[t.Any]] = []
    begin = 0
    while begin < len(items):
        size = sizes[min(len(batches), len(sizes) - 1)]
        batches.append(list(items[begin : begin + size]))
        begin += size
    return batches


def _collectors(jobs: t.Iterable[SeenJob]) -> t.Iterator[t.Any]:
    for seen in jobs:
        try:
            yield destination_of(seen.job).collector
        except CollectionError:
            continue
