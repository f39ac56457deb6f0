# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site: the plugins' reference, the guides, and the pages of docs/, as one."""

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
    (r"\]\(modules/", "](../"),
    (r"\]\(docsite/rst/", "](../docsite/"),
]


def build_site(copy: Path, source: Path, target: Path, builder: str, run: t.Callable[..., str], env: dict[str, str]) -> str:
    """Build the site of a copy of the collection by a builder of Sphinx, and give what it said.

    ``source`` is a folder to put its sources together in. Warnings are errors, dead links among them.
    """
    source.mkdir(mode=0o755, parents=True)
    run("antsibull-docs", "collection", "--use-current", "--fail-on-error", "--squash-hierarchy", "--no-add-antsibull-docs-version",
        "--dest-dir", source, NAME, cwd=copy, env=env)
    for name in ("conf.py", "home.rst"):
        shutil.copy2(copy / "docs/docsite" / name, source)
    pages = source / "pages"
    pages.mkdir()
    for picture in copy.glob("docs/*.svg"):
        shutil.copy2(picture, pages)
    for page in copy.glob("docs/*.md"):
        text = page.read_text(encoding="utf-8")
        for here, there in LINKS:
            text = re.sub(here, there, text)
        (pages / page.name).write_text(text, encoding="utf-8")
    return run("sphinx-build", "--builder", builder, "--fail-on-warning", "--keep-going", "--quiet", source, target, cwd=copy, env=env)
