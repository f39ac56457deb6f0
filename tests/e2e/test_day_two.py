# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operations on existing jobs: verify, disable, remove, repair."""

from __future__ import annotations

import itertools
import json

import pytest

ENABLE = "Enable the jobs whose collectors are ready"
VERIFY, DISABLE, REMOVE, REPAIR = (f"edgeops.logpush.{name}" for name in ("verify", "disable", "remove", "repair"))
OUTCOME = "Report the zone's result"
PUBLISH = "Publish run statistics"
FAILED = {"enabled": False, "last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}


@pytest.fixture
def hosts(simulator):
    """Return three zones as hosts: one with the requested job and another one, one with a job created by hand, and
    one without a job."""
    names = ["shop.example.com", "www.example.com", "api.example.com"]
    simulator.add_job(zone_id=simulator.zone_ids[names[0]], name="web", enabled=True, destination_conf=conf(simulator))
    simulator.add_job(
        zone_id=simulator.zone_ids[names[0]],
        name="mine",
        dataset="dns_logs",
        enabled=True,
        destination_conf=conf(simulator),
    )
    simulator.add_job(
        zone_id=simulator.zone_ids[names[1]], name="by-hand", enabled=True, destination_conf=conf(simulator)
    )
    return {
        name: {"zone_id": simulator.zone_ids[name], "splunk_logpush_endpoint": simulator.hec_endpoint} for name in names
    }


def conf(simulator):
    """Return a destination string that works."""
    return simulator.destination_conf()


def left(stored):
    """Return whether each remaining job is enabled, by its name."""
    return {entry["name"]: entry["enabled"] for entry in stored()}


def test_whether_jobs_deliver(ansible, simulator, hosts):
    simulator.push()
    simulator.add_job(
        zone_id=simulator.zone_ids["www.example.com"],
        name="late",
        dataset="dns_logs",
        destination_conf=conf(simulator),
        enabled=True,
    )
    run = ansible.playbook(VERIFY, "-e", "splunk_logpush_verify_timeout=0", inventory=hosts)
    assert run.returncode == 2
    assert run.zones() == {"www.example.com": ("failed", False)}
    assert run.on("www.example.com", OUTCOME).msg == "dns_logs: no delivery (the job is enabled and has never pushed)"
    simulator.push()
    again = ansible.playbook(VERIFY, "-e", "splunk_logpush_verify_timeout=0", inventory=hosts)
    assert again.returncode == 0 and again.zones() == {}


def test_switching_off_creates_nothing(ansible, hosts, stored):
    for expected in ({"shop.example.com": ("ok", True), "www.example.com": ("ok", True)}, {}):
        run = ansible.playbook(DISABLE, inventory=hosts)
        assert run.returncode == 0, run.output
        assert run.zones() == expected
    assert left(stored) == {"web": False, "mine": True, "by-hand": False}


def test_removing_wants_to_be_confirmed_and_takes_what_is_named(ansible, simulator, hosts, stored):
    refused = ansible.playbook(REMOVE, inventory=hosts)
    assert refused.returncode == 2 and "jobs of 3 zones. Set logpush_remove_confirmed=true" in refused.output
    assert simulator.requests(side="api") == []
    checked = ansible.playbook(REMOVE, "--check", inventory=hosts)
    assert checked.returncode == 0 and len(stored()) == 3
    confirmed = ("-e", "logpush_remove_confirmed=true")
    run = ansible.playbook(REMOVE, *confirmed, inventory=hosts)
    assert run.returncode == 0, run.output
    assert checked.zones() == run.zones() == {"shop.example.com": ("ok", True), "www.example.com": ("ok", True)}
    assert left(stored) == {"mine": True}
    pruned = ansible.playbook(REMOVE, *confirmed, "-e", "logpush_prune=true", inventory=hosts)
    assert pruned.returncode == 0 and stored() == [], pruned.output
    assert ansible.playbook(REMOVE, *confirmed, inventory=hosts).zones() == {}


def test_the_confirmation_is_checked_where_the_jobs_are_removed(ansible, hosts, stored):
    before = stored()
    run = ansible.playbook(REMOVE, "--start-at-task", "Apply Logpush jobs", inventory=hosts)
    assert run.returncode == 2 and "logpush_remove_confirmed" in run.output, run.output
    assert stored() == before


def test_pruning_keeps_what_hosts_outside_the_batch_and_the_limit_request(ansible, simulator, stored):
    shared = {
        "zone_id": simulator.zone_ids["shop.example.com"],
        "splunk_logpush_endpoint": simulator.hec_endpoint,
        "splunk_logpush_hec_token": simulator.hec_token,
    }
    hosts = {name: {**shared, "splunk_logpush_jobs": [{"name": name}]} for name in ("first", "second")}
    pruning = ("-e", "logpush_prune=true logpush_serial=1")
    for limit in ((), ("--limit", "first")):
        run = ansible.playbook("edgeops.logpush.rollout", *pruning, *limit, inventory=hosts)
        assert run.returncode == 0, run.output
        assert sorted(left(stored)) == ["first", "second"]


@pytest.mark.parametrize("token", [True, False])
def test_repairing_takes_what_cloudflare_disabled_once_the_collector_is_well(ansible, simulator, hosts, stored, token):
    shop = simulator.zone_ids["shop.example.com"]
    simulator.add_job(zone_id=shop, name="gone", dataset="nel_reports", destination_conf=conf(simulator), **FAILED)
    simulator.add_job(
        zone_id=shop, name="switched-off", dataset="page_shield_events", enabled=False, destination_conf=conf(simulator)
    )
    given = {
        "splunk_hec_probe_ca_path": simulator.ca_file,
        **({"splunk_logpush_hec_token": simulator.hec_token} if token else {}),
    }
    arguments = ("-e", json.dumps(given))
    if token:
        simulator.change_settings(hec_reply_code=9)
        unwell = ansible.playbook(REPAIR, *arguments, inventory=hosts)
        assert unwell.returncode == 2 and not left(stored)["gone"], unwell.output
        assert unwell.zones()["shop.example.com"] == ("failed", False)
        assert (
            "The job stays disabled." in unwell.on("shop.example.com", OUTCOME).msg
            and "busy" in unwell.on("shop.example.com", OUTCOME).msg
        )
        assert [len(outcome.requests) for outcome in unwell.outcomes if "PUT" in str(outcome.requests)] == []
        ignored = ansible.playbook(REPAIR, "-e", json.dumps({**given, "logpush_repair_fail": False}), inventory=hosts)
        assert ignored.returncode == 0 and "The job stays disabled." in ignored.output, ignored.output
        assert ignored[PUBLISH]["ansible_stats"]["data"]["logpush_repair"]["failed"] == 1
        simulator.change_settings(hec_reply_code=None)
    for expected in ({"shop.example.com": ("ok", True)}, {}):
        run = ansible.playbook(REPAIR, "--diff", *arguments, inventory=hosts)
        assert run.returncode == 0, run.output
        assert run.zones() == expected
        # An enabled job is a change, and its difference is shown.
        assert run[ENABLE]["changed"] is bool(expected)
        assert ("+++ after: shop.example.com, nel_reports gone\n" in run.output) is bool(expected), run.output
    assert left(stored) == {"web": True, "mine": True, "by-hand": True, "gone": True, "switched-off": False}


@pytest.mark.parametrize("playbook", ["audit", "repair", "verify", "rollout"])
def test_where_nothing_can_be_done_every_host_fails(ansible, simulator, hosts, playbook):
    run = ansible.playbook(
        f"edgeops.logpush.{playbook}", "-e", "logpush_concurrency=1000 logpush_audit_fail=false", inventory=hosts
    )
    assert run.returncode == 2 and run.zones() == dict.fromkeys(hosts, ("failed", False)), run.output
    first = next(iter(hosts))
    messages = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert messages.pop(first) == "logpush_concurrency: must be from 1 to 100"
    assert set(messages.values()) == {f"for the same reason as {first}"}
    assert simulator.requests(side="api") == []


def test_an_empty_api_token_is_none(ansible, hosts):
    for host, empty in zip(hosts.values(), ("", None)):
        host.update(cloudflare_api_token=empty, cloudflare_api_url=empty)
    run = ansible.playbook(DISABLE, inventory=hosts)
    assert run.returncode == 0, run.output


def test_a_collector_that_cannot_be_probed_fails_its_own_jobs(ansible, simulator, hosts, stored):
    for host in hosts.values():
        simulator.add_job(
            zone_id=host["zone_id"], name="gone", dataset="nel_reports", destination_conf=conf(simulator), **FAILED
        )
    given = {"splunk_hec_probe_ca_path": "/nowhere.pem", "splunk_logpush_hec_token": simulator.hec_token}
    run = ansible.playbook(REPAIR, "-e", json.dumps(given), inventory=hosts)
    assert run.returncode == 2 and run.zones() == dict.fromkeys(hosts, ("failed", False)), run.output
    assert all(
        "The job stays disabled. splunk_hec_probe_ca_path" in outcome.msg for outcome in run.outcomes if outcome.failed
    )
    assert not any(entry["enabled"] for entry in stored() if entry["name"] == "gone")


@pytest.mark.parametrize(
    "playbook, variable",
    list(
        zip(
            ["rollout", "verify", "audit", "disable", "remove", "repair", "export", "delivery"],
            itertools.cycle(["cloudflare_api_token", "cloudflare_api_url"]),
        )
    ),
)
def test_one_pass_uses_one_api_token(ansible, simulator, hosts, playbook, variable):
    for number, host in enumerate(hosts.values()):
        host[variable] = f"http://localhost/{number}"
    run = ansible.playbook(f"edgeops.logpush.{playbook}", "-e", "logpush_remove_confirmed=true", inventory=hosts)
    assert run.returncode == 2 and "do not all have the same cloudflare_api_token" in " ".join(run.output.split())
    assert simulator.requests() == []


@pytest.mark.parametrize(
    "playbook, is_left", [(DISABLE, {"web": False, "mine": True, "by-hand": False}), (REMOVE, {"mine": True})]
)
def test_no_extra_variable_turns_a_playbook_into_another(ansible, hosts, stored, playbook, is_left):
    given = {
        "splunk_logpush_job_overrides": {"state": "present", "enabled": True},
        "logpush_create": True,
        "logpush_remove_confirmed": True,
    }
    for host in hosts.values():
        host["splunk_logpush_datasets"] = ["http_requests"]
    run = ansible.playbook(playbook, "-e", json.dumps(given), inventory=hosts)
    assert run.returncode == 0, run.output
    assert left(stored) == is_left


def test_showing_no_rollout_is_refused_and_may_be_expected(ansible):
    run = ansible.tasks(
        {
            "name": "none",
            "edgeops.logpush.splunk_logpush_outcome": {},
            "register": "shown",
            "failed_when": "shown is not failed",
        },
    )
    assert run.returncode == 0 and run["none"].msg == "one of the following is required: rollout, collect, text, token"


def test_a_failure_of_a_host_whose_name_is_masked_is_one_all_the_same(ansible, simulator, hosts):
    hosts["shop.example.com"].update(zone_id="0" * 32)
    run = ansible.playbook(
        "edgeops.logpush.rollout", "-e", "splunk_logpush_hec_token=shop.example.com", inventory=hosts
    )
    assert run.returncode == 2 and "If a host name contains one of your secrets, the name is masked" in run.output
