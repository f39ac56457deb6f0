# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The table of what Cloudflare does not accept in a collector's certificate: Go's words, ours, and the steps that fix it.
Pure: no I/O.

Cloudflare requires a certificate that is publicly trusted, is valid for the host of the endpoint, and comes with its
intermediate certificates
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/), "Troubleshooting"). The rules in
detail are those of Go. What Cloudflare says later, in the error message of a job, is explained by
C(_core/certificate_errors), with the same steps.
"""

from __future__ import annotations

import enum
import typing as t

from .._core.certificate_errors import (
    INSTALL,
    REMOVE_UNNEEDED,
    SKIP_FOR_TRIAL,
    USE_PUBLIC_AUTHORITY,
    USE_USUAL_KEY,
    USUAL_SIGNATURE,
)


class Defect(enum.Enum):
    """What can be wrong with a certificate, or with those above it in its chain."""

    UNREADABLE = enum.auto()
    UNREADABLE_ABOVE = enum.auto()
    UNSUPPORTED_KEY = enum.auto()
    WEAK_KEY = enum.auto()
    LARGE_KEY = enum.auto()
    UNKNOWN_EXTENSION = enum.auto()
    EXPIRED = enum.auto()
    NOT_YET_VALID = enum.auto()
    SPLUNK_DEFAULT = enum.auto()
    SPLUNK_DEFAULT_OF_TRIAL = enum.auto()
    COMMON_NAME_ONLY = enum.auto()
    ADDRESS_AS_NAME = enum.auto()
    NOT_A_NAME = enum.auto()
    NO_NAMES = enum.auto()
    OTHER_HOST = enum.auto()
    CLOUDFLARE_ORIGIN = enum.auto()
    SELF_SIGNED = enum.auto()
    PRIVATE_ROOT = enum.auto()
    INTERMEDIATE_MISSING = enum.auto()
    PRIVATE_INTERMEDIATE = enum.auto()
    PRIVATE_OR_INTERMEDIATE_MISSING = enum.auto()
    OTHER_SPELLING = enum.auto()
    UNREADABLE_ROOT = enum.auto()
    EXPIRED_ABOVE = enum.auto()
    NOT_YET_VALID_ABOVE = enum.auto()
    UNKNOWN_EXTENSION_ABOVE = enum.auto()
    NOT_A_CA = enum.auto()
    CANNOT_SIGN = enum.auto()
    TOO_LONG = enum.auto()
    INSECURE_SIGNATURE = enum.auto()
    UNKNOWN_SIGNATURE = enum.auto()
    WRONG_SIGNATURE = enum.auto()
    NOT_PERMITTED = enum.auto()
    WRONG_USAGE = enum.auto()
    POLICY_MISSING = enum.auto()
    TOO_MANY = enum.auto()
    # Not a defect of the certificate: this Python does not show what the server sends.
    CHAIN_HIDDEN = enum.auto()


class Rule(t.NamedTuple):
    """The message for a defect: Go's words, the problem, and the steps that fix it, as templates for C(str.format).

    ``despite_skip`` is whether Cloudflare refuses the certificate with C(insecure_skip_verify), too.
    """

    words: str
    problem: str
    steps: tuple[str, ...]
    despite_skip: bool = False


# The subject and the issuer of the certificate that every installation of Splunk ships with.
SPLUNK_DEFAULT_NAME = "SplunkServerDefaultCert"
SPLUNK_DEFAULT_ISSUER = "CN=SplunkCommonCA"
# Part of the issuer's name of an Origin CA certificate, in lower case.
CLOUDFLARE_ORIGIN_ISSUER = "cloudflare origin"
# Advise to renew a certificate that expires within this many days.
RENEW_WITHIN_DAYS = 14

# An alternative to the certificate of a public authority, if the user has set a CA bundle. The option of the bundle is ca_path in a probe,
# and collector_ca_path in an audit, so the text names neither.
USE_OWN_AUTHORITY = "That is right for Cloudflare. For a private trial with a CA of your own, add the certificate of that CA to your CA bundle."

_UNKNOWN = "x509: certificate signed by unknown authority"
_BECAUSE = f'{_UNKNOWN} (possibly because of "{{reason}}" while trying to verify candidate authority certificate "{{ca_name}}")'
_PARSE = "tls: failed to parse certificate from server: x509: {flaw}"
_EXPIRED = "x509: certificate has expired or is not yet valid: current time {now} is after {expiry}"
_NOT_YET = "x509: certificate has expired or is not yet valid: current time {now} is before {not_before}"
PROXY_IT = "Or let Cloudflare proxy the host name, and push to it through the proxy."
SKIP_DOES_NOT_HELP = "insecure_skip_verify does not help: Cloudflare parses every certificate anyway."
_SKIP = SKIP_FOR_TRIAL
_TRY_PRIVATE = (USE_PUBLIC_AUTHORITY, INSTALL, _SKIP)
_REISSUE_CA = "Reissue the certificate of {ca} {how}."

# Cloudflare's page quotes this one: "certificate is valid for SplunkServerDefaultCert, not ...".
_SPLUNK_DEFAULT_PROBLEM = (
    "It is SplunkServerDefaultCert, the self-signed certificate that Splunk ships with, and not valid for {host}."
)
_NAME_IN_SAN = "Install a certificate with {host} among its subject alternative names (SAN)."

RULES: dict[Defect, Rule] = {
    Defect.UNREADABLE: Rule(
        _PARSE,
        "Cloudflare cannot read it: {what}.",
        ("Have it issued again without that.", USE_PUBLIC_AUTHORITY, INSTALL, SKIP_DOES_NOT_HELP),
        despite_skip=True,
    ),
    Defect.UNREADABLE_ABOVE: Rule(
        _PARSE,
        "Cloudflare cannot read {cert}, which the server also sends: {what}.",
        (
            f"{REMOVE_UNNEEDED} Otherwise have {{cert}} issued again without that.",
            INSTALL,
            SKIP_DOES_NOT_HELP,
        ),
        despite_skip=True,
    ),
    Defect.UNSUPPORTED_KEY: Rule(
        "remote error: tls: handshake failure",
        "Its key is of the kind {key}, which Cloudflare does not support.",
        (USE_USUAL_KEY, INSTALL),
        despite_skip=True,
    ),
    Defect.WEAK_KEY: Rule(
        "tls: invalid signature by the server certificate: crypto/rsa: {bits}-bit keys are insecure",
        "Its RSA key has {bits} bits, and Cloudflare accepts no key below 1024 bits.",
        (USE_USUAL_KEY, INSTALL),
        despite_skip=True,
    ),
    Defect.LARGE_KEY: Rule(
        "tls: server sent certificate containing RSA key larger than {largest} bits",
        "The RSA key of {cert}, which the server sends, has {bits} bits, and Cloudflare accepts no key above {largest} "
        "bits.",
        (USE_USUAL_KEY, INSTALL, REMOVE_UNNEEDED),
        despite_skip=True,
    ),
    Defect.UNKNOWN_EXTENSION: Rule(
        "x509: unhandled critical extension",
        "It has a critical extension that Cloudflare does not support: {extension}.",
        ("Have it issued again without this extension, or with the extension marked as not critical.", INSTALL, _SKIP),
    ),
    Defect.EXPIRED: Rule(_EXPIRED, "It expired on {expiry_day}: renew it.", (INSTALL,)),
    Defect.NOT_YET_VALID: Rule(
        _NOT_YET,
        "It is not valid before {not_before}.",
        ("Check that the clocks of the collector and of this machine are right.",),
    ),
    Defect.SPLUNK_DEFAULT: Rule("{host_words}", _SPLUNK_DEFAULT_PROBLEM, _TRY_PRIVATE),
    Defect.SPLUNK_DEFAULT_OF_TRIAL: Rule(
        "{host_words}",
        _SPLUNK_DEFAULT_PROBLEM,
        ("A free trial of Splunk Cloud has no other certificate: set insecure_skip_verify: true during the trial.",),
    ),
    Defect.COMMON_NAME_ONLY: Rule(
        "{host_words}",
        "It names {host} only as its common name (CN), which clients no longer accept.",
        (_NAME_IN_SAN, INSTALL),
    ),
    Defect.ADDRESS_AS_NAME: Rule(
        "{host_words}",
        "It has the IP address {host} only as a DNS name, which does not count: an IP address needs an entry of its own kind.",
        (
            "Write the address as an IP entry among its subject alternative names (IP:{host} in openssl.cnf).",
            "Or set endpoint to a host name that it names.",
            INSTALL,
        ),
    ),
    Defect.NOT_A_NAME: Rule(
        "{host_words}",
        'It is valid for {names}, not {host}: "{entry}" is not the bare name of a host.',
        (
            "Write the bare name {host} among its subject alternative names, without a scheme, port, path or space.",
            INSTALL,
        ),
    ),
    Defect.NO_NAMES: Rule("{host_words}", "It is valid for {names}, not {host}.", (_NAME_IN_SAN, INSTALL)),
    Defect.OTHER_HOST: Rule(
        "{host_words}",
        "It is valid for {names}, not {host}.",
        ("Install a certificate with {host} among its names, or set endpoint to a host that it is valid for.", INSTALL),
    ),
    Defect.CLOUDFLARE_ORIGIN: Rule(
        _UNKNOWN,
        "It is issued by Cloudflare's Origin CA, which only Cloudflare's proxy trusts, not Logpush.",
        (USE_PUBLIC_AUTHORITY, INSTALL, PROXY_IT),
    ),
    Defect.SELF_SIGNED: Rule(_UNKNOWN, "It is self-signed, and not in {roots}.", _TRY_PRIVATE),
    Defect.PRIVATE_ROOT: Rule(
        _UNKNOWN, "It comes from a private authority, {root}, which is not in {roots}.", _TRY_PRIVATE
    ),
    Defect.INTERMEDIATE_MISSING: Rule(
        _UNKNOWN,
        "The issuer of {top}, {top_issuer}, is not in {roots}, and the server does not send its certificate: an "
        "intermediate certificate is missing.",
        ("Add the certificate of {top_issuer} to those that the collector sends.", INSTALL),
    ),
    Defect.PRIVATE_INTERMEDIATE: Rule(
        _UNKNOWN,
        "Its chain ends at {top}, issued by {top_issuer}, which is not in {roots}: a private authority.",
        _TRY_PRIVATE,
    ),
    Defect.PRIVATE_OR_INTERMEDIATE_MISSING: Rule(
        _UNKNOWN,
        "Its issuer, {top_issuer}, is not in {roots}, and the server does not send its certificate: a private authority, "
        "or a missing intermediate certificate.",
        (
            USE_PUBLIC_AUTHORITY,
            "If it has one already, add the certificate of {top_issuer} to those that the collector sends.",
            INSTALL,
            _SKIP,
        ),
    ),
    Defect.OTHER_SPELLING: Rule(
        _UNKNOWN,
        "{cert} spells the name of its issuer, {ca}, differently from the CA itself. Cloudflare compares the encoded "
        "names byte for byte (upper case, spaces, and UTF8String or PrintableString).",
        ("Have {cert} issued again by the CA as it is now.", INSTALL, _SKIP),
    ),
    Defect.UNREADABLE_ROOT: Rule(
        _UNKNOWN,
        "Cloudflare cannot read the certificate of its authority {ca} in {roots}: {what}.",
        ("Reissue the certificate of {ca} without that.", *_TRY_PRIVATE),
    ),
    Defect.EXPIRED_ABOVE: Rule(
        _EXPIRED.replace("{expiry}", "{ca_expiry}"),
        "A certificate above it in its chain, {ca}, expired on {ca_expiry_day}.",
        ("Get the current certificates of its issuer.", INSTALL, _SKIP),
    ),
    Defect.NOT_YET_VALID_ABOVE: Rule(
        _NOT_YET.replace("{not_before}", "{ca_not_before}"),
        "A certificate above it in its chain, {ca}, is not valid before {ca_not_before}.",
        ("Check that the clocks of its issuer and of this machine are right.", INSTALL, _SKIP),
    ),
    Defect.UNKNOWN_EXTENSION_ABOVE: Rule(
        "x509: unhandled critical extension",
        "A certificate above it in its chain, {ca}, has a critical extension that Cloudflare does not support: "
        "{extension}.",
        (
            _REISSUE_CA.format(ca="{ca}", how="without this extension, or with the extension marked as not critical"),
            *_TRY_PRIVATE,
        ),
    ),
    Defect.NOT_A_CA: Rule(
        "x509: certificate is not authorized to sign other certificates",
        "{ca}, which issued {cert}, is not the certificate of a CA: it lacks basicConstraints with cA.",
        (_REISSUE_CA.format(ca="{ca}", how="with basicConstraints CA:TRUE"), *_TRY_PRIVATE),
    ),
    Defect.CANNOT_SIGN: Rule(
        _BECAUSE,
        "{ca}, which issued {cert}, may not sign certificates: {why}.",
        (
            _REISSUE_CA.format(ca="{ca}", how="with basicConstraints CA:TRUE and the key usage keyCertSign"),
            *_TRY_PRIVATE,
        ),
    ),
    Defect.TOO_LONG: Rule(
        "x509: too many intermediates for path length constraint",
        "{ca} in its chain allows {pathlen} intermediate CAs below it (path length constraint, pathlen), and there are more.",
        ("Have it issued by a CA that is nearer to {ca}, or raise pathlen.", *_TRY_PRIVATE),
    ),
    Defect.INSECURE_SIGNATURE: Rule(
        _BECAUSE,
        "{cert} is signed with {algorithm}, which is insecure. Cloudflare refuses it.",
        ("Have {cert} issued again with SHA-256.", INSTALL, _SKIP),
    ),
    Defect.UNKNOWN_SIGNATURE: Rule(
        _BECAUSE,
        "{cert} is signed with {algorithm}, which Cloudflare does not support.",
        (f"Have {{cert}} issued again {USUAL_SIGNATURE}.", INSTALL, _SKIP),
    ),
    Defect.WRONG_SIGNATURE: Rule(
        _BECAUSE,
        "The signature of {cert} was not made by {ca} (its CA has a namesake with another key, or the certificate was "
        "changed).",
        ("Send the certificate of the CA that signed it, or add that certificate to the CA bundle.", *_TRY_PRIVATE),
    ),
    Defect.NOT_PERMITTED: Rule(
        "x509: a root or intermediate certificate is not authorized to sign for this name: {why}",
        "A CA in its chain, {ca}, may not issue a certificate for all of its names (name constraints): {why}.",
        ("Have it issued with permitted names only: every name in it counts.", *_TRY_PRIVATE),
    ),
    Defect.WRONG_USAGE: Rule(
        "x509: certificate specifies an incompatible key usage",
        "{cert} is not for servers: its extended key usage lacks serverAuth.",
        ("Have {cert} issued again with extendedKeyUsage serverAuth.", INSTALL, _SKIP),
    ),
    Defect.POLICY_MISSING: Rule(
        "x509: no valid chains built: {count} candidate chains with invalid policies",
        "A CA in its chain requires certificate policies (policy constraints) that the certificates below it do not have.",
        ("Have it issued with the policy that the CA requires.", *_TRY_PRIVATE),
    ),
    Defect.TOO_MANY: Rule(
        "x509: signature check attempts limit reached while verifying certificate chain",
        "The server sends too many certificates with the same names, so Cloudflare stops looking for a chain.",
        (REMOVE_UNNEEDED, INSTALL),
    ),
    Defect.CHAIN_HIDDEN: Rule(
        "",
        "This Python cannot tell whether it is trusted: it does not show which certificates the server sends.",
        ("Run the probe with another Python.",),
    ),
}
