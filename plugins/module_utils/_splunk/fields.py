# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The names of settings in the two management APIs, and settings in the form that a request carries. Pure: no I/O."""

from __future__ import annotations

import typing as t

from .values import SomeSettings

# Splunk Enterprise: the field of a token or of HEC for each option whose name differs.
TOKEN_FIELDS = {"use_ack": "useACK"}
# Writable fields of a token without an option. A field of Splunk to Splunk begins with C(s2s_).
FURTHER_TOKEN_FIELDS = (
    "allowQueryStringAuth",
    "connection_host",
    "outputgroup",
    "persistentQueueSize",
    "queueSize",
    "s2s_indexes_validation",
)
HEC_FIELDS = {
    "enable_ssl": "enableSSL",
    "dedicated_io_threads": "dedicatedIoThreads",
    "max_sockets": "maxSockets",
    "max_threads": "maxThreads",
    "use_deployment_server": "useDeploymentServer",
    "server_cert": "serverCert",
    # Write-only: Splunk stores it encrypted.
    "ssl_password": "sslPassword",
}

# ACS: the field of an index for each option that it has.
ACS_INDEX_FIELDS = {
    "searchable_days": "searchableDays",
    "max_data_size_mb": "maxDataSizeMB",
    "archival_retention_days": "splunkArchivalRetentionDays",
}

# ACS: the field of a token for each option that it has.
ACS_FIELDS = {
    "index": "defaultIndex",
    "indexes": "allowedIndexes",
    "sourcetype": "defaultSourcetype",
    "source": "defaultSource",
    "host": "defaultHost",
    "use_ack": "useAck",
}


def token_form(settings: SomeSettings) -> dict[str, str]:
    """Return settings of a token as form fields, without C(acl), which has its own request."""
    return _form({option: value for option, value in settings.items() if option != "acl"}, TOKEN_FIELDS)


def hec_form(settings: SomeSettings) -> dict[str, str]:
    """Return settings of HEC as form fields."""
    return _form(settings, HEC_FIELDS)


def acl_form(acl: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return permissions as form fields. Splunk accepts them only together with owner and sharing."""
    fields = {"owner": acl.get("owner", "nobody"), "sharing": acl.get("sharing", "app")}
    fields.update({f"perms.{part}": ",".join(acl[part]) for part in ("read", "write") if part in acl})
    return fields


def acs_spec(settings: SomeSettings) -> dict[str, t.Any]:
    """Return settings of a token as the C(spec) of ACS."""
    spec = {ACS_FIELDS[option]: value for option, value in settings.items() if option in ACS_FIELDS}
    if "enabled" in settings:
        spec["disabled"] = not settings["enabled"]
    return spec


def acs_index_settings(retention: t.Mapping[str, int]) -> dict[str, int]:
    """Return the retention of an index as fields of ACS."""
    return {ACS_INDEX_FIELDS[option]: value for option, value in retention.items()}


def _form(settings: SomeSettings, fields: t.Mapping[str, str]) -> dict[str, str]:
    """Return settings as form fields: lists separated by commas, booleans as 0 and 1."""
    form = {}
    for option, value in settings.items():
        if option == "enabled":
            form["disabled"] = "0" if value else "1"
        elif isinstance(value, bool):
            form[fields.get(option, option)] = "1" if value else "0"
        elif isinstance(value, list):
            form[fields.get(option, option)] = ",".join(value)
        else:
            form[fields.get(option, option)] = str(value)
    return form
