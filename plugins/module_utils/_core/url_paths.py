# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The path of a URL with names and IDs from outside. Pure: no I/O."""

from __future__ import annotations

from urllib.parse import quote

from .errors import CollectionError


def path_segment(text: object) -> str:
    """Return a name or an ID in the form of one segment of the path of a URL. Raises CollectionError for a text that cannot
    be one: HTTP clients remove the segments C(.) and C(..)."""
    name = str(text)
    if name in ("", ".", ".."):
        raise CollectionError(f'The name or ID "{name}" cannot be part of a URL.')
    return quote(name, safe="", errors="replace")
