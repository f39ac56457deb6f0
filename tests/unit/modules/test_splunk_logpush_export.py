# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An export without its playbook: what it writes, and each failure."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings

MODULE = "edgeops.logpush.splunk_logpush_export"
FIRST = "SECRETfirst+A/==x"


@pytest.fixture
def jobs(simulator):
    """Add a job to two zones."""
    for name in ("shop.example.com", "www.example.com"):
        conf = simulator.destination_conf(quote(FIRST, safe=""))
        simulator.add_job(zone_id=simulator.zone_ids[name], name="web", enabled=True, destination_conf=conf)


def test_a_failure_is_named_and_does_not_stop_other_hosts(modules, simulator, jobs, tmp_path):
    folder = tmp_path / "host_vars"
    folder.mkdir()
    (folder / "www.example.com.yml").write_text("mine: true\n", encoding="utf-8")
    broken = tmp_path / "broken.tf"
    broken.write_text(f'resource "x" "y" {{\n  a = 1 +\n  b = "{FIRST}"\n}}\n', encoding="utf-8")
    zones = [
        {"host": "shop.example.com", "zone_id": simulator.zone_ids["shop.example.com"]},
        {"host": "www.example.com", "zone_id": simulator.zone_ids["www.example.com"]},
        {"host": "again", "zone_id": simulator.zone_ids["shop.example.com"]},
        {"host": "../api", "zone_id": simulator.zone_ids["api.example.com"]},
        {"host": "nowhere", "zone": "nowhere.example.com"},
        {"host": "not known", "problem": "account_id: is needed"},
    ]
    run = modules.tasks(
        task(MODULE, "some", fails=True, zones=zones, directory=str(folder)),
        task(MODULE, "both", fails=True, zones=[], directory="a", file="b"),
        task(MODULE, "not a name", fails=True, zones=[], hec_token_variable="a b"),
        task(MODULE, "not there", fails=True, terraform="/nowhere/terraform.tfstate"),
        task(MODULE, "not understood", fails=True, terraform=str(broken)),
    )
    assert {failure["host"] for failure in run["some"]["failures"]} == {
        str(folder / "www.example.com.yml"),
        "../api",
        "nowhere",
        "not known",
    }
    assert sorted(path.name for path in tmp_path.rglob("*.yml")) == [
        "again.yml",
        "shop.example.com.yml",
        "www.example.com.yml",
    ]
    assert (folder / "www.example.com.yml").read_text(encoding="utf-8") == "mine: true\n"
    # If two hosts represent a zone, only one of them requests its jobs.
    assert "unmanaged" in (folder / "again.yml").read_text(encoding="utf-8")
    for title, says in {
        "both": "directory, file: ",
        "not a name": "hec_token_variable: ",
        "not there": "No such file",
        "not understood": "is not valid in the Terraform language",
    }.items():
        assert says in run[title].msg and run[title].requests == []
    assert [form for form in spellings(FIRST) if form in run.report] == []
