# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow in AWX: whatever step fails, it ends as failed, and the audit names the step."""

from __future__ import annotations

import json

import pytest

from .awx_import import imported
from .awx_workflow import Ended, run_workflow
from .needs import needs

pytestmark = needs("awx")

WORKFLOW = "Logpush workflow"
WELL = {
    "provision": Ended(artifacts={"logpush_provision": {"endpoint": "e", "token": "unchanged", "ready": True}}),
    "rollout": Ended(artifacts={"logpush_rollout": {"scopes": 3, "jobs": 3, "failed": 0}}),
    "verify": Ended(artifacts={"logpush_verify": {"jobs": 3, "delivering": 3, "failed": 0}}),
}
# How a step ends that fails, and the steps that still start.
FAILURES = {
    "provision fails": ("provision", Ended("failed"), ["provision", "audit"]),
    "rollout fails": (
        "rollout",
        Ended("failed", {"logpush_rollout": {"scopes": 3, "jobs": 3, "failed": 1}}),
        ["provision", "rollout", "audit"],
    ),
    "rollout is canceled": ("rollout", Ended("canceled"), ["provision", "rollout", "audit"]),
    "verify fails": (
        "verify",
        Ended("failed", {"logpush_verify": {"jobs": 3, "delivering": 2, "failed": 1}}),
        ["provision", "rollout", "verify", "audit"],
    ),
    "verify is canceled": ("verify", Ended("canceled"), ["provision", "rollout", "verify", "audit"]),
}


@pytest.fixture
def audited(awx, ansible, simulator, hosts):
    """Return a function that runs the workflow, whose audit is a real one that finds nothing wrong. It gives the status, the nodes
    that started, and the output of the audit."""
    imported(awx)
    for name in hosts:
        simulator.add_job(
            zone_id=simulator.zone_ids[name], name=name, enabled=True, destination_conf=simulator.destination_conf()
        )
    simulator.push()
    outputs = []

    def audit(variables):
        given = json.dumps({**variables, "logpush_audit_ca_path": simulator.ca_file})
        run = ansible.playbook("edgeops.logpush.audit", "-e", given, inventory=hosts)
        outputs.append(run.output)
        return Ended("failed" if run.returncode else "successful")

    def run(**steps):
        jobs = {name: lambda variables, end=end: end for name, end in {**WELL, **steps}.items()}
        status, started = run_workflow(awx, WORKFLOW, {**jobs, "audit": audit})
        return status, list(started), outputs[-1]

    return run


def test_all_is_well(audited):
    status, started, output = audited()
    assert (status, started) == ("successful", ["provision", "rollout", "verify", "audit"]), output
    assert "workflow step" not in output


@pytest.mark.parametrize("failure", FAILURES)
def test_the_workflow_fails_and_the_audit_names_the_step(audited, failure):
    step, end, expected = FAILURES[failure]
    status, started, output = audited(**{step: end})
    assert (status, started) == ("failed", expected), output
    assert f"workflow step {step}: " in output
    assert [other for other in WELL if other != step and f"workflow step {other}: " in output] == []


def test_nothing_is_sliced_so_that_the_counts_are_complete(awx):
    imported(awx)
    for template in ("Logpush rollout", "Logpush verify"):
        awx.named("job_template", template)["job_slice_count"] = 4
    nodes = {name: awx.named("workflow_job_template_node", name) for name in ("rollout", "verify")}
    # What a node says goes before its template.
    assert {name: node["job_slice_count"] for name, node in nodes.items()} == {"rollout": 1, "verify": 1}
