# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The events of each Logpush dataset as Splunk gets them: the field with the time, and the source type. Pure: no I/O.

The fields are from Cloudflare's pages about the datasets (U(https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/)),
the source types from its page about Splunk (U(https://developers.cloudflare.com/analytics/analytics-integrations/splunk/)).
"""

from __future__ import annotations

import typing as t

from .hec_request import DEFAULT_SOURCETYPE

_DATASETS_BY_FIELD = {
    "EdgeStartTimestamp": "http_requests",
    "Datetime": """
        dlp_forensic_copies firewall_events gateway_dns gateway_http gateway_network mcp_portal_logs network_analytics_logs
        ssh_logs
    """,
    "Timestamp": """
        account_abuse_protection_events biso_user_actions device_posture_results dex_application_tests
        dex_device_state_events dns_firewall_logs dns_logs email_security_alerts ipsec_logs magic_ids_detections mnm_flow_logs
        nel_reports page_shield_events sinkhole_http_logs spectrum_events turnstile_events warp_config_changes
        warp_toggle_changes
    """,
    "TimestampStart": "zaraz_events",
    "timestampStartNanos": "websocket_analytics",
    "When": "audit_logs",
    "ActionTimestamp": "audit_logs_v2",
    "EventTimestampMs": "workers_trace_events",
    "DetectedTimestamp": "casb_findings",
    "CompletedAt": "email_security_post_delivery_events",
    "EventTimestamp": "magic_bgp_logs",
    "CreatedAt": "access_requests",
    "SessionStartTime": "zero_trust_network_sessions",
}
TIME_FIELDS = {dataset: field for field, datasets in _DATASETS_BY_FIELD.items() for dataset in datasets.split()}

# Fields that are numbers of a fixed unit. The option timestamp_format of a job does not change them.
UNIXMILLI, UNIXNANO = "unixmilli", "unixnano"
FIXED_FORMATS = {"EventTimestampMs": UNIXMILLI, "timestampStartNanos": UNIXNANO}

# The other fields with a time in the records of a dataset.
OTHER_TIME_FIELDS = {
    "email_security_post_delivery_events": ("MessageTimestamp", "RequestedAt"),
    "http_requests": ("EdgeEndTimestamp",),
    "mnm_flow_logs": ("FlowTimestamp",),
    "spectrum_events": ("ConnectTimestamp", "DisconnectTimestamp"),
    "ssh_logs": ("ProgramFinishDatetime", "ProgramStartDatetime", "SessionStartDatetime"),
    "websocket_analytics": ("timestampEndNanos",),
    "zero_trust_network_sessions": ("SessionEndTime",),
}

# The source types by which the Cloudflare App for Splunk recognizes events, for the datasets that have another one
# than most.
_APP_SOURCETYPES = {
    "access_requests": "cloudflare:access",
    "audit_logs": "cloudflare:audit",
    "audit_logs_v2": "cloudflare:audit",
    "casb_findings": "cloudflare:casb",
    "dns_firewall_logs": "cloudflare:dns",
    "dns_logs": "cloudflare:dns",
    "gateway_dns": "cloudflare:dns",
    "gateway_http": "cloudflare:http",
    "gateway_network": "cloudflare:network",
}


def app_sourcetype(dataset: str) -> str:
    """Return the source type that the Cloudflare App for Splunk expects for the events of a dataset."""
    return _APP_SOURCETYPES.get(dataset, DEFAULT_SOURCETYPE)


class Ambiguity(t.NamedTuple):
    """A record of ``dataset`` also has ``field``, which is the time of the records of ``other``."""

    dataset: str
    field: str
    other: str


def ambiguities(datasets: t.Collection[str]) -> list[Ambiguity]:
    """Return the time fields that records of one dataset have in addition to their own time, among those of the others."""
    return [
        Ambiguity(dataset, TIME_FIELDS[other], other)
        for dataset in datasets
        for other in datasets
        if TIME_FIELDS.get(other) in OTHER_TIME_FIELDS.get(dataset, ())
    ]
