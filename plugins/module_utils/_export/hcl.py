# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Parses the part of the Terraform language that generators write: blocks, and attributes with literal values. Pure: no
I/O.

Expressions that need evaluation (variables, templates, functions other than C(jsonencode)) are refused with their line.
See U(https://developer.hashicorp.com/terraform/language/syntax/configuration). No message quotes the text, which contains
secrets.
"""

from __future__ import annotations

import json
import re
import textwrap
import typing as t

from .._core.errors import CollectionError

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<newline>\n)
    |(?P<heredoc><<(?P<strip>-?)(?P<tag>[A-Za-z_][\w-]*)\r?\n(?P<body>.*?)^[ \t]*(?P=tag)[ \t]*\r?$)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\.\d+)*)
    |(?P<sign>[{}\[\]()=,:])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CONSTANTS: dict[str, t.Any] = {"true": True, "false": False, "null": None}


class HclError(CollectionError):
    """The text is not in the supported part of the language."""


class Reference(str):
    """A reference to another value in the configuration, such as C(var.token)."""


class Block(t.NamedTuple):
    """A block with its type, labels, attributes and nested blocks."""

    type: str
    labels: list[str]
    attributes: dict[str, t.Any]
    blocks: list[Block]


class _Token(t.NamedTuple):
    kind: str
    text: str
    line: int
    value: t.Any = None


def parse(text: str) -> list[Block]:
    """Return the blocks of a configuration. Raises HclError."""
    try:
        return _Parser(_tokens(text)).body("end").blocks
    except RecursionError:
        raise HclError("the nesting is too deep") from None


def _tokens(text: str) -> list[_Token]:
    tokens = []
    place, line = 0, 1
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise HclError(f"line {line}: syntax that is not supported")
        kind = next(
            name for name in ("space", "newline", "heredoc", "string", "number", "word", "sign") if match.group(name)
        )
        if kind != "space":
            try:
                tokens.append(_Token(kind, match.group(), line, _literal(kind, match, line)))
            except (ValueError, OverflowError):
                raise HclError(f"line {line}: invalid number or character") from None
        line += match.group().count("\n")
        place = match.end()
    return [*tokens, _Token("end", "", line)]


def _literal(kind: str, match: re.Match[str], line: int) -> t.Any:
    if kind == "string":
        return _unescaped(match.group()[1:-1], line, quoted=True)
    if kind == "heredoc":
        body = match.group("body")
        return _unescaped(textwrap.dedent(body) if match.group("strip") else body, line, quoted=False)
    if kind == "number":
        return json.loads(match.group())
    return None


def _unescaped(text: str, line: int, quoted: bool) -> str:
    """Return text without its escapes. A heredoc has no escapes with a backslash."""
    if re.search(r"(?<!\$)(?:\$\$)*\$\{|(?<!%)(?:%%)*%\{", text):
        raise HclError(f"line {line}: templates are not supported")

    def unescaped(match: re.Match[str]) -> str:
        escape = match.group()
        if escape[0] != "\\":
            return escape[1:]
        if not quoted:
            return escape
        if escape[1] in "uU":
            code_point = escape[2:]
            return chr(int(code_point, 16))
        if escape[1] not in _CHARACTERS:
            raise HclError(f"line {line}: unknown escape")
        return _CHARACTERS[escape[1]]

    return _ESCAPE.sub(unescaped, text)


class _Parser:
    """A recursive descent parser."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _accept(self, text: str) -> bool:
        """Consume the next token if it is this sign, and return whether it was."""
        accepted = self._next.kind == "sign" and self._next.text == text
        self._place += accepted
        return accepted

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._error(f"expected {text}")

    def _error(self, problem: str) -> HclError:
        return HclError(f"line {self._next.line}: {problem}")

    def _skip_newlines(self) -> None:
        while self._next.kind == "newline":
            self._take()

    def body(self, end: str) -> Block:
        """Return the attributes and blocks up to the end of a body, as a block without a name."""
        body = Block("", [], {}, [])
        while True:
            self._skip_newlines()
            if (end == "end" and self._next.kind == "end") or self._accept(end):
                return body
            name = self._take()
            if name.kind not in ("word", "string"):
                raise HclError(f"line {name.line}: expected a name")
            if self._accept("="):
                body.attributes[self._name(name)] = self._value()
            else:
                body.blocks.append(self._block(name))

    def _name(self, token: _Token) -> str:
        return token.value if token.kind == "string" else token.text

    def _block(self, name: _Token) -> Block:
        labels = []
        while self._next.kind in ("word", "string"):
            labels.append(self._name(self._take()))
        self._expect("{")
        inner = self.body("}")
        return Block(name.text, labels, inner.attributes, inner.blocks)

    def _value(self) -> t.Any:
        token = self._take()
        if token.kind in ("string", "heredoc", "number"):
            return token.value
        if token.kind == "word" and token.text in _CONSTANTS:
            return _CONSTANTS[token.text]
        if token.kind == "word" and self._accept("("):
            return self._call(token)
        if token.kind == "word" and "." in token.text:
            return Reference(token.text)
        if token.kind == "sign" and token.text == "[":
            return self._list()
        if token.kind == "sign" and token.text == "{":
            return self._object()
        raise HclError(f"line {token.line}: expected a literal value")

    def _call(self, function: _Token) -> str:
        if function.text != "jsonencode":
            raise HclError(f"line {function.line}: the function {function.text} is not supported")
        self._skip_newlines()
        value = self._value()
        self._skip_newlines()
        self._expect(")")
        return json.dumps(value, separators=(",", ":"))

    def _list(self) -> list[t.Any]:
        items = []
        self._skip_newlines()
        while not self._accept("]"):
            items.append(self._value())
            self._skip_newlines()
            if not self._accept(","):
                self._expect("]")
                break
            self._skip_newlines()
        return items

    def _object(self) -> dict[str, t.Any]:
        items = {}
        self._skip_newlines()
        while not self._accept("}"):
            key = self._take()
            if key.kind not in ("word", "string"):
                raise HclError(f"line {key.line}: expected a key")
            if not self._accept("="):
                self._expect(":")
            items[self._name(key)] = self._value()
            self._accept(",")
            self._skip_newlines()
        return items
