# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the module C(splunk_hec_app) in Ansible's worker."""

from __future__ import annotations

from ..modules.splunk_hec_app import DEFINITION
from ..plugin_utils._in_process_action import InProcessAction


class ActionModule(InProcessAction):
    """The action of the module with the same name."""

    definition = DEFINITION
