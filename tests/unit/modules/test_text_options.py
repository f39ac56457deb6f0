# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for a list or a mapping, as surveys and extra variables have it, means the same as the list or the mapping."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job, task
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.modules.module_runner import ModuleRunner

LISTS = {
    "list": ["no_job", "insecure"],
    "commas": "no_job,insecure",
    "commas and spaces": "no_job, insecure",
    "lines": "no_job\ninsecure\n",
    "JSON": '["no_job", "insecure"]',
    "YAML": "- no_job\n- insecure\n",
}
MAPPINGS = {
    "mapping": {"field_names": ["RayID", "ClientIP"], "sample_rate": 0.5},
    "JSON": '{"field_names": ["RayID", "ClientIP"], "sample_rate": 0.5}',
    "YAML": "field_names: [RayID, ClientIP]\nsample_rate: 0.5\n",
    "text inside": {"field_names": "RayID,ClientIP", "sample_rate": "0.5"},
}


@pytest.mark.parametrize("form", LISTS.values(), ids=LISTS)
def test_a_list_of_words(modules: ModuleRunner, simulator: Simulator, zone_id: str, form: t.Any) -> None:
    other = simulator.zone_ids["www.example.com"]
    insecure = simulator.destination_conf(**{"insecure-skip-verify": "true"})
    simulator.add_job(zone_id=other, enabled=True, last_complete="2099-01-01T00:00:00Z", destination_conf=insecure)
    options = {"zones": [{"zone_id": zone_id}, {"zone_id": other}], "certificates": False}
    run = modules.tasks(
        task("edgeops.logpush.splunk_logpush_audit", "all", **options),
        task("edgeops.logpush.splunk_logpush_audit", "some", ignore=form, **options),
    )
    assert problems(run["all"].result) >= {"no_job", "insecure"}
    assert problems(run["some"].result) & {"no_job", "insecure"} == set()


def problems(result: dict[str, t.Any]) -> set[str]:
    """Return the kinds of findings that count as problems in the result of an audit."""
    return {finding["kind"] for finding in result["findings"] if finding["level"] == "problem"}


@pytest.mark.parametrize("form", MAPPINGS.values(), ids=MAPPINGS)
def test_a_mapping(
    modules: ModuleRunner,
    zone_id: str,
    splunk: dict[str, str],
    stored: t.Callable[[], list[dict[str, t.Any]]],
    form: t.Any,
) -> None:
    modules.tasks(job("create", zone_id=zone_id, output_options=form, **splunk))
    [created] = stored()
    assert created["output_options"] == {
        "field_names": ["RayID", "ClientIP"],
        "sample_rate": 0.5,
        "timestamp_format": "rfc3339",
    }


@pytest.mark.parametrize("form", ['[{"zone_id": "ZONE"}]', "- zone_id: ZONE\n"])
def test_a_list_of_mappings(
    modules: ModuleRunner,
    zone_id: str,
    splunk: dict[str, str],
    stored: t.Callable[[], list[dict[str, t.Any]]],
    form: str,
) -> None:
    zones = form.replace("ZONE", zone_id)
    modules.tasks(task("edgeops.logpush.splunk_logpush_rollout", "roll out", zones=zones, job_defaults=splunk))
    assert [entry["scope_id"] for entry in stored()] == [zone_id]
