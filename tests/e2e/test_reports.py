# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The output of a run: reports for people, no text that breaks the output of another callback, exit statuses."""

from __future__ import annotations

import json
import pathlib

import pytest

ROLLOUT = "edgeops.logpush.rollout"
SHOW = "Show the report"


@pytest.fixture
def hosts(simulator, splunk):
    """Return three zones."""
    options = {f"splunk_logpush_{name}": value for name, value in splunk.items()}
    return {name: {"zone_id": simulator.zone_ids[name], **options} for name in list(simulator.zone_ids)[:3]}


@pytest.mark.parametrize("callback", ["ansible.builtin.default", "machine"])
def test_a_report_is_text_only_for_people(ansible, hosts, callback):
    environment = {"ANSIBLE_STDOUT_CALLBACK": callback, "ANSIBLE_DEPRECATION_WARNINGS": "false"}
    run = ansible.playbook(ROLLOUT, inventory=hosts, environment=environment)
    assert run.returncode == 0, run.output
    assert "3 created." in run[SHOW]["report"]
    if callback == "machine":
        assert [json.loads(line)["task"] for line in run.output.splitlines()], run.output
    else:
        assert "\n3 created.\n" in run.output


def test_only_the_plan_that_was_seen_is_applied(ansible, hosts, stored):
    plan = pathlib.Path(ansible.folder) / "plan.json"
    checked = ansible.playbook(ROLLOUT, "--check", "-e", f"logpush_plan_json={plan}", inventory=hosts)
    plan_id = json.loads(plan.read_text(encoding="utf-8"))["plan_id"]
    assert checked.returncode == 0 and f"-e logpush_expected_plan={plan_id}" in checked.output
    expected = f"logpush_expected_plan={plan_id}"
    changed = {name: {**host, "splunk_logpush_sourcetype": "other"} for name, host in hosts.items()}
    refused = ansible.playbook(
        ROLLOUT,
        "-e",
        f"{expected} logpush_approved_plan_json={plan}",
        inventory={**hosts, **dict([*changed.items()][:1])},
    )
    assert refused.returncode == 2 and stored() == [], refused.output
    assert refused.output.count("not in the approved plan") == 1
    for part in ("logpush_serial=1", "awx_workflow_job_name=x awx_job_template_name=x"):
        ansible.simulator.wipe_requests()
        batched = ansible.playbook(ROLLOUT, "-e", f"{expected} {part}", inventory=hosts)
        assert batched.returncode == 2 and "needs the plan of a whole run" in batched.output, batched.output
        assert ansible.simulator.requests(side="api") == []
    applied = ansible.playbook(ROLLOUT, "-e", expected, inventory=dict(reversed([*hosts.items()])))
    assert applied.returncode == 0 and len(stored()) == 3, applied.output


def test_drift_is_an_exit_status(ansible, hosts):
    fail = ("--check", "-e", "logpush_fail_on_change=true")
    drifted = ansible.playbook(ROLLOUT, *fail, inventory=hosts)
    assert drifted.returncode == 2 and "Drift: " in drifted.output
    passed_on = drifted[SHOW]["ansible_stats"]["data"]
    assert (passed_on["logpush_rollout"]["failed"], passed_on["logpush_rollout"]["check_mode"]) == (0, True)
    assert f"logpush_expected_plan={passed_on['logpush_expected_plan']}" in drifted.output
    applied = ansible.playbook(ROLLOUT, inventory=hosts)
    assert applied.returncode == 0 and list(applied[SHOW]["ansible_stats"]["data"]) == ["logpush_rollout"]
    assert ansible.playbook(ROLLOUT, *fail, inventory=hosts).returncode == 0
