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


def test_indexes(quick: Acs) -> None:
    assert quick.ask("POST", "/indexes", {"name": "cloudflare", "searchableDays": 30}).status_code == 202
    assert quick.ask("GET", "/indexes/cloudflare").json()["searchableDays"] == 30
    assert "cloudflare" in [index["name"] for index in quick.ask("GET", "/indexes").json()]
    assert code_of(quick.ask("POST", "/indexes", {"name": "cloudflare"})) == "409-object-already-exists"
    assert quick.ask("DELETE", "/indexes/cloudflare", {}).status_code == 202
    assert code_of(quick.ask("GET", "/indexes/cloudflare")) == "404-index-not-found"


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
