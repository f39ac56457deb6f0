# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers repeat parts of secrets in their answers. No result shows eight characters of a secret in a row, in any
letter case, unless a public name has them."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.tests.module_tasks import faults, task

# Known from the options, and only from a list that an API returned.
TOKEN, LISTED_TOKEN = "7d1ff08c-Kx42qPz9-55aLmN7b", "c0ffee11-Old2token3-of4somebody"
ZONE = "shop.example.com"
MASKED = "cannot use ********, nor ******** in shop.example.com"


def echo(secret):
    """Return a text of a server with parts of a secret: its beginning, its end in capitals, and the name of a
    zone."""
    return f"cannot use {secret[:15]}, nor {secret[9:].upper()} in {ZONE}"


def parts_of(secret, text):
    """Return the sequences of eight characters of a secret that a text contains, in any letter case."""
    sequences = [secret[begin : begin + 8].lower() for begin in range(len(secret) - 7)]
    return [sequence for sequence in sequences if sequence in text.lower()]


def run_task(modules, module, options, *ordered, fails=True):
    """Run one module that meets these faults, and return its message and its whole result as text."""
    run = modules.tasks(
        task(f"edgeops.logpush.{module}", "it", fails=fails, before=[faults(*ordered)], **options),
        defaults={"retries": 0},
        splunk={"retries": 0},
    )
    return run["it"].result.get("msg", ""), run.report


def refusal(text, **more):
    """Return the fault of an API of Cloudflare that refuses every request with this text."""
    body = {"success": False, "errors": [{"code": 1002, "message": text}], "result": None}
    return {"kind": "status", "status": 400, "times": None, "body": body, **more}


@pytest.fixture
def zones(zone_id):
    """Return the options for one zone."""
    return {"zones": [{"zone_id": zone_id, "zone_name": ZONE, "host": ZONE}]}


def test_cloudflare_repeats_a_token_of_the_options(modules, zones, splunk):
    options = {**zones, "jobs": [{**splunk, "hec_token": TOKEN}]}
    msg, report = run_task(modules, "splunk_logpush_rollout", options, refusal(echo(TOKEN), method="POST"))
    assert MASKED in msg
    assert parts_of(TOKEN, report) == []


def test_cloudflare_reports_a_token_of_a_job(modules, simulator, zone_id, zones):
    conf = simulator.destination_conf(LISTED_TOKEN)
    simulator.add_job(
        zone_id=zone_id, name=ZONE, destination_conf=conf, enabled=True, last_error="2026-01-01T00:00:00Z"
    )
    simulator.change_job(1001, error_message=echo(LISTED_TOKEN))
    for module, options, fails in (
        ("splunk_logpush_job_info", {"zone_id": zone_id}, False),
        ("splunk_logpush_verify", {**zones, "wait_timeout": 0}, True),
        ("splunk_logpush_audit", {**zones, "certificates": False}, False),
    ):
        dummy, report = run_task(modules, module, options, fails=fails)
        assert MASKED in report, module
        assert parts_of(LISTED_TOKEN, report) == [], module


@pytest.mark.parametrize("module", ["splunk_logpush_job_info", "splunk_logpush_export", "splunk_logpush_repair"])
def test_a_token_is_known_before_the_list_is_checked(modules, simulator, zone_id, zones, module):
    """The list contains an invalid job, so it is requested again, and the second answer repeats a token of the
    first."""
    jobs = [{"id": 1, "destination_conf": simulator.destination_conf(LISTED_TOKEN)}, {"id": "2"}]
    wrong_list = {"kind": "status", "status": 200, "body": {"success": True, "errors": [], "result": jobs}}
    options = {"zone_id": zone_id} if module == "splunk_logpush_job_info" else zones
    msg, report = run_task(modules, module, options, wrong_list, refusal(echo(LISTED_TOKEN)))
    assert MASKED in msg
    assert parts_of(LISTED_TOKEN, report) == []


def test_splunk_repeats_the_value_of_another_token(modules, simulator, empty_splunk):
    simulator.reset(hec_tokens=[{"name": "other", "token": LISTED_TOKEN}])
    text = echo(LISTED_TOKEN).replace(ZONE, "cloudflare")
    body = {"messages": [{"type": "ERROR", "text": text}]}
    fault = {"kind": "status", "side": "splunk", "method": "POST", "status": 400, "times": None, "body": body}
    msg, report = run_task(modules, "splunk_hec_token", {**empty_splunk, "name": "cloudflare"}, fault)
    assert "cannot use ********, nor ******** in cloudflare" in msg
    assert parts_of(LISTED_TOKEN, report) == []


def test_a_search_that_breaks_off_repeats_the_password(modules, simulator, empty_splunk):
    password = "correct-horse-battery-staple"
    body = {"results": [], "messages": [{"type": "FATAL", "text": echo(password)}]}
    fault = {"kind": "status", "side": "splunk", "status": 200, "times": None, "body": body}
    options = {**empty_splunk, "password": password, "search": "index=main"}
    msg, report = run_task(modules, "splunk_search_info", options, fault)
    assert "cannot use ********, nor ********" in msg
    assert parts_of(password, report) == []


def test_acs_repeats_a_value_of_an_earlier_page(modules, simulator, empty_stack):
    first_page = [{"spec": {"name": f"token-{number}"}, "token": f"{LISTED_TOKEN}{number}"} for number in range(100)]
    page = {"kind": "status", "side": "acs", "status": 200, "body": {"http-event-collectors": first_page}}
    body = {"code": "400-bad-request", "message": echo(LISTED_TOKEN)}
    fault = {"kind": "status", "side": "acs", "status": 400, "times": None, "body": body}
    msg, report = run_task(modules, "splunk_hec_token_info", empty_stack, page, fault)
    assert "cannot use ********, nor ********" in msg
    assert parts_of(LISTED_TOKEN, report) == []


def test_a_collector_repeats_the_token(modules, simulator):
    fault = {"kind": "status", "side": "hec", "status": 403, "times": None, "body": {"text": echo(TOKEN), "code": 4}}
    options = {"endpoint": simulator.hec_endpoint, "hec_token": TOKEN, "ca_path": simulator.ca_file, "timeout": 5}
    dummy, report = run_task(modules, "splunk_hec_probe", options, fault)
    assert "cannot use ********, nor ********" in report
    assert parts_of(TOKEN, report) == []
