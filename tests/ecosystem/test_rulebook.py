# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event-Driven Ansible: a rulebook starts the rollout playbook when an event names a new zone."""

from __future__ import annotations

import pathlib
import subprocess
import typing as t

import yaml
from e2e.ansible import BIN, Ansible

from .needs import needs

pytestmark = [needs("ansible-rulebook"), needs("java", hint="install a Java 17 runtime")]

RULEBOOK = [
    {
        "name": "New zones push their logs",
        "hosts": "all",
        "sources": [{"eda.builtin.generic": {"payload": [{"event": "zone_added", "zone": "www.example.com"}]}}],
        "rules": [
            {
                "name": "A zone was added",
                "condition": 'event.event == "zone_added"',
                "action": {
                    "run_playbook": {
                        "name": "edgeops.logpush.rollout",
                        "extra_vars": {"logpush_zones": "{{ event.zone }}"},
                    }
                },
            }
        ],
    }
]


def test_an_event_rolls_out_to_its_zone(
    ansible: Ansible,
    hosts: dict[str, dict[str, str]],
    stored: t.Callable[[], list[dict[str, t.Any]]],
    tmp_path: pathlib.Path,
) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"cloudflare_zones": {"hosts": hosts}}), encoding="utf-8")
    rulebook = tmp_path / "rulebook.yml"
    rulebook.write_text(yaml.safe_dump(RULEBOOK), encoding="utf-8")
    run = subprocess.run(
        [BIN / "ansible-rulebook", "--rulebook", rulebook, "--inventory", inventory, "--shutdown-delay", "60"],
        cwd=tmp_path,
        env={**ansible.environment, "PATH": f"{BIN}:{ansible.environment['PATH']}", "HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    output = run.stdout + run.stderr
    assert run.returncode == 0, output
    assert [job["scope_id"] for job in stored()] == [hosts["www.example.com"]["zone_id"]], output
    assert hosts["www.example.com"]["splunk_logpush_hec_token"] not in output
