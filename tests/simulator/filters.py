# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logpush filters: check the JSON text of a job's ``filter``, and decide which events pass it.

From Cloudflare's page "Filters" (logs/logpush/logpush-job/filters).
"""

from __future__ import annotations

import json
import operator
import typing as t

from .datasets import Field

MAX_OPERATORS = 30
MAX_BYTES = 1000
UNFILTERABLE = {
    "firewall_events": (
        "Action",
        "Description",
        "Kind",
        "MatchIndex",
        "Metadata",
        "OriginatorRayID",
        "RuleID",
        "Source",
    )
}

COMPARISONS: dict[str, t.Callable[[t.Any, t.Any], bool]] = {
    "eq": operator.eq,
    "!eq": operator.ne,
    "lt": operator.lt,
    "leq": operator.le,
    "gt": operator.gt,
    "geq": operator.ge,
    "startsWith": lambda value, wanted: value.startswith(wanted),
    "!startsWith": lambda value, wanted: not value.startswith(wanted),
    "endsWith": lambda value, wanted: value.endswith(wanted),
    "!endsWith": lambda value, wanted: not value.endswith(wanted),
    "contains": lambda value, wanted: wanted in value,
    "!contains": lambda value, wanted: wanted not in value,
    "in": lambda value, wanted: value in wanted,
    "!in": lambda value, wanted: value not in wanted,
}

# The JSON types that a filter's value may have, by the type of the field it is compared with.
VALUE_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "int": ("int64", (int,)),
    "float": ("float64", (int, float)),
    "bool": ("bool", (bool,)),
    "string": ("string", (str,)),
    "time": ("string", (str, int)),
    "array[int]": ("int64", (int,)),
    "array[string]": ("string", (str,)),
}


class FilterError(ValueError):
    """A filter that Logpush refuses."""


def check(text: str, dataset: str, fields: dict[str, Field]) -> None:
    """Check the text of a filter against the fields of its dataset. Raises FilterError with the API's message."""
    if len(text.encode()) > MAX_BYTES:
        raise FilterError(f"filter is longer than {MAX_BYTES} bytes")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise FilterError(f"invalid filter: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("where"), dict):
        raise FilterError("Key is missing")
    if not document["where"]:
        return
    operators = _check_condition(document["where"], dataset, fields)
    if operators > MAX_OPERATORS:
        raise FilterError(f"filter has more than {MAX_OPERATORS} operators")


def _check_condition(condition: t.Any, dataset: str, fields: dict[str, Field]) -> int:
    """Check a condition and everything in it, and return the number of its operators."""
    if not isinstance(condition, dict):
        raise FilterError("bad predicate: a condition has to be an object")
    for combination in ("and", "or"):
        if combination in condition:
            inner = condition[combination]
            if not isinstance(inner, list) or not inner or len(condition) != 1:
                raise FilterError(f"bad predicate: {combination} has to be a list of conditions")
            return 1 + sum(_check_condition(entry, dataset, fields) for entry in inner)
    _check_comparison(condition, dataset, fields)
    return 1


def _check_comparison(condition: dict[str, t.Any], dataset: str, fields: dict[str, Field]) -> None:
    if set(condition) != {"key", "operator", "value"}:
        raise FilterError("Key is missing")
    key, name, value = condition["key"], condition["operator"], condition["value"]
    if name not in COMPARISONS:
        raise FilterError(f'bad predicate: unknown operator "{name}"')
    field = fields.get(key)
    if field is None or field.type not in VALUE_TYPES or key in UNFILTERABLE.get(dataset, ()):
        raise FilterError(f'bad predicate: filtering on field "{key}" is not supported')
    kind, accepted = VALUE_TYPES[field.type]
    if name in ("in", "!in"):
        if not isinstance(value, list) or not all(_is_a(entry, accepted) for entry in value):
            shown = json.dumps(json.dumps(value))
            raise FilterError(f"bad predicate: failed to decode value {shown}, supported kinds: []{kind}")
    elif not _is_a(value, accepted):
        shown = json.dumps(json.dumps(value))
        raise FilterError(f"bad predicate: failed to decode value {shown}, supported kinds: {kind}")


def _is_a(value: t.Any, accepted: tuple[type, ...]) -> bool:
    """Return whether a value has one of the types; a boolean does not count as a number."""
    return isinstance(value, accepted) and (bool in accepted or not isinstance(value, bool))


def passes(text: str | None, event: dict[str, t.Any]) -> bool:
    """Return whether a filter lets an event (all its fields, times as RFC 3339) pass; without a filter, all events pass."""
    if not text:
        return True
    where = json.loads(text)["where"]
    return not where or _holds(where, event)


def _holds(condition: dict[str, t.Any], event: dict[str, t.Any]) -> bool:
    if "and" in condition:
        return all(_holds(entry, event) for entry in condition["and"])
    if "or" in condition:
        return any(_holds(entry, event) for entry in condition["or"])
    value, wanted = event.get(condition["key"]), condition["value"]
    try:
        return COMPARISONS[condition["operator"]](value, wanted)
    except (TypeError, AttributeError):
        # A field without a value, or of another type, matches nothing.
        return False
