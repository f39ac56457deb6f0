# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages of a handshake: a damaged message is ignored, whatever it contains."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._collector.tls_record import Transcript
from hypothesis import given
from hypothesis import strategies as st

HANDSHAKE, ALERT = 22, 21


def read(kind: int, body: bytes, transcript: Transcript | None = None) -> Transcript:
    """Return a transcript with one more message of a handshake."""
    transcript = transcript or Transcript()
    transcript.read(None, "read", 0, HANDSHAKE, kind, bytes([kind]) + len(body).to_bytes(3, "big") + body)
    return transcript


def server_hello(extensions: bytes) -> Transcript:
    """Return a transcript with the first message of a server."""
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x13\x01" + b"\x00" + len(extensions).to_bytes(2, "big") + extensions
    return read(2, body)


def test_certificates_of_both_versions() -> None:
    one, two = b"\x00\x00\x03one", b"\x00\x00\x03two"
    assert read(11, b"\x00\x00\x0c" + one + two).certificates == (b"one", b"two")
    newer = server_hello(b"\x00\x2b\x00\x02\x03\x04" + b"\x00\x33\x00\x04\x00\x1d\x00\x00")
    assert (newer.version, newer.group) == (0x0304, 29)
    read(11, b"\x00" + b"\x00\x00\x10" + one + b"\x00\x00" + two + b"\x00\x00", newer)
    assert newer.certificates == (b"one", b"two")


def test_the_choices_of_the_server() -> None:
    exchange = read(12, b"\x03\x00\x17" + b"\x02ab" + b"\x04\x03" + b"\x00\x01s")
    assert (exchange.group, exchange.scheme) == (23, 0x0403)
    assert read(15, b"\x08\x04").scheme == 0x0804
    assert read(13, b"").wants_client_certificate
    alert = Transcript()
    alert.read(None, "write", 0, ALERT, 40, b"\x02\x28")
    assert not alert.alert and not alert.has_answered
    alert.read(None, "read", 0, ALERT, 40, b"\x02\x28")
    assert alert.alert == 40 and alert.has_answered


@given(st.sampled_from([2, 11, 12, 13, 15, 99]), st.binary(max_size=80), st.sampled_from([0, 0x0304]))
def test_no_message_breaks_the_reading(kind: int, body: bytes, version: int) -> None:
    transcript = Transcript()
    transcript.version = version
    read(kind, body, transcript)
    transcript.read(None, "read", 0, ALERT, 0, body[:1])
