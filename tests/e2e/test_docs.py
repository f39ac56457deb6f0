# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples in the documentation work as described.

With C(WRITE_OUTPUT) in the environment, the test first writes their output into the pages (`make guides`).
"""

from __future__ import annotations

import os
import pathlib

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.findings import KINDS
from simulator.process import Simulator

from .distributed import PAGES as DISTRIBUTED
from .distributed import follow_on
from .documents import blocks_of, hidden_warnings, missing_line, script_of, shown_by, with_output
from .reader import Reader, delivered_day, job_of_terraform, make_world

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = CHECKOUT / "docs/docsite/rst"
# Pages with examples that cannot be simulated here.
PAGES_NOT_RUN = {
    "guide_repair_by_event.rst": "it needs systemd, Java and ansible-rulebook; tests/ecosystem runs its service and compares the output",
    "guide_tower.rst": "it needs Tower; what it applies is judged with the rest of extensions/awx",
}
PAGES = [
    CHECKOUT / "README.md",
    CHECKOUT / "docs/terraform.md",
    CHECKOUT / "docs/docsite/index.rst",
    *sorted(page for page in GUIDES.glob("guide_*.rst") if page.name not in PAGES_NOT_RUN),
]
# Commands that cannot be simulated here.
NOT_RUN = {
    "ansible-galaxy collection install edgeops.logpush": "Galaxy is out of reach; test_package.py installs the archive",
    "python3 -m pip install": "the environment of the tests has it",
    "git clone ": "the checkout is one",
    "make ": "the Makefile is what runs the tests",
    "ansible-vault encrypt ": "it asks for a password",
}


@pytest.fixture
def simulator(request, simulator):
    """Return the simulator; for a page about a distributed Splunk, one with its topology."""
    topology, _beginning = DISTRIBUTED.get(request.node.callspec.params["page"].stem, ("", ""))
    if not topology:
        yield simulator
        return
    with Simulator(push_interval=0, empty_splunk=True, options=["--topology", topology]) as distributed:
        yield distributed
        assert distributed.violations() == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page, ansible, simulator):
    # Splunk Cloud begins without the index.
    make_world(simulator, **({"indexes": [{"name": "main"}]} if page.stem == "guide_splunk_cloud" else {}))
    ansible.shorten_waits()
    reader = Reader(ansible, simulator)
    if page.stem == "guide_splunk_cloud":
        reader.environment["SPLUNK_MANAGEMENT_URL"] = simulator.acs_url
        reader.instead = {"http-inputs-acme.splunkcloud.com:443": simulator.hec_endpoint, **reader.instead}
    if page.stem in ("guide_terraform", "guide_move"):
        job_of_terraform(reader.folder, simulator)
    if page.stem == "guide_opentelemetry":
        simulator.change_settings(hec_behind_opentelemetry=True)
        reader.instead = {"otel.example.com:8088": simulator.hec_endpoint, **reader.instead}
    if page.stem == "guide_delivery":
        delivered_day(simulator)
    if page.stem in DISTRIBUTED:
        follow_on(reader, page.stem, simulator)
    blocks = blocks_of(page)
    output = reader.run(script_of(blocks, reader.instead, reader.values, NOT_RUN))
    if os.environ.get("WRITE_OUTPUT"):
        page.write_text(with_output(page.read_text(encoding="utf-8"), blocks, output), encoding="utf-8")
        blocks = blocks_of(page)
    for number, block in enumerate(blocks):
        if block.language != "console":
            continue
        follows = blocks[number + 1] if number + 1 < len(blocks) else block
        expected, shown = follows.text if follows.language == "text" else "", shown_by(output, number)
        assert missing_line(expected, shown) is None, f"{expected}\nis not in\n{shown}"
        assert hidden_warnings(expected, shown) == [], shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_run_or_written(page):
    """A block that is neither a file nor a command nor its output is an example that is not tested."""
    before = ""
    for block in blocks_of(page):
        tried = {"console": True, "text": before == "console"}.get(block.language, block.file_name)
        assert tried, f"name the file of this, or let it follow a command:\n{block.text}"
        before = block.language


def test_every_command_that_is_not_run_is_there():
    commands = [
        line
        for page in PAGES
        for block in blocks_of(page)
        if block.language == "console"
        for line in block.text.splitlines()
    ]
    assert [left_out for left_out in NOT_RUN if not any(command.startswith(left_out) for command in commands)] == []


def test_the_guide_explains_every_finding():
    text = (GUIDES / "guide_audit.rst").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"   * - ``{kind}``\n" not in text] == []
