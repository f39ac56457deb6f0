# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The fields in which two states of a job differ, each part of its destination and output options by itself. Pure: no I/O."""

from __future__ import annotations

import json
import typing as t

# The fields that have parts.
_DIVIDED = ("destination", "output_options")


class Change(t.NamedTuple):
    """A field that differs, with its values. None means that the field is not set. ``part`` is the part of the destination or the
    output options, "" for any other field."""

    field: str
    part: str
    before: t.Any
    after: t.Any

    @property
    def path(self) -> str:
        """The field and its part, such as C(destination.sourcetype)."""
        return f"{self.field}.{self.part}" if self.part else self.field


def changes(before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> list[Change]:
    """Return the differences between two states of a job."""
    found = []
    for field in {**before, **after}:
        old, new = before.get(field), after.get(field)
        if field in _DIVIDED and isinstance(old or new, t.Mapping):
            old_parts, new_parts = old or {}, new or {}
            parts = {**old_parts, **new_parts}
            found += [Change(field, part, old_parts.get(part), new_parts.get(part)) for part in parts]
        else:
            found.append(Change(field, "", old, new))
    # For Python, true equals 1.
    return [change for change in found if _text(change.before) != _text(change.after)]


def _text(value: t.Any) -> str:
    return json.dumps(value, sort_keys=True)
