# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading requests to HEC: the token, the channel, and the content of the body."""

from __future__ import annotations

import base64
import json
import re
import typing as t
import zlib

from aiohttp import web

from .hec_answers import HecError
from .splunk_state import HecToken

GUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


def gunzipped(body: bytes, limit: int) -> bytes:
    """Return the content of all members of a gzip body, up to one byte more than the limit. Raises HecError 6 for a body
    that is not gzip, ends early, or has other data after its last member."""
    content = b""
    while body and len(content) <= limit:
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(body, limit + 1 - len(content))
        except zlib.error as error:
            raise HecError(6) from error
        if not member.eof and len(content) <= limit:
            raise HecError(6)
        body = member.unused_data
    return content


def authorization(header: str | None) -> str:
    """Return the token of an Authorization header: ``Splunk <token>``, or Basic with the token as password."""
    if not header:
        raise HecError(2)
    scheme, dummy, value = header.partition(" ")
    if scheme.lower() == "splunk" and value.strip():
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[2]
        except ValueError as error:
            raise HecError(3) from error
    raise HecError(3)


def channel_of(request: web.Request, token: HecToken) -> str | None:
    """Return the channel of a request; only a token with acknowledgement requires one."""
    channel = request.headers.get("X-Splunk-Request-Channel") or request.query.get("channel")
    if token.useACK:
        if not channel:
            raise HecError(10)
        if not GUID.match(channel):
            raise HecError(11)
    return channel


def metadata(query: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return the metadata of events in the query of a request. Raises HecError 6 for a time that is not a number."""
    found: dict[str, t.Any] = {key: query[key] for key in ("index", "sourcetype", "source", "host") if query.get(key)}
    if query.get("time"):
        try:
            found["time"] = float(query["time"])
        except ValueError as error:
            raise HecError(6) from error
    return found


def index_allowed(token: HecToken, index: str | None) -> bool:
    """Return whether a token may write to an index; None is the index of the token itself."""
    return index is None or not token.indexes or index in token.indexes


def objects(body: bytes) -> t.Iterator[t.Any]:
    """Return the JSON objects of a body, which may follow each other without a separator. Raises HecError 6."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text:
        raise HecError(5)
    decoder = json.JSONDecoder()
    position = number = 0
    while position < len(text):
        try:
            entry, position = decoder.raw_decode(text, position)
        except ValueError as error:
            raise HecError(6, number) from error
        yield entry
        number += 1
        while position < len(text) and text[position].isspace():
            position += 1
