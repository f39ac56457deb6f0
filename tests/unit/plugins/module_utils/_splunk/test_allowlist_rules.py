# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every allow list and every request."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk import allowlist_rules as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.allowlist_rules import Lists, Requested
from hypothesis import given
from hypothesis import strategies as st

# Few subnets, so that a request often names those that a list contains.
FOUR = st.sampled_from(["10.0.0.0/8", "192.0.2.0/24", "192.0.2.7/32", "198.51.100.0/24", "0.0.0.0/0"])
SIX = st.sampled_from(["2001:db8::/32", "2001:db8:1::/48", "::/0"])


def of_both(four: st.SearchStrategy[str], six: st.SearchStrategy[str]) -> st.SearchStrategy[dict[int, list[str]]]:
    """Return a strategy for subnets of both versions."""
    subnets = {4: st.lists(four, unique=True, max_size=4), 6: st.lists(six, unique=True, max_size=3)}
    return st.fixed_dictionaries(subnets)


def lists_of(subnets: t.Mapping[int, t.Sequence[str]]) -> Lists:
    return Lists({version: rules.spellings(found) for version, found in subnets.items()})


REQUESTS = st.builds(
    Requested,
    feature=st.sampled_from(rules.FEATURES),
    is_absent=st.booleans(),
    subnets=of_both(FOUR, SIX),
    cloudflare=st.booleans(),
    allow_closing=st.booleans(),
    group_limit=st.sampled_from([0, 5, 230]),
)
RANGES = of_both(st.sampled_from(["203.0.113.0/24", "198.51.100.0/24"]), st.sampled_from(["2001:db9::/32"]))


def admits(feature: str, subnets: t.Sequence[str], address: str) -> bool:
    """Return whether a list lets an address in, as Splunk documents it."""
    if not subnets:
        return feature != "search-api"
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(subnet) for subnet in subnets)


@given(REQUESTS, of_both(FOUR, SIX).map(lists_of), RANGES)
def test_a_change_without_consent_neither_locks_senders_out_nor_lets_everybody_in(request, lists, ranges):
    ranges = ranges if request.cloudflare else {}
    try:
        changes = rules.changes_of(request, lists, ranges)
    except CollectionError:
        return
    after = {version: rules.after(version, lists, changes) for version in rules.VERSIONS}
    for version, stranger in ((4, "172.31.0.1"), (6, "fd00::1")):
        now = admits(request.feature, lists.subnets(version), stranger)
        then = admits(request.feature, after[version], stranger)
        assert request.allow_closing or now == then
        removed = set(lists.subnets(version)) - set(after[version])
        added = set(after[version]) - set(lists.subnets(version))
        assert not added if request.is_absent else not removed
        assert added | removed <= {*request.subnets[version], *ranges.get(version, [])}
    # A second run has nothing to do.
    written = lists_of(after)
    assert not rules.plan_of(written, rules.changes_of(request, written, ranges)).writes
    assert request.is_absent or sum(map(len, after.values())) <= 200


@given(st.sampled_from([FOUR, SIX]).flatmap(lambda subnets: subnets), st.booleans())
def test_a_subnet_has_one_form(subnet, upper):
    network = ipaddress.ip_network(subnet)
    spelled = f" {network.exploded.upper() if upper else network.exploded} "
    assert rules.by_version("subnets", [spelled, subnet])[network.version] == [subnet]


@given(st.text())
def test_any_text_is_a_subnet_or_a_wrong_option(text):
    try:
        found = rules.by_version("subnets", [text])
    except OptionError as error:
        assert error.option == "subnets"
    else:
        assert sum(map(len, found.values())) == 1
