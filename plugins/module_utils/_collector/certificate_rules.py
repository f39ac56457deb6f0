# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The table of what can be wrong with a collector's certificate: the words, and the steps that fix it. Pure: no I/O.

Cloudflare requires a certificate that is publicly trusted, is valid for the host of the endpoint, and comes with its
intermediate certificates
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/), "Troubleshooting").
"""

from __future__ import annotations

import enum
import typing as t


class VerifyCode(enum.IntEnum):
    """Why OpenSSL does not trust a certificate (openssl-verification-options(1), "Diagnostics")."""

    # Not a code of OpenSSL: the handshake failed before the verification, or for another reason.
    NOT_VERIFIED = -1
    TRUSTED = 0
    UNABLE_TO_GET_ISSUER = 2
    NOT_YET_VALID = 9
    EXPIRED = 10
    SELF_SIGNED_IN_CHAIN = 19
    UNABLE_TO_GET_ISSUER_LOCALLY = 20
    UNABLE_TO_VERIFY_LEAF = 21


class Defect(enum.Enum):
    """What can be wrong with a certificate."""

    SPLUNK_DEFAULT = enum.auto()
    SPLUNK_DEFAULT_OF_TRIAL = enum.auto()
    CLOUDFLARE_ORIGIN = enum.auto()
    SELF_SIGNED = enum.auto()
    CHAIN_OUT_OF_DATE = enum.auto()
    PRIVATE_ROOT = enum.auto()
    INTERMEDIATE_MISSING = enum.auto()
    PRIVATE_INTERMEDIATE = enum.auto()
    PRIVATE_OR_INTERMEDIATE_MISSING = enum.auto()
    NOT_VERIFIED = enum.auto()
    COMMON_NAME_ONLY = enum.auto()
    OTHER_HOST = enum.auto()
    NOT_YET_VALID = enum.auto()
    EXPIRED = enum.auto()


class Rule(t.NamedTuple):
    """What to say about a defect: the problem, and the steps that fix it, as templates for C(str.format)."""

    problem: str
    steps: tuple[str, ...]


# Codes for a date that is wrong: OpenSSL checks dates only once the chain leads to a trusted root.
DATE_CODES = (VerifyCode.NOT_YET_VALID, VerifyCode.EXPIRED)

# The defect for each code, of a certificate that is not self-signed and is itself in date.
DEFECTS_BY_CODE: dict[int, Defect] = {
    VerifyCode.NOT_YET_VALID: Defect.CHAIN_OUT_OF_DATE,
    VerifyCode.EXPIRED: Defect.CHAIN_OUT_OF_DATE,
    VerifyCode.SELF_SIGNED_IN_CHAIN: Defect.PRIVATE_ROOT,
}
# Codes for a chain that ends before a root. Which defect it is depends on the certificates that the server sends.
CHAIN_ENDS_EARLY_CODES = (
    VerifyCode.UNABLE_TO_GET_ISSUER,
    VerifyCode.UNABLE_TO_GET_ISSUER_LOCALLY,
    VerifyCode.UNABLE_TO_VERIFY_LEAF,
)

# The subject and the issuer of the certificate that every installation of Splunk ships with.
SPLUNK_DEFAULT_NAME = "SplunkServerDefaultCert"
SPLUNK_DEFAULT_ISSUER = "CN=SplunkCommonCA"
# Part of the issuer's name of an Origin CA certificate, in lower case.
CLOUDFLARE_ORIGIN_ISSUER = "cloudflare origin"
# Advise to renew a certificate that expires within this many days.
RENEW_WITHIN_DAYS = 14

INSTALL = (
    "In Splunk, use splunk_hec_settings with server_cert, or serverCert under [http] in inputs.conf: one PEM file with the "
    "certificate, its private key and the intermediate certificates. Then restart Splunk."
)
USE_PUBLIC_AUTHORITY = "Install a certificate of a public authority for this host."
SKIP_FOR_TRIAL = "For a trial, insecure_skip_verify: true lets Cloudflare accept any certificate."

# The vendor's page quotes this one: "certificate is valid for SplunkServerDefaultCert, not ...".
_SPLUNK_DEFAULT_PROBLEM = (
    "It is SplunkServerDefaultCert, the self-signed certificate that Splunk ships with, and not valid for {host}."
)

RULES: dict[Defect, Rule] = {
    Defect.SPLUNK_DEFAULT: Rule(_SPLUNK_DEFAULT_PROBLEM, (USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL)),
    Defect.SPLUNK_DEFAULT_OF_TRIAL: Rule(
        _SPLUNK_DEFAULT_PROBLEM,
        ("A free trial of Splunk Cloud has no other certificate: set insecure_skip_verify: true during the trial.",),
    ),
    Defect.CLOUDFLARE_ORIGIN: Rule(
        "It is issued by Cloudflare's Origin CA, which only Cloudflare's proxy trusts, not Logpush.",
        (USE_PUBLIC_AUTHORITY, INSTALL, "Or let Cloudflare proxy the host name, and push to it through the proxy."),
    ),
    Defect.SELF_SIGNED: Rule("It is self-signed.", (USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL)),
    Defect.CHAIN_OUT_OF_DATE: Rule(
        "It is in date, but a certificate above it in its chain is not.",
        ("Get the current intermediate certificates from its issuer.", INSTALL),
    ),
    Defect.PRIVATE_ROOT: Rule(
        "It comes from a private authority, {root}, which is not in {roots}.",
        (USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL),
    ),
    Defect.INTERMEDIATE_MISSING: Rule(
        "The issuer of {top}, {top_issuer}, is not in {roots}, and the server does not send its certificate: an "
        "intermediate certificate is missing.",
        ("Add the certificate of {top_issuer} to those that the collector sends.", INSTALL),
    ),
    Defect.PRIVATE_INTERMEDIATE: Rule(
        "Its chain ends at {top}, issued by {top_issuer}, which is not in {roots}: a private authority.",
        (USE_PUBLIC_AUTHORITY, INSTALL, SKIP_FOR_TRIAL),
    ),
    Defect.PRIVATE_OR_INTERMEDIATE_MISSING: Rule(
        "Its issuer, {top_issuer}, is not in {roots}, and the server does not send its certificate: a private authority, "
        "or a missing intermediate certificate.",
        (
            USE_PUBLIC_AUTHORITY,
            "If it has one already, add the certificate of {top_issuer} to those that the collector sends.",
            INSTALL,
            SKIP_FOR_TRIAL,
        ),
    ),
    Defect.NOT_VERIFIED: Rule("Whether it is trusted is unknown: {problem}.", ("Run the probe again.",)),
    Defect.COMMON_NAME_ONLY: Rule(
        "It names {host} only as its common name (CN), which clients no longer accept.",
        ("Install a certificate with {host} among its subject alternative names (SAN).", INSTALL),
    ),
    Defect.OTHER_HOST: Rule(
        "It is valid for {names}, not {host}.",
        ("Install a certificate with {host} among its names, or set endpoint to a host that it is valid for.", INSTALL),
    ),
    Defect.NOT_YET_VALID: Rule(
        "It is valid only from {not_before} on.",
        ("Check that the clocks of the collector and of this machine are right.",),
    ),
    Defect.EXPIRED: Rule("It expired on {expiry_day}: renew it.", (INSTALL,)),
}
