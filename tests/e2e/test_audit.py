# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit playbook: zones in every state, reports, exit status, and no write."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

AUDIT = "edgeops.logpush.audit"
ROLLOUT = "edgeops.logpush.rollout"
LOOK = "Audit the jobs of all zones"
STATS = "Show the report"
OUTCOME = "Report the zone's result"
FAIL = "Fail on problems that belong to no zone"
RECENTLY = "2099-01-01T00:00:00Z"
NAMES = (
    "delivering",
    "pending",
    "failing",
    "disabled",
    "autodisabled",
    "drifting",
    "twice",
    "empty",
    "unwanted",
    "insecure",
    "legacy",
    "unreadable",
)


@pytest.fixture
def zones(simulator):
    """Return a zone in each state, its name with its ID."""
    ids = {f"{name}.example.com": f"{number:032x}" for number, name in enumerate(NAMES, 1)}
    simulator.reset(zones=[{"id": zone_id, "name": name} for name, zone_id in ids.items()])
    fault = {
        "kind": "status",
        "status": 403,
        "method": "GET",
        "path": f"{ids['unreadable.example.com']}/logpush",
        "times": None,
    }
    simulator.set_faults(fault)

    def add(zone, **fields):
        sound = {"dataset": "http_requests", "name": zone, "enabled": True, "last_complete": RECENTLY}
        simulator.add_job(
            **{
                "destination_conf": simulator.destination_conf(),
                **sound,
                "zone_id": ids[f"{zone}.example.com"],
                **fields,
            }
        )

    failed = {"last_error": "2026-01-01T00:00:00Z", "error_message": "error uploading to https: status:403"}
    add("delivering")
    add("pending", last_complete=None)
    add("failing", **failed)
    add("disabled", enabled=False)
    add("autodisabled", enabled=False, **failed)
    add("drifting", destination_conf=simulator.destination_conf(sourcetype="other"))
    add("twice")
    add(
        "twice",
        name="made by hand",
        destination_conf=simulator.destination_conf(channel="22222222-2222-4333-8444-555555555555"),
    )
    add("unwanted")
    add("insecure", destination_conf=simulator.destination_conf(**{"insecure-skip-verify": "true"}))
    add("legacy", logpull_options="fields=RayID&timestamps=rfc3339", frequency="low")
    return ids


def inventory(ids):
    """Return the zones as hosts."""
    hosts = {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()}
    hosts["disabled.example.com"]["splunk_logpush_enabled"] = False
    hosts["twice.example.com"]["splunk_logpush_jobs"] = [{"name": "twice"}]
    hosts["unwanted.example.com"]["splunk_logpush_state"] = "absent"
    return hosts


@pytest.fixture
def wanted(simulator, splunk):
    """Return the arguments with the variables of every host."""
    given = {f"splunk_logpush_{option}": value for option, value in splunk.items()}
    return "-e", json.dumps(
        {**given, "splunk_logpush_sourcetype": "cloudflare:json", "logpush_audit_ca_path": simulator.ca_file}
    )


def kinds(report):
    """Return the findings, by the first label of the zone."""
    return {
        (row["where"].partition(".")[0], finding["kind"], finding["level"])
        for row in report["rows"]
        for finding in row["findings"]
    }


def test_every_state_is_found_and_nothing_is_written(ansible, simulator, zones, wanted, tmp_path):
    simulator.set_read_only()
    simulator.wipe_requests()
    files = {kind: str(tmp_path / f"audit.{kind}") for kind in ("html", "json", "junit")}
    arguments = ["-e", json.dumps({f"logpush_audit_{kind}": path for kind, path in files.items()})]
    run = ansible.playbook(AUDIT, *wanted, *arguments, inventory=inventory(zones))
    assert run.returncode == 2, run.output
    report = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert kinds(report) == {
        ("delivering", "no_alert", "note"),
        ("failing", "failing", "problem"),
        ("autodisabled", "auto_disabled", "problem"),
        ("autodisabled", "drift", "problem"),
        ("drifting", "drift", "problem"),
        ("twice", "duplicate", "problem"),
        ("twice", "unmanaged", "note"),
        ("empty", "no_job", "problem"),
        ("unwanted", "drift", "problem"),
        ("insecure", "insecure", "problem"),
        ("legacy", "legacy", "note"),
        ("unreadable", "unreadable", "problem"),
    }
    [drifting] = [row for row in report["rows"] if row["where"].startswith("drifting")]
    assert drifting["after"] == {"destination": {"sourcetype": "cloudflare:json"}}
    # One list for each zone, for its jobs and for what a rollout would do. And one verification of the API token, because one
    # zone refuses it. For the uploads, the account of the zones, its limits, and one query for up to ten zones. The
    # notification policies of the account.
    uploads = ["GET zones", "POST graphql", "POST graphql"]
    assert sorted(run[LOOK].calls) == ["GET jobs"] * len(zones) + ["GET policies", "GET token", *uploads]
    # One empty request to find out which software answers.
    [asked] = simulator.requests(side="hec")
    assert (asked["method"], asked["status"], asked["bytes"], asked["query"]) == ("POST", 404, 0, {})
    [collector] = report["collectors"]
    assert collector["certificate"]["trusted"] and collector["certificate"]["days_left"] > 0 and collector["jobs"] == 11
    cases = ElementTree.parse(tmp_path / "audit.junit").getroot()
    assert len(cases.findall(".//testcase")) == len(report["rows"]) + 1
    html = (tmp_path / "audit.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in html
    # The commands of the page are for the inventory of the run, and for the host of the zone.
    [source] = report["inventory"]
    assert f"ansible-playbook -i {source} edgeops.logpush.repair --limit autodisabled.example.com" in html
    assert sorted(path.name for path in tmp_path.glob("audit.*")) == ["audit.html", "audit.json", "audit.junit"]
    # Each zone fails only for its own problems.
    failed = {outcome.host.partition(".")[0]: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert set(failed) == {zone for zone, dummy, level in kinds(report) if level == "problem"}
    assert failed["failing"] == "Needs attention: http_requests: failing. The table of the audit has the findings."
    # The table has the text of a finding, and the host does not repeat it.
    assert "status:403" in run.output and not any("status:403" in message for message in failed.values())
    # The table, in the terminal
    assert "ZONE OR ACCOUNT" in run.output and "failing.example.com" in run.output
    assert all(len(line) <= 120 for line in run.output.splitlines() if line.startswith("  "))


def test_tower_gets_counts_and_may_go_on(ansible, zones, wanted):
    run = ansible.playbook(AUDIT, *wanted, "-e", "logpush_audit_fail=false", "--check", inventory=inventory(zones))
    assert run.returncode == 0, run.output
    stats = run[STATS].result["ansible_stats"]
    assert (stats["per_host"], stats["aggregate"]) == (False, False)
    counts = stats["data"]["logpush_audit"]
    assert (counts["scopes"], counts["jobs"], counts["failing"], counts["missing"], counts["unreadable"]) == (
        12,
        11,
        1,
        1,
        1,
    )
    figures = [value for value in counts.values() if not isinstance(value, dict)] + list(counts["kinds"].values())
    assert all(isinstance(value, (int, float)) for value in figures)
    assert {outcome.status for outcome in run.outcomes if outcome.task == FAIL} == {"skipped"} and run.zones() == {}


@pytest.mark.parametrize("answer, status", [("maybe", 2), ([], 2), (1, 2), ("No", 0), (0, 0)])
def test_only_a_plain_no_keeps_an_audit_from_failing(ansible, zone_id, answer, status):
    run = ansible.playbook(
        AUDIT, "-e", json.dumps({"logpush_audit_fail": answer}), inventory={"shop.example.com": {"zone_id": zone_id}}
    )
    assert run.returncode == status and "WARNING" not in run.output, run.output


def test_after_a_rollout_nothing_needs_attention(ansible, simulator, wanted):
    hosts = {name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in list(simulator.zone_ids.items())[:3]}
    assert ansible.playbook(ROLLOUT, *wanted, inventory=hosts).returncode == 0
    simulator.push()
    run = ansible.playbook(AUDIT, *wanted, inventory=hosts)
    assert run.returncode == 0, run.output
    assert run[LOOK].result["headline"] == "Nothing needs attention in 3 zones."
    assert run[LOOK].result["summary"]["delivering"] == 3


def test_a_zone_that_loses_batches_fails_and_one_that_repeats_them_does_not(ansible, simulator, wanted):
    names = list(simulator.zone_ids)[:3]
    hosts = {name: {"zone_id": simulator.zone_ids[name], "zone_name": name} for name in names}
    assert ansible.playbook(ROLLOUT, *wanted, inventory=hosts).returncode == 0
    losing, retrying, _healthy = names
    faults = [{"kind": "drop", "zone": losing, "share": 0.5}, {"kind": "retry", "zone": retrying, "status": 503}]
    simulator.change_settings(push_faults=faults)
    simulator.push_at(3600, rounds=4, interval=600)
    run = ansible.playbook(AUDIT, *wanted, "-e", "logpush_audit_delivery=true", inventory=hosts)
    assert run.returncode == 2
    failed = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert failed == {losing: "Needs attention: http_requests: losing. The table of the audit has the findings."}
    # The text of a finding is wrapped.
    shown = " ".join(run.output.split())
    assert "Cloudflare dropped 2 of 4 batches in the last 24 hours (2 x batch dropped)." in shown
    assert "RECORDS" in run.output and "2 batches lost. Jobs: 1 delivering, 1 retrying, 1 losing." in run.output
    assert {(finding["kind"], finding["where"]) for finding in run[LOOK]["findings"]} == {
        ("losing", losing),
        ("retrying", retrying),
        # The account has no notification policy. It is noted once, at its first zone.
        ("no_alert", losing),
    }
    arguments = ["-e", "logpush_audit_delivery_window=600", "-e", "logpush_audit_ignore=losing"]
    run = ansible.playbook(AUDIT, *wanted, *arguments, inventory=hosts)
    assert run.returncode == 0 and run[LOOK]["summary"]["delivery"]["silent"] == 3, run.output
    run = ansible.playbook(AUDIT, *wanted, "-e", json.dumps({"logpush_audit_delivery": False}), inventory=hosts)
    assert run.returncode == 0 and "POST graphql" not in run[LOOK].calls, run.output


def test_a_certificate_that_will_not_do(ansible, simulator, wanted, zone_id):
    simulator.add_job(
        zone_id=zone_id,
        dataset="http_requests",
        enabled=True,
        last_complete=RECENTLY,
        destination_conf=simulator.destination_conf(),
    )
    simulator.change_settings(certificate="expired")
    # The first zone has no problem, and does not push to the collector.
    healthy = {"zone_id": simulator.zone_ids["api.example.com"], "splunk_logpush_state": "absent"}
    hosts = {"api.example.com": healthy, "shop.example.com": {"zone_id": zone_id}}
    for limit, blamed in (([], "localhost"), (["--limit", "api.example.com,shop.example.com"], "shop.example.com")):
        run = ansible.playbook(AUDIT, *wanted, *limit, inventory=hosts)
        assert run.returncode == 2
        assert [finding["kind"] for finding in run[LOOK]["findings"]] == ["certificate", "no_alert"]
        assert run.on(blamed, FAIL).msg.startswith(f"{simulator.hec_endpoint}: ")
        assert {outcome.host for outcome in run.outcomes if outcome.failed} == {blamed}
        assert run.output.count("fatal: ") == 1 and "no hosts matched" not in run.output
    ignoring = ["-e", json.dumps({"logpush_audit_ignore": ["certificate"]})]
    assert (
        ansible.playbook(AUDIT, *wanted, *ignoring, inventory={"shop.example.com": {"zone_id": zone_id}}).returncode
        == 0
    )


def test_a_broken_collector_fails_localhost_even_if_every_zone_fails(ansible, simulator, wanted):
    simulator.change_settings(certificate="expired")
    failed = {"last_error": RECENTLY, "error_message": "error uploading to https: status:403", "enabled": False}
    hosts = dict(list(simulator.zone_ids.items())[:2])
    for name, zone_id in hosts.items():
        job = {"dataset": "http_requests", "name": name, "destination_conf": simulator.destination_conf()}
        simulator.add_job(zone_id=zone_id, **job, **failed)
    run = ansible.playbook(AUDIT, *wanted, inventory={name: {"zone_id": zone_id} for name, zone_id in hosts.items()})
    assert run.returncode == 2
    messages = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert set(messages) == {"localhost", *hosts}, run.output
    assert messages["localhost"].startswith(f"{simulator.hec_endpoint}: ") and run.output.count("fatal: ") == 3
    assert all(messages[name].startswith("Needs attention: http_requests: auto") for name in hosts)
    assert "no hosts matched" not in run.output


def test_a_collector_that_cannot_be_reached_is_a_note(ansible, simulator, zone_id):
    nowhere = simulator.destination_conf().replace(simulator.hec_endpoint, "127.0.0.1:9")
    simulator.add_job(
        zone_id=zone_id, dataset="http_requests", enabled=True, last_complete=RECENTLY, destination_conf=nowhere
    )
    hosts = {"shop.example.com": {"zone_id": zone_id, "splunk_logpush_endpoint": "127.0.0.1:9"}}
    run = ansible.playbook(AUDIT, "-e", "logpush_audit_ignore=no_alert", inventory=hosts)
    assert run.returncode == 0, run.output
    [finding] = run[LOOK]["findings"]
    assert (finding["kind"], finding["where"]) == ("unreachable", "127.0.0.1:9")
    without = "logpush_audit_certificates=false logpush_audit_ignore=no_alert"
    run = ansible.playbook(AUDIT, "-e", without, inventory=hosts)
    assert run[LOOK]["findings"] == run[LOOK]["collectors"] == []


def test_every_zone_with_a_problem_fails_however_many_there_are(ansible, simulator):
    zones = [{"id": f"{number:032x}", "name": f"zone{number}.example.com"} for number in range(1, 303)]
    simulator.reset(zones=zones)
    run = ansible.playbook(AUDIT, inventory={zone["name"]: {"zone_id": zone["id"]} for zone in zones})
    assert len(run[LOOK]["findings"]) == 300
    failed = {outcome.host: outcome.msg for outcome in run.outcomes if outcome.failed}
    assert set(failed) == {zone["name"] for zone in zones}
    assert (
        failed["zone302.example.com"]
        == "Needs attention. The reports list every finding; there are too many to show here."
    )
