# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The scopes that the options of an info module name, one or many, and the Splunk jobs in them."""

from __future__ import annotations

import typing as t

from .._cloudflare.scopes import LocatedScope, check_scope, scope_options
from .._core.errors import CollectionError, OptionError
from .._core.report import counted_scopes
from .._core.results import summarize_failures
from .._core.run import Options
from .._core.secrets import SecretMask
from .._logpush.job import Job, is_splunk_job
from .known_jobs import list_jobs
from .sweep import Sweep

# Returns what a module needs of the Splunk jobs of a scope. The mask knows their secrets.
MadeOf = t.Callable[[LocatedScope, t.List[Job], SecretMask], t.List[t.Any]]


class ReadScope(t.NamedTuple):
    """What a module needs of the Splunk jobs of one scope, or the error if they cannot be read. ``zone`` is the scope as the
    options name it."""

    zone: t.Mapping[str, str]
    located: LocatedScope
    found: list[t.Any]
    error: CollectionError | None = None


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


def read_splunk_jobs(
    sweep: Sweep, zones: t.Sequence[t.Mapping[str, str]], mask: SecretMask, made_of: MadeOf
) -> list[ReadScope]:
    """Return what ``made_of`` returns for the Splunk jobs of each scope, in order. An error in one scope is the result of that
    scope alone."""
    reader = sweep.client.reader()

    def read(scope: tuple[t.Mapping[str, str], LocatedScope]) -> ReadScope:
        zone, located = scope
        part = mask.part()
        jobs = [job for job in list_jobs(reader, located.found(), part) if is_splunk_job(job)]
        return ReadScope(zone, located, made_of(located, jobs, part))

    def failed(scope: tuple[t.Mapping[str, str], LocatedScope], error: CollectionError) -> ReadScope:
        return ReadScope(*scope, [], error)

    return sweep.read_each(list(zip(zones, sweep.locate(zones))), read, failed)


def _known_of(zone: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return what an entry of C(zones) says about its zone besides its ID."""
    return {key: str(zone[key]) for key in ("zone_name", "zone_account_id") if zone.get(key)}


def with_unread_scopes(result: dict[str, t.Any], scopes: t.Sequence[ReadScope], options: Options) -> dict[str, t.Any]:
    """Return the result of a module that lists the jobs of scopes; it failed if the jobs of some scopes cannot be listed.
    Raises the error of the only scope."""
    failures = [{**scope.zone, "msg": str(scope.error)} for scope in scopes if scope.error]
    if not failures:
        return result
    if options.get("zones") is None or len(scopes) == 1:
        raise next(scope.error for scope in scopes if scope.error)
    msg = f"{len(failures)} of {counted_scopes(len(scopes), [scope.zone for scope in scopes])} could not be read. {summarize_failures(failures)}"
    return {**result, "failed": True, "failures": failures, "msg": msg}
