# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End a worker of Ansible when Ansible itself is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import typing as t

_SECONDS_BETWEEN_CHECKS = 1


@contextlib.contextmanager
def ends_with_parent() -> t.Iterator[None]:
    """End this process if its parent dies before the block ends: a worker outlives Ansible, and would go on writing where
    nobody sees it."""
    ended = threading.Event()
    threading.Thread(target=_watch, args=(os.getppid(), ended), daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _watch(parent: int, ended: threading.Event) -> None:
    while not ended.wait(_SECONDS_BETWEEN_CHECKS):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
