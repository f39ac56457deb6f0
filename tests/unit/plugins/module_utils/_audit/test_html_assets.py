# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generated module has the current script and style sheets of the audit page."""

from __future__ import annotations

import importlib.util
import re
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[5]


@pytest.fixture(scope="module")
def generator() -> types.ModuleType:
    """Return tools/audit_page/generate.py."""
    spec = importlib.util.spec_from_file_location("audit_page_generate", ROOT / "tools" / "audit_page" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_html_assets_are_up_to_date(generator: types.ModuleType) -> None:
    text = generator.TARGET.read_text(encoding="utf-8")
    assert text == generator.module_text(), "run tools/audit_page/generate.py"


def test_every_asset_is_in_the_page(generator: types.ModuleType) -> None:
    scripts = {path.stem for path in generator.FOLDER.glob("*.js")}
    assert set(re.findall(r"^modules\.(\w+) = ", generator.bundle(), re.MULTILINE)) == scripts
    assert set(generator.STYLE_SHEETS) == {path.name for path in generator.FOLDER.glob("*.css")}


def test_a_script_is_after_the_scripts_that_it_imports(generator: types.ModuleType) -> None:
    defined = set()
    for line in generator.bundle().splitlines():
        defined.update(re.findall(r"^modules\.(\w+) = ", line))
        imported = re.findall(r"^const \{.*\} = modules\.(\w+);", line)
        assert set(imported) < defined or not imported
    assert len(defined) > 1 and "\nimport " not in generator.bundle() and "\nexport " not in generator.bundle()
