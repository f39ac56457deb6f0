# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One Logpush job to Splunk, the fast way."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import with_option_names
from ansible_collections.edgeops.logpush.plugins.module_utils._reconcile import manage_job
from ansible_collections.edgeops.logpush.plugins.modules.splunk_logpush_job import ARGUMENT_SPEC
from ansible_collections.edgeops.logpush.plugins.plugin_utils._fast_way import FastWay


class ActionModule(FastWay):
    """Does what the module of its name does."""

    argument_spec = ARGUMENT_SPEC

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        return manage_job

    def renamed(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Give the options under the names that the argument spec knows."""
        return with_option_names(options)
