# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Turn the answers of the Admin Config Service (ACS) of Splunk Cloud about indexes and allow lists into data, and errors. Pure: no
I/O.

Splunk's pages: "Manage indexes in Splunk Cloud Platform" and "Configure IP allow lists for Splunk Cloud Platform"
(U(https://help.splunk.com)). Every function takes the name of the operation for the message of an error.
"""

from __future__ import annotations

import typing as t

from .allowlist_rules import spellings
from .answers import SplunkError, acs_refusal
from .fields import ACS_INDEX_FIELDS
from .values import CloudIndex, number

if t.TYPE_CHECKING:
    from .._core.http import Reply

_CHECK_URL = "Check url: it must be the base URL of ACS."


def index(operation: str, name: str, reply: Reply) -> CloudIndex:
    """Return the index in an answer. Raises SplunkError for any other answer: if it were read as an index without settings, a wrong
    change would be planned."""
    data = _data(operation, reply)
    datatype = (data.get("datatype") or "event") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("name") != name or not isinstance(datatype, str):
        raise SplunkError(operation, reply, f"the answer does not contain index {name}", _CHECK_URL)
    shown = {option: data[field] for option, field in ACS_INDEX_FIELDS.items() if data.get(field) is not None}
    retention = {option: number(value) for option, value in shown.items()}
    unreadable = [ACS_INDEX_FIELDS[option] for option, value in retention.items() if value is None]
    if unreadable:
        raise SplunkError(operation, reply, f"{unreadable[0]} of the index is not a whole number", _CHECK_URL)
    return CloudIndex(name, datatype, t.cast("dict[str, int]", retention))


def index_names(operation: str, reply: Reply) -> list[str]:
    """Return the names of the indexes on a page of the list. Past the end of the list, the answer is null. Raises SplunkError."""
    data = _data(operation, reply)
    entries = [] if data is None else data
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries
    ):
        raise SplunkError(operation, reply, "the answer contains no list of indexes", _CHECK_URL)
    return [entry["name"] for entry in entries]


def subnets(operation: str, reply: Reply) -> dict[str, list[str]]:
    """Return the subnets in an allow list: for each canonical one, its spellings in the list. As in a list of indexes, null is an empty list.
    Raises SplunkError for any other answer: an empty list can mean that everybody is let in, so only ACS can report that it is empty."""
    data = _data(operation, reply)
    found = data["subnets"] if isinstance(data, dict) and "subnets" in data else {}
    try:
        if found is None or (isinstance(found, list) and all(isinstance(subnet, str) for subnet in found)):
            return spellings(found or [])
    except ValueError:
        pass
    raise SplunkError(operation, reply, "the answer contains no list of subnets", _CHECK_URL)


def _data(operation: str, reply: Reply) -> t.Any:
    """Return the data of a successful answer. Raises SplunkError."""
    if reply.status != 200:
        raise acs_refusal(operation, reply)
    try:
        return reply.data()
    except ValueError:
        raise SplunkError(operation, reply, "the answer is not JSON", _CHECK_URL) from None
