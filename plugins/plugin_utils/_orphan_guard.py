# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End a worker of Ansible when Ansible itself is killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import typing as t

_SECONDS_BETWEEN_CHECKS = 1


@contextlib.contextmanager
def ends_with_parent() -> t.Iterator[None]:
    """End this process if its parent dies: a worker outlives Ansible, and would continue to write unnoticed. A worker is
    watched until it exits, because it can also hang after the block, while it tries to send its result. Any other process is
    watched until the block ends.
    """
    ended = threading.Event()
    worker_of = multiprocessing.parent_process()
    parent = worker_of.pid if worker_of is not None else None
    threading.Thread(target=_watch, args=(parent or os.getppid(), ended), daemon=True).start()
    try:
        yield
    finally:
        if parent is None:
            ended.set()


def _watch(parent: int, ended: threading.Event) -> None:
    while not ended.wait(_SECONDS_BETWEEN_CHECKS):
        if os.getppid() != parent:
            if os.getpgrp() == os.getpid():
                # This also ends the module that the worker runs, if there is one.
                os.killpg(os.getpid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
