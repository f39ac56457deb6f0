# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads text of the Terraform language, in its native form and in JSON. Pure: no I/O.

The native form is parsed with python-hcl2, which nothing else needs. Nothing is evaluated except strings without templates,
and C(jsonencode) of literal values: every other expression is an C(Unknown). No message quotes the text, which contains
secrets. See U(https://developer.hashicorp.com/terraform/language/syntax/configuration).
"""

from __future__ import annotations

import importlib
import json
import re
import typing as t
from importlib import metadata

from .._core.errors import CollectionError

_SUPPORTED = "python-hcl2>=8.1,<9"
_JSONENCODE = re.compile(r"\$\{jsonencode\((.*)\)\}", re.DOTALL)
_VARIABLE = re.compile(r"\$\{var\.([A-Za-z_][\w-]*)\}")
_TEMPLATE = re.compile(r"(?<!\$)(?:\$\$)*\$\{|(?<!%)(?:%%)*%\{")
_TEMPLATE_ESCAPE = re.compile(r"\$\$\{|%%\{")
_ESCAPE = re.compile(rf"\\(?:u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|.)|{_TEMPLATE_ESCAPE.pattern}", re.DOTALL)
_NUMBER = re.compile(r"\$\{(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}

UNREADABLE = "is not valid in the Terraform language, or python-hcl2 cannot read it"

Tree = t.Dict[str, t.Any]


class UnreadableText(CollectionError):
    """Text that the parser refuses."""


class Unknown(t.NamedTuple):
    """A value that is an expression. C(variable) is the name of the variable if the expression is nothing else."""

    variable: str = ""


class Syntax(t.NamedTuple):
    """How one of the two forms writes values and names. C(name) returns None for a key that is not a name, such as that
    of a comment."""

    value: t.Callable[[t.Any], t.Any]
    name: t.Callable[[str], str | None]


def parsed_native(text: str) -> Tree:
    """Return a configuration as python-hcl2 returns it, with strings in quotes. Raises CollectionError, and UnreadableText
    for text that the parser refuses."""
    hcl2 = _library()
    try:
        return t.cast(Tree, hcl2.loads(text if text.endswith("\n") else f"{text}\n"))
    except RecursionError:
        raise UnreadableText("the nesting is too deep") from None
    except Exception as error:  # The parser's errors are those of another library, and quote the text.
        line = getattr(error, "line", None)
        where = f"line {line}" if isinstance(line, int) and line > 0 else "it"
        raise UnreadableText(f"{where} {UNREADABLE}. If Terraform reads the file, give a state instead") from None


def parsed_json_form(text: str) -> Tree:
    """Return a configuration in JSON, which is known to be valid. A key that an object has several times has all values in
    a list: they are the blocks of one type."""
    return t.cast(Tree, json.loads(text, object_pairs_hook=_with_repeated_keys))


def _with_repeated_keys(pairs: t.Iterable[tuple[str, t.Any]]) -> Tree:
    tree: Tree = {}
    for key, value in pairs:
        if key in tree:
            values = [each if isinstance(each, list) else [each] for each in (tree[key], value)]
            tree[key] = [*values[0], *values[1]]
        else:
            tree[key] = value
    return tree


def native_value(raw: t.Any) -> t.Any:
    """Return the value of an attribute that C(parsed_native) returned."""
    if isinstance(raw, str):
        if raw.startswith('"<<') and "\n" in raw:
            return _heredoc(raw[1:-1])
        if raw.startswith('"'):
            return _unescaped(raw[1:-1], quoted=True)
        return _expression(raw)
    return _collection(raw, NATIVE)


def json_value(raw: t.Any) -> t.Any:
    """Return the value of an attribute of the JSON form, in which every string is a template."""
    if isinstance(raw, str):
        variable = _VARIABLE.fullmatch(raw)
        return Unknown(variable.group(1)) if variable else _unescaped(raw, quoted=False)
    return _collection(raw, JSON)


def contains_unknown(value: t.Any) -> bool:
    """Return whether a value is an expression, or contains one."""
    if isinstance(value, (dict, list)):
        return any(map(contains_unknown, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Unknown)


def _native_name(key: str) -> str | None:
    if key.startswith("__"):
        return None
    name = native_value(key) if key.startswith('"') else key
    return name if isinstance(name, str) else key


def _json_name(key: str) -> str | None:
    return None if key == "//" else key


NATIVE = Syntax(native_value, _native_name)
JSON = Syntax(json_value, _json_name)


def _library() -> t.Any:
    """Return python-hcl2. Raises CollectionError if it is missing or of another version."""
    try:
        version = metadata.version("python-hcl2")
        library = importlib.import_module("hcl2")
    except (ImportError, metadata.PackageNotFoundError):
        raise CollectionError(
            f"a .tf file is read with the Python package python-hcl2, which is not installed. Install '{_SUPPORTED}', or "
            "give a state instead, which needs no package"
        ) from None
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    if not [8, 1] <= numbers < [9]:
        raise CollectionError(
            f"the version {version} of python-hcl2 is installed, and every major version returns other values. Install "
            f"'{_SUPPORTED}', or give a state instead, which needs no package"
        )
    return library


def _collection(raw: t.Any, syntax: Syntax) -> t.Any:
    if isinstance(raw, list):
        return [syntax.value(item) for item in raw]
    if isinstance(raw, dict):
        items = {syntax.name(key): syntax.value(item) for key, item in raw.items()}
        items.pop(None, None)
        # A key that is an expression.
        return Unknown() if any(key and _TEMPLATE.search(key) for key in items) else items
    return _number(raw) if isinstance(raw, float) else raw


def _number(value: float) -> float:
    """Return a number as Terraform writes it: it has one type for 1 and 1.0."""
    return int(value) if value.is_integer() else value


def _expression(raw: str) -> t.Any:
    variable = _VARIABLE.fullmatch(raw)
    if variable:
        return Unknown(variable.group(1))
    number = _NUMBER.fullmatch(raw)
    if number:
        return _number(float(number.group(1)))
    encoded = _JSONENCODE.fullmatch(raw)
    if encoded:
        try:
            argument = native_value(parsed_native(f"argument = {encoded.group(1)}").get("argument"))
        except CollectionError:
            return Unknown()
        if not contains_unknown(argument):
            return json.dumps(argument, separators=(",", ":"))
    return Unknown()


def _heredoc(raw: str) -> t.Any:
    """Return the text between the marks of a heredoc, which has no escapes with a backslash."""
    head, body = raw[: raw.index("\n")], raw[raw.index("\n") + 1 :]
    text = body[: body.rindex("\n") + 1] if "\n" in body else ""
    return _unescaped(_unindented(text) if head.startswith("<<-") else text, quoted=False)


def _unindented(text: str) -> str:
    """Return lines without the characters of their least indentation. Blank lines are ignored and stay unchanged."""
    indented = [line for line in text.split("\n") if line.strip()]
    least = min((len(line) - len(line.lstrip()) for line in indented), default=0)
    return "\n".join(line[least:] if line.strip() else line for line in text.split("\n"))


def _unescaped(text: str, quoted: bool) -> t.Any:
    """Return text without its escapes, or Unknown if it is a template. Only a quoted string has escapes with a backslash."""
    if _TEMPLATE.search(text):
        return Unknown()
    known = True

    def unescaped(match: re.Match[str]) -> str:
        nonlocal known
        escape = match.group()
        if escape[0] != "\\":
            return escape[1:]
        digits = escape[2:]
        if digits and int(digits, 16) <= 0x10FFFF:
            return chr(int(digits, 16))
        known = known and escape[1] in _CHARACTERS
        return _CHARACTERS.get(escape[1], "")

    plain = (_ESCAPE if quoted else _TEMPLATE_ESCAPE).sub(unescaped, text)
    # Terraform refuses half a surrogate pair.
    return plain if known and not _SURROGATE.search(plain) else Unknown()
