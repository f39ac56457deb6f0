# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The differences between an existing job and the job that the inventory requests. Pure: no I/O."""

from __future__ import annotations

import typing as t


class Change(t.NamedTuple):
    """A field that differs, such as C(destination.sourcetype), with its values. None means that the field is not set."""

    field: str
    before: t.Any
    after: t.Any


def changes(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> list[Change]:
    """Return the differences between two states of a job, each part of its destination and output options by itself."""
    found = []
    for field in {**before, **after}:
        old, new = before.get(field), after.get(field)
        if field in ("destination", "output_options") and isinstance(old or new, dict):
            old_parts, new_parts = old or {}, new or {}
            parts = {**old_parts, **new_parts}
            found += [Change(f"{field}.{part}", old_parts.get(part), new_parts.get(part)) for part in parts]
        else:
            found.append(Change(field, old, new))
    return found
