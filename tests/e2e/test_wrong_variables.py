# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wrong value of a variable: the playbook names the variable, prints the reason once, and changes nothing."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleActionFail

NAMES = ("shop.example.com", "api.example.com")


@pytest.mark.parametrize(
    ("playbook", "wrong", "reason"),
    [
        (
            "provision_hec",
            {"splunk_hec_ca_path": "/nowhere.pem"},
            "splunk_hec_ca_path: /nowhere.pem does not exist; set it to a file of CA certificates in PEM format",
        ),
        ("provision_hec", {"splunk_hec_wait_timeout": "soon"}, "argument 'splunk_hec_wait_timeout' is of type"),
        (
            "provision_hec",
            {"splunk_hec_sourcetypes": ["cloudflare:json"]},
            "splunk_hec_sourcetypes[0]: must be a mapping, with any of name, dataset, datasets, timestamp_format, settings",
        ),
        ("provision_hec", {"splunk_hec_token_value": "two words"}, "splunk_hec_token_value: must be one word"),
        ("site", {"splunk_hec_probe_ca_path": "/nowhere.pem"}, "splunk_hec_probe_ca_path: cannot read /nowhere.pem"),
        ("rollout", {"logpush_concurrency": 1000}, "logpush_concurrency: must be from 1 to 100"),
        (
            "rollout",
            {"logpush_zones": {"a": "b"}, "logpush_prune": "perhaps", "logpush_serial": "some"},
            "logpush_serial: takes numbers of hosts and percentages, such as 2, 10%, 100%, not some",
        ),
        (
            "remove",
            {"logpush_create": "perhaps", "logpush_remove_confirmed": "perhaps"},
            "logpush_remove_confirmed: must be true or false",
        ),
        ("site", {"logpush_failed_hosts": "few"}, "logpush_failed_hosts: must be a whole number"),
        (
            "rollout",
            {"cloudflare_api_url": "nowhere"},
            "cloudflare_api_url: must be a whole URL, https://host or https://host:port, without a user",
        ),
        ("audit", {"logpush_audit_max_age": -1}, "logpush_audit_max_age: must be 0 or more"),
        (
            "rotate_hec_token",
            {"splunk_hec_new_token_name": "new", "splunk_hec_ca_path": "/nowhere.pem"},
            "splunk_hec_ca_path: /nowhere.pem does not exist; set it to a file of CA certificates in PEM format",
        ),
    ],
)
def test_the_variable_is_named_once(ansible, simulator, empty_splunk, stored, playbook, wrong, reason):
    given = {f"splunk_hec_{option}": value for option, value in empty_splunk.items()}
    hosts = {name: {"zone_id": simulator.zone_ids[name]} for name in NAMES}
    run = ansible.playbook(
        f"edgeops.logpush.{playbook}",
        "-e",
        json.dumps({**given, **wrong}),
        inventory=hosts,
        environment={"COLUMNS": "200"},
    )
    assert run.returncode == 2, run.output
    said = [outcome.msg for outcome in run.outcomes if outcome.failed and reason in str(outcome.msg)]
    assert len(said) == 1, run.output
    assert stored() == []
    if reason.startswith("logpush_"):
        assert simulator.requests(side="splunk") == []
    if hasattr(AnsibleActionFail, "omit_exception_key"):
        # Older versions of ansible-core do not print failures in one line.
        assert run.output.count(reason) == 1, run.output
