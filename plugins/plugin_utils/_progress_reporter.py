# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Report the progress of a long run, in a terminal and in Tower's log."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible.utils.display import Display

from ..module_utils._operations.progress import Progress

# Often enough to show that the run is alive, and seldom enough for a readable log.
SECONDS_BETWEEN_LINES = 10


@contextlib.contextmanager
def reported_progress(name: str) -> t.Iterator[Progress | None]:
    """Yield the progress to keep up to date, and print it under a name every ten seconds until the block ends. Yield None
    if the name is empty."""
    if not name:
        yield None
        return
    progress, ended = Progress(), threading.Event()
    threading.Thread(target=_report, args=(name, progress, ended), daemon=True).start()
    try:
        yield progress
    finally:
        ended.set()


def _report(name: str, progress: Progress, ended: threading.Event) -> None:
    while not ended.wait(SECONDS_BETWEEN_LINES):
        Display().display(f"{name}: {progress.line()}", stderr=True)
