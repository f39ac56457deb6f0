# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rows of a result in words. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .text import one_line

# A message lists this many reasons, rows or zones. The result has all of them.
_LISTED = 5
# The columns that say which zone and which job a row is about.
_IDENTITY = ("zone_id", "zone", "account_id", "host", "name", "job_id")
# Numbers of uploads, which differ between jobs with the same reason: "0 of 12 uploads", "3 x HTTP 403".
_UPLOADS = re.compile(r"\b[\d,]{1,20} of [\d,]{1,20} uploads?|\b[\d,]{1,20}(?= x )")


def scope_name(row: t.Mapping[str, t.Any]) -> str:
    """Return the name of the zone or account of a row: the name of the zone, otherwise that of its inventory host, otherwise
    the ID."""
    account = f"account {row['account_id']}" if row.get("account_id") else ""
    return one_line(str(row.get("zone") or row.get("host") or row.get("zone_id") or account))


def label(row: t.Mapping[str, t.Any]) -> str:
    """Return the name of a row of a result: that of its zone or account, and the dataset and name of its job, such as
    C(example.com, http_requests edge-logs)."""
    job = " ".join(filter(None, [row.get("dataset"), row.get("name")]))
    return one_line(", ".join(filter(None, [scope_name(row), job])))


def first_of(texts: t.Sequence[str], separator: str = "; ", note: str = "") -> str:
    """Return at most five texts, joined, and the number of the others, followed by ``note``."""
    more = len(texts) - _LISTED
    return separator.join(texts[:_LISTED]) + (f"{separator}and {more} more{note}" if more > 0 else "")


def reason(row: t.Mapping[str, t.Any]) -> str:
    """Return the C(msg) of a failed row without the names and IDs of its zone and job, and without the numbers of its uploads, so
    that equal reasons are equal texts."""
    text = str(row["msg"])
    names = {str(row[column]) for column in _IDENTITY if row.get(column)}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", "…", text)
    return _UPLOADS.sub("…", text)


def grouped_by_reason(failed: t.Sequence[t.Mapping[str, t.Any]]) -> list[list[t.Mapping[str, t.Any]]]:
    """Return the failed rows of a result in groups of equal reasons, in the order of the first row of each."""
    groups: dict[str, list[t.Mapping[str, t.Any]]] = {}
    for row in failed:
        groups.setdefault(reason(row), []).append(row)
    return list(groups.values())


def summarize_failures(failed: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    """Return the first five reasons of the failed rows of a result, each with the rows that have it: the first five, and how
    many more there are. The number of rows with other reasons comes last."""
    groups = grouped_by_reason(failed)
    texts = [f"{_labels(rows)}: {rows[0]['msg']}" for rows in groups[:_LISTED]]
    more = sum(len(rows) for rows in groups[_LISTED:])
    return joined([*texts, f"and {more:,} more for other reasons, see the result"] if more else texts)


def joined(texts: t.Sequence[str]) -> str:
    """Return several sentences as one, with a full stop at most at its end."""
    return "; ".join([*(text.rstrip(".") for text in texts[:-1]), *texts[-1:]])


def _labels(rows: t.Sequence[t.Mapping[str, t.Any]]) -> str:
    listed = "; ".join(label(row) for row in rows[:_LISTED])
    more = len(rows) - _LISTED
    return f"{listed} and {more:,} more" if more > 0 else listed
