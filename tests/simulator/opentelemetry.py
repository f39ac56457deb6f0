# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HEC receiver of an OpenTelemetry Collector, with its defaults, as the sender sees it. It does not check tokens, treats
every unknown path as the path for events, and reads 20 MiB of a body and 64 KiB of a line. The rest is lost without an
error. tests/ecosystem/test_opentelemetry.py compares it with the real one.
"""

from __future__ import annotations

import json
import typing as t
import uuid
from urllib.parse import parse_qs, urlsplit

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


class Answer(t.NamedTuple):
    """The answer to a request: its status and the data of its body. ``events`` are what the receiver passes on."""

    status: int
    data: t.Any
    events: t.Sequence[t.Any] = ()

    @property
    def text(self) -> str:
        """The body."""
        return json.dumps(self.data)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer. An error is JSON, but has another content type. Each connection is closed."""
        kind = "application/json" if self.status == 200 else "text/plain; charset=utf-8"
        return {"Content-Type": kind, "Connection": "close"}


def answer(method: str, url: str, body: bytes, *, body_limit: int = BODY_LIMIT) -> Answer:
    """Return the answer to a request with an unpacked body, assuming that the pipeline behind the receiver accepts the
    events."""
    parts = urlsplit(url)
    if parts.path in HEALTH_PATHS:
        return Answer(200, HEALTHY)
    if method != "POST":
        return Answer(400, POST_ONLY)
    channel = parse_qs(parts.query, keep_blank_values=True).get("channel")
    if channel and not _is_guid(channel[0]):
        return Answer(400, INVALID_CHANNEL if channel[0] else CHANNEL_MISSING)
    if not body:
        return Answer(400, NO_DATA)
    if parts.path == RAW_PATH:
        return Answer(200, SUCCESS, _lines(body[:body_limit]))
    return _answer_to_event(body[:body_limit])


def _lines(body: bytes) -> list[str]:
    """Return the lines before the first one that is too long."""
    lines: list[str] = []
    for line in body.split(b"\n"):
        if len(line) >= LINE_LIMIT:
            return lines
        text = line.decode("utf-8", errors="replace")
        lines.append(text[:-1] if text.endswith("\r") else text)
    # There is no line after the last line feed.
    return lines if lines[-1] else lines[:-1]


def _answer_to_event(body: bytes) -> Answer:
    """Return the answer to JSON objects, one after the other. The first one that is wrong refuses them all."""
    text = body.decode("utf-8", errors="replace").strip()
    events = []
    while text:
        try:
            entry, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return Answer(400, INVALID_FORMAT)
        if not isinstance(entry, dict):
            return Answer(400, INVALID_FORMAT)
        if entry.get("event") is None:
            return Answer(400, EVENT_REQUIRED)
        if entry["event"] == "":
            return Answer(400, EVENT_BLANK)
        events.append(entry["event"])
        text = text[end:].lstrip()
    return Answer(200, SUCCESS, events)


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
