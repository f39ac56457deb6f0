# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A receiver of webhooks on the local host, for tests with the simulator's setting C(webhook_any_port)."""

from __future__ import annotations

import http.server
import json
import threading
import typing as t


class WebhookReceiver:
    """Keeps the messages that it receives, and answers them with C(status). Use it as a context manager."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.messages: list[dict[str, t.Any]] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts"

    def __enter__(self) -> WebhookReceiver:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                receiver.messages.append({"headers": dict(self.headers), "json": json.loads(body)})
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_values: t.Any) -> None:
                """Print nothing."""

        return Handler
