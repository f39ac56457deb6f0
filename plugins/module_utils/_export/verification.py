# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Verifies that a rollout with exported variables changes nothing: the planner of a rollout plans them. Sends no request."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._cloudflare.client import CloudflareReader
from .._cloudflare.scopes import Scope
from .._core.errors import CollectionError
from .._core.json_types import JsonObject
from .._core.secrets import SecretMask
from .._logpush.job import Job
from .._operations.known_jobs import KnownJobs
from .._operations.planner import ScopePlanner
from .._operations.rollout_request import ROLLOUT_SPEC, RequestedJob, parse_rollout

_VALIDATOR = ArgumentSpecValidator(ROLLOUT_SPEC)
_SCOPE_OPTIONS = {"zones": "zone_id", "accounts": "account_id"}


class _ListedJobs(CloudflareReader):
    """A client that only returns the jobs of one scope. If a plan needs any other request, it would change something."""

    def __init__(self, jobs: t.Sequence[Job]) -> None:
        self._jobs = jobs

    def masked_by(self, mask: SecretMask) -> _ListedJobs:
        return self

    def jobs(self, scope: Scope) -> list[JsonObject]:
        return t.cast("list[JsonObject]", list(self._jobs))

    def dataset_fields(self, scope: Scope, dataset: str) -> dict[str, str]:
        raise CollectionError("the field names of the dataset would have to be looked up")

    def zone(self, zone_id: str) -> JsonObject:
        raise CollectionError("the name of the zone would have to be looked up")


def differences(
    scope: Scope, zone_name: str | None, requested: t.Sequence[t.Mapping[str, t.Any]], jobs: t.Sequence[Job]
) -> list[str]:
    """Return a sentence for each job that a rollout of the requested options would change. C(jobs) are those of the scope
    as Cloudflare lists them. The sentences contain no value of an option."""
    if not requested:
        return []
    # The field names of a dataset matter only to a rollout that writes them.
    jobs_options = [{**options, "validate_fields": False} for options in requested]
    validation = _VALIDATOR.validate({"zones": [{_SCOPE_OPTIONS[scope.kind]: scope.id, "jobs": jobs_options}]})
    if validation.error_messages:
        return [f"{len(requested)} jobs: a rollout refuses the options"]
    mask = SecretMask()
    reader = _ListedJobs(jobs)
    planner = ScopePlanner(reader, scope, zone_name, KnownJobs(reader, scope, mask))
    rollout = parse_rollout(validation.validated_parameters, {}, mask).scopes[0]
    planner.reserve(job.request for job in rollout.jobs if job.request)
    found = []
    for each in rollout.jobs:
        difference = _difference(each, planner)
        if difference:
            found.append(f"{_label(each)}: {difference}")
    return found


def _difference(requested: RequestedJob, planner: ScopePlanner) -> str:
    """Return what a rollout would do with a job, or why it would fail; empty if it changes nothing."""
    if requested.request is None:
        return f"a rollout refuses it: {requested.error}"
    try:
        planned = planner.plan(requested.request)
    except CollectionError as error:
        return f"a rollout cannot leave it unchanged: {error}"
    if not planned.plan.writes and planned.observed is not None:
        return ""
    changed = ", ".join(sorted(planned.plan.after)) if planned.observed is not None else ""
    return f"would be {planned.plan.action}{f' ({changed})' if changed else ''}"


def _label(requested: RequestedJob) -> str:
    given = requested.label
    return " ".join(str(given[key]) for key in ("job_id", "dataset", "name") if given.get(key)) or "job"
