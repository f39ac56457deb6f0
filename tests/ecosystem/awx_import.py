# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(awx import), as a user runs it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import typing as t

from e2e.ansible import BIN
from e2e.awx_files import FILES

from .awx_kinds import TOKEN
from .awx_server import AwxServer


def awx_import(awx: AwxServer, text: str) -> tuple[int, str]:
    """Run awx import; return the exit status and the error messages."""
    environment = {**os.environ, "CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    command = [str(BIN / "awx"), "import", "--conf.format", "yaml"]
    done = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def imported(awx: AwxServer, *files: pathlib.Path) -> dict[str, t.Any]:
    """Import files, by default all in their order, without errors; return the resulting objects in AWX."""
    for file in files or FILES:
        status, output = awx_import(awx, file.read_text(encoding="utf-8"))
        assert status == 0 and "rror" not in output, output
    return awx.held()
