# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Times in UTC as text, in the form of Cloudflare's API (RFC 3339), and as seconds since 1970. Pure: no I/O."""

from __future__ import annotations

import datetime
import re

from .errors import OptionError

_SECONDS = "%Y-%m-%dT%H:%M:%S"
_OPTION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def moment_of(seconds: float) -> datetime.datetime:
    """Return a time in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def rfc3339(seconds: float) -> str:
    """Return a time as text, without its fraction: C(2026-11-22T10:00:00Z)."""
    return f"{moment_of(int(seconds)):{_SECONDS}}Z"


def seconds_of(text: str) -> float:
    """Return a time of the API as seconds since 1970, without its fraction. Raises ValueError."""
    moment = datetime.datetime.strptime(text[:19], _SECONDS)
    return moment.replace(tzinfo=datetime.timezone.utc).timestamp()


def seconds_in_option(option: str, text: str) -> float:
    """Return the time that an option names as seconds since 1970, without its fraction. Raises OptionError."""
    try:
        if _OPTION.fullmatch(text):
            return seconds_of(text)
    except ValueError:
        # The form is right, but the date does not exist.
        pass
    raise OptionError(option, "must be a time in UTC in the form 2026-11-22T10:00:00Z")
