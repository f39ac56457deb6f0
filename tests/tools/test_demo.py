# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(make demo) prints and when it fails: the default one with a program in place of ansible-playbook, the others as they are."""

from __future__ import annotations

import contextlib
import re
import sys

import pytest
from demo import run as demo

PLAN = """\
Logpush rollout, 1 zone, plan b0000000
  + example.com   http_requests   example.com   created, push to splunk.example.com:8088
1 created."""
TABLE = """\
Logpush delivery, 1 zone, 2026-11-22T09:00:00Z to 2026-11-22T10:00:00Z (1 hour)
  = example.com   http_requests   example.com   100   100   0   complete
Cloudflare delivered 100 records, and Splunk indexed 100 events. 1 complete.
The smallest loss that this window can show is 40 events (40 %)."""
OUTPUT = f"""\
TASK [Apply Logpush jobs] ***
changed: [example.com]
{PLAN}
ok: [example.com]
{TABLE}
ok: [example.com]

PLAY RECAP ***
example.com : ok=9 changed=1 failed=0
"""

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@pytest.fixture
def playbook(tmp_path, monkeypatch):
    """Return a function that sets what ansible-playbook prints, and its exit status."""

    def set_answer(output, status=0):
        program = tmp_path / "ansible-playbook"
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{output}END\nexit {status}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    return set_answer


def test_a_run_is_one_line(playbook, simulator, capsys):
    playbook(OUTPUT)
    output = demo.run_playbook(simulator, demo.PLAYBOOK, "1. Set up")
    assert demo.plan_in(output) == PLAN
    assert demo.table_in(output) == TABLE
    assert re.fullmatch(r"1\. Set up \.\.\. changed, \d+ s\n", capsys.readouterr().out)
    playbook(OUTPUT.replace("changed=1", "changed=0"))
    demo.run_playbook(simulator, demo.PLAYBOOK, "2. Again")
    assert re.fullmatch(r"2\. Again \.\.\. nothing changed, \d+ s\n", capsys.readouterr().out)


def test_a_failed_run_shows_the_output_of_the_playbook(playbook, simulator, capsys):
    playbook(OUTPUT, status=4)
    with pytest.raises(SystemExit, match=r"^edgeops\.logpush\.site failed with exit status 4$"):
        demo.run_playbook(simulator, demo.PLAYBOOK, "1. Set up")
    assert capsys.readouterr().out == f"1. Set up ... failed\n\n{OUTPUT}\n"


def test_an_unknown_topology_is_refused_with_the_choices(capsys):
    with pytest.raises(SystemExit) as refused:
        demo.main(["mesh"])
    assert refused.value.code == 2
    printed = capsys.readouterr().err
    assert [name for name in ("single", "nodes", "cluster", "deployment_server", "cloud") if name not in printed] == []


def test_a_demo_without_jobs_and_events_fails(playbook, simulator, capsys, monkeypatch):
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True})
    monkeypatch.setattr(demo, "Simulator", lambda **options: contextlib.nullcontext(simulator))
    playbook(OUTPUT)
    assert demo.main() == 1
    printed = capsys.readouterr().out
    assert f"The plan of the first run:\n{PLAN}\n" in printed
    assert f"what Splunk indexed:\n{TABLE}\n" in printed
    assert printed.splitlines()[-3:] == [
        "Not as expected: The second run changed something.",
        "Not as expected: Not every job delivers.",
        "Not as expected: A search in Splunk finds no events of some zones.",
    ]


# The guides run the same playbooks for each topology.
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("nodes", marks=pytest.mark.slow),
        pytest.param("cluster", marks=pytest.mark.slow),
        "deployment_server",
        "cloud",
    ],
)
def test_the_demo_of_a_topology_succeeds_and_prints_no_token(name, capsys):
    status = demo.main([name])
    printed = capsys.readouterr().out
    assert status == 0, printed
    steps = re.findall(r"^\d\. .*", printed, re.MULTILINE)
    assert " ... changed, " in steps[0]
    assert re.fullmatch(r"2\. The same again \.\.\. nothing changed, \d+ s", steps[1])
    assert steps[2:4] == ["3. Ask Cloudflare: 7 of 7 jobs deliver", "4. Search in Splunk: events of 5 of 5 zones"]
    if name != "cloud":
        assert steps[4] == "5. Compare the HEC token cloudflare: it has the same value on 3 of 3 nodes"
        assert re.fullmatch(
            r"6\. Count the events that the load balancer sent to each node: (\w+[1-3] [1-9]\d*(, |$)){3}", steps[5]
        )
    assert "\n7 created.\n" in printed
    assert GUID.findall(printed) == []
