# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures of certificates: those of cryptography are valid, and with another byte they are not."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import signature as signature_rules
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.elliptic_curves import CURVES
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.signature import (
    Algorithm,
    Key,
    KeyFlaw,
    KeyKind,
    is_signed_by,
    key_of,
)
from ansible_collections.edgeops.logpush.tests.unit.tls_setups import a_key
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

HASHES: dict[str, t.Any] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
MESSAGE = b"a certificate without its signature"


def spki(key: t.Any) -> bytes:
    """Return the content of the SubjectPublicKeyInfo of a key."""
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    der: bytes = key.public_key().public_bytes(encoding, form)
    return der[2 + (der[1] - 0x80 if der[1] & 0x80 else 0) :]


def check(key: t.Any, algorithm: Algorithm, signature: bytes) -> None:
    """Check that a signature is valid, and invalid for another message, in another form or with another key."""
    public = key_of(spki(key))
    assert is_signed_by(public, algorithm, MESSAGE, signature)
    assert not is_signed_by(public, algorithm, MESSAGE + b".", signature)
    for position in (0, len(signature) // 2, len(signature) - 1):
        changed = bytearray(signature)
        changed[position] ^= 1
        assert not is_signed_by(public, algorithm, MESSAGE, bytes(changed))
    assert not is_signed_by(public, algorithm, MESSAGE, signature[:-1])
    assert not is_signed_by(public._replace(kind=None), algorithm, MESSAGE, signature)


@pytest.mark.parametrize("curve", ["p224", "p256", "p384", "p521"])
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_ecdsa(curve: str, hash_name: str) -> None:
    key = a_key(curve)
    check(key, Algorithm("", KeyKind.ECDSA, hash_name), key.sign(MESSAGE, ec.ECDSA(HASHES[hash_name])))


@pytest.mark.parametrize("hash_name", HASHES)
@pytest.mark.parametrize("is_pss", [False, True])
def test_rsa(hash_name: str, is_pss: bool) -> None:
    key, chosen = a_key("rsa2048"), HASHES[hash_name]
    pss = padding.PSS(padding.MGF1(chosen), chosen.digest_size)
    signature = key.sign(MESSAGE, pss if is_pss else padding.PKCS1v15(), chosen)
    check(key, Algorithm("", KeyKind.RSA, hash_name, is_pss), signature)


def test_a_huge_rsa_key_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the server chooses the key of a CA that it sends."""

    def never(*_numbers: int) -> int:
        raise AssertionError("the signature is verified")

    monkeypatch.setattr(signature_rules, "pow", never, raising=False)
    huge = Key(KeyKind.RSA, "RSA", ((1 << 160000) - 1, 0x7FFFFFFF))
    assert not is_signed_by(huge, Algorithm("", KeyKind.RSA, "sha256"), MESSAGE, b"\x7f" * 20000)


def test_ed25519() -> None:
    key = a_key("ed25519")
    check(key, Algorithm("", KeyKind.ED25519), key.sign(MESSAGE))


def test_the_constants_of_the_curves() -> None:
    for curve in CURVES.values():
        x, y = curve.base
        assert (y * y - x**3 + 3 * x - curve.b) % curve.field == 0


def test_keys_that_go_does_not_have() -> None:
    assert (key_of(spki(a_key("ed448"))).kind, key_of(spki(a_key("ed448"))).name) == (None, "Ed448")
    for curve, name in (("brainpool", "brainpoolP256r1"), ("secp256k1", "secp256k1")):
        with pytest.raises(KeyFlaw, match="unsupported elliptic curve") as raised:
            key_of(spki(a_key(curve)))
        assert raised.value.name == name
