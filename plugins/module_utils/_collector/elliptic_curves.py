# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Arithmetic on the elliptic curves that Go has: those of NIST, and Ed25519. Pure: no I/O.

Only public values go in, so nothing has to take the same time for every value.
"""

from __future__ import annotations

import typing as t

from .der import DerError


class Curve(t.NamedTuple):
    """A curve of NIST (SP 800-186): y² = x³ - 3x + b over a prime field, with its base point and the order of the
    base point."""

    name: str
    field: int
    b: int
    base: tuple[int, int]
    order: int

    @property
    def size(self) -> int:
        """The bytes of a coordinate."""
        return (self.field.bit_length() + 7) // 8


_P224 = Curve(
    "P-224",
    2**224 - 2**96 + 1,
    0xB4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4,
    (
        0xB70E0CBD6BB4BF7F321390B94A03C1D356C21122343280D6115C1D21,
        0xBD376388B5F723FB4C22DFE6CD4375A05A07476444D5819985007E34,
    ),
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
)
_P256 = Curve(
    "P-256",
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
_P384 = Curve(
    "P-384",
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
)
_P521 = Curve(
    "P-521",
    2**521 - 1,
    int(
        "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF07"
        "3573DF883D2C34F1EF451FD46B503F00",
        16,
    ),
    (
        int(
            "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE"
            "3348B3C1856A429BF97E7E31C2E5BD66",
            16,
        ),
        int(
            "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761"
            "353C7086A272C24088BE94769FD16650",
            16,
        ),
    ),
    2**521 - 2**260 + 0xA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
)
CURVES = {
    "1.3.132.0.33": _P224,
    "1.2.840.10045.3.1.7": _P256,
    "1.3.132.0.34": _P384,
    "1.3.132.0.35": _P521,
}

Point = t.Tuple[int, int, int]
_INFINITY = (1, 1, 0)


def sum_of_multiples(curve: Curve, *terms: tuple[int, tuple[int, int]]) -> Point:
    """Return the sum of two points of a curve, each multiplied by a number, in Jacobian coordinates."""
    (first_factor, first_point), (second_factor, second_point) = terms
    first_factor, second_factor = first_factor % curve.order, second_factor % curve.order
    one, two = (*first_point, 1), (*second_point, 1)
    both = _added(curve, one, two)
    total: Point = _INFINITY
    for bit in range(curve.order.bit_length() - 1, -1, -1):
        total = _doubled(curve, total)
        chosen = (first_factor >> bit & 1) | (second_factor >> bit & 1) << 1
        if chosen:
            total = _added(curve, total, (one, two, both)[chosen - 1])
    return total


def _doubled(curve: Curve, point: Point) -> Point:
    x, y, z = point
    if not z or not y:
        return _INFINITY
    p = curve.field
    squared = y * y % p
    part = 4 * x * squared % p
    slope = 3 * (x - z * z) * (x + z * z) % p
    new_x = (slope * slope - 2 * part) % p
    return new_x, (slope * (part - new_x) - 8 * squared * squared) % p, 2 * y * z % p


def _added(curve: Curve, one: Point, two: Point) -> Point:
    (x1, y1, z1), (x2, y2, z2) = one, two
    if not z1 or not z2:
        return two if not z1 else one
    p = curve.field
    square1, square2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * square2 % p, x2 * square1 % p
    s1, s2 = y1 * square2 * z2 % p, y2 * square1 * z1 % p
    if u1 == u2:
        return _doubled(curve, one) if s1 == s2 else _INFINITY
    h, r = u2 - u1, s2 - s1
    h2 = h * h % p
    h3, v = h * h2 % p, u1 * h2 % p
    new_x = (r * r - h3 - 2 * v) % p
    return new_x, (r * (v - new_x) - s1 * h3) % p, h * z1 * z2 % p


# RFC 8032, 5.1: the field of Ed25519.
ED_FIELD = 2**255 - 19
# RFC 8032, 5.1: the constant of the curve, a root of -1, and the y of the base point.
_ED_D = -121665 * pow(121666, -1, ED_FIELD) % ED_FIELD
_ED_ROOT = pow(2, (ED_FIELD - 1) // 4, ED_FIELD)
ED_ORDER = 2**252 + 27742317777372353535851937790883648493


def decoded_edwards_point(data: bytes) -> tuple[int, int]:
    """Return a point of Ed25519 (RFC 8032, 5.1.3). Raises DerError if there is none."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    u, v = (y * y - 1) % ED_FIELD, (_ED_D * y * y + 1) % ED_FIELD
    x = u * v**3 * pow(u * v**7, (ED_FIELD - 5) // 8, ED_FIELD) % ED_FIELD
    if (v * x * x - u) % ED_FIELD:
        x = x * _ED_ROOT % ED_FIELD
    if (v * x * x - u) % ED_FIELD:
        raise DerError("a point of Ed25519 is malformed")
    return (x if x & 1 == sign else ED_FIELD - x), y % ED_FIELD


ED_BASE = decoded_edwards_point((4 * pow(5, -1, ED_FIELD) % ED_FIELD).to_bytes(32, "little"))


def edwards_multiple(factor: int, point: tuple[int, int]) -> Point:
    total, addend = (0, 1, 1), (*point, 1)
    while factor:
        if factor & 1:
            total = edwards_sum(total, addend)
        addend = edwards_sum(addend, addend)
        factor >>= 1
    return total


def edwards_sum(one: Point, two: Point) -> Point:
    """Return the sum of two points of Ed25519 in projective coordinates."""
    p = ED_FIELD
    a = one[2] * two[2] % p
    b, c, d = a * a % p, one[0] * two[0] % p, one[1] * two[1] % p
    e = _ED_D * c * d % p
    f, g = b - e, b + e
    x = a * f * ((one[0] + one[1]) * (two[0] + two[1]) - c - d) % p
    return x, a * g * (d + c) % p, f * g % p
