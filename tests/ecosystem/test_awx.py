# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects for Tower and AWX, created by the two clients that users have: awx import, and the modules of
awx.awx."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import yaml
from e2e.ansible import BIN, CHECKOUT
from e2e.awx_files import (
    EXTENSION,
    NOTIFICATIONS,
    OBJECTS,
    WANTED,
    objects_of,
)

from .awx_import import imported
from .awx_kinds import EDGES, KINDS, TEXT, TOKEN
from .awx_server import AwxServer
from .needs import needs

pytestmark = needs("awx")


def applied(ansible, awx, collections, *arguments):
    """Run the playbook that applies the objects; return the run."""
    ansible.environment["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(
        [ansible.environment["ANSIBLE_COLLECTIONS_PATH"], str(collections)]
    )
    environment = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    run = ansible.playbook(str(EXTENSION / "apply.yml"), *arguments, environment=environment)
    assert run.returncode == 0, run.output
    return run


def only(folder, *kinds):
    """Write the objects of some kinds only, without the anchors; return the file."""
    file = folder / "some.yml"
    some = {kind: entries if kind in kinds else [] for kind, entries in WANTED.items()}
    file.write_text(yaml.safe_dump(some), encoding="utf-8")
    return file


def enter_values(awx):
    """Enter a value into every unset field of every object, and into every field of the credentials; return the
    resulting objects."""
    wanted = [entry for entries in WANTED.values() for entry in entries]
    nodes = [node for entry in WANTED["workflow_job_templates"] for node in entry["related"]["workflow_nodes"]]
    given = {name_of(entry["natural_key"]): entry for entry in [*wanted, *nodes]}
    for entry in awx.objects.values():
        workflow = awx.objects.get(entry.get("workflow_job_template"), {})
        ours = given.get(name_of({**entry, "workflow_job_template": workflow}))
        if ours is None or entry["type"] not in TYPES_OF_FILES:
            continue
        kept = {"kind", "local_path", *ours}
        fields = KINDS[entry["type"]].fields.items()
        entry.update({name: ENTERED[form] for name, form in fields if name not in kept and form in ENTERED})
        if entry["type"] == "credential":
            asked = awx.objects[entry["credential_type"]]["inputs"]["fields"]
            entry["inputs"] = {field["id"]: f"entered {field['id']}" for field in asked}
        if entry["type"] == "schedule":
            entry.update({"enabled": True, "extra_data": {}, "job_type": None})
    return awx.held()


def name_of(entry):
    """Return the type and the name of an object; that of a node has the name of its workflow."""
    workflow = entry.get("workflow_job_template") or {}
    return entry["type"], workflow.get("name"), entry.get("identifier", entry.get("name"))


TYPES_OF_FILES = (
    "credential",
    "inventory",
    "project",
    "inventory_source",
    "job_template",
    "workflow_job_template",
    "workflow_job_template_node",
    "schedule",
)
# By the form of a field, a value that is not its default.
ENTERED = {TEXT: "entered", "integer": 7, "boolean": True, "json": {"entered": "1"}}


KINDS_IN_GUIDE = {
    "project": "project",
    "inventory_source": "inventory source",
    "job_template": "job templates",
    "workflow_job_template": "workflows",
    "workflow_job_template_node": "nodes of the workflows",
}


def changed_fields(before, after):
    """Return the fields whose values differ, by the type of the object."""
    fields = {}
    for label, entry in after.items():
        names = {name for name, value in entry.items() if before[label][name] != value}
        if names:
            fields.setdefault(label.split(": ")[0], set()).update(names)
    return fields


def test_importing_makes_everything_and_again_changes_nothing(awx):
    held = imported(awx)
    for entries in WANTED.values():
        assert {entry["name"] for entry in entries} <= {label.split(": ")[1] for label in held}
    rollout = awx.named("job_template", "Logpush rollout")
    assert awx.links(rollout["id"], "credentials") == ["Logpush Cloudflare", "Logpush HEC"]
    [wanted] = [entry for entry in WANTED["job_templates"] if entry["name"] == "Logpush rollout"]
    assert awx.surveys[rollout["id"]] == wanted["related"]["survey_spec"]
    assert rollout["survey_enabled"] and rollout["ask_limit_on_launch"]
    assert awx.links(awx.named("organization", "Logpush")["id"], "galaxy_credentials") == ["Ansible Galaxy"]
    labeled = [entry for entry in awx.objects.values() if "labels" in KINDS[entry["type"]].attached]
    assert {tuple(awx.links(entry["id"], "labels")) for entry in labeled} == {("Logpush",)}
    assert imported(awx, OBJECTS) == held


def test_importing_again_keeps_what_somebody_entered(awx):
    imported(awx)
    before = enter_values(awx)
    after = imported(awx, OBJECTS)
    reset = changed_fields(before, after)
    # Not the credentials with their types, not the inventory, and not the schedules.
    assert set(reset) == {
        "project",
        "inventory_source",
        "job_template",
        "workflow_job_template",
        "workflow_job_template_node",
    }
    guide = (CHECKOUT / "docs/docsite/rst/guide_tower.rst").read_text(encoding="utf-8")
    listed = guide.partition("resets these fields")[2].partition("Thousands of zones")[0]
    points = {point.partition(":")[0].strip(): point for point in listed.split("\n- ")[1:]}
    for kind, fields in reset.items():
        point = points[f"of the {KINDS_IN_GUIDE[kind]}"]
        # The error lists all questions of a launch together.
        names = {name for name in fields if not name.startswith("ask_")}
        assert {name for name in names if f"``{name}``" not in point} == set(), kind
        assert set(re.findall("``(\\w+)``", point)) == names, kind
        assert ("Prompt on launch" in point) is (fields != names)
    assert all(awx.named("schedule", entry["name"])["enabled"] for entry in WANTED["schedules"])


def test_the_collections_of_the_project_can_be_installed_by_its_first_update(awx):
    """AWX updates a project when it is created. By then, the organization must have its Galaxy credential."""
    imported(awx)
    paths = [path for method, path in awx.requests if method == "POST"]
    organization = awx.named("organization", "Logpush")["id"]
    assert paths.index(f"/api/v2/organizations/{organization}/galaxy_credentials/") < paths.index("/api/v2/projects/")


def test_the_notification_template_is_an_example_of_its_own(awx):
    imported(awx)
    imported(awx, NOTIFICATIONS)
    [wanted] = objects_of(NOTIFICATIONS)["notification_templates"]
    made = awx.named("notification_template", wanted["name"])
    assert made["notification_configuration"] == wanted["notification_configuration"]


def test_it_is_what_awx_export_writes(awx):
    imported(awx)
    kinds = [f"--{kind}" for kind in WANTED]
    environment = {**os.environ, "CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    done = subprocess.run(
        [str(BIN / "awx"), "export", *kinds], env=environment, capture_output=True, text=True, check=True
    )
    exported = json.loads(done.stdout)
    for kind in WANTED:
        for entry in WANTED[kind]:
            [found] = [other for other in exported[kind] if other["natural_key"] == entry["natural_key"]]
            assert missing(entry, found) == []


def missing(wanted, found):
    """Return the wanted values that are missing, at any depth; lists of objects may have any order."""
    if isinstance(wanted, dict) and wanted.get("type") == "label" and "natural_key" in found:
        # Written whole, but attached by its key.
        return missing(wanted, found["natural_key"])
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [f"{key}: {entry}" for key, value in wanted.items() for entry in missing(value, found.get(key))]
    if (
        isinstance(wanted, list)
        and wanted
        and isinstance(wanted[0], dict)
        and "type" in (wanted[0].get("natural_key") or wanted[0])
    ):
        return [entry for entry in wanted if all(missing(entry, other) for other in found)]
    return [] if wanted == found else [f"{wanted!r} is {found!r}"]


def edges_of(awx, workflow, nodes):
    """Return the edges that begin at each node of a workflow, with the names of the nodes where they end."""
    edges = {}
    for node in nodes:
        number = awx.named("workflow_job_template_node", f"{node} of {workflow}")["id"]
        ends = {relation: awx.links(number, relation) for relation in EDGES}
        edges[node] = {
            relation: [end.removesuffix(f" of {workflow}") for end in names]
            for relation, names in ends.items()
            if names
        }
    return edges


def test_only_an_approved_plan_is_rolled_out(awx):
    imported(awx)
    nodes = ("provision", "plan", "approve", "rollout", "verify", "audit")
    assert edges_of(awx, "Logpush with approval", nodes) == {
        "provision": {"success_nodes": ["plan"], "failure_nodes": ["audit"]},
        "plan": {"success_nodes": ["approve"], "failure_nodes": ["audit"]},
        "approve": {"success_nodes": ["rollout"]},
        "rollout": {"success_nodes": ["verify"], "failure_nodes": ["audit"]},
        "verify": {"always_nodes": ["audit"]},
        "audit": {},
    }
    held = awx.held()
    told = {name: held[f"workflow_job_template_node: {name} of Logpush with approval"] for name in nodes}
    assert (told["plan"]["job_type"], told["plan"]["diff_mode"], told["rollout"]["job_type"]) == ("check", True, "run")
    assert {told[name]["unified_job_template"] for name in ("plan", "rollout")} == {"Logpush rollout"}
    assert told["approve"]["unified_job_template"] == "Logpush apply the plan"
    assert held["workflow_approval_template: Logpush apply the plan"]["timeout"] == 86400
    # No schedule waits for a person at night.
    assert {held[label]["unified_job_template"] for label in held if label.startswith("schedule: ")} == {
        "Logpush workflow",
        "Logpush audit",
        "Logpush delivery",
        "Logpush repair",
    }


def test_a_failure_in_the_workflow_leads_to_the_audit(awx):
    imported(awx)
    edges = edges_of(awx, "Logpush workflow", ("provision", "rollout", "verify", "audit"))
    assert edges == {
        "provision": {"success_nodes": ["rollout"], "failure_nodes": ["audit"]},
        "rollout": {"success_nodes": ["verify"], "failure_nodes": ["audit"]},
        "verify": {"always_nodes": ["audit"]},
        "audit": {},
    }
    held = awx.held()
    nodes = {node: held[f"workflow_job_template_node: {node} of Logpush workflow"] for node in edges}
    assert {name: node["unified_job_template"] for name, node in nodes.items()} == {
        "provision": "Logpush provision HEC",
        "rollout": "Logpush rollout",
        "verify": "Logpush verify",
        "audit": "Logpush audit",
    }
    # Nothing runs before a person approves.
    assert [entry["enabled"] for label, entry in held.items() if label.startswith("schedule: ")] == [False] * 4


def test_the_playbook_makes_the_same_and_again_changes_nothing(awx, ansible, other_collections):
    first = applied(ansible, awx, other_collections)
    assert {outcome.task for outcome in first.outcomes if not outcome.result["changed"]} == {
        # There is none in these files, and the workflows and the schedules are new.
        "Create the notification templates",
        "Update the workflows",
        UPDATE_SCHEDULES,
    }
    with AwxServer(awx.playbooks, awx.inventories) as other:
        assert imported(other) == awx.held()
    entered = enter_values(awx)
    awx.requests.clear()
    again = applied(ansible, awx, other_collections)
    assert {outcome.result["changed"] for outcome in again.outcomes} == {False}, again.output
    assert awx.writes() == [] and awx.held() == entered


UPDATE_SCHEDULES = "Update the schedules, and enable them if schedules_enabled is true"


def test_an_edited_file_changes_just_that(awx, ansible, other_collections, tmp_path):
    imported(awx)
    edited = only(tmp_path, "organizations", "projects", "schedules")
    text = (
        edited.read_text(encoding="utf-8")
        .replace("enabled: false", "enabled: true")
        .replace("scm_branch: main", "scm_branch: live")
    )
    edited.write_text(text, encoding="utf-8")
    run = applied(ansible, awx, other_collections, "-e", f"awx_objects={edited}")
    assert {outcome.task for outcome in run.outcomes if outcome.result["changed"]} == {
        "Create the projects",
        UPDATE_SCHEDULES,
    }
    assert awx.named("project", "Logpush project")["scm_branch"] == "live"
    assert awx.named("schedule", "Logpush every night")["enabled"] is True


def test_an_organization_of_your_own_and_credentials_of_the_same_names_in_another(
    awx, ansible, other_collections, tmp_path
):
    imported(awx)
    ours = awx.create("organization", {"name": "Edge team", "description": "ours"})
    files = [only(tmp_path, "credential_types", "credentials", "inventory", "projects"), NOTIFICATIONS]
    some = yaml.safe_load(files[0].read_text(encoding="utf-8"))
    some["job_templates"] = WANTED["job_templates"][:1]
    some["inventory_sources"] = WANTED["inventory_sources"]
    files[0].write_text(yaml.safe_dump(some), encoding="utf-8")
    before = awx.held()
    chosen = {"awx_objects": [str(file) for file in files], "awx_organization": "Edge team"}
    applied(ansible, awx, other_collections, "-e", json.dumps(chosen))
    assert {label: entry for label, entry in awx.held().items() if before.get(label) == entry}.keys() >= {
        "organization: Edge team"
    }
    for kind, number in (("credential", 3), ("inventory", 1), ("project", 1), ("job_template", 1), ("label", 1)):
        made = [entry for entry in awx.objects.values() if (entry["type"], entry["organization"]) == (kind, ours["id"])]
        assert len(made) == number, kind
    [template] = [
        entry
        for entry in awx.objects.values()
        if (entry["type"], entry["organization"]) == ("job_template", ours["id"])
    ]
    attached = awx.attached[template["id"], "credentials"]
    assert {awx.objects[number]["organization"] for number in attached} == {ours["id"]}
    assert awx.named("notification_template", "Logpush failures")["organization"] == ours["id"]


def test_automation_platform_has_the_same_modules_under_another_name(awx, ansible, other_collections, tmp_path):
    platform = tmp_path / "collections/ansible_collections/ansible/controller"
    shutil.copytree(
        other_collections / "ansible_collections/awx/awx", platform, ignore=shutil.ignore_patterns("test*", "images")
    )
    applied(ansible, awx, tmp_path / "collections", "-e", f"awx_objects={only(tmp_path, 'organizations')}")
    assert awx.named("organization", "Logpush")
