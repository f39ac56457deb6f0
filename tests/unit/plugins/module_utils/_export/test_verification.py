# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verification of an export: what a rollout of the exported options would do with the jobs at Cloudflare."""

from __future__ import annotations

from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import Scope
from ansible_collections.edgeops.logpush.plugins.module_utils._export.verification import differences

ZONE = Scope("zones", "0" * 31 + "1")
CONF = (
    "splunk://hec.example.com:8088/services/collector/raw?channel=11111111-1111-4111-8111-111111111111"
    "&insecure-skip-verify=false&sourcetype=cloudflare%3Ajson&header_Authorization=Splunk%20token-1234"
)
JOB = {"id": 7, "dataset": "http_requests", "name": "edge", "enabled": False, "destination_conf": CONF}


def test_a_job_that_cloudflare_does_not_have_is_a_difference_although_nothing_would_be_written() -> None:
    requested = [{"dataset": "http_requests", "name": "edge", "enabled": False}]
    assert differences(ZONE, "shop.example.com", requested, [JOB]) == []
    # A rollout disables no job that does not exist, and creates none.
    assert differences(ZONE, "shop.example.com", requested, []) == ["http_requests edge: would be unchanged"]


def test_a_difference_names_the_fields_without_their_values() -> None:
    requested = [{"dataset": "http_requests", "name": "edge", "enabled": True, "max_upload_records": 1000}]
    assert differences(ZONE, "shop.example.com", requested, [JOB]) == [
        "http_requests edge: would be updated (enabled, max_upload_records)"
    ]
    assert differences(
        ZONE, "shop.example.com", [{"dataset": "http_requests", "kind": 5, "max_upload_records": "x"}], [JOB]
    ) == ["1 jobs: a rollout refuses the options"]
