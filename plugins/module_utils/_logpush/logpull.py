# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The deprecated C(logpull_options) string: its parts, and the equivalent C(output_options). Pure: no I/O."""

from __future__ import annotations

import math
import typing as t
from urllib.parse import parse_qsl

from .job_options import OUTPUT_OPTION_BY_FIELD

_DEFAULTS = {
    "timestamps": OUTPUT_OPTION_BY_FIELD["timestamp_format"].default,
    "sample": OUTPUT_OPTION_BY_FIELD["sample_rate"].default,
}


def legacy_output_options(logpull_options: str | None) -> dict[str, t.Any]:
    """Return the C(output_options) that are equivalent to a C(logpull_options) string, without its unknown parts."""
    parts = logpull_parts(logpull_options)
    options: dict[str, t.Any] = {}
    if parts.get("fields"):
        options["field_names"] = parts["fields"].split(",")
    if parts.get("timestamps"):
        options["timestamp_format"] = parts["timestamps"]
    if parts.get("sample"):
        options["sample_rate"] = _number(parts["sample"])
    if parts.get("CVE-2021-44228", "").lower() == "true":
        options["CVE-2021-44228"] = True
    return options


def logpull_parts(logpull_options: str | None) -> dict[str, str]:
    """Return the parts of a C(logpull_options) string; it may be a query or the whole URL of a Logpull call."""
    text = (logpull_options or "").strip()
    return dict(parse_qsl(text.partition("?")[2] if "?" in text else text))


def comparable_logpull_options(logpull_options: str | None) -> dict[str, t.Any]:
    """Return a C(logpull_options) string in a form in which equivalent ones are equal."""
    parts: dict[str, t.Any] = {
        key: value for key, value in logpull_parts(logpull_options).items() if value not in ("", "false")
    }
    if "fields" in parts:
        parts["fields"] = frozenset(parts["fields"].split(","))
    if "sample" in parts:
        parts["sample"] = _number(parts["sample"])
    return {key: value for key, value in parts.items() if _DEFAULTS.get(key) != value}


def _number(text: str) -> t.Any:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
