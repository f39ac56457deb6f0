# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs behind C(make demo), C(make play), C(make acceptance) and C(make bench) start without the environment of pytest."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SET_BY_PYTEST = ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH")
# Runs everything in the file but its main().
LOAD = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='loaded')"


@pytest.mark.parametrize("program", ["acceptance", "bench", "demo", "play"])
def test_a_program_finds_all_that_it_imports(program: str, tmp_path: pathlib.Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SET_BY_PYTEST}
    path = CHECKOUT / "tests" / program / "run.py"
    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(path)],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
