# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collector half: Splunk's HTTP Event Collector, with its paths, token rules, reply codes and acknowledgements.

From Splunk's pages "Format events for HTTP Event Collector" and "Troubleshoot HTTP Event Collector".
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import opentelemetry
from .acs_allowlists import admits
from .addresses import ADDRESS_HEADER
from .clock import now
from .delivery import JOB_HEADER
from .hec_activity import HecRequest
from .hec_answers import HecError, html, not_found, reply
from .hec_body import authorization, channel_of, gunzipped, index_allowed, metadata, objects
from .indexing import Indexer, Sender
from .splunk_state import HecToken
from .splunkd_log import refused_request
from .state import State
from .watch import watched

EVENT_PATHS = ("/services/collector", "/services/collector/event", "/services/collector/event/1.0")
RAW_PATHS = ("/services/collector/raw", "/services/collector/raw/1.0")
ACK_PATHS = ("/services/collector/ack", "/services/collector/ack/1.0")
HEALTH_PATHS = ("/services/collector/health", "/services/collector/health/1.0")
# The server reads bodies up to this size, even if the configured limit is higher.
READ_LIMIT = 1 << 30


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and unknown paths into the collector's bodies."""
    try:
        return await handler(request)
    except HecError as error:
        return reply(error.code, **error.more)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return not_found(error.status)
    except web.HTTPException as error:
        return html(error.status, error.reason)


def _allow_list(state: State) -> Middleware:
    """Return the middleware that drops the connection of a sender that the allow list of HEC on Splunk Cloud does not contain.

    Such a sender cannot reach Splunk, so nothing is recorded except its address.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        address = request.headers.get(ADDRESS_HEADER) or request.remote or ""
        if admits(state, address):
            return await handler(request)
        state.locked_out[address] += 1
        answer = web.Response(status=403)
        if request.transport is not None:
            request.transport.abort()
        return answer

    return middleware


def collector_app(state: State) -> web.Application:
    """Return the collector as a web application on the shared state."""
    collector = Collector(state)
    app = web.Application(
        middlewares=[_allow_list(state), watched(state, "hec"), collector.opentelemetry, _errors, collector.recorded],
        client_max_size=READ_LIMIT,
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
    """A request that passed the token's rules: its sender, its content, and what is recorded of it."""

    sender: Sender
    body: bytes
    query: t.Mapping[str, str]
    record: HecRequest


class Collector:
    """The handlers of the collector's paths."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.indexer = Indexer(state)

    @web.middleware
    async def opentelemetry(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let an OpenTelemetry Collector answer, if there is one in front of Splunk. It passes on events without a time, or, with
        its exporter set to raw, lines without their source type and index.
        """
        way = self.state.settings.hec_behind_opentelemetry
        if not way:
            return await handler(request)
        body = await request.read()
        if request.headers.get("Content-Encoding") == "gzip":
            body = gunzipped(body, READ_LIMIT)
        answer = opentelemetry.answer(request.method, str(request.rel_url), body)
        token = self.state.splunk.hec_tokens[0]
        record = HecRequest(now(), token.name, token.disabled, size=len(body))
        if answer.events and token.disabled:
            answer = opentelemetry.Answer(500, opentelemetry.PIPELINE_ERROR)
            self._refused(record, None, HecError(1))
        job_id = request.headers.get(JOB_HEADER)
        arrival = Arrival(
            Sender(token, None, int(job_id) if job_id else None, request.host), body, request.query, record
        )
        for event in answer.events:
            if way == "raw":
                self._add_text(arrival, {}, event if isinstance(event, str) else json.dumps(event))
            else:
                self._add_event(arrival, {**metadata(request.query), "event": event})
        if answer.events or record.code:
            self.state.received.requests.append(record)
        return web.Response(status=answer.status, text=answer.text, headers=answer.headers)

    @web.middleware
    async def recorded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record what the collector did with a request, for its metrics and for the log of splunkd."""
        record = request["record"] = HecRequest(now(), size=request.content_length or 0, host=self.state.own_host)
        record.is_ack = request.path in ACK_PATHS
        try:
            return await handler(request)
        except HecError as error:
            channel = request.headers.get("X-Splunk-Request-Channel") or request.query.get("channel")
            self._refused(record, channel, error)
            raise
        except web.HTTPException as error:
            record.code = error.status
            raise
        finally:
            if request.path not in HEALTH_PATHS and (request.method == "POST" or record.code):
                self.state.received.requests.append(record)

    def _refused(self, record: HecRequest, channel: str | None, error: HecError) -> None:
        record.code = error.code
        line = refused_request(record.token, channel, error.code, error.reason, record.events, record.size)
        self.state.log(line)

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
        for number, entry in enumerate(objects(arrival.body)):
            self._add_event(arrival, self._checked(arrival.sender.token, entry, number))
        return self._accepted(arrival)

    async def raw(self, request: web.Request) -> web.Response:
        """Answer POST /raw: text with one event per line."""
        arrival = await self._arrival(request)
        text = arrival.body.decode("utf-8", errors="replace")
        if not text.strip():
            raise HecError(5)
        meta = metadata(arrival.query)
        if not index_allowed(arrival.sender.token, meta.get("index")):
            raise HecError(7, 1, f"invalid_index='{meta['index']}'")
        self._add_text(arrival, meta, text)
        return self._accepted(arrival)

    async def ack(self, request: web.Request) -> web.Response:
        """Answer POST /ack: report once for each acknowledgement that its events are indexed."""
        token = self._token(request)
        if not token.useACK:
            raise HecError(14)
        channel = channel_of(request, token)
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
        channel = channel_of(request, token)
        if self.state.settings.hec_reply_code is not None:
            raise HecError(self.state.settings.hec_reply_code)
        sent = await request.read()
        request["record"].size = len(sent)
        body = self._unpacked(sent, request.headers.get("Content-Encoding", "").lower())
        if not body:
            raise HecError(5)
        job_id = request.headers.get(JOB_HEADER)
        return Arrival(
            Sender(token, channel, int(job_id) if job_id else None, request.host),
            body,
            request.query,
            request["record"],
        )

    def _unpacked(self, body: bytes, encoding: str) -> bytes:
        """Return the decompressed body."""
        limit = self.state.settings.max_content_length
        if encoding not in ("", "identity", "gzip"):
            raise web.HTTPUnsupportedMediaType
        if encoding == "gzip":
            body = gunzipped(body, limit)
        if len(body) > limit:
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(body))
        return body

    def _token(self, request: web.Request) -> HecToken:
        """Return the token of a request. Raises HecError 1 to 4, or 16 for a token in the query."""
        value = request.query.get("token") or authorization(request.headers.get("Authorization"))
        token = next((token for token in self.state.splunk.hec_tokens if token.token == value), None)
        if token is None:
            raise HecError(4)
        by_query = self.state.settings.query_string_auth or token.allowQueryStringAuth
        if request.query.get("token") and not by_query:
            raise HecError(16)
        record: HecRequest = request["record"]
        record.token, record.disabled = token.name, token.disabled
        if token.disabled:
            raise HecError(1)
        return token

    def _checked(self, token: HecToken, entry: t.Any, number: int) -> dict[str, t.Any]:
        """Return one object of /event if it is a valid event. Earlier objects are kept even if it is not."""
        if not isinstance(entry, dict):
            raise HecError(6, number)
        if entry.get("event") is None:
            raise HecError(12, number)
        if entry["event"] == "":
            raise HecError(13, number)
        fields = entry.get("fields", {})
        if not isinstance(fields, dict) or any(isinstance(value, dict) for value in fields.values()):
            raise HecError(15, number)
        if not index_allowed(token, entry.get("index")):
            # This is the only code that counts events from one.
            raise HecError(7, number + 1, f"invalid_index='{entry['index']}'")
        return entry

    def _add_text(self, arrival: Arrival, meta: dict[str, t.Any], text: str) -> None:
        """Index raw text."""
        events, size = self.indexer.add_text(arrival.sender, meta, text)
        arrival.record.events += events
        arrival.record.bytes_indexed += size

    def _add_event(self, arrival: Arrival, entry: dict[str, t.Any]) -> None:
        """Index an event."""
        arrival.record.bytes_indexed += self.indexer.add_event(arrival.sender, entry)
        arrival.record.events += 1

    def _accepted(self, arrival: Arrival) -> web.Response:
        """Return the answer to a request whose events are kept."""
        token = arrival.sender.token
        if not token.useACK:
            return reply(0)
        arrival.record.waits_for_ack = True
        received = self.state.received
        key = (token.token, str(arrival.sender.channel))
        number = received.next_ack[key]
        received.next_ack[key] += 1
        received.pending_acks.add((*key, number))
        return reply(0, ackId=number)
