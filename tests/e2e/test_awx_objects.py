# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects for Tower and AWX: each name in them exists in the collection."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess

import pytest
import yaml
from ansible.config.manager import ConfigManager

from .ansible import BIN, CHECKOUT
from .awx_files import EXTENSION, FILES, NOTIFICATIONS, PROJECT, WANTED, objects_of

TEMPLATES = {template["playbook"]: template for template in WANTED["job_templates"]}
QUESTIONS = [
    (template["playbook"], question)
    for template in WANTED["job_templates"]
    for question in template["related"].get("survey_spec", {}).get("spec", [])
]
# Playbooks that only other playbooks import.
PARTS = {"require_zones.yml", "show_outcome.yml"}
# Answers of a question with two choices.
BOOLEANS = ["false", "true"]


def text_of(*names):
    """Return the text of files of the collection."""
    return "\n".join((CHECKOUT / name).read_text(encoding="utf-8") for name in names)


def used_by(playbook):
    """Return the text of a playbook and of all files that it includes."""
    text = text_of(f"playbooks/{playbook}")
    parts = re.findall(r"import_playbook: (\w+\.yml)", text)
    tasks = [f"playbooks/{name}" for name in re.findall(r"import_tasks: (tasks/\w+\.yml)", text)]
    roles = [
        path
        for role in re.findall(r"edgeops\.logpush\.(splunk_hec)\b(?!_)", text)
        for path in (f"roles/{role}/tasks/main.yml",)
    ]
    return "\n".join([text, text_of(*tasks, *roles), *map(used_by, parts)])


def test_every_playbook_that_a_person_runs_has_a_template_and_a_wrapper():
    playbooks = {path.name for path in (CHECKOUT / "playbooks").glob("*.yml")} - PARTS
    wrappers = {path.name for path in PROJECT.glob("*.yml")} - {"zones.cloudflare_zones.yml"}
    assert set(TEMPLATES) == playbooks == wrappers
    for name in wrappers:
        [play] = yaml.safe_load((PROJECT / name).read_text(encoding="utf-8"))
        assert play["ansible.builtin.import_playbook"] == f"edgeops.logpush.{name.removesuffix('.yml')}"


@pytest.mark.parametrize(
    "playbook, question", QUESTIONS, ids=lambda value: value["variable"] if isinstance(value, dict) else value
)
def test_every_answer_is_a_variable_of_the_playbook(playbook, question):
    assert re.search(rf"\b{question['variable']}\b[^:\n]*\|", used_by(playbook)), question["variable"]
    # An answer takes precedence over the variables of every host.
    hosts = importlib.import_module("ansible_collections.edgeops.logpush.plugins.module_utils._logpush.host_variables")
    assert question["variable"] not in hosts.JOB_OPTION_VARIABLES
    if question["type"] == "multiplechoice":
        known = importlib.import_module(
            "ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables"
        ).PLAYBOOK_VARIABLES
        choices = [variable.spec.get("choices") for variable in known if variable.name == question["variable"]]
        assert sorted(question["choices"]) == sorted([*filter(None, choices), BOOLEANS][0])
    # Every launch must answer a required question, even if it has a default.
    assert question["required"] is (question["variable"] == "splunk_hec_new_token_name")


def test_every_kind_of_finding_can_be_chosen():
    kinds = importlib.import_module("ansible_collections.edgeops.logpush.plugins.module_utils._audit.findings").KINDS
    [question] = [question for dummy, question in QUESTIONS if question["variable"] == "logpush_audit_ignore"]
    assert question["choices"] == list(kinds)


def test_every_variable_that_a_credential_sets_is_one_that_modules_read():
    injected = {
        variable: template
        for kind in WANTED["credential_types"]
        for variable, template in kind["injectors"]["env"].items()
    }
    read = text_of(*(str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "plugins").rglob("*.py")))
    assert set(injected) == {
        "CLOUDFLARE_API_TOKEN",
        "SPLUNK_MANAGEMENT_URL",
        "SPLUNK_USERNAME",
        "SPLUNK_PASSWORD",
        "SPLUNK_AUTH_TOKEN",
        "SPLUNK_HEC_TOKEN",
        "SPLUNK_HEC_ENDPOINT",
    }
    assert [variable for variable in injected if f'"{variable}"' not in read or variable.startswith("ANSIBLE_")] == []
    for kind in WANTED["credential_types"]:
        # An inventory update supports no other injectors.
        assert set(kind["injectors"]) == {"env"}
        secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
        assert secret >= {field["id"] for field in kind["inputs"]["fields"] if re.search("token|password", field["id"])}


def test_the_guide_speaks_of_objects_that_are_there():
    guide = text_of("docs/docsite/rst/guide_tower.rst")
    emphasized = [
        " ".join(name.split()).rpartition("> ")[2] for name in re.findall(r"(?<!\*)\*(\w[^*]*)\*(?!\*)", guide)
    ]
    named = {name for name in emphasized if name.startswith("Logpush")}
    there = {entry["name"] for entries in [*WANTED.values(), *objects_of(NOTIFICATIONS).values()] for entry in entries}
    assert named and named - there == set()


def test_there_is_no_value_of_a_credential_in_it():
    assert [entry["name"] for entry in WANTED["credentials"] if "inputs" in entry] == []
    for file in (*FILES, NOTIFICATIONS):
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", file.read_text(encoding="utf-8"))


def test_all_names_say_that_they_are_of_this_collection():
    """The modules of awx.awx look a credential up by its name alone, and a type of credentials has no organization."""
    for kind in ("credential_types", "credentials", "job_templates", "workflow_job_templates", "schedules"):
        assert [entry["name"] for entry in WANTED[kind] if not entry["name"].startswith("Logpush ")] == []


def test_the_project_names_the_version_that_it_comes_with():
    wanted = yaml.safe_load((PROJECT / "collections/requirements.yml").read_text(encoding="utf-8"))["collections"]
    built = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert wanted == [{"name": "edgeops.logpush", "version": built}]


def test_the_guides_import_every_file_in_its_order():
    for path in ("docs/docsite/rst/guide_tower.rst", "extensions/awx/README.md"):
        imports = re.findall(r"awx import --conf.format yaml < (\w+\.yml)", text_of(path))
        assert imports[:3] == [file.name for file in FILES] and set(imports[3:]) <= {NOTIFICATIONS.name}, path
    for file in (*FILES, NOTIFICATIONS):
        assert f"awx import --conf.format yaml < {file.name}" in file.read_text(encoding="utf-8")


def test_the_steps_that_the_audit_asks_for_are_nodes_before_it():
    nightly, with_approval = WANTED["workflow_job_templates"]
    for workflow, approved in ((nightly, []), (with_approval, ["plan", "approve"])):
        steps = json.loads(workflow["extra_vars"])["logpush_audit_steps"]
        nodes = [steps[0], *approved, *steps[1:], "audit"]
        assert [node["identifier"] for node in workflow["related"]["workflow_nodes"]] == nodes
        for step in steps:
            assert f"logpush_{step}" in text_of("docs/docsite/rst/guide_tower.rst")


def test_the_project_takes_no_value_of_a_credential_as_a_variable():
    """A variable is empty until the next sync of the inventory, and Splunk would choose the value of the token."""
    for file in PROJECT.rglob("*.yml"):
        assert "lookup(" not in file.read_text(encoding="utf-8"), file


def test_the_apply_playbook_knows_every_field():
    playbook = (CHECKOUT / "extensions/awx/apply.yml").read_text(encoding="utf-8")
    # The type of a node, of a link and of a key is for awx import. The rest of a node is passed to its module
    # unchanged.
    fields = {
        field
        for entries in [*WANTED.values(), *objects_of(NOTIFICATIONS).values()]
        for entry in entries
        for field in entry
    }
    assert [field for field in fields - {"natural_key", "related"} if f"{field}:" not in playbook] == []


# --- The project that is shipped, as AWX runs it


@pytest.fixture
def injected(simulator, empty_splunk):
    """Return the environment that the credentials set; values that are not filled in are empty."""
    return {
        "CLOUDFLARE_API_TOKEN": simulator.api_token,
        "SPLUNK_MANAGEMENT_URL": empty_splunk["url"],
        "SPLUNK_USERNAME": empty_splunk["username"],
        "SPLUNK_PASSWORD": empty_splunk["password"],
        "SPLUNK_AUTH_TOKEN": "",
        "SPLUNK_HEC_TOKEN": "0a1b2c3d-7777-4a6b-8c7d-9e0f1a2b3c4d",
        "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
    }


def test_the_source_of_the_inventory_gives_zones_with_their_variables(ansible, simulator):
    environment = {**ansible.environment, "CLOUDFLARE_API_TOKEN": simulator.api_token}
    command = [str(BIN / "ansible-inventory"), "-i", str(PROJECT / "zones.cloudflare_zones.yml"), "--list", "--export"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    listed = json.loads(done.stdout)
    assert set(listed["cloudflare_zones"]["hosts"]) <= set(simulator.zone_ids) and listed["cloudflare_zones"]["hosts"]
    assert listed["cloudflare_zones"]["vars"]["splunk_logpush_datasets"] == ["http_requests"]


def test_each_node_of_the_workflow_is_a_job_of_its_own(ansible, simulator, injected, stored):
    """The token is created with the value of the credential, and the jobs push with it. No node passes it to another."""
    zones = ["-i", str(PROJECT / "zones.cloudflare_zones.yml")]
    trust = dict.fromkeys(
        ("splunk_hec_ca_path", "splunk_hec_probe_ca_path", "logpush_audit_ca_path"), simulator.ca_file
    )
    for playbook in ("provision_hec", "rollout"):
        answers = {
            question["variable"]: str(question.get("default", ""))
            for name, question in QUESTIONS
            if name == f"{playbook}.yml"
        }
        run = ansible.playbook(
            str(PROJECT / f"{playbook}.yml"), *zones, "-e", json.dumps({**answers, **trust}), environment=injected
        )
        assert run.returncode == 0, run.output
        assert injected["SPLUNK_HEC_TOKEN"] not in run.output + run.report
    assert [token["token"] for token in simulator.state()["hec_tokens"]] == [injected["SPLUNK_HEC_TOKEN"]]
    assert stored() and all(entry["destination_conf"].endswith(injected["SPLUNK_HEC_TOKEN"]) for entry in stored())
    simulator.push()
    for playbook in ("verify", "audit"):
        answers = {
            question["variable"]: str(question.get("default", ""))
            for name, question in QUESTIONS
            if name == f"{playbook}.yml"
        }
        run = ansible.playbook(
            str(PROJECT / f"{playbook}.yml"), *zones, "-e", json.dumps({**answers, **trust}), environment=injected
        )
        assert run.returncode == 0, run.output


def test_it_is_in_the_archive_and_is_not_needed_at_run_time(ansible, tmp_path):
    build = [str(BIN / "ansible-galaxy"), "collection", "build", "--output-path", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, env={**os.environ, **ansible.environment}, check=True, capture_output=True)
    [archive] = tmp_path.glob("*.tar.gz")
    listed = subprocess.run(
        ["tar", "tzf", str(archive)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {
        *(str(file.relative_to(CHECKOUT)) for file in (*FILES, NOTIFICATIONS, EXTENSION / "apply.yml")),
        "extensions/awx/project/zones.cloudflare_zones.yml",
    } <= set(listed)
    needed = [
        name
        for name in listed
        if name.startswith(("meta/", "plugins/", "playbooks/", "roles/")) and not name.endswith("/")
    ]
    assert not re.search(r"extensions/awx|awx\.awx", text_of(*needed))


def test_waiting_for_a_long_task_is_cheap_in_the_project_and_in_the_guide():
    settings = ConfigManager(str(PROJECT / "ansible.cfg"))
    assert settings.get_config_value("DEFAULT_INTERNAL_POLL_INTERVAL") == 0.05
    guide = (CHECKOUT / "docs/docsite/rst/guide_many_zones.rst").read_text(encoding="utf-8")
    assert "internal_poll_interval = 0.05" in guide
