# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms in which a secret could appear in output."""

from __future__ import annotations

import base64
import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus


def spellings(secret: str) -> set[str]:
    """Return the forms in which a secret may appear."""
    once = quote(secret, safe="")
    forms = {secret, once, quote(once, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]}
    forms |= {html.escape(secret), repr(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= {re.sub("%[0-9A-F]{2}", lambda match: match.group().lower(), form) for form in set(forms)}
    return forms | set(inside_base64(secret))


def inside_base64(secret: str) -> t.Iterator[str]:
    """Return the visible part of a secret in base64, for any text before and after it, such as a user name or ``Splunk``."""
    data = secret.encode()
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + data).decode()
        # A character stands for six bits. Characters that also contain bits of neighboring text can be any.
        seen = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        yield from (seen, seen.translate(str.maketrans("+/", "-_")))


def strings(value: t.Any) -> t.Iterator[str]:
    """Return every text in a result, keys included."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    else:
        yield str(value)
