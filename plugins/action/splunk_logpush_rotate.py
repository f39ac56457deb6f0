# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moving jobs to another HEC token, the fast way, which can say how far it is."""

from __future__ import annotations

import functools

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._existing import move_jobs
from ansible_collections.edgeops.logpush.plugins.modules.splunk_logpush_rotate import ARGUMENT_SPEC
from ansible_collections.edgeops.logpush.plugins.plugin_utils._fast_way import FastWay
from ansible_collections.edgeops.logpush.plugins.plugin_utils._watched import watched


class ActionModule(FastWay):
    """Does what the module of its name does, and says how far it is."""

    argument_spec = ARGUMENT_SPEC

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        return watched("rotate", functools.partial(move_jobs, with_diff=self._task.diff))
