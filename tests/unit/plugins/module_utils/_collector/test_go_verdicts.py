# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The probe reports for each setup what Go reports, and names the cause, over real sockets."""

from __future__ import annotations

import datetime
import pathlib
import socket
import ssl
import time
import typing as t

import pytest
import requests.certs
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import tls
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_check import Conditions
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.checks import Check
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.client import Collector
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.look import TlsChecks, check_tls
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.tls_record import Transcript
from ansible_collections.edgeops.logpush.plugins.module_utils._core.certificate_errors import certificate_error
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.tests.unit.probes import TOKEN, run, splunk
from ansible_collections.edgeops.logpush.tests.unit.setup_server import pem, served
from ansible_collections.edgeops.logpush.tests.unit.tls_server import HttpsServer
from ansible_collections.edgeops.logpush.tests.unit.tls_setups import Setup, go_verdicts, go_words, setups
from cryptography.hazmat.primitives import serialization

GO = go_verdicts()
# OpenSSL does not send such certificates to Go, so there is no message of Go for them.
UNEXPLAINED = "remote error: tls: handshake failure"
# Cases in which OpenSSL refuses certificates that Go accepts. The token is not sent there.
NOT_VERIFIED_BY_OPENSSL = {
    "ca_and_server_of_one_name",
    "key_usage_odd",
    "renewed_ca_and_old_key_id",
    "usage_any",
    "wrong_key_id",
}


@pytest.fixture(autouse=True)
def every_host_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve every name to the loopback address."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, *rest, **more: resolve("127.0.0.1", *rest, **more))


def collector_of(setup: Setup, port: int, folder: pathlib.Path) -> Collector:
    """Return a collector with the CA bundle of a setup."""
    bundle = folder / "bundle.pem"
    bundle.write_text(pem(setup.roots), encoding="ascii")
    return Collector(setup.host, port, 5, str(bundle), SecretMask())


def judged(setup: Setup, folder: pathlib.Path, *, verified: bool = True) -> tuple[TlsChecks, Collector]:
    """Return the checks of a setup."""
    with served(setup, folder) as port:
        collector = collector_of(setup, port, folder)
        now = datetime.datetime.now(datetime.timezone.utc)
        checks = check_tls(collector, Conditions(setup.host, now, verified, own_roots=True))
        if checks.trust and checks.trust.chain:
            collector.problem = collector.verify(checks.trust.chain[-1].der)  # type: ignore[attr-defined]
        return checks, collector


def decisive(checks: TlsChecks) -> Check:
    """Return the check with the message of Go."""
    return checks.certificate if checks.tls.ok and checks.certificate else checks.tls


def test_every_setup_has_a_verdict_of_go() -> None:
    assert set(setups()) == set(GO)


@pytest.mark.parametrize("name", GO)
def test_the_verdict_is_that_of_go_and_the_cause_is_named(name: str, tmp_path: pathlib.Path) -> None:
    setup = setups()[name]
    checks, collector = judged(setup, tmp_path)
    check = decisive(checks)
    assert check.ok is (GO[name] == ""), check
    if check.ok:
        assert bool(collector.problem) is (name in NOT_VERIFIED_BY_OPENSSL)  # type: ignore[attr-defined]
        return
    assert setup.says and setup.says in check.detail
    assert check.advice and "again." not in check.advice.replace("issued again.", "")
    said = go_words(check.detail.partition("Cloudflare says: ")[2].rstrip("."))
    if GO[name] != UNEXPLAINED:
        assert said == GO[name] or certificate_error(said) is certificate_error(GO[name])


@pytest.mark.parametrize("name", ["self_signed", "expired", "other_host", "usage_of_clients", "sha1"])
def test_what_cloudflare_does_not_verify_is_no_failure(name: str, tmp_path: pathlib.Path) -> None:
    check = decisive(judged(setups()[name], tmp_path, verified=False)[0])
    assert check.ok is True and "insecure_skip_verify is true" in check.detail


@pytest.mark.parametrize(
    "name",
    ["negative_serial_of_root_sent", "umlaut_in_name", "key_ed448", "tls_1_1", "client_certificate", "plain_http"],
)
def test_what_cloudflare_cannot_read_or_negotiate_fails_without_verification_too(
    name: str, tmp_path: pathlib.Path
) -> None:
    check = decisive(judged(setups()[name], tmp_path, verified=False)[0])
    assert check.ok is False
    assert "does not help" in check.advice or name == "plain_http"


@pytest.mark.parametrize("curve", ["X448", "X25519"])
def test_a_curve_that_only_openssl_has(curve: str, tmp_path: pathlib.Path) -> None:
    setup = setups()["tls_1_2"]
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ecdh_curve(curve)
    except (ValueError, ssl.SSLError):
        pytest.skip("this Python cannot serve the curve")
    setup = Setup(**{**vars(setup), "server": {"maximum": "TLSv1_2", "curve": curve}})
    check = decisive(judged(setup, tmp_path)[0])
    assert check.ok is (curve == "X25519")
    assert curve == "X25519" or "X448" in check.detail


@pytest.mark.parametrize(("name", "ok"), [("sound", None), ("self_signed_in_bundle", True), ("expired", False)])
def test_a_python_that_hides_what_the_server_sends(
    name: str, ok: bool | None, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Transcript, "read", lambda *_arguments: None)
    assert decisive(judged(setups()[name], tmp_path)[0]).ok is ok


# The whole probe


def probed(setup: Setup, folder: pathlib.Path, **more: t.Any) -> tuple[t.Any, HttpsServer]:
    """Return the probe of a setup in front of a collector, and the server."""
    key = setup.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file, bundle = folder / "server.pem", folder / "bundle.pem"
    file.write_text(key.decode("ascii") + pem(setup.chain), encoding="ascii")
    bundle.write_text(pem(setup.roots), encoding="ascii")
    with HttpsServer(splunk, str(file)) as server:
        endpoint = f"{setup.host}:{server.server_port}"
        return run(endpoint=endpoint, hec_token=TOKEN, ca_path=str(bundle), **more), server


@pytest.mark.parametrize(
    "name", ["sound", "underscore_under_wildcard", "two_roots_of_one_name", "key_ed25519", "issuing_ca_in_bundle"]
)
def test_the_requests_follow_the_same_rules_as_the_check(name: str, tmp_path: pathlib.Path) -> None:
    result, server = probed(setups()[name], tmp_path)
    assert result.ready, result.result
    assert any(asked.headers.get("Authorization") for asked in server.asked)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("negative_serial", "Cloudflare cannot read the certificate of {}: its serial number is negative ("),
        ("expired", "The certificate of {} expired on "),
        ("usage_of_clients", "CN=collector is not for servers: its extended key usage lacks serverAuth ("),
    ],
)
def test_a_message_says_what_is_wrong_and_then_what_cloudflare_says(
    name: str, words: str, tmp_path: pathlib.Path
) -> None:
    setup = setups()[name]
    result, _server = probed(setup, tmp_path)
    message = result.result["msg"]
    assert message.startswith(words.format(setup.host))
    assert f"is not ready for Logpush). Cloudflare says: {GO[name][:30]}" in message


def test_the_token_is_sent_only_where_openssl_verifies_the_server(tmp_path: pathlib.Path) -> None:
    result, server = probed(setups()["wrong_key_id"], tmp_path)
    assert (result.ok["certificate"], result.ok["token"], result.ready) == (True, None, False)
    assert "OpenSSL" in result.text("token") and "although Cloudflare accepts it" in result.text("token")
    assert not any(asked.headers.get("Authorization") for asked in server.asked)


def test_a_request_is_not_sent_to_another_name(tmp_path: pathlib.Path) -> None:
    """The rules for names hold for each connection, not only for the one of the check."""
    setup = setups()["sound"]
    with served(setup, tmp_path) as port:
        collector = collector_of(Setup(**{**vars(setup), "host": "other.example.com"}), port, tmp_path)
        assert "doesn't match other.example.com" in collector.verify(setup.roots[0])


def test_the_probe_is_quick_with_all_public_roots(tmp_path: pathlib.Path) -> None:
    setup = setups()["sound"]
    with open(requests.certs.where(), encoding="utf-8") as file:
        public = [ssl.PEM_cert_to_DER_cert(block + "-----END CERTIFICATE-----") for block in _blocks(file.read())]
    assert len(public) > 100
    started = time.perf_counter()
    result, _server = probed(Setup(**{**vars(setup), "roots": [*public, *setup.roots]}), tmp_path)
    assert result.ready
    assert time.perf_counter() - started < 2


def _blocks(text: str) -> list[str]:
    return [
        "-----BEGIN CERTIFICATE-----" + part
        for part in text.split("-----BEGIN CERTIFICATE-----")[1:]
        for part in [part.partition("-----END")[0]]
    ]


def test_no_python_makes_the_contexts_stricter() -> None:
    """Python 3.13 made those of ssl.create_default_context() strict."""
    strict = ssl.VERIFY_X509_STRICT
    context = tls.verifying_context("h.example.com", setups()["sound"].roots)
    assert not context.verify_flags & strict and context.verify_flags & 0x80000
    assert context.verify_mode is ssl.CERT_REQUIRED and not context.check_hostname
    source = pathlib.Path(tls.__file__).parent
    assert not [file.name for file in source.glob("*.py") if ".create_default_context(" in file.read_text("utf-8")]
    ciphers = {cipher["name"] for cipher in tls.go_context().get_ciphers() if not cipher["name"].startswith("TLS_")}
    assert len(ciphers) == 10 and all(name.startswith("ECDHE-") for name in ciphers)
