# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source for Cloudflare's alerts: which requests cause an event, what is in it, and that nothing ends the source."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import pathlib
import runpy
import socket
import typing as t

import pytest

aiohttp = pytest.importorskip("aiohttp")
test_utils = pytest.importorskip("aiohttp.test_utils")

PATH = pathlib.Path(__file__).resolve().parents[3] / "extensions/eda/plugins/event_source/logpush_alerts.py"
# Loaded in the way in which ansible-rulebook loads it.
SOURCE = runpy.run_path(str(PATH))
SECRET = "webhook-secret-5d2f81c0"
HEC_TOKEN = "b0221cd8-c4b4-465a-9a3c-273e3a75aa29"
ACCOUNT_ID = "01a7362d577a6c3019a474fd6f485823"
POLICY_ID = "f0413b9e34fb4d0e8c2b2f2b2d4a8e77"
URL = "/logpush"
ALERT = {
    "name": "Failing Logpush Job Disabled",
    "text": f"The job 123 is disabled: splunk://splunk.example.com?header_Authorization=Splunk%20{HEC_TOKEN}",
    "data": {
        "job_id": 123,
        "destination_conf": f"splunk://splunk.example.com?header_Authorization=Splunk%20{HEC_TOKEN}",
    },
    "ts": 1764349260,
    "account_id": ACCOUNT_ID,
    "policy_id": POLICY_ID,
    "policy_name": "Logpush",
    "alert_type": "failing_logpush_job_disabled_alert",
    "alert_correlation_id": "5f1",
    "alert_event": "ALERT_STATE_EVENT_START",
}
EVENT = {
    "account_id": ACCOUNT_ID,
    "policy_id": POLICY_ID,
    "alert_type": "failing_logpush_job_disabled_alert",
    "ts": 1764349260,
}
TEST_MESSAGE = {"text": "Hello World! This is a test message sent from https://cloudflare.com."}
START = {"type": "start"}
MISSED = {"type": "missed"}
WITH_SECRET = {"cf-webhook-auth": SECRET}


class Request(t.NamedTuple):
    """A request to the source, by default the alert with the right secret."""

    method: str = "POST"
    path: str = URL
    headers: t.Any = WITH_SECRET
    body: t.Any = ALERT

    async def answered_by(self, client: t.Any) -> int:
        """Send the request and return the status of the answer."""
        content = {"json": self.body} if not isinstance(self.body, bytes) else {"data": self.body}
        async with client.request(self.method, self.path, headers=self.headers, **content) as answer:
            await answer.read()
            return int(answer.status)


class Answers(t.NamedTuple):
    """The statuses of all answers, and all events."""

    statuses: list[int]
    events: list[dict[str, t.Any]]


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the secret of the webhook in the environment."""
    monkeypatch.setenv("LOGPUSH_ALERTS_SECRET", SECRET)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> t.Iterator[pytest.LogCaptureFixture]:
    """Return everything that is logged. At the end, check that it contains no secret."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    assert SECRET not in caplog.text
    assert HEC_TOKEN not in caplog.text


def receiver_with(clock: t.Callable[[], float] = lambda: 0.0, **args: t.Any) -> t.Any:
    """Return a receiver with these arguments of the source."""
    return SOURCE["Receiver"](SOURCE["settings_of"](args), clock)


def sent(*requests: Request, clock: t.Callable[[], float] = lambda: 0.0, **args: t.Any) -> Answers:
    """Send requests, one after the other, and then let the rule engine take the events, with the one of missed alerts."""

    async def run() -> Answers:
        receiver = receiver_with(clock, **args)
        async with test_utils.TestClient(test_utils.TestServer(receiver.application())) as client:
            statuses = [await request.answered_by(client) for request in requests]
        if receiver.missed:
            receiver.missed.cancel()
            receiver.report_missed()
        queue: asyncio.Queue[dict[str, t.Any]] = asyncio.Queue()
        passing_on = asyncio.ensure_future(receiver.pass_on(queue))
        while receiver.has_news.is_set():
            await asyncio.sleep(0)
        passing_on.cancel()
        return Answers(statuses, [queue.get_nowait() for _event in range(queue.qsize())])

    return asyncio.run(run())


def test_an_alert_becomes_an_event_without_its_text(log: pytest.LogCaptureFixture) -> None:
    assert sent(Request()) == ([200], [START, EVENT])


def test_two_alerts_become_two_events(log: pytest.LogCaptureFixture) -> None:
    other = {**ALERT, "account_id": "f" * 32}
    assert sent(Request(), Request(body=other)) == ([200, 200], [START, EVENT, {**EVENT, "account_id": "f" * 32}])


@pytest.mark.parametrize("name", ["CF-Webhook-Auth", "cf-webhook-auth", "CF-WEBHOOK-AUTH"])
def test_the_name_of_the_header_may_have_any_case(name: str, log: pytest.LogCaptureFixture) -> None:
    assert sent(Request(headers={name: SECRET})) == ([200], [START, EVENT])


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (401, Request(headers={})),
        (401, Request(headers={"cf-webhook-auth": ""})),
        (401, Request(headers={"cf-webhook-auth": f"{SECRET}x"})),
        (401, Request(headers={"cf-webhook-auth": SECRET.upper()})),
        (401, Request(headers={"cf-webhook-auth": "ü"})),
        (401, Request(headers={"Authorization": f"Bearer {SECRET}"})),
        (401, Request(headers=[("cf-webhook-auth", SECRET), ("cf-webhook-auth", "other")])),
        (404, Request(path="/")),
        (404, Request(path=f"{URL}/more")),
        (405, Request(method="GET")),
        (405, Request(method="PUT")),
        (413, Request(body=b" " * 70_000, headers={**WITH_SECRET, "Content-Type": "application/json"})),
        (415, Request(headers={**WITH_SECRET, "Content-Type": "text/plain"})),
        (415, Request(headers={**WITH_SECRET, "Content-Type": "application/x-www-form-urlencoded"})),
        (
            415,
            Request(headers={**WITH_SECRET, "Content-Type": "application/json", "Content-Encoding": "gzip"}, body=b"x"),
        ),
        (400, Request(headers={**WITH_SECRET, "Content-Type": "application/json"}, body=b"")),
        (400, Request(headers={**WITH_SECRET, "Content-Type": "application/json"}, body=b"{")),
        (400, Request(headers={**WITH_SECRET, "Content-Type": "application/json"}, body=b"\xff\xfe{}")),
        (400, Request(headers={**WITH_SECRET, "Content-Type": "application/json"}, body=b"[" * 60_000)),
        (400, Request(body=[ALERT])),
        (400, Request(body="alert")),
    ],
)
def test_another_request_causes_no_event(status: int, request_: Request, log: pytest.LogCaptureFixture) -> None:
    assert sent(request_) == ([status], [START])
    assert f"A request was answered with {status}: " in log.text


def test_a_body_of_unknown_size_is_limited(log: pytest.LogCaptureFixture) -> None:
    async def chunks() -> t.AsyncIterator[bytes]:
        for _number in range(20):
            yield b" " * 10_000

    async def run() -> tuple[int, int]:
        receiver = receiver_with()
        async with test_utils.TestClient(test_utils.TestServer(receiver.application())) as client:
            headers = {**WITH_SECRET, "Content-Type": "application/json"}
            async with client.post(URL, data=chunks(), headers=headers) as answer:
                return answer.status, len(receiver.waiting)

    assert asyncio.run(run()) == (413, 1)


def test_the_content_type_may_be_absent(log: pytest.LogCaptureFixture) -> None:
    class Untyped(Request):
        async def answered_by(self, client: t.Any) -> int:
            body = json.dumps(ALERT).encode()
            async with client.post(URL, data=body, headers=WITH_SECRET, skip_auto_headers=["Content-Type"]) as answer:
                return int(answer.status)

    assert sent(Untyped()) == ([200], [START, EVENT])


@pytest.mark.parametrize(
    "message",
    [
        TEST_MESSAGE,
        {},
        {**ALERT, "alert_type": "http_alert_edge_error"},
        {**ALERT, "alert_type": None},
        {**ALERT, "alert_type": ["failing_logpush_job_disabled_alert"]},
    ],
)
def test_a_test_message_and_other_alerts_are_answered_only(message: t.Any, log: pytest.LogCaptureFixture) -> None:
    assert sent(Request(body=message)) == ([200], [START])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "short",
        "{{ lookup('ansible.builtin.env', 'HOME') }}",
        ACCOUNT_ID + "\n",
        ACCOUNT_ID.upper(),
        12,
        None,
        ["a"],
        {},
    ],
)
def test_what_is_not_an_id_is_not_passed_on(value: t.Any) -> None:
    message = {**ALERT, "account_id": value, "policy_id": value}
    assert sent(Request(body=message)).events[1:] == [{**EVENT, "account_id": "", "policy_id": ""}]


@pytest.mark.parametrize(
    "time", [1764349260, 1764349260.5, "1764349260", "2026-11-28T17:41:00Z", "2026-11-28T17:41:00.123+00:00"]
)
def test_the_time_of_an_alert_is_passed_on(time: t.Any) -> None:
    assert sent(Request(body={**ALERT, "ts": time})).events[1]["ts"] == time


@pytest.mark.parametrize("time", [True, None, "now", "{{ 1 }}", [1], 10**400])
def test_what_is_not_a_time_is_not_passed_on(time: t.Any) -> None:
    assert sent(Request(body={**ALERT, "ts": time})).events[1]["ts"] is None


def test_an_alert_may_have_no_more_than_its_type() -> None:
    bare = {"alert_type": ALERT["alert_type"]}
    assert sent(Request(body=bare)).events[1:] == [{**EVENT, "account_id": "", "policy_id": "", "ts": None}]


def test_too_many_requests_are_rejected_and_stand_for_one_event(log: pytest.LogCaptureFixture) -> None:
    answers = sent(Request(), Request(), Request(), Request(), max_requests_per_minute=2)
    assert answers == ([200, 200, 429, 429], [START, EVENT, EVENT, MISSED])


def test_missed_alerts_are_reported_later() -> None:
    async def run() -> list[dict[str, t.Any]]:
        receiver, queue = receiver_with(max_waiting=1), asyncio.Queue()
        async with test_utils.TestClient(test_utils.TestServer(receiver.application())) as client:
            assert await Request().answered_by(client) == 503
        passing_on = asyncio.ensure_future(receiver.pass_on(queue))
        events = [await next_event(queue) for _number in range(2)]
        passing_on.cancel()
        return events

    with changed(MISSED_SECONDS=0.001):
        assert asyncio.run(run()) == [START, MISSED]


def test_a_body_that_does_not_arrive_is_not_waited_for(log: pytest.LogCaptureFixture) -> None:
    async def run() -> int:
        receiver, end = receiver_with(), asyncio.Event()

        async def stalled() -> t.AsyncIterator[bytes]:
            yield b"{"
            await end.wait()

        async with test_utils.TestClient(test_utils.TestServer(receiver.application())) as client:
            headers = {**WITH_SECRET, "Content-Type": "application/json"}
            async with client.post(URL, data=stalled(), headers=headers) as answer:
                end.set()
                return int(answer.status)

    with changed(BODY_SECONDS=0.001):
        assert asyncio.run(run()) == 408


def test_the_budget_of_requests_refills() -> None:
    now = [0.0]
    budget = SOURCE["Budget"](2, lambda: now[0])
    taken = []
    for now[0] in (0, 0, 0, 29, 31, 31, 1000, 1000, 1000):
        taken.append(budget.take())
    assert taken == [True, True, False, False, True, False, True, True, False]


def test_requests_without_the_secret_use_no_budget(log: pytest.LogCaptureFixture) -> None:
    wrong = Request(headers={"cf-webhook-auth": "wrong"})
    answers = sent(wrong, wrong, wrong, Request(), max_requests_per_minute=1)
    assert answers == ([401, 401, 401, 200], [START, EVENT])


def test_a_full_queue_rejects_alerts_and_stands_for_one_event(log: pytest.LogCaptureFixture) -> None:
    # The event of the start waits, too.
    answers = sent(Request(), Request(), Request(), max_waiting=2)
    assert answers == ([200, 503, 503], [START, EVENT, MISSED])
    assert "2 alerts wait for the rule engine already" in log.text


def test_a_rule_engine_that_takes_nothing_delays_no_answer() -> None:
    async def run() -> list[int]:
        receiver = receiver_with()
        full: asyncio.Queue[dict[str, t.Any]] = asyncio.Queue(1)
        full.put_nowait({})
        passing_on = asyncio.ensure_future(receiver.pass_on(full))
        async with test_utils.TestClient(test_utils.TestServer(receiver.application())) as client:
            statuses = [await Request().answered_by(client) for _number in range(3)]
        passing_on.cancel()
        return statuses

    assert asyncio.run(run()) == [200, 200, 200]


def test_the_same_rejection_is_logged_once_a_minute(log: pytest.LogCaptureFixture) -> None:
    now = [0.0]

    class Later(Request):
        async def answered_by(self, client: t.Any) -> int:
            now[0] += 25
            return await Request(headers={}).answered_by(client)

    sent(*[Later() for _number in range(5)], clock=lambda: now[0])
    reason = "A request was answered with 401: the header cf-webhook-auth is missing or wrong"
    assert [message for message in log.messages if message.startswith("A request was")] == [
        reason,
        f"{reason} (2 more since the last message)",
    ]


# --- The arguments


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"secret": SECRET}, "secret: not an argument of this source"),
        ({"prot": 5000}, "prot: not an argument of this source"),
        ({"port": "high"}, "port: must be a number from 1 to 65535"),
        ({"port": 65536}, "port: must be a number from 1 to 65535"),
        ({"max_body_size": 5.5}, "max_body_size: must be a number from 1024 to 16777216"),
        ({"path": "logpush"}, "path: must begin with /"),
        ({"keyfile": "/k"}, "keyfile: needs certfile"),
        ({"certfile": "/none.pem"}, "The certificate /none.pem or its key cannot be used: No such file or directory"),
        ({"certfile": str(PATH)}, f"The certificate {PATH} or its key cannot be used: [SSL]"),
        ({"secret_file": "/none"}, "The file /none (secret_file) cannot be read: No such file or directory"),
        ({"secret_env": "NO_SUCH"}, "The environment variable NO_SUCH (secret_env) has no secret"),
        ({"secret_env": "the-secret-itself"}, "secret_env: must be the name of an environment variable that is set"),
    ],
)
def test_a_wrong_argument_is_named(args: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(SOURCE["SettingsError"]) as caught:
        SOURCE["settings_of"](args)
    assert str(caught.value).startswith(problem)
    assert SECRET not in str(caught.value)


def test_a_blank_argument_is_not_set() -> None:
    blank = dict.fromkeys(["host", "port", "path", "secret_file", "secret_env", "certfile", "keyfile"], "")
    settings = SOURCE["settings_of"]({**blank, "max_waiting": None})
    assert settings == SOURCE["settings_of"]({})
    assert (settings.host, settings.port, settings.path, settings.tls) == ("127.0.0.1", 5000, "/logpush", None)


def test_a_number_may_be_text() -> None:
    assert SOURCE["settings_of"]({"port": "8443"}).port == 8443


def test_the_secret_is_read_from_a_file(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "secret"
    file.write_text("secret-of-the-file\n", encoding="utf-8")
    headers = {"cf-webhook-auth": "secret-of-the-file"}
    answers = sent(Request(), Request(headers=headers), secret_file=str(file))
    assert answers == ([401, 200], [START, EVENT])


def test_an_empty_secret_is_no_secret(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text(" \n", encoding="utf-8")
    monkeypatch.setenv("LOGPUSH_ALERTS_SECRET", " ")
    for args in ({}, {"secret_file": str(file)}):
        with pytest.raises(SOURCE["SettingsError"], match="has no secret"):
            SOURCE["settings_of"](args)


# --- The whole source, as ansible-rulebook runs it


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.asynccontextmanager
async def running(args: dict[str, t.Any]) -> t.AsyncIterator[asyncio.Queue[dict[str, t.Any]]]:
    """Run the source, and return its queue, which holds one event. Check at the end that the source still runs."""
    queue: asyncio.Queue[dict[str, t.Any]] = asyncio.Queue(1)
    task = asyncio.ensure_future(SOURCE["main"](queue, args))
    try:
        yield queue
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def problem_in(log: pytest.LogCaptureFixture) -> None:
    """Wait until the source reports a problem."""
    while "No alerts are received" not in log.text:
        await asyncio.sleep(0.001)


async def next_event(queue: asyncio.Queue[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the next event."""
    return await asyncio.wait_for(queue.get(), 20)


def test_the_source_listens_and_starts_with_an_event(log: pytest.LogCaptureFixture) -> None:
    async def run() -> list[dict[str, t.Any]]:
        port = free_port()
        async with running({"port": port}) as queue, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            events = [await next_event(queue)]
            assert await Request().answered_by(client) == 200
            return [*events, await next_event(queue)]

    assert asyncio.run(run()) == [START, EVENT]


def test_what_is_not_http_is_not_logged(log: pytest.LogCaptureFixture) -> None:
    async def run() -> bytes:
        port = free_port()
        async with running({"port": port}) as queue:
            await next_event(queue)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"POST {URL} HTTP/1.1\r\ncf-webhook-auth: {SECRET}\x00\r\n{SECRET}\r\n\r\n".encode())
            answer = await reader.readline()
            writer.close()
            return answer

    assert b" 400 " in asyncio.run(run())
    assert [record for record in log.records if record.name != "asyncio" and record.levelno >= logging.INFO] == [
        record for record in log.records if record.getMessage().startswith("Listening on ")
    ]


def test_a_port_in_use_ends_nothing(log: pytest.LogCaptureFixture) -> None:
    async def run() -> dict[str, t.Any]:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            async with running({"port": other.getsockname()[1]}) as queue:
                await problem_in(log)
                other.close()
                return await next_event(queue)

    with changed(RETRY_SECONDS=0.01):
        assert asyncio.run(run()) == START
    assert "No alerts are received. The server cannot listen: " in log.text
    assert "in use" in log.text


def test_a_secret_that_appears_later_is_read(log: pytest.LogCaptureFixture, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "secret"

    async def run() -> dict[str, t.Any]:
        async with running({"port": free_port(), "secret_file": str(file)}) as queue:
            await problem_in(log)
            file.write_text(SECRET, encoding="utf-8")
            return await next_event(queue)

    with changed(RETRY_SECONDS=0.01):
        assert asyncio.run(run()) == START
    assert f"No alerts are received. The file {file} (secret_file) cannot be read" in log.text


@contextlib.contextmanager
def changed(**values: float) -> t.Iterator[None]:
    """Change constants of the source."""
    names = SOURCE["main"].__globals__
    before = {name: names[name] for name in values}
    names.update(values)
    try:
        yield
    finally:
        names.update(before)


def test_an_engine_that_refuses_an_event_ends_nothing(log: pytest.LogCaptureFixture) -> None:
    class Refusing:
        def __init__(self) -> None:
            self.taken: list[dict[str, t.Any]] = []

        async def put(self, event: dict[str, t.Any]) -> None:
            self.taken.append(event)
            if event == START:
                raise ValueError(f"cannot take {SECRET}")

    async def run() -> list[dict[str, t.Any]]:
        receiver, queue = receiver_with(), Refusing()
        receiver.waiting.append(EVENT)
        passing_on = asyncio.ensure_future(receiver.pass_on(queue))
        while receiver.has_news.is_set():
            await asyncio.sleep(0)
        assert not passing_on.done()
        passing_on.cancel()
        return queue.taken

    assert asyncio.run(run()) == [START, EVENT]
    assert "An event could not be passed on: ValueError" in log.text
