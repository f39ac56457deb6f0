# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the chain from a server's certificate to a trusted root, and why Go accepts none. Pure: no I/O.

OpenSSL finds one chain and stops at its first problem, with rules that differ from Go's in both directions. So this file
makes its own search. It verifies signatures only to distinguish CAs with the same name, not to trust a server: see
C(signature).
"""

from __future__ import annotations

import datetime
import typing as t

from .certificate import Certificate, CertificateError, parse, rfc3339, subject_of
from .certificate_rules import Defect
from .extensions import extension_name
from .name_constraints import Names, constraint_problem, unusable_name
from .policies import policies_are_valid
from .signature import SMALLEST_RSA_KEY, KeyKind

Chain = t.Tuple[Certificate, ...]
# Go verifies at most this many signatures for one certificate.
_MOST_SIGNATURES = 100


class Failure(t.NamedTuple):
    """Why a chain is not accepted, with the values for the templates of C(RULES)."""

    defect: Defect
    values: dict[str, str]


class Trust(t.NamedTuple):
    """What the search found. ``failure`` is None if Go accepts C(chain), which ends with a root.

    Otherwise ``chain`` is empty. A failure with C(Defect.PRIVATE_ROOT) only says that no root was reached; ``sent`` is what
    the server sends, its own certificate first, None if this Python does not report it.
    """

    failure: Failure | None
    chain: Chain = ()
    sent: Chain | None = None


class Roots:
    """The roots of a CA bundle. A bundle has many roots and a run needs few, so a root is parsed when its subject is looked
    up."""

    def __init__(self, certificates: t.Iterable[bytes]) -> None:
        self._by_subject: dict[bytes, list[bytes]] = {}
        self._read: dict[bytes, Certificate | None] = {}
        # In their order, each once.
        self.certificates: dict[bytes, None] = {}
        for der in certificates:
            try:
                self._by_subject.setdefault(subject_of(der), []).append(der)
                self.certificates[der] = None
            except CertificateError:
                # Go ignores roots that it cannot read.
                continue

    def named(self, subject: bytes) -> list[Certificate]:
        """Return the roots with this encoded subject, including those that Go cannot read."""
        found = [self._certificate(der) for der in self._by_subject.get(subject, [])]
        return [certificate for certificate in found if certificate is not None]

    def has(self, certificate: Certificate) -> bool:
        """Return whether a certificate is itself a root."""
        return certificate.der in self.certificates

    def spelled_otherwise(self, certificate: Certificate) -> Certificate | None:
        """Return a root whose subject reads like the issuer of a certificate but is encoded differently, so that Go does not
        match the two; None if there is none."""
        ending = certificate.issuer.rpartition("=")[2].encode("utf-8", "replace").lower()
        likely = [subject for subject in self._by_subject if not ending.isascii() or ending in subject.lower()]
        named = [root for subject in likely for root in self.named(subject)]
        return _spelled_otherwise(certificate, named)

    def _certificate(self, der: bytes) -> Certificate | None:
        if der not in self._read:
            try:
                self._read[der] = parse(der)
            except CertificateError:
                self._read[der] = None
        return self._read[der]


def find_chain(sent: Chain, roots: Roots, now: datetime.datetime) -> Trust:
    """Return whether Go finds a chain to a root for the first of the certificates that a server sends. The dates of the
    first one are not checked here."""
    return _Search(sent, roots, now).result()


class _Search:
    def __init__(self, sent: Chain, roots: Roots, now: datetime.datetime) -> None:
        self._sent = sent
        self._roots = roots
        self._now = now
        self._attempts = 0
        self._signatures: dict[tuple[bytes, bytes], Failure | None] = {}

    def result(self) -> Trust:
        leaf = self._sent[0]
        if self._roots.has(leaf):
            chains: list[Chain] = [(leaf,)]
            failure: Failure | None = None
        else:
            chains, failure = self._chains((leaf,))
        if not chains:
            return Trust(failure, sent=self._sent)
        failures = [_chain_failure(chain) for chain in chains]
        for chain, problem in zip(chains, failures):
            if problem is None:
                return Trust(None, chain, self._sent)
        # Go reports names before usages, and usages before policies.
        order = (Defect.NOT_PERMITTED, Defect.WRONG_USAGE, Defect.POLICY_MISSING)
        worst = min((problem for problem in failures if problem), key=lambda problem: order.index(problem.defect))
        worst.values.setdefault("count", str(len(chains)))
        return Trust(worst, sent=self._sent)

    def _chains(self, below: Chain) -> tuple[list[Chain], Failure | None]:
        """Return the chains that continue the given one up to a root, and the failure that Go reports if there is none."""
        child = below[-1]
        chains: list[Chain] = []
        failure: Failure | None = None
        hint: Failure | None = None
        for candidate, is_root in self._issuers(child):
            self._attempts += 1
            if self._attempts > _MOST_SIGNATURES:
                return chains, None if chains else Failure(Defect.TOO_MANY, {})
            if candidate.key.kind is None or _is_in(candidate, below):
                continue
            problem = self._signature_failure(child, candidate)
            if problem:
                hint = hint or problem
                continue
            failure = _issuer_failure(below, candidate, is_root, self._now)
            if failure:
                hint = hint or failure
            elif is_root:
                chains.append((*below, candidate))
            else:
                above, failure = self._chains((*below, candidate))
                chains += above
        if chains:
            return chains, None
        return chains, failure or hint or self._unknown_issuer(child)

    def _issuers(self, child: Certificate) -> list[tuple[Certificate, bool]]:
        """Return the certificates whose subject is the issuer of this one, and whether each is a root, in Go's order."""
        roots = [root for root in self._roots.named(child.raw_issuer) if not root.flaw]
        sent = {each.der: each for each in self._sent[1:] if each.raw_subject == child.raw_issuer}
        issuers = [(each, True) for each in _likeliest_first(child, roots)]
        return issuers + [(each, False) for each in _likeliest_first(child, sent.values())]

    def _signature_failure(self, child: Certificate, issuer: Certificate) -> Failure | None:
        pair = (child.der, issuer.der)
        if pair not in self._signatures:
            self._signatures[pair] = _signature_failure(child, issuer)
        return self._signatures[pair]

    def _unknown_issuer(self, child: Certificate) -> Failure:
        """Return why there is no certificate of the issuer of this one."""
        values = {"cert": _described(child), "ca": child.issuer}
        unreadable = next((root for root in self._roots.named(child.raw_issuer) if root.flaw), None)
        if unreadable and unreadable.flaw:
            return Failure(Defect.UNREADABLE_ROOT, {**values, "what": unreadable.flaw.what})
        unsupported = [*self._roots.named(child.raw_issuer), *self._sent[1:]]
        for ca in unsupported:
            if ca.raw_subject == child.raw_issuer and ca.key.kind is None and not ca.flaw:
                what = f"its key is of the kind {ca.key.name}, which Cloudflare does not support"
                return Failure(Defect.UNREADABLE_ROOT, {**values, "what": what})
        other = self._roots.spelled_otherwise(child) or _spelled_otherwise(child, self._sent[1:])
        if other:
            return Failure(Defect.OTHER_SPELLING, {**values, "ca": other.subject})
        return Failure(Defect.PRIVATE_ROOT, values)


def _likeliest_first(child: Certificate, issuers: t.Iterable[Certificate]) -> list[Certificate]:
    """Return issuers in Go's order: those first whose key identifier is the one that the certificate names."""

    def rank(issuer: Certificate) -> int:
        named, own = child.extensions.issuer_key_id, issuer.extensions.key_id
        return 0 if named == own else 1 if not (named and own) else 2

    return sorted(issuers, key=rank)


def _is_in(candidate: Certificate, chain: Chain) -> bool:
    """Return whether the CA is already in the chain, so that the chain would be a circle."""
    names = candidate.extensions.alternative_names
    return any(
        candidate.raw_subject == other.raw_subject
        and candidate.raw_key == other.raw_key
        and names == other.extensions.alternative_names
        for other in chain
    )


def _signature_failure(child: Certificate, issuer: Certificate) -> Failure | None:
    """Return why an issuer cannot have signed a certificate, None if it has."""
    values = {"cert": _described(child), "ca": issuer.subject, "ca_name": _short_name(issuer)}
    why = ""
    if issuer.version == 3 and issuer.extensions.is_ca is None:
        why = "it lacks basicConstraints"
    elif issuer.extensions.is_ca is False:
        why = "its basicConstraints say that it is not a CA"
    elif not issuer.extensions.may_sign:
        why = "its key usage lacks keyCertSign"
    if why:
        reason = "x509: invalid signature: parent certificate cannot sign this kind of certificate"
        return Failure(Defect.CANNOT_SIGN, {**values, "why": why, "reason": reason})
    algorithm = child.algorithm
    values["algorithm"] = algorithm.name
    if algorithm.is_insecure:
        reason = f"x509: cannot verify signature: insecure algorithm {algorithm.name}"
        return Failure(Defect.INSECURE_SIGNATURE, {**values, "reason": reason})
    if algorithm.kind is None:
        reason = "x509: cannot verify signature: algorithm unimplemented"
        return Failure(Defect.UNKNOWN_SIGNATURE, {**values, "reason": reason})
    if issuer.key.kind is KeyKind.RSA and issuer.key.size < SMALLEST_RSA_KEY:
        why = f"its RSA key has {issuer.key.size} bits, and Cloudflare accepts no key below 1024 bits"
        reason = f"crypto/rsa: {issuer.key.size}-bit keys are insecure"
        return Failure(Defect.CANNOT_SIGN, {**values, "why": why, "reason": reason})
    if child.is_signed_by(issuer):
        return None
    reason = {
        KeyKind.RSA: "crypto/rsa: verification error",
        KeyKind.ECDSA: "x509: ECDSA verification failure",
        KeyKind.ED25519: "x509: Ed25519 verification failure",
    }.get(algorithm.kind, "x509: cannot verify signature: algorithm unimplemented")
    if algorithm.kind is not issuer.key.kind:
        reason = (
            f"x509: signature algorithm specifies an {algorithm.kind.value} public key, but have public key of type "
        )
    return Failure(Defect.WRONG_SIGNATURE, {**values, "reason": reason})


def _issuer_failure(below: Chain, issuer: Certificate, is_root: bool, now: datetime.datetime) -> Failure | None:
    """Return why Go does not accept an issuer above the certificates ``below``, None if it does."""
    extensions = issuer.extensions
    values = {
        "cert": _described(below[-1]),
        "ca": issuer.subject,
        "ca_expiry": rfc3339(issuer.not_after),
        "ca_expiry_day": rfc3339(issuer.not_after)[:10],
        "ca_not_before": rfc3339(issuer.not_before),
        "pathlen": str(extensions.path_length),
    }
    if extensions.unhandled:
        return Failure(Defect.UNKNOWN_EXTENSION_ABOVE, {**values, "extension": extension_name(extensions.unhandled[0])})
    if now < issuer.not_before:
        return Failure(Defect.NOT_YET_VALID_ABOVE, values)
    if now > issuer.not_after:
        return Failure(Defect.EXPIRED_ABOVE, values)
    if not is_root and not extensions.is_ca:
        return Failure(Defect.NOT_A_CA, values)
    if extensions.path_length is not None and len(below) - 1 > extensions.path_length:
        return Failure(Defect.TOO_LONG, values)
    return None


def _chain_failure(chain: Chain) -> Failure | None:
    """Return why Go does not accept a whole chain, None if it does."""
    if not policies_are_valid(chain):
        return Failure(Defect.POLICY_MISSING, {})
    unfit = next((each for each in reversed(chain) if not each.extensions.serves), None)
    if unfit:
        return Failure(Defect.WRONG_USAGE, {"cert": _described(unfit)})
    return _name_failure(chain)


def _name_failure(chain: Chain) -> Failure | None:
    """Return why a CA in a chain may not issue certificates for the names in those below it, None if it may."""
    for position, certificate in enumerate(chain):
        extensions = certificate.extensions
        above = [ca for ca in chain[position + 1 :] if ca.extensions.constraints]
        if extensions.alternative_names is None or not above:
            continue
        names = Names(extensions.addresses, extensions.dns_names, extensions.uris, extensions.emails)
        problem = unusable_name(names)
        if problem:
            return Failure(Defect.NOT_PERMITTED, {"ca": above[0].subject, "why": problem})
        for ca in above:
            problem = constraint_problem(ca.extensions.constraints, names) if ca.extensions.constraints else ""
            if problem:
                return Failure(Defect.NOT_PERMITTED, {"ca": ca.subject, "why": problem})
    return None


def _spelled_otherwise(child: Certificate, others: t.Iterable[Certificate]) -> Certificate | None:
    """Return the certificate whose subject differs from the issuer of another one only in its spelling, None if there is
    none."""
    wanted = _spelling(child.issuer)
    return next(
        (each for each in others if _spelling(each.subject) == wanted and each.raw_subject != child.raw_issuer), None
    )


def _spelling(name: str) -> str:
    return " ".join(name.lower().split())


def _described(certificate: Certificate) -> str:
    return certificate.subject or "a certificate without a subject"


def _short_name(certificate: Certificate) -> str:
    """Return the name of a CA as Go's messages show it."""
    parts = dict(part.partition("=")[::2] for part in certificate.subject.split(", "))
    return certificate.common_name or parts.get("O", "serial")
