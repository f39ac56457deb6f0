# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zones with jobs of several teams: a run never redirects, disables or deletes a job that it does not refer to."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, job, task

ROLLOUT = "edgeops.logpush.splunk_logpush_rollout"
SOC = "splunk://soc.example.net:8088/services/collector/raw?channel=9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
TOKEN = "&header_Authorization=Splunk%200a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
THEIRS = SOC + TOKEN


def zone(zone_id, **options):
    """Return a zone of a rollout."""
    return {"zone_id": zone_id, "zone_name": "shop.example.com", **options}


def through_https(simulator, path="/services/collector/raw"):
    """Return the destination of a job that reaches the collector as an HTTP endpoint in general."""
    token = f"header_Authorization=Splunk%20{simulator.hec_token}"
    return f"https://{simulator.hec_endpoint.upper()}{path}?{token}"


@pytest.mark.parametrize("name", ["security-team", "shop.example.com"])
@pytest.mark.parametrize("named", [{"zone_name": "shop.example.com"}, {}], ids=["known name", "unknown name"])
def test_the_job_of_another_team_is_left_alone(modules, simulator, zone_id, splunk, stored, name, named):
    simulator.add_job(zone_id=zone_id, name=name, enabled=True, destination_conf=THEIRS)
    before = stored()
    options = {"zones": [{"zone_id": zone_id, **named}], "job_defaults": splunk}
    disable = {"job_overrides": {"enabled": False}, "create": False}
    run = modules.tasks(
        task(ROLLOUT, "remove", job_overrides={"state": "absent"}, prune=True, **options),
        task(ROLLOUT, "disable", **disable, **options),
        job("absent", zone_id=zone_id, state="absent", **splunk),
        job("off", zone_id=zone_id, enabled=False, **splunk),
        task(ROLLOUT, "would create", check=True, **options),
        task(ROLLOUT, "create", **options),
        task(ROLLOUT, "again", **options),
        task(ROLLOUT, "remove ours", job_overrides={"state": "absent"}, prune=True, **options),
    )
    for title in ("remove", "disable", "absent", "off"):
        assert not run[title]["changed"] and {request["method"] for request in run[title].requests} == {"GET"}
        assert "Nothing was removed or disabled" in run[title]["warnings"][0]
    for title in ("would create", "create"):
        [warning] = run[title]["warnings"]
        assert "beside" in warning and "name or job_id" in warning
        assert warning.endswith(f"Zones: {named.get('zone_name', zone_id)}.")
    expected = "shop.example.com" if name == "security-team" else "shop.example.com-splunk"
    assert run["create"]["results"][0]["name"] == run["would create"]["results"][0]["name"] == expected
    assert run["again"]["summary"]["unchanged"] == 1 and not run["again"].result.get("warnings")
    assert run["remove ours"]["summary"]["deleted"] == 1
    assert stored() == before


def test_without_an_endpoint_only_the_module_for_one_job_takes_the_only_job(modules, simulator, zone_id, stored):
    simulator.add_job(zone_id=zone_id, name="security-team", enabled=True, destination_conf=THEIRS)
    theirs = stored()
    exported = {"SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint, "SPLUNK_HEC_TOKEN": simulator.hec_token}
    run = modules.tasks(
        task(ROLLOUT, "rollout", fails=True, zones=[zone(zone_id, max_upload_records=1000)]),
        task(ROLLOUT, "remove", zones=[zone(zone_id, state="absent")]),
        job("absent", zone_id=zone_id, state="absent", environment=exported),
        job("off", zone_id=zone_id, enabled=False, environment=exported),
        job("would change", check=True, zone_id=zone_id, max_upload_records=1000),
        job("would remove", check=True, zone_id=zone_id, state="absent"),
        environment={},
    )
    assert "security-team" in run["rollout"].msg and run["rollout"].msg.count("endpoint, hec_token are required") == 1
    assert [run[title]["changed"] for title in ("remove", "absent", "off")] == [False, False, False]
    assert [run[title]["action"] for title in ("would change", "would remove")] == ["updated", "deleted"]
    assert stored() == theirs


def test_the_environment_never_redirects_what_is_switched_off(modules, simulator, zone_id, splunk, stored):
    exported = {"SPLUNK_HEC_ENDPOINT": "other.example.com", "SPLUNK_HEC_TOKEN": "11111111-aaaa-4bbb-8ccc-222222222222"}
    run = modules.tasks(
        job("create", zone_id=zone_id, **splunk),
        job("off", zone_id=zone_id, enabled=False, environment=exported),
        job("remove", zone_id=zone_id, state="absent", environment=exported),
    )
    [put] = [request["json"] for request in run["off"].requests if request["method"] == "PUT"]
    assert put == {"enabled": False}
    assert run["remove"]["action"] == "deleted" and stored() == []


def test_a_job_that_could_not_be_created_was_not_created_beside_others(modules, simulator, zone_id, splunk, stored):
    simulator.add_job(zone_id=zone_id, name="security-team", enabled=True, destination_conf=THEIRS)
    refused = {"kind": "status", "status": 403, "method": "POST", "times": None}
    zones = {"zones": [zone(zone_id)], "job_defaults": splunk}
    run = modules.tasks(
        task(ROLLOUT, "rollout", fails=True, before=[faults(refused)], **zones),
        job("present", fails=True, zone_id=zone_id, **splunk),
    )
    assert not run["rollout"].result.get("warnings") and not run["present"].result.get("warnings")
    assert len(stored()) == 1


def test_a_name_that_no_job_has_is_the_reason_why_nothing_is_removed(modules, simulator, zone_id, splunk, stored):
    conf = simulator.destination_conf()
    simulator.add_job(zone_id=zone_id, name="other", enabled=True, destination_conf=conf)
    before = stored()
    run = modules.tasks(
        job("absent", zone_id=zone_id, name="web", state="absent", **splunk),
        task(
            ROLLOUT,
            "disable",
            job_overrides={"enabled": False},
            create=False,
            zones=[zone(zone_id, jobs=[{"name": "web"}])],
            job_defaults=splunk,
        ),
    )
    for outcome in run.outcomes:
        assert "none has the requested name" in outcome["warnings"][0] and outcome.calls == ["GET jobs"]
    assert stored() == before


def test_our_job_moves_and_the_move_is_a_redirect(modules, simulator, zone_id, splunk, stored):
    run = modules.tasks(
        task(ROLLOUT, "create", zones=[zone(zone_id, endpoint=splunk["endpoint"], hec_token=splunk["hec_token"])]),
        task(
            ROLLOUT,
            "move",
            check=True,
            zones=[zone(zone_id, endpoint="new.example.com", hec_token=splunk["hec_token"])],
        ),
    )
    [row] = run["move"]["results"]
    old = splunk["endpoint"]
    assert (row["action"], row["redirect"]) == ("updated", f"{old} -> new.example.com:8088")
    assert (run["move"]["summary"]["redirected"], run["create"]["summary"]["redirected"]) == (1, 0)
    assert "redirect" not in run["create"]["results"][0]


def test_a_default_port_never_redirects(modules, simulator, zone_id, splunk, stored):
    host, port = simulator.hec_endpoint.rsplit(":", 1)
    fields = {"sourcetype": "other:type", "hec_token": splunk["hec_token"]}
    run = modules.tasks(
        job("create", zone_id=zone_id, **splunk),
        job("bare host", zone_id=zone_id, endpoint=host, **fields),
        task(ROLLOUT, "rollout", zones=[zone(zone_id, endpoint=f"https://{host}", **fields)]),
        task(ROLLOUT, "written", check=True, zones=[zone(zone_id, endpoint=f"{host}:8089", **fields)]),
    )
    assert run["bare host"]["action"] == "updated" and run["rollout"]["summary"]["unchanged"] == 1
    for title in ("bare host", "rollout"):
        [warning] = run[title]["warnings"]
        assert f"Write the port: {host}:{port}" in warning
    assert run["written"]["summary"]["redirected"] == 1
    assert stored()[0]["destination_conf"].startswith(f"splunk://{host}:{port}/")


@pytest.mark.parametrize("path", ["/services/collector/raw", "/services/collector/event"])
def test_a_collector_reached_through_https_is_the_same_one(modules, simulator, zone_id, splunk, stored, path):
    conf = through_https(simulator, path)
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=conf)
    options = {"zones": [zone(zone_id)], "job_defaults": splunk}
    run = modules.tasks(
        task(ROLLOUT, "look", **options),
        task(ROLLOUT, "off", job_overrides={"enabled": False}, create=False, **options),
        task("edgeops.logpush.splunk_logpush_job_info", "shown", zone_id=zone_id),
        job("convert", zone_id=zone_id, name="web", **splunk),
    )
    assert run["look"]["summary"]["unchanged"] == 1 and "through https://" in run["look"]["warnings"][0]
    [put] = [request["json"] for request in run["off"].requests if request["method"] == "PUT"]
    assert put == {"enabled": False}
    assert run["shown"]["jobs"][0]["destination"]["scheme"] == "https"
    assert (
        run["convert"]["action"] == "updated" and run["convert"]["diff"]["before"]["destination"]["scheme"] == "https"
    )
    [converted] = stored()
    assert converted["destination_conf"].startswith(f"splunk://{splunk['endpoint']}/services/collector/raw?")
    assert "channel=" in converted["destination_conf"]


def test_two_collectors_behind_one_host_are_two(modules, simulator, zone_id, splunk, stored):
    gateway = (
        f"splunk://gw.example.net:443/team-a/services/collector/raw?channel={'1' * 8}-2222-4333-8444-{'5' * 12}{TOKEN}"
    )
    simulator.add_job(zone_id=zone_id, name="team-a", enabled=True, destination_conf=gateway)
    before = stored()
    ours = {"endpoint": "gw.example.net:443/team-b", "hec_token": splunk["hec_token"]}
    run = modules.tasks(
        task(ROLLOUT, "would create", check=True, prune=True, zones=[zone(zone_id)], job_defaults=ours),
        task(ROLLOUT, "remove", prune=True, zones=[zone(zone_id)], job_defaults={**ours, "state": "absent"}),
    )
    assert [row["action"] for row in run["would create"]["results"]] == ["created"]
    assert not run["remove"]["changed"] and stored() == before


def test_prune_goes_by_the_collectors_of_the_zone_itself(modules, simulator, zone_id, splunk, stored):
    other = simulator.zone_ids["api.example.com"]
    conf = simulator.destination_conf().replace(simulator.hec_endpoint, "localhost:9999")
    kept = simulator.add_job(zone_id=zone_id, name="by hand", enabled=True, destination_conf=conf)["id"]
    run = modules.tasks(
        task(
            ROLLOUT,
            "would prune",
            check=True,
            prune=True,
            zones=[
                zone(zone_id, **splunk),
                {"zone_id": other, "zone_name": "api.example.com", "endpoint": "localhost:9999"},
            ],
            job_defaults={"hec_token": splunk["hec_token"]},
        )
    )
    assert [row["action"] for row in run["would prune"]["results"]] == ["created", "created"]
    assert [each["id"] for each in stored()] == [kept]


@pytest.mark.parametrize("elsewhere", [{"zone_id": True}, {"zone": "SHOP.example.com."}])
def test_prune_keeps_what_hosts_outside_the_run_request(modules, simulator, zone_id, splunk, stored, elsewhere):
    elsewhere = {key: zone_id if value is True else value for key, value in elsewhere.items()}
    options = {"prune": True, "job_defaults": splunk}
    first, second = zone(zone_id, jobs=[{"name": "first"}]), {**elsewhere, "host": "b", "jobs": [{"name": "second"}]}
    for _batch in range(2):
        modules.tasks(
            task(ROLLOUT, "first", zones=[first], other_zones=[second], **options),
            task(ROLLOUT, "second", zones=[second], other_zones=[first], **options),
        )
    assert sorted(each["name"] for each in stored()) == ["first", "second"]
    run = modules.tasks(
        task(
            ROLLOUT,
            "unknown",
            fails=True,
            zones=[first],
            other_zones=[{"host": "x", "problem": "is undefined"}],
            **options,
        ),
        task(ROLLOUT, "gone", zones=[first], other_zones=[{"zone": "api.example.com"}], **options),
    )
    assert "prune: no job is deleted" in run["unknown"].msg
    assert [row["action"] for row in run["gone"]["results"]] == ["unchanged", "deleted"]


def test_a_removal_is_confirmed_where_the_jobs_are_deleted(modules, zone_id, splunk, stored):
    options = {"zones": [zone(zone_id)], "job_defaults": splunk}
    removal = {"job_overrides": {"state": "absent"}, **options}
    run = modules.tasks(
        task(ROLLOUT, "create", **options),
        task(ROLLOUT, "not confirmed", fails=True, confirmed=False, **removal),
        task(ROLLOUT, "check", check=True, confirmed=False, **removal),
    )
    assert run["not confirmed"].requests == [] and "logpush_remove_confirmed" in run["not confirmed"].msg
    assert run["check"]["summary"]["deleted"] == 1 and len(stored()) == 1


def test_a_warning_lists_five_zones_and_a_count(modules, simulator, fleet, splunk):
    for zone_id in fleet.values():
        simulator.add_job(zone_id=zone_id, name="security-team", enabled=True, destination_conf=THEIRS)
    zones = [{"zone_id": zone_id, "zone_name": name} for name, zone_id in fleet.items()]
    run = modules.tasks(task(ROLLOUT, "run", check=True, zones=zones, job_defaults=splunk))
    [warning] = run["run"]["warnings"]
    listed = ", ".join(f"zone{number}.example.com" for number in range(1, 6))
    assert warning.endswith(f"Zones: {listed}, and 35 more.")


def test_an_id_and_a_name_of_two_zones_are_refused_before_a_write(modules, simulator, zone_id, splunk, stored):
    other = simulator.zone_ids["api.example.com"]
    right, wrong = zone(zone_id, **splunk), {"zone_id": other, "zone_name": "shop.example.com", **splunk}
    run = modules.tasks(
        task(ROLLOUT, "check", check=True, fails=True, zones=[wrong]),
        task(ROLLOUT, "create", fails=True, zones=[right, wrong]),
        task(ROLLOUT, "again", zones=[right]),
    )
    for title in ("check", "create"):
        assert f"zone_id, zone_name: name two zones: {other} is api.example.com" in run[title].msg
    assert [job["scope_id"] for job in stored()] == [zone_id]
    assert run["again"].calls == ["GET jobs"]


def test_a_run_that_disables_jobs_removes_none_and_changes_nothing_else(modules, zone_id, splunk, stored):
    options = {"zones": [zone(zone_id)], "job_defaults": splunk}
    differently = {"zones": [zone(zone_id, state="absent", sourcetype="other")], "job_defaults": {"endpoint": "h"}}
    run = modules.tasks(
        task(ROLLOUT, "create", **options),
        task(ROLLOUT, "disable", job_overrides={"enabled": False}, create=False, **differently),
    )
    [put] = [request["json"] for request in run["disable"].requests if request["method"] == "PUT"]
    assert put == {"enabled": False} and run["disable"]["summary"]["disabled"] == 1
    assert [job["enabled"] for job in stored()] == [False]
