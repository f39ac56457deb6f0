# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is visible in any encoding, neither in the output with -vvv --diff nor in the data that Tower stores."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from secret_spellings import spellings, strings

from .ansible import BOTH_WAYS, JOB_MODULE, faults, job

NEW = "SECRETplay+A/=\"\\'<new>&#?%ö"
OLD = "SECRETold+B/==;known-to-the-api-only"
OTHER = "SECRETother+C/=of-another-job"
API = "SECRETapi+D/=~&token"
SECRETS = (NEW, OLD, OTHER, API)
# The part of each secret that no encoding changes. These must not be visible in any form.
CORES = ("SECRETplay", "SECRETold", "SECRETother", "SECRETapi")
CHANNEL = "11111111-2222-4333-8444-555555555555"


def assert_nothing_leaks(run):
    """Fail if an encoding of a secret is in the output or in a result."""
    received = [outcome.result for outcome in run.outcomes]
    # Callbacks receive the arguments of a task, too.
    received += [task.fields["args"] for task in run.recorded if task.fields["action"].startswith("edgeops.logpush.")]
    seen = "\n".join([run.output, run.report, *strings(received)])
    for secret in SECRETS:
        for form in spellings(secret):
            assert form not in seen, f"{form!r} in {[line for line in seen.splitlines() if form in line][:3]}"
    for core in CORES:
        assert core not in seen, [line for line in seen.splitlines() if core in line][:3]


@pytest.fixture
def hostile(ansible, simulator, tmp_path):
    """Return the arguments that make the secrets known to a playbook as variables, and a simulator that takes them."""
    simulator.reset(
        api_tokens=[{"id": "1", "token": API}],
        hec_tokens=[{"name": str(number), "token": token} for number, token in enumerate((NEW, OLD, OTHER))],
    )
    variables = tmp_path / "secrets.json"
    variables.write_text(
        json.dumps(
            {
                "api": API,
                "new": NEW,
                "new_encoded": f"Splunk%20{quote(NEW, safe='')}",
                "new_string": conf(simulator, NEW),
                "old_string": conf(simulator, OLD),
            }
        ),
        encoding="utf-8",
    )
    ansible.environment["CLOUDFLARE_API_TOKEN"] = API
    return "-vvv", "--diff", "-e", f"@{variables}"


def conf(simulator, token):
    """Return a destination string with this token."""
    return simulator.destination_conf(token=quote(token, safe=""))


def failure(*texts):
    """Return a fault that answers a write with these texts as messages of its errors."""
    errors = [{"code": 1002, "message": text} for text in texts]
    body = {"success": False, "errors": errors, "messages": [], "result": None}
    return {"kind": "status", "status": 400, "method": "PUT", "body": body, "times": 1}


def play(*tasks, **defaults):
    """Return a play on localhost."""
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/edgeops.logpush.cloudflare": {"retries": 0, "timeout": 5, **defaults}},
        "tasks": list(tasks),
    }


@BOTH_WAYS
def test_the_module(ansible, simulator, zone_id, hostile):
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=conf(simulator, OLD))
    extra = f"&header_X-Secret={quote(OTHER, safe='')}&sas-token={quote(OTHER, safe='')}"
    for dummy in range(2):
        simulator.add_job(zone_id=zone_id, name="twin", enabled=True, destination_conf=conf(simulator, OTHER) + extra)
    speaks = failure(
        f"error validating destination: error writing object: POST {conf(simulator, NEW)}",
        f"token {OLD} or {OTHER} of {conf(simulator, OTHER)}, or {base64.b64encode(OLD.encode()).decode()}",
        f"header Authorization: Splunk {NEW}, X-Auth: Bearer {API}",
    )
    never_seen = failure(f"POST {conf(simulator, 'SECRETplay-and-unknown')} Authorization: Splunk SECRETplay-too")
    web = {"name": "web", "endpoint": simulator.hec_endpoint}
    run = ansible.playbook(
        [
            play(
                job("look", name="web"),
                job("would rotate", check=True, hec_token="{{ new }}", **web),
                job("speaking error", fails=True, hec_token="{{ new }}", before=[faults(speaks)], **web),
                job("unknown token in error", fails=True, hec_token="{{ new }}", before=[faults(never_seen)], **web),
                job("refused by splunk", fails=True, hec_token="SECRETplay{{ new }}", before=[faults()], **web),
                job("rotate", hec_token="{{ new_encoded }}", **web),
                job("back", destination_conf="{{ old_string }}", name="web"),
                job("would remove", check=True, name="web", state="absent"),
                job("create", name="new", hec_token="{{ new }}", endpoint=simulator.hec_endpoint),
                job("ambiguous", fails=True, name="twin"),
                job("twin", job_id=1002, sourcetype="other"),
                job("unreachable", fails=True, hec_token="{{ new }}", api_url="http://127.0.0.1:9", **web),
                job(
                    "timeout",
                    fails=True,
                    name="web",
                    hec_token="{{ new }}",
                    enabled=False,
                    timeout=1,
                    before=[
                        faults({"kind": "hang", "method": "PUT"}),
                    ],
                ),
                zone_id=zone_id,
            )
        ],
        *hostile,
    )
    assert_nothing_leaks(run)
    actions = {outcome.task: outcome.result.get("action", "failed") for outcome in run.outcomes}
    assert actions == {
        "look": "unchanged",
        "would rotate": "updated",
        "speaking error": "failed",
        "unknown token in error": "failed",
        "refused by splunk": "failed",
        "rotate": "updated",
        "back": "updated",
        "would remove": "deleted",
        "create": "created",
        "ambiguous": "failed",
        "twin": "updated",
        "unreachable": "failed",
        "timeout": "failed",
    }
    # Masked, and still usable.
    assert run["rotate"]["diff"]["before"]["destination"]["hec_token"] == "******** (old)"
    assert "error validating destination" in run["speaking error"].msg
    assert simulator.hec_endpoint in run["speaking error"].msg


@BOTH_WAYS
def test_a_secret_in_the_wrong_option(ansible, simulator, zone_id, hostile):
    finished = {"hec_token": "{{ new_string }}", "endpoint": simulator.hec_endpoint}
    run = ansible.playbook(
        [
            play(
                job("string as endpoint", fails=True, endpoint="{{ new_string }}", hec_token="{{ new }}"),
                job("string as endpoint alone", fails=True, endpoint="{{ new_string }}"),
                job("string without scheme", fails=True, endpoint="{{ new_string | regex_replace('^splunk:/+') }}"),
                job("string as token", fails=True, **finished),
                job("user information", fails=True, endpoint="https://x:{{ new | urlencode }}@splunk.example.com"),
                job("two words", fails=True, hec_token="{{ new }} {{ new }}", endpoint=simulator.hec_endpoint),
                job("no channel", fails=True, destination_conf="{{ new_string | regex_replace('channel=[^&]+&') }}"),
                job("mistyped scheme", fails=True, destination_conf="{{ new_string | replace('splunk:', 'spunk:') }}"),
                job("token as channel", fails=True, channel="{{ new }}", hec_token="{{ new }}"),
                job("bearer", fails=True, api_token="Bearer {{ api }}"),
                job("credentials in the URL", fails=True, api_url="https://user:{{ api | urlencode }}@127.0.0.1:9"),
                zone_id=zone_id,
            )
        ],
        *hostile,
    )
    assert_nothing_leaks(run)
    assert [outcome.task for outcome in run.outcomes if not outcome.failed] == []
    assert "destination_conf" in run["string as token"].msg
    assert simulator.requests(side="api") == []


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_the_role_and_the_playbook(ansible, simulator, zone_id, hostile, arguments):
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=conf(simulator, OLD))
    www = simulator.zone_ids["www.example.com"]
    inventory = {
        "shop.example.com": {"zone_id": zone_id, "splunk_logpush_jobs": [{"hec_token": "{{ new }}"}]},
        "www.example.com": {
            "zone_id": www,
            "splunk_logpush_jobs": [{"destination_conf": "{{ new_string }}"}, {"dataset": "dns_logs"}],
        },
        "misspelled": {"zone_id": www, "splunk_logpush_jobs": [{"hec_tokn": "{{ new }}", "hec_token": "{{ new }}"}]},
        "not a token": {"zone_id": www, "splunk_logpush_hec_token": "{{ new }} {{ new }}"},
        "not an endpoint": {"zone_id": www, "splunk_logpush_endpoint": "{{ new_string }}"},
        "refused": {"zone_id": simulator.zone_ids["api.example.com"], "splunk_logpush_endpoint": "localhost:9"},
    }
    run = ansible.playbook(
        "edgeops.logpush.rollout",
        *hostile,
        *arguments,
        "-e",
        json.dumps({"splunk_logpush_endpoint_default": simulator.hec_endpoint, "cloudflare_api_token": "{{ api }}"}),
        inventory={
            host: {
                "splunk_logpush_endpoint": simulator.hec_endpoint,
                "splunk_logpush_hec_token": "{{ new }}",
                **variables,
            }
            for host, variables in inventory.items()
        },
        environment={"CLOUDFLARE_API_TOKEN": ""},
    )
    assert_nothing_leaks(run)
    assert {host for host, (_status, changed) in run.zones().items() if changed} >= {
        "shop.example.com",
        "www.example.com",
    }
    expected = {"misspelled", "not a token", "not an endpoint"} | (set() if arguments else {"refused"})
    assert {outcome.host for outcome in run.outcomes if outcome.failed} == expected


@BOTH_WAYS
def test_tasks_that_pass_a_job_on(ansible, simulator, zone_id, hostile):
    """Loops, registered results and debug: what users do with a result."""
    simulator.add_job(zone_id=zone_id, name="web", enabled=True, destination_conf=conf(simulator, OLD))
    run = ansible.playbook(
        [
            play(
                {
                    "name": "loop",
                    JOB_MODULE: {"name": "{{ item }}", "hec_token": "{{ new }}", "endpoint": simulator.hec_endpoint},
                    "loop": ["web", "api"],
                    "register": "result",
                },
                {"name": "show", "ansible.builtin.debug": {"var": "result"}},
                zone_id=zone_id,
            )
        ],
        *hostile,
    )
    assert run.returncode == 0
    assert_nothing_leaks(run)
