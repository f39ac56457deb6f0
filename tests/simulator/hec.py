# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collector half: Splunk's HTTP Event Collector, with its paths, token rules, reply codes and acknowledgements.

From Splunk's pages "Format events for HTTP Event Collector" and "Troubleshoot HTTP Event Collector".
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import typing as t
import zlib

from aiohttp import web
from aiohttp.typedefs import Handler

from . import opentelemetry
from .clock import now
from .delivery import JOB_HEADER
from .splunk_state import HecToken
from .state import State
from .watch import watched

CODES: dict[int, tuple[int, str]] = {
    0: (200, "Success"),
    1: (403, "Token disabled"),
    2: (401, "Token is required"),
    3: (401, "Invalid authorization"),
    4: (403, "Invalid token"),
    5: (400, "No data"),
    6: (400, "Invalid data format"),
    7: (400, "Incorrect index"),
    8: (500, "Internal server error"),
    9: (503, "Server is busy"),
    10: (400, "Data channel is missing"),
    11: (400, "Invalid data channel"),
    12: (400, "Event field is required"),
    13: (400, "Event field cannot be blank"),
    14: (400, "ACK is disabled"),
    15: (400, "Error in handling indexed fields"),
    16: (400, "Query string authorization is not enabled"),
    17: (200, "HEC is healthy"),
    18: (503, "HEC is unhealthy, queues are full"),
    19: (503, "HEC is unhealthy, ack service unavailable"),
    20: (503, "HEC is unhealthy, queues are full, ack service unavailable"),
    21: (400, "Invalid token"),
    22: (400, "Token disabled"),
    23: (503, "Server is shutting down"),
    24: (200, "HEC queue is approaching its capacity limit"),
    25: (200, "HEC ACK is approaching its capacity limit"),
    26: (429, "HEC queue is at capacity and cannot process any more requests"),
    27: (429, "HEC ACK channel is at capacity and cannot process any more requests"),
    28: (
        400,
        (
            "Data channel is missing. If you have multiple indexers, sticky session load balancers must be provisioned "
            "and client requests must be routed accordingly."
        ),
    ),
}
GUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
EVENT_PATHS = ("/services/collector", "/services/collector/event", "/services/collector/event/1.0")
RAW_PATHS = ("/services/collector/raw", "/services/collector/raw/1.0")
ACK_PATHS = ("/services/collector/ack", "/services/collector/ack/1.0")
HEALTH_PATHS = ("/services/collector/health", "/services/collector/health/1.0")
# The characters at which Splunk breaks raw text into events by default. str.splitlines() also breaks at U+2028, U+0085 and
# others.
LINE_BREAK = re.compile(r"[\r\n]+")
# The index that a token with the index "default" writes to.
DEFAULT_INDEX = "main"
# The server reads bodies up to this size, even if the configured limit is higher.
READ_LIMIT = 1 << 30


class HecError(Exception):
    """A request that the collector refuses, by its code; ``more`` are further keys of the body."""

    def __init__(self, code: int, **more: t.Any) -> None:
        super().__init__(CODES[code][1])
        self.code = code
        self.more = more


def reply(code: int, **more: t.Any) -> web.Response:
    """Return the collector's answer for a code."""
    status, text = CODES[code]
    return web.json_response({"text": text, "code": code, **more}, status=status)


def _not_found(status: int) -> web.Response:
    return web.json_response({"text": "The requested URL was not found on this server.", "code": 404}, status=status)


def _html(status: int, title: str) -> web.Response:
    page = f"<!doctype html><html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return web.Response(status=status, text=page, content_type="text/html")


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and unknown paths into the collector's bodies."""
    try:
        return await handler(request)
    except HecError as error:
        return reply(error.code, **error.more)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return _not_found(error.status)
    except web.HTTPException as error:
        return _html(error.status, error.reason)


def collector_app(state: State) -> web.Application:
    """Return the collector as a web application on the shared state."""
    collector = Collector(state)
    app = web.Application(
        middlewares=[watched(state, "hec"), collector.opentelemetry, _errors], client_max_size=READ_LIMIT
    )
    for paths, handler in (
        (EVENT_PATHS, collector.event),
        (RAW_PATHS, collector.raw),
        (ACK_PATHS, collector.ack),
    ):
        for path in paths:
            app.router.add_post(path, handler)
            app.router.add_options(path, collector.options)
    for path in HEALTH_PATHS:
        app.router.add_get(path, collector.health)
        app.router.add_options(path, collector.options)
    return app


@dataclasses.dataclass
class Arrival:
    """A request that passed the token's rules: its token, its channel and its content."""

    token: HecToken
    channel: str | None
    body: bytes
    query: t.Mapping[str, str]
    job_id: int | None


class Collector:
    """The handlers of the collector's paths."""

    def __init__(self, state: State) -> None:
        self.state = state

    @web.middleware
    async def opentelemetry(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let an OpenTelemetry Collector answer, if there is one in front of Splunk. It passes on events, not raw lines."""
        if not self.state.settings.hec_behind_opentelemetry:
            return await handler(request)
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip":
            body = _gunzipped(body, READ_LIMIT)
        answer = opentelemetry.answer(request.method, str(request.rel_url), body)
        token = self.state.splunk.hec_tokens[0]
        if answer.events and token.disabled:
            answer = opentelemetry.Answer(500, opentelemetry.PIPELINE_ERROR)
        job_id = request.headers.get(JOB_HEADER)
        arrival = Arrival(token, None, body, request.query, int(job_id) if job_id else None)
        for event in answer.events:
            self._store(arrival, {**_metadata(request.query), "event": event})
        return web.Response(status=answer.status, text=answer.text, headers=answer.headers)

    async def options(self, request: web.Request) -> web.Response:
        """Answer OPTIONS with the allowed methods."""
        return web.Response(headers={"Allow": "POST,OPTIONS"})

    async def health(self, request: web.Request) -> web.Response:
        """Answer GET /health: a token is not required, but a wrong token is reported."""
        if request.headers.get("Authorization"):
            try:
                self._token(request)
            except HecError as error:
                raise HecError({1: 22, 4: 21}.get(error.code, error.code)) from error
        return reply(self.state.settings.hec_health_code)

    async def event(self, request: web.Request) -> web.Response:
        """Answer POST /event: JSON objects, one after the other."""
        arrival = await self._arrival(request)
        for number, entry in enumerate(_objects(arrival.body)):
            self._store(arrival, self._checked(arrival.token, entry, number))
        return self._accepted(arrival)

    async def raw(self, request: web.Request) -> web.Response:
        """Answer POST /raw: text with one event per line."""
        arrival = await self._arrival(request)
        text = arrival.body.decode("utf-8", errors="replace")
        if not text.strip():
            raise HecError(5)
        meta = _metadata(arrival.query)
        if not _index_allowed(arrival.token, meta.get("index")):
            raise HecError(7, **{"invalid-event-number": 1})
        for line in LINE_BREAK.split(text):
            if line.strip():
                self._store(arrival, {**meta, "raw": line})
        return self._accepted(arrival)

    async def ack(self, request: web.Request) -> web.Response:
        """Answer POST /ack: report once for each acknowledgement that its events are indexed."""
        token = self._token(request)
        if not token.useACK:
            raise HecError(14)
        channel = _channel(request, token)
        try:
            wanted = [int(number) for number in json.loads(await request.read())["acks"]]
        except (ValueError, TypeError, KeyError) as error:
            raise HecError(6) from error
        acks = {}
        for number in wanted:
            known = (token.token, str(channel), number)
            acks[str(number)] = known in self.state.received.pending_acks
            self.state.received.pending_acks.discard(known)
        return web.json_response({"acks": acks})

    async def _arrival(self, request: web.Request) -> Arrival:
        """Check token, channel and size, and unpack the body. Raises HecError or an HTTP error."""
        token = self._token(request)
        channel = _channel(request, token)
        if self.state.settings.hec_reply_code is not None:
            raise HecError(self.state.settings.hec_reply_code)
        body = self._unpacked(await request.read(), request.headers.get("Content-Encoding", "").lower())
        if not body:
            raise HecError(5)
        job_id = request.headers.get(JOB_HEADER)
        return Arrival(token, channel, body, request.query, int(job_id) if job_id else None)

    def _unpacked(self, body: bytes, encoding: str) -> bytes:
        """Return the decompressed body."""
        limit = self.state.settings.max_content_length
        if encoding not in ("", "identity", "gzip"):
            raise web.HTTPUnsupportedMediaType
        if encoding == "gzip":
            body = _gunzipped(body, limit)
        if len(body) > limit:
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(body))
        return body

    def _token(self, request: web.Request) -> HecToken:
        """Return the token of a request. Raises HecError 1 to 4, or 16 for a token in the query."""
        value = request.query.get("token") or _authorization(request.headers.get("Authorization"))
        token = next((token for token in self.state.splunk.hec_tokens if token.token == value), None)
        if token is None:
            raise HecError(4)
        by_query = self.state.settings.query_string_auth or token.allowQueryStringAuth
        if request.query.get("token") and not by_query:
            raise HecError(16)
        if request.method == "POST":
            self.state.received.requests.append((now(), token.name, token.disabled))
        if token.disabled:
            raise HecError(1)
        return token

    def _checked(self, token: HecToken, entry: t.Any, number: int) -> dict[str, t.Any]:
        """Return one object of /event if it is a valid event. Earlier objects are kept even if it is not."""
        place = {"invalid-event-number": number}
        if not isinstance(entry, dict):
            raise HecError(6, **place)
        if entry.get("event") is None:
            raise HecError(12, **place)
        if entry["event"] == "":
            raise HecError(13, **place)
        fields = entry.get("fields", {})
        if not isinstance(fields, dict) or any(isinstance(value, dict) for value in fields.values()):
            raise HecError(15, **place)
        if not _index_allowed(token, entry.get("index")):
            # This is the only code that counts events from one.
            raise HecError(7, **{"invalid-event-number": number + 1})
        return entry

    def _store(self, arrival: Arrival, entry: dict[str, t.Any]) -> None:
        """Store an event with the metadata that Splunk would index it with."""
        token = arrival.token
        index = entry.get("index") or (DEFAULT_INDEX if token.index in ("", "default") else token.index)
        self.state.received.add(
            {
                "token": token.name,
                "index": index,
                "indexed": self.state.splunk.takes_events(index),
                "sourcetype": entry.get("sourcetype") or token.sourcetype or "httpevent",
                "source": entry.get("source") or token.source or f"http:{token.name}",
                "host": entry.get("host") or token.host,
                "channel": arrival.channel,
                "time": entry.get("time") or now(),
                "event": entry["event"] if "event" in entry else _json_or_text(entry["raw"]),
                "raw": entry.get("raw"),
                "fields": entry.get("fields"),
                "job_id": arrival.job_id,
            }
        )

    def _accepted(self, arrival: Arrival) -> web.Response:
        """Return the answer to a request whose events are kept."""
        if not arrival.token.useACK:
            return reply(0)
        received = self.state.received
        key = (arrival.token.token, str(arrival.channel))
        number = received.next_ack[key]
        received.next_ack[key] += 1
        received.pending_acks.add((*key, number))
        return reply(0, ackId=number)


def _metadata(query: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return the metadata of events in the query of a request."""
    return {key: query[key] for key in ("index", "sourcetype", "source", "host") if query.get(key)}


def _gunzipped(body: bytes, limit: int) -> bytes:
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


def _authorization(header: str | None) -> str:
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


def _channel(request: web.Request, token: HecToken) -> str | None:
    """Return the channel of a request; only a token with acknowledgement requires one."""
    channel = request.headers.get("X-Splunk-Request-Channel") or request.query.get("channel")
    if token.useACK:
        if not channel:
            raise HecError(10)
        if not GUID.match(channel):
            raise HecError(11)
    return channel


def _index_allowed(token: HecToken, index: str | None) -> bool:
    return index is None or not token.indexes or index in token.indexes


def _objects(body: bytes) -> t.Iterator[t.Any]:
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
            raise HecError(6, **{"invalid-event-number": number}) from error
        yield entry
        number += 1
        while position < len(text) and text[position].isspace():
            position += 1


def _json_or_text(line: str) -> t.Any:
    try:
        return json.loads(line)
    except ValueError:
        return line
