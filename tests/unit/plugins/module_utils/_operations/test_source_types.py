# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source types follow from the jobs that inventory hosts request at a collector."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.source_types import source_types

HERE, ELSEWHERE = "splunk.example.com", "other.example.com"
CONF = (
    "splunk://splunk.example.com:8088/services/collector/raw?channel={}&sourcetype={}&header_Authorization=Splunk%20t"
)
CHANNEL = "6a0ee5d4-9c1a-4d54-8b68-5a0a5a6c2c11"


class Unresolved(dict):
    """The variables of a host, some of which are not known before HEC is provisioned."""

    def __init__(self, *names, **known):
        super().__init__(known)
        self.names = names

    def get(self, key, default=None):
        if key in self.names:
            raise KeyError(f"{key} is undefined")
        return super().get(key, default)


def of(*hosts, **options):
    """Return the source types of hosts with these variables, and the warnings."""
    variables = {f"zone{number}.example.com": host for number, host in enumerate(hosts)}
    for name, host in variables.items():
        host.setdefault("inventory_hostname", name)
    found = source_types(list(variables), variables, **{"endpoint": HERE, **options})
    return {entry["name"]: (entry["datasets"], entry["timestamp_format"]) for entry in found.entries}, found.warnings


def jobs(*listed, **more):
    """Return the variables of a host with these jobs."""
    return {"splunk_logpush_jobs": list(listed), **more}


def test_the_jobs_of_all_hosts_count():
    zones = {"splunk_logpush_datasets": ["http_requests", "firewall_events"]}, {}
    account = {
        "splunk_logpush_scope": "account",
        "account_id": "1",
        "splunk_logpush_datasets": "audit_logs,gateway_dns",
    }
    assert of(*zones, {**account, "splunk_logpush_sourcetype": "team:audit"}) == (
        {
            "cloudflare:json": (["firewall_events", "http_requests"], "rfc3339"),
            "team:audit": (["audit_logs", "gateway_dns"], "rfc3339"),
        },
        [],
    )


def test_the_source_type_of_a_job():
    presets = {"output_options": {"field_names": ["@splunk_app"]}}
    found, warnings = of(
        jobs(
            {"dataset": "gateway_http", **presets},
            {"dataset": "gateway_dns", **presets, "sourcetype": "own"},
            {"dataset": "dns_logs", "output_options": {"timestamp_format": "unixnano"}},
            {"dataset": "nel_reports", "destination_conf": CONF.format(CHANNEL, "nel")},
            {"dataset": "spectrum_events", "sourcetype": "old", "logpull_options": "fields=Timestamp&timestamps=unix"},
            {"dataset": "zaraz_events", "sourcetype": "older", "logpull_options": "fields=TimestampStart"},
        )
    )
    assert warnings == [] and found == {
        "cloudflare:http": (["gateway_http"], "rfc3339"),
        "own": (["gateway_dns"], "rfc3339"),
        "cloudflare:json": (["dns_logs"], "unixnano"),
        "nel": (["nel_reports"], "rfc3339"),
        "old": (["spectrum_events"], "unix"),
        "older": (["zaraz_events"], "unixnano"),
    }


@pytest.mark.parametrize(
    "host",
    [
        jobs({"dataset": "http_requests", "endpoint": ELSEWHERE}),
        jobs({"dataset": "http_requests", "destination_conf": CONF.format(CHANNEL, "x").replace(HERE, ELSEWHERE)}),
        jobs({"dataset": "http_requests", "state": "absent"}),
        jobs({"dataset": "http_requests", "enabled": False}),
        jobs({"dataset": "http_requests", "output_options": {"output_type": "csv"}}),
        {"splunk_logpush_state": "unmanaged"},
        {"splunk_logpush_endpoint": ELSEWHERE},
        jobs(),
        {"splunk_logpush_jobs": "nonsense"},
    ],
)
def test_jobs_that_do_not_count(host):
    assert of(host) == ({}, [])


def test_the_same_collector_in_another_spelling():
    host = {"splunk_logpush_endpoint": f"https://{HERE.upper()}:8088/services/collector/raw"}
    assert of(host)[0] == of({"splunk_logpush_endpoint": ELSEWHERE}, endpoint="")[0] != {}


def test_defaults_and_overrides_of_all_jobs():
    nano, own = {"output_options": {"timestamp_format": "unixnano"}}, {"sourcetype": "own"}
    assert of({}, defaults={**nano, **own})[0] == {"own": (["http_requests"], "unixnano")}
    assert of({"splunk_logpush_sourcetype": "mine"}, defaults=own)[0] == {"mine": (["http_requests"], "rfc3339")}
    assert of({"splunk_logpush_sourcetype": "mine"}, overrides=own)[0] == {"own": (["http_requests"], "rfc3339")}


def test_variables_that_are_not_known_yet():
    unknown = Unresolved("splunk_logpush_hec_token", "splunk_logpush_endpoint", splunk_logpush_datasets=["dns_logs"])
    assert of(unknown, Unresolved("splunk_logpush_jobs"))[0] == {"cloudflare:json": (["dns_logs"], "rfc3339")}


def test_jobs_that_cannot_share_a_source_type():
    one = {"splunk_logpush_datasets": ["http_requests"]}
    other = jobs({"dataset": "dns_logs", "output_options": {"timestamp_format": "unix"}})
    account = {"splunk_logpush_scope": "account", "account_id": "1"}
    worker = {**account, "splunk_logpush_datasets": ["workers_trace_events", "new_dataset"]}
    found, warnings = of(one, dict(one), other, worker)
    assert found == {"cloudflare:json": (["http_requests"], "rfc3339")}
    dns_logs, workers, new = warnings
    assert dns_logs == (
        "Jobs of dns_logs push timestamps of the form unix with source type cloudflare:json, but most of its jobs push rfc3339. A "
        "source type reads only one of them, so the events of the others get wrong times. Use a source type of its own for "
        "dns_logs, such as cloudflare:json:dns_logs, or the same timestamp_format"
    )
    assert workers.startswith("Jobs of workers_trace_events push timestamps of the form unixmilli with ")
    assert new == (
        "The field with the time is not known for new_dataset. Add a source type with TIME_PREFIX and TIME_FORMAT in settings to "
        "splunk_hec_sourcetypes"
    )
    alone = {**account, "splunk_logpush_datasets": ["workers_trace_events"]}
    assert of(alone) == ({"cloudflare:json": (["workers_trace_events"], "rfc3339")}, [])


def test_a_wrong_endpoint_of_the_collector():
    with pytest.raises(OptionError):
        of({}, endpoint="not a host")
