# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Logpush jobs are doing, the fast way, which can say how far it is, and show a table."""

from __future__ import annotations

import functools
import typing as t

from ansible.utils.display import Display

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._job_options import with_option_names
from ansible_collections.edgeops.logpush.plugins.module_utils._survey import survey
from ansible_collections.edgeops.logpush.plugins.modules.splunk_logpush_audit import ARGUMENT_SPEC
from ansible_collections.edgeops.logpush.plugins.plugin_utils._fast_way import FastWay
from ansible_collections.edgeops.logpush.plugins.plugin_utils._watched import watched


class ActionModule(FastWay):
    """Does what the module of its name does, says how far it is, and shows the table."""

    argument_spec = ARGUMENT_SPEC

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        return watched("audit", functools.partial(survey, show=Display().display))

    def renamed(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        """Give the options under the names that the argument spec knows."""
        return with_option_names(options)
