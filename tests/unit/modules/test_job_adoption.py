# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that other people created: in the dashboard, with curl, with an older form of the API."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import job

CHANNEL = "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"


def by_hand(simulator, form):
    """Return a destination string with the places ``host`` and ``token`` filled in."""
    return form.format(host=simulator.hec_endpoint, token=simulator.hec_token, channel=CHANNEL)


FORMS = {
    "as Cloudflare's page has it": "splunk://{host}/services/collector/raw?channel={channel}"
    "&insecure-skip-verify=false&sourcetype=cloudflare:json&header_Authorization=Splunk%20{token}",
    "other order, encoded colon": "splunk://{host}/services/collector/raw?header_Authorization=Splunk%20{token}"
    "&sourcetype=cloudflare%3Ajson&insecure-skip-verify=false&channel={channel}",
    "capital scheme": "Splunk://{host}/services/collector/raw?channel={channel}"
    "&insecure-skip-verify=false&sourcetype=cloudflare:json&header_Authorization=splunk%20{token}",
    "plus for the space": "splunk://{host}/services/collector/raw?channel={channel}"
    "&insecure-skip-verify=false&sourcetype=cloudflare:json&header_Authorization=Splunk+{token}",
    "bare space": "splunk://{host}/services/collector/raw?channel={channel}"
    "&insecure-skip-verify=false&sourcetype=cloudflare:json&header_Authorization=Splunk {token}",
    "other spelling of no": "splunk://{host}/services/collector/raw?channel={channel}"
    "&insecure-skip-verify=0&sourcetype=cloudflare:json&header_authorization=Splunk%20{token}",
    "no word on certificates": "splunk://{host}/services/collector/raw?channel={channel}"
    "&sourcetype=cloudflare:json&header_Authorization=Splunk%20{token}",
    "capital channel": "splunk://{host}/services/collector/raw?channel="
    + CHANNEL.upper()
    + "&insecure-skip-verify=false&sourcetype=cloudflare:json&header_Authorization=Splunk%20{token}",
}


def test_a_job_made_by_hand_is_adopted_as_it_is(modules, simulator, zone_id, splunk):
    """Each form in turn replaces the previous one; equivalent forms are not a change."""
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf="splunk://nowhere")
    run = modules.tasks(
        *(
            job(
                title,
                check=True,
                channel=CHANNEL,
                sourcetype="cloudflare:json",
                insecure_skip_verify=False,
                before=[("PATCH", "jobs/1001", {"destination_conf": by_hand(simulator, form)})],
                **splunk,
            )
            for title, form in FORMS.items()
        ),
        defaults={"zone_id": zone_id},
    )
    assert {outcome.task: (outcome.result.get("action"), outcome.calls) for outcome in run.outcomes} == {
        title: ("unchanged", ["GET jobs"]) for title in FORMS
    }


def test_an_update_keeps_what_is_not_asked_for(modules, simulator, zone_id, stored):
    destination = by_hand(
        simulator,
        "Splunk://{host}/services/collector/raw?x-team=edge%26co&header_X-Extra=a%2Bb"
        "&header_Authorization=Splunk+{token}&channel={channel}&sourcetype=own:type&insecure-skip-verify=true",
    )
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=destination, filter='{"where":{}}')
    run = modules.tasks(
        job("channel", channel="11111111-2222-4333-8444-555555555556"),
        job("again", channel="11111111-2222-4333-8444-555555555556"),
        job("name", name="by-hand", job_id=1001),
        job("by that name", name="by-hand"),
        defaults={"zone_id": zone_id},
    )
    assert run["channel"].calls == ["GET jobs", "PUT job"]
    header = f"{zone_id}, http_requests"
    assert run["channel"]["diff"] == {
        "before_header": header,
        "after_header": header,
        "before": {"destination": {"channel": CHANNEL}},
        "after": {"destination": {"channel": "11111111-2222-4333-8444-555555555556"}},
    }
    assert [run[title]["action"] for title in ("again", "name", "by that name")] == [
        "unchanged",
        "updated",
        "unchanged",
    ]
    shown = run["by that name"]["job"]["destination"]
    assert (shown["x-team"], shown["header_X-Extra"]) == ("edge&co", "********")
    assert (shown["sourcetype"], shown["insecure_skip_verify"]) == ("own:type", True)
    kept = stored()[0]["destination_conf"]
    assert "header_X-Extra=a%2Bb" in kept and "x-team=edge%26co" in kept
    assert f"header_Authorization=Splunk%20{simulator.hec_token}" in kept


def test_a_destination_without_a_channel_gets_one_when_it_changes(modules, simulator, zone_id, splunk, stored):
    destination = by_hand(
        simulator, "splunk://{host}/services/collector/raw?sourcetype=old&header_Authorization=Splunk%20{token}"
    )
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=destination)
    run = modules.tasks(
        job("nothing asked"),
        job("would", check=True, sourcetype="new"),
        job("do", sourcetype="new"),
        defaults={"zone_id": zone_id},
    )
    assert run["nothing asked"]["action"] == "unchanged"
    assert run["do"]["action"] == "updated"
    assert run["would"]["job"]["destination"] == run["do"]["job"]["destination"]
    assert f"channel={run['do']['job']['destination']['channel']}" in stored()[0]["destination_conf"]


def test_legacy_logpull_options_are_understood(modules, simulator, zone_id, stored):
    logpull = "fields=RayID,ClientIP&sample=0.1&timestamps=rfc3339&CVE-2021-44228=true"
    simulator.add_job(
        zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf(), logpull_options=logpull
    )
    same = {
        "field_names": ["ClientIP", "RayID"],
        "sample_rate": 0.1,
        "timestamp_format": "rfc3339",
        "CVE-2021-44228": True,
    }
    run = modules.tasks(
        job("nothing asked"),
        job("in the new form", output_options=same),
        job(
            "in the old form",
            logpull_options="timestamps=rfc3339&CVE-2021-44228=true&sample=0.10&fields=ClientIP,RayID",
        ),
        job("change one", output_options={"sample_rate": 0.5}),
        job("again", output_options={"sample_rate": 0.5}),
        job("all of it", output_options={**same, "sample_rate": 0.5}),
        defaults={"zone_id": zone_id},
    )
    actions = {outcome.task: outcome.result.get("action") for outcome in run.outcomes}
    assert actions == {
        "nothing asked": "unchanged",
        "in the new form": "unchanged",
        "in the old form": "unchanged",
        "change one": "updated",
        "again": "unchanged",
        "all of it": "unchanged",
    }
    # With the new form, the API ignores the old one, so the new form must contain everything.
    [sent] = [request["json"] for request in run["change one"].requests if request["method"] == "PUT"]
    assert sent["output_options"] == {
        "field_names": ["RayID", "ClientIP"],
        "sample_rate": 0.5,
        "timestamp_format": "rfc3339",
        "CVE-2021-44228": True,
    }
    assert stored()[0]["logpull_options"] == logpull


def test_several_that_fit_are_an_error_that_lists_them(modules, simulator, zone_id, stored):
    for name in ("web", "web", ""):
        simulator.add_job(zone_id=zone_id, name=name, enabled=True, destination_conf=simulator.destination_conf())
    run = modules.tasks(
        job("no name", fails=True, enabled=False),
        job("name", fails=True, name="web", enabled=False),
        job("absent", fails=True, state="absent", name="web"),
        job("by id", job_id=1002, enabled=False),
        job("remove by id", job_id=1001, state="absent"),
        job("name again", name="web", enabled=False),
        defaults={"zone_id": zone_id},
    )
    assert "3 Splunk jobs of dataset http_requests" in run["no name"].msg
    assert "id 1003, without a name, pending" in run["no name"].msg
    assert "name or job_id" in run["no name"].msg
    for title in ("name", "absent"):
        assert "id 1001, named web" in run[title].msg and "id 1002, named web" in run[title].msg
        assert "1003" not in run[title].msg
        assert run[title].calls == ["GET jobs"]
    assert (run["by id"]["action"], run["remove by id"]["action"]) == ("disabled", "deleted")
    assert run["name again"]["action"] == "unchanged"
    assert [(entry["id"], entry["enabled"]) for entry in stored()] == [(1002, False), (1003, True)]


def test_a_job_by_its_id(modules, simulator, zone_id, splunk, stored):
    other = simulator.zone_ids["api.example.com"]
    simulator.add_job(zone_id=zone_id, dataset="dns_logs", enabled=True, destination_conf=simulator.destination_conf())
    simulator.add_job(zone_id=other, enabled=True, destination_conf=simulator.destination_conf())
    run = modules.tasks(
        # The dataset of the job, not the default one.
        job("found", job_id=1001),
        job("as text", job_id="1001"),
        job("unknown", fails=True, job_id=4711, **splunk),
        job("of another zone", fails=True, job_id=1002, **splunk),
        job("unknown and absent", job_id=4711, state="absent"),
        defaults={"zone_id": zone_id},
    )
    assert run["found"]["action"] == run["as text"]["action"] == "unchanged"
    for title in ("unknown", "of another zone"):
        assert run[title].msg.startswith("job_id: ") and "dataset and name" in run[title].msg
        assert run[title].calls == ["GET jobs"]
    assert run["unknown and absent"]["action"] == "unchanged"
    assert len(stored()) == 2


def test_jobs_to_other_places_are_left_alone(modules, simulator, zone_id, splunk, stored):
    elsewhere = "s3://bucket/logs?region=eu-west-1&access-key-id=AKIA&secret-access-key=topsecretvalue"
    simulator.add_job(zone_id=zone_id, name="shop.example.com", enabled=True, destination_conf=elsewhere)
    before = stored()
    run = modules.tasks(
        job("absent", state="absent"),
        job("by id", fails=True, job_id=1001, enabled=False),
        job("absent by id", fails=True, job_id=1001, state="absent"),
        job("create", **splunk),
        job("absent again", state="absent"),
        defaults={"zone_id": zone_id},
    )
    assert [run[title].result.get("action") for title in ("absent", "create", "absent again")] == [
        "unchanged",
        "created",
        "deleted",
    ]
    for title in ("by id", "absent by id"):
        assert "splunk://" in run[title].msg and run[title].calls == ["GET jobs"]
    assert stored() == before
    assert "topsecretvalue" not in run.report


HEALTH = {
    "pending": {"enabled": True},
    "delivering": {"enabled": True, "last_complete": "2026-11-22T10:00:00Z"},
    "failing": {
        "enabled": True,
        "last_complete": "2026-11-22T10:00:00Z",
        "last_error": "2026-11-22T11:00:00Z",
        "error_message": "DNSError",
    },
    "disabled": {"enabled": False, "last_complete": "2026-11-22T10:00:00Z"},
    "auto_disabled": {"enabled": False, "last_error": "2026-11-22T11:00:00Z", "error_message": "DNSError"},
}


def test_the_health_of_a_job(modules, simulator, zone_id):
    simulator.add_job(zone_id=zone_id, destination_conf=simulator.destination_conf())
    fresh = {"last_complete": None, "last_error": None, "error_message": None}
    run = modules.tasks(
        *(
            job(health, enabled=fields["enabled"], before=[("PATCH", "jobs/1001", {**fresh, **fields})])
            for health, fields in HEALTH.items()
        ),
        defaults={"zone_id": zone_id},
    )
    assert {outcome.task: outcome["job"]["health"] for outcome in run.outcomes} == {name: name for name in HEALTH}
    assert {outcome["action"] for outcome in run.outcomes} == {"unchanged"}


def test_a_job_that_cloudflare_disabled_is_enabled_again(modules, simulator, zone_id, stored):
    simulator.add_job(zone_id=zone_id, enabled=True, destination_conf=simulator.destination_conf())
    simulator.set_faults({"kind": "status", "side": "hec", "times": None})
    simulator.push()
    simulator.age_failure(1001, hours=25)
    simulator.push()
    assert stored()[0]["enabled"] is False
    simulator.set_faults()
    run = modules.tasks(job("would", check=True), job("enable"), job("again"), defaults={"zone_id": zone_id})
    assert [outcome["action"] for outcome in run.outcomes] == ["enabled", "enabled", "unchanged"]
    simulator.push()
    assert modules.tasks(job("later", zone_id=zone_id))["later"]["job"]["health"] == "delivering"


@pytest.mark.parametrize("hidden", ["********", "Splunk%20***", "REDACTED"])
def test_a_token_that_the_api_hides_is_no_difference(modules, simulator, zone_id, splunk, hidden):
    simulator.add_job(
        zone_id=zone_id,
        enabled=True,
        destination_conf=simulator.destination_conf(header_Authorization=hidden),
    )
    run = modules.tasks(
        job("as it is", check=True, **splunk),
        job("no token, other sourcetype", check=True, fails=True, sourcetype="other"),
        job("token and other sourcetype", check=True, sourcetype="other", **splunk),
        defaults={"zone_id": zone_id},
    )
    assert run["as it is"]["action"] == "unchanged"
    assert run["no token, other sourcetype"].msg.startswith("hec_token: ")
    assert run["token and other sourcetype"]["action"] == "updated"
