# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When HEC or a token is changed, and to what: the rules of the plan."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.outcome import Plan
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import token_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import values as splunk
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.settings_rules import (
    passphrase_to_send,
    plan_settings,
    restart_needed,
    wanted_settings,
)
from hypothesis import assume, given
from hypothesis import strategies as st

TRUE = [True, 1, "1", "true", "True", "TRUE", "t", "yes", "on", " 1 "]
FALSE = [False, 0, "0", "false", "False", "FALSE", "f", "no", "off", "", None]
TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

index_names = st.from_regex(r"[a-z0-9_][a-z0-9_-]{0,10}", fullmatch=True)
texts = st.one_of(st.sampled_from(["", "cloudflare:json", "$decideOnStartup"]), st.text(max_size=12))
roles_of_users = st.lists(st.sampled_from(["*", "admin", "power", "user"])).map(splunk.names)
settings_of_tokens = st.fixed_dictionaries(
    {
        "enabled": st.booleans(),
        "use_ack": st.booleans(),
        "indexes": st.lists(index_names, max_size=4).map(splunk.names),
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


def token(**settings: t.Any) -> dict[str, t.Any]:
    """Return the settings of a token as a client room gives them."""
    unset = {"index": "default", "indexes": [], **dict.fromkeys(("sourcetype", "source", "host", "description"), "")}
    acl = {"owner": "nobody", "sharing": "app", "read": ["admin"], "write": ["admin"]}
    return {"enabled": True, "use_ack": False, "acl": acl, **unset, **settings}


@st.composite
def wishes(draw: st.DrawFn) -> dict[str, t.Any]:
    """Return managed settings of a token that can be right, some of them left out."""
    whole = draw(settings_of_tokens)
    if whole["indexes"]:
        whole["index"] = draw(st.sampled_from(whole["indexes"]))
    whole["acl"] = {part: whole["acl"][part] for part in draw(st.sets(st.sampled_from(list(whole["acl"]))))}
    kept = draw(st.sets(st.sampled_from(["sourcetype", "source", "host", "description", "acl"])))
    grouped = draw(st.sampled_from([("index",), ("index", "indexes"), ()]))
    return {key: value for key, value in whole.items() if key in {"enabled", "use_ack", *kept, *grouped}}


def planned(wanted: t.Mapping[str, t.Any], observed: rules.Settings | None, **more: bool) -> Plan:
    """Return the plan for a token whose value stays, unless said otherwise."""
    return rules.plan_token(wanted, observed, more.get("new_value", False), more.get("recreate", False))


def applied(plan: Plan, observed: rules.Settings | None) -> rules.Settings:
    """Return a token as it is when what a plan sends is written."""
    return {**(token() if observed is None else observed), **plan.body}


def differs(observed: t.Any, wanted: t.Any) -> bool:
    """Tells whether a setting differs from what is wanted; of permissions only those that are managed count."""
    if isinstance(wanted, dict):
        return any(observed[part] != value for part, value in wanted.items())
    return bool(observed != wanted)


# Spellings


@pytest.mark.parametrize(("spelling", "meant"), [(text, True) for text in TRUE] + [(text, False) for text in FALSE])
def test_every_spelling_of_a_switch(spelling: t.Any, meant: bool) -> None:
    assert splunk.flag(spelling) is meant


@given(st.integers(), st.sampled_from(["", " "]))
def test_a_number_may_come_as_text(value: int, space: str) -> None:
    assert splunk.number(value) == splunk.number(f"{space}{value}{space}") == value


@pytest.mark.parametrize("value", [None, "", "many", "1.5", "0x10", []])
def test_what_is_no_number_is_none(value: t.Any) -> None:
    assert splunk.number(value) is None


@given(st.lists(index_names), st.randoms(use_true_random=False))
def test_a_list_is_a_set_in_any_spelling(items: list[str], random: t.Any) -> None:
    shuffled = random.sample([*items, *items], 2 * len(items))
    expected = sorted(set(items))
    for spelling in (items, shuffled, tuple(items), ",".join(shuffled), " , ".join(items), ",".join([*items, ""])):
        assert splunk.names(spelling) == expected
    assert splunk.names(None) == splunk.names("") == []


# Plans of tokens


@given(wishes(), st.one_of(st.none(), settings_of_tokens))
def test_an_applied_plan_leaves_nothing_to_do(wanted: dict[str, t.Any], observed: rules.Settings | None) -> None:
    try:
        plan = planned(wanted, observed)
    except OptionError:
        # The index that stays and the indexes that are to be do not go together.
        assume(False)
        return
    assert not planned(wanted, applied(plan, observed)).writes
    assert not any(differs(plan.target[key], value) for key, value in wanted.items())
    assert set(plan.target) == set(rules.TOKEN_SETTINGS)


@given(wishes(), settings_of_tokens)
def test_a_plan_sends_what_differs_and_no_more(wanted: dict[str, t.Any], observed: rules.Settings) -> None:
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
    wanted = rules.wanted_token(options(index="main", indexes=indexes))
    assert not planned(wanted, token(index="main", indexes=["cloudflare", "main"])).writes


def test_indexes_always_go_with_the_index() -> None:
    wanted = rules.wanted_token(options(indexes=["cloudflare", "main"]))
    changed = planned(wanted, token(index="main"))
    assert changed.body == {"indexes": ["cloudflare", "main"], "index": "main"}
    assert changed.after == {"indexes": ["cloudflare", "main"]}
    opened = planned(rules.wanted_token(options(indexes=[])), token(index="main", indexes=["main"]))
    assert opened.body == {"indexes": [], "index": "main"}
    assert planned(rules.wanted_token(options(indexes=[])), None).body["index"] == "default"


@pytest.mark.parametrize("observed", [None, token(), token(index="main")])
def test_indexes_without_the_index_that_is_used_are_refused(observed: rules.Settings | None) -> None:
    with pytest.raises(OptionError) as caught:
        planned(rules.wanted_token(options(indexes=["cloudflare", "dns"])), observed)
    assert caught.value.option == "index"


def test_the_index_must_be_among_the_indexes() -> None:
    with pytest.raises(OptionError, match="main must be among indexes.*cloudflare, dns"):
        rules.wanted_token(options(index="main", indexes=["dns", "cloudflare"]))
    with pytest.raises(OptionError, match="other must be among indexes"):
        planned(rules.wanted_token(options(index="other")), token(index="main", indexes=["main"]))


def test_indexes_at_odds_that_somebody_else_made_do_not_hinder_other_changes() -> None:
    odd = token(index="main", indexes=["cloudflare"])
    assert planned(rules.wanted_token(options(sourcetype="x")), odd).body == {"sourcetype": "x"}


@pytest.mark.parametrize(
    ("wanted", "action"),
    [
        ({"enabled": True}, "unchanged"),
        ({"enabled": False}, "disabled"),
        ({"enabled": False, "source": "x"}, "updated"),
        ({"index": ""}, "unchanged"),
        ({"index": "default", "sourcetype": ""}, "unchanged"),
    ],
)
def test_the_action_says_what_is_done(wanted: dict[str, t.Any], action: str) -> None:
    assert planned(wanted, token()).action == action
    assert planned({"enabled": True}, token(enabled=False)).action == "enabled"


# Acknowledgement


def test_acknowledgement_is_refused_with_its_reason() -> None:
    with pytest.raises(OptionError) as caught:
        rules.wanted_token(options(use_ack=True))
    assert caught.value.option == "use_ack"
    assert "never asks for acknowledgements" in str(caught.value) and "allow_ack: true" in str(caught.value)


def test_acknowledgement_that_is_on_is_switched_off() -> None:
    plan = planned(rules.wanted_token(options()), token(use_ack=True))
    assert (plan.action, plan.body, plan.before) == ("updated", {"use_ack": False}, {"use_ack": True})


def test_acknowledgement_may_be_allowed() -> None:
    wanted = rules.wanted_token(options(use_ack=True, allow_ack=True))
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
    plan = planned(rules.wanted_token(options(acl=acl)), token())
    # Splunk wants owner and sharing with every change.
    assert plan.body == ({} if changed is None else {"acl": {**token()["acl"], **changed}})


# The value


def test_another_value_needs_leave_to_recreate() -> None:
    with pytest.raises(CollectionError, match="recreate: true.*old value is refused"):
        planned(rules.wanted_token(options(token=TOKEN)), token(), new_value=True)


@given(wishes(), settings_of_tokens)
def test_a_recreated_token_keeps_what_is_not_managed(wanted: dict[str, t.Any], observed: rules.Settings) -> None:
    try:
        plan = planned(wanted, observed, new_value=True, recreate=True)
    except OptionError:
        assume(False)
        return
    assert plan.action == "replaced"
    assert plan.target == {**observed, **wanted, "acl": {**observed["acl"], **wanted.get("acl", {})}}
    # Sent is what a new token would not have anyway.
    new = rules.plan_token({}, None, new_value=False, recreate=False).target
    assert {**new, **plan.body} == {**new, **plan.target}
    assert (plan.before["token"], plan.after["token"]) == (f"{MASK} (old)", f"{MASK} (new)")


def test_no_value_is_in_a_plan() -> None:
    wanted = rules.wanted_token(options(token=TOKEN, index="main"))
    for plan in (
        planned(wanted, None),
        planned(wanted, token(), new_value=True, recreate=True),
        rules.plan_absent(token()),
    ):
        assert TOKEN not in repr(plan)


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "http://cloudflare"}, "name"),
        ({"name": "a\\b"}, "name"),
        ({"name": "a%20b"}, "name"),
        # Its path is that of HEC as a whole.
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
        rules.wanted_token(options(**wrong))
    assert caught.value.option == option


@pytest.mark.parametrize("name", ["a", "Cloudflare Logs", "cloud.flare-1_2", "50? #1 & =+:", "töken", "https"])
def test_names_as_splunk_takes_them(name: str) -> None:
    rules.wanted_token(options(name=name))


def test_absent() -> None:
    assert not rules.plan_absent(None).writes
    assert rules.plan_absent(token()).action == "deleted"


# HEC as a whole

FRESH = {
    "enabled": False,
    "port": 8088,
    "enable_ssl": True,
    "dedicated_io_threads": 2,
    "max_sockets": 0,
    "max_threads": 0,
    "use_deployment_server": False,
    "server_cert": "$SPLUNK_HOME/etc/auth/server.pem",
}
settings_of_hec = st.fixed_dictionaries(
    {"enabled": st.booleans()},
    optional={
        "port": st.integers(1, 65535),
        "enable_ssl": st.booleans(),
        "dedicated_io_threads": st.integers(0, 64),
        "max_sockets": st.integers(-1, 64),
        "max_threads": st.integers(-1, 64),
        "server_cert": st.sampled_from([FRESH["server_cert"], "/opt/splunk/etc/auth/hec.pem"]),
    },
)


@given(settings_of_hec, settings_of_hec)
def test_applied_settings_leave_nothing_to_do(wanted: rules.Settings, observed: rules.Settings) -> None:
    observed = {**FRESH, **observed}
    plan = plan_settings(wanted_settings(wanted), observed)
    assert plan.target == {**observed, **wanted}
    assert not plan_settings(wanted, {**observed, **plan.body}).writes
    assert all(observed[key] != value for key, value in plan.body.items())


@pytest.mark.parametrize(
    ("wanted", "observed", "needed"),
    [
        ({"enabled": True}, {"enabled": False}, False),
        ({"enabled": True, "port": 8443}, {"enabled": True}, True),
        ({"enabled": True, "enable_ssl": False}, {"enabled": True}, True),
        ({"enabled": True, "max_threads": 4}, {"enabled": True}, True),
        ({"enabled": True, "server_cert": "/hec.pem"}, {"enabled": True}, True),
        ({"enabled": True, "server_cert": "/hec.pem"}, {"enabled": False}, False),
        # The port is opened now, or not at all: it is as the settings say.
        ({"enabled": True, "port": 8443}, {"enabled": False}, False),
        ({"enabled": False, "port": 8443}, {"enabled": False}, False),
        ({"enabled": False, "port": 8443}, {"enabled": True}, False),
    ],
)
def test_an_open_port_changes_at_a_restart(wanted: rules.Settings, observed: rules.Settings, needed: bool) -> None:
    assert restart_needed(plan_settings(wanted, {**FRESH, **observed})) is needed


@pytest.mark.parametrize(
    ("wrong", "option"),
    [
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"dedicated_io_threads": -1}, "dedicated_io_threads"),
        ({"server_cert": "-----BEGIN CERTIFICATE-----\nMII"}, "server_cert"),
        ({"server_cert": "/hec.pem "}, "server_cert"),
        ({"server_cert": "/hec.pem", "ssl_password": "two\nlines"}, "ssl_password"),
        ({"server_cert": "/hec.pem", "ssl_password": " opens"}, "ssl_password"),
        ({"ssl_password": "opens", "ssl_password_mode": "on_change"}, "ssl_password"),
    ],
)
def test_wrong_settings_are_named(wrong: rules.Settings, option: str) -> None:
    with pytest.raises(OptionError) as caught:
        wanted_settings(wrong)
    assert caught.value.option == option


@pytest.mark.parametrize(
    ("mode", "path", "sent"),
    [
        ("on_change", "/other.pem", True),
        ("on_change", "/hec.pem", False),
        ("always", "/other.pem", True),
        ("always", "/hec.pem", True),
        ("always", None, True),
    ],
)
def test_a_passphrase_is_sent_blindly_and_never_shown(mode: str, path: str | None, sent: bool) -> None:
    given = {"enabled": True, "server_cert": path, "ssl_password": "opens", "ssl_password_mode": mode}
    wanted, observed = wanted_settings(given), {**FRESH, "enabled": True, "server_cert": "/hec.pem"}
    plan = plan_settings(wanted, observed, passphrase_to_send(given, wanted, observed))
    assert (plan.body.get("ssl_password"), plan.writes) == (("opens", True) if sent else (None, False))
    assert restart_needed(plan) is sent
    assert "opens" not in repr((plan.target, plan.before, plan.after)) and "ssl_password" not in plan.target
    assert (plan.before != plan.after) is sent


def test_without_a_passphrase_none_is_sent() -> None:
    for mode in ("on_change", "always"):
        given = {"server_cert": "/hec.pem", "ssl_password": None, "ssl_password_mode": mode}
        assert passphrase_to_send(given, wanted_settings(given), FRESH) is None


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (["indexer", "cluster_slave"], "an indexer cluster peer"),
        (["cluster_peer"], "an indexer cluster peer"),
        (["search_head", "shc_member"], "a search head cluster member"),
        (["shc_captain"], "a search head cluster member"),
    ],
)
def test_a_member_of_a_cluster_is_warned_of(roles: list[str], words: str) -> None:
    assert words in str(rules.cluster_warning(roles))


@pytest.mark.parametrize("roles", [[], ["indexer", "license_master", "kv_store", "search_head", "cluster_master"]])
def test_any_other_server_is_not(roles: list[str]) -> None:
    assert rules.cluster_warning(roles) is None
