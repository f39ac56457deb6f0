# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The first step of a rollout: turn options into the jobs that they request, scope by scope. Pure: no I/O.

The options of a job come from layers. From the bottom up: the defaults of the module, C(job_defaults), the zone, the job,
C(job_overrides). Every layer is merged and checked here, once, and its secrets are added to the mask. No later step reads
raw options.
"""

from __future__ import annotations

import functools
import typing as t

from .._cloudflare.scopes import SCOPE_SPEC, SCOPES, LocatedScope, Scope
from .._core.errors import CollectionError, OptionError, as_reported
from .._core.secrets import SecretMask
from .._logpush.destination import DESTINATION_PARTS
from .._logpush.job_options import JOB_DEFAULTS, LAYER_SPEC, mask_layers
from .._logpush.job_request import JobRequest, job_request
from .._splunk.hec_request import COLLECTOR_VARIABLES, collector_of

ZONE_SPEC: dict[str, t.Any] = {
    **SCOPE_SPEC,
    "zone_name": dict(type="str"),
    "zone_account_id": dict(type="str"),
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

Layer = t.Mapping[str, t.Any]
Environment = t.Mapping[str, str]


class RequestedJob(t.NamedTuple):
    """A requested job, or the error in its options.

    ``position`` is the index of its zone and its own index there. ``zone`` are the options that name the zone, and
    ``label`` has the dataset, name and ID that the options give, for the row of a result.
    """

    position: tuple[int, int]
    zone: dict[str, t.Any]
    label: dict[str, t.Any]
    request: JobRequest | None = None
    error: CollectionError | None = None


class RequestedScope(t.NamedTuple):
    """The jobs that are requested for one scope. ``zone`` are the options that name it; ``located`` is the scope, once it is
    found."""

    zone: dict[str, t.Any]
    jobs: list[RequestedJob]
    located: LocatedScope = LocatedScope()

    @property
    def end(self) -> tuple[int, int]:
        """The position after the last requested job, for rows of unrequested jobs."""
        zone_number, job_number = self.jobs[-1].position
        return zone_number, job_number + 1


class RolloutRequest(t.NamedTuple):
    """The complete request of a rollout. ``zones`` counts the entries of C(zones). With ``prune``, unrequested jobs are
    deleted, except those in ``elsewhere``, which inventory hosts outside this run request."""

    scopes: list[RequestedScope]
    zones: int
    prune: bool = False
    elsewhere: t.Sequence[RequestedScope] = ()
    max_failures: int | None = None
    check_duplicates: bool = False
    expected_plan: str | None = None


def parse_rollout(
    options: Layer, environment: Environment, mask: SecretMask, *, check_mode: bool = False
) -> RolloutRequest:
    """Return what checked options request. A wrong option of one job becomes the error of that job; any other mistake raises
    OptionError."""
    mask_layers(options, mask)
    max_failures = options.get("max_failures")
    if (max_failures or 0) < 0:
        raise OptionError("max_failures", "must be 0 or more. Omit it to continue past every failure")
    if not check_mode:
        _check_confirmed(options)

    def requested(zones: t.Iterable[Layer]) -> list[RequestedScope]:
        return [_requested_scope(number, zone, options, environment, mask) for number, zone in enumerate(zones)]

    scopes = requested(options["zones"])
    elsewhere: list[RequestedScope] = []
    prune = bool(options.get("prune")) and not _only_disables(options)
    if prune:
        _check_prune(scopes)
        elsewhere = [
            scope for scope in requested(options.get("other_zones") or []) if scope.jobs or scope.located.error
        ]
    return RolloutRequest(
        [scope for scope in scopes if scope.jobs],
        len(scopes),
        prune,
        elsewhere,
        max_failures,
        bool(options.get("check_duplicates")),
        options.get("expected_plan"),
    )


def locate_requests(
    scopes: t.Sequence[RequestedScope],
    locate: t.Callable[[t.Sequence[t.Mapping[str, t.Any]]], list[LocatedScope]],
) -> list[RequestedScope]:
    """Return the requested scopes with the zones or accounts that were found, in order. Entries for the same zone or account
    become one. ``locate`` returns the scope of each zone; it is not called for a zone that is known to be unusable.
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

    Sub-options of C(output_options) are layered one by one. A complete destination string replaces all parts of a
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
    """Return the options of a job with the endpoint and the HEC token that the environment adds to them. An option that is
    given wins, and so does a complete destination string. Nothing is added to a job that is disabled or removed, because it
    would be written (see C(request_of))."""
    completed = dict(options)
    if not _switches_off(completed) and not completed.get("destination_conf"):
        for option, variable in COLLECTOR_VARIABLES.items():
            if option in completed and not completed[option]:
                completed[option] = environment.get(variable) or None
    return completed


def request_of(options: Layer, environment: Environment) -> JobRequest:
    """Return the request of a job that options and the environment describe. Raises OptionError. A value from the
    environment counts like an option. For a job to be removed or disabled, the endpoint only selects the job.
    """
    request = job_request(with_collector(options, environment))
    endpoint = environment.get(COLLECTOR_VARIABLES["endpoint"])
    if _switches_off(options) and endpoint and request.collector is None:
        return request._replace(selected_collector=collector_of(endpoint))
    return request


def _switches_off(options: Layer) -> bool:
    return options.get("state") == "absent" or options.get("enabled") is False


def _requested_scope(
    number: int, zone: Layer, options: Layer, environment: Environment, mask: SecretMask
) -> RequestedScope:
    named = {key: zone[key] for key in ("host", *SCOPES, "zone_name", "zone_account_id") if zone.get(key)}
    defaults, overrides = options.get("job_defaults") or {}, options.get("job_overrides") or {}
    zone_layer = {key: value for key, value in zone.items() if key in LAYER_SPEC}
    jobs = []
    for index, job in enumerate(_jobs_of(zone, options)):
        layered = layered_options(defaults, zone_layer, job, overrides)
        # The environment may add a token.
        mask_layers(with_collector(layered, environment), mask)
        request = functools.partial(_request_in_rollout, layered, environment, options)
        jobs.append(_requested_job((number, index), named, layered, request))
    problem = CollectionError(zone["problem"]) if zone.get("problem") else None
    return RequestedScope(named, _with_ambiguous_refused(jobs), LocatedScope(error=problem))


def _jobs_of(zone: Layer, options: Layer) -> t.Sequence[Layer]:
    """Return the layers of the jobs of a zone: its own, otherwise those of all zones, otherwise one with the defaults."""
    for jobs in (zone.get("jobs"), options.get("jobs")):
        if jobs is not None:
            return t.cast("t.Sequence[Layer]", jobs)
    return [{}]


def _request_in_rollout(layered: Layer, environment: Environment, options: Layer) -> JobRequest:
    """Return the request of one job. Raises OptionError. If the overrides disable jobs and create none, the other options
    only select the jobs, and nothing else about them changes."""
    only_enabled = _only_disables(options)
    request = request_of(layered, environment)._replace(create=options.get("create", True), only_enabled=only_enabled)
    return request._replace(state="present") if only_enabled else request


def _only_disables(options: Layer) -> bool:
    """Return whether a run only disables jobs: it removes no job and changes nothing else."""
    return not options.get("create", True) and (options.get("job_overrides") or {}).get("enabled") is False


def _requested_job(
    position: tuple[int, int], zone: dict[str, t.Any], options: Layer, request: t.Callable[[], JobRequest]
) -> RequestedJob:
    label = {key: options.get(key) for key in ("dataset", "name", "job_id")}
    try:
        return RequestedJob(position, zone, label, request())
    except Exception as error:
        return RequestedJob(position, zone, label, error=as_reported(error))


def _with_ambiguous_refused(jobs: list[RequestedJob]) -> list[RequestedJob]:
    """Return requested jobs, with an error in place of each request that can refer to the same job as another one: two with
    the same ID, or two with the same dataset whose names do not distinguish them."""
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


def _check_prune(scopes: t.Iterable[RequestedScope]) -> None:
    """Check that at least one job names a collector to prune. Raises OptionError."""
    if not any(job.request and job.request.collector for scope in scopes for job in scope.jobs):
        raise OptionError(
            "prune", "needs the endpoint of the jobs to know which other jobs to delete; no endpoint is set"
        )


def _check_confirmed(options: Layer) -> None:
    """Check that the removal of the jobs of many zones is confirmed. Raises OptionError."""
    if options.get("confirmed") is False and (options.get("job_overrides") or {}).get("state") == "absent":
        raise OptionError(
            "confirmed",
            f"is false, so the jobs of {len(options['zones'])} zones are not removed. For the remove playbook, set "
            "logpush_remove_confirmed=true to confirm. Run it with --check first to see what it would remove",
        )
