# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The division of a request into queries: each second of each scope is read exactly once."""

from __future__ import annotations

import datetime

from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics_query import (
    Limits,
    Part,
    Window,
    parts,
    uploads_query,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.tests.unit.analytics_model import NOON, window
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = Scope("accounts", "a")


def zones(count: int) -> list[Scope]:
    """Return this number of zones."""
    return [Scope("zones", f"z{number}") for number in range(count)]


def seconds_of(piece: Window) -> list[int]:
    """Return the seconds of a window, counted from noon."""
    begin, end = (int((time - NOON).total_seconds()) for time in piece)
    return list(range(begin, end))


@given(st.integers(1, 400), st.integers(1, 500))
def test_the_windows_cover_each_second_once(length: int, duration: int) -> None:
    pieces = window(length).parts(duration)
    assert [second for piece in pieces for second in seconds_of(piece)] == list(range(length))
    assert len(pieces) == -(-length // duration)


@given(st.integers(0, 60), st.booleans(), st.integers(1, 300), st.integers(1, 300))
def test_each_scope_is_read_once_for_each_second(count: int, with_account: bool, length: int, duration: int) -> None:
    wanted = [*zones(count), *([ACCOUNT] if with_account else [])]
    queries = parts("a", [*wanted, *wanted[:3]], window(length), Limits(duration=duration))
    read = [(scope, piece.window) for piece in queries for scope in piece.scopes]
    assert len(read) == len(set(read))
    for scope in wanted:
        pieces = sorted(piece for of_scope, piece in read if of_scope == scope)
        assert [second for piece in pieces for second in seconds_of(piece)] == list(range(length))
    assert all(len(piece.scopes) <= 10 for piece in queries)
    assert len(queries) == (-(-count // 10) + with_account) * -(-length // duration)


@given(st.integers(1, 10), st.integers(1, 100))
def test_halves_cover_the_part(count: int, length: int) -> None:
    whole = Part("a", tuple(zones(count)), window(length), 10)
    smallest, unread = [], [whole]
    while unread:
        piece = unread.pop()
        halves = piece.halves()
        unread += halves
        smallest += [] if halves else [piece]
    read = sorted(
        (scope.id, second) for piece in smallest for scope in piece.scopes for second in seconds_of(piece.window)
    )
    assert read == sorted((scope.id, second) for scope in whole.scopes for second in range(length))
    assert all(len(piece.scopes) == 1 and len(seconds_of(piece.window)) == 1 for piece in smallest)


def test_the_queries_of_zones_of_an_account_of_zones_alone_and_of_an_account() -> None:
    of_zones = Part("a", tuple(zones(2)), window(60), 5)
    times = {"from": "2026-11-28T12:00:00Z", "to": "2026-11-28T12:01:00Z", "limit": 5}
    nested = uploads_query(of_zones)
    assert nested["variables"] == {"account": "a", "zones": ["z0", "z1"], **times}
    assert "accounts(filter:{accountTag:$account}){zones(filter:{zoneTag_in:$zones}){zoneTag " in nested["query"]
    alone = uploads_query(of_zones._replace(account=""))
    assert alone["variables"] == {"zones": ["z0", "z1"], **times}
    assert "viewer{zones(" in alone["query"] and "$account" not in alone["query"]
    of_account = uploads_query(Part("a", (ACCOUNT,), window(60), 5))
    assert of_account["variables"] == {"account": "a", **times}
    assert "$zones" not in of_account["query"]


def test_a_time_of_another_zone_is_sent_in_utc() -> None:
    east = datetime.timezone(datetime.timedelta(hours=2))
    begin = datetime.datetime(2026, 11, 28, 14, tzinfo=east)
    part = Part("a", (ACCOUNT,), Window(begin, begin + datetime.timedelta(hours=1)), 5)
    sent = uploads_query(part)["variables"]
    assert (sent["from"], sent["to"]) == ("2026-11-28T12:00:00Z", "2026-11-28T13:00:00Z")
