# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Check whether Cloudflare would accept the certificate of a collector, by the rules in C(certificate_rules). Pure: no
I/O."""

from __future__ import annotations

import datetime
import typing as t

from .._splunk.hec_request import is_trial
from .certificate import Certificate, rfc3339
from .certificate_rules import (
    CHAIN_ENDS_EARLY_CODES,
    CLOUDFLARE_ORIGIN_ISSUER,
    DATE_CODES,
    DEFECTS_BY_CODE,
    INSTALL,
    RENEW_WITHIN_DAYS,
    RULES,
    SPLUNK_DEFAULT_ISSUER,
    SPLUNK_DEFAULT_NAME,
    USE_PUBLIC_AUTHORITY,
    Defect,
    VerifyCode,
)
from .checks import Check

_NAME = "certificate"


class Trust(t.NamedTuple):
    """What OpenSSL says about the chain of a certificate.

    ``code`` is a C(VerifyCode) or another code of OpenSSL, ``problem`` its text. ``chain`` is what the server has sent,
    None if this Python does not report it.
    """

    code: int
    problem: str
    chain: tuple[Certificate, ...] | None


class Conditions(t.NamedTuple):
    """What the check of a certificate depends on.

    ``verified`` is whether Cloudflare verifies the certificate (C(insecure_skip_verify) is false). ``own_roots`` is
    whether it was verified with the user's CA bundle instead of the public roots.
    """

    host: str
    now: datetime.datetime
    verified: bool
    own_roots: bool


class CertificateDetails(t.TypedDict, total=False):
    """The value C(certificate) of the module's result; empty if no certificate was seen."""

    subject: str
    names: list[str]
    issuer: str
    not_before: str
    expiry: str
    days_left: int
    matches: bool
    trusted: bool


def details(certificate: Certificate, trust: Trust, conditions: Conditions) -> CertificateDetails:
    """Return a certificate in the form of the module's result."""
    return {
        "subject": certificate.subject,
        "names": list(certificate.names),
        "issuer": certificate.issuer,
        "not_before": rfc3339(certificate.not_before),
        "expiry": rfc3339(certificate.not_after),
        "days_left": certificate.days_left(conditions.now),
        "matches": certificate.matches(conditions.host),
        "trusted": is_trusted(certificate, trust, conditions.now),
    }


def check(certificate: Certificate, trust: Trust, conditions: Conditions) -> Check:
    """Return the check of a certificate."""
    defects = _defects(certificate, trust, conditions)
    if not defects:
        return _sound(certificate, conditions)
    values = _values(certificate, trust, conditions)
    rules = [RULES[defect] for defect in defects]
    detail = " ".join(rule.problem.format(**values) for rule in rules)
    # Several defects have steps in common.
    steps = list(dict.fromkeys(step.format(**values) for rule in rules for step in rule.steps))
    if conditions.verified:
        return Check(_NAME, False, detail, " ".join(steps))
    detail += " Cloudflare does not verify it, because insecure_skip_verify is true."
    return Check(_NAME, True, detail, " ".join(steps))


def unreadable(problem: str, conditions: Conditions) -> Check:
    """Return the check of a certificate that cannot be read."""
    detail = f"The certificate cannot be read: {problem}."
    return Check(_NAME, not conditions.verified, detail, f"{USE_PUBLIC_AUTHORITY} {INSTALL}")


def is_trusted(certificate: Certificate, trust: Trust, now: datetime.datetime) -> bool:
    """Return whether the chain leads to a trusted root, whatever the dates of the certificate itself are: OpenSSL checks
    dates once the chain is complete."""
    return trust.code == VerifyCode.TRUSTED or (trust.code in DATE_CODES and not _is_in_date(certificate, now))


def _sound(certificate: Certificate, conditions: Conditions) -> Check:
    """Return the check of a certificate without defects."""
    days = certificate.days_left(conditions.now)
    by_whom = "publicly"
    if conditions.own_roots:
        by_whom = "by the CA bundle in ca_path (Cloudflare itself uses public roots)"
    detail = f"It is trusted {by_whom}, matches the host, and is valid for {days} days."
    advice = ""
    if days < RENEW_WITHIN_DAYS:
        advice = "Renew it soon, and restart the server that uses it, otherwise Logpush fails on that day."
    elif not conditions.verified and not conditions.own_roots:
        advice = "insecure_skip_verify: true is not needed: leave it out."
    return Check(_NAME, True, detail, advice)


def _defects(certificate: Certificate, trust: Trust, conditions: Conditions) -> list[Defect]:
    # The dates first: whatever else is wrong, the certificate has to be replaced.
    defects = []
    if conditions.now > certificate.not_after:
        defects.append(Defect.EXPIRED)
    if conditions.now < certificate.not_before:
        defects.append(Defect.NOT_YET_VALID)
    if not is_trusted(certificate, trust, conditions.now):
        defects.append(_trust_defect(certificate, trust, conditions))
    if not certificate.matches(conditions.host):
        defects.append(_name_defect(certificate, conditions))
    # Splunk's own certificate is one defect, although neither its issuer nor its name is accepted.
    return list(dict.fromkeys(defects))


def _trust_defect(certificate: Certificate, trust: Trust, conditions: Conditions) -> Defect:
    """Return why a certificate does not lead to a trusted root, as exactly as the server lets us know."""
    if _is_splunk_default(certificate):
        return _splunk_default(conditions)
    if CLOUDFLARE_ORIGIN_ISSUER in certificate.issuer.lower():
        return Defect.CLOUDFLARE_ORIGIN
    if certificate.self_signed:
        return Defect.SELF_SIGNED
    if trust.code in CHAIN_ENDS_EARLY_CODES:
        return _chain_defect(certificate, trust)
    return DEFECTS_BY_CODE.get(trust.code, Defect.NOT_VERIFIED)


def _chain_defect(certificate: Certificate, trust: Trust) -> Defect:
    """Return whether a chain that ends too early lacks an intermediate certificate, or belongs to a private authority."""
    top = _top_of_chain(certificate, trust)
    if top.issuer_is_published:
        return Defect.INTERMEDIATE_MISSING
    return Defect.PRIVATE_OR_INTERMEDIATE_MISSING if top is certificate else Defect.PRIVATE_INTERMEDIATE


def _top_of_chain(certificate: Certificate, trust: Trust) -> Certificate:
    """Return the last certificate of the chain that the server sends, if the chain contains the issuer; otherwise the
    certificate itself."""
    chain = trust.chain or ()
    has_issuer = any(sent.subject == certificate.issuer for sent in chain)
    return chain[-1] if has_issuer else certificate


def _name_defect(certificate: Certificate, conditions: Conditions) -> Defect:
    if _is_splunk_default(certificate):
        return _splunk_default(conditions)
    if not certificate.names and certificate.common_name.lower() == conditions.host.lower():
        return Defect.COMMON_NAME_ONLY
    return Defect.OTHER_HOST


def _is_splunk_default(certificate: Certificate) -> bool:
    return certificate.common_name == SPLUNK_DEFAULT_NAME or SPLUNK_DEFAULT_ISSUER in certificate.issuer


def _splunk_default(conditions: Conditions) -> Defect:
    return Defect.SPLUNK_DEFAULT_OF_TRIAL if is_trial(conditions.host) else Defect.SPLUNK_DEFAULT


def _values(certificate: Certificate, trust: Trust, conditions: Conditions) -> dict[str, str]:
    """Return the values for the templates of C(RULES)."""
    top = _top_of_chain(certificate, trust)
    return {
        "host": conditions.host,
        "names": ", ".join(certificate.names) or certificate.common_name or "no host at all",
        "root": trust.chain[-1].subject if trust.chain else certificate.issuer,
        "roots": "the CA bundle in ca_path" if conditions.own_roots else "the public roots",
        "top": top.subject,
        "top_issuer": top.issuer,
        "problem": trust.problem,
        "not_before": rfc3339(certificate.not_before),
        "expiry_day": rfc3339(certificate.not_after)[:10],
    }


def _is_in_date(certificate: Certificate, now: datetime.datetime) -> bool:
    return certificate.not_before <= now <= certificate.not_after
