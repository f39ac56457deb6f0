# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that are generated from the code: docs/modules, docs/architecture.*, the page of certificate errors and those of the
playbooks, as a forge shows them, and the JSON schemas for editors."""

from __future__ import annotations

import filecmp
import re
import shutil
import sys
from pathlib import Path

import architecture

from . import certificate_page
from .environment import CHECKOUT
from .plugin_pages import improve_plugin_pages
from .workspace import NAME, Workspace

PLUGIN_PAGES = "docs/modules"
MODULES_OF_ANSIBLE = "https://docs.ansible.com/ansible/latest/collections/ansible/builtin"
# Folders, each with the program that writes files of it from the code of the collection.
PROGRAMS = {"extensions/schemas": "editor_schemas.py", "docs/docsite/rst": "playbook_pages.py"}


def write_pages(workspace: Workspace) -> None:
    """Write the generated pages, in the checkout and in the workspace."""
    for folder in (CHECKOUT, workspace.collection):
        shutil.rmtree(folder / PLUGIN_PAGES, ignore_errors=True)
    write_plugin_pages(workspace, workspace.collection / PLUGIN_PAGES)
    shutil.copytree(workspace.collection / PLUGIN_PAGES, CHECKOUT / PLUGIN_PAGES)
    for name, text in _generated_texts(workspace).items():
        for folder in (CHECKOUT, workspace.collection):
            (folder / name).write_text(text, encoding="utf-8")


def _generated_texts(workspace: Workspace) -> dict[str, str]:
    """Return the generated files that no tool of Ansible writes."""
    texts = {**architecture.files(workspace.collection), **certificate_page.files(workspace.collection)}
    for folder, program in PROGRAMS.items():
        target = workspace.scratch / Path(program).stem
        # It imports the code in the workspace.
        workspace.run(sys.executable, f"tests/{program}", target, variables={"PYTHONPATH": str(workspace.scratch)})
        texts.update({f"{folder}/{path.name}": path.read_text(encoding="utf-8") for path in target.iterdir()})
    return texts


def outdated_pages(workspace: Workspace, scratch: Path) -> list[str]:
    """Return the names of generated pages that differ from what the code generates, that are missing, or that the code no
    longer generates. The new ones are written to ``scratch``."""
    current = workspace.collection / PLUGIN_PAGES
    write_plugin_pages(workspace, scratch)
    names = sorted({page.name for folder in (scratch, current) for page in folder.glob("*.rst")})
    dummy, different, missing = filecmp.cmpfiles(scratch, current, names, shallow=False)
    generated = _generated_texts(workspace)
    texts = {name: _text_of(workspace.collection / name) for name in generated}
    gone = set(workspace.collection.glob("docs/docsite/rst/playbook_*.rst")) - {
        workspace.collection / name for name in generated
    }
    outdated = [name for name in generated if texts[name] != generated[name]]
    return sorted([*different, *missing, *outdated, *(page.name for page in gone)])


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


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
    improve_plugin_pages(target)
    for page in target.glob("*.rst"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"\.\./\.\./edgeops/logpush/(\w+)\.html", r"\1.rst", text)
        text = re.sub(r"\bdocsite/(\w+\.rst)", r"../docsite/rst/\1", text)
        # A module of Ansible itself has no page here.
        text = text.replace("../../ansible/builtin/", f"{MODULES_OF_ANSIBLE}/")
        names = {
            found for found in re.findall(r"\b(\w+)_module\.rst", text) if not (target / f"{found}_module.rst").exists()
        }
        for name in names:
            text = re.sub(rf"\b{name}_module\.rst", f"{MODULES_OF_ANSIBLE}/{name}_module.html", text)
        page.write_text(text, encoding="utf-8")
