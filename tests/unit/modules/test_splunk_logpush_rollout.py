# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many zones in one task."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.tests.module_tasks import task
from ansible_collections.edgeops.logpush.tests.secret_spellings import spellings

MODULE = "edgeops.logpush.splunk_logpush_rollout"


def test_the_second_run_changes_nothing(modules, splunk, fleet, stored):
    zones = [{"zone_id": zone_id, "zone_name": name} for name, zone_id in fleet.items()]
    jobs = [{"dataset": "http_requests", "output_options": {"CVE-2021-44228": True}}, {"dataset": "dns_logs"}]
    options = {"zones": zones, "jobs": jobs, "job_defaults": {**splunk, "output_options": {"sample_rate": "0.5"}}}
    run = modules.tasks(
        task(MODULE, "check", check=True, **options),
        task(MODULE, "first", **options),
        task(MODULE, "again", **options),
    )
    assert [entry["action"] for entry in run["check"]["results"]] == ["created"] * 80
    assert run["check"]["diff"] == run["first"]["diff"] and len(run["first"]["diff"]) == 80
    # One page of the list of zones confirms that IDs and names match.
    assert run["first"]["summary"]["api_calls"] == len(run["first"].requests) == 121
    assert run["again"]["summary"]["unchanged"] == 80 and run["again"].calls == ["GET jobs"] * 40
    assert not run["again"]["changed"]
    assert {(entry["dataset"], entry["output_options"]["sample_rate"]) for entry in stored()} == {
        ("http_requests", 0.5),
        ("dns_logs", 0.5),
    }
    assert all(
        entry["output_options"].get("CVE-2021-44228") for entry in stored() if entry["dataset"] == "http_requests"
    )
    # Listing the zones again would be most of the requests.
    assert run["again"].result["invocation"]["module_args"]["zones"] == "40 entries"


def test_some_fail_and_the_task_says_which(modules, splunk, fleet, stored):
    zones = [{"zone_id": zone_id} for zone_id in list(fleet.values())[:3]]
    zones[1]["dataset"] = "audit_logs_v2"
    run = modules.tasks(
        task(MODULE, "some", fails=True, zones=[*zones, {"zone": "nowhere.example.com"}], job_defaults=splunk),
        task(MODULE, "wrong type", fails=True, zones=[{"zone_id": "1", "jobs": [{"max_upload_records": "many"}]}]),
        task(MODULE, "unknown option", fails=True, zones=[{"zone_id": "1", "jobs": [{"datset": "dns_logs"}]}]),
        task(MODULE, "no zones", zones=[]),
    )
    assert [entry["failed"] for entry in run["some"]["results"]] == [False, True, False, True]
    assert (
        run["some"].msg.startswith("2 of 4 jobs failed. ") and "audit_logs_v2 is an account dataset" in run["some"].msg
    )
    assert run["some"]["changed"] is True and len(stored()) == 2
    for title, word in (("wrong type", "max_upload_records"), ("unknown option", "datset")):
        assert word in run[title].msg and run[title].requests == []
    assert run["no zones"]["results"] == [] and run["no zones"].requests == []


def test_a_secret_is_nowhere_to_be_seen(modules, simulator, fleet):
    new, old, api = "SECRETplay+A/=\"'new", "SECRETold+B/==;known-to-the-api-only", "SECRETapi-D_token"
    simulator.reset(
        zones=[{"id": zone_id, "name": name} for name, zone_id in fleet.items()],
        api_tokens=[{"id": "x", "token": api}],
        hec_tokens=[{"name": "new", "token": new}, {"name": "old", "token": old}],
    )
    first, second, third = list(fleet.values())[:3]
    for zone_id in (first, second):
        simulator.add_job(
            zone_id=zone_id,
            dataset="http_requests",
            enabled=True,
            name="web",
            error_message=f"Splunk {old} refused",
            destination_conf=simulator.destination_conf(
                old.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
            ),
        )
    simulator.set_faults({"kind": "html", "method": "PUT", "path": second, "times": None})
    zones = [
        {"zone_id": first},
        {"zone_id": second, "hec_token": new},
        {"zone_id": third, "hec_token": f"Splunk {new} x"},
    ]
    options = {"api_token": api, "zones": zones, "job_defaults": {"endpoint": simulator.hec_endpoint, "hec_token": new}}
    run = modules.tasks(
        task(MODULE, "check", check=True, fails=True, **options),
        task(MODULE, "do", fails=True, **options),
        task(
            MODULE,
            "unknown option",
            fails=True,
            zones=[{"zone_id": first, "hec_tokn": "x", "hec_token": new}],
            api_token=api,
        ),
    )
    assert [entry["action"] for entry in run["do"]["results"]] == ["updated", "failed", "failed"]
    for secret in (new, old, api):
        for form in spellings(secret):
            assert form not in run.report, form
