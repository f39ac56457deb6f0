# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new HEC token for every job, under traffic: no event lost, stopped and run again at every step, and back on failure."""

from __future__ import annotations

import json

import pytest

from .test_secrets import spellings

ROTATE = "edgeops.logpush.rotate_hec_token"
OLD = "0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d"
OTHER = "0a1b2c3d-2222-4a6b-8c7d-9e0f1a2b3c4d"
SETTINGS = {
    "index": "cloudflare",
    "sourcetype": "cloudflare:json",
    "source": "logpush",
    "host": "edge",
    "description": "Of the edge",
}
MOVE = "Move the jobs of the wave to the new token"
BACK = "Move the jobs of the wave back to the old token"
FAILS = "Report why the rotation stopped"


@pytest.fixture
def zones(simulator):
    """Return six zones that push with the old token all the time, one that is switched off, and one with another token."""
    ids = {f"zone{number}.example.com": f"{number:032x}" for number in range(1, 7)}
    simulator.reset(
        zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()],
        hec_tokens=[
            {"name": "cloudflare", "token": OLD, **SETTINGS},
            {"name": "other", "token": OTHER},
        ],
        indexes=[{"name": "main"}, {"name": "cloudflare"}],
        settings={"push_interval": 0.2},
    )
    for name, zone_id in ids.items():
        simulator.add_job(zone_id=zone_id, name=name, enabled=True, destination_conf=simulator.destination_conf(OLD))
    first = ids["zone1.example.com"]
    simulator.add_job(
        zone_id=first, name="off", dataset="dns_logs", enabled=False, destination_conf=simulator.destination_conf(OLD)
    )
    simulator.add_job(
        zone_id=first,
        name="other",
        dataset="nel_reports",
        enabled=True,
        destination_conf=simulator.destination_conf(OTHER),
    )
    return ids


def rotation(simulator, **more):
    """Return the arguments of a rotation that does not take its time."""
    given = {
        "splunk_hec_url": simulator.management_url,
        "splunk_hec_username": simulator.splunk_username,
        "splunk_hec_password": simulator.splunk_password,
        "splunk_hec_ca_path": simulator.ca_file,
        "splunk_hec_probe_ca_path": simulator.ca_file,
        "splunk_hec_endpoint": simulator.hec_endpoint,
        "splunk_hec_new_token_name": "cloudflare-new",
        "splunk_hec_rotation_settle": 1,
        "splunk_hec_rotation_grace": 1,
        "splunk_logpush_verify_interval": 1,
        "splunk_logpush_verify_timeout": 20,
        **more,
    }
    return "-e", json.dumps(given)


def inventory(ids):
    """Return the zones as hosts."""
    return {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()}


def tokens(simulator):
    """Return the tokens of Splunk by name."""
    return {token["name"]: token for token in simulator.state()["hec_tokens"]}


def used(stored):
    """Return by name of the job which token it uses."""
    return {entry["name"]: entry["destination_conf"].rpartition("%20")[2] for entry in stored()}


def test_a_rotation_under_traffic_loses_no_event(ansible, simulator, zones, stored):
    checked = ansible.playbook(ROTATE, "--check", "--diff", *rotation(simulator), inventory=inventory(zones))
    assert checked.returncode == 0, checked.output
    assert set(tokens(simulator)) == {"cloudflare", "other"} and OTHER in used(stored).values()

    run = ansible.playbook(ROTATE, "-vvv", "--diff", *rotation(simulator), inventory=inventory(zones))
    assert run.returncode == 0, run.output
    after = tokens(simulator)
    assert set(after) == {"cloudflare-new", "other"}
    new = after["cloudflare-new"]
    assert {name: new[name] for name in SETTINGS} == SETTINGS
    assert used(stored) == {**dict.fromkeys([*zones, "off"], new["token"]), "other": OTHER}
    assert not next(entry for entry in stored() if entry["name"] == "off")["enabled"]
    assert [len(outcome["results"]) for outcome in run.outcomes if outcome.task == MOVE] == [3, 4]
    for secret in (OLD, OTHER, new["token"], simulator.splunk_password):
        for form in spellings(secret):
            assert form not in run.output and form not in run.report

    # Every batch that Cloudflare sent was taken, through all of it.
    simulator.change_settings(push_interval=0)
    assert [entry["name"] for entry in stored() if entry.get("last_error")] == []
    state = simulator.state()
    sent = {
        str(job["id"]): job["batches"] * state["settings"]["events_per_push"] for job in state["jobs"] if job["batches"]
    }
    assert state["received"]["job_id"] == sent and len(sent) == 7 and min(sent.values()) > 20

    again = ansible.playbook(ROTATE, *rotation(simulator), inventory=inventory(zones))
    assert again.returncode == 0, again.output
    assert not any(outcome.result.get("changed") for outcome in again.outcomes)


def test_both_tokens_work_until_cloudflare_has_taken_up_the_change(ansible, simulator, zones):
    run = ansible.playbook(ROTATE, *rotation(simulator, splunk_hec_rotation_settle=6), inventory=inventory(zones))
    assert run.returncode == 0, run.output
    moved = [request["time"] for request in simulator.requests(side="api", method="PUT")]
    disabled, deleted = [
        request["time"]
        for request in simulator.requests(side="splunk")
        if request["method"] != "GET" and request["path"].endswith("/cloudflare")
    ]
    assert disabled - max(moved) > 6 and deleted > disabled


@pytest.mark.parametrize(
    "step",
    ["the token is made", "one job is moved", "every job is moved", "the old token is disabled"],
)
def test_a_rotation_that_was_killed_is_finished_by_the_next_run(ansible, simulator, zones, stored, step):
    def reached():
        there = tokens(simulator)
        old = sum(token == OLD for token in used(stored).values())
        return {
            "the token is made": "cloudflare-new" in there,
            "one job is moved": old < 7,
            "every job is moved": old == 0,
            "the old token is disabled": there["cloudflare"]["disabled"],
        }[step]

    ansible.killed(ROTATE, *rotation(simulator), when=reached, inventory=inventory(zones))
    run = ansible.playbook(ROTATE, *rotation(simulator), inventory=inventory(zones))
    assert run.returncode == 0, run.output
    assert set(tokens(simulator)) == {"cloudflare-new", "other"}
    assert OLD not in used(stored).values() and len(stored()) == 8


def test_a_wave_that_does_not_deliver_goes_back(ansible, simulator, zones, stored):
    simulator.push()
    simulator.change_settings(push_interval=0)
    run = ansible.playbook(ROTATE, *rotation(simulator, splunk_logpush_verify_timeout=2), inventory=inventory(zones))
    assert run.returncode == 2
    assert [outcome.task for outcome in run.outcomes if outcome.task in (MOVE, BACK)] == [MOVE, BACK]
    assert "is delivering, last delivery" in run[FAILS].msg and "both tokens are in use" in run[FAILS].msg
    assert set(used(stored).values()) == {OLD, OTHER}
    assert not any(token["disabled"] for token in tokens(simulator).values())


def test_part_of_the_zones_leaves_the_old_token_in_use(ansible, simulator, zones, stored):
    run = ansible.playbook(
        ROTATE, *rotation(simulator), "--limit", "localhost,zone1.example.com", inventory=inventory(zones)
    )
    assert run.returncode == 0, run.output
    assert not tokens(simulator)["cloudflare"]["disabled"]
    assert [name for name, token in used(stored).items() if token == OLD] == [
        name for name in zones if name != "zone1.example.com"
    ]


@pytest.mark.parametrize("name", ["", None, "cloudflare"])
def test_the_new_token_must_be_named(ansible, simulator, zones, name):
    run = ansible.playbook(ROTATE, *rotation(simulator, splunk_hec_new_token_name=name), inventory=inventory(zones))
    assert run.returncode == 2 and "Set splunk_hec_new_token_name" in run.output
    assert simulator.requests(side="api") == [] and simulator.requests(side="splunk") == []
