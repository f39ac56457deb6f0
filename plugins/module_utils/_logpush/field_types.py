# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The fields of datasets that are numbers or booleans, where a filter needs to know. Pure: no I/O.

The API lists the fields of a dataset without their types. These are from Cloudflare's pages about the datasets
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/)). A field that is not listed here is left to
the API.
"""

from __future__ import annotations

_NUMBERS = frozenset(
    """
    ASN ApplicationID ApplicationIDs BatteryPercentage Bits BlockedFileSize BodyLength BotDetectionIDs BotScore
    BrowserMajor BytesReceived BytesSent CNAMECategoryIDs CPUPercentage CPUTimeMs CacheResponseBytes CacheResponseStatus
    CategoryIDs ClientASN ClientAsn ClientBytes ClientIPASN ClientPort ClientRequestBytes ClientResponseCode ClientSrcPort
    ClientTCPRTTMs ClientTcpRtt ColoID ContentScanObjSizes CustomResolveDurationMs DestinationAS DestinationASN
    DestinationPort DiskUsagePercentage DstPort EDEErrors EDNSSubnetLength EdgeColoID EdgeResponseBodyBytes
    EdgeResponseBytes EdgeResponseCompressionRatio EdgeResponseStatus EdgeTimeToFirstByteMs EgressPort Ethertype
    EventTimestampMs FraudDetectionIDs HTTPResponseBodyBytes HTTPStatusCode HandshakeLatencyMs IPProtocol IPTotalLength
    InitialCategoryIDs LocalPort MatchIndex MatchedCategoryIDs OSMajor OriginBytes OriginDNSResponseTimeMs OriginPort
    OriginRequestHeaderSendDurationMs OriginResponseBytes OriginResponseDurationMs OriginResponseHeaderReceiveDurationMs
    OriginResponseStatus OriginResponseTime OriginTCPHandshakeDurationMs OriginTLSHandshakeDurationMs OriginTcpRtt
    OverridePort Packets QueryCategoryIDs QuerySize QueryType RAMUsedPercentage RCode RemotePort ResponseCode
    ResponseTimeMs SampleInterval SampleRate ServerResponseDurationMs SignatureID SignatureRevision SmartRouteColoID
    SourceAS SourceASN SourcePort SrcPort TCPFlags TcpFlags TemporaryAccessDuration TracerouteDurationMs UDPPayloadLength
    UpperTierColoID UpstreamResponseCode UpstreamResponseTimeMs WAFAttackScore WAFRCEAttackScore WAFSQLiAttackScore
    WAFXSSAttackScore WallTimeMs WiFiStrengthDBM WorkerCPUTime WorkerSubrequestCount WorkerWallTimeUs accountId
    byteRecvDownlink byteRecvUplink byteSentDownlink byteSentUplink clientASN timestampEndNanos timestampStartNanos
    transportCloseCode zoneId
    """.split()
)
# Fields that are numbers in this dataset, and text in others.
_NUMBERS_IN_ONE_DATASET = frozenset({("spectrum_events", "Status"), ("mnm_flow_logs", "Protocol")})

_BOOLEANS = frozenset(
    """
    Allowed AlwaysOn BatteryCharging CacheReserveUsed CacheTieredFill ConnectionReuse EdgeCFConnectingO2O FirewallEnabled
    IpFirewall IsIsolated IsResponseCached PostureEvaluatedResult Quarantined QueryDO QueryRD QueryTCP ResponseCached
    ResponseCachedStale Success SwitchLocked Toggled URLContainsCDNCGIPath WorkerSubrequest
    """.split()
)


def is_number(field: str, dataset: str) -> bool:
    """Return whether a field of a dataset is a number, or a list of numbers."""
    return field in _NUMBERS or (dataset, field) in _NUMBERS_IN_ONE_DATASET


def is_boolean(field: str) -> bool:
    """Return whether a field is a boolean."""
    return field in _BOOLEANS
