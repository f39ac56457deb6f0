# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the steps of a workflow that failed, from the counts that they passed on. Pure: no I/O.

AWX reports a workflow as successful if an edge continues after a failed node. So the audit at the end fails on behalf of
that node. The counts of a step are in the extra variable C(logpush_<step>). A job that was canceled, or that failed early,
passes on none, and those of an earlier check run say so in C(check_mode).
"""

from __future__ import annotations

import typing as t

from .._core.report import counted

# The steps whose failures an audit reports whenever it gets their counts.
STEPS = ("provision", "rollout", "verify")


def failed_steps(expected: t.Iterable[str], variables: t.Mapping[str, t.Any], *, check_mode: bool = False) -> list[str]:
    """Return a sentence for each step that failed. ``expected`` are the steps of the workflow, in their order, of which each
    must have passed its counts on. Among the steps without counts, only the first failed; the others did not start. In check
    mode, counts of check runs are accepted."""
    required = [name.strip() for name in expected]
    sentences: list[str] = []
    before = ""
    for name in dict.fromkeys([*required, *STEPS]):
        counts = variables.get(f"logpush_{name}")
        if isinstance(counts, t.Mapping):
            is_planned = name in required and bool(counts.get("check_mode")) and not check_mode
            failure = _failure(counts) or (_ONLY_CHECKED if is_planned and not sentences else "")
            if failure:
                sentences.append(f"workflow step {name}: {failure}")
            before = name
        elif name in required and not sentences:
            sentences.append(_without_counts(name, before))
    return sentences


_ONLY_CHECKED = (
    "it passed on only the result of a check run, which wrote nothing. The job that applies the plan failed early, was canceled or "
    "did not start. Open the workflow job to see which"
)


def _failure(counts: t.Mapping[str, t.Any]) -> str:
    failed = counts.get("failed")
    if isinstance(failed, int) and failed > 0:
        return f"it reports {counted(failed, 'failure')}"
    return "it reports that HEC is not ready" if counts.get("ready") is False else ""


def _without_counts(name: str, before: str) -> str:
    not_started = f", or it did not start because a job of the step {before} failed" if before else ""
    return (
        f"workflow step {name}: it passed on no result (logpush_{name}). Its job failed or was canceled{not_started}. Open the "
        "workflow job to see which"
    )
