# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.
"""The jobs of one or many scopes as they are: read and shown, never changed."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils import _jobs as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._arguments import (
    check_scope,
    cloudflare_client,
    find_scope,
    with_environment,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import Cloudflare, Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import SCOPE_SPEC
from ansible_collections.edgeops.logpush.plugins.module_utils._secrets import SecretMask

HEALTHS = ("delivering", "pending", "failing", "disabled", "auto_disabled")


def show_jobs(options: t.Mapping[str, t.Any], check_mode: bool, mask: SecretMask) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_job_info) does, and give its result. Raises CollectionError."""
    options = with_environment(options)
    scopes = _scopes(options)
    client = cloudflare_client(options, mask)
    shown = [job for entry in scopes for job in _jobs_of(client, entry, options, mask)]
    counts = {health: sum(job["health"] == health for job in shown) for health in HEALTHS}
    return {"changed": False, "jobs": shown, "summary": {"jobs": len(shown), **counts}}


def _scopes(options: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    """The scopes that are asked for, each as a mapping with one scope option."""
    if options.get("zones") is None:
        check_scope(options)
        return [options]
    if any(options.get(key) for key in ("zone_id", "zone", "account_id")):
        raise OptionError("zones", "cannot go together with zone_id, zone or account_id")
    entries = [{key: str(entry[key]) for key in SCOPE_SPEC if entry.get(key)} for entry in options["zones"]]
    for entry in entries:
        check_scope(entry)
    return entries


def _jobs_of(
    client: Cloudflare, entry: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any], mask: SecretMask
) -> list[dict[str, t.Any]]:
    scope, zone_name = find_scope(client, entry)
    jobs = [job for job in client.jobs(scope) if rules.is_splunk_job(job)]
    mask.learn(*rules.secrets_of(jobs))
    return [
        {**_scope_keys(scope, zone_name), **rules.public_job(job)}
        for job in jobs
        if options.get("dataset") in (None, rules.dataset_of(job))
        and options.get("name") in (None, job.get("name") or "")
    ]


def _scope_keys(scope: Scope, zone_name: str | None) -> dict[str, t.Any]:
    return {
        "zone_id": scope.id if scope.kind == "zones" else None,
        "zone": zone_name,
        "account_id": scope.id if scope.kind == "accounts" else None,
    }
