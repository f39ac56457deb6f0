# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The jobs of one or many scopes and the fields of their datasets as they are: read and shown, never changed."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import Cloudflare
from .._cloudflare.locate import find_scope
from .._cloudflare.options import cloudflare_client, with_credentials
from .._cloudflare.scopes import SCOPE_SPEC, SCOPES, Found, Scope, check_scope
from .._core.errors import CollectionError, OptionError
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import dataset_of, is_splunk_job, public_job, secrets_of
from .._logpush.job_options import checked_dataset, mask_zones
from .sweep import Sweep

HEALTHS = ("delivering", "pending", "failing", "disabled", "auto_disabled")


def show_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_job_info) does, and give its result. Raises CollectionError."""
    options = with_credentials(options)
    mask_zones(options.get("zones"), context.mask)
    entries = _entries(options)
    sweep = Sweep(options, context.mask)
    found = sweep.find(entries)
    seen = sweep.look_at(found, lambda scope: _look(sweep.client, scope, options, context.mask.part()))
    jobs = [job for shown in seen if not isinstance(shown, CollectionError) for job in shown]
    result = {"changed": False, "jobs": jobs, "summary": _summary(jobs)}
    failed = [(entry, shown) for entry, shown in zip(entries, seen) if isinstance(shown, CollectionError)]
    if not failed:
        return result
    if len(entries) == 1:
        raise failed[0][1]
    failures = [{**{key: entry[key] for key in SCOPES if entry.get(key)}, "msg": str(error)} for entry, error in failed]
    msg = f"{len(failures)} of {len(entries)} zones and accounts could not be looked at. {summarize_failures(failures)}"
    return {**result, "failed": True, "failures": failures, "msg": msg}


def show_fields(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(logpush_dataset_fields_info) does, and give its result. Raises CollectionError."""
    options = with_credentials(options)
    check_scope(options)
    dataset = checked_dataset(options["dataset"])
    client = cloudflare_client(options, context.mask)
    scope, dummy = find_scope(client, options)
    fields = client.dataset_fields(scope, dataset)
    return {"changed": False, "dataset": dataset, "fields": fields, "names": sorted(fields)}


def _summary(jobs: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, int]:
    return {"jobs": len(jobs), **{health: sum(job["health"] == health for job in jobs) for health in HEALTHS}}


def _entries(options: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    """The scopes that are asked for, each as a mapping with one scope option."""
    if options.get("zones") is None:
        check_scope(options)
        return [options]
    if any(options.get(key) for key in SCOPES):
        raise OptionError("zones", "cannot go together with zone_id, zone or account_id")
    entries = [{key: str(entry[key]) for key in SCOPE_SPEC if entry.get(key)} for entry in options["zones"]]
    for entry in entries:
        check_scope(entry)
    return entries


def _look(
    client: Cloudflare, found: Found | CollectionError, options: t.Mapping[str, t.Any], mask: SecretMask
) -> list[dict[str, t.Any]] | CollectionError:
    """The jobs of one scope, as a result may show them, or why they cannot be seen."""
    if isinstance(found, CollectionError):
        return found
    scope, zone_name = found
    try:
        jobs = client.jobs(scope)
    except CollectionError as error:
        return error
    mask.learn(*secrets_of(jobs))
    return [
        mask.value({**_scope_keys(scope, zone_name), **public_job(job)})
        for job in jobs
        if is_splunk_job(job)
        and options.get("dataset") in (None, dataset_of(job))
        and options.get("name") in (None, job.get("name") or "")
    ]


def _scope_keys(scope: Scope, zone_name: str | None) -> dict[str, t.Any]:
    return {
        "zone_id": scope.id if scope.kind == "zones" else None,
        "zone": zone_name,
        "account_id": scope.id if scope.kind == "accounts" else None,
    }
