# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker ends when its parent is killed, even after the task, while it sends a result that is not read."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import time

import pytest
from ansible_collections.edgeops.logpush.plugins.plugin_utils import _orphan_guard

FORK = multiprocessing.get_context("fork")


def work(alive: int, after_the_task: bool) -> None:
    """Work for a minute, in the task or after it."""
    with _orphan_guard.ends_with_parent():
        os.write(alive, b"x")
        time.sleep(0 if after_the_task else 60)
    time.sleep(60)


def start_worker(alive: int, after_the_task: bool) -> None:
    """Start a worker, and wait for it as Ansible does."""
    worker = FORK.Process(target=work, args=(alive, after_the_task))
    worker.start()
    worker.join()


@pytest.mark.parametrize("after_the_task", [False, True])
def test_a_worker_ends_when_its_parent_is_killed(monkeypatch: pytest.MonkeyPatch, after_the_task: bool) -> None:
    monkeypatch.setattr(_orphan_guard, "_SECONDS_BETWEEN_CHECKS", 0.05)
    reader, alive = os.pipe()
    parent = FORK.Process(target=start_worker, args=(alive, after_the_task))
    parent.start()
    os.close(alive)
    assert os.read(reader, 1) == b"x"
    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    # The end of the pipe: no process has it open.
    ended, dummy, dummy = select.select([reader], [], [], 10)
    assert ended and os.read(reader, 1) == b""
    os.close(reader)
