# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a server's certificate says of itself, read from its DER form. Pure: no I/O.

Python tells the names and dates of a certificate only once it has verified it, and the one that matters to somebody
whose collector is refused is the one that cannot be verified. So the few fields that explain a refusal are read here
(RFC 5280, section 4.1), by the standard library alone. Nothing is proven by that: signatures are OpenSSL's business.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import typing as t

_SEQUENCE, _OID = 0x30, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_VERSION, _EXTENSIONS = 0xA0, 0xA3
# In a GeneralName: dNSName, uniformResourceIdentifier and iPAddress
_DNS_NAME, _URI, _IP_ADDRESS = 0x82, 0x86, 0x87

_SUBJECT_ALT_NAME = "2.5.29.17"
_AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1"
_CA_ISSUERS = "1.3.6.1.5.5.7.48.2"

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
# TeletexString, UniversalString and BMPString; the others are ASCII or UTF-8.
_ENCODINGS = {0x14: "latin-1", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}


class CertificateError(ValueError):
    """Bytes that are not a certificate, or one that is damaged."""


class Certificate(t.NamedTuple):
    """The fields of a certificate that say whom it is for, whom it is from, and until when."""

    subject: str
    common_name: str
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    issuer_is_published: bool
    """Whether it says where the certificate of its issuer can be fetched, as those of public authorities do."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its subject alternative names that are host names or IP addresses."""
        return self.dns_names + self.addresses

    @property
    def self_signed(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer

    def matches(self, host: str) -> bool:
        """Whether it is for this host name or IP address, as Go (which Cloudflare's pushes are written in) and
        browsers judge it: by its subject alternative names alone, with C(*) for exactly one label, the first."""
        address = _address(host)
        if address is not None:
            # A dNSName that reads like an address does not count for one.
            return str(address) in self.addresses
        labels = host.lower().rstrip(".").split(".")
        return any(_covers(name.lower().split("."), labels) for name in self.dns_names)

    def days_left(self, now: datetime.datetime) -> int:
        """Whole days until it expires; negative once it has."""
        return (self.not_after - now).days


class _Element(t.NamedTuple):
    """One element of DER: its tag, and what it holds."""

    tag: int
    content: bytes


def parse(der: bytes) -> Certificate:
    """Read a certificate in DER form. Raises CertificateError."""
    certificate = _only(der, _SEQUENCE)
    signed = _first(certificate, _SEQUENCE)
    fields = list(_elements(signed))
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    try:
        # serial number, signature algorithm, issuer, validity, subject, public key, then what is optional
        issuer, validity, subject, *rest = fields[2:]
        not_before, not_after = (_time(element) for element in _elements(validity.content))
    except ValueError as error:
        raise CertificateError(f"fields are missing or damaged: {error}") from None
    extensions = dict(_extensions(rest))
    alternative = _members(extensions.get(_SUBJECT_ALT_NAME))
    pairs = _distinguished_name(subject.content)
    return Certificate(
        subject=_written(pairs),
        common_name=next((value for name, value in pairs if name == "CN"), ""),
        dns_names=tuple(_text(name) for name in alternative if name.tag == _DNS_NAME),
        addresses=tuple(
            str(ipaddress.ip_address(name.content))
            for name in alternative
            if name.tag == _IP_ADDRESS and len(name.content) in (4, 16)
        ),
        issuer=_written(_distinguished_name(issuer.content)),
        not_before=not_before,
        not_after=not_after,
        issuer_is_published=_publishes_issuer(extensions.get(_AUTHORITY_INFORMATION_ACCESS)),
    )


def rfc3339(moment: datetime.datetime) -> str:
    """Return a moment in UTC in the form that the results of the collection have."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _covers(pattern: t.Sequence[str], labels: t.Sequence[str]) -> bool:
    if len(pattern) != len(labels) or "" in pattern:
        return False
    # A star alone covers nothing.
    first = pattern[0] == labels[0] or (pattern[0] == "*" and len(pattern) > 1)
    return first and list(pattern[1:]) == list(labels[1:])


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _elements(data: bytes) -> t.Iterator[_Element]:
    """Return the elements that stand one after the other in ``data``. Raises CertificateError."""
    position = 0
    while position < len(data):
        if position + 2 > len(data):
            raise CertificateError("it is cut off")
        tag, length = data[position], data[position + 1]
        position += 2
        if length & 0x80:
            # The length itself takes so many bytes. None at all is BER's "until the end", which DER does not have.
            size = length & 0x7F
            if not 1 <= size <= 4 or position + size > len(data):
                raise CertificateError("the length of a part is malformed")
            length = int.from_bytes(data[position : position + size], "big")
            position += size
        if tag & 0x1F == 0x1F or position + length > len(data):
            raise CertificateError("a part is malformed or cut off")
        yield _Element(tag, data[position : position + length])
        position += length


def _first(data: bytes, tag: int) -> bytes:
    """Return what the first element in ``data`` holds, which must have this tag."""
    element = next(_elements(data), None)
    if element is None or element.tag != tag:
        raise CertificateError("it has another structure than a certificate")
    return element.content


def _only(data: bytes, tag: int) -> bytes:
    elements = list(_elements(data))
    if len(elements) != 1:
        raise CertificateError("it is not one certificate in DER form")
    return _first(data, tag)


def _distinguished_name(data: bytes) -> list[tuple[str, str]]:
    """Return the attributes of a subject or issuer in their order, each with its short name."""
    pairs = []
    for group in _elements(data):
        for attribute in _elements(group.content):
            parts = list(_elements(attribute.content))
            if len(parts) != 2 or parts[0].tag != _OID:
                raise CertificateError("a name in it is malformed")
            oid = _oid(parts[0].content)
            pairs.append((_ATTRIBUTES.get(oid, oid), _text(parts[1])))
    return pairs


def _written(pairs: t.Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in pairs)


def _text(element: _Element) -> str:
    text = element.content.decode(_ENCODINGS.get(element.tag, "utf-8"), "replace")
    # Whoever made the certificate chose these letters; they land in terminals.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _oid(content: bytes) -> str:
    """Return an object identifier in its dotted form."""
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    if not numbers:
        return ""
    # The first two numbers share one place.
    root = min(numbers[0] // 40, 2)
    return ".".join(map(str, [root, numbers[0] - 40 * root, *numbers[1:]]))


def _time(element: _Element) -> datetime.datetime:
    """Return a moment of the validity. Raises CertificateError."""
    text = element.content.decode("ascii", "replace")
    digits = {_UTC_TIME: 12, _GENERALIZED_TIME: 14}.get(element.tag)
    if not digits or not re.fullmatch(r"[0-9]{%d}Z" % digits, text):
        raise CertificateError("a date in it is malformed")
    if digits == 12:
        # RFC 5280, 4.1.2.5.1: two digits from 50 on are of the last century
        text = ("19" if text >= "50" else "20") + text
    try:
        return datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise CertificateError("a date in it is malformed") from None


def _extensions(fields: t.Iterable[_Element]) -> t.Iterator[tuple[str, bytes]]:
    """Return the extensions by their object identifiers, each as the DER that it wraps."""
    wrapped = next((field.content for field in fields if field.tag == _EXTENSIONS), None)
    for extension in _members(wrapped):
        parts = list(_elements(extension.content))
        if len(parts) < 2 or parts[0].tag != _OID:
            raise CertificateError("an extension in it is malformed")
        # Between the two there may be a flag that says that it is critical.
        yield _oid(parts[0].content), parts[-1].content


def _members(extension: bytes | None) -> list[_Element]:
    """Return the members of the sequence that an extension is; none where it is not there."""
    return list(_elements(_first(extension, _SEQUENCE))) if extension else []


def _publishes_issuer(extension: bytes | None) -> bool:
    for description in _members(extension):
        parts = list(_elements(description.content))
        if len(parts) == 2 and _oid(parts[0].content) == _CA_ISSUERS and parts[1].tag == _URI:
            return True
    return False
