# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe over real sockets, against the simulated collector and against other servers."""

from __future__ import annotations

import json
import pathlib
import ssl
import sys
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.probe import CHECKS, probe
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK, SecretMask
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import (
    CLOSE,
    HANG,
    RESET,
    ScriptedServer,
    closed_port,
)
from ansible_collections.edgeops.logpush.tests.unit.tls_server import HTML, Asked, ConnectProxy, HttpsServer

TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
DEFAULTS = {"insecure_skip_verify": False, "send_event": True, "fail_when_not_ready": False, "timeout": 3}
ACK = {"text": "Success", "code": 0, "ackId": 3}
TELLS_CHAIN = sys.version_info >= (3, 10)


class Probed:
    """The result of a probe, its checks by their names."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        self.result = result
        self.ready = result["ready"]
        self.certificate = result["certificate"]
        self.by_name = {check["name"]: check for check in result["checks"]}
        self.ok = {name: check["ok"] for name, check in self.by_name.items()}
        self.wrong = {name for name, ok in self.ok.items() if ok is False}

    def text(self, name: str) -> str:
        """Return detail and advice of a check."""
        return f"{self.by_name[name]['detail']} {self.by_name[name]['advice']}"


def run(check_mode: bool = False, **options: t.Any) -> Probed:
    """Return the masked result of a probe with these options."""
    mask = SecretMask()
    result = mask.value(probe({**DEFAULTS, "hec_token": TOKEN, **options}, context(check_mode, mask)))
    assert [check["name"] for check in result["checks"]] == list(CHECKS)
    assert result["changed"] is False
    assert all(check["detail"].endswith(".") for check in result["checks"])
    return Probed(json.loads(json.dumps(result)))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the environment variables that the probe reads."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SPLUNK_HEC_ENDPOINT", "SPLUNK_HEC_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def given(simulator: Simulator) -> dict[str, t.Any]:
    """Return the options with which the simulator is ready."""
    return {"endpoint": simulator.hec_endpoint, "hec_token": simulator.hec_token, "ca_path": simulator.ca_file}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Return a folder for certificates."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def sound(folder: pathlib.Path) -> dict[str, str]:
    """Return a certificate for localhost with its key, and the authority to trust."""
    root = factory.authority("Root")
    leaf = factory.issue("localhost", "127.0.0.1", by=root)
    return {"server": leaf.write(folder / "server.pem", with_key=True), "roots": root.write(folder / "roots.pem")}


def splunk(asked: Asked) -> tuple[t.Any, ...]:
    """Answer like Splunk, for a valid token without acknowledgement."""
    if asked.path.endswith("/health"):
        return 200, {"text": "HEC is healthy", "code": 17}
    if not asked.headers.get("Authorization"):
        return 401, {"text": "Token is required", "code": 2}
    if asked.headers["Authorization"] != f"Splunk {TOKEN}":
        return 403, {"text": "Invalid token", "code": 4}
    if not asked.body:
        return 400, {"text": "No data", "code": 5}
    return 200, {"text": "Success", "code": 0}


# The simulated collector


def test_a_ready_collector(simulator: Simulator, given: dict[str, t.Any]) -> None:
    probed = run(**given)
    assert probed.ready
    assert {name for name, ok in probed.ok.items() if ok is not True} == {"public_address"}
    assert probed.certificate["matches"] and probed.certificate["trusted"]
    assert probed.certificate["names"] == ["localhost", "127.0.0.1", "::1"]
    assert len(simulator.events()) == 1


def test_the_event_is_sent_as_logpush_sends_it(simulator: Simulator, given: dict[str, t.Any]) -> None:
    channel = "11111111-2222-4333-8444-555555555555"
    run(**given, channel=channel, sourcetype="cloudflare:test", event={"hello": "wörld"})
    event = simulator.events()[0]
    assert event["event"] == {"hello": "wörld"}
    assert event["channel"] == channel
    assert event["sourcetype"] == "cloudflare:test"
    request = simulator.requests(side="hec")[-1]
    assert (request["method"], request["path"]) == ("POST", "/services/collector/raw")


def test_headers_and_query_are_those_of_logpush(sound: dict[str, str]) -> None:
    with HttpsServer(splunk, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"], event="one line")
    assert probed.ready
    event = server.asked[-1]
    assert event.body == b"one line\n"
    assert event.headers["Content-Encoding"] == "gzip"
    assert event.headers["User-Agent"] == "Go-http-client/2.0"
    assert event.headers.get("Content-Type") is None
    assert "channel=" in event.path and "sourcetype=cloudflare%3Ajson" in event.path
    assert [asked.headers.get("Authorization") for asked in server.asked] == [None, *[f"Splunk {TOKEN}"] * 2]


def test_the_channel_is_the_same_in_every_run_and_spelling(simulator: Simulator, given: dict[str, t.Any]) -> None:
    host = simulator.hec_endpoint
    for endpoint in (host, host.upper(), f"https://{host}/services/collector/raw"):
        assert run(**{**given, "endpoint": endpoint}).ready
    assert len({event["channel"] for event in simulator.events()}) == 1


def test_nothing_is_written_without_a_test_event(simulator: Simulator, given: dict[str, t.Any]) -> None:
    for probed in (run(check_mode=True, **given), run(send_event=False, **given)):
        assert probed.ready
        assert probed.ok["event"] is None
        assert probed.ok["acknowledgement"] is True
    assert "send_event" in probed.text("event")
    assert simulator.events() == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_acknowledgement_is_noticed(simulator: Simulator, given: dict[str, t.Any], check_mode: bool) -> None:
    simulator.reset(hec_tokens=[{"name": "a", "token": simulator.hec_token, "useACK": True}])
    probed = run(check_mode, **given)
    assert probed.wrong == {"acknowledgement"}
    assert "use_ack: false" in probed.text("acknowledgement")


def test_everything_that_is_wrong_is_reported_at_once(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.reset(
        hec_tokens=[{"name": "a", "token": simulator.hec_token, "useACK": True, "indexes": ["cloudflare"]}],
        settings={"hec_health_code": 18},
    )
    simulator.set_faults(
        {
            "kind": "status",
            "side": "hec",
            "path": "raw$",
            "skip": 1,
            "status": 400,
            "body": {"text": "Incorrect index", "code": 7, "invalid-event-number": 1},
        }
    )
    probed = run(**{**given, "endpoint": f"{simulator.hec_endpoint}/services/collector/event"})
    assert probed.wrong == {"health", "path", "acknowledgement", "event"}
    assert "code 18" in probed.text("health")
    assert "/services/collector/event" in probed.text("path")
    assert "index" in probed.text("event")


def test_a_disabled_and_an_unknown_token(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.reset(hec_tokens=[{"name": "off", "token": simulator.hec_token, "disabled": True}])
    disabled, unknown = run(**given), run(**{**given, "hec_token": "unknown"})
    for probed, words in ((disabled, "Token disabled"), (unknown, "Invalid token")):
        assert probed.wrong == {"token"}
        assert words in probed.text("token")
        assert probed.ok["event"] is None
        assert "see token" in probed.text("event")


@pytest.mark.parametrize(
    ("kind", "matches", "trusted", "word"),
    [
        ("wrong_host", False, True, "SplunkServerDefaultCert"),
        ("expired", True, True, "expired on"),
        ("untrusted", True, False, "ca_path"),
    ],
)
def test_certificates_that_are_refused(
    simulator: Simulator, given: dict[str, t.Any], kind: str, matches: bool, trusted: bool, word: str
) -> None:
    simulator.change_settings(certificate=kind)
    probed = run(**given)
    assert probed.wrong == {"certificate"}
    assert (probed.certificate["matches"], probed.certificate["trusted"]) == (matches, trusted)
    assert word in probed.text("certificate")
    assert (probed.certificate["days_left"] < 0) is (kind == "expired")
    # Health and path need no token, and the token is sent only to a server that proves its identity.
    assert (probed.ok["health"], probed.ok["path"], probed.ok["token"]) == (True, True, None)
    assert simulator.events() == []
    careless = run(**given, insecure_skip_verify=True)
    assert careless.ready
    assert word in careless.text("certificate")
    assert len(simulator.events()) == 1


def test_trust_is_checked_with_public_roots(
    simulator: Simulator, given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", simulator.ca_file)
    monkeypatch.setenv("SSL_CERT_FILE", simulator.ca_file)
    probed = run(**{**given, "ca_path": None})
    assert probed.wrong == {"public_address", "certificate"}
    assert "public roots" in probed.text("certificate")


def test_a_failure_lists_everything_and_has_the_result(simulator: Simulator, given: dict[str, t.Any]) -> None:
    simulator.change_settings(hec_health_code=20)
    with pytest.raises(CollectionError) as raised:
        run(**{**given, "hec_token": "unknown"}, fail_when_not_ready=True)
    assert "code 20" in str(raised.value) and "code 4" in str(raised.value)
    details = raised.value.details
    assert details["ready"] is False
    assert [check["name"] for check in details["checks"]] == list(CHECKS)
    assert details["certificate"]["trusted"] is True


# Chains


def test_the_defects_of_a_chain_are_distinguished(folder: pathlib.Path) -> None:
    root = factory.authority("Root")
    issuing = factory.authority("Issuing", by=root, issuer_url="http://ca.example.com/root")
    old = factory.authority("Old", by=root, days=(-9, -1))
    private = factory.authority("Private")
    below = factory.authority("Private issuing", by=private)
    public = factory.issue("localhost", by=issuing, issuer_url="http://ca.example.com/issuing")
    company = factory.issue("localhost", by=below)
    origin = factory.issue(subject=[(factory.NameOID.ORGANIZATION_NAME, "CloudFlare Origin SSL CA")], authority=True)
    cases: list[tuple[factory.Issued, list[t.Any], str]] = [
        (public, [issuing.certificate], ""),
        (public, [], "an intermediate certificate is missing"),
        (company, [below.certificate], "Its chain ends at CN=Private issuing"),
        (company, [below.certificate, private.certificate], "private authority, CN=Private,"),
        (company, [], "a private authority, or a missing"),
        (factory.issue("localhost"), [], "self-signed"),
        (factory.issue("localhost", by=old), [old.certificate], "above it in its chain"),
        (factory.issue("localhost", by=origin), [], "Origin CA"),
        (factory.splunk_default(), [], "SplunkServerDefaultCert"),
        (factory.issue("localhost", by=issuing, days=(1, 9)), [issuing.certificate], "valid only from"),
        (factory.issue("localhost", by=issuing, days=(-9, 3)), [issuing.certificate], "Renew it soon"),
        (
            factory.issue(by=issuing, subject=[(factory.NameOID.COMMON_NAME, "localhost")]),
            [issuing.certificate],
            "only as its common name (CN)",
        ),
    ]
    roots = root.write(folder / "chain_roots.pem")
    for number, (leaf, above, words) in enumerate(cases):
        server_file = leaf.write(folder / f"chain{number}.pem", *above, with_key=True)
        with HttpsServer(splunk, server_file) as server:
            probed = run(endpoint=server.endpoint, ca_path=roots)
        assert probed.ready is (words in ("", "Renew it soon")), words
        assert probed.ok["tls"] is True
        if TELLS_CHAIN or not above:
            assert words in probed.text("certificate")


def test_a_self_signed_certificate_may_be_named_in_ca_path(folder: pathlib.Path) -> None:
    own = factory.issue("localhost", authority=True)
    with HttpsServer(splunk, own.write(folder / "own.pem", with_key=True)) as server:
        assert run(endpoint=server.endpoint, ca_path=own.write(folder / "own_roots.pem")).ready


# Other servers


def test_another_receiver_whose_answers_differ(sound: dict[str, str]) -> None:
    """As Fluent Bit's in_splunk answers: a health code of its own, no /ack, and the channel does not matter."""

    def fluent_bit(asked: Asked) -> tuple[t.Any, ...]:
        if asked.path.endswith("/health"):
            return 200, {"text": "Success", "code": 200}
        return (400, "") if "/ack" in asked.path else splunk(asked)

    with HttpsServer(fluent_bit, sound["server"]) as server:
        assert run(endpoint=server.endpoint, ca_path=sound["roots"]).ready
        checked = run(True, endpoint=server.endpoint, ca_path=sound["roots"])
    assert checked.ready
    assert checked.ok["acknowledgement"] is None


def test_a_collector_below_a_path_of_a_proxy(sound: dict[str, str]) -> None:
    with HttpsServer(splunk, sound["server"]) as server:
        probed = run(True, endpoint=f"{server.endpoint}/splunk/services/collector/raw", ca_path=sound["roots"])
    assert probed.ok["token"] is True
    assert {asked.path.partition("?")[0] for asked in server.asked} == {
        f"/splunk/services/collector/{end}" for end in ("health", "raw", "ack")
    }


@pytest.mark.parametrize(
    ("answer", "wrong", "word"),
    [
        ((200, HTML), {"health", "path"}, "a web page"),
        ((303, "", {"Location": "/en-US/account/login?token=" + TOKEN}), {"health", "path"}, "a redirect to /en-US"),
        ((404, HTML), {"path"}, "HTTP 404"),
        ((404, {"text": "The requested URL was not found on this server.", "code": 404}), {"path"}, "code 404"),
        ((503, HTML), {"health", "path"}, "load balancer"),
        ((403, HTML), {"path"}, "firewall"),
        ((200, "[" * 100000), set(), ""),
        ((200, {"text": 7, "code": True}), set(), ""),
        ((400, {"text": "x" * 5000, "code": 6}), {"event"}, "code 6"),
        ((429, {"text": "full", "code": 26}, {"Retry-After": "300"}), {"health", "token"}, "code 26"),
    ],
)
def test_every_other_answer_is_described(
    sound: dict[str, str], answer: tuple[t.Any, ...], wrong: set[str], word: str
) -> None:
    with HttpsServer(lambda asked: answer, sound["server"]) as server:
        probed = run(endpoint=server.endpoint, ca_path=sound["roots"])
    assert probed.wrong == wrong
    assert probed.ready is not bool(wrong)
    for name in wrong:
        assert word in probed.text(name)
        assert len(probed.text(name)) < 800


def test_a_token_that_the_server_echoes_is_not_shown(sound: dict[str, str]) -> None:
    def parrot(asked: Asked) -> tuple[t.Any, ...]:
        secret = asked.headers.get("Authorization", "")
        # Long enough that the quote is cut within the token.
        text = "x" * 185 + secret
        return 403, {"text": text, "code": 4}, {"Location": f"https://h/{secret}"}

    for token in (TOKEN, "a+b/c=&d?e#f%20gh", "ümläut-é-geheim"):
        with HttpsServer(parrot, sound["server"]) as server:
            probed = run(endpoint=server.endpoint, ca_path=sound["roots"], hec_token=token)
        shown = json.dumps(probed.result, ensure_ascii=False)
        assert token[:6] not in shown and token[-6:] not in shown
        assert MASK[:3] in probed.text("token")
        assert probed.wrong == {"token"}


def test_tokens_of_any_letters_arrive(simulator: Simulator, given: dict[str, t.Any]) -> None:
    for token in ("a+b/c=&d?e#f%20gh", "ümläut-é-geheim"):
        simulator.reset(hec_tokens=[{"name": "odd", "token": token}])
        assert run(**{**given, "hec_token": token}).ready


def test_plain_http_is_recognised(simulator: Simulator, given: dict[str, t.Any]) -> None:
    with HttpsServer(splunk) as server:
        probed = run(endpoint=server.endpoint, ca_path=given["ca_path"])
    assert probed.wrong == {"tls"}
    assert "plain HTTP" in probed.text("tls")
    assert not any(asked.headers.get("Authorization") for asked in server.asked)
    assert {probed.ok[name] for name in CHECKS[6:]} == {None}


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (CLOSE, "closes the connection"),
        (RESET, "closes the connection"),
        (HANG, "no answer within"),
        (b"SSH-2.0\r\n", ""),
    ],
)
def test_a_server_without_tls_is_described(script: t.Any, words: str, simulator: Simulator) -> None:
    with ScriptedServer(script) as server:
        probed = run(endpoint=f"localhost:{server.port}", ca_path=simulator.ca_file, timeout=1)
    assert probed.wrong == {"tls"}
    assert words in probed.text("tls")
    assert "plain HTTP" not in probed.text("tls")
    assert probed.certificate == {}


def test_tls_of_yesterday_and_certificates_of_clients(sound: dict[str, str]) -> None:
    with HttpsServer(splunk, sound["server"], verify_mode=ssl.CERT_REQUIRED) as server:
        new = run(endpoint=server.endpoint, ca_path=sound["roots"])
    assert "requireClientCert" in new.text("health")
    assert not new.ready
    settings = {"verify_mode": ssl.CERT_REQUIRED, "maximum_version": ssl.TLSVersion.TLSv1_2}
    with HttpsServer(splunk, sound["server"], **settings) as server:
        assert run(endpoint=server.endpoint, ca_path=sound["roots"]).wrong == {"tls"}
    with HttpsServer(splunk, sound["server"], maximum_version=ssl.TLSVersion.TLSv1_2) as server:
        assert run(endpoint=server.endpoint, ca_path=sound["roots"]).ready


@pytest.mark.parametrize("kind", ["reset", "hang", "html", "empty", "truncated", "not_json"])
def test_a_collector_that_breaks_down(simulator: Simulator, given: dict[str, t.Any], kind: str) -> None:
    simulator.set_faults({"kind": kind, "side": "hec", "times": None})
    probed = run(**given, timeout=1)
    assert not probed.ready or kind in ("empty", "not_json")
    assert probed.ok["tls"] is True


def test_nobody_there(simulator: Simulator) -> None:
    refused = run(endpoint=f"127.0.0.1:{closed_port()}", ca_path=simulator.ca_file)
    assert refused.wrong == {"tcp"}
    assert "refused" in refused.text("tcp")
    unknown = run(endpoint="http-inputs-acme.invalid")
    assert unknown.wrong == {"dns", "public_address"}
    assert "does not resolve" in unknown.text("dns")
    too_long = run(endpoint=f"{'a' * 70}.example.com")
    assert too_long.wrong == {"dns"}


# Proxies


def test_a_proxy_of_the_environment_is_gone_through(
    simulator: Simulator, given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ConnectProxy() as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        probed = run(**given)
        monkeypatch.setenv("no_proxy", "localhost")
        count = len(proxy.asked)
        assert run(**given).ready
    assert probed.ready
    assert "through the proxy 127.0.0.1:" in probed.text("tcp")
    assert "p@ss" not in json.dumps(probed.result) and "p%40ss" not in json.dumps(probed.result)
    assert len(proxy.asked) == count
    assert all(b"Basic dXNlcjpwQHNz" in head for head in proxy.asked)


def test_a_proxy_that_refuses(given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for refusal, words in (
        (b"HTTP/1.1 407 No\r\n\r\n", "HTTP 407"),
        (b"what?\r\n\r\n", "does not speak HTTP"),
        (b"x", "like a proxy"),
    ):
        with ConnectProxy(refusal) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            probed = run(**given)
        assert probed.wrong == {"tcp"}
        assert words in probed.text("tcp")
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(OptionError, match="no_proxy"):
        run(**given)


# Options


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"endpoint": None}, "endpoint: is required: set it, or the SPLUNK_HEC_ENDPOINT environment variable"),
        ({"hec_token": None}, "hec_token: is required: set it, or the SPLUNK_HEC_TOKEN environment variable"),
        ({"endpoint": "http://h:8088"}, "scheme must be https"),
        ({"endpoint": f"splunk://h:8088/x?header_Authorization=Splunk%20{TOKEN}"}, "endpoint"),
        ({"endpoint": "h:99999"}, "endpoint"),
        ({"endpoint": "h:99999/services/collector"}, "endpoint"),
        ({"channel": "one"}, "channel"),
        ({"sourcetype": "two words"}, "sourcetype"),
        ({"hec_token": "two words"}, "hec_token"),
        ({"event": 7}, "event"),
        ({"event": " "}, "event"),
        ({"timeout": 0}, "timeout"),
        ({"ca_path": "/does/not/exist"}, "ca_path"),
        ({"ca_path": __file__}, "ca_path"),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(options: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OptionError) as raised:
        run(**{"endpoint": f"127.0.0.1:{closed_port()}", **options})
    assert named in str(raised.value)
    assert TOKEN not in str(raised.value)


def test_the_environment_fills_in(
    simulator: Simulator, given: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPLUNK_HEC_ENDPOINT", given["endpoint"])
    monkeypatch.setenv("SPLUNK_HEC_TOKEN", f"Splunk%20{given['hec_token']}")
    assert run(endpoint=None, hec_token=None, ca_path=given["ca_path"]).ready
