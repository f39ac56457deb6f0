# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps of a workflow failed, by the counts that they passed on."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.workflow_steps import STEPS, failed_steps

WELL: dict[str, t.Any] = {
    "logpush_provision": {"endpoint": "splunk.example.com:8088", "token": "unchanged", "ready": True},
    "logpush_rollout": {"scopes": 3, "failed": 0},
    "logpush_verify": {"jobs": 3, "failed": 0},
}


def steps_of(sentences: list[str]) -> list[str]:
    """Return the steps that sentences name."""
    return [sentence.partition(":")[0].removeprefix("workflow step ") for sentence in sentences]


def without(*names: str, **more: t.Any) -> dict[str, t.Any]:
    """Return the variables of a workflow without the counts of some steps."""
    return {name: counts for name, counts in WELL.items() if name not in names} | more


def test_nothing_failed() -> None:
    assert failed_steps(STEPS, WELL) == []
    # Probing is optional.
    assert failed_steps(STEPS, {**WELL, "logpush_provision": {"ready": None}}) == []


@pytest.mark.parametrize(
    "variables, step",
    [
        (without("logpush_provision", "logpush_rollout", "logpush_verify"), "provision"),
        (without("logpush_rollout", "logpush_verify", logpush_provision={"ready": False}), "provision"),
        (without("logpush_rollout", "logpush_verify"), "rollout"),
        (without("logpush_verify", logpush_rollout={"failed": 2}), "rollout"),
        (without("logpush_verify"), "verify"),
        (without(logpush_verify={"failed": 1}), "verify"),
    ],
)
def test_the_first_step_that_failed_is_named_alone(variables: dict[str, t.Any], step: str) -> None:
    assert steps_of(failed_steps(STEPS, variables)) == [step]


def test_the_counts_of_one_slice_do_not_hide_that_the_next_step_did_not_start() -> None:
    [sentence] = failed_steps(STEPS, without("logpush_verify"))
    assert "did not start because a job of the step rollout failed" in sentence


def test_a_check_run_is_no_result_of_a_step() -> None:
    planned = without("logpush_verify", logpush_rollout={"scopes": 3, "failed": 0, "check_mode": True})
    [sentence] = failed_steps(STEPS, planned)
    assert sentence.startswith("workflow step rollout: ") and "only the result of a check run" in sentence
    # Its failures are reported instead, and a workflow that is itself a check run needs no other result.
    [failed] = failed_steps(STEPS, {**planned, "logpush_rollout": {"failed": 1, "check_mode": True}})
    assert "1 failure" in failed
    assert failed_steps([], planned) == [] == failed_steps(["rollout"], planned, check_mode=True)


def test_a_workflow_of_your_own_need_not_have_all_steps() -> None:
    assert failed_steps([], {}) == []
    assert failed_steps([], without("logpush_verify")) == []
    assert steps_of(failed_steps([], {"logpush_rollout": {"failed": 1}})) == ["rollout"]
    assert steps_of(failed_steps(["rollout", " repair"], without())) == ["repair"]
