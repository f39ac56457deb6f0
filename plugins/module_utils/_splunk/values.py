# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What the two management APIs of Splunk have in common: a refusal, a token, and values in their many spellings.
Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

Settings = t.Dict[str, t.Any]


class Token(t.NamedTuple):
    """A token as it is: its settings under the names of the options, its value, and the app that it lives in."""

    settings: Settings
    value: str | None
    app: str


def flag(value: t.Any) -> bool:
    """Read a switch in any spelling that a version of Splunk returns: JSON, "1", "0", "true", "false", absent."""
    return str(value).strip().lower() in ("1", "true", "t", "yes", "y", "on")


def number(value: t.Any) -> int | None:
    """Read a number that may come as text; None where it is none."""
    text = str(value).strip()
    return int(text) if re.fullmatch(r"-?\d+", text) else None


def names(value: t.Any) -> list[str]:
    """Read a list that may come as text with commas; sorted, without repetitions."""
    items = value.split(",") if isinstance(value, str) else value or []
    return sorted({str(item).strip() for item in items if str(item).strip()})
