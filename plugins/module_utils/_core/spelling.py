# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the correct name for a misspelled one. Pure: no I/O.

Only for names, where a near spelling cannot mean the opposite. For operators see C(_logpush/operators).
"""

from __future__ import annotations

import re
import typing as t


def meant_name(name: str, known: t.Iterable[str]) -> str | None:
    """Return the first known name that differs from ``name`` only by case, C(-), C(_) and one of the C(edits) of a letter; None
    if there is none."""
    letters = _letters(name)
    return next((other for other in known if other != name and edits(letters, _letters(other), 1) <= 1), None)


def edits(one: str, other: str, most: int) -> int:
    """Return the number of letters that make two words different: other ones, missing ones, additional ones, and pairs that
    have changed places. Stops at ``most + 1``, so that words that have little in common cost little."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, above = above, line
    return above[-1]


def _letters(name: str) -> str:
    return re.sub("[-_ ]", "", name).lower()
