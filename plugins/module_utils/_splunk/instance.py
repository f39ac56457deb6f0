# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Look at an instance of Splunk Enterprise before a change is written to it. Each look sends one request."""

from __future__ import annotations

from .._core.errors import CollectionError
from .enterprise import SplunkEnterprise
from .instance_rules import Written, check_roles, instance_warnings
from .management_api import ManagementApi


def look_before_write(client: ManagementApi, written: Written, app: str = "") -> list[str]:
    """Return warnings about the instance that a run is going to write to, in check mode as well. ``app`` is the app that it
    writes to. Raises CollectionError if the instance cannot use the change."""
    roles = client.server().roles
    check_roles(roles)
    return instance_warnings(roles, written, app)


def writes_to_repository(client: SplunkEnterprise) -> bool:
    """Return whether the instance writes HEC tokens to the deployment repository. False if it does not show its settings to
    the user: the write that follows reports the problem."""
    try:
        return client.hec_settings()["use_deployment_server"]
    except CollectionError:
        return False
