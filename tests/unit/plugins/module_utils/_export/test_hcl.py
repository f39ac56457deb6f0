# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parser reads what generators of Terraform configurations write, and refuses anything else."""

from __future__ import annotations

import contextlib
import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._export.hcl import Block, HclError, Reference, parse
from hypothesis import given
from hypothesis import strategies as st

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}", fullmatch=True).filter(
    lambda name: name not in ("true", "false", "null")
)
text = st.text(st.one_of(st.sampled_from('${}%"\\\n\t #é😀'), st.characters(exclude_categories=["Cs"])), max_size=10)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(names, text), inner, max_size=3)),
    max_leaves=8,
)
blocks = st.recursive(
    st.builds(Block, names, st.lists(text, max_size=2), st.dictionaries(names, values, max_size=3), st.just([])),
    lambda inner: st.builds(
        Block,
        names,
        st.lists(text, max_size=2),
        st.dictionaries(names, values, max_size=2),
        st.lists(inner, max_size=2),
    ),
    max_leaves=3,
)


def quoted(string: str) -> str:
    """Return text as a string of the Terraform language."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    escaped = "".join(escapes.get(each) or (each if each.isprintable() else f"\\U{ord(each):08x}") for each in string)
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def as_hcl(value: t.Any) -> str:
    """Return a value as a generator writes it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{\n" + "".join(f"{quoted(key)} = {as_hcl(item)}\n" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_hcl, value)) + "]"
    return json.dumps(value)


def block_as_hcl(block: Block) -> str:
    """Return a block as a generator writes it."""
    head = " ".join([block.type, *map(quoted, block.labels), "{"])
    attributes = [f"{name} = {as_hcl(value)}" for name, value in block.attributes.items()]
    return "\n".join([head, *attributes, *map(block_as_hcl, block.blocks), "}"])


def unambiguous(value: t.Any) -> bool:
    """Return whether the written form has only one meaning: not with a dollar sign before C(${)."""
    return "$$" not in repr(value) and "%%" not in repr(value)


@given(st.lists(blocks.filter(unambiguous), max_size=3))
def test_a_generated_configuration_is_read(written: list[Block]) -> None:
    assert parse("\n\n".join(map(block_as_hcl, written))) == written


@given(st.text(st.sampled_from('resource "a" {}[]=,:\n<<E#/*$${\\jsonencode(null)1.e-'), max_size=40))
def test_any_text_is_read_or_refused(anything: str) -> None:
    with contextlib.suppress(HclError):
        parse(anything)


def test_the_forms_of_a_value() -> None:
    [block] = parse(
        """
        # a comment
        resource "t" "n" { // another
          filter = jsonencode({ where = { "and" : [{ key = "a", operator = "eq", value = 1.5 }] } }) /* and
          another */
          heredoc = <<-EOT
            {"a": "b\\n"}
              $${x}
            EOT
          plain = <<EOT
  kept
EOT
          list = [
            "a",
            "b",
          ]
          object = { a = 1, b = true
            c = null }
          elsewhere = var.token
        }
        """
    )
    assert block.attributes == {
        "filter": '{"where":{"and":[{"key":"a","operator":"eq","value":1.5}]}}',
        "heredoc": '{"a": "b\\n"}\n  ${x}\n',
        "plain": "  kept\n",
        "list": ["a", "b"],
        "object": {"a": 1, "b": True, "c": None},
        "elsewhere": "var.token",
    }
    assert isinstance(block.attributes["elsewhere"], Reference)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('a = "x${var.secret}"', "templates"),
        ('a = "%{ if true }"', "templates"),
        ("a = <<E\n${var.secret}\nE", "templates"),
        ('a = file("secret")', "the function file"),
        ("a = 1 + secret", "not supported"),
        ("a = [for secret in x : secret]", "literal value"),
        ("a = secret", "literal value"),
        ("a = x.secret[0]", "expected a name"),
        ('a = "secret', "not supported"),
        ("a = <<E\nsecret", "not supported"),
        ('a = "\\q"', "unknown escape"),
        ("a = {secret", "expected"),
        ("a {", "expected a name"),
        ("}\n}", "expected a name"),
        (f"a = {'[' * 9999}", "too deep"),
        ('a = "\\UFFFFFFFF"', "invalid number or character"),
        (f"a = {'9' * 9999}", "invalid number or character"),
        ("a = [1 2]", "expected ]"),
    ],
)
def test_an_error_names_the_line_and_quotes_nothing(line: str, says: str) -> None:
    with pytest.raises(HclError, match=r"^(line [23456]: |the nesting)") as refused:
        parse(f"\nb {{\n{line}\n")
    assert says in str(refused.value) and "secret" not in str(refused.value)
