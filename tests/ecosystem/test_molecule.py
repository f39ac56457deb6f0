# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The splunk_logpush role and the rollout playbook in scenarios of molecule: applied, applied again without a change,
verified. The output of molecule contains no secret."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import typing as t

import pytest
from e2e.ansible import BIN, Ansible

from .needs import needs

pytestmark = needs("molecule")

SCENARIO = pathlib.Path(__file__).resolve().parent / "molecule"


@pytest.mark.parametrize("scenario", ["default", "rollout"])
def test_a_scenario_passes(
    scenario: str,
    ansible: Ansible,
    splunk: dict[str, str],
    stored: t.Callable[[], list[dict[str, t.Any]]],
    tmp_path: pathlib.Path,
) -> None:
    shutil.copytree(SCENARIO, tmp_path / "molecule")
    run = subprocess.run(
        [BIN / "molecule", "test", "--scenario-name", scenario],
        cwd=tmp_path,
        env={
            **ansible.environment,
            "PATH": f"{BIN}:{ansible.environment['PATH']}",
            "HOME": str(tmp_path / "home"),
            "SPLUNK_HEC_ENDPOINT": splunk["endpoint"],
            "SPLUNK_HEC_TOKEN": splunk["hec_token"],
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    jobs = stored()
    assert len(jobs) == 4 and {job["dataset"] for job in jobs} == {"http_requests", "dns_logs"}
    assert all(job["enabled"] for job in jobs)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    seen = [run.stdout, run.stderr, *(path.read_text(encoding="utf-8", errors="replace") for path in written)]
    for secret in (splunk["hec_token"], ansible.simulator.api_token):
        assert [text for text in seen if secret in text] == []
