# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stdout callback that the collection does not know: one line of JSON for each successful task."""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: machine
type: stdout
short_description: Prints one line of JSON for each task
description: For the end-to-end tests of edgeops.logpush.
"""


class CallbackModule(CallbackBase):
    """Its output is for programs, so nothing else may write to stdout."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "machine"

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._display.display(json.dumps({"task": result._task.get_name()}))
