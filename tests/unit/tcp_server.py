# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server over real sockets. What it does with a connection is up to a subclass."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

Entered = t.TypeVar("Entered", bound="TcpServer")


class TcpServer:
    """Accepts connections on a free port of this machine while it is entered: each in a thread of its own, or one after the
    other."""

    one_at_a_time = False

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self: Entered) -> Entered:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def handle(self, connection: socket.socket) -> None:
        """Serve a connection, and close it."""
        raise NotImplementedError

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                if self.one_at_a_time:
                    self.handle(connection)
                else:
                    threading.Thread(target=self.handle, args=(connection,), daemon=True).start()
