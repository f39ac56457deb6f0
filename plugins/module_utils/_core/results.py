# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rows of a result in words. Pure: no I/O."""

from __future__ import annotations

import typing as t

# So many failures are told in the message of a task; all are in its result.
_LISTED_FAILURES = 5


def label(entry: t.Mapping[str, t.Any]) -> str:
    """Return what an entry of a result is about, in words: its zone or account, or the host that stands for one that is not
    known, its dataset and its name."""
    account = f"account {entry['account_id']}" if entry.get("account_id") else None
    where = entry.get("zone") or entry.get("zone_id") or account or entry.get("host")
    return ", ".join(filter(None, [where, " ".join(filter(None, [entry.get("dataset"), entry.get("name")]))]))


def summarize_failures(failed: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the failures among the entries of a result in words, the first few of them."""
    more = f"; and {len(failed) - _LISTED_FAILURES} more, see the result" if len(failed) > _LISTED_FAILURES else ""
    return "; ".join(f"{label(entry)}: {entry['msg']}" for entry in failed[:_LISTED_FAILURES]) + more
