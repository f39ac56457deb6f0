# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mask replies: remove secrets, and everything that identifies an account."""

from __future__ import annotations

import base64
import json
import re
import typing as t
import urllib.parse

# In this order: long values are masked before their parts.
PATTERNS = (
    (re.compile(r"(?i)\b(?!https\b)[a-z][a-z0-9+.-]*://[^\s\"']+"), "<address>"),
    (re.compile(r"https://[^\s\"']+"), "<address>"),
    (re.compile(r"(?i)\b(splunk|bearer|basic)(\s|%20|\+)+(?=[^\s\"']*\d)[^\s\"']+"), r"\1 <secret>"),
    (re.compile(r"(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<guid>"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "<address>"),
    (re.compile(r"(?=[\w+/=-]*\d)[\w+/=-]{20,}"), "<long value>"),
)


def spellings(secret: str) -> set[str]:
    """Return the forms in which a secret can appear: as it is, percent-encoded, in JSON, in Base64."""
    plain = {secret, urllib.parse.quote(secret), urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)}
    plain |= {form.lower() for form in plain} | {json.dumps(form)[1:-1] for form in plain}
    return plain | {base64.b64encode(form.encode()).decode().rstrip("=") for form in plain}


class Mask:
    """Masks the known secrets and names in a text, and everything that looks like a secret."""

    def __init__(self, secrets: t.Iterable[str], names: t.Mapping[str, str]) -> None:
        """``names`` maps harmless values of one account or run to their replacements."""
        self.secrets = sorted(
            {form for secret in secrets if secret for form in spellings(secret)}, key=len, reverse=True
        )
        self.names = dict(sorted(names.items(), key=lambda item: -len(item[0])))

    def __call__(self, text: str) -> str:
        """Return the text with everything masked that must not be shown."""
        text = self.known(text)
        for name, stand_in in self.names.items():
            if name:
                text = text.replace(name, stand_in)
        for pattern, stand_in in PATTERNS:
            text = pattern.sub(stand_in, text)
        return text

    def known(self, text: str) -> str:
        """Return the text without the known secrets, in whatever way they are written."""
        for secret in self.secrets:
            text = text.replace(secret, "<secret>")
        return text
