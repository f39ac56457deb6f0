# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This module util is PRIVATE to the collection: it may change in any release.

"""What every module says of a change, in the same words. Pure: no I/O."""

from __future__ import annotations

import typing as t

# So many failures are told in the message of a task; all are in its result.
_TOLD = 5


def action_of(changes: t.Mapping[str, t.Any]) -> str:
    """Give the word for an update with these changes: that it switches something on or off, if it does just that."""
    if not changes:
        return "unchanged"
    if set(changes) == {"enabled"}:
        return "enabled" if changes["enabled"] else "disabled"
    return "updated"


def label(entry: t.Mapping[str, t.Any]) -> str:
    """Give what an entry of a result is about, in words: its zone or account, or the host that stands for one that is not
    known, its dataset and its name."""
    account = f"account {entry['account_id']}" if entry.get("account_id") else None
    where = entry.get("zone") or entry.get("zone_id") or account or entry.get("host")
    return ", ".join(filter(None, [where, " ".join(filter(None, [entry.get("dataset"), entry.get("name")]))]))


def told(failed: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Give the failures among the entries of a result in words, the first few of them."""
    more = f"; and {len(failed) - _TOLD} more, see the result" if len(failed) > _TOLD else ""
    return "; ".join(f"{label(entry)}: {entry['msg']}" for entry in failed[:_TOLD]) + more


def outcome(action: str, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Give the part of a result that all modules have: C(changed), C(action) and C(diff)."""
    return {"changed": action != "unchanged", "action": action, "diff": {"before": before, "after": after}}
