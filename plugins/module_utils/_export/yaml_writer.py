# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Writes variables as YAML that Ansible reads back unchanged. Pure: no I/O.

The collection has its own writer because PyYAML may be missing where modules run, and because text that looks like a
template needs the tag C(!unsafe).
"""

from __future__ import annotations

import re
import typing as t

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_TEMPLATE = re.compile(r"\{[{%#]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Template(str):
    """Text that Ansible evaluates, such as a reference to a variable. All other text is literal."""


def lines(value: t.Any) -> list[str]:
    """Return the lines of a mapping or a list that is not empty and contains only JSON types."""
    written = []
    if isinstance(value, t.Mapping):
        for key, item in value.items():
            written += _entry(f"{_quoted(str(key))}:", item)
    else:
        for item in value:
            inner = lines(item) if _has_lines(item) else [_scalar(item)]
            written += [f"{'  ' if number else '- '}{line}" for number, line in enumerate(inner)]
    return written


def _entry(head: str, item: t.Any) -> list[str]:
    """Return the lines of an entry of a mapping: its value on the same line, or indented below."""
    if not _has_lines(item):
        return [f"{head} {_scalar(item)}"]
    return [head, *(f"  {line}" for line in lines(item))]


def _has_lines(value: t.Any) -> bool:
    return isinstance(value, (t.Mapping, list, tuple)) and bool(value)


def _scalar(value: t.Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        # YAML 1.1 reads 1e-07 as text.
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    if isinstance(value, int):
        return str(value)
    if isinstance(value, t.Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    unsafe = _TEMPLATE.search(value) and not isinstance(value, Template)
    return ("!unsafe " if unsafe else "") + _quoted(value)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return '"' + "".join(_ESCAPES.get(character) or _character(character) for character in text) + '"'


def _character(character: str) -> str:
    code = ord(character)
    if character.isprintable() and code <= 0xFFFF:
        return character
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
