# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Create an index for events."""

from __future__ import annotations

import typing as t

from .._core.run import Options, RunContext
from .index_rules import plan_present, requested_index
from .options import enterprise_client, splunk_operation, with_splunk_environment


@splunk_operation
def ensure_index(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_index). Raises CollectionError."""
    options = with_splunk_environment(options)
    wanted = requested_index(options)
    client = enterprise_client(options, context.mask)
    plan = plan_present(wanted, client.index(wanted.name))
    if plan.writes and not context.check_mode:
        client.create_index(wanted.name)
    return {**plan.result(), "index": wanted._asdict()}
