# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps around every request to a side: record, read-only guard, latency and faults."""

from __future__ import annotations

import asyncio
import json
import re
import time
import typing as t
import urllib.parse

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import faults
from .clock import now
from .delivery import JOB_HEADER
from .state import State

# The paths at which a POST changes nothing.
ASKING = re.compile(r"/auth/login$|/search/(v2/)?jobs(/export)?$|/graphql$|/control/default/validate_bundle$")


def watched(state: State, side: str) -> Middleware:
    """Return the middleware that records the requests of a side (``faults.SIDES``) and applies the configured faults."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.monotonic()
        entry = await _entry(side, request)
        entry["node"] = state.server_name if state.node_number else None
        state.requests.append(entry)
        try:
            answer = await _answer(state, side, request, handler, entry)
        finally:
            entry["seconds"] = round(time.monotonic() - started, 4)
        entry["status"] = answer.status
        state.request_counts[side, request.method, answer.status] += 1
        return answer

    return middleware


async def _answer(
    state: State, side: str, request: web.Request, handler: Handler, entry: dict[str, t.Any]
) -> web.StreamResponse:
    """Carry out the request unless a guard or a fault prevents it."""
    if side in state.read_only and _writes(request):
        state.violations.append(entry)
        return web.json_response({"error": "a write in read-only mode"}, status=405)
    await asyncio.sleep(getattr(state.settings, f"{side}_latency"))
    fault = faults.due_fault(state, side, request)
    if fault is None:
        return await handler(request)
    entry["fault"] = fault.kind
    return await faults.play(fault, request, handler)


def _writes(request: web.Request) -> bool:
    """Return whether a request may change something: splunkd also requires a POST to log in and to search."""
    return request.method not in ("GET", "HEAD") and not ASKING.search(request.path)


async def _entry(side: str, request: web.Request) -> dict[str, t.Any]:
    """Return the record of a request; the body of the collector's is left out, since its events are kept anyway.

    ``path`` is decoded; ``job_id`` is the job that pushes to the collector; ``form`` has the form in a body for splunkd,
    without passwords of users.
    """
    body = await request.read()
    return {
        "side": side,
        "time": now(),
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "user_agent": request.headers.get("User-Agent"),
        "content_encoding": request.headers.get("Content-Encoding"),
        "bytes": len(body),
        "json": _json_or_none(body) if side in ("api", "acs") else None,
        "form": _form(body) if side == "splunk" else None,
        "job_id": request.headers.get(JOB_HEADER),
        "status": None,
        "fault": None,
    }


def _form(body: bytes) -> dict[str, list[str]]:
    form = urllib.parse.parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
    return {name: values for name, values in form.items() if name != "password"}


def _json_or_none(body: bytes) -> t.Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
