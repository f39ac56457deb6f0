# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small server over real sockets that sends scripted answers and records the requests."""

from __future__ import annotations

import socket
import struct
import typing as t

from ansible_collections.edgeops.logpush.tests.unit.tcp_server import TcpServer

Answer = t.Union[bytes, str]
RESET = "reset"
CLOSE = "close"
HANG = "hang"
TLS_HANDSHAKE = 22


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    """Return a complete HTTP answer; an underscore in the name of a header stands for a hyphen."""
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Asked(t.NamedTuple):
    """A received request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class ScriptedServer(TcpServer):
    """Answers one request per connection, in the order of ``script``; the last entry answers all that follow.

    An entry is the bytes to send, or ``RESET`` (a TCP reset), ``CLOSE`` (an orderly end) or ``HANG`` (no answer).
    """

    one_at_a_time = True

    def __init__(self, *script: Answer) -> None:
        super().__init__()
        self.script = list(script)
        self.asked: list[Asked] = []
        self._hanging: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self.port}"

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        for connection in self._hanging:
            connection.close()

    def handle(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        asked = _request(connection)
        if asked is None:
            connection.close()
            return
        self.asked.append(asked)
        entry = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if entry == HANG:
            self._hanging.append(connection)
            return
        if entry == RESET:
            # With a linger time of zero, the kernel sends a reset instead of closing normally.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif isinstance(entry, bytes):
            connection.sendall(entry)
        connection.close()


def _request(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
        if data[0] == TLS_HANDSHAKE:
            return Asked("TLS", "", {}, data)
    head, dummy, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, dummy, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, path, dummy = first.split(" ")
    return Asked(method, path, headers, body)


def closed_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
