# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Mask secrets in everything that leaves the collection. Pure: no I/O.

Ansible masks the literal value of a C(no_log) option and nothing else. A HEC token also appears percent-encoded inside a
destination string, base64-encoded in a header, or as a value that Ansible does not know because the API returned it (the
token of an older job). So every known secret is masked in every encoding, and text in the place of a credential is masked
even if its value is not known.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from .secret_parts import SecretParts
from .text import one_line, printable

MASK = "********"

# A value that the API returned can be as short as "x"; masking that everywhere would garble every message.
_SHORTEST_LEARNT_SECRET = 4

_SHORTEST_WITHIN_BASE64 = 8
_LONGEST_WITH_PATTERN = 100

# The names of options that hold a secret, and such a name in text, such as hec_token=... or "hec_token": "..."
# The option update_secret says when a secret is sent.
_SECRET_NAME = r"(?i)(?:token|password|passwd|(?<!update_)secret|api_key|authorization)"
_SECRET_OPTION = re.compile(_SECRET_NAME + "$")
_ASSIGNED_SECRET = re.compile(_SECRET_NAME + r"""["']?\s*[:=]\s*["']?((?:splunk(?:\s|%20|\+))?[^\s"',;}\]&]+)""")
_URL = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_USERINFO = re.compile(r"://([^/?#\s]+)@")

# Compiled here, once, and not in each of the workers that Ansible forks.
_LONE_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_PERCENT_ENCODED = re.compile("%(?:25)*[0-9A-F]{2}")
# What every spelling of a character begins with, other than the character itself.
_ESCAPE = re.compile(r"[%&\\]")

# Patterns for credentials by their place in a text. A template with a variable is not a secret.
_BY_PLACE = (
    # header_Authorization=Splunk%20<token>, and any other header of a destination string, encoded or not
    re.compile(
        r"(?i)(header_[a-z0-9_.-]+(?:=|%(?:25)*3d))(?!\{\{ )(?:(?:splunk|bearer|basic)(?:%(?:25)*20|\+|\s)+)?[^&\s\"'<>]+"
    ),
    # Authorization: Splunk <token>, as in a dump of headers or the text of an exception
    re.compile(
        r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?)(?!\{\{ )(?:(?:splunk|bearer|basic)\s+|(?!splunk|bearer|basic))[^\s\"'&,<>]+"
    ),
    # Splunk <GUID>: the usual form of a HEC token
    re.compile(r"(?i)(splunk(?:%(?:25)*20|\+|\s))[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    # user:password@ in a URL, up to the last @ before its path
    re.compile(r"(://)[^/?#\s\"']+(?=@)"),
)


def encodings(secret: str) -> set[str]:
    """Return every encoding in which ``secret`` may appear in a message: as is, percent-encoded (once, twice, with lower-case
    digits, as form data), as JSON or HTML text, in hexadecimal, and in base64, alone or after other text."""
    # Half a surrogate pair, which JSON can contain, has no UTF-8 form.
    encodable = _LONE_SURROGATE.sub("\ufffd", secret)
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
    spellings |= {_PERCENT_ENCODED.sub(lambda match: match.group().lower(), spelling) for spelling in spellings}
    return spellings - {""}


def _within_base64(raw: bytes) -> t.Iterator[str]:
    """Yield the characters that represent ``raw`` in the base64 of a longer text, such as C(user:token) of Basic
    authentication: one for each of the three positions in a group of three bytes, in both alphabets."""
    for before in range(3):
        first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        if end - first >= _SHORTEST_WITHIN_BASE64:
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                yield encode(b"\0" * before + raw).decode("ascii")[first:end]


def _pattern_of(secret: str) -> re.Pattern[str]:
    """Return a pattern that finds ``secret`` with each character as it is, percent-encoded any number of times, as an HTML
    entity, or escaped as in JSON."""
    characters = []
    for character in secret:
        code = ord(character)
        percent = "".join(f"%(?:25)*{byte:02x}" for byte in character.encode("utf-8", "replace"))
        spellings = [percent, f"&#0*{code};", f"&#x0*{code:x};", rf"\\+u{code:04x}"]
        if not character.isalnum():
            spellings += [rf"\\+{re.escape(character)}", re.escape(html.escape(character))]
        characters.append(f"(?:{re.escape(character)}|(?i:{'|'.join(spellings)}))")
    return re.compile("".join(characters))


def texts_in(value: t.Any, option: str = "") -> t.Iterator[tuple[str, str]]:
    """Yield every text in options, with the name of the option that it belongs to. ``option`` is that of the whole value."""
    if isinstance(value, str):
        yield option, value
    elif isinstance(value, t.Mapping):
        for key, item in value.items():
            # Most options are not set.
            if item is not None:
                yield from texts_in(item, str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_in(item, option)


def passwords_in_urls(text: str) -> t.Iterator[str]:
    """Yield the password of every URL in a text, as it is and decoded; for a URL without a password, yield all text in front of
    the C(@)."""
    for userinfo in _USERINFO.findall(text):
        secret = userinfo.partition(":")[2] or userinfo
        yield secret
        yield unquote(secret)


def secrets_in_options(value: t.Any, name: str = "") -> t.Iterator[str]:
    """Yield what may be a secret in raw options, whatever their shape is: the values of options whose name says so, what
    text assigns to such a name, and the secrets in URLs. ``name`` is the option that the value belongs to."""
    if isinstance(value, t.Mapping):
        for key, item in value.items():
            yield from secrets_in_options(item, str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from secrets_in_options(item, name)
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value)
        found = [text] if _SECRET_OPTION.search(name) else []
        found += _ASSIGNED_SECRET.findall(text)
        for secret in found:
            # The token alone, without the word Splunk or Bearer in front of it.
            token = unquote(secret).rpartition(" ")[2]
            if token.lower() not in ("", "splunk", "bearer"):
                yield secret
                yield token
        if "://" in text:
            yield from passwords_in_urls(text)
            yield from secrets_in(text)


def masked_options(value: t.Any, name: str = "") -> t.Any:
    """Return raw options, whatever their shape is, with every text masked in which C(secrets_in_options) finds a secret. Of a
    URL, only its secrets are masked."""
    if isinstance(value, t.Mapping):
        return {key: masked_options(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked_options(item, name) for item in value]
    is_secret = next(secrets_in_options(value, name), None) is not None
    # A password that is not encoded completely can contain the slash that ends the host of a URL.
    if isinstance(value, str) and not _SECRET_OPTION.search(name) and _URL.match(value) and (is_secret or "@" in value):
        return redacted_url(value)
    return MASK if is_secret else value


@functools.lru_cache(maxsize=64)
def _encodings(secret: str) -> frozenset[str]:
    return frozenset(encodings(secret))


@functools.lru_cache(maxsize=64)
def _patterns(secret: str) -> tuple[re.Pattern[str], ...]:
    # A long secret is a whole destination string. Its secret parts are added separately.
    return (_pattern_of(secret),) if len(secret) <= _LONGEST_WITH_PATTERN else ()


class SecretMask:
    """The secrets of one run, or of one part of it, which it masks in texts.

    Encodings are prepared when the first text is masked, because a run over thousands of zones collects secrets in each of
    them but shows texts for few. Safe to share between threads, as long as only one thread adds secrets.
    """

    def __init__(self, whole: SecretMask | None = None) -> None:
        """Create a mask. ``whole`` is the mask of the run, if this is the mask of a part of it."""
        self._whole = whole
        self._secrets: dict[str, None] = {}
        self._ready: tuple[int, list[str]] = (0, [])
        # A server can repeat, in one part of the run, a secret from another part.
        self._public: set[str] = whole._public if whole else set()
        self._parts: SecretParts = whole._parts if whole else SecretParts()

    def part(self) -> SecretMask:
        """Return a mask for a part of the run. It masks the secrets of the run too. The run does not get those of the part,
        except that all masks of a run mask them in what they quote of a server."""
        return SecretMask(self)

    @property
    def spellings(self) -> set[str]:
        """Every encoding of every secret."""
        return {spelling for secret in list(self._secrets) for spelling in _encodings(secret)}

    def add(self, *secrets: str | None) -> None:
        """Add secrets that the user set; ``None`` and the empty string are ignored."""
        given = [secret for secret in secrets if secret]
        self._secrets.update(dict.fromkeys(given))
        self._parts.add(given)

    def learn(self, *secrets: str | None) -> None:
        """Add secrets that an API returned, unless they are too short to be secrets."""
        self.add(*(secret for secret in secrets if secret and len(secret) >= _SHORTEST_LEARNT_SECRET))

    def text(self, text: str) -> str:
        """Return ``text`` with every known secret masked, and any text in the place of a credential."""
        if self._whole:
            text = self._whole.text(text)
        secrets = list(self._secrets)
        if self._ready[0] != len(secrets):
            self._ready = (len(secrets), sorted(self.spellings, key=len, reverse=True))
        for spelling in self._ready[1]:
            text = text.replace(spelling, MASK)
        # Without an escape, a pattern finds only the secret as it is, which is masked already.
        if _ESCAPE.search(text):
            for pattern in (pattern for secret in secrets for pattern in _patterns(secret)):
                text = pattern.sub(MASK, text)
        for place in _BY_PLACE:
            text = place.sub(r"\g<1>" + MASK, text)
        return printable(text)

    def publish(self, *texts: str | None) -> None:
        """Add names that this run shows anyway: a part of a secret that is also in one of them stays in a quoted text."""
        self._public.update(text for text in texts if text)

    def quoted(self, text: str) -> str:
        """Return a text that a server sent, in one line, with every known secret masked, and also every part of a secret: a
        server may cut or split a text that it repeats. The texts of this collection contain no part of a secret."""
        return one_line(self._parts.masked(self.text(text), MASK, self._is_public))

    def _is_public(self, part: str) -> bool:
        return any(part in public.lower() for public in list(self._public))

    def value(self, value: t.Any) -> t.Any:
        """Return a JSON-like ``value`` with every string in it masked, and keys of mappings printable."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, (int, float)):
            return value
        if isinstance(value, t.Mapping):
            return {printable(key) if isinstance(key, str) else key: self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        return value


_SECRET_WORD = re.compile(r"(?i)secret|token|password|passwd|credential|signature|\bsig\b|key|auth|cookie")


# Any header can contain a credential, so no header is shown.
_SECRET_PARAMETER = re.compile(rf"(?i)header_|{_SECRET_WORD.pattern[4:]}")


# The code at the end of the path of a Sumo Logic collector is the only credential of a sender.
_SECRET_PATH = re.compile(r"(?i)(?P<path>/receiver/v1/http/)(?P<code>[^/?#&\s]+)")


def secrets_in(destination_conf: str) -> list[str]:
    """Return every decoded value in a destination string of any kind that is a secret by its name or place.

    The value of a header without a secret word in its name is not returned: masking it everywhere would garble text.
    """
    head, dummy, query = str(destination_conf).partition("?")
    userinfo = re.search(r"://([^/]*)@", head)
    found = [unquote_parameter(part) for part in userinfo.group(1).split(":")] if userinfo else []
    found += [unquote(path.group("code")) for path in _SECRET_PATH.finditer(head)]
    for piece in query.split("&"):
        name, dummy, value = piece.partition("=")
        if _SECRET_WORD.search(unquote_parameter(name)):
            text = unquote_parameter(value).strip()
            # The token follows the word Splunk, Bearer or Basic.
            found += [text, text.rpartition(" ")[2]] if " " in text else [text]
            if "+" in value:
                # A plus sign that is not encoded is a space, or part of the value.
                found.append(unquote(value, errors="surrogateescape").strip())
    return [text for text in found if text and not _is_scheme(text)]


def secrets_in_answer(value: t.Any) -> t.Iterator[str]:
    """Yield the secrets in the data of an answer, whatever its shape is: the values of HEC tokens (C(token)), and destination
    strings (C(destination_conf)) with the secrets in them."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from secrets_in_answer(item)
    elif isinstance(value, t.Mapping):
        for key, item in value.items():
            if not isinstance(item, str):
                yield from secrets_in_answer(item)
            elif key == "token":
                yield item
            elif key == "destination_conf":
                yield item
                yield from secrets_in(item)


def is_secret_parameter(name: str) -> bool:
    """Return whether the value of a parameter with this name may be a secret."""
    return bool(_SECRET_PARAMETER.search(name))


def _is_scheme(value: str) -> bool:
    # The first word of a header without a token. It is not a secret, and masking it would garble every message.
    return value.strip().lower() in ("splunk", "basic", "bearer")


def unquote_parameter(text: str) -> str:
    """Return the decoded text of a query parameter."""
    # surrogateescape keeps bytes that are not UTF-8, so that they are the same when the text is encoded again.
    return unquote_plus(text, errors="surrogateescape")


_PARAMETER = re.compile(r"(?:^|[?;])(?P<name>[^?;=]*)=")


def redacted_url(destination_conf: str) -> str:
    """Return a destination string of any kind with every value masked that may be a secret.

    In text that cannot be parsed, everything that might be a secret is masked.
    """
    text, fragment, dummy = str(destination_conf).partition("#")
    if not _URL.match(text):
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
            pieces.append(piece[: secret.end()] + MASK)
        elif after_secret and "=" not in piece:
            # The rest of a token that contains an ampersand and was not encoded.
            pieces.append(MASK)
        else:
            pieces.append(piece)
    return "&".join(pieces) + (f"#{MASK}" if fragment else "")
