# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run a search in Splunk and return its rows."""

from __future__ import annotations

from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .options import enterprise_client, with_splunk_environment
from .values import Settings


def run_search(options: Options, context: RunContext) -> Settings:
    """Do what the module C(splunk_search_info) does, and give its result. Raises CollectionError."""
    options = with_splunk_environment(options)
    query = (options["search"] or "").strip()
    if not query:
        raise OptionError("search", "must not be empty")
    if not query.startswith("|") and not query.split(None, 1)[:1] == ["search"]:
        query = f"search {query}"
    rows = enterprise_client(options, context.mask).search(query, options["earliest"] or "0")
    return {"changed": False, "rows": rows, "count": len(rows)}
