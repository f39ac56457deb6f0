# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of job options: read in the same way, and masked even if they apply to no job."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import task

ROLLOUT, AUDIT = "edgeops.logpush.splunk_logpush_rollout", "edgeops.logpush.splunk_logpush_audit"
SECRET = "SECRETsas+A/=~"
OTHER_KIND = f"https://logs.example.net/in?sas-token={SECRET}&header_X-Gateway-Key={SECRET}key"
LAYERS = ("job_defaults", "job_overrides", "jobs")


def in_layer(name, layer):
    """Return the option of a layer."""
    return {name: [layer] if name == "jobs" else layer}


@pytest.mark.parametrize("zones", [[], "", None, [{"zone_id": "x", "jobs": []}]], ids=str)
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("module", [ROLLOUT, AUDIT])
@pytest.mark.parametrize("option", ["destination_conf", "endpoint", "name", "filter"])
def test_a_layer_that_applies_to_no_job_is_masked(modules, module, layer, zones, option):
    options = in_layer(layer, {option: OTHER_KIND, "output_options": {"record_prefix": OTHER_KIND}})
    given = {"zones": zones} if zones is not None else {}
    outcome = modules.tasks({"name": "no jobs", "ignore_errors": True, module: {**given, **options}})["no jobs"]
    assert "SECRETsas" not in json.dumps(outcome.result), outcome.result


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_is_read_in_the_same_way(modules, zone_id, splunk, stored, layer):
    given = {
        "output_options": {"CVE-2021-44228": "yes", "sample_rate": "0.5", "batch_prefix": "", "timestamp_format": ""},
        "max_upload_records": "",
        "name": None,
        "frequency": "low",
    }
    options = {"zones": [{"zone_id": zone_id, **splunk}], **in_layer(layer, given)}
    run = modules.tasks(task(ROLLOUT, "first", **options), task(ROLLOUT, "again", **options))
    assert [outcome["changed"] for outcome in run.outcomes] == [True, False]
    [job] = stored()
    assert job["output_options"]["CVE-2021-44228"] is True and job["frequency"] == "low"
