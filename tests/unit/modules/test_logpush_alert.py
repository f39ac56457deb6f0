# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The notification of an account about disabled jobs: its policy, its recipients, and what Cloudflare receives."""

from __future__ import annotations

import pytest
import requests
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task
from ansible_collections.edgeops.logpush.tests.webhook_receiver import WebhookReceiver

MODULE = "edgeops.logpush.logpush_alert"
TYPE = "failing_logpush_job_disabled_alert"
EMAIL = "edge-team@example.com"
SECRET = "a-secret-of-the-webhook"
PATH = "services/T0CREDENTIAL/B0CREDENTIAL"
URL = f"https://alerts.example.com/{PATH}"
ACTIONS = ("created", "updated", "deleted", "unchanged")


@pytest.fixture
def alert(simulator):
    """Return a function that makes a task of the module for the account of the simulator."""
    return lambda title, **options: task(MODULE, title, **{"account_id": simulator.account_id, **options})


@pytest.fixture
def ask(modules, simulator):
    """Return a function that sends a request about notifications, as the dashboard does, and returns the result."""

    def send(method, path, body=None):
        simulator.set_read_only(False, side="all")
        url = f"{simulator.api_url}/accounts/{simulator.account_id}/alerting/v3/{path}"
        headers = {"Authorization": f"Bearer {simulator.api_token}"}
        answer = requests.request(method, url, json=body, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    return send


def foreign(name, **more):
    """Return the body of a policy that somebody created."""
    return {
        "name": name,
        "alert_type": TYPE,
        "enabled": True,
        "mechanisms": {"email": [{"id": "somebody@example.com"}]},
        **more,
    }


def alerts(simulator):
    return simulator.state()["alerts"]


def test_the_life_of_a_policy(modules, simulator, alert):
    webhook = {"name": "on call", "url": URL, "secret": SECRET}
    options = {"emails": [EMAIL], "webhooks": [webhook]}
    run = modules.tasks(
        alert("would create", check=True, **options),
        alert("create", **options),
        alert("again", **options),
        alert("nothing given"),
        alert("other recipients", emails=["night@example.com", EMAIL.upper()]),
        alert("only the webhook", emails=[]),
        alert("disable", enabled=False),
        alert("would remove", check=True, state="absent"),
        alert("remove", state="absent"),
        alert("remove again", state="absent"),
    )
    assert {outcome.task: (outcome["action"], outcome["changed"]) for outcome in run.outcomes} == {
        "would create": ("created", True),
        "create": ("created", True),
        "again": ("unchanged", False),
        # An option that is not given is not managed.
        "nothing given": ("unchanged", False),
        "other recipients": ("updated", True),
        "only the webhook": ("updated", True),
        "disable": ("updated", True),
        "would remove": ("deleted", True),
        "remove": ("deleted", True),
        "remove again": ("unchanged", False),
    }
    for title in ("create", "remove"):
        assert run[f"would {title}"]["diff"] == run[title]["diff"]
    policy = {
        "name": "Logpush job disabled",
        "enabled": True,
        "emails": [EMAIL],
        "pagerduty": [],
        "webhooks": [{"name": "on call", "host": "alerts.example.com"}],
    }
    assert run["would create"]["alert"] == policy
    assert run["create"]["alert"].pop("id") and run["create"]["alert"] == policy
    assert run["other recipients"]["diff"]["after"] == {"emails": ["night@example.com", EMAIL.upper()]}
    assert run["disable"]["diff"]["before"] == {"enabled": True}
    assert run["remove again"]["alert"] == {}
    # One request for the policies, one for the webhooks if they are given, and one for each change.
    counts = {outcome.task: len(outcome.requests) for outcome in run.outcomes}
    assert counts["create"] == 4 and counts["again"] == 2 and counts["nothing given"] == 1 and counts["remove"] == 2
    state = alerts(simulator)
    assert state["policies"] == []
    # The webhook stays, and got a single test message.
    assert [(one["url"], one["secret"]) for one in state["webhooks"]] == [(URL, SECRET)]
    assert len(state["inbox"]) == 1
    for secret in (SECRET, PATH, "T0CREDENTIAL", URL):
        assert secret not in run.report


def test_what_cloudflare_gets(modules, simulator, alert, ask):
    simulator.change_settings(pagerduty_services=[{"id": "f1" * 16, "name": "Edge team"}])
    modules.tasks(
        alert("create", emails=[EMAIL], pagerduty=["Edge team"], webhooks=[{"url": URL, "secret": SECRET}]),
    )
    [policy] = ask("GET", "policies")
    [webhook] = ask("GET", "destinations/webhooks")
    assert (policy["name"], policy["alert_type"], policy["enabled"]) == ("Logpush job disabled", TYPE, True)
    assert policy["mechanisms"] == {
        "email": [{"id": EMAIL}],
        "pagerduty": [{"id": "f1" * 16}],
        "webhooks": [{"id": webhook["id"]}],
    }
    assert webhook["name"] == "alerts.example.com"
    [message] = alerts(simulator)["inbox"]
    assert message["headers"] == {"cf-webhook-auth": SECRET}


def test_what_is_not_managed_is_kept(modules, simulator, alert, ask):
    simulator.change_settings(alert_mechanisms=["email", "webhooks", "sms"])
    webhook = ask("POST", "destinations/webhooks", {"name": "theirs", "url": "https://theirs.example.com/x"})
    mechanisms = {"email": [{"id": "somebody@example.com"}], "webhooks": [webhook], "sms": [{"id": "555"}]}
    body = foreign("ours", mechanisms=mechanisms, description="why", filters={"x": ["y"]}, alert_interval="30m")
    made = ask("POST", "policies", body)
    modules.tasks(alert("change", name="ours", emails=[EMAIL]))
    [policy] = ask("GET", "policies")
    assert policy["id"] == made["id"]
    assert policy["mechanisms"] == {**mechanisms, "email": [{"id": EMAIL}]}
    assert {key: policy[key] for key in ("description", "filters", "alert_interval")} == {
        "description": "why",
        "filters": {"x": ["y"]},
        "alert_interval": "30m",
    }


def test_a_webhook_is_found_by_its_url(modules, simulator, alert, ask):
    ask("POST", "destinations/webhooks", {"name": "theirs", "url": "https://ALERTS.example.com:443/" + PATH})
    other = ask("POST", "policies", foreign("another", mechanisms={"webhooks": ask("GET", "destinations/webhooks")}))
    run = modules.tasks(
        alert("create", name="ours", webhooks=[{"url": URL, "name": "renamed", "secret": SECRET}]),
        alert("without a secret", name="ours", webhooks=[{"url": URL, "name": "another name"}]),
        alert("again", name="ours", webhooks=[{"url": URL, "secret": "a-new-secret"}]),
        alert("would send", check=True, name="ours", webhooks=[{"url": URL, "secret": "x"}], update_secret="always"),
        alert("new secret", name="ours", webhooks=[{"url": URL, "secret": "a-new-secret"}], update_secret="always"),
        alert("always", name="ours", webhooks=[{"url": URL, "secret": "a-new-secret"}], update_secret="always"),
        alert("remove", name="ours", state="absent"),
    )
    assert {outcome.task: outcome["action"] for outcome in run.outcomes} == {
        "create": "created",
        "without a secret": "unchanged",
        "again": "unchanged",
        "would send": "updated",
        "new secret": "updated",
        # Cloudflare does not return the secret, so that nothing shows that it is the same.
        "always": "updated",
        "remove": "deleted",
    }
    assert "keeps its name renamed" in run["without a secret"]["warnings"][0]
    assert run["new secret"]["diff"]["after"]["webhook_changes"] == [{"host": "alerts.example.com", "secret": "set"}]
    assert run["new secret"]["invocation"]["module_args"]["update_secret"] == "always"
    state = alerts(simulator)
    [webhook] = state["webhooks"]
    assert (webhook["name"], webhook["secret"]) == ("renamed", "a-new-secret")
    assert [one["headers"].get("cf-webhook-auth") for one in state["inbox"]] == [
        None,
        SECRET,
        "a-new-secret",
        "a-new-secret",
    ]
    # The policy of somebody else still uses the webhook.
    assert [policy["id"] for policy in state["policies"]] == [other["id"]]


def test_which_policy_is_meant(modules, simulator, alert, ask):
    ask("POST", "policies", foreign("incidents", alert_type="incident_alert"))
    run = modules.tasks(alert("none yet", check=True, emails=[EMAIL]))
    assert run["none yet"]["action"] == "created" and "warnings" not in run["none yet"].result
    ask("POST", "policies", foreign("from the dashboard"))
    run = modules.tasks(
        alert("the only one", emails=[EMAIL]),
        alert("absent needs the name", state="absent"),
        alert("another name", name="ours", emails=[EMAIL]),
        alert("which one", fails=True, emails=[EMAIL]),
        alert("by name", name="ours", emails=["night@example.com"]),
        alert("remove by name", name="ours", state="absent"),
    )
    assert run["the only one"]["action"] == "updated"
    assert run["the only one"]["alert"]["name"] == "from the dashboard"
    assert run["absent needs the name"]["action"] == "unchanged"
    assert run["another name"]["action"] == "created"
    assert "with another name (from the dashboard)" in run["another name"]["warnings"][0]
    assert "2 policies for disabled Logpush jobs: from the dashboard, ours" in run["which one"].msg
    assert run["by name"]["action"] == "updated" and run["remove by name"]["action"] == "deleted"
    assert {policy["name"] for policy in alerts(simulator)["policies"]} == {"incidents", "from the dashboard"}


def test_several_policies_with_one_name(modules, alert, ask):
    ids = [ask("POST", "policies", foreign("ours"))["id"] for _number in range(2)]
    run = modules.tasks(
        alert("change", fails=True, name="ours", emails=[EMAIL]),
        alert("remove", fails=True, name="ours", state="absent"),
    )
    for outcome in run.outcomes:
        assert all(policy_id in outcome.msg for policy_id in ids) and "dashboard" in outcome.msg
        assert len(outcome.requests) == 1


def test_bad_input_sends_no_request(modules, alert):
    cases = {
        "an ID": ({"account_id": "example.com"}, "account_id: must be an ID"),
        "an address": ({"emails": ["edge team"]}, "emails: edge team is not an email address"),
        "a URL": ({"webhooks": [{"url": "alerts.example.com"}]}, "webhooks[0].url: must be a whole URL"),
        "a user": ({"webhooks": [{"url": "https://me:word@alerts.example.com"}]}, "must not contain a user"),
        "a secret": ({"webhooks": [{"url": URL, "secret": "two words"}]}, "webhooks[0].secret: must be one word"),
        "twice": ({"webhooks": [{"url": URL}, {"url": URL}]}, "webhooks[1].url: is the URL of another webhook"),
        "no URL": ({"webhooks": [{"name": "x"}]}, "url"),
        "text": ({"webhooks": [f"{URL}?wait=word"]}, "webhooks[0]: must be a mapping, with any of url, name, secret"),
    }
    run = modules.tasks(*(alert(title, fails=True, **options) for title, (options, _text) in cases.items()))
    for title, (_options, text) in cases.items():
        assert text in run[title].msg and run[title].requests == [], run[title].msg
    for secret in ("word", PATH, "two words"):
        assert secret not in run.report.replace("one word", "")


def test_recipients_that_do_not_exist(modules, simulator, alert):
    services = [{"id": "a1" * 16, "name": "Edge team"}, {"id": "b2" * 16, "name": "Edge team"}]
    run = modules.tasks(alert("nobody", fails=True), alert("not connected", fails=True, pagerduty=["Edge team"]))
    assert "emails, pagerduty, webhooks: at least one recipient" in run["nobody"].msg
    assert "it is connected to none" in run["not connected"].msg
    simulator.change_settings(pagerduty_services=services)
    run = modules.tasks(
        alert("ambiguous", fails=True, pagerduty=["Edge team"]),
        alert("another", fails=True, pagerduty=["Night team"]),
        alert("by ID", pagerduty=["b2" * 16]),
    )
    assert "a1" * 16 in run["ambiguous"].msg and "b2" * 16 in run["ambiguous"].msg
    assert "it is connected to Edge team" in run["another"].msg
    assert run["by ID"]["alert"]["pagerduty"] == [{"id": "b2" * 16, "name": "Edge team"}]


def test_a_failed_test_message(modules, simulator, alert):
    simulator.change_settings(webhook_status=401)
    webhook = {"url": URL, "secret": SECRET}
    run = modules.tasks(
        alert("refused", fails=True, emails=[EMAIL], webhooks=[webhook]),
        alert("a port", fails=True, webhooks=[{"url": "https://alerts.example.com:8443/" + PATH}]),
        alert("unknown host", fails=True, webhooks=[{"url": "https://nowhere.invalid.test/" + PATH}]),
        alert("would create", check=True, webhooks=[webhook]),
    )
    message = run["refused"].msg
    assert "Webhook test failed with status code 401" in message
    assert (
        "the webhook at alerts.example.com" in message
        and "status from 200 to 299" in message
        and "port 80 or 443" in message
    )
    assert "port 8443 is not allowed" in run["a port"].msg and "port 80 or 443" in run["a port"].msg
    assert "no such host" in run["unknown host"].msg and "reachable from the internet" in run["unknown host"].msg
    assert run["would create"]["action"] == "created"
    state = alerts(simulator)
    # Nothing was created, and check mode sent no message.
    assert state["policies"] == state["webhooks"] == [] and len(state["inbox"]) == 1
    assert SECRET not in run.report and PATH not in run.report


def test_the_plan_and_the_permission(modules, simulator, alert):
    simulator.change_settings(alert_mechanisms=["email"])
    run = modules.tasks(alert("webhook", fails=True, webhooks=[{"url": URL}]), alert("email", emails=[EMAIL]))
    assert "The plan of the account does not include" in run["webhook"].msg
    token = {"id": "1" * 32, "token": "reads-only", "permissions": ["notifications_read"]}
    simulator.reset(api_tokens=[token, {**token, "id": "2" * 32, "token": "other", "permissions": ["logs_write"]}])
    run = modules.tasks(
        alert("may read", check=True, emails=[EMAIL], api_token="reads-only"),
        alert("may not write", fails=True, emails=[EMAIL], api_token="reads-only"),
        alert("may not read", fails=True, emails=[EMAIL], api_token="other"),
    )
    assert run["may read"]["action"] == "created"
    assert "Notifications Edit (Notifications Write in the API)" in run["may not write"].msg
    assert "Notifications Read" in run["may not read"].msg


UNKNOWN = [
    {"method": "POST", "kind": "reset", "moment": "after"},
    {"method": "POST", "kind": "status", "moment": "after"},
    {"method": "POST", "kind": "null_result", "moment": "after"},
    {"method": "POST", "kind": "reset", "moment": "before"},
]


@pytest.mark.usefixtures("no_waits")
@pytest.mark.parametrize("path", ["policies$", "webhooks$"])
@pytest.mark.parametrize("fault", UNKNOWN, ids=lambda fault: f"{fault['kind']} {fault['moment']}")
def test_never_two_after_a_lost_answer(modules, simulator, alert, path, fault):
    options = {"emails": [EMAIL], "webhooks": [{"url": URL, "secret": SECRET}]}
    run = modules.tasks(
        alert("create", before=[faults({**fault, "path": path})], **options),
        alert("again", **options),
    )
    assert (run["create"]["action"], run["again"]["action"]) == ("created", "unchanged")
    state = alerts(simulator)
    assert len(state["policies"]) == len(state["webhooks"]) == 1
    assert run["create"]["alert"]["id"] == state["policies"][0]["id"]


@pytest.mark.usefixtures("no_waits")
def test_a_lost_answer_and_no_list(modules, simulator, alert):
    lost = {"path": "policies$", "method": "POST", "kind": "reset", "moment": "after"}
    broken = {"path": "policies$", "method": "GET", "kind": "status", "skip": 1, "times": None}
    run = modules.tasks(alert("create", fails=True, before=[faults(lost, broken)], emails=[EMAIL]))
    assert "It is not known whether it was created. Run this again" in run["create"].msg
    assert len(alerts(simulator)["policies"]) == 1


def test_a_list_that_is_not_whole_is_no_evidence(modules, simulator, alert, ask):
    ask("POST", "policies", foreign("Logpush job disabled"))
    for kind in ("null_result", "success_false"):
        fault = {"path": "policies$", "method": "GET", "kind": kind, "times": None}
        run = modules.tasks(alert(kind, fails=True, before=[faults(fault)], emails=[EMAIL]))
        assert len(alerts(simulator)["policies"]) == 1, run[kind].msg
    body = {"success": True, "errors": [], "result": [], "result_info": {"total_count": 1}}
    short = {"path": "policies$", "method": "GET", "kind": "status", "status": 200, "body": body, "times": None}
    run = modules.tasks(alert("short", fails=True, before=[faults(short)], emails=[EMAIL]))
    assert "it contains 0 of 1 policies" in run["short"].msg
    assert len(alerts(simulator)["policies"]) == 1


def test_a_url_without_encryption_is_warned_about(modules, simulator, alert):
    simulator.change_settings(webhook_any_port=True)
    with WebhookReceiver() as receiver:
        run = modules.tasks(alert("create", webhooks=[{"url": receiver.url, "secret": SECRET}]))
        [message] = receiver.messages
    assert "HEC token" in run["create"]["warnings"][0] and "https" in run["create"]["warnings"][0]
    assert message["headers"]["cf-webhook-auth"] == SECRET
