# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Cuts the text of a Terraform configuration into its blocks. Pure: no I/O.

A parser may refuse an expression that Terraform accepts. When the text is cut into blocks, only the block with that
expression is not read. See U(https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).
"""

from __future__ import annotations

import re
import typing as t

_CODE = re.compile(
    r"""\#[^\n]*|//[^\n]*|/\*.*?\*/|<<-?(?P<heredoc>[^\W\d][\w-]*)\r?\n|(?P<open>[{(\[])|(?P<close>[})\]])|(?P<quote>")|.""",
    re.DOTALL | re.VERBOSE,
)
_BLANK = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r"""\\.|\$\$\{|%%\{|(?P<open>[$%]\{)|(?P<close>")|.""", re.DOTALL)
_HEREDOC = r"""(?m:^[ \t]*(?P<close>%s)\b[ \t]*\r?$)|\$\$\{|%%%%\{|(?P<open>[$%%]\{)|."""


class Block(t.NamedTuple):
    """The text of a block on the highest level, and the number of its first line."""

    text: str
    line: int


def blocks(text: str) -> list[Block]:
    """Return the blocks of a configuration. Raises ValueError for text that is not made of blocks and comments."""
    found: list[Block] = []
    # The open brackets, strings and heredocs, each as the pattern of its content.
    open_patterns = [_CODE]
    start = position = 0
    while position < len(text):
        match = t.cast("re.Match[str]", open_patterns[-1].match(text, position))
        position = match.end()
        groups = match.groupdict()
        if groups.get("open"):
            open_patterns.append(_CODE)
        elif groups.get("quote"):
            open_patterns.append(_STRING)
        elif groups.get("heredoc"):
            open_patterns.append(re.compile(_HEREDOC % re.escape(groups["heredoc"]), re.DOTALL))
        elif groups.get("close"):
            open_patterns.pop()
            if not open_patterns:
                raise ValueError("a bracket is closed that was not opened")
            if len(open_patterns) == 1 and match.group() == "}":
                found.append(_block(text, start, position))
                start = position
    if len(open_patterns) > 1 or not _BLANK.fullmatch(text, start):
        raise ValueError("the last block does not end")
    return found


def _block(text: str, start: int, end: int) -> Block:
    while text[start].isspace():
        start += 1
    return Block(text[start:end], text.count("\n", 0, start) + 1)
