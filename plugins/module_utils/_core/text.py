# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Make text from outside safe for a terminal and a log. Pure: no I/O."""

from __future__ import annotations

import re

# Control characters except those of lines and tabs, marks that change the direction of text, line separators, characters without
# a width, and halves of surrogate pairs, which UTF-8 cannot express.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_LINE_BREAKS = re.compile(r"[\t\n\r]")


def printable(text: str) -> str:
    """Return a text with every character escaped that controls a terminal, hides text or changes its direction. Tabs and line
    breaks stay."""
    return _UNSAFE.sub(_escaped, text)


def one_line(text: str) -> str:
    """Return a printable text in one line, with tabs and line breaks escaped too."""
    return _LINE_BREAKS.sub(_escaped, printable(text))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    names = {9: r"\t", 10: r"\n", 13: r"\r"}
    return names.get(code) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
