# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Admin Config Service of Splunk Cloud: accepted changes take effect later."""

from __future__ import annotations

import typing as t

import pytest
import requests
from simulator.process import Simulator
from splunk_client import Acs, Management, until


@pytest.fixture
def acs(simulator: Simulator) -> Acs:
    simulator.change_settings(acs_delay=0.3)
    return Acs(simulator)


@pytest.fixture
def quick(acs: Acs) -> Acs:
    acs.simulator.change_settings(acs_delay=0)
    return acs


def code_of(answer: requests.Response) -> str:
    """Return the code of a refusal, after checking that it matches the status."""
    body = answer.json()
    assert set(body) == {"code", "message"} and body["message"]
    assert answer.status_code == int(body["code"][:3]) and answer.headers["X-REQUEST-ID"]
    return body["code"]


def test_a_token_lives_and_dies_after_some_delay(acs: Acs) -> None:
    splunk = Management(acs.simulator)
    made = acs.ask("POST", body={"name": "shop", "token": "own", "defaultIndex": "main", "allowedIndexes": ["main"]})
    assert (made.status_code, made.json()) == (202, {"http-event-collector": {"spec": {"name": "shop"}}})
    assert code_of(acs.ask("GET", "shop")) == "404-hec-not-found" and splunk.send("x", "own").json()["code"] == 4
    assert code_of(acs.ask("POST", body={"name": "shop"})) == "409-object-already-exists"
    until(lambda: acs.ask("GET", "shop").status_code == 200)
    assert acs.ask("GET", "shop").json() == {
        "http-event-collector": {
            "token": "own",
            "spec": {
                "name": "shop",
                "allowedIndexes": ["main"],
                "defaultIndex": "main",
                "defaultHost": "",
                "defaultSource": "",
                "defaultSourcetype": "",
                "disabled": False,
                "useAck": False,
            },
        }
    }
    assert splunk.send("x", "own").json()["code"] == 0
    assert acs.ask("PATCH", "shop", {"disabled": True, "defaultSource": "s"}).status_code == 202
    assert acs.spec("shop")["disabled"] is False
    until(lambda: acs.spec("shop")["disabled"])
    assert acs.spec("shop")["allowedIndexes"] == ["main"] and splunk.send("x", "own").json()["code"] == 1
    assert acs.ask("PUT", "shop", {"name": "shop"}).status_code == 202
    until(lambda: acs.spec("shop")["defaultSource"] == "")
    assert acs.spec("shop")["defaultIndex"] == "default"
    assert acs.ask("DELETE", "shop", {}).status_code == 202 and acs.ask("GET", "shop").status_code == 200
    until(lambda: acs.ask("GET", "shop").status_code == 404)
    assert splunk.send("x", "own").json()["code"] == 4


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "400-bad-request"),
        ({"name": "x", "useACK": False}, "400-bad-request"),
        ({"name": "x", "disabled": "no"}, "400-bad-request"),
        ({"name": "x", "defaultIndex": "main", "allowedIndexes": ["history"]}, "400-bad-request"),
        ({"name": "x", "defaultIndex": "moon"}, "404-index-not-found"),
        ({"name": "x", "allowedIndexes": ["moon"]}, "404-index-not-found"),
        ({"name": "Cloudflare"}, "409-object-already-exists"),
    ],
)
def test_bad_tokens(quick: Acs, body: dict[str, t.Any], code: str) -> None:
    assert code_of(quick.ask("POST", body=body)) == code


def test_who_may_ask(acs: Acs) -> None:
    for value in (None, "Bearer one.two.three", "Splunk x"):
        assert code_of(acs.ask("GET", headers={"Authorization": value})) == "401-unauthorized"
    broken = acs.ask("GET", headers={"Authorization": "Bearer broken"})
    assert broken.json() == {"code": "401-unauthorized", "message": "failed to parse token"}
    acs.simulator.change_settings(acs_stack="other")
    assert code_of(Acs(acs.simulator).ask("GET")) == "404-stack-not-found"
    acs.simulator.reset(settings={"acs_supported": False})
    assert code_of(acs.ask("GET")) == "403-forbidden"
    users = [{"name": "sc_admin", "password": "p", "capabilities": ["list_token_http"]}]
    acs.simulator.reset(splunk_users=users)
    assert acs.ask("GET").status_code == 200
    assert code_of(acs.ask("POST", body={"name": "x"})) == "403-forbidden"


def test_an_authentication_token_for_a_password(acs: Acs) -> None:
    body = {"user": "sc_admin", "audience": "proof", "type": "ephemeral"}
    made = requests.post(
        f"{acs.simulator.acs_url}/{acs.simulator.acs_stack}/adminconfig/v2/tokens",
        json=body,
        auth=("sc_admin", acs.simulator.splunk_password),
        timeout=10,
    ).json()
    assert (made["user"], made["audience"]) == ("sc_admin", "proof")
    assert acs.ask("GET", headers={"Authorization": f"Bearer {made['token']}"}).status_code == 200


def test_pages(acs: Acs) -> None:
    acs.simulator.reset(hec_tokens=[{"name": f"t{number:03}", "token": str(number)} for number in range(120)])

    def names(**query: int) -> list[str]:
        found = acs.ask("GET", params=query).json()["http-event-collectors"]
        return [entry["spec"]["name"] for entry in found]

    assert len(names()) == 30 and len(names(count=100)) == 100
    assert names(count=100, offset=100)[0] == "t100" and len(names(count=100, offset=100)) == 20
    assert code_of(acs.ask("GET", params={"count": 101})) == "400-bad-request"


def test_dependencies(acs: Acs) -> None:
    acs.simulator.change_settings(acs_pending_code="424-failed-dependency", acs_one_at_a_time=True)
    acs.ask("POST", body={"name": "one"})
    assert code_of(acs.ask("GET", "one")) == "424-failed-dependency"
    assert code_of(acs.ask("POST", body={"name": "two"})) == "424-dependency-incomplete"
    until(lambda: acs.ask("GET", "one").status_code == 200)
    assert acs.ask("POST", body={"name": "two"}).status_code == 202


def test_a_deployment_that_fails_is_tried_again(quick: Acs) -> None:
    quick.simulator.change_settings(acs_failing_deployments=1)
    assert quick.ask("POST", body={"name": "one"}).status_code == 202
    assert quick.ask("GET", "one").status_code == 404
    assert code_of(quick.ask("POST", body={"name": "two"})) == "424-failed-dependency"
    retried = quick.ask("POST", "/deployment/retry").json()["id"]
    assert quick.ask("GET", f"/deployment/status/{retried}").json() == {"id": retried, "status": "success"}
    assert quick.ask("GET", "one").status_code == 200


def test_indexes(acs: Acs) -> None:
    made = acs.ask("POST", "/indexes", {"name": "cloudflare", "searchableDays": 30})
    assert made.status_code == 202 and made.json()["searchableDays"] == 30
    # An index that is being created is not found, neither by itself nor in the allowed indexes of a token.
    assert code_of(acs.ask("GET", "/indexes/cloudflare")) == "404-index-not-found"
    assert code_of(acs.ask("POST", body={"name": "t", "allowedIndexes": ["cloudflare"]})) == "404-index-not-found"
    assert code_of(acs.ask("POST", "/indexes", {"name": "cloudflare"})) == "409-object-already-exists"
    until(lambda: acs.ask("GET", "/indexes/cloudflare").status_code == 200)
    assert acs.ask("GET", "/indexes/cloudflare").json() == {
        "name": "cloudflare",
        "datatype": "event",
        "searchableDays": 30,
        "maxDataSizeMB": 0,
        "totalEventCount": "0",
        "totalRawSizeMB": "0",
    }
    assert acs.ask("POST", body={"name": "t", "allowedIndexes": ["cloudflare"]}).status_code == 202
    assert acs.ask("PATCH", "/indexes/cloudflare", {"maxDataSizeMB": 500}).status_code == 202
    assert acs.ask("GET", "/indexes/cloudflare").json()["maxDataSizeMB"] == 0
    until(lambda: acs.ask("GET", "/indexes/cloudflare").json()["maxDataSizeMB"] == 500)
    assert acs.ask("DELETE", "/indexes/cloudflare", {}).status_code == 202
    until(lambda: acs.ask("GET", "/indexes/cloudflare").status_code == 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "Upper"},
        {"name": "_internal2"},
        {"name": "a" * 81},
        {"name": "x", "datatype": "metrics"},
        {"name": "x", "searchableDays": 0},
        {"name": "x", "searchableDays": "90"},
        {"name": "x", "frozenTimePeriodInSecs": 1},
        {"name": "x", "splunkArchivalRetentionDays": 30},
    ],
)
def test_bad_indexes(quick: Acs, body: dict[str, t.Any]) -> None:
    assert code_of(quick.ask("POST", "/indexes", body)) == "400-bad-request"
    assert code_of(quick.ask("PATCH", "/indexes/main", {"datatype": "metric"})) == "400-bad-request"
    assert code_of(quick.ask("PATCH", "/indexes/moon", {"searchableDays": 9})) == "404-index-not-found"


def test_pages_of_indexes(acs: Acs) -> None:
    acs.simulator.reset(indexes=[{"name": f"i{number:03}"} for number in range(120)] + [{"name": "_audit"}])

    def page(**query: int) -> t.Any:
        return acs.ask("GET", "/indexes", params=query).json()

    assert len(page()) == 30 and len(page(count=100)) == 100
    assert [index["name"] for index in page(count=100, offset=100)] == [f"i{number:03}" for number in range(100, 120)]
    assert page(count=100, offset=200) is None
    assert code_of(acs.ask("GET", "/indexes", params={"count": 101})) == "400-bad-request"


def subnets(acs: Acs, path: str = "hec/ipallowlists") -> list[str]:
    """Return the subnets in an allow list."""
    return acs.ask("GET", f"/access/{path}").json()["subnets"]


def test_allow_lists(acs: Acs) -> None:
    path = "/access/hec/ipallowlists"
    assert subnets(acs) == []
    assert acs.ask("POST", path, {"subnets": ["192.0.2.0/24", "198.51.100.0/24"]}).status_code == 200
    assert subnets(acs) == []
    until(lambda: len(subnets(acs)) == 2)
    acs.simulator.change_settings(acs_delay=0)
    # A subnet that exists is not added again. IPv4 and IPv6 have a list each.
    assert acs.ask("POST", path, {"subnets": ["192.0.2.0/24"]}).status_code == 200
    assert subnets(acs) == ["192.0.2.0/24", "198.51.100.0/24"] and subnets(acs, "hec/ipallowlists-v6") == []
    assert acs.ask("POST", path + "-v6", {"subnets": ["2001:DB8:0::/32"]}).status_code == 200
    assert subnets(acs, "hec/ipallowlists-v6") == ["2001:db8::/32"] and subnets(acs, "s2s/ipallowlists") == []
    assert acs.simulator.state()["allowlists"]["hec"] == ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]
    # Not all at once. The last one by itself.
    both = {"subnets": subnets(acs)}
    assert code_of(acs.ask("DELETE", path, both)) == "400-bad-request" and len(subnets(acs)) == 2
    assert acs.ask("DELETE", path, {"subnets": ["192.0.2.0/24"]}).status_code == 200
    assert code_of(acs.ask("DELETE", path, {"subnets": ["198.51.100.0/24"]})) == "400-bad-request"
    assert acs.ask("DELETE", path + "/198.51.100.0%2F24").status_code == 200 and subnets(acs) == []
    assert acs.ask("DELETE", path + "-v6/2001%3Adb8%3A%3A%2F32").status_code == 200


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("hec/ipallowlists", ["192.0.2.1/24"]),
        ("hec/ipallowlists", ["2001:db8::/32"]),
        ("hec/ipallowlists-v6", ["192.0.2.0/24"]),
        ("hec/ipallowlists", []),
        ("hec/ipallowlists", "192.0.2.0/24"),
        ("moon/ipallowlists", ["192.0.2.0/24"]),
        ("hec/ipallowlists", [f"10.0.{number}.0/24" for number in range(201)]),
    ],
)
def test_bad_subnets(quick: Acs, path: str, found: t.Any) -> None:
    assert code_of(quick.ask("POST", f"/access/{path}", {"subnets": found})) == "400-bad-request"


def test_limits_of_a_feature_and_of_the_indexers(quick: Acs) -> None:
    lists = {"hec": [f"10.0.{number}.0/24" for number in range(190)], "s2s": ["2001:db8::/32"]}
    quick.simulator.reset(allowlists=lists, settings={"acs_delay": 0})
    new = {"subnets": [f"10.1.{number}.0/24" for number in range(40)]}
    assert "limit of 230" in quick.ask("POST", "/access/s2s/ipallowlists", new).text
    six = {"subnets": [f"2001:db8:{number:x}::/48" for number in range(11)]}
    assert "limit of 200" in quick.ask("POST", "/access/hec/ipallowlists-v6", six).text
    quick.simulator.change_settings(acs_on_aws=False)
    assert quick.ask("POST", "/access/s2s/ipallowlists", new).status_code == 200


def test_who_may_use_allow_lists(quick: Acs) -> None:
    users = [{"name": "sc_admin", "password": "p", "capabilities": ["edit_token_http"]}]
    quick.simulator.reset(splunk_users=users)
    assert code_of(quick.ask("GET", "/access/hec/ipallowlists")) == "403-forbidden"
    quick.simulator.reset(settings={"acs_allowlists_supported": False})
    refused = quick.ask("GET", "/access/hec/ipallowlists")
    assert code_of(refused) == "403-forbidden" and "not supported" in refused.text


def test_an_allow_list_keeps_other_senders_away(quick: Acs) -> None:
    simulator = quick.simulator
    ranges = requests.get(f"{simulator.api_url}/ips", timeout=10).json()["result"]
    assert len(ranges["ipv4_cidrs"]) == 15 and len(ranges["ipv6_cidrs"]) == 7 and ranges["etag"]
    splunk = Management(simulator)
    simulator.add_job(
        zone_id=simulator.zone_ids["shop.example.com"], destination_conf=simulator.destination_conf(), enabled=True
    )
    assert splunk.send("x").status_code == 200 and simulator.push() == 1
    quick.ask("POST", "/access/hec/ipallowlists", {"subnets": ranges["ipv4_cidrs"]})
    with pytest.raises(requests.ConnectionError):
        splunk.send("x")
    simulator.wipe_requests()
    simulator.push()
    assert [entry["status"] for entry in simulator.requests(side="hec")] == [200]
    assert simulator.state()["locked_out"] == {"127.0.0.1": 1}
    # The list of IPv6 is one of its own.
    six = {"X-Simulator-Address": "2001:db8::1"}
    url = simulator.hec_url + "/services/collector/health"
    assert requests.get(url, headers=six, verify=simulator.ca_file, timeout=10).status_code == 200
    # With other ranges of Cloudflare, their digest is another one, and the deliveries come from elsewhere.
    simulator.change_settings(cloudflare_ranges=["203.0.113.0/24"])
    other = requests.get(f"{simulator.api_url}/ips", timeout=10).json()["result"]
    assert other["ipv6_cidrs"] == [] and other["etag"] != ranges["etag"]
    simulator.push()
    assert len(simulator.state()["locked_out"]) == 2


def test_the_budget_of_a_stack(quick: Acs) -> None:
    quick.simulator.change_settings(acs_rate_limit_requests=3)
    assert [quick.ask("GET").status_code for dummy in range(4)] == [200, 200, 200, 429]
    assert code_of(quick.ask("GET", "/indexes")) == "429-too-many-requests"


def test_empty_attributes_may_be_left_out(quick: Acs) -> None:
    quick.ask("POST", body={"name": "bare"})
    quick.simulator.change_settings(acs_omits_empty=True)
    assert quick.spec("bare") == {"name": "bare", "defaultIndex": "default", "disabled": False, "useAck": False}


@pytest.mark.parametrize("status", [424, 429, 500, 503])
def test_faults_and_read_only(quick: Acs, status: int) -> None:
    quick.simulator.set_faults({"side": "acs", "kind": "status", "status": status, "headers": {"retry-after": "1"}})
    refused = quick.ask("GET")
    assert code_of(refused).startswith(str(status)) and refused.headers["retry-after"] == "1"
    quick.simulator.set_read_only(side="all")
    for method, path in (("POST", ""), ("PATCH", "Cloudflare"), ("PUT", "Cloudflare"), ("DELETE", "Cloudflare")):
        assert quick.ask(method, path, {}).status_code == 405
    assert len(quick.simulator.violations()) == 4 and quick.ask("GET", "Cloudflare").status_code == 200
