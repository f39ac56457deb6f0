# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find variables whose names look like misspelled variables of this collection, which no code reads. Pure: no I/O.

Only names are compared, never values, and each name once, however many hosts have it.
"""

from __future__ import annotations

import collections
import typing as t

from .._core.report import counted
from .._core.spelling import edits
from .inventory_variables import KNOWN_NAMES, VARIABLES

_PREFIX_WORDS = ("splunk", "logpush", "hec")
# The number of letters that may be wrong in a name: one in a short name, which is similar to many others.
_MOST_EDITS = 2
_SHORT = 12
# Two transposed letters can belong to two pieces.
_PIECES = 2 * _MOST_EDITS + 1
# Names of Ansible's own variables and of facts.
_ANSIBLE = ("ansible_", "facter_", "ohai_")
# The variable that the splunk_hec role registers when it has compared the names of its host's variables.
_COMPARED = "splunk_hec_compared"


class NameCounts:
    """The names of the variables of many hosts, and the number of hosts that have each."""

    def __init__(self) -> None:
        self._counts: collections.Counter[str] = collections.Counter()
        self._of_controller: frozenset[str] = frozenset()

    def add(self, names: t.Iterable[str]) -> None:
        """Count the variables of one more host."""
        self._counts.update(iter(names))

    def add_controller(self, names: t.Iterable[str]) -> None:
        """Count the variables of localhost: those of Splunk, and not again those that all hosts have. If the splunk_hec role
        has compared their names in this run, there are no more warnings about them."""
        self._of_controller = frozenset(names)

    def warnings(self) -> list[str]:
        """Return a warning for each name that is near to that of a variable of the collection, in the order of the names."""
        counts = {**dict.fromkeys(self._of_controller, 1), **self._counts}
        done = self._of_controller if _COMPARED in self._of_controller else ()
        found = [(name, meant_variable(name, counts)) for name in sorted(map(str, counts)) if name not in done]
        return [
            f"{name} ({counted(counts[name], 'host')}) is not a variable of this collection; did you mean {meant}?"
            for name, meant in found
            if meant
        ]


def meant_variable(name: str, given: t.Container[str] = ()) -> str | None:
    """Return the variable of the collection that a name is near to, None if there is none or if the name is a known one.

    ``given`` are all names that are set. A name such as C(splunk_username) can belong to something else. If
    C(splunk_hec_username) is also given, it certainly does.
    """
    if name in KNOWN_NAMES or name.startswith(_ANSIBLE):
        return None
    spelled = _parts(name.lower().replace("-", "_"))
    best, fewest = None, _MOST_EDITS + 1
    for known in _VARIABLES:
        if fewest > 1 and not (spelled.is_general and known.name in given):
            distance = _distance(spelled, known, fewest - 1)
            if distance < fewest:
                best, fewest = known.name, distance
    return best


class _Parts(t.NamedTuple):
    """A name, the words of its prefix, the rest, the name in pieces, and the name with C(y) for each C(ies): with two mistakes,
    at least one piece stays intact."""

    name: str
    prefix: tuple[str, ...]
    rest: str
    pieces: tuple[str, ...]
    singular: str

    @property
    def is_general(self) -> bool:
        """Whether the name can also belong to something else about Splunk or HEC."""
        return self.prefix in (("splunk",), ("hec",))


def _parts(name: str) -> _Parts:
    words = name.split("_")
    length = next((number for number, word in enumerate(words) if word not in _PREFIX_WORDS), len(words))
    size = -(-len(name) // _PIECES) or 1
    pieces = tuple(name[start : start + size] for start in range(0, len(name), size))
    singular = "_".join(f"{word[:-3]}y" if word.endswith("ies") else word for word in words)
    return _Parts(name, tuple(words[:length]), "_".join(words[length:]), pieces, singular)


_VARIABLES = tuple(_parts(variable.name) for variable in VARIABLES)


def _distance(spelled: _Parts, known: _Parts, limit: int) -> int:
    """Return how many letters and parts of the prefix differ between two names, a number greater than ``limit`` if more do."""
    if spelled.name.startswith(f"{known.name}_"):
        # The user's own name, which extends one of ours by a word.
        return limit + 1
    if spelled.singular == known.singular:
        return 1
    found = limit + 1
    most = min(limit, _MOST_EDITS if len(known.name) >= _SHORT else 1)
    if abs(len(spelled.name) - len(known.name)) <= most and any(piece in spelled.name for piece in known.pieces):
        letters = edits(spelled.name, known.name, most)
        found = letters if letters <= most else found
    if spelled.prefix and spelled.rest and _differ_by_one_part(spelled.prefix, known.prefix):
        # One more letter, such as a plural, if the name cannot belong to something else.
        allowed = 0 if spelled.is_general else 1
        letters = edits(spelled.rest, known.rest, allowed)
        found = min(found, 1 + letters) if letters <= allowed else found
    return found


def _differ_by_one_part(prefix: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Return whether one prefix has an extra or a repeated part."""
    shorter, longer = sorted((prefix, known), key=len)
    removals = (longer[:number] + longer[number + 1 :] for number in range(len(longer)))
    return bool(shorter) and len(longer) == len(shorter) + 1 and shorter in removals
