# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which known datasets belong to zones and which to accounts. Pure: no I/O.

The lists are used for hints in error messages only. A dataset that is not listed is still sent to the API, so that
new datasets of Cloudflare work at once (U(https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/)).
"""

from __future__ import annotations

import difflib

ZONE_DATASETS = frozenset(
    """
    account_abuse_protection_events dns_logs firewall_events http_requests nel_reports page_shield_events
    spectrum_events websocket_analytics zaraz_events
""".split()
)

ACCOUNT_DATASETS = frozenset(
    """
    access_requests audit_logs audit_logs_v2 biso_user_actions casb_findings device_posture_results
    dex_application_tests dex_device_state_events dlp_forensic_copies dns_firewall_logs email_security_alerts
    email_security_post_delivery_events firewall_events gateway_dns gateway_http gateway_network ipsec_logs
    magic_bgp_logs magic_ids_detections mcp_portal_logs mnm_flow_logs network_analytics_logs sinkhole_http_logs
    ssh_logs turnstile_events warp_config_changes warp_toggle_changes websocket_analytics workers_trace_events
    zero_trust_network_sessions
""".split()
)


def scope_hint(dataset: str, scope_kind: str) -> str:
    """Return a hint for a dataset that belongs to the other kind of scope (``zones`` or ``accounts``), or whose name is a
    misspelling of a known one; otherwise ""."""
    if scope_kind == "zones" and dataset in ACCOUNT_DATASETS - ZONE_DATASETS:
        return f"{dataset} is an account dataset: set account_id instead of a zone."
    if scope_kind == "accounts" and dataset in ZONE_DATASETS - ACCOUNT_DATASETS:
        return f"{dataset} is a zone dataset: set zone_id or zone instead of account_id."
    known = ZONE_DATASETS | ACCOUNT_DATASETS
    near = [] if dataset in known else difflib.get_close_matches(dataset, known, n=1)
    return f"Did you mean the dataset {near[0]}?" if near else ""
