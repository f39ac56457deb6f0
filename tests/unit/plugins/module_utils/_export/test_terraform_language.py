# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text of the Terraform language is read as Terraform reads it, block by block if necessary."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform import SourceFile, read_source
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_blocks import blocks
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_job import TYPE
from ansible_collections.edgeops.logpush.tests.unit.terraform_files import configuration, resources
from hypothesis import given
from hypothesis import strategies as st

# Terraform accepts these, and python-hcl2 8.1 does not.
REFUSED = ["{ for zone in var.zones : zone => 1 }", '"${var.a ~}"', '"$$$${"']


@pytest.mark.parametrize("value", REFUSED)
def test_a_block_that_the_parser_refuses_is_not_read_alone(value: str) -> None:
    rest = f'locals {{\n  a = {value}\n}}\nmodule "x" {{\nsource = "./x"\n}}\n'
    source = read_source(
        [SourceFile("main.tf", configuration("name = var.x", f'variable "x" {{\ndefault = "a"\n}}\n{rest}'))]
    )
    assert [each.problem for each in source.resources] == ["", ""] and len(source.resources[0].remarks) == 1
    module, block = source.remarks
    assert "module.x is not read" in module and re.match(
        r"main\.tf, line \d+: a block is not read, .* or python-hcl2", block
    )


@pytest.mark.parametrize("value", REFUSED)
def test_a_job_that_the_parser_refuses_is_excluded_alone(value: str) -> None:
    excluded, other = resources(configuration(f"name = {value}"))
    assert excluded.address == f"{TYPE}.x" and "python-hcl2 cannot read it" in excluded.problem
    assert not other.problem and other.address == f"{TYPE}.y"


def test_blocks_are_found_whatever_their_text_contains() -> None:
    parts = [
        '# } "\n/* } */ a "b" { x = "}${ f("}", { }) }" // }\n}',
        'b {\n  x = <<-EOT\n } ${ { a = "}" } } $${ %%{ "\n EOTX\n  EOT\n  y = <<EOT\r\n{\r\nEOT\r\n}',
        "c { d { e = [1, { f = (2) }] } }",
    ]
    text = "\n\n".join(parts) + "\n# end }"
    assert [block.text for block in blocks(text)] == parts and [block.line for block in blocks(text)] == [1, 5, 15]
    for broken in ("a {", "a }", 'a { b = "} ', "a { b = <<X\n}\n", "a {}\nb = 1"):
        with pytest.raises(ValueError, match="end|opened"):
            blocks(broken)


def test_strings_keep_their_characters() -> None:
    lines = r"""
      name = "$${a} %%{b} \"q\" \\d \u00e9 \t"
      kind = <<-EOT
          one $${a}
            two \n
        EOT
      frequency = <<EOT
  x
EOT
      filter = jsonencode({ "where" = { key = "A", value = [1, -2.5, true, null, "x\ny $${z} \"q\""], "a-b" : 3 } })
    """
    job = resources(configuration(lines))[0].job
    assert job["name"] == '${a} %{b} "q" \\d é \t'
    assert job["kind"] == "one ${a}\n  two \\n\n"
    assert job["frequency"] == "  x\n"
    value = [1, -2.5, True, None, 'x\ny ${z} "q"']
    assert json.loads(job["filter"]) == {"where": {"key": "A", "value": value, "a-b": 3}}


def test_a_heredoc_is_indented_as_terraform_indents_it() -> None:
    # Blank lines have no part in the indentation, tabs count as one character each, and a backslash escapes nothing.
    job = resources(configuration("name = <<-EOT\n  one\n\t\ttwo\n \n\n   \\$${x}\n  EOT"))[0].job
    assert job["name"] == "one\ntwo\n \n\n \\${x}\n"


def test_numbers_are_written_as_terraform_writes_them() -> None:
    lines = "max_upload_bytes = 5e6\nmax_upload_records = 1000.0\nfilter = jsonencode({a = [1.0, 2.5, 1e3]})"
    job = resources(configuration(lines))[0].job
    assert [repr(job[name]) for name in ("max_upload_bytes", "max_upload_records")] == ["5000000", "1000"]
    assert job["filter"] == '{"a":[1,2.5,1000]}'


def hcl_string(text: str) -> str:
    """Return text as a string of the Terraform language."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    escaped = "".join(escapes.get(each) or (each if each.isprintable() else f"\\U{ord(each):08x}") for each in text)
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


texts = st.text(st.one_of(st.sampled_from('{}"\\\n\t #é😀<'), st.characters(exclude_categories=["Cs"])), max_size=10)


@given(texts)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    written = hcl_string(text)
    job = resources(configuration(f"name = {written}\nfilter = jsonencode({{key = {written}}})"))[0].job
    assert job["name"] == text and json.loads(job["filter"]) == {"key": text}


@given(texts)
def test_an_invalid_file_raises_no_other_error(text: str) -> None:
    for whole in (text, configuration(text), configuration(f"name = {text}")):
        with contextlib.suppress(CollectionError):
            resources(whole)
