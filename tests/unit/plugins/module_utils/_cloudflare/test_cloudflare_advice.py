# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Advice for answers of the API."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.advice import (
    Advice,
    for_reply,
    is_job_limit,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

LIMIT = "creating a new job (for http_requests dataset) is not allowed: exceeded max jobs allowed"
EXPIRED = (
    "x509: certificate has expired or is not yet valid: current time 2026-11-28T07:00:00Z is after 2026-10-01T00:00:00Z"
)
VALIDATING = "error validating destination: error writing object: "


@pytest.mark.parametrize(
    ("status", "code", "message", "advice"),
    [
        (403, 1004, LIMIT, "as many jobs as its plan allows"),
        (403, 1004, "creating a new job is not allowed: Bot Management fields are not allowed", "field_names"),
        (403, 1004, "reading job for product 'gateway_dns' is not allowed", "PII Read"),
        (400, 1002, f"{VALIDATING}x509: certificate is valid for SplunkServerDefaultCert, not h", "publicly trusted"),
        (400, 1002, f"{VALIDATING}DNSError", "does not resolve"),
        (400, 1002, f"{VALIDATING}error uploading to https: status:302", "redirects"),
        (400, 1002, f"{VALIDATING}error uploading to https: status:403", "refuses the HEC token"),
        (400, 1002, f"{VALIDATING}Timeout", "curl https://"),
        (400, 1002, f"{VALIDATING}ConnectionError", "Cloudflare cannot connect to the collector"),
        (400, 1002, f"{VALIDATING}error uploading to https: status:413", "limit for request bodies"),
        (400, 1002, f"{VALIDATING}{EXPIRED}", "expired on 2026-10-01: renew it"),
        (400, 1002, f"{VALIDATING}{EXPIRED}".replace("after", "before"), "not valid before 2026-10-01"),
        (
            400,
            1002,
            f"{VALIDATING}x509: certificate has expired or is not yet valid",
            "has expired or is not valid yet",
        ),
        (403, 9109, "Cannot use the access token from location: 203.0.113.1", "not allowed from this address"),
        (400, 1004, "creating a new job is not allowed: Key is missing", "filter is malformed"),
        (400, 1004, "bad predicate: failed to decode value", "filter is malformed"),
        (400, 1004, "transformer 7 not found for this account", "transformer_id"),
        (403, 10000, "Authentication error", "Logs Edit"),
        (401, 1000, "Invalid API Token", "Logs Edit"),
        (403, 9109, "Unauthorized to access requested resource", "Logs Edit"),
        (400, 6003, "Invalid request headers", "without the word Bearer"),
        (400, 9106, "Missing X-Auth-Key", "Set api_token"),
        (404, 7003, "Could not route to /zones/x", "32 hexadecimal digits"),
        (404, 1004, "job not found", "job_id"),
        (504, None, "", "http-inputs-"),
        (429, 971, "Please wait and consider throttling your request speed", "five minutes"),
        (503, None, "", "Try again later"),
        (500, 10001, "Internal server error", "Try again later"),
    ],
)
def test_advice_fits_the_answer(status: int, code: int | None, message: str, advice: str) -> None:
    assert advice in for_reply(status, [{"code": code, "message": message}] if message else [], "Logs Edit").text


def test_any_of_several_errors_gives_advice() -> None:
    assert (
        "DNS"
        in for_reply(400, [{"code": 1, "message": "odd"}, {"code": 1002, "message": f"{VALIDATING}DNSError"}], "").text
    )


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert for_reply(400, [{"code": 1, "message": "odd"}], "") == Advice()


def test_a_dataset_of_the_other_scope_is_named_first() -> None:
    assert for_reply(400, [], "", "zones", "audit_logs").cause.startswith("audit_logs is an account dataset")
    assert for_reply(400, [], "", "accounts", "audit_logs") == Advice()


@pytest.mark.parametrize("message", [LIMIT, "creating a new job is not allowed: Exceeded max jobs allowed"])
def test_the_job_limit_is_recognized(message: str) -> None:
    assert is_job_limit([{"code": 1004, "message": message}])
    assert "as many jobs" in for_reply(403, [{"code": 1004, "message": message}], "").cause


@given(
    st.integers(100, 599),
    st.lists(
        st.dictionaries(
            st.sampled_from(["code", "message"]), st.one_of(st.none(), st.integers(), nasty_text, st.lists(st.none()))
        )
    ),
)
def test_no_answer_breaks_the_advice(status: int, errors: list[dict[str, t.Any]]) -> None:
    assert isinstance(for_reply(status, errors, "zones", "http_requests").text, str)
    assert is_job_limit(errors) in (True, False)
