# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The keys and the signatures of certificates: which of them Go knows, and which key made a signature. Pure: no I/O.

This finds the chain of certificates that Go would find. It never decides whether to trust a server: before the HEC token is
sent, OpenSSL verifies the connection. Everything here is public, so nothing has to take the same time for every value.
"""

from __future__ import annotations

import enum
import hashlib
import itertools
import typing as t

from . import der as asn1
from .der import DerError, Element
from .elliptic_curves import (
    CURVES,
    ED_BASE,
    ED_FIELD,
    ED_ORDER,
    Curve,
    decoded_edwards_point,
    edwards_multiple,
    edwards_sum,
    sum_of_multiples,
)

_RSA, _DSA, _EC = "1.2.840.113549.1.1.1", "1.2.840.10040.4.1", "1.2.840.10045.2.1"
_X25519, _ED25519 = "1.3.101.110", "1.3.101.112"
_RSA_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_LARGEST_EXPONENT = 2**31 - 1
# Go does not use smaller ones.
SMALLEST_RSA_KEY = 1024
# Go accepts no larger one from a server. A root of the CA bundle that the server does not send may be larger.
LARGEST_RSA_KEY = 8192
# A signature of a larger key takes too long to verify, and the operator of the server chooses the key.
_LARGEST_VERIFIED_KEY = 16384


_OTHER_CURVES = {
    "1.3.132.0.10": "secp256k1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}
_OTHER_KEYS = {_RSA_PSS: "RSA-PSS", "1.3.101.113": "Ed448", "1.3.101.111": "X448"}


class KeyKind(enum.Enum):
    """The kinds of public keys that Go reads."""

    RSA = "RSA"
    ECDSA = "ECDSA"
    ED25519 = "Ed25519"
    # These two sign nothing in a chain.
    DSA = "DSA"
    X25519 = "X25519"


class Key(t.NamedTuple):
    """A public key. ``kind`` is None if Go does not know such keys, and ``name`` is then their name for people.

    ``numbers`` are the modulus and the exponent of RSA, or the coordinates of a point of C(curve); ``point`` is the encoded
    point of Ed25519.
    """

    kind: KeyKind | None
    name: str
    numbers: tuple[int, int] = (0, 0)
    curve: Curve | None = None
    point: bytes = b""

    @property
    def size(self) -> int:
        """The bits of an RSA key, 0 for other keys."""
        return self.numbers[0].bit_length() if self.kind is KeyKind.RSA else 0


class KeyFlaw(DerError):
    """A public key that Go does not read. The message is in Go's words; ``name`` is the kind of key."""

    def __init__(self, words: str, name: str) -> None:
        super().__init__(words)
        self.name = name


class Algorithm(t.NamedTuple):
    """An algorithm of signatures. ``kind`` is None, and ``name`` the object identifier, if Go does not know it."""

    name: str
    kind: KeyKind | None = None
    hash: str = ""
    is_pss: bool = False

    @property
    def is_insecure(self) -> bool:
        """Whether Go refuses it because its hash is broken."""
        return self.hash in ("md5", "sha1")


_ALGORITHMS = {
    "1.2.840.113549.1.1.4": Algorithm("MD5-RSA", KeyKind.RSA, "md5"),
    "1.2.840.113549.1.1.5": Algorithm("SHA1-RSA", KeyKind.RSA, "sha1"),
    "1.3.14.3.2.29": Algorithm("SHA1-RSA", KeyKind.RSA, "sha1"),
    "1.2.840.113549.1.1.11": Algorithm("SHA256-RSA", KeyKind.RSA, "sha256"),
    "1.2.840.113549.1.1.12": Algorithm("SHA384-RSA", KeyKind.RSA, "sha384"),
    "1.2.840.113549.1.1.13": Algorithm("SHA512-RSA", KeyKind.RSA, "sha512"),
    "1.2.840.10040.4.3": Algorithm("DSA-SHA1", KeyKind.DSA, "sha1"),
    "2.16.840.1.101.3.4.3.2": Algorithm("DSA-SHA256", KeyKind.DSA, "sha256"),
    "1.2.840.10045.4.1": Algorithm("ECDSA-SHA1", KeyKind.ECDSA, "sha1"),
    "1.2.840.10045.4.3.2": Algorithm("ECDSA-SHA256", KeyKind.ECDSA, "sha256"),
    "1.2.840.10045.4.3.3": Algorithm("ECDSA-SHA384", KeyKind.ECDSA, "sha384"),
    "1.2.840.10045.4.3.4": Algorithm("ECDSA-SHA512", KeyKind.ECDSA, "sha512"),
}
# The names of algorithms that Go does not know, for messages.
_OTHER_ALGORITHMS = {
    "1.2.840.113549.1.1.2": "MD2-RSA",
    "1.2.840.113549.1.1.14": "SHA224-RSA",
    "1.2.840.113549.1.1.15": "SHA512/224-RSA",
    "1.2.840.113549.1.1.16": "SHA512/256-RSA",
    "1.2.840.10045.4.3.1": "ECDSA-SHA224",
    "2.16.840.1.101.3.4.3.1": "DSA-SHA224",
    "1.3.101.113": "Ed448",
    _RSA_PSS: "RSA-PSS with other parameters than Go's",
}
_PSS_HASHES = {
    "2.16.840.1.101.3.4.2.1": ("sha256", 32),
    "2.16.840.1.101.3.4.2.2": ("sha384", 48),
    "2.16.840.1.101.3.4.2.3": ("sha512", 64),
}
# RFC 8017, 9.2: the prefix of a hash in a signature.
_HASH_PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def key_of(content: bytes) -> Key:
    """Return the key in a SubjectPublicKeyInfo. Raises KeyFlaw if Go does not read it, DerError if it is damaged."""
    algorithm, data = asn1.leading(content, 2)
    identifier, *parameters = itertools.islice(asn1.elements(asn1.inside(algorithm)), 2)
    oid = asn1.oid_of(identifier)
    point, _unused = asn1.bits(data)
    if oid == _RSA:
        return _rsa_key(point, parameters)
    if oid == _EC:
        return _elliptic_key(point, parameters)
    if oid in (_ED25519, _X25519):
        kind = KeyKind.ED25519 if oid == _ED25519 else KeyKind.X25519
        if parameters or len(point) != 32:
            raise KeyFlaw(f"{kind.value} key encoded with illegal parameters", kind.value)
        return Key(kind, kind.value, point=point)
    if oid == _DSA:
        return Key(KeyKind.DSA, "DSA")
    return Key(None, _OTHER_KEYS.get(oid, oid))


def algorithm_of(content: bytes) -> Algorithm:
    """Return the algorithm in an AlgorithmIdentifier. Raises DerError."""
    identifier, *parameters = itertools.islice(asn1.elements(content), 2)
    oid = asn1.oid_of(identifier)
    if oid == _ED25519 and not parameters:
        return Algorithm("Ed25519", KeyKind.ED25519)
    if oid == _RSA_PSS:
        return _pss_algorithm(parameters)
    return _ALGORITHMS.get(oid) or Algorithm(_OTHER_ALGORITHMS.get(oid, oid))


def is_signed_by(key: Key, algorithm: Algorithm, signed: bytes, signature: bytes) -> bool:
    """Return whether the key made this signature of a certificate."""
    if key.kind is not algorithm.kind:
        return False
    if key.kind is KeyKind.RSA:
        return _is_rsa_signature(key, algorithm, signed, signature)
    if key.kind is KeyKind.ECDSA:
        return _is_ecdsa_signature(key, algorithm, signed, signature)
    return key.kind is KeyKind.ED25519 and _is_ed25519_signature(key, signed, signature)


def _rsa_key(data: bytes, parameters: t.Sequence[Element]) -> Key:
    if [parameter.whole for parameter in parameters[:1]] != [b"\x05\x00"]:
        raise KeyFlaw("RSA key missing NULL parameters", "RSA")
    try:
        modulus, exponent = (asn1.integer(element) for element in asn1.members(data)[:2])
    except ValueError:
        raise KeyFlaw("invalid RSA public key", "RSA") from None
    if modulus <= 0:
        raise KeyFlaw("RSA modulus is not a positive number", "RSA")
    if not 0 < exponent < 2**63:
        raise KeyFlaw("invalid RSA public exponent", "RSA")
    return Key(KeyKind.RSA, "RSA", (modulus, exponent))


def _elliptic_key(point: bytes, parameters: t.Sequence[Element]) -> Key:
    try:
        oid = asn1.oid_of(parameters[0])
    except (DerError, IndexError):
        raise KeyFlaw("invalid ECDSA parameters", "elliptic curve without a name") from None
    curve = CURVES.get(oid)
    if curve is None:
        raise KeyFlaw("unsupported elliptic curve", _OTHER_CURVES.get(oid, oid))
    x, y = (int.from_bytes(half, "big") for half in (point[1 : 1 + curve.size], point[1 + curve.size :]))
    is_on_curve = (y * y - x * (x * x - 3) - curve.b) % curve.field == 0
    if point[:1] != b"\x04" or len(point) != 1 + 2 * curve.size or not is_on_curve:
        raise KeyFlaw("invalid or compressed point of an ECDSA key", f"{curve.name} with a compressed or wrong point")
    return Key(KeyKind.ECDSA, curve.name, (x, y), curve)


def _pss_algorithm(parameters: t.Sequence[Element]) -> Algorithm:
    """Return the algorithm for parameters of RSA-PSS (RFC 4055, 3.1). Go knows three combinations."""
    unknown = Algorithm(_OTHER_ALGORITHMS[_RSA_PSS])
    try:
        given = {element.tag: element.content for element in asn1.elements(parameters[0].content)}
        hash_oid = asn1.oid_of(asn1.members(given[0xA0])[0])
        mask, mask_hash = asn1.members(given[0xA1])
        hash_name, salt = _PSS_HASHES[hash_oid]
        is_known = (
            asn1.oid_of(mask) == _MGF1
            and asn1.oid_of(asn1.members(mask_hash.whole)[0]) == hash_oid
            and asn1.integer(asn1.first(given[0xA2], asn1.INTEGER)) == salt
            and (0xA3 not in given or asn1.integer(asn1.first(given[0xA3], asn1.INTEGER)) == 1)
        )
    except (LookupError, ValueError):
        return unknown
    return Algorithm(f"SHA{salt * 8}-RSAPSS", KeyKind.RSA, hash_name, is_pss=True) if is_known else unknown


def _is_rsa_signature(key: Key, algorithm: Algorithm, signed: bytes, signature: bytes) -> bool:
    modulus, exponent = key.numbers
    if not modulus % 2 or not exponent % 2 or not 1 < exponent <= _LARGEST_EXPONENT:
        return False
    if not SMALLEST_RSA_KEY <= key.size <= _LARGEST_VERIFIED_KEY:
        return False
    size = (key.size + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    message = pow(number, exponent, modulus)
    digest = hashlib.new(algorithm.hash, signed).digest()
    if algorithm.is_pss:
        return _is_pss_message(message, digest, algorithm.hash, key.size - 1)
    ending = b"\x00" + _HASH_PREFIXES[algorithm.hash] + digest
    # RFC 8017, 9.2: at least eight bytes of padding.
    padding = size - 2 - len(ending)
    return padding >= 8 and message == int.from_bytes(b"\x00\x01" + b"\xff" * padding + ending, "big")


def _is_pss_message(message: int, digest: bytes, hash_name: str, bits: int) -> bool:
    """Return whether an encoded message has this hash (RFC 8017, 9.1.2). The salt is as long as the hash."""
    size = (bits + 7) // 8
    length = len(digest)
    if message >> bits or size < 2 * length + 2:
        return False
    encoded = message.to_bytes(size, "big")
    masked, own_hash, end = encoded[: size - length - 1], encoded[size - length - 1 : -1], encoded[-1]
    mask = b"".join(
        hashlib.new(hash_name, own_hash + counter.to_bytes(4, "big")).digest()
        for counter in range(-(-len(masked) // length))
    )
    plain = int.from_bytes(masked, "big") ^ int.from_bytes(mask[: len(masked)], "big")
    block = (plain & ((1 << bits - 8 * (length + 1)) - 1)).to_bytes(len(masked), "big")
    padding, salt = block[:-length], block[-length:]
    expected = hashlib.new(hash_name, bytes(8) + digest + salt).digest()
    return end == 0xBC and padding == bytes(len(padding) - 1) + b"\x01" and expected == own_hash


def _is_ecdsa_signature(key: Key, algorithm: Algorithm, signed: bytes, signature: bytes) -> bool:
    """Return whether a signature of ECDSA is valid (FIPS 186-5, 6.4.2)."""
    curve = t.cast(Curve, key.curve)
    try:
        r, s = (asn1.integer(element) for element in asn1.members(signature))
        asn1.only(signature, asn1.SEQUENCE)
    except ValueError:
        return False
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    digest = hashlib.new(algorithm.hash, signed).digest()
    number = int.from_bytes(digest, "big") >> max(0, 8 * len(digest) - curve.order.bit_length())
    inverse = pow(s, -1, curve.order)
    x, _y, z = sum_of_multiples(curve, (number * inverse, curve.base), (r * inverse, key.numbers))
    return bool(z) and (x * pow(z, -2, curve.field)) % curve.field % curve.order == r


def _is_ed25519_signature(key: Key, signed: bytes, signature: bytes) -> bool:
    """Return whether a signature of Ed25519 is valid (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ED_ORDER:
        return False
    try:
        x, y = decoded_edwards_point(key.point)
    except DerError:
        return False
    digest = hashlib.sha512(signature[:32] + key.point + signed).digest()
    factor = int.from_bytes(digest, "little") % ED_ORDER
    base = ED_BASE
    # S times the base, minus the hash times the key, must be R.
    total = edwards_sum(edwards_multiple(s, base), edwards_multiple(factor, (ED_FIELD - x, y)))
    inverse = pow(total[2], -1, ED_FIELD)
    point_x, point_y = total[0] * inverse % ED_FIELD, total[1] * inverse % ED_FIELD
    return (point_y | (point_x & 1) << 255).to_bytes(32, "little") == signature[:32]
