# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a dataset, the fast way."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._entry import Run
from ansible_collections.edgeops.logpush.plugins.module_utils._inspect import show_fields
from ansible_collections.edgeops.logpush.plugins.modules.logpush_dataset_fields_info import ARGUMENT_SPEC
from ansible_collections.edgeops.logpush.plugins.plugin_utils._fast_way import FastWay


class ActionModule(FastWay):
    """Does what the module of its name does."""

    argument_spec = ARGUMENT_SPEC

    def run_of_module(self) -> Run:
        """Give what the module runs."""
        return show_fields
