# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that a probe can find instead of Splunk: HTTPS with any certificate and any answers, and a proxy."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import socket
import ssl
import threading
import typing as t

from ansible_collections.edgeops.logpush.tests.unit.tcp_server import TcpServer

HTML = "<!doctype html><title>Hello</title>"


class Asked(t.NamedTuple):
    """A received request with its unpacked body."""

    method: str
    path: str
    headers: t.Mapping[str, str]
    body: bytes


Answer = t.Tuple[int, t.Union[str, t.Dict[str, t.Any]], t.Dict[str, str]]
Respond = t.Callable[[Asked], t.Tuple[t.Any, ...]]


class HttpsServer(http.server.ThreadingHTTPServer):
    """Answers with the result of ``respond``: a status, a body (text, or data for JSON), and headers if any.

    Without a certificate it speaks plain HTTP.
    """

    daemon_threads = True

    def __init__(self, respond: Respond, certificate_file: str | None = None, **context_settings: t.Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.asked: list[Asked] = []
        self.context: ssl.SSLContext | None = None
        if certificate_file:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate_file)
            for name, value in context_settings.items():
                setattr(self.context, name, value)

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"localhost:{self.server_port}"

    def __enter__(self) -> HttpsServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self.server_close()

    def finish_request(self, request: t.Any, client_address: t.Any) -> None:
        request.settimeout(5)
        with contextlib.suppress(OSError):
            if self.context:
                request = self.context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Do not log clients that disconnect."""


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = Asked(self.command, self.path, self.headers, body)
        self.server.asked.append(asked)
        status, answer, *headers = self.server.respond(asked)
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode("utf-8")
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers[0] if headers else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *arguments: t.Any) -> None:
        """Says nothing."""


class ConnectProxy(TcpServer):
    """A proxy that accepts every CONNECT, or answers it with ``refusal``. ``asked`` are the received request
    heads."""

    def __init__(self, refusal: bytes = b"") -> None:
        super().__init__()
        self.refusal = refusal
        self.asked: list[bytes] = []
        self.url = f"http://user:p%40ss@127.0.0.1:{self.port}"

    def handle(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        self.asked.append(head)
        if self.refusal:
            connection.sendall(self.refusal)
            connection.close()
            return
        host, dummy, port = head.split()[1].decode("ascii").rpartition(":")
        server = socket.create_connection((host, int(port)))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=_pour, args=(server, connection), daemon=True).start()
        _pour(connection, server)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            data = source.recv(65536)
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(data)
