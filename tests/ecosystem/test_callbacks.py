# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The destination of text: reports are in the output for people. Under a callback for programs, stdout contains only
the output of that callback. Progress and warnings are on stderr."""

from __future__ import annotations

import json
import os
import typing as t

import pytest

from .needs import needs
from .tower import Request

SHOWN = {
    "rollout": "Logpush rollout, 3 zones",
    "audit": "Logpush audit",
    "verify": "Logpush verification, 3 zones",
    "delivery": "Logpush delivery, 3 zones",
    "export": "splunk_logpush_jobs:",
    "repair": "Logpush repair, 3 zones",
    "alerts": "Logpush alerts, 1 account",
    "rotate_hec_token": "splunk_hec_token_name",
}
# One zone has no job, and the job of another is disabled, which these two must find.
FINDING = ("audit", "verify")


@pytest.fixture
def zones(simulator) -> dict[str, dict[str, str]]:
    """Return three zones as hosts: one that delivers, one whose job Cloudflare disabled, one without a job."""
    simulator.reset(
        hec_tokens=[{"name": "cloudflare", "token": simulator.hec_token}],
        settings={"push_interval": 0.3, "hec_metrics_seconds": 0.5},
    )
    ids = simulator.zone_ids
    destination = {"destination_conf": simulator.destination_conf()}
    simulator.add_job(zone_id=ids["shop.example.com"], name="web", enabled=True, **destination)
    failed = {"enabled": False, "last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}
    simulator.add_job(zone_id=ids["www.example.com"], name="gone", **failed, **destination)
    return {
        name: {"zone_id": ids[name], "zone_name": name}
        for name in ("shop.example.com", "www.example.com", "api.example.com")
    }


@pytest.fixture
def given(simulator) -> dict[str, t.Any]:
    """Return the variables of a run with short waits, without its passwords."""
    return {
        "splunk_logpush_endpoint": simulator.hec_endpoint,
        "splunk_hec_endpoint": simulator.hec_endpoint,
        "splunk_hec_url": simulator.management_url,
        "splunk_hec_username": simulator.splunk_username,
        "splunk_hec_ca_path": simulator.ca_file,
        "splunk_hec_probe_ca_path": simulator.ca_file,
        "logpush_audit_ca_path": simulator.ca_file,
        "logpush_alert_emails": "edge-team@example.com",
        "splunk_hec_new_token_name": "made",
        "splunk_hec_rotation_complete": True,
        "splunk_hec_rotation_settle": 1,
        "splunk_hec_rotation_grace": 1,
        "splunk_logpush_verify_interval": 1,
        "splunk_logpush_verify_timeout": 3,
    }


@pytest.fixture
def secrets(simulator) -> dict[str, str]:
    """Return the passwords of a run, as variables of the environment."""
    return {"SPLUNK_PASSWORD": simulator.splunk_password, "SPLUNK_HEC_TOKEN": simulator.hec_token}


@pytest.fixture
def run(ansible, zones, given, secrets, other_collections):
    """Return a function that runs a playbook under a stdout callback, with separate stdout and stderr."""
    paths = [ansible.environment["ANSIBLE_COLLECTIONS_PATH"], str(other_collections)]
    settings = {**secrets, "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths)}

    def start(callback: str, playbook: str, **more: t.Any):
        variables = ("-e", json.dumps({**given, **more}))
        environment = {**settings, "ANSIBLE_STDOUT_CALLBACK": callback}
        done = ansible.playbook(
            f"edgeops.logpush.{playbook}", *variables, inventory=zones, environment=environment, errors_apart=True
        )
        assert done.returncode == (2 if playbook in FINDING else 0), done.output + done.errors
        return done

    return start


def documents(callback: str, output: str) -> list[t.Any]:
    """Return the output of a callback for programs: one document, or one on each line. Anything else in its output is
    an error."""
    return [json.loads(text) for text in ([output] if callback == "ansible.posix.json" else output.splitlines())]


@pytest.mark.parametrize("playbook", SHOWN)
@pytest.mark.parametrize("callback", ["ansible.posix.json", "ansible.posix.jsonl", "machine"])
def test_the_output_for_programs_is_theirs_alone(run, callback, playbook):
    done = run(callback, playbook)
    assert documents(callback, done.output), done.errors
    assert SHOWN[playbook] not in done.errors


@pytest.mark.parametrize("playbook", SHOWN)
def test_people_see_the_report(run, playbook):
    assert SHOWN[playbook] in run("default", playbook).output


@pytest.mark.parametrize("callback", ["default", "ansible.posix.json"])
def test_progress_is_on_stderr(run, callback):
    done = run(callback, "verify", splunk_logpush_verify_timeout=12)
    assert "verify: " in done.errors and "verify: " not in done.output
    if callback != "default":
        assert len(documents(callback, done.output)) == 1


@needs("ansible-runner")
@pytest.mark.parametrize("playbook", SHOWN)
def test_people_see_the_report_in_tower(tower, zones, given, secrets, simulator, playbook):
    """The callback of ansible-runner is derived from Ansible's own."""
    environment = {**secrets, "CLOUDFLARE_API_TOKEN": simulator.api_token}
    job = tower.job(playbook, Request(inventory=zones, environment=environment, extra_vars=given))
    assert job.returncode == (2 if playbook in FINDING else 0), job.output
    assert SHOWN[playbook] in job.output
    # Tower shows the contents of the events.
    assert any(SHOWN[playbook] in event["stdout"] for event in job.events)
