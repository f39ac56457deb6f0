# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What Cloudflare says about the TLS of a collector, what it means, and what to do. Pure: no I/O.

Logpush is a Go program. The words of Go's packages crypto/tls and crypto/x509 stand in the error message of a job and in the
answer to a request that creates or changes one. The probe gives the same steps beforehand.
"""

from __future__ import annotations

import re
import typing as t

INSTALL = (
    "In Splunk, use splunk_hec_settings with server_cert, or serverCert under [http] in inputs.conf: one PEM file with the "
    "certificate, its private key and the intermediate certificates. Then restart Splunk."
)
USE_PUBLIC_AUTHORITY = "Install a certificate of a public authority for this host."
# Where only the trust in the issuer is missing. What Cloudflare cannot read or negotiate, this does not change.
SKIP_FOR_TRIAL = (
    "For a private trial only: with insecure_skip_verify: true Cloudflare does not check the names, dates and issuer of a "
    "certificate."
)
ISSUE_AGAIN = "Have the certificate issued again by a public authority, or without this."
NAME_THE_HOST = "Install a certificate with the host of endpoint among its subject alternative names (SAN)."
SEND_INTERMEDIATES = "Add the intermediate certificates of its issuer to those that the collector sends."
RENEW_AND_RESTART = "Restart the server that uses the new one, and run this again."
_NOT_SKIPPED = "insecure_skip_verify does not help."
USE_GO_TLS = (
    "Let HEC offer TLS 1.2 or 1.3 with an ECDHE-GCM cipher suite and the curve P-256 (sslVersions, cipherSuite and "
    f"ecdhCurves under [http] in inputs.conf). {_NOT_SKIPPED}"
)
USE_USUAL_KEY = (
    f"Make a new key of the kind RSA (2048 to 8192 bits) or ECDSA P-256, and a certificate for it. {_NOT_SKIPPED}"
)
USUAL_SIGNATURE = "with a usual signature (sha256WithRSAEncryption or ecdsa-with-SHA256)"
NO_CLIENT_CERTIFICATE = (
    "Logpush has no client certificate: set requireClientCert = false under [http] in inputs.conf, or remove the request for "
    f"one from the proxy in front. {_NOT_SKIPPED}"
)
ENABLE_TLS = (
    "Logpush pushes over HTTPS only: enable TLS for HEC (splunk_hec_settings with enable_ssl: true, or enableSSL = 1 "
    "under [http] in inputs.conf), or use the port of a proxy that terminates TLS."
)
PUBLIC_NEEDS = (
    "The certificate must be publicly trusted, contain the host name of the endpoint, and be sent with its intermediate "
    "certificates."
)
CORRECT_CLOCK = "Check the clock of the machine that made it."
REMOVE_UNNEEDED = (
    "Cloudflare reads every certificate that the server sends: remove those that are not needed, such as a root."
)


class CertificateError(t.NamedTuple):
    """One thing that Cloudflare says. ``words`` is a pattern of Go's words, whose named groups may stand in ``cause`` as
    C({date}); ``example`` is such a message. ``steps`` is what to do."""

    words: str
    example: str
    cause: str
    steps: tuple[str, ...]


_UNKNOWN_BECAUSE = r"signed by unknown authority \(possibly because of .*"
_UNKNOWN = "x509: certificate signed by unknown authority"
_CANDIDATE = 'while trying to verify candidate authority certificate "Example CA")'
_UNREADABLE = "tls: failed to parse certificate from server: x509: "

_REMOVE_OR_REISSUE = (
    "If it is not needed, such as a root, remove it from those that the server sends; otherwise have it issued again. "
    f"{_NOT_SKIPPED}"
)
_USE_UTF8 = (
    "Have the certificate issued again with this name as UTF8String (string_mask = utf8only in openssl.cnf). "
    f"{_NOT_SKIPPED}"
)
_HOST_OF_ENDPOINT = (
    "Set endpoint to a host that the certificate names, or install a certificate with the host of endpoint."
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
        "The certificate of the collector is valid only from {date} on",
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
        "The collector has SplunkServerDefaultCert, the self-signed certificate of a new Splunk",
        (PUBLIC_NEEDS, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "certificate is not valid for any names",
        "x509: certificate is not valid for any names, but wanted to match splunk.example.com",
        "The certificate of the collector has no subject alternative name (SAN) that is a host name. "
        "SplunkServerDefaultCert, the self-signed certificate of a new Splunk, has none",
        (NAME_THE_HOST, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "relies on legacy Common Name",
        "x509: certificate relies on legacy Common Name field, use SANs instead",
        "The certificate of the collector names its host only as its common name (CN)",
        (NAME_THE_HOST, INSTALL),
    ),
    CertificateError(
        "because it doesn't contain any IP SANs",
        "x509: cannot validate certificate for 192.0.2.10 because it doesn't contain any IP SANs",
        "The endpoint is an IP address, and the certificate of the collector has no IP address among its subject "
        "alternative names",
        ("Set endpoint to a host name that the certificate contains.",),
    ),
    CertificateError(
        r"certificate is valid for (?P<names>.+), not (?P<host>[^\s\"]+)|but none matched",
        "x509: certificate is valid for www.example.com, not splunk.example.com",
        "The certificate of the collector is for another host than that of the endpoint",
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
        "A certificate that the collector sends is signed with an algorithm that Go does not have",
        (f"Have it issued again {USUAL_SIGNATURE}.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + "parent certificate cannot sign this kind of certificate",
        f'{_UNKNOWN} (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of '
        f'certificate" {_CANDIDATE}',
        "A certificate is used as a CA that may not sign others: it lacks basicConstraints with cA, or its key usage "
        "lacks keyCertSign",
        ("Make the certificate of the CA again with both.", USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + r"(verification (error|failure)|public key, but have)",
        f'{_UNKNOWN} (possibly because of "crypto/rsa: verification error" {_CANDIDATE}',
        "The issuer of a certificate is another CA of the same name than the one that signed it",
        ("Send the CA certificate that signed it, in place of the old one of the same name.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        r"\d+-bit keys are insecure",
        f'{_UNKNOWN} (possibly because of "crypto/rsa: 512-bit keys are insecure" {_CANDIDATE}',
        "An RSA key of a certificate has less than 1024 bits",
        (USE_USUAL_KEY, INSTALL),
    ),
    CertificateError(
        _UNKNOWN_BECAUSE + "unhandled critical extension",
        f'{_UNKNOWN} (possibly because of "x509: unhandled critical extension" {_CANDIDATE}',
        "A CA certificate has a critical extension that Go does not know",
        (ISSUE_AGAIN, USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "signed by unknown authority",
        _UNKNOWN,
        "Cloudflare does not know the issuer of the certificate of the collector: it is a private CA, or the server does not "
        "send the intermediate certificates",
        (PUBLIC_NEEDS, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "not authorized to sign other certificates",
        "x509: certificate is not authorized to sign other certificates",
        "A certificate between that of the collector and the root is not that of a CA (basicConstraints without cA)",
        ("Make the certificate of the CA again with it.", USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "too many intermediates for path length constraint",
        "x509: too many intermediates for path length constraint",
        "A CA above the certificate of the collector allows fewer intermediate CAs (pathlen) than there are",
        ("Have the certificate issued by that CA itself, or raise pathlen.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "not authorized to sign for this name",
        "x509: a root or intermediate certificate is not authorized to sign for this name: DNS name "
        '"splunk.example.net" is not permitted by any constraint',
        "A CA above the certificate of the collector may not issue a certificate for all names in it (name constraints)",
        ("Have the certificate issued with permitted names only. Every name in it counts.", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "incompatible key usage",
        "x509: certificate specifies an incompatible key usage",
        "The certificate of the collector, or a CA above it, is not for servers (extended key usage without serverAuth)",
        ("Have it issued again as a server certificate (extendedKeyUsage serverAuth).", INSTALL, SKIP_FOR_TRIAL),
    ),
    CertificateError(
        "unhandled critical extension",
        "x509: unhandled critical extension",
        "The certificate of the collector, or a CA above it, has a critical extension that Go does not know",
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
        "The server sends too many certificates of the same names",
        (REMOVE_UNNEEDED, INSTALL),
    ),
    CertificateError(
        "SAN (dNSName|rfc822Name|uniformResourceIdentifier) is malformed",
        f"{_UNREADABLE}SAN dNSName is malformed",
        "A subject alternative name in a certificate that the collector sends is not ASCII, such as a domain with an umlaut",
        (
            f"Have the certificate issued again with the name in punycode (xn--...). {_NOT_SKIPPED}",
            INSTALL,
            REMOVE_UNNEEDED,
        ),
    ),
    CertificateError(
        "cannot parse URI",
        f'{_UNREADABLE}cannot parse URI "https://a b/": parse "https://a b/": invalid character " " in host name',
        "A URI among the subject alternative names of a certificate that the collector sends is malformed",
        (f"Have the certificate issued again without it. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "cannot parse IP address of length",
        f"{_UNREADABLE}cannot parse IP address of length 8",
        "A certificate that the collector sends has a network, or something else than an address, as an IP address",
        (f"Have the certificate issued again with single addresses. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "invalid RDNSequence|invalid (Printable|IA5|Numeric|UTF-8|BMP) ?[Ss]tring",
        f"{_UNREADABLE}invalid RDNSequence: invalid attribute value: invalid PrintableString",
        "The subject or issuer of a certificate that the collector sends has a character that its encoding does not have, "
        "such as _, @ or an umlaut in a PrintableString",
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
        "A certificate that the collector sends has an extension twice",
        (f"Have the certificate issued again with each extension once. {_NOT_SKIPPED}", INSTALL, REMOVE_UNNEEDED),
    ),
    CertificateError(
        "unsupported elliptic curve|RSA key larger than|unsupported type of public key|RSA key missing NULL|ECDSA key",
        f"{_UNREADABLE}unsupported elliptic curve",
        "A certificate that the collector sends has a key of a kind or size that Go does not have",
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
        "The collector speaks only TLS 1.1 or older",
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
        ("Configure the server, or the proxy in front, for this host name, or correct endpoint.",),
    ),
    CertificateError(
        "tls: handshake failure|tls: insufficient security|no cipher suite",
        "remote error: tls: handshake failure",
        "The collector and Cloudflare have no version, cipher suite, curve or kind of key in common, or the collector requires "
        "a client certificate",
        (USE_GO_TLS, "Its key must be RSA or ECDSA with a curve of NIST.", NO_CLIENT_CERTIFICATE),
    ),
    CertificateError(
        "server gave HTTP response to HTTPS client|first record does not look like a TLS handshake",
        "http: server gave HTTP response to HTTPS client",
        "The collector speaks HTTP without TLS on this port",
        (ENABLE_TLS,),
    ),
    CertificateError(
        "x509|certificate|tls:",
        "remote error: tls: internal error",
        "Cloudflare does not accept the TLS of the collector",
        (
            PUBLIC_NEEDS,
            "SplunkServerDefaultCert is the self-signed certificate of a new Splunk.",
            "Test the collector with splunk_hec_probe.",
        ),
    ),
)


def certificate_error(message: str) -> CertificateError | None:
    """Return what Cloudflare says in an error message about the TLS of a collector, None if it says nothing about that."""
    return next((error for error in CERTIFICATE_ERRORS if re.search(error.words, message)), None)
