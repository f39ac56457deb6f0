# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every message that a guide quotes as a symptom exists: in the code of the collection, or in the advice for what Cloudflare returns."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.advice import (
    DESTINATION_TEST_FAILED,
    for_reply,
)

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = CHECKOUT / "docs/docsite/rst"
# Messages of programs whose text the collection does not read.
OF_OTHERS = {
    "Authentication error": "Cloudflare",
    "Invalid token": "Splunk",
    "Invalid authorization": "Splunk",
    '"Internal Server Error"': "an OpenTelemetry Collector",
    '{"content":"tests"}': "Cloudflare's test event",
    "couldn't resolve module/action 'edgeops.logpush...": "Ansible",
    "Failed to import the required Python library (requests)": "Ansible",
    "Playbook not found for project": "AWX",
    "variables_needed_to_start": "AWX",
    "Relationship not allowed.": "AWX",
    "returned 2 items, expected 1": "the collection awx.awx",
    "No module named 'pkg_resources'": "awxkit",
}


def headings(page: pathlib.Path) -> list[str]:
    """Return the headings of the symptoms of a page."""
    return re.findall(r"^(.+)\n~~~+$", page.read_text(encoding="utf-8"), re.MULTILINE)


def table_cells(page: pathlib.Path) -> list[str]:
    """Return the first cells of the last table of a page."""
    table = page.read_text(encoding="utf-8").rpartition("What to do\n")[2]
    return [line.partition("   ")[0] for line in table.splitlines() if line.startswith("``")]


QUOTED = sorted(
    {
        message
        for symptom in [*headings(GUIDES / "guide_troubleshooting.rst"), *table_cells(GUIDES / "guide_tower.rst")]
        for message in re.findall("``(.+?)``", symptom)
        # The program that prints the message before it.
        if message not in ("apply.yml", "awx")
    }
)


def texts_of_the_code() -> list[str]:
    """Return the texts in the code of the plugins, with a blank in place of each value that is filled in."""
    texts = []
    for path in (CHECKOUT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else " " for part in node.values]
                texts.append("".join(map(str, parts)))
    return texts


@pytest.fixture(scope="module")
def known() -> str:
    return "\n".join(text.replace("\n", " ") for text in texts_of_the_code())


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_exists(message: str, known: str) -> None:
    # The name of an option or a variable at the beginning is filled in.
    text = re.sub(r"^\w+:? (?=is )", "", message)
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.|…", text))
    explained = for_reply(0, [{"code": DESTINATION_TEST_FAILED, "message": message}], "").cause
    assert message in OF_OTHERS or explained or re.search(pattern, known)


def test_all_messages_of_others_are_quoted() -> None:
    assert set(OF_OTHERS) - set(QUOTED) == set()
