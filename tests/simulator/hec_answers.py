# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of Splunk's HTTP Event Collector: its codes, and the bodies of refusals."""

from __future__ import annotations

import typing as t

from aiohttp import web

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


class HecError(Exception):
    """A request that the collector refuses, by its code. ``event_number`` is that of the event which it blames, ``reason`` what
    splunkd logs instead of the text of the code.
    """

    def __init__(self, code: int, event_number: int | None = None, reason: str = "") -> None:
        super().__init__(CODES[code][1])
        self.code = code
        self.reason = reason or CODES[code][1]
        self.more = {} if event_number is None else {"invalid-event-number": event_number}


def reply(code: int, **more: t.Any) -> web.Response:
    """Return the collector's answer for a code."""
    status, text = CODES[code]
    return web.json_response({"text": text, "code": code, **more}, status=status)


def not_found(status: int) -> web.Response:
    """Return the answer for a path or method that the collector does not have."""
    return web.json_response({"text": "The requested URL was not found on this server.", "code": 404}, status=status)


def html(status: int, title: str) -> web.Response:
    """Return an answer that the server gives before the collector reads the request."""
    page = f"<!doctype html><html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return web.Response(status=status, text=page, content_type="text/html")
