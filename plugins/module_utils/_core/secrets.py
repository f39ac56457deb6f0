# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Masking of secrets in everything that leaves the collection. Pure: no I/O.

Ansible masks the literal value of a C(no_log) option and nothing else. A HEC token also turns up percent-encoded
inside a destination string, base64-encoded in a header, or as a value that Ansible never saw because the API
returned it (the token of an older job). So every known secret is masked in every spelling, and what looks like a
credential is masked by its place in the text even where its value is not known.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus, unquote, unquote_plus

MASK = "********"

# A value learnt from the API may be junk such as "x"; masking that everywhere would garble every message.
_SHORTEST_LEARNT_SECRET = 4

_SHORTEST_WITHIN_BASE64 = 8
_LONGEST_SPELT_ANYHOW = 100

_USERINFO = re.compile(r"://([^/?#\s]+)@")

# A template that refers to a variable is no secret.
_BY_PLACE = (
    # header_Authorization=Splunk%20<token> and any other header of a destination string, encoded or not
    re.compile(
        r"(?i)(header_[a-z0-9_.-]+(?:=|%(?:25)*3d))(?!\{\{ )(?:(?:splunk|bearer|basic)(?:%(?:25)*20|\+|\s)+)?[^&\s\"'<>]+"
    ),
    # Authorization: Splunk <token>, as a header dump or an exception text shows it
    re.compile(
        r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?)(?!\{\{ )(?:(?:splunk|bearer|basic)\s+|(?!splunk|bearer|basic))[^\s\"'&,<>]+"
    ),
    # Splunk <GUID>: the usual form of a HEC token
    re.compile(r"(?i)(splunk(?:%(?:25)*20|\+|\s))[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    # user:password@ in a URL, up to the last @ before its path
    re.compile(r"(://)[^/?#\s\"']+(?=@)"),
)


def encodings(secret: str) -> set[str]:
    """Return every spelling in which ``secret`` may turn up in a message: as is, percent-encoded (once, twice, with
    lower-case digits, as form data), as JSON or HTML text, in hexadecimal, as base64 alone or behind something else."""
    # Half a surrogate pair, as JSON can carry it, has no UTF-8 form.
    encodable = re.sub("[\ud800-\udc7f\udd00-\udfff]", "\ufffd", secret)
    raw = encodable.encode("utf-8", "surrogateescape")
    once = quote(encodable, safe="", errors="surrogateescape")
    spellings = {
        secret,
        once,
        quote(encodable, errors="surrogateescape"),
        quote_plus(encodable, errors="surrogateescape"),
        quote(once, safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        base64.b64encode(raw).decode("ascii").rstrip("="),
        base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="),
        *_within_base64(raw),
        raw.hex(),
        raw.hex().upper(),
    }
    digits = re.compile("%(?:25)*[0-9A-F]{2}")
    spellings |= {digits.sub(lambda match: match.group().lower(), spelling) for spelling in spellings}
    return spellings - {""}


def _within_base64(raw: bytes) -> t.Iterator[str]:
    """The characters that stand for ``raw`` in the base64 of a text that holds it, such as C(user:token) of Basic
    authentication, for each of the three ways in which it may fall into the groups of three bytes."""
    for before in range(3):
        first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        if end - first >= _SHORTEST_WITHIN_BASE64:
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                yield encode(b"\0" * before + raw).decode("ascii")[first:end]


def _spelt_anyhow(secret: str) -> re.Pattern[str]:
    """A pattern that finds ``secret`` with each of its characters as it is, percent-encoded any number of times, as an
    HTML entity, or escaped as JSON allows."""
    characters = []
    for character in secret:
        code = ord(character)
        percent = "".join(f"%(?:25)*{byte:02x}" for byte in character.encode("utf-8", "replace"))
        spellings = [percent, f"&#0*{code};", f"&#x0*{code:x};", rf"\\+u{code:04x}"]
        if not character.isalnum():
            spellings += [rf"\\+{re.escape(character)}", re.escape(html.escape(character))]
        characters.append(f"(?:{re.escape(character)}|(?i:{'|'.join(spellings)}))")
    return re.compile("".join(characters))


def passwords_in_urls(value: t.Any) -> t.Iterator[str]:
    """Return what stands before the C(@) of every URL in a JSON-like value: the password, or all of it without one, as it is
    and decoded."""
    if isinstance(value, str):
        for userinfo in _USERINFO.findall(value):
            secret = userinfo.partition(":")[2] or userinfo
            yield secret
            yield unquote(secret)
    elif isinstance(value, t.Mapping):
        for item in value.values():
            yield from passwords_in_urls(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from passwords_in_urls(item)


@functools.lru_cache(maxsize=64)
def _compiled(secret: str) -> tuple[frozenset[str], list[re.Pattern[str]]]:
    # A long one is a whole destination string, whose secret parts are known one by one.
    patterns = [_spelt_anyhow(secret)] if len(secret) <= _LONGEST_SPELT_ANYHOW else []
    return frozenset(encodings(secret)), patterns


class SecretMask:
    """The secrets of one run, or of one part of it, and the way to mask them.

    Made ready only when there is a text to mask: a run over thousands of zones learns a secret or two in each, and most
    of them need not say a word. Safe to share between threads, as long as one of them adds secrets.
    """

    def __init__(self, whole: SecretMask | None = None) -> None:
        """``whole`` is the mask of the run that this one is a part of."""
        self._whole = whole
        self._secrets: dict[str, None] = {}
        self._ready: tuple[int, list[str], list[re.Pattern[str]]] = (0, [], [])

    def part(self) -> SecretMask:
        """Return the mask of a part of the run: it knows all that this one does, and what it learns is forgotten with it."""
        return SecretMask(self)

    @property
    def spellings(self) -> set[str]:
        """Every usual spelling of every secret."""
        return {spelling for secret in list(self._secrets) for spelling in _compiled(secret)[0]}

    def add(self, *secrets: str | None) -> None:
        """Remember secrets that the user gave; ``None`` and the empty string are passed over."""
        self._secrets.update(dict.fromkeys(secret for secret in secrets if secret))

    def learn(self, *secrets: str | None) -> None:
        """Remember secrets that an API returned, unless they are too short to be any."""
        self.add(*(secret for secret in secrets if secret and len(secret) >= _SHORTEST_LEARNT_SECRET))

    def text(self, text: str) -> str:
        """Return ``text`` with every known secret, and whatever stands where a credential would, masked."""
        if self._whole:
            text = self._whole.text(text)
        if self._ready[0] != len(self._secrets):
            secrets = list(self._secrets)
            longest_first = sorted(self.spellings, key=len, reverse=True)
            self._ready = (
                len(secrets),
                longest_first,
                [pattern for secret in secrets for pattern in _compiled(secret)[1]],
            )
        dummy, spellings, patterns = self._ready
        for spelling in spellings:
            text = text.replace(spelling, MASK)
        for pattern in patterns:
            text = pattern.sub(MASK, text)
        for place in _BY_PLACE:
            text = place.sub(r"\g<1>" + MASK, text)
        return text

    def value(self, value: t.Any) -> t.Any:
        """Return a JSON-like ``value`` with every string in it masked; keys of mappings stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, t.Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        return value


_SECRET_WORD = re.compile(r"(?i)secret|token|password|passwd|credential|signature|\bsig\b|key|auth|cookie")


# Any header may hold a credential, so none is shown.
_SECRET_PARAMETER = re.compile(rf"(?i)header_|{_SECRET_WORD.pattern[4:]}")


# The code at the end of a Sumo Logic collector's path is all that a sender needs to have.
_SECRET_PATH = re.compile(r"(?i)(?P<path>/receiver/v1/http/)(?P<code>[^/?#&\s]+)")


def secrets_in(destination_conf: str) -> list[str]:
    """Return every value in a destination string of any kind that is a secret by its name or place, decoded. The value of
    a header that has nothing secret in its name is none: masking it everywhere would garble harmless text."""
    head, dummy, query = str(destination_conf).partition("?")
    userinfo = re.search(r"://([^/]*)@", head)
    found = [unquote_parameter(part) for part in userinfo.group(1).split(":")] if userinfo else []
    found += [unquote(path.group("code")) for path in _SECRET_PATH.finditer(head)]
    for piece in query.split("&"):
        name, dummy, value = piece.partition("=")
        if _SECRET_WORD.search(unquote_parameter(name)):
            text = unquote_parameter(value).strip()
            # behind the word Splunk, Bearer or Basic
            found += [text, text.rpartition(" ")[2]] if " " in text else [text]
            if "+" in value:
                # Not encoded, it may be a space, or be meant.
                found.append(unquote(value, errors="surrogateescape").strip())
    return [text for text in found if text and not _is_scheme(text)]


def is_secret_parameter(name: str) -> bool:
    """Whether the value of a parameter of this name may be a secret."""
    return bool(_SECRET_PARAMETER.search(name))


def _is_scheme(value: str) -> bool:
    # The word of a header without its token; masked as a secret it would vanish from every message.
    return value.strip().lower() in ("splunk", "basic", "bearer")


def unquote_parameter(text: str) -> str:
    # surrogateescape: bytes that are not UTF-8 come back as they were when the string is written again
    return unquote_plus(text, errors="surrogateescape")


_PARAMETER = re.compile(r"(?:^|[?;])(?P<name>[^?;=]*)=")


def redacted_url(destination_conf: str) -> str:
    """Return a destination string of any kind with every value masked that may be a secret. Works on text that does
    not parse, too: what cannot be told apart from a secret is masked."""
    text, fragment, dummy = str(destination_conf).partition("#")
    if not re.match(r"\s*[A-Za-z][A-Za-z0-9+.-]*://", text):
        return MASK if destination_conf else ""
    text = re.sub(r"//[^?]*@", f"//{MASK}@", text)
    text = _SECRET_PATH.sub(rf"\g<path>{MASK}", text)
    pieces = []
    after_secret = False
    for piece in text.split("&"):
        parameters = _PARAMETER.finditer(piece)
        secret = next((found for found in parameters if _SECRET_PARAMETER.search(unquote(found.group("name")))), None)
        if secret:
            after_secret = True
            piece = piece[: secret.end()] + MASK
        elif after_secret and "=" not in piece:
            # the rest of a token that was not encoded and holds an ampersand
            piece = MASK
        pieces.append(piece)
    return "&".join(pieces) + (f"#{MASK}" if fragment else "")
