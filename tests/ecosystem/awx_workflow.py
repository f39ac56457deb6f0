# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a workflow as AWX does: the nodes that start, the extra variables of their jobs, and the status of the
workflow."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from .awx_kinds import APPROVAL, EDGES, Fields
from .awx_server import AwxServer


@dataclasses.dataclass
class Ended:
    """The status of the job of a node, and the statistics that it passed on with C(set_stats). A canceled job passes
    on nothing."""

    status: str = "successful"
    artifacts: Fields = dataclasses.field(default_factory=dict)


# By the identifier of a node: the function that runs its job with the extra variables. An approval that is denied, or
# not given in time, ends as failed.
Jobs = t.Mapping[str, t.Callable[[Fields], Ended]]


def run_workflow(awx: AwxServer, name: str, jobs: Jobs) -> tuple[str, dict[str, Fields]]:
    """Run a workflow; return its status, and the extra variables of each node that started, in order."""
    workflow = awx.named("workflow_job_template", name)
    nodes = {
        entry["id"]: entry for entry in awx.objects.values() if entry.get("workflow_job_template") == workflow["id"]
    }
    parents: dict[int, list[tuple[int, str]]] = {number: [] for number in nodes}
    for number in nodes:
        for edge in EDGES:
            for child in awx.attached.get((number, edge), []):
                parents[child].append((number, edge))
    ended: dict[int, Ended] = {}
    passed_on: dict[int, Fields] = {}
    started: dict[str, Fields] = {}
    decided: set[int] = set()
    while len(decided) < len(nodes):
        # A node is decided when all its parents are.
        number = next(
            each for each in nodes if each not in decided and {parent for parent, dummy in parents[each]} <= decided
        )
        decided.add(number)
        passed_on[number] = {}
        if parents[number] and not any(_leads_on(ended.get(parent), edge) for parent, edge in parents[number]):
            continue
        for parent, _edge in parents[number]:
            passed_on[number].update(passed_on[parent])
            if parent in ended:
                passed_on[number].update(ended[parent].artifacts)
        template = awx.objects[nodes[number]["unified_job_template"]]
        # Variables of the workflow take precedence over those that jobs passed on; defaults answer the survey of the
        # template.
        is_approval = template["type"] == APPROVAL
        variables = {
            **({} if is_approval else awx.extra_vars(template, nodes[number]["extra_data"], launched_by_workflow=True)),
            **passed_on[number],
            **json.loads(workflow["extra_vars"] or "{}"),
        }
        identifier = nodes[number]["identifier"]
        started[identifier] = variables
        ended[number] = jobs[identifier](variables)
    unhandled = [number for number, end in ended.items() if end.status != "successful" and not _is_handled(awx, number)]
    return "failed" if unhandled else "successful", started


def _leads_on(end: Ended | None, edge: str) -> bool:
    """A node that was canceled counts as failed. The links of a node that did not start are not followed."""
    if end is None:
        return False
    return edge in ("always_nodes", "success_nodes" if end.status == "successful" else "failure_nodes")


def _is_handled(awx: AwxServer, number: int) -> bool:
    return any(awx.attached.get((number, edge)) for edge in ("failure_nodes", "always_nodes"))
