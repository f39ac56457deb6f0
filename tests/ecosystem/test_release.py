# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release in its own repository: what stops it, what check mode shows, and its result."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tarfile

import pytest
import yaml
from e2e.ansible import BIN, CHECKOUT

from .needs import needs

pytestmark = [needs("antsibull-changelog"), needs("antsibull-docs"), needs("git", hint="install git")]


@pytest.fixture
def repository(tmp_path):
    """Return a fresh repository with the files of the checkout, as git knows them or would add them."""
    copy = tmp_path / "ansible_collections/edgeops/logpush"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, copy / name)
    git(copy, "init", "--quiet", "--initial-branch", "main")
    git(copy, "config", "user.name", "Somebody")
    git(copy, "config", "user.email", "somebody@example.com")
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--message", "Begin")
    return copy


def git(repository, *arguments):
    """Run git in the repository, and return its output."""
    done = subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def release(repository, version, *arguments):
    """Run the playbook, without the tests that are already running."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHONPATH"))}
    return subprocess.run(
        [
            BIN / "ansible-playbook",
            "release/release.yml",
            "-e",
            f"release_version={version}",
            "-e",
            "release_tested=true",
            *arguments,
        ],
        cwd=repository,
        env={**environment, "ANSIBLE_NOCOLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_release(repository):
    checked = release(repository, "1.0.0", "--check", "--diff")
    assert checked.returncode == 0, checked.stdout
    assert "+version: 1.0.0" in checked.stdout
    assert git(repository, "status", "--porcelain") == git(repository, "tag") == ""

    made = release(repository, "1.0.0")
    assert made.returncode == 0, made.stdout
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "tag") == git(repository, "describe", "--tags") == "1.0.0"
    assert git(repository, "log", "-1", "--format=%s") == "Release 1.0.0"
    assert "v1-0-0" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert list((repository / "changelogs/fragments").glob("*.y*ml")) == []
    assert "1.0.0" in (repository / "docs/modules/index.rst").read_text(encoding="utf-8")
    project = (repository / "extensions/awx/project/collections/requirements.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(project)["collections"] == [{"name": "edgeops.logpush", "version": "1.0.0"}]
    with tarfile.open(repository / ".cache/release/edgeops-logpush-1.0.0.tar.gz") as archive:
        manifest = yaml.safe_load(archive.extractfile("MANIFEST.json").read())
        names = {pathlib.PurePath(name).parts[0] for name in archive.getnames()}
    assert manifest["collection_info"]["version"] == "1.0.0"
    assert names & {"release", "CONTRIBUTING.md", "Makefile", ".github", "requirements"} == set()
    assert names >= {
        "README.md",
        "CHANGELOG.md",
        "COPYING",
        "LICENSES",
        "docs",
        "meta",
        "plugins",
        "roles",
        "playbooks",
    }

    again = release(repository, "1.0.0")
    assert again.returncode and "1.0.0 has to be newer" in again.stdout


@pytest.mark.parametrize(
    ("version", "spoil", "said"),
    [
        ("", None, "Name the version"),
        ("1.0", None, "Name the version"),
        ("1.0.0", lambda folder: (folder / "README.md").write_text("changed", encoding="utf-8"), "Commit or stash"),
        ("1.0.0", lambda folder: git(folder, "switch", "--quiet", "--create", "other"), "this is other"),
    ],
)
def test_what_stops_a_release(repository, version, spoil, said):
    if spoil:
        spoil(repository)
    before = git(repository, "status", "--porcelain")
    stopped = release(repository, version)
    assert stopped.returncode and said in stopped.stdout, stopped.stdout
    assert git(repository, "status", "--porcelain") == before and git(repository, "tag") == ""
