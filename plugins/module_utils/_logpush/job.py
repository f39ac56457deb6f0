# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A Logpush job as the API returns it: its parts, its health, and the form in which a result shows it. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from . import destination as destinations
from .destination import Destination
from .filters import parsed_filter
from .job_options import PLAIN_OPTIONS
from .logpull import legacy_output_options

# The meaning of each health, as the end of a sentence.
HEALTH_MEANINGS = {
    "delivering": "the last push succeeded",
    "pending": "the job is enabled and has never pushed",
    "failing": "the last push failed",
    "disabled": "the job is disabled",
    "auto_disabled": "Cloudflare disabled the job after a day of failures",
}
_LABELS = {"auto_disabled": "auto-disabled", "none": "no job", "opentelemetry": "OpenTelemetry"}
DEFAULT_DATASET = "http_requests"
HEALTHS = tuple(HEALTH_MEANINGS)


class Job(t.TypedDict, total=False):
    """A job in the form of the API (U(https://developers.cloudflare.com/api/resources/logpush/subresources/jobs/)). The API
    omits unset fields."""

    id: int
    dataset: str
    name: str
    enabled: bool
    destination_conf: str
    kind: str
    frequency: str
    filter: str
    filter_attack_traffic: bool
    output_options: dict[str, t.Any]
    logpull_options: str
    max_upload_bytes: int
    max_upload_interval_seconds: int
    max_upload_records: int
    transformer_id: int
    # Not documented.
    time_created: str
    last_complete: str
    last_error: str
    error_message: str


def label(name: str) -> str:
    """Return a health, a state or a kind of finding as a reader sees it, such as C(no job) for C(no_job)."""
    return _LABELS.get(name, name.replace("_", " "))


def health_of(job: t.Mapping[str, t.Any]) -> str:
    """Return the state of a job as one word of C(HEALTHS).

    The API sets ``last_error`` and ``error_message`` while a job fails and clears both with the next success. It
    disables a job after 24 hours of failures and leaves them set.
    """
    failing = bool(job.get("last_error") or job.get("error_message"))
    if not job.get("enabled"):
        return "auto_disabled" if failing else "disabled"
    if failing:
        return "failing"
    return "delivering" if job.get("last_complete") else "pending"


def public_job(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a job as a result may show it: its destination in parts instead of the string, and its health."""
    shown = {key: value for key, value in job.items() if key not in ("destination_conf", "ownership_challenge")}
    if is_splunk_job(job):
        shown["destination"] = destination_of(job).public()
    shown["health"] = health_of(job)
    return shown


def is_splunk_job(job: t.Mapping[str, t.Any]) -> bool:
    """Return whether a job pushes to a collector: to a C(splunk://) destination that can be parsed, or to the C(https://)
    address of a collector."""
    try:
        destination_of(job)
    except CollectionError:
        return False
    return True


def destination_of(job: t.Mapping[str, t.Any]) -> Destination:
    """Return the parsed destination of a job. Raises OptionError if it is not at a collector."""
    destination_conf = job.get("destination_conf")
    return destinations.parse_observed(destination_conf if isinstance(destination_conf, str) else "")


def masked_reports(jobs: t.Iterable[t.Mapping[str, t.Any]], mask: SecretMask) -> list[Job]:
    """Return jobs as the API lists them, with known secrets masked in the error messages, which quote the collector."""
    listed = list(jobs)
    mask.publish(*(job.get("name") for job in listed))
    return [t.cast(Job, _with_masked_report(job, mask)) for job in listed]


def _with_masked_report(job: t.Mapping[str, t.Any], mask: SecretMask) -> t.Mapping[str, t.Any]:
    message = job.get("error_message")
    return {**job, "error_message": mask.quoted(message)} if message else job


def dataset_of(job: t.Mapping[str, t.Any]) -> str:
    """Return the dataset of a job; the API may leave out its default."""
    return str(job.get("dataset") or DEFAULT_DATASET)


def output_options_of(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the output options that a job works with. The API ignores C(logpull_options) if C(output_options) are set; a
    job that only has the old form is treated as if it had the new one."""
    given = job.get("output_options")
    options = {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else {}
    return options or legacy_output_options(job.get("logpull_options"))


def definition(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the definition of a job for a diff, without its state."""
    fields = ["dataset", *(option.field for option in PLAIN_OPTIONS), "logpull_options", "output_options"]
    shown = {field: job[field] for field in fields if job.get(field) is not None}
    if parsed_filter(job.get("filter")):
        shown["filter"] = parsed_filter(job["filter"])
    shown["destination"] = destination_of(job).public()
    return shown
