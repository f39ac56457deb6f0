# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find and mask parts of secrets in a text. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

# Fewer characters are often part of a word.
_SHORTEST_PART = 8
# The first word of a header is not a secret, and is part of many texts.
_SCHEME = re.compile(r"(?i)^(?:splunk|bearer|basic)(?:\s|\+|%(?:25)*20)+")


class SecretParts:
    """The parts of the secrets of one run: every sequence of eight characters, without regard to letter case.

    They are prepared when the first text is masked, because a run collects many secrets and shows few texts of a server.
    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._added: dict[str, None] = {}
        self._sequences: set[str] = set()

    def add(self, secrets: t.Iterable[str]) -> None:
        """Add secrets, without the word Splunk, Bearer or Basic in front. A whole URL is not a secret: its secret
        parts are secrets of their own."""
        for secret in secrets:
            if secret not in self._known and "://" not in secret:
                self._known.add(secret)
                self._added[secret] = None

    def masked(self, text: str, mask: str, is_public: t.Callable[[str], bool]) -> str:
        """Return a text with ``mask`` in the place of every part. ``is_public`` returns whether a part, in lower case, may be shown."""
        self._prepare()
        # Not every lower-case form has the length of its letter.
        lower = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
        shown, end = [], 0
        for begin, stop in self._runs(lower):
            if not is_public(lower[begin:stop]):
                shown += [text[end:begin], mask]
                end = stop
        return "".join([*shown, text[end:]])

    def _prepare(self) -> None:
        for secret in list(self._added):
            credential = _SCHEME.sub("", secret)
            for spelling in (credential, quote(credential, safe="", errors="replace")):
                self._sequences.update(_sequences(spelling.lower()))
            # Last, so that another thread, which masks a text meanwhile, prepares it too.
            self._added.pop(secret, None)

    def _runs(self, lower: str) -> t.Iterator[tuple[int, int]]:
        """Yield the begin and the end of each longest run of parts."""
        begin = stop = -1
        for position, sequence in enumerate(_sequences(lower)):
            if sequence not in self._sequences:
                continue
            if position >= stop:
                if stop > 0:
                    yield begin, stop
                begin = position
            stop = position + _SHORTEST_PART
        if stop > 0:
            yield begin, stop


def _sequences(text: str) -> t.Iterator[str]:
    return (text[begin : begin + _SHORTEST_PART] for begin in range(len(text) - _SHORTEST_PART + 1))
