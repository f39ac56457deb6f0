# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan for one object, and the part of a result that every module returns for a change. Pure: no I/O.

A plan that cannot be undone (to delete, to disable, to redirect to another collector, to retire a token) requires positive
evidence from a complete look. An empty answer, an answer of an unexpected type, a pattern that matches no host, a run that
is limited to some hosts, and a value that the API hides are not evidence. In those cases, the code that would make the plan
raises a CollectionError that says what was not seen and how the user can consent.
"""

from __future__ import annotations

import typing as t


def action_of(changes: t.Mapping[str, t.Any]) -> str:
    """Return the action of an update with these changes: C(enabled) or C(disabled) if nothing else changes."""
    if not changes:
        return "unchanged"
    if set(changes) == {"enabled"}:
        return "enabled" if changes["enabled"] else "disabled"
    return "updated"


class Plan(t.NamedTuple):
    """The change that one object needs: a job, a token, the settings of HEC, an index or a WAF rule.

    ``action`` names the change. ``body`` is what to send, with its secrets. ``target`` is the whole object after the
    change. ``before`` and ``after`` contain only what changes, in a form that a diff may show.
    """

    action: str
    body: dict[str, t.Any]
    target: dict[str, t.Any]
    before: dict[str, t.Any]
    after: dict[str, t.Any]

    @property
    def writes(self) -> bool:
        """Whether the plan sends anything."""
        return self.action != "unchanged"

    def result(self, name: str = "") -> dict[str, t.Any]:
        """Return the part of a result that all modules return: C(changed), C(action) and C(diff). The headers of the diff
        contain the name of the object, if it is given: Ansible prints them above the lines."""
        headers = {"before_header": name, "after_header": name} if name else {}
        diff = {**headers, "before": self.before, "after": self.after}
        return {"changed": self.writes, "action": self.action, "diff": diff}


NO_CHANGE = Plan("unchanged", {}, {}, {}, {})
