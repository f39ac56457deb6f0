# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error in a playbook names the variable that the user set, not the option of the module."""

from __future__ import annotations

import types
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible_collections.edgeops.logpush.plugins.plugin_utils import _variable_names

CHECKOUT = Path(_variable_names.__file__).resolve().parents[2]
TASKS = sorted(
    path
    for path in [*CHECKOUT.glob("playbooks/**/*.yml"), *CHECKOUT.glob("roles/*/tasks/*.yml")]
    if "edgeops.logpush." in path.read_text(encoding="utf-8")
)
# Options without a variable: they come from other tasks, or are part of the playbook itself.
OF_THE_PLAYBOOK = {
    "splunk_logpush_alerts": {"zones"},
    "splunk_logpush_audit": {"zones", "inventory"},
    "splunk_logpush_delivery": {"zones", "splunk"},
    "splunk_logpush_export": {"zones"},
    "splunk_logpush_repair": {"zones", "not_ready"},
    "splunk_logpush_verify": {"zones", "jobs"},
    "splunk_hec_rotation": {"zones", "other_zones", "accounts", "limit", "splunk"},
    # An entry of the list of source types.
    "splunk_sourcetype": {"url", "name", "dataset", "datasets", "timestamp_format", "settings"},
    "splunk_logpush_outcome": {
        "topology",
        "text",
        "collect",
        "operation",
        "rollout",
        "drift",
        "only_failures",
        "fail_on_problems",
        "failure",
        "types",
        "values",
    },
    "splunk_logpush_rollout": {"zones", "part_of_run", "title", "probe"},
    "splunk_hec_settings": {"enabled"},
    "splunk_hec_token": {"like", "token_env"},
    "splunk_hec_probe": {"max_upload_bytes", "send_event", "fail_when_not_ready"},
    "splunk_search_info": {"fail_when_empty"},
}


def task_of(
    options: t.Mapping[str, t.Any],
    defaults: t.Sequence[t.Mapping[str, t.Any]] = (),
    role_vars: t.Mapping[str, t.Any] | None = None,
) -> t.Any:
    """Return a task as Ansible keeps it: with the text of its file, in a block."""
    return types.SimpleNamespace(
        action="module",
        get_ds=lambda: {"name": "a task", "module": options},
        _parent=types.SimpleNamespace(_get_parent_attribute=lambda name: list(defaults)),
        _role=types.SimpleNamespace(_role_vars=role_vars) if role_vars else None,
    )


def names(option: str, template: t.Any, variables: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> str | None:
    """Return the variable of an option."""
    return _variable_names.variables_of_options(task_of({option: template}, **more), variables or {}).get(option)


@pytest.mark.parametrize(
    ("template", "variables", "named"),
    [
        ("{{ logpush_concurrency | default(omit) }}", {}, "logpush_concurrency"),
        ("{{ splunk_hec_checked.splunk_hec_platform }}", {}, "splunk_hec_platform"),
        ("{{ hostvars['localhost'].splunk_hec_url | default('') }}", {}, "splunk_hec_url"),
        (
            "{{ management.ca_path }}",
            {"management": {"ca_path": "{{ at.splunk_hec_ca_path | default('') }}"}},
            "splunk_hec_ca_path",
        ),
        (
            "{{ old_name }}",
            {"old_name": "{{ at.splunk_hec_token_name | default('cloudflare', true) }}"},
            "splunk_hec_token_name",
        ),
        (
            "{{ importing.create | default(logpush_create) | default(omit) }}",
            {"importing": {"title": "Remove"}},
            "logpush_create",
        ),
        ("{{ splunk_logpush_audit_result.results if x is defined else omit }}", {}, None),
        ("{{ groups['all'] | edgeops.logpush.logpush_zones(hostvars) }}", {}, None),
        ("{{ zone_id }}", {"zone_id": "abc"}, None),
        (True, {}, None),
        ("literal", {}, None),
        ("{{ splunk_hec_endpoint | default(splunk_logpush_endpoint) }}", {}, "splunk_hec_endpoint"),
        (
            "{{ splunk_hec_endpoint | default(splunk_logpush_endpoint) }}",
            {"splunk_hec_endpoint": "", "splunk_logpush_endpoint": "x"},
            "splunk_logpush_endpoint",
        ),
        (
            "{{ splunk_hec_endpoint | default(splunk_logpush_endpoint) }}",
            {"hostvars": {"localhost": {"splunk_logpush_endpoint": "x"}}},
            "splunk_logpush_endpoint",
        ),
    ],
)
def test_the_variable_in_a_template(template: t.Any, variables: dict[str, t.Any], named: str | None) -> None:
    assert names("option", template, variables) == named


def test_a_variable_of_the_role_itself_stands_for_that_of_the_user() -> None:
    own = {"splunk_hec_used_endpoint": "{{ splunk_hec_endpoint or splunk_hec_default_endpoint }}"}
    assert (
        names("endpoint", "{{ splunk_hec_used_endpoint }}", {**own, "splunk_hec_endpoint": "x"}, role_vars=own)
        == "splunk_hec_endpoint"
    )


@pytest.mark.parametrize(
    "zones", ["{{ [splunk_logpush_zone_entry] }}", "{{ ansible_play_batch | edgeops.logpush.logpush_zones(hostvars) }}"]
)
def test_the_options_of_jobs_are_variables_of_hosts(zones: str) -> None:
    found = _variable_names.variables_of_options(task_of({"zones": zones}), {"splunk_logpush_hec_token": "x"})
    assert found["hec_token"] == "splunk_logpush_hec_token"
    assert (
        _variable_names.variables_of_options(task_of({"zones": "{{ my_zones }}"}), {"splunk_logpush_hec_token": "x"})
        == {}
    )


def test_the_option_of_a_single_job_is_not_the_variable_of_all_jobs() -> None:
    task = task_of({"zones": "{{ ansible_play_batch | edgeops.logpush.logpush_zones(hostvars) }}"})
    variables = {"splunk_logpush_hec_token": "x", "splunk_logpush_enabled": True}
    job = "a: splunk_logpush_jobs[0]: hec_tokn is not an option. Did you mean hec_token?"
    failed = {"failed": True, "msg": f"{job}\nenabled: must be true or false", "results": [{"msg": job}]}
    named = _variable_names.named_result(task, variables, failed)
    assert named["msg"] == f"{job}\nsplunk_logpush_enabled: must be true or false"
    assert named["results"] == [{"msg": job}]


def test_the_defaults_of_a_play_and_the_parts_of_a_mapping() -> None:
    task = task_of(
        {"splunk": "{{ management }}", "ca_path": "{{ splunk_hec_probe_ca_path }}"},
        defaults=[{"group/edgeops.logpush.cloudflare": {"api_url": "{{ cloudflare_api_url | default(omit) }}"}}],
    )
    found = _variable_names.variables_of_options(task, {"management": {"url": "{{ at.splunk_hec_url }}"}})
    assert found == {
        "api_url": "cloudflare_api_url",
        "url": "splunk_hec_url",
        "splunk.url": "splunk_hec_url",
        "ca_path": "splunk_hec_probe_ca_path",
    }


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("ca_path: there is no /x.pem", "splunk_hec_ca_path: there is no /x.pem"),
        ("port: must be from 1 to 65535", "splunk_hec_port: must be from 1 to 65535"),
        (
            "port is required. Set port or the PORT variable",
            "splunk_hec_port is required. Set splunk_hec_port or the PORT variable",
        ),
        ("user, password are required", "splunk_hec_user, splunk_hec_password are required"),
        ("argument 'port' is of type str", "argument 'splunk_hec_port' is of type str"),
        ("value of port must be one of: 1", "value of splunk_hec_port must be one of: 1"),
        ("port.x is not an option", "splunk_hec_port.x is not an option"),
        ("Login failed. Check user and password.", "Login failed. Check splunk_hec_user and splunk_hec_password."),
        ("Correct the host and the port of endpoint.", "Correct the host and the port of endpoint."),
        ("nothing listens on port 9 of localhost", "nothing listens on port 9 of localhost"),
        ("Failed. url has no port, so 443 is used", "Failed. splunk_hec_url has no port, so 443 is used"),
        (
            "subnets.x is not an option. Did you mean port?",
            "splunk_hec_allowed_subnets.x is not an option. Did you mean splunk_hec_port?",
        ),
        ("  ! shop.example.com         port: bad", "  ! shop.example.com         splunk_hec_port: bad"),
        ("  ~ shop.example.com   port   8088", "  ~ shop.example.com   port   8088"),
        ("Run this again, or raise timeout.", "Run this again."),
        ("Run this again, or raise wait_timeout.", "Run this again, or raise splunk_hec_wait_timeout."),
        ("url begins with http://, so", "splunk_hec_url begins with http://, so"),
        ("subnets[0].x begins with http://, so", "splunk_hec_allowed_subnets[0].x begins with http://, so"),
        ("subnets contains IPv6 subnets", "splunk_hec_allowed_subnets contains IPv6 subnets"),
        ("1 of 1 jobs failed. shop, dns_logs: port: bad", "1 of 1 jobs failed. shop, dns_logs: splunk_hec_port: bad"),
        ("set ca_path to a file", "set splunk_hec_ca_path to a file"),
        ("Check subnets[1], please", "Check splunk_hec_allowed_subnets[1], please"),
        ("see splunk_hec_ca_path and /etc/ca_path", "see splunk_hec_ca_path and /etc/ca_path"),
    ],
)
def test_a_message_names_variables(message: str, named: str) -> None:
    variables = {
        "ca_path": "splunk_hec_ca_path",
        "port": "splunk_hec_port",
        "user": "splunk_hec_user",
        "password": "splunk_hec_password",
        "url": "splunk_hec_url",
        "wait_timeout": "splunk_hec_wait_timeout",
        "subnets": "splunk_hec_allowed_subnets",
    }
    assert _variable_names.named_text(message, variables) == named
    assert _variable_names.named_text(message, {}) == message


def test_all_messages_of_a_result_name_variables() -> None:
    task = task_of({"max_age": "{{ logpush_audit_max_age }}"})
    result = {
        "failed": True,
        "msg": "max_age: bad",
        "results": [{"host": "max_age", "msg": "max_age: bad"}],
        "warnings": ["max_age: odd"],
        "max_age": "max_age: bad",
    }
    assert _variable_names.named_result(task, {}, result) == {
        "failed": True,
        "msg": "logpush_audit_max_age: bad",
        "results": [{"host": "max_age", "msg": "logpush_audit_max_age: bad"}],
        "warnings": ["logpush_audit_max_age: odd"],
        "max_age": "max_age: bad",
    }


def test_the_warnings_of_a_task_that_did_not_fail_name_variables() -> None:
    task = task_of({"max_age": "{{ logpush_audit_max_age }}"})
    result = {"msg": "max_age: 5", "warnings": ["max_age: odd"]}
    assert _variable_names.named_result(task, {}, result) == {
        "msg": "max_age: 5",
        "warnings": ["logpush_audit_max_age: odd"],
    }
    assert _variable_names.named_result(task, {}, {"msg": "max_age: 5"}) == {"msg": "max_age: 5"}


def test_the_url_of_a_node_is_not_that_of_the_group() -> None:
    task = task_of(
        {"nodes": "{{ splunk_hec_nodes }}"},
        defaults=[{"group/edgeops.logpush.splunk": {"url": "{{ splunk_hec_url }}"}}],
    )
    failed = {"failed": True, "msg": "Check nodes[1].url, the server and the network.", "warnings": []}
    assert _variable_names.named_result(task, {}, failed)["msg"] == (
        "Check splunk_hec_nodes[1].url, the server and the network."
    )
    warned = {"warnings": ["nodes[1].url begins with http://, so"]}
    assert _variable_names.named_result(task, {}, warned)["warnings"] == [
        "splunk_hec_nodes[1].url begins with http://, so"
    ]


def blocks(content: t.Any) -> t.Iterator[tuple[str, dict[str, t.Any], dict[str, t.Any]]]:
    """Yield the module, the options and the variables of the play for each task of this collection's modules."""
    for item in content if isinstance(content, list) else ():
        play_vars = item.get("vars") or {}
        for key in ("tasks", "post_tasks", "block"):
            for module, options, variables in blocks(item.get(key)):
                yield module, options, {**play_vars, **variables}
        for key, options in item.items():
            if key.startswith("edgeops.logpush.") and isinstance(options, dict):
                yield key.rpartition(".")[2], options, play_vars


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_option_of_the_playbooks_and_roles_has_a_variable(path: Path) -> None:
    rotation = yaml.safe_load((CHECKOUT / "playbooks/rotate_hec_token.yml").read_text(encoding="utf-8"))[1]["vars"]
    role_vars_file = path.parents[1] / "vars/main.yml"
    role_vars = yaml.safe_load(role_vars_file.read_text(encoding="utf-8")) if role_vars_file.exists() else {}
    for module, options, variables in blocks(yaml.safe_load(path.read_text(encoding="utf-8"))):
        known = _variable_names.variables_of_options(
            task_of(options, role_vars=role_vars), {**rotation, **role_vars, **variables}
        )
        unnamed = {option for option, value in options.items() if "{{" in str(value) and option not in known}
        assert unnamed - OF_THE_PLAYBOOK.get(module, set()) <= {"endpoint", "hec_token", "earlier"}, module
