# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HEC tokens: the refused options, the changes of a token, and the requests of a plan."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.outcome import Plan
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import (
    TOKEN_SETTINGS,
    RequestedToken,
    plan_absent,
    plan_present,
    requested_token,
    with_acknowledgement_warning,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.values import Token, names
from hypothesis import assume, given
from hypothesis import strategies as st

Settings = t.Dict[str, t.Any]

OLD_VALUE = "ffffffff-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

index_names = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,10}", fullmatch=True)
texts = st.one_of(st.sampled_from(["", "cloudflare:json", "$decideOnStartup"]), st.text(max_size=12))
roles_of_users = st.lists(st.sampled_from(["*", "admin", "power", "user"])).map(names)
settings_of_tokens = st.fixed_dictionaries(
    {
        "enabled": st.booleans(),
        "use_ack": st.booleans(),
        "indexes": st.lists(index_names, max_size=4).map(names),
        "sourcetype": texts,
        "source": texts,
        "host": texts,
        "description": texts,
        "index": index_names,
        "acl": st.fixed_dictionaries(
            {
                "owner": st.sampled_from(["nobody", "admin"]),
                "sharing": st.sampled_from(["app", "global"]),
                "read": roles_of_users,
                "write": roles_of_users,
            }
        ),
    }
)


def options(**given_options: t.Any) -> dict[str, t.Any]:
    """Return the options of the module, with its defaults."""
    return {"name": "cloudflare", "enabled": True, "use_ack": False, "allow_ack": False, "token": None, **given_options}


def requested(**given_options: t.Any) -> Settings:
    """Return the settings that these options request."""
    return dict(requested_token(options(**given_options)).settings)


def token(**settings: t.Any) -> Settings:
    """Return the settings of a token as a client returns them."""
    unset = {"index": "default", "indexes": [], **dict.fromkeys(("sourcetype", "source", "host", "description"), "")}
    acl = {"owner": "nobody", "sharing": "app", "read": ["admin"], "write": ["admin"]}
    return {"enabled": True, "use_ack": False, "acl": acl, **unset, **settings}


@st.composite
def requests_for_tokens(draw: st.DrawFn) -> dict[str, t.Any]:
    """Return valid managed settings of a token, some of them left out."""
    whole = draw(settings_of_tokens)
    if whole["indexes"]:
        whole["index"] = draw(st.sampled_from(whole["indexes"]))
    whole["acl"] = {part: whole["acl"][part] for part in draw(st.sets(st.sampled_from(list(whole["acl"]))))}
    kept = draw(st.sets(st.sampled_from(["sourcetype", "source", "host", "description", "acl"])))
    grouped = draw(st.sampled_from([("index",), ("index", "indexes"), ()]))
    return {key: value for key, value in whole.items() if key in {"enabled", "use_ack", *kept, *grouped}}


def existing(settings: Settings) -> Token:
    """Return an existing token with these settings."""
    return Token("cloudflare", t.cast(t.Any, settings), OLD_VALUE, "splunk_httpinput")


def planned(
    wanted: t.Mapping[str, t.Any], observed: Settings | None, value: str | None = None, recreate: bool = False
) -> Plan:
    """Return the plan for a token with these settings."""
    request = RequestedToken("cloudflare", wanted, value, recreate)
    return plan_present(request, None if observed is None else existing(observed))


def applied(plan: Plan, observed: Settings | None) -> Settings:
    """Return a token after the request of a plan is applied."""
    return {**(token() if observed is None else observed), **plan.body}


def differs(observed: t.Any, wanted: t.Any) -> bool:
    """Return whether a setting differs from the wanted one; of permissions only those that are managed count."""
    if isinstance(wanted, dict):
        return any(observed[part] != value for part, value in wanted.items())
    return bool(observed != wanted)


# Plans of tokens


@given(requests_for_tokens(), st.one_of(st.none(), settings_of_tokens))
def test_an_applied_plan_leaves_nothing_to_do(wanted: dict[str, t.Any], observed: Settings | None) -> None:
    try:
        plan = planned(wanted, observed)
    except OptionError:
        # The existing index is not among the wanted indexes.
        assume(False)
        return
    assert not planned(wanted, applied(plan, observed)).writes
    assert not any(differs(plan.target[key], value) for key, value in wanted.items())
    assert set(plan.target) == set(TOKEN_SETTINGS)


@given(requests_for_tokens(), settings_of_tokens)
def test_a_plan_sends_what_differs_and_no_more(wanted: dict[str, t.Any], observed: Settings) -> None:
    try:
        plan = planned(wanted, observed)
    except OptionError:
        assume(False)
        return
    differ = {key for key, value in wanted.items() if differs(observed[key], value)}
    assert set(plan.after) <= differ
    assert set(plan.body) - {"index"} <= differ
    assert plan.writes == bool(plan.after)
    # Splunk: "The indexes should be specified together with index."
    assert "indexes" not in plan.body or "index" in plan.body


@pytest.mark.parametrize("indexes", [["main", "cloudflare"], ["cloudflare", "main", "main"], [" main", "cloudflare "]])
def test_indexes_are_compared_as_a_set(indexes: list[str]) -> None:
    wanted = requested(index="main", indexes=indexes)
    assert not planned(wanted, token(index="main", indexes=["cloudflare", "main"])).writes


def test_indexes_always_go_with_the_index() -> None:
    wanted = requested(indexes=["cloudflare", "main"])
    changed = planned(wanted, token(index="main"))
    assert changed.body == {"indexes": ["cloudflare", "main"], "index": "main"}
    assert changed.after == {"indexes": ["cloudflare", "main"]}
    opened = planned(requested(indexes=[]), token(index="main", indexes=["main"]))
    assert opened.body == {"indexes": [], "index": "main"}
    assert planned(requested(indexes=[]), None).body["index"] == "default"


@pytest.mark.parametrize("observed", [None, token(), token(index="main")])
def test_indexes_without_the_index_that_is_used_are_refused(observed: Settings | None) -> None:
    with pytest.raises(OptionError) as caught:
        planned(requested(indexes=["cloudflare", "dns"]), observed)
    assert caught.value.option == "index"


def test_the_index_must_be_among_the_indexes() -> None:
    with pytest.raises(OptionError, match="main must be among indexes.*cloudflare, dns"):
        requested(index="main", indexes=["dns", "cloudflare"])
    with pytest.raises(OptionError, match="other must be among indexes"):
        planned(requested(index="other"), token(index="main", indexes=["main"]))


def test_indexes_at_odds_that_somebody_else_made_do_not_hinder_other_changes() -> None:
    odd = token(index="main", indexes=["cloudflare"])
    assert planned(requested(sourcetype="x"), odd).body == {"sourcetype": "x"}


@pytest.mark.parametrize(
    ("wanted", "action"),
    [
        ({"enabled": True}, "unchanged"),
        ({"enabled": False}, "disabled"),
        ({"enabled": False, "source": "x"}, "updated"),
        ({"index": "default", "sourcetype": ""}, "unchanged"),
    ],
)
def test_the_action_says_what_is_done(wanted: dict[str, t.Any], action: str) -> None:
    assert planned(wanted, token()).action == action
    assert planned({"enabled": True}, token(enabled=False)).action == "enabled"


# Acknowledgement


def test_acknowledgement_is_refused_with_its_reason() -> None:
    with pytest.raises(OptionError) as caught:
        requested(use_ack=True)
    assert caught.value.option == "use_ack"
    assert "never asks for acknowledgements" in str(caught.value) and "allow_ack: true" in str(caught.value)


def test_acknowledgement_that_is_on_is_switched_off() -> None:
    plan = planned(requested(), token(use_ack=True))
    assert (plan.action, plan.body, plan.before) == ("updated", {"use_ack": False}, {"use_ack": True})


def test_acknowledgement_may_be_allowed() -> None:
    wanted = requested(use_ack=True, allow_ack=True)
    assert planned(wanted, token()).body == {"use_ack": True}
    assert not planned(wanted, token(use_ack=True)).writes


# Permissions


@pytest.mark.parametrize(
    ("acl", "changed"),
    [
        ({}, None),
        ({"owner": None, "read": ["admin"]}, None),
        ({"write": ["power", "admin"]}, {"write": ["power", "admin"]}),
        ({"sharing": "global"}, {"sharing": "global"}),
        ({"read": []}, {"read": []}),
    ],
)
def test_only_the_permissions_that_are_set_are_managed(acl: dict[str, t.Any], changed: dict[str, t.Any] | None) -> None:
    plan = planned(requested(acl=acl), token())
    # Splunk requires owner and sharing with every change.
    assert plan.body == ({} if changed is None else {"acl": {**token()["acl"], **changed}})


# The value


def test_another_value_requires_recreate() -> None:
    with pytest.raises(CollectionError, match="recreate: true.*old value is refused"):
        planned(requested(token=TOKEN), token(), value=TOKEN)


@given(requests_for_tokens(), settings_of_tokens)
def test_a_recreated_token_keeps_what_is_not_managed(wanted: dict[str, t.Any], observed: Settings) -> None:
    try:
        plan = planned(wanted, observed, value=TOKEN, recreate=True)
    except OptionError:
        assume(False)
        return
    assert plan.action == "replaced"
    assert plan.target == {**observed, **wanted, "acl": {**observed["acl"], **wanted.get("acl", {})}}
    # Only settings that differ from those of a new token are sent.
    new = planned({}, None).target
    assert {**new, **plan.body} == {**new, **plan.target}
    assert (plan.before["token"], plan.after["token"]) == (f"{MASK} (old)", f"{MASK} (new)")


def test_the_same_value_needs_no_replacement() -> None:
    assert not planned(requested(), token(), value=OLD_VALUE).writes


def test_a_value_that_splunk_does_not_show_cannot_be_compared() -> None:
    hidden = existing(token())._replace(value=None)
    for recreate in (False, True):
        with pytest.raises(CollectionError, match="^token: Splunk does not show the value of HEC token cloudflare"):
            plan_present(RequestedToken("cloudflare", {}, TOKEN, recreate), hidden)


@pytest.mark.parametrize("spelling", [TOKEN, f"Splunk {TOKEN}", f"Splunk%20{TOKEN}"])
def test_the_value_of_a_request_is_the_bare_token(spelling: str) -> None:
    assert requested_token(options(token=spelling)).value == TOKEN
    assert requested_token(options()).value is None


def test_settings_that_splunk_cloud_does_not_have() -> None:
    for option, value in (("description", "x"), ("acl", {"owner": "admin"})):
        with pytest.raises(OptionError, match=f"^{option}: is not supported by Splunk Cloud"):
            requested(platform="cloud", **{option: value})
    assert "acl" not in requested(platform="cloud", acl={"owner": None})


def test_no_value_is_in_a_plan() -> None:
    wanted = requested(token=TOKEN, index="main")
    for plan in (
        planned(wanted, None),
        planned(wanted, token(), value=TOKEN, recreate=True),
        plan_absent(existing(token())),
    ):
        assert TOKEN not in repr(plan) and OLD_VALUE not in repr(plan)


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"name": "http://a/b"}, "name"),
        ({"name": "http://http"}, "name"),
        ({"name": ".."}, "name"),
        ({"name": "a\\b"}, "name"),
        ({"name": "a%20b"}, "name"),
        # Its path would be the path of the HEC settings.
        ({"name": "http"}, "name"),
        ({"name": " a"}, "name"),
        ({"name": "a\n"}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"token": "two words"}, "token"),
        ({"token": "\x07"}, "token"),
    ],
)
def test_wrong_options_are_named(wrong: dict[str, t.Any], option: str) -> None:
    with pytest.raises(OptionError) as caught:
        requested(**wrong)
    assert caught.value.option == option


@pytest.mark.parametrize("name", ["a", "Cloudflare Logs", "cloud.flare-1_2", "50? #1 & =+:", "töken", "https"])
def test_names_of_existing_tokens(name: str) -> None:
    assert requested_token(options(name=name)).name == requested_token(options(name=f"http://{name}")).name == name


@pytest.mark.parametrize("name", ["Cloudflare Logs", "50? #1 & =+:", "töken", "a:b", "a b"])
def test_new_tokens_have_names_that_every_splunk_can_manage(name: str) -> None:
    with pytest.raises(OptionError, match="^name: has characters that a new token may not have. Use letters"):
        plan_present(requested_token(options(name=name)), None)


def test_absent() -> None:
    assert not plan_absent(None).writes
    plan = plan_absent(existing(token()))
    assert (plan.action, plan.before, plan.after) == ("deleted", token(), {})


def test_tokens_with_acknowledgement_are_one_warning_with_the_first_five() -> None:
    assert with_acknowledgement_warning(["one"]).startswith(
        "HEC token one has indexer acknowledgement on. Do not use it"
    )
    several = with_acknowledgement_warning([f"token-{number}" for number in range(1, 8)])
    listed = ", ".join(f"token-{number}" for number in range(1, 6))
    assert several.startswith(f"HEC tokens {listed}, and 2 more have indexer acknowledgement on. Do not use them")
