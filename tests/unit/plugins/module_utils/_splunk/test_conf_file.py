# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of a .conf file: what is read from it, and what stays when something changes."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.conf_file import ConfFile
from hypothesis import given
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "[a]",
        "[b c]",
        "[]",
        "k = v",
        "k=",
        " k =v ",
        "x = a;b#c",
        "# k = 1",
        "; [a]",
        "",
        "  ",
        "junk",
        "[open",
        "k = v\\",
        "\\",
    ]
)
LINES = st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\r\n"])).map("".join)).map("".join)
TEXTS = st.tuples(st.sampled_from(["", "\ufeff"]), LINES, PIECES | st.just("")).map("".join)
VALUES = st.sampled_from(["v", "a;b#c", "one\ntwo", "[x]", "a = b", ""])


@given(TEXTS)
def test_a_text_is_kept_as_it_is(text: str) -> None:
    assert ConfFile(text).text == text


@given(TEXTS, st.sampled_from(["a", "b c", "", "new"]), st.sampled_from(["k", "x", "new"]), VALUES)
def test_a_setting_is_read_back_and_everything_else_stays(text: str, stanza: str, key: str, value: str) -> None:
    if text.rstrip("\r\n").endswith("\\"):
        # The backslash would join what follows to the last line.
        text += "\n"
    conf = ConfFile(text)
    before = conf.stanzas()
    conf.set(stanza, key, value)
    again = ConfFile(conf.text).stanzas()
    assert again[stanza].pop(key) == value
    before.setdefault(stanza, {}).pop(key, None)
    assert again == before
    comments = [line for line in text.splitlines() if line.lstrip("\ufeff").startswith(("#", ";"))]
    assert [line for line in conf.text.splitlines() if line.lstrip("\ufeff").startswith(("#", ";"))] == comments


def test_a_setting_that_is_there_is_replaced_in_its_place() -> None:
    conf = ConfFile("[a]\n  k   = one \\\n two\nx = 1\n\n[b]\nk = 1\n")
    assert conf.stanzas()["a"]["k"] == "one \n two"
    conf.set("a", "k", "three")
    conf.set("a", "y", "2")
    assert conf.text == "[a]\n  k   = three\nx = 1\ny = 2\n\n[b]\nk = 1\n"


def test_a_stanza_is_removed_with_its_settings_and_the_comment_of_the_next_stays() -> None:
    conf = ConfFile("[a]\n# inside\nk = 1\n\n# about b\n[b]\nk = 1\n")
    conf.remove("a")
    assert conf.text == "# about b\n[b]\nk = 1\n"


def test_the_settings_in_front_of_the_first_stanza_belong_to_default() -> None:
    assert ConfFile("k = 1\n[default]\nx = 2\n").stanzas() == {"default": {"k": "1", "x": "2"}}


@pytest.mark.parametrize(
    ("text", "stanzas", "keys", "lines"),
    [
        ("[a]\nk = 1\n[b]\n[a]\n", ["a"], [], []),
        ("[a]\nk = 1\nk = 2\n", [], ["k"], []),
        ("[a]\nk = 1\\\n2\nnonsense\n[b\n", [], [], [4, 5]),
        ("# [a]\n[a]\n;[a]\n", [], [], []),
    ],
)
def test_what_readers_disagree_about_is_found(text: str, stanzas: list[str], keys: list[str], lines: list[int]) -> None:
    conf = ConfFile(text)
    assert (conf.repeated_stanzas(), conf.repeated_keys("a"), conf.broken_lines()) == (stanzas, keys, lines)
