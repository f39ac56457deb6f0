# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Create, change and delete a source type."""

from __future__ import annotations

import typing as t

from .._core.outcome import Plan
from .._core.run import Options, RunContext
from .instance import look_before_write
from .options import management_http, splunk_operation, with_splunk_environment
from .props import PropsClient
from .sourcetype_rules import SourcetypeStanza, WantedSourcetype, plan_absent, plan_present, requested_sourcetype


@splunk_operation
def manage_sourcetype(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_sourcetype). Raises CollectionError."""
    options = with_splunk_environment(options)
    wanted = requested_sourcetype(options)
    client = PropsClient(management_http(options, context.mask), context.mask)
    observed = client.stanzas(wanted.name, wanted.app)
    found = (plan_present if wanted.settings else plan_absent)(wanted, observed)
    seen = look_before_write(client, "sourcetype", wanted.app) if wanted.settings and found.plan.writes else []
    if found.plan.writes and not context.check_mode:
        own = next((one for one in observed if one.app == wanted.app), None)
        _apply(client, wanted, found.plan, own)
    sourcetype = {"name": wanted.name, "app": found.app, "datasets": wanted.datasets, "settings": dict(found.settings)}
    result = {**found.plan.result(f"source type {wanted.name}"), "sourcetype": sourcetype}
    return {**result, "warnings": [*found.warnings, *seen]}


def _apply(client: PropsClient, wanted: WantedSourcetype, plan: Plan, own: SourcetypeStanza | None) -> None:
    if plan.action == "created":
        client.create(wanted.name, wanted.app, plan.body)
    elif plan.action == "deleted":
        client.delete(wanted.name, wanted.app)
    else:
        if plan.body:
            client.change(wanted.name, wanted.app, plan.body)
        if own and "sharing" in plan.after:
            client.share(wanted.name, wanted.app, own.read, own.write)
