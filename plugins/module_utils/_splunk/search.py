# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run a search in Splunk and return its rows."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .._core.run import Options, RunContext
from .enterprise import SplunkEnterprise
from .options import enterprise_client, splunk_operation, with_splunk_environment

_INDEX = re.compile(r"""(?:^|\s)index\s*=\s*"?([a-z0-9_][a-z0-9_-]*)"?(?=\s|$)""")


@splunk_operation
def run_search(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_search_info). Raises CollectionError."""
    options = with_splunk_environment(options)
    query = options["search"].strip()
    if not query:
        raise OptionError("search", "must not be empty")
    if options["wait_timeout"] < 0 or options["interval"] < 1:
        raise OptionError("wait_timeout, interval", "must be at least 0 seconds, and at least 1 second")
    if not query.startswith("|") and query.split(None, 1)[:1] != ["search"]:
        query = f"search {query}"
    client = enterprise_client(options, context.mask)
    rows = _rows(client, query, options, context)
    if options["fail_when_empty"] and not _found(rows):
        raise CollectionError(_nothing_found(client, options), rows=rows, count=len(rows))
    return {"changed": False, "rows": rows, "count": len(rows)}


def _rows(client: SplunkEnterprise, query: str, options: Options, context: RunContext) -> list[JsonObject]:
    """Return the rows of a search. If events are required, the search is repeated until it finds some or the time is
    over."""
    deadline = context.clock.now() + options["wait_timeout"]
    while True:
        rows = client.search(query, options.get("earliest") or "0")
        if not options["fail_when_empty"] or _found(rows) or context.clock.now() + options["interval"] > deadline:
            return rows
        context.clock.sleep(options["interval"])


def _found(rows: t.Sequence[JsonObject]) -> bool:
    """Return whether a search found events: it has rows, and where they count events, these counts are not all 0."""
    counts = [str(row["count"]) for row in rows if "count" in row]
    return any(count not in ("0", "") for count in counts) if counts else bool(rows)


def _nothing_found(client: SplunkEnterprise, options: Options) -> str:
    within = f" within {options['wait_timeout']} seconds" if options["wait_timeout"] else ""
    searched = options["search"].strip().partition(" | stats count")[0]
    problem = f"No events{within}: {searched}."
    index = _INDEX.search(options["search"])
    if index and not _exists(client, index.group(1)):
        return (
            f"Index {index.group(1)} does not exist on this Splunk. {problem} Create the index (splunk_index, or "
            "splunk_hec_create_index in the splunk_hec role), or correct the index of the HEC token and of the search. On an "
            "indexer cluster, it comes from the bundle of the cluster manager."
        )
    return (
        f"{problem} The events may be in another index, or have a time outside the search. Check the HEC token and the "
        "source type."
    )


def _exists(client: SplunkEnterprise, index: str) -> bool:
    """Return whether an index exists; true if this user may not read indexes."""
    try:
        return client.index(index) is not None
    except CollectionError:
        return True
