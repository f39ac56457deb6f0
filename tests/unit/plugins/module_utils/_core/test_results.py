# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of a result in words."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.results import label, summarize_failures


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"zone": "a.example", "zone_id": "1", "host": "h", "dataset": "dns_logs", "name": "n"},
            "a.example, dns_logs n",
        ),
        ({"zone": None, "zone_id": "1", "dataset": "dns_logs", "name": None}, "1, dns_logs"),
        ({"account_id": "2", "dataset": "audit_logs_v2"}, "account 2, audit_logs_v2"),
        ({"host": "h"}, "h"),
    ],
)
def test_a_row_is_named_after_its_zone_its_account_or_its_host(row: dict[str, t.Any], expected: str) -> None:
    assert label(row) == expected


@pytest.mark.parametrize(("count", "more"), [(1, ""), (5, ""), (6, "; and 1 more for other reasons, see the result")])
def test_a_message_lists_five_reasons(count: int, more: str) -> None:
    rows = [{"host": f"h{number}", "msg": f"broken {number}"} for number in range(count)]
    assert (
        summarize_failures(rows) == "; ".join(f"h{number}: broken {number}" for number in range(min(count, 5))) + more
    )


def test_a_message_has_one_entry_for_each_reason() -> None:
    ids = [f"{number:032x}" for number in range(5000)]
    rows = [
        {"zone": f"z{zone[-4:]}.example", "zone_id": zone, "msg": f"GET /zones/{zone}/logpush/jobs answered HTTP 403"}
        for zone in ids
    ]
    rows.append({"zone": "other.example", "msg": "GET answered HTTP 500"})
    assert summarize_failures(rows) == (
        "z0000.example; z0001.example; z0002.example; z0003.example; z0004.example and 4,995 more: "
        f"GET /zones/{ids[0]}/logpush/jobs answered HTTP 403; other.example: GET answered HTTP 500"
    )


def test_reasons_that_are_sentences_are_joined_without_their_full_stops() -> None:
    rows = [{"host": "a", "msg": "Nothing listens on port 9."}, {"host": "b", "msg": "The token is not valid."}]
    assert summarize_failures(rows) == "a: Nothing listens on port 9; b: The token is not valid."
