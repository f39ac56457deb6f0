# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: it may change in any release.

"""Saying how far a long pass is, in a terminal and in Tower's log alike."""

from __future__ import annotations

import os
import threading
import typing as t

from ansible.utils.display import Display

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._progress import Progress

# Often enough to see that it lives, seldom enough for a log that somebody reads later.
SECONDS_BETWEEN_LINES = 10


def watched(name: str, run: t.Callable[..., dict[str, t.Any]]) -> Run:
    """Give ``run``, which takes ``progress``, as one that says now and then how far it is: nothing where it is over before
    the first time."""

    def run_and_say(*arguments: t.Any) -> dict[str, t.Any]:
        progress, over = Progress(), threading.Event()
        threading.Thread(target=_say, args=(name, progress, over), daemon=True).start()
        try:
            return run(*arguments, progress=progress)
        finally:
            over.set()

    return run_and_say


def _say(name: str, progress: Progress, over: threading.Event) -> None:
    parent, seconds = os.getppid(), 0
    while not over.wait(1):
        if os.getppid() != parent:
            # Ansible itself was killed, which its workers outlive: nothing may go on that nobody sees.
            os._exit(1)
        seconds += 1
        if seconds % SECONDS_BETWEEN_LINES == 0:
            Display().display(f"{name}: {progress.line()}")
