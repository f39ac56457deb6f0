# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that compares both ends of Logpush: its table, the zones that fail, and what it passes on."""

from __future__ import annotations

import json

from ansible_collections.edgeops.logpush.tests.simulator.splunk_state import CLOUDFLARE_PROPS

DELIVERY = "edgeops.logpush.delivery"
OUTPUT = {"field_names": ["EdgeStartTimestamp", "ZoneName"], "timestamp_format": "rfc3339"}


def test_the_zones_that_miss_events_fail_and_no_others(ansible, simulator, hosts):
    shop, www, api = hosts
    simulator.reset(
        props=CLOUDFLARE_PROPS,
        settings={"events_per_push": 10, "null_queue": [{"field": "ZoneName", "value": www}]},
    )
    for name in (shop, www, api):
        # What the default fields of the last zone are is not known.
        options = {} if name == api else OUTPUT
        simulator.add_job(
            zone_id=hosts[name]["zone_id"],
            name=name,
            enabled=True,
            destination_conf=simulator.destination_conf(),
            output_options=options,
        )
    simulator.push_at(40_000, rounds=10, interval=4000)
    given = {"splunk_hec_ca_path": simulator.ca_file, "logpush_delivery_tolerance": "0.5"}
    given.update(splunk_hec_index="", splunk_hec_platform="", splunk_hec_url=simulator.management_url)
    given.update(splunk_hec_username=simulator.splunk_username, splunk_hec_password=simulator.splunk_password)
    shown = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}
    run = ansible.playbook(DELIVERY, "-e", json.dumps(given), inventory=hosts, environment=shown)
    assert run.returncode == 2, run.output
    assert {host: status for host, (status, dummy) in run.zones().items() if status == "failed"} == {www: "failed"}
    assert "Logpush delivery, 3 zones, " in run.output
    assert f"  ! {www}" in run.output and f"  = {shop}" in run.output and f"  ? {api}" in run.output
    assert "100 of 100 records are missing in Splunk (100 %)" in run.output
    assert "1 complete, 1 missing, 1 unknown." in run.output
    passed_on = json.loads(run.output.partition("CUSTOM STATS: ")[2].split("RUN: ", 1)[1])["logpush_delivery"]
    assert (passed_on["missing"], passed_on["unknown"], passed_on["failed"]) == (1, 1, 1)
    for secret in (simulator.hec_token, simulator.api_token, simulator.splunk_password):
        assert secret not in run.output


def test_the_message_about_missing_credentials_names_the_variables(ansible, simulator, hosts):
    run = ansible.playbook(DELIVERY, inventory=hosts)
    assert run.returncode == 2, run.output
    assert "splunk_hec_username, splunk_hec_password, splunk_hec_auth_token: are not set" in run.output
    assert "Set splunk_hec_auth_token, or splunk_hec_username and splunk_hec_password" in run.output
    assert simulator.requests() == []
