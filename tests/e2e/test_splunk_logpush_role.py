# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role with one zone per host, in a play of the user, and waiting for its jobs."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.unit import certificate_factory
from ansible_collections.edgeops.logpush.tests.unit.opentelemetry_receiver import OpenTelemetryReceiver
from ansible_collections.edgeops.logpush.tests.unit.tls_server import HttpsServer

from .ansible import BOTH_WAYS, GROUP
from .test_rollout import inventory_of_every_kind

ROLE = "edgeops.logpush.splunk_logpush"
JOBS = f"{ROLE} : Apply the Logpush jobs of the zone"
WAIT = f"{ROLE} : Wait until every job delivers"


@pytest.fixture
def play(splunk):
    """Return a play that runs the role, or an entry point of it, with variables of the play."""

    def made(entry="main", **variables):
        return {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {GROUP: {"timeout": 10, "retries": 1}},
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                **{f"splunk_logpush_{option}": value for option, value in splunk.items()},
                **variables,
            },
            "tasks": [{"ansible.builtin.include_role": {"name": ROLE, "tasks_from": entry}}],
        }

    return made


def actions(run, hosts):
    """Return the action on each job, by host."""
    return {host: [entry["action"] for entry in run.on(host, JOBS)["results"]] for host in hosts}


@BOTH_WAYS
def test_hosts_of_every_kind(ansible, simulator, play, stored):
    for name, dataset in (("api.example.com", "dns_logs"), ("blog.example.org", "http_requests")):
        simulator.add_job(
            zone_id=simulator.zone_ids[name],
            dataset=dataset,
            enabled=True,
            destination_conf=simulator.destination_conf(),
        )
    inventory = inventory_of_every_kind(simulator)
    expected = {
        "shop.example.com": ["created"],
        "web": ["created", "created"],
        "api.example.com": ["created", "created", "deleted"],
        "blog.example.org": ["deleted"],
        "intranet": ["created", "created", "created"],
        "account": ["created"],
    }
    # As modules, check mode and a second run are tested in test_lifecycle.py and test_each_module.py.
    if not ansible.as_modules:
        checked = ansible.playbook([play()], "--check", "--diff", inventory=inventory)
        assert checked.returncode == 0 and len(stored()) == 2, checked.output
        assert actions(checked, inventory) == expected
    first = ansible.playbook([play()], "--diff", inventory=inventory)
    assert first.returncode == 0 and actions(first, inventory) == expected, first.output
    assert len(stored()) == 9
    if not ansible.as_modules:
        again = ansible.playbook([play()], inventory=inventory)
        assert again.returncode == 0, again.output
        assert {action for done in actions(again, inventory).values() for action in done} == {"unchanged"}
        assert len(stored()) == 9


def test_what_it_asks_of_the_api(ansible, simulator, play):
    zone_id = simulator.zone_ids["shop.example.com"]
    hosts = {
        "by id": {
            "zone_id": zone_id,
            "zone_name": "shop.example.com",
            "splunk_logpush_datasets": ["http_requests", "dns_logs"],
        }
    }
    first = ansible.playbook([play()], inventory=hosts)
    again = ansible.playbook([play()], inventory=hosts)
    # Before the first write, the zone itself is requested: its ID and its name must match.
    assert first.on("by id", JOBS).calls == ["GET jobs", "GET zone", "POST jobs", "POST jobs"]
    assert again.on("by id", JOBS).calls == ["GET jobs"]


def test_arguments_that_make_no_sense(ansible, simulator, play):
    run = ansible.playbook(
        [play(splunk_logpush_insecure_skip_verify="")],
        inventory={
            "shop.example.com": {"splunk_logpush_jobs": [{"datset": "dns_logs"}]},
            "www.example.com": {"splunk_logpush_state": "gone"},
            "api.example.com": {"splunk_logpush_jobs": [{"dataset": "audit_logs_v2"}, {"dataset": "dns_logs"}]},
        },
    )
    assert run.returncode == 2
    assert "datset" in run.on("shop.example.com").msg and "present, absent" in run.on("www.example.com").msg
    assert "audit_logs_v2 is an account dataset" in run.on("api.example.com").msg
    assert [entry["action"] for entry in run.on("api.example.com")["results"]] == ["failed", "created"]


@BOTH_WAYS
def test_a_mistake_in_a_job_names_the_variable_of_the_user(ansible, simulator, play):
    secret = "11111111-2222-3333-4444-555555555555"
    mistakes = {
        "kind": (
            [{"kind": "instant-logs"}],
            "splunk_logpush_jobs[0]: kind: must be edge, or empty; it is instant-logs",
        ),
        "place": ([{}, {"field_names": ["RayID"]}], "splunk_logpush_jobs[1]: field_names belongs under output_options"),
        "truth": ([{"enabled": "perhaps"}], "splunk_logpush_jobs[0]: enabled: must be true or false"),
        "name": ([{"hec_tokn": secret}], "splunk_logpush_jobs[0]: hec_tokn is not an option. Did you mean hec_token?"),
        "mapping": ({"hec_token": [secret]}, "splunk_logpush_jobs: must be a list of mappings"),
    }
    hosts = {
        host: {"zone_id": zone_id, "splunk_logpush_jobs": jobs}
        for (host, (jobs, _message)), zone_id in zip(mistakes.items(), simulator.zone_ids.values())
    }
    run = ansible.playbook([play()], "-vvv", inventory=hosts)
    for host, (_jobs, message) in mistakes.items():
        assert message in run.on(host).msg, host
        assert "zones" not in run.on(host).msg and "Finalization" not in run.on(host).msg, host
    assert secret not in run.output and simulator.jobs() == []


@pytest.mark.parametrize("blank", ["", None])
def test_blank_variables_count_as_not_set(ansible, simulator, play, stored, blank):
    names = ("channel", "sourcetype", "insecure_skip_verify", "scope", "datasets", "state", "enabled", "jobs")
    verify = ("scope", "verify_timeout", "verify_interval", "verify_since")
    given = {f"splunk_logpush_{name}": blank for name in names}
    waiting = {f"splunk_logpush_{name}": blank for name in verify}
    of_a_job = {
        "dataset": "dns_logs",
        "enabled": blank,
        "max_upload_records": blank,
        "output_options": {"cve_2021_44228": blank},
    }
    hosts = {
        "shop.example.com": {
            "zone_id": simulator.zone_ids["shop.example.com"],
            "zone_name": blank,
            "account_id": blank,
        },
        "www.example.com": {"splunk_logpush_jobs": [of_a_job]},
    }
    del given["splunk_logpush_jobs"]
    run = ansible.playbook([play(**given)], inventory={**hosts, "api.example.com": {"splunk_logpush_jobs": blank}})
    assert run.returncode == 0, run.output
    assert sorted((entry["dataset"], entry["enabled"]) for entry in stored()) == [
        ("dns_logs", True),
        ("http_requests", True),
        ("http_requests", True),
    ]
    simulator.push()
    assert ansible.playbook([play("verify", **waiting)], inventory=hosts).returncode == 0


def test_waiting_for_the_jobs_of_the_role_or_of_the_zone(ansible, simulator, play):
    quick = {"splunk_logpush_verify_timeout": 1, "splunk_logpush_verify_interval": 1}
    hosts = {"shop.example.com": {"zone_id": simulator.zone_ids["shop.example.com"]}}
    late = ansible.playbook([play(), play("verify", **quick)], inventory=hosts)
    assert late.returncode == 2
    assert late.on("shop.example.com", WAIT).msg.startswith(
        "1 of 1 jobs do not deliver. shop.example.com, http_requests shop.example.com: no delivery within 1 s (the job is enabled "
    )
    simulator.push()
    for plays in ([play(), play("verify", **quick)], [play("verify", **quick)]):
        run = ansible.playbook(plays, inventory=hosts)
        assert run.returncode == 0, run.output
        assert [entry["health"] for entry in run.on("shop.example.com", WAIT)["results"]] == ["delivering"]


def test_the_probe_refuses_a_collector_that_is_not_ready(ansible, simulator, play, stored):
    ready, refused = ({"name": "t", "token": simulator.hec_token, "useACK": ack} for ack in (False, True))
    hosts = {"shop.example.com": {"splunk_hec_probe_ca_path": simulator.ca_file}}
    plays = [play("probe"), play()]
    simulator.reset(hec_tokens=[refused])
    run = ansible.playbook(plays, inventory=hosts)
    assert run.returncode == 2
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    assert failed.msg.startswith("Indexer acknowledgement is enabled for this token (")
    assert stored() == [] and simulator.hec_token not in run.output
    # The role itself also sends a request to the collector before it writes.
    run = ansible.playbook(plays[1:], inventory=hosts)
    [failed] = [outcome for outcome in run.outcomes if outcome.failed]
    assert "Indexer acknowledgement is enabled for this token (" in failed.msg and stored() == []
    simulator.reset(hec_tokens=[ready])
    run = ansible.playbook(plays, inventory=hosts)
    assert run.returncode == 0, run.output
    assert len(stored()) == 1


def test_the_probe_compares_the_jobs_with_an_opentelemetry_collector(ansible, play, tmp_path):
    root = certificate_factory.authority("Root")
    server_file = certificate_factory.issue("localhost", by=root).write(tmp_path / "server.pem", with_key=True)
    limited = {"dataset": "http_requests", "max_upload_bytes": 10_000_000}
    jobs = {
        "default.example.com": {"splunk_logpush_datasets": ["http_requests"]},
        "one.example.com": {"splunk_logpush_jobs": [limited, {"dataset": "dns_logs"}]},
        "all.example.com": {"splunk_logpush_jobs": [limited, {"dataset": "dns_logs", "max_upload_bytes": "20000000"}]},
        "raised.example.com": {"splunk_hec_max_request_body_size": 104857600},
    }
    ca_path = root.write(tmp_path / "roots.pem")
    with HttpsServer(OpenTelemetryReceiver(), server_file) as server:
        probe = play("probe", splunk_logpush_endpoint=server.endpoint, splunk_hec_probe_ca_path=ca_path)
        run = ansible.playbook([probe], inventory=jobs)
    failed = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert set(failed) == {"default.example.com", "one.example.com"}, run.output
    assert all("max_upload_bytes: 10000000" in msg for msg in failed.values())
