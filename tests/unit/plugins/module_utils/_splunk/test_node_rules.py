# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which value a HEC token gets on several nodes."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.node_rules import (
    Look,
    SharedValue,
    check_value,
    shared_value,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import RequestedToken
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import Token

ONE, TWO = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
UNREAD = Look("unread", None)


def look(node: str, value: str | None = None, name: str = "cloudflare") -> Look:
    """Return a node with a token. The value is None if Splunk does not show it."""
    return Look(node, [Token(name, t.cast(t.Any, {}), value, "search")])


def wanted(value: str | None = None, value_from: str = "token") -> RequestedToken:
    """Return the token that a task requests."""
    return RequestedToken("cloudflare", {}, value, False, value_from)


EMPTY = Look("empty", [])


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([EMPTY, EMPTY], SharedValue(None)),
        ([look("a", ONE), look("b", TWO)], SharedValue(ONE, "a")),
        ([EMPTY, look("b", TWO)], SharedValue(TWO, "b")),
        ([UNREAD, look("b", TWO)], SharedValue(TWO, "b")),
        ([look("a", None), look("b", TWO)], SharedValue(TWO, "b")),
        ([look("a", "********"), look("b", TWO)], SharedValue(TWO, "b")),
        ([EMPTY, look("b", ONE, "other")], SharedValue(None)),
    ],
)
def test_the_first_node_with_the_token_gives_the_value(looks: list[Look], expected: SharedValue) -> None:
    found = shared_value(wanted(), looks)
    assert found._replace(warnings=()) == expected._replace(warnings=()) and not found.problem


@pytest.mark.parametrize("doubtful", [UNREAD, look("doubtful", None), look("doubtful", "********")])
def test_no_value_is_chosen_while_one_is_not_known(doubtful: Look) -> None:
    found = shared_value(wanted(), [EMPTY, doubtful])
    assert found.value is None and f"it is not known whether {doubtful.node} has the token already" in found.problem


def test_a_given_value_wins_unless_it_is_from_the_environment_and_belongs_to_another_token() -> None:
    of_other = [look("a", ONE, "other"), look("b", TWO)]
    assert shared_value(wanted(ONE), of_other) == SharedValue(ONE)
    found = shared_value(wanted(ONE, "SPLUNK_HEC_TOKEN"), of_other)
    assert (found.value, found.source) == (TWO, "b") and "a: SPLUNK_HEC_TOKEN" in found.warnings[0]
    assert shared_value(wanted(ONE, "SPLUNK_HEC_TOKEN"), [UNREAD, EMPTY]) == SharedValue(ONE)


@pytest.mark.parametrize(
    ("value", "recreate", "complete", "problem"),
    [
        (ONE, False, False, ""),
        (None, True, True, "does not show the value"),
        ("********", True, True, "does not show the value"),
        (TWO, False, True, "Set recreate: true to replace it with the value of first"),
        (TWO, True, False, "was not replaced, because other nodes could not be read"),
        (TWO, True, True, ""),
    ],
)
def test_a_token_with_another_value(value: str | None, recreate: bool, complete: bool, problem: str) -> None:
    [token] = t.cast("list[Token]", look("b", value).tokens)
    shared = SharedValue(ONE, "first")
    try:
        check_value("cloudflare", token, shared, recreate=recreate, complete=complete)
    except CollectionError as error:
        assert problem and problem in str(error) and TWO not in str(error)
    else:
        assert not problem
    # A value that the user gives is checked with the token itself.
    check_value("cloudflare", token, SharedValue(ONE), recreate=False, complete=False)


@pytest.mark.parametrize("value", [ONE, TWO, None, "********"])
def test_a_given_value_replaces_no_other_one_while_a_node_cannot_be_read(value: str | None) -> None:
    [token] = t.cast("list[Token]", look("b", value).tokens)
    check_value("cloudflare", token, SharedValue(ONE), recreate=True, complete=True)
    check_value("cloudflare", None, SharedValue(ONE), recreate=True, complete=False)
    if value == TWO:
        with pytest.raises(CollectionError, match="was not replaced, because other nodes could not be read"):
            check_value("cloudflare", token, SharedValue(ONE), recreate=True, complete=False)
    else:
        check_value("cloudflare", token, SharedValue(ONE), recreate=True, complete=False)


def test_the_node_that_has_a_token_twice_is_named() -> None:
    [token] = t.cast("list[Token]", look("b", ONE).tokens)
    with pytest.raises(CollectionError, match="^b: name: the HEC token cloudflare exists in 2 apps: other, search"):
        shared_value(wanted(), [EMPTY, Look("b", [token, token._replace(app="other")])])
