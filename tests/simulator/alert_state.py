# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of Cloudflare's notifications: policies, webhooks, what was sent, and what the example hosts received."""

from __future__ import annotations

import typing as t

Entry = dict[str, t.Any]


class AlertState:
    """The notifications of all accounts. Policies and webhooks have an ``account_id``, and webhooks a ``secret``, which the
    API does not show.
    """

    def __init__(self, saved: t.Mapping[str, t.Any] | None = None) -> None:
        saved = saved or {}
        self.policies: list[Entry] = saved.get("policies", [])
        self.webhooks: list[Entry] = saved.get("webhooks", [])
        self.history: list[Entry] = saved.get("history", [])
        # The time of the last notification about a job, by policy and job.
        self.notified: dict[str, float] = saved.get("notified", {})
        self.ids = int(saved.get("ids", 0))
        # What the hosts received that the simulator plays itself.
        self.inbox: list[Entry] = saved.get("inbox", [])

    def new_id(self) -> str:
        """Return an ID. The same requests after a reset get the same ones."""
        self.ids += 1
        return f"a1e7{self.ids:028x}"

    def shown(self) -> dict[str, t.Any]:
        """Return everything, for the control call ``state`` and the state file."""
        return dict(vars(self))
