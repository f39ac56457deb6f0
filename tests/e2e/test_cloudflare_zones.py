# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zones of Cloudflare as an inventory, in the commands of Ansible.

What becomes a host, and each mistake, is tested in tests/unit/plugins/inventory.
"""

from __future__ import annotations

import json
import subprocess

import pytest
from ansible_collections.edgeops.logpush.tests.zones_of_two_accounts import OTHER, ZONES, zone

from .ansible import BIN

SECRET = "SECRETapi+D/=~&token"


@pytest.fixture
def source(ansible, simulator):
    """Return a function that writes an inventory file for the plugin, and a simulator with a few zones."""
    simulator.reset(zones=ZONES)
    path = ansible.folder / "test.cloudflare_zones.yml"

    def write(**options):
        text = json.dumps({"plugin": "edgeops.logpush.cloudflare_zones", "timeout": 10, "retries": 1, **options})
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def ansible_inventory(ansible, *arguments):
    """Return the finished run of ansible-inventory."""
    return subprocess.run(
        [str(BIN / "ansible-inventory"), *arguments],
        cwd=ansible.folder,
        env=ansible.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )


def test_every_zone_is_a_host(source, ansible):
    done = ansible_inventory(ansible, "--list", "-i", source())
    listed = json.loads(done.stdout)
    names = {entry["name"] for entry in ZONES}
    assert set(listed["cloudflare_zones"]["hosts"]) == set(listed["_meta"]["hostvars"]) == names
    assert listed["_meta"]["hostvars"]["shop.example.net"] == {
        "zone_id": f"{4:032x}",
        "zone_name": "shop.example.net",
        "zone_status": "active",
        "zone_plan": "Enterprise Website",
        "account_id": OTHER,
        "account_name": "Other & Sons",
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    assert done.stderr == ""


def test_a_failure_is_a_warning_without_the_api_token(source, ansible):
    done = ansible_inventory(ansible, "--graph", "-vvvv", "-i", source(api_token=f"Bearer {SECRET}"))
    assert done.stdout.endswith("@all:\n  |--@ungrouped:\n")
    said = " ".join(done.stderr.split())
    assert "Failed to parse" in said and "api_token: must be one word" in said
    assert "SECRET" not in done.stdout + done.stderr and "Traceback" not in done.stdout + done.stderr


def test_a_play_runs_on_the_controller_and_may_renew_the_cache(source, simulator, ansible):
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile"}
    path = source(cache_connection=str(ansible.folder / "cache"), include=["shop.*"], **cache)
    msg = "{{ [ansible_python_interpreter == ansible_playbook_python, ansible_connection] }}"
    play = {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {"name": "Ping", "ansible.builtin.ping": {}},
            {"name": "Show", "ansible.builtin.debug": {"msg": msg}},
        ],
    }
    first = ansible.playbook([play], "-i", path)
    assert {outcome.host for outcome in first.outcomes} == {"shop.example.com", "shop.example.net"}
    simulator.reset(zones=ZONES[:1])
    renewed = ansible.playbook([play], "-i", path, "--flush-cache")
    assert renewed["Ping"]["ping"] == "pong"
    assert renewed["Show"]["msg"] == [True, "local"]
    assert "discovered_interpreter" not in renewed.report


def test_names_from_the_api_are_never_evaluated(source, simulator, ansible):
    touch = "{{ lookup('ansible.builtin.pipe', 'touch evaluated') }}"
    header = "#jinja2:variable_start_string:'[[',variable_end_string:']]'\n[[ lookup('ansible.builtin.pipe', 'touch evaluated') ]]"
    names = [touch, "all", "cloudflare_zones", "127.0.0.1", "\ud800\u202e\x00", "a.com:22", "x.example.com"]
    simulator.reset(
        zones=[
            {**zone(number, name), "account_name": (touch, header)[number % 2], "plan": touch}
            for number, name in enumerate(names)
        ]
    )
    path = source(
        keyed_groups=[{"key": "account_name", "prefix": "of"}, {"key": "zone_name"}],
        compose={"label": "account_name ~ zone_plan"},
    )
    facts = "{{ [zone_name, zone_plan, account_name, label] }}"
    play = {
        "hosts": "cloudflare_zones",
        "gather_facts": False,
        "tasks": [{"name": "Show", "ansible.builtin.debug": {"msg": facts}}],
    }
    run = ansible.playbook([play], "-i", path)
    assert run.returncode == 0, run.output
    assert {outcome.host for outcome in run.outcomes} == {f"zone_{number:032x}" for number in range(6)} | {
        "x.example.com"
    }
    assert run.on(f"zone_{0:032x}")["msg"] == [touch, touch, touch, touch * 2]
    assert run.on("x.example.com")["msg"][2] == touch
    assert run.on(f"zone_{1:032x}")["msg"][2] == header
    assert not (ansible.folder / "evaluated").exists()


def test_a_rollout_to_the_zones_of_the_api(source, simulator, ansible, splunk, stored):
    path = source(include=["*.example.com", "*.example.net"], include_accounts=True, accounts=["other*"])
    variables = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    run = ansible.playbook("edgeops.logpush.rollout", "-i", path, "-e", json.dumps(variables))
    assert run.returncode == 0, run.output
    assert sorted((job["scope_id"], job["dataset"], job["enabled"]) for job in stored()) == [
        (f"{number:032x}", "http_requests", True) for number in (4, 5)
    ]
    accounts = {"logpush_zones": "cloudflare_accounts", "splunk_logpush_datasets": ["audit_logs_v2"]}
    run = ansible.playbook("edgeops.logpush.rollout", "-i", path, "-e", json.dumps({**variables, **accounts}))
    assert run.returncode == 0, run.output
    assert [job["dataset"] for job in stored() if job["scope_id"] == OTHER] == ["audit_logs_v2"]
    # The IDs are known. Before a write, the name of each zone is compared with its ID.
    assert {
        request["path"] for request in simulator.requests(side="api", method="GET") if "logpush" not in request["path"]
    } == {"/client/v4/zones", *(f"/client/v4/zones/{number:032x}" for number in (4, 5))}
