# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Presets: named lists of fields, written in C(field_names) with an C(@) before the name. Pure: no I/O.

C(@splunk_app) has the fields that the Cloudflare App for Splunk (U(https://splunkbase.splunk.com/app/4501/)) uses.
Cloudflare's page U(https://developers.cloudflare.com/analytics/analytics-integrations/splunk/), as of 2026-09-01,
lists for each dataset:

* the source type by which the app recognizes its events (C(_splunk/logpush_events));
* for C(http_requests) the fields of the data model under its dashboards (section "Incomplete dashboards"). C(ZoneID) is
  one of them; zones may not offer it;
* for each dataset the fields that the app maps to the Common Information Model (section "Splunk CIM field mappings"). Of
  those for C(http_requests), C(EdgeRateLimitAction) is not among the fields of the data model and gone from the dataset.

Each list also has the field with the time of an event, which the mappings leave out. For further datasets, such as
C(firewall_events), the page lists a source type but no fields, so there is no preset for them.
"""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._splunk.logpush_events import app_sourcetype

MARK = "@"


class Preset(t.NamedTuple):
    """The fields of one dataset."""

    fields: tuple[str, ...]


def _preset(fields: str) -> Preset:
    return Preset(tuple(fields.split()))


PRESETS: dict[str, dict[str, Preset]] = {
    "splunk_app": {
        "http_requests": _preset(
            """
            EdgeStartTimestamp EdgeEndTimestamp RayID ZoneID WorkerSubrequest
            ClientIP ClientIPClass ClientASN ClientCountry ClientDeviceType ClientSrcPort ClientSSLCipher ClientSSLProtocol
            ClientRequestBytes ClientRequestHost ClientRequestMethod ClientRequestPath ClientRequestProtocol
            ClientRequestReferer ClientRequestURI ClientRequestUserAgent
            CacheCacheStatus CacheResponseBytes CacheResponseStatus
            EdgeColoCode EdgeColoID EdgePathingOp EdgePathingSrc EdgePathingStatus EdgeRequestHost EdgeResponseBytes
            EdgeResponseContentType EdgeResponseStatus EdgeServerIP
            OriginIP OriginResponseStatus OriginResponseTime OriginSSLProtocol
            SecurityAction SecurityActions SecurityRuleDescription SecurityRuleID SecurityRuleIDs SecuritySources
            WAFFlags WAFMatchedVar
        """,
        ),
        "access_requests": _preset(
            """
            CreatedAt Action AppDomain Connection IPAddress PurposeJustificationResponse RayID UserUID
        """,
        ),
        "audit_logs": _preset(
            """
            When ActionResult ActionType ActorID ActorIP ActorType OwnerID
        """,
        ),
        "casb_findings": _preset(
            """
            DetectedTimestamp AssetDisplayName AssetLink FindingTypeDisplayName FindingTypeID FindingTypeSeverity InstanceID
        """,
        ),
        "gateway_dns": _preset(
            """
            Datetime SrcIP SrcPort DstIP DstPort Protocol QueryName QueryTypeName RCode
        """,
        ),
        "gateway_http": _preset(
            """
            Datetime Action SourceIP DestinationIP DestinationPort HTTPMethod URL Referer UserAgent UserID
        """,
        ),
        "gateway_network": _preset(
            """
            Datetime Action SourceIP SourcePort DestinationIP DestinationPort OverrideIP OverridePort Transport DeviceName
            PolicyID SessionID UserID
        """,
        ),
    },
}


def named_in(field_names: t.Iterable[str]) -> list[str]:
    """Return the names of the presets among field names."""
    return [name[len(MARK) :] for name in field_names if name.startswith(MARK)]


def check(field_names: t.Iterable[str], dataset: str) -> None:
    """Check that the presets among field names exist for this dataset. Raises OptionError."""
    for name in named_in(field_names):
        _preset_of(name, dataset)


def sourcetype(field_names: t.Iterable[str], dataset: str) -> str | None:
    """Return the source type that goes with a preset among field names; None if there is none. Raises OptionError."""
    check(field_names, dataset)
    return app_sourcetype(dataset) if named_in(field_names) else None


def expand(field_names: t.Iterable[str], dataset: str) -> list[str]:
    """Return field names with the fields of each preset in its place, each field once."""
    expanded: dict[str, None] = {}
    for name in field_names:
        expanded.update(
            dict.fromkeys(_preset_of(name[len(MARK) :], dataset).fields if name.startswith(MARK) else [name])
        )
    return list(expanded)


class OfferedFields(t.NamedTuple):
    """Field names that a dataset offers, and those of presets that it does not offer."""

    names: list[str]
    missing: list[str]


def offered_fields(field_names: t.Sequence[str], dataset: str, offered: t.Collection[str]) -> OfferedFields:
    """Return field names as C(expand) does, without the fields of presets that the dataset does not offer here. A name that
    the user lists himself stays in any case."""
    own = {name for name in field_names if not name.startswith(MARK)}
    names = expand(field_names, dataset)
    missing = [name for name in names if name not in own and name not in offered]
    return OfferedFields([name for name in names if name not in missing], missing)


def _preset_of(name: str, dataset: str) -> Preset:
    if name not in PRESETS:
        listed = " and ".join(f'"{MARK}{known}"' for known in PRESETS)
        raise OptionError("output_options.field_names", f"{MARK}{name} is not a preset. The preset is {listed}")
    if dataset not in PRESETS[name]:
        raise OptionError(
            "output_options.field_names",
            f"there is no preset {MARK}{name} for dataset {dataset}, because Cloudflare does not document which fields "
            "it needs. "
            f'List the fields, or use ["*"] for all. The preset exists for {" ".join(sorted(PRESETS[name]))}.',
        )
    return PRESETS[name][dataset]
