# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Cloudflare's error messages about the TLS of a collector: what each means, and what to do. Pure: no I/O.

Logpush is a Go program. The error message of a job, and the answer to a request that creates or changes one, contain the messages of
Go's packages crypto/tls and crypto/x509. The probe gives the same advice beforehand.
"""

from __future__ import annotations

import re
import typing as t

INSTALL = (
    "In Splunk, set server_cert of splunk_hec_settings, or serverCert under [http] in inputs.conf, to one PEM file with the "
    "certificate, its private key and the intermediate certificates. Then restart Splunk."
)
USE_PUBLIC_AUTHORITY = "Install a certificate from a public authority for this host."
# Only for a certificate that Cloudflare does not trust. It does not help if Cloudflare cannot read the certificate or negotiate TLS.
SKIP_FOR_TRIAL = (
    "For a private trial only: with insecure_skip_verify: true Cloudflare does not check the names, dates and issuer of a "
    "certificate."
)
ISSUE_AGAIN = "Have the certificate issued again by a public authority, or without this extension."
NAME_THE_HOST = "Install a certificate that contains the host of endpoint as a subject alternative name (SAN)."
RENEW_AND_RESTART = "Restart the server after the renewal, and run this again."
_NOT_SKIPPED = "insecure_skip_verify does not help."
USE_GO_TLS = (
    "Configure HEC for TLS 1.2 or 1.3 with an ECDHE-GCM cipher suite and the curve P-256 (sslVersions, cipherSuite and "
    f"ecdhCurves under [http] in inputs.conf). {_NOT_SKIPPED}"
)
USE_USUAL_KEY = f"Create a new key, RSA (2048 to 8192 bits) or ECDSA P-256, and a certificate for it. {_NOT_SKIPPED}"
USUAL_SIGNATURE = "with a common signature algorithm (sha256WithRSAEncryption or ecdsa-with-SHA256)"
NO_CLIENT_CERTIFICATE = (
    "Logpush sends no client certificate: set requireClientCert = false under [http] in inputs.conf, or configure the proxy in "
    f"front of HEC not to request one. {_NOT_SKIPPED}"
)
ENABLE_TLS = (
    "Logpush pushes over HTTPS only: enable TLS for HEC (splunk_hec_settings with enable_ssl: true, or enableSSL = 1 "
    "under [http] in inputs.conf), or use the port of a proxy that terminates TLS."
)
PUBLIC_NEEDS = (
    "The certificate must be publicly trusted, contain the host name of the endpoint, and be sent with its intermediate "
    "certificates."
)
CORRECT_CLOCK = "Check the clock of the machine that issued it."
REMOVE_UNNEEDED = (
    "Cloudflare reads every certificate that the collector sends: remove those that are not needed, such as a root."
)


class CertificateError(t.NamedTuple):
    """One error message of Cloudflare. ``words`` is a pattern for Go's message; ``cause`` can contain its named groups, such as
    C({date}). ``example`` is such a message. ``steps`` is what to do."""

    words: str
    example: str
    cause: str
    steps: tuple[str, ...]


_UNKNOWN_BECAUSE = r"signed by unknown authority \(possibly because of .*"
_UNKNOWN = "x509: certificate signed by unknown authority"
_CANDIDATE = 'while trying to verify candidate authority certificate "Example CA")'
_UNREADABLE = "tls: failed to parse certificate from server: x509: "

_REMOVE_OR_REISSUE = (
    "If it is not needed, such as a root, remove it from the certificates that the collector sends. Otherwise, have it issued again. "
    f"{_NOT_SKIPPED}"
)
_USE_UTF8 = (
    "Have the certificate issued again with this name encoded as UTF8String (string_mask = utf8only in openssl.cnf). "
    f"{_NOT_SKIPPED}"
)
_HOST_OF_ENDPOINT = (
    "Set endpoint to a host that the certificate contains, or install a certificate that contains the host of endpoint."
)

# The first that matches is used.
CERTIFICATE_ERRORS = (
    CertificateError(
        r"certificate has expired.* is after (?P<date>\d{4}-\d\d-\d\d)",
        "x509: certificate has expired or is not yet valid: current time 2026-11-28T07:00:00Z is after "
        "2026-10-01T00:00:00Z",
        "The certificate of the collector expired on {date}: renew it",
        (RENEW_AND_RESTART,),
    ),
    CertificateError(
        r"certificate has expired.* is before (?P<date>\d{4}-\d\d-\d\d)",
        "x509: certificate has expired or is not yet valid: current time 2026-11-28T07:00:00Z is before "
        "2026-12-01T00:00:00Z",
        "The certificate of the collector is not valid before {date}",
        (CORRECT_CLOCK,),
    ),
    CertificateError(
        "certificate has expired",
        "x509: certificate has expired or is not yet valid",
        "The certificate of the collector has expired or is not valid yet: renew it",
        (RENEW_AND_RESTART,),
    ),
    CertificateError(
        "valid for SplunkServerDefaultCert",
        "x509: certificate is valid for SplunkServerDefaultCert, not splunk.example.com",
        "The collector uses SplunkServerDefaultCert, the self-signed certificate of a new Splunk installation",
        (PUBLIC_NEEDS, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "certificate is not valid for any names",
        "x509: certificate is not valid for any names, but wanted to match splunk.example.com",
        "The certificate of the collector contains no host name as a subject alternative name (SAN). It may be "
        "SplunkServerDefaultCert, the self-signed certificate of a new Splunk installation",
        (NAME_THE_HOST, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "relies on legacy Common Name",
        "x509: certificate relies on legacy Common Name field, use SANs instead",
        "The certificate of the collector contains its host name only as the common name (CN)",
        (NAME_THE_HOST, INSTALL),
    ),
    CertificateError(
        "because it doesn't contain any IP SANs",
        "x509: cannot validate certificate for 192.0.2.10 because it doesn't contain any IP SANs",
        "The endpoint is an IP address, but the certificate of the collector contains no IP address as a subject "
        "alternative name",
        ("Set endpoint to a host name that the certificate contains.",),
    ),
    CertificateError(
        r"certificate is valid for (?P<names>.+), not (?P<host>[^\s\"]+)|but none matched",
        "x509: certificate is valid for www.example.com, not splunk.example.com",
        "The certificate of the collector is for another host than the one in endpoint",
        (
            _HOST_OF_ENDPOINT,
            INSTALL,
        ),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + r"insecure algorithm (?P<algorithm>[\w-]+)",
        f'{_UNKNOWN} (possibly because of "x509: cannot verify signature: insecure algorithm SHA1-RSA" {_CANDIDATE}',
        "A certificate that the collector sends is signed with {algorithm}, which is insecure",
        ("Have it issued again with SHA-256.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + "algorithm unimplemented",
        f'{_UNKNOWN} (possibly because of "x509: cannot verify signature: algorithm unimplemented" {_CANDIDATE}',
        "A certificate that the collector sends is signed with an algorithm that Go does not support",
        (f"Have it issued again {USUAL_SIGNATURE}.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + "parent certificate cannot sign this kind of certificate",
        f'{_UNKNOWN} (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of '
        f'certificate" {_CANDIDATE}',
        "A certificate in the chain is used as a CA but is not allowed to sign others: it lacks basicConstraints with cA, or "
        "its key usage lacks keyCertSign",
        (
            "Issue the CA certificate again with both, or install a certificate from a public authority.",
            INSTALL,
            SKIP_FOR_TRIAL,
        ),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + r"(verification (error|failure)|public key, but have)",
        f'{_UNKNOWN} (possibly because of "crypto/rsa: verification error" {_CANDIDATE}',
        "The collector sends the certificate of another CA of the same name, not of the CA that signed its certificate",
        ("Send the certificate of the CA that signed it instead.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        r"\d+-bit keys are insecure",
        f'{_UNKNOWN} (possibly because of "crypto/rsa: 512-bit keys are insecure" {_CANDIDATE}',
        "The RSA key of a certificate has fewer than 1024 bits",
        (USE_USUAL_KEY, INSTALL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + "unhandled critical extension",
        f'{_UNKNOWN} (possibly because of "x509: unhandled critical extension" {_CANDIDATE}',
        "A CA certificate has a critical extension that Go does not support",
        (ISSUE_AGAIN, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "signed by unknown authority",
        _UNKNOWN,
        "Cloudflare does not trust the issuer of the collector's certificate: it is a private CA, or the collector does not "
        "send the intermediate certificates",
        (PUBLIC_NEEDS, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "not authorized to sign other certificates",
        "x509: certificate is not authorized to sign other certificates",
        "A certificate between the collector's certificate and the root is not a CA certificate (basicConstraints without cA)",
        (
            "Issue the CA certificate again with cA, or install a certificate from a public authority.",
            INSTALL,
            SKIP_FOR_TRIAL,
        ),
    ),
    CertificateError(
        "too many intermediates for path length constraint",
        "x509: too many intermediates for path length constraint",
        "A CA in the chain allows fewer intermediate CAs (pathlen) than the chain has",
        ("Have that CA issue the certificate directly, or raise its pathlen.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "not authorized to sign for this name",
        "x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "
        '"splunk.example.net" is not permitted by any constraint',
        "A CA in the chain is not allowed to issue a certificate for every name in it (name constraints)",
        (
            "Have the certificate issued again with permitted names only. Go checks every name in it.",
            INSTALL,
            SKIP_FOR_TRIAL,
        ),
    ),
    CertificateError(
        "incompatible key usage",
        "x509: certificate specifies an incompatible key usage",
        "The collector's certificate, or a CA above it, is not allowed for servers (extended key usage without serverAuth)",
        ("Have it issued again as a server certificate (extendedKeyUsage serverAuth).", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "unhandled critical extension",
        "x509: unhandled critical extension",
        "The collector's certificate, or a CA above it, has a critical extension that Go does not support",
        (ISSUE_AGAIN, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "no valid chains built",
        "x509: no valid chains built: 1 candidate chains with invalid policies",
        "A CA requires policies that a certificate below it does not have",
        ("Have the certificate issued with the policy that the CA requires.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "signature check attempts limit",
        "x509: signature check attempts limit reached while verifying certificate chain",
        "The collector sends too many certificates with the same names",
        (REMOVE_UNNEEDED, INSTALL),
    ),
    CertificateError(
        "SAN (dNSName|rfc822Name|uniformResourceIdentifier) is malformed",
        f"{_UNREADABLE}SAN dNSName is malformed",
        "A certificate that the collector sends has a subject alternative name with characters outside ASCII, such as an umlaut",
        (
            f"Have the certificate issued again with the name in punycode (xn--...). {_NOT_SKIPPED}",
            INSTALL,
            REMOVE_UNNEEDED,
        ),
    ),
    CertificateError(
        "cannot parse URI",
        f'{_UNREADABLE}cannot parse URI "https://a b/": parse "https://a b/": invalid character " " in host name',
        "A certificate that the collector sends has a malformed URI as a subject alternative name",
        (f"Have the certificate issued again without it. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "cannot parse IP address of length",
        f"{_UNREADABLE}cannot parse IP address of length 8",
        "A certificate that the collector sends has a subject alternative name that is not a single IP address, such as a network",
        (f"Have the certificate issued again with single addresses. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "invalid RDNSequence|invalid (Printable|IA5|Numeric|UTF-8|BMP) ?[Ss]tring",
        f"{_UNREADABLE}invalid RDNSequence: invalid attribute value: invalid PrintableString",
        "The subject or issuer of a certificate that the collector sends contains a character that its encoding does not "
        "allow, such as _, @ or an umlaut in a PrintableString",
        (
            _USE_UTF8,
            INSTALL,
            REMOVE_UNNEEDED,
        ),
    ),
    CertificateError(
        "negative serial number",
        f"{_UNREADABLE}negative serial number",
        "A certificate that the collector sends has a negative serial number",
        (
            _REMOVE_OR_REISSUE,
            INSTALL,
        ),
    ),
    CertificateError(
        "duplicate extension",
        f'{_UNREADABLE}certificate contains duplicate extension with OID "2.5.29.17"',
        "A certificate that the collector sends contains the same extension twice",
        (f"Have the certificate issued again with each extension once. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "unsupported elliptic curve|RSA key larger than|unsupported type of public key|RSA key missing NULL|ECDSA key",
        f"{_UNREADABLE}unsupported elliptic curve",
        "A certificate that the collector sends has a key whose type or size Go does not support",
        (USE_USUAL_KEY, INSTALL),
    ),
    CertificateError(
        "failed to parse certificate from server",
        f"{_UNREADABLE}invalid basic constraints",
        "Cloudflare cannot read a certificate that the collector sends",
        (f"Have the certificate issued again. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "protocol version not supported|unsupported protocol version",
        "remote error: tls: protocol version not supported",
        "The collector supports only TLS 1.1 or older",
        (USE_GO_TLS,),
    ),
    CertificateError(
        "tls: (certificate required|bad certificate|unknown certificate( authority)?)",
        "remote error: tls: certificate required",
        "The collector requires a client certificate",
        (NO_CLIENT_CERTIFICATE,),
    ),
    CertificateError(
        "tls: unrecognized name",
        "remote error: tls: unrecognized name",
        "The server has no certificate for the host of the endpoint",
        ("Configure the server, or the proxy in front of it, for this host name. Or correct endpoint.",),
    ),
    CertificateError(
        "tls: handshake failure|tls: insufficient security|no cipher suite",
        "remote error: tls: handshake failure",
        "The collector and Cloudflare have no TLS version, cipher suite, curve or key type in common, or the collector requires "
        "a client certificate",
        (USE_GO_TLS, "The key of its certificate must be RSA, or ECDSA with a NIST curve.", NO_CLIENT_CERTIFICATE),
    ),
    CertificateError(
        "server gave HTTP response to HTTPS client|first record does not look like a TLS handshake",
        "http: server gave HTTP response to HTTPS client",
        "The collector uses HTTP without TLS on this port",
        (ENABLE_TLS,),
    ),
    CertificateError(
        "x509|certificate|tls:",
        "remote error: tls: internal error",
        "Cloudflare does not accept the TLS settings or the certificate of the collector",
        (
            PUBLIC_NEEDS,
            "SplunkServerDefaultCert, the self-signed certificate of a new Splunk installation, is not.",
            "Test the collector with splunk_hec_probe.",
        ),
    ),
)


def certificate_error(message: str) -> CertificateError | None:
    """Return the entry for an error message of Cloudflare, None if the message is not about the TLS of a collector."""
    return next((error for error in CERTIFICATE_ERRORS if re.search(error.words, message)), None)
