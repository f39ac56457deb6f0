# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statistics that a playbook passes on to a Tower workflow: the counts of all batches, and never a secret."""

from __future__ import annotations

import json

import pytest
from secret_spellings import spellings


def handed(ansible, playbook, hosts=None, **variables):
    """Run a playbook; return its statistics as Ansible shows them, and whether it failed."""
    run = ansible.playbook(
        f"edgeops.logpush.{playbook}",
        "-e",
        json.dumps(variables),
        inventory=hosts,
        environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"},
    )
    shown = run.output.partition("CUSTOM STATS: ")[2]
    assert "RUN: {" in shown, run.output
    for secret in spellings(ansible.simulator.hec_token):
        assert secret not in shown
    return json.loads(shown.split("RUN: ", 1)[1]), run.returncode


def picked(counts, *names):
    """Return some of the counts."""
    return {name: counts[name] for name in names}


@pytest.mark.parametrize("batch", ["100%", "2"])
def test_counts_of_a_rollout_are_those_of_all_batches(ansible, simulator, hosts, batch):
    hosts["www.example.com"]["zone_id"] = "0" * 32
    stats, status = handed(ansible, "rollout", hosts, logpush_serial=batch)
    assert status == 2
    assert picked(stats["logpush_rollout"], "scopes", "jobs", "created", "failed") == {
        "scopes": 3,
        "jobs": 3,
        "created": 2,
        "failed": 1,
    }
    assert all(isinstance(count, (int, float)) for count in stats["logpush_rollout"].values())


@pytest.mark.parametrize("unwell", ["api.example.com", "shop.example.com"])
def test_a_batch_that_cannot_begin_counts_nothing_and_stops_no_other(ansible, hosts, stored, unwell):
    hosts[unwell]["logpush_concurrency"] = 1000
    stats, status = handed(ansible, "rollout", hosts, logpush_serial="1")
    assert status == 2 and len(stored()) == 2
    assert picked(stats["logpush_rollout"], "scopes", "jobs", "created") == {"scopes": 2, "jobs": 2, "created": 2}


def test_counts_of_the_other_playbooks(ansible, simulator, hosts):
    for name in hosts:
        simulator.add_job(
            zone_id=simulator.zone_ids[name], name=name, enabled=True, destination_conf=simulator.destination_conf()
        )
    simulator.push()
    failed = {"enabled": False, "last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}
    simulator.add_job(
        zone_id=simulator.zone_ids["shop.example.com"],
        dataset="dns_logs",
        name="gone",
        destination_conf=simulator.destination_conf(),
        **failed,
    )
    stats, status = handed(ansible, "verify", hosts, splunk_logpush_verify_timeout=0)
    assert status == 2 and picked(stats["logpush_verify"], "jobs", "delivering", "failed") == {
        "jobs": 4,
        "delivering": 3,
        "failed": 1,
    }
    stats, status = handed(ansible, "repair", hosts, splunk_hec_probe_ca_path=simulator.ca_file)
    assert status == 0 and picked(stats["logpush_repair"], "enabled", "failed") == {"enabled": 1, "failed": 0}


def test_what_provisioning_hands_on(ansible, simulator, empty_splunk):
    given = {f"splunk_hec_{name}": value for name, value in empty_splunk.items()}
    stats, status = handed(ansible, "provision_hec", splunk_hec_probe_ca_path=simulator.ca_file, **given)
    assert status == 0
    assert stats["logpush_provision"] == {"endpoint": simulator.hec_endpoint, "token": "created", "ready": True}
    [token] = simulator.state()["hec_tokens"]
    assert token["token"] not in json.dumps(stats)


def test_an_audit_that_finds_nothing_fails_for_a_step_of_its_workflow(ansible, simulator, hosts):
    for name in hosts:
        simulator.add_job(
            zone_id=simulator.zone_ids[name], name=name, enabled=True, destination_conf=simulator.destination_conf()
        )
    simulator.push()
    given = {
        "logpush_provision": {"ready": True},
        "logpush_rollout": {"scopes": 3, "failed": 0},
        "logpush_audit_steps": ["provision", "rollout", "verify"],
        "logpush_audit_ca_path": simulator.ca_file,
        # It is about findings, not about steps.
        "logpush_audit_fail": "false",
    }
    run = ansible.playbook("edgeops.logpush.audit", "-e", json.dumps(given), inventory=hosts)
    [failed] = [outcome for outcome in run.outcomes if outcome.status == "failed"]
    assert run.returncode == 2 and failed.msg.startswith("workflow step verify: it passed on no result"), run.output
    # The report also contains it, so that it is visible if all zones fail.
    assert "  ! workflow step verify: " in run.output
    well = {**given, "logpush_verify": {"jobs": 3, "failed": 0}}
    assert ansible.playbook("edgeops.logpush.audit", "-e", json.dumps(well), inventory=hosts).returncode == 0
