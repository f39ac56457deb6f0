# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house: a room stands on rooms below it, only some touch the network, and modules hold no logic."""

from __future__ import annotations

import ast
import pathlib

import pytest

PLUGINS = pathlib.Path(__file__).resolve().parents[4] / "plugins"
PACKAGE = "ansible_collections.edgeops.logpush.plugins.module_utils"

# From the ground up. Nothing imports from its own floor, or from one above.
FLOORS = [
    {"_errors", "_clock", "_concurrency", "_module", "_audit_style", "_audit_script"},
    {"_budget", "_secrets", "_outcome", "_datasets", "_presets", "_yaml", "_hcl", "_finding", "_certificate"},
    {"_http", "_progress", "_terraform"},
    {"_destination", "_advice", "_splunk", "_connection", "_entry"},
    {
        "_cloudflare", "_splunk_enterprise", "_splunk_cloud", "_hec", "_jobs", "_waf", "_hec_rules", "_hec_advice",
        "_certificate_advice",
    },
    {"_job_options", "_matching", "_arguments", "_scopes", "_splunk_arguments", "_zones"},
    {"_job_module", "_hosts", "_orders", "_reconcile", "_waf_reconcile", "_hec_reconcile", "_hec_probe", "_audit"},
    {"_pass", "_export", "_audit_table", "_audit_junit"},
    {"_fleet", "_existing", "_verify", "_inspect"},
    {"_exporter", "_audit_page"},
    {"_survey"},
]
NETWORK = {"requests", "urllib3", "socket", "ssl", "http.client", "urllib.request"}
# The one HTTP room; raw sockets are for the collector's certificate alone.
MAY_TOUCH_THE_NETWORK = {"_http", "_hec"}
ROOMS = sorted(path.stem for path in (PLUGINS / "module_utils").glob("_*.py"))


def imports(path: pathlib.Path) -> set[str]:
    """Give the full names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == PACKAGE else {node.module}
    return found


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def test_every_room_has_its_floor() -> None:
    assert sorted(set().union(*FLOORS)) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_stands_on_rooms_below_it(room: str) -> None:
    used = {name.rpartition(".")[2] for name in imports(PLUGINS / f"module_utils/{room}.py") if name.startswith(PACKAGE)}
    assert {name for name in used if floor_of(name) >= floor_of(room)} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_few_rooms_touch_the_network(room: str) -> None:
    used = {name for name in imports(PLUGINS / f"module_utils/{room}.py") if name.split(".")[0] in NETWORK or name in NETWORK}
    assert not used or room in MAY_TOUCH_THE_NETWORK


# Done by the action of its name alone: it reads what only Ansible itself has.
STUBS = {"splunk_logpush_outcome"}
MODULES = sorted(path for path in (PLUGINS / "modules").glob("*.py") if path.stem not in STUBS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_documentation_and_a_call(path: pathlib.Path) -> None:
    functions = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == ["main"]
    assert len(functions[0].body) <= 3
