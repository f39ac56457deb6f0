# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The ways to find the events of a job in Splunk, which has no indexed field for the zone. Pure: no I/O.

A job is found by its own C(source) or C(host), otherwise by the field C(ZoneName) of its events. The events of all other jobs
can only be counted together.
"""

from __future__ import annotations

import collections
import typing as t

from .job import dataset_of, destination_of, output_options_of

ZONE_NAME = "ZoneName"
# The datasets of zones whose records have the name of the zone. Those of accounts have records of many zones.
_ZONE_DATASETS_WITH_NAME = ("http_requests",)
_ACCOUNT_DATASETS_WITH_NAME = ("audit_logs_v2", "firewall_events")

YES, NO, MAYBE = "yes", "no", "maybe"
BY_SOURCE, BY_HOST, BY_ZONE_NAME, BY_SUM, NO_WAY = "source", "host", "zone_name", "sum", ""


class TokenContext(t.NamedTuple):
    """What Splunk adds to the events of a HEC token: an index, a source type and a source where the sender names none. ``name``
    is the name of the token. Everything is "" if it is not known. ``assumes_index`` is whether the token sets no index, so that
    the index is the usual default of a server."""

    name: str = ""
    splunk_index: str = ""
    sourcetype: str = ""
    source: str = ""
    assumes_index: bool = False


UNKNOWN_TOKEN = TokenContext()


class EventOrigin(t.NamedTuple):
    """Where the events of a job are in Splunk, and the token that brings them there. ``source`` and ``host`` are those that the
    job itself sets. Everything is "" if it is not known, or not set."""

    splunk_index: str
    sourcetype: str
    token: str
    source: str = ""
    host: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """The index and the source type, by which Splunk always separates events."""
        return self.splunk_index, self.sourcetype

    @property
    def shared(self) -> SharedOrigin:
        """What this job shares with the jobs whose events are counted together with its own."""
        return SharedOrigin(self.splunk_index, self.sourcetype, self.token)


class SharedOrigin(t.NamedTuple):
    """What the jobs of one sum share."""

    splunk_index: str
    sourcetype: str
    token: str

    @property
    def place(self) -> tuple[str, str]:
        """The index and the source type."""
        return self.splunk_index, self.sourcetype


class ComparedJob(t.NamedTuple):
    """A job whose deliveries are compared. ``key`` identifies it. ``zone`` is the name of its zone, "" for a job of an account,
    and None if the name is not known. ``names_zone`` is whether its records have C(ZoneName): C(yes), C(no) or C(maybe).
    ``line_problem`` is the reason why the lines of a batch are not its records, "" if they are. ``collector`` is where the job
    pushes. ``assumes_index`` is as in C(TokenContext)."""

    key: t.Hashable
    zone: str | None
    origin: EventOrigin
    names_zone: str
    line_problem: str
    collector: t.Hashable = ""
    assumes_index: bool = False


class Way(t.NamedTuple):
    """How the events of a job are found: C(source), C(host), C(zone_name), C(sum), or "" if they cannot be counted. ``reason`` is
    why there is no better way."""

    kind: str
    reason: str = ""


def compared_job(
    key: t.Hashable,
    job: t.Mapping[str, t.Any],
    zone: str | None,
    token: TokenContext = UNKNOWN_TOKEN,
    default_index: str = "",
) -> ComparedJob:
    """Return what matters of a job for the comparison. ``token`` is its HEC token, ``default_index`` the index if neither the job
    nor its token sets one. ``zone`` is spelled as in the counts of events. Raises OptionError if the job does not push to a collector."""
    destination = destination_of(job)
    origin = EventOrigin(
        splunk_index=destination.splunk_index or token.splunk_index or default_index,
        sourcetype=destination.sourcetype or token.sourcetype,
        token=token.name,
        source=destination.parameter("source") or "",
        host=destination.parameter("host") or "",
    )
    names = names_zone(job, is_zone=bool(zone))
    assumes_index = token.assumes_index and not destination.splunk_index
    return ComparedJob(key, zone, origin, names, line_problem(job), destination.collector, assumes_index)


def names_zone(job: t.Mapping[str, t.Any], *, is_zone: bool) -> str:
    """Return whether Splunk finds C(ZoneName) in the events of a job. The default fields of a dataset are not known."""
    offered = _ZONE_DATASETS_WITH_NAME if is_zone else _ACCOUNT_DATASETS_WITH_NAME
    if dataset_of(job) not in offered:
        return NO
    options = output_options_of(job)
    is_plain = options.get("output_type") in (None, "", "ndjson") and not any(
        options.get(name) not in (None, default)
        for name, default in (
            ("record_prefix", "{"),
            ("record_suffix", "}\n"),
            ("field_delimiter", ","),
            ("record_template", ""),
        )
    )
    if job.get("transformer_id") or not is_plain or not options.get("field_names"):
        return MAYBE
    return YES if ZONE_NAME in options["field_names"] else NO


def line_problem(job: t.Mapping[str, t.Any]) -> str:
    """Return the reason why the lines of a batch are not its records, "" if they are. Splunk makes an event of each line."""
    options = output_options_of(job)
    if options.get("output_type") == "csv":
        return "output_type is csv, which has lines that are not records"
    for name in ("batch_prefix", "batch_suffix"):
        if str(options.get(name) or "").strip("\r\n"):
            return f"{name} adds a line to each batch"
    template = str(options.get("record_template") or "")
    if "\n" in template.rstrip("\r\n") or "\\n" in template:
        return "record_template has line breaks, so that a record is more than one event"
    suffix = options.get("record_suffix")
    breaks = ("}\n" if suffix is None else str(suffix)) + str(options.get("record_delimiter") or "")
    if "\n" not in breaks:
        return "record_suffix and record_delimiter have no line break, so that a batch is one event"
    inside = str(options.get("record_prefix") or "") + str(options.get("field_delimiter") or "") + breaks.strip("\r\n")
    return "a line break within the records makes several events of each" if "\n" in inside else ""


def ways(jobs: t.Sequence[ComparedJob]) -> dict[t.Hashable, Way]:
    """Return the way to find the events of each job, by its key."""
    sources = collections.Counter((job.origin.place, job.origin.source) for job in jobs)
    hosts = collections.Counter((job.origin.place, job.origin.host) for job in jobs)
    naming = collections.Counter((job.origin.place, job.zone) for job in jobs if job.names_zone != NO)

    def way(job: ComparedJob) -> Way:
        place = job.origin.place
        if job.line_problem:
            return Way(NO_WAY, job.line_problem)
        if not all(place):
            return Way(NO_WAY, _no_place(job.origin))
        if job.origin.source and sources[place, job.origin.source] == 1:
            return Way(BY_SOURCE)
        if job.origin.host and hosts[place, job.origin.host] == 1:
            return Way(BY_HOST)
        if job.names_zone != YES or not job.zone:
            return Way(BY_SUM, _not_by_zone(job))
        if naming[place, job.zone] > 1:
            return Way(
                NO_WAY, f"{naming[place, job.zone]} jobs of the zone have the source type {job.origin.sourcetype}"
            )
        if naming[place, ""]:
            return Way(
                NO_WAY,
                f"a job of an account pushes events with {ZONE_NAME} in the source type {job.origin.sourcetype}, too",
            )
        return Way(BY_ZONE_NAME)

    return {job.key: way(job) for job in jobs}


def value_of(job: ComparedJob, kind: str) -> str:
    """Return what the events of a job have in common that are found by a way of this kind, "" for any other."""
    return {BY_SOURCE: job.origin.source, BY_HOST: job.origin.host, BY_ZONE_NAME: job.zone}.get(kind) or ""


def jobs_by_origin(jobs: t.Iterable[ComparedJob]) -> dict[SharedOrigin, list[ComparedJob]]:
    """Return the jobs whose events can be counted together, by what they share. If the token of one of them is not known, all
    jobs with its index and its source type are counted together."""
    listed = [job for job in jobs if all(job.origin.place)]
    nameless = {job.origin.place for job in listed if not job.origin.token}
    groups: dict[SharedOrigin, list[ComparedJob]] = {}
    for job in listed:
        shared = job.origin.shared
        groups.setdefault(shared._replace(token="") if job.origin.place in nameless else shared, []).append(job)
    return groups


def ways_of_sum(jobs: t.Iterable[ComparedJob], token: TokenContext | None) -> list[tuple[str, str]]:
    """Return how the events of jobs with one token are found together: kinds of ways, each with its value.

    Splunk does not store the token of an event, but the C(source) of the token, unless the job sets its own. If that is not known,
    the events of all tokens are found.
    """
    if token is None or not token.source:
        return [(BY_SUM, "")]
    return [(BY_SOURCE, source) for source in {job.origin.source or token.source for job in jobs}]


def _no_place(origin: EventOrigin) -> str:
    if not origin.splunk_index:
        return (
            "the index of its events is not known: neither the job nor a HEC token that this user can read sets it. Set the "
            "index (splunk_hec_index in the playbook)"
        )
    return "the source type of its events is not known: neither the job nor a HEC token that this user can read sets it"


def _not_by_zone(job: ComparedJob) -> str:
    together = "only the sum of all jobs with its index, source type and HEC token can be compared, because "
    if job.zone is None:
        return (
            f"{together}the name of its zone is not known. Set zone_name in the inventory, or give the API token "
            "the permission Zone Read"
        )
    if not job.zone:
        return f"{together}the events of an account are of many zones"
    if job.names_zone == MAYBE:
        return f"{together}it is not known whether the job pushes {ZONE_NAME}. Add it to output_options.field_names"
    return f"{together}its events have neither a source or host of their own nor the field {ZONE_NAME}"
