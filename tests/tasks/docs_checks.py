# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the documentation: its generated pages, the site, and links."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .collection import documented_names
from .docs_pages import outdated_pages
from .docs_site import render
from .links import dead_links
from .workspace import CheckFailed, Workspace


def doc_pages(workspace: Workspace) -> None:
    """Check that the generated pages are up to date."""
    with tempfile.TemporaryDirectory() as scratch:
        outdated = outdated_pages(workspace, Path(scratch))
    if outdated:
        raise CheckFailed(f"Out of date: {' '.join(outdated)}. Run make docs, which writes them.")


def site(workspace: Workspace) -> None:
    """Check that the documentation site can be built without a warning."""
    with tempfile.TemporaryDirectory() as scratch:
        render(workspace, Path(scratch, "source"), Path(scratch, "html"), "html")


def links(workspace: Workspace) -> None:
    """Check that no link within the repository is dead, and that README names every plugin, role and playbook."""
    dead = dead_links(workspace.collection)
    if dead:
        raise CheckFailed("These links lead nowhere:\n" + "\n".join(dead))
    readme = (workspace.collection / "README.md").read_text(encoding="utf-8")
    names = [name.rpartition(".")[2] for kind in documented_names(workspace.collection).values() for name in kind]
    names += [path.stem for path in workspace.collection.glob("playbooks/*.yml") if path.stem != "show_outcome"]
    missing = [name for name in names if f"`{name}`" not in readme]
    if missing:
        raise CheckFailed("README.md does not name " + " ".join(missing))
