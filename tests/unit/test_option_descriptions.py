# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The descriptions of options are lists. ansible-console shows the first letter of one that is text."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing as t

import yaml

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"
# In a process of its own: in this one, Ansible must be the first to import inventory plugins and fragments.
PROGRAM = """
import importlib, json, sys
found = {}
for kind, name in json.loads(sys.argv[1]):
    module = importlib.import_module(f"ansible_collections.edgeops.logpush.plugins.{kind}.{name}")
    texts = vars(module.ModuleDocFragment) if kind == "doc_fragments" else {"DOCUMENTATION": module.DOCUMENTATION}
    found.update({f"{kind} {name} {title}": text for title, text in texts.items() if title.isupper()})
print(json.dumps(found))
"""


def documented() -> dict[str, str]:
    """Return the documentation of each module, filter, fragment and inventory plugin."""
    names = [
        (kind, path.stem)
        for kind in ("modules", "inventory", "doc_fragments")
        for path in sorted((PLUGINS / kind).glob("*.py"))
    ]
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(names)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    for path in sorted(PLUGINS.glob("filter/*.yml")):
        found[path.stem] = yaml.dump(yaml.safe_load(path.read_text(encoding="utf-8"))["DOCUMENTATION"])
    assert len(found) > len(names)
    return found


def descriptions(options: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, t.Any]]:
    """Yield the description of each option, at every depth."""
    for name, option in options.items():
        yield name, option["description"]
        yield from descriptions(option.get("suboptions") or {})


def test_a_description_is_a_list() -> None:
    for title, text in documented().items():
        options = (yaml.safe_load(text) or {}).get("options") or {}
        assert [name for name, told in descriptions(options) if not isinstance(told, list)] == [], title
