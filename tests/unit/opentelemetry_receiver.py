# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An OpenTelemetry Collector as an HTTPS server of a test."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.tests.simulator import opentelemetry
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked


class OpenTelemetryReceiver:
    """Answers as a function of a request, for C(HttpsServer). ``events`` are the lines and events that it has passed on;
    ``refuses`` is whether what stands behind it refuses them."""

    def __init__(self, *, body_limit: int = opentelemetry.BODY_LIMIT, refuses: bool = False) -> None:
        self.body_limit = body_limit
        self.refuses = refuses
        self.events: list[t.Any] = []

    def __call__(self, asked: Asked) -> tuple[int, str, dict[str, str]]:
        answer = opentelemetry.answer(asked.method, asked.path, asked.body, body_limit=self.body_limit)
        if answer.events and self.refuses:
            answer = opentelemetry.Answer(500, opentelemetry.PIPELINE_ERROR)
        self.events += answer.events
        return answer.status, answer.text, answer.headers
