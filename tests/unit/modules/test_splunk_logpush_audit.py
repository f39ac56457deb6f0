# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit without its playbook: its reports, mistakes in its options, certificates, and that no report has a secret."""

from __future__ import annotations

import json

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings

MODULE = "edgeops.logpush.splunk_logpush_audit"
RECENTLY = "2099-01-01T00:00:00Z"


@pytest.fixture
def zones(simulator):
    """Return four zones, their names with their IDs: with a job that delivers, is pending, fails and is disabled."""
    ids = {f"zone{number}.example.com": f"{number:032x}" for number in (1, 2, 3, 4)}
    simulator.reset(zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()])
    states = [
        {"last_complete": RECENTLY},
        {},
        {"last_error": "2026-01-01T00:00:00Z", "error_message": "status:403"},
        {"enabled": False},
    ]
    for zone_id, state in zip(ids.values(), states):
        job = {"enabled": True, **state, "destination_conf": simulator.destination_conf()}
        simulator.add_job(zone_id=zone_id, dataset="http_requests", **job)
    return ids


@pytest.mark.parametrize("certificate", ["expired", "wrong_host", "untrusted"])
def test_a_certificate_that_will_not_do(modules, simulator, zones, splunk, certificate):
    simulator.change_settings(certificate=certificate)
    options = {"zones": [{"zone_id": f"{1:032x}"}], "job_defaults": splunk, "collector_ca_path": simulator.ca_file}
    run = modules.tasks(task(MODULE, "look", **options), task(MODULE, "ignore", ignore=["certificate"], **options))
    assert [finding["kind"] for finding in run["look"]["findings"]] == ["certificate", "no_alert"]
    assert run["look"]["summary"]["problems"] == 1 and run["ignore"]["summary"]["problems"] == 0


def test_the_module_by_itself(modules, simulator, zones, splunk, tmp_path):
    entries = [{"zone_id": zone_id} for zone_id in list(zones.values())[:4]] + [
        {"account_id": simulator.account_id, "dataset": "audit_logs_v2"}
    ]
    options = {"zones": entries, "job_defaults": splunk, "collector_ca_path": simulator.ca_file}
    path = str(tmp_path / "audit.json")
    run = modules.tasks(
        task(MODULE, "look", check=True, json=path, **options),
        task(MODULE, "no folder", fails=True, html=str(tmp_path / "nowhere/audit.html"), **options),
        task(MODULE, "no kind", fails=True, ignore=["everything"], **options),
    )
    assert run["look"]["changed"] is False and run["look"]["summary"]["scopes"] == 5
    assert {finding["kind"] for finding in run["look"]["findings"]} == {"failing", "drift", "no_job", "no_alert"}
    assert run["look"]["invocation"]["module_args"]["zones"] == "5 entries"
    assert json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["summary"] == run["look"]["summary"]
    for title, word in (("no folder", "html"), ("no kind", "ignore")):
        assert word in run[title].msg and run[title].requests == []


def test_a_secret_is_in_no_report(modules, simulator, tmp_path):
    new, old, api = "SECRETplay+A/=\"'new", "SECRETold+B/==;known-to-the-api-only", "SECRETapi-D_token"
    ids = {f"zone{number}.example.com": f"{number:032x}" for number in (1, 2, 3)}
    simulator.reset(
        zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()],
        api_tokens=[{"id": "x", "token": api}],
        hec_tokens=[{"name": "new", "token": new}, {"name": "old", "token": old}],
    )
    encoded = old.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    for zone_id in list(ids.values())[:2]:
        simulator.add_job(
            zone_id=zone_id,
            dataset="http_requests",
            enabled=True,
            name="web",
            last_error=RECENTLY,
            error_message=f"Splunk {old} refused, Authorization: Splunk {encoded}",
            destination_conf=simulator.destination_conf(encoded),
        )
    files = {kind: str(tmp_path / f"audit.{kind}") for kind in ("html", "json", "junit")}
    run = modules.tasks(
        task(
            MODULE,
            "look",
            api_token=api,
            zones=[{"zone_id": zone_id} for zone_id in ids.values()],
            job_defaults={"endpoint": simulator.hec_endpoint, "hec_token": new},
            **files,
        ),
    )
    assert run["look"]["summary"]["problems"] >= 5
    written = "".join((tmp_path / f"audit.{kind}").read_text(encoding="utf-8") for kind in files)
    for secret in (new, old, api):
        for form in spellings(secret):
            assert form not in written, form
            assert form not in run.report, form


def test_two_hosts_of_one_zone_count_its_jobs_once_and_each_has_its_own(modules, simulator, zones, splunk):
    zone_id = f"{1:032x}"
    entries = [
        {"host": "team-a", "zone_id": zone_id, "jobs": [{"dataset": "http_requests", "sourcetype": "other"}]},
        {"host": "team-b", "zone_id": zone_id, "jobs": [{"dataset": "dns_logs"}]},
    ]
    run = modules.tasks(task(MODULE, "look", zones=entries, job_defaults=splunk, certificates=False))
    assert run["look"]["summary"]["jobs"] == 1 and run["look"]["summary"]["scopes"] == 1
    assert [(finding["host"], finding["kind"]) for finding in run["look"]["findings"]] == [
        ("team-b", "missing"),
        ("team-a", "drift"),
        ("team-a", "no_alert"),
    ]
    assert run["look"]["hosts_with_problems"] == ["team-b", "team-a"]
