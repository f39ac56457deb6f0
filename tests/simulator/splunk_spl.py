# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small part of Splunk's search language: the conditions of ``search``, read into a function on an event's fields.

As in Splunk, ``OR`` binds closer than the implicit ``AND`` between terms, values are compared without regard to case, field
names with regard to case, and a star matches any text.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from .clock import now


class Fields(t.Protocol):
    """The fields of an event or of a row of results."""

    def get(self, name: str, /) -> t.Any:
        """Return the value of a field, None if it does not exist."""

    def __setitem__(self, name: str, value: t.Any, /) -> None:
        """Set a field."""


Condition = t.Callable[[Fields], bool]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<paren>[()])
      | (?P<field>[A-Za-z_][\w.:{}-]*)\s*(?P<operator>!=|>=|<=|=|>|<)\s*(?P<value>"(?:[^"\\]|\\.)*"|[^\s()|"]+)
      | (?P<phrase>"(?:[^"\\]|\\.)*")
      | (?P<word>[^\s()|"]+)
    )""",
    re.VERBOSE,
)
SPAN = re.compile(r"^(?:(?P<sign>[+-])(?P<count>\d*)(?P<unit>[a-z]+))?(?:@(?P<snap>[a-z]+))?$")
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
# The terms of a search that limit the time of events, and the time at which they were indexed.
TIME_TERMS = ("earliest", "latest", "_index_earliest", "_index_latest")
TIME_FORMATS = ("%m/%d/%Y:%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S")


class SplError(Exception):
    """A search that Splunk would refuse."""


@dataclasses.dataclass
class Terms:
    """The conditions of a search, and the times in it, by their names. ``has_text`` tells that it looks into the texts."""

    condition: Condition
    names_index: bool
    has_text: bool
    times: dict[str, float]


def split_pipeline(text: str) -> list[str]:
    """Return the commands between the pipes of a search, ignoring pipes within quotes. A command that begins the search with a
    pipe keeps it. Raises SplError."""
    if (text.count('"') - text.count('\\"')) % 2:
        raise SplError("Unbalanced quotes.")
    parts = [part.strip() for part in re.findall(r'(?:[^|"]|"(?:[^"\\]|\\.)*")+', text)]
    return [f"| {parts[0]}", *parts[1:]] if parts and text.lstrip().startswith("|") else parts


def moment(text: str, name: str) -> float:
    """Return seconds since 1970 for a time in one of Splunk's forms. Raises SplError."""
    current = now()
    if text in ("now", "now()", ""):
        return current
    try:
        return float(text)
    except ValueError:
        pass
    span = SPAN.match(text)
    if span:
        units = [span[key] for key in ("unit", "snap") if span[key]]
        if all(unit in UNITS for unit in units):
            back = int(span["count"] or 1) * UNITS[span["unit"]] if span["unit"] else 0
            then = current - back if span["sign"] != "+" else current + back
            return then - then % UNITS[span["snap"]] if span["snap"] else then
    for form in TIME_FORMATS:
        try:
            read = datetime.datetime.strptime(text.replace("Z", "+0000"), form)
        except ValueError:
            continue
        return (read if read.tzinfo else read.replace(tzinfo=datetime.timezone.utc)).timestamp()
    raise SplError(f"Invalid value \"{text}\" for time term '{name}'")


def read_terms(text: str) -> Terms:
    """Read the conditions of a ``search`` command. Raises SplError."""
    reader = _Reader(text)
    condition = reader.conditions()
    if reader.tokens:
        raise SplError("Error in 'search' command: Unable to parse the search: unbalanced parentheses.")
    return Terms(condition, reader.names_index, reader.has_text, reader.times)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens: list[re.Match[str]] = []
        self.names_index = self.has_text = False
        self.times: dict[str, float] = {}
        position = 0
        while text[position:].strip():
            token = TOKEN.match(text, position)
            if token is None:
                raise SplError(f"Error in 'search' command: Unable to parse the search: '{text[position:].strip()}'.")
            self.tokens.append(token)
            position = token.end()

    def conditions(self) -> Condition:
        """Read terms until the end or a closing parenthesis; all of them must be true."""
        found: list[Condition] = []
        while self.tokens and self.tokens[0]["paren"] != ")":
            if self.tokens[0]["word"] == "AND":
                self.tokens.pop(0)
                if not self.tokens or not found:
                    raise SplError("Error in 'search' command: Unable to parse the search: misplaced AND.")
            found.append(self._alternatives())
        return found[0] if len(found) == 1 else lambda fields: all(condition(fields) for condition in found)

    def _alternatives(self) -> Condition:
        found = [self._term()]
        while self.tokens and self.tokens[0]["word"] == "OR":
            self.tokens.pop(0)
            found.append(self._term())
        return found[0] if len(found) == 1 else lambda fields: any(condition(fields) for condition in found)

    def _term(self) -> Condition:
        if not self.tokens or self.tokens[0]["paren"] == ")" or self.tokens[0]["word"] in ("OR", "AND"):
            raise SplError("Error in 'search' command: Unable to parse the search: a term is missing.")
        token = self.tokens.pop(0)
        if token["word"] == "NOT":
            inner = self._term()
            return lambda fields: not inner(fields)
        if token["paren"]:
            inner = self.conditions()
            if not self.tokens:
                raise SplError("Error in 'search' command: Unable to parse the search: unbalanced parentheses.")
            self.tokens.pop(0)
            return inner
        if token["field"]:
            return self._comparison(token["field"], token["operator"], _unquoted(token["value"]))
        if token["word"] and self.tokens and self.tokens[0]["word"] == "IN":
            return self._one_of(token["word"])
        self.has_text = True
        return _text_condition(_unquoted(token["phrase"] or token["word"]))

    def _one_of(self, field: str) -> Condition:
        """Read the values of ``field IN (value, ...)``."""
        values: list[str] = []
        tokens = self.tokens[1:]
        while tokens and tokens[0]["paren"] != ")":
            token = tokens.pop(0)
            texts = [_unquoted(token["phrase"])] if token["phrase"] else re.split(",", token["word"] or "")
            values += [text for text in texts if text]
        if not tokens or not values:
            raise SplError("Error in 'search' command: Unable to parse the search: IN needs values in parentheses.")
        self.tokens = tokens[1:]
        plain = {value.lower() for value in values if "*" not in value}
        others = [self._comparison(field, "=", value) for value in values if "*" in value or field == "index"]
        return lambda fields: (
            any(text.lower() in plain for text in texts_of(fields, field)) or any(other(fields) for other in others)
        )

    def _comparison(self, field: str, operator: str, value: str) -> Condition:
        if field in TIME_TERMS and operator == "=":
            self.times[field] = moment(value, field)
            return lambda fields: True
        matches = _matcher(value)
        if field == "index":
            self.names_index = True
            if not value.startswith("_"):
                # Internal indexes are searched only when they are named.
                return lambda fields: (
                    matches(index := str(fields.get("index"))) is (operator == "=") and index[0] != "_"
                )
        if operator == "=":
            return lambda fields: (
                matches(value)
                if isinstance(value := fields.get(field), str)
                else any(matches(text) for text in texts_of(fields, field))
            )
        if operator == "!=":
            return lambda fields: (
                bool(texts_of(fields, field)) and not any(matches(text) for text in texts_of(fields, field))
            )
        return lambda fields: any(_compare(text, operator, value) for text in texts_of(fields, field))


def texts_of(fields: Fields, name: str) -> list[str]:
    """Return the values of a field as texts; none if the field does not exist."""
    value = fields.get(name)
    if isinstance(value, str):
        return [value]
    values = value if isinstance(value, list) else [value]
    return [text_of(one) for one in values if one is not None]


def text_of(value: t.Any) -> str:
    """Return a value as Splunk writes it: a number without zeros at its end."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _matcher(value: str) -> t.Callable[[str], bool]:
    """Return whether a text equals a value without regard to case; a star matches any text."""
    if "*" not in value:
        lower = value.lower()
        return lambda text: text.lower() == lower
    pattern = re.compile(".*".join(re.escape(part) for part in value.split("*")), re.IGNORECASE | re.DOTALL)
    return lambda text: bool(pattern.fullmatch(text))


def _text_condition(text: str) -> Condition:
    """Return the condition that an event has a text, from the beginning of a word to the end of one."""
    middle = r"\w*".join(re.escape(part) for part in text.split("*"))
    begin = r"(?<!\w)" if text[:1].isalnum() else ""
    end = r"(?!\w)" if text[-1:].isalnum() else ""
    pattern = re.compile(begin + middle + end, re.IGNORECASE)
    return lambda fields: bool(pattern.search(str(fields.get("_raw"))))


def _compare(text: str, operator: str, value: str) -> bool:
    """Compare as numbers if both are numbers, otherwise as texts."""
    left: t.Any
    right: t.Any
    try:
        left, right = float(text), float(value)
    except ValueError:
        left, right = text, value
    return bool({">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[operator])
