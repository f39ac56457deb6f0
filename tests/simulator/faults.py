# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on request: answers damaged in the ways that networks, proxies and overloaded servers damage them."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import re
import socket
import struct
import typing as t

from aiohttp import web
from aiohttp.typedefs import Handler

from .analytics import AnalyticsError
from .graphql import PATH as GRAPHQL
from .graphql import TROUBLES, error_document
from .state import ConfigError, State

KINDS = (
    "status",
    "reset",
    "hang",
    "html",
    "empty",
    "truncated",
    "not_json",
    "success_false",
    "null_result",
    "empty_list",
    "delay",
)
ACS_BODIES = {
    424: {"code": "424-dependency-incomplete", "message": "A deployment task is still in progress. Try again later."},
    429: {"code": "429-too-many-requests", "message": "Too many requests, please try again later."},
    500: {"code": "500-internal-server-error", "message": "An internal error occurred. Try again later."},
    503: {"code": "503-service-unavailable", "message": "Another request is being processed. Try again later."},
}
SIDES = ("api", "hec", "splunk", "acs")
FOREVER = 3600.0


@dataclasses.dataclass
class Fault:
    """One configured fault. It applies to ``times`` matching requests (``None``: to all) after the first ``skip``.
    ``moment`` is ``before`` (the request does not reach its handler) or ``after`` (it is carried out, and only its answer is
    damaged). ``path`` is a regular expression, searched in the path without its query. ``node`` is the number or the name of a
    node.
    """

    kind: str
    side: str = "api"
    method: str | None = None
    path: str = ""
    times: int | None = 1
    skip: int = 0
    moment: str = "before"
    status: int | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    body: t.Any = None
    seconds: float = FOREVER
    node: int | str | None = None

    def strikes(self, state: State, side: str, request: web.Request) -> bool:
        """Return whether the fault applies to this request, and count it."""
        if self.node not in (None, state.node_number, state.server_name):
            return False
        if side != self.side or self.method not in (None, request.method) or not re.search(self.path, request.path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


def parse_faults(entries: t.Any) -> list[Fault]:
    """Return the faults of a JSON list. Raises ConfigError for an invalid fault."""
    try:
        faults = [Fault(**entry) for entry in entries]
        for fault in faults:
            re.compile(fault.path)
    except (TypeError, re.error) as error:
        raise ConfigError(str(error)) from error
    for fault in faults:
        if fault.kind not in KINDS or fault.side not in SIDES or fault.moment not in ("before", "after"):
            raise ConfigError(f"unknown kind, side or moment in {dataclasses.asdict(fault)}")
    return faults


def due_fault(state: State, side: str, request: web.Request) -> Fault | None:
    """Return the first fault that applies to this request, if any."""
    return next((fault for fault in state.faults if fault.strikes(state, side, request)), None)


async def play(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a request as the fault defines. The handler runs if the request is to be carried out."""
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    answer: web.StreamResponse = web.Response(body=b'{"result": [], "success": true}')
    if fault.moment == "after":
        answer = await handler(request)
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("hang", "reset"):
        return _reset(request, answer)
    if fault.kind == "truncated":
        return await _truncated(request, answer)
    status, body, content_type = _replacement(fault, request.path)
    if fault.body is not None:
        body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
    headers = {"Content-Type": content_type, **fault.headers}
    return web.Response(status=fault.status or status, body=body.encode(), headers=headers)


def _replacement(fault: Fault, path: str) -> tuple[int, str, str]:
    """Return status, body and content type for the kinds of faults that replace the answer."""
    problem = {"code": 10001, "message": "Internal server error"}
    envelope: dict[str, t.Any] = {"result": None, "success": False, "errors": [problem], "messages": []}
    if fault.side == "hec":
        envelope = {"text": "Internal server error", "code": 8}
    elif fault.side == "splunk":
        envelope = {"messages": [{"type": "ERROR", "text": "Internal Server Error"}]}
    elif fault.side == "acs":
        envelope = ACS_BODIES.get(fault.status or 500, {"code": f"{fault.status}-error", "message": "error"})
    empty: dict[str, t.Any] = {"result": [], "success": True, "errors": [], "messages": []}
    null = {**empty, "result": None}
    if path.endswith(GRAPHQL):
        envelope = error_document(AnalyticsError(500, TROUBLES.get(fault.status or 500, TROUBLES[500])))
        empty, null = (
            {"data": {"viewer": {"accounts": [], "zones": []}}, "errors": None},
            {"data": None, "errors": None},
        )
    return {
        "status": (500, json.dumps(envelope), "application/json"),
        "html": (502, "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>", "text/html"),
        "empty": (200, "", "application/json"),
        "not_json": (200, "upstream says hello {", "application/json"),
        "success_false": (200, json.dumps(envelope), "application/json"),
        "empty_list": (200, json.dumps(empty), "application/json"),
        "null_result": (200, json.dumps(null), "application/json"),
    }[fault.kind]


def _reset(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Drop the connection with a TCP reset. The returned answer is not sent."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        # With a linger time of zero, the kernel sends a reset instead of closing normally.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return answer


async def _truncated(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Announce the complete answer, send half of it and drop the connection."""
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b'{"result": []}'
    half = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
