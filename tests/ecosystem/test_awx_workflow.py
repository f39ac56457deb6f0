# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow in AWX: if any step fails, the workflow fails, and the audit names the step."""

from __future__ import annotations

import json

import pytest

from .awx_import import imported
from .awx_workflow import Ended, run_workflow
from .needs import needs

pytestmark = needs("awx")

WORKFLOW = "Logpush workflow"
WITH_APPROVAL = "Logpush with approval"
SHOW = "Show the report"
WELL = {
    "provision": Ended(artifacts={"logpush_provision": {"endpoint": "e", "token": "unchanged", "ready": True}}),
    "rollout": Ended(artifacts={"logpush_rollout": {"scopes": 3, "jobs": 3, "failed": 0}}),
    "verify": Ended(artifacts={"logpush_verify": {"jobs": 3, "delivering": 3, "failed": 0}}),
}
# The status of a failed step, and the steps that still start.
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
    """Return a function that runs the workflow with a real audit that finds no problem. The function returns the
    status, the nodes that started, and the output of the audit."""
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
    workflows = {WORKFLOW: ("rollout", "verify"), WITH_APPROVAL: ("plan", "rollout", "verify")}
    nodes = [node_of(awx, workflow, name) for workflow, names in workflows.items() for name in names]
    # Settings of a node take precedence over its template.
    assert [node["job_slice_count"] for node in nodes] == [1] * 5


# --- With approval


def node_of(awx, workflow, name):
    """Return a node of a workflow."""
    return awx.named("workflow_job_template_node", f"{name} of {workflow}")


@pytest.fixture
def approval(awx, ansible, simulator, hosts):
    """Return a function that runs the workflow with approval. Its rollouts are real, and so is its audit if it must
    find something. ``answer`` is the decision of the person. The function returns the status, the nodes that started,
    and their outputs."""
    imported(awx)

    def rollout(name, outputs):
        arguments = ["--check"] if node_of(awx, WITH_APPROVAL, name)["job_type"] == "check" else []

        def job(variables):
            run = ansible.playbook("edgeops.logpush.rollout", "-e", json.dumps(variables), *arguments, inventory=hosts)
            outputs[name] = run.output
            return Ended("failed" if run.returncode else "successful", run[SHOW]["ansible_stats"]["data"])

        return job

    def run(answer, **more):
        outputs = {}

        def audit(variables):
            given = json.dumps({**variables, "logpush_audit_ca_path": simulator.ca_file})
            done = ansible.playbook("edgeops.logpush.audit", "-e", given, inventory=hosts)
            outputs["audit"] = done.output
            return Ended("failed" if done.returncode else "successful")

        jobs = {
            **{name: lambda variables, end=WELL[name]: end for name in ("provision", "verify")},
            "approve": lambda variables: Ended(answer()),
            "plan": rollout("plan", outputs),
            "rollout": rollout("rollout", outputs),
            "audit": audit,
        }
        status, started = run_workflow(awx, WITH_APPROVAL, {**jobs, **more})
        return status, list(started), outputs

    return run


def test_the_approved_plan_is_applied_and_asked_for_also_if_nothing_changes(approval, stored):
    asked = []

    def approve():
        asked.append(len(stored()))
        return "successful"

    well = {"audit": lambda variables: Ended()}
    for plan in ("3 to create", "3 unchanged"):
        status, started, outputs = approval(approve, **well)
        assert (status, started) == ("successful", ["provision", "plan", "approve", "rollout", "verify", "audit"]), (
            outputs
        )
        assert len(stored()) == 3 and plan in outputs["plan"]
    assert asked == [0, 3]


def test_a_denied_plan_is_not_applied(approval, stored):
    status, started, outputs = approval(lambda: "failed")
    assert (status, started) == ("failed", ["provision", "plan", "approve"])
    assert stored() == [] and "3 to create" in outputs["plan"]


def test_a_plan_that_changed_after_its_approval_is_not_applied(approval, simulator, hosts, stored):
    def approve():
        name, zone_id = "shop.example.com", simulator.zone_ids["shop.example.com"]
        simulator.add_job(zone_id=zone_id, name=name, enabled=False, destination_conf=simulator.destination_conf())
        return "successful"

    status, started, outputs = approval(approve)
    assert (status, started) == ("failed", ["provision", "plan", "approve", "rollout", "audit"])
    assert [job["enabled"] for job in stored()] == [False]
    assert "so nothing was written" in outputs["rollout"]
    assert "workflow step rollout: it reports 3 failures" in outputs["audit"]


def test_the_check_run_does_not_hide_that_the_rollout_was_canceled(approval, stored):
    status, started, outputs = approval(lambda: "successful", rollout=lambda variables: Ended("canceled"))
    assert (status, started[-1]) == ("failed", "audit") and stored() == []
    assert "workflow step rollout: it passed on only the result of a check run" in outputs["audit"]
