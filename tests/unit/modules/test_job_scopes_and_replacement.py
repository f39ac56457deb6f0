# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first delivery of a job, jobs of zones by name and of accounts, their channels, and their replacement."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job

LIST = "GET jobs"


def test_a_created_job_pushes_at_once(modules, simulator, zone_id, splunk, stored):
    run = modules.tasks(job("create", zone_id=zone_id, **splunk), job("again", zone_id=zone_id, **splunk))
    assert run["create"]["job"]["health"] == "pending"
    simulator.push()
    events = simulator.events(host="shop.example.com")
    assert events and {event["sourcetype"] for event in events} == {"cloudflare:json"}
    assert {event["channel"] for event in events} == {run["create"]["job"]["destination"]["channel"]}
    # The time format that Splunk can read.
    assert stored()[0]["output_options"] == {"timestamp_format": "rfc3339"}
    assert events[0]["event"]["EdgeStartTimestamp"].endswith("Z")
    seen = modules.tasks(job("later", zone_id=zone_id))["later"]
    assert (seen["action"], seen["job"]["health"]) == ("unchanged", "delivering")


@pytest.mark.parametrize("given", [{"zone": "shop.example.com"}, {"zone": "SHOP.example.com."}])
def test_a_zone_by_its_name_costs_one_more_request(modules, zone_id, splunk, stored, given):
    run = modules.tasks(job("create", **splunk), job("again"), job("remove", state="absent"), defaults=given)
    assert run["create"].calls == ["GET zones", LIST, "POST jobs"]
    assert run["again"].calls == ["GET zones", LIST]
    assert run["remove"].calls == ["GET zones", LIST, "DELETE job"]
    assert run["create"]["job"]["name"] == "shop.example.com"
    assert stored() == []


def test_a_job_of_an_account(modules, simulator, splunk, stored):
    scope = {"account_id": simulator.account_id, "dataset": "audit_logs_v2"}
    run = modules.tasks(
        job("would create", check=True, **splunk, **scope),
        job("create", **splunk, **scope),
        job("again", **splunk, **scope),
        job("named", name="audit", **splunk, **scope),
        job("remove the one without a given name", state="absent", **scope),
        job("remove the other", state="absent", name="audit", **scope),
        job("again after all", **splunk, **scope),
    )
    assert run["create"].calls == [LIST, "POST jobs"]
    assert run["create"]["job"]["name"] == "audit_logs_v2"
    assert run["again"]["action"] == "unchanged"
    assert run["would create"]["job"]["destination"] == run["create"]["job"]["destination"]
    assert run["named"]["action"] == "created"
    assert run["remove the one without a given name"]["job"]["name"] == "audit_logs_v2"
    assert run["remove the other"]["job"]["name"] == "audit"
    assert run["again after all"]["action"] == "created"
    assert [entry["scope_id"] for entry in stored()] == [simulator.account_id]


def test_the_channel_of_a_new_job_follows_from_what_it_is(modules, simulator, zone_id, splunk):
    other = simulator.zone_ids["api.example.com"]
    run = modules.tasks(
        job("create", zone_id=zone_id, **splunk),
        job("remove", zone_id=zone_id, state="absent"),
        job("create anew", zone_id=zone_id, **splunk),
        job("another zone", zone_id=other, **splunk),
        job("another dataset", zone_id=zone_id, dataset="dns_logs", **splunk),
        job("another name", zone_id=zone_id, name="second", **splunk),
        job("of one's own", zone_id=zone_id, name="third", channel="9D4B5CE2-3F6C-4A0E-8A36-5D1A0E6C7B11", **splunk),
    )
    channel = {
        outcome.task: outcome["job"]["destination"]["channel"] for outcome in run.outcomes if outcome.task != "remove"
    }
    assert channel["create"] == channel["create anew"]
    assert channel["of one's own"] == "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
    assert len(set(channel.values())) == len(channel) - 1


def test_dataset_and_kind_change_by_replacement_only(modules, simulator, zone_id, splunk, stored):
    defaults = {"zone_id": zone_id}
    run = modules.tasks(
        job("create", name="web", sourcetype="web:json", max_upload_interval_seconds=60, **splunk),
        job("kind", fails=True, name="web", kind="edge"),
        job("dataset", fails=True, job_id=1001, dataset="firewall_events"),
        job("would replace", check=True, name="web", kind="edge", recreate=True),
        job("replace", name="web", kind="edge", recreate=True),
        job("again", name="web", kind="edge", recreate=True),
        job("again, without leave to", name="web", kind="edge"),
        defaults=defaults,
    )
    for title, change in (("kind", "kind from none to edge"), ("dataset", "dataset from http_requests to")):
        assert run[title].calls == [LIST]
        assert change in run[title].msg and "recreate: true" in run[title].msg
    assert (run["would replace"]["action"], run["replace"]["action"]) == ("replaced", "replaced")
    assert run["would replace"]["diff"] == run["replace"]["diff"]
    # The new job is created first, so that no log is lost.
    assert run["replace"].calls == [LIST, "POST jobs", "DELETE job"]
    assert run["again"]["action"] == run["again, without leave to"]["action"] == "unchanged"
    [replaced] = stored()
    assert (replaced["id"], replaced["kind"], replaced["name"]) == (1002, "edge", "web")
    assert replaced["max_upload_interval_seconds"] == 60
    assert "sourcetype=web:json" in replaced["destination_conf"]
    # The same collector, token and channel.
    assert run["replace"]["job"]["destination"] == run["create"]["job"]["destination"]


def test_replacement_in_a_full_zone_deletes_first_and_brings_back_what_it_deleted(
    modules, simulator, zone_id, splunk, stored
):
    for name in ("one", "two", "three", "web"):
        simulator.add_job(
            zone_id=zone_id, name=name, destination_conf=simulator.destination_conf(channel=f"{name:x<8}"), enabled=True
        )
    run = modules.tasks(
        job("replace", name="web", kind="edge", recreate=True),
        job("again", name="web", kind="edge", recreate=True),
        job(
            "refused",
            name="web",
            kind="",
            recreate=True,
            fails=True,
            before=[("POST", "faults", [{"kind": "status", "method": "POST", "status": 400, "skip": 1, "times": 1}])],
        ),
        defaults={"zone_id": zone_id},
    )
    assert run["replace"].calls == [LIST, "POST jobs", "DELETE job", "POST jobs"]
    assert run["again"]["action"] == "unchanged"
    assert "exists again, with the new ID" in run["refused"].msg
    assert sorted(entry["name"] for entry in stored()) == ["one", "three", "two", "web"]
    assert [entry["kind"] for entry in stored() if entry["name"] == "web"] == ["edge"]
