# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rows of a result in words. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .text import one_line

# The message of a failed task lists this many failures. The result has all of them.
_LISTED_FAILURES = 5


def label(row: t.Mapping[str, t.Any]) -> str:
    """Return the name of a row of a result: its zone or account (or, if neither is known, its inventory host), and the
    dataset and name of its job, such as C(example.com, http_requests edge-logs)."""
    account = f"account {row['account_id']}" if row.get("account_id") else None
    scope = row.get("zone") or row.get("zone_id") or account or row.get("host")
    job = " ".join(filter(None, [row.get("dataset"), row.get("name")]))
    return one_line(", ".join(filter(None, [scope, job])))


def summarize_failures(failed: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the first five of the failed rows of a result, each with its C(msg), and how many more there are."""
    listed = "; ".join(f"{label(row)}: {row['msg']}" for row in failed[:_LISTED_FAILURES])
    more = len(failed) - _LISTED_FAILURES
    return f"{listed}; and {more} more, see the result" if more > 0 else listed
