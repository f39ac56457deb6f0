# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run a search in Splunk and return its rows."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .options import enterprise_client, splunk_operation, with_splunk_environment


@splunk_operation
def run_search(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_search_info). Raises CollectionError."""
    options = with_splunk_environment(options)
    query = options["search"].strip()
    if not query:
        raise OptionError("search", "must not be empty")
    if not query.startswith("|") and query.split(None, 1)[:1] != ["search"]:
        query = f"search {query}"
    rows = enterprise_client(options, context.mask).search(query, options.get("earliest") or "0")
    return {"changed": False, "rows": rows, "count": len(rows)}
