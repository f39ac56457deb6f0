# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the verification of an API token means for a refusal."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import token_state
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.advice import Advice
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.token_state import TokenState
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Reply
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-11-28T07:00:00Z"
NEEDS = Advice("", "The API token needs the permission Logs Edit for this zone or account.")


def reply(status: int, body: t.Any) -> Reply:
    """Return the answer of a verification."""
    return Reply("GET", "https://api.example.com/user/tokens/verify", status, {}, json.dumps(body))


def verified(**result: t.Any) -> TokenState:
    """Return what a verification that succeeds means."""
    return token_state.meaning(reply(200, {"success": True, "errors": [], "result": result}), NOW)


@pytest.mark.parametrize(
    ("result", "cause"),
    [
        ({"status": "active", "expires_on": "2026-11-28T06:59:59Z"}, "The API token expired on 2026-11-28"),
        ({"status": "active", "not_before": "2026-11-28T07:00:01Z"}, "The API token is not valid before 2026-11-28"),
        ({"status": "expired"}, "The API token has expired"),
        ({"status": "disabled"}, "The API token is disabled"),
    ],
)
def test_a_token_that_cannot_be_used(result: dict[str, str], cause: str) -> None:
    state = verified(**result)
    assert (state.kind, state.advice.cause) == (token_state.UNUSABLE, cause)
    assert token_state.explained(state, NEEDS, "Or else.") == state.advice


def test_a_valid_token_lacks_a_permission_unless_something_else_explains_the_refusal() -> None:
    valid = verified(status="active", not_before="2026-01-01T00:00:00Z", expires_on="2027-01-01T00:00:00Z")
    assert valid.kind == token_state.VALID
    lacking = token_state.explained(valid, NEEDS, "Or set zone_id.")
    assert lacking.cause == "The API token is valid, but it needs the permission Logs Edit for this zone or account."
    assert lacking.next_step.endswith("Or set zone_id.")
    dataset = NEEDS._replace(cause="audit_logs is an account dataset: set account_id instead of a zone.")
    assert token_state.explained(valid, dataset, "").cause == dataset.cause


@given(
    st.integers(100, 599),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), nasty_text),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["success", "errors", "result", "status", "message", "expires_on", "not_before"]), inner
            ),
        ),
        max_leaves=8,
    ),
)
def test_no_answer_breaks_the_verification(status: int, body: t.Any) -> None:
    for account in ("", "a" * 32):
        state = token_state.meaning(reply(status, body), NOW, account)
        assert isinstance(token_state.explained(state, NEEDS, "").text, str)
