# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Expressions of the commands ``eval`` and ``where``: arithmetic, comparisons, ``AND OR NOT`` and some functions.

As in Splunk, a value that does not exist is null, an operation with null is null, a plain name is a field, a name with other
characters is in single quotes, and a dot joins texts.
"""

from __future__ import annotations

import datetime
import math
import re
import typing as t

from .clock import now
from .event_time import read_time
from .splunk_spl import Fields, SplError, text_of

Expression = t.Callable[[Fields], t.Any]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<quoted>'[^']*')
      | (?P<name>[A-Za-z_][\w:{}]*)
      | (?P<sign>==|!=|<=|>=|[-+*/%.<>=(),])
    )""",
    re.VERBOSE,
)
COMPARISONS = ("=", "==", "!=", "<", ">", "<=", ">=")


def expression(text: str, command: str) -> Expression:
    """Read a whole expression. Raises SplError."""
    reader = _Reader(text, command)
    found = reader.alternatives()
    if reader.tokens:
        raise reader.error()
    return found


def is_true(value: t.Any) -> bool:
    """Return whether the value of a condition is true; null is not."""
    return value is True


def number_of(value: t.Any) -> float | None:
    """Return a value as a number, None if it is not one."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


class _Reader:
    """Reads tokens from left to right, from the weakest operator to the strongest."""

    def __init__(self, text: str, command: str) -> None:
        self.command = command
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while text[position:].strip():
            token = TOKEN.match(text, position)
            if token is None:
                raise self.error()
            kind = str(token.lastgroup)
            self.tokens.append((kind, token[kind]))
            position = token.end()

    def error(self) -> SplError:
        """Return Splunk's error for an expression that it cannot read."""
        return SplError(f"Error in '{self.command}' command: The expression is malformed.")

    def alternatives(self) -> Expression:
        """Read an expression."""
        found = self._all()
        while self._word("OR"):
            found = _either(found, self._all())
        return found

    def _all(self) -> Expression:
        found = self._negation()
        while self._word("AND"):
            found = _both(found, self._negation())
        return found

    def _negation(self) -> Expression:
        if self._word("NOT"):
            inner = self._negation()
            return lambda fields: not is_true(inner(fields))
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._binary(("+", "-", "."), lambda: self._binary(("*", "/", "%"), self._value))
        sign = self._sign(COMPARISONS)
        if not sign:
            return left
        right = self._binary(("+", "-", "."), lambda: self._binary(("*", "/", "%"), self._value))
        return lambda fields: _compared(sign, left(fields), right(fields))

    def _binary(self, signs: t.Sequence[str], operand: t.Callable[[], Expression]) -> Expression:
        found = operand()
        sign = self._sign(signs)
        while sign:
            found = _calculation(sign, found, operand())
            sign = self._sign(signs)
        return found

    def _value(self) -> Expression:
        if self._sign(("-",)):
            inner = self._value()
            return _calculation("-", lambda fields: 0, inner)
        if self._sign(("(",)):
            inner = self.alternatives()
            self._end()
            return inner
        if not self.tokens or self.tokens[0][0] == "sign":
            raise self.error()
        kind, text = self.tokens.pop(0)
        if kind == "number":
            value = float(text)
            return lambda fields: value
        if kind == "text":
            literal = re.sub(r'\\(["\\])', r"\1", text[1:-1])
            return lambda fields: literal
        if kind == "name" and self._sign(("(",)):
            return self._call(text)
        name = text.strip("'")
        return lambda fields: _single(fields.get(name))

    def _call(self, name: str) -> Expression:
        arguments: list[Expression] = []
        while not arguments or self._sign((",",)):
            if not arguments and self.tokens and self.tokens[0] == ("sign", ")"):
                break
            arguments.append(self.alternatives())
        self._end()
        function = FUNCTIONS.get(name.lower())
        if function is None:
            raise SplError(f"Error in '{self.command}' command: The '{name}' function is unsupported or undefined.")
        return lambda fields: function(*(argument(fields) for argument in arguments))

    def _end(self) -> None:
        if not self._sign((")",)):
            raise self.error()

    def _word(self, word: str) -> bool:
        if self.tokens and self.tokens[0][0] == "name" and self.tokens[0][1].upper() == word:
            self.tokens.pop(0)
            return True
        return False

    def _sign(self, signs: t.Sequence[str]) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return ""


def _either(left: Expression, right: Expression) -> Expression:
    return lambda fields: is_true(left(fields)) or is_true(right(fields))


def _both(left: Expression, right: Expression) -> Expression:
    return lambda fields: is_true(left(fields)) and is_true(right(fields))


def _single(value: t.Any) -> t.Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _compared(sign: str, left: t.Any, right: t.Any) -> bool | None:
    if left is None or right is None:
        return None
    first, second = number_of(left), number_of(right)
    a: t.Any = first if first is not None and second is not None else text_of(left)
    b: t.Any = second if first is not None and second is not None else text_of(right)
    return bool({"=": a == b, "==": a == b, "!=": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign])


def _calculation(sign: str, left: Expression, right: Expression) -> Expression:
    def calculated(fields: Fields) -> t.Any:
        a, b = left(fields), right(fields)
        if a is None or b is None:
            return None
        first, second = number_of(a), number_of(b)
        if sign == "." or (sign == "+" and isinstance(a, str) and isinstance(b, str) and first is None):
            return text_of(a) + text_of(b)
        if first is None or second is None or (sign in "/%" and not second):
            return None
        return {
            "+": lambda: first + second,
            "-": lambda: first - second,
            "*": lambda: first * second,
            "/": lambda: first / second,
            "%": lambda: math.fmod(first, second),
        }[sign]()

    return calculated


def _strptime(text: t.Any, form: t.Any) -> float | None:
    try:
        return None if text is None else read_time(text_of(text), str(form))
    except ValueError as error:
        raise SplError(f"Error in 'eval' command: {error}") from error


def _strftime(seconds: t.Any, form: t.Any) -> str | None:
    number = number_of(seconds)
    if number is None:
        return None
    return datetime.datetime.fromtimestamp(number, datetime.timezone.utc).strftime(str(form))


def _of_numbers(function: t.Callable[..., float]) -> t.Callable[..., float | None]:
    def computed(*values: t.Any) -> float | None:
        numbers = [number_of(value) for value in values]
        return None if None in numbers or not numbers else float(function(*numbers))

    return computed


def _of_texts(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    def computed(*values: t.Any) -> t.Any:
        return None if None in values else function(*(text_of(value) for value in values))

    return computed


def _case(*pairs: t.Any) -> t.Any:
    return next((value for condition, value in zip(pairs[::2], pairs[1::2]) if is_true(condition)), None)


def _item(values: t.Any, position: t.Any) -> t.Any:
    items = values if isinstance(values, list) else [] if values is None else [values]
    index = int(position)
    return items[index] if -len(items) <= index < len(items) else None


FUNCTIONS: dict[str, t.Callable[..., t.Any]] = {
    "abs": _of_numbers(abs),
    "case": _case,
    "ceiling": _of_numbers(math.ceil),
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "floor": _of_numbers(math.floor),
    "if": lambda condition, yes, no: yes if is_true(condition) else no,
    "isnotnull": lambda value: value is not None,
    "isnull": lambda value: value is None,
    "len": _of_texts(len),
    "lower": _of_texts(str.lower),
    "match": _of_texts(lambda text, pattern: bool(re.search(pattern, text))),
    "max": _of_numbers(max),
    "min": _of_numbers(min),
    "mvindex": _item,
    "now": now,
    "null": lambda: None,
    "replace": _of_texts(lambda text, pattern, other: re.sub(pattern, other, text)),
    "round": _of_numbers(lambda number, digits=0.0: round(number, int(digits))),
    "strftime": _strftime,
    "strptime": _strptime,
    "substr": _of_texts(lambda text, begin, length="1000000": text[int(begin) - 1 :][: int(length)]),
    "tonumber": number_of,
    "tostring": lambda value: None if value is None else text_of(value),
    "true": lambda: True,
    "upper": _of_texts(str.upper),
}
