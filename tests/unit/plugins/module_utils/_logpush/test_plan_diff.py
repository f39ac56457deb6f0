# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change is visible in the diff, and nothing else is."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import parse
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    CONF,
    any_destinations,
    desired_jobs,
    job,
    observed_jobs,
    planned,
    some_parts,
)
from hypothesis import given
from hypothesis import strategies as st


@given(desired_jobs(st.one_of(some_parts, any_destinations)), observed_jobs)
def test_what_changes_has_a_diff_and_nothing_else_has(desired: dict[str, t.Any], observed: Job) -> None:
    plan = planned(desired, observed)
    assert plan.writes == (plan.before != plan.after)
    for field in {*plan.before, *plan.after}:
        assert plan.before.get(field) != plan.after.get(field), field


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("header_X-Gateway-Key=old-secret", "header_X-Gateway-Key=new-secret"),
        ("header_X-Gateway-Key=old-secret", "header_x-gateway-key=new-secret"),
        ("sas-token=old-secret", "sas-token=new-secret"),
        ("note=%ff", "note=%fe"),
        ("endpoint=one", "endpoint=two"),
        ("name=one", "name=two"),
        ("insecure_skip_verify=true", "insecure_skip_verify=false"),
        ("hec_token=old-secret", "hec_token=new-secret"),
        ("index=one", "index=two"),
        ("index=", "index=two"),
        ("header_X-Gateway-Key=old-secret", ""),
        ("", "note=x"),
    ],
)
def test_a_changed_parameter_is_in_the_diff_and_a_secret_is_masked(old: str, new: str) -> None:
    before, after = (f"{CONF}&{parameters}" for parameters in (old, new))
    plan = planned({"destination": parse(after)}, job(destination_conf=before))
    assert plan.action == "updated"
    assert plan.body["destination_conf"] == parse(after).encode()
    assert plan.before["destination"] != plan.after["destination"]
    assert "secret" not in json.dumps([plan.before, plan.after])


@pytest.mark.parametrize("values", [(True, 1), (0, False)])
def test_a_filter_that_only_python_takes_for_equal(values: tuple[t.Any, t.Any]) -> None:
    old, new = ({"where": {"key": "Worker", "operator": "eq", "value": value}} for value in values)
    plan = planned({"filter": new}, job(filter=json.dumps(old)))
    assert plan.action == "updated"
    assert plan.before != plan.after
