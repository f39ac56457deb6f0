# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the fields of a certificate from its DER form. Pure: no I/O.

Python shows the names and dates of a certificate only after it has verified it, but a user needs them for a certificate
that cannot be verified. This file reads the few fields that explain a refusal (RFC 5280, section 4.1) with the standard
library alone. It verifies nothing: OpenSSL checks the signatures.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import typing as t

_SEQUENCE, _OID = 0x30, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_VERSION, _EXTENSIONS = 0xA0, 0xA3
# Tags of a GeneralName: dNSName, uniformResourceIdentifier, iPAddress
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
# TeletexString, UniversalString and BMPString. All other strings are ASCII or UTF-8.
_ENCODINGS = {0x14: "latin-1", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}


class CertificateError(ValueError):
    """The bytes are not a certificate, or the certificate is damaged."""


class Certificate(t.NamedTuple):
    """The fields of a certificate that explain why a client refuses it.

    ``issuer_is_published`` is whether it names a URL for the certificate of its issuer, as those of public authorities
    do.
    """

    subject: str
    common_name: str
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    issuer_is_published: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The subject alternative names that are host names or IP addresses."""
        return self.dns_names + self.addresses

    @property
    def self_signed(self) -> bool:
        """Whether the certificate names itself as its issuer."""
        return self.subject == self.issuer

    def matches(self, host: str) -> bool:
        """Return whether the certificate is valid for this host name or IP address, by the rules of Go, which Logpush
        uses, and of browsers: only subject alternative names count, and C(*) stands for exactly one label, the first."""
        address = _address(host)
        if address is not None:
            # A dNSName that looks like an address is not one.
            return str(address) in self.addresses
        labels = host.lower().rstrip(".").split(".")
        return any(_covers(name.lower().split("."), labels) for name in self.dns_names)

    def days_left(self, now: datetime.datetime) -> int:
        """Return the whole days until it expires; negative after that."""
        return (self.not_after - now).days


class _Element(t.NamedTuple):
    """One element of DER: its tag and its content."""

    tag: int
    content: bytes


def parse(der: bytes) -> Certificate:
    """Return the fields of a certificate in DER form. Raises CertificateError."""
    certificate = _only(der, _SEQUENCE)
    signed = _first(certificate, _SEQUENCE)
    fields = list(_elements(signed))
    if fields and fields[0].tag == _VERSION:
        del fields[0]
    try:
        _serial_number, _signature_algorithm, issuer, validity, subject, *rest = fields
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
    """Return a moment in UTC as RFC 3339 text without fractions of a second."""
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _covers(pattern: t.Sequence[str], labels: t.Sequence[str]) -> bool:
    if len(pattern) != len(labels) or "" in pattern:
        return False
    # "*" alone matches nothing.
    first = pattern[0] == labels[0] or (pattern[0] == "*" and len(pattern) > 1)
    return first and list(pattern[1:]) == list(labels[1:])


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _elements(data: bytes) -> t.Iterator[_Element]:
    """Yield the elements that follow each other in ``data``. Raises CertificateError."""
    position = 0
    while position < len(data):
        if position + 2 > len(data):
            raise CertificateError("it is cut off")
        tag, length = data[position], data[position + 1]
        position += 2
        if length & 0x80:
            # The length takes this many bytes. Zero means "until the end" in BER, which DER does not allow.
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
    """Return the content of the first element in ``data``. Raises CertificateError if it has another tag."""
    element = next(_elements(data), None)
    if element is None or element.tag != tag:
        raise CertificateError("it has another structure than a certificate")
    return element.content


def _only(data: bytes, tag: int) -> bytes:
    """Return the content of the only element in ``data``. Raises CertificateError if there are more, or none."""
    elements = list(_elements(data))
    if len(elements) != 1:
        raise CertificateError("it is not one certificate in DER form")
    return _first(data, tag)


def _distinguished_name(data: bytes) -> list[tuple[str, str]]:
    """Return the attributes of a subject or issuer in order, each as its short name and its value."""
    pairs = []
    for group in _elements(data):
        for attribute in _elements(group.content):
            try:
                identifier, value = _elements(attribute.content)
            except ValueError:
                raise CertificateError("a name in it is malformed") from None
            if identifier.tag != _OID:
                raise CertificateError("a name in it is malformed")
            oid = _oid(identifier.content)
            pairs.append((_ATTRIBUTES.get(oid, oid), _text(value)))
    return pairs


def _written(pairs: t.Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in pairs)


def _text(element: _Element) -> str:
    text = element.content.decode(_ENCODINGS.get(element.tag, "utf-8"), "replace")
    # The certificate's creator chose these characters, and they are shown in terminals.
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
    # The first two numbers are encoded as one.
    root = min(numbers[0] // 40, 2)
    return ".".join(map(str, [root, numbers[0] - 40 * root, *numbers[1:]]))


def _time(element: _Element) -> datetime.datetime:
    """Return a date of the validity. Raises CertificateError."""
    text = element.content.decode("ascii", "replace")
    digits = {_UTC_TIME: 12, _GENERALIZED_TIME: 14}.get(element.tag)
    if not digits or not re.fullmatch(rf"[0-9]{{{digits}}}Z", text):
        raise CertificateError("a date in it is malformed")
    if digits == 12:
        # RFC 5280, 4.1.2.5.1: years from 50 on belong to the twentieth century.
        text = ("19" if text >= "50" else "20") + text
    try:
        return datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise CertificateError("a date in it is malformed") from None


def _extensions(fields: t.Iterable[_Element]) -> t.Iterator[tuple[str, bytes]]:
    """Yield the extensions, each as its object identifier and the DER that it contains."""
    wrapped = next((field.content for field in fields if field.tag == _EXTENSIONS), None)
    for extension in _members(wrapped):
        try:
            # The optional element between the two is the flag "critical".
            identifier, *_critical, value = _elements(extension.content)
        except ValueError:
            raise CertificateError("an extension in it is malformed") from None
        if identifier.tag != _OID:
            raise CertificateError("an extension in it is malformed")
        yield _oid(identifier.content), value.content


def _members(extension: bytes | None) -> list[_Element]:
    """Return the members of the sequence in an extension; an empty list if there is no extension."""
    return list(_elements(_first(extension, _SEQUENCE))) if extension else []


def _publishes_issuer(extension: bytes | None) -> bool:
    for description in _members(extension):
        elements = list(_elements(description.content))
        if len(elements) == 2:
            method, location = elements
            if _oid(method.content) == _CA_ISSUERS and location.tag == _URI:
                return True
    return False
