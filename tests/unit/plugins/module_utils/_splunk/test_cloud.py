# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of ACS against the simulator, whose changes become visible later, and every refusal."""

from __future__ import annotations

import base64
import json
import re
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http, NoAnswerError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import SplunkError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cloud import SplunkCloud
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import Server
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

SETTINGS = {
    "enabled": True,
    "index": "main",
    "indexes": ["cloudflare", "main"],
    "use_ack": False,
    "sourcetype": "cloudflare:json",
    "source": "logpush",
    "host": "edge",
    "description": "",
    "acl": {},
}
COLLECTORS = "http-event-collectors"
BUSY = {"code": "424-dependency-incomplete", "message": "A deployment task is still in progress. Try again later."}


class Stack:
    """A simulated stack, and clients of it that never wait."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.clock = FakeClock()

    def client(
        self,
        wait_timeout: float = 600,
        token: str | None = None,
        stack: str = "",
        retries: int = 2,
        url: str = "",
        timeout: float = 0.5,
    ) -> SplunkCloud:
        """Return a new client."""
        headers = {"Authorization": f"Bearer {token or self.simulator.acs_token}"}
        url = url or self.simulator.acs_url
        http = Http(url, headers, timeout=timeout, retries=retries, clock=FakeClock(), url_option="url")
        stack = stack or self.simulator.acs_stack
        return SplunkCloud(http, stack, wait_timeout, clock=self.clock)

    @property
    def asked(self) -> list[str]:
        """The requests so far in short, in order."""
        entries = self.simulator.requests(side="acs")
        return [f"{entry['method']} {entry['path'].partition('/inputs/')[2]}" for entry in entries]

    @property
    def tokens(self) -> dict[str, dict[str, t.Any]]:
        """The tokens by their names."""
        return {entry["name"]: entry for entry in self.simulator.state()["hec_tokens"]}


@pytest.fixture
def stack(simulator: Simulator) -> Stack:
    """Return a stack without tokens that carries out changes immediately."""
    indexes = [{"name": name} for name in ("main", "cloudflare")]
    simulator.reset(hec_tokens=[], indexes=indexes, settings={"acs_delay": 0})
    return Stack(simulator)


def seen(**spec: t.Any) -> bytes:
    """Return the answer that shows a token."""
    body = {"http-event-collector": {"spec": {"name": "cloudflare", **spec}, "token": "value"}}
    return answer(200, json.dumps(body).encode())


def refusal(code: str, message: str = "some words") -> bytes:
    """Return the answer that refuses in the form of ACS."""
    return answer(int(code[:3]), json.dumps({"code": code, "message": message}).encode())


ACCEPTED = answer(202, b'{"http-event-collector": {"spec": {"name": "cloudflare"}}}')
NOT_THERE = refusal("404-hec-not-found")


# Reading and writing


@pytest.mark.parametrize("omits_empty", [False, True])
def test_a_token_is_read_as_it_was_written(stack: Stack, omits_empty: bool) -> None:
    stack.simulator.change_settings(acs_omits_empty=omits_empty)
    client = stack.client()
    client.create_token("cloudflare", SETTINGS, None)
    made = client.token("cloudflare")
    assert made is not None
    assert (made.settings, made.app) == (SETTINGS, "")
    assert made.value == stack.tokens["cloudflare"]["token"]
    for changes in ({"enabled": False}, {"use_ack": True, "source": ""}, {"indexes": [], "index": "main"}):
        client.change_token("cloudflare", "", changes)
        changed = client.token("cloudflare")
        assert changed is not None
        assert {key: changed.settings[key] for key in changes} == changes
    client.delete_token("cloudflare", "")
    assert client.token("cloudflare") is None


def test_a_token_of_which_nothing_was_set_has_what_one_on_enterprise_has(stack: Stack) -> None:
    stack.client().create_token("bare", {}, None)
    bare = stack.client().token("bare")
    assert bare is not None
    unset = dict.fromkeys(("sourcetype", "source", "host", "description"), "")
    assert bare.settings == {"enabled": True, "index": "default", "indexes": [], "use_ack": False, "acl": {}, **unset}


def test_own_values_and_names_that_need_encoding(stack: Stack) -> None:
    client = stack.client()
    client.create_token("Cloudflare Logs?", {}, "own+value")
    client.change_token("Cloudflare Logs?", "", {"enabled": False})
    assert stack.tokens["Cloudflare Logs?"]["token"] == "own+value"
    assert stack.tokens["Cloudflare Logs?"]["disabled"] is True
    client.delete_token("Cloudflare Logs?", "")
    assert stack.tokens == {}


def test_a_change_sends_only_what_changes(stack: Stack) -> None:
    stack.client().create_token("cloudflare", SETTINGS, None)
    stack.client().change_token("cloudflare", "", {"enabled": False, "source": "x"})
    [sent] = [entry["json"] for entry in stack.simulator.requests(side="acs", method="PATCH")]
    assert sent == {"disabled": True, "defaultSource": "x"}


# Waiting


def test_every_change_is_waited_for(stack: Stack) -> None:
    pending = [NOT_THERE, refusal("424-dependency-incomplete")]
    with ScriptedServer(ACCEPTED, *pending, *pending, seen()) as server:
        stack.client(url=server.url).create_token("cloudflare", {}, None)
    assert stack.clock.slept == [1, 2, 4, 8]
    with ScriptedServer(ACCEPTED, seen(defaultSource="old"), seen(defaultSource="old"), seen(defaultSource="new")) as s:
        stack.client(url=s.url).change_token("cloudflare", "", {"source": "new"})
    with ScriptedServer(ACCEPTED, seen(), refusal("424-dependency-incomplete"), NOT_THERE) as server:
        stack.client(url=server.url).delete_token("cloudflare", "")
    assert stack.clock.slept[4:] == [1, 2, 1, 2]


def test_indexes_are_seen_in_any_order(stack: Stack) -> None:
    with ScriptedServer(ACCEPTED, seen(allowedIndexes=["main", "cloudflare"], defaultIndex="main")) as server:
        changes = {"indexes": ["cloudflare", "main"], "index": "main"}
        stack.client(url=server.url).change_token("cloudflare", "", changes)
    assert stack.clock.slept == []


def test_a_token_without_its_value_is_not_there_yet(stack: Stack) -> None:
    bare = answer(200, b'{"http-event-collector": {"spec": {"name": "cloudflare"}}}')
    with ScriptedServer(ACCEPTED, bare, seen()) as server:
        stack.client(url=server.url).create_token("cloudflare", {}, None)
    assert stack.clock.slept == [1]


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.create_token("cloudflare", {}, None),
        lambda client: client.change_token("cloudflare", "", {"source": "new"}),
    ],
)
def test_a_change_that_is_not_seen_in_time(stack: Stack, act: t.Callable[[SplunkCloud], None]) -> None:
    with ScriptedServer(ACCEPTED, NOT_THERE) as server, pytest.raises(CollectionError) as caught:
        act(stack.client(url=server.url, wait_timeout=60))
    assert "accepted the change of HEC token cloudflare, but it is not visible after 60 seconds" in str(caught.value)
    assert "raise wait_timeout" in str(caught.value)
    # Each pause is longer, up to 15 seconds, and none goes past the timeout.
    assert stack.clock.slept == [1, 2, 4, 8, 15, 15, 15]


def test_a_busy_stack_is_asked_again(stack: Stack) -> None:
    fault = {"side": "acs", "kind": "status", "status": 424, "method": "POST", "times": 3}
    stack.simulator.set_faults(fault)
    stack.client().create_token("cloudflare", {}, None)
    assert stack.asked == [f"POST {COLLECTORS}"] * 4 + [f"GET {COLLECTORS}/cloudflare"]
    stack.simulator.set_faults({**fault, "times": None})
    with pytest.raises(SplunkError) as caught:
        stack.client(wait_timeout=30).create_token("second", {}, None)
    assert "424-dependency-incomplete: A deployment task is still in progress" in str(caught.value)
    assert "Another change of the stack is still in progress" in str(caught.value)


def test_a_run_after_one_that_was_cut_short_waits_too(stack: Stack) -> None:
    stack.simulator.set_faults({"side": "acs", "kind": "status", "status": 424, "method": "GET", "times": 3})
    assert stack.client().token("cloudflare") is None
    assert stack.clock.slept == [1, 2, 4]


def test_a_deployment_that_failed_before(stack: Stack) -> None:
    stack.simulator.change_settings(acs_failing_deployments=1)
    with pytest.raises(CollectionError, match="not visible after 30 seconds"):
        stack.client(wait_timeout=30).create_token("cloudflare", {}, None)
    with pytest.raises(SplunkError) as caught:
        stack.client(wait_timeout=30).create_token("second", {}, None)
    assert "424-failed-dependency" in str(caught.value) and "deployment/retry" in str(caught.value)


# Faults


@pytest.mark.parametrize("kind", ["reset", "hang", "truncated", "status"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_is_overcome(stack: Stack, kind: str, moment: str) -> None:
    client = stack.client(timeout=0.15 if kind == "hang" else 0.5)
    for method, act in (
        ("POST", lambda: client.create_token("cloudflare", {}, None)),
        ("PATCH", lambda: client.change_token("cloudflare", "", {"source": kind})),
        ("GET", lambda: client.token("cloudflare")),
        ("DELETE", lambda: client.delete_token("cloudflare", "")),
    ):
        stack.simulator.set_faults({"side": "acs", "kind": kind, "moment": moment, "method": method, "seconds": 5})
        act()
    assert stack.tokens == {}


def test_a_token_that_came_to_be_in_the_meantime_is_as_good(stack: Stack) -> None:
    stack.client().create_token("cloudflare", {}, "first")
    stack.client().create_token("cloudflare", {}, "second")
    assert stack.tokens["cloudflare"]["token"] == "first"


def test_no_answer_at_all(stack: Stack) -> None:
    stack.simulator.set_faults({"side": "acs", "kind": "reset", "times": None})
    with pytest.raises(NoAnswerError, match=r"connection broke.*\. Reading HEC token cloudflare failed \("):
        stack.client().token("cloudflare")


# Refusals


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            refusal("401-unauthorized", "failed to parse token"),
            r"401-unauthorized: failed to parse token \(GET .* answered HTTP 401\)\. Check auth_token",
        ),
        (refusal("403-forbidden", "insufficient permission(s)"), "needs the role sc_admin"),
        (refusal("404-stack-not-found", "stack not found"), "Check stack: it is the first part of the host name"),
        (refusal("429-too-many-requests"), "try again in a few minutes"),
        (refusal("503-service-unavailable"), "try again in a few minutes"),
        (
            answer(502, b"<html>bad gateway</html>"),
            r"answered HTTP 502\)\. ACS reports an internal error: try again",
        ),
        (refusal("500-internal-server-error", "oops"), r"oops \(GET .*\)\. ACS reports an internal error: try again"),
        (
            answer(200, b"<html>Sign in</html>"),
            r"the answer is not JSON \(GET .*\)\. Check url: it must be the base URL of ACS",
        ),
        (answer(200, b"{}"), r"the answer contains no token \(GET .*\)\. Check url: it must be the base URL of ACS"),
        (answer(200, b'{"http-event-collector": []}'), r"the answer contains no token \(GET .*\)\. Check url"),
        (answer(302, b"", Location="https://login.example.com"), "answered HTTP 302"),
    ],
)
def test_refusals_say_what_to_do(stack: Stack, reply: bytes, words: str) -> None:
    with ScriptedServer(reply) as server, pytest.raises(SplunkError) as caught:
        stack.client(url=server.url, retries=0).token("cloudflare")
    assert str(caught.value).startswith("Reading HEC token cloudflare failed")
    assert "(GET http://127.0.0.1:" in str(caught.value)
    assert re.search(words, str(caught.value))


def test_a_404_of_something_else_is_no_missing_token(stack: Stack) -> None:
    # If the 404 of a proxy counted as a missing token, a token would be created.
    page = answer(404, b"<html>not found</html>")
    with ScriptedServer(page) as server, pytest.raises(SplunkError, match="HTTP 404"):
        stack.client(url=server.url).token("cloudflare")


def test_what_the_simulated_stack_refuses(stack: Stack) -> None:
    with pytest.raises(SplunkError, match="404-stack-not-found.*Check stack"):
        stack.client(stack="other").token("x")
    with pytest.raises(SplunkError, match="401-unauthorized: failed to parse token"):
        stack.client(token="no-jwt").token("x")
    with pytest.raises(SplunkError, match="404-index-not-found: index nowhere.*Create the index first"):
        stack.client().create_token("x", {"index": "nowhere", "indexes": ["nowhere"]}, None)
    stack.simulator.change_settings(acs_supported=False)
    with pytest.raises(SplunkError, match="403-forbidden: operation not supported.*free trials do not"):
        stack.client().token("x")
    assert stack.clock.slept == [] and stack.tokens == {}


# Logging in


def test_a_token_for_a_user_name_and_a_password(stack: Stack) -> None:
    basic = base64.b64encode(f"sc_admin:{stack.simulator.splunk_password}".encode()).decode()
    http = Http(stack.simulator.acs_url, {"Authorization": f"Basic {basic}"})
    token = SplunkCloud(http, stack.simulator.acs_stack, 60).short_lived_token("sc_admin")
    assert stack.client(token=token).token("x") is None


def test_a_wrong_password(stack: Stack) -> None:
    basic = base64.b64encode(b"sc_admin:wrong").decode()
    http = Http(stack.simulator.acs_url, {"Authorization": f"Basic {basic}"})
    with pytest.raises(SplunkError) as caught:
        SplunkCloud(http, stack.simulator.acs_stack, 60).short_lived_token("sc_admin")
    assert "Getting a token of ACS for sc_admin failed" in str(caught.value)
    assert "Check username and password" in str(caught.value)


def test_a_login_without_a_token(stack: Stack) -> None:
    disabled, words = answer(200, b'{"status": "disabled"}'), r"contains no token \(.*\)\. Set auth_token instead"
    with ScriptedServer(disabled) as server, pytest.raises(SplunkError, match=words):
        stack.client(url=server.url).short_lived_token("sc_admin")


def test_no_roles_of_a_cluster(stack: Stack) -> None:
    assert stack.client().server() == Server([], is_cloud=True)
    assert stack.asked == []
