# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The complete collection: its metadata, its requirements, and that it works when it is installed."""

from __future__ import annotations

import importlib
import pathlib
import subprocess
import sys

import pytest
import yaml

from . import archive
from .ansible import CHECKOUT, TARGET_PYTHON, job


def test_the_role_leaves_the_options_of_a_job_to_the_module():
    specs = yaml.safe_load((CHECKOUT / "roles/splunk_logpush/meta/argument_specs.yml").read_text(encoding="utf-8"))
    jobs = specs["argument_specs"]["main"]["options"]["splunk_logpush_jobs"]
    # Ansible templates the argument specs for every host. With a copy of the options of a job, an unchanged run took 9 % more CPU time.
    assert "options" not in jobs
    # With another type, Ansible would refuse a blank value, which means "not set".
    assert jobs["type"] == "raw"
    assert "M(edgeops.logpush.splunk_logpush_job)" in jobs["description"][0]


def test_every_module_is_in_an_action_group():
    groups = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    modules = {path.stem for path in (CHECKOUT / "plugins/modules").glob("*.py")}
    # They use no API of Cloudflare and no management API, so the shared options are not their own.
    modules -= {"splunk_hec_app", "splunk_hec_probe", "splunk_logpush_outcome"}
    assert sorted(module for group in groups.values() for module in group) == sorted(modules)


@pytest.mark.parametrize("group", ["cloudflare", "splunk"])
def test_who_shares_the_options_of_a_group_is_in_it_and_says_so(group):
    members = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"][group]
    fragments = {}
    for path in (CHECKOUT / "plugins/modules").glob("*.py"):
        module = importlib.import_module(f"ansible_collections.edgeops.logpush.plugins.modules.{path.stem}")
        fragments[path.stem] = yaml.safe_load(module.DOCUMENTATION).get("extends_documentation_fragment", [])
    for fragment in (f"edgeops.logpush.{group}", f"edgeops.logpush.attributes.actiongroup_{group}"):
        assert sorted(module for module, used in fragments.items() if fragment in used) == sorted(members)


def test_modules_run_under_the_python_that_is_chosen_for_them(ansible):
    run = ansible.tasks({"name": "which", "ansible.builtin.setup": {"gather_subset": ["!all", "!min", "python"]}})
    chosen = pathlib.Path(TARGET_PYTHON or sys.executable)
    # The folders are compared, because the Python of an environment is a link to its base Python.
    assert pathlib.Path(run["which"]["ansible_facts"]["ansible_python"]["executable"]).parent.samefile(chosen.parent)


def test_without_requests(ansible, simulator, zone_id, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    task = job("bare", zone_id=zone_id, fails=True)
    task["vars"] = {"ansible_python_interpreter": str(tmp_path / "bare/bin/python")}
    # Ansible's standard result of a missing library carries the traceback of the import, and does not show it.
    run = ansible.tasks(task, crash_allowed=True)
    assert run["bare"].msg.startswith("Failed to import the required Python library (requests) on ")
    assert str(tmp_path / "bare/bin/python") in run["bare"].msg
    assert "Traceback" not in run.output
    assert simulator.requests(side="api") == []


@pytest.fixture
def installed(ansible, tmp_path):
    """Return the folder of collections in which the built one is installed as a user would do it."""
    folder = tmp_path / "installed"
    ansible.environment["ANSIBLE_COLLECTIONS_PATH"] = str(folder)
    ansible.environment.pop("PYTHONPATH", None)
    return archive.install(archive.build(tmp_path), folder)


def test_built_and_installed_it_works_outside_of_the_checkout(ansible, simulator, installed, splunk, zone_id, stored):
    assert {path.name for path in installed.iterdir()} >= {"MANIFEST.json", "meta", "playbooks", "plugins", "roles"}
    assert not {"e2e", "simulator", "unit"} & {path.name for path in installed.rglob("*")}
    schemas = {path.name for path in (installed / "extensions/schemas").iterdir()}
    assert schemas == {"inventory.json", "variables.json"}
    eda = {str(path.relative_to(installed / "extensions/eda")) for path in (installed / "extensions/eda").rglob("*.*")}
    assert eda == {
        "README.md",
        "automation_platform.yml",
        "plugins/event_source/logpush_alerts.py",
        "rulebooks/repair.yml",
        "rulebooks/repair_event_stream.yml",
        "service/ansible-rulebook-logpush.service",
        "service/environment.example",
        "service/vars.yml",
    }
    inventory = {
        "shop.example.com": {
            "zone_id": zone_id,
            **{f"splunk_logpush_{option}": value for option, value in splunk.items()},
        }
    }
    rolled_out = ansible.playbook("edgeops.logpush.rollout", "-v", inventory=inventory)
    assert rolled_out.returncode == 0, rolled_out.output
    assert [entry["name"] for entry in stored()] == ["shop.example.com"]
    run = ansible.tasks(
        job("module", zone_id=zone_id),
        {
            "name": "filter",
            "ansible.builtin.assert": {
                "that": "'a+b' | edgeops.logpush.splunk_authorization == 'Splunk%20a%2Bb'",
            },
        },
    )
    assert run.returncode == 0, run.output
    assert run["module"]["action"] == "unchanged"
