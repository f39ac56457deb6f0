# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The plan of a rollout as a file for programs, and an approved plan to compare with."""

from __future__ import annotations

import json
import re
import typing as t

from .._core.errors import OptionError
from .._core.files import read_errors
from .._core.report_files import check_report_path, write_report
from .._core.run import Options
from .results import JobOutcome

_FORMAT = "edgeops.logpush plan 1"
_BEGINS_WITH = re.compile(r'\{\s*"format": "edgeops\.logpush plan ')


def check_plan_files(options: Options) -> None:
    """Check the options about plans before the first request. Raises OptionError."""
    part = options.get("part_of_run")
    for option in ("expected_plan", "plan_json"):
        if part and options.get(option):
            raise OptionError(
                option,
                f"needs the plan of a whole run, but this run is only a part of one ({part}). Run it without {part}",
            )
    if options.get("plan_json"):
        check_report_path("plan_json", options["plan_json"], _BEGINS_WITH)
    approved_fingerprints(options)


def write_plan(
    options: Options, plan_id: str, outcomes: t.Sequence[JobOutcome], summary: t.Mapping[str, t.Any]
) -> None:
    """Write the plan to the file C(plan_json), if one is requested. Raises OptionError."""
    if not options.get("plan_json"):
        return
    plan = {"format": _FORMAT, "plan_id": plan_id, "summary": summary, "rows": [_row(outcome) for outcome in outcomes]}
    write_report("plan_json", options["plan_json"], json.dumps(plan, indent=1) + "\n", _BEGINS_WITH)


def approved_fingerprints(options: Options) -> frozenset[str] | None:
    """Return the fingerprints of the rows of the file C(approved_plan_json), None if none is named. Raises OptionError."""
    path = options.get("approved_plan_json")
    if not path:
        return None
    try:
        with read_errors("approved_plan_json", path), open(path, encoding="utf-8") as file:
            plan = json.load(file)
        if not _is_plan(plan):
            raise ValueError
        return frozenset(str(row["fingerprint"]) for row in plan["rows"] if row.get("fingerprint"))
    except (ValueError, RecursionError):
        raise OptionError(
            "approved_plan_json", f"{path} is not the plan that a check run wrote with plan_json"
        ) from None


def _is_plan(plan: t.Any) -> bool:
    return (
        isinstance(plan, dict)
        and plan.get("format") == _FORMAT
        and isinstance(plan.get("rows"), list)
        and all(isinstance(row, dict) for row in plan["rows"])
    )


def _row(outcome: JobOutcome) -> dict[str, t.Any]:
    difference: dict[str, t.Any] = outcome.difference or {}
    changes: dict[str, t.Any] = {key: difference[key] for key in ("before", "after") if key in difference}
    return {**outcome.row, **changes, "fingerprint": outcome.fingerprint}
