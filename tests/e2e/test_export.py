# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollout on variables that were exported from Cloudflare or from Terraform writes nothing."""

from __future__ import annotations

import json
import stat
from urllib.parse import quote

import pytest
import yaml
from ansible_collections.edgeops.logpush.tests.module_tasks import short

from .test_secrets import spellings

EXPORT = "edgeops.logpush.export"
ROLLOUT = "edgeops.logpush.rollout"
WRITE = "Export the jobs of all zones"
PASS = "Apply Logpush jobs"

FIRST, SECOND, KEY = "SECRETfirst+A/==x", "SECRETsecond-B_token", "SECRETkey&C"
CHANNEL = "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
FILTER = {
    "where": {
        "or": [
            {"key": "ClientCountry", "operator": "in", "value": ["ca", "us"]},
            {"key": "EdgeResponseStatus", "operator": "geq", "value": 400},
        ]
    }
}
TOKENS = {"splunk_logpush_hec_token": FIRST, "splunk_logpush_hec_token_2": SECOND, "splunk_logpush_secret": KEY}


def odd_jobs(simulator):
    """Return jobs of every kind, by their zone or account."""
    endpoint = simulator.hec_endpoint
    first = simulator.destination_conf(quote(FIRST, safe=""))
    second = simulator.destination_conf(quote(SECOND, safe=""))
    by_hand = (
        f"Splunk://{endpoint}/services/collector/raw?header_Authorization=splunk+{quote(FIRST, safe='')}"
        f"&sourcetype=a%20b&channel={CHANNEL.upper()}&further=a%26b&header_X-Key={quote(KEY, safe='')}"
    )
    zones = simulator.zone_ids
    return {
        ("shop.example.com", "zone_id", zones["shop.example.com"]): [
            {"destination_conf": by_hand, "output_options": None},
            {
                "destination_conf": first,
                "dataset": "firewall_events",
                "name": "one",
                "enabled": False,
                "output_options": {
                    "CVE-2021-44228": True,
                    "record_template": "{{.RayID}} {% x %}",
                    "sample_rate": 0.25,
                    "record_suffix": "}\n",
                    "batch_prefix": '\t"é😀',
                    "field_names": ["RayID", "Made_up"],
                },
            },
            {
                "destination_conf": second,
                "dataset": "firewall_events",
                "name": "two",
                "filter": json.dumps(FILTER),
                "max_upload_records": 1000,
                "max_upload_bytes": 0,
                "frequency": "low",
            },
            {"destination_conf": second, "dataset": "firewall_events", "name": ""},
        ],
        ("www.example.com", "zone_id", zones["www.example.com"]): [
            {
                "destination_conf": first,
                "name": "old",
                "logpull_options": "fields=RayID&timestamps=rfc3339&CVE-2021-44228=true",
            },
            {
                "destination_conf": first.replace(f":{endpoint.rpartition(':')[2]}", ""),
                "dataset": "dns_logs",
                "output_options": {"output_type": "csv", "field_names": ["QueryName", "Timestamp"]},
                "enabled": False,
                "error_message": "refused",
                "last_error": "2026-01-01T00:00:00Z",
            },
            {
                "destination_conf": f"splunk://{endpoint}/services/collector/raw?header_Authorization=Splunk%20{quote(FIRST, safe='')}",
                "dataset": "nel_reports",
                "name": "no channel",
            },
        ],
        ("api.example.com", "zone_id", zones["api.example.com"]): [
            {"destination_conf": first, "kind": "edge", "name": "twin"},
            {"destination_conf": first, "name": "twin"},
            {"destination_conf": "s3://bucket?secret-access-key=SECRETs3", "dataset": "dns_logs"},
        ],
        ("blog.example.org", "zone_id", zones["blog.example.org"]): [{"destination_conf": "s3://bucket"}],
        ("intranet.example.net", "zone_id", zones["intranet.example.net"]): [],
        ("account", "account_id", simulator.account_id): [
            {"destination_conf": first, "dataset": "audit_logs_v2", "name": "audit"},
            {"destination_conf": second, "dataset": "firewall_events", "name": "audit", "filter_attack_traffic": True},
        ],
    }


@pytest.fixture
def odd(simulator):
    """Return an inventory with only the scopes of the hosts, for a simulator that has jobs of every kind."""
    simulator.reset(hec_tokens=[{"name": "first", "token": FIRST}, {"name": "second", "token": SECOND}])
    inventory = {}
    for (host, option, scope_id), jobs in odd_jobs(simulator).items():
        inventory[host] = {option: scope_id, **({"splunk_logpush_scope": "account"} if option == "account_id" else {})}
        for job in jobs:
            simulator.add_job(**{option: scope_id, "dataset": "http_requests", "enabled": True, **job})
    return inventory


def assert_rollout_changes_nothing(ansible, simulator, run_with, inventory=None):
    """Check that a rollout on an export, with the tokens set, sends no write."""
    before = simulator.state()["jobs"]
    simulator.wipe_requests()
    run = ansible.playbook(
        ROLLOUT, *run_with, "-e", json.dumps({**TOKENS, "splunk_logpush_report_every_host": True}), inventory=inventory
    )
    assert run.returncode == 0, run.output
    assert {entry["action"] for entry in run[PASS]["results"]} == {"unchanged"}
    assert {request["method"] for request in simulator.requests(side="api")} == {"GET"}
    assert simulator.state()["jobs"] == before
    return run


def assert_no_secret(*texts):
    """Check that no text contains an encoded form of a secret."""
    for text in texts:
        for secret in (FIRST, SECOND, KEY, "SECRETs3"):
            for form in spellings(secret):
                assert form not in text, (form, text)
        assert "SECRET" not in text


def test_to_host_vars_and_back(ansible, simulator, odd, tmp_path):
    folder = tmp_path / "host_vars"
    arguments = ["-vvv", "--diff", "-e", f"logpush_export_dir={folder}"]
    checked = ansible.playbook(EXPORT, "--check", *arguments, inventory=odd)
    assert checked.returncode == 0 and not folder.exists(), checked.output
    run = ansible.playbook(EXPORT, *arguments, inventory=odd)
    assert run.returncode == 0, run.output
    assert run[WRITE]["files"] == checked[WRITE]["files"] == [str(folder / f"{host}.yml") for host in odd]
    assert (run[WRITE]["hosts"], run[WRITE]["jobs"], len(run[WRITE].calls)) == (6, 10, 6)
    assert run[WRITE]["left_as_is"] == [
        (
            "www.example.com, job 1007 nel_reports no channel: not exported, its destination cannot be requested: "
            "destination_conf: has no channel=<GUID>"
        )
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{host}.yml" for host in odd)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    written = {path: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert_no_secret(run.output, run.report, checked.output, checked.report, *written.values())
    assert "splunk_logpush_state: unmanaged" in written[folder / "intranet.example.net.yml"]
    assert "splunk_logpush_hec_token_2" in written[folder / "account.yml"]

    again = ansible.playbook(EXPORT, *arguments, inventory=odd)
    assert not again[WRITE]["changed"] and again[WRITE]["files"] == []
    done = assert_rollout_changes_nothing(ansible, simulator, [], {host: {} for host in odd})
    assert len(done[PASS]["results"]) == 10 and done[PASS]["summary"]["api_calls"] == 4


def test_to_one_inventory_and_back(ansible, simulator, odd, tmp_path):
    file = tmp_path / "exported.yml"
    run = ansible.playbook(
        EXPORT, "-e", f"logpush_export_file={file}", "-e", "logpush_export_token=vault_hec", inventory=odd
    )
    assert run.returncode == 0, run.output
    text = file.read_text(encoding="utf-8")
    assert_no_secret(text, run.output, run.report)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "#   vault_hec_2  (" in text and "splunk_logpush_hec_token" not in text
    given = json.dumps({"vault_hec": f"Splunk {FIRST}", "vault_hec_2": SECOND})
    assert_rollout_changes_nothing(ansible, simulator, ["-i", str(file), "-e", given])
    # The exported hosts can be exported again without their tokens.
    again = ansible.playbook(
        EXPORT, "-i", str(file), "-e", f"logpush_export_file={file}", "-e", "logpush_export_token=vault_hec"
    )
    assert again.returncode == 0 and not again[WRITE]["changed"], again.output
    # Without one of the tokens, the rollout names it and writes nothing.
    simulator.wipe_requests()
    forgot = ansible.playbook(ROLLOUT, "-i", str(file), "-e", json.dumps({"vault_hec": FIRST}))
    assert forgot.returncode == 2 and "vault_hec_2" in forgot.output
    assert {request["method"] for request in simulator.requests(side="api")} == {"GET"}


def test_the_shown_inventory_is_the_same(ansible, simulator, odd, tmp_path):
    run = ansible.playbook(EXPORT, "--diff", "-vvv", inventory=odd)
    assert run.returncode == 0 and not run[WRITE]["changed"], run.output
    assert_no_secret(run.output, run.report)
    file = tmp_path / "exported.yml"
    file.write_text("\n".join(run[WRITE]["content"]), encoding="utf-8")
    assert_rollout_changes_nothing(ansible, simulator, ["-i", str(file)])


def provider(attributes, version):
    """Return a job as a version of the Terraform provider writes it."""
    options = {key: value for key, value in (attributes.get("output_options") or {}).items() if key != "CVE-2021-44228"}
    flag = (attributes.get("output_options") or {}).get("CVE-2021-44228")
    if version == 4:
        options = [{"cve20214428": bool(flag), "sample_rate": 1, **options}] if options or flag else []
        return {**attributes, "id": str(attributes["id"]), "output_options": options}
    return {**attributes, "output_options": {"cve_2021_44228": flag, **options} if options or flag else None}


@pytest.fixture
def terraformed(simulator, odd):
    """Return a function that returns the jobs of the simulator as a version of the provider writes them."""

    def give(version):
        kinds = {"zones": "zone_id", "accounts": "account_id"}
        return [
            provider(
                {
                    "zone_id": None,
                    "account_id": None,
                    kinds[job["scope"]]: job["scope_id"],
                    "id": job["id"],
                    **job["stored"],
                },
                version,
            )
            for job in simulator.state()["jobs"]
        ]

    return give


def state_file(jobs):
    """Return the text of a state file."""
    entries = [
        {
            "mode": "managed",
            "type": "cloudflare_logpush_job",
            "name": f"job{number}",
            "instances": [{"attributes": job}],
        }
        for number, job in enumerate(jobs)
    ]
    return json.dumps({"version": 4, "resources": entries})


def shown_state(jobs):
    """Return the output of terraform show -json."""
    entries = [
        {
            "address": f"cloudflare_logpush_job.job{number}",
            "mode": "managed",
            "type": "cloudflare_logpush_job",
            "values": job,
        }
        for number, job in enumerate(jobs)
    ]
    return json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": entries}}})


@pytest.mark.parametrize(("version", "form"), [(4, state_file), (5, state_file), (5, shown_state)])
def test_from_a_terraform_state(ansible, simulator, odd, terraformed, tmp_path, version, form):
    state, file = tmp_path / "terraform.json", tmp_path / "exported.yml"
    state.write_text(form(terraformed(version)), encoding="utf-8")
    simulator.wipe_requests()
    where = ["-e", f"logpush_export_terraform={state}", "-e", f"logpush_export_file={file}"]
    run = ansible.playbook(EXPORT, "-vvv", "--diff", *where, inventory=odd)
    assert run.returncode == 0, run.output
    # The jobs are compared with those at Cloudflare, once for each zone and account.
    assert [short(request) for request in simulator.requests(side="api")] == ["GET jobs"] * 4
    assert run[WRITE]["verified"] and "changes nothing" in file.read_text(encoding="utf-8")
    assert_no_secret(run.output, run.report, file.read_text(encoding="utf-8"))
    assert sorted(run[WRITE]["left_out"]) == [
        "cloudflare_logpush_job.job10 does not push to Splunk",
        "cloudflare_logpush_job.job9 does not push to Splunk",
    ]
    hosts = yaml.safe_load(file.read_text(encoding="utf-8").replace("!unsafe", ""))["cloudflare_zones"]["hosts"]
    # A host without a job in the state is not exported.
    assert list(hosts) == ["shop.example.com", "www.example.com", "api.example.com", "account"]
    done = assert_rollout_changes_nothing(ansible, simulator, ["-i", str(file)])
    assert len(done[PASS]["results"]) == 10


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-e", "logpush_zones=shops"], "No host matches the pattern shops of logpush_zones."),
        (["-e", "logpush_export_terraform=state.json", "--limit", "shop.example.com"], "excludes localhost"),
    ],
    ids=["typo", "limit"],
)
def test_an_export_on_no_host_fails(ansible, simulator, odd, arguments, says):
    simulator.wipe_requests()
    run = ansible.playbook(EXPORT, *arguments, inventory=odd)
    assert run.returncode == 2 and says in " ".join(run.output.split()), run.output
    assert simulator.requests(side="api") == []


def test_a_zone_that_cannot_be_exported_is_one_line_after_the_others(ansible, simulator, zone_id):
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=simulator.destination_conf())
    run = ansible.playbook(EXPORT, inventory={"shop.example.com": {"zone_id": zone_id}, "nowhere.example": {}})
    assert run.returncode == 2 and "    shop.example.com:\n" in run.output, run.output
    [failed] = [line for line in run.output.splitlines() if line.startswith("fatal: ")]
    assert (
        "1 host could not be exported. nowhere.example: zone: the API token sees no zone" in failed
        and len(failed) < 400
    )
    assert run.output.index("splunk_logpush_jobs:") < run.output.index(failed)


def test_from_cf_terraforming_without_an_inventory(ansible, simulator, zone_id, tmp_path):
    simulator.reset(hec_tokens=[{"name": "first", "token": FIRST}])
    conf = simulator.destination_conf(quote(FIRST, safe=""))
    options = {"field_names": ["RayID", "ClientIP"], "timestamp_format": "rfc3339", "CVE-2021-44228": True}
    simulator.add_job(
        zone_id=zone_id,
        dataset="http_requests",
        name="shop",
        enabled=True,
        destination_conf=conf,
        filter=json.dumps(FILTER),
        output_options=options,
    )
    generated, file = tmp_path / "generated.tf", tmp_path / "exported.yml"
    generated.write_text(
        f"""
resource "cloudflare_logpush_job" "terraform_managed_resource_0" {{
  dataset          = "http_requests"
  destination_conf = "{conf}"
  enabled          = true
  filter           = {json.dumps(json.dumps(FILTER))}
  frequency        = "high"
  name             = "shop"
  zone_id          = "{zone_id}"
  output_options = {{
    cve_2021_44228   = true
    field_names      = ["RayID", "ClientIP"]
    timestamp_format = "rfc3339"
  }}
}}
resource "cloudflare_logpush_job" "terraform_managed_resource_1" {{
  account_id       = "{simulator.account_id}"
  dataset          = "audit_logs_v2"
  destination_conf = "r2://bucket?secret-access-key=SECRETs3"
}}
""",
        encoding="utf-8",
    )
    where = ["-e", f"logpush_export_terraform={generated}", "-e", f"logpush_export_file={file}"]
    run = ansible.playbook(EXPORT, "-vvv", "--diff", *where)
    assert run.returncode == 0, run.output
    assert run[WRITE]["left_out"] == ["cloudflare_logpush_job.terraform_managed_resource_1 does not push to Splunk"]
    text = file.read_text(encoding="utf-8")
    assert_no_secret(run.output, run.report, text)
    # The reason is in the terminal and in the file.
    assert "does not push to Splunk" in run.output and "terraform_managed_resource_1 does not push to Splunk" in text
    [host] = yaml.safe_load(text)["cloudflare_zones"]["hosts"].values()
    assert host["zone_id"] == zone_id
    [job] = host["splunk_logpush_jobs"]
    assert job["filter"] == FILTER and job["output_options"]["cve_2021_44228"] is True
    assert_rollout_changes_nothing(ansible, simulator, ["-i", str(file)])


def test_the_role_changes_nothing_on_an_export_either(ansible, simulator, odd, tmp_path):
    file = tmp_path / "exported.yml"
    exported = ansible.playbook(EXPORT, "-e", f"logpush_export_file={file}", inventory=odd)
    assert exported.returncode == 0, exported.output
    before = simulator.state()["jobs"]
    play = {
        "name": "Test",
        "hosts": "cloudflare_zones",
        "gather_facts": False,
        "connection": "local",
        "roles": ["edgeops.logpush.splunk_logpush"],
    }
    run = ansible.playbook([play], "-i", str(file), "-e", json.dumps(TOKENS))
    assert run.returncode == 0 and not any(outcome.result.get("changed") for outcome in run.outcomes), run.output
    assert simulator.state()["jobs"] == before
