# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The image for Tower: the result of ansible-builder for its definition, and that the image has everything that a job
needs.

The image itself is not built, because that needs a container engine. Its contents are installed into a Python
environment instead.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys

import pytest
import yaml
from e2e.ansible import BIN, CHECKOUT
from packaging.requirements import Requirement

from .needs import needs
from .tower import Request

pytestmark = needs("ansible-builder")

DEFINITION = CHECKOUT / "execution-environment.yml"
ENVIRONMENT = ".cache/venv-ee"


def builder(*arguments):
    """Run ansible-builder and return its output."""
    command = [str(BIN / "ansible-builder"), *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def context_of(definition, folder):
    """Return the build file of a definition, and the collections that go into the image, with the folder that they lie in."""
    builder("create", "--file", definition, "--context", folder, "--output-filename", "Containerfile")
    wanted = yaml.safe_load((folder / "_build/requirements.yml").read_text(encoding="utf-8"))["collections"]
    return (folder / "Containerfile").read_text(encoding="utf-8"), wanted


def test_the_definition_gives_an_image_with_the_published_collection(tmp_path):
    steps, collections = context_of(DEFINITION, tmp_path / "context")
    assert collections == [{"name": "edgeops.logpush"}]
    assert 'ARG ANSIBLE_INSTALL_REFS="ansible-core>=2.16 ansible-runner>=2.4"' in steps
    assert 'ARG PYCMD="/usr/bin/python3.11"' in steps and 'ARG PYPKG="python3.11"' in steps
    runtime = yaml.safe_load((CHECKOUT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"].startswith(">=2.16")


def test_the_definition_says_how_to_take_an_archive_instead(tmp_path):
    written = DEFINITION.read_text(encoding="utf-8")
    definition, comment = written.split("# To use an unreleased version", 1)
    collection, files = (
        yaml.safe_load(part)
        for part in re.sub("(?m)^# ?", "", comment.split("additional_build_files:\n#\n")[1]).split("\n\n")
    )
    changed = {**yaml.safe_load(definition), **files}
    changed["dependencies"]["galaxy"] = collection
    (tmp_path / "edgeops-logpush.tar.gz").write_bytes(b"an archive")
    (tmp_path / "own.yml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    dummy, collections = context_of(tmp_path / "own.yml", tmp_path / "context")
    assert collections == [{"name": "edgeops-logpush.tar.gz", "type": "file"}]
    # During the build of the image, Galaxy looks for it beside the list of collections.
    assert (tmp_path / "context/_build/edgeops-logpush.tar.gz").read_bytes() == b"an archive"


@pytest.fixture
def requirements(installed_collections):
    """Return the requirements that ansible-builder finds in the installed collection, Python packages and others, and
    their sources."""
    found = yaml.safe_load(builder("introspect", installed_collections))
    return {kind: [line.split("  # from collection ") for line in lines] for kind, lines in found.items()}


def test_the_installed_collection_says_what_it_needs(requirements):
    assert requirements == {"python": [["requests>=2.25.0", "edgeops.logpush"]], "system": []}


def test_with_just_that_installed_a_job_needs_no_file(tower, simulator, splunk, requirements, stored):
    subprocess.run(["make", "-s", f"{ENVIRONMENT}/ready", f"PYTHON={sys.executable}"], cwd=CHECKOUT, check=True)
    [packages] = (CHECKOUT / ENVIRONMENT).glob("lib/python*/site-packages")
    there = {each.name.lower(): each.version for each in importlib.metadata.distributions(path=[str(packages)])}
    wanted = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["dependencies"]
    wanted = [wanted[part]["package_pip"] for part in ("ansible_core", "ansible_runner")]
    for requirement in map(Requirement, [*wanted, *(line for line, dummy in requirements["python"])]):
        assert there[requirement.name] in requirement.specifier

    tower.bin = CHECKOUT / ENVIRONMENT / "bin"
    names = ("shop.example.com", "www.example.com")
    request = Request(
        inventory={name: {"zone_id": simulator.zone_ids[name]} for name in names},
        environment={
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "SPLUNK_HEC_ENDPOINT": splunk["endpoint"],
            "SPLUNK_HEC_TOKEN": splunk["hec_token"],
        },
    )
    # The zones that changed are rows of the result of one task, which runs on the first host.
    for changed in (set(names[:1]), set()):
        job = tower.job("rollout", request)
        assert job.returncode == 0 and job.hosts("changed") == changed, job.output
        assert [name for name in job.files if not name.startswith("artifacts/")] == []
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(simulator.zone_ids[name] for name in names)
