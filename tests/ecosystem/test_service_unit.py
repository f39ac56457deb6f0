# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""systemd accepts the unit of the service for Event-Driven Ansible, and rates it as hardened."""

from __future__ import annotations

import pathlib
import re
import subprocess

from e2e.ansible import CHECKOUT

from .needs import needs

pytestmark = needs("systemd-analyze", hint="install systemd 250 or newer")

UNIT = CHECKOUT / "extensions/eda/service/ansible-rulebook-logpush.service"


def test_systemd_accepts_the_unit(tmp_path: pathlib.Path) -> None:
    unit = tmp_path / UNIT.name
    # The program is not installed here.
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8")), "utf-8")
    for arguments in (["verify", "--man=no"], ["security", "--offline=yes", "--threshold=20"]):
        run = subprocess.run(["systemd-analyze", *arguments, unit], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        assert arguments[0] != "verify" or run.stderr == "", run.stderr
