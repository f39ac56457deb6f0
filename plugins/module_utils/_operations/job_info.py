# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the Splunk jobs of one or many scopes, and the fields that a dataset offers."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.locate import locate_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import LocatedScope, check_scope, scope_options
from .._core.errors import CollectionError, OptionError
from .._core.report import counted_scopes
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import HEALTHS, dataset_of, is_splunk_job, masked_reports, public_job
from .._logpush.job_options import checked_dataset, mask_layers
from .results import Row, scope_columns
from .sweep import Sweep


class _ScopeJobs(t.NamedTuple):
    """The jobs of one scope in the form of a result, or the error if they cannot be read."""

    jobs: list[Row]
    error: CollectionError | None = None


def show_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_job_info) with its checked options and return its result. Raises CollectionError."""
    options = with_credentials(options)
    mask_layers(options, context.mask)
    zones = requested_scopes(options)
    sweep = Sweep(options, context)
    located = sweep.locate(zones)
    reader = sweep.client.reader()
    seen = sweep.read_each(
        located,
        lambda scope: _read(reader, scope, options, context.mask.part()),
        lambda scope, error: _ScopeJobs([], error),
    )
    jobs = [job for scope in seen for job in scope.jobs]
    result = {"changed": False, "jobs": jobs, "summary": _summary(jobs)}
    return with_unread_scopes(result, zones, [scope.error for scope in seen], options)


def show_fields(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(logpush_dataset_fields_info) with its checked options and return its result. Raises
    CollectionError."""
    options = with_credentials(options)
    check_scope(options)
    dataset = checked_dataset(options["dataset"])
    client = cloudflare_client(options, context.mask).reader()
    fields = client.dataset_fields(locate_scope(client, options).found(), dataset)
    return {"changed": False, "dataset": dataset, "fields": fields, "names": sorted(fields)}


def _summary(jobs: t.Sequence[Row]) -> dict[str, int]:
    return {"jobs": len(jobs), **{health: sum(job["health"] == health for job in jobs) for health in HEALTHS}}


def requested_scopes(options: Options) -> list[dict[str, str]]:
    """Return the requested scopes, each as a mapping with one scope option, and with the name and the account of the zone if
    they are given. Raises OptionError."""
    if options.get("zones") is None:
        check_scope(options)
        return [scope_options(options)]
    if scope_options(options):
        raise OptionError("zones", "cannot be combined with zone_id, zone or account_id")
    zones = [{**scope_options(zone), **_known_of(zone)} for zone in options["zones"]]
    for zone in zones:
        check_scope(zone)
    return zones


def _known_of(zone: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return what an entry of C(zones) says about its zone besides its ID."""
    return {key: str(zone[key]) for key in ("zone_name", "zone_account_id") if zone.get(key)}


def with_unread_scopes(
    result: dict[str, t.Any],
    zones: t.Sequence[t.Mapping[str, str]],
    errors: t.Sequence[CollectionError | None],
    options: Options,
) -> dict[str, t.Any]:
    """Return the result of a module that lists the jobs of scopes; it failed if the jobs of some scopes cannot be listed.
    ``errors`` has the error of each scope. Raises that of the only scope."""
    failures = [{**zone, "msg": str(error)} for zone, error in zip(zones, errors) if error]
    if not failures:
        return result
    if options.get("zones") is None or len(zones) == 1:
        raise next(error for error in errors if error)
    msg = f"{len(failures)} of {counted_scopes(len(zones), zones)} could not be read. {summarize_failures(failures)}"
    return {**result, "failed": True, "failures": failures, "msg": msg}


def _read(client: CloudflareReader, located: LocatedScope, options: Options, mask: SecretMask) -> _ScopeJobs:
    try:
        jobs = masked_reports(client.masked_by(mask).jobs(located.found()), mask)
    except CollectionError as error:
        return _ScopeJobs([], error)
    shown = [
        mask.value({**scope_columns({}, located), **public_job(job)})
        for job in jobs
        if is_splunk_job(job)
        and options.get("dataset") in (None, dataset_of(job))
        and options.get("name") in (None, job.get("name") or "")
    ]
    return _ScopeJobs(shown)
