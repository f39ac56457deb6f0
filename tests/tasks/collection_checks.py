# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the collection as a whole, by the tools of the Ansible ecosystem."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from .collection import build_archive, documented_names
from .workspace import CheckFailed, Workspace

# The importer's own linters are switched off: they are checks of their own here. Its flake8 reads the YAML files of
# filters as Python.
IMPORTER_SETTINGS = {
    "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true",
    "GALAXY_IMPORTER_CHECK_CHANGELOG": "true",
    "GALAXY_IMPORTER_RUN_ANSIBLE_DOC": "true",
    "GALAXY_IMPORTER_RUN_FLAKE8": "false",
    "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "false",
    "GALAXY_IMPORTER_RUN_ANSIBLE_TEST": "false",
}


def ansible_lint(workspace: Workspace) -> None:
    """Check playbooks, roles and examples with ansible-lint, profile production."""
    workspace.run("ansible-lint", "--offline", "--nocolor")


def plugin_docs(workspace: Workspace) -> None:
    """Check the markup and the references in the documentation of all plugins and roles."""
    workspace.run(
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs",
        "all",
        "--skip-rstcheck",
        ".",
    )


def archive(workspace: Workspace) -> None:
    """Check that the archive can be built and installed, and documents every plugin and role by its full name."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_archive(workspace, Path(folder))
        # Without the copy of the workspace, which counts as an installed collection.
        installed = {"ANSIBLE_COLLECTIONS_PATH": folder}
        install = ("ansible-galaxy", "collection", "install", "--offline", "--collections-path", folder, built)
        workspace.run(*install, cwd=Path(folder), variables=installed)
        for kind, names in documented_names(workspace.collection).items():
            command = ("ansible-doc", "--type", kind, "--json", *names)
            shown = json.loads(workspace.run(*command, cwd=Path(folder), variables=installed))
            if set(shown) != set(names):
                raise CheckFailed(f"ansible-doc shows no {kind} {' '.join(sorted(set(names) - set(shown)))}")


def galaxy_importer(workspace: Workspace) -> None:
    """Check that Galaxy and Automation Hub import the archive without a warning."""
    with tempfile.TemporaryDirectory() as folder:
        built = build_archive(workspace, Path(folder))
        command = (sys.executable, "-m", "galaxy_importer.main", built)
        log = workspace.run(*command, cwd=Path(folder), variables=IMPORTER_SETTINGS)
    problems = [line for line in log.splitlines() if line.startswith(("ERROR", "WARNING"))]
    if problems or "completed successfully" not in log:
        raise CheckFailed("\n".join(problems) or log)
