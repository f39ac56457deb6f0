# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting until jobs deliver: of many scopes at once, with one list for each look at a scope that is not done yet."""

from __future__ import annotations

import re
import typing as t

from .._cloudflare.client import ApiError, Cloudflare
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import SCOPES, Found
from .._core.errors import CollectionError, OptionError
from .._core.results import summarize_failures
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import Job, dataset_of, health_of, is_splunk_job, secrets_of
from .._logpush.job_options import mask_zones
from .sweep import Sweep

Entry = t.Dict[str, t.Any]

# What an entry of the result says of where a job is and which one it is.
_IDENTITY = ("host", *SCOPES, "dataset", "name", "job_id")
_NOT_THERE = ("deleted", "disabled", "failed")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class _Scope:
    """A scope that is watched: what is asked of it, and what was seen last. ``wanted`` are entries by job id, None for
    every job that is there."""

    def __init__(
        self, given: t.Mapping[str, t.Any], found: Found | CollectionError, wanted: dict[int, Entry] | None
    ) -> None:
        self.given = given
        self.found = found
        self.wanted = wanted
        self.entries: list[Entry] = []
        self.is_done = False


def wait_for_deliveries(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_verify) does, and give its result. ``progress`` is kept up to date for somebody
    who watches. Raises CollectionError."""
    options = with_credentials(options)
    mask_zones(options.get("zones"), context.mask)
    _check(options)
    sweep = Sweep(options, context.mask, context.progress, context.clock)
    scopes = _scopes(sweep, options)
    sweep.begin(len(scopes))
    began = context.clock.now()
    while True:
        pending = [scope for scope in scopes if not scope.is_done]
        sweep.look_at(
            pending, lambda scope: _look(sweep.client, scope, options.get("since") or "", context.mask.part())
        )
        for scope in pending:
            if scope.is_done:
                sweep.advance(scope.entries)
        left = began + options["wait_timeout"] - context.clock.now()
        if left <= 0 or all(scope.is_done for scope in scopes):
            break
        context.clock.sleep(min(options["interval"], left))
    entries = [entry for scope in scopes for entry in scope.entries]
    return _result(entries, sweep.figures())


def _check(options: t.Mapping[str, t.Any]) -> None:
    if (options.get("jobs") is None) == (options.get("zones") is None):
        raise OptionError("jobs, zones", "exactly one of them must be set")
    if options["wait_timeout"] < 0:
        raise OptionError("wait_timeout", "must be 0 or more seconds; 0 looks once")
    if options["interval"] < 1:
        raise OptionError("interval", "must be at least 1 second")
    if options.get("since") and not _TIME.fullmatch(options["since"]):
        raise OptionError("since", "must be a time in UTC in the form 2026-11-22T10:00:00Z")


def _scopes(sweep: Sweep, options: t.Mapping[str, t.Any]) -> list[_Scope]:
    if options.get("zones") is not None:
        zones = options["zones"]
        return [_Scope(zone, found, None) for zone, found in zip(zones, sweep.find(zones))]
    jobs = [job for job in options["jobs"] if job.get("job_id") and job.get("action") not in _NOT_THERE]
    # Of a zone that has both, the id is the surer one.
    named = [{key: job[key] for key in ("account_id", "zone_id", "zone") if job.get(key)} for job in jobs]
    named = [dict([next(iter(entry.items()))]) if entry else {} for entry in named]
    scopes: dict[t.Any, _Scope] = {}
    for job, found in zip(jobs, sweep.find(named)):
        key = found[0] if isinstance(found, tuple) else (job.get("zone"), job.get("zone_id"), job.get("account_id"))
        scope = scopes.setdefault(key, _Scope(job, found, {}))
        t.cast(t.Dict[int, Entry], scope.wanted)[int(job["job_id"])] = job
    return list(scopes.values())


def _look(client: Cloudflare, scope: _Scope, since: str, mask: SecretMask) -> None:
    """See how the jobs of a scope are now."""
    try:
        if isinstance(scope.found, CollectionError):
            raise scope.found
        jobs = [job for job in client.jobs(scope.found[0]) if is_splunk_job(job)]
    except CollectionError as error:
        # What is refused will be refused again. What went wrong on the way may go right the next time.
        scope.is_done = not isinstance(error, ApiError) or error.status < 500
        wanted = list((scope.wanted or {}).values()) or [dict(scope.given)]
        scope.entries = [
            _entry(scope, entry, None, f"cannot be looked at: {mask.text(str(error))}") for entry in wanted
        ]
        return
    mask.learn(*secrets_of(jobs))
    if scope.wanted is None:
        verdicts = [_verdict(scope, {}, job, "") for job in jobs if health_of(job) != "disabled"]
    else:
        by_id = {job.get("id"): job for job in jobs}
        verdicts = [
            _verdict(scope, entry, by_id.get(job_id), since if entry.get("changed") else "")
            for job_id, entry in scope.wanted.items()
            # One that is switched off now was to be off.
            if job_id not in by_id or by_id[job_id].get("enabled")
        ]
    scope.entries = [mask.value(verdict) for verdict in verdicts]
    scope.is_done = not any(verdict["failed"] for verdict in verdicts)


def _verdict(scope: _Scope, wanted: Entry, job: Job | None, since: str) -> Entry:
    if job is None:
        return _entry(scope, wanted, None, "is not there any more")
    health, last = health_of(job), job.get("last_complete")
    if health == "delivering" and str(last) >= since:
        return _entry(scope, wanted, job, "")
    return _entry(scope, wanted, job, f"is {health}, last delivery {last or 'never'}{_reason(job)}")


def _reason(job: Job) -> str:
    return f": {job['error_message']}" if job.get("error_message") else ""


def _entry(scope: _Scope, wanted: Entry, job: Job | None, problem: str) -> Entry:
    where, name = scope.found if isinstance(scope.found, tuple) else (None, None)
    seen = job or {}
    known = {
        "zone_id": where.id if where and where.kind == "zones" else None,
        "zone": name,
        "dataset": dataset_of(seen) if job else None,
        "name": seen.get("name"),
        "job_id": seen.get("id"),
    }
    identity = {key: known.get(key) or wanted.get(key) or scope.given.get(key) for key in _IDENTITY}
    return {
        **{key: value for key, value in identity.items() if value is not None or key != "host"},
        "health": health_of(seen) if job else None,
        "last_complete": seen.get("last_complete"),
        "changed": False,
        "failed": bool(problem),
        "msg": problem,
    }


def _result(entries: list[Entry], figures: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    failed = [entry for entry in entries if entry["failed"]]
    summary = {"jobs": len(entries), "delivering": len(entries) - len(failed), "failed": len(failed), **figures}
    result: dict[str, t.Any] = {"changed": False, "results": entries, "summary": summary}
    if failed:
        result.update(
            failed=True, msg=f"{len(failed)} of {len(entries)} jobs do not deliver. {summarize_failures(failed)}"
        )
    return result
