# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read what a server sends in a TLS handshake (RFC 5246, RFC 8446). Pure: no I/O.

Python shows the certificates of a server that is not verified only since 3.10, and its choice of a curve and its request for
a client certificate never. They are in the messages of the handshake.
"""

from __future__ import annotations

import typing as t

_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _CERTIFICATE, _SERVER_KEY_EXCHANGE, _CERTIFICATE_REQUEST, _CERTIFICATE_VERIFY = 2, 11, 12, 13, 15
_SUPPORTED_VERSIONS, _KEY_SHARE = 43, 51
TLS_1_2, TLS_1_3 = 0x0303, 0x0304
_NAMED_CURVE = 3


class Alert:
    """The alerts that explain a failure (RFC 8446, 6)."""

    HANDSHAKE_FAILURE = 40
    PROTOCOL_VERSION = 70
    UNRECOGNIZED_NAME = 112
    CERTIFICATE_REQUIRED = 116


class Transcript:
    """What a server has sent in a handshake, as far as it got.

    ``certificates`` are in DER form, the server's own first. ``group`` is the curve, and ``scheme`` the signature, that the
    server has chosen, by their numbers at IANA; 0 if none is known. ``alert`` is the last alert of the server, 0 for none.
    """

    def __init__(self) -> None:
        self.certificates: tuple[bytes, ...] = ()
        self.version = 0
        self.group = 0
        self.scheme = 0
        self.wants_client_certificate = False
        self.alert = 0
        self.has_answered = False

    def read(
        self, _connection: object, direction: str, _version: int, content_type: int, _message_type: int, data: bytes
    ) -> None:
        """Read one message. This is the callback for messages of C(ssl.SSLContext)."""
        if direction != "read" or content_type not in (_ALERT, _HANDSHAKE):
            return
        self.has_answered = True
        try:
            if content_type == _ALERT:
                self.alert = data[1]
            elif data:
                self._read_handshake(data[0], data[4:])
        except (IndexError, ValueError):
            # OpenSSL reports a damaged message.
            return

    def _read_handshake(self, kind: int, body: bytes) -> None:
        if kind == _SERVER_HELLO:
            self._read_server_hello(body)
        elif kind == _CERTIFICATE:
            self.certificates = tuple(_certificates(body, is_tls_1_3=self.version == TLS_1_3))
        elif kind == _CERTIFICATE_REQUEST:
            self.wants_client_certificate = True
        elif kind == _CERTIFICATE_VERIFY:
            self.scheme = _number(body, 0)
        elif kind == _SERVER_KEY_EXCHANGE and body[0] == _NAMED_CURVE:
            self.group = _number(body, 1)
            self.scheme = _number(body, 4 + body[3])

    def _read_server_hello(self, body: bytes) -> None:
        self.version = _number(body, 0)
        # After the version and the random number: a session ID, a cipher suite, a compression method.
        position = 35 + body[34] + 3
        extensions = body[position + 2 : position + 2 + _number(body, position)] if len(body) > position else b""
        while extensions:
            kind, size = _number(extensions, 0), _number(extensions, 2)
            content, extensions = extensions[4 : 4 + size], extensions[4 + size :]
            if kind == _SUPPORTED_VERSIONS:
                self.version = _number(content, 0)
            elif kind == _KEY_SHARE:
                self.group = _number(content, 0)


def _certificates(body: bytes, *, is_tls_1_3: bool) -> t.Iterator[bytes]:
    """Yield the certificates of a message. With TLS 1.3 it begins with a context, and extensions follow each of them."""
    position = (1 + body[0] if is_tls_1_3 else 0) + 3
    while position < len(body):
        size = int.from_bytes(body[position : position + 3], "big")
        position += 3
        yield body[position : position + size]
        position += size
        if is_tls_1_3:
            position += 2 + _number(body, position)


def _number(data: bytes, position: int) -> int:
    if len(data) < position + 2:
        raise ValueError("the message is cut off")
    return int.from_bytes(data[position : position + 2], "big")
