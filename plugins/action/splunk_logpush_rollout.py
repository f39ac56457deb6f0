# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Logpush jobs of many zones and accounts, the fast way, which can say how far it is."""

from __future__ import annotations

import functools
import threading
import typing as t

from ansible.utils.display import Display

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._fleet import roll_out
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import with_option_names
from ansible_collections.edgeops.logpush.plugins.module_utils._progress import Progress
from ansible_collections.edgeops.logpush.plugins.modules.splunk_logpush_rollout import ARGUMENT_SPEC
from ansible_collections.edgeops.logpush.plugins.plugin_utils._fast_way import FastWay

# Often enough to see that it lives, seldom enough for a log that somebody reads later.
SECONDS_BETWEEN_LINES = 10.0


class ActionModule(FastWay):
    """Does what the module of its name does, and says how far it is."""

    argument_spec = ARGUMENT_SPEC

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        return self._watched

    def renamed(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Give the options under the names that the argument spec knows."""
        return with_option_names(options)

    def _watched(self, *arguments: t.Any) -> dict[str, t.Any]:
        progress, over = Progress(), threading.Event()
        threading.Thread(target=_say, args=(progress, over), daemon=True).start()
        try:
            return functools.partial(roll_out, with_diff=self._task.diff, progress=progress)(*arguments)
        finally:
            over.set()


def _say(progress: Progress, over: threading.Event) -> None:
    """Say now and then how far it is, until it is over: nothing where that is before the first time."""
    while not over.wait(SECONDS_BETWEEN_LINES):
        Display().display(f"rollout: {progress.line()}")
