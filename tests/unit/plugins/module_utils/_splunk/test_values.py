# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that versions of Splunk write in different forms."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import flag, names, number
from hypothesis import given
from hypothesis import strategies as st

TRUE = [True, 1, "1", "true", "True", "TRUE", "t", "yes", "on", " 1 "]
FALSE = [False, 0, "0", "false", "False", "FALSE", "f", "no", "off", "", None]

index_names = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,10}", fullmatch=True)


@pytest.mark.parametrize(("spelling", "value"), [(text, True) for text in TRUE] + [(text, False) for text in FALSE])
def test_every_spelling_of_a_switch(spelling: t.Any, value: bool) -> None:
    assert flag(spelling) is value


@given(st.integers(), st.sampled_from(["", " "]))
def test_a_number_may_come_as_text(value: int, space: str) -> None:
    assert number(value) == number(f"{space}{value}{space}") == value


@pytest.mark.parametrize("value", [None, "", "many", "1.5", "0x10", []])
def test_what_is_no_number_is_none(value: t.Any) -> None:
    assert number(value) is None


@given(st.lists(index_names), st.randoms(use_true_random=False))
def test_a_list_is_a_set_in_any_spelling(items: list[str], random: t.Any) -> None:
    shuffled = random.sample([*items, *items], 2 * len(items))
    expected = sorted(set(items))
    for spelling in (items, shuffled, tuple(items), ",".join(shuffled), " , ".join(items), ",".join([*items, ""])):
        assert names(spelling) == expected
    assert names(None) == names("") == []
