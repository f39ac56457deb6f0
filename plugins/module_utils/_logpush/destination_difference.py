# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What changes in the destination of a job, as a diff may show it. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .destination import AUTHORIZATION, Destination, printable, public_value, to_parts

Parts = t.Dict[str, t.Any]


def difference(old: Destination, new: Destination) -> tuple[Parts, Parts]:
    """Return the parts of two destinations that differ, before and after, as a diff may show them.

    Different values never look the same: masked values, and values that cannot be printed, are marked as old and new.
    """
    old_parts, new_parts = _compared(old), _compared(new)
    before: Parts = {}
    after: Parts = {}
    for part in {**old_parts, **new_parts}:
        if old_parts.get(part) != new_parts.get(part):
            old_value = public_value(part, old_parts.get(part))
            new_value = public_value(part, new_parts.get(part))
            if old_value == new_value:
                old_value, new_value = f"{old_value} (old)", f"{new_value} (new)"
            if old_value is not None:
                before[printable(part)] = old_value
            if new_value is not None:
                after[printable(part)] = new_value
    return before, after


def _compared(destination: Destination) -> Parts:
    """Return the parts of a destination. The token comes with its scheme, which Splunk requires."""
    return {"scheme": destination.scheme, **to_parts(destination), "hec_token": destination.parameter(AUTHORIZATION)}
