# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The descriptions of options are lists. ansible-console shows the first letter of one that is text."""

from __future__ import annotations

import ast
import pathlib
import runpy
import typing as t

import pytest
import yaml

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"


def documentation(path: pathlib.Path) -> str:
    """Return the documentation in a file. The file is not imported: Ansible must be the first to import plugins."""
    [found] = [
        statement.value
        for statement in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "DOCUMENTATION"
    ]
    return str(ast.literal_eval(found))


def documented() -> t.Iterator[t.Any]:
    """Yield the documentation of each module, filter, fragment and inventory plugin."""
    for path in sorted(PLUGINS.glob("modules/*.py")) + sorted(PLUGINS.glob("inventory/*.py")):
        yield pytest.param(documentation(path), id=path.stem)
    for path in sorted(PLUGINS.glob("doc_fragments/*.py")):
        for name, text in vars(runpy.run_path(str(path))["ModuleDocFragment"]).items():
            if name.isupper():
                yield pytest.param(text, id=f"{path.stem} {name}")
    for path in sorted(PLUGINS.glob("filter/*.yml")):
        yield pytest.param(yaml.dump(yaml.safe_load(path.read_text(encoding="utf-8"))["DOCUMENTATION"]), id=path.stem)


def descriptions(options: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, t.Any]]:
    """Yield the description of each option, at every depth."""
    for name, option in options.items():
        yield name, option["description"]
        yield from descriptions(option.get("suboptions") or {})


@pytest.mark.parametrize("text", list(documented()))
def test_a_description_is_a_list(text: str) -> None:
    options = (yaml.safe_load(text) or {}).get("options") or {}
    assert [name for name, description in descriptions(options) if not isinstance(description, list)] == []
