# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Logpush datasets: the kind of scope that has them, their fields, and their default fields."""

from __future__ import annotations

import dataclasses
import functools

from . import fields_account, fields_zero_trust, fields_zone

ZONE_DATASETS = (
    "account_abuse_protection_events",
    "dns_logs",
    "firewall_events",
    "http_requests",
    "nel_reports",
    "page_shield_events",
    "spectrum_events",
    "websocket_analytics",
    "zaraz_events",
)
ACCOUNT_DATASETS = (
    "access_requests",
    "audit_logs",
    "audit_logs_v2",
    "biso_user_actions",
    "casb_findings",
    "device_posture_results",
    "dex_application_tests",
    "dex_device_state_events",
    "dlp_forensic_copies",
    "dns_firewall_logs",
    "email_security_alerts",
    "email_security_post_delivery_events",
    "firewall_events",
    "gateway_dns",
    "gateway_http",
    "gateway_network",
    "ipsec_logs",
    "magic_bgp_logs",
    "magic_ids_detections",
    "mcp_portal_logs",
    "mnm_flow_logs",
    "network_analytics_logs",
    "sinkhole_http_logs",
    "ssh_logs",
    "turnstile_events",
    "warp_config_changes",
    "warp_toggle_changes",
    "websocket_analytics",
    "workers_trace_events",
    "zero_trust_network_sessions",
)
DATASETS = tuple(sorted({*ZONE_DATASETS, *ACCOUNT_DATASETS}))

# Their jobs need the permission to read personal data in addition to the permission for logs (Cloudflare changelog of
# 2025-11-05).
ZERO_TRUST_DATASETS = (
    "access_requests",
    "biso_user_actions",
    "device_posture_results",
    "dex_application_tests",
    "dex_device_state_events",
    "gateway_dns",
    "gateway_http",
    "gateway_network",
    "warp_config_changes",
    "warp_toggle_changes",
    "zero_trust_network_sessions",
)

TABLES = {**fields_zone.TABLES, **fields_account.TABLES, **fields_zero_trust.TABLES}


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a dataset. ``type`` is Cloudflare's type, or ``time`` for fields that timestamp_format affects."""

    name: str
    type: str
    description: str
    default: bool


@functools.lru_cache(maxsize=None)
def fields_of(dataset: str, scope: str) -> dict[str, Field]:
    """Return the fields of a dataset by name, as ``zones`` or ``accounts`` get them."""
    fields = [_parse(line) for line in TABLES[dataset].strip().splitlines()]
    if (dataset, scope) == ("firewall_events", "zones"):
        # Only the account's version of the dataset has the name of the zone.
        fields = [field for field in fields if field.name != "ZoneName"]
    return {field.name: field for field in fields}


def _parse(line: str) -> Field:
    name, rest = line.split(maxsplit=1)
    default = rest.startswith("*")
    kind, description = rest.lstrip("* ").split(maxsplit=1)
    return Field(name, kind, description[0].upper() + description[1:].rstrip() + ".", default)
