# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve TLS setups over real sockets with OpenSSL."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import ssl
import threading
import typing as t
import warnings

from ansible_collections.edgeops.logpush.tests.unit.tls_setups import Setup
from cryptography.hazmat.primitives import serialization

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\nConnection: close\r\n\r\n" + b'{"text":"Success","code":0}'
_REFUSAL = b"HTTP/1.0 400 Bad request\r\n\r\n"


def pem(certificates: t.Iterable[bytes]) -> str:
    """Return certificates in PEM form."""
    return "".join(ssl.DER_cert_to_PEM_cert(der) for der in certificates)


@contextlib.contextmanager
def served(setup: Setup, folder: pathlib.Path) -> t.Iterator[int]:
    """Serve a setup, and return its port. ``folder`` is for the key."""
    context = None if setup.server.get("plain") else _context(setup, folder)
    with socket.create_server(("127.0.0.1", 0), backlog=8) as listener:
        threading.Thread(target=_accept, args=(listener, context), daemon=True).start()
        yield listener.getsockname()[1]
        # Closing alone would not end the accepting thread.
        listener.shutdown(socket.SHUT_RDWR)


def _context(setup: Setup, folder: pathlib.Path) -> ssl.SSLContext:
    key = setup.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_text(key.decode("ascii") + pem(setup.chain), encoding="ascii")
    server = setup.server
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(f"{server.get('ciphers', 'ALL')}:@SECLEVEL=0")
    with warnings.catch_warnings():
        # Python warns of old versions of TLS.
        warnings.simplefilter("ignore")
        newest = server.get("maximum", "TLSv1_3")
        context.minimum_version = getattr(ssl.TLSVersion, server.get("minimum", min("TLSv1_2", newest)))
        context.maximum_version = getattr(ssl.TLSVersion, newest)
    if "curve" in server:
        context.set_ecdh_curve(server["curve"])
    context.load_cert_chain(file)
    context.verify_mode = {"required": ssl.CERT_REQUIRED, "optional": ssl.CERT_OPTIONAL}.get(
        server.get("verify", ""), ssl.CERT_NONE
    )
    return context


def _accept(listener: socket.socket, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _address = listener.accept()
            threading.Thread(target=_answer, args=(connection, context), daemon=True).start()


def _answer(connection: socket.socket, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(5)
        if context is None:
            request = connection.recv(4096)
            connection.sendall(_ANSWER if request.startswith(b"GET ") else _REFUSAL)
            return
        with connection.dup() as still_open:
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    if secure.recv(4096):
                        secure.sendall(_ANSWER)
            except ssl.SSLError:
                _end(still_open)


def _end(connection: socket.socket) -> None:
    """End a connection whose handshake failed, and wait until the client has read why. A connection that is closed while it
    holds data from the client is reset, and the client may see the reset instead of the alert."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(5)
    while connection.recv(4096):
        pass
