# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The types of JSON data that an API returns, and the parser of such data. Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

JsonObject = t.Dict[str, t.Any]

# An answer of the APIs has about ten levels. Python cannot process a thousand.
_DEEPEST = 60
# Python needs quadratic time to parse a long number.
_LONGEST_NUMBER = 100
_LARGEST_NUMBER = 2**63 - 1


def parsed_json(text: str) -> t.Any:
    """Return the data of JSON text from an untrusted source. Raises ValueError if it is not JSON, is too deeply nested, or
    contains a number that JSON does not have or that is too long."""
    try:
        data = json.loads(text, parse_int=_whole_number, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("too deeply nested") from None
    level = [data]
    for dummy in range(_DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return data
    raise ValueError("too deeply nested")


def is_whole_number(value: t.Any) -> bool:
    """Return whether a value is a whole number. (For Python, true and false are numbers.)"""
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value: t.Any) -> bool:
    """Return whether a value is a number of things: a whole number that is not negative."""
    return is_whole_number(value) and 0 <= value <= _LARGEST_NUMBER


def is_id_number(value: t.Any) -> bool:
    """Return whether a value is a numeric ID: a positive whole number."""
    return is_whole_number(value) and 0 < value <= _LARGEST_NUMBER


def type_name(value: t.Any) -> str:
    """Return the JSON type of a value in words, for a message that must not contain the value."""
    if value is None:
        return "null"
    names = ((bool, "a boolean"), ((int, float), "a number"), (str, "text"), (list, "a list"), (dict, "an object"))
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def _whole_number(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError("a number with too many digits")
    return int(digits)


def _no_constant(name: str) -> t.Any:
    raise ValueError(f"{name} is not JSON")
