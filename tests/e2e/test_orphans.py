# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The worker ends if only ansible-playbook is killed: during its task, with the module that it runs, and while it
sends a result that is not read."""

from __future__ import annotations

import os
import signal
import time

import pytest

from .ansible import is_running

PLAY = [
    {
        "name": "Test",
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{"edgeops.logpush.logpush_dataset_fields_info": {"dataset": "http_requests", "zone_id": "a" * 32}}],
    }
]
SECONDS_TO_END = 10


def left_behind(pids):
    """Wait until these processes have ended; end and return those that still run after a timeout."""
    end = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < end and any(is_running(pid) for pid in pids):
        time.sleep(0.05)
    running = [pid for pid in pids if is_running(pid)]
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    return running


@pytest.mark.parametrize("ansible", ["worker", "module"], indirect=True)
def test_a_worker_ends_in_its_task(ansible, simulator):
    simulator.set_faults({"kind": "hang", "seconds": 60})
    workers = ansible.killed(PLAY, when=lambda: simulator.requests(side="api"), with_children=False)
    assert workers and left_behind(workers) == []


def test_a_worker_ends_while_it_sends_its_result(ansible, simulator):
    """The result is larger than the pipe to ansible-playbook, which is stopped and so does not read it."""
    fields = {f"Field{number}": "x" * 100 for number in range(3000)}
    simulator.set_latency(api=0.5)
    simulator.set_faults({"kind": "status", "status": 200, "body": {"success": True, "result": fields}})
    answered_at = []

    def is_blocked():
        answered_at.append(time.monotonic())
        return answered_at[-1] > answered_at[0] + 1.5

    workers = ansible.killed(
        PLAY, stopped_when=lambda: simulator.requests(side="api"), when=is_blocked, with_children=False
    )
    assert workers and left_behind(workers) == []
