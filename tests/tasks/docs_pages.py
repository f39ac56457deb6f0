# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that are generated from the code: docs/modules, docs/architecture.* and the page of certificate errors, as a forge
shows them, and the JSON schemas for editors."""

from __future__ import annotations

import filecmp
import re
import shutil
import sys
from pathlib import Path

import architecture

from . import certificate_page
from .environment import CHECKOUT
from .workspace import NAME, Workspace

PLUGIN_PAGES = "docs/modules"
SCHEMAS = "extensions/schemas"


def write_pages(workspace: Workspace) -> None:
    """Write the generated pages, in the checkout and in the workspace."""
    for folder in (CHECKOUT, workspace.collection):
        shutil.rmtree(folder / PLUGIN_PAGES, ignore_errors=True)
    write_plugin_pages(workspace, workspace.collection / PLUGIN_PAGES)
    shutil.copytree(workspace.collection / PLUGIN_PAGES, CHECKOUT / PLUGIN_PAGES)
    for name, text in _generated_texts(workspace).items():
        for folder in (CHECKOUT, workspace.collection):
            (folder / name).write_text(text, encoding="utf-8")
    write_schemas(workspace, workspace.collection / SCHEMAS)
    shutil.copytree(workspace.collection / SCHEMAS, CHECKOUT / SCHEMAS, dirs_exist_ok=True)


def _generated_texts(workspace: Workspace) -> dict[str, str]:
    """Return the generated pages that no tool of Ansible writes."""
    return {**architecture.files(workspace.collection), **certificate_page.files(workspace.collection)}


def outdated_pages(workspace: Workspace, scratch: Path) -> list[str]:
    """Return the names of generated pages that differ from what the code generates, that are missing, or that the code no
    longer generates. The new ones are written to ``scratch``."""
    current = workspace.collection / PLUGIN_PAGES
    write_plugin_pages(workspace, scratch)
    names = sorted({page.name for folder in (scratch, current) for page in folder.glob("*.rst")})
    dummy, different, missing = filecmp.cmpfiles(scratch, current, names, shallow=False)
    generated = _generated_texts(workspace)
    schemas = workspace.scratch / "schemas"
    write_schemas(workspace, schemas)
    generated.update({f"{SCHEMAS}/{path.name}": path.read_text(encoding="utf-8") for path in schemas.iterdir()})
    texts = {name: (workspace.collection / name).read_text(encoding="utf-8") for name in generated}
    return sorted([*different, *missing, *(name for name in generated if texts[name] != generated[name])])


def write_schemas(workspace: Workspace, target: Path) -> None:
    """Write the JSON schemas to a folder, from the code in the workspace."""
    variables = {"PYTHONPATH": str(workspace.scratch)}
    workspace.run(sys.executable, "tests/editor_schemas.py", target, variables=variables)


def generate_plugin_docs(workspace: Workspace, target: Path, *options: str) -> None:
    """Write the documentation of all plugins and roles to a folder, with further options of antsibull-docs."""
    workspace.run(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--fail-on-error",
        "--squash-hierarchy",
        "--no-add-antsibull-docs-version",
        *options,
        "--dest-dir",
        target,
        NAME,
    )


def write_plugin_pages(workspace: Workspace, target: Path) -> None:
    """Write a page for each plugin and role to a folder, with links that work on a forge."""
    target.mkdir(parents=True, exist_ok=True)
    generate_plugin_docs(workspace, target, "--no-indexes", "--output-format", "simplified-rst")
    # The guides are in docs/docsite already.
    shutil.rmtree(target / "docsite", ignore_errors=True)
    for page in target.glob("*.rst"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"\.\./\.\./edgeops/logpush/(\w+)\.html", r"\1.rst", text)
        page.write_text(re.sub(r"\bdocsite/(\w+\.rst)", r"../docsite/rst/\1", text), encoding="utf-8")
