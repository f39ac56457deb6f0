# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The first step of a rollout: turn options into the jobs that they request, scope by scope. Pure: no I/O.

The options of a job come from layers. From the bottom up: the defaults of the module, C(job_defaults), the zone, the job,
C(job_overrides). Here every layer is merged, checked and made known to the mask, once. No later step reads raw options.
"""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import SCOPE_SPEC, SCOPES, LocatedScope, Scope
from .._core.errors import CollectionError, OptionError, as_reported
from .._core.secrets import SecretMask
from .._logpush.destination import DESTINATION_PARTS
from .._logpush.job_options import JOB_DEFAULTS, LAYER_SPEC, mask_layers
from .._logpush.job_request import JobRequest, job_request
from .._splunk.hec_request import collector_of

ZONE_SPEC: dict[str, t.Any] = {
    **SCOPE_SPEC,
    "zone_name": dict(type="str"),
    "host": dict(type="str"),
    "problem": dict(type="str"),
    "jobs": dict(type="list", elements="dict", options=LAYER_SPEC),
    **LAYER_SPEC,
}
# The options that request jobs in many zones.
ROLLOUT_SPEC: dict[str, t.Any] = {
    "zones": dict(type="list", elements="dict", required=True, options=ZONE_SPEC),
    "jobs": dict(type="list", elements="dict", options=LAYER_SPEC),
    "job_defaults": dict(type="dict", options=LAYER_SPEC),
    "job_overrides": dict(type="dict", options=LAYER_SPEC),
}

# The environment variable that stands in for an option of a job.
_COLLECTOR_VARIABLES = {"hec_token": "SPLUNK_HEC_TOKEN", "endpoint": "SPLUNK_HEC_ENDPOINT"}

Layer = t.Mapping[str, t.Any]
Environment = t.Mapping[str, str]
Collector = t.Tuple[str, int]


class RequestedJob(t.NamedTuple):
    """A job that is requested, or the error in its options.

    ``position`` is the index of its zone and its own index there. ``zone`` are the options that name the zone, and
    ``label`` has the dataset, name and id that the options give, for the row of a result.
    """

    position: tuple[int, int]
    zone: dict[str, t.Any]
    label: dict[str, t.Any]
    request: JobRequest | None = None
    error: CollectionError | None = None


class RequestedScope(t.NamedTuple):
    """The jobs that are requested for one scope. ``zone`` are the options that name it; ``located`` is what they name,
    once that is known."""

    zone: dict[str, t.Any]
    jobs: list[RequestedJob]
    located: LocatedScope = LocatedScope()

    @property
    def end(self) -> tuple[int, int]:
        """The position after the last requested job, for rows of jobs that nobody requested."""
        zone_number, job_number = self.jobs[-1].position
        return zone_number, job_number + 1


class RolloutRequest(t.NamedTuple):
    """All that a rollout is asked to do. ``zones`` counts the entries of C(zones); ``prune_collectors`` are the collectors
    at which unrequested jobs are deleted, none without C(prune)."""

    scopes: list[RequestedScope]
    zones: int
    prune_collectors: frozenset[Collector] = frozenset()
    max_failures: int | None = None


def parse_rollout(options: Layer, environment: Environment, mask: SecretMask) -> RolloutRequest:
    """Return what checked options request. An option of one job that cannot be used is the error of that job; everything
    else raises OptionError."""
    mask_layers(options, mask)
    max_failures = options.get("max_failures")
    if (max_failures or 0) < 0:
        raise OptionError("max_failures", "must be 0 or more. Omit it to continue past every failure")
    scopes = [
        _requested_scope(number, zone, options, environment, mask) for number, zone in enumerate(options["zones"])
    ]
    collectors = _prune_collectors(scopes, environment) if options.get("prune") else frozenset()
    return RolloutRequest([scope for scope in scopes if scope.jobs], len(scopes), collectors, max_failures)


def locate_requests(
    scopes: t.Sequence[RequestedScope],
    locate: t.Callable[[t.Sequence[t.Mapping[str, t.Any]]], list[LocatedScope]],
) -> list[RequestedScope]:
    """Return the requested scopes with what they name, in order. Those that name the same zone or account become one.

    ``locate`` returns the scope of each zone; it is not asked about a zone that is known to be unusable.
    """
    found = iter(locate([scope.zone for scope in scopes if not scope.located.error]))
    return _merged(scope if scope.located.error else scope._replace(located=next(found)) for scope in scopes)


def _merged(scopes: t.Iterable[RequestedScope]) -> list[RequestedScope]:
    merged: dict[Scope | tuple[int, int], RequestedScope] = {}
    for scope in scopes:
        key = scope.located.scope or scope.end
        known = merged.get(key)
        jobs = scope.jobs if known is None else _with_ambiguous_refused([*known.jobs, *scope.jobs])
        merged[key] = (known or scope)._replace(jobs=jobs)
    return list(merged.values())


def layered_options(*layers: Layer) -> dict[str, t.Any]:
    """Return the options of a job from layers, the last one on top, above the defaults of the module.

    Each sub-option of C(output_options) is layered by itself. A complete destination string replaces all parts of a
    destination in the layers below it.
    """
    options: dict[str, t.Any] = {}
    for layer in layers:
        given = {key: value for key, value in layer.items() if value is not None}
        if given.get("destination_conf"):
            options = {key: value for key, value in options.items() if key not in DESTINATION_PARTS}
        if isinstance(given.get("output_options"), dict):
            sub_options = {key: value for key, value in given["output_options"].items() if value is not None}
            given["output_options"] = {**(options.get("output_options") or {}), **sub_options}
        options.update(given)
    return {**JOB_DEFAULTS, **options}


def with_collector(options: Layer, environment: Environment) -> dict[str, t.Any]:
    """Return the options of a job with the endpoint and the HEC token that the environment adds to them. An option that
    is given wins, and so does a complete destination string."""
    completed = dict(options)
    if completed.get("state") != "absent" and not completed.get("destination_conf"):
        for option, variable in _COLLECTOR_VARIABLES.items():
            if option in completed and not completed[option]:
                completed[option] = environment.get(variable) or None
    return completed


def _requested_scope(
    number: int, zone: Layer, options: Layer, environment: Environment, mask: SecretMask
) -> RequestedScope:
    named = {key: zone[key] for key in ("host", *SCOPES, "zone_name") if zone.get(key)}
    defaults, overrides = options.get("job_defaults") or {}, options.get("job_overrides") or {}
    zone_layer = {key: value for key, value in zone.items() if key in LAYER_SPEC}
    jobs = []
    for index, job in enumerate(_jobs_of(zone, options)):
        layered = with_collector(layered_options(defaults, zone_layer, job, overrides), environment)
        # The environment may have added a token.
        mask_layers(layered, mask)
        jobs.append(_requested_job((number, index), named, layered, options.get("create", True)))
    problem = CollectionError(zone["problem"]) if zone.get("problem") else None
    return RequestedScope(named, _with_ambiguous_refused(jobs), LocatedScope(error=problem))


def _jobs_of(zone: Layer, options: Layer) -> t.Sequence[Layer]:
    """Return the layers of the jobs of a zone: its own, otherwise those of all zones, otherwise one with the defaults."""
    for jobs in (zone.get("jobs"), options.get("jobs")):
        if jobs is not None:
            return t.cast("t.Sequence[Layer]", jobs)
    return [{}]


def _requested_job(position: tuple[int, int], zone: dict[str, t.Any], options: Layer, create: bool) -> RequestedJob:
    label = {key: options.get(key) for key in ("dataset", "name", "job_id")}
    try:
        return RequestedJob(position, zone, label, job_request(options)._replace(create=create))
    except Exception as error:
        return RequestedJob(position, zone, label, error=as_reported(error))


def _with_ambiguous_refused(jobs: list[RequestedJob]) -> list[RequestedJob]:
    """Return requested jobs, with an error in place of each request that can mean the same job as another one: two of the
    same id, or two of a dataset that their names do not distinguish."""
    requests = [job.request for job in jobs if job.request]
    return [_refused_if_ambiguous(job, requests) for job in jobs]


def _refused_if_ambiguous(job: RequestedJob, requests: t.Sequence[JobRequest]) -> RequestedJob:
    request = job.request
    if request is None:
        return job
    if request.job_id is not None:
        if sum(other.job_id == request.job_id for other in requests) > 1:
            return job._replace(
                request=None, error=OptionError("jobs", f"job_id {request.job_id} is given more than once")
            )
        return job
    same_dataset = [other for other in requests if other.job_id is None and other.dataset == request.dataset]
    same_name = [other for other in same_dataset if other.name == request.name]
    if len(same_name) > 1 or (len(same_dataset) > 1 and not all(other.name for other in same_dataset)):
        error = OptionError(
            "jobs", f"dataset {request.dataset} is given more than once: give each of its jobs a name of its own"
        )
        return job._replace(request=None, error=error)
    return job


def _prune_collectors(scopes: t.Iterable[RequestedScope], environment: Environment) -> frozenset[Collector]:
    """Return the collectors that the requested jobs push to. Raises OptionError if the options name none."""
    requests = [job.request for scope in scopes for job in scope.jobs if job.request]
    collectors = {request.collector for request in requests if request.collector}
    # A job that is to be absent has no endpoint of its own.
    endpoint = environment.get("SPLUNK_HEC_ENDPOINT")
    if endpoint and not collectors:
        collectors = {collector_of(endpoint)}
    if not collectors:
        raise OptionError(
            "prune", "needs the endpoint of the jobs to know which other jobs to delete; no endpoint is set"
        )
    return frozenset(collectors)
