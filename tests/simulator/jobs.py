# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of a Logpush job: the content of a request, how it changes a job, and how the job is shown.

From Cloudflare's schema of the Logpush jobs API and its pages "Manage Logpush with cURL" and "Log output options".
"""

from __future__ import annotations

import re
import typing as t

from . import filters
from .datasets import ACCOUNT_DATASETS, DATASETS, ZERO_TRUST_DATASETS, ZONE_DATASETS, fields_of
from .envelope import ApiError, invalid
from .state import ApiToken, Job, State

NUMBERS = {
    "max_upload_bytes": (5_000_000, 1_000_000_000),
    "max_upload_interval_seconds": (30, 300),
    "max_upload_records": (1_000, 1_000_000),
    "transformer_id": (1, 2**63 - 1),
}
TIMESTAMP_FORMATS = ("unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns")
ATTACK_DATASETS = ("http_requests", "firewall_events", "network_analytics_logs")
TEXTS = {  # the longest accepted text, and the pattern of its characters
    "dataset": (256, r"^[a-zA-Z0-9_\-]*$"),
    "destination_conf": (4096, None),
    "filter": (filters.MAX_BYTES, None),
    "frequency": (8, r"^(high|low)$"),
    "kind": (8, r"^(edge)?$"),
    "logpull_options": (4096, None),
    "name": (512, r"^[a-zA-Z0-9\._-]*$"),
    "ownership_challenge": (4096, r"^[a-zA-Z0-9/\+\._-]*$"),
}
FLAGS = ("enabled", "filter_attack_traffic")
OUTPUT_FLAGS = ("CVE-2021-44228", "merge_subrequests")
OUTPUT_TEXTS = (
    "batch_prefix",
    "batch_suffix",
    "field_delimiter",
    "record_delimiter",
    "record_prefix",
    "record_suffix",
    "record_template",
)
OUTPUT_CHOICES = {"output_type": ("ndjson", "csv"), "timestamp_format": TIMESTAMP_FORMATS}
READ_ONLY = ("id", "error_message", "last_complete", "last_error", "time_created")
ALWAYS_SHOWN = ("enabled", "kind", "frequency", "last_complete", "last_error", "error_message")
NEVER_SHOWN = ("ownership_challenge",)


def check_body(body: t.Any) -> dict[str, t.Any]:
    """Check the types, choices and ranges of a job in a request. Return the values that the request sets, without nulls and
    read-only fields. Raises ApiError.
    """
    if not isinstance(body, dict):
        raise invalid("the request body has to be a JSON object", "")
    sent = {key: value for key, value in body.items() if value is not None and key not in READ_ONLY}
    for key, value in sent.items():
        if key in TEXTS:
            _check_text(key, value)
        elif key in FLAGS:
            _check_flag(value, f"/{key}")
        elif key in NUMBERS:
            _check_number(key, value)
        elif key == "output_options":
            _check_output_options(value)
        else:
            raise invalid(f'unknown field "{key}"', f"/{key}")
    return sent


def _check_text(key: str, value: t.Any) -> None:
    longest, pattern = TEXTS[key]
    if not isinstance(value, str):
        raise invalid(f"{key} has to be a string", f"/{key}")
    if len(value) > longest:
        raise invalid(f"{key} is longer than {longest} characters", f"/{key}")
    if pattern is not None and not re.fullmatch(pattern, value):
        raise invalid(f"{key} does not match the pattern {pattern}", f"/{key}")


def _check_flag(value: t.Any, pointer: str) -> None:
    if not isinstance(value, bool):
        raise invalid(f"{pointer[1:]} has to be a boolean", pointer)


def _check_number(key: str, value: t.Any) -> None:
    low, high = NUMBERS[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(f"{key} has to be an integer", f"/{key}")
    if value != 0 and not low <= value <= high:
        raise invalid(f"{key} has to be 0 or from {low} to {high}", f"/{key}")


def _check_output_options(options: t.Any) -> None:
    if not isinstance(options, dict):
        raise invalid("output_options has to be an object", "/output_options")
    for key, value in options.items():
        if value is not None:
            _check_output_option(key, value)


def _check_output_option(key: str, value: t.Any) -> None:
    pointer = f"/output_options/{key}"
    if key in OUTPUT_FLAGS:
        _check_flag(value, pointer)
    elif key in OUTPUT_TEXTS:
        if not isinstance(value, str):
            raise invalid(f"{key} has to be a string", pointer)
    elif key in OUTPUT_CHOICES:
        if value not in OUTPUT_CHOICES[key]:
            raise invalid(f"{key} has to be one of: {', '.join(OUTPUT_CHOICES[key])}", pointer)
    elif key == "field_names":
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise invalid("field_names has to be a list of strings", pointer)
    elif key == "sample_rate":
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
            raise invalid("sample_rate has to be more than 0 and at most 1", pointer)
    else:
        raise invalid(f'unknown field "{key}"', pointer)


def check_whole(state: State, scope: str, scope_id: str, job: dict[str, t.Any]) -> None:
    """Check the job that would result from a request: the dataset against the scope, and the options against the dataset and
    the plan."""
    dataset = job["dataset"]
    check_dataset(scope, dataset)
    if job.get("kind") == "edge":
        if dataset != "http_requests":
            raise invalid(f"kind edge is not supported for dataset {dataset}", "/kind")
        for key in ("max_upload_bytes", "max_upload_records"):
            if job.get(key):
                raise invalid(f"{key} cannot be used with kind edge", f"/{key}")
    if job.get("filter_attack_traffic") and dataset not in ATTACK_DATASETS:
        raise invalid(f"filter_attack_traffic is not supported for dataset {dataset}", "/filter_attack_traffic")
    options = job.get("output_options") or {}
    if options.get("merge_subrequests") and (scope, dataset) != ("zones", "http_requests"):
        raise invalid("merge_subrequests is for http_requests jobs of zones", "/output_options/merge_subrequests")
    fields = fields_of(dataset, scope)
    if job.get("filter"):
        try:
            filters.check(job["filter"], dataset, fields)
        except filters.FilterError as error:
            raise ApiError(400, 1004, f"creating a new job is not allowed: {error}", "/filter") from error
    names = options.get("field_names") or []
    if scope == "zones" and not state.zones[scope_id].bot_management and any(is_bot_field(name) for name in names):
        raise ApiError(403, 1004, "creating a new job is not allowed: Bot Management fields are not allowed")


def is_bot_field(name: str) -> bool:
    """Return whether a field requires Bot Management."""
    return name.startswith(("Bot", "JA3", "JA4", "JSDetection"))


def check_dataset(scope: str, dataset: str) -> None:
    """Refuse an unknown dataset, or a dataset of the other kind of scope."""
    if dataset not in DATASETS:
        raise invalid(f"unknown dataset {dataset}", "/dataset")
    if dataset not in (ZONE_DATASETS if scope == "zones" else ACCOUNT_DATASETS):
        raise ApiError(400, 1004, f"dataset {dataset} is not available for {scope}", "/dataset")


def check_product(token: ApiToken, dataset: str) -> None:
    """Refuse Zero Trust datasets to a token without the permission to read personal data."""
    if dataset in ZERO_TRUST_DATASETS and not token.may("pii"):
        raise ApiError(403, 1004, f"reading job for product '{dataset}' is not allowed")


def check_room(state: State, scope: str, scope_id: str, dataset: str) -> None:
    """Refuse a job beyond the limit of its zone or account."""
    limit = state.settings.job_limit if scope == "zones" else state.settings.account_job_limit
    if limit is not None and len(state.jobs_of(scope, scope_id)) >= limit:
        message = f"creating a new job (for {dataset} dataset) is not allowed: exceeded max jobs allowed"
        raise ApiError(403, 1004, message)


def updated(job: Job, sent: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the job after a PUT: sent fields replace the old ones, ``output_options`` as a whole, and the rest stays."""
    for key in ("dataset", "kind"):
        if key in sent and sent[key] != job.stored.get(key, ""):
            raise ApiError(400, 1002, f"400 Bad Request: {key} of a job cannot be changed", f"/{key}")
    return {**job.stored, **sent}


def shown(job: Job) -> dict[str, t.Any]:
    """Return a job as the API shows it: without unset fields, except for the few that are always present."""
    full = {"id": job.id, "kind": "", "frequency": "high", **job.stored}
    return {
        key: value
        for key, value in full.items()
        if key in ALWAYS_SHOWN or (key not in NEVER_SHOWN and value not in (None, "", 0, False))
    }
