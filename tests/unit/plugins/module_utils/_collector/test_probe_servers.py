# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe of other servers: certificate chains, receivers, web pages, broken servers, proxies."""

from __future__ import annotations

import json
import pathlib
import ssl
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.check_list import CHECKS
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.software import UNKNOWN_PATH
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory as factory
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import (
    CLOSE,
    HANG,
    RESET,
    ScriptedServer,
    closed_port,
)
from ansible_collections.edgeops.logpush.tests.unit.tls_server import HTML, Asked, ConnectProxy, HttpsServer

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
        (factory.issue("localhost", by=old), [old.certificate], "above it in its chain, CN=Old, expired"),
        (factory.issue("localhost", by=origin), [], "Origin CA"),
        (factory.splunk_default(), [], "SplunkServerDefaultCert"),
        (factory.issue("localhost", by=issuing, days=(1, 9)), [issuing.certificate], "not valid before"),
        (factory.issue("localhost", by=issuing, days=(-9, 3)), [issuing.certificate], "Renew it before it expires"),
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
        assert probed.ready is (words in ("", "Renew it before it expires")), words
        assert probed.ok["tls"] is True
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
        f"/splunk/services/collector/{end}" for end in ("health", UNKNOWN_PATH, "raw", "ack")
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
        # Long enough that the quotation is cut within the token.
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


def test_plain_http_is_recognized(simulator: Simulator, given: dict[str, t.Any]) -> None:
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
@pytest.mark.usefixtures("impatient")
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
    assert "requireClientCert" in new.text("tls")
    assert new.wrong == {"tls"}
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
    assert "Nothing listens on port" in refused.text("tcp")
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
        (b"x", "not that of a proxy"),
    ):
        with ConnectProxy(refusal) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            probed = run(**given)
        assert probed.wrong == {"tcp"}
        assert words in probed.text("tcp")
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    with pytest.raises(OptionError, match="no_proxy"):
        run(**given)
