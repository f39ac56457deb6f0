# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Presets of fields: their fields, their datasets, and the order."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.datasets import (
    ACCOUNT_DATASETS,
    ZONE_DATASETS,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import presets
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_SPEC
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_request import desired_job
from ansible_collections.edgeops.logpush.tests.simulator.datasets import fields_of
from hypothesis import given
from hypothesis import strategies as st

EVERY = [(name, dataset) for name, datasets in presets.PRESETS.items() for dataset in datasets]


@pytest.mark.parametrize(("name", "dataset"), EVERY)
def test_the_fields_are_those_of_the_dataset(name: str, dataset: str) -> None:
    assert dataset in ZONE_DATASETS | ACCOUNT_DATASETS
    fields = presets.PRESETS[name][dataset].fields
    assert len(set(fields)) == len(fields)
    scope = "zones" if dataset in ZONE_DATASETS else "accounts"
    # Cloudflare's page contains a field that zones do not list.
    assert set(fields) - set(fields_of(dataset, scope)) <= {"ZoneID"}
    # Without this field, Splunk would use the time of arrival.
    assert fields_of(dataset, scope)[fields[0]].type == "time"


@given(
    st.lists(st.sampled_from(["@splunk_app", "RayID", "BotScore", "Cookies"]), max_size=4),
    st.sets(st.sampled_from(presets.PRESETS["splunk_app"]["http_requests"].fields)),
)
def test_what_is_offered_stays_in_order_and_what_is_asked_by_name_stays_in_any_case(
    asked: list[str], offered: set[str]
) -> None:
    names, missing = presets.offered_fields(asked, "http_requests", offered)
    expand = presets.expand(asked, "http_requests")
    assert [name for name in expand if name in names] == names and sorted(names + missing) == sorted(expand)
    assert {name for name in asked if not name.startswith("@")} <= set(names)
    assert not set(missing) & offered


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"output_options": {"field_names": ["@nobody"]}}, "@nobody is not a preset"),
        (
            {"dataset": "firewall_events", "output_options": {"field_names": ["@splunk_app"]}},
            "for dataset firewall_events",
        ),
    ],
)
def test_a_preset_that_there_is_not_is_refused_before_any_request(options: dict, says: str) -> None:
    with pytest.raises(OptionError, match=says) as refused:
        desired_job({**{name: spec.get("default") for name, spec in JOB_SPEC.items()}, **options})
    assert refused.value.option == "output_options.field_names"


def test_the_dataset_of_a_job_known_by_its_id_is_not_guessed() -> None:
    asked = {"field_names": ["@splunk_app"]}
    assert desired_job({"job_id": 7, "output_options": asked})["output_options"] == asked


def test_the_source_type_goes_with_the_dataset() -> None:
    assert presets.sourcetype(["@splunk_app"], "gateway_dns") == "cloudflare:dns"
    assert presets.sourcetype(["RayID"], "gateway_dns") is None
