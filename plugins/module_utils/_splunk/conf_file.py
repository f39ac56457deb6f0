# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read and change the text of a .conf file of Splunk, and keep everything else in it: comments, order, other stanzas and keys,
line ends. Pure: no I/O.

The format is that of "How to edit a configuration file" in Splunk's Admin Manual: a stanza begins with C([name]), a setting is
C(key = value), a comment is a line of its own, and a backslash at the end of a line continues the value in the next line. A
number sign or a semicolon inside a value is part of the value.
"""

from __future__ import annotations

import re
import typing as t

_HEADER = re.compile(r"[ \t]*\[(?P<name>.*)\][ \t]*")
_COMMENT = re.compile(r"[ \t]*[#;]")
_SETTING = re.compile(r"(?P<begin>[ \t]*(?P<key>[^=\s][^=]*?)[ \t]*=[ \t]*)(?P<value>.*)", re.DOTALL)
_BOM = "\ufeff"
# The settings in front of the first stanza.
GLOBAL = "default"

Settings = t.Dict[str, str]


class Entry(t.NamedTuple):
    """One line of a file, or several that backslashes join. ``raw`` has all characters, with the line ends. ``name`` is the
    stanza of a header or the key of a setting, None for a comment, an empty line or anything else."""

    raw: str
    name: str | None = None
    is_header: bool = False
    value: str = ""


class ConfFile:
    """The entries of a .conf file. The stanzas keep their order, and a new one comes last."""

    def __init__(self, text: str = "") -> None:
        """Parse a text."""
        self._bom = _BOM if text.startswith(_BOM) else ""
        text = text[len(self._bom) :]
        self._line_end = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
        self._entries = [_entry(raw) for raw in _joined_lines(text)]

    @property
    def text(self) -> str:
        """The text of the file."""
        return self._bom + "".join(entry.raw for entry in self._entries)

    def stanzas(self) -> dict[str, Settings]:
        """Return the settings of each stanza. Of repeated settings, the last counts, as in Splunk."""
        found: dict[str, Settings] = {}
        stanza = GLOBAL
        for entry in self._entries:
            if entry.is_header:
                stanza = entry.name or ""
                found.setdefault(stanza, {})
            elif entry.name is not None:
                found.setdefault(stanza, {})[entry.name] = entry.value
        return found

    def repeated_stanzas(self) -> list[str]:
        """Return the stanzas that the file has more than once."""
        return _repeated(entry.name or "" for entry in self._entries if entry.is_header)

    def repeated_keys(self, stanza: str) -> list[str]:
        """Return the keys that a stanza has more than once."""
        return _repeated(entry.name for entry in self._within(stanza) if entry.name is not None)

    def broken_lines(self) -> list[int]:
        """Return the numbers of the lines that are no stanza, setting, comment or empty line, or that end the file with a
        backslash, which would join them to a line that is added."""
        numbers, line = [], 1
        for entry in self._entries:
            if entry.name is None and entry.raw.strip() and not _COMMENT.match(entry.raw):
                numbers.append(line)
            line += entry.raw.count("\n")
        if self._entries and self._entries[-1].raw.splitlines()[-1].endswith("\\"):
            numbers.append(len(self.text.splitlines()))
        return numbers

    def set(self, stanza: str, key: str, value: str) -> None:
        """Write a setting: in its place, or at the end of its stanza if it is new."""
        first, end = self._place(stanza)
        for position in range(end - 1, first - 1, -1):
            entry = self._entries[position]
            if entry.name == key:
                match = t.cast("re.Match[str]", _SETTING.match(entry.raw))
                self._entries[position] = _entry(match["begin"] + self._written(value))
                return
        last = max((at for at in range(first, end) if self._entries[at].name is not None), default=first - 1)
        self._end_line(last)
        self._entries.insert(last + 1, _entry(f"{key} = {self._written(value)}"))

    def remove(self, stanza: str) -> None:
        """Remove a stanza with its settings, and the comments between them."""
        first, end = self._place(stanza)
        last = max((at for at in range(first, end) if self._entries[at].name is not None), default=first - 1)
        while last + 1 < end and not self._entries[last + 1].raw.strip():
            last += 1
        del self._entries[first - 1 : last + 1]

    def _place(self, stanza: str) -> tuple[int, int]:
        """Return where the entries of a stanza begin and end, which is created if it is missing."""
        headers = [at for at, entry in enumerate(self._entries) if entry.is_header]
        for at in headers:
            if self._entries[at].name == stanza:
                return at + 1, next((other for other in headers if other > at), len(self._entries))
        self._end_line(len(self._entries) - 1)
        if self._entries and self._entries[-1].raw.strip():
            self._entries.append(_entry(self._line_end))
        self._entries.append(_entry(f"[{stanza}]{self._line_end}"))
        return len(self._entries), len(self._entries)

    def _within(self, stanza: str) -> t.Iterator[Entry]:
        current = GLOBAL
        for entry in self._entries:
            if entry.is_header:
                current = entry.name or ""
            elif current == stanza:
                yield entry

    def _end_line(self, position: int) -> None:
        """Let the last line of the file end, so that another can follow."""
        if position >= 0 and not self._entries[position].raw.endswith("\n"):
            entry = self._entries[position]
            self._entries[position] = entry._replace(raw=entry.raw + self._line_end)

    def _written(self, value: str) -> str:
        return value.replace("\n", "\\" + self._line_end) + self._line_end


def _joined_lines(text: str) -> t.Iterator[str]:
    """Yield the lines of a text with their line ends; lines that a backslash joins are one."""
    joined = ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        joined += line
        if not line.rstrip("\r\n").endswith("\\"):
            yield joined
            joined = ""
    if joined:
        yield joined


def _entry(raw: str) -> Entry:
    """Return the entry that lines are."""
    line = re.sub(r"\\\r?\n", "\n", raw).rstrip("\r\n")
    if _COMMENT.match(line):
        return Entry(raw)
    header = _HEADER.fullmatch(line)
    if header:
        return Entry(raw, header["name"], is_header=True)
    setting = _SETTING.fullmatch(line)
    if setting and not line.lstrip().startswith("["):
        return Entry(raw, setting["key"], value=setting["value"].strip())
    return Entry(raw)


def _repeated(names: t.Iterable[str]) -> list[str]:
    seen: set[str] = set()
    found: dict[str, None] = {}
    for name in names:
        if name in seen:
            found[name] = None
        seen.add(name)
    return list(found)
