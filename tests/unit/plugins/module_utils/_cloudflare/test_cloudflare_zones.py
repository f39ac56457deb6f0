# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which zones become hosts, the names of the hosts, and their variables."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare import zones as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.tests.unit.strategies import nasty_text
from hypothesis import given
from hypothesis import strategies as st

ZONE = {
    "zone_id": "023e105f4ecef8ad9ca31a8372d0c353",
    "zone_name": "shop.example.com",
    "zone_status": "active",
    "zone_plan": "Enterprise Website",
    "account_id": "01a7362d577a6c3019a474fd6f485823",
    "account_name": "Acme [EU]",
}
UMLAUT = {**ZONE, "zone_name": "xn--mller-kva.example"}

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), nasty_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "name"]), inner)),
    max_leaves=4,
)
ids = st.integers(0, 50).map(lambda number: f"{number:032x}")
labels = st.sampled_from(["shop", "www", "a-b", "example", "com", "xn--mller-kva", "1"])
domains = st.lists(labels, min_size=2, max_size=4).map(".".join)
zones = st.fixed_dictionaries(
    {
        "zone_id": ids,
        "zone_name": st.one_of(
            domains, nasty_text, st.sampled_from(["all", "ungrouped", "localhost", "127.0.0.1", "-x.com"])
        ),
        "zone_status": st.sampled_from(rules.STATUSES),
        "zone_plan": st.sampled_from(["Free Website", "Enterprise Website", ""]),
        "account_id": ids,
        "account_name": nasty_text,
    }
)
# No two zones have the same ID.
zone_lists = st.lists(zones, max_size=8, unique_by=lambda zone: zone["zone_id"])
patterns = st.lists(
    st.one_of(labels, st.sampled_from(["*", "**", "?", "[a-z]", ".", "S", "ü", "*."])), min_size=1, max_size=4
).map("".join)


def filters(**options: t.Any) -> rules.Filters:
    return rules.filters_of(options)


def test_the_variables_of_a_zone() -> None:
    zone = {
        "id": ZONE["zone_id"],
        "name": "shop.example.com",
        "status": "active",
        "paused": False,
        "account": {"id": ZONE["account_id"], "name": "Acme [EU]"},
        "plan": {"id": "94f3b7b768b0458b56d2cac4fe5ec0f9", "name": "Enterprise Website", "legacy_id": "enterprise"},
    }
    assert rules.zone_variables(zone) == ZONE


def test_what_the_api_does_not_tell_is_empty() -> None:
    empty = dict.fromkeys(ZONE, "")
    assert rules.zone_variables({"id": "0123", "plan": None}) == {**empty, "zone_id": "0123"}


@given(st.dictionaries(st.sampled_from(["id", "name", "status", "plan", "account"]), json_values))
def test_any_answer_gives_text_that_can_be_written(zone: dict[str, t.Any]) -> None:
    try:
        variables = rules.zone_variables(zone)
    except CollectionError as error:
        assert "without an ID" in str(error)
        return
    assert list(variables) == list(ZONE)
    for value in variables.values():
        value.encode("utf-8")


@pytest.mark.parametrize("zone_id", [None, "", 7, ["0123"], "../accounts", "{{ x }}", "a" * 65])
def test_a_zone_without_an_id_is_no_zone(zone_id: t.Any) -> None:
    with pytest.raises(CollectionError, match="without an ID"):
        rules.zone_variables({"id": zone_id, "name": "example.com"})


@pytest.mark.parametrize(
    ("options", "zone", "passes"),
    [
        ({}, ZONE, True),
        ({"include": None, "exclude": []}, ZONE, True),
        ({"include": ["shop.example.com"]}, ZONE, True),
        ({"include": ["*.EXAMPLE.com "]}, ZONE, True),
        ({"include": ["example.com"]}, ZONE, False),
        ({"include": ["*.example.net", "shop.*"]}, ZONE, True),
        ({"include": ["sho?.example.[cn]om"]}, ZONE, True),
        ({"exclude": ["shop.*"]}, ZONE, False),
        ({"include": ["*"], "exclude": ["*.com"]}, ZONE, False),
        ({"include": ["müller.*"]}, UMLAUT, True),
        ({"include": ["m?ller.example"]}, UMLAUT, False),
        ({"include": ["xn--*"]}, UMLAUT, True),
        ({"include": ["xn--*"]}, {**ZONE, "zone_name": "müller.example"}, True),
        ({"include": ["ü*"]}, {**ZONE, "zone_name": "xn--\xff.example"}, False),
        ({"statuses": ["active", "pending"]}, ZONE, True),
        ({"statuses": ["Active"]}, ZONE, True),
        ({"statuses": ["pending"]}, ZONE, False),
        ({"plans": ["enterprise*"]}, ZONE, True),
        ({"plans": ["enterprise"]}, ZONE, False),
        ({"plans": ["free website", "Enterprise Website"]}, ZONE, True),
        ({"accounts": ["01A7362D577A6C3019A474FD6F485823"]}, ZONE, True),
        ({"accounts": ["Acme [EU]"]}, ZONE, True),
        ({"accounts": ["acme*"]}, ZONE, True),
        ({"accounts": ["acme"]}, ZONE, False),
        ({"accounts": ["acme*"], "statuses": ["moved"]}, ZONE, False),
    ],
)
def test_what_passes(options: dict[str, t.Any], zone: dict[str, str], passes: bool) -> None:
    assert rules.is_wanted(zone, filters(**options)) is passes


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"include": "*.example.com"}, "include"),
        ({"include": [1]}, "include"),
        ({"exclude": ["a", " "]}, "exclude"),
        ({"plans": [None]}, "plans"),
        ({"accounts": {"name": "Acme"}}, "accounts"),
        ({"statuses": ["actve"]}, "statuses"),
    ],
)
def test_an_option_that_cannot_be_meant_is_named(options: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OptionError, match=f"^{named}: "):
        filters(**options)


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({}, {}),
        ({"include": ["Shop.example.com"]}, {"name": "shop.example.com"}),
        ({"include": ["*.example.com"]}, {"name": "ends_with:.example.com"}),
        ({"include": ["shop.*"]}, {"name": "starts_with:shop."}),
        ({"include": ["**shop*"]}, {"name": "contains:shop"}),
        ({"include": ["*"]}, {}),
        ({"include": ["shop.*.com"]}, {}),
        ({"include": ["sho?.example.com"]}, {}),
        ({"include": ["*müller*"]}, {}),
        ({"include": ["a.com", "b.com"]}, {}),
        ({"exclude": ["*.example.com"], "plans": ["Free Website"]}, {}),
        ({"statuses": ["active"]}, {"status": "active"}),
        ({"statuses": ["active", "pending"]}, {}),
        ({"accounts": [ZONE["account_id"].upper()]}, {"account.id": ZONE["account_id"]}),
        ({"accounts": ["acme"]}, {}),
        ({"accounts": [ZONE["account_id"], "acme"]}, {}),
    ],
)
def test_what_is_left_to_the_api(options: dict[str, t.Any], query: dict[str, str]) -> None:
    assert rules.api_query(filters(**options)) == query


@given(
    zones,
    st.lists(patterns, max_size=2),
    st.lists(st.sampled_from(rules.STATUSES), max_size=2),
    st.lists(ids, max_size=2),
)
def test_the_api_drops_no_zone_that_is_wanted(
    zone: dict[str, str], include: list[str], statuses: list[str], accounts: list[str]
) -> None:
    chosen = filters(include=include, statuses=statuses, accounts=accounts)
    query = rules.api_query(chosen)
    operator, dummy, text = query.get("name", "").rpartition(":")
    name = zone["zone_name"].lower()
    named = {
        "": not text or name == text,
        "starts_with": name.startswith(text),
        "ends_with": name.endswith(text),
        "contains": text in name,
    }
    given_by_api = (
        named[operator]
        and query.get("status", zone["zone_status"]) == zone["zone_status"]
        and query.get("account.id", zone["account_id"]) == zone["account_id"]
    )
    # The API returns domains in ASCII.
    if zone["zone_name"].isascii() and not zone["zone_name"].endswith("."):
        assert given_by_api or not rules.is_wanted(zone, chosen)


@given(zone_lists, st.dictionaries(domains, st.one_of(st.just(""), ids)))
def test_every_host_has_a_name_of_its_own(listed: list[dict[str, str]], occupied: dict[str, str]) -> None:
    names = rules.host_names(listed, occupied)
    assert len(names) == len(set(names)) == len(listed)
    for name, zone in zip(names, listed):
        assert occupied.get(name, zone["zone_id"]) == zone["zone_id"]
        # No character of a host pattern, a template or the name of a group.
        assert not set(name) & set(":,&!~*?[]{}@ \n") and not name.startswith("-")
        assert name == zone["zone_name"] or name.endswith(f"_{zone['zone_id']}")


@pytest.mark.parametrize(
    "name", ["", "all", "localhost", "127.0.0.1", "::1", "a b.com", "{{ x }}.com", "a.com\n", "a..com", "x.1"]
)
def test_what_is_no_domain_names_no_host(name: str) -> None:
    assert rules.host_names([{**ZONE, "zone_name": name}], {}) == [f"zone_{ZONE['zone_id']}"]


@pytest.mark.parametrize(
    ("statuses", "names"),
    [
        (["pending"], ["example.com"]),
        (["pending", "active"], ["example.com_0", "example.com"]),
        (["moved", "pending"], ["example.com_0", "example.com_1"]),
        (["active", "active", "pending"], ["example.com_0", "example.com_1", "example.com_2"]),
    ],
)
def test_zones_of_one_domain(statuses: list[str], names: list[str]) -> None:
    same = [
        {**ZONE, "zone_name": "example.com", "zone_id": str(number), "zone_status": status}
        for number, status in enumerate(statuses)
    ]
    assert rules.host_names(same, {}) == names


@pytest.mark.parametrize(
    ("holder", "name"),
    [
        (ZONE["zone_id"], "shop.example.com"),
        ("0123", f"shop.example.com_{ZONE['zone_id']}"),
        ("", f"shop.example.com_{ZONE['zone_id']}"),
    ],
)
def test_a_name_that_the_inventory_has_already(holder: str, name: str) -> None:
    assert rules.host_names([ZONE], {"shop.example.com": holder}) == [name]


def test_the_hosts_of_accounts() -> None:
    listed = [ZONE, UMLAUT, {**ZONE, "account_id": ""}, {**ZONE, "account_id": "{{ x }}"}]
    assert rules.account_hosts(listed) == {
        f"account_{ZONE['account_id']}": {
            "splunk_logpush_scope": "account",
            "account_id": ZONE["account_id"],
            "account_name": "Acme [EU]",
        }
    }
