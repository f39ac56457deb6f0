# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What Go, which Logpush is written in, offers in a TLS handshake, and the messages for a server that accepts none of it.
Pure: no I/O.

From the defaults of Go's package crypto/tls. C(insecure_skip_verify) changes nothing about them.
"""

from __future__ import annotations

import enum
import typing as t

from .._core.certificate_errors import ENABLE_TLS, NO_CLIENT_CERTIFICATE, USE_GO_TLS, USE_USUAL_KEY

# Go's cipher suites of TLS 1.2, by the names of OpenSSL.
GO_CIPHERS = ":".join(
    f"ECDHE-{key}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA")
    for key in ("ECDSA", "RSA")
)
# X25519, the curves of NIST, and the two together with ML-KEM (the numbers of TLS Supported Groups at IANA).
GO_GROUPS = {29, 23, 24, 25, 4587, 4588, 4589}
# Curves of Go to which OpenSSL can limit a client.
GO_CURVES = ("prime256v1", "secp384r1", "secp521r1")
_GROUP_NAMES = {30: "X448", 22: "secp256k1", 21: "secp224r1", 26: "brainpoolP256r1", 27: "brainpoolP384r1"}
# RSA-PSS, ECDSA, Ed25519 and RSA with SHA-2 (the numbers of TLS SignatureScheme at IANA).
GO_SCHEMES = {0x0804, 0x0805, 0x0806, 0x0403, 0x0503, 0x0603, 0x0807, 0x0401, 0x0501, 0x0601}
_SCHEME_NAMES = {
    0x0101: "RSA with MD5",
    0x0201: "RSA with SHA-1",
    0x0203: "ECDSA with SHA-1",
    0x0301: "RSA with SHA-224",
    0x0303: "ECDSA with SHA-224",
    0x0808: "Ed448",
    0x0809: "an RSA-PSS key",
    0x080A: "an RSA-PSS key",
    0x080B: "an RSA-PSS key",
}


class TlsDefect(enum.Enum):
    """Why Go's handshake with a server fails."""

    PLAIN_HTTP = enum.auto()
    OLD_VERSION = enum.auto()
    NO_SUITE = enum.auto()
    NO_CURVE = enum.auto()
    NO_SIGNATURE = enum.auto()
    NOTHING_IN_COMMON = enum.auto()
    CLIENT_CERTIFICATE = enum.auto()
    NO_SUCH_NAME = enum.auto()
    OTHER = enum.auto()


class TlsRule(t.NamedTuple):
    """The message for a defect: Go's words, the problem, and the steps that fix it. The first two are templates for
    C(str.format), with C(what) that was seen."""

    words: str
    problem: str
    steps: tuple[str, ...]


_FAILURE = "remote error: tls: handshake failure"
TLS_RULES: dict[TlsDefect, TlsRule] = {
    TlsDefect.PLAIN_HTTP: TlsRule(
        "http: server gave HTTP response to HTTPS client",
        "The server speaks plain HTTP on this port.",
        (ENABLE_TLS,),
    ),
    TlsDefect.OLD_VERSION: TlsRule(
        "remote error: tls: protocol version not supported",
        "The server speaks {what} and no newer version; Cloudflare needs TLS 1.2 or newer.",
        (USE_GO_TLS,),
    ),
    TlsDefect.NO_SUITE: TlsRule(
        _FAILURE,
        "The server has no cipher suite that Cloudflare supports: it chooses {what}.",
        (USE_GO_TLS,),
    ),
    TlsDefect.NO_CURVE: TlsRule(
        _FAILURE,
        "The server has no key exchange curve that Cloudflare supports: it chooses {what}.",
        (USE_GO_TLS,),
    ),
    TlsDefect.NO_SIGNATURE: TlsRule(
        _FAILURE,
        "The server signs the handshake with {what}, which Cloudflare does not accept.",
        (USE_USUAL_KEY, USE_GO_TLS),
    ),
    TlsDefect.NOTHING_IN_COMMON: TlsRule(
        _FAILURE,
        "The server ends the handshake, whatever the client offers. Its key exchange curve or the key of its "
        "certificate is of a kind that Cloudflare does not support (such as Brainpool, secp256k1, P-224 or DSA), or "
        "its cipher suites and TLS versions do not fit its key.",
        (USE_USUAL_KEY, USE_GO_TLS),
    ),
    TlsDefect.CLIENT_CERTIFICATE: TlsRule(
        "remote error: tls: certificate required",
        "The server requires a client certificate (mutual TLS).",
        (NO_CLIENT_CERTIFICATE,),
    ),
    TlsDefect.NO_SUCH_NAME: TlsRule(
        "remote error: tls: unrecognized name",
        "The server has no certificate for the name {what}, and ends the handshake.",
        ("Correct the host of endpoint, or configure the server, or the proxy in front, for this name.",),
    ),
    TlsDefect.OTHER: TlsRule(
        "",
        "The handshake fails: {what}.",
        ("Check that the port is that of HEC, and that it accepts TLS 1.2 or newer without a client certificate.",),
    ),
}


def group_name(number: int) -> str:
    """Return the name of a group for a key exchange."""
    return _GROUP_NAMES.get(number, f"finite field or group {number}" if number else "none")


def version_name(number: int) -> str:
    """Return the name of a version that is older than TLS 1.2."""
    return {0x0300: "SSL 3.0", 0x0301: "TLS 1.0"}.get(number, "TLS 1.1")


def scheme_name(number: int) -> str:
    """Return the name of a kind of signature."""
    return _SCHEME_NAMES.get(number, f"the signature scheme 0x{number:04x}")
