# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Misspelt names of parameters in a destination: the API accepts any name, and Splunk ignores it. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .destination import KNOWN_PARAMETERS


def misspelling_warnings(names: t.Iterable[str]) -> list[str]:
    """Return a warning for each unknown parameter whose name differs from a known one only by case, C(-), C(_) or one
    letter."""
    return [
        f"The destination has the unknown parameter {name}, which is sent as it is and has no effect. "
        f"Did you mean {meant}?"
        for name in names
        for meant in _nearest(name)
    ]


def _nearest(name: str) -> list[str]:
    return [known for known in KNOWN_PARAMETERS if name != known and _is_near(_letters(name), _letters(known))][:1]


def _letters(name: str) -> str:
    return re.sub("[-_]", "", name).lower()


def _is_near(one: str, other: str) -> bool:
    """Return whether two words are equal, but for one letter that differs, is missing, is too many, or is swapped with the
    next one."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((number for number, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    rest, expected = one[start:], other[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == expected or rest == expected[1:] or rest[1:] == expected[1:] or swapped == expected
