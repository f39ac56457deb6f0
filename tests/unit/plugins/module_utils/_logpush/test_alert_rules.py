# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for notification policies and webhooks that need no API."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError, OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import alert
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.alert_webhooks import (
    Webhook,
    existing_webhook,
    is_same_url,
    place_of,
    plan_webhook,
    secret_parts,
)

URL = "https://hooks.example.com/services/T0CREDENTIAL"


@pytest.mark.parametrize(
    "other, same",
    [
        ("https://hooks.example.com/services/T0CREDENTIAL", True),
        ("HTTPS://Hooks.Example.com:443/services/T0CREDENTIAL", True),
        ("https://hooks.example.com/services/t0credential", False),
        ("https://hooks.example.com/services/T0CREDENTIAL?x=1", False),
        ("http://hooks.example.com/services/T0CREDENTIAL", False),
        ("https://hooks.example.com:8443/services/T0CREDENTIAL", False),
        ("https://[::1", False),
        (None, False),
    ],
)
def test_a_url_is_the_same_in_any_spelling_of_its_host(other: str | None, same: bool) -> None:
    assert is_same_url(URL, other) is same


def test_a_url_without_a_path_is_that_of_the_root() -> None:
    assert is_same_url("https://hooks.example.com", "https://hooks.example.com/")


@pytest.mark.parametrize(
    "url, place",
    [
        (URL, "hooks.example.com"),
        ("https://hooks.example.com:8443/x", "hooks.example.com:8443"),
        ("http://hooks.example.com:80", "hooks.example.com"),
        ("hooks.example.com/x", ""),
        ("https://hooks.example.com:port/x", ""),
        (None, ""),
    ],
)
def test_only_the_host_of_a_url_is_shown(url: str | None, place: str) -> None:
    assert place_of(url) == place


def test_the_parts_of_a_url_that_may_be_a_credential() -> None:
    parts = secret_parts("https://chat.example.com/v1/spaces/A?key=long-api-key&token=x")
    assert "key=long-api-key&token=x" in parts and "v1/spaces/A" in parts
    # Short words occur in other texts.
    assert not {"v1", "spaces", "A", "/"}.intersection(parts)
    assert secret_parts("https://alerts.example.com") == secret_parts("https://alerts.example.com/") == []


def test_of_several_webhooks_with_one_url_the_used_one_counts() -> None:
    listed = [{"id": number, "url": URL} for number in ("1", "2", "3")]
    assert existing_webhook(Webhook(URL), listed, {"2"}) == listed[1]
    assert existing_webhook(Webhook(URL), listed, set()) == listed[0]
    assert existing_webhook(Webhook("https://other.example.com/"), listed, {"2"}) is None


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("secret", [None, "a-secret"])
@pytest.mark.parametrize("name", [None, "old", "new"])
def test_a_webhook_is_never_replaced_without_its_secret(name: str | None, secret: str | None, always: bool) -> None:
    plan = plan_webhook(Webhook(URL, name, secret), {"id": "1", "url": URL, "name": "old"}, update_secret=always)
    assert plan.writes is bool(secret and (always or name == "new"))
    assert plan.body == ({"name": name or "old", "url": URL, "secret": secret} if plan.writes else {})
    assert "a-secret" not in str((plan.before, plan.after, plan.target))


def test_a_policy_that_would_have_no_recipient_is_refused() -> None:
    observed = {"id": "1", "name": "ours", "enabled": True, "mechanisms": {"email": [{"id": "a@example.com"}]}}
    for wanted, old in (({}, None), ({"emails": []}, observed)):
        with pytest.raises(OptionError, match="at least one recipient"):
            alert.plan_present(alert.WantedPolicy(None, True, wanted), old, {})


@pytest.mark.parametrize("shown", [{}, {"mechanisms": None}])
def test_recipients_that_the_api_hides_are_not_removed(shown: dict[str, t.Any]) -> None:
    observed = {"id": "1", "name": "ours", "enabled": True, **shown}
    mine = [alert.Recipient("a@example.com", "a@example.com")]
    for wanted in ({}, {"emails": mine}, {"emails": mine, "webhooks": []}):
        with pytest.raises(CollectionError, match="does not show the recipients of policy ours.* Nothing was changed"):
            alert.plan_present(alert.WantedPolicy(None, True, wanted), observed, {})
    named = alert.plan_present(
        alert.WantedPolicy(None, True, {"emails": mine, "pagerduty": [], "webhooks": []}), observed, {}
    )
    assert named.body["mechanisms"] == {"email": [{"id": "a@example.com"}], "pagerduty": [], "webhooks": []}


def test_what_the_api_sets_is_not_sent_back() -> None:
    observed = {
        "id": "1",
        "name": "ours",
        "created": "2026-01-01T00:00:00Z",
        "modified": "2026-01-01T00:00:00Z",
        "enabled": False,
        "description": None,
        "mechanisms": {"email": [{"id": "a@example.com"}], "webhooks": None},
        "new_field": {"a": 1},
    }
    plan = alert.plan_present(alert.WantedPolicy(None, True, {}), observed, {})
    assert plan.body == {
        "name": "ours",
        "alert_type": alert.ALERT_TYPE,
        "enabled": True,
        "mechanisms": {"email": [{"id": "a@example.com"}], "webhooks": []},
        "new_field": {"a": 1},
    }
    assert (plan.before, plan.after) == ({"enabled": False}, {"enabled": True})
