# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether Cloudflare would accept the certificate of a collector, and what to do where it would not. Pure: no I/O.

Cloudflare wants a certificate that is publicly trusted, is for the host of the endpoint, and comes with its
intermediate certificates
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/), "Troubleshooting").
"""

from __future__ import annotations

import datetime
import typing as t

from .._splunk.hec_request import is_trial
from .certificate import Certificate, rfc3339
from .checks import Check

_NAME = "certificate"
# What the certificate that each installation of Splunk brings along is called, and who has issued it.
_SPLUNK_DEFAULT, _SPLUNK_CA = "SplunkServerDefaultCert", "SplunkCommonCA"
_CLOUDFLARE_ORIGIN = "cloudflare origin"
_FEW_DAYS = 14

# Why OpenSSL does not verify a certificate (openssl-verification-options(1), "Diagnostics")
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED_AT_THE_END = 19
_ISSUER_UNKNOWN = (2, 20, 21)

_INSTALL = (
    "In Splunk it is splunk_hec_settings with server_cert, or serverCert under [http] in inputs.conf: one PEM file with the "
    "certificate, its private key, and the intermediate certificates; restart Splunk then."
)
_PUBLIC = "Install a certificate of a public authority for this host."
_TRIAL_ONLY = "For a trial, insecure_skip_verify: true lets Cloudflare accept any certificate."


class Trust(t.NamedTuple):
    """What OpenSSL says of the chain of a certificate. ``code`` is 0 where it is trusted, and negative where that
    could not be found out; ``chain`` is what the server has sent, or None where that is not known."""

    code: int
    problem: str
    chain: tuple[Certificate, ...] | None

    def covers(self, certificate: Certificate, now: datetime.datetime) -> bool:
        """Whether the chain leads to a trusted root. The date of the certificate itself is another matter: OpenSSL
        looks at dates once the chain is complete."""
        return self.code == 0 or (self.code in (_NOT_YET_VALID, _EXPIRED) and not _in_date(certificate, now))


class Finding(t.NamedTuple):
    """Something wrong, and what to do, in sentences."""

    problem: str
    advice: tuple[str, ...]


def result(certificate: Certificate, trust: Trust, host: str, now: datetime.datetime) -> dict[str, t.Any]:
    """Return a certificate in the form of the module's result."""
    return {
        "subject": certificate.subject,
        "names": list(certificate.names),
        "issuer": certificate.issuer,
        "not_before": rfc3339(certificate.not_before),
        "expiry": rfc3339(certificate.not_after),
        "days_left": certificate.days_left(now),
        "matches": certificate.matches(host),
        "trusted": trust.covers(certificate, now),
    }


def check(
    certificate: Certificate, trust: Trust, host: str, now: datetime.datetime, verified: bool, own_roots: bool
) -> Check:
    """Judge a certificate. ``verified`` says whether Cloudflare would look at it (insecure_skip_verify is false),
    ``own_roots`` whether it was judged by the CA bundle of the user instead of by the public roots."""
    # Splunk's own certificate is one finding, though neither its issuer nor its name will do.
    findings = list(dict.fromkeys(_findings(certificate, trust, host, now, own_roots)))
    if not findings:
        return Check(_NAME, True, *_sound(certificate, now, verified, own_roots))
    detail = " ".join(finding.problem for finding in findings)
    # Several findings have steps in common.
    advice = " ".join(dict.fromkeys(step for finding in findings for step in finding.advice))
    if not verified:
        return Check(
            _NAME, True, f"{detail} Cloudflare does not look at it, since insecure_skip_verify is true.", advice
        )
    return Check(_NAME, False, detail, advice)


def unreadable(problem: str, verified: bool) -> Check:
    """Judge a certificate that cannot even be read."""
    return Check(_NAME, not verified, f"The certificate cannot be read: {problem}.", f"{_PUBLIC} {_INSTALL}")


def _findings(
    certificate: Certificate, trust: Trust, host: str, now: datetime.datetime, own_roots: bool
) -> t.Iterator[Finding]:
    if not trust.covers(certificate, now):
        yield _why_untrusted(certificate, trust, host, own_roots)
    if not certificate.matches(host):
        yield _why_mismatched(certificate, host)
    if now < certificate.not_before:
        yield Finding(
            f"It is valid only from {rfc3339(certificate.not_before)} on.",
            ("See that the clocks of the collector and of this machine are right.",),
        )
    if now > certificate.not_after:
        yield Finding(f"It expired on {rfc3339(certificate.not_after)}.", ("Renew the certificate.", _INSTALL))


def _sound(certificate: Certificate, now: datetime.datetime, verified: bool, own_roots: bool) -> tuple[str, str]:
    """What to say of a certificate with which nothing is wrong."""
    days = certificate.days_left(now)
    by_whom = "by the CA bundle in ca_path (Cloudflare itself goes by public roots)" if own_roots else "publicly"
    detail = f"It is trusted {by_whom}, matches the host, and is valid for {days} days."
    if days < _FEW_DAYS:
        return detail, "Renew it soon, and restart what serves it, or Logpush fails on that day."
    return detail, "" if verified or own_roots else "insecure_skip_verify: true is not needed: leave it out."


def _why_untrusted(certificate: Certificate, trust: Trust, host: str, own_roots: bool) -> Finding:
    """Tell apart the ways in which a certificate does not lead to a trusted root, as far as they can be told."""
    roots = "the CA bundle in ca_path" if own_roots else "the public roots"
    if _is_splunk_default(certificate):
        return _splunk_default(host)
    if _CLOUDFLARE_ORIGIN in certificate.issuer.lower():
        return Finding(
            "It is issued by Cloudflare's Origin CA, which only Cloudflare's proxy trusts, not Logpush.",
            (_PUBLIC, _INSTALL, "Or let the host name be proxied by Cloudflare, and push to it through the proxy."),
        )
    if certificate.self_signed:
        return Finding("It is self-signed.", (_PUBLIC, _INSTALL, _TRIAL_ONLY))
    if trust.code in (_NOT_YET_VALID, _EXPIRED):
        return Finding(
            "It is in date, but a certificate above it in its chain is not.",
            ("Get the current intermediate certificates from its issuer.", _INSTALL),
        )
    if trust.code == _SELF_SIGNED_AT_THE_END:
        top = trust.chain[-1].subject if trust.chain else certificate.issuer
        return Finding(
            f"It comes from a private authority, {top}, which is not in {roots}.", (_PUBLIC, _INSTALL, _TRIAL_ONLY)
        )
    if trust.code in _ISSUER_UNKNOWN:
        return _why_incomplete(certificate, trust, roots)
    return Finding(f"Whether it is trusted could not be found out: {trust.problem}.", ("Run the probe again.",))


def _why_incomplete(certificate: Certificate, trust: Trust, roots: str) -> Finding:
    """Tell a missing intermediate certificate from a private authority: either way the chain ends too early."""
    chain = trust.chain or (certificate,)
    top = chain[-1] if any(sent.subject == certificate.issuer for sent in chain) else certificate
    if top.issuer_is_published:
        return Finding(
            f"The issuer of {top.subject}, {top.issuer}, is not in {roots}, and the server does not send its "
            "certificate: an intermediate certificate is missing.",
            (f"Add the certificate of {top.issuer} to those that the collector sends.", _INSTALL),
        )
    if top is not certificate:
        return Finding(
            f"Its chain ends at {top.subject}, issued by {top.issuer}, which is not in {roots}: a private authority.",
            (_PUBLIC, _INSTALL, _TRIAL_ONLY),
        )
    return Finding(
        f"Its issuer, {top.issuer}, is not in {roots}, and the server does not send its certificate: a private "
        "authority, or a missing intermediate certificate.",
        (
            f"{_PUBLIC} If it has one already, add the certificate of {top.issuer} to those that are sent.",
            _INSTALL,
            _TRIAL_ONLY,
        ),
    )


def _why_mismatched(certificate: Certificate, host: str) -> Finding:
    if _is_splunk_default(certificate):
        return _splunk_default(host)
    names = ", ".join(certificate.names) or certificate.common_name or "no host at all"
    if not certificate.names and certificate.common_name.lower() == host.lower():
        return Finding(
            f"It names {host} as its common name (CN) only, which is not looked at any more.",
            (f"Install a certificate with {host} among its subject alternative names (SAN).", _INSTALL),
        )
    return Finding(
        f"It is valid for {names}, not {host}.",
        (f"Install a certificate with {host} among its names, or give a host that it is for as endpoint.", _INSTALL),
    )


def _is_splunk_default(certificate: Certificate) -> bool:
    return certificate.common_name == _SPLUNK_DEFAULT or f"CN={_SPLUNK_CA}" in certificate.issuer


def _splunk_default(host: str) -> Finding:
    """The vendor's page has this one by name: "certificate is valid for SplunkServerDefaultCert, not ..."."""
    problem = f"It is {_SPLUNK_DEFAULT}, the self-signed one that each Splunk brings along, and not for {host}."
    if is_trial(host):
        advice = "A free trial of Splunk Cloud has no other: set insecure_skip_verify: true as long as it is a trial."
        return Finding(problem, (advice,))
    return Finding(problem, (_PUBLIC, _INSTALL, _TRIAL_ONLY))


def _in_date(certificate: Certificate, now: datetime.datetime) -> bool:
    return certificate.not_before <= now <= certificate.not_after
