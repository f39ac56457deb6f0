# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook for many zones: killed, interrupted, sliced, limited."""

from __future__ import annotations

import concurrent.futures
import json
import signal

import pytest

from .ansible import Ansible

ROLLOUT = "edgeops.logpush.rollout"
PASS = "Apply Logpush jobs"
OUTCOME = "Report the zone's result"


def inventory(ids):
    """Return the zones as hosts."""
    return {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()}


def destination(splunk):
    """Return the arguments that set the destination of all hosts."""
    return "-e", json.dumps({f"splunk_logpush_{option}": value for option, value in splunk.items()})


@pytest.mark.parametrize("strategy", ["free", "host_pinned"])
def test_whatever_the_strategy_of_the_machine_one_pass_does_it(ansible, splunk, fleet, stored, strategy):
    run = ansible.playbook(
        ROLLOUT, *destination(splunk), inventory=inventory(fleet), environment={"ANSIBLE_STRATEGY": strategy}
    )
    assert run.returncode == 0 and len(stored()) == 40, run.output
    assert run[PASS]["summary"]["created"] == 40


def test_killed_at_any_point_and_run_again_makes_one_job_a_zone(ansible, simulator, splunk, fleet, stored):
    simulator.set_latency(api=0.02)
    for killed_at in (1, 12, 30):
        ansible.killed(
            ROLLOUT,
            *destination(splunk),
            when=lambda least=killed_at: len(simulator.state()["jobs"]) >= least,
            inventory=inventory(fleet),
        )
    simulator.set_latency(api=0)
    run = ansible.playbook(ROLLOUT, *destination(splunk), inventory=inventory(fleet))
    assert run.returncode == 0, run.output
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(fleet.values())
    assert len(run[PASS]["results"]) == 40 and run[PASS]["summary"]["created"] < 40


def test_interrupted_it_ends_soon_and_a_rerun_takes_up_the_rest(ansible, simulator, splunk, fleet, stored):
    simulator.set_latency(api=0.3)
    ansible.killed(
        ROLLOUT,
        *destination(splunk),
        "-e",
        "logpush_concurrency=2",
        when=lambda: simulator.state()["jobs"],
        inventory=inventory(fleet),
        by=signal.SIGINT,
    )
    assert len(stored()) < 20
    simulator.set_latency(api=0)
    run = ansible.playbook(ROLLOUT, *destination(splunk), inventory=inventory(fleet))
    assert run.returncode == 0 and len(stored()) == 40


def test_slices_at_the_same_time_share_the_rate_limit(ansible, simulator, splunk, fleet, stored, tmp_path):
    simulator.change_settings(rate_limit_requests=30, rate_limit_seconds=2.0)
    names = list(fleet)
    slices = [{name: fleet[name] for name in names[number::3]} for number in range(3)]

    def run(number):
        (tmp_path / str(number)).mkdir()
        mine = Ansible(simulator, tmp_path / str(number))
        # The concurrency is limited to the small budget of the test, because a run does not know the requests of the
        # other runs.
        few = ("-e", "logpush_concurrency=4")
        return mine.playbook(ROLLOUT, *destination(splunk), *few, inventory=inventory(slices[number]))

    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = list(pool.map(run, range(3)))
    assert [each.returncode for each in runs] == [0, 0, 0], runs[0].output
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(fleet.values())
    refused = [request for request in simulator.requests(side="api") if request["status"] == 429]
    assert len(refused) <= 16, len(refused)


def test_only_zones_with_something_to_tell_are_hosts(ansible, simulator, splunk, fleet, stored):
    names = list(fleet)
    hosts = inventory(fleet)
    first = ansible.playbook(ROLLOUT, *destination(splunk), inventory=hosts)
    # A zone that changed is a row of the plan, and one healthy zone reports.
    assert [outcome.host for outcome in first.outcomes if outcome.task == OUTCOME] == names[:1]
    assert first.zones() == dict.fromkeys(names, ("ok", True))

    hosts[names[3]]["splunk_logpush_datasets"] = ["http_requests", "audit_logs_v2"]
    hosts[names[5]]["splunk_logpush_enabled"] = "false"
    hosts[names[7]]["zone_id"] = "{{ nowhere_defined }}"
    run = ansible.playbook(ROLLOUT, "--diff", *destination(splunk), inventory=hosts)
    assert run.returncode == 2
    assert run.zones() == {names[3]: ("failed", False), names[5]: ("ok", True), names[7]: ("failed", False)}
    assert run.on(names[3], OUTCOME).msg.startswith("audit_logs_v2: ")
    assert run[PASS]["diff"][0]["after"] == {"enabled": False}
    assert len([line for line in run.output.splitlines() if line.endswith("ignored=0   ")]) == 3
    # A failed zone is one line of the plan, and one line of its host.
    assert len([line for line in run.output.splitlines() if names[3] in line and "audit_logs_v2" in line]) <= 2

    calm = ansible.playbook(
        ROLLOUT,
        *destination(splunk),
        "--limit",
        f"{names[3]}:{names[9]}",
        "--tags",
        "logpush",
        inventory={**inventory(fleet), "other": {}},
    )
    assert calm.returncode == 0 and calm.zones() == {}
    assert "= 2 jobs unchanged" in calm.output
    assert len(calm[PASS].requests) == 2


def test_in_batches_and_for_every_host(ansible, splunk, fleet, stored):
    few = dict(list(inventory(fleet).items())[:5])
    run = ansible.playbook(
        ROLLOUT,
        *destination(splunk),
        "-e",
        '{"logpush_serial": 2, "splunk_logpush_report_every_host": true}',
        inventory=few,
    )
    assert run.returncode == 0, run.output
    assert len([outcome for outcome in run.outcomes if outcome.task == PASS]) == 3
    assert {outcome.host for outcome in run.outcomes if outcome.task == OUTCOME and outcome.result["changed"]} == set(
        few
    )
    again = ansible.playbook(
        ROLLOUT, *destination(splunk), "-e", "splunk_logpush_report_every_host=true", inventory=few
    )
    assert {again.on(name, OUTCOME)["changed"] for name in few} == {False}


@pytest.mark.parametrize(("most", "tried"), [("0", 1), ("2", 3), ("", 5)])
def test_it_stops_where_too_many_zones_fail(ansible, simulator, splunk, fleet, most, tried):
    simulator.set_faults({"kind": "success_false", "status": 400, "method": "POST", "times": None})
    few = dict(list(inventory(fleet).items())[:5])
    given = {"logpush_max_failures": most, "logpush_concurrency": "1"}
    run = ansible.playbook(ROLLOUT, *destination(splunk), "-e", json.dumps(given), inventory=few)
    assert run.returncode == 2
    assert [call for call in run[PASS].calls if call.startswith("POST")] == ["POST jobs"] * tried


def test_a_pass_that_cannot_begin_fails_every_host(ansible, splunk, fleet):
    few = dict(list(inventory(fleet).items())[:3])
    run = ansible.playbook(ROLLOUT, "-e", "logpush_concurrency=0", inventory=few)
    assert run.returncode == 2
    assert run[PASS].msg.startswith("logpush_concurrency: must be from 1 to 100")


def test_a_long_pass_says_how_far_it_is(ansible, simulator, splunk, fleet):
    simulator.set_latency(api=0.6)
    run = ansible.playbook(ROLLOUT, *destination(splunk), "-e", "logpush_concurrency=4", inventory=inventory(fleet))
    assert run.returncode == 0, run.output
    lines = [line for line in run.output.splitlines() if line.startswith("rollout: ")]
    assert len(lines) == 1 and " of 40 zones, " in lines[0] and lines[0].endswith(" left")
