# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The allow lists of Splunk Cloud: nobody is locked out, and nobody is let in, without consent."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cloud_allowlists import CloudAllowlists
from ansible_collections.edgeops.logpush.plugins.plugin_utils._variable_names import named_text
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.simulator.addresses import ADDRESS_HEADER, CLOUDFLARE_RANGES

LIST = "edgeops.logpush.splunk_cloud_allowlist"
OFFICE, OTHER = "192.0.2.0/24", "198.51.100.0/24"
SIX = "2001:db8::/32"
CLOUDFLARE = {
    4: [one for one in CLOUDFLARE_RANGES if ":" not in one],
    6: [one for one in CLOUDFLARE_RANGES if ":" in one],
}


@pytest.fixture
def stack(simulator, empty_stack):
    simulator.reset(settings={"acs_delay": 0.03})
    del empty_stack["platform"]
    return empty_stack


def given(simulator, *subnets, **lists):
    """Set the allow list of HEC, and those of other features."""
    simulator.reset(allowlists={"hec": list(subnets), **lists}, settings={"acs_delay": 0.03})


def stored(simulator, feature="hec"):
    """Return the subnets in the lists of a feature."""
    return simulator.state()["allowlists"].get(feature, [])


def sent(outcome):
    """Return the writes of a task: the method, the list and the subnets."""
    return [
        (entry["method"], entry["path"].partition("/access/")[2], (entry["json"] or {}).get("subnets"))
        for entry in outcome.requests
        if entry["method"] != "GET"
    ]


def one(modules, stack, name="the task", fails=False, check=False, before=(), **options):
    """Run one task and return its outcome."""
    return modules.tasks(task(LIST, name, fails=fails, check=check, before=before, **options), splunk=stack)[name]


def reaches(simulator, address):
    """Return whether a sender with this address reaches HEC."""
    try:
        url = simulator.hec_url + "/services/collector/health"
        return requests.get(url, headers={ADDRESS_HEADER: address}, verify=simulator.ca_file, timeout=10).ok
    except requests.ConnectionError:
        return False


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("options", "version"),
    [({"cloudflare": True}, 4), ({"subnets": [OFFICE]}, 4), ({"subnets": [SIX]}, 6)],
)
def test_the_first_subnet_needs_consent(modules, simulator, stack, options, version, check):
    failed = one(modules, stack, fails=True, check=check, **options)
    assert failed.msg.startswith(
        f"The IPv{version} allow list of hec is empty, so every sender reaches hec now. This would lock out every sender except "
    )
    assert "Nothing was changed." in failed.msg and "allow_closing: true" in failed.msg
    assert sent(failed) == [] and stored(simulator) == []
    assert reaches(simulator, "203.0.113.9")


def test_an_open_list_is_closed_with_consent(modules, simulator, stack):
    closed = one(modules, stack, subnets=[OFFICE, SIX], cloudflare=True, allow_closing=True)
    assert (closed["action"], closed["changed"]) == ("updated", True)
    assert set(stored(simulator)) == {OFFICE, SIX, *CLOUDFLARE_RANGES} == set(closed["subnets"])
    assert closed["diff"]["before"] == {"subnets": []} and closed["diff"]["after"] == {"subnets": closed["subnets"]}
    assert reaches(simulator, "192.0.2.7") and reaches(simulator, "104.16.1.1") and reaches(simulator, "2606:4700::1")
    assert not reaches(simulator, "203.0.113.9") and not reaches(simulator, "2001:db9::1")


@pytest.mark.parametrize("check", [False, True])
def test_the_last_subnet_needs_consent(modules, simulator, stack, check):
    given(simulator, OFFICE, OTHER)
    failed = one(modules, stack, fails=True, check=check, subnets=[OFFICE, OTHER], state="absent")
    assert failed.msg == (
        "This would remove every subnet of the IPv4 allow list of hec, and then every sender on the internet reaches hec. Nothing was "
        "changed. Keep at least one subnet. If everybody may reach hec, set allow_closing: true."
    )
    assert sent(failed) == [] and not reaches(simulator, "203.0.113.9")


def test_a_closed_list_is_opened_with_consent_although_acs_refuses_to_remove_all_at_once(modules, simulator, stack):
    given(simulator, OFFICE, OTHER, SIX)
    opened = one(modules, stack, subnets=[OFFICE, OTHER, SIX], state="absent", allow_closing=True)
    assert sent(opened) == [
        ("DELETE", "hec/ipallowlists", [OFFICE]),
        ("DELETE", f"hec/ipallowlists/{OTHER}", None),
        ("DELETE", f"hec/ipallowlists-v6/{SIX}", None),
    ]
    assert stored(simulator) == [] and opened["subnets"] == [] and reaches(simulator, "203.0.113.9")


def test_every_address_as_a_subnet_opens_a_list(modules, simulator, stack):
    given(simulator, OFFICE)
    failed = one(modules, stack, fails=True, subnets=["0.0.0.0/0"])
    assert "This would add every address to the IPv4 allow list of hec" in failed.msg and sent(failed) == []
    given(simulator, "0.0.0.0/0", OFFICE)
    failed = one(modules, stack, fails=True, subnets=["0.0.0.0/0"], state="absent")
    assert "contains every address, so every sender reaches hec now. This would lock out" in failed.msg


def test_cloudflare_is_let_in_beside_the_others(modules, simulator, stack):
    given(simulator, OFFICE, CLOUDFLARE[4][3], s2s=[OTHER])
    would = one(modules, stack, check=True, cloudflare=True)
    added = one(modules, stack, cloudflare=True)
    again = one(modules, stack, cloudflare=True, subnets=[OFFICE])
    missing = [subnet for subnet in CLOUDFLARE[4] if subnet != CLOUDFLARE[4][3]]
    assert sent(would) == [] and would["subnets"] == added["subnets"]
    assert sent(added) == [("POST", "hec/ipallowlists", missing)]
    assert set(stored(simulator)) == {OFFICE, *CLOUDFLARE[4]} and stored(simulator, "s2s") == [OTHER]
    # The empty list of IPv6 stays as it is.
    assert added["left_empty"] == ["ipv6"]
    assert added["warnings"][0] == (
        "Allow list of hec: 192.0.2.0/24: not Cloudflare's; remove it with state: absent if nobody needs it"
    )
    assert added["unlisted"] == [OFFICE] and again["unlisted"] == []
    assert (again["action"], again["changed"], sent(again)) == ("unchanged", False, [])
    assert added["cloudflare_etag"] == again["cloudflare_etag"] != ""
    assert (
        reaches(simulator, "192.0.2.7") and reaches(simulator, "104.16.1.1") and not reaches(simulator, "203.0.113.9")
    )


def test_a_range_that_cloudflare_gave_up_is_reported_and_stays(modules, simulator, stack):
    given(simulator, *CLOUDFLARE_RANGES)
    simulator.change_settings(cloudflare_ranges=[*CLOUDFLARE[4][1:], "203.0.113.0/24", *CLOUDFLARE[6]])
    moved = one(modules, stack, cloudflare=True)
    assert sent(moved) == [("POST", "hec/ipallowlists", ["203.0.113.0/24"])]
    assert moved["unlisted"] == [CLOUDFLARE[4][0]] and CLOUDFLARE[4][0] in stored(simulator)
    gone = one(modules, stack, subnets=moved["unlisted"], state="absent")
    assert sent(gone) == [("DELETE", "hec/ipallowlists", [CLOUDFLARE[4][0]])]
    assert one(modules, stack, cloudflare=True)["changed"] is False


def test_cloudflare_is_removed_and_the_others_stay(modules, simulator, stack):
    given(simulator, OFFICE, *CLOUDFLARE[4])
    assert one(modules, stack, cloudflare=True, state="absent")["subnets"] == [OFFICE]
    assert stored(simulator) == [OFFICE]


def test_a_look_at_the_list(modules, simulator, stack):
    given(simulator, OTHER, OFFICE, SIX)
    looked = one(modules, stack)
    assert looked["subnets"] == [OFFICE, OTHER, SIX] and looked["changed"] is False and looked["unlisted"] == []
    assert looked.calls == ["GET access/hec/ipallowlists", "GET access/hec/ipallowlists-v6"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"subnets": ["192.0.2.1/24"]},
            "subnets: 192.0.2.1/24 has host bits. Write 192.0.2.0/24, or 192.0.2.1/32 for one address",
        ),
        (
            {"subnets": ["2001:db8::1/32"]},
            "subnets: 2001:db8::1/32 has host bits. Write 2001:db8::/32, or 2001:db8::1/128 for one address",
        ),
        ({"subnets": ["192.0.2.0/33"]}, "subnets: 192.0.2.0/33 is not a subnet. "),
        ({"subnets": ["example.com"]}, "subnets: example.com is not a subnet. "),
        ({"state": "absent"}, "subnets: must name the subnets to remove with state: absent"),
        ({"feature": "acs", "subnets": [OFFICE]}, "value of feature must be one of: hec, s2s, "),
        ({"group_limit": -1, "subnets": [OFFICE]}, "group_limit: must be 0 "),
        ({"stack": "acme.splunkcloud.com"}, "stack: "),
    ],
)
def test_bad_options_are_refused_before_a_request(modules, stack, options, message):
    failed = one(modules, {**stack, **options}, fails=True)
    assert message in failed.msg and failed.requests == []


def test_subnets_are_compared_by_what_they_mean(modules, simulator, stack):
    given(simulator, "192.0.2.7/32", "2001:db8::/32")
    same = one(modules, stack, subnets=["192.0.2.7", " 2001:DB8:0:0::/32 ", "192.0.2.7/32"])
    assert same["changed"] is False and sent(same) == []


def test_a_subnet_that_a_list_contains_twice_is_removed_at_once(modules, simulator, stack):
    given(simulator, OFFICE, "2001:DB8::/32", OTHER, "2001:db8::/32")
    opened = one(modules, stack, subnets=["2001:db8::/32"], state="absent", allow_closing=True)
    assert sent(opened) == [
        ("DELETE", "hec/ipallowlists-v6", ["2001:DB8::/32"]),
        ("DELETE", "hec/ipallowlists-v6/2001:db8::/32", None),
    ]
    assert stored(simulator) == [OFFICE, OTHER] == opened["subnets"]
    given(simulator, "2001:DB8::/32", "2001:db9::/32", SIX)
    removed = one(modules, stack, subnets=["2001:db8::/32"], state="absent")
    assert sent(removed) == [("DELETE", "hec/ipallowlists-v6", ["2001:DB8::/32", "2001:db8::/32"])]
    assert stored(simulator) == ["2001:db9::/32"] == removed["subnets"]


def test_the_message_names_the_variable_of_the_playbook_and_the_module(modules, simulator, stack):
    given(simulator, OFFICE)
    failed = one(modules, stack, fails=True, subnets=[SIX], cloudflare=True)
    shown = named_text(failed.msg, {"subnets": "splunk_hec_allowed_subnets"})
    assert shown.endswith(
        "If that is intended, name all senders in a task of the splunk_cloud_allowlist module, with allow_closing: true. Otherwise, "
        f"correct splunk_hec_allowed_subnets: without {SIX}, the list stays as it is: Cloudflare reaches a feature that is open to "
        "everybody."
    )


def test_the_limits_are_checked_before_a_write(modules, simulator, stack):
    many = [f"10.0.{number}.0/24" for number in range(190)]
    given(simulator, *many)
    failed = one(modules, stack, fails=True, cloudflare=True)
    assert "The allow list of hec would have 205 subnets (190 now, 15 to add)" in failed.msg and sent(failed) == []
    given(simulator, *many[:150], s2s=many[:70])
    failed = one(modules, stack, fails=True, cloudflare=True)
    assert "GET access/s2s/ipallowlists" in failed.calls
    assert "would have 235 subnets together (150 now, 15 to add, 70 of s2s)" in failed.msg and sent(failed) == []
    simulator.change_settings(acs_on_aws=False)
    assert one(modules, stack, cloudflare=True, group_limit=0)["changed"] is True


def test_the_list_is_read_again_before_a_write(modules, simulator, stack, monkeypatch):
    given(simulator, OFFICE)
    subnets, seen = CloudAllowlists.subnets, []

    def opened_meanwhile(client, feature, version):
        found = subnets(client, feature, version)
        seen.append(feature)
        if len(seen) == 1:
            client.remove("hec", 4, {OFFICE: [OFFICE]}, empties=True)
        return found

    monkeypatch.setattr(CloudAllowlists, "subnets", opened_meanwhile)
    failed = one(modules, stack, fails=True, subnets=[OTHER])
    assert "is empty, so every sender reaches hec now" in failed.msg
    assert [method for method, *dummy in sent(failed)] == ["DELETE"] and stored(simulator) == []


def fault(kind, method, **more):
    return faults({"kind": kind, "side": "acs", "method": method, "path": "/access/", **more})


@pytest.mark.parametrize(
    "lost",
    [
        {"kind": "reset", "moment": "after"},
        {"kind": "status", "status": 500, "moment": "after"},
        {"kind": "reset", "moment": "after", "times": 2},
        {"kind": "status", "status": 503, "moment": "after"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_change_whose_answer_is_lost_is_found_in_the_list(modules, simulator, stack, method, lost):
    given(simulator, OFFICE, OTHER)
    simulator.change_settings(acs_delay=0)
    options = {"subnets": ["203.0.113.0/24"]} if method == "POST" else {"subnets": [OTHER], "state": "absent"}
    changed = one(modules, stack, before=[fault(method=method, **lost)], **options)
    assert changed["changed"] is True
    assert stored(simulator) == ([OFFICE, OTHER, "203.0.113.0/24"] if method == "POST" else [OFFICE])


def test_a_change_that_acs_refuses_says_what_was_changed_before(modules, simulator, stack):
    given(simulator, OFFICE, SIX)
    refusal = {"code": "400-bad-request", "message": "no more IPv6"}
    six = faults({"kind": "status", "side": "acs", "method": "POST", "path": "-v6", "status": 400, "body": refusal})
    failed = one(modules, stack, fails=True, before=[six], subnets=[OTHER, "2001:db9::/32"])
    assert "no more IPv6" in failed.msg and failed.msg.endswith("Before that, the IPv4 list was changed.")
    assert stored(simulator) == [OFFICE, OTHER, SIX]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "no json {",
        *({"subnets": found} for found in ({"a": 1}, {}, "x", "", 0, False, [{}], ["none"])),
    ],
)
def test_an_answer_that_is_no_list_is_not_an_empty_list(modules, simulator, stack, body):
    given(simulator, OFFICE)
    damaged = fault("empty", "GET", body=body, times=None)
    failed = one(modules, stack, fails=True, before=[damaged], cloudflare=True)
    assert failed.msg.startswith("Reading the IPv4 allow list of hec failed") and sent(failed) == []


def test_null_is_an_empty_list(modules, simulator, stack):
    nothing = fault("empty", "GET", body={"subnets": None}, times=None)
    assert one(modules, stack, before=[nothing])["subnets"] == []
    failed = one(modules, stack, fails=True, before=[nothing], cloudflare=True)
    assert "is empty, so every sender reaches hec now" in failed.msg and sent(failed) == []


@pytest.mark.parametrize(
    "result",
    [
        None,
        {"ipv4_cidrs": [], "ipv6_cidrs": [SIX]},
        {"ipv4_cidrs": ["0.0.0.0/0"], "ipv6_cidrs": [SIX]},
        {"ipv4_cidrs": [SIX], "ipv6_cidrs": [SIX]},
        {"ipv4_cidrs": ["192.0.2.1/24"], "ipv6_cidrs": [SIX]},
    ],
)
def test_ranges_that_cannot_be_cloudflares_are_not_used(modules, simulator, stack, result):
    given(simulator, OFFICE)
    body = {"success": True, "errors": [], "messages": [], "result": result}
    damaged = faults({"kind": "empty", "side": "api", "path": "/ips$", "body": body, "times": None})
    failed = one(modules, stack, fails=True, before=[damaged], cloudflare=True)
    assert failed.msg.startswith("Reading Cloudflare's address ranges failed") and sent(failed) == []


def test_a_stack_without_allow_lists_of_ipv6(modules, simulator, stack):
    given(simulator, OFFICE)
    nothing = {"code": "404-not-found", "message": "not found"}
    no_six = fault("status", "GET", status=404, body=nothing, times=None)
    no_six[2][0]["path"] = "-v6"
    assert one(modules, stack, before=[no_six], cloudflare=True)["subnets"] == sorted(
        [OFFICE, *CLOUDFLARE[4]], key=lambda subnet: [int(part) for part in subnet.partition("/")[0].split(".")]
    )
    failed = one(modules, stack, fails=True, before=[no_six], subnets=[SIX])
    assert failed.msg.startswith("subnets: contains IPv6 subnets, and the stack has no IPv6 allow list of hec.")


def test_the_search_api_is_closed_when_its_list_is_empty(modules, simulator, stack):
    first = one(modules, stack, feature="search-api", subnets=[OFFICE])
    assert first["changed"] is True and stored(simulator, "search-api") == [OFFICE]
    failed = one(modules, stack, fails=True, feature="search-api", subnets=[OFFICE], state="absent")
    assert "nobody would reach search-api any more" in failed.msg


def test_stacks_and_users_without_allow_lists(modules, simulator, stack):
    simulator.reset(settings={"acs_allowlists_supported": False})
    high = one(modules, stack, fails=True, cloudflare=True)
    assert "operation not supported for splunk stack" in high.msg and "FedRAMP High" in high.msg
    simulator.reset(splunk_users=[{"name": "sc_admin", "password": "p", "capabilities": ["indexes_edit"]}])
    assert "edit_ip_allow_list" in one(modules, stack, fails=True, subnets=[OFFICE]).msg
