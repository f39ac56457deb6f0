# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module, variables that are not set, and what callbacks receive of the playbooks, on the oldest and on the newest ansible-core that the collection
supports, and on the pre-release of the next one, in environments that nox makes.

C(make matrix) runs far more tests, on every version between them.
"""

from __future__ import annotations

import subprocess

import pytest
from e2e.ansible import CHECKOUT

from .needs import needs

# A version of ansible-core, and a Python that it runs under.
VERSIONS = [
    pytest.param(core, python, marks=needs(f"python{python}", hint="install this Python"), id=core)
    for core, python in (("2.16", "3.11"), ("2.21", "3.12"), ("2.22", "3.13"))
]
# All of these tests, those with the mark slow too.
TESTS = " ".join(
    [
        "-m ''",
        *(f"tests/e2e/test_{name}.py" for name in ("each_module", "package", "recorded_tasks", "blank_variables")),
    ]
)


@needs("make", hint="install it")
@pytest.mark.parametrize(("core", "python"), VERSIONS)
def test_every_module_runs(core: str, python: str) -> None:
    run = subprocess.run(
        ["make", "matrix", f"OPTIONS=--session 'tests({core}, Python {python})' -- {TESTS}"],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
