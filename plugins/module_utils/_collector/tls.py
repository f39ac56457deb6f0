# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""TLS as Go, and so Logpush, speaks it: the settings of a connection, and a handshake that shows what a server sends.

The contexts here are never those of C(ssl.create_default_context): since Python 3.13 it refuses certificates that Go and
older versions of Python accept.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import typing as t

from .certificate import CertificateError, parse
from .tls_record import Transcript
from .tls_rules import GO_CIPHERS

# X509_V_FLAG_PARTIAL_CHAIN of OpenSSL: a certificate in the CA bundle need not be self-signed. Python 3.10 has a name for it.
_PARTIAL_CHAIN = 0x80000
# C(certificate_check) checks the size of keys by Go's rules.
_NO_SECURITY_LEVEL = "@SECLEVEL=0"
# The seconds within which the alert of a server arrives. A server that accepts the client sends nothing.
_LONGEST_REFUSAL = 0.5


class NameMismatchError(ssl.SSLError):
    """The certificate of a server is not valid for its host."""

    # OpenSSL sets this for its own errors.
    reason = ""


class VerifyingContext(ssl.SSLContext):
    """Verifies the chain of a certificate with OpenSSL, and the name with Go's rules, which differ from OpenSSL's."""

    host = ""
    also_named = ""

    def wrap_socket(self, *args: t.Any, **kwargs: t.Any) -> ssl.SSLSocket:
        """Return a connection to a server that has proved that it is the host. Raises ssl.SSLError."""
        connection = super().wrap_socket(*args, **kwargs)
        try:
            certificate = parse(connection.getpeercert(binary_form=True) or b"")
            matches = any(certificate.matches(name) for name in (self.host, self.also_named) if name)
        except CertificateError:
            matches = False
        if not matches:
            connection.close()
            raise NameMismatchError(f"certificate verify failed: the certificate doesn't match {self.host}")
        return connection


class Shaken(t.NamedTuple):
    """A handshake: what the server has sent, and the version and the cipher suite that were agreed on, "" if the handshake
    failed. ``error`` is why it failed, or what ended the connection after it. ``certificate`` is the server's own."""

    transcript: Transcript
    version: str
    cipher: str
    error: Exception | None
    certificate: bytes = b""

    @property
    def timed_out(self) -> bool:
        """Whether the server did not answer in time."""
        return isinstance(self.error, socket.timeout)


def verifying_context(host: str, roots: t.Iterable[bytes], also_named: str = "") -> ssl.SSLContext:
    """Return a context that accepts the host, or a server with another name, with a chain to one of these roots, in DER form. A root
    that OpenSSL cannot read is left out."""
    context = VerifyingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.host = host
    context.also_named = also_named
    _set_up(context)
    context.check_hostname = False
    context.verify_flags = ssl.VerifyFlags(ssl.VERIFY_X509_TRUSTED_FIRST | _PARTIAL_CHAIN)
    for root in roots:
        with contextlib.suppress(ssl.SSLError):
            context.load_verify_locations(cadata=root)
    return context


def go_context(curve: str = "") -> ssl.SSLContext:
    """Return a context that offers what Go offers, and accepts any certificate; with only one curve if it is given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _set_up(context)
    if curve:
        context.set_ecdh_curve(curve)
    return context


def any_context() -> ssl.SSLContext:
    """Return a context that offers all that OpenSSL has, to find out what a server has."""
    context = go_context()
    context.set_ciphers(f"ALL:COMPLEMENTOFALL:!aNULL:!eNULL:{_NO_SECURITY_LEVEL}")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def shake_hands(context: ssl.SSLContext, connection: socket.socket, server_name: str) -> Shaken:
    """Return the result of a handshake, also of one that fails."""
    transcript = Transcript()
    context._msg_callback = transcript.read  # type: ignore[attr-defined]  # private, but available since Python 3.8
    try:
        with context.wrap_socket(connection, server_hostname=server_name) as secure:
            shown = secure.getpeercert(binary_form=True) or b""
            cipher = secure.cipher()
            refusal = _refusal_afterwards(secure, transcript)
            return Shaken(transcript, secure.version() or "TLS", cipher[0] if cipher else "", refusal, shown)
    except (OSError, ValueError) as error:
        return Shaken(transcript, "", "", error)


def _set_up(context: ssl.SSLContext) -> None:
    # Go, and therefore Logpush, accepts no older version.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{GO_CIPHERS}:{_NO_SECURITY_LEVEL}")


def _refusal_afterwards(secure: ssl.SSLSocket, transcript: Transcript) -> Exception | None:
    """Return why a server refuses a client without a certificate, None if it does not. With TLS 1.3 it says so only after the
    handshake."""
    if not (transcript.wants_client_certificate and secure.version() == "TLSv1.3"):
        return None
    secure.settimeout(_LONGEST_REFUSAL)
    try:
        secure.recv(1)
    except socket.timeout:
        return None
    except OSError as error:
        return error
    return None


def read_bundle(path: str) -> list[bytes]:
    """Return the certificates of a CA bundle, a file or a folder of files in PEM format, in DER form. Raises OSError, and
    ValueError if there is none."""
    files = sorted(os.path.join(path, name) for name in os.listdir(path)) if os.path.isdir(path) else [path]
    found: dict[bytes, None] = {}
    for name in files:
        if os.path.isdir(name):
            continue
        with open(name, encoding="ascii", errors="replace") as file:
            text = file.read()
        for block in re.findall("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL):
            with contextlib.suppress(ValueError):
                found[ssl.PEM_cert_to_DER_cert(block)] = None
    if not found:
        raise ValueError("no certificate")
    return list(found)
