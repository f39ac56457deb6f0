# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS setups of a collector as administrators have them, with current dates.

The messages of Go for each are in go_verdicts.json; tests/ecosystem/test_go_client.py compares them with Go itself.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import ipaddress
import json
import pathlib
import re
import typing as t

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.name import _ASN1Type as AsnType
from cryptography.x509.oid import NameOID

HOST = "hec.logs.example.com"
VERDICTS = pathlib.Path(__file__).with_name("go_verdicts.json")
_NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
_SERVER, _CLIENT, _ANY = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"
_USAGES = (
    "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
    "encipher_only decipher_only"
).split()
Extension = t.Tuple[t.Union[x509.ExtensionType, t.Tuple[str, bytes]], bool]


@dataclasses.dataclass
class Setup:
    """A setup: the certificates that the server sends, its key, the CA bundle, and the host of the endpoint.
    ``server`` are settings of the server. ``says`` is the expected part of the sentence about a refusal."""

    chain: list[bytes]
    key: CertificateIssuerPrivateKeyTypes
    roots: list[bytes]
    says: str = ""
    host: str = HOST
    server: dict[str, t.Any] = dataclasses.field(default_factory=dict)


def go_words(words: str) -> str:
    """Return a message of Go without the parts that differ between runs."""
    words = words.replace("tls: failed to verify certificate: ", "")
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "<time>", words)


def go_verdicts() -> dict[str, str]:
    """Return the message of Go for each setup, "" if Go accepts it."""
    return t.cast("dict[str, str]", json.loads(VERDICTS.read_text(encoding="utf-8")))


# Keys and certificates


@functools.lru_cache(maxsize=None)
def a_key(kind: str, number: int = 0) -> t.Any:
    """Return a key of a kind. The same number returns the same key."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:] or 2048))
    curves = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1, "p224": ec.SECP224R1}
    curves.update(brainpool=ec.BrainpoolP256R1, secp256k1=ec.SECP256K1)
    if kind in curves:
        return ec.generate_private_key(curves[kind]())
    return {"ed25519": ed25519.Ed25519PrivateKey, "ed448": ed448.Ed448PrivateKey}[kind].generate()


ROOT_KEY, CA_KEY, KEY = a_key("p256", 1), a_key("p256", 2), a_key("p256", 3)


def a_name(common_name: str, *more: x509.NameAttribute) -> x509.Name:
    """Return a name with a common name."""
    return x509.Name([*more, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


ROOT, CA, LEAF = a_name("Example Root CA"), a_name("Example Issuing CA"), a_name("collector")


def a_certificate(
    subject: x509.Name,
    key: t.Any,
    issuer: x509.Name | None = None,
    issuer_key: t.Any = None,
    *,
    ca: bool | None = True,
    path_length: int | None = None,
    days: tuple[float, float] = (-5, 50),
    serial: int = 0,
    extensions: t.Sequence[Extension] = (),
    algorithm: t.Any = None,
    authority_key: t.Any = None,
) -> bytes:
    """Return a certificate in DER form. C(ca) is None for no basicConstraints."""
    issuer_key = issuer_key or key
    begin, end = (_NOW + datetime.timedelta(days=day) for day in days)
    serial = serial or x509.random_serial_number()
    builder = x509.CertificateBuilder(issuer or subject, subject, key.public_key(), serial, begin, end)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), True)
    if authority_key is not None:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, False).add_extension(own, False)
    for given, critical in extensions:
        is_raw = isinstance(given, tuple)
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(given[0]), given[1]) if is_raw else given
        builder = builder.add_extension(extension, critical)
    has_hash = not isinstance(issuer_key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
    return builder.sign(issuer_key, (algorithm or hashes.SHA256()) if has_hash else None).public_bytes(
        serialization.Encoding.DER
    )


def a_root(**options: t.Any) -> bytes:
    """Return the root."""
    return a_certificate(options.pop("subject", ROOT), options.pop("key", ROOT_KEY), **options)


def a_ca(**options: t.Any) -> bytes:
    """Return the CA between the root and the server."""
    options = {"subject": CA, "key": CA_KEY, "issuer": ROOT, "issuer_key": ROOT_KEY, **options}
    return a_certificate(options.pop("subject"), options.pop("key"), **options)


def a_leaf(*names: str, **options: t.Any) -> bytes:
    """Return the server's certificate for these names."""
    options = {"subject": LEAF, "key": KEY, "issuer": CA, "issuer_key": CA_KEY, "ca": False, **options}
    extensions = [(san(*(names or (HOST,))), False)] if names != ("",) else []
    options["extensions"] = [*extensions, *options.get("extensions", ())]
    return a_certificate(options.pop("subject"), options.pop("key"), **options)


def san(*names: str) -> x509.SubjectAlternativeName:
    """Return the extension for host names and addresses."""
    return x509.SubjectAlternativeName([_general(name) for name in names])


def raw_san(*entries: tuple[int, bytes]) -> Extension:
    """Return the extension with any entries, each a tag and a content."""
    return ("2.5.29.17", _tlv(0x30, b"".join(_tlv(tag, content) for tag, content in entries))), False


def usage(*usages: str) -> Extension:
    """Return an extended key usage."""
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in usages]), False


def key_usage(*names: str) -> Extension:
    """Return a key usage."""
    return x509.KeyUsage(**{name: name in names for name in _USAGES}), True


def changed(der: bytes, issuer_key: t.Any, old: bytes, new: bytes) -> bytes:
    """Return a certificate with other bytes of the same number in it, signed again."""
    body = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    assert old in body and len(old) == len(new)
    body = body.replace(old, new)
    algorithm = _tlv(0x30, bytes.fromhex("06082a8648ce3d040302"))
    signature = issuer_key.sign(body, ec.ECDSA(hashes.SHA256()))
    return _tlv(0x30, body + algorithm + _tlv(0x03, b"\0" + signature))


def signed_insecurely(der: bytes, issuer_key: t.Any) -> bytes:
    """Return a certificate of an RSA CA, signed with SHA-1 in place of SHA-256."""
    old, new = bytes.fromhex("300d06092a864886f70d01010b0500"), bytes.fromhex("300d06092a864886f70d0101050500")
    body = x509.load_der_x509_certificate(der).tbs_certificate_bytes.replace(old, new)
    signature = issuer_key.sign(body, padding.PKCS1v15(), hashes.SHA1())
    return _tlv(0x30, body + new + _tlv(0x03, b"\0" + signature))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + (length if size < 128 or size > 255 else bytes([0x81, size])) + content


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _text(value: str, kind: AsnType = AsnType.UTF8String) -> x509.NameAttribute:
    return x509.NameAttribute(NameOID.ORGANIZATION_NAME, value, kind)


# The setups


def _usual(
    leaf: bytes | None = None, says: str = "", *, ca: bytes | None = None, root: bytes | None = None, **more: t.Any
) -> Setup:
    """Return the setup of a server, a CA and a root, with one of them in another form."""
    return Setup([leaf or a_leaf(), ca or a_ca()], KEY, [root or a_root()], says, **more)


def _names() -> dict[str, Setup]:
    return {
        "sound": _usual(),
        "splunk_default": Setup(
            [a_certificate(a_name("SplunkServerDefaultCert"), KEY, a_name("SplunkCommonCA"), CA_KEY, ca=None)],
            KEY,
            [a_root()],
            "SplunkServerDefaultCert",
        ),
        "common_name_only": _usual(a_leaf("", subject=a_name(HOST)), "only as its common name"),
        "wildcard": _usual(a_leaf("*.logs.example.com")),
        "wildcard_of_a_part": _usual(a_leaf("h*.logs.example.com"), "It is valid for h*.logs"),
        "wildcard_too_high": _usual(a_leaf("*.example.com"), "It is valid for *.example.com"),
        "wildcard_without_its_domain": _usual(
            a_leaf("*.logs.example.com"), "not logs.example.com", host="logs.example.com"
        ),
        "underscore_under_wildcard": _usual(a_leaf("*.example.com"), host="splunk_hec.example.com"),
        "upper_case": _usual(host=HOST.upper()),
        "dot_at_both_ends": _usual(a_leaf(f"{HOST}."), host=f"{HOST}."),
        "dot_in_certificate": _usual(a_leaf(f"{HOST}."), "not the bare name"),
        "address": _usual(a_leaf("127.0.0.1"), host="127.0.0.1"),
        "address_as_name": _usual(
            a_leaf("", extensions=[raw_san((0x82, b"127.0.0.1"))]), "only as a DNS name", host="127.0.0.1"
        ),
        "name_with_port": _usual(a_leaf("", extensions=[raw_san((0x82, HOST.encode() + b":8088"))]), "bare name"),
        "name_as_url": _usual(a_leaf("", extensions=[raw_san((0x82, b"https://" + HOST.encode()))]), "bare name"),
        "name_with_blank": _usual(a_leaf("", extensions=[raw_san((0x82, HOST.encode() + b" "))]), "bare name"),
        "url_only": _usual(
            a_leaf("", extensions=[raw_san((0x86, b"https://" + HOST.encode() + b"/"))]), "not hec.logs"
        ),
        "other_host": _usual(a_leaf("www.example.com"), "It is valid for www.example.com, not hec"),
    }


def _dates() -> dict[str, Setup]:
    return {
        "expired": _usual(a_leaf(days=(-9, -1)), "It expired on"),
        "not_yet_valid": _usual(a_leaf(days=(1, 9)), "It is not valid before"),
        "root_expired": _usual(says="Root CA, expired on", root=a_root(days=(-9, -1))),
        "ca_expired": _usual(says="Issuing CA, expired on", ca=a_ca(days=(-9, -1))),
        "ca_not_yet_valid": _usual(says="Issuing CA, is not valid before", ca=a_ca(days=(1, 9))),
        "ca_expired_and_renewed": Setup([a_leaf(), a_ca(days=(-9, -1)), a_ca()], KEY, [a_root()]),
        "valid_for_centuries": _usual(a_leaf(days=(-1, 9e5))),
    }


def _chains() -> dict[str, Setup]:
    other_key = a_key("p256", 4)
    published = x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                x509.ObjectIdentifier("1.3.6.1.5.5.7.48.2"), x509.UniformResourceIdentifier("http://ca.example.com/ca")
            )
        ]
    )
    alone = a_certificate(LEAF, KEY, ca=False, extensions=[(san(HOST), False)])
    pinned = a_leaf()
    return {
        "intermediate_missing": Setup(
            [a_leaf(extensions=[(published, False)])], KEY, [a_root()], "an intermediate certificate is missing"
        ),
        "private_or_intermediate_missing": Setup([a_leaf()], KEY, [a_root()], "or a missing intermediate"),
        "private_root": Setup(
            [a_leaf(), a_ca(), a_root()], KEY, [a_root(key=other_key, subject=a_name("Other"))], "private"
        ),
        "self_signed": Setup([alone], KEY, [a_root()], "It is self-signed"),
        "self_signed_in_bundle": Setup([alone], KEY, [alone]),
        "issuing_ca_in_bundle": Setup([a_leaf()], KEY, [a_ca()]),
        "server_in_bundle": Setup([pinned], KEY, [pinned]),
        "root_first": Setup([a_leaf(), a_root(), a_ca()], KEY, [a_root()]),
        "two_roots_of_one_name": _two_roots(other_key, old_first=True),
        "two_roots_of_one_name_new_first": _two_roots(other_key, old_first=False),
        "another_root_of_the_name": Setup(
            [a_leaf(issuer=ROOT, issuer_key=ROOT_KEY)],
            KEY,
            [a_root(key=other_key)],
            "was not made by",
        ),
        "ca_and_server_of_one_name": Setup([a_leaf(subject=ROOT, issuer=ROOT, issuer_key=ROOT_KEY)], KEY, [a_root()]),
        "renewed_ca_and_old_key_id": _usual(
            a_leaf(
                extensions=[
                    (x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(ROOT)], 4711), False),
                ]
            )
        ),
        "wrong_key_id": _usual(a_leaf(authority_key=other_key), ca=a_ca(authority_key=ROOT_KEY)),
        "root_in_other_case": Setup(
            [a_leaf(issuer=a_name("EXAMPLE Root CA"), issuer_key=ROOT_KEY)], KEY, [a_root()], "from the CA itself"
        ),
        "root_in_other_encoding": Setup(
            [
                a_leaf(
                    issuer=x509.Name(
                        [x509.NameAttribute(NameOID.COMMON_NAME, "Example Root CA", AsnType.PrintableString)]
                    ),
                    issuer_key=ROOT_KEY,
                )
            ],
            KEY,
            [a_root()],
            "byte for byte",
        ),
        "expired_cross_certificate": Setup(
            [a_leaf(), a_ca(), a_certificate(ROOT, ROOT_KEY, a_name("Old Root"), other_key, days=(-9, -1))],
            KEY,
            [a_root(), a_root(key=other_key, subject=a_name("Old Root"))],
        ),
    }


def _two_roots(other_key: t.Any, *, old_first: bool) -> Setup:
    roots = [a_root(key=other_key), a_root()]
    leaf = a_leaf(issuer=ROOT, issuer_key=ROOT_KEY)
    return Setup([leaf], KEY, roots if old_first else roots[::-1])


def _keys() -> dict[str, Setup]:
    kinds = {
        "rsa2048": "",
        "rsa1024": "",
        "p384": "",
        "p521": "",
        "ed25519": "",
        "p224": "P-224",
        "ed448": "of the kind Ed448",
        "brainpool": "Brainpool",
        "secp256k1": "secp256k1",
    }
    found = {f"key_{kind}": _with_key(kind, says) for kind, says in kinds.items()}
    rsa_key = a_key("rsa2048", 1)
    by_rsa = {"issuer_key": rsa_key, "issuer": CA}
    rsa_ca = a_ca(key=rsa_key)
    found.update(
        sha384=_usual(a_leaf(algorithm=hashes.SHA384())),
        sha224=_usual(a_leaf(algorithm=hashes.SHA224(), **by_rsa), "signed with SHA224-RSA", ca=rsa_ca),
        sha1=_usual(signed_insecurely(a_leaf(**by_rsa), rsa_key), "signed with SHA1-RSA, which is insecure", ca=rsa_ca),
        sha1_of_root=Setup(
            [a_leaf(issuer=ROOT, issuer_key=rsa_key)], KEY, [signed_insecurely(a_root(key=rsa_key), rsa_key)]
        ),
        brainpool_root=Setup(
            [a_leaf(issuer=ROOT, issuer_key=a_key("brainpool", 1))],
            KEY,
            [a_root(key=a_key("brainpool", 1))],
            "of a kind that Go does not have (brainpoolP256r1)",
        ),
    )
    return found


def _with_key(kind: str, says: str) -> Setup:
    key = a_key(kind)
    return Setup([a_leaf(key=key), a_ca()], key, [a_root()], says)


def _constraints() -> dict[str, Setup]:
    def limited(permitted: t.Any = None, excluded: t.Any = None, leaf: bytes | None = None, says: str = "") -> Setup:
        constraints = x509.NameConstraints(permitted, excluded)
        return _usual(leaf, says, ca=a_ca(extensions=[(constraints, True)]))

    everywhere = x509.IPAddress(ipaddress.ip_network("0.0.0.0/0"))
    directory = x509.DirectoryName(ROOT)
    return {
        "permitted": limited([x509.DNSName("example.com")]),
        "permitted_with_dot": limited([x509.DNSName(".example.com")]),
        "not_permitted": limited([x509.DNSName("example.org")], says="(name constraints)"),
        "one_name_not_permitted": limited(
            [x509.DNSName("example.com")], leaf=a_leaf(HOST, "splunk.corp"), says='"splunk.corp" is not permitted'
        ),
        "excluded": limited(None, [x509.DNSName("logs.example.com")], says="is excluded by constraint"),
        "wildcard_of_excluded": limited(
            None, [x509.DNSName("web.logs.example.com")], a_leaf("*.logs.example.com"), "is excluded by constraint"
        ),
        "address_excluded": limited(None, [everywhere], a_leaf(HOST, "127.0.0.1"), "IP address"),
        "directory_name": limited([x509.DNSName("example.com"), directory], says="name constraints of another kind"),
        "email_and_uri": limited([x509.DNSName("example.com"), x509.RFC822Name("example.com")]),
        "in_root": _usual(root=a_root(extensions=[(x509.NameConstraints([x509.DNSName("example.com")], None), True)])),
    }


def _usages() -> dict[str, Setup]:
    below = a_name("Example Sub CA")
    sub_key = a_key("p256", 4)
    long_chain = [a_leaf(issuer=below, issuer_key=sub_key), a_certificate(below, sub_key, CA, CA_KEY)]
    return {
        "usage_of_clients": _usual(a_leaf(extensions=[usage(_CLIENT)]), "is not for servers"),
        "usage_any": _usual(a_leaf(extensions=[usage(_ANY)])),
        "usage_both": _usual(a_leaf(extensions=[usage(_SERVER, _CLIENT)])),
        "usage_of_root": _usual(says="Example Root CA is not for servers", root=a_root(extensions=[usage(_CLIENT)])),
        "key_usage_odd": _usual(a_leaf(extensions=[key_usage("content_commitment")])),
        "ca_as_server": _usual(a_leaf(ca=True)),
        "path_too_long": Setup([*long_chain, a_ca(path_length=0)], KEY, [a_root()], "pathlen"),
        "path_long_enough": Setup([*long_chain, a_ca(path_length=1)], KEY, [a_root()]),
        "ca_is_none": _usual(says="say that it is not a CA", ca=a_ca(ca=False)),
        "ca_without_constraints": _usual(says="it lacks basicConstraints", ca=a_ca(ca=None)),
        "ca_without_cert_sign": _usual(says="keyCertSign", ca=a_ca(extensions=[key_usage("crl_sign")])),
        "root_without_constraints": _usual(says="it lacks basicConstraints", root=a_root(ca=None)),
    }


def _extensions() -> dict[str, Setup]:
    unknown = ("1.3.6.1.4.1.55555.1", b"\x05\x00")
    required: Extension = (x509.PolicyConstraints(0, None), True)
    policy: Extension = (
        x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.4"), None)]),
        False,
    )
    twice = a_leaf(extensions=[(("1.2.3.4.1", b"\x05\x00"), False), (("1.2.3.4.2", b"\x05\x00"), False)])
    return {
        "critical_unknown": _usual(a_leaf(extensions=[(unknown, True)]), "1.3.6.1.4.1.55555.1"),
        "critical_unknown_of_root": _usual(says="Root CA, has a critical", root=a_root(extensions=[(unknown, True)])),
        "unknown": _usual(a_leaf(extensions=[(unknown, False)])),
        "netscape_type": _usual(
            a_leaf(extensions=[(("2.16.840.1.113730.1.1", b"\x03\x02\x06\x40"), True)]), "Netscape"
        ),
        "must_staple_critical": _usual(
            a_leaf(extensions=[(("1.3.6.1.5.5.7.1.24", b"0\x03\x02\x01\x05"), True)]), "staple"
        ),
        "policy_required": _usual(says="policy constraints", ca=a_ca(extensions=[policy, required])),
        "policy_there": _usual(a_leaf(extensions=[policy]), ca=a_ca(extensions=[policy, required])),
        "extension_twice": _usual(
            changed(twice, CA_KEY, bytes.fromhex("06042a030402"), bytes.fromhex("06042a030401")), "1.2.3.4.1 twice"
        ),
        "negative_serial": _usual(
            changed(a_leaf(serial=5), CA_KEY, b"\x02\x01\x05", b"\x02\x01\x85"), "serial number is"
        ),
        "negative_serial_of_root_sent": Setup(
            [a_leaf(), a_ca(), changed(a_root(serial=5), ROOT_KEY, b"\x02\x01\x05", b"\x02\x01\x85")],
            KEY,
            [a_root()],
            "Cloudflare cannot read CN=Example Root CA, which the server also sends: its serial number",
        ),
        "negative_serial_of_root_in_bundle": _usual(
            says="cannot read the certificate of its authority",
            root=changed(a_root(serial=5), ROOT_KEY, b"\x02\x01\x05", b"\x02\x01\x85"),
        ),
        "critical_key_id": _usual(
            a_leaf(extensions=[(("2.5.29.14", b"\x04\x02ab"), True)]),
            "its subject key identifier is marked as critical",
        ),
    }


def _encodings() -> dict[str, Setup]:
    printable = a_leaf(subject=a_name("collector", _text("Logs and", AsnType.PrintableString)))
    ca_name = a_name("CA", _text("Logs and", AsnType.PrintableString))
    named = bytes.fromhex("1308") + b"Logs and"
    ca = changed(a_ca(subject=ca_name), ROOT_KEY, named, b"\x13\x08Logs_and")
    below = changed(a_leaf(issuer=ca_name), CA_KEY, named, b"\x13\x08Logs_and")
    host = (0x82, HOST.encode())
    return {
        "printable_underscore": _usual(changed(printable, CA_KEY, named, b"\x13\x08Logs_and"), "O=Logs_and"),
        "printable_umlaut": _usual(changed(printable, CA_KEY, named, b"\x13\x08Logs\xfcand"), "PrintableString"),
        "printable_ampersand": _usual(changed(printable, CA_KEY, named, b"\x13\x08Logs&and")),
        "printable_underscore_of_ca": _usual(below, "O=Logs_and", ca=ca),
        "umlaut_in_name": _usual(a_leaf("", extensions=[raw_san(host, (0x82, "bücher.de".encode()))]), "bücher.de"),
        "umlaut_in_email": _usual(
            a_leaf("", extensions=[raw_san(host, (0x81, "ü@example.com".encode()))]), "ü@example"
        ),
        "uri_with_space": _usual(a_leaf("", extensions=[raw_san(host, (0x86, b"https://a b/"))]), "https://a b/"),
        "network_as_address": _usual(
            a_leaf("", extensions=[raw_san(host, (0x87, b"\x0a\0\0\0\xff\0\0\0"))]), "it is a network, not an address"
        ),
        "empty_name": _usual(a_leaf("", extensions=[raw_san(host, (0x82, b""))])),
        "bmp_string": _usual(a_leaf(subject=a_name("collector", _text("Büro", AsnType.BMPString)))),
    }


def _protocols() -> dict[str, Setup]:
    def served(says: str = "", key: t.Any = KEY, **server: t.Any) -> Setup:
        return Setup([a_leaf(key=key), a_ca()], key, [a_root()], says, server=server)

    rsa_key = a_key("rsa2048")
    return {
        "tls_1_1": served("speaks TLS 1.1", maximum="TLSv1_1"),
        "tls_1_2": served(maximum="TLSv1_2"),
        "tls_1_3": served(minimum="TLSv1_3"),
        "rsa_key_exchange": served("AES256-GCM-SHA384", rsa_key, maximum="TLSv1_2", ciphers="AES256-GCM-SHA384"),
        "cbc_sha384": served("ECDHE-RSA-AES256-SHA384", rsa_key, maximum="TLSv1_2", ciphers="ECDHE-RSA-AES256-SHA384"),
        "cbc_sha": served("", rsa_key, maximum="TLSv1_2", ciphers="ECDHE-RSA-AES256-SHA"),
        "curve_p521": served(maximum="TLSv1_2", curve="secp521r1"),
        "client_certificate": served("requires a client certificate", verify="required", maximum="TLSv1_2"),
        "client_certificate_tls_1_3": served("requires a client certificate", verify="required", minimum="TLSv1_3"),
        "client_certificate_optional": served(verify="optional", maximum="TLSv1_2"),
        "plain_http": served("plain HTTP", plain=True),
    }


@functools.lru_cache(maxsize=None)
def setups() -> dict[str, Setup]:
    """Return all setups by their names."""
    groups = (_names, _dates, _chains, _keys, _constraints, _usages, _extensions, _encodings, _protocols)
    found: dict[str, Setup] = {}
    for group in groups:
        for name, setup in group().items():
            assert name not in found
            found[name] = setup
    return found
