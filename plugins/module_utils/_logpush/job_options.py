# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options that describe one Logpush job: their argument spec and their checks. Pure: no I/O.

Whatever can be known to be wrong is refused here, before the first request. What the vendor may extend at any time
(the names of datasets, of fields) is left to the API.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._core.errors import OptionError
from .._core.options import normalized
from .._core.secrets import SecretMask
from .._splunk.hec_request import checked_channel, checked_sourcetype, parse_endpoint
from .._splunk.token_rules import bare_token, mask_options
from . import destination as destinations
from . import presets
from .fields import EVERY_FIELD
from .job import DEFAULT_DATASET, PLAIN_FIELDS, parsed_filter

# The one sub-option whose name in the API cannot be that of an option.
_API_NAMES = {"cve_2021_44228": "CVE-2021-44228"}

OUTPUT_OPTIONS_SPEC: dict[str, t.Any] = {
    "field_names": dict(type="list", elements="str"),
    "timestamp_format": dict(type="str", choices=["unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns"]),
    "sample_rate": dict(type="float"),
    "output_type": dict(type="str", choices=["ndjson", "csv"]),
    "merge_subrequests": dict(type="bool"),
    "cve_2021_44228": dict(type="bool", aliases=["CVE-2021-44228"]),
    "batch_prefix": dict(type="str"),
    "batch_suffix": dict(type="str"),
    "record_prefix": dict(type="str"),
    "record_suffix": dict(type="str"),
    "record_delimiter": dict(type="str"),
    "record_template": dict(type="str"),
    "field_delimiter": dict(type="str"),
}

JOB_SPEC: dict[str, t.Any] = {
    "job_id": dict(type="int"),
    "dataset": dict(type="str"),
    "name": dict(type="str"),
    "endpoint": dict(type="str"),
    "hec_token": dict(type="str", no_log=True),
    "channel": dict(type="str"),
    "sourcetype": dict(type="str"),
    "insecure_skip_verify": dict(type="bool"),
    "destination_conf": dict(type="str", no_log=True),
    "state": dict(type="str", choices=["present", "absent"], default="present"),
    "enabled": dict(type="bool", default=True),
    "output_options": dict(type="dict", options=OUTPUT_OPTIONS_SPEC),
    "filter": dict(type="raw"),
    "filter_attack_traffic": dict(type="bool"),
    "kind": dict(type="str", choices=["", "edge"]),
    "max_upload_bytes": dict(type="int"),
    "max_upload_interval_seconds": dict(type="int"),
    "max_upload_records": dict(type="int"),
    "transformer_id": dict(type="int"),
    "frequency": dict(type="str", choices=["high", "low"]),
    "logpull_options": dict(type="str"),
    "validate_fields": dict(type="bool", default=True),
    "recreate": dict(type="bool", default=False),
}

DESTINATION_PARTS = ("endpoint", "hec_token", "channel", "sourcetype", "insecure_skip_verify")

_LIMITS = {
    "max_upload_bytes": (5_000_000, 1_000_000_000),
    "max_upload_interval_seconds": (30, 300),
    "max_upload_records": (1_000, 1_000_000),
}
_OPERATORS = "eq !eq lt leq gt geq startsWith endsWith !startsWith !endsWith contains !contains in !in".split()
# https://developers.cloudflare.com/logs/logpush/logpush-job/filters/
_FILTER_BYTES = 1000


class JobRequest(t.NamedTuple):
    """One job as the user asks for it, checked."""

    desired: dict[str, t.Any]
    job_id: int | None
    state: str
    recreate: bool
    validate_fields: bool
    create: bool = True

    @property
    def dataset(self) -> str:
        """The dataset by which the job is found when it is not named by its id."""
        return self.desired.get("dataset") or DEFAULT_DATASET

    @property
    def name(self) -> str | None:
        """The name that the job has or should have; None for the only job of its dataset."""
        return self.desired.get("name")


def job_request(options: t.Mapping[str, t.Any]) -> JobRequest:
    """Check the options of a job (see ``JOB_SPEC``). Raises OptionError."""
    return JobRequest(
        desired=desired_job(options),
        job_id=options.get("job_id"),
        state=options["state"],
        recreate=options["recreate"],
        validate_fields=options["validate_fields"],
    )


# Options for which the API has an empty value: an empty string is that value, and does not mean "not set".
EMPTY_VALUES: dict[str, t.Any] = {
    "kind": "",
    "transformer_id": 0,
    **dict.fromkeys(
        (
            "batch_prefix",
            "batch_suffix",
            "record_prefix",
            "record_suffix",
            "record_delimiter",
            "record_template",
            "field_delimiter",
        ),
        "",
    ),
}


# Options of a job as they stand in several places, of which none may bring defaults that hide another.
LAYER_SPEC: dict[str, t.Any] = {
    name: {key: value for key, value in spec.items() if key != "default"} for name, spec in JOB_SPEC.items()
}


def check_layer(options: t.Mapping[str, t.Any], called: str) -> None:
    """Refuse options of a job that Ansible would refuse: unknown ones, and values of the wrong type. ``called`` is where
    they stand, in the user's terms. Raises OptionError."""
    validation = ArgumentSpecValidator(LAYER_SPEC).validate(normalized(LAYER_SPEC, options, EMPTY_VALUES))
    if validation.error_messages:
        raise OptionError(called, "; ".join(validation.error_messages))


def option_name(api_name: str) -> str:
    """Return the name of the sub-option of C(output_options) for a name of the API."""
    return next((option for option, name in _API_NAMES.items() if name == api_name), api_name)


def desired_job(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Check the options of one job and give what the pure rules work on: the fields that are managed, and no others.

    Raises OptionError, which names the option and the accepted form.
    """
    given = {key: value for key, value in options.items() if value is not None}
    desired = {key: given[key] for key in PLAIN_FIELDS if key in given}
    _check_names(given)
    _check_limits(given)
    for key in ("dataset", "logpull_options"):
        if key in given:
            desired[key] = given[key]
    destination = _destination(given)
    if destination:
        desired["destination"] = destination
    if str(given.get("filter", "")).strip():
        desired["filter"] = checked_filter(given["filter"])
    if "output_options" in given:
        if "logpull_options" in given:
            raise OptionError("logpull_options", "cannot go together with output_options, which the API prefers")
        desired["output_options"] = _output_options(given["output_options"])
        if "dataset" in given or "job_id" not in given:
            presets.check(desired["output_options"].get("field_names") or [], given.get("dataset", DEFAULT_DATASET))
    return desired


def checked_dataset(dataset: str) -> str:
    """Return the name of a dataset. Raises OptionError for one that can be none."""
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,256}", dataset):
        raise OptionError("dataset", "takes letters, digits, _ and - only, such as http_requests")
    return dataset


def checked_filter(value: t.Any) -> t.Any:
    """Return a filter as data, None for one that is to be cleared. Raises OptionError for one the API would refuse."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise OptionError("filter", f"is neither a mapping nor JSON text: {error}") from None
    try:
        # As it will come back from the API: a mapping may hold tuples, dates, keys that are no text.
        value = json.loads(json.dumps(value, allow_nan=False, default=_iso_date))
    except (TypeError, ValueError, RecursionError):
        raise OptionError("filter", "holds a value that JSON does not have") from None
    parsed = parsed_filter(value)
    if parsed is None:
        return None
    # Without "where" the API answers no more than "Key is missing".
    if not isinstance(parsed, dict) or set(parsed) != {"where"}:
        raise OptionError("filter", 'must have the form {"where": {...}}, or {} to clear it')
    size = len(json.dumps(parsed, separators=(",", ":")).encode("utf-8"))
    if size > _FILTER_BYTES:
        raise OptionError("filter", f"has {size} bytes as JSON, and the API takes {_FILTER_BYTES}")
    _check_condition(parsed["where"])
    return parsed


def _check_names(given: t.Mapping[str, t.Any]) -> None:
    if "job_id" in given and given["job_id"] < 1:
        raise OptionError("job_id", "must be a whole number from 1")
    checked_dataset(given.get("dataset", DEFAULT_DATASET))
    if not re.fullmatch(r"[a-zA-Z0-9._-]{1,512}", given.get("name", "-")):
        raise OptionError("name", "takes up to 512 letters, digits, dots, _ and - only")


def _check_limits(given: t.Mapping[str, t.Any]) -> None:
    for option, (low, high) in _LIMITS.items():
        value = given.get(option, 0)
        if value != 0 and not low <= value <= high:
            raise OptionError(option, f"must be from {low} to {high}, or 0 for the vendor's own choice; it is {value}")
    if given.get("transformer_id", 0) < 0:
        raise OptionError("transformer_id", "must be a whole number from 1, or 0 for none")
    if given.get("kind") == "edge" and (given.get("max_upload_bytes") or given.get("max_upload_records")):
        raise OptionError("kind", "edge cannot go together with max_upload_bytes or max_upload_records")


def _destination(given: t.Mapping[str, t.Any]) -> t.Any:
    """The checked destination: a whole one, or a mapping of those parts that are given."""
    parts = {key: given[key] for key in DESTINATION_PARTS if key in given}
    if "destination_conf" in given:
        if parts:
            raise OptionError(
                "destination_conf", f"is the finished string and cannot go together with {', '.join(parts)}"
            )
        return destinations.checked(destinations.parse(given["destination_conf"]))
    if "endpoint" in parts:
        parse_endpoint(parts["endpoint"])
    if "hec_token" in parts:
        parts["hec_token"] = bare_token(parts["hec_token"])
    if "channel" in parts:
        parts["channel"] = checked_channel(parts["channel"])
    if "sourcetype" in parts:
        parts["sourcetype"] = checked_sourcetype(parts["sourcetype"])
    return parts


def _output_options(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The sub-options that are given, under the names of the API."""
    options = {
        _API_NAMES.get(key, key): value
        for key, value in given.items()
        if value is not None and key in OUTPUT_OPTIONS_SPEC
    }
    rate = options.get("sample_rate", 1)
    if not 0 <= rate <= 1:
        raise OptionError("output_options.sample_rate", f"must be above 0 and at most 1 (everything); it is {rate}")
    names = [name.strip() for name in options.get("field_names") or []]
    if "field_names" in options:
        options["field_names"] = names
    if "*" in names and names != EVERY_FIELD:
        raise OptionError("output_options.field_names", 'takes either names or ["*"] alone for every field')
    if not all(names):
        raise OptionError("output_options.field_names", "has an empty name")
    return options


def _check_condition(condition: t.Any) -> None:
    """Check one node of a filter: a list of nodes under C(and) or C(or), or a comparison."""
    form = 'each condition is {"and": [...]}, {"or": [...]} or {"key": ..., "operator": ..., "value": ...}'
    if not isinstance(condition, dict):
        raise OptionError("filter", form)
    for joint in ("and", "or"):
        if joint in condition:
            if set(condition) != {joint} or not isinstance(condition[joint], list) or not condition[joint]:
                raise OptionError("filter", form)
            for inner in condition[joint]:
                _check_condition(inner)
            return
    if set(condition) != {"key", "operator", "value"} or not isinstance(condition["key"], str):
        raise OptionError("filter", form)
    operator = condition["operator"]
    if operator not in _OPERATORS:
        near = difflib.get_close_matches(str(operator), _OPERATORS, n=1, cutoff=0.3)
        raise OptionError(
            "filter", f"operator {operator} is none of {' '.join(_OPERATORS)}" + (f"; {near[0]}?" if near else "")
        )
    if operator in ("in", "!in") and not isinstance(condition["value"], list):
        raise OptionError("filter", f"operator {operator} on {condition['key']} takes a list as its value")
    if condition["value"] is None or isinstance(condition["value"], dict):
        raise OptionError("filter", f"the value of {condition['key']} must be text, a number, a boolean or a list")


def _iso_date(value: t.Any) -> str:
    # A date in YAML. On its way to a module Ansible writes it the same way.
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError("not a value of JSON")


# The options of a job that hold a secret, or may by mistake.
SECRET_OPTIONS = ("endpoint", "hec_token", "destination_conf")


def mask_zones(zones: t.Iterable[t.Mapping[str, t.Any]] | None, mask: SecretMask) -> None:
    """Make known to the mask what is secret in entries of C(zones) that bring options of their jobs, where nobody needs
    these: Ansible shows them as they were given."""
    for zone in zones or ():
        jobs = zone.get("jobs")
        for options in (zone, *(jobs if isinstance(jobs, list) else ())):
            if isinstance(options, dict):
                mask_options({key: str(options[key]) for key in SECRET_OPTIONS if options.get(key)}, mask)
