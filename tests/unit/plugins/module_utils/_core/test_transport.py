# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that send a byte now and then, or without end: the timeout covers the whole answer, and its size is limited."""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import socket
import threading
import time
import types
import typing as t

import pytest
import urllib3
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.client import Collector, ConnectError, TlsError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http, NoAnswerError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._core.transport import Deadline, Deadlines, read_body
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer
from ansible_collections.edgeops.logpush.tests.unit.tcp_server import TcpServer
from ansible_collections.edgeops.logpush.tests.unit.tls_setups import a_root

TIMEOUT = 0.2
# After this time, the timeout has not limited the complete answer.
TOO_LONG = 3
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
# The first bytes of a TLS handshake message that has 16 KB.
SERVER_HELLO = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xf0\x03\x03"


class StreamingServer(TcpServer):
    """Sends parts to each connection until it is closed, with a pause after each part."""

    def __init__(self, parts: t.Iterable[bytes], pause: float) -> None:
        super().__init__()
        self._parts, self._pause = parts, pause

    def handle(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            for part in self._parts:
                connection.sendall(part)
                time.sleep(self._pause)


def dripping(begin: bytes, more: bytes = b"x") -> StreamingServer:
    """Return a server that sends the beginning of an answer, and then a byte every twentieth of a second."""
    return StreamingServer(itertools.chain([begin], itertools.repeat(more, 200)), 0.05)


@pytest.mark.parametrize(
    ("scheme", "begin"),
    [
        ("http", b""),
        ("http", b"HTTP/1.1 200 OK\r\nX-Header: "),
        ("http", HEAD + b"\r\n"),
        ("http", HEAD + b"Content-Length: 5000\r\n\r\n"),
        ("http", HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n"),
        ("https", SERVER_HELLO),
    ],
    ids=["status line", "header", "body without length", "body with length", "chunk", "handshake"],
)
def test_the_timeout_covers_the_whole_answer(scheme: str, begin: bytes) -> None:
    with dripping(begin) as server:
        client = Http(f"{scheme}://127.0.0.1:{server.port}", {}, TIMEOUT, 0)
        began = time.monotonic()
        with pytest.raises(NoAnswerError, match=r"No (complete )?answer within 0\.2 seconds") as error:
            client.send("GET", "jobs")
    assert error.value.sent
    assert time.monotonic() - began < TOO_LONG


def test_the_timeout_covers_the_answer_to_a_request_on_an_open_connection() -> None:
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with StreamingServer(itertools.chain([first, b"", b"", b""], itertools.repeat(b"H", 200)), 0.05) as server:
        client = Http(f"http://127.0.0.1:{server.port}", {}, TIMEOUT, 0)
        assert client.send("GET", "jobs").text == "{}"
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            client.send("GET", "jobs")
    assert time.monotonic() - began < TOO_LONG


def test_the_timeout_covers_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with dripping(b"HTTP/1.1 200 ") as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
        began = time.monotonic()
        with pytest.raises(NoAnswerError):
            Http("https://api.example.com", {}, TIMEOUT, 0).send("GET", "jobs")
        with pytest.raises(ConnectError):
            Collector("hec.example.com", 8088, TIMEOUT, None, SecretMask()).connect()
    assert time.monotonic() - began < 2 * TOO_LONG


def test_the_timeout_covers_each_step_at_a_collector() -> None:
    with dripping(SERVER_HELLO) as server:
        collector = Collector("127.0.0.1", server.port, TIMEOUT, None, SecretMask())
        began = time.monotonic()
        with pytest.raises(TlsError, match=r"no answer within 0\.2 seconds"):
            collector.handshake()
        assert collector.verify(a_root()) == "no answer within 0.2 seconds"
        assert "within 0.2 seconds" in collector.get("/services/collector/health", verified=False).text
    assert time.monotonic() - began < 4 * TOO_LONG


def test_one_thread_watches_all_deadlines_of_a_client_while_there_are_any() -> None:
    deadlines, before = Deadlines(), set(threading.enumerate())
    with Deadline(60, deadlines) as long, Deadline(0.05, deadlines) as short:
        [watcher] = set(threading.enumerate()) - before
        wait_until(lambda: short.expired)
        assert not long.expired
    wait_until(lambda: not watcher.is_alive())


def wait_until(is_true: t.Callable[[], bool]) -> None:
    """Wait until a condition is true, and fail after a time that no machine needs."""
    began = time.monotonic()
    while not is_true():
        assert time.monotonic() - began < 30
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("head", "part", "words"),
    [
        (HEAD, b"x" * 65536, r"The answer is too large .more than 2 MB.*HTTP 200"),
        (HEAD + b"Transfer-Encoding: chunked\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", "The answer is too large"),
        (HEAD.replace(b"200", b"500"), b"x" * 65536, r"The answer is too large .more than 1 MB.*HTTP 500"),
    ],
    ids=["body", "chunks", "error"],
)
def test_an_endless_answer_is_too_large(head: bytes, part: bytes, words: str) -> None:
    with StreamingServer(itertools.chain([head + b"\r\n"], itertools.repeat(part)), 0) as server:
        client = Http(f"http://127.0.0.1:{server.port}", {}, 20, 3, largest_answer=2 * 1024 * 1024)
        with pytest.raises(NoAnswerError, match=words) as error:
            client.send("GET", "jobs")
    assert error.value.sent
    assert error.value.permanent


def test_a_small_answer_that_unpacks_to_a_large_one_is_too_large() -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    with ScriptedServer(answer(200, bomb, Content_Encoding="gzip")) as server:
        client = Http(server.url, {}, 5, 0, largest_answer=1024 * 1024)
        with pytest.raises(NoAnswerError, match="too large"):
            client.send("GET", "jobs")


def test_data_without_end_after_a_compressed_answer_is_refused() -> None:
    head = HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}")
    with StreamingServer(itertools.chain([head], itertools.repeat(b"x" * 65536)), 0) as server:
        client = Http(f"http://127.0.0.1:{server.port}", {}, 20, 0)
        began = time.monotonic()
        with pytest.raises(NoAnswerError, match="more data after the end of its gzip data"):
            client.send("GET", "jobs")
    assert time.monotonic() - began < TOO_LONG


def test_a_body_that_is_cut_off_is_no_whole_body_for_urllib3_1_either() -> None:
    raw = urllib3.HTTPResponse(
        io.BytesIO(b'{"a": 1'), {"Content-Length": "100"}, preload_content=False, enforce_content_length=False
    )
    with pytest.raises(urllib3.exceptions.ProtocolError):
        read_body(types.SimpleNamespace(headers=raw.headers, raw=raw), 1000)


def test_a_compressed_answer_is_unpacked() -> None:
    with ScriptedServer(answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")) as server:
        assert Http(server.url, {}, 5, 0).send("GET", "jobs").data() == {"a": 1}
        assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_a_collector_may_send_less() -> None:
    with StreamingServer(itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"x" * 65536)), 0) as server:
        collector = Collector("127.0.0.1", server.port, 5, None, SecretMask())
        collector.url = f"http://127.0.0.1:{server.port}"
        answered = collector.get("/services/collector/health", verified=False)
    assert answered.status == 0
    assert "too large (more than 256 KB)" in answered.text
