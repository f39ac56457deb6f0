# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of Tower and AWX, run by their engine: hosts and their summary, relaunch, slices, cancellation, surveys,
workflows, and that no job needs a file of another."""

from __future__ import annotations

import concurrent.futures

import pytest

from .needs import needs
from .tower import MAX_EVENT_RES, Request

pytestmark = needs("ansible-runner")

PASS = "Apply Logpush jobs"


@pytest.fixture
def fleet(simulator):
    """Return a function that creates this number of zones, and returns their names with their IDs."""

    def make(number, **settings):
        ids = {f"zone{each}.example.com": f"{each:032x}" for each in range(1, number + 1)}
        simulator.reset(zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()], settings=settings)
        return ids

    return make


@pytest.fixture
def credentials(simulator, splunk):
    """Return what the credentials of a job template inject into the environment."""
    return {
        "CLOUDFLARE_API_TOKEN": simulator.api_token,
        "SPLUNK_HEC_ENDPOINT": splunk["endpoint"],
        "SPLUNK_HEC_TOKEN": splunk["hec_token"],
    }


def inventory(ids):
    """Return zones as hosts."""
    return {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()}


def refuse(simulator, paths):
    """Let Cloudflare refuse new jobs in some zones."""
    simulator.set_faults({"kind": "success_false", "status": 400, "method": "POST", "path": paths, "times": None})


def passed(job):
    """Return the result of the one task for all zones."""
    [result] = [event["res"] for event in job.of("runner_on_ok") if event["task"] == PASS]
    return result


def changed(job):
    """Return the hosts of the zones that a rollout changed: each is a row of its result."""
    results = [event["res"]["results"] for event in job.of("runner_on_ok") if event["task"] == PASS]
    return {row["host"] for rows in results for row in rows if row["changed"]}


def scopes(requests):
    """Return the IDs of the zones that requests were about."""
    return {request["path"].split("/")[4] for request in requests}


def used(stored):
    """Return the destination of each job by its name, including the channel and the token."""
    return {entry["name"]: entry["destination_conf"] for entry in stored()}


def test_the_next_job_finds_all_as_it_should_be_without_a_file_of_the_first(
    tower, simulator, empty_splunk, credentials, stored
):
    simulator.reset(hec_tokens=[], hec_settings={"disabled": True}, settings={"push_interval": 0.3})
    request = Request(
        inventory=inventory({name: simulator.zone_ids[name] for name in ("shop.example.com", "www.example.com")}),
        environment={
            "CLOUDFLARE_API_TOKEN": credentials["CLOUDFLARE_API_TOKEN"],
            "SPLUNK_MANAGEMENT_URL": empty_splunk["url"],
            "SPLUNK_USERNAME": empty_splunk["username"],
            "SPLUNK_PASSWORD": empty_splunk["password"],
        },
        extra_vars={
            "splunk_hec_ca_path": simulator.ca_file,
            "splunk_hec_probe_ca_path": simulator.ca_file,
            "splunk_logpush_verify_interval": "1",
            "splunk_logpush_verify_timeout": "30",
            "splunk_hec_search_timeout": "30",
            "splunk_hec_search_interval": "1",
        },
    )
    first = tower.job("site", request)
    assert first.returncode == 0, first.output
    assert first.hosts("changed") == {"localhost", "shop.example.com"}
    assert changed(first) == {"shop.example.com", "www.example.com"}
    before = used(stored)
    again = tower.job("site", request)
    assert again.returncode == 0 and again.hosts("changed") == set(), again.output
    assert used(stored) == before and len(before) == 2
    assert list(tower.folder.glob("awx_*")) == []


def test_the_summary_names_the_hosts_that_failed_and_a_relaunch_mends_just_these(
    tower, simulator, fleet, credentials, stored
):
    ids = fleet(6)
    names = list(ids)
    simulator.add_job(zone_id=ids[names[0]], name=names[0], enabled=True, destination_conf=simulator.destination_conf())
    refuse(simulator, f"{ids[names[2]]}|{ids[names[4]]}")
    request = Request(inventory=inventory(ids), environment=credentials)
    job = tower.job("rollout", request)
    assert job.returncode == 2
    assert job.hosts("failures") == {names[2], names[4]} and job.hosts("dark") == set()
    assert changed(job) == {names[1], names[3], names[5]}

    simulator.set_faults()
    simulator.wipe_requests()
    limit = ("--limit", ",".join(sorted(job.hosts("failures"))))
    relaunched = tower.job("rollout", Request(inventory=inventory(ids), environment=credentials, arguments=limit))
    assert relaunched.returncode == 0, relaunched.output
    assert changed(relaunched) == {names[2], names[4]} >= relaunched.hosts("processed")
    assert scopes(simulator.requests(side="api")) == {ids[names[2]], ids[names[4]]}
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(ids.values())


@pytest.mark.parametrize("playbook", ["rollout", "verify"])
def test_where_nothing_could_be_done_every_host_fails_so_that_a_relaunch_takes_all(
    tower, simulator, fleet, credentials, playbook
):
    ids = fleet(3)
    without = {**credentials, "CLOUDFLARE_API_TOKEN": ""}
    job = tower.job(playbook, Request(inventory=inventory(ids), environment=without))
    assert job.returncode == 2 and job.hosts("failures") == set(ids), job.output
    first, *others = ids
    reasons = {event["host"]: event["res"]["msg"] for event in job.of("runner_on_failed")}
    assert "CLOUDFLARE_API_TOKEN" in reasons.pop(first)
    assert reasons == dict.fromkeys(others, f"for the same reason as {first}")
    assert simulator.requests(side="api") == []


def test_a_workflow_gets_the_counts_of_the_audit(tower, simulator, fleet, credentials):
    ids = fleet(3)
    first = next(iter(ids))
    simulator.add_job(zone_id=ids[first], name=first, enabled=True, destination_conf=simulator.destination_conf())
    refuse(simulator, "")
    request = Request(
        inventory=inventory(ids), environment=credentials, extra_vars={"logpush_audit_ca_path": simulator.ca_file}
    )
    job = tower.job("audit", request)
    assert job.returncode == 2 and job.stats["artifact_data"].keys() == {"logpush_audit"}
    counts = job.stats["artifact_data"]["logpush_audit"]
    assert (counts["scopes"], counts["jobs"], counts["missing"], counts["scopes_with_problems"]) == (3, 1, 2, 2), counts


def test_answers_of_a_survey_are_text(tower, simulator, fleet, credentials, stored):
    ids = fleet(2)
    simulator.add_job(
        zone_id=ids["zone1.example.com"],
        name="other",
        dataset="nel_reports",
        enabled=True,
        destination_conf=simulator.destination_conf(),
    )
    answers = {
        "logpush_concurrency": "2",
        "logpush_max_failures": "",
        "logpush_prune": "false",
        "logpush_serial": "1",
        "splunk_logpush_datasets": "http_requests\ndns_logs",
        "splunk_logpush_enabled": "false",
        "splunk_logpush_insecure_skip_verify": "True",
        "splunk_logpush_report_every_host": "false",
        "splunk_logpush_channel": "",
        "splunk_logpush_state": "present",
    }
    # A disabled job is never created at a collector of the environment.
    collector = {
        "splunk_logpush_endpoint": credentials["SPLUNK_HEC_ENDPOINT"],
        "splunk_logpush_hec_token": credentials["SPLUNK_HEC_TOKEN"],
    }
    request = Request(inventory=inventory(ids), environment=credentials, secret_vars=collector, extra_vars=answers)
    job = tower.job("rollout", request)
    assert job.returncode == 0 and changed(job) == set(ids), job.output
    made = {(entry["name"], entry["dataset"], entry["enabled"]) for entry in stored() if entry["name"] != "other"}
    assert made == {(name, dataset, False) for name in ids for dataset in ("http_requests", "dns_logs")}
    assert all(
        "insecure-skip-verify=true" in entry["destination_conf"] for entry in stored() if entry["name"] != "other"
    )
    assert len(stored()) == 5


def test_slices_at_the_same_time_share_the_budget_of_one_token(tower, simulator, fleet, credentials, stored):
    ids = fleet(240, rate_limit_requests=300, rate_limit_seconds=6.0)
    names = list(ids)
    slices = [inventory({name: ids[name] for name in names[number::3]}) for number in range(3)]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        # The concurrency is limited to the small budget of the test, because a run does not know the requests of the
        # other runs.
        few = {"logpush_concurrency": "6"}
        requests = [Request(inventory=hosts, environment=credentials, extra_vars=few) for hosts in slices]
        jobs = list(pool.map(lambda request: tower.job("rollout", request), requests))
    assert [job.returncode for job in jobs] == [0, 0, 0], jobs[0].output
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(ids.values())
    for job, hosts in zip(jobs, slices):
        assert changed(job) == set(hosts)
    statuses = [request["status"] for request in simulator.requests(side="api")]
    assert sum(passed(job)["summary"]["waited"] for job in jobs) > 0, "the limit did not bite"
    assert statuses.count(429) <= 0.01 * len(statuses), statuses.count(429)


@pytest.mark.parametrize("playbook", ["rollout", "audit"])
def test_an_empty_slice(tower, simulator, credentials, playbook):
    """A run that checked nothing is a failure."""
    job = tower.job(playbook, Request(inventory={}, environment=credentials))
    assert job.returncode == 2, job.output
    assert simulator.requests(side="api") == []


@pytest.mark.parametrize("whom", ["ansible-runner", "ansible-playbook"])
def test_canceled_and_launched_again(tower, simulator, fleet, credentials, stored, whom):
    ids = fleet(40)
    simulator.set_latency(api=0.5)
    request = Request(inventory=inventory(ids), environment=credentials, extra_vars={"logpush_concurrency": "2"})
    tower.canceled("rollout", request, when=lambda: len(stored()) >= 3, whom=whom)
    assert len(stored()) < 40
    simulator.set_latency(api=0)
    job = tower.job("rollout", request)
    assert job.returncode == 0, job.output
    assert sorted(entry["scope_id"] for entry in stored()) == sorted(ids.values())
    assert changed(job) < set(ids)


@pytest.mark.slow
def test_no_result_is_too_large_to_be_kept(tower, simulator, fleet, credentials, stored):
    ids = fleet(500)
    refuse(simulator, "zones/[0-9a-f]*[13579bdf]/")
    job = tower.job("rollout", Request(inventory=inventory(ids), environment=credentials, arguments=("--diff",)))
    assert job.returncode == 2 and len(job.hosts("failures")) == len(changed(job)) == 250
    # As the engine measures it. The engine drops a value that is too large.
    sizes = [len(str(result)) for result in job.results]
    assert max(sizes) < MAX_EVENT_RES and {} not in job.results
    told = passed(job)
    assert len(told["results"]) == 500 and len(told["diff"]) == 250
