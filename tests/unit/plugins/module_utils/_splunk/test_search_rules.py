# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values in Splunk's search language, and values in its rows."""

from __future__ import annotations

import re

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import search_rules as rules
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

IN_QUOTES = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def matches(quoted: str, value: str) -> bool:
    """Return whether a quoted value, as Splunk reads it, finds a value: stars match any text."""
    text = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    return bool(re.fullmatch(".*".join(map(re.escape, text.split("*"))), value, re.DOTALL))


@given(
    nasty_text | st.sampled_from(['a" OR index=*', "\\", '\\"', "`macro`", "a*b", "x\n| delete", "[search]", "\ud800"])
)
def test_no_value_ends_its_quotes_and_each_is_found(value):
    quoted = rules.quoted(value)
    assert IN_QUOTES.fullmatch(quoted) and quoted.encode()
    assert "`" not in quoted and quoted.isprintable() >= value.isprintable()
    assert matches(quoted, value)


@given(st.lists(nasty_text, max_size=4))
def test_one_condition_for_all_values(values):
    condition = rules.any_of("index", values)
    quoted = [f'"{text}"' for text in IN_QUOTES.findall(condition)]
    assert len(quoted) == len(set(values)) and all(any(matches(one, value) for one in quoted) for value in values)
    outside = IN_QUOTES.sub("", condition)
    assert outside == (f"({' OR '.join(['index='] * len(quoted))})" if values else "")


@pytest.mark.parametrize(
    ("value", "counted"),
    [
        ("5", 5),
        (5, 5),
        ("5.0", 5),
        (5.0, 5),
        (" 0 ", 0),
        ("-1", None),
        ("1.5", None),
        ("", None),
        (None, None),
        (["5"], None),
        ({}, None),
        ("9" * 5000, None),
        ("٣", None),
        (True, None),
    ],
)
def test_a_count_in_any_spelling(value, counted):
    assert rules.count_of(value) == counted


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1764300000", 1764300000.0),
        ("1764300000.250", 1764300000.25),
        (1764300000, 1764300000.0),
        ("2025-11-28T03:20:00.500+00:00", 1764300000.5),
        ("2025-11-28T04:20:00+0100", 1764300000.0),
        ("yesterday", None),
        ("", None),
        (None, None),
        ([], None),
        ("9" * 400, None),
        ("2025-13-28T03:20:00Z", None),
    ],
)
def test_a_time_in_any_spelling(value, seconds):
    assert rules.seconds_of(value) == seconds


def test_a_field_that_splunk_extracts_twice_is_read_once():
    assert rules.single(["a", "a"]) == "a"
    assert rules.single(["a", "b"]) == ["a", "b"] and rules.single([]) == []


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("Sat, 28 Nov 2026 12:00:00 GMT", ""),
        ("Sat, 28 Nov 2026 12:01:59 GMT", ""),
        ("Sat, 28 Nov 2026 12:10:00 -0000", "600 seconds ahead of that of this machine"),
        ("Sat, 28 Nov 2026 12:00:00 +0100", "3,600 seconds behind that of this machine"),
        ("", ""),
        ("noon", ""),
        ("Sat, 99 Nov 2026 12:00:00 GMT", ""),
    ],
)
def test_a_clock_that_differs_is_a_problem(date, words):
    # Noon of 2026-11-28.
    found = rules.clock_problem(date, 1795867200.4)
    assert words in found and bool(found) == bool(words)
