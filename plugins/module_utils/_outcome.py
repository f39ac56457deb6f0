# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""What every module says of a change, in the same words. Pure: no I/O."""

from __future__ import annotations

import typing as t


def action_of(changes: t.Mapping[str, t.Any]) -> str:
    """Give the word for an update with these changes: that it switches something on or off, if it does just that."""
    if not changes:
        return "unchanged"
    if set(changes) == {"enabled"}:
        return "enabled" if changes["enabled"] else "disabled"
    return "updated"


def outcome(action: str, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Give the part of a result that all modules have: C(changed), C(action) and C(diff)."""
    return {"changed": action != "unchanged", "action": action, "diff": {"before": before, "after": after}}
