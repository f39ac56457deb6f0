# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens around every request of a half: record, read-only guard, latency and faults."""

from __future__ import annotations

import asyncio
import json
import time
import typing as t

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import faults
from .state import State


def watched(state: State, side: str) -> Middleware:
    """Gives the middleware that records the requests of a side (``api`` or ``hec``) and plays the ordered faults."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.monotonic()
        entry = await _entry(side, request)
        state.requests.append(entry)
        try:
            answer = await _answer(state, side, request, handler, entry)
        finally:
            entry["seconds"] = round(time.monotonic() - started, 4)
        entry["status"] = answer.status
        return answer

    return middleware


async def _answer(
    state: State, side: str, request: web.Request, handler: Handler, entry: dict[str, t.Any]
) -> web.StreamResponse:
    """Carries the request out unless a guard or a fault stands in between."""
    if side == "api" and state.read_only and request.method not in ("GET", "HEAD"):
        state.violations.append(entry)
        return web.json_response({"error": "a write in read-only mode"}, status=405)
    await asyncio.sleep(state.settings.api_latency if side == "api" else state.settings.hec_latency)
    fault = faults.due_fault(state, side, request)
    if fault is None:
        return await handler(request)
    entry["fault"] = fault.kind
    return await faults.play(fault, request, handler)


async def _entry(side: str, request: web.Request) -> dict[str, t.Any]:
    """Gives the record of a request; the body of the collector's is left out, since its events are kept anyway."""
    body = await request.read()
    return {
        "side": side,
        "time": time.time(),
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "user_agent": request.headers.get("User-Agent"),
        "content_encoding": request.headers.get("Content-Encoding"),
        "bytes": len(body),
        "json": _json_or_none(body) if side == "api" else None,
        "status": None,
        "fault": None,
    }


def _json_or_none(body: bytes) -> t.Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
