# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks with keywords and options of Ansible that run only a part of the tasks."""

from __future__ import annotations

import pytest

WHOLE = "Run the whole playbook, without --start-at-task and --step."


@pytest.mark.parametrize(
    ("playbook", "task"),
    [
        ("rollout", "Show the report"),
        ("rollout", "Keep the result for the next play"),
        ("export", "Show what was exported"),
    ],
)
def test_a_run_that_begins_in_the_middle_says_so(ansible, simulator, hosts, stored, playbook, task):
    run = ansible.playbook(f"edgeops.logpush.{playbook}", "--start-at-task", task, inventory=hosts)
    assert run.returncode == 2, run.output
    assert WHOLE in run.output and stored() == []
    assert simulator.requests() == []


def test_a_zone_is_no_machine_but_the_host_of_an_app_is_one(ansible, simulator, hosts, tmp_path):
    look = {"name": "Look", "edgeops.logpush.splunk_logpush_job_info": {"zone": "shop.example.com"}}
    write = {"name": "Write", "edgeops.logpush.splunk_hec_app": {"dest": str(tmp_path), "name": "hec"}}
    tasks = [
        {**look, "when": "inventory_hostname != 'manager'"},
        {**write, "when": "inventory_hostname == 'manager'"},
    ]
    machine = {"ansible_host": "127.0.0.1", "ansible_port": 9, "ansible_ssh_timeout": 1}
    inventory = {
        "shop.example.com": {**hosts["shop.example.com"], **machine},
        "manager": {**machine, "ansible_connection": "ssh"},
    }
    run = ansible.playbook([{"hosts": "all", "gather_facts": False, "tasks": tasks}], inventory=inventory)
    assert run.returncode == 4, run.output
    messages = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.status == "unreachable"}
    assert messages["shop.example.com"].endswith("A zone is not a machine to connect to: set connection: local.")
    assert "zone" not in messages["manager"] and not (tmp_path / "hec").exists()
    assert simulator.requests() == []
