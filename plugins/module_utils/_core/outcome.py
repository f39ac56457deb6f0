# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What every module says of a change, in the same words. Pure: no I/O."""

from __future__ import annotations

import typing as t


def action_of(changes: t.Mapping[str, t.Any]) -> str:
    """Return the word for an update with these changes: that it switches something on or off, if it does just that."""
    if not changes:
        return "unchanged"
    if set(changes) == {"enabled"}:
        return "enabled" if changes["enabled"] else "disabled"
    return "updated"


def outcome(action: str, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the part of a result that all modules have: C(changed), C(action) and C(diff)."""
    return {"changed": action != "unchanged", "action": action, "diff": {"before": before, "after": after}}


class Plan(t.NamedTuple):
    """What one object (a job, a token, the settings of HEC, an index, a WAF rule) needs.

    ``action`` is the word for the change, ``body`` is what to send (with its secrets), ``target`` is the whole object as
    it will be. ``before`` and ``after`` hold only what changes, in the form that a diff may show.
    """

    action: str
    body: dict[str, t.Any]
    target: dict[str, t.Any]
    before: dict[str, t.Any]
    after: dict[str, t.Any]

    @property
    def writes(self) -> bool:
        """Whether anything has to be sent."""
        return self.action != "unchanged"

    def result(self) -> dict[str, t.Any]:
        """Return the part of a result that all modules have: C(changed), C(action) and C(diff)."""
        return {"changed": self.writes, "action": self.action, "diff": {"before": self.before, "after": self.after}}


NO_CHANGE = Plan("unchanged", {}, {}, {}, {})
