# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Determine whether a job uses a HEC token, in any scheme and encoding. Pure: no I/O."""

from __future__ import annotations

import base64
import re
import typing as t
from urllib.parse import unquote, unquote_plus

from .._core.errors import CollectionError
from .._splunk.token_rules import is_masked_value
from .job import destination_of

_BASIC = re.compile(r"(?i)basic[\s+:]+([A-Za-z0-9+/=_-]+)")
# A destination is percent-encoded once; by mistake, twice or more often.
_MOST_ENCODINGS = 5


def carries_token(job: t.Mapping[str, t.Any], token: str) -> bool:
    """Return whether the destination of a job contains a token: in any parameter, encoded any number of times, in any
    letter case, with C(Splunk) or C(Basic) authentication."""
    return any(token.lower() in text.lower() for text in _spellings(job.get("destination_conf")))


def hides_token(job: t.Mapping[str, t.Any], collectors: t.Container[t.Any] | None) -> bool:
    """Return whether a job may use any token: it pushes to one of these collectors (None: to any) and its token cannot be
    read, or its destination cannot be read."""
    destination_conf = job.get("destination_conf")
    if not isinstance(destination_conf, str) or "://" not in destination_conf:
        return True
    try:
        destination = destination_of(job)
    except CollectionError:
        # Another kind of destination. A malformed Splunk destination may belong to any collector.
        return destination_conf.strip().lower().startswith("splunk:")
    is_readable = bool(destination.hec_token) and not destination.token_is_hidden
    is_here = collectors is None or destination.collector in collectors or is_masked_value(destination.host)
    return not is_readable and is_here


def _spellings(destination_conf: t.Any) -> t.Iterator[str]:
    text = destination_conf if isinstance(destination_conf, str) else ""
    for dummy in range(_MOST_ENCODINGS):
        # A plus sign can mean a space or itself.
        for spelling in dict.fromkeys((text, unquote(text))):
            yield spelling
            yield from _basic_credentials(spelling)
        decoded = unquote_plus(text)
        if decoded == text:
            return
        text = decoded


def _basic_credentials(text: str) -> t.Iterator[str]:
    for match in _BASIC.finditer(text):
        encoded = match[1].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")
        except ValueError:
            continue
