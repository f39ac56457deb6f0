# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that a run deletes when it prunes; a run that disables jobs deletes none."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import derive_channel
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, job, task

ROLLOUT = "edgeops.logpush.splunk_logpush_rollout"
REPAIR = "edgeops.logpush.splunk_logpush_repair"
NAME = "shop.example.com"
DISABLE = {"job_overrides": {"enabled": False}, "create": False}


def zone(zone_id, **options):
    """Return a zone of a rollout."""
    return {"zone_id": zone_id, "zone_name": NAME, **options}


def duplicates(simulator, zone_id, enabled=(True, True), name=NAME, **parameters):
    """Add jobs that are equal, including the derived channel; return their IDs."""
    channel = derive_channel(zone_id, "http_requests", name)
    conf = simulator.destination_conf(channel=channel, **parameters)
    return [
        simulator.add_job(zone_id=zone_id, name=name, enabled=each, destination_conf=conf)["id"] for each in enabled
    ]


def writes(outcome):
    """Return the method, the end of the path and the body of each request that writes."""
    return [
        (request["method"], request["path"].rpartition("/")[2], request["json"])
        for request in outcome.requests
        if request["method"] != "GET"
    ]


@pytest.mark.parametrize("enabled", [(True, True), (False, True), (True, False)])
def test_disabling_a_job_disables_its_duplicates_and_deletes_none(modules, simulator, zone_id, splunk, stored, enabled):
    ids = duplicates(simulator, zone_id, enabled)
    disable = {"zones": [zone(zone_id)], "job_defaults": splunk, **DISABLE}
    run = modules.tasks(
        task(ROLLOUT, "check", check=True, **disable),
        task(ROLLOUT, "disable", **disable),
        task(ROLLOUT, "again", **disable),
    )
    on = [job_id for job_id, is_on in zip(ids, enabled) if is_on]
    assert writes(run["disable"]) == [("PUT", str(job_id), {"enabled": False}) for job_id in on]
    assert run["disable"]["diff"] == run["check"]["diff"] and run["disable"]["summary"]["disabled"] == 1
    assert run["again"]["summary"]["unchanged"] == 1
    assert [(each["id"], each["enabled"]) for each in stored()] == [(job_id, False) for job_id in ids]


@pytest.mark.parametrize("name", [NAME, "web"])
def test_the_module_for_one_job_disables_duplicates_too(modules, simulator, zone_id, stored, name):
    """Duplicates also count as one job where the request names none, and the only job of the dataset is meant."""
    ids = duplicates(simulator, zone_id, name=name)
    run = modules.tasks(job("disable", zone_id=zone_id, enabled=False), job("remove", zone_id=zone_id, state="absent"))
    assert writes(run["disable"]) == [("PUT", str(job_id), {"enabled": False}) for job_id in ids]
    others = [{"id": ids[1], "enabled": False}]
    assert (run["disable"]["action"], run["disable"]["diff"]["after"]["other_jobs"]) == ("disabled", others)
    assert run["remove"]["action"] == "deleted" and stored() == []


def test_a_run_that_disables_jobs_does_not_prune(modules, simulator, zone_id, splunk, stored):
    conf = simulator.destination_conf()
    other = simulator.add_job(zone_id=zone_id, name="by hand", enabled=True, destination_conf=conf)["id"]
    options = {"zones": [zone(zone_id, jobs=[{"name": "web"}])], "job_defaults": splunk}
    run = modules.tasks(task(ROLLOUT, "create", **options), task(ROLLOUT, "disable", prune=True, **DISABLE, **options))
    assert [row["action"] for row in run["disable"]["results"]] == ["disabled"]
    assert {each["id"]: each["enabled"] for each in stored()}[other] is True and len(stored()) == 2


@pytest.mark.parametrize(
    "host",
    [{"problem": "token is undefined"}, {"zone_id": NAME}, {"zone": NAME, "account_id": "a"}, {"zone_id": "UPPER"}],
    ids=str,
)
@pytest.mark.parametrize("place", ["zones", "other_zones"])
def test_prune_deletes_nothing_that_a_host_may_request_whose_zone_is_not_known(
    modules, simulator, zone_id, splunk, stored, host, place
):
    zone_id = "ab" * 16
    simulator.reset(zones=[{"id": zone_id, "name": NAME}])
    host = {**host, **({"zone_id": zone_id.upper()} if host.get("zone_id") == "UPPER" else {})}
    first, second = zone(zone_id, jobs=[{"name": "first"}]), {**host, "host": "b", "jobs": [{"name": "second"}]}
    zones = {"zones": [first], "other_zones": []}
    zones[place] = [*zones[place], second]
    is_known = host.get("zone_id", "").lower() == zone_id
    run = modules.tasks(
        task(
            ROLLOUT,
            "create",
            zones=[zone(zone_id, jobs=[{"name": "first"}, {"name": "second"}])],
            job_defaults=splunk,
        ),
        task(ROLLOUT, "prune", fails=not is_known, prune=True, job_defaults=splunk, **zones),
    )
    assert writes(run["prune"]) == [] and len(stored()) == 2
    assert is_known or ("prune: no job is deleted" in run["prune"].msg and "zone: b" in run["prune"].msg)


def test_prune_without_the_name_of_the_zone_deletes_nothing(modules, simulator, zone_id, splunk, stored):
    options = {"job_defaults": splunk, "zones": [{"zone_id": zone_id, "jobs": [{"name": "first"}]}]}
    refused = {"kind": "status", "status": 403, "path": f"/zones/{zone_id}$", "times": None}
    run = modules.tasks(
        task(
            ROLLOUT, "create", job_defaults=splunk, zones=[zone(zone_id, jobs=[{"name": "first"}, {"name": "second"}])]
        ),
        task(
            ROLLOUT, "prune", fails=True, prune=True, before=[faults(refused)], other_zones=[{"zone": NAME}], **options
        ),
    )
    assert "prune: no job is deleted" in run["prune"].msg and "Set zone_name" in run["prune"].msg
    assert writes(run["prune"]) == [] and len(stored()) == 2


@pytest.mark.parametrize("other", [{"zone": NAME}, {"zone_id": True}, {"zone_id": True, "zone_name": NAME}], ids=str)
@pytest.mark.parametrize("name", [NAME, "web"])
@pytest.mark.parametrize("adopted", ["by-hand", "second"])
def test_prune_keeps_the_job_that_another_host_has_adopted(
    modules, simulator, zone_id, splunk, stored, other, name, adopted
):
    """This applies whatever this run creates beside it, and also to a job that was created here under another
    name."""
    channel = derive_channel(zone_id, "http_requests", "second")
    conf = simulator.destination_conf(**({"channel": channel} if adopted == "second" else {}))
    simulator.add_job(zone_id=zone_id, name=adopted, enabled=True, destination_conf=conf)
    other = {key: zone_id if value is True else value for key, value in other.items()}
    run = modules.tasks(
        task(ROLLOUT, "adopt", job_defaults=splunk, zones=[other]),
        task(
            ROLLOUT,
            "prune",
            prune=True,
            job_defaults=splunk,
            zones=[zone(zone_id, jobs=[{"name": name}])],
            other_zones=[other],
        ),
    )
    assert run["adopt"]["summary"]["unchanged"] == 1
    assert [row["action"] for row in run["prune"]["results"]] == ["created"]
    assert sorted(each["name"] for each in stored()) == sorted([name, adopted])


@pytest.mark.parametrize("name", [{}, {"name": "fw"}], ids=str)
@pytest.mark.parametrize("moment", ["replaced", "interrupted", "renumbered"])
def test_prune_keeps_the_job_with_which_another_host_has_replaced_its_own(
    modules, simulator, zone_id, splunk, stored, name, moment
):
    """The other host still names the ID of the job that it has replaced."""
    old = simulator.add_job(
        zone_id=zone_id,
        name="fw",
        dataset="firewall_events",
        enabled=True,
        destination_conf=simulator.destination_conf(),
    )
    wanted = {"job_id": old["id"], "dataset": "nel_reports", "recreate": True, **name}
    other = zone(zone_id, jobs=[wanted])
    before = [faults({"kind": "status", "status": 403, "method": "DELETE"})] if moment == "interrupted" else []
    modules.tasks(
        task(ROLLOUT, "replace", before=before, fails=bool(before), job_defaults=splunk, zones=[other]),
    )
    kept = stored()
    if moment == "renumbered":
        # Without recreate, the host fails until somebody corrects the ID.
        wanted = {key: value for key, value in wanted.items() if key != "recreate"}
        other = zone(zone_id, jobs=[wanted])
    mine = zone(zone_id, jobs=[{"name": "web"}])
    run = modules.tasks(
        task(ROLLOUT, "prune", prune=True, job_defaults=splunk, zones=[mine], other_zones=[other], before=[faults()])
    )
    assert [row["action"] for row in run["prune"]["results"]] == ["created"], run["prune"].result
    assert [each["id"] for each in stored()][: len(kept)] == [each["id"] for each in kept]


def test_what_was_pruned_before_a_failure_is_reported(modules, simulator, zone_id, splunk, stored):
    for name in ("one", "two"):
        simulator.add_job(zone_id=zone_id, name=name, enabled=True, destination_conf=simulator.destination_conf())
    refused = {"kind": "status", "status": 403, "method": "DELETE", "skip": 1, "times": None}
    options = {"zones": [zone(zone_id, jobs=[{"name": "web"}])], "job_defaults": splunk}
    run = modules.tasks(task(ROLLOUT, "prune", fails=True, prune=True, before=[faults(refused)], **options))
    assert [row["action"] for row in run["prune"]["results"]] == ["created", "failed", "deleted"]
    assert run["prune"]["summary"]["deleted"] == 1
    assert sorted(each["name"] for each in stored()) == ["two", "web"]


def test_a_job_through_https_is_repaired_with_enabled_alone(modules, simulator, zone_id, stored):
    conf = (
        f"https://{simulator.hec_endpoint}/services/collector/event?header_Authorization=Splunk%20{simulator.hec_token}"
    )
    failed = {"enabled": False, "last_error": "2026-11-22T11:00:00Z", "error_message": "DNSError"}
    for name in ("web", "also"):
        simulator.add_job(zone_id=zone_id, name=name, destination_conf=conf, **failed)
    duplicates(simulator, zone_id, (False,))
    run = modules.tasks(task(REPAIR, "look", check=True, zones=[zone(zone_id)]))
    [collector] = {row["collector"] for row in run["look"]["results"]}
    assert collector == simulator.hec_endpoint
    run = modules.tasks(
        task(REPAIR, "not ready", fails=True, zones=[zone(zone_id)], not_ready={collector: "It is down."}),
        task(REPAIR, "repair", zones=[zone(zone_id)]),
    )
    assert "It is down." in run["not ready"].msg and writes(run["not ready"]) == []
    assert [(method, body) for method, _job, body in writes(run["repair"])] == [("PUT", {"enabled": True})] * 2
    assert [each["enabled"] for each in stored()] == [True, True, False]


@pytest.mark.parametrize(
    ("module", "options"),
    [
        (REPAIR, {}),
        ("edgeops.logpush.splunk_logpush_rotate", {"new_hec_token": "11111111-aaaa-4bbb-8ccc-222222222222"}),
        (ROLLOUT, {"job_defaults": {"state": "absent"}}),
        (ROLLOUT, DISABLE),
        (ROLLOUT, {"prune": True, "jobs": [{"name": "other"}]}),
    ],
)
def test_an_id_and_a_name_of_two_zones_are_refused_by_every_module(
    modules, simulator, zone_id, stored, module, options
):
    wrong = {"zone_id": simulator.zone_ids["api.example.com"], "zone_name": NAME}
    if module == ROLLOUT:
        wrong["endpoint"] = simulator.hec_endpoint
        wrong["hec_token"] = simulator.hec_token
    if "rotate" in module:
        options = {**options, "old_hec_token": simulator.hec_token}
    failed = {"enabled": "rotate" in module or module == ROLLOUT, "last_error": "2026-11-22T11:00:00Z"}
    simulator.add_job(zone_id=wrong["zone_id"], name="x", destination_conf=simulator.destination_conf(), **failed)
    before = stored()
    run = modules.tasks(task(module, "wrong", fails=True, zones=[wrong], **options))
    assert "zone_id, zone_name: name two zones" in run["wrong"].msg and writes(run["wrong"]) == []
    assert stored() == before


def test_the_name_that_a_second_host_gives_a_zone_is_checked_too(modules, simulator, zone_id, splunk, stored):
    other = simulator.zone_ids["api.example.com"]
    hosts = [
        {"zone_id": other, "jobs": [{"name": "a"}]},
        {"zone_id": other, "zone_name": NAME, "jobs": [{"name": "b"}]},
    ]
    run = modules.tasks(task(ROLLOUT, "create", fails=True, zones=hosts, job_defaults=splunk))
    assert run["create"].msg.count("name two zones") == 1 and stored() == []


def test_one_zone_out_of_sight_does_not_hide_that_another_is_wrong(modules, simulator, zone_id, splunk, stored):
    other = simulator.zone_ids["api.example.com"]
    hidden = {"kind": "status", "status": 403, "path": f"/zones/{zone_id}$", "times": None}
    run = modules.tasks(
        task(
            ROLLOUT,
            "create",
            fails=True,
            before=[faults(hidden)],
            zones=[zone(zone_id), {"zone_id": other, "zone_name": NAME}],
            job_defaults=splunk,
        )
    )
    assert [row["action"] for row in run["create"]["results"]] == ["created", "failed"]
    assert f"{other} is api.example.com" in run["create"].msg


def test_a_zone_whose_name_could_not_be_read_is_not_written_to(modules, simulator, zone_id, splunk, stored):
    broken = {"kind": "status", "status": 500, "path": f"/zones/{zone_id}$", "times": None}
    options = {"job_defaults": splunk}
    run = modules.tasks(
        task(ROLLOUT, "create", fails=True, before=[faults(broken)], zones=[zone(zone_id)], **options),
        task(ROLLOUT, "consent", zones=[{"zone_id": zone_id, "jobs": [{"name": "web"}]}], **options),
    )
    assert "leave zone_name out" in run["create"].msg and writes(run["create"]) == []
    assert len(stored()) == 1
