# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of a collector's answers, of its name and of its address."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector import checks
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.answer import Answer, HecCode
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.tls_rules import TLS_RULES, TlsDefect
from ansible_collections.edgeops.logpush.tests.simulator.hec_answers import CODES
from hypothesis import given
from hypothesis import strategies as st

REFUSED_TOKEN = {1, 2, 3, 4, 16, 21, 22}
UNHEALTHY = {9, 18, 19, 20, 23, 26, 27}
HTML = Answer(200, html=True)
SILENCE = Answer(0, text="no answer within 10 seconds")

answers = st.builds(
    Answer,
    st.sampled_from([0, 200, 201, 301, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503]),
    st.one_of(st.none(), st.integers(-1, 30), st.sampled_from([200, 404])),
    st.text(min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from(["", "https://elsewhere.example.com/"]),
    st.booleans(),
    st.booleans(),
)


def answer(code: int) -> Answer:
    """Return Splunk's answer of a code."""
    status, text = CODES[code]
    return Answer(status, code, text)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_whether_the_token_is_good(code: int) -> None:
    check = checks.token(answer(code))
    busy = code in UNHEALTHY - {27} or code == 8
    assert check.ok is not (code in REFUSED_TOKEN or busy or code in (15, 17))
    if not check.ok:
        assert f"code {code}" in check.detail


@pytest.mark.parametrize("code", sorted(set(CODES) - {0, 5, 11, 12, 13, 14, 15, 17, 21, 22}))
def test_a_code_that_means_trouble_comes_with_advice(code: int) -> None:
    found = [checks.token(answer(code)), checks.event(answer(code)), checks.health(answer(code))]
    found.append(checks.acknowledgement([answer(code)]))
    assert any(check.advice for check in found)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_whether_the_event_was_accepted(code: int) -> None:
    assert checks.event(answer(code)).ok is (code == 0)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_whether_the_collector_is_healthy(code: int) -> None:
    wanted = {0: True, 17: True, 24: True, 25: True}.get(code, False if code in UNHEALTHY or code == 8 else None)
    assert checks.health(answer(code)).ok is wanted


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        (Answer(200, 200, "Success"), True),  # Fluent Bit
        (Answer(503, 17, "HEC is healthy"), None),  # a proxy that answers for a collector it cannot reach
        (Answer(404, 404, "The requested URL was not found on this server."), None),  # Splunk before 6.6
        (Answer(400), None),
        (Answer(200), True),
        (HTML, False),
        (Answer(303, location="https://h:8000/en-US/"), False),
        (Answer(502, html=True), False),
        (SILENCE, False),
    ],
)
def test_health_of_other_servers(given: Answer, ok: bool | None) -> None:
    check = checks.health(given)
    assert check.ok is ok
    assert check.advice or ok is not False


@pytest.mark.parametrize(
    ("given", "ok", "word"),
    [
        (answer(5), True, ""),
        (answer(2), True, ""),
        (Answer(200), True, ""),
        (HTML, False, "8088"),
        (Answer(404, 404, "The requested URL was not found on this server."), False, "8088"),
        (Answer(302, location="https://h/login"), False, "8088"),
        (Answer(403, html=True), False, "firewall"),
        (Answer(502, html=True), False, "load balancer"),
        (Answer(500, text="Internal Server Error"), False, "exporter"),
        (Answer(413, html=True), False, "limit for request bodies"),
        (SILENCE, False, "ten seconds"),
    ],
)
def test_whether_a_collector_is_at_the_path(given: Answer, ok: bool, word: str) -> None:
    check = checks.path("", given)
    assert check.ok is ok
    assert word in check.advice


@given(answers)
def test_something_is_wrong_whenever_the_token_is_not_known_to_be_good(given_answer: Answer) -> None:
    token, path = checks.token(given_answer), checks.path("", given_answer)
    assert token.ok is not None or path.ok is False


@given(answers)
def test_every_failure_says_what_it_is(given_answer: Answer) -> None:
    for check in (checks.health(given_answer), checks.token(given_answer), checks.event(given_answer)):
        assert check.ok is not False or check.detail


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        ([answer(5), answer(0)], True),
        ([answer(5), Answer(200, 0, "Success", has_ack_id=True)], False),
        ([answer(5), answer(14)], True),
        ([answer(5), answer(7), Answer(200, has_acks=True)], False),
        ([answer(10)], False),
        ([answer(28)], False),
        ([answer(27)], False),
        ([answer(5)], None),
        ([answer(5), Answer(400)], None),
    ],
)
def test_whether_acknowledgement_is_off(given: list[Answer], ok: bool | None) -> None:
    check = checks.acknowledgement(given)
    assert check.ok is ok
    assert ("never fetches" in check.advice) is (ok is False)


def test_a_web_page_that_answers_the_event_with_200_is_no_success() -> None:
    assert checks.event(HTML).ok is False
    assert checks.event(Answer(200)).ok is True
    assert "megabytes" in checks.event(Answer(413, html=True)).advice


# Host, address and port


@pytest.mark.parametrize(
    ("host", "port", "answers_hec", "ok", "word"),
    [
        ("splunk.example.com", 8088, False, True, ""),
        ("http-inputs-acme.splunkcloud.com", 443, False, True, ""),
        ("http-inputs.acme.splunkcloud.com", 443, False, True, ""),
        ("input-acme.splunkcloud.com", 8088, False, True, ""),
        ("acme.splunkcloud.com", 443, False, False, "https://http-inputs-acme.splunkcloud.com:443"),
        ("acme.splunkcloudgc.com", 443, False, False, "https://http-inputs.acme.splunkcloudgc.com:443"),
        ("acme.splunkcloud.com", 8088, True, True, ""),
        ("prd-p-0qk3h.splunkcloud.com", 8088, False, True, ""),
        ("prd-p-0qk3h.splunkcloud.com", 443, False, False, "8088"),
        ("inputs.acme.splunkcloud.com", 443, False, False, "https://http-inputs-acme.splunkcloud.com:443"),
        ("inputs1.acme.splunkcloud.com", 443, False, False, "https://http-inputs-acme.splunkcloud.com:443"),
        ("inputs-acme.splunkcloud.com", 443, False, False, "https://http-inputs-acme.splunkcloud.com:443"),
    ],
)
def test_names_of_splunk_cloud(host: str, port: int, answers_hec: bool, ok: bool, word: str) -> None:
    check = checks.host_name(host, port, hec_answers=answers_hec)
    assert check.ok is ok
    assert word in check.advice


@pytest.mark.parametrize(
    ("host", "port", "word"),
    [
        ("splunk.example.com", 8088, ""),
        ("splunk.example.com", 443, ""),
        ("splunk.example.com", 8089, "management"),
        ("splunk.example.com", 8000, "Splunk Web"),
        ("splunk.example.com", 9997, "forwarders"),
        ("splunk.example.com", 12345, "443 and 8088"),
        ("http-inputs-acme.splunkcloud.com", 8088, "443"),
        ("prd-p-0qk3h.splunkcloud.com", 8088, ""),
    ],
)
def test_no_port_is_wrong_by_itself(host: str, port: int, word: str) -> None:
    check = checks.port(host, port, hec_answers=True)
    assert check.ok is True
    assert word in check.advice
    assert bool(word) is bool(check.advice)


@pytest.mark.parametrize(
    ("host", "port", "says"),
    [
        ("splunk.example.com", 8089, "8089 is Splunk's management port; HEC usually listens on 8088."),
        ("http-inputs-acme.splunkcloud.com", 8089, "8089 is Splunk's management port; HEC usually listens on 443."),
        ("splunk.example.com", 8000, "8000 is the port of Splunk Web; HEC usually listens on 8088."),
        ("splunk.example.com", 12345, ""),
    ],
)
def test_a_port_of_another_service_without_a_hec_is_wrong(host: str, port: int, says: str) -> None:
    check = checks.port(host, port, hec_answers=False)
    assert (check.ok, check.detail) == ((False, says) if says else (True, f"The port is {port}."))


@pytest.mark.parametrize(
    ("host", "addresses", "is_private_setup", "ok"),
    [
        ("hec.example.com", ["198.41.0.4"], False, True),
        ("hec.example.com", ["10.0.0.7", "198.41.0.4"], False, True),
        ("hec.example.com", ["10.0.0.7"], False, None),  # split DNS
        ("hec.example.com", [], False, None),
        ("10.0.0.7", ["10.0.0.7"], False, False),
        ("10.0.0.7", ["10.0.0.7"], True, None),
        ("::1", ["::1"], False, False),
        ("198.41.0.4", ["198.41.0.4"], False, True),
        ("localhost", ["127.0.0.1"], False, False),
        ("localhost", ["127.0.0.1"], True, None),
        ("splunk", ["10.0.0.7"], False, False),
        ("splunk", ["198.41.0.4"], False, False),
        ("splunk.corp.internal.", [], False, False),
    ],
)
def test_addresses_that_cloudflare_cannot_reach(
    host: str, addresses: list[str], is_private_setup: bool, ok: bool | None
) -> None:
    check = checks.public_address(host, addresses, is_private_setup=is_private_setup)
    assert check.ok is ok
    assert ok is True or check.advice or not addresses


def test_every_code_of_splunk_has_a_name() -> None:
    # The codes 15, 21 and 22 have no advice of their own.
    assert set(CODES) - {15, 21, 22} <= set(HecCode)


def test_the_handshake() -> None:
    assert checks.tls_established("TLSv1.3").ok is True
    failed = checks.tls_failed(TlsDefect.OTHER, "no answer within 3 seconds")
    missing = checks.tls_failed(TlsDefect.PLAIN_HTTP)
    assert failed.ok is False and "no answer within 3 seconds" in failed.detail and failed.advice
    assert missing.ok is False and "enable_ssl: true" in missing.advice
    assert set(TLS_RULES) == set(TlsDefect)


def test_a_name_that_does_not_resolve() -> None:
    assert checks.dns("h.example.com", [], "unknown", "").ok is False
    assert checks.dns("h.example.com", [], "unknown", "proxy:3128").ok is None
    assert checks.dns("h.example.com", ["198.41.0.4"], "", "").ok is True
    trial = checks.dns("http-inputs-prd-p-0qk3h.splunkcloud.com", [], "unknown", "")
    assert "trial" in trial.advice
