# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The operators of a filter, and their names in other query languages. Pure: no I/O.

A hint for an unknown operator is based on its meaning, never on its spelling: the nearest spelling of C(neq) is C(eq), which
keeps exactly the records that the user wants to drop. Without a known meaning there is no hint.
"""

from __future__ import annotations

import re

# Each operator with its opposite.
_OPPOSITES = {
    "eq": "!eq",
    "lt": "geq",
    "leq": "gt",
    "startsWith": "!startsWith",
    "endsWith": "!endsWith",
    "contains": "!contains",
    "in": "!in",
}
_OPPOSITES.update({opposite: operator for operator, opposite in list(_OPPOSITES.items())})

OPERATORS = tuple("eq !eq lt leq gt geq startsWith endsWith !startsWith !endsWith contains !contains in !in".split())

# Words and signs of other languages, without blanks, "_", "-", ".", "$" and "is" in front.
_SYNONYMS = {
    "eq": "= == === eq equal equals equalto equalsto same sameas",
    "!eq": "<> ≠ ne neq nequal nequals differs differsfrom differentfrom unequal",
    "lt": "< lt less lessthan lower lowerthan below smallerthan before",
    "leq": "<= =< ≤ leq le lte lteq lessequal lessorequal lessthanorequal lessthanorequalto lessthanequal atmost nomorethan",
    "gt": "> gt greater greaterthan higher higherthan above morethan largerthan after",
    "geq": (
        ">= => ≥ geq ge gte gteq greaterequal greaterorequal greaterthanorequal greaterthanorequalto greaterthanequal "
        "atleast nolessthan"
    ),
    "startsWith": "^ ^= startswith startwith startingwith beginswith beginwith prefix hasprefix",
    "endsWith": "$= endswith endwith endingwith suffix hassuffix",
    "contains": "*= contains contain containing includes include including has substring hassubstring",
    "!contains": "excludes exclude excluding lacks",
    "in": "in oneof anyof inlist inset memberof",
    "!in": "nin noneof",
}
_MEANINGS = {word: operator for operator, words in _SYNONYMS.items() for word in words.split()}
_NEGATIONS = ("!", "not", "isnot", "isnt", "arenot", "arent", "doesnot", "doesnt", "donot", "dont")


def meant_operator(text: str) -> str | None:
    """Return the operator that a word or sign of another query language means; None if that is not known."""
    word = re.sub(r"[\s_.'-]|\$(?=[a-z])", "", text.lower())
    meaning = _meaning(word)
    if meaning:
        return meaning
    for negation in _NEGATIONS:
        meaning = _meaning(word[len(negation) :]) if word.startswith(negation) else None
        # A word that is negated twice, such as "!neq", has no assumed meaning.
        if meaning and not meaning.startswith("!"):
            return _OPPOSITES[meaning]
    return None


def _meaning(word: str) -> str | None:
    return _MEANINGS.get(word) or _MEANINGS.get(re.sub("^(is|are)", "", word))
