# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending requests to a real server: which are repeated and which never are, and the limits that the server
reports."""

from __future__ import annotations

import gzip
import http.client
import pathlib
import typing as t

import pytest
import requests
import urllib3
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http, NoAnswerError, json_body
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import (
    CLOSE,
    HANG,
    RESET,
    ScriptedServer,
    answer,
    closed_port,
)

TRUNCATED = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{"success"'
EMPTY = json_body({})
GARBAGE = b"\x00\xff this is no HTTP\r\n\r\n"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use no proxy of the environment."""
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "REQUESTS_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> FakeClock:
    """Return the waits, which are recorded and skipped."""
    return FakeClock()


def client(url: str, clock: FakeClock, retries: int = 4, timeout: float = 5) -> Http:
    """Return a client that records its waits instead of waiting."""
    return Http(url, {"Authorization": "Bearer the-token"}, timeout, retries, clock=clock)


def test_an_answer_is_given_as_it_came(clock: FakeClock) -> None:
    with ScriptedServer(answer(418, '{"é": 1}'.encode(), X_Extra="yes")) as server:
        reply = client(f"{server.url}/client/v4/", clock).send("GET", "/zones", query={"name": "a b"})
    assert (reply.status, reply.data(), reply.headers["x-extra"]) == (418, {"é": 1}, "yes")
    assert reply.url == f"{server.url}/client/v4/zones"
    assert server.asked[0].path == "/client/v4/zones?name=a+b"
    assert clock.slept == []


def test_a_body_is_sent_as_plain_ascii_json(clock: FakeClock) -> None:
    with ScriptedServer(answer()) as server:
        client(server.url, clock).send("POST", "jobs", body=json_body({"name": "é\ud800"}))
    assert server.asked[0].body == b'{"name": "\\u00e9\\ud800"}'
    assert server.asked[0].headers["content-type"] == "application/json"


def test_the_credentials_are_sent_and_a_netrc_file_is_not_used(
    clock: FakeClock, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password other\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedServer(answer()) as server:
        client(server.url, clock).send("GET", "zones")
    assert server.asked[0].headers["authorization"] == "Bearer the-token"


def test_a_redirect_is_not_followed(clock: FakeClock) -> None:
    with ScriptedServer(answer()) as other, ScriptedServer(answer(302, Location=f"{other.url}/")) as server:
        assert client(server.url, clock).send("GET", "zones").status == 302
    assert (len(server.asked), other.asked) == (1, [])


@pytest.mark.parametrize("status", [500, 502, 503, 520])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_failure_of_the_server_is_repeated_as_often_as_allowed(status: int, method: str, clock: FakeClock) -> None:
    with ScriptedServer(answer(status)) as server:
        assert client(server.url, clock, retries=2).send(method, "jobs").status == status
    assert (len(server.asked), len(clock.slept)) == (3, 2)


@pytest.mark.parametrize(
    "failure", [RESET, CLOSE, TRUNCATED, GARBAGE, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip"]
)
def test_a_broken_answer_is_repeated(failure: t.Any, clock: FakeClock) -> None:
    with ScriptedServer(failure, failure, answer()) as server:
        assert client(server.url, clock).send("GET", "jobs").status == 200
    assert (len(server.asked), len(clock.slept)) == (3, 2)


def test_waits_grow(clock: FakeClock) -> None:
    with ScriptedServer(RESET) as server, pytest.raises(NoAnswerError):
        client(server.url, clock, retries=8).send("GET", "jobs")
    assert len(clock.slept) == 8
    assert 0 < clock.slept[0] < 1 < clock.slept[3] < 40
    assert all(wait <= 37.5 for wait in clock.slept)


def test_no_retries_is_one_request(clock: FakeClock) -> None:
    with ScriptedServer(answer(500)) as server:
        client(server.url, clock, retries=0).send("GET", "jobs")
    assert (len(server.asked), clock.slept) == (1, [])


@pytest.mark.parametrize("status", [200, 201, 301, 400, 401, 403, 404, 409])
def test_an_answer_that_says_what_happened_is_not_repeated(status: int, clock: FakeClock) -> None:
    with ScriptedServer(answer(status)) as server:
        assert client(server.url, clock).send("GET", "jobs").status == status
    assert len(server.asked) == 1


@pytest.mark.parametrize(("method", "times"), [("GET", 4), ("PUT", 2), ("DELETE", 2)])
def test_a_gateway_timeout_of_a_write_is_repeated_once(method: str, times: int, clock: FakeClock) -> None:
    with ScriptedServer(answer(504)) as server:
        client(server.url, clock, retries=3).send(method, "jobs")
    assert len(server.asked) == times


@pytest.mark.parametrize("failure", [RESET, CLOSE, TRUNCATED, GARBAGE])
def test_a_request_that_may_not_be_repeated_is_sent_once(failure: t.Any, clock: FakeClock) -> None:
    with ScriptedServer(failure) as server, pytest.raises(NoAnswerError) as error:
        client(server.url, clock).send("POST", "jobs", body=EMPTY, repeat=False)
    assert (len(server.asked), clock.slept, error.value.sent) == (1, [], True)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failed_answer_to_what_may_not_be_repeated_is_given(status: int, clock: FakeClock) -> None:
    with ScriptedServer(answer(status)) as server:
        assert client(server.url, clock).send("POST", "jobs", body=EMPTY, repeat=False).status == status
    assert len(server.asked) == 1


def test_no_answer_in_time(clock: FakeClock) -> None:
    with ScriptedServer(HANG) as server, pytest.raises(NoAnswerError, match="within 0.2 seconds") as error:
        client(server.url, clock, timeout=0.2).send("POST", "jobs", body=EMPTY, repeat=False)
    assert (error.value.sent, len(server.asked)) == (True, 1)


def test_a_refused_connection_is_repeated_whatever_was_to_be_sent(clock: FakeClock) -> None:
    with pytest.raises(NoAnswerError, match=r"^Nothing listens on port \d+ of 127.0.0.1 \(POST ") as error:
        client(f"http://127.0.0.1:{closed_port()}", clock, retries=3).send("POST", "jobs", body=EMPTY, repeat=False)
    assert (error.value.sent, len(clock.slept)) == (False, 3)
    assert "object at 0x" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["http://", "http://127.0.0.1:99999", "http://a..b", "http://[::1", "ftp://h", "http://\ud800"]
)
def test_a_url_that_cannot_be_is_an_error_in_words(url: str, clock: FakeClock) -> None:
    with pytest.raises(NoAnswerError):
        client(url, clock, retries=1).send("GET", "jobs")


def test_plain_http_behind_https_is_not_repeated(clock: FakeClock) -> None:
    with ScriptedServer(answer()) as server, pytest.raises(NoAnswerError, match="certificate|SSL") as error:
        client(server.url.replace("http:", "https:"), clock).send("GET", "jobs")
    assert (error.value.permanent, clock.slept) == (True, [])


def test_a_ca_file_that_is_not_there_is_an_error_in_words(clock: FakeClock) -> None:
    http = Http("https://127.0.0.1:1", {}, 5, 0, verify="/does/not/exist", clock=clock)
    with pytest.raises(NoAnswerError, match="could not be sent"):
        http.send("GET", "jobs")


# The rate limit


@pytest.mark.parametrize("repeat", [True, False])
def test_a_refusal_for_the_rate_is_waited_out_as_long_as_it_says(repeat: bool, clock: FakeClock) -> None:
    with ScriptedServer(answer(429, Retry_After="7"), answer()) as server:
        assert client(server.url, clock).send("POST", "jobs", body=EMPTY, repeat=repeat).status == 200
    assert len(server.asked) == 2
    assert clock.slept == [pytest.approx(7, abs=0.5)]


def test_the_last_refusal_for_the_rate_is_given(clock: FakeClock) -> None:
    with ScriptedServer(answer(429, Retry_After="7")) as server:
        assert client(server.url, clock, retries=2).send("GET", "jobs").status == 429
    assert (len(server.asked), len(clock.slept)) == (3, 2)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Retry_After": "soon"}, {"Retry_After": "-1"}, {"Ratelimit": "garbage"}, {"Ratelimit": '"default";r=0'}],
)
def test_a_refusal_for_the_rate_without_a_time_is_waited_out_too(headers: dict[str, str], clock: FakeClock) -> None:
    with ScriptedServer(answer(429, **headers), answer()) as server:
        assert client(server.url, clock).send("GET", "jobs").status == 200
    assert len(clock.slept) == 1
    assert clock.slept[0] > 0.3


def test_nobody_waits_longer_than_the_longest_window(clock: FakeClock) -> None:
    with ScriptedServer(
        answer(429, Retry_After="9" * 400), answer(200, Ratelimit=f'"default";r=0;t={"9" * 5000}'), answer()
    ) as server:
        http = client(server.url, clock)
        http.send("GET", "jobs")
        http.send("GET", "jobs")
    assert all(300 < wait <= 330 for wait in clock.slept)
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ('"default";r=0;t=30', True),
        ('"default";r=50;t=30', False),
        ('"burst";r=5;t=1, "default";r=0;t=30', True),
        ('"default";r=0;t=30, "burst";r=5;t=1', True),
        ('"default";r=00;t=30', True),
        ("", False),
        ('"r=0;t=30";r=5;t=30', False),
    ],
)
def test_a_spent_budget_is_waited_out_before_the_next_request(header: str, waits: bool, clock: FakeClock) -> None:
    with ScriptedServer(answer(200, Ratelimit=header), answer()) as server:
        http = client(server.url, clock)
        http.send("GET", "jobs")
        assert clock.slept == []
        http.send("GET", "jobs")
    assert clock.slept == ([pytest.approx(30, abs=0.5)] if waits else [])


def test_a_failing_server_may_say_when_to_come_back(clock: FakeClock) -> None:
    with ScriptedServer(answer(503, Retry_After="12"), answer()) as server:
        client(server.url, clock).send("GET", "jobs")
    assert clock.slept == [12]


# A proxy


def test_the_environment_is_read_once_for_all_requests(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    read: list[str] = []
    monkeypatch.setattr(requests.sessions, "get_environ_proxies", lambda url, no_proxy: read.append(url) or {})
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with ScriptedServer(answer(200), answer(200), answer(200)) as server:
        http = client(server.url, clock)
        for dummy in range(3):
            http.send("GET", "zones")
    assert read == [server.url]
    # The variable has an effect, although no certificate is verified here.
    with pytest.raises(NoAnswerError, match="missing.pem"):
        client("https://127.0.0.1:1", clock).send("GET", "zones")


def test_a_proxy_of_the_environment_is_used_for_each_request(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with ScriptedServer(answer(200), answer(200)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        http = client("http://api.example.com", clock)
        http.send("GET", "zones")
        http.send("GET", "zones")
    assert len(proxy.asked) == 2
    with ScriptedServer(answer(200)) as server:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        client(server.url, clock).send("GET", "zones")
    assert len(server.asked) == 1


def test_a_proxy_that_does_not_answer_is_named(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NoAnswerError, match="proxy") as error:
        client("http://api.example.com", clock, retries=1).send("POST", "jobs", body=EMPTY, repeat=False)
    assert (error.value.sent, len(clock.slept)) == (False, 1)


def test_a_connection_that_breaks_behind_a_proxy_may_have_carried_the_request(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer(RESET) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(NoAnswerError) as error:
            client("http://api.example.com", clock).send("POST", "jobs", body=EMPTY, repeat=False)
    assert (error.value.sent, len(proxy.asked)) == (True, 1)


@pytest.mark.parametrize(
    ("cause", "sent"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), True),
        (OSError("Tunnel connection failed: 407 Proxy Authentication Required"), False),
    ],
)
def test_urllib3_1_calls_every_broken_connection_behind_a_proxy_an_error_of_the_proxy(
    cause: OSError, sent: bool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: t.Any, **options: t.Any) -> t.NoReturn:
        raise requests.exceptions.ProxyError(OSError("Cannot connect to proxy.", cause))

    monkeypatch.setattr(requests.Session, "request", fails)
    with pytest.raises(NoAnswerError) as error:
        client("http://api.example.com", clock).send("POST", "jobs", body=EMPTY, repeat=False)
    assert error.value.sent is sent


def test_a_compressed_answer_is_read(clock: FakeClock) -> None:
    with ScriptedServer(answer(200, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")) as server:
        assert client(server.url, clock).send("GET", "jobs").data() == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"{"])
def test_a_body_that_is_not_json_is_told_apart(body: bytes, clock: FakeClock) -> None:
    with ScriptedServer(answer(200, body)) as server:
        reply = client(server.url, clock).send("GET", "jobs")
    with pytest.raises(ValueError):
        reply.data()


@pytest.mark.parametrize(
    "proxy", ["http://[bad", "not a url", "http://", "http://host:abc", "ftp://host:1", "::::", "http://host:99999"]
)
def test_a_malformed_proxy_is_reported_at_once(proxy: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(NoAnswerError, match="the proxy in the environment .* must be http://host:port") as error:
        client("https://api.example.com", clock).send("GET", "jobs")
    assert not error.value.sent
    assert error.value.permanent
    assert clock.now() == FakeClock().now()


@pytest.mark.parametrize("line", [b"HTTP/1.1 \x1b[2Jknown-sec", b"known-sec\x1b[2J" + b"x" * 9000])
def test_a_line_that_is_no_http_is_quoted_like_every_text_of_a_server(line: bytes, clock: FakeClock) -> None:
    mask = SecretMask()
    mask.add("known-secret-of-the-user")
    with ScriptedServer(line + b"\r\n\r\n") as server, pytest.raises(NoAnswerError) as error:
        Http(server.url, {}, retries=0, clock=clock, quote=mask.quoted).send("GET", "jobs")
    message = str(error.value)
    assert "known-sec" not in message and "\x1b" not in message and r"\x1b[2J" in message
    assert len(message) < 3000


def test_urllib3_1_leaves_the_url_of_a_proxy_to_the_standard_library(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: t.Any, **options: t.Any) -> t.NoReturn:
        cause = http.client.InvalidURL("URL can't contain control characters. 'not a url'")
        raise requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", cause))

    monkeypatch.setattr(requests.Session, "request", fails)
    with pytest.raises(NoAnswerError, match="the proxy in the environment .* must be http://host:port") as error:
        client("https://api.example.com", clock).send("GET", "jobs")
    assert (error.value.sent, error.value.permanent) == (False, True)
