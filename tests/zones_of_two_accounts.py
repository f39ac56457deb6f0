# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Five zones in two accounts in the simulator's form, for the tests of the inventory."""

from __future__ import annotations

import typing as t

ACME, OTHER = "acce" * 8, "07e4" * 8
ACCOUNTS = {ACME: "Acme", OTHER: "Other & Sons"}


def zone(number: int, name: str, account_id: str = ACME, **more: t.Any) -> dict[str, t.Any]:
    """Return a zone with an ID made from its number."""
    return {
        "id": f"{number:032x}",
        "name": name,
        "account_id": account_id,
        "account_name": ACCOUNTS[account_id],
        **more,
    }


ZONES = [
    zone(1, "shop.example.com"),
    zone(2, "www.example.com", status="pending"),
    zone(3, "blog.example.org", plan="Free Website"),
    zone(4, "shop.example.net", OTHER),
    zone(5, "www.example.net", OTHER, plan="Free Website", status="moved"),
]
