# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs are read from every form of a Terraform state and configuration."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform import TYPE, Resource, resources
from ansible_collections.edgeops.logpush.tests.unit.strategies import TOKEN, WHOLE_CONF

ZONE, ACCOUNT = "a" * 32, "b" * 32
FILTER = '{"where":{"key":"ClientCountry","operator":"eq","value":"ca"}}'
JOB = {
    "dataset": "http_requests",
    "destination_conf": WHOLE_CONF,
    "enabled": True,
    "filter": FILTER,
    "frequency": "high",
    "max_upload_records": 1000,
    "name": "shop",
    "output_options": {"CVE-2021-44228": True, "field_names": ["RayID"], "timestamp_format": "rfc3339"},
    "id": 7,
}
OPTIONS = {"field_names": ["RayID"], "timestamp_format": "rfc3339", "sample_rate": None}
# The job in a state, as versions 5 and 4 of the provider write it.
FIVE = {
    **JOB,
    "zone_id": ZONE,
    "account_id": None,
    "output_options": {**OPTIONS, "cve_2021_44228": True},
    "last_complete": "2026-01-01T00:00:00Z",
    "ownership_challenge": None,
    "logpull_options": None,
    "error_message": None,
}
FOUR = {**FIVE, "id": "7", "account_id": "", "output_options": [{**OPTIONS, "cve20214428": True}]}


def state(*attributes: t.Mapping[str, t.Any], **more: t.Any) -> str:
    """Return the text of a state file."""
    entry = {
        "mode": "managed",
        "type": TYPE,
        "name": "shop",
        "instances": [{"attributes": each} for each in attributes],
        **more,
    }
    other = {"mode": "managed", "type": "cloudflare_zone", "name": "shop", "instances": [{"attributes": {"id": ZONE}}]}
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "resources": [other, entry]})


def shown(attributes: t.Mapping[str, t.Any]) -> str:
    """Return the output of terraform show -json for a job in a child module."""
    entry = {"address": f"module.x.{TYPE}.shop", "mode": "managed", "type": TYPE, "name": "shop", "values": attributes}
    inner = {"child_modules": [{"resources": [entry], "address": "module.x"}]}
    return json.dumps({"format_version": "1.0", "values": {"root_module": inner}})


@pytest.mark.parametrize("attributes", [FIVE, FOUR, {**FIVE, "output_options": {**OPTIONS, "cve_2021_4428": True}}])
def test_a_state_of_every_version_of_the_provider(attributes: dict[str, t.Any]) -> None:
    assert resources(state(attributes)) == [Resource(f"{TYPE}.shop", Scope("zones", ZONE), JOB)]
    assert resources(shown(attributes)) == [Resource(f"module.x.{TYPE}.shop", Scope("zones", ZONE), JOB)]


def test_modules_and_indices_are_in_the_address() -> None:
    instances = [{"index_key": key, "attributes": FIVE} for key in (0, "ca")]
    found = resources(state(module="module.x", instances=instances))
    assert [resource.address for resource in found] == [f"module.x.{TYPE}.shop[0]", f'module.x.{TYPE}.shop["ca"]']


def test_jobs_of_accounts_and_old_options() -> None:
    [found] = resources(
        state({**FOUR, "zone_id": ZONE, "account_id": ACCOUNT, "output_options": [], "logpull_options": "fields=RayID"})
    )
    assert found.scope == Scope("accounts", ACCOUNT)
    assert found.job["logpull_options"] == "fields=RayID" and "output_options" not in found.job


@pytest.mark.parametrize(
    "options",
    ["output_options = {\ncve_2021_44228 = true\n", "output_options {\ncve20214428 = true\n"],
    ids=["v5", "v4"],
)
def test_a_configuration_of_cf_terraforming(options: str) -> None:
    found = resources(
        f"""
        resource "{TYPE}" "terraform_managed_resource_0" {{
          dataset          = "http_requests"
          destination_conf = "{WHOLE_CONF}"
          enabled          = true
          filter           = {json.dumps(FILTER)}
          frequency        = "high"
          max_upload_records = 1000
          name             = "shop"
          zone_id          = "{ZONE}"
          {options}
            field_names      = ["RayID"]
            timestamp_format = "rfc3339"
          }}
        }}
        resource "cloudflare_zone" "other" {{
          name = "example.com"
        }}
        import {{
          to = {TYPE}.terraform_managed_resource_0
          id = "zones/{ZONE}/7"
        }}
        """
    )
    assert found == [Resource(f"{TYPE}.terraform_managed_resource_0", Scope("zones", ZONE), JOB)]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"zone_id": None}, "has neither zone_id nor account_id"),
        ({"destination_conf": None}, "has no destination_conf"),
        ({"name": 5}, "types differ"),
        ({"output_options": "csv"}, "types differ"),
    ],
)
def test_a_resource_that_cannot_be_used_has_a_reason(changed: dict[str, t.Any], problem: str) -> None:
    assert problem in resources(state({**FIVE, **changed}))[0].problem


@pytest.mark.parametrize(
    "line", ["destination_conf = var.secret", 'output_options = {\nfield_names = ["a", local.secret]\n}']
)
def test_references_are_not_resolved(line: str) -> None:
    [found] = resources(f'resource "{TYPE}" "x" {{\nzone_id = "{ZONE}"\n{line}\n}}')
    assert "values elsewhere" in found.problem and "secret" not in found.problem


@pytest.mark.parametrize(
    "text",
    [
        f'{{"version": 4, {TOKEN}',
        json.dumps({"version": 3, "modules": [TOKEN]}),
        json.dumps({"values": TOKEN}),
        f"{TOKEN} = 1 +",
        "[]",
        json.dumps({"version": 4, "resources": [{"type": TYPE, "mode": "managed", "instances": [TOKEN]}]}),
    ],
)
def test_an_error_quotes_nothing_from_the_file(text: str) -> None:
    with pytest.raises(CollectionError) as refused:
        resources(text)
    assert TOKEN not in str(refused.value)
