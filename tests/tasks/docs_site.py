# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site: the reference of the plugins, the guides, and the pages of docs/."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .docs_pages import generate_plugin_docs
from .environment import CACHE
from .links import FORGE
from .plugin_pages import improve_plugin_pages, write_plugin_lists
from .workspace import Workspace

SITE = CACHE / "docs/html"
# Where the links of a page in docs/ lead on the site. Files that are not on the site are linked on the forge.
LINKS = [
    (r"\]\(\.\./", f"]({FORGE}"),
    (r"\]\(modules/", "](../plugins/"),
    (r"\]\(docsite/rst/", "](../plugins/docsite/"),
]
# The theme shows what a page contains beside it, so a page need not.
CONTENTS = re.compile(r"^\.\. contents::.*\n(?: +:.*\n)*", re.MULTILINE)


def build_site(workspace: Workspace) -> Path:
    """Build the site in .cache/docs/html and return its first page."""
    shutil.rmtree(SITE, ignore_errors=True)
    render(workspace, workspace.scratch / "site", SITE, "html")
    return SITE / "index.html"


def check_external_links(workspace: Workspace) -> None:
    """Request every external page that the site links to. Raises CheckFailed if one does not answer."""
    render(workspace, workspace.scratch / "links", CACHE / "docs/links", "linkcheck")


def render(workspace: Workspace, source: Path, target: Path, builder: str) -> None:
    """Run a builder of Sphinx over the site. Its sources are collected in the folder ``source``.

    Raises CheckFailed for a warning, dead links within the site among them.
    """
    copy = workspace.collection
    plugins = source / "plugins"
    plugins.mkdir(mode=0o755, parents=True)
    # The lists of plugins are those of the sidebar, so no other page lists them in it.
    generate_plugin_docs(workspace, plugins, "--no-breadcrumbs")
    write_plugin_lists(improve_plugin_pages(plugins), source / "reference")
    for page in plugins.rglob("*.rst"):
        page.write_text(CONTENTS.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    for name in ("conf.py", "index.rst"):
        shutil.copy2(copy / "docs/docsite" / name, source)
    for name in ("docsite/static", "images"):
        shutil.copytree(copy / "docs" / name, source / Path(name).name)
    pages = source / "pages"
    pages.mkdir()
    for picture in copy.glob("docs/*.svg"):
        shutil.copy2(picture, pages)
    for page in copy.glob("docs/*.md"):
        text = page.read_text(encoding="utf-8")
        for link, replacement in LINKS:
            text = re.sub(link, replacement, text)
        (pages / page.name).write_text(text, encoding="utf-8")
    strict = ("--fail-on-warning", "--keep-going", "--quiet")
    workspace.run("sphinx-build", "--builder", builder, *strict, source, target)
