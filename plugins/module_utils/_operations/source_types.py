# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the source types that the jobs of inventory hosts push to a collector with. Pure: no I/O.

A job keeps its source type: here, only the settings of Splunk follow from it.
"""

from __future__ import annotations

import collections
import typing as t

from .._core.results import first_of
from .._logpush import presets
from .._logpush.destination import parse
from .._logpush.host_variables import zone_entry
from .._logpush.job import DEFAULT_DATASET
from .._logpush.job_options import LAYER_SPEC
from .._logpush.logpull import legacy_output_options
from .._logpush.plan import TIMESTAMP_FORMAT_OF_NEW_JOBS
from .._splunk.hec_request import DEFAULT_SOURCETYPE, Collector, collector_of
from .._splunk.logpush_events import FIXED_FORMATS, TIME_FIELDS
from .rollout_request import Layer, layered_options

# The variables of a host that matter. No source type depends on secrets, which may not be known before HEC is provisioned.
SOURCETYPE_VARIABLES = (
    "splunk_logpush_scope",
    "splunk_logpush_jobs",
    "splunk_logpush_datasets",
    "splunk_logpush_endpoint",
    "splunk_logpush_sourcetype",
    "splunk_logpush_state",
    "splunk_logpush_enabled",
)
# A zone or an account, whichever it is.
_ANY_SCOPE = {"zone_id": "any", "account_id": "any"}
_UNIXNANO = "unixnano"


class SourceTypes(t.NamedTuple):
    """The source types as options of C(splunk_sourcetype), each with C(name), C(datasets) and C(timestamp_format), and
    warnings about jobs that cannot share one."""

    entries: list[dict[str, t.Any]]
    warnings: list[str]


class _Use(t.NamedTuple):
    """The events of one job as Splunk gets them. ``form`` is the format of their time."""

    sourcetype: str
    dataset: str
    timestamp_format: str

    @property
    def form(self) -> str:
        return FIXED_FORMATS.get(TIME_FIELDS.get(self.dataset, ""), self.timestamp_format)


def source_types(
    hosts: t.Iterable[str],
    variables: t.Mapping[str, t.Any],
    endpoint: str = "",
    defaults: Layer | None = None,
    overrides: Layer | None = None,
) -> SourceTypes:
    """Return the source types of the jobs that hosts request at the collector of an endpoint, or at any collector if it is "".
    ``defaults`` and ``overrides`` are options below and above those of every job. A host whose variables cannot be used has no
    jobs here: the rollout reports it."""
    collector = collector_of(endpoint) if endpoint else None
    counts: collections.Counter[_Use] = collections.Counter()
    for host in hosts:
        try:
            entry = zone_entry(_known(variables[host]))
            zone = {key: value for key, value in entry.items() if key in LAYER_SPEC}
            layers = [layered_options(defaults or {}, zone, job, overrides or {}) for job in entry["jobs"]]
            counts.update(use for use in (_use(job, collector) for job in layers) if use)
        except Exception:  # Templates raise many kinds of exceptions.
            continue
    return _combined(counts)


def _known(own: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the variables of a host that matter, as far as they are known."""
    known: dict[str, t.Any] = dict(_ANY_SCOPE)
    for name in SOURCETYPE_VARIABLES:
        try:
            known[name] = own.get(name)
        except Exception:  # Templates raise many kinds of exceptions.
            # An endpoint that is not known yet is the one that is being provisioned.
            if name != "splunk_logpush_endpoint":
                raise
    return known


def _use(job: Layer, collector: Collector | None) -> _Use | None:
    """Return how a job is used; None if it does not push JSON to the collector."""
    output = dict(job.get("output_options") or {})
    if job.get("state") == "absent" or job.get("enabled") is False or output.get("output_type") == "csv":
        return None
    dataset = job.get("dataset") or DEFAULT_DATASET
    fields = output.get("field_names") or []
    if job.get("destination_conf"):
        destination = parse(job["destination_conf"])
        sourcetype = destination.sourcetype
        pushes_to: Collector | None = destination.collector
    else:
        sourcetype = job.get("sourcetype") or presets.sourcetype(fields, dataset) or DEFAULT_SOURCETYPE
        pushes_to = collector_of(job["endpoint"]) if job.get("endpoint") else collector
    if not sourcetype or (collector and pushes_to != collector):
        return None
    if job.get("logpull_options"):
        output = {"timestamp_format": _UNIXNANO, **legacy_output_options(job["logpull_options"])}
    return _Use(sourcetype, dataset, output.get("timestamp_format") or TIMESTAMP_FORMAT_OF_NEW_JOBS)


def _combined(counts: t.Mapping[_Use, int]) -> SourceTypes:
    """Return one entry for each source type, for the format of most of its jobs."""
    by_name: dict[str, dict[str, list[_Use]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    unknown = sorted({use.dataset for use in counts if use.dataset not in TIME_FIELDS})
    for use in sorted(counts):
        if use.dataset in TIME_FIELDS:
            by_name[use.sourcetype][use.form].append(use)
    entries, warnings = [], []
    for name, forms in by_name.items():
        jobs = {form: sum(counts[use] for use in uses) for form, uses in forms.items()}
        chosen = max(forms, key=lambda form: jobs[form])
        own_formats = {use.timestamp_format for use in forms[chosen] if use.form == use.timestamp_format}
        datasets = sorted({use.dataset for use in forms[chosen]})
        timestamp_format = next(iter(own_formats), TIMESTAMP_FORMAT_OF_NEW_JOBS)
        entries.append({"name": name, "datasets": datasets, "timestamp_format": timestamp_format})
        warnings += [_different(name, chosen, form, uses) for form, uses in forms.items() if form != chosen]
    if unknown:
        warnings.append(
            f"The field with the time is not known for {first_of(unknown, ', ')}. Add a source type with TIME_PREFIX and "
            "TIME_FORMAT in settings to splunk_hec_sourcetypes"
        )
    return SourceTypes(entries, warnings)


def _different(name: str, chosen: str, form: str, uses: t.Sequence[_Use]) -> str:
    datasets = ", ".join(sorted({use.dataset for use in uses}))
    return (
        f"Jobs of {datasets} push timestamps of the form {form} with source type {name}, but most of its jobs push {chosen}. A "
        f"source type reads only one of them, so the events of the others get wrong times. Use a source type of its own for "
        f"{datasets}, such as {name}:{uses[0].dataset}, or the same timestamp_format"
    )
