# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading certificates: the same values as cryptography reads, and one error for anything else."""

from __future__ import annotations

import datetime
import random
import ssl

import pytest
import requests.certs
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import certificate as certificates
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate import (
    Certificate,
    CertificateError,
)
from ansible_collections.edgeops.logpush.tests.unit.certificate_factory import (
    NOW,
    authority,
    issue,
    splunk_default,
)
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type as AsnType
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

LEAF = issue("hec.example.com", "*.splunk.example.com", "10.1.2.3", "2001:db8::7", issuer_url="http://ca.example.com/c")


def read(*names: str, **more: object) -> Certificate:
    """Return what is read of a certificate that is issued for these names."""
    return certificates.parse(issue(*names, **more).der)


def public_roots() -> list[bytes]:
    """Return the public roots in DER form."""
    with open(requests.certs.where(), encoding="utf-8") as file:
        blocks = file.read().split("-----BEGIN CERTIFICATE-----")[1:]
    end = "-----END CERTIFICATE-----"
    return [ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----{block.split(end)[0]}{end}") for block in blocks]


def test_the_fields_are_read() -> None:
    root = authority("Example CA")
    certificate = certificates.parse(issue("hec.example.com", "10.0.0.1", by=root, days=(-3, 40)).der)
    assert certificate.subject == "CN=leaf"
    assert certificate.common_name == "leaf"
    assert certificate.names == ("hec.example.com", "10.0.0.1")
    assert certificate.issuer == "CN=Example CA"
    assert certificate.not_before == NOW - datetime.timedelta(days=3)
    assert certificate.not_after == NOW + datetime.timedelta(days=40)
    assert certificate.days_left(NOW) == 40
    assert certificate.days_left(certificate.not_after + datetime.timedelta(hours=1)) == -1
    assert not certificate.self_signed
    assert not certificate.issuer_is_published
    assert certificates.parse(root.der).self_signed
    assert certificates.parse(LEAF.der).issuer_is_published


# cryptography warns about the serial numbers of some old roots.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_public_root_is_read_as_cryptography_reads_it() -> None:
    roots = public_roots()
    assert len(roots) > 50
    for der in roots:
        ours, theirs = certificates.parse(der), x509.load_der_x509_certificate(der)
        assert (ours.not_before, ours.not_after) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
        assert ours.self_signed
        for attribute in theirs.subject:
            assert str(attribute.value) in ours.subject


def test_the_certificate_of_splunk_has_its_names() -> None:
    certificate = certificates.parse(splunk_default().der)
    assert certificate.subject == "CN=SplunkServerDefaultCert, O=SplunkUser"
    assert certificate.issuer == "O=Splunk, CN=SplunkCommonCA"
    assert certificate.names == ()


@pytest.mark.parametrize("kind", [AsnType.UTF8String, AsnType.BMPString, AsnType.UniversalString])
def test_names_are_read_in_every_encoding(kind: AsnType) -> None:
    name = x509.NameAttribute(NameOID.COMMON_NAME, "Ünïcode €", kind)
    other = x509.NameAttribute(x509.ObjectIdentifier("1.2.3.4.55555"), "other", AsnType.UTF8String)
    issued = issue("h")
    builder = x509.CertificateBuilder(
        x509.Name([name, other]), x509.Name([]), issued.key.public_key(), 1, NOW, NOW + datetime.timedelta(days=1)
    )
    der = builder.sign(issued.key, issued.certificate.signature_hash_algorithm).public_bytes(Encoding.DER)
    certificate = certificates.parse(der)
    assert certificate.issuer == "CN=Ünïcode €, 1.2.3.4.55555=other"
    assert (certificate.subject, certificate.common_name) == ("", "")


def test_control_characters_do_not_reach_a_terminal() -> None:
    subject = [(NameOID.COMMON_NAME, "\x1b[31mred\n")]
    assert read(subject=subject).common_name == "\ufffd[31mred\ufffd"


@pytest.mark.parametrize(
    ("first", "last"),
    [("19500101000000", "20491231235959"), ("19991231235959", "20500101000000"), ("20260101000000", "99991231235959")],
)
def test_dates_of_all_centuries(first: str, last: str) -> None:
    moments = [
        datetime.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc) for text in (first, last)
    ]
    certificate = read("h", days=tuple((moment - NOW) / datetime.timedelta(days=1) for moment in moments))
    for got, wanted in zip((certificate.not_before, certificate.not_after), moments):
        assert abs(got - wanted) <= datetime.timedelta(seconds=1)


def test_a_moment_is_written_as_rfc3339() -> None:
    moment = datetime.datetime(2026, 11, 22, 10, 0, 1, 999, tzinfo=datetime.timezone.utc)
    assert certificates.rfc3339(moment) == "2026-11-22T10:00:01Z"


# Names


@pytest.mark.parametrize(
    ("name", "host", "matches"),
    [
        ("hec.example.com", "hec.example.com", True),
        ("HEC.Example.com", "hec.example.COM", True),
        ("hec.example.com", "hec.example.com.", True),
        ("hec.example.com", "hec.example.org", False),
        ("hec.example.com", "x.hec.example.com", False),
        ("example.com", "hec.example.com", False),
        ("*.example.com", "hec.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.hec.example.com", False),
        ("h*.example.com", "hec.example.com", False),
        ("a.*.example.com", "a.b.example.com", False),
        ("*.*.example.com", "a.b.example.com", False),
        ("*", "localhost", False),
        ("hec.example.com.", "hec.example.com", False),
        (".example.com", "example.com", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", False),
        ("2001:db8::7", "2001:DB8:0::7", True),
        ("*.2.3", "10.1.2.3", False),
        ("10.1.2.3", "hec.example.com", False),
    ],
)
def test_a_host_matches_by_the_rules_of_go_and_browsers(name: str, host: str, matches: bool) -> None:
    assert read(name).matches(host) is matches


def test_an_address_among_the_dns_names_is_none() -> None:
    named = read("x")._replace(dns_names=("10.1.2.3",))
    assert not named.matches("10.1.2.3")


def test_the_common_name_does_not_count() -> None:
    assert not read(subject=[(NameOID.COMMON_NAME, "hec.example.com")]).matches("hec.example.com")


# Garbage


@given(st.binary(max_size=80))
def test_bytes_that_are_no_certificate_are_one_error(data: bytes) -> None:
    with pytest.raises(CertificateError):
        certificates.parse(data)


@pytest.mark.parametrize("body", [b"", b"\x30\x00", b"\x30\x00\x30\x00\x03\x01\x00", b"\xa0\x00"])
def test_a_certificate_without_content_is_one_error(body: bytes) -> None:
    with pytest.raises(CertificateError):
        certificates.parse(bytes([0x30, len(body)]) + body)


@given(st.integers(0, len(LEAF.der) - 1))
def test_a_certificate_cut_off_anywhere_is_one_error(length: int) -> None:
    with pytest.raises(CertificateError):
        certificates.parse(LEAF.der[:length])


@given(st.integers(0, 1 << 32))
def test_a_damaged_certificate_is_read_or_is_one_error(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(LEAF.der)
    for dummy in range(chance.randint(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        certificate = certificates.parse(bytes(data))
    except CertificateError:
        return
    assert isinstance(certificate.matches("hec.example.com"), bool)
    assert certificate.subject.isprintable()
