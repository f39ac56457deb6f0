# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read a certificate from its DER form, as Go does. Pure: no I/O.

Python shows the names and dates of a certificate only after it has verified it, but a user needs them for a certificate that
cannot be verified. Logpush is a Go program, and Go reads a certificate more strictly than OpenSSL does: C(Certificate.flaw)
is what Go would not accept (RFC 5280, section 4.1, and the rules of Go's package crypto/x509).
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import typing as t

from . import der as asn1
from .der import DerError, Element
from .extensions import Extensions, Flaw, read_extensions
from .signature import Algorithm, Key, KeyFlaw, algorithm_of, is_signed_by, key_of

_VERSION, _ISSUER_ID, _SUBJECT_ID, _EXTENSIONS = 0xA0, 0x81, 0x82, 0xA3

_ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.25": "DC",
}
_STRINGS = {
    "invalid PrintableString": "has a character that its encoding, PrintableString, does not have",
    "invalid IA5String": "is not ASCII, but its encoding, IA5String, is",
    "invalid NumericString": "has other characters than digits, but its encoding is NumericString",
    "invalid UTF-8 string": "is not UTF-8, but its encoding is UTF8String",
    "invalid BMPString": "is not a BMPString, but its encoding says so",
}


class CertificateError(ValueError):
    """The bytes are not a certificate, or the certificate is damaged."""


class Certificate(t.NamedTuple):
    """The fields of a certificate that explain whether a client accepts it.

    ``issuer_is_published`` is whether it names a URL for the certificate of its issuer, as those of public authorities do.
    ``flaw`` is the first part of it that Go does not accept. ``raw_subject`` and ``raw_issuer`` are the names as they are
    encoded: Go finds the issuer by comparing them.
    """

    subject: str
    common_name: str
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    issuer_is_published: bool
    version: int = 3
    flaw: Flaw | None = None
    raw_subject: bytes = b""
    raw_issuer: bytes = b""
    key: Key = Key(None, "")
    raw_key: bytes = b""
    extensions: Extensions = Extensions()
    algorithm: Algorithm = Algorithm("")
    signed: bytes = b""
    signature: bytes = b""
    der: bytes = b""

    @property
    def names(self) -> tuple[str, ...]:
        """The subject alternative names that are host names or IP addresses."""
        return self.dns_names + self.addresses

    @property
    def self_signed(self) -> bool:
        """Whether the certificate names itself as its issuer."""
        return self.subject == self.issuer

    def matches(self, host: str) -> bool:
        """Return whether the certificate is valid for this host name or IP address, by the rules of Go: only subject
        alternative names count, and C(*) stands for exactly one label, the first."""
        address = as_address(host)
        if address is not None:
            # A dNSName that looks like an address is not one.
            return any(as_address(name) == address for name in self.addresses)
        host = host.lower()
        return any(_covers(name.lower(), host) for name in self.dns_names)

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Return whether the key of a certificate made the signature of this one."""
        return is_signed_by(issuer.key, self.algorithm, self.signed, self.signature)

    def days_left(self, now: datetime.datetime) -> int:
        """Return the whole days until it expires; negative after that."""
        return (self.not_after - now).days


def parse(der: bytes) -> Certificate:
    """Return the fields of a certificate in DER form. Raises CertificateError if they cannot be read at all."""
    try:
        return _parse(der)
    except CertificateError:
        raise
    except (ValueError, IndexError) as error:
        # This also catches too few or too many elements.
        problem = str(error) if isinstance(error, DerError) else "fields are missing or damaged"
        raise CertificateError(problem) from None


def subject_of(der: bytes) -> bytes:
    """Return the encoded subject of a certificate. Raises CertificateError."""
    try:
        fields = list(asn1.elements(asn1.first(asn1.first(der, asn1.SEQUENCE).content, asn1.SEQUENCE).content))
        return fields[5 if fields[0].tag == _VERSION else 4].whole
    except (ValueError, IndexError):
        raise CertificateError("it is not one certificate in DER form") from None


def as_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return a text as an IP address, None if it is not one. An IPv4 address may be written as an IPv6 address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def rfc3339(moment: datetime.datetime) -> str:
    """Return a moment in UTC as RFC 3339 text without fractions of a second."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _parse(der: bytes) -> Certificate:
    signed, outer_algorithm, signature = asn1.leading(asn1.only(der, asn1.SEQUENCE).content, 3)
    fields = list(asn1.elements(asn1.inside(signed)))
    version = asn1.integer(asn1.first(fields.pop(0).content, asn1.INTEGER)) + 1 if fields[0].tag == _VERSION else 1
    if not 1 <= version <= 3:
        raise CertificateError("its version is none of 1 to 3")
    serial, algorithm, issuer, validity, subject, key_info, *rest = fields
    not_before, not_after = (asn1.moment(element) for element in asn1.leading(asn1.inside(validity), 2))
    flaws: list[Flaw] = []
    if asn1.integer(serial) < 0:
        flaws.append(Flaw("negative serial number", "its serial number is negative"))
    if asn1.inside(algorithm) != asn1.inside(outer_algorithm):
        words = "inner and outer signature algorithm identifiers don't match"
        flaws.append(Flaw(words, "it states two different algorithms for its signature"))
    issuer_name = _name(issuer, "issuer", flaws)
    subject_name = _name(subject, "subject", flaws)
    key = _key(key_info, flaws)
    extensions = read_extensions(_extensions(rest, version))
    if extensions.flaw:
        flaws.append(extensions.flaw)
    return Certificate(
        subject=_written(subject_name),
        common_name=next((value for name, value in reversed(subject_name) if name == "CN"), ""),
        dns_names=extensions.dns_names,
        addresses=extensions.addresses,
        issuer=_written(issuer_name),
        not_before=not_before,
        not_after=not_after,
        issuer_is_published=extensions.issuer_is_published,
        version=version,
        flaw=flaws[0] if flaws else None,
        raw_subject=subject.whole,
        raw_issuer=issuer.whole,
        key=key,
        raw_key=key_info.whole,
        extensions=extensions,
        algorithm=algorithm_of(algorithm.content),
        signed=signed.whole,
        signature=asn1.bits(signature)[0],
        der=der,
    )


def _extensions(fields: t.Iterable[Element], version: int) -> bytes | None:
    """Return the list of extensions, None if there is none. Only version 3 has extensions."""
    wrapped = next((field.content for field in fields if field.tag not in (_ISSUER_ID, _SUBJECT_ID)), None)
    return wrapped if version == 3 else None


def _key(info: Element, flaws: list[Flaw]) -> Key:
    try:
        return key_of(asn1.inside(info))
    except KeyFlaw as error:
        flaws.append(Flaw(str(error), f"its key is of a kind that Go does not have ({error.name})"))
        return Key(None, error.name)


def _name(name: Element, field: str, flaws: list[Flaw]) -> list[tuple[str, str]]:
    """Return the attributes of a subject or issuer in order, each as its short name and its value."""
    try:
        attributes = [
            asn1.leading(asn1.inside(attribute), 2)
            for group in asn1.elements(asn1.inside(name))
            for attribute in asn1.elements(asn1.inside(group, asn1.SET))
        ]
        oids = [asn1.oid_of(identifier) for identifier, _value in attributes]
    except ValueError:
        raise CertificateError("a name in it is malformed") from None
    pairs = []
    for oid, (_identifier, value) in zip(oids, attributes):
        short, text = _ATTRIBUTES.get(oid, oid), asn1.text(value)
        problem = asn1.string_problem(value)
        if problem:
            words = f"invalid RDNSequence: invalid attribute value: {problem}"
            reason = _STRINGS.get(problem, "has an encoding that Go does not know")
            flaws.append(Flaw(words, f'"{short}={text}" in its {field} {reason}'))
        pairs.append((short, text))
    return pairs


def _written(pairs: t.Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in pairs)


def _covers(pattern: str, host: str) -> bool:
    """Return whether a subject alternative name covers a host, both in lower case. Only names of hosts can have a wildcard;
    anything else has to be equal."""
    bare = host[:-1] if host.endswith(".") else host
    if not (_is_host(bare) and _is_host(pattern, wildcard=True)):
        return pattern == host and pattern not in ("", ".")
    labels, parts = bare.split("."), pattern.split(".")
    same_start = parts[0] in ("*", labels[0])
    return len(parts) == len(labels) and same_start and parts[1:] == labels[1:]


def _is_host(name: str, *, wildcard: bool = False) -> bool:
    labels = name.split(".")
    if wildcard and len(labels) > 1 and labels[0] == "*":
        del labels[0]
    return all(re.fullmatch("[a-z0-9_][a-z0-9_-]*", label) for label in labels)
