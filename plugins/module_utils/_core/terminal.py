# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Text in the cells of a terminal. Pure: no I/O."""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """Return the number of terminal cells that a text occupies."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def padded(text: str, width: int) -> str:
    """Return a text with spaces up to a width. A longer text is returned as it is."""
    return text + " " * (width - width_of(text))


def cut(text: str, width: int) -> str:
    """Return a text that is not wider than a width. A cut text ends with an ellipsis."""
    if width_of(text) <= width:
        return text
    while width_of(text) > width - 1:
        text = text[: min(len(text) - 1, width)]
    return f"{text}…"


def visible(text: str) -> str:
    """Return text on one line without control characters and characters that change the direction of writing."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(str(text).split()))


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, broken between words, and within a word that is longer than a line."""
    lines = [""]
    for word in text.split():
        pieces = _pieces(word, width)
        if lines[-1] and (len(pieces) > 1 or width_of(lines[-1]) + 1 + width_of(word) > width):
            lines.append("")
        lines[-1] = f"{lines[-1]} {pieces[0]}".strip()
        lines += pieces[1:]
    return lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1]) + width_of(letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
