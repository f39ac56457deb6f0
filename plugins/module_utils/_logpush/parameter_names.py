# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Misspelled names of parameters in a destination: the API accepts any name, and Splunk ignores it. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .._core.spelling import meant_name
from .destination import KNOWN_PARAMETERS


def misspelling_warnings(names: t.Iterable[str]) -> list[str]:
    """Return a warning for each unknown parameter whose name differs from a known one only by case, C(-), C(_) or one
    letter."""
    found = [(name, meant_name(name, KNOWN_PARAMETERS)) for name in names]
    return [
        f"The destination has the unknown parameter {name}, which is sent unchanged. Did you mean {meant}?"
        for name, meant in found
        if meant
    ]
