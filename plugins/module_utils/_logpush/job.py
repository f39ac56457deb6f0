# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A Logpush job as the API returns it: its parts, its health, and what of it a result may show. Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

from .._core.errors import CollectionError
from .._core.secrets import secrets_in
from . import destination as destinations
from .destination import Destination
from .logpull import legacy_output_options

Job = t.Dict[str, t.Any]


DEFAULT_DATASET = "http_requests"


# Managed as they are: compared and sent under the name that the API gives them.
PLAIN_FIELDS = (
    "enabled",
    "name",
    "kind",
    "frequency",
    "filter_attack_traffic",
    "max_upload_bytes",
    "max_upload_interval_seconds",
    "max_upload_records",
    "transformer_id",
)


def health_of(job: t.Mapping[str, t.Any]) -> str:
    """Return the state of a job in a word.

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
    """Whether a job pushes to a C(splunk://) destination that can be understood."""
    try:
        destination_of(job)
    except CollectionError:
        return False
    return True


def destination_of(job: t.Mapping[str, t.Any]) -> Destination:
    """Return the parsed destination of a job. Raises OptionError where it is not a C(splunk://) one."""
    return destinations.parse(job.get("destination_conf") or "")


def secrets_of(jobs: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the destination strings of jobs of every kind, and the secrets in them: the API returns them all."""
    strings = [job["destination_conf"] for job in jobs if isinstance(job.get("destination_conf"), str)]
    return strings + [secret for string in strings for secret in secrets_in(string)]


def dataset_of(job: t.Mapping[str, t.Any]) -> str:
    """Return the dataset of a job; the API may leave out its default."""
    return job.get("dataset") or DEFAULT_DATASET


def parsed_filter(value: t.Any) -> t.Any:
    """Return a filter as data: None where it lets everything through, the text itself where it is not JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else None
        except ValueError:
            return value
    return None if value in (None, {}, {"where": {}}) else value


def output_options_of(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the output options that a job works with. The API ignores C(logpull_options) where C(output_options) are
    set; a job that only has the old form is read as if it had the new one."""
    given = job.get("output_options")
    options = {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else {}
    return options or legacy_output_options(job.get("logpull_options"))


def definition(job: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What a job is, without what happened to it, as a diff may show it."""
    fields = ("dataset",) + PLAIN_FIELDS + ("logpull_options", "output_options")
    shown = {field: job[field] for field in fields if job.get(field) is not None}
    if parsed_filter(job.get("filter")):
        shown["filter"] = parsed_filter(job["filter"])
    shown["destination"] = destination_of(job).public()
    return shown
