# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole chain, from an empty Splunk to events of every zone, and the messages if a step fails."""

from __future__ import annotations

import json

import pytest
import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import sourcetype_settings
from ansible_collections.edgeops.logpush.tests.simulator.event_time import read_time

from .test_secrets import spellings, strings

SITE = "edgeops.logpush.site"
PROVISION = "edgeops.logpush.provision_hec"
ZONES = ("shop.example.com", "api.example.com")
WAIT = "Wait until the jobs of all zones deliver"
SHOW_TOKEN = "edgeops.logpush.splunk_hec : Show the changes to the token"
FIND = "edgeops.logpush.splunk_hec : Find events of the zone in Splunk"


def zones(simulator, *names):
    """Return an inventory of zones."""
    return {name: {"zone_id": simulator.zone_ids[name], "zone_name": name} for name in names}


def chain(simulator, options, **more):
    """Return the variables of the chain as arguments of ansible-playbook, with long timeouts and short intervals."""
    quick = {
        "splunk_logpush_verify_timeout": 30,
        "splunk_logpush_verify_interval": 1,
        "splunk_hec_search_timeout": 30,
        "splunk_hec_search_interval": 1,
        "splunk_hec_probe_ca_path": simulator.ca_file,
    }
    given = {f"splunk_hec_{option}": value for option, value in options.items()}
    return "-e", json.dumps({**quick, **given, **more})


def changed(run):
    """Return the tasks that changed something, except those that only record something."""
    return {(outcome.host, outcome.task) for outcome in run.outcomes if outcome.result.get("changed")}


def pushing(simulator, **config):
    """Set the simulator up to push by itself, with an empty Splunk."""
    settings = {"push_interval": 0.3, "acs_delay": 0.2, **config.pop("settings", {})}
    simulator.reset(**{"hec_tokens": [], **config, "settings": settings})


def test_from_an_empty_splunk_to_events_of_every_zone(ansible, simulator, empty_splunk, stored):
    ansible.shorten_waits()
    pushing(simulator, hec_settings={"disabled": True})
    # The server has another time zone, and the time of an event is at its end.
    simulator.change_settings(time_zone="Asia/Tokyo", field_order={"*": "time_last"})
    fields = {"output_options": {"field_names": ["EdgeStartTimestamp", "RayID"], "timestamp_format": "rfc3339"}}
    inventory, given = zones(simulator, *ZONES), chain(simulator, empty_splunk)
    with_fields = chain(simulator, empty_splunk, splunk_logpush_jobs=[fields])
    checked = ansible.playbook(SITE, "--check", "--diff", *with_fields, inventory=inventory)
    assert checked.returncode == 0, checked.output
    assert stored() == [] and simulator.state()["hec_tokens"] == []
    assert {checked.jobs(zone)[0]["action"] for zone in ZONES} == {"created"}
    token_diff = checked[SHOW_TOKEN]["diff"]
    assert token_diff["before"] == {} and token_diff["after"]["index"] == "cloudflare"
    assert simulator.state()["props"] == {}
    named = ("HEC settings", "index cloudflare", "HEC token cloudflare", "source type cloudflare:json")
    for header in (*named, *(f"{zone}, http_requests {zone}" for zone in ZONES)):
        assert f"+++ after: {header}\n" in checked.output
    assert "skipping: no hosts matched" not in checked.output
    assert '"field_names": [' in checked.output and '"RayID"' in checked.output

    # No task becomes another user, whatever the inventory and the command line request.
    root = {name: {**host, "ansible_become": True} for name, host in inventory.items()}
    no_sudo = {"ANSIBLE_BECOME_EXE": "/no/sudo"}
    first = ansible.playbook(SITE, "-vvv", "--diff", "--become", *given, inventory=root, environment=no_sudo)
    assert first.returncode == 0, first.output
    assert {entry["name"] for entry in stored()} == set(ZONES)
    # The token counts as changed once.
    assert [task for _host, task in changed(first) if "the token" in task] == [
        "edgeops.logpush.splunk_hec : Create or update the token"
    ]
    [token] = simulator.state()["hec_tokens"]
    seen = "\n".join([first.output, *strings([outcome.result for outcome in first.outcomes])])
    for secret in (token["token"], simulator.splunk_password, simulator.api_token):
        assert [form for form in spellings(secret) if form in seen] == []
    assert {entry["host"]: entry["health"] for entry in first[WAIT]["results"]} == dict.fromkeys(ZONES, "delivering")
    for zone in ZONES:
        assert int(first.on(zone, FIND)["rows"][0]["count"]) > 0
        assert {event["index"] for event in simulator.events(host=zone)} == {"cloudflare"}
        times = [(event["event"].get("EdgeStartTimestamp"), event["time"]) for event in simulator.events(host=zone)]
        assert {read_time(own, "%Y-%m-%dT%H:%M:%SZ") == time for own, time in times if own} == {True}
    settings = sourcetype_settings(["http_requests"])
    assert settings.items() <= simulator.state()["props"]["cloudflare:json"].items()

    again = ansible.playbook(SITE, *given, inventory=inventory)
    assert again.returncode == 0, again.output
    assert changed(again) == set()

    # The last part alone searches for every zone, and the parts that are left out say nothing.
    searched = ansible.playbook(SITE, "--tags", "search", *given, inventory=inventory)
    assert searched.returncode == 0 and "no hosts matched" not in searched.output, searched.output
    assert all(int(searched.on(zone, FIND)["rows"][0]["count"]) > 0 for zone in ZONES)


def reaches(simulator, address):
    """Return whether a sender with this address reaches HEC."""
    url = f"{simulator.hec_url}/services/collector/health"
    try:
        return requests.get(url, headers={"X-Simulator-Address": address}, verify=simulator.ca_file, timeout=10).ok
    except requests.ConnectionError:
        return False


def test_splunk_cloud_from_nothing_locks_no_sender_out(ansible, simulator, empty_stack):
    ansible.shorten_waits()
    ours, stranger = "192.0.2.7", "198.51.100.7"
    pushing(simulator, indexes=[{"name": "main"}])
    given = chain(simulator, {**empty_stack, "endpoint": simulator.hec_endpoint})
    inventory = zones(simulator, ZONES[0])
    first = ansible.playbook(SITE, *given, inventory=inventory)
    assert first.returncode == 0, first.output
    assert first.jobs(ZONES[0])[0]["action"] == "created"
    assert {entry["host"]: entry["health"] for entry in first[WAIT]["results"]} == {ZONES[0]: "delivering"}
    assert first.on(ZONES[0], FIND).status == "skipped"
    [line] = [outcome.msg for outcome in first.outcomes if "source types" in outcome.task and outcome.msg]
    assert line == (
        "Splunk Cloud has no API for the times of events. Install the Cloudflare App for Splunk (Splunkbase 4501), or an app with "
        "the source types cloudflare:json. The page reference_source_types has their settings."
    )
    assert {event["index"] for event in simulator.events(host=ZONES[0])} == {"cloudflare"}
    # The list is open to everybody, and stays open: its first subnet would lock other senders out.
    words = "The allow list of HEC is empty, so Cloudflare and every other sender reach HEC. It stays as it is."
    assert first.output.count(words) == 1 and "hec" not in {
        name for name, subnets in simulator.state()["allowlists"].items() if subnets
    }
    assert reaches(simulator, ours) and reaches(simulator, stranger)

    # Somebody closes HEC for everybody except their own senders. Cloudflare is added to them.
    url = f"{simulator.acs_url}/{simulator.acs_stack}/adminconfig/v2/access/hec/ipallowlists"
    bearer = {"Authorization": f"Bearer {simulator.acs_token}"}
    simulator.change_settings(acs_delay=0)
    assert requests.post(url, json={"subnets": ["192.0.2.0/24"]}, headers=bearer, timeout=10).ok
    assert not reaches(simulator, stranger)
    again = ansible.playbook(SITE, *given, inventory=inventory)
    assert again.returncode == 0, again.output
    assert changed(again) == {("localhost", "edgeops.logpush.splunk_hec : Let Cloudflare reach HEC")}, again.output
    assert {entry["host"]: entry["health"] for entry in again[WAIT]["results"]} == {ZONES[0]: "delivering"}
    assert "192.0.2.0/24: not Cloudflare's; remove it with state: absent if nobody needs it" in again.output
    # This machine is not in the list, so it cannot probe HEC.
    assert "probably does not contain this machine" in again.output
    assert reaches(simulator, ours) and not reaches(simulator, stranger)
    last = ansible.playbook(PROVISION, *given, "-e", json.dumps({"splunk_hec_allowed_subnets": ["192.0.2.0/24"]}))
    assert last.returncode == 0 and changed(last) == set() and "not Cloudflare's" not in last.output, last.output


def test_what_does_not_arrive_is_told_with_its_error(ansible, simulator, empty_splunk):
    secret = "11111111-aaaa-bbbb-cccc-222222222222"
    simulator.reset(hec_tokens=[{"name": "cloudflare", "token": secret, "index": "cloudflare"}])
    conf = {"destination_conf": simulator.destination_conf(secret), "enabled": True}
    states = {
        "shop.example.com": {
            "last_error": "2099-01-01T00:00:00Z",
            "error_message": f"403 for Splunk {secret}: no route",
        },
        "www.example.com": {"enabled": False, "last_error": "2020-01-01T00:00:00Z", "error_message": "given up"},
        "api.example.com": {},
        "blog.example.org": {"last_complete": "2099-01-01T00:00:00Z"},
    }
    inventory = zones(simulator, *states)
    for zone, fields in states.items():
        simulator.add_job(zone_id=simulator.zone_ids[zone], name=zone, **{**conf, **fields})
    inventory["www.example.com"]["splunk_logpush_enabled"] = False
    run = ansible.playbook(
        SITE,
        "-vvv",
        "--diff",
        *chain(
            simulator,
            empty_splunk,
            splunk_logpush_verify_timeout=1,
            splunk_hec_search_timeout=1,
            splunk_hec_probe=False,
        ),
        inventory=inventory,
    )
    assert run.returncode == 2
    said = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    # A job that should be disabled need not deliver.
    assert set(said) == set(states) - {"www.example.com"}, run.output
    for zone, words in {
        "shop.example.com": "http_requests: no delivery within 1 s (the last push failed): 403 for Splunk ********: no route",
        "api.example.com": "http_requests: no delivery within 1 s (the job is enabled and has never pushed)",
    }.items():
        assert said[zone] == words
    assert "No events" in said["blog.example.org"] and '"blog.example.org"' in said["blog.example.org"], said
    assert secret not in run.output + run.report


@pytest.mark.parametrize("limit", ["localhost,shop.example.com", "shop.example.com"])
def test_limit(ansible, simulator, empty_splunk, limit, stored):
    pushing(simulator, hec_tokens=[{"name": "cloudflare", "token": simulator.hec_token, "index": "main"}])
    simulator.add_job(
        zone_id=simulator.zone_ids[ZONES[0]],
        name=ZONES[0],
        enabled=False,
        destination_conf=simulator.destination_conf(),
    )
    # With --limit to the zone alone, its token is not created, so no events arrive.
    patience = 30 if "localhost" in limit else 1
    given = chain(
        simulator,
        empty_splunk,
        splunk_hec_token_value=simulator.hec_token,
        splunk_logpush_verify_timeout=patience,
        splunk_hec_search_timeout=patience,
    )
    # If nothing is provisioned on localhost, only the inventory sets the collector.
    hosts = zones(simulator, *ZONES)
    if "localhost" not in limit:
        hosts = {name: {**host, "splunk_logpush_endpoint": simulator.hec_endpoint} for name, host in hosts.items()}
    run = ansible.playbook(SITE, *given, "--limit", limit, inventory=hosts)
    assert [entry["scope_id"] for entry in stored()] == [simulator.zone_ids[ZONES[0]]]
    if "localhost" in limit:
        assert run.returncode == 0, run.output
        assert int(run.on(ZONES[0], FIND)["rows"][0]["count"]) > 0
    else:
        # Nothing was provisioned or passed on, so the job changed only where no token is needed.
        assert run.jobs(ZONES[0])[0]["action"] == "enabled"


def test_a_check_run_does_not_refuse_a_token_that_the_run_would_correct(ansible, simulator, empty_splunk, stored):
    token = {"name": "cloudflare", "token": "23333333-aaaa-bbbb-cccc-222222222222", "index": "main", "useACK": True}
    pushing(simulator, hec_tokens=[token])
    given = chain(simulator, empty_splunk, splunk_hec_search="")
    checked = ansible.playbook(SITE, "--check", *given, inventory=zones(simulator, *ZONES))
    assert checked.returncode == 0, checked.output
    assert "acknowledgement" in checked.output and stored() == []
    run = ansible.playbook(SITE, *given, inventory=zones(simulator, *ZONES))
    assert run.returncode == 0, run.output
    assert {checked.jobs(zone)[0]["action"] for zone in ZONES} == {run.jobs(zone)[0]["action"] for zone in ZONES}


def test_zones_with_a_destination_of_their_own(ansible, simulator, empty_splunk, stored):
    own, acknowledging = (
        {"name": f"own-{ack}", "token": f"{number}3333333-aaaa-bbbb-cccc-222222222222", "index": "main", "useACK": ack}
        for number, ack in ((1, False), (2, True))
    )
    pushing(simulator, hec_tokens=[own, acknowledging])
    refused = "www.example.com"
    inventory = zones(simulator, *ZONES, refused)
    inventory[ZONES[1]]["splunk_logpush_hec_token"] = own["token"]
    inventory[refused]["splunk_logpush_hec_token"] = acknowledging["token"]
    given = chain(simulator, empty_splunk, splunk_hec_search="")
    run = ansible.playbook(SITE, *given, inventory=inventory)
    assert run.returncode == 2, run.output
    used = {entry["name"]: own["token"] in entry["destination_conf"] for entry in stored()}
    assert used == {ZONES[0]: False, ZONES[1]: True}
    # A collector that refuses events fails only its own zones.
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    assert failed.host == refused
    assert failed.msg.startswith("http_requests: Indexer acknowledgement is enabled for this token (")
