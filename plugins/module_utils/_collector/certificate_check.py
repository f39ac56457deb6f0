# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Check whether Cloudflare would accept the certificate of a collector, by the rules in C(certificate_rules). Pure: no
I/O."""

from __future__ import annotations

import datetime
import re
import typing as t

from .._core.certificate_errors import INSTALL, REMOVE_UNNEEDED, SKIP_FOR_TRIAL, USE_PUBLIC_AUTHORITY
from .._splunk.hec_request import is_trial
from .certificate import Certificate, as_address, rfc3339
from .certificate_chain import Failure, Trust
from .certificate_rules import (
    CLOUDFLARE_ORIGIN_ISSUER,
    PROXY_IT,
    RENEW_WITHIN_DAYS,
    RULES,
    SKIP_DOES_NOT_HELP,
    SPLUNK_DEFAULT_ISSUER,
    SPLUNK_DEFAULT_NAME,
    USE_OWN_AUTHORITY,
    Defect,
    Rule,
)
from .checks import SAYS, Check
from .extensions import extension_name
from .signature import LARGEST_RSA_KEY, SMALLEST_RSA_KEY, KeyKind

_NAME = "certificate"
# The kinds of keys that a server can have for Go.
_SERVER_KEYS = (KeyKind.RSA, KeyKind.ECDSA, KeyKind.ED25519)
# Go lists at most this many names in a message.
_MOST_NAMES = 100
# Our sentence lists at most this many names.
_LISTED_NAMES = 10
_AFTER_INSTALLING = (REMOVE_UNNEEDED, PROXY_IT, SKIP_FOR_TRIAL, SKIP_DOES_NOT_HELP)


class Conditions(t.NamedTuple):
    """The conditions for the check of a certificate.

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
    """Return a certificate in the form of the module's result. It is trusted if its chain leads to a trusted root, whatever
    its own dates are."""
    return {
        "subject": certificate.subject,
        "names": list(certificate.names),
        "issuer": certificate.issuer,
        "not_before": rfc3339(certificate.not_before),
        "expiry": rfc3339(certificate.not_after),
        "days_left": certificate.days_left(conditions.now),
        "matches": certificate.matches(conditions.host),
        "trusted": trust.failure is None,
    }


def check(certificate: Certificate, trust: Trust, conditions: Conditions) -> Check:
    """Return the check of a certificate."""
    failures = _failures(certificate, trust, conditions)
    if not failures:
        return _sound(certificate, conditions)
    values = _values(certificate, trust, conditions)
    despite_skip = [failure for failure in failures if RULES[failure.defect].despite_skip]
    always_refused = bool(despite_skip)
    if always_refused and not conditions.verified:
        # Then nothing else matters.
        failures = despite_skip
    rules = [RULES[failure.defect] for failure in failures]
    filled = list(zip(rules, [{**values, **failure.values} for failure in failures]))
    # Several defects have steps in common. The order is: what to make, where to install it, and the alternatives.
    steps = sorted(
        dict.fromkeys(step.format(**own) for rule, own in filled for step in _steps(rule, conditions, always_refused)),
        key=lambda step: 1 if step == INSTALL else 2 if step in _AFTER_INSTALLING else 0,
    )
    detail = " ".join(_capitalized(rule.problem.format(**own)) for rule, own in filled)
    words = filled[0][0].words.format(**filled[0][1])
    unknown = all(failure.defect is Defect.CHAIN_HIDDEN for failure in failures)
    refused = conditions.verified or always_refused
    if refused and words:
        detail += f"{SAYS}{words}."
    if refused:
        return Check(_NAME, None if unknown else False, detail, " ".join(steps))
    detail += " Cloudflare does not verify it, because insecure_skip_verify is true."
    return Check.passed(_NAME, detail, " ".join(steps))


def _steps(rule: Rule, conditions: Conditions, always_refused: bool) -> t.Iterator[str]:
    """Yield the steps of a rule. With a CA bundle, some setups are private on purpose. ``always_refused`` is true if
    Cloudflare refuses the certificate even without verification."""
    for step in rule.steps:
        if step != SKIP_FOR_TRIAL or not always_refused:
            yield step
        if step == USE_PUBLIC_AUTHORITY and conditions.own_roots and not always_refused:
            yield USE_OWN_AUTHORITY


def unreadable(problem: str) -> Check:
    """Return the check of a certificate that cannot be read at all. C(insecure_skip_verify) does not change that."""
    rule = RULES[Defect.UNREADABLE]
    return Check.failed(_NAME, rule.problem.format(what=problem), " ".join(rule.steps))


def unreadable_above(problem: str) -> Check:
    """Return the check of a certificate with which the server sends another one that cannot be read at all."""
    rule = RULES[Defect.UNREADABLE_ABOVE]
    values = {"what": problem, "cert": "one of its chain"}
    steps = [step.format(**values) for step in rule.steps]
    return Check.failed(_NAME, rule.problem.format(**values), " ".join(steps))


def _sound(certificate: Certificate, conditions: Conditions) -> Check:
    """Return the check of a certificate without defects."""
    days = certificate.days_left(conditions.now)
    by_whom = "publicly"
    if conditions.own_roots:
        by_whom = "by your own CA bundle (Cloudflare itself uses public roots)"
    detail = f"It is trusted {by_whom}, matches the host, and is valid for {days} days."
    advice = ""
    if days < RENEW_WITHIN_DAYS:
        advice = "Renew it before it expires, and restart the server that uses it. Logpush fails with an expired certificate."
    elif not conditions.verified and not conditions.own_roots:
        advice = "insecure_skip_verify: true is not needed: remove it."
    return Check.passed(_NAME, detail, advice)


def _failures(certificate: Certificate, trust: Trust, conditions: Conditions) -> list[Failure]:
    """Return the defects of a certificate, in the order in which Go finds them. Go reports only the first."""
    failures = [*_refused_while_reading(certificate, trust), *_own_failures(certificate, conditions.now)]
    if not certificate.matches(conditions.host):
        failures.append(_name_failure(certificate, conditions))
    if trust.failure is not None:
        failures.append(_trust_failure(certificate, trust, conditions))
    # Splunk's own certificate is one defect, although neither its issuer nor its name is accepted.
    return list({failure.defect: failure for failure in reversed(failures)}.values())[::-1]


def _refused_while_reading(certificate: Certificate, trust: Trust) -> t.Iterator[Failure]:
    if certificate.flaw:
        yield Failure(Defect.UNREADABLE, {"flaw": certificate.flaw.words, "what": certificate.flaw.what})
    for other in (trust.sent or ())[1:]:
        if other.flaw:
            values = {"flaw": other.flaw.words, "what": other.flaw.what, "cert": other.subject}
            yield Failure(Defect.UNREADABLE_ABOVE, values)
            break
    for each in (certificate, *(trust.sent or ())[1:]):
        if each.key.size > LARGEST_RSA_KEY:
            values = {"cert": each.subject, "bits": str(each.key.size), "largest": str(LARGEST_RSA_KEY)}
            yield Failure(Defect.LARGE_KEY, values)
            break


def _own_failures(certificate: Certificate, now: datetime.datetime) -> t.Iterator[Failure]:
    key = certificate.key
    if key.kind not in _SERVER_KEYS and not certificate.flaw:
        yield Failure(Defect.UNSUPPORTED_KEY, {"key": key.name})
    if key.kind is KeyKind.RSA and key.size < SMALLEST_RSA_KEY:
        yield Failure(Defect.WEAK_KEY, {"bits": str(key.size)})
    for oid in certificate.extensions.unhandled[:1]:
        yield Failure(Defect.UNKNOWN_EXTENSION, {"extension": extension_name(oid)})
    if now > certificate.not_after:
        yield Failure(Defect.EXPIRED, {})
    if now < certificate.not_before:
        yield Failure(Defect.NOT_YET_VALID, {})


def _trust_failure(certificate: Certificate, trust: Trust, conditions: Conditions) -> Failure:
    """Return why a certificate does not lead to a trusted root, as precisely as the certificates from the server allow."""
    failure = t.cast(Failure, trust.failure)
    if failure.defect is not Defect.PRIVATE_ROOT:
        return failure
    if _is_splunk_default(certificate):
        return _splunk_default(conditions)
    if CLOUDFLARE_ORIGIN_ISSUER in certificate.issuer.lower():
        return failure._replace(defect=Defect.CLOUDFLARE_ORIGIN)
    return failure._replace(defect=_chain_defect(certificate, trust))


def _chain_defect(certificate: Certificate, trust: Trust) -> Defect:
    """Return whether a chain that ends too early lacks an intermediate certificate, or belongs to a private authority."""
    if certificate.self_signed:
        return Defect.SELF_SIGNED
    top = _top_of_chain(certificate, trust)
    if top.self_signed:
        return Defect.PRIVATE_ROOT
    if top.issuer_is_published:
        return Defect.INTERMEDIATE_MISSING
    return Defect.PRIVATE_OR_INTERMEDIATE_MISSING if top is certificate else Defect.PRIVATE_INTERMEDIATE


def _top_of_chain(certificate: Certificate, trust: Trust) -> Certificate:
    """Return the last certificate of the chain from the server's certificate on, as far as the server sends it."""
    top, rest = certificate, list((trust.sent or ())[1:])
    while not top.self_signed:
        issuer = next((sent for sent in rest if sent.subject == top.issuer), None)
        if issuer is None:
            break
        rest.remove(issuer)
        top = issuer
    return top


def _name_failure(certificate: Certificate, conditions: Conditions) -> Failure:
    host = conditions.host
    if _is_splunk_default(certificate):
        return _splunk_default(conditions)
    if not certificate.names and _has_common_name(certificate, host):
        return Failure(Defect.COMMON_NAME_ONLY, {})
    if not certificate.names:
        return Failure(Defect.NO_NAMES, {})
    if as_address(host) is not None and any(as_address(name) == as_address(host) for name in certificate.dns_names):
        return Failure(Defect.ADDRESS_AS_NAME, {})
    entry = next((name for name in certificate.dns_names if _is_nearly(name, host)), None)
    return Failure(Defect.NOT_A_NAME, {"entry": entry}) if entry else Failure(Defect.OTHER_HOST, {})


def _is_nearly(name: str, host: str) -> bool:
    """Return whether an entry contains the host with something around it: a scheme, a port, a path, a space or a dot."""
    bare = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://|[:/?#].*$", "", name.strip()).strip().rstrip(".").lower()
    return bare == host.lower().rstrip(".")


def _has_common_name(certificate: Certificate, host: str) -> bool:
    return certificate._replace(dns_names=(certificate.common_name,), addresses=()).matches(host) or (
        certificate.common_name == host
    )


def _is_splunk_default(certificate: Certificate) -> bool:
    return certificate.common_name == SPLUNK_DEFAULT_NAME or SPLUNK_DEFAULT_ISSUER in certificate.issuer


def _splunk_default(conditions: Conditions) -> Failure:
    return Failure(Defect.SPLUNK_DEFAULT_OF_TRIAL if is_trial(conditions.host) else Defect.SPLUNK_DEFAULT, {})


def _values(certificate: Certificate, trust: Trust, conditions: Conditions) -> dict[str, str]:
    """Return the values for the templates of C(RULES)."""
    top = _top_of_chain(certificate, trust)
    return {
        "host": conditions.host,
        "host_words": _host_words(certificate, conditions.host),
        "names": _listed_names(certificate),
        "root": top.subject,
        "roots": "your own CA bundle" if conditions.own_roots else "the public roots",
        "top": top.subject,
        "top_issuer": top.issuer,
        "now": rfc3339(conditions.now),
        "not_before": rfc3339(certificate.not_before),
        "expiry": rfc3339(certificate.not_after),
        "expiry_day": rfc3339(certificate.not_after)[:10],
    }


def _listed_names(certificate: Certificate) -> str:
    """Return the names that a certificate is valid for, in a sentence. A certificate can have thousands."""
    names = certificate.names
    if not names:
        common_name = certificate.common_name
        return f"no host at all (its common name, {common_name}, does not count)" if common_name else "no host at all"
    more = len(names) - _LISTED_NAMES
    return ", ".join(names[:_LISTED_NAMES]) + (f" and {more} more names" if more > 0 else "")


def _host_words(certificate: Certificate, host: str) -> str:
    """Return Go's message for a certificate that is not valid for a host."""
    if certificate.extensions.alternative_names is None and _has_common_name(certificate, host):
        return "x509: certificate relies on legacy Common Name field, use SANs instead"
    is_address = as_address(host) is not None
    names = certificate.addresses if is_address else certificate.dns_names
    if is_address and not names:
        return f"x509: cannot validate certificate for {host} because it doesn't contain any IP SANs"
    if len(names) >= _MOST_NAMES:
        kind = "IP SANs" if is_address else "names"
        return f"x509: certificate is valid for {len(names)} {kind}, but none matched {host}"
    if not "".join(names):
        return f"x509: certificate is not valid for any names, but wanted to match {host}"
    return f"x509: certificate is valid for {', '.join(names)}, not {host}"


def _capitalized(sentence: str) -> str:
    """Return a sentence that may begin with the subject of a certificate."""
    return sentence[:1].upper() + sentence[1:] if sentence.startswith("a ") else sentence
