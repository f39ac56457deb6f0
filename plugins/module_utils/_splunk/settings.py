# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Apply the settings of HEC as a whole."""

from __future__ import annotations

from .._core.outcome import outcome
from .._core.run import Options, RunContext
from .options import enterprise_client, with_splunk_environment
from .settings_rules import passphrase_to_send, plan_settings, restart_needed, wanted_settings
from .values import Settings


def manage_settings(options: Options, context: RunContext) -> Settings:
    """Do what the module C(splunk_hec_settings) does, and give its result. Raises CollectionError."""
    options = with_splunk_environment(options)
    context.mask.add(options.get("ssl_password"))
    if "PRIVATE KEY" in (options.get("server_cert") or ""):
        # The file itself in place of its path: it is refused, and would be shown with its option.
        context.mask.add(options["server_cert"])
    wanted = wanted_settings(options)
    client = enterprise_client(options, context.mask)
    observed = client.hec_settings()
    plan = plan_settings(wanted, observed, passphrase_to_send(options, wanted, observed))
    if plan.writes and not context.check_mode:
        client.change_hec_settings(plan.body)
    shown = outcome(plan.action, plan.before, plan.after)
    return {**shown, "settings": plan.target, "restart_required": restart_needed(plan)}
