# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site: the plugins' reference, the guides, and the pages of docs/, as one. And the links of a forge's pages."""

from __future__ import annotations

import re
import shutil
import typing as t
from pathlib import Path

NAME = "edgeops.logpush"
FORGE = "https://github.com/edgeops/ansible-logpush/blob/main/"
# Where the links of a page in docs/ lead on the site. What is not on the site is on the forge.
LINKS = [
    (r"\]\(\.\./", f"]({FORGE}"),
    (r"\]\(modules/", "](../plugins/"),
    (r"\]\(docsite/rst/", "](../plugins/docsite/"),
]


def build_site(
    copy: Path, source: Path, target: Path, builder: str, run: t.Callable[..., str], env: dict[str, str]
) -> str:
    """Build the site of a copy of the collection by a builder of Sphinx, and give what it said.

    ``source`` is a folder to put its sources together in. Warnings are errors, dead links among them.
    """
    plugins = source / "plugins"
    plugins.mkdir(mode=0o755, parents=True)
    run(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--fail-on-error",
        "--squash-hierarchy",
        "--no-add-antsibull-docs-version",
        "--dest-dir",
        plugins,
        NAME,
        cwd=copy,
        env=env,
    )
    for name in ("conf.py", "index.rst"):
        shutil.copy2(copy / "docs/docsite" / name, source)
    shutil.copytree(copy / "docs/docsite/static", source / "static")
    pages = source / "pages"
    pages.mkdir()
    for picture in copy.glob("docs/*.svg"):
        shutil.copy2(picture, pages)
    for page in copy.glob("docs/*.md"):
        text = page.read_text(encoding="utf-8")
        for here, there in LINKS:
            text = re.sub(here, there, text)
        (pages / page.name).write_text(text, encoding="utf-8")
    return run(
        "sphinx-build",
        "--builder",
        builder,
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        source,
        target,
        cwd=copy,
        env=env,
    )


def dead_links(copy: Path) -> list[str]:
    """Return the links within the repository, of its pages in Markdown and reStructuredText, that lead nowhere.

    A link to the repository's own address on the forge is one within it, as README has them: Galaxy shows it alone.
    """
    pages = [
        *copy.glob("*.md"),
        *copy.glob("docs/*.md"),
        *copy.glob("docs/**/*.rst"),
        *copy.glob("roles/*/README.md"),
        *copy.glob("tests/**/*.md"),
        *copy.glob(".github/**/*.md"),
    ]
    return [
        f"{page.relative_to(copy)}: {link}"
        for page in sorted(pages)
        for link in links_of(page)
        if is_dead(link, page, copy)
    ]


def links_of(page: Path) -> list[str]:
    """Return where the links and pictures of a page lead."""
    if page.suffix == ".rst":
        quiet = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "raw_enabled": False}
        # Here, for the environments of the matrix run other judges of this folder without this library.
        from docutils.core import publish_doctree
        from docutils.nodes import reference

        document = publish_doctree(page.read_text(encoding="utf-8"), settings_overrides=quiet)
        return [node["refuri"] for node in document.findall(reference) if "refuri" in node]
    tokens = [token for block in markdown(page) for token in block.children or []]
    return [str(token.attrs[name]) for token in tokens for name in ("href", "src") if name in token.attrs]


def markdown(page: Path) -> list[t.Any]:
    """Return the parts of a page, each heading with the anchor that a forge gives it."""
    # Nor have they these.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.anchors import anchors_plugin

    return MarkdownIt().enable("table").use(anchors_plugin, max_level=6).parse(page.read_text(encoding="utf-8"))


def is_dead(link: str, page: Path, copy: Path) -> bool:
    """Tell whether a link within the repository leads nowhere."""
    if re.match(r"[a-z]+:", link) and not link.startswith(FORGE):
        return False
    name, _hash, anchor = link.removeprefix(FORGE).partition("#")
    target = (copy if link.startswith(FORGE) else page.parent) / name if name else page
    if not target.exists():
        return True
    # The anchors of the other pages are for Sphinx to judge.
    return (
        bool(anchor) and target.suffix == ".md" and anchor not in {token.attrs.get("id") for token in markdown(target)}
    )
