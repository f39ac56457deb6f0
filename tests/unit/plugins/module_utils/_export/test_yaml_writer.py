# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables written as YAML are read back unchanged."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._export.yaml_writer import Template, lines
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

WORDS = [
    "",
    "yes",
    "No",
    "~",
    "null",
    "1",
    "0x1",
    "1e3",
    "1.0",
    "2026-11-22",
    "- a",
    "a: b",
    "a #b",
    "*",
    "@splunk_app",
    "=",
    "<<",
]
text = st.one_of(nasty_text, st.sampled_from(WORDS))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), text)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=3)),
    max_leaves=12,
)


class Loader(yaml.SafeLoader):
    """Reads the tag !unsafe, as Ansible does."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def typed(value: t.Any) -> t.Any:
    """Return a value in which true is not 1, and 1 is not 1.0."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value).__name__, repr(value)


@given(st.one_of(st.dictionaries(text, trees, min_size=1, max_size=4), st.lists(trees, min_size=1, max_size=4)))
def test_values_are_read_back_unchanged(value: t.Any) -> None:
    assert typed(yaml.load("\n".join(lines(value)), Loader)) == typed(value)


@pytest.mark.parametrize("looks_like_one", ["{{.RayID}}", "{% raw %}", "a{#b"])
def test_literal_text_that_looks_like_a_template_is_unsafe(looks_like_one: str) -> None:
    assert lines({"a": looks_like_one}) == [f'a: !unsafe "{looks_like_one}"']
    assert lines({"a": Template(looks_like_one)}) == [f'a: "{looks_like_one}"']


def test_the_text_is_readable() -> None:
    value = {
        "jobs": [{"dataset": "dns_logs", "sourcetype": "cloudflare:dns", "enabled": True, "names": ["a", "b"]}],
        "none": [],
    }
    assert lines(value) == [
        "jobs:",
        "  - dataset: dns_logs",
        "    sourcetype: cloudflare:dns",
        "    enabled: true",
        "    names:",
        "      - a",
        "      - b",
        "none: []",
    ]
