# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The beginning of the page of a plugin or role: its short name, a description, and an example."""

from __future__ import annotations

import re
import textwrap
import typing as t
from pathlib import Path

from .workspace import NAME

TITLE = re.compile(rf"^{re.escape(NAME)}\.(?P<name>\w+) (?P<kind>\w+) -- (?P<summary>.+)\n\++\n", re.MULTILINE)
EXAMPLES = re.compile(r"^Examples\n-+\n\n\.\. code-block:: (?P<language>\S+)\n\n(?P<text>(?: +.*\n|\n)+)", re.MULTILINE)
# What follows a comment at the end of an example belongs to the next one.
COMMENTS_AT_THE_END = re.compile(r"(\n#.*)+\Z")
# The list of all plugins of a kind: the name of its page, its title, and what it says.
LISTS = {
    "module": ("modules", "Modules", "What tasks do at Cloudflare and Splunk."),
    "role": ("roles", "Roles", "For playbooks of your own, one zone or one Splunk at a time."),
    "inventory": ("inventory", "Inventory", "Your zones at Cloudflare as hosts of Ansible."),
    "filter": ("filters", "Filters", "For playbooks of your own."),
}


class PluginPage(t.NamedTuple):
    """A page of a plugin or role: its file, name and kind, and what the plugin does."""

    path: Path
    name: str
    kind: str
    summary: str


def improve_plugin_pages(folder: Path) -> list[PluginPage]:
    """Let each page of a plugin or role begin with its short name, what it does, and its first example. Return them by name."""
    pages = []
    for path in sorted(folder.glob("*.rst")):
        text = path.read_text(encoding="utf-8")
        if title := TITLE.search(text):
            page = PluginPage(path, **title.groupdict())
            path.write_text(text[: title.start()] + beginning(page, text) + text[title.end() :], encoding="utf-8")
            pages.append(page)
    return sorted(pages, key=lambda page: page.name)


def beginning(page: PluginPage, text: str) -> str:
    """Return the title of a page, what the plugin does, and an example that tests/e2e/test_examples.py runs."""
    parts = [f"{page.name}\n{'+' * len(page.name)}\n", f"{page.summary}\n"]
    if found := EXAMPLES.search(text):
        example = first_example(textwrap.dedent(found["text"]).strip(), f"{NAME}.{page.name}")
        parts.append(f".. code-block:: {found['language']}\n\n{textwrap.indent(example, '    ')}\n")
    return "\n".join(parts)


def first_example(examples: str, plugin: str) -> str:
    """Return the tasks up to the first one that uses the plugin. Of a file of an inventory, return what comes before the second comment."""
    if not examples.startswith("- "):
        return re.split(r"\n(?=#)", examples)[0]
    tasks = re.split(r"\n\n?(?=- )", examples)
    use = re.compile(rf"\b{re.escape(plugin)}\b")
    count = next((number for number, task in enumerate(tasks, start=1) if use.search(task)), len(tasks))
    return COMMENTS_AT_THE_END.sub("", "\n\n".join(tasks[:count]).rstrip())


def write_plugin_lists(pages: t.Sequence[PluginPage], folder: Path) -> None:
    """Write a page for each kind of plugins, with what each of them does."""
    folder.mkdir()
    for kind, (name, title, text) in LISTS.items():
        listed = [page for page in pages if page.kind == kind]
        rows = "".join(f"   * - :doc:`/plugins/{page.path.stem}`\n     - {page.summary}\n" for page in listed)
        entries = "".join(f"   /plugins/{page.path.stem}\n" for page in listed)
        table = f".. list-table::\n   :widths: 35 65\n\n{rows}"
        toctree = f".. toctree::\n   :hidden:\n\n{entries}"
        parts = [f"{title}\n{'=' * len(title)}\n", f"{text}\n", table, toctree]
        (folder / f"{name}.rst").write_text("\n".join(parts), encoding="utf-8")
