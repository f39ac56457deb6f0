# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON schemas for editors accept every inventory and every file of variables in the project, and refuse wrong
ones."""

from __future__ import annotations

import json
import pathlib

import jsonschema
import pytest
import referencing
import yaml
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.inventory_variables import VARIABLES
from ansible_collections.edgeops.logpush.tests import editor_schemas

from .documents import blocks_of

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
INVENTORY, OF_VARIABLES = editor_schemas.INVENTORY_FILE, editor_schemas.VARIABLES_FILE
SCHEMAS = {name: json.loads(text) for name, text in editor_schemas.files(CHECKOUT).items()}
PAGES = (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs/docsite/rst").glob("*.rst")))
JOBS = "splunk_logpush_jobs"


class Loader(yaml.SafeLoader):
    """Reads the tags of Ansible as text."""


Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))


def problems(name, content):
    """Return where a file does not match a schema."""
    resource = referencing.Resource.from_contents(SCHEMAS[OF_VARIABLES])
    registry = referencing.Registry().with_resource(OF_VARIABLES, resource)
    validator = jsonschema.Draft7Validator(SCHEMAS[name], registry=registry)
    return [".".join(map(str, error.absolute_path)) for error in validator.iter_errors(content)]


def shown():
    """Yield each such file of the project: its name, its schema and its text."""
    files = [
        *sorted(CHECKOUT.glob("tests/demo/*inventory.yml")),
        CHECKOUT / "tests/play/sample/inventory.yml",
        CHECKOUT / "tests/play/sample/group_vars/cloudflare_zones.yml",
        *sorted(CHECKOUT.glob("extensions/awx/project/group_vars/*.yml")),
    ]
    named = [(str(path.relative_to(CHECKOUT)), path.read_text(encoding="utf-8")) for path in files]
    for page in PAGES:
        named += [(f"{page.name}: {block.file_name}", block.text) for block in blocks_of(page) if block.file_name]
    for name, text in named:
        if name.endswith("inventory.yml"):
            yield pytest.param(INVENTORY, text, id=name)
        elif "group_vars/" in name or "host_vars/" in name:
            yield pytest.param(OF_VARIABLES, text, id=name)


@pytest.mark.parametrize("name", [INVENTORY, OF_VARIABLES])
def test_the_schema_in_the_collection_is_the_generated_one(name):
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    path = CHECKOUT / "extensions/schemas" / name
    assert path.read_text(encoding="utf-8") == editor_schemas.files(CHECKOUT)[name], "run make docs"


@pytest.mark.parametrize(("schema", "text"), [*shown()])
def test_what_the_project_shows_is_accepted(schema, text):
    assert problems(schema, yaml.load(text, Loader)) == []


def test_there_are_examples_of_both():
    assert {example.values[0] for example in shown()} == {INVENTORY, OF_VARIABLES} and len([*shown()]) > 8


def test_a_variable_may_be_blank_or_a_template():
    for blank in (None, "", "{{ of_the_shop }}"):
        assert problems(OF_VARIABLES, {variable.name: blank for variable in VARIABLES}) == []


@pytest.mark.parametrize(
    "variables",
    [
        {"splunk_logpush_enabled": "yes", "logpush_prune": False, "splunk_hec_probe": 1},
        {"logpush_concurrency": "8", "logpush_serial": [1, "10%"], "logpush_waves": "2, 100%"},
        {"splunk_logpush_datasets": "http_requests, dns_logs", "zone_id": 123},
        {JOBS: [{"output_options": {"CVE-2021-44228": True, "field_names": ["*"]}, "kind": "", "filter": "{}"}]},
        {JOBS: [], "splunk_logpush_state": "unmanaged", "splunk_logpush_jobs_of_the_shop": {"anything": 1}},
        None,
    ],
)
def test_what_a_rollout_accepts_is_accepted(variables):
    assert problems(OF_VARIABLES, variables) == []


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({"splunk_logpush_dataset": ["dns_logs"]}, "splunk_logpush_dataset"),
        ({"logpush_datasets": ["dns_logs"]}, "logpush_datasets"),
        ({"splunk_logpush_state": "removed"}, "splunk_logpush_state"),
        ({"splunk_logpush_scope": "zones"}, "splunk_logpush_scope"),
        ({"splunk_logpush_enabled": "sometimes"}, "splunk_logpush_enabled"),
        ({"splunk_hec_port": "https"}, "splunk_hec_port"),
        ({"splunk_logpush_endpoint": ["splunk.example.com"]}, "splunk_logpush_endpoint"),
        ({JOBS: {"dataset": "dns_logs"}}, JOBS),
        ({JOBS: [{"dataset": "dns_logs", "output_option": {}}]}, JOBS),
        ({JOBS: [{"output_options": {"sample_rate": "half"}}]}, JOBS),
        ({JOBS: [{"field_names": ["RayID"]}]}, JOBS),
        ({"splunk_logpush_job_defaults": {"state": "unmanaged"}}, "splunk_logpush_job_defaults"),
        (["splunk_logpush_jobs"], ""),
    ],
)
def test_what_is_wrong_is_rejected(variables, where):
    assert problems(OF_VARIABLES, variables) == [where]
    group = {"cloudflare_zones": {"hosts": {"example.com": variables}}}
    assert problems(INVENTORY, group) == [f"cloudflare_zones.hosts.example.com{where and '.'}{where}"]


def test_a_group_has_nothing_but_hosts_groups_and_variables():
    assert problems(INVENTORY, {"cloudflare_zones": {"host": {"example.com": None}}}) == ["cloudflare_zones"]
    nested = {"all": {"children": {"cloudflare_zones": {"vars": {JOBS: 1}}}}}
    assert problems(INVENTORY, nested) == [f"all.children.cloudflare_zones.vars.{JOBS}"]
