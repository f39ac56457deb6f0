# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The settings of props.conf with which Splunk reads the events of Logpush datasets. Pure: no I/O.

The settings are described in Splunk's C(props.conf.spec) (U(https://help.splunk.com), "Configuration file reference"), and the
conversions of C(TIME_FORMAT) on its pages "Configure timestamp recognition" and "Date and time format variables". Cloudflare
documents C(TIME_PREFIX), C(TIME_FORMAT), C(TRUNCATE) and C(LINE_BREAKER) for its app
(U(https://developers.cloudflare.com/analytics/analytics-integrations/splunk/)).
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.spelling import meant_name
from .logpush_events import FIXED_FORMATS, TIME_FIELDS, UNIXMILLI, UNIXNANO, ambiguities
from .props_settings import check_settings

DEFAULT_FORMAT = "rfc3339"
# TIME_FORMAT for each format of timestamps that Logpush writes. Z is text in them: TZ sets the time zone. A number of 19 digits is
# read as seconds and nine digits of fractions.
_TIME_FORMATS = {
    "rfc3339": "%Y-%m-%dT%H:%M:%SZ",
    "rfc3339ms": "%Y-%m-%dT%H:%M:%S.%3NZ",
    "rfc3339ns": "%Y-%m-%dT%H:%M:%S.%9NZ",
    "unix": "%s",
    UNIXNANO: "%s%9N",
    UNIXMILLI: "%s%3N",
}
_UNITS = {UNIXMILLI: "milliseconds", UNIXNANO: "nanoseconds"}
TIMESTAMP_FORMATS = tuple(name for name in _TIME_FORMATS if name != UNIXMILLI)

# The options that describe a source type, in every module that writes one.
SOURCETYPE_SPEC: dict[str, t.Any] = {
    "name": dict(type="str", required=True),
    "dataset": dict(type="str"),
    "datasets": dict(type="list", elements="str"),
    "timestamp_format": dict(type="str", choices=list(TIMESTAMP_FORMATS), default=DEFAULT_FORMAT),
    "settings": dict(type="dict"),
}

# The same for all datasets. The longest timestamp has 30 characters.
_COMMON = {
    "MAX_TIMESTAMP_LOOKAHEAD": "32",
    "TZ": "UTC",
    "LINE_BREAKER": r"([\r\n]+)",
    "SHOULD_LINEMERGE": "false",
    "TRUNCATE": "100000",
    "KV_MODE": "json",
}

# The settings that decide which time an event gets, with their defaults.
TIME_SETTINGS = {
    "TIME_PREFIX": "",
    "TIME_FORMAT": "",
    "DATETIME_CONFIG": "/etc/datetime.xml",
    "INDEXED_EXTRACTIONS": "",
}

# The stanzas of props.conf with another meaning begin like this.
_OTHER_STANZAS = ("source::", "host::", "rule::", "delayedrule::")
_NAME = re.compile(r"[^\s\[\]\\\"'=,;#?*|<>&]{1,128}")

# The end of the description of a source type that this collection has written.
MARK = "managed by edgeops.logpush"


def check_sourcetype_name(name: str) -> None:
    """Check the name of a source type. Raises OptionError."""
    if not _NAME.fullmatch(name) or name.startswith(_OTHER_STANZAS):
        raise OptionError("name", "must be the name of a source type, such as cloudflare:json")
    if name == "default":
        raise OptionError("name", "default would change every source type")


def datasets_of(entry: t.Mapping[str, t.Any]) -> list[str]:
    """Return the datasets in the options C(dataset) and C(datasets), each once."""
    return list(dict.fromkeys([*([entry["dataset"]] if entry.get("dataset") else []), *(entry.get("datasets") or [])]))


def stanza(entry: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return all settings in props.conf of the source type with these options (C(dataset), C(datasets), C(timestamp_format),
    C(settings)). Raises OptionError."""
    datasets = datasets_of(entry)
    settings = sourcetype_settings(datasets, entry.get("timestamp_format"), entry.get("settings"))
    served = f": {' '.join(sorted(datasets))}" if datasets else ""
    described = settings.pop("description", "") or f"Cloudflare Logpush{served}"
    # The mark tells later runs whose source type it is, also with a description of the user.
    return {"description": described if MARK in described else f"{described} ({MARK})", **settings}


def described_datasets(description: str) -> list[str]:
    """Return the datasets in a description that C(stanza) has made."""
    return sorted(TIME_FIELDS.keys() & set(re.findall(r"\w+", description))) if MARK in description else []


def sourcetype_settings(
    datasets: t.Sequence[str],
    timestamp_format: str | None = None,
    settings: t.Mapping[str, t.Any] | None = None,
) -> dict[str, str]:
    """Return the settings of a source type that serves the events of datasets, with the text that props.conf has.

    ``timestamp_format`` is that of the jobs (rfc3339 if it is None), ``settings`` are further ones, which win. Raises
    OptionError.
    """
    own = {str(key): _text(str(key), value) for key, value in (settings or {}).items()}
    check_settings("settings", own)
    found = (
        {}
        if {"TIME_PREFIX", "TIME_FORMAT"} <= set(own)
        else _time_settings(datasets, timestamp_format or DEFAULT_FORMAT)
    )
    return {**found, **_COMMON, **own}


def sourcetype_warnings(name: str, datasets: t.Collection[str]) -> list[str]:
    """Return a warning for each dataset whose records also have the time field of another dataset of the source type."""
    return [
        f"A record of {found.dataset} has the field {found.field} besides its own time {TIME_FIELDS[found.dataset]}, and "
        f"{found.field} is the time of {found.other}. Splunk uses the field that comes first in the record, so some events of "
        f"{found.dataset} get a wrong time. Use a source type of its own for {found.dataset}, such as {name}:{found.dataset}"
        for found in ambiguities(datasets)
    ]


def time_prefix(fields: t.Collection[str]) -> str:
    """Return the TIME_PREFIX for the names of fields. It ends where the value begins, after the quotation mark of a string. A
    quotation mark within a string has a backslash before it, so that no value matches."""
    return rf'"(?:{"|".join(sorted(fields))})"\s*:\s*"?'


def _time_settings(datasets: t.Sequence[str], timestamp_format: str) -> dict[str, str]:
    """Return the prefix and the format of the time. Raises OptionError for datasets that cannot share them."""
    if timestamp_format not in TIMESTAMP_FORMATS:
        raise OptionError("timestamp_format", f"must be one of {', '.join(TIMESTAMP_FORMATS)}")
    if not datasets:
        raise OptionError("dataset", "is required. Set dataset or datasets, or TIME_PREFIX and TIME_FORMAT in settings")
    unknown = sorted(set(datasets) - set(TIME_FIELDS))
    if unknown:
        near = ", ".join(filter(None, (meant_name(dataset, TIME_FIELDS) for dataset in unknown)))
        advice = f"Did you mean {near}? Otherwise," if near else "Check the spelling, or"
        raise OptionError(
            "datasets",
            f"the field with the time is not known for {', '.join(unknown)}. {advice} set TIME_PREFIX and TIME_FORMAT in settings",
        )
    formats = {dataset: FIXED_FORMATS.get(TIME_FIELDS[dataset], timestamp_format) for dataset in datasets}
    if len(set(formats.values())) > 1:
        raise OptionError("datasets", _different_formats(formats, timestamp_format))
    return {
        "TIME_PREFIX": time_prefix({TIME_FIELDS[dataset] for dataset in datasets}),
        "TIME_FORMAT": _TIME_FORMATS[formats[datasets[0]]],
    }


def _different_formats(formats: t.Mapping[str, str], timestamp_format: str) -> str:
    """Return why datasets cannot share a source type."""
    fixed = [
        f"{dataset} has its time in {TIME_FIELDS[dataset]}, a number of {_UNITS[name]} that timestamp_format does not change"
        for dataset, name in formats.items()
        if TIME_FIELDS[dataset] in FIXED_FORMATS
    ]
    others = sorted(dataset for dataset in formats if TIME_FIELDS[dataset] not in FIXED_FORMATS)
    rest = f", and {' '.join(others)} would use {timestamp_format}" if others else ""
    return (
        f"a source type has one TIME_FORMAT, but {', and '.join(fixed)}{rest}. Use a source type of its own for each of these "
        "formats"
    )


def _text(key: str, value: t.Any) -> str:
    """Return the value of a setting as props.conf has it. Raises OptionError."""
    if value is None or isinstance(value, (dict, list)):
        raise OptionError("settings", f"{key} must be text, a number or a boolean")
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
