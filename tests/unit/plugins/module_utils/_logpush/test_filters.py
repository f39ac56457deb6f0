# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters: operators by their meaning, and values of the type of their field."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.field_types import is_boolean, is_number
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.filters import (
    checked_filter,
    filter_keys,
    typed_filter,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.operators import OPERATORS, meant_operator
from ansible_collections.edgeops.logpush.tests.simulator.datasets import DATASETS, fields_of

MEANINGS = {
    "eq": "= == === EQ equals is_equal_to equal",
    "!eq": "!= ≠ $ne <> !== ne neq NE not_equal not-equals isnt_equal_to !equals notEq does_not_equal",
    "lt": "< less_than lessThan below !gte !>= !geq not_geq",
    "leq": "<= ≤ $lte le lte less_than_or_equal at_most !gt not_greater_than isNotGreaterThan",
    "gt": "> greater_than is_greater_than !lte !le not_leq",
    "geq": ">= ≥ $gte ge gte GTE greater_than_or_equal_to at_least !lt not_less_than",
    "startsWith": "startswith starts_with begins_with prefix has_prefix",
    "!startsWith": "!startswith not_starts_with does_not_start_with doesn't_start_with",
    "endsWith": "endswith ends_with suffix",
    "!endsWith": "!endswith not_ends_with doesNotEndWith",
    "contains": "Contains includes has",
    "!contains": "not_contains notcontains does_not_contain excludes !includes",
    "in": "IN one_of any_of is_in",
    "!in": "not_in notin $nin nin none_of NOT-IN is_not_in !IN isn't_in not_one_of",
}
UNKNOWN = "matches regex ~ =~ !~ like between exists not $not ! is !neq !nin not_not_in !!eq eqq gtx xin q"


@pytest.mark.parametrize(("meant", "words"), MEANINGS.items())
def test_an_operator_of_another_language_is_known_by_its_meaning(meant: str, words: str) -> None:
    for word in [*words.split(), *(text.replace("_", " ") for text in words.split())]:
        assert meant_operator(word) == meant, word
        if word not in OPERATORS:
            with pytest.raises(OptionError, match=rf": use {re.escape(meant)}$"):
                checked_filter({"where": {"key": "ClientIP", "operator": word, "value": ["x"]}})


@pytest.mark.parametrize("word", UNKNOWN.split())
def test_there_is_no_hint_without_a_known_meaning(word: str) -> None:
    with pytest.raises(OptionError, match="is none of") as raised:
        checked_filter({"where": {"key": "ClientIP", "operator": word, "value": "x"}})
    assert "use" not in str(raised.value)


def compared(key: str, value: t.Any, dataset: str = "http_requests") -> t.Any:
    """Return the value of a comparison as it is sent."""
    checked = checked_filter({"where": {"and": [{"key": key, "operator": "in", "value": [value]}]}})
    return typed_filter(checked, dataset)["where"]["and"][0]["value"][0]


@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("EdgeResponseStatus", "500", 500),
        ("EdgeResponseStatus", " 500 ", 500),
        ("EdgeResponseStatus", 500, 500),
        ("EdgeResponseCompressionRatio", "1.5", 1.5),
        ("CacheReserveUsed", "True", True),
        ("ClientCountry", "500", "500"),
        ("NewField", "500", "500"),
    ],
)
def test_text_becomes_a_number_where_the_field_is_one(key: str, value: t.Any, sent: t.Any) -> None:
    assert repr(compared(key, value)) == repr(sent)


def test_the_same_field_can_have_another_type_in_another_dataset() -> None:
    assert compared("Status", "200", "spectrum_events") == 200
    assert compared("Status", "200", "dex_device_state_events") == "200"


@pytest.mark.parametrize(("key", "value"), [("EdgeResponseStatus", "5xx"), ("BotScore", ""), ("ClientASN", "AS1")])
def test_text_that_is_no_number_is_refused(key: str, value: str) -> None:
    with pytest.raises(OptionError, match=f"^filter: {key} takes a number: write 500 without quotes"):
        compared(key, value)


def test_text_that_is_no_boolean_is_refused() -> None:
    with pytest.raises(OptionError, match="^filter: CacheReserveUsed takes true or false, without quotes"):
        compared("CacheReserveUsed", "maybe")


def test_the_types_are_those_of_the_vendor() -> None:
    for dataset in DATASETS:
        for scope in ("zones", "accounts"):
            for field in fields_of(dataset, scope).values():
                assert is_number(field.name, dataset) == (field.type in ("int", "float", "array[int]")), field
                assert not is_boolean(field.name) or field.type == "bool", field


def test_the_fields_of_a_filter() -> None:
    inner = [{"key": key, "operator": "eq", "value": "x"} for key in ("RayID", "ClientIP", "RayID")]
    assert filter_keys({"where": {"or": [{"and": inner[:2]}, inner[2]]}}) == ["RayID", "ClientIP"]
    assert filter_keys(None) == []
