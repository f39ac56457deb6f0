# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs are read from every kind of Terraform file, and only those that are understood."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform import (
    CONFIGURATION,
    SHOWN_PLAN,
    SHOWN_STATE,
    STATE,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._export.terraform_job import TYPE, Resource
from ansible_collections.edgeops.logpush.tests.unit.strategies import TOKEN, WHOLE_CONF
from ansible_collections.edgeops.logpush.tests.unit.terraform_files import (
    FILES,
    ZONE,
    as_json,
    configuration,
    real,
    resources,
)

ACCOUNT = "b" * 32
REAL_ZONE = Scope("zones", "0123456789abcdef0123456789abcdef")
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
    address = f"{TYPE}.terraform_managed_resource_0"
    assert found == [Resource(address, Scope("zones", ZONE), JOB, is_configuration=True)]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"zone_id": None}, "has neither zone_id nor account_id"),
        ({"destination_conf": None}, "has no destination_conf"),
        ({"name": 5}, "types differ"),
        ({"zone_id": ["a"]}, "types differ"),
        ({"account_id": {"a": 1}}, "types differ"),
        ({"output_options": "csv"}, "types differ"),
    ],
)
def test_a_resource_that_cannot_be_used_has_a_reason(changed: dict[str, t.Any], problem: str) -> None:
    assert problem in resources(state({**FIVE, **changed}))[0].problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (configuration("count = 2"), "has count"),
        # Even where the value is plain, the arguments that decide about instances are left to a state.
        (configuration("count = 1"), "has count"),
        (configuration("lifecycle {\nenabled = true\n}"), "has enabled in its lifecycle"),
        (configuration("count = 0"), "count = 0, so it is not a job"),
        (configuration("count = var.on ? 1 : 0"), "has count"),
        (configuration('for_each = toset(["a"])'), "has for_each"),
        (configuration("provider = cloudflare.other"), "has provider"),
        (configuration("filter {\nwhere = 1\n}"), "a block filter"),
        (configuration('dynamic "output_options" {\nfor_each = [1]\ncontent {}\n}'), "has dynamic"),
        (configuration("lifecycle {\nenabled = false\n}"), "enabled = false }, so it is not a job"),
        (configuration("lifecycle {\nenabled = var.on\n}"), "has enabled in its lifecycle"),
        (configuration('provisioner "local-exec" {\ncommand = "x"\n}'), "has provisioner"),
        (configuration("name = var.name"), "expression in name"),
        (configuration('name = "a${var.name}"'), "expression in name"),
        (configuration('name = "%{ if true }a%{ endif }"'), "expression in name"),
        (configuration('name = lower("A")'), "expression in name"),
        (configuration('name = "a\\x"'), "expression in name"),
        (configuration('name = "\\ud83d"'), "expression in name"),
        (configuration("filter = <<EOT\n{${var.secret}}\nEOT"), "expression in filter"),
        (configuration("filter = jsonencode({where = {key = var.secret}})"), "expression in filter"),
        (configuration('output_options = {\nfield_names = ["a", local.secret]\n}'), "output_options.field_names"),
        (configuration("output_options = {\n(var.secret) = 1\n}"), "expression in output_options"),
        (configuration("output_options {\n}\noutput_options {\n}"), "several blocks"),
        # Without these attributes, it would be another job or another state.
        (configuration("enabled = var.on", 'variable "on" {\ndefault = true\n}'), "expression in enabled"),
        (as_json({"count": 0}), "count = 0, so it is not a job"),
        (as_json({"count": "${var.secret}"}), "has count"),
        (as_json({"provider": "cloudflare.other"}), "has provider"),
        (as_json({"lifecycle": {"enabled": False}}), "enabled = false }, so it is not a job"),
        (as_json({"lifecycle": [{"enabled": "${var.on}"}]}), "has enabled in its lifecycle"),
        (as_json({"lifecycle": "secret"}), "unexpected form"),
        (as_json({"dynamic": {"output_options": {}}}), "has dynamic"),
        (as_json({"name": "a${var.secret}"}), "expression in name"),
    ],
)
def test_a_resource_that_is_not_understood_is_excluded_alone(text: str, problem: str) -> None:
    excluded, other = resources(text)
    assert problem in excluded.problem and "secret" not in excluded.problem and excluded.job == {}
    assert not other.problem and other.job["dataset"] == "http_requests"


@pytest.mark.parametrize(
    "text",
    [
        configuration(
            "name = var.name\nfrequency = var.frequency\noutput_options = {\nsample_rate = var.rate\n"
            'field_names = ["RayID"]\n}',
            'variable "name" {\ndefault = "a"\n}\nvariable "frequency" {\ntype = string\ndefault = null\n}\n'
            'variable "rate" {\ndefault = 1\n}\n',
        ),
        as_json(
            {
                "name": "${var.name}",
                "frequency": "${var.frequency}",
                "output_options": {"sample_rate": "${var.rate}", "field_names": ["RayID"]},
            },
            {"variable": {"name": {"default": "a"}, "frequency": {"default": None}, "rate": {"default": 1}}},
        ),
    ],
    ids=["native", "JSON"],
)
def test_an_argument_with_a_literal_default_is_excluded_alone(text: str) -> None:
    found, _other = resources(text)
    assert not found.problem and "name" not in found.job and found.job["output_options"] == {"field_names": ["RayID"]}
    assert [remark.split()[0] for remark in found.remarks] == ["name", "frequency", "output_options.sample_rate"]


def test_options_of_logpull_say_nothing_beside_output_options_of_a_variable() -> None:
    lines = 'output_options = var.x\nlogpull_options = "timestamps=rfc3339"'
    found, _other = resources(configuration(lines, 'variable "x" {\ndefault = null\n}'))
    assert not found.problem and not {"output_options", "logpull_options"} & set(found.job)
    found, _other = resources(configuration(lines.replace("var.x", "null")))
    assert found.job["logpull_options"] == "timestamps=rfc3339"


@pytest.mark.parametrize("ignored", ["all", "[filter, enabled]"])
def test_a_job_whose_changes_are_ignored_has_a_remark(ignored: str) -> None:
    found, other = resources(configuration(f"lifecycle {{\nprevent_destroy = true\nignore_changes = {ignored}\n}}"))
    assert not found.problem and "can differ from the configuration" in found.remarks[0] and other.remarks == ()


def test_other_blocks_may_contain_any_expression() -> None:
    rest = """
    locals {
      zones = { for name in var.names : name => upper(name) if name != "" }
    }
    provider "cloudflare" {
      api_token = var.token
    }
    output "x" {
      value = [for each in local.zones : "${each}-%{ if true }a%{ endif }"][0]
    }
    """
    found = resources(
        configuration(
            "ownership_challenge = var.x\ndepends_on = [cloudflare_zone.x]\nlifecycle {\nprevent_destroy = true\n}",
            rest,
        )
    )
    assert [each.problem for each in found] == ["", ""]


def test_each_kind_of_file_is_recognized() -> None:
    kinds = {
        "state-imported.json": (STATE, [502, 501]),
        "state-of-provider-5.22.json": (STATE, [1005, 1004, 1006]),
        "state-pulled-from-encrypted.json": (STATE, [1008]),
        "state-with-modules.json": (STATE, [1009, 1011, 1010, 1012]),
        "show-json-with-modules.json": (SHOWN_STATE, [1009, 1011, 1010, 1012]),
        "plan-first.json": (SHOWN_PLAN, [None] * 4),
        "cf-terraforming-generate.tf": (CONFIGURATION, [501, 502, 503]),
        "plan-generate-config-out.tf": (CONFIGURATION, [None] * 2),
    }
    for name, expected in kinds.items():
        source = real(name)
        assert (source.kind, [resource.job.get("id") for resource in source.resources]) == expected, name
        assert not any(resource.problem for resource in source.resources), name
    assert real("state-with-modules.json").resources[0].address == f'module.jobs["shop"].{TYPE}.this[0]'
    assert resources('{"format_version": "1.0"}') == []


def test_the_files_of_generators_are_read_exactly() -> None:
    generated = real("cf-terraforming-generate.tf").resources
    assert {resource.scope for resource in generated} == {REAL_ZONE}
    assert generated[0].job["name"] == 'web ${x} %{y} "q" \\d é'
    assert generated[0].job["output_options"]["record_template"] == "{{.ClientIP}} ${x}\n"
    assert generated[0].job["output_options"]["CVE-2021-44228"] is True
    user_agent = {"key": "ClientRequestUserAgent", "operator": "contains", "value": 'say "hi" a\\d ${z}'}
    assert json.loads(generated[0].job["filter"]) == {"where": user_agent}
    web, firewall = real("plan-generate-config-out.tf").resources
    assert json.loads(web.job["filter"])["where"]["value"] == "shop.example.com"
    assert firewall.is_configuration and not {"logpull_options", "output_options"} & set(firewall.job)


def test_the_label_of_cf_terraforming_contains_the_id() -> None:
    text = (FILES / "cf-terraforming-generate.tf").read_text(encoding="utf-8").partition("import {")[0]
    assert [resource.job["id"] for resource in resources(text)] == [501, 502, 503]


def test_in_cdk_strings_are_templates_and_comments_are_ignored() -> None:
    text = (FILES / "cdk.tf.json").read_text(encoding="utf-8")
    assert ["expression in" in resource.problem for resource in resources(text)] == [True, True]
    job, other = resources(text.replace("${literal}", "$${literal} %%{x}"))
    assert job.job["name"] == "web ${literal} %{x} & co" and "//" not in job.job and other.problem


def test_repeated_keys_of_json_are_further_blocks() -> None:
    one, two = (json.loads(as_json({}))["resource"][TYPE][name] for name in ("x", "y"))
    text = f'{{"resource": {{"{TYPE}": {{"x": {json.dumps(one)}}}}}, "resource": [{{"{TYPE}": {{"y": {json.dumps(two)}}}}}]}}'
    assert [resource.address for resource in resources(text)] == [f"{TYPE}.x", f"{TYPE}.y"]
    twice = as_json({}).replace('"enabled": true', '"enabled": true, "enabled": false', 1)
    assert "types differ" in resources(twice)[0].problem


@pytest.mark.parametrize("show", [False, True])
def test_deposed_and_tainted_instances_of_a_state(show: bool) -> None:
    if show:
        entries = [
            {"address": "x", "type": TYPE, "values": FIVE, "tainted": True},
            {"address": "x", "type": TYPE, "values": FIVE, "deposed_key": "00000000"},
        ]
        found = resources(json.dumps({"values": {"root_module": {"resources": entries}}}))
    else:
        instances = [{"attributes": FIVE, "status": "tainted"}, {"attributes": FIVE, "deposed": "00000000"}]
        found = resources(state(instances=instances))
    assert not found[0].problem and "about to replace it" in found[0].remarks[0]
    assert "deposed" in found[1].problem and found[1].job == {}


def test_the_real_deposed_instance_is_no_job() -> None:
    live, deposed = real("state-with-deposed-instance.json").resources
    assert (live.job["id"], live.problem) == (1020, "") and "deposed" in deposed.problem


def plan(actions: list[str], **more: t.Any) -> str:
    """Return a shown plan that changes one of two jobs, which exist."""
    entries = [{"address": f"{TYPE}.{name}", "mode": "managed", "type": TYPE, "values": FIVE} for name in ("x", "y")]
    new = {**entries[0], "address": f"{TYPE}.new"}
    changes = [{"address": f"{TYPE}.x", "change": {"actions": actions}, **more}]
    return json.dumps(
        {
            "format_version": "1.2",
            "planned_values": {"root_module": {"resources": [entries[1], new]}},
            "prior_state": {"values": {"root_module": {"resources": entries}}},
            "resource_changes": changes,
        }
    )


def test_a_plan_says_what_exists_before_it() -> None:
    deleted, kept, new = resources(plan(["delete"]))
    assert "deleted by this plan" in deleted.problem and kept.job["id"] == 7 and "does not exist" in new.problem
    replaced = resources(plan(["create", "delete"]))[0]
    assert not replaced.problem and "replaces it" in replaced.remarks[0]
    assert not resources(plan(["forget"]))[0].problem
    # A deposed instance has the address of the job that took its place.
    assert not resources(plan(["delete"], deposed="00000000"))[0].problem


def test_a_planned_job_beside_a_deposed_instance_is_named() -> None:
    content = json.loads(plan(["delete"], deposed="00000000"))
    [x, _y] = content["prior_state"]["values"]["root_module"]["resources"]
    content["prior_state"]["values"]["root_module"]["resources"] = [{**x, "deposed_key": "00000000"}]
    content["planned_values"]["root_module"]["resources"] = [x]
    assert [
        "deposed" in each.problem or "does not exist" in each.problem for each in resources(json.dumps(content))
    ] == [
        True,
        True,
    ]


def test_a_planned_job_with_values_that_are_not_known_is_excluded() -> None:
    text = (FILES / "plan-first.json").read_text(encoding="utf-8")
    content = json.loads(text)
    content["resource_changes"][0]["change"]["after_unknown"]["enabled"] = True
    first, second, *_others = resources(json.dumps(content))
    assert "enabled" in first.problem and not second.problem and second.is_configuration


def test_a_shown_configuration_is_refused() -> None:
    with pytest.raises(CollectionError, match="state pull"):
        resources(json.dumps({"format_version": "1.0", "root_module": {"resources": []}, "provider_config": {}}))


@pytest.mark.parametrize(
    "text",
    [
        f'{{"version": 4, {TOKEN}',
        json.dumps({"version": 3, "modules": [TOKEN]}),
        json.dumps({"values": TOKEN}),
        f"{TOKEN} = 1 +",
        "[]",
        json.dumps({"version": 4, "resources": [{"type": TYPE, "mode": "managed", "instances": [TOKEN]}]}),
        as_json({"filter": TOKEN}).replace(f'"{TOKEN}"', "[" * 900 + f'"{TOKEN}"' + "]" * 900),
        json.dumps({"version": 3, "checkpoint": {"stack": TOKEN}}),
    ],
)
def test_an_error_quotes_nothing_from_the_file(text: str) -> None:
    with pytest.raises(CollectionError) as refused:
        resources(text)
    assert TOKEN not in str(refused.value)
