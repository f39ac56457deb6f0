# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The destination of a job, for the compared ways that write the string themselves."""

from __future__ import annotations

import os
import typing as t
import uuid

Zone = t.Dict[str, str]


def destination_of(zone: Zone) -> str:
    """Return the destination string of a zone, for the collector of the environment."""
    return destination_conf(zone["name"], os.environ["SPLUNK_HEC_ENDPOINT"], os.environ["SPLUNK_HEC_TOKEN"])


def destination_conf(zone_name: str, endpoint: str, token: str) -> str:
    """Return a destination string, with a channel that is the same in every run."""
    channel = uuid.uuid5(uuid.NAMESPACE_DNS, zone_name)
    return (
        f"splunk://{endpoint}/services/collector/raw?channel={channel}&insecure-skip-verify=false"
        f"&sourcetype=cloudflare:json&header_Authorization=Splunk%20{token}"
    )
