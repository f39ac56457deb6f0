# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that records everything receives no secret from the tasks of a playbook, whether the run succeeds or
fails.

Every run of a playbook in these tests is checked for that. The tests here are those with the most secrets.
"""

from __future__ import annotations

import json

import pytest

from .test_rotate_hec_token import ROTATE, inventory, rotation, tokens, zones
from .test_site import SITE, chain, pushing
from .test_site import zones as zone_hosts

__all__ = ["zones"]

PROBES = ("Probe HEC", "Probe the new token")
HOST_TOKEN, JOB_TOKEN = "SECRET-of-a-host+A/=", "SECRET-of-a-job+B/="
PASSWORDS = ("splunk_hec_password", "cloudflare_api_token")


def given_secrets(simulator):
    """Return the passwords as variables, which make them arguments."""
    return dict(zip(PASSWORDS, (simulator.splunk_password, simulator.api_token)))


@pytest.mark.parametrize("succeeds", [True, False])
def test_site(ansible, simulator, empty_splunk, stored, succeeds):
    pushing(simulator)
    more = {**given_secrets(simulator), "splunk_hec_search": "", "splunk_hec_probe_retries": 1}
    if not succeeds:
        more = {**more, "splunk_hec_probe_ca_path": "", "splunk_hec_probe_delay": 0}
    given = chain(simulator, empty_splunk, **more)
    run = ansible.playbook(SITE, "-vvv", *given, inventory=zone_hosts(simulator, "shop.example.com"))
    assert run.returncode == (0 if succeeds else 2), run.output
    [token] = simulator.state()["hec_tokens"]
    assert [token["token"] in entry["destination_conf"] for entry in stored()] == ([True] if succeeds else [])
    assert run.leaks(token["token"], *given_secrets(simulator).values()) == []
    assert [probe.failed for probe in run.outcomes if probe.task.endswith(PROBES)] == [not succeeds]
    # A failed attempt is as visible as the last one.
    assert succeeds or "retry" in {outcome.status for outcome in run.recorded}
    assert token["token"] not in run.output
    assert "DEPRECATION" not in run.output


@pytest.mark.parametrize("as_argument", [True, False])
def test_another_try_has_the_secret_again(ansible, simulator, as_argument):
    simulator.reset(hec_tokens=[{"name": "cloudflare", "token": HOST_TOKEN}])
    once = {"kind": "status", "status": 403, "side": "hec", "method": "POST", "path": "collector/raw", "times": 1}
    options = {"endpoint": simulator.hec_endpoint, "ca_path": simulator.ca_file}
    secret = {"hec_token": HOST_TOKEN}
    task = {
        "name": "Probe",
        "edgeops.logpush.splunk_hec_probe": {**options, **(secret if as_argument else {})},
        "register": "probed",
        "until": "probed is succeeded",
        "retries": 2,
        "delay": 0,
        "vars": {
            "splunk_hec_secret_options": {} if as_argument else secret,
            "simulator": [["POST", "faults", [once]]],
        },
    }
    run = ansible.playbook([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}])
    assert run.returncode == 0, run.output
    assert run["Probe"]["ready"] and [outcome.status for outcome in run.recorded] == ["retry", "ok"]
    assert [HOST_TOKEN in json.dumps(outcome.fields["args"]) for outcome in run.recorded] == [False, False]


def test_rollout(ansible, simulator, stored):
    simulator.reset(
        hec_tokens=[{"name": str(number), "token": token} for number, token in enumerate((HOST_TOKEN, JOB_TOKEN))]
    )
    hosts = zone_hosts(simulator, "shop.example.com", "www.example.com")
    hosts["no.example.com"] = {"zone_name": "no.example.com"}
    jobs = [{"dataset": "dns_logs", "hec_token": JOB_TOKEN}, {"dataset": "http_requests"}]
    more = {"splunk_logpush_endpoint": simulator.hec_endpoint, "splunk_logpush_hec_token": HOST_TOKEN}
    hosts = {name: {**host, **more, "splunk_logpush_jobs": jobs} for name, host in hosts.items()}
    secrets = {"cloudflare_api_token": simulator.api_token}
    run = ansible.playbook("edgeops.logpush.rollout", "-vvv", "-e", json.dumps(secrets), inventory=hosts)
    assert run.returncode == 2, run.output
    assert len(stored()) == 4
    assert run.leaks(HOST_TOKEN, JOB_TOKEN, simulator.api_token) == []
    assert HOST_TOKEN not in run.output and JOB_TOKEN not in run.output


# The rotations of test_rotate_hec_token.py are checked for the same, but only with one version of Ansible.
@pytest.mark.parametrize("succeeds", [pytest.param(True, marks=pytest.mark.slow), False])
def test_rotation(ansible, simulator, zones, succeeds):
    value = "5e4f3a2b-9999-4a6b-8c7d-9e0f1a2b3c4d"
    more = (
        {} if succeeds else {"splunk_hec_probe_ca_path": "", "splunk_hec_probe_retries": 1, "splunk_hec_probe_delay": 0}
    )
    given = rotation(simulator, **given_secrets(simulator), splunk_hec_new_token_value=value, **more)
    before = [token["token"] for token in tokens(simulator).values()]
    run = ansible.playbook(ROTATE, "-vvv", *given, inventory=inventory(zones))
    assert run.returncode == (0 if succeeds else 2), run.output
    assert tokens(simulator)["cloudflare-new"]["token"] == value
    assert [probe.failed for probe in run.outcomes if probe.task.endswith(PROBES)] == [not succeeds]
    assert run.leaks(value, *before, *given_secrets(simulator).values()) == []
