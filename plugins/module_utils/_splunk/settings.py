# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Change the settings of HEC as a whole."""

from __future__ import annotations

import typing as t

from .._core.run import Options, RunContext
from .enterprise import DEFAULT_APP
from .instance import look_before_write
from .instance_rules import repository_warning
from .options import enterprise_client, splunk_operation, with_splunk_environment
from .settings_rules import plan_present, requested_settings, restart_required


@splunk_operation
def manage_settings(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_hec_settings). Raises CollectionError."""
    options = with_splunk_environment(options)
    context.mask.add(options.get("ssl_password"))
    if "PRIVATE KEY" in (options.get("server_cert") or ""):
        # The content of the file instead of its path is refused. Ansible would show it with the options.
        context.mask.add(options["server_cert"])
    wanted = requested_settings(options)
    client = enterprise_client(options, context.mask)
    plan = plan_present(wanted, client.hec_settings())
    warnings = look_before_write(client, "settings", DEFAULT_APP) if plan.writes else []
    # A user who sets the option knows about it, and is told only when something is written.
    if plan.target["use_deployment_server"] and (plan.writes or "use_deployment_server" not in wanted.settings):
        warnings.append(repository_warning("HEC settings and HEC tokens are"))
    if plan.writes and not context.check_mode:
        client.change_hec_settings(plan.body)
    result = {**plan.result("HEC settings"), "settings": plan.target, "restart_required": restart_required(plan)}
    return {**result, "warnings": warnings}
