# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Create an index for events."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.outcome import NO_CHANGE
from .._core.run import Options, RunContext
from .cloud_indexes import CloudIndexes
from .enterprise import SplunkEnterprise
from .index_rules import (
    missing_cloud_warning,
    missing_warning,
    plan_cloud,
    plan_present,
    requested_index,
    requested_retention,
)
from .instance import look_before_write
from .options import cloud_client, enterprise_client, splunk_operation, with_splunk_environment
from .values import Index


@splunk_operation
def ensure_index(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_index). Raises CollectionError."""
    options = with_splunk_environment(options)
    wanted, retention = requested_index(options), requested_retention(options)
    if options["platform"] == "cloud":
        return _ensure_on_cloud(options, context, wanted, retention)
    client = enterprise_client(options, context.mask)
    if not options["create"]:
        return _look(client, wanted)
    plan = plan_present(wanted, client.index(wanted.name))
    warnings = look_before_write(client, "index") if plan.writes else []
    if plan.writes and not context.check_mode:
        client.create_index(wanted.name)
    result = {**plan.result(f"index {wanted.name}"), "index": wanted._asdict(), "exists": True}
    return {**result, "warnings": warnings}


def _ensure_on_cloud(
    options: Options, context: RunContext, wanted: Index, retention: dict[str, int]
) -> dict[str, t.Any]:
    client = CloudIndexes.sharing(cloud_client(options, context.mask))
    if not options["create"]:
        return _look_on_cloud(client, wanted)
    plan = plan_cloud(wanted, retention, client.index(wanted.name), options["allow_shrinking"])
    index = plan.target
    if plan.writes and not context.check_mode:
        if plan.action == "created":
            # Another run may have created the index at the same time, with another retention.
            made = client.create_index(wanted.name, retention)
            rest = plan_cloud(wanted, retention, made, options["allow_shrinking"])
            written = client.change_index(wanted.name, rest.body) if rest.writes else made
        else:
            written = client.change_index(wanted.name, plan.body)
        index = {"name": wanted.name, **written.retention}
    return {**plan.result(f"index {wanted.name}"), "index": index, "exists": True}


def _look_on_cloud(client: CloudIndexes, wanted: Index) -> dict[str, t.Any]:
    """Return the result for an index on Splunk Cloud that must not be created, with a warning if it does not exist."""
    result = {**NO_CHANGE.result(), "index": wanted._asdict()}
    try:
        if client.index(wanted.name) is not None:
            return {**result, "exists": True, "warnings": []}
        return {**result, "exists": False, "warnings": [missing_cloud_warning(wanted.name, client.names())]}
    except CollectionError:
        return {**result, "exists": None}


def _look(client: SplunkEnterprise, wanted: Index) -> dict[str, t.Any]:
    """Return the result for an index that must not be created, with a warning if it does not exist."""
    result = {**NO_CHANGE.result(), "index": wanted._asdict()}
    try:
        exists = client.index(wanted.name) is not None
    except CollectionError:
        # A user who does not create indexes may lack the permission to read them.
        return {**result, "exists": None}
    return {**result, "exists": exists, "warnings": [] if exists else [missing_warning(wanted.name)]}
