# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The alerts playbook. Its guide shows runs without a failure."""

from __future__ import annotations

import json

ALERTS = "edgeops.logpush.alerts"
OUTCOME = "Report the zone's result"
SECRET = "a-secret-of-the-webhook"
PATH = "services/T0CREDENTIAL"


def test_an_account_fails_at_one_host_and_no_secret_is_shown(ansible, simulator):
    """The answers of a survey are text."""
    simulator.change_settings(webhook_status=500)
    hosts = {name: {"zone_id": zone_id} for name, zone_id in simulator.zone_ids.items()}
    webhooks = json.dumps([{"url": f"https://alerts.example.com/{PATH}", "secret": SECRET}])
    answers = {
        "logpush_alert_emails": "edge-team@example.com, night@example.com",
        "logpush_alert_webhooks": webhooks,
        "logpush_alert_enabled": "true",
        "logpush_alert_name": "",
        "logpush_alert_state": "",
    }
    # Extra variables themselves are in the output of -vvv, so they are in a file.
    (ansible.folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    arguments = ["-e", f"@{ansible.folder / 'answers.json'}", "-vvv", "--diff"]
    run = ansible.playbook(ALERTS, *arguments, inventory=hosts)
    assert run.returncode == 2, run.output
    assert [outcome.host for outcome in run.outcomes if outcome.failed] == [next(iter(hosts))]
    assert "Webhook test failed with status code 500" in run.output
    assert SECRET not in run.output and PATH not in run.output
    assert simulator.state()["alerts"]["policies"] == []

    simulator.change_settings(webhook_status=200)
    run = ansible.playbook(ALERTS, *arguments, inventory=hosts)
    assert run.returncode == 0, run.output
    [policy] = simulator.state()["alerts"]["policies"]
    assert policy["enabled"] is True and policy["name"] == "Logpush job disabled"
    assert [one["id"] for one in policy["mechanisms"]["email"]] == ["edge-team@example.com", "night@example.com"]
    assert len(policy["mechanisms"]["webhooks"]) == 1
    assert SECRET not in run.output and PATH not in run.output


def test_a_wrong_variable_is_named_before_anything_is_sent(ansible, simulator):
    wrong = {"logpush_alert_webhooks": ["https://alerts.example.com/x"], "logpush_alert_enabled": "perhaps"}
    hosts = {"shop.example.com": {"zone_id": simulator.zone_ids["shop.example.com"]}}
    run = ansible.playbook(ALERTS, "-e", json.dumps(wrong), inventory=hosts)
    assert run.returncode == 2
    assert "logpush_alert_webhooks" in run.output and "logpush_alert_enabled" in run.output
    assert simulator.requests() == []
