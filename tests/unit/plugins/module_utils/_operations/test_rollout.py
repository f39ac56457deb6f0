# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout to many scopes, against the simulator."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import destination_of
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.progress import Progress
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.repair import repair_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.fleet import ROLLOUT, SHARED, Fleet

LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def fleet(simulator: Simulator) -> Fleet:
    """Return 20 zones without jobs."""
    return Fleet(simulator, 20)


def actions(result: dict[str, t.Any]) -> list[str]:
    """Return the action on each job."""
    return [entry["action"] for entry in result["results"]]


def test_a_pass_costs_a_list_and_a_write_for_each_zone_and_the_next_one_a_list(fleet: Fleet) -> None:
    first = fleet.roll_out()
    # One page of the list of zones confirms that IDs and names match.
    assert sorted(fleet.asked) == ["GET"] * 21 + ["POST"] * 20
    assert [job["zone_id"] for job in sorted(fleet.jobs, key=lambda job: job["zone_id"])] == fleet.ids
    assert [entry["zone_id"] for entry in first["results"]] == fleet.ids
    assert {entry["name"] for entry in first["results"]} == {fleet.name(zone_id) for zone_id in fleet.ids}
    counted = {key: first["summary"][key] for key in ("scopes", "jobs", "created", "failed", "api_calls", "throttled")}
    assert counted == {"scopes": 20, "jobs": 20, "created": 20, "failed": 0, "api_calls": 41, "throttled": 0}
    fleet.simulator.wipe_requests()
    again = fleet.roll_out()
    assert fleet.asked == ["GET"] * 20
    assert (set(actions(again)), again["changed"], again["diff"]) == ({"unchanged"}, False, [])


def test_a_zone_without_jobs_of_its_own_is_asked_nothing(fleet: Fleet) -> None:
    result = fleet.roll_out(zones=[{"zone": "nowhere.example.com", "jobs": []}, {"zone_id": fleet.ids[0], "jobs": []}])
    assert (result["results"], result["summary"]["scopes"], fleet.asked) == ([], 2, [])


def test_what_presets_leave_out_is_told_once_for_all_zones(fleet: Fleet) -> None:
    preset = {"output_options": {"field_names": ["@splunk_app"]}}
    first = fleet.roll_out(jobs=[preset], zones=fleet.zones[:7])
    listed = ", ".join(f"zone{number}.example.com" for number in range(1, 6))
    assert first["warnings"] == [
        (
            "@splunk_app: dataset http_requests does not offer ZoneID here, so they are left out. "
            f"Zones: {listed}, and 2 more."
        )
    ]
    assert fleet.roll_out(jobs=[preset], zones=fleet.zones[:3])["warnings"] == []


def test_several_jobs_of_a_zone_cost_one_list(fleet: Fleet) -> None:
    jobs = [{"dataset": "http_requests"}, {"dataset": "firewall_events"}, {"dataset": "dns_logs", "state": "absent"}]
    fleet.add_job(fleet.ids[0], dataset="dns_logs")
    assert actions(fleet.roll_out(zones=fleet.zones[:1], jobs=jobs)) == ["created", "created", "deleted"]
    # The list of jobs, and the zone itself: its ID and its name must match.
    assert fleet.asked == ["GET", "GET", "POST", "POST", "DELETE"]


def test_check_mode_tells_what_the_pass_then_does_and_only_reads(fleet: Fleet) -> None:
    fleet.add_job(fleet.ids[0], enabled=False)
    fleet.add_job(fleet.ids[1], max_upload_records=1000)
    fleet.simulator.set_read_only()
    options: dict[str, t.Any] = {"job_defaults": {**fleet.collector, "max_upload_records": 1000}}
    checked = fleet.roll_out(check_mode=True, **options)
    assert set(fleet.asked) == {"GET"}
    fleet.simulator.set_read_only(False)
    done = fleet.roll_out(**options)
    assert actions(checked) == actions(done)
    assert checked["diff"] == done["diff"]
    assert checked["diff"][1]["before_header"] == "zone3.example.com, http_requests zone3.example.com"


@pytest.mark.parametrize("concurrency", [1, 7, 100])
def test_what_fails_stops_no_other_and_keeps_its_place(fleet: Fleet, concurrency: int) -> None:
    broken = {3: {"dataset": "audit_logs_v2"}, 8: {"name": "a b"}, 11: {"zone_id": "f" * 32, "zone_name": None}}
    zones = [{**zone, **broken.get(number, {})} for number, zone in enumerate(fleet.zones)]
    zones.append({"host": "broken", "problem": "zone_id is undefined"})
    result = fleet.roll_out(zones=zones, concurrency=concurrency)
    failed = {number for number, entry in enumerate(result["results"]) if entry["failed"]}
    assert failed == {3, 8, 11, 20}
    assert len(fleet.jobs) == 17
    assert result["failed"] is True and result["msg"].startswith(
        "4 of 21 jobs failed. zone4.example.com, audit_logs_v2"
    )
    assert [result["results"][number]["msg"].split(":")[0] for number in (8, 20)] == ["name", "zone_id is undefined"]


def test_a_job_that_fails_leaves_the_others_of_its_zone(fleet: Fleet) -> None:
    jobs = [{"dataset": "http_requests", "name": "a b"}, {"dataset": "dns_logs"}]
    result = fleet.roll_out(zones=fleet.zones[:1], jobs=jobs)
    assert actions(result) == ["failed", "created"]


def test_it_stops_where_too_many_fail(fleet: Fleet) -> None:
    fleet.simulator.set_faults({"kind": "success_false", "status": 400, "method": "POST", "times": None})
    result = fleet.roll_out(max_failures=2, concurrency=1)
    assert fleet.asked.count("POST") == 3
    assert [entry["failed"] for entry in result["results"]] == [True] * 20
    assert "max_failures" in result["results"][3]["msg"]
    fleet.simulator.set_faults()
    assert set(actions(fleet.roll_out(max_failures=0))) == {"created"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"max_failures": -1}, "max_failures"),
        ({"concurrency": 0}, "concurrency"),
        ({"prune": True, "job_defaults": {}}, "prune"),
    ],
)
def test_a_pass_that_makes_no_sense_asks_nobody(fleet: Fleet, options: dict[str, t.Any], named: str) -> None:
    with pytest.raises(OptionError, match=f"^{named}: "):
        fleet.roll_out(**options)
    assert fleet.asked == []


# Pruning


def test_pruning_takes_what_pushes_to_the_same_collector_and_nothing_else(fleet: Fleet) -> None:
    zone_id, other = fleet.ids[:2]
    conf = fleet.simulator.destination_conf()
    wanted = fleet.add_job(zone_id, name="web")
    unrequested = fleet.add_job(zone_id, name="old", dataset="dns_logs")
    elsewhere = fleet.add_job(
        zone_id,
        name="siem",
        dataset="firewall_events",
        destination_conf=conf.replace(f"//{fleet.simulator.hec_endpoint}", "//other.example.com:8088"),
    )
    bucket = fleet.add_job(zone_id, destination_conf="s3://bucket/logs?region=eu-west-1", dataset="nel_reports")
    failing = fleet.add_job(other, name="kept", dataset="dns_logs")
    zones = [{"zone_id": zone_id}, {"zone_id": other, "name": "a b"}]
    checked = fleet.roll_out(check_mode=True, zones=zones, prune=True)
    assert [job["id"] for job in fleet.jobs] == [wanted, unrequested, elsewhere, bucket, failing]
    done = fleet.roll_out(zones=zones, prune=True)
    assert actions(checked) == actions(done) == ["unchanged", "deleted", "failed"]
    assert done["results"][1]["job_id"] == unrequested
    assert [job["id"] for job in fleet.jobs] == [wanted, elsewhere, bucket, failing]


def test_pruning_spares_what_was_just_made_replaced_or_adopted(fleet: Fleet) -> None:
    first, second, third = fleet.ids[:3]
    fleet.add_job(first, dataset="http_requests", name="web")
    fleet.add_job(second, dataset="http_requests", name="by-hand")
    zones = [
        {"zone_id": first, "jobs": [{"name": "web", "kind": "edge", "recreate": True}]},
        {"zone_id": second},
        {"zone_id": third},
    ]
    for check_mode in (True, False):
        assert actions(fleet.roll_out(check_mode, zones=zones, prune=True)) == ["replaced", "unchanged", "created"]
    assert actions(fleet.roll_out(zones=zones, prune=True)) == ["unchanged"] * 3


# Faults, secrets, progress


@pytest.mark.parametrize("kind", ["reset", "html", "status", "empty", "truncated"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_faults_in_the_middle_leave_one_job_a_zone_after_a_rerun(fleet: Fleet, kind: str, moment: str) -> None:
    for method in ("GET", "POST"):
        fleet.simulator.set_faults({"kind": kind, "method": method, "moment": moment, "skip": 3, "times": 4})
        fleet.roll_out(zones=fleet.zones[:6])
    fleet.simulator.set_faults()
    assert not fleet.roll_out(zones=fleet.zones[:6]).get("failed")
    assert sorted(job["zone_id"] for job in fleet.jobs) == fleet.ids[:6]


def test_no_secret_is_in_a_result_of_any_zone(fleet: Fleet) -> None:
    secret, old = "p+a/s=s&w%rd", "old+token/of=1"
    fleet.simulator.reset(
        zones=[{"id": zone_id, "name": fleet.name(zone_id)} for zone_id in fleet.ids],
        hec_tokens=[{"token": secret, "name": "a"}, {"token": old, "name": "b"}],
    )
    fleet.add_job(fleet.ids[0], destination_conf=fleet.simulator.destination_conf("old%2Btoken%2Fof%3D1"))
    collector = {**fleet.collector, "hec_token": secret}
    fleet.simulator.set_faults(
        {
            "kind": "status",
            "status": 400,
            "method": "POST",
            "path": fleet.ids[1],
            "times": None,
            "body": {
                "success": False,
                "result": None,
                "errors": [
                    {
                        "code": 1002,
                        "message": f"error validating destination: Splunk {secret} and Splunk%20p%2Ba%2Fs%3Ds%26w%25rd",
                    }
                ],
            },
        }
    )
    mask = SecretMask()
    options = {**ROLLOUT, **fleet.api, "zones": fleet.zones[:4], "job_defaults": collector}
    result = mask.value(roll_out(options, context(mask=mask, diff=True)))
    assert actions(result) == ["updated", "failed", "created", "created"]
    for text in (secret, "p%2Ba%2Fs%3Ds%26w%25rd", old, "old%2Btoken%2Fof%3D1"):
        assert text not in json.dumps(result)


@pytest.mark.parametrize("layer", ["job_defaults", "job_overrides", "jobs"])
@pytest.mark.parametrize(
    "zones", [[], [{"zone_id": "0", "jobs": [{"state": "absent", "destination_conf": "splunk://x"}]}]]
)
def test_a_token_that_counts_for_no_job_is_not_shown_either(
    fleet: Fleet, layer: str, zones: list[dict[str, t.Any]]
) -> None:
    given = {"hec_token": "p+a/s=s&w%rd"}
    mask = SecretMask()
    options = {**ROLLOUT, **fleet.api, "zones": zones, layer: [given] if layer == "jobs" else given}
    assert given["hec_token"] not in json.dumps(mask.value(roll_out(options, context(mask=mask))))


def test_progress_counts_what_is_done(fleet: Fleet) -> None:
    progress = Progress()
    zones = [*fleet.zones, {"zone_id": "f" * 32}]
    fleet.roll_out(zones=zones, progress=progress)
    assert progress.line().startswith("21 of 21 zones, 20 changed, 1 failed, ")


# The window of the simulator is real, so waits are real, too.
@pytest.mark.parametrize("haste", [1])
def test_the_rate_limit_is_kept_and_told(fleet: Fleet) -> None:
    fleet.simulator.change_settings(rate_limit_requests=15, rate_limit_seconds=1.0)
    result = fleet.roll_out(retries=4)
    assert set(actions(result)) == {"created"}
    assert result["summary"]["throttled"] > 0 and result["summary"]["waited"] > 0
    refused = [entry for entry in fleet.simulator.requests(side="api") if entry["status"] == 429]
    assert len(refused) <= 4


# Repairing


def test_a_job_that_cannot_be_enabled_because_of_a_certificate_says_why(fleet: Fleet) -> None:
    fleet.add_job(fleet.ids[0], enabled=False, last_error=LATER, error_message="no route")
    fleet.simulator.change_settings(certificate="untrusted")
    result = repair_jobs({**SHARED, **fleet.api, "zones": fleet.zones[:1]}, context())
    [row] = result["results"]
    assert row["failed"] and "x509: certificate signed by unknown authority" in row["msg"]
    assert "Cloudflare does not trust the issuer of the collector's certificate" in row["msg"]


def test_only_what_cloudflare_disabled_is_enabled_again(fleet: Fleet) -> None:
    first, second = fleet.ids[:2]
    failed = {"last_error": LATER, "error_message": "no route"}
    conf = fleet.simulator.destination_conf()
    elsewhere = conf.replace(f"//{fleet.simulator.hec_endpoint}", "//other.example.com:8088")
    fleet.add_job(first, name="gone", enabled=False, **failed)
    fleet.add_job(first, name="switched off", enabled=False)
    fleet.add_job(first, name="failing", **failed)
    fleet.add_job(second, name="elsewhere", enabled=False, destination_conf=elsewhere, **failed)
    options = {**SHARED, **fleet.api, "zones": fleet.zones[:3], "not_ready": {"OTHER.example.com": "It burns."}}
    checked = repair_jobs(options, context(check_mode=True))
    done = repair_jobs(options, context())
    assert actions(checked) == actions(done) == ["enabled", "failed"]
    assert done["results"][1]["msg"] == "The job stays disabled. It burns."
    assert (done["results"][0]["name"], done["results"][0]["health"]) == ("gone", "auto_disabled")
    assert {job["name"]: job["enabled"] for job in fleet.jobs} == {
        "gone": True,
        "switched off": False,
        "failing": True,
        "elsewhere": False,
    }
    assert done["report"].endswith("\n1 enabled, 1 zone failed.")
    unneeded = repair_jobs({**options, "zones": fleet.zones[3:5]}, context())
    assert unneeded["report"] == "Logpush repair, 2 zones\nNothing to change."
    everywhere = repair_jobs({**options, "not_ready": {}}, context())
    assert actions(everywhere) == ["failed"] and "DNSError" in everywhere["msg"]


# All jobs, and only existing jobs


def test_what_goes_over_every_job(fleet: Fleet) -> None:
    fleet.add_job(fleet.ids[0], name="web")
    zones = [
        {"zone_id": fleet.ids[0], "enabled": True, "jobs": [{"name": "web", "state": "present"}]},
        {"zone_id": fleet.ids[1]},
    ]
    off = fleet.roll_out(zones=zones, job_overrides={"enabled": False}, create=False)
    assert actions(off) == ["disabled", "unchanged"] and len(fleet.jobs) == 1
    assert actions(fleet.roll_out(zones=zones, job_overrides={"state": "absent"})) == ["deleted", "unchanged"]
    assert fleet.jobs == []


# Moving to another token


OLD, NEW, OTHER = "old+token/=1", "new+token/=2", "other-token"


def conf(fleet: Fleet, token: str) -> str:
    """Return a destination string with this token."""
    return fleet.simulator.destination_conf(quote(token, safe=""))


@pytest.fixture
def tokens(fleet: Fleet) -> Fleet:
    """Return zones with jobs of two tokens, and a third token to move them to."""
    fleet.simulator.reset(
        zones=[{"id": zone_id, "name": fleet.name(zone_id)} for zone_id in fleet.ids[:4]],
        hec_tokens=[{"token": token, "name": token} for token in (OLD, NEW, OTHER)],
    )
    fleet.ids = fleet.ids[:4]
    for zone_id in fleet.ids:
        fleet.add_job(zone_id, name="mine", destination_conf=conf(fleet, OLD), last_complete=LATER)
    fleet.add_job(
        fleet.ids[0], name="off", enabled=False, destination_conf=conf(fleet, OLD).replace("splunk:", "Splunk:")
    )
    fleet.add_job(fleet.ids[0], name="other", destination_conf=conf(fleet, OTHER))
    fleet.add_job(fleet.ids[0], name="bucket", destination_conf="s3://bucket/logs?region=eu-west-1")
    return fleet


def test_only_jobs_with_the_old_token_are_moved_and_nothing_else_about_them(tokens: Fleet) -> None:
    before = {job["id"]: job for job in tokens.jobs}
    checked = tokens.move(OLD, f"Splunk {NEW}", check_mode=True)
    assert {job["id"]: job for job in tokens.jobs} == before
    done = tokens.move(OLD, f"Splunk {NEW}")
    assert actions(checked) == actions(done) == ["updated"] * 5
    assert [entry["health"] for entry in done["results"]] == ["delivering", "disabled", *["delivering"] * 3]
    for job in tokens.jobs:
        expected = before[job["id"]]["destination_conf"].replace(quote(OLD, safe=""), quote(NEW, safe=""))
        if "s3:" in expected:
            assert job["destination_conf"] == expected
        else:
            assert destination_of(job).comparable() == destination_of({"destination_conf": expected}).comparable()
        assert {**job, "destination_conf": ""} == {**before[job["id"]], "destination_conf": ""}
    assert not any(secret in json.dumps(done) for token in (OLD, NEW) for secret in (token, quote(token, safe="")))
    tokens.simulator.wipe_requests()
    assert actions(tokens.move(OLD, NEW)) == ["unchanged"] * 5
    assert tokens.asked == ["GET"] * 4


def test_a_token_that_does_not_work_moves_nothing_and_a_zone_that_fails_stops_no_other(tokens: Fleet) -> None:
    assert set(actions(tokens.move(OLD, "unknown-token"))) == {"failed"}
    result = tokens.move(OLD, NEW, zones=[{"host": "x", "problem": "zone_id is undefined"}, *tokens.zones])
    assert actions(result) == ["failed", *["updated"] * 5]
    assert (result["failed"], result["results"][0]["msg"]) == (True, "zone_id is undefined")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [("a b", "x1", "old_hec_token"), ("x1", "", "new_hec_token"), ("x1", "Splunk x1", "new_hec_token")],
)
def test_tokens_that_make_no_sense_ask_nobody(fleet: Fleet, old: str, new: str, named: str) -> None:
    with pytest.raises(OptionError, match=f"^{named}: "):
        fleet.move(old, new)
    assert fleet.asked == []
