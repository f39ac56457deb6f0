# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of the repository has American spelling, as Ansible's documentation has, and each guide begins with what its reader will
have."""

from __future__ import annotations

import pathlib
import re

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = CHECKOUT / "docs/docsite/rst"
TEXT = (".md", ".rst", ".py", ".yml", ".json", ".js", ".sh", ".toml", ".example")
# The beginnings of British words. Splunk Web itself says "indexer acknowledgement".
BRITISH = (
    "behaviour colour favour neighbour honour labour licence misspelt labelled cancelled modelled travelled "
    "authoris organis recognis normalis initialis serialis summaris optimise optimisa minimise maximise customis prioritis "
    "synchronis utilis analyse analysing catalogue centre defence judgement"
).split()
# Names of others.
NAMES = re.compile("cancellederror|aria-labelledby")
# Generated from the texts of other files, or by people outside.
ELSEWHERE = {"docs/modules", "plugins/module_utils/_audit/html_assets.py", "tests/unit/test_language.py"}


def texts() -> list[pathlib.Path]:
    """Return the files with text, without what is generated."""
    folders = (
        "changelogs",
        "docs",
        "extensions",
        "findings",
        "meta",
        "playbooks",
        "plugins",
        "release",
        "roles",
        "tests",
        "tools",
    )
    inside = [
        path for folder in folders for path in (CHECKOUT / folder).rglob("*") if path.suffix in TEXT and path.is_file()
    ]
    return [
        path
        for path in [*CHECKOUT.glob("*.md"), *inside]
        if not any(path.relative_to(CHECKOUT).as_posix().startswith(name) for name in ELSEWHERE)
    ]


def test_the_spelling_is_american() -> None:
    found = {}
    for path in texts():
        text = NAMES.sub("", path.read_text(encoding="utf-8").lower())
        found[path.relative_to(CHECKOUT).as_posix()] = [word for word in BRITISH if word in text]
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("guide_*.rst")), ids=lambda guide: guide.stem)
def test_a_guide_begins_with_what_its_reader_will_have(guide: pathlib.Path) -> None:
    begin = guide.read_text(encoding="utf-8").partition("\n===")[2].partition("\n\n")[2].partition("\n\n")[0]
    assert re.match(
        r"At the end of this (guide|page), |In this guide,? you can look up|Find your symptom in this guide\.", begin
    ), begin
