# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create certificates of every kind that a collector can present."""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
import pathlib
import typing as t

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
A_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass
class Issued:
    """A certificate with its key, and the certificates above it in the order in which a server sends them."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: list[x509.Certificate]

    @property
    def der(self) -> bytes:
        """The certificate in DER form."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def pem(self, *more: x509.Certificate, with_key: bool = False) -> bytes:
        """The certificate in PEM form, then its key if wanted, then more certificates."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        parts = [self.certificate.public_bytes(serialization.Encoding.PEM), key if with_key else b""]
        return b"".join(parts + [certificate.public_bytes(serialization.Encoding.PEM) for certificate in more])

    def write(self, file: pathlib.Path, *more: x509.Certificate, with_key: bool = False) -> str:
        """Write it to a file, and return the path."""
        file.write_bytes(self.pem(*more, with_key=with_key))
        return str(file)


def issue(
    *names: str,
    by: Issued | None = None,
    subject: t.Sequence[tuple[x509.ObjectIdentifier, str]] = ((NameOID.COMMON_NAME, "leaf"),),
    authority: bool = False,
    days: tuple[float, float] = (-1, 30),
    issuer_url: str = "",
) -> Issued:
    """Issue a certificate for these host names and addresses, by another one, or by itself. ``days`` are its first and
    its last day, counted from now; ``issuer_url`` is the URL in it for the certificate of its issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    builder = (
        x509.CertificateBuilder(name if by is None else by.certificate.subject, name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + days[0] * A_DAY)
        .not_valid_after(NOW + days[1] * A_DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    if issuer_url:
        place = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    certificate = builder.sign(key if by is None else by.key, hashes.SHA256())
    above = [] if by is None else [by.certificate, *by.above]
    return Issued(certificate, key, above)


def authority(name: str, by: Issued | None = None, **more: t.Any) -> Issued:
    """Issue the certificate of a certificate authority."""
    return issue(by=by, subject=[(NameOID.COMMON_NAME, name)], authority=True, **more)


def splunk_default() -> Issued:
    """Issue a certificate like the one that Splunk ships: without alternative names, and of an authority whose key is
    public."""
    splunk = [(NameOID.ORGANIZATION_NAME, "Splunk"), (NameOID.COMMON_NAME, "SplunkCommonCA")]
    above = issue(subject=splunk, authority=True)
    own = [(NameOID.COMMON_NAME, "SplunkServerDefaultCert"), (NameOID.ORGANIZATION_NAME, "SplunkUser")]
    return issue(by=above, subject=own)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
