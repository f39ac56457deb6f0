# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""If no host represents a zone, every playbook fails instead of passing without a check, and lists the groups that
exist."""

from __future__ import annotations

import json
import pathlib

import pytest
import yaml

PLAYBOOKS = pathlib.Path(__file__).resolve().parents[2] / "playbooks"
ROTATE, AUDIT, VERIFY, REMOVE = (
    f"edgeops.logpush.{name}" for name in ("rotate_hec_token", "audit", "verify", "remove")
)
SITE = PLAYBOOKS / "site.yml"
CHECK = "Check that a host represents a zone"
GIVEN = json.dumps({"splunk_hec_new_token_name": "new"})
ZONE = {"shop.example.com": {"zone_id": "5eed0000"}}


@pytest.fixture
def inventories(ansible):
    """Write inventories to files, and return a function that returns the path of one."""
    contents = {
        "zones": {"cloudflare_zones": {"hosts": ZONE}, "others": {"hosts": {"server.example.com": None}}},
        "empty group": {"cloudflare_zones": {"hosts": {}}, "others": {"hosts": {"server.example.com": None}}},
    }
    paths = {}
    for name, content in contents.items():
        paths[name] = ansible.folder / f"{name.replace(' ', '_')}.json"
        paths[name].write_text(json.dumps({"all": {"children": content}}), encoding="utf-8")
    paths["failing source"] = ansible.folder / "failing.cloudflare_zones.yml"
    paths["failing source"].write_text(
        "plugin: edgeops.logpush.cloudflare_zones\napi_token: expired\nretries: 0\n", encoding="utf-8"
    )
    return paths


@pytest.mark.parametrize(
    "playbook, inventory, arguments, said",
    [
        (ROTATE, "zones", ["-e", "logpush_zones=cloudflare_zone"], "pattern cloudflare_zone of"),
        (
            ROTATE,
            "empty group",
            [],
            "The inventory has 1 host and the groups all, cloudflare_zones, others, ungrouped",
        ),
        (ROTATE, None, [], "The inventory has 0 hosts"),
        (ROTATE, "failing source", [], "source that failed to load"),
        (ROTATE, "zones", ["--limit", "server.example.com"], "within --limit server.example.com"),
        (AUDIT, "zones", ["-e", "logpush_zones=cloudflare_zone"], "pattern cloudflare_zone of"),
        (AUDIT, "zones", ["--limit", "server.example.com"], "within --limit server.example.com"),
        (VERIFY, "failing source", [], "source that failed to load"),
        # A removal of nothing needs no confirmation.
        (REMOVE, "zones", ["-e", "logpush_zones=cloudflare_zone"], "pattern cloudflare_zone of"),
        (REMOVE, "zones", [], "This removes the Logpush jobs of 1 zone. Set logpush_remove_confirmed=true"),
    ],
)
def test_a_playbook_fails_before_anything_when_no_host_represents_a_zone(
    ansible, simulator, inventories, playbook, inventory, arguments, said
):
    source = ["-i", str(inventories[inventory])] if inventory else []
    run = ansible.playbook(playbook, "-e", GIVEN, *source, *arguments)
    assert run.returncode == 2, run.output
    failed = [outcome for outcome in run.outcomes if outcome.failed]
    assert len(failed) == 1 and failed[0].task.startswith(CHECK) and said in failed[0].msg
    # One line, without a piece of the playbook.
    assert run.output.count(said) == 1 and "require_zones.yml:" not in run.output
    assert "skipping: no hosts matched" not in run.output
    assert [request for request in simulator.requests(side="api") if "/logpush/" in request["path"]] == []
    assert simulator.requests(side="splunk") == []


@pytest.mark.parametrize("name", ["alerts", "audit", "delivery", "repair", "rotate_hec_token", "verify"])
def test_the_check_comes_first(name):
    [first, *_others] = yaml.safe_load((PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    # It also checks the variables of the playbook that imports it.
    assert first == {
        "name": CHECK,
        "ansible.builtin.import_playbook": "require_zones.yml",
        "vars": {"logpush_checked_playbook": name},
    }


@pytest.mark.parametrize("name", ["export", "rollout"])
def test_the_check_comes_first_with_the_needs_of_the_playbook(name):
    [first, *_others] = yaml.safe_load((PLAYBOOKS / f"{name}.yml").read_text(encoding="utf-8"))
    assert (first["name"], first["ansible.builtin.import_playbook"]) == (CHECK, "require_zones.yml")


def test_the_check_comes_before_splunk_is_changed():
    imported = [
        play.get("ansible.builtin.import_playbook") for play in yaml.safe_load(SITE.read_text(encoding="utf-8"))
    ]
    assert imported.index("require_zones.yml") < imported.index("provision_hec.yml")
