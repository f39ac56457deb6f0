# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links within the repository, from its pages in Markdown and reStructuredText."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from markdown_it.token import Token

FORGE = "https://github.com/edgeops/ansible-logpush/blob/main/"


def dead_links(collection: Path) -> list[str]:
    """Return the links within the repository that lead nowhere, each as "page: link".

    A link to the repository's own address on the forge is one within it. README has such links, because Galaxy shows
    README alone.
    """
    pages = [
        *collection.glob("*.md"),
        *collection.glob("docs/*.md"),
        *collection.glob("docs/**/*.rst"),
        *collection.glob("roles/*/README.md"),
        *collection.glob("tests/**/*.md"),
        *collection.glob(".github/**/*.md"),
    ]
    return [
        f"{page.relative_to(collection)}: {link}"
        for page in sorted(pages)
        for link in links_of(page)
        if is_dead(link, page, collection)
    ]


def links_of(page: Path) -> list[str]:
    """Return the targets of all links and pictures of a page."""
    if page.suffix == ".rst":
        return _links_of_rst(page)
    tokens = [token for block in _markdown(page) for token in block.children or []]
    return [str(token.attrs[name]) for token in tokens for name in ("href", "src") if name in token.attrs]


def is_dead(link: str, page: Path, collection: Path) -> bool:
    """Return whether a link leads to a file or a heading of the repository that does not exist."""
    if re.match(r"[a-z]+:", link) and not link.startswith(FORGE):
        return False
    name, dummy, anchor = link.removeprefix(FORGE).partition("#")
    folder = collection if link.startswith(FORGE) else page.parent
    target = folder / name if name else page
    if not target.exists():
        return True
    # Sphinx checks the anchors of pages in reStructuredText, when the site is built.
    return bool(anchor) and target.suffix == ".md" and anchor not in _anchors(target)


def _links_of_rst(page: Path) -> list[str]:
    # The environments of `make matrix` have no docutils, and run other checks of this folder.
    from docutils.core import publish_doctree  # noqa: PLC0415
    from docutils.nodes import reference  # noqa: PLC0415

    settings = {"report_level": 5, "halt_level": 5, "file_insertion_enabled": False, "raw_enabled": False}
    document = publish_doctree(page.read_text(encoding="utf-8"), settings_overrides=settings)
    return [node["refuri"] for node in document.findall(reference) if "refuri" in node]


def _anchors(page: Path) -> set[str | int | float]:
    """Return the anchors that a forge gives to the headings of a page in Markdown."""
    return {token.attrs["id"] for token in _markdown(page) if "id" in token.attrs}


def _markdown(page: Path) -> list[Token]:
    # The environments of `make matrix` have neither of these.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from mdit_py_plugins.anchors import anchors_plugin  # noqa: PLC0415

    return MarkdownIt().enable("table").use(anchors_plugin, max_level=6).parse(page.read_text(encoding="utf-8"))
