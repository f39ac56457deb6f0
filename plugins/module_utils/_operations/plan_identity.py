# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The ID of a plan: equal for two runs that would write the same and in which the same zones failed. Pure: no I/O.

It does not depend on the order of the zones, on times, or on the health of jobs. It does depend on the values of tokens, but
reveals nothing about them: it is the beginning of a digest of everything that would be written.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

_LENGTH = 8
# The ID begins with one of these, because YAML reads an unquoted value of digits as a number.
_FIRST_LETTERS = "abcdef"


def fingerprint(*parts: t.Any) -> str:
    """Return the digest of everything that one row of a plan would write, as 64 hexadecimal digits. The parts are values of
    JSON."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plan_id(fingerprints: t.Iterable[str]) -> str:
    """Return the ID of the plan that rows with these fingerprints make up: a letter and seven hexadecimal digits."""
    digest = fingerprint(sorted(fingerprints))
    return _FIRST_LETTERS[int(digest[-2:], 16) % len(_FIRST_LETTERS)] + digest[: _LENGTH - 1]
