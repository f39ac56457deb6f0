# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plugins for the templates of the role are loaded before a worker is forked."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

from jinja2.defaults import DEFAULT_FILTERS

ROLE = pathlib.Path(__file__).resolve().parents[4] / "roles/splunk_logpush"
# As Ansible does: it loads the class of the action before it forks.
PROGRAM = """
import json, sys
from ansible.plugins.loader import action_loader, filter_loader, init_plugin_loader, test_loader
init_plugin_loader()
action_loader.get("edgeops.logpush.splunk_logpush_rollout", class_only=True)
before = set(sys.modules)
found = [filter_loader.get(name) is not None for name in json.loads(sys.argv[1])]
found.append(test_loader.get("defined") is not None)
print(json.dumps({"found": all(found), "loaded": sorted(set(sys.modules) - before)}))
"""


def test_a_worker_loads_no_filter() -> None:
    templates = "".join((ROLE / part / "main.yml").read_text(encoding="utf-8") for part in ("tasks", "vars"))
    filters = sorted(set(re.findall(r"\|\s*([a-z_.0-9]+)", templates)))
    assert {"default", "edgeops.logpush.logpush_zones", "first"} <= set(filters)
    ansibles = [name for name in filters if name not in DEFAULT_FILTERS]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(ansibles)], stdout=subprocess.PIPE, text=True, check=True
    )
    assert json.loads(done.stdout) == {"found": True, "loaded": []}


def test_an_action_can_be_imported_without_the_loader_of_collections() -> None:
    action = "ansible_collections.edgeops.logpush.plugins.action.splunk_logpush_rollout"
    subprocess.run([sys.executable, "-W", "error", "-c", f"import {action}"], check=True)
