# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes behind a load balancer: each is asked at its own address, and the balancer several times."""

from __future__ import annotations

import contextlib
import itertools
import pathlib
import threading
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.check_list import (
    ALL_NODES_CHECKS,
    CHECKS,
    NODE_CHECKS,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, Probed, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import closed_port
from ansible_collections.edgeops.logpush.tests.unit.tls_server import Asked, HttpsServer, Respond


def without_token(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like a Splunk that does not know the token."""
    answer = splunk(asked)
    return answer if answer[0] == 404 or "/health" in asked.path else (403, {"text": "Invalid token", "code": 4})


def disabled(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like a Splunk whose token is disabled."""
    answer = splunk(asked)
    return answer if answer[0] == 404 or "/health" in asked.path else (403, {"text": "Token disabled", "code": 1})


def acknowledging(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like a Splunk whose token has indexer acknowledgement."""
    status, body = splunk(asked)
    return status, {**body, "ackId": 0} if body["code"] == 0 else body


def wrong_index(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like a Splunk where the token does not allow the index."""
    status, body = splunk(asked)
    return (400, {"text": "Incorrect index", "code": 7}) if body["code"] == 0 else (status, body)


def events(server: HttpsServer) -> list[bytes]:
    """Return the events that a server received with the right token."""
    return [
        asked.body
        for asked in server.asked
        if asked.body and "/raw" in asked.path and asked.headers.get("Authorization") == f"Splunk {TOKEN}"
    ]


class Nodes:
    """A load balancer with nodes behind it. Each of its requests goes to the next node."""

    def __init__(self, sound: dict[str, str], responds: t.Sequence[Respond], behind: t.Sequence[Respond]) -> None:
        self.servers = [HttpsServer(respond, sound["server"]) for respond in responds]
        turns, lock = itertools.cycle(behind), threading.Lock()

        def respond(asked: Asked) -> tuple[t.Any, ...]:
            with lock:
                turn = next(turns)
            return turn(asked)

        self.balancer = HttpsServer(respond, sound["server"])
        self.options: dict[str, t.Any] = {
            "endpoint": self.balancer.endpoint,
            "endpoints": [server.endpoint for server in self.servers],
            "ca_path": sound["roots"],
        }

    def probe(self, **options: t.Any) -> Probed:
        """Probe the balancer and its nodes."""
        with contextlib.ExitStack() as stack:
            for server in (*self.servers, self.balancer):
                stack.enter_context(server)
            return run(**{**self.options, **options})


def nodes(sound: dict[str, str], *responds: Respond, behind: t.Sequence[Respond] = ()) -> Nodes:
    """Return a balancer with these nodes. ``behind`` are the nodes that the balancer uses, if they are others."""
    return Nodes(sound, responds, behind or responds)


def test_nodes_that_are_ready(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk, splunk, splunk)
    probed = fleet.probe(deliveries=6, event="hello")
    assert probed.ready and set(probed.by_name) == {*CHECKS, *ALL_NODES_CHECKS}
    assert {name: probed.ok[name] for name in ALL_NODES_CHECKS} == dict.fromkeys(ALL_NODES_CHECKS, True)
    assert probed.by_name["deliveries"]["detail"] == "The load balancer accepted 6 of 6 deliveries."
    # Each node gets one event directly, and the balancer gets those that are requested, the probe's own included.
    assert [len(events(server)) for server in fleet.servers] == [1, 1, 1]
    assert events(fleet.balancer) == [b"hello\n"] * 6
    for node, server in zip(probed.result["nodes"], fleet.servers):
        assert (node["endpoint"], node["ready"], node["certificate"]["matches"]) == (server.endpoint, True, True)
        assert [check["name"] for check in node["checks"]] == list(NODE_CHECKS)


def test_a_token_that_only_some_nodes_know(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk, splunk, without_token)
    probed = fleet.probe(deliveries=9)
    first, second, third = fleet.options["endpoints"]
    assert not probed.ready and probed.ok["node_tokens"] is False
    assert probed.by_name["node_tokens"]["detail"] == (
        f"Only some nodes accept the token: {first}, {second}. Refused by {third} (The collector answers HTTP 403, code 4: "
        "Invalid token)."
    )
    assert "splunk_hec_topology: nodes" in probed.text("node_tokens")
    # The message begins with the cause, and not with the answer that differs from request to request.
    assert probed.result["msg"].startswith("Only some nodes accept the token: ")
    assert probed.ok["deliveries"] is False
    assert f" x The collector answers HTTP 403, code 4: Invalid token. This is what {third} causes" in probed.text(
        "deliveries"
    )
    assert [node["ready"] for node in probed.result["nodes"]] == [True, True, False]


@pytest.mark.parametrize(
    ("respond", "check", "words"),
    [
        (disabled, "node_tokens", "code 1: Token disabled). Enable the token"),
        (acknowledging, "node_acknowledgement", "is enabled for this token on {name}. It is disabled on "),
        (wrong_index, "node_events", "Refused by {name} (The collector answers HTTP 400, code 7: Incorrect index)"),
    ],
)
def test_a_node_that_differs(sound: dict[str, str], respond: Respond, check: str, words: str) -> None:
    # The balancer does not use the node, so that only the node itself shows the difference.
    fleet = nodes(sound, splunk, respond, splunk, behind=[splunk])
    probed = fleet.probe(deliveries=3)
    assert probed.wrong == {check} and not probed.ready
    assert words.format(name=fleet.options["endpoints"][1]) in probed.text(check)


def test_a_node_that_the_balancer_does_not_use(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk, without_token, behind=[splunk])
    probed = fleet.probe(deliveries=4)
    assert probed.ok["deliveries"] is True
    name = fleet.options["endpoints"][1]
    assert f"None of them shows that the load balancer sends to {name}." in probed.text("deliveries")


def test_a_node_that_is_not_in_endpoints(sound: dict[str, str]) -> None:
    probed = nodes(sound, splunk, splunk, behind=[splunk, splunk, without_token]).probe(deliveries=12)
    assert probed.ok["node_tokens"] is True and probed.ok["deliveries"] is False
    assert "the load balancer also sends to a node that is not in endpoints" in probed.text("deliveries")


def test_the_load_balancer_is_no_node(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    balancer, node = fleet.options["endpoint"], fleet.options["endpoints"][0]
    probed = fleet.probe(endpoints=[node, f"https://{balancer.upper()}/services/collector/raw"], deliveries=1)
    assert probed.ready
    [warning] = probed.result["warnings"]
    assert warning.startswith(f"endpoints: {balancer} is endpoint itself.") and "can come from any node" in warning
    # A single node without a load balancer is its own endpoint.
    fleet = nodes(sound, splunk)
    assert "warnings" not in fleet.probe(endpoints=[fleet.options["endpoint"]], deliveries=1).result


def test_a_node_that_is_down(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    down = f"localhost:{closed_port()}"
    probed = fleet.probe(endpoints=[*fleet.options["endpoints"], down], deliveries=2)
    assert probed.wrong == {"nodes"} and probed.result["msg"].startswith("1 of 2 nodes does not accept events: ")
    assert f"{down} (Nothing listens on port" in probed.by_name["nodes"]["detail"]
    assert f"Not asked: {down}." in probed.text("node_tokens")
    failed = {check["name"]: check["ok"] for check in probed.result["nodes"][1]["checks"]}
    assert failed["tcp"] is False and failed["token"] is None
    # The advice is about this machine, because Cloudflare connects to the load balancer only.
    assert "that this machine reaches its name and port" in probed.text("nodes")
    assert "https://www.cloudflare.com/ips/" not in str(probed.result["nodes"])


def test_without_an_event_the_deliveries_are_empty(sound: dict[str, str]) -> None:
    for options in ({"send_event": False}, {"check_mode": True}):
        fleet = nodes(sound, splunk, without_token)
        probed = fleet.probe(deliveries=8, **options)
        assert probed.ok["node_tokens"] is False and probed.ok["node_events"] is None
        assert "of 8 deliveries without an event" in probed.by_name["deliveries"]["detail"]
        assert [events(server) for server in (*fleet.servers, fleet.balancer)] == [[], [], []]


def test_the_certificate_of_a_node_is_no_failure(sound: dict[str, str], folder: pathlib.Path) -> None:
    own = factory.authority("Own")
    private = factory.issue("node.internal", by=own).write(folder / "private.pem", with_key=True)
    of_balancer = factory.issue("localhost", by=own).write(folder / "balancer.pem", with_key=True)
    roots = own.write(folder / "own.pem")
    cases = [
        # The name of the node, or that of the load balancer.
        (of_balancer, {"endpoints_ca_path": roots}, True),
        (private, {"endpoints_ca_path": roots}, None),
        (sound["server"], {"endpoints_ca_path": roots}, True),
        (of_balancer, {}, None),
        (private, {"endpoints_validate_certs": False}, True),
    ]
    for certificate, options, accepted in cases:
        fleet = nodes(sound, splunk)
        fleet.servers = [HttpsServer(splunk, certificate)]
        probed = fleet.probe(endpoints=[f"127.0.0.1:{fleet.servers[0].server_port}"], deliveries=2, **options)
        assert probed.ready and probed.ok["node_tokens"] is accepted, probed.result
        assert bool(events(fleet.servers[0])) is bool(accepted)
        # A secret is sent only to a server that is verified, and a warning says what was not asked.
        tokens = [asked for asked in fleet.servers[0].asked if asked.headers.get("Authorization")]
        assert bool(tokens) is bool(accepted)
        warned = "endpoints_ca_path" in " ".join(probed.result.get("warnings", []))
        assert warned is (accepted is None)
        assert "Cloudflare says" not in str(probed.result["nodes"])


def test_a_node_without_tls(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    fleet.servers = [HttpsServer(splunk)]
    name = fleet.servers[0].endpoint
    probed = fleet.probe(endpoints=[f"http://{name}"], deliveries=1)
    assert probed.ready and len(events(fleet.servers[0])) == 1
    # The scheme is the consent to send the token without TLS.
    fleet = nodes(sound, splunk)
    fleet.servers = [HttpsServer(splunk)]
    probed = fleet.probe(endpoints=[fleet.servers[0].endpoint], deliveries=1)
    assert (
        probed.wrong == {"nodes"}
        and "write it as http://host:port" in probed.text("nodes")
        and not events(fleet.servers[0])
    )


def test_a_balancer_that_does_not_prove_its_identity_gets_no_delivery(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    probed = fleet.probe(ca_path=None, endpoints_ca_path=sound["roots"])
    assert probed.ok["token"] is None and not probed.ready and probed.ok["node_tokens"] is True
    assert probed.by_name["deliveries"]["detail"] == "Not checked: see token."
    assert events(fleet.balancer) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"endpoints": ["a b"]}, "endpoints[0]: contains a space"),
        ({"endpoints": ["h", "ftp://h"]}, "endpoints[1]: the scheme must be https"),
        ({"endpoints": ["https://admin:hidden@h"]}, "endpoints[0]: contains more than a host"),
        ({"endpoints": ["h/services/collector/raw?token=hidden"]}, "endpoints[0]: contains more than a host"),
        ({"deliveries": -1}, "deliveries: must be from 0 to 1000"),
        ({"endpoints": ["h:8088"], "endpoints_ca_path": "/no/such/file"}, "endpoints_ca_path: cannot read"),
    ],
)
def test_wrong_options_fail_before_the_first_request(options: dict[str, t.Any], words: str) -> None:
    with pytest.raises(OptionError) as caught:
        run(endpoint="localhost:1", **options)
    assert str(caught.value).startswith(words) and "hidden" not in str(caught.value)


def test_a_balancer_without_a_working_node(sound: dict[str, str]) -> None:
    def bad_gateway(asked: Asked) -> tuple[t.Any, ...]:
        return (502, "<html>") if asked.body else splunk(asked)

    probed = nodes(sound, splunk, behind=[bad_gateway]).probe(deliveries=2)
    assert probed.wrong == {"event", "deliveries"}
    assert "accepted 0 of 2 deliveries: 2 x The answer is HTTP 502" in probed.text("deliveries")
    assert "check its targets and its health check" in probed.text("deliveries")


def test_nodes_at_two_paths_of_one_host(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    host = fleet.servers[0].endpoint
    spellings = [f"{host}/one", f"https://{host}/one/services/collector/raw", f"{host}/two"]
    probed = fleet.probe(endpoints=spellings, deliveries=1)
    assert [node["endpoint"] for node in probed.result["nodes"]] == [f"{host}/one", f"{host}/two"]


def test_no_delivery_but_the_test_event(sound: dict[str, str]) -> None:
    fleet = nodes(sound, splunk)
    probed = fleet.probe(deliveries=0)
    assert probed.ready and probed.ok["deliveries"] is None and len(events(fleet.balancer)) == 1


def test_without_endpoints_the_balancer_is_asked_as_ever(sound: dict[str, str]) -> None:
    for given in (None, []):
        fleet = nodes(sound, splunk)
        probed = fleet.probe(endpoints=given)
        assert set(probed.by_name) == set(CHECKS) and "nodes" not in probed.result
        assert len(events(fleet.balancer)) == 1


def test_an_answer_that_changes_names_the_nodes(sound: dict[str, str]) -> None:
    # Without endpoints, one run can see both answers: the token is accepted, and the event is refused.
    def respond(asked: Asked) -> tuple[t.Any, ...]:
        return without_token(asked) if asked.body else splunk(asked)

    with HttpsServer(respond, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"])
    assert probed.ok["token"] is True and probed.ok["event"] is False
    assert "The token was accepted before, but now: The collector answers HTTP 403, code 4" in probed.text("event")
    assert "only some of them know the token. Set endpoints" in probed.text("event")
