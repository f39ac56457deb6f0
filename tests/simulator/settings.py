# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of the simulator, with their defaults. README.md describes them."""

from __future__ import annotations

import dataclasses
import typing as t

from .addresses import CLOUDFLARE_RANGES
from .push_faults import parse_push_faults

# The kinds of changes for which the peers of a cluster can have to restart.
RESTARTS = ("any", "http_settings", "hec_enabled", "tokens", "index_removed", "index_paths", "app_removed")


@dataclasses.dataclass
class Settings:
    """Limits and behavior that a test can change. Times are in seconds unless the name says hours."""

    rate_limit_requests: int = 1200
    rate_limit_seconds: float = 300.0
    job_limit: int = 4
    account_job_limit: int | None = None
    push_interval: float = 1.0
    events_per_push: int = 5
    change_delay: float = 0.0
    auto_disable_hours: float = 24.0
    destination_timeout: float = 10.0
    black_hole_hosts: list[str] = dataclasses.field(default_factory=list)
    api_latency: float = 0.0
    hec_latency: float = 0.0
    max_content_length: int = 838860800
    query_string_auth: bool = False
    hec_health_code: int = 17
    hec_reply_code: int | None = None
    hec_behind_opentelemetry: bool | str = False
    events_kept: int = 20000
    certificate: str = "valid"
    management_certificate: str = "valid"
    splunk_latency: float = 0.0
    splunk_version: str = "10.4.2"
    splunk_quirks: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    splunk_apps: list[str] = dataclasses.field(
        default_factory=lambda: ["splunk_httpinput", "search", "launcher", "cloudflare"]
    )
    server_roles: list[str] = dataclasses.field(
        default_factory=lambda: ["indexer", "license_master", "kv_store", "search_head"]
    )
    product_type: str = "enterprise"
    universal_forwarder: bool = False
    time_zone: str = "UTC"
    list_quirk: bool = False
    restart_seconds: float = 0.5
    session_seconds: float = 3600.0
    acs_latency: float = 0.0
    acs_stack: str = "prd-example"
    acs_delay: float = 1.0
    acs_pending_code: str = "404-hec-not-found"
    acs_one_at_a_time: bool = False
    acs_failing_deployments: int = 0
    acs_supported: bool = True
    acs_omits_empty: bool = False
    acs_allowlists_supported: bool = True
    acs_on_aws: bool = True
    acs_rate_limit_requests: int = 600
    acs_rate_limit_seconds: float = 600.0
    cloudflare_ranges: list[str] = dataclasses.field(default_factory=lambda: list(CLOUDFLARE_RANGES))
    clock_offset: float = 0.0
    hec_metrics_seconds: float = 0.0
    hec_metrics_hosts: dict[str, float | None] = dataclasses.field(default_factory=lambda: {"splunk": None})
    hec_metrics_whole: bool = True
    # Several instances: the load balancer, the manager of a cluster, the clients of a deployment server.
    balancer_drops: list[str | int] = dataclasses.field(default_factory=list)
    balancer_health_checks: bool = True
    bundle_seconds: float = 0.05
    bundle_late_looks: int = 2
    bundle_restart_for: list[str] = dataclasses.field(
        default_factory=lambda: ["http_settings", "index_removed", "index_paths", "app_removed"]
    )
    bundle_errors: list[str] = dataclasses.field(default_factory=list)
    bundle_peer_errors: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    bundle_reload_error: str = ""
    restart_fails: bool = False
    replication_factor: int = 2
    cluster_standby: bool = False
    phone_home_seconds: float = 0.5
    phones_home: bool = True
    download_seconds: float = 0.0
    download_fails: bool = False
    # What Splunk does with events that HEC accepted, and with searches.
    null_queue: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    field_order: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    search_partial: str | list[dict[str, str]] = ""
    search_preview: bool = False
    search_seconds: float = 0.0
    # Notifications.
    alert_types: list[str] = dataclasses.field(
        default_factory=lambda: ["failing_logpush_job_disabled_alert", "incident_alert"]
    )
    alert_mechanisms: list[str] = dataclasses.field(default_factory=lambda: ["email", "webhooks", "pagerduty"])
    pagerduty_services: list[dict[str, str]] = dataclasses.field(default_factory=list)
    webhook_any_port: bool = False
    webhook_status: int = 200
    # Deliveries, and how Cloudflare's GraphQL analytics report them.
    push_faults: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    push_to_https: bool = False
    upload_seconds: float = 0.0
    graphql_rate_limit_requests: int = 300
    graphql_rate_limit_seconds: float = 300.0
    graphql_rate_headers: bool = True
    graphql_zones_per_query: int = 10
    graphql_errors_with_200: bool = False
    graphql_zones_need_account: bool = True
    graphql_account_includes_zones: bool = True
    graphql_unavailable: list[str] = dataclasses.field(default_factory=list)
    graphql_page_size: int = 10000
    graphql_fields: int = 30
    graphql_not_older_than: int = 2678400
    graphql_duration: int = 259200

    def __post_init__(self) -> None:
        parse_push_faults(self.push_faults)
        if set(self.bundle_restart_for) - set(RESTARTS):
            raise ValueError(f"bundle_restart_for can only have: {', '.join(RESTARTS)}")
