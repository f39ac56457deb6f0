# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a pass over many zones is to do: from its options to the jobs of each zone, and from what became of them to
its result. Pure: no I/O.

The options of a job come from several places: what goes for all jobs, over the job itself, over its zone, over the defaults.
"""

from __future__ import annotations

import typing as t

from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import SCOPE_SPEC, SCOPES, Found
from .._core.environment import first_variable
from .._core.errors import CollectionError, OptionError
from .._logpush import job_options
from .._logpush.destination import Destination
from .._splunk.hec_request import collector_of

ZONE_SPEC: dict[str, t.Any] = {
    **SCOPE_SPEC,
    "zone_name": dict(type="str"),
    "host": dict(type="str"),
    "problem": dict(type="str"),
    "jobs": dict(type="list", elements="dict", options=job_options.LAYER_SPEC),
    **job_options.LAYER_SPEC,
}
# What is asked for in many zones.
ROLLOUT_SPEC: dict[str, t.Any] = {
    "zones": dict(type="list", elements="dict", required=True, options=ZONE_SPEC),
    "jobs": dict(type="list", elements="dict", options=job_options.LAYER_SPEC),
    "job_defaults": dict(type="dict", options=job_options.LAYER_SPEC),
    "job_overrides": dict(type="dict", options=job_options.LAYER_SPEC),
}
_JOB_DEFAULTS = {name: spec.get("default") for name, spec in job_options.JOB_SPEC.items()}


class RequestedJob(t.NamedTuple):
    """One job that is asked for: its place among all, what its zone was called, its options, and what is to be made of it,
    or why that cannot be."""

    place: tuple[int, int]
    named: dict[str, t.Any]
    options: dict[str, t.Any]
    request: job_options.JobRequest | CollectionError


class RequestedScope(t.NamedTuple):
    """The jobs that are asked for one scope. ``named`` are the options that name it, ``found`` is what they name."""

    named: dict[str, t.Any]
    jobs: list[RequestedJob]
    found: Found | CollectionError | None = None

    @property
    def place(self) -> tuple[int, int]:
        """The place behind its jobs."""
        number, last = self.jobs[-1].place
        return number, last + 1


def requested_scopes(options: t.Mapping[str, t.Any]) -> list[RequestedScope]:
    """Return what is asked for, in the order of C(zones). An option that cannot be used is the error of its job."""
    return [_requested_scope(number, zone, options) for number, zone in enumerate(options["zones"])]


def _requested_scope(number: int, zone: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> RequestedScope:
    general = [{}] if options.get("jobs") is None else options["jobs"]
    defaults, overrides = options.get("job_defaults") or {}, options.get("job_overrides") or {}
    named = {key: zone[key] for key in ("host", *SCOPES, "zone_name") if zone.get(key)}
    over = {key: value for key, value in zone.items() if key in job_options.LAYER_SPEC}
    jobs = []
    own = zone.get("jobs")
    for index, job in enumerate(general if own is None else own):
        layered = layered_options(defaults, over, job, overrides)
        request: job_options.JobRequest | CollectionError
        try:
            request = job_options.job_request(layered)._replace(create=options.get("create", True))
        except CollectionError as error:
            request = error
        jobs.append(RequestedJob((number, index), named, layered, request))
    problem = CollectionError(zone["problem"]) if zone.get("problem") else None
    return RequestedScope(named, _without_repetitions(jobs), problem)


def layered_options(*layers: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options of a job from layers of them, the last one on top, with the defaults under them and what the
    environment adds. The sub-options of C(output_options) are layered each by itself; a finished destination string
    stands for all the parts of the layers below it."""
    options: dict[str, t.Any] = {}
    for layer in layers:
        given = {key: value for key, value in layer.items() if value is not None}
        if given.get("destination_conf"):
            options = {key: value for key, value in options.items() if key not in job_options.DESTINATION_PARTS}
        if isinstance(given.get("output_options"), dict):
            sub_options = {key: value for key, value in given["output_options"].items() if value is not None}
            given["output_options"] = {**(options.get("output_options") or {}), **sub_options}
        options.update(given)
    return with_collector({**_JOB_DEFAULTS, **options})


def _without_repetitions(jobs: list[RequestedJob]) -> list[RequestedJob]:
    """Refuse jobs that could be taken for each other: of one dataset, and not summarize_failures apart by name or id."""
    seen: dict[tuple[str, t.Any], int] = {}
    unnamed: dict[str, int] = {}
    by_dataset: dict[str, int] = {}
    for job in jobs:
        if isinstance(job.request, job_options.JobRequest) and job.request.job_id is None:
            by_dataset[job.request.dataset] = by_dataset.get(job.request.dataset, 0) + 1
            unnamed[job.request.dataset] = unnamed.get(job.request.dataset, 0) + (not job.request.name)
        if isinstance(job.request, job_options.JobRequest):
            seen[_identity(job.request)] = seen.get(_identity(job.request), 0) + 1
    return [_refused_if_repeated(job, seen, unnamed, by_dataset) for job in jobs]


def _refused_if_repeated(
    job: RequestedJob,
    seen: t.Mapping[tuple[str, t.Any], int],
    unnamed: t.Mapping[str, int],
    by_dataset: t.Mapping[str, int],
) -> RequestedJob:
    request = job.request
    if isinstance(request, CollectionError):
        return job
    if request.job_id is not None:
        if seen[_identity(request)] > 1:
            return job._replace(request=OptionError("jobs", f"job_id {request.job_id} is there more than once"))
        return job
    if seen[_identity(request)] > 1 or (unnamed[request.dataset] and by_dataset[request.dataset] > 1):
        return job._replace(
            request=OptionError(
                "jobs", f"dataset {request.dataset} is there more than once: give each of its jobs a name of its own"
            )
        )
    return job


def _identity(request: job_options.JobRequest) -> tuple[str, t.Any]:
    return ("", request.job_id) if request.job_id is not None else (request.dataset, request.name)


def merged(ordered: t.Iterable[RequestedScope]) -> list[RequestedScope]:
    """Return the orders, those of the same scope as one."""
    scopes: dict[t.Any, RequestedScope] = {}
    for order in filter(lambda order: order.jobs, ordered):
        key = order.found[0] if isinstance(order.found, tuple) else order.place
        known = scopes.get(key)
        jobs = order.jobs if known is None else _without_repetitions([*known.jobs, *order.jobs])
        scopes[key] = (known or order)._replace(jobs=jobs)
    return list(scopes.values())


def collectors(ordered: t.Iterable[RequestedScope]) -> frozenset[tuple[str, int]]:
    """Return the collectors that the jobs are to push to. Raises OptionError where none is named."""
    listed = set()
    for order in ordered:
        for job in order.jobs:
            if not isinstance(job.request, CollectionError):
                destination = job.request.desired.get("destination") or {}
                if isinstance(destination, Destination):
                    listed.add(destination.collector)
                elif destination.get("endpoint"):
                    listed.add(collector_of(destination["endpoint"]))
    # A job that is to go brings no endpoint of its own.
    endpoint = first_variable("SPLUNK_HEC_ENDPOINT")
    if endpoint and not listed:
        listed.add(collector_of(endpoint))
    if not listed:
        raise OptionError("prune", "needs the endpoint of the jobs, to know which other jobs may go; none is set")
    return frozenset(listed)


def with_environment(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with what the environment adds to them. An option that is given wins, and so does another
    option that stands for the same; empty text and empty variables count as not given."""
    return with_collector(with_credentials(options))


def with_collector(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the options of a job with the endpoint and the HEC token that the environment adds to them."""
    completed = dict(options)
    if completed.get("state") != "absent" and not completed.get("destination_conf"):
        for option, variable in (("hec_token", "SPLUNK_HEC_TOKEN"), ("endpoint", "SPLUNK_HEC_ENDPOINT")):
            if option in completed and not completed[option]:
                completed[option] = first_variable(variable)
    return completed
