# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the jobs to export, scope by scope: from Cloudflare, or from Terraform and Cloudflare."""

from __future__ import annotations

import typing as t

from .._cloudflare.client import CloudflareReader
from .._cloudflare.options import with_credentials
from .._cloudflare.scopes import LocatedScope, Scope, scope_by_id, scope_options
from .._cloudflare.zones import host_names, zone_variables
from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .._logpush.job import Job, is_splunk_job
from .._operations.sweep import Sweep
from .terraform_input import read_terraform
from .terraform_job import Resource
from .variables import Preface

Entry = t.Mapping[str, t.Any]


class ListedJobs(t.NamedTuple):
    """The jobs of one scope and the host that represents it, or the error why they could not be read. C(actual) are all jobs
    of the scope as Cloudflare lists them, None if they are not known. C(is_complete) is true if the jobs have no part that
    C(jobs) do not contain.
    """

    host: str
    scope: Scope | None
    zone_name: str | None
    jobs: list[Job]
    error: str = ""
    actual: list[Job] | None = None
    is_complete: bool = True


class Source(t.NamedTuple):
    """All scopes that were read, and remarks about them."""

    scopes: list[ListedJobs]
    preface: Preface = Preface()


class Look(t.NamedTuple):
    """Cloudflare's data about one scope. C(remark) is the reason why something is not known."""

    zone: dict[str, str] | None = None
    jobs: list[Job] | None = None
    remark: str = ""


def read_cloudflare(options: Options, context: RunContext) -> Source:
    """Return the jobs of all scopes as Cloudflare lists them."""
    sweep = Sweep(with_credentials(options), context)
    reader = sweep.client.reader()

    def read(entry_and_scope: tuple[Entry, LocatedScope]) -> ListedJobs:
        entry, located = entry_and_scope
        jobs = t.cast("list[Job]", reader.jobs(located.found()))
        return ListedJobs(_host_of(entry), located.scope, located.zone_name, jobs, actual=jobs)

    def unreadable(entry_and_scope: tuple[Entry, LocatedScope], error: CollectionError) -> ListedJobs:
        entry, located = entry_and_scope
        return ListedJobs(_host_of(entry), located.scope, located.zone_name, [], str(error))

    return Source(sweep.read_each(list(zip(options["zones"], sweep.locate(options["zones"]))), read, unreadable))


def _host_of(entry: Entry) -> str:
    return str(entry.get("host") or next(iter(scope_options(entry).values()), "an entry of zones"))


def read_terraform_scopes(options: Options, context: RunContext) -> Source:
    """Return the jobs in Terraform's files by scope. With credentials, the names of the zones, values that the files do not
    contain, and the current jobs are read from Cloudflare. Raises CollectionError."""
    source = read_terraform(options["terraform"])
    left_out: list[str] = []
    by_scope: dict[Scope, list[Resource]] = {}
    for resource in source.resources:
        if resource.problem or resource.scope is None:
            left_out.append(f"{resource.address} {resource.problem}")
        elif not is_splunk_job(resource.job):
            left_out.append(f"{resource.address} does not push to Splunk")
        else:
            by_scope.setdefault(resource.scope, []).append(resource)
    entries = _entries_by_scope(options["zones"])
    looks = _looks(by_scope, entries, options, context)
    remarks = [*source.remarks, *(context.mask.text(look.remark) for look in looks.values() if look.remark)]
    names = _host_names(by_scope, entries, looks)
    scopes = []
    for scope, resources in by_scope.items():
        look = looks.get(scope, Look())
        completed = _without_repeated([_completed(resource, look.jobs) for resource in resources])
        left_out += [f"{resource.address} {resource.problem}" for resource in completed if resource.problem]
        exported = [resource for resource in completed if not resource.problem]
        remarks += [f"{resource.address}: {remark}" for resource in exported for remark in resource.remarks]
        if exported:
            jobs = [t.cast(Job, resource.job) for resource in exported]
            is_complete = not any(resource.is_configuration for resource in exported)
            zone_name = entries.get(scope, {}).get("zone_name") or (look.zone or {}).get("zone_name")
            scopes.append(ListedJobs(names[scope], scope, zone_name, jobs, "", look.jobs, is_complete))
    return Source(scopes, Preface(f"Terraform: {source.kind}", left_out, remarks))


def _entries_by_scope(zones: t.Iterable[Entry]) -> dict[Scope, Entry]:
    """Return the entries of C(zones) that have the ID of a zone or account. They represent that scope."""
    entries: dict[Scope, Entry] = {}
    for entry in zones:
        scope = scope_by_id(entry)
        if scope and not entry.get("problem"):
            entries.setdefault(scope, entry)
    return entries


def _looks(
    scopes: t.Iterable[Scope], entries: t.Mapping[Scope, Entry], options: Options, context: RunContext
) -> dict[Scope, Look]:
    """Return Cloudflare's data about each scope; nothing without credentials."""
    given = with_credentials(options)
    if not any(given.get(key) for key in ("api_token", "api_email", "api_key")):
        return {}
    sweep = Sweep(given, context)
    reader = sweep.client.reader()
    wanted = list(scopes)
    looks = sweep.read_each(
        wanted,
        lambda scope: _look(reader, scope, entries.get(scope, {})),
        lambda scope, error: Look(remark=f"{scope} was not compared with Cloudflare: {error}"),
    )
    return dict(zip(wanted, looks))


def _look(reader: CloudflareReader, scope: Scope, entry: Entry) -> Look:
    look = Look()
    try:
        look = look._replace(jobs=t.cast("t.List[Job]", reader.jobs(scope)))
        if scope.kind == "zones" and not entry.get("host"):
            look = look._replace(zone=zone_variables({"id": scope.id, **reader.zone(scope.id)}))
    except CollectionError as error:
        missing = "named by its domain" if look.jobs is not None else "compared with Cloudflare"
        look = look._replace(remark=f"{scope} is not {missing}: {error}")
    return look


def _host_names(
    scopes: t.Iterable[Scope], entries: t.Mapping[Scope, Entry], looks: t.Mapping[Scope, Look]
) -> dict[Scope, str]:
    """Return the host of each scope: that of the inventory, otherwise the domain of a zone, otherwise the ID."""
    wanted = list(scopes)
    names = {scope: str(entries.get(scope, {}).get("host") or scope.id) for scope in wanted}
    occupied = {name: scope.id for scope, name in names.items()}
    named = {
        scope: zone
        for scope in wanted
        for zone in [looks.get(scope, Look()).zone]
        if zone and names[scope] == scope.id and zone["zone_name"]
    }
    return {**names, **dict(zip(named, host_names(list(named.values()), occupied)))}


def _without_repeated(resources: t.Sequence[Resource]) -> list[Resource]:
    """Return the resources of one scope without repetitions: of several resources with the same ID, the first is
    exported."""
    first: dict[t.Any, Resource] = {}
    checked = []
    for resource in resources:
        number = None if resource.problem else resource.job.get("id")
        other = first.setdefault(number, resource)
        is_repeated = number is not None and other is not resource
        checked.append(
            resource._replace(problem=f"is job {number}, and so is {other.address}") if is_repeated else resource
        )
    return checked


def _completed(resource: Resource, actual: t.Sequence[Job] | None) -> Resource:
    """Return a job completed with values from the job with its ID at Cloudflare, or the reason why it cannot be used: an
    absent value does not mean the default."""
    job = dict(resource.job)
    missing = [field for field in ("dataset", "enabled") if job.get(field) in (None, "")]
    if not missing:
        return resource
    found = next((each for each in actual or () if job.get("id") and each.get("id") == job["id"]), None)
    known = t.cast("dict[str, t.Any]", found or {})
    still_missing = [field for field in missing if known.get(field) in (None, "")]
    if still_missing == ["enabled"] and resource.is_configuration:
        remark = "enabled is not set, which Terraform treats as false"
        return resource._replace(
            job={**job, "enabled": False, **{field: known[field] for field in missing if field in known}},
            remarks=(*resource.remarks, remark),
        )
    if still_missing:
        return resource._replace(problem=f"has no {still_missing[0]}, and {_not_looked_up(job, actual)}")
    return resource._replace(job={**job, **{field: known[field] for field in missing}})


def _not_looked_up(job: t.Mapping[str, t.Any], actual: t.Sequence[Job] | None) -> str:
    if actual is None:
        return "it was not looked up at Cloudflare, which needs an API token that may list the jobs"
    if not job.get("id"):
        return "no ID by which it can be looked up"
    return f"Cloudflare lists no job {job['id']} with one there"
