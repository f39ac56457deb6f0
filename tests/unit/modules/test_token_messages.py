# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A refused API token: one verification per run explains it in the message of every zone."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, job, task

ROLLOUT = "edgeops.logpush.splunk_logpush_rollout"
VERIFY = "/client/v4/user/tokens/verify"
REFUSED = {"success": False, "errors": [{"code": 10000, "message": "Authentication error"}], "result": None}
ABROAD = {"code": 9109, "message": "Cannot use the access token from location: 203.0.113.1"}
SECRET = "SECRETtokenA1b2C3"


def verifications(simulator):
    """Return the paths of the requests that verify a token."""
    return [request["path"] for request in simulator.requests(side="api") if request["path"].endswith("tokens/verify")]


def refused_rollout(modules, ids, **options):
    """Return the messages of a rollout to these zones with a token that is refused."""
    zones = [{"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()]
    defaults = {"endpoint": "splunk.example.com", "hec_token": "some-token"}
    run = modules.tasks(
        task(ROLLOUT, "all", fails=True, **{"zones": zones, "job_defaults": defaults, "api_token": SECRET, **options})
    )
    assert SECRET not in run.report
    return [row["msg"] for row in run["all"]["results"]]


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        (None, "The API token is not valid. "),
        ({"status": "expired"}, "The API token has expired. "),
        ({"status": "expired", "expires_on": "2026-10-01T00:00:00Z"}, "The API token expired on 2026-10-01. "),
        ({"status": "disabled"}, "The API token is disabled. "),
        (
            {"status": "inactive", "not_before": "2199-10-01T00:00:00Z"},
            "The API token is not valid before 2199-10-01. ",
        ),
        ({"permissions": ["zone_read"]}, "The API token is valid, but it needs the permission Logs Edit"),
    ],
)
def test_one_verification_for_all_zones(modules, simulator, fleet, known, begins):
    tokens = [{"id": "t", "token": SECRET, **known}] if known else []
    simulator.reset(
        zones=[{"id": zone_id, "name": name} for name, zone_id in fleet.items()],
        api_tokens=[{"id": "other", "token": "another-token"}, *tokens],
    )
    messages = refused_rollout(modules, fleet)
    assert len(messages) == 40
    assert verifications(simulator) == [VERIFY]
    for name, message in zip(fleet, messages):
        assert message.startswith(begins)
        # The name of the zone comes first, then the request in parentheses.
        told, dummy, rest = message.partition(" failed (GET http")
        assert f"Listing the Logpush jobs of zone {name}" in told and fleet[name] not in told
        assert "/logpush/jobs answered HTTP 403, code 10000: Authentication error). " in rest


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 404},
        {"kind": "html", "status": 403},
        {"kind": "not_json"},
        {"kind": "reset"},
        {"kind": "status", "status": 200, "body": {"success": True, "result": {"status": 7}, "errors": []}},
    ],
)
def test_a_verification_that_fails_adds_nothing(modules, simulator, zone_id, answer):
    run = modules.tasks(
        job("refused", fails=True, before=[faults({**answer, "path": VERIFY, "times": None})], state="absent"),
        defaults={"zone_id": zone_id, "api_token": SECRET},
    )
    assert run["refused"].msg.startswith(
        f"Listing the Logpush jobs of zone {zone_id} failed: Authentication error (GET http"
    )
    assert run["refused"].msg.endswith("for this zone or account.")
    assert len(verifications(simulator)) == 1


def test_an_address_is_named_only_where_cloudflare_names_it(modules, simulator, zone_id):
    abroad = {"kind": "status", "status": 403, "body": {**REFUSED, "errors": [ABROAD]}, "times": None}
    run = modules.tasks(
        job("abroad", fails=True, before=[faults(abroad)], state="absent"),
        job("at home", fails=True, before=[faults()], state="absent", api_token=SECRET),
        job(
            "verified abroad", fails=True, before=[faults({**abroad, "path": VERIFY})], state="absent", api_token=SECRET
        ),
        defaults={"zone_id": zone_id},
    )
    assert run["abroad"].msg.startswith("The API token is not allowed from this address. Listing")
    assert "address" not in run["at home"].msg
    assert run["verified abroad"].msg.startswith("The API token is not allowed from this address. Listing")


def test_a_refusal_for_another_reason_is_not_verified(modules, simulator, zone_id, splunk):
    simulator.change_settings(job_limit=0)
    run = modules.tasks(job("limit", fails=True, **splunk), defaults={"zone_id": zone_id})
    assert run["limit"].msg.startswith("The zone or account has as many jobs as its plan allows")
    assert verifications(simulator) == []


ACCOUNT_TOKEN = f"cfat_{SECRET}"


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        ({"status": "expired", "expires_on": "2026-10-01T00:00:00Z"}, "The API token expired on 2026-10-01. "),
        ({"permissions": ["zone_read"]}, "The API token is valid, but it needs the permission Logs Edit"),
        (None, "The API token is not valid, or it belongs to another account than "),
    ],
)
def test_a_token_of_an_account_is_verified_there(modules, simulator, zone_id, known, begins):
    account = simulator.account_id
    tokens = [{"id": "t", "token": ACCOUNT_TOKEN, "account_id": account, **known}] if known else []
    simulator.reset(api_tokens=[{"id": "other", "token": "another-token"}, *tokens])
    there = f"/client/v4/accounts/{account}/tokens/verify"
    inventory = [{"zone_id": zone_id, "zone_name": "shop.example.com", "zone_account_id": account}]
    [message] = refused_rollout(modules, {}, zones=inventory, api_token=ACCOUNT_TOKEN)
    assert message.startswith(begins) and verifications(simulator) == [there]
    simulator.wipe_requests()
    [message] = refused_rollout(modules, {}, zones=[{"account_id": account}], api_token=ACCOUNT_TOKEN)
    assert message.startswith(begins) and verifications(simulator) == [there]


def test_a_token_of_an_account_that_is_not_known(modules, simulator, zone_id):
    simulator.reset(api_tokens=[{"id": "other", "token": "another-token"}])
    [message] = refused_rollout(modules, {"shop.example.com": zone_id}, api_token=ACCOUNT_TOKEN)
    assert message.startswith("Listing the Logpush jobs of zone shop.example.com failed: Authentication error (GET ")
    assert "whose id is not known here" in message and "not valid" not in message
    assert verifications(simulator) == []


def test_the_account_of_a_zone_that_was_seen_is_known(modules, simulator):
    """A token that may read zones, but no jobs: the look-up by name shows the account."""
    account = simulator.account_id
    simulator.reset(
        api_tokens=[{"id": "t", "token": ACCOUNT_TOKEN, "account_id": account, "permissions": ["zone_read"]}]
    )
    [message] = refused_rollout(modules, {}, zones=["shop.example.com"], api_token=ACCOUNT_TOKEN)
    assert message.startswith("The API token is valid, but it needs the permission Logs Edit")
    assert "zone shop.example.com" in message
    assert verifications(simulator) == [f"/client/v4/accounts/{account}/tokens/verify"]


def test_an_older_token_may_belong_to_an_account(modules, simulator):
    """A token without a prefix is tried in both places before it is called invalid."""
    account = simulator.account_id
    simulator.reset(api_tokens=[{"id": "t", "token": SECRET, "account_id": account, "permissions": ["zone_read"]}])
    [message] = refused_rollout(modules, {}, zones=["shop.example.com"])
    assert message.startswith("The API token is valid, but it needs")
    assert verifications(simulator) == [VERIFY, f"/client/v4/accounts/{account}/tokens/verify"]
