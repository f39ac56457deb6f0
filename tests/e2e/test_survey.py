# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of a survey: every answer can be text; no answer can be an empty string or null, and means "not set"."""

from __future__ import annotations

import json
import sys

import pytest
import yaml

from .ansible import CHECKOUT

OUTCOME = "Report the zone's result"
SHOW = "Show the report"
ROLLOUT, VERIFY, AUDIT, REPAIR, EXPORT, DISABLE, REMOVE, ROTATE, PROVISION = (
    f"edgeops.logpush.{name}"
    for name in (
        "rollout",
        "verify",
        "audit",
        "repair",
        "export",
        "disable",
        "remove",
        "rotate_hec_token",
        "provision_hec",
    )
)
OLD = "0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d"
# The variables of every playbook for zones, and the additional ones of some.
COMMON = (
    "logpush_zones",
    "logpush_concurrency",
    "logpush_failed_hosts",
    "logpush_serial",
    "cloudflare_api_token",
    "cloudflare_api_url",
)
OF_ROLLOUT = (
    *COMMON,
    "logpush_max_failures",
    "logpush_prune",
    "logpush_check_duplicates",
    "logpush_create",
    "splunk_logpush_job_defaults",
    "splunk_logpush_job_overrides",
    "splunk_logpush_report_every_host",
    "splunk_logpush_scope",
    "splunk_logpush_channel",
    "splunk_logpush_sourcetype",
    "splunk_logpush_insecure_skip_verify",
    "splunk_logpush_jobs",
    "splunk_logpush_datasets",
    "splunk_logpush_state",
    "splunk_logpush_enabled",
)
OF_VERIFY = (*COMMON, "splunk_logpush_verify_timeout", "splunk_logpush_verify_interval", "splunk_logpush_verify_since")
OF_AUDIT = (
    *COMMON,
    *(f"logpush_audit_{name}" for name in ("html", "json", "junit", "fail", "ignore", "max_age", "certificates")),
    "logpush_audit_certificate_days",
    "logpush_audit_ca_path",
)


def left_open(names):
    """Return these questions without answers: as empty strings or null, depending on the version of AWX."""
    return {name: ("", None)[number % 2] for number, name in enumerate(sorted(names))}


def answers(**given):
    """Return answers as extra variables."""
    return "-e", json.dumps(given)


def told(run):
    """Return the hosts that the run showed."""
    return sorted({outcome.host for outcome in run.outcomes if outcome.task == OUTCOME and outcome.status != "skipped"})


def job_of(simulator, zone, **more):
    """Create a working job of a zone."""
    return simulator.add_job(
        zone_id=simulator.zone_ids[zone], destination_conf=simulator.destination_conf(), **{"enabled": True, **more}
    )


def test_no_answers_to_a_rollout(ansible, hosts, stored):
    given = answers(**left_open(OF_ROLLOUT))
    run = ansible.playbook(ROLLOUT, *given, inventory=hosts)
    assert run.returncode == 0, run.output
    assert [(entry["dataset"], entry["enabled"]) for entry in stored()] == [("http_requests", True)] * 3
    assert ansible.playbook(ROLLOUT, *given, inventory=hosts).zones() == {}


def test_answers_to_a_rollout(ansible, simulator, hosts, stored):
    job_of(simulator, "shop.example.com", name="mine", dataset="nel_reports")
    given = {
        "logpush_concurrency": "3",
        "logpush_max_failures": "0",
        "logpush_serial": "2",
        "logpush_prune": "false",
        "logpush_create": "true",
        "splunk_logpush_report_every_host": "true",
        "splunk_logpush_enabled": "false",
        "splunk_logpush_insecure_skip_verify": "true",
        "splunk_logpush_datasets": "http_requests,\ndns_logs\n",
        "splunk_logpush_state": "present",
        "splunk_logpush_scope": "zone",
        "splunk_logpush_job_overrides": '{"max_upload_records": "2000"}',
    }
    run = ansible.playbook(ROLLOUT, *answers(**given), inventory=hosts)
    assert run.returncode == 0, run.output
    assert told(run) == sorted(hosts)
    made = [entry for entry in stored() if entry["name"] != "mine"]
    assert {(entry["dataset"], entry["enabled"], entry["max_upload_records"]) for entry in made} == {
        ("http_requests", False, 2000),
        ("dns_logs", False, 2000),
    }
    assert len(made) == 6 and all("insecure-skip-verify=true" in entry["destination_conf"] for entry in made)
    assert "mine" in [entry["name"] for entry in stored()]
    pruned = ansible.playbook(
        ROLLOUT, *answers(**{**given, "logpush_prune": "true", "splunk_logpush_state": "absent"}), inventory=hosts
    )
    assert pruned.returncode == 0 and stored() == [], pruned.output


def test_an_answer_of_no_creates_nothing(ansible, hosts, stored):
    run = ansible.playbook(
        ROLLOUT, *answers(logpush_create="false", splunk_logpush_report_every_host="false"), inventory=hosts
    )
    assert run.returncode == 0 and stored() == [] and run.zones() == {}, run.output


@pytest.mark.parametrize(
    "playbook, variable", [(ROLLOUT, "logpush_serial"), (VERIFY, "logpush_serial"), (ROTATE, "logpush_waves")]
)
def test_no_size_of_a_batch(ansible, simulator, hosts, playbook, variable):
    # The waves are not batches of Ansible: a task checks them.
    tags = "logpush" if playbook == ROTATE else "none"
    run = ansible.playbook(playbook, *answers(**{variable: "many"}), "--tags", tags, inventory=hosts)
    assert simulator.requests(side="splunk") == simulator.requests(side="api") == []
    assert (
        run.returncode not in (0, 250)
        and "numbers of hosts and percentages, such as 2, 10%, 100%, not many" in run.output
    ), run.output


def test_the_number_of_failures_as_text(ansible, simulator, hosts, stored):
    hosts["shop.example.com"]["zone_id"] = "0" * 32
    run = ansible.playbook(ROLLOUT, *answers(logpush_max_failures="0", logpush_concurrency="1"), inventory=hosts)
    assert run.returncode != 0 and stored() == [], run.output


@pytest.mark.parametrize("timeout, interval", [("", None), ("0", "1")])
def test_answers_to_a_verification(ansible, simulator, hosts, timeout, interval):
    for zone in hosts:
        job_of(simulator, zone, name=zone)
    simulator.push()
    given = {
        **dict.fromkeys(OF_VERIFY, ""),
        "splunk_logpush_verify_timeout": timeout,
        "splunk_logpush_verify_interval": interval,
    }
    run = ansible.playbook(VERIFY, *answers(**given, splunk_logpush_report_every_host="true"), inventory=hosts)
    assert run.returncode == 0 and told(run) == sorted(hosts), run.output
    job_of(simulator, "shop.example.com", name="late", dataset="dns_logs")
    if timeout == "0":
        late = ansible.playbook(VERIFY, *answers(**given), inventory=hosts)
        assert late.returncode == 2 and late.on("shop.example.com", OUTCOME).failed, late.output


def test_no_answers_to_an_audit(ansible, simulator, hosts):
    for zone in list(hosts)[:2]:
        job_of(simulator, zone, name=zone)
    run = ansible.playbook(AUDIT, *answers(**left_open(OF_AUDIT)), inventory=hosts)
    # It looks at certificates, and fails: that of the simulated collector is private, and a job is missing.
    summary = run[SHOW]["ansible_stats"]["data"]["logpush_audit"]
    assert run.returncode == 2 and summary["missing"] == 1 and summary["kinds"]["certificate"] == 1, run.output


def test_answers_to_an_audit(ansible, simulator, hosts):
    job_of(simulator, "shop.example.com", name="shop.example.com")
    simulator.push()
    given = {
        "logpush_audit_ignore": "no_job\ninsecure\n",
        "logpush_audit_certificates": "false",
        "logpush_audit_certificate_days": "3",
        "logpush_audit_max_age": "86400",
        "logpush_audit_fail": "true",
    }
    run = ansible.playbook(AUDIT, *answers(**given), inventory=hosts)
    assert run.returncode == 0, run.output
    summary = run[SHOW]["ansible_stats"]["data"]["logpush_audit"]
    assert summary["problems"] == 0 and "certificate" not in {kind for kind, count in summary["kinds"].items() if count}
    forgiven = ansible.playbook(
        AUDIT, *answers(**{**given, "logpush_audit_ignore": "", "logpush_audit_fail": "false"}), inventory=hosts
    )
    assert forgiven.returncode == 0, forgiven.output
    assert forgiven[SHOW]["ansible_stats"]["data"]["logpush_audit"]["problems"] == 2


@pytest.mark.parametrize("skip_verify", ["true", None, "false"])
def test_answers_to_a_repair(ansible, simulator, hosts, stored, skip_verify):
    failed = {"enabled": False, "last_error": "2026-01-01T00:00:00Z", "error_message": "no route"}
    job_of(simulator, "shop.example.com", name="gone", **failed)
    given = {
        **dict.fromkeys(COMMON, skip_verify and ""),
        "splunk_hec_insecure_skip_verify": skip_verify,
        "splunk_hec_probe_ca_path": "",
    }
    run = ansible.playbook(REPAIR, *answers(**given), inventory=hosts)
    # The certificate of the simulated collector is private.
    assert [entry["enabled"] for entry in stored()] == [skip_verify == "true"], run.output
    assert run.returncode == (0 if skip_verify == "true" else 2)


def test_no_answers_to_an_export(ansible, simulator, hosts):
    job_of(simulator, "shop.example.com", name="web")
    named = (*COMMON, "logpush_export_dir", "logpush_export_file", "logpush_export_terraform", "logpush_export_token")
    run = ansible.playbook(EXPORT, *answers(**left_open(named)), inventory=hosts)
    assert run.returncode == 0 and "\n    shop.example.com:\n" in run.output, run.output


@pytest.mark.parametrize("confirmed", ["true", "false", ""])
def test_answers_to_a_removal(ansible, simulator, hosts, stored, confirmed):
    job_of(simulator, "shop.example.com", name="web")
    given = {**dict.fromkeys(OF_ROLLOUT, ""), "logpush_remove_confirmed": confirmed}
    run = ansible.playbook(REMOVE, *answers(**given), inventory=hosts)
    assert (run.returncode, len(stored())) == ((0, 0) if confirmed == "true" else (2, 1)), run.output


def test_no_answers_to_switching_off(ansible, simulator, hosts, stored):
    job_of(simulator, "shop.example.com", name="web")
    run = ansible.playbook(DISABLE, *answers(**left_open(OF_ROLLOUT)), inventory=hosts)
    assert run.returncode == 0 and [entry["enabled"] for entry in stored()] == [False], run.output


def splunk_answers(simulator, options):
    """Return how Splunk is reached, as variables."""
    return {
        **{f"splunk_hec_{name}": value for name, value in options.items()},
        "splunk_hec_probe_ca_path": simulator.ca_file,
    }


def test_answers_to_provisioning(ansible, simulator, empty_splunk):
    given = {
        **splunk_answers(simulator, empty_splunk),
        "splunk_hec_validate_certs": "true",
        "splunk_hec_manage_settings": "true",
        "splunk_hec_enable_ssl": "true",
        "splunk_hec_create_index": "false",
        "splunk_hec_index": "main",
        "splunk_hec_indexes": "main,\nsummary",
        "splunk_hec_wait_timeout": "30",
        "splunk_hec_probe": "true",
        "splunk_hec_probe_retries": "3",
        "splunk_hec_probe_delay": "1",
        "splunk_hec_insecure_skip_verify": "false",
        "splunk_hec_port": simulator.hec_endpoint.rpartition(":")[2],
        "splunk_hec_token_value": OLD,
        "splunk_hec_recreate": "false",
    }
    run = ansible.playbook(PROVISION, *answers(**given))
    assert run.returncode == 0, run.output
    [token] = simulator.state()["hec_tokens"]
    assert token["token"] == OLD and token["index"] == "main" and set(token["indexes"]) == {"main", "summary"}
    assert [index["name"] for index in simulator.state()["indexes"]].count("cloudflare") == 0


def test_no_answers_to_provisioning(ansible, simulator, empty_splunk):
    specs = yaml.safe_load((CHECKOUT / "roles/splunk_hec/meta/argument_specs.yml").read_text(encoding="utf-8"))
    every_variable = {name for entry in specs["argument_specs"].values() for name in entry["options"]}
    # Empty text for the index means Splunk's default index.
    named = every_variable - {"splunk_hec_index"}
    given = {**left_open(named), **splunk_answers(simulator, empty_splunk)}
    run = ansible.playbook(PROVISION, *answers(**given))
    assert run.returncode == 0, run.output
    [token] = simulator.state()["hec_tokens"]
    assert token["name"] == "cloudflare" and token["index"] == "cloudflare"
    assert simulator.state()["hec_settings"]["disabled"] is False
    assert "cloudflare" in [index["name"] for index in simulator.state()["indexes"]]
    assert run.on("localhost", "edgeops.logpush.splunk_hec : Probe HEC").status == "ok"


def test_a_wrong_answer_to_provisioning_is_refused_before_the_first_request(ansible, simulator, empty_splunk):
    wrong = {"enable_ssl": "maybe", "wait_timeout": "soon", "probe": "2", "platform": "clod"}
    own = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {
        name: {**own, **splunk_answers(simulator, empty_splunk), f"splunk_hec_{name}": answer}
        for name, answer in wrong.items()
    }
    play = {"hosts": "all", "gather_facts": False, "roles": ["edgeops.logpush.splunk_hec"]}
    run = ansible.playbook([play], inventory=hosts)
    said = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert {name for name in wrong if f"splunk_hec_{name}" in said.get(name, "")} == set(wrong), said
    assert run.returncode == 2 and simulator.requests() == []


@pytest.fixture
def management(simulator):
    """Create the old token in Splunk, and return the options that reach Splunk."""
    simulator.reset(
        hec_tokens=[{"name": "cloudflare", "token": OLD, "index": "cloudflare", "sourcetype": "cloudflare:json"}],
        indexes=[{"name": "main"}, {"name": "cloudflare"}],
        settings={"push_interval": 0.2},
    )
    return {
        "url": simulator.management_url,
        "username": simulator.splunk_username,
        "password": simulator.splunk_password,
        "ca_path": simulator.ca_file,
    }


@pytest.mark.parametrize("waves, delete", [("1, 100%", "false"), ("", None)])
def test_answers_to_a_rotation(ansible, simulator, management, stored, waves, delete):
    names = ("shop.example.com", "www.example.com", "api.example.com")
    for name in names:
        simulator.add_job(
            zone_id=simulator.zone_ids[name], name=name, enabled=True, destination_conf=simulator.destination_conf(OLD)
        )
    named = (
        *COMMON,
        "splunk_hec_new_token_value",
        "splunk_hec_probe",
        "splunk_hec_probe_retries",
        "splunk_hec_probe_delay",
        "splunk_hec_validate_certs",
        "splunk_hec_platform",
        "splunk_hec_token_name",
    )
    given = {
        **left_open(named),
        **splunk_answers(simulator, management),
        "splunk_hec_endpoint": simulator.hec_endpoint,
        "splunk_hec_new_token_name": "new",
        "logpush_waves": waves,
        "splunk_hec_rotation_settle": "1",
        "splunk_hec_rotation_grace": "1",
        "splunk_hec_rotation_delete": delete,
        "splunk_logpush_verify_timeout": "20",
        "splunk_logpush_verify_interval": "1",
    }
    run = ansible.playbook(
        ROTATE, *answers(**given), inventory={name: {"zone_id": simulator.zone_ids[name]} for name in names}
    )
    assert run.returncode == 0, run.output
    left = {token["name"]: token for token in simulator.state()["hec_tokens"]}
    assert set(left) == ({"new", "cloudflare"} if delete == "false" else {"new"})
    assert all(entry["destination_conf"].endswith(left["new"]["token"]) for entry in stored())
    [rotated] = [outcome for outcome in run.outcomes if outcome.task == "Move all jobs and retire the old token"]
    assert rotated.result["invocation"]["module_args"]["waves"] == (["1", "100%"] if waves else ["2", "100%"])
