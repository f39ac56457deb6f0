# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tower stores no secret of a job, whatever the playbook and its result: every file that the engine writes is
searched for every secret that the simulated services ever had."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from urllib.parse import quote

import pytest
from secret_spellings import spellings, strings

from .needs import needs
from .tower import Job, Request

pytestmark = needs("ansible-runner")

API = "SECRETapi+D/=~&token"
PASSWORD = "SECRETpass+E/=\"\\'word"
OLD = "SECRETold+B/==;known-to-the-api-only"
# Wrong values may be secrets of someone, too.
WRONG_API, WRONG_PASSWORD = "SECRETapi-of+another/one", "SECRETpass-of+another/one"
CORES = ("SECRETapi", "SECRETpass", "SECRETold")
LOUD = ("-vvvv", "--diff")
SCRATCH = "{{ lookup('ansible.builtin.env', 'TMPDIR') }}"
PLAYBOOKS: dict[str, dict[str, t.Any]] = {
    "provision_hec": {"splunk_hec_token_name": "made"},
    "rollout": {},
    "site": {"splunk_hec_token_name": "made"},
    "verify": {},
    "delivery": {},
    "audit": {f"logpush_audit_{kind}": f"{SCRATCH}/report.{kind}" for kind in ("html", "json", "junit")},
    # One of the zones has no job, which is not evidence.
    "rotate_hec_token": {"splunk_hec_new_token_name": "made", "splunk_hec_rotation_complete": "true"},
    "disable": {},
    "remove": {"logpush_remove_confirmed": "true"},
    "repair": {},
    "export": {"logpush_export_dir": f"{SCRATCH}/exported"},
}


def conf(simulator):
    """Return a destination with the token that only the API knows."""
    return simulator.destination_conf(quote(OLD, safe=""))


@pytest.fixture
def world(simulator):
    """Set up services whose secrets differ in every encoding, with a zone that delivers, one that Cloudflare disabled
    and one without a job."""
    simulator.reset(
        api_tokens=[{"id": "1", "token": API}],
        hec_tokens=[{"name": "cloudflare", "token": OLD, "index": "main"}],
        splunk_users=[{"name": "admin", "password": PASSWORD}],
        settings={"push_interval": 0.3},
    )
    destination = {"destination_conf": conf(simulator)}
    zones = simulator.zone_ids
    simulator.add_job(zone_id=zones["shop.example.com"], name="web", enabled=True, **destination)
    simulator.add_job(
        zone_id=zones["www.example.com"],
        name="gone",
        enabled=False,
        last_error="2020-01-01T00:00:00Z",
        error_message=f"POST {conf(simulator)} Authorization: Splunk {OLD}",
        **destination,
    )
    return simulator


def request(simulator, playbook, *arguments, by_environment=True):
    """Return a function that starts a job of a playbook with short waits, with the secrets in the environment or in a
    file of variables."""
    splunk_up = simulator.management_url
    variables = {
        "splunk_hec_username": "admin",
        "splunk_hec_ca_path": simulator.ca_file,
        "splunk_hec_url": splunk_up,
        "splunk_hec_endpoint": simulator.hec_endpoint,
        "splunk_hec_probe_ca_path": simulator.ca_file,
        "splunk_hec_probe_delay": 1,
        "splunk_hec_search_timeout": 4,
        "splunk_hec_search_interval": 1,
        "splunk_logpush_endpoint": simulator.hec_endpoint,
        "splunk_logpush_verify_interval": 1,
        "splunk_logpush_verify_timeout": 3,
        "splunk_hec_rotation_settle": 1,
        "splunk_hec_rotation_grace": 1,
        "logpush_audit_ca_path": simulator.ca_file,
        **PLAYBOOKS[playbook],
    }
    ids = {name: simulator.zone_ids[name] for name in ("shop.example.com", "www.example.com", "api.example.com")}
    by_file = {"cloudflare_api_token": API, "splunk_hec_password": PASSWORD, "splunk_logpush_hec_token": OLD}
    injected = {"CLOUDFLARE_API_TOKEN": API, "SPLUNK_PASSWORD": PASSWORD, "SPLUNK_HEC_TOKEN": OLD}
    return Request(
        inventory={name: {"zone_id": zone_id, "zone_name": name} for name, zone_id in ids.items()},
        environment=injected if by_environment else {},
        secret_vars={} if by_environment else by_file,
        extra_vars=variables,
        arguments=arguments or LOUD,
        fact_storage=True,
    )


def secrets_of(simulator):
    """Return every current secret of the simulated services."""
    state = simulator.state()
    kinds = {
        "api_tokens": "token",
        "hec_tokens": "token",
        "splunk_users": "password",
        "splunk_tokens": "token",
        "acs_tokens": "token",
    }
    return {entry[key] for kind, key in kinds.items() for entry in state[kind] if entry[key]}


def assert_nothing_is_kept(job: Job, secrets: t.Iterable[str]) -> None:
    """Fail if an encoding of a secret is in a file of the engine, in its output, or in a text of an event."""
    seen = {"output": job.output, **job.files, "texts of the events": "\n".join(strings(job.events))}
    for secret in secrets:
        forms = {*spellings(secret), *(core for core in CORES if secret.startswith(core))}
        found = {
            name: [line for line in text.splitlines() if form in line][:3]
            for name, text in seen.items()
            for form in forms
            if form in text
        }
        assert found == {}, f"{secret!r}\n{json.dumps(found, indent=1)[:4000]}"


def run_and_search(tower, simulator, playbook, wanted, *secrets):
    """Run a job and search its stored data for the secrets before the run, after the run, and these."""
    before = secrets_of(simulator)
    job = tower.job(playbook, wanted)
    assert_nothing_is_kept(job, {*before, *secrets_of(simulator), *secrets})
    return job


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_all_is_well(tower, world, playbook):
    by_environment = playbook not in ("provision_hec", "remove", "verify")
    job = run_and_search(tower, world, playbook, request(world, playbook, by_environment=by_environment))
    # Verify and audit must report the job that Cloudflare disabled.
    assert job.returncode == (2 if playbook in ("verify", "audit") else 0), job.output
    written = {name.split("/")[1] for name in job.files if not name.startswith("artifacts/")}
    assert written == {"audit": {"report.html", "report.json", "report.junit"}, "export": {"exported"}}.get(
        playbook, set()
    )


@pytest.mark.parametrize(
    "playbook",
    [
        pytest.param(name, marks=() if name in ("site", "rotate_hec_token", "remove") else pytest.mark.slow)
        for name in PLAYBOOKS
    ],
)
def test_a_check_changes_nothing(tower, world, playbook):
    def held():
        return {
            (job["id"], job["stored"]["destination_conf"], job["stored"]["enabled"]) for job in world.state()["jobs"]
        }

    before, tokens = held(), world.state()["hec_tokens"]
    job = run_and_search(tower, world, playbook, request(world, playbook, *LOUD, "--check"))
    assert job.returncode == (2 if playbook == "audit" else 0), job.output
    assert (held(), world.state()["hec_tokens"]) == (before, tokens)
    assert world.violations() == []


@pytest.mark.slow
@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_wrong_credentials(tower, world, playbook):
    wanted = request(world, playbook)
    wrong = {**wanted.environment, "CLOUDFLARE_API_TOKEN": WRONG_API, "SPLUNK_PASSWORD": WRONG_PASSWORD}
    job = run_and_search(
        tower, world, playbook, dataclasses.replace(wanted, environment=wrong), WRONG_API, WRONG_PASSWORD
    )
    assert job.returncode == 2, job.output


@pytest.mark.slow
@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_splunk_is_down(tower, world, playbook):
    world.set_faults(*({"kind": "reset", "side": side, "times": None} for side in ("hec", "splunk")))
    run_and_search(tower, world, playbook, request(world, playbook))


@pytest.mark.slow
@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_cloudflare_says_what_it_was_told(tower, world, playbook):
    texts = [f"error validating destination: POST {conf(world)}", f"Authorization: Splunk {OLD}, Bearer {API}"]
    body = {
        "success": False,
        "errors": [{"code": 1002, "message": text} for text in texts],
        "messages": [],
        "result": None,
    }
    faults = [
        {"kind": "status", "status": 400, "body": body, "times": None, "method": method}
        for method in ("PUT", "POST", "DELETE")
    ]
    world.set_faults(*faults)
    run_and_search(tower, world, playbook, request(world, playbook))
