# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code follows the rules of the architecture, and each check of a rule finds code that breaks it."""

from __future__ import annotations

import pathlib

import pytest
from ansible_collections.edgeops.logpush.tests import architecture

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]

MODULE = '''
DOCUMENTATION = "..."
from ..module_utils._core.module import run_module
DEFINITION = 1
def main():
    """Run the module."""
    run_module(DEFINITION)
if __name__ == "__main__":
    main()
'''
ACTION = '''
class ActionModule(InProcessAction):
    """The action."""
    definition = DEFINITION
'''
SOUND = {
    "module_utils/_core/http.py": "import requests",
    "module_utils/_core/errors.py": "import re",
    "module_utils/_cloudflare/scopes.py": "from .._core.errors import Error",
    "module_utils/_logpush/plan.py": "from .._core.errors import Error\nfrom . import job\nfrom .._core import secrets",
    "modules/one.py": MODULE,
    "action/one.py": ACTION,
}


@pytest.fixture(scope="module")
def files() -> dict[str, architecture.SourceFile]:
    """Return the files of the packages."""
    return architecture.source_files(CHECKOUT)


@pytest.mark.parametrize("rule", architecture.RULES)
def test_the_code_follows_the_rule(files: dict[str, architecture.SourceFile], rule: str) -> None:
    assert architecture.RULES[rule](CHECKOUT, files) == []


def test_every_package_and_every_file_of_a_rule_exists(files: dict[str, architecture.SourceFile]) -> None:
    packages = {name.partition(".")[0] for name in files}
    assert packages == set(architecture.MAY_USE) == set(architecture.CONTENTS)
    named = {name for used in architecture.MAY_USE.values() for name in used}
    named |= {*architecture.PURE, *architecture.NETWORK_FILES}
    assert named - packages - set(files) == set()


def test_every_file_says_what_it_is_for(files: dict[str, architecture.SourceFile]) -> None:
    assert [name for name, file in files.items() if not architecture.first_sentence(file)] == []


def test_every_file_that_says_that_it_is_pure_is_checked(files: dict[str, architecture.SourceFile]) -> None:
    said = [file.name for file in files.values() if "Pure: no I/O." in architecture.first_sentence(file)]
    assert [name for name in said if not architecture.covers(architecture.PURE, name)] == []


@pytest.mark.parametrize(
    ("rule", "path", "code", "found"),
    [
        (
            "a package imports only what it may use",
            "module_utils/_core/clock.py",
            "def f():\n    from .._logpush.plan import x",
            ["_core.clock -> _logpush.plan"],
        ),
        (
            "a package imports only what it may use",
            "module_utils/_logpush/job.py",
            "import typing as t\nif t.TYPE_CHECKING:\n    from .._core.http import Reply",
            ["_logpush.job -> _core.http"],
        ),
        (
            "a package imports only what it may use",
            "module_utils/_logpush/job.py",
            "from .._splunk import token",
            ["_logpush.job -> _splunk.token"],
        ),
        (
            "pure files reach nothing impure",
            "module_utils/_logpush/job.py",
            "from ansible.module_utils import basic\nfrom ansible.module_utils.common import text",
            [
                "_logpush.job -> ansible.module_utils.basic",
                "_logpush.plan -> _logpush.job -> ansible.module_utils.basic",
            ],
        ),
        (
            "pure files reach nothing impure",
            "module_utils/_logpush/job.py",
            "import datetime\nx = datetime.datetime.now()\ny = open('x')\nz = datetime.datetime.fromtimestamp(0)",
            ["_logpush.job calls datetime.datetime.now", "_logpush.job calls open"],
        ),
        (
            "only two files import network libraries",
            "inventory/zones.py",
            "import urllib.parse\nimport urllib.request",
            ["inventory.zones -> urllib.request"],
        ),
        (
            "only two files import network libraries",
            "module_utils/_splunk/cloud.py",
            "import ssl",
            ["_splunk.cloud -> ssl"],
        ),
        (
            "plugins import their own code by relative names",
            "filter/f.py",
            "from ansible_collections.edgeops.logpush.plugins.module_utils._core import errors",
            ["plugins/filter/f.py -> ansible_collections.edgeops.logpush.plugins.module_utils._core.errors"],
        ),
        ("module_utils contains only packages", "module_utils/_flat.py", "", ["_flat.py"]),
        ("module_utils contains only packages", "module_utils/_new/file.py", "", ["_new/file.py"]),
        ("module_utils contains only packages", "module_utils/_core/__init__.py", "", ["_core/__init__.py"]),
        ("module_utils contains only packages", "module_utils/_core/_private.py", "", ["_core/_private.py"]),
        (
            "a module is documentation and a definition",
            "modules/two.py",
            f"{MODULE}X = 1",
            ["plugins/modules/two.py:10"],
        ),
        (
            "a module is documentation and a definition",
            "modules/two.py",
            MODULE.replace("    run_module", "    x = 1\n    run_module"),
            ["plugins/modules/two.py: main does more than run the definition"],
        ),
        (
            "a module is documentation and a definition",
            "modules/two.py",
            f"{MODULE}def helper(): pass",
            ["plugins/modules/two.py:10"],
        ),
        ("an action plugin is a definition", "action/two.py", f"{ACTION}    x = 1", ["plugins/action/two.py"]),
        ("an action plugin is a definition", "action/two.py", f"{ACTION}x = 1", ["plugins/action/two.py"]),
        ("no file is too long", "filter/f.py", "x = 1\n" * 401, ["plugins/filter/f.py: 401 lines"]),
    ],
)
def test_a_broken_rule_is_found(rule: str, path: str, code: str, found: list[str], tmp_path: pathlib.Path) -> None:
    _write(tmp_path, {**SOUND, path: code})
    assert architecture.violations(tmp_path)[rule] == found


def test_a_chain_of_imports_is_followed(tmp_path: pathlib.Path) -> None:
    errors = {"module_utils/_core/errors.py": "from .options import x"}
    options = {"module_utils/_core/options.py": "from .errors import Error\nfrom os import environ"}
    _write(tmp_path, {**SOUND, **errors, **options})
    found = architecture.violations(tmp_path)
    assert found["files do not import in a circle"] == ["_core.errors -> _core.options -> _core.errors"]
    assert found["pure files reach nothing impure"] == [
        "_cloudflare.scopes -> _core.errors -> _core.options -> os.environ",
        "_core.errors -> _core.options -> os.environ",
        "_core.options -> os.environ",
        "_logpush.plan -> _core.errors -> _core.options -> os.environ",
    ]


def test_sound_code_breaks_no_rule(tmp_path: pathlib.Path) -> None:
    _write(tmp_path, SOUND)
    assert {rule: found for rule, found in architecture.violations(tmp_path).items() if found} == {}


def test_documentation_does_not_count_as_code(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "f.py"
    path.write_text('"""One.\n\nTwo.\n"""\n\n# three\nDOCUMENTATION = """\nfour\n"""\nx = 1\n', encoding="utf-8")
    assert architecture.code_lines(path) == 1


def test_imports_for_annotations_are_not_carried_out(tmp_path: pathlib.Path) -> None:
    code = "import typing as t\nif t.TYPE_CHECKING:\n    from .._core.http import Reply"
    _write(tmp_path, {**SOUND, "module_utils/_cloudflare/answers.py": code})
    assert architecture.violations(tmp_path)["pure files reach nothing impure"] == []


def _write(checkout: pathlib.Path, files: dict[str, str]) -> None:
    for name, code in files.items():
        path = checkout / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
