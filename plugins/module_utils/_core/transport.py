# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Limits for what a server may send: the time for the complete answer, and its size.

The timeouts of sockets limit the time between two bytes. A server that sends a byte now and then would keep a request open
for ever. So a timer closes the connection at the deadline, during the TLS handshake, the headers or the body.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import threading
import time
import typing as t
import zlib

try:
    import urllib3.util.ssl_
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:
    # Without the library, this file can still be imported, so that C(_core/http) can report that the library is missing.
    HTTPAdapter = HTTPConnection = HTTPSConnection = object  # type: ignore[assignment,misc]
    HTTPConnectionPool = HTTPSConnectionPool = object  # type: ignore[assignment,misc]

_CHUNK = 65536
# The seconds after which the thread of C(Deadlines) looks whether any is left. Short, because Ansible may fork when all requests are
# done.
_LONGEST_NAP = 0.1
_current = threading.local()


class AnswerTooLargeError(Exception):
    """An answer has more bytes than it may have."""


class AnswerEncodingError(Exception):
    """A body has a content encoding that was not requested, or is not encoded as its header says."""


class Deadlines:
    """Deadlines that one thread watches, while there are any: a timer for each request would start a thread for each. Use an object
    only in the process that made it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ends: dict[Deadline, float] = {}
        self._is_watched = False
        self._wakes_at = 0.0

    def add(self, deadline: Deadline, seconds: float) -> None:
        """Let a deadline expire after some seconds, unless it is removed before."""
        with self._changed:
            self._ends[deadline] = end = time.monotonic() + seconds
            if not self._is_watched:
                threading.Thread(target=self._watch, daemon=True).start()
                self._is_watched = True
            elif end < self._wakes_at:
                self._changed.notify()

    def remove(self, deadline: Deadline) -> None:
        """Do not let a deadline expire any more."""
        with self._changed:
            self._ends.pop(deadline, None)

    def _watch(self) -> None:
        with self._changed:
            while self._ends:
                now = time.monotonic()
                for deadline in [deadline for deadline, end in self._ends.items() if end <= now]:
                    del self._ends[deadline]
                    deadline.expire()
                self._wakes_at = min([now + _LONGEST_NAP, *self._ends.values()])
                self._changed.wait(self._wakes_at - now)
            self._is_watched = False


class Deadline:
    """Ends the watched connections after some seconds, unless the block ends before.

    Within the block, connections that this thread opens or uses through C(DeadlineAdapter) are watched. ``deadlines`` are those
    of the client that the requests of the block belong to.
    """

    def __init__(self, seconds: float, deadlines: Deadlines | None = None) -> None:
        self.expired = False
        self._seconds = seconds
        self._deadlines = deadlines or Deadlines()
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Deadline:
        _current.deadline = self
        self._deadlines.add(self, self._seconds)
        return self

    def __exit__(self, *exception: object) -> None:
        _current.deadline = None
        self._deadlines.remove(self)
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched = []

    def watch(self, connection: t.Any) -> None:
        """End this connection, too. It is a socket, or an object around one."""
        with contextlib.suppress(OSError, ValueError), self._lock:
            # A duplicate, because the wrapping of a socket in TLS makes a new object.
            self._watched.append(socket.socket(fileno=os.dup(connection.fileno())))
            if self.expired:
                self._watched[-1].shutdown(socket.SHUT_RDWR)

    def expire(self) -> None:
        """End the watched connections."""
        with self._lock:
            self.expired = True
            for connection in self._watched:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _watch(connection: t.Any) -> None:
    deadline = getattr(_current, "deadline", None)
    if deadline is not None and connection is not None:
        deadline.watch(connection)


class _WatchedConnection(HTTPConnection):
    def _new_conn(self) -> t.Any:
        connection = super()._new_conn()
        _watch(connection)
        return connection

    def putrequest(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        _watch(self.sock)
        return super().putrequest(*args, **kwargs)


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    pass


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


_POOLS = {"http": _WatchedPool, "https": _WatchedTlsPool}


class DeadlineAdapter(HTTPAdapter):
    """An adapter whose connections end at the current deadline of their thread."""

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Create the pool of connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        """Return the pool of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager


class OwnRootsAdapter(DeadlineAdapter):
    """An adapter that accepts the certificates of private authorities under every Python version.

    Python 3.13 and later refuse certificates without the extensions that RFC 5280 requires
    (U(https://docs.python.org/3/whatsnew/3.13.html#ssl)). The certificates that Splunk creates for itself lack them. Go, and
    so Logpush, and Python up to 3.12 accept them.
    """

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Create the pool of connections."""
        super().init_poolmanager(*args, ssl_context=_lenient_context(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        """Return the pool of connections through a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=_lenient_context(), **kwargs)


class ContextAdapter(DeadlineAdapter):
    """An adapter for servers that a context verifies, their names included."""

    def __init__(self, context: ssl.SSLContext, **kwargs: t.Any) -> None:
        self._context = context
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Create the pool of connections."""
        super().init_poolmanager(*args, ssl_context=self._context, assert_hostname=False, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: t.Any) -> t.Any:
        """Return the pool of connections through a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=self._context, assert_hostname=False, **kwargs)

    def cert_verify(self, conn: t.Any, url: str, verify: t.Any, cert: t.Any) -> None:
        """Leave the roots of the context alone: C(requests) would add the public ones."""
        conn.cert_reqs = "CERT_REQUIRED"
        conn.ca_certs = conn.ca_cert_dir = None


def _lenient_context() -> ssl.SSLContext:
    context = urllib3.util.ssl_.create_urllib3_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def expiry_date(host: str, port: int, timeout: float) -> str:
    """Return the day (C(2026-10-01)) on which the certificate of a server expires, "" if it cannot be read directly. Sends
    nothing but a TLS handshake, because the server is not trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), timeout) as connection, context.wrap_socket(
            connection, server_hostname=host
        ) as secure:
            return expiry_in(secure.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return ""


def expiry_in(der: bytes) -> str:
    """Return the day on which a certificate in DER form expires: the second of the two times of its validity (RFC 5280,
    4.1.2.5)."""
    times = re.findall(rb"\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z", der)
    if len(times) < 2:
        return ""
    short, long = (text.decode("ascii") for text in times[1])
    # Years from 50 on belong to the last century.
    digits = long or (("19" if short >= "50" else "20") + short)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"


def read_body(response: t.Any, limit: int) -> bytes:
    """Return the decoded body of a C(requests) answer that is streamed. Raises AnswerTooLargeError as soon as it has more
    than ``limit`` bytes, AnswerEncodingError, and the exceptions of urllib3."""
    encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise AnswerEncodingError(f"the answer has the content encoding {encoding[:40]}, which was not requested")
    decoder = None if encoding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    # urllib3 1 treats a truncated body as complete, unless it is configured to compare its length.
    response.raw.enforce_content_length = True
    parts: list[bytes] = []
    size = 0
    while True:
        part = response.raw.read(_CHUNK, decode_content=False)
        if not part:
            break
        if decoder:
            if decoder.eof:
                # The decoder would keep all of it, without end.
                raise AnswerEncodingError("the body of the answer has more data after the end of its gzip data")
            try:
                # A few compressed bytes can expand to gigabytes.
                part = decoder.decompress(part, limit - size + 1)
            except zlib.error:
                raise AnswerEncodingError(
                    "the body of the answer is not valid gzip data, although its header says gzip"
                ) from None
        size += len(part)
        if size > limit:
            raise AnswerTooLargeError
        parts.append(part)
    return b"".join(parts)
