# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects for Tower and AWX, made by the two clients that users have: awx import, and the modules of awx.awx."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
import yaml
from e2e.ansible import BIN
from e2e.awx_files import EXTENSION, OBJECTS, PROJECT, WANTED

from .awx_server import TOKEN, AwxServer
from .needs import needs

pytestmark = needs("awx")


@pytest.fixture
def awx():
    """Return an AWX that is empty, whose project is the one that is shipped."""
    files = [path.name for path in PROJECT.glob("*.yml")]
    inventories = [name for name in files if name.endswith("cloudflare_zones.yml")]
    with AwxServer(playbooks=set(files) - set(inventories), inventories=inventories) as server:
        yield server


OBJECTS_TEXT = OBJECTS.read_text(encoding="utf-8")


def imported(awx, text=OBJECTS_TEXT):
    """Runs awx import; it must not complain."""
    environment = {**os.environ, "CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    command = [str(BIN / "awx"), "import", "--conf.format", "yaml"]
    done = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rror" not in done.stderr, done.stderr
    return awx.held()


def applied(ansible, awx, collections, *arguments):
    """Runs the playbook that applies the objects; gives the run."""
    ansible.environment["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(
        [ansible.environment["ANSIBLE_COLLECTIONS_PATH"], str(collections)]
    )
    environment = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    run = ansible.playbook(str(EXTENSION / "apply.yml"), *arguments, environment=environment)
    assert run.returncode == 0, run.output
    return run


def only(folder, *kinds):
    """Writes the objects of some kinds alone, without the anchors; gives the file."""
    file = folder / "some.yml"
    some = {
        kind: entries if kind in kinds else [] for kind, entries in WANTED.items() if kind not in ("yours", "shared")
    }
    file.write_text(yaml.safe_dump(some), encoding="utf-8")
    return file


def test_importing_makes_everything_and_again_changes_nothing(awx):
    held = imported(awx)
    for kind in set(WANTED) - {"yours", "shared"}:
        assert {entry["name"] for entry in WANTED[kind]} <= {label.split(": ")[1] for label in held}
    rollout = awx.named("job_template", "Logpush rollout")
    assert awx.links(rollout["id"], "credentials") == ["Logpush Cloudflare", "Logpush HEC"]
    [wanted] = [entry for entry in WANTED["job_templates"] if entry["name"] == "Logpush rollout"]
    assert awx.surveys[rollout["id"]] == wanted["related"]["survey_spec"]
    assert rollout["survey_enabled"] and rollout["ask_limit_on_launch"]
    assert awx.links(awx.named("organization", "Logpush")["id"], "galaxy_credentials") == ["Ansible Galaxy"]
    assert imported(awx) == held


def test_it_is_what_awx_export_writes(awx):
    imported(awx)
    kinds = [f"--{kind}" for kind in WANTED if kind not in ("yours", "shared")]
    environment = {**os.environ, "CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    done = subprocess.run(
        [str(BIN / "awx"), "export", *kinds], env=environment, capture_output=True, text=True, check=True
    )
    exported = json.loads(done.stdout)
    for kind in WANTED:
        for entry in WANTED[kind] if kind not in ("yours", "shared") else []:
            [found] = [other for other in exported[kind] if other["natural_key"] == entry["natural_key"]]
            assert missing(entry, found) == []


def missing(wanted, found):
    """Return what of the wanted is not found, at any depth; lists of objects may have any order."""
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


def test_a_failure_in_the_workflow_leads_to_the_audit(awx):
    imported(awx)
    edges = {
        node: {
            relation: awx.links(awx.named("workflow_job_template_node", node)["id"], relation)
            for relation in ("success_nodes", "failure_nodes")
        }
        for node in ("provision", "rollout", "verify", "audit")
    }
    assert edges == {
        "provision": {"success_nodes": ["rollout"], "failure_nodes": ["audit"]},
        "rollout": {"success_nodes": ["verify"], "failure_nodes": ["audit"]},
        "verify": {"success_nodes": ["audit"], "failure_nodes": ["audit"]},
        "audit": {"success_nodes": [], "failure_nodes": []},
    }
    held = awx.held()
    assert {node: held[f"workflow_job_template_node: {node}"]["unified_job_template"] for node in edges} == {
        "provision": "Logpush provision HEC",
        "rollout": "Logpush rollout",
        "verify": "Logpush verify",
        "audit": "Logpush audit",
    }
    # Nothing runs before somebody says so.
    assert [entry["enabled"] for label, entry in held.items() if label.startswith("schedule: ")] == [False] * 3


def test_the_playbook_makes_the_same_and_again_changes_nothing(awx, ansible, other_collections):
    first = applied(ansible, awx, other_collections)
    assert {outcome.result["changed"] for outcome in first.outcomes} == {True}
    with AwxServer(awx.playbooks, awx.inventories) as other:
        assert imported(other) == awx.held()
    filled_in = {"api_token": "filled-in-by-hand"}
    awx.named("credential", "Logpush Cloudflare")["inputs"] = filled_in
    awx.requests.clear()
    again = applied(ansible, awx, other_collections)
    assert {outcome.result["changed"] for outcome in again.outcomes} == {False}, again.output
    assert awx.writes() == []
    # The other way writes, but leaves what was filled in.
    imported(awx)
    assert awx.named("credential", "Logpush Cloudflare")["inputs"] == filled_in


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
        "Create the schedules",
    }
    assert awx.named("project", "Logpush project")["scm_branch"] == "live"
    assert awx.named("schedule", "Logpush every night")["enabled"] is True


def test_automation_platform_has_the_same_modules_under_another_name(awx, ansible, other_collections, tmp_path):
    platform = tmp_path / "collections/ansible_collections/ansible/controller"
    shutil.copytree(
        other_collections / "ansible_collections/awx/awx", platform, ignore=shutil.ignore_patterns("test*", "images")
    )
    applied(ansible, awx, tmp_path / "collections", "-e", f"awx_objects={only(tmp_path, 'organizations')}")
    assert awx.named("organization", "Logpush")
