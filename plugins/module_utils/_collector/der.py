# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read DER, the encoding of certificates (ITU-T X.690), as strictly as Go reads it. Pure: no I/O."""

from __future__ import annotations

import datetime
import itertools
import re
import typing as t

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, NUMERIC_STRING, PRINTABLE_STRING, T61_STRING, IA5_STRING = 0x0C, 0x12, 0x13, 0x14, 0x16
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
UNIVERSAL_STRING, BMP_STRING = 0x1C, 0x1E
SEQUENCE, SET = 0x30, 0x31

# All other strings are ASCII or UTF-8.
_ENCODINGS = {T61_STRING: "latin-1", UNIVERSAL_STRING: "utf-32-be", BMP_STRING: "utf-16-be"}
# Go takes a wildcard and an ampersand in a PrintableString, too.
_PRINTABLE = re.compile(rb"[A-Za-z0-9 '()+,\-./:=?*&]*")
_NUMERIC = re.compile(rb"[0-9 ]*")
# Go reads the numbers of an object identifier as positive integers of 32 bits.
_LARGEST_OID_NUMBER = 2**31


class DerError(ValueError):
    """The bytes are not DER, or have another structure than expected."""


class Element(t.NamedTuple):
    """One element of DER: its tag, its content, and all of its bytes."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes) -> t.Iterator[Element]:
    """Yield the elements that follow each other in ``data``. Raises DerError."""
    start = 0
    while start < len(data):
        if start + 2 > len(data):
            raise DerError("it is cut off")
        tag, length = data[start], data[start + 1]
        position = start + 2
        if length & 0x80:
            # The length takes this many bytes. Zero means "until the end" in BER, which DER does not allow.
            size = length & 0x7F
            length = int.from_bytes(data[position : position + size], "big")
            position += size
            if not 1 <= size <= 4 or position > len(data) or length < max(0x80, 1 << 8 * (size - 1)):
                raise DerError("the length of a part is malformed")
        end = position + length
        if tag & 0x1F == 0x1F or end > len(data):
            raise DerError("a part is malformed or cut off")
        yield Element(tag, data[position:end], data[start:end])
        start = end


def first(data: bytes, tag: int) -> Element:
    """Return the first element in ``data``. Raises DerError if it has another tag."""
    element = next(elements(data), None)
    if element is None or element.tag != tag:
        raise DerError("it has another structure than expected")
    return element


def only(data: bytes, tag: int) -> Element:
    """Return the only element in ``data``. Raises DerError if there are more, or none."""
    element = first(data, tag)
    if len(element.whole) != len(data):
        raise DerError("there is more data than expected")
    return element


def leading(data: bytes, count: int) -> list[Element]:
    """Return the first elements in ``data``. What follows them is not read. Raises DerError if there are fewer."""
    found = list(itertools.islice(elements(data), count))
    if len(found) < count:
        raise DerError("a part is missing")
    return found


def inside(element: Element, tag: int = SEQUENCE) -> bytes:
    """Return the content of an element. Raises DerError if it has another tag."""
    if element.tag != tag:
        raise DerError("it has another structure than expected")
    return element.content


def members(data: bytes) -> list[Element]:
    """Return the members of the sequence with which ``data`` begins. Raises DerError."""
    return list(elements(first(data, SEQUENCE).content))


def oid(content: bytes) -> str:
    """Return an object identifier in its dotted form. Raises DerError."""
    numbers, number, is_first = [], 0, True
    for byte in content:
        if is_first and byte == 0x80:
            raise DerError("an object identifier is malformed")
        number = number << 7 | byte & 0x7F
        is_first = not byte & 0x80
        if is_first:
            numbers.append(number)
            number = 0
    if not numbers or not is_first or max(numbers) >= _LARGEST_OID_NUMBER:
        raise DerError("an object identifier is malformed")
    # The first two numbers are encoded as one.
    root = min(numbers[0] // 40, 2)
    return ".".join(map(str, [root, numbers[0] - 40 * root, *numbers[1:]]))


def oid_of(element: Element) -> str:
    """Return the object identifier in an element. Raises DerError."""
    if element.tag != OID:
        raise DerError("an object identifier is missing")
    return oid(element.content)


def integer(element: Element, tag: int = INTEGER) -> int:
    """Return the integer in an element. Raises DerError."""
    content = element.content
    if element.tag != tag or not content or (len(content) > 1 and content[0] in (0, 0xFF) and _is_padded(content)):
        raise DerError("an integer is malformed")
    return int.from_bytes(content, "big", signed=True)


def boolean(element: Element) -> bool:
    """Return the boolean in an element. Raises DerError."""
    if element.tag != BOOLEAN or element.content not in (b"\x00", b"\xff"):
        raise DerError("a boolean is malformed")
    return element.content == b"\xff"


def bits(element: Element) -> tuple[bytes, int]:
    """Return the bytes of a bit string, and how many bits at its end are unused. Raises DerError."""
    content = element.content
    unused = content[0] if content else 8
    if element.tag != BIT_STRING or unused > 7 or (unused and (len(content) == 1 or content[-1] & ((1 << unused) - 1))):
        raise DerError("a bit string is malformed")
    return content[1:], unused


def string_problem(element: Element) -> str:
    """Return why Go does not read a string in the name of a certificate, in Go's words; "" if it does."""
    tag, content = element.tag, element.content
    if tag == PRINTABLE_STRING:
        return "" if _PRINTABLE.fullmatch(content) else "invalid PrintableString"
    if tag == NUMERIC_STRING:
        return "" if _NUMERIC.fullmatch(content) else "invalid NumericString"
    if tag == IA5_STRING:
        return "invalid IA5String" if max(content, default=0) > 127 else ""
    if tag == UTF8_STRING:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return "invalid UTF-8 string"
        return ""
    if tag == BMP_STRING:
        points = [int.from_bytes(content[at : at + 2], "big") for at in range(0, len(content) - 1, 2)]
        is_reserved = any(point in (0xFFFE, 0xFFFF) or _is_reserved(point) for point in points)
        return "invalid BMPString" if len(content) % 2 or is_reserved else ""
    return "" if tag == T61_STRING else f"unsupported string type: {tag}"


def text(element: Element) -> str:
    """Return a string for people, whatever is wrong with it."""
    decoded = element.content.decode(_ENCODINGS.get(element.tag, "utf-8"), "replace")
    return shown(decoded)


def shown(text: str) -> str:
    """Return a text of a certificate in a form that is safe in a terminal, because the text is not trusted."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def moment(element: Element) -> datetime.datetime:
    """Return a date. Raises DerError."""
    digits = element.content.decode("ascii", "replace")
    known = {UTC_TIME: "([0-9]{10})([0-9]{2})?Z", GENERALIZED_TIME: "([0-9]{12})([0-9]{2})Z"}.get(element.tag)
    found = re.fullmatch(known, digits) if known else None
    if not found:
        raise DerError("a date in it is malformed")
    minutes, seconds = found.group(1), found.group(2) or "00"
    if element.tag == UTC_TIME:
        # RFC 5280, 4.1.2.5.1: years from 50 on belong to the twentieth century.
        minutes = ("19" if minutes >= "50" else "20") + minutes
    try:
        return datetime.datetime.strptime(minutes + seconds, "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise DerError("a date in it is malformed") from None


def _is_padded(content: bytes) -> bool:
    return (content[0] == 0) == (content[1] < 0x80)


def _is_reserved(point: int) -> bool:
    return 0xFDD0 <= point <= 0xFDEF or 0xD800 <= point <= 0xDFFF
