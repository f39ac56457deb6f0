# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the HEC receiver of an OpenTelemetry Collector. tests/ecosystem/test_opentelemetry.py compares it with the
real one."""

from __future__ import annotations

import json
import typing as t
import uuid
from urllib.parse import parse_qs, urlsplit

from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked

HEALTH_PATHS = ("/services/collector/health", "/services/collector/health/1.0")
RAW_PATH = "/services/collector/raw"
BODY_LIMIT = 20 * 1024 * 1024
LINE_LIMIT = 64 * 1024
HEALTHY = {"text": "HEC is healthy", "code": 17}
SUCCESS = {"text": "Success", "code": 0}
NO_DATA = {"text": "No data", "code": 5}
INVALID_FORMAT = {"text": "Invalid data format", "code": 6}
CHANNEL_MISSING = {"text": "Data channel is missing", "code": 10}
INVALID_CHANNEL = {"text": "Invalid data channel", "code": 11}
EVENT_REQUIRED = {"text": "Event field is required", "code": 12}
EVENT_BLANK = {"text": "Event field cannot be blank", "code": 13}
POST_ONLY = 'Only "POST" method is supported'
PIPELINE_ERROR = "Internal Server Error"

Reply = t.Tuple[int, t.Any, t.Dict[str, str]]


class OpenTelemetryReceiver:
    """Answers as a function of a request, for C(HttpsServer). ``events`` are the lines and events that it has passed on;
    ``refuses`` is whether what stands behind it refuses them."""

    def __init__(self, *, body_limit: int = BODY_LIMIT, refuses: bool = False) -> None:
        self.body_limit = body_limit
        self.refuses = refuses
        self.events: list[t.Any] = []

    def __call__(self, asked: Asked) -> Reply:
        status, data = self._answer(asked)
        # Every connection is closed, and an error has no content type of JSON. A string is a whole JSON body.
        kind = "application/json" if status == 200 else "text/plain; charset=utf-8"
        return status, json.dumps(data), {"Content-Type": kind, "Connection": "close"}

    def _answer(self, asked: Asked) -> tuple[int, t.Any]:
        url = urlsplit(asked.path)
        if url.path in HEALTH_PATHS:
            return 200, HEALTHY
        if asked.method != "POST":
            return 400, POST_ONLY
        channel = parse_qs(url.query, keep_blank_values=True).get("channel")
        if channel and not _is_guid(channel[0]):
            return 400, INVALID_CHANNEL if channel[0] else CHANNEL_MISSING
        if not asked.body:
            return 400, NO_DATA
        events, problem = self._lines(asked.body) if url.path == RAW_PATH else _event(asked.body[: self.body_limit])
        if problem:
            return 400, problem
        if self.refuses:
            return 500, PIPELINE_ERROR
        self.events += events
        return 200, SUCCESS

    def _lines(self, body: bytes) -> tuple[list[t.Any], None]:
        """Return the lines within the limit of the body, and before the first one that is too long. The rest is lost without
        an error."""
        lines: list[str] = []
        for line in body[: self.body_limit].split(b"\n"):
            if len(line) >= LINE_LIMIT:
                return lines, None
            lines.append(line.decode("utf-8"))
        # There is no line behind the last line feed.
        return lines if lines[-1] else lines[:-1], None


def _event(body: bytes) -> tuple[list[t.Any], t.Any]:
    """Return the event of a body for any other path, or the answer that refuses it."""
    try:
        data = json.loads(body)
    except ValueError:
        return [], INVALID_FORMAT
    if not isinstance(data, dict):
        return [], INVALID_FORMAT
    if data.get("event") is None:
        return [], EVENT_REQUIRED
    return ([], EVENT_BLANK) if data["event"] == "" else ([data["event"]], None)


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
