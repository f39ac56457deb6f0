# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The filter of a job, which is JSON text in the API and data in an option. Pure: no I/O."""

from __future__ import annotations

import datetime
import json
import re
import typing as t

from .._core.errors import OptionError
from .._core.json_types import parsed_json
from .._core.text import one_line
from .field_types import is_boolean, is_number
from .operators import OPERATORS, meant_operator

# https://developers.cloudflare.com/logs/logpush/logpush-job/filters/
_FILTER_BYTES = 1000
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_QUOTED = 40
_EXAMPLE = '{"where": {"key": "ClientCountry", "operator": "eq", "value": "ca"}}'
_FORM = 'must have the form {"where": {...}}, or {} to clear it'


def parsed_filter(value: t.Any) -> t.Any:
    """Return a filter as data: None if it lets everything through, the text itself if it is not JSON."""
    if isinstance(value, str):
        try:
            value = parsed_json(value) if value.strip() else None
        except ValueError:
            return value
    return None if value in (None, {}, {"where": {}}) else value


def filter_text(value: t.Any) -> str:
    """Return a filter as the API takes it: JSON text, "" for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def same_filter(observed: t.Any, wanted: t.Any) -> bool:
    """Return whether two filters, in any form, are equal as JSON. (For Python, true equals 1.)"""
    one, other = parsed_filter(observed), parsed_filter(wanted)
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def checked_filter(value: t.Any) -> t.Any:
    """Return the filter of an option as data, None to clear it. Raises OptionError for one that the API would refuse."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise OptionError("filter", _json_problem(value, error)) from None
        if isinstance(value, str):
            # JSON text that contains text. It would be parsed a second time, and "{}" would clear the filter.
            raise OptionError("filter", _FORM)
    try:
        # The form that will come back from the API: a mapping may contain tuples, dates, and keys that are not text.
        value = json.loads(json.dumps(value, allow_nan=False, default=_iso_date))
    except (TypeError, ValueError, RecursionError):
        raise OptionError("filter", "contains a value that JSON does not support") from None
    parsed = parsed_filter(value)
    if parsed is None:
        return None
    # Without "where", the API only answers "Key is missing".
    if not isinstance(parsed, dict) or set(parsed) != {"where"}:
        raise OptionError("filter", _FORM)
    size = len(json.dumps(parsed, separators=(",", ":")).encode("utf-8"))
    if size > _FILTER_BYTES:
        raise OptionError("filter", f"has {size} bytes as JSON; the API accepts at most {_FILTER_BYTES}")
    _check_condition(parsed["where"], "where")
    return parsed


def _json_problem(text: str, error: Exception) -> str:
    """Return what is wrong with text that is not JSON, and where."""
    begins = one_line(text.strip()[:_QUOTED])
    if not isinstance(error, json.JSONDecodeError):
        return f"is neither a mapping nor JSON text: {begins}"
    if not text.lstrip().startswith("{"):
        return f"is neither a mapping nor JSON text, but begins with {begins}; it {_FORM}, such as {_EXAMPLE}"
    near = one_line(text[max(0, error.pos - _QUOTED // 2) : error.pos + _QUOTED // 2].strip())
    quotes = ". JSON takes double quotes, not single ones" if text[error.pos : error.pos + 1] == "'" else ""
    return (
        f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}, near {near}{quotes}. "
        "Or write it as a mapping, without quotes around it"
    )


def _check_condition(condition: t.Any, path: str) -> None:
    """Check one node of a filter: a list of nodes under C(and) or C(or), or a comparison. ``path`` says where it is."""
    form = (
        f'{path}: each condition is {{"and": [...]}}, {{"or": [...]}} or {{"key": ..., "operator": ..., "value": ...}}'
    )
    if not isinstance(condition, dict):
        raise OptionError("filter", form)
    for joint in ("and", "or"):
        if joint in condition:
            if set(condition) != {joint} or not isinstance(condition[joint], list) or not condition[joint]:
                raise OptionError("filter", form)
            for number, inner in enumerate(condition[joint]):
                _check_condition(inner, f"{path}.{joint}[{number}]")
            return
    if set(condition) != {"key", "operator", "value"} or not isinstance(condition["key"], str):
        raise OptionError("filter", form)
    operator = condition["operator"]
    if operator not in OPERATORS:
        meant = meant_operator(str(operator))
        hint = f"use {meant}" if meant else f"it is none of {' '.join(OPERATORS)}"
        raise OptionError("filter", f"{path}: {condition['key']} is compared with operator {operator}: {hint}")
    if operator in ("in", "!in") and not isinstance(condition["value"], list):
        raise OptionError("filter", f"operator {operator} on {condition['key']} takes a list as its value")
    if condition["value"] is None or isinstance(condition["value"], dict):
        raise OptionError("filter", f"the value of {condition['key']} must be text, a number, a boolean or a list")


def typed_filter(parsed: t.Any, dataset: str) -> t.Any:
    """Return a checked filter whose values have the types of the fields of a dataset, as far as these are known: a template
    or a survey makes text of a number. Raises OptionError for text that cannot be such a value."""
    if not isinstance(parsed, dict):
        return parsed
    if "where" in parsed:
        return {"where": typed_filter(parsed["where"], dataset)}
    for joint in ("and", "or"):
        if joint in parsed:
            return {joint: [typed_filter(inner, dataset) for inner in parsed[joint]]}
    value = parsed["value"]
    values = value if isinstance(value, list) else [value]
    typed = [_typed_value(parsed["key"], item, dataset) for item in values]
    return {**parsed, "value": typed if isinstance(value, list) else typed[0]}


def filter_keys(parsed: t.Any) -> list[str]:
    """Return the names of the fields that a checked filter compares, each once."""
    if not isinstance(parsed, dict):
        return []
    if "key" in parsed:
        return [parsed["key"]]
    inner = [
        key
        for value in parsed.values()
        for item in (value if isinstance(value, list) else [value])
        for key in filter_keys(item)
    ]
    return list(dict.fromkeys(inner))


def _typed_value(field: str, value: t.Any, dataset: str) -> t.Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if is_number(field, dataset):
        if not _NUMBER.fullmatch(text):
            raise OptionError(
                "filter", f"{field} takes a number: write 500 without quotes, for example; its value here is {text}"
            )
        return float(text) if re.search("[.eE]", text) else int(text)
    if is_boolean(field):
        if text.lower() not in ("true", "false"):
            raise OptionError("filter", f"{field} takes true or false, without quotes; its value here is {text}")
        return text.lower() == "true"
    return value


def _iso_date(value: t.Any) -> str:
    # A date in YAML. On its way to a module Ansible writes it the same way.
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError("not a value of JSON")
