# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text blocks of a page are written from the output of a run."""

from __future__ import annotations

from .documents import MARK, blocks_of, missing_line, renewed, with_output

OUTPUT = """
PLAY [Push the logs of one zone] ***********************************************

TASK [Create the job] **********************************************************
changed: [localhost]

Logpush rollout, 2 zones, plan 7f3a91c2
  = 2 jobs unchanged after 12.5 s
localhost                  : ok=2    changed=1    failed=0
"""


def test_a_block_of_three_dots_becomes_the_whole_output():
    assert renewed("...\n", OUTPUT) == [
        "PLAY [Push the logs of one zone] ...",
        "",
        "TASK [Create the job] ...",
        "changed: [localhost]",
        "",
        "Logpush rollout, 2 zones, plan ...",
        "  = 2 jobs unchanged after ... s",
        "localhost                  : ok=2    changed=1    failed=0",
    ]


def test_lines_that_are_still_shown_stay_and_others_follow_the_output():
    block = "TASK [Make the job] ...\nchanged: [localhost]\n...\n  = 1 job unchanged\nnothing like it\nlocalhost ... failed=0\n"
    assert renewed(block, OUTPUT) == [
        "TASK [Create the job] ...",
        "changed: [localhost]",
        "...",
        "  = 2 jobs unchanged after ... s",
        "localhost ... failed=0",
    ]


def test_the_result_is_what_the_page_is_checked_for():
    assert missing_line("\n".join(renewed("...\n", OUTPUT)), OUTPUT) is None


def test_only_the_text_blocks_of_a_page_change(tmp_path):
    page = tmp_path / "page.rst"
    page.write_text(
        "A page\n======\n\n- .. code-block:: console\n\n     true\n\n  .. code-block:: text\n\n     ...\n\n  And then:\n\n"
        ".. code-block:: console\n\n   true\n\n.. code-block:: text\n\n   ok: [localhst]\n\n   failed=1\n\nThe end.\n",
        encoding="utf-8",
    )
    output = f"{MARK}0\nchanged: [localhost]\n\nfailed=0\n{MARK}2\nok: [localhost]\n\nfailed=0\n"
    written = with_output(page.read_text(encoding="utf-8"), blocks_of(page), output)
    assert written == (
        "A page\n======\n\n- .. code-block:: console\n\n     true\n\n  .. code-block:: text\n\n     changed: [localhost]\n\n"
        "     failed=0\n\n  And then:\n\n"
        ".. code-block:: console\n\n   true\n\n.. code-block:: text\n\n   ok: [localhost]\n\n   failed=0\n\nThe end.\n"
    )


def test_the_hosts_of_a_task_may_be_in_any_order():
    shown = "TASK [one] ***\nok: [example.net]\nok: [example.com]\n\nTASK [two] ***\nok: [example.com]\n"

    assert missing_line("TASK [one] ...\nok: [example.com]\nok: [example.net]\n", shown) is None
    assert missing_line("TASK [two] ...\nok: [example.com]\nok: [example.net]\n", shown) == "ok: [example.net]"
