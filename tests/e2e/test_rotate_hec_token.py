# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new HEC token for every job: no event is lost, a killed run can be run again, and a run without zones changes
nothing.

The rules of the rotation are tested in tests/unit/modules/test_splunk_hec_rotation.py.
"""

from __future__ import annotations

import json

import pytest

from .test_secrets import spellings

ROTATE = "edgeops.logpush.rotate_hec_token"
OLD = "0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d"
OTHER = "0a1b2c3d-2222-4a6b-8c7d-9e0f1a2b3c4d"
EXPORTED = "0a1b2c3d-3333-4a6b-8c7d-9e0f1a2b3c4d"
SETTINGS = {
    "index": "cloudflare",
    "sourcetype": "cloudflare:json",
    "source": "logpush",
    "host": "edge",
    "description": "Of the edge",
}
SHOW = "Show the report"
MOVE = "Move all jobs and retire the old token"


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
        settings={"push_interval": 0.2, "hec_metrics_seconds": 0.5},
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
    """Return the arguments of a rotation with short waits."""
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
    """Return the token of each job by the name of the job."""
    return {entry["name"]: entry["destination_conf"].rpartition("%20")[2] for entry in stored()}


def test_a_rotation_under_traffic_loses_no_event(ansible, simulator, zones, stored):
    checked = ansible.playbook(ROTATE, "--check", "--diff", *rotation(simulator), inventory=inventory(zones))
    assert checked.returncode == 0, checked.output
    assert set(tokens(simulator)) == {"cloudflare", "other"} and OTHER in used(stored).values()

    # The collector of the environment is probed. The token value in the environment is never the value of the new
    # token.
    exported = {"SPLUNK_HEC_TOKEN": EXPORTED, "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint}
    given = rotation(simulator, splunk_hec_endpoint="")
    run = ansible.playbook(ROTATE, "-vvv", "--diff", *given, inventory=inventory(zones), environment=exported)
    assert run.returncode == 0, run.output
    assert run["Probe the new token"]["ready"] is True
    after = tokens(simulator)
    assert EXPORTED not in {token["token"] for token in after.values()}
    assert set(after) == {"cloudflare-new", "other"}
    new = after["cloudflare-new"]
    assert {name: new[name] for name in SETTINGS} == SETTINGS
    assert used(stored) == {**dict.fromkeys([*zones, "off"], new["token"]), "other": OTHER}
    assert not next(entry for entry in stored() if entry["name"] == "off")["enabled"]
    assert len(run[MOVE]["results"]) == 7
    for line in (
        "HEC token cloudflare: deleted. 7 of 7 jobs moved to cloudflare-new.",
        "Now set splunk_hec_token_name: cloudflare-new",
    ):
        assert line in run.output
    assert "no request with the old token at the end of the settle time" in run.output
    for secret in (OLD, OTHER, EXPORTED, new["token"], simulator.splunk_password):
        for form in spellings(secret):
            assert form not in run.output and form not in run.report

    # Every batch that Cloudflare sent during the rotation was accepted.
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


def test_a_rotation_that_was_killed_is_finished_by_the_next_run(ansible, simulator, zones, stored):
    ansible.killed(
        ROTATE,
        *rotation(simulator),
        when=lambda: sum(token == OLD for token in used(stored).values()) < 7,
        inventory=inventory(zones),
    )
    run = ansible.playbook(ROTATE, *rotation(simulator), inventory=inventory(zones))
    assert run.returncode == 0, run.output
    assert set(tokens(simulator)) == {"cloudflare-new", "other"}
    assert OLD not in used(stored).values() and len(stored()) == 8


@pytest.mark.parametrize("limit", ["localhost,zone1.example.com", "zone1.example.com"])
def test_part_of_the_zones_leaves_the_old_token_in_use(ansible, simulator, zones, stored, limit):
    run = ansible.playbook(ROTATE, *rotation(simulator), "--limit", limit, inventory=inventory(zones))
    assert run.returncode == 0, run.output
    assert not tokens(simulator)["cloudflare"]["disabled"] and f"limited to {limit}" in run.output
    assert [name for name, token in used(stored).items() if token == OLD] == [
        name for name in zones if name != "zone1.example.com"
    ]


def test_an_inventory_with_part_of_the_zones_keeps_the_old_token(ansible, simulator, zones, stored):
    part = inventory({name: zones[name] for name in list(zones)[:2]})
    run = ansible.playbook(ROTATE, *rotation(simulator), inventory=part)
    assert run.returncode == 2 and not tokens(simulator)["cloudflare"]["disabled"]
    assert "zone3.example.com http_requests job 1003" in run[MOVE].msg
    # No zone failed, so the first one reports why the rotation failed.
    [failed] = [outcome for outcome in run.outcomes if outcome.status == "failed"]
    assert (failed.host, failed.msg) == ("zone1.example.com", run[MOVE].msg)
    assert run[SHOW]["ansible_stats"]["data"]["logpush_rotate"]["failed"] == 0


def test_zones_of_the_inventory_that_only_another_api_token_sees_keep_the_old_token(ansible, simulator, zones):
    ids = list(zones.values())
    api_token = {"id": "7e57" * 8, "token": simulator.api_token, "zones": ids[:2]}
    config = {"zones": [{"id": zone_id, "name": name} for name, zone_id in zones.items()]}
    simulator.reset(**config, api_tokens=[api_token], hec_tokens=[{"name": "cloudflare", "token": OLD}])
    for name, zone_id in zones.items():
        simulator.add_job(zone_id=zone_id, name=name, enabled=True, destination_conf=simulator.destination_conf(OLD))
    simulator.push()
    simulator.change_settings(push_interval=0.2)
    names = list(zones)
    groups = {
        "ours": {"hosts": {name: {"zone_id": zones[name]} for name in names[:2]}},
        # A zone by its ID, one by its name alone, and one by a variable that cannot be read.
        "theirs": {"hosts": {names[2]: {"zone_id": ids[2]}, names[3]: {}, "third": {"zone_id": "{{ missing }}"}}},
    }
    machines = {"hosts": {"server.example.com": {}, "localhost": {"ansible_connection": "local"}}}
    path = ansible.folder / "inventory.json"
    children = {"cloudflare_zones": {"children": groups}, "machines": machines}
    path.write_text(json.dumps({"all": {"children": children}}), encoding="utf-8")
    given = rotation(simulator, logpush_zones="ours")
    run = ansible.playbook(ROTATE, "-i", str(path), *given)
    assert run.returncode == 2 and not tokens(simulator)["cloudflare"]["disabled"], run.output
    assert "Not checked for jobs with the old token (3): " in run[MOVE].msg
    for label in (
        f"{names[3]}: this zone is in the inventory but not in the list of zones",
        "third: ",
        f"{names[2]}: ",
    ):
        assert label in run[MOVE].msg
    assert "server.example.com" not in run[MOVE].msg


def test_the_zones_that_failed_are_failed_hosts_and_no_others(ansible, simulator, zones, stored):
    refusing = zones["zone5.example.com"]
    simulator.set_faults(
        {"kind": "success_false", "status": 400, "method": "PUT", "path": f"{refusing}/logpush/jobs/", "times": None}
    )
    run = ansible.playbook(ROTATE, *rotation(simulator), inventory=inventory(zones))
    assert run.returncode == 2 and not tokens(simulator)["cloudflare"]["disabled"], run.output
    failed = [outcome for outcome in run.outcomes if outcome.status == "failed"]
    assert [outcome.host for outcome in failed] == ["zone5.example.com"], run.output
    # The jobs of the first wave stay moved, and the report contains why the rotation stopped and what failed.
    assert "HEC token cloudflare: enabled. 3 of 7 jobs moved to cloudflare-new." in run.output
    assert "The jobs of this wave are back on the old token. Both tokens are enabled." in run.output
    assert "  ! zone5.example.com " in run.output
    counts = run[SHOW]["ansible_stats"]["data"]["logpush_rotate"]
    assert counts == {"scopes": 6, "moved_scopes": 2, "jobs": 7, "moved": 3, "failed": 1}
    assert sum(token != OLD for token in used(stored).values()) == 4


def test_the_reason_why_the_new_token_is_no_copy_is_shown(ansible, simulator, zones, stored):
    simulator.set_faults({"side": "splunk", "method": "POST", "path": "-new/acl", "kind": "status", "status": 403})
    run = ansible.playbook(ROTATE, *rotation(simulator), inventory=inventory(zones))
    assert run.returncode == 2 and tokens(simulator)["cloudflare-new"]["disabled"]
    check = run["Check that the new token is complete and its value known"]
    assert "HEC token cloudflare-new is not a complete copy of cloudflare" in check.msg
    assert "missing permissions are: " in check.msg
    assert OLD in used(stored).values() and MOVE not in [outcome.task for outcome in run.outcomes]


@pytest.mark.parametrize("name", ["", None, "cloudflare"])
def test_the_new_token_must_be_named(ansible, simulator, zones, name):
    run = ansible.playbook(ROTATE, *rotation(simulator, splunk_hec_new_token_name=name), inventory=inventory(zones))
    assert run.returncode == 2 and "Set splunk_hec_new_token_name" in run.output
    assert simulator.requests(side="api") == [] and simulator.requests(side="splunk") == []
