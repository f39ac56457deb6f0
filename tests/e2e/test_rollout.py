# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role and the playbook with hosts that represent zones, none of which can be reached."""

from __future__ import annotations

import json

import pytest
from ansible.release import __version__ as version

CORE = tuple(int(number) for number in version.split(".")[:2])
ROLLOUT = "edgeops.logpush.rollout"
CHANNEL = "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"


@pytest.fixture
def everywhere(splunk):
    """Return the arguments that set the destination of all hosts and make every host report its result."""
    given = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    return "-e", json.dumps({**given, "splunk_logpush_report_every_host": "true"})


def inventory_of_every_kind(simulator):
    """Return hosts with all variables of the role, in the forms of inventories and surveys."""
    zones = simulator.zone_ids
    return {
        "shop.example.com": {"zone_id": zones["shop.example.com"]},
        "web": {"zone_name": "www.example.com", "splunk_logpush_datasets": ["http_requests", "firewall_events"]},
        "api.example.com": {
            "zone_id": zones["api.example.com"],
            "splunk_logpush_sourcetype": "api:json",
            "splunk_logpush_jobs": [
                {"name": "all", "output_options": {"field_names": ["RayID", "ClientIP"], "CVE-2021-44228": True}},
                {
                    "name": "errors",
                    "sourcetype": "errors:json",
                    "filter": {"where": {"key": "EdgeResponseStatus", "operator": "geq", "value": 500}},
                    "max_upload_records": "1000",
                },
                {"dataset": "dns_logs", "state": "absent"},
            ],
        },
        "blog.example.org": {"splunk_logpush_state": "absent"},
        "intranet": {
            "zone_name": "intranet.example.net",
            "splunk_logpush_enabled": "false",
            "splunk_logpush_insecure_skip_verify": "yes",
            "splunk_logpush_datasets": "http_requests, dns_logs\nfirewall_events",
            "splunk_logpush_jobs": [{"dataset": "dns_logs", "enabled": "true"}],
        },
        "account": {
            "splunk_logpush_scope": "account",
            "account_id": simulator.account_id,
            "zone_id": zones["shop.example.com"],
            "splunk_logpush_channel": CHANNEL,
            "splunk_logpush_datasets": ["audit_logs_v2"],
        },
    }


def test_hosts_of_every_kind(ansible, simulator, everywhere, stored):
    for name, dataset in (("api.example.com", "dns_logs"), ("blog.example.org", "http_requests")):
        simulator.add_job(
            zone_id=simulator.zone_ids[name],
            dataset=dataset,
            enabled=True,
            destination_conf=simulator.destination_conf(),
        )
    inventory = inventory_of_every_kind(simulator)
    checked = ansible.playbook(ROLLOUT, "--check", "--diff", *everywhere, inventory=inventory)
    assert len(stored()) == 2
    first = ansible.playbook(ROLLOUT, "--diff", *everywhere, inventory=inventory)
    again = ansible.playbook(ROLLOUT, *everywhere, inventory=inventory)
    assert (checked.returncode, first.returncode, again.returncode) == (0, 0, 0), first.output

    def actions(run):
        return {host: [item["action"] for item in run.jobs(host)] for host in inventory}

    assert actions(first) == {
        "shop.example.com": ["created"],
        "web": ["created", "created"],
        "api.example.com": ["created", "created", "deleted"],
        "blog.example.org": ["deleted"],
        "intranet": ["created", "created", "created"],
        "account": ["created"],
    }
    assert actions(checked) == actions(first)
    for host in inventory:
        predicted, done = (run.on(host)["diff"] for run in (checked, first))
        assert predicted == done and len(done) == len(actions(first)[host])
    assert {action for host in actions(again).values() for action in host} == {"unchanged"}

    jobs = {(entry["scope_id"], entry["dataset"], entry["name"]): entry for entry in stored()}
    zones = simulator.zone_ids
    assert sorted(jobs) == sorted(
        [
            (zones["shop.example.com"], "http_requests", "shop.example.com"),
            (zones["www.example.com"], "firewall_events", "www.example.com"),
            (zones["www.example.com"], "http_requests", "www.example.com"),
            (zones["api.example.com"], "http_requests", "all"),
            (zones["api.example.com"], "http_requests", "errors"),
            (zones["intranet.example.net"], "http_requests", "intranet.example.net"),
            (zones["intranet.example.net"], "dns_logs", "intranet.example.net"),
            (zones["intranet.example.net"], "firewall_events", "intranet.example.net"),
            (simulator.account_id, "audit_logs_v2", "audit_logs_v2"),
        ]
    )
    errors = jobs[zones["api.example.com"], "http_requests", "errors"]
    assert "sourcetype=errors:json" in errors["destination_conf"] and errors["max_upload_records"] == 1000
    assert "sourcetype=api:json" in jobs[zones["api.example.com"], "http_requests", "all"]["destination_conf"]
    assert f"channel={CHANNEL}" in jobs[simulator.account_id, "audit_logs_v2", "audit_logs_v2"]["destination_conf"]
    intranet = {
        dataset: entry for (scope, dataset, dummy), entry in jobs.items() if scope == zones["intranet.example.net"]
    }
    assert {dataset: entry["enabled"] for dataset, entry in intranet.items()} == {
        "dns_logs": True,
        "firewall_events": False,
        "http_requests": False,
    }
    assert all("insecure-skip-verify=true" in entry["destination_conf"] for entry in intranet.values())
    assert len({entry["destination_conf"] for entry in jobs.values()}) == len(jobs)

    simulator.push()
    assert simulator.events(sourcetype="api:json") and simulator.events(channel=CHANNEL)


def test_a_host_that_fails_stops_no_other(ansible, simulator, everywhere, stored):
    zones = simulator.zone_ids
    inventory = {
        "misspelled": {"zone_id": zones["api.example.com"], "splunk_logpush_jobs": [{"datset": "dns_logs"}]},
        "misspelled deeper": {
            "zone_id": zones["api.example.com"],
            "splunk_logpush_jobs": [{"output_options": {"timestamps": "unix"}}],
        },
        "bad choice": {"zone_id": zones["api.example.com"], "splunk_logpush_state": "gone"},
        "no account": {"splunk_logpush_scope": "account", "splunk_logpush_datasets": ["audit_logs_v2"]},
        "undefined": {"zone_id": zones["api.example.com"], "splunk_logpush_jobs": [{"name": "{{ not_there }}"}]},
        "template": {
            "zone_id": zones["api.example.com"],
            "splunk_logpush_jobs": [{"output_options": {"record_template": "{{.ClientIP}}"}}],
        },
        "nowhere.example.com": {},
        "one of two": {
            "zone_id": zones["www.example.com"],
            "splunk_logpush_jobs": [{"dataset": "audit_logs_v2"}, {"dataset": "dns_logs"}],
        },
        "shop.example.com": {},
    }
    run = ansible.playbook(ROLLOUT, *everywhere, inventory=inventory)
    assert run.returncode == 2
    says = {
        "misspelled": ["datset", "splunk_logpush_jobs"],
        "misspelled deeper": ["timestamps", "output_options"],
        "bad choice": ["splunk_logpush_state", "present, absent"],
        "no account": ["account_id"],
        "undefined": ["splunk_logpush_jobs", "not_there"],
        "template": ["template"],
    }
    if CORE >= (2, 19):
        # Earlier versions name the template themselves.
        says["undefined"] = [
            "splunk_logpush_jobs[0].name of host undefined cannot be resolved: 'not_there' is undefined"
        ]
        says["template"] = [
            "splunk_logpush_jobs[0].output_options.record_template of host template",
            "write it as !unsafe",
        ]
    missing = {host: [word for word in words if word not in run.on(host).msg] for host, words in says.items()}
    assert missing == {host: [] for host in says}, {host: run.on(host).msg for host in says}
    [nowhere] = run.jobs("nowhere.example.com")
    assert nowhere["msg"].startswith("zone: ") and "zone_id" in nowhere["msg"]
    failed_item, good_item = run.jobs("one of two")
    assert "audit_logs_v2 is an account dataset" in failed_item["msg"]
    assert good_item["action"] == "created"
    assert run.jobs("shop.example.com")[0]["action"] == "created"
    assert {outcome.host for outcome in run.outcomes if outcome.failed} == set(inventory) - {"shop.example.com"}
    assert {entry["dataset"] for entry in stored()} == {"dns_logs", "http_requests"}


def test_which_hosts_and_where_their_variables_come_from(ansible, simulator, splunk, stored):
    zones = simulator.zone_ids
    inventory = {name: {"zone_id": zones[name]} for name in ("shop.example.com", "www.example.com", "api.example.com")}
    environment = {"SPLUNK_HEC_ENDPOINT": splunk["endpoint"], "SPLUNK_HEC_TOKEN": splunk["hec_token"]}
    one = ansible.playbook(
        ROLLOUT, "-e", "logpush_zones=shop.example.com", inventory=inventory, environment=environment
    )
    two = ansible.playbook(
        ROLLOUT,
        "--limit",
        "www*",
        "-e",
        json.dumps(
            {
                "cloudflare_api_token": simulator.api_token,
                "cloudflare_api_url": simulator.api_url,
                "splunk_logpush_channel": "",
                "splunk_logpush_datasets": "",
            }
        ),
        inventory=inventory,
        environment={
            **environment,
            "CLOUDFLARE_API_TOKEN": "not-this-one",
            "CLOUDFLARE_BASE_URL": "http://127.0.0.1:9",
        },
    )
    assert (one.returncode, two.returncode) == (0, 0), one.output + two.output
    assert [entry["scope_id"] for entry in stored()] == [zones["shop.example.com"], zones["www.example.com"]]
    assert all(entry["enabled"] for entry in stored())


def test_blank_answers_of_a_survey_count_as_not_given(ansible, simulator, splunk, stored):
    names = ["zone_id", "zone_name", "account_id", "cloudflare_api_token", "cloudflare_api_url"]
    names += [f"splunk_logpush_{name}" for name in ("channel", "sourcetype", "datasets")]
    given = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    arguments = ("-e", json.dumps({**dict.fromkeys(names, ""), **given}))
    run = ansible.playbook(ROLLOUT, *arguments, inventory={"shop.example.com": {}})
    assert run.returncode == 0, run.output
    assert run.jobs("shop.example.com")[0]["action"] == "created"
    assert [entry["scope_id"] for entry in stored()] == [simulator.zone_ids["shop.example.com"]]


def test_nothing_to_do(ansible, simulator):
    run = ansible.playbook(ROLLOUT, inventory={})
    # A run that does nothing because no host matches is a failure.
    assert run.returncode == 2 and "No host matches the pattern cloudflare_zones" in run.output
    assert simulator.requests(side="api") == []


def test_only_what_is_given_is_managed(ansible, simulator, stored):
    """A rollout that sets only the collector does not change how existing jobs push; it only enables them."""
    destination = simulator.destination_conf(sourcetype="by:hand")
    zone_id = simulator.zone_ids["shop.example.com"]
    simulator.add_job(
        zone_id=zone_id,
        name="by-hand",
        enabled=False,
        destination_conf=destination,
        output_options={"timestamp_format": "unix"},
    )
    host = {"zone_id": zone_id, "splunk_logpush_endpoint": simulator.hec_endpoint}
    run = ansible.playbook(ROLLOUT, inventory={"shop.example.com": host})
    assert run.jobs("shop.example.com")[0]["action"] == "enabled"
    [entry] = stored()
    assert (entry["enabled"], entry["destination_conf"]) == (True, destination)
    assert entry["output_options"] == {"timestamp_format": "unix"}
