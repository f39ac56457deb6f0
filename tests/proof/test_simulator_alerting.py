# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notifications of the simulated account, judged with Cloudflare's own Python client."""

from __future__ import annotations

import typing as t

import cloudflare
import pytest
from proof_client import Api
from simulator.process import Simulator
from webhook_receiver import WebhookReceiver

TYPE = "failing_logpush_job_disabled_alert"
SECRET = "simulated-webhook-secret"
URL = "https://alerts.example.com/hooks/logpush"


@pytest.fixture
def client(simulator: Simulator) -> t.Iterator[cloudflare.Cloudflare]:
    with cloudflare.Cloudflare(api_token=simulator.api_token, base_url=simulator.api_url, max_retries=0) as client:
        yield client


@pytest.fixture
def account(simulator: Simulator) -> str:
    return simulator.account_id


def create_webhook(client: cloudflare.Cloudflare, account: str, url: str = URL, secret: str = SECRET) -> str:
    """Create a webhook and return its ID."""
    made = client.alerting.destinations.webhooks.create(account_id=account, name="on call", url=url, secret=secret)
    assert made is not None and made.id
    return made.id


def create_policy(client: cloudflare.Cloudflare, account: str, mechanisms: t.Any, **more: t.Any) -> str:
    """Create a policy for disabled jobs and return its ID."""
    settings: t.Any = {"name": "Logpush", "alert_type": TYPE, "enabled": True, "mechanisms": mechanisms, **more}
    made = client.alerting.policies.create(account_id=account, **settings)
    assert made is not None and made.id
    return made.id


def disable_a_job(simulator: Simulator, api: Api) -> int:
    """Make Cloudflare disable a job, and return its ID."""
    job = api.created(enabled=True)
    simulator.change_settings(hec_reply_code=9)
    simulator.age_failure(job["id"], 25)
    simulator.push()
    assert api.job(job["id"])["enabled"] is False
    simulator.change_settings(hec_reply_code=None)
    return int(job["id"])


def test_a_webhook_is_tested_and_its_secret_is_never_returned(
    simulator: Simulator, client: cloudflare.Cloudflare, account: str
) -> None:
    webhook_id = create_webhook(client, account)
    [received] = simulator.state()["alerts"]["inbox"]
    assert received["headers"] == {"cf-webhook-auth": SECRET} and received["json"]["text"].startswith("Hello World!")
    webhooks = client.alerting.destinations.webhooks
    [listed] = webhooks.list(account_id=account)
    assert (listed.id, listed.url, listed.type, listed.name) == (webhook_id, URL, "generic", "on call")
    shown = webhooks.get(webhook_id, account_id=account)
    assert shown is not None and "secret" not in shown.to_dict() and "secret" not in listed.to_dict()
    webhooks.update(webhook_id, account_id=account, name="night", url=URL, secret="another")
    assert [one["headers"].get("cf-webhook-auth") for one in simulator.state()["alerts"]["inbox"]] == [
        SECRET,
        "another",
    ]
    webhooks.delete(webhook_id, account_id=account)
    assert list(webhooks.list(account_id=account)) == []


@pytest.mark.parametrize(
    "url, message",
    [
        ("https://alerts.example.com:8443/x", "port 8443 is not allowed, use 80 or 443"),
        ("http://127.0.0.1/x", "publicly resolvable"),
        ("https://receiver/x", "publicly resolvable"),
        ("https://alerts.invalid.test/x", "no such host"),
    ],
)
def test_only_public_addresses_at_two_ports_are_accepted(
    client: cloudflare.Cloudflare, account: str, url: str, message: str
) -> None:
    with pytest.raises(cloudflare.BadRequestError, match=message):
        create_webhook(client, account, url)
    assert list(client.alerting.destinations.webhooks.list(account_id=account)) == []


def test_a_webhook_that_does_not_answer_2xx_is_refused(
    simulator: Simulator, client: cloudflare.Cloudflare, account: str
) -> None:
    simulator.change_settings(webhook_status=404)
    with pytest.raises(cloudflare.BadRequestError, match="Webhook test failed with status code 404"):
        create_webhook(client, account)


def test_a_policy_is_replaced_as_a_whole(client: cloudflare.Cloudflare, account: str) -> None:
    policies = client.alerting.policies
    policy_id = create_policy(client, account, {"email": [{"id": "a@example.com"}]}, description="old")
    [listed] = policies.list(account_id=account)
    assert (listed.id, listed.alert_type, listed.enabled, listed.description) == (policy_id, TYPE, True, "old")
    mechanisms: t.Any = {"email": [{"id": "b@example.com"}]}
    policies.update(
        policy_id, account_id=account, name="Logpush", alert_type=TYPE, enabled=False, mechanisms=mechanisms
    )
    changed = policies.get(policy_id, account_id=account)
    assert changed is not None and changed.mechanisms is not None and changed.mechanisms.email is not None
    assert (changed.enabled, changed.description) == (False, None)
    assert [one.id for one in changed.mechanisms.email] == ["b@example.com"]
    with pytest.raises(cloudflare.BadRequestError, match="alert_type is required"):
        policies.update(policy_id, account_id=account, name="Logpush", enabled=False)
    policies.delete(policy_id, account_id=account)
    assert list(policies.list(account_id=account)) == []


def test_the_plan_decides_on_types_and_recipients(
    simulator: Simulator, client: cloudflare.Cloudflare, account: str
) -> None:
    services = [{"id": "5ca1ab1e" * 4, "name": "Edge team"}]
    simulator.change_settings(alert_mechanisms=["email"], pagerduty_services=services)
    assert TYPE in str(client.alerting.available_alerts.list(account_id=account))
    eligible = t.cast("dict[str, t.Any]", client.alerting.destinations.eligible.get(account_id=account))
    assert [one.eligible for one in eligible["Delivery"]] == [True, False, False]
    [service] = client.alerting.destinations.pagerduty.get(account_id=account)
    assert (service.id, service.name) == (services[0]["id"], "Edge team")
    with pytest.raises(cloudflare.PermissionDeniedError, match="not entitled to mechanism webhooks"):
        create_webhook(client, account)
    simulator.change_settings(alert_types=[])
    with pytest.raises(cloudflare.PermissionDeniedError, match="not entitled to alert type"):
        create_policy(client, account, {"email": [{"id": "a@example.com"}]})


def test_the_token_needs_the_permission(simulator: Simulator, account: str) -> None:
    tokens = [{"id": "1" * 32, "token": "reads-notifications", "permissions": ["notifications_read"]}]
    simulator.reset(api_tokens=[*tokens, {"id": "2" * 32, "token": "logs", "permissions": ["logs_write"]}])
    reader = cloudflare.Cloudflare(api_token="reads-notifications", base_url=simulator.api_url, max_retries=0)
    assert list(reader.alerting.policies.list(account_id=account)) == []
    with pytest.raises(cloudflare.PermissionDeniedError):
        create_policy(reader, account, {"email": [{"id": "a@example.com"}]})
    logs = cloudflare.Cloudflare(api_token="logs", base_url=simulator.api_url, max_retries=0)
    with pytest.raises(cloudflare.PermissionDeniedError):
        logs.alerting.policies.list(account_id=account)


def test_a_disabled_job_is_notified_with_its_destination(
    simulator: Simulator, api: Api, client: cloudflare.Cloudflare, account: str
) -> None:
    simulator.change_settings(webhook_any_port=True)
    with WebhookReceiver() as receiver:
        webhook_id = create_webhook(client, account, receiver.url)
        policy_id = create_policy(
            client, account, {"webhooks": [{"id": webhook_id}], "email": [{"id": "a@example.com"}]}
        )
        job_id = disable_a_job(simulator, api)
        _test, message = receiver.messages
    assert message["headers"]["cf-webhook-auth"] == SECRET
    body = message["json"]
    assert (body["policy_id"], body["account_id"], body["alert_type"]) == (policy_id, account, TYPE)
    assert body["name"] == "on call" and body["policy_name"] == "Logpush" and body["ts"] > 0
    # As the vendor says: the notification has the configuration of the destination, and so the HEC token.
    assert simulator.hec_token in body["text"] and simulator.hec_token in body["data"]["destination_conf"]
    assert body["data"]["job_id"] == job_id
    history = list(client.alerting.history.list(account_id=account))
    assert {(one.mechanism_type, one.mechanism) for one in history} == {
        ("webhook", webhook_id),
        ("email", "a@example.com"),
    }
    assert all(simulator.hec_token in str(one.alert_body) for one in history)


def test_a_job_is_notified_once_in_24_hours(
    simulator: Simulator, api: Api, client: cloudflare.Cloudflare, account: str
) -> None:
    webhook_id = create_webhook(client, account)
    create_policy(client, account, {"webhooks": [{"id": webhook_id}]})
    job_id = disable_a_job(simulator, api)

    def messages() -> int:
        return len(simulator.state()["alerts"]["inbox"]) - 1

    def disable_again() -> None:
        assert api.update(job_id, enabled=True).status_code == 200
        simulator.change_settings(hec_reply_code=9)
        simulator.age_failure(job_id, 25)
        simulator.push()
        assert api.job(job_id)["enabled"] is False
        simulator.change_settings(hec_reply_code=None)

    assert messages() == 1
    disable_again()
    assert messages() == 1
    simulator.change_settings(clock_offset=24 * 3600 + 60)
    disable_again()
    assert messages() == 2
    # Another job of the account has its own notification.
    disable_a_job(simulator, api)
    assert messages() == 3


def test_only_an_enabled_policy_of_the_account_is_notified(
    simulator: Simulator, api: Api, client: cloudflare.Cloudflare, account: str
) -> None:
    other = "b" * 32
    simulator.reset(accounts=[{"id": account}, {"id": other}])
    for owner, enabled in ((account, False), (other, True)):
        create_policy(client, owner, {"webhooks": [{"id": create_webhook(client, owner)}]}, enabled=enabled)
    disable_a_job(simulator, api)
    assert all("Hello World!" in one["json"]["text"] for one in simulator.state()["alerts"]["inbox"])
    assert list(client.alerting.history.list(account_id=account)) == []


def test_a_webhook_of_splunk_gets_an_event_with_the_token(
    simulator: Simulator, client: cloudflare.Cloudflare, account: str
) -> None:
    create_webhook(client, account, "https://splunk.example.com/services/collector/event", "a-hec-token")
    [received] = simulator.state()["alerts"]["inbox"]
    assert received["headers"] == {"Authorization": "Splunk a-hec-token"}
    assert received["json"]["event"]["text"].startswith("Hello World!")
    [webhook] = client.alerting.destinations.webhooks.list(account_id=account)
    assert webhook.type == "splunk"
