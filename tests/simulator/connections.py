# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON calls over connections that stay open. The tests make tens of thousands of control calls, and an HTTP library would take
longer for each of them than the simulator does. No proxy from the environment is used.
"""

from __future__ import annotations

import http.client
import json
import select
import typing as t
import urllib.parse

SECONDS = 60.0


class Connections:
    """The open connections to one server. Several threads may send at the same time."""

    def __init__(self) -> None:
        self._idle: list[http.client.HTTPConnection] = []

    def send(self, method: str, url: str, body: t.Any = None) -> tuple[int, str]:
        """Send a request and return the status and the text of the answer. Raises OSError and HTTPException."""
        parts = urllib.parse.urlsplit(url)
        connection = self._usable(parts.netloc)
        content = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer.status, text

    def close(self) -> None:
        """Close the connections that are not in use."""
        while self._idle:
            self._idle.pop().close()

    def _usable(self, address: str) -> http.client.HTTPConnection:
        """Return a connection that the server has not closed."""
        while self._idle:
            connection = self._idle.pop()
            # Something to read before a request is the end of the connection.
            is_open = connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]
            if is_open and f"{connection.host}:{connection.port}" == address:
                return connection
            connection.close()
        return http.client.HTTPConnection(address, timeout=SECONDS)
