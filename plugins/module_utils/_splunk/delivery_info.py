# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Report what Splunk received and stored: by HEC token, by zone, and what went wrong."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from .._core.errors import CollectionError, OptionError
from .._core.run import Options, RunContext
from .._core.times import rfc3339
from .collector_rules import TokenActivity, TokenFigures
from .delivery import SplunkDelivery
from .delivery_rules import EventGroup
from .enterprise import SplunkEnterprise
from .options import enterprise_client, splunk_operation, with_splunk_environment
from .search_rules import check_index
from .token_rules import token_name

# Seconds between the end of a search and the end of the timeout of its request.
_REPLY_SECONDS = 5
_ACS_HOSTS = ("admin.splunk.com", "admin.splunkcloudgc.com")


@splunk_operation
def read_delivery(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_delivery_info). Raises CollectionError."""
    options = with_splunk_environment(options)
    index = options.get("index")
    check_index(index)
    # The second that has begun belongs to the window.
    end = int(context.clock.wall()) + 1
    begin = end - options["window"]
    if options["window"] < 1:
        raise OptionError("window", "must be at least 1 second")
    if begin < 0:
        raise OptionError("window", "must begin after the year 1970")
    names = options.get("tokens")
    wanted = None if names is None else [token_name(name) for name in names]
    client = search_client(options, context)
    splunk = SplunkDelivery(client, context.clock, context.mask, search_time_limit(options["timeout"]))
    figures = _figures(splunk, client, wanted, begin, end)
    problems = splunk.problems(begin, end)
    groups = splunk.by_zone_name([index], begin, end) if index else []
    warnings = [splunk.clock_problem(), figures.reason, problems.reason]
    if index and not groups and index not in splunk.indexes_with_events([index]):
        warnings.append(_no_events(index))
    return {
        "changed": False,
        "begin": rfc3339(begin),
        "end": rfc3339(end),
        "tokens": [token._asdict() for token in figures.tokens],
        "zones": [_zone(group) for group in sorted(groups, key=lambda group: (group.zone, group.sourcetype))],
        "problems": None if problems.reason else [problem.public() for problem in problems.rows],
        "warnings": [warning for warning in warnings if warning],
    }


def search_client(options: Options, context: RunContext) -> SplunkEnterprise:
    """Return a client of Splunk's search for the result of C(with_splunk_environment). Raises OptionError, also if the options
    lead to ACS only, which has no search."""
    if options["platform"] == "cloud":
        host = urlsplit(options.get("url") or "").hostname
        if not host or host in _ACS_HOSTS:
            stack = options.get("stack") or "<stack>"
            raise OptionError(
                "url",
                "is required. The Admin Config Service (ACS) of Splunk Cloud has no search. Set url to the search API of the "
                f"stack, https://{stack}.splunkcloud.com:8089, and add the address of this machine to the IP allow list of "
                "the feature search-api. A free trial has no search API",
            )
    return enterprise_client(options, context.mask)


def search_time_limit(timeout: int) -> int:
    """Return the time limit of a search, so that Splunk ends it before the request for it times out."""
    return max(1, timeout - _REPLY_SECONDS)


def _figures(
    splunk: SplunkDelivery, client: SplunkEnterprise, names: list[str] | None, begin: int, end: int
) -> TokenFigures:
    """Return the figures of these tokens. Without names, they are all tokens that had requests or that the user can read."""
    try:
        # Even with names: the client masks the values of these tokens in the samples of problems.
        existing = [token.name for token in client.tokens()]
    except CollectionError:
        # Some users may search but not read tokens.
        existing = []
    figures = splunk.tokens(names, begin, end)
    if names is not None:
        return figures
    figure = None if figures.reason else 0
    others = set(existing) - {token.name for token in figures.tokens}
    return TokenFigures(
        sorted([*figures.tokens, *(TokenActivity(name, *[figure] * 5) for name in others)]), figures.reason
    )


def _zone(group: EventGroup) -> dict[str, t.Any]:
    return {
        "zone": group.zone,
        "sourcetype": group.sourcetype,
        "events": group.events,
        "newest": rfc3339(group.newest),
        # Index times are whole seconds, rounded down.
        "lag": int(group.indexed) - int(group.newest),
    }


def _no_events(index: str) -> str:
    return (
        f"This user sees no event in index {index} from the last 30 days. The index does not exist or is empty, or the role of the user "
        "may not search it (Settings > Roles > Indexes). So an empty list of zones is no evidence that nothing arrived."
    )
