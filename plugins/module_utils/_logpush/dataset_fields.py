# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The fields of each dataset, for a hint when a requested field belongs to another dataset. Pure: no I/O.

From Cloudflare's pages about the datasets (U(https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/)).
Whether a dataset offers a field is always decided by the API. A dataset or a field that is not listed here only gets
no hint.
"""

from __future__ import annotations

# Field names of each dataset of zones, and of each dataset of accounts.
_OF_ZONES: dict[str, str] = {
    "http_requests": """
        BotDetectionIDs BotDetectionTags BotScore BotScoreSrc BotTags CacheCacheStatus CacheReserveUsed
        CacheResponseBytes CacheResponseStatus CacheTieredFill ClientASN ClientCity ClientCountry ClientDeviceType
        ClientIP ClientIPClass ClientLatitude ClientLongitude ClientMTLSAuthCertFingerprint ClientMTLSAuthStatus
        ClientRegionCode ClientRequestBytes ClientRequestHost ClientRequestMethod ClientRequestPath
        ClientRequestProtocol ClientRequestReferer ClientRequestScheme ClientRequestSource ClientRequestURI
        ClientRequestUserAgent ClientSrcPort ClientSSLCipher ClientSSLProtocol ClientTCPRTTMs ClientXRequestedWith
        ContentScanObjResults ContentScanObjSizes ContentScanObjTypes Cookies EdgeCFConnectingO2O EdgeColoCode
        EdgeColoID EdgeEndTimestamp EdgePathingOp EdgePathingSrc EdgePathingStatus EdgeRequestHost
        EdgeResponseBodyBytes EdgeResponseBytes EdgeResponseCompressionRatio EdgeResponseContentType
        EdgeResponseStatus EdgeServerIP EdgeStartTimestamp EdgeTimeToFirstByteMs FraudAttack FraudDetectionIDs
        FraudDetectionTags FraudEmailRisk FraudUserID JA3Hash JA4 JA4Signals JSDetectionPassed
        LeakedCredentialCheckResult OriginDNSResponseTimeMs OriginIP OriginRequestHeaderSendDurationMs
        OriginResponseBytes OriginResponseDurationMs OriginResponseHeaderReceiveDurationMs OriginResponseHTTPExpires
        OriginResponseHTTPLastModified OriginResponseStatus OriginResponseTime OriginSSLProtocol
        OriginTCPHandshakeDurationMs OriginTLSHandshakeDurationMs ParentRayID PayPerCrawlStatus RayID RequestHeaders
        ResponseHeaders SecurityAction SecurityActions SecurityRuleDescription SecurityRuleID SecurityRuleIDs
        SecuritySources SmartRouteColoID UpperTierColoID VerifiedBotCategory WAFAttackScore WAFFlags WAFMatchedVar
        WAFRCEAttackScore WAFSQLiAttackScore WAFXSSAttackScore WorkerCPUTime WorkerStatus WorkerSubrequest
        WorkerSubrequestCount WorkerWallTimeUs ZoneName
    """,
    "firewall_events": """
        Action ClientASN ClientASNDescription ClientCountry ClientIP ClientIPClass ClientRefererHost ClientRefererPath
        ClientRefererQuery ClientRefererScheme ClientRequestHost ClientRequestMethod ClientRequestPath
        ClientRequestProtocol ClientRequestQuery ClientRequestScheme ClientRequestUserAgent ContentScanObjResults
        ContentScanObjSizes ContentScanObjTypes Datetime Description EdgeColoCode EdgeResponseStatus Kind
        LeakedCredentialCheckResult MatchIndex Metadata OriginatorRayID OriginResponseStatus RayID Ref RuleID Source
        ZoneName
    """,
    "dns_logs": """
        ColoCode EDNSSubnet EDNSSubnetLength QueryName QueryType ResponseCached ResponseCode SourceIP Timestamp
    """,
    "nel_reports": "ClientIPASN ClientIPASNDescription ClientIPCountry LastKnownGoodColoCode Phase Timestamp Type",
    "page_shield_events": """
        Action CSPDirective Host PageURL PolicyID ResourceType Timestamp URL URLContainsCDNCGIPath URLHost
    """,
    "spectrum_events": """
        Application ClientAsn ClientBytes ClientCountry ClientIP ClientMatchedIpFirewall ClientPort ClientProto
        ClientTcpRtt ClientTlsCipher ClientTlsClientHelloServerName ClientTlsProtocol ClientTlsStatus ColoCode
        ConnectTimestamp DisconnectTimestamp Event IpFirewall OriginBytes OriginIP OriginPort OriginProto OriginTcpRtt
        OriginTlsCipher OriginTlsFingerprint OriginTlsMode OriginTlsProtocol OriginTlsStatus ProxyProtocol Status
        Timestamp
    """,
    "websocket_analytics": """
        accountId byteRecvDownlink byteRecvUplink byteSentDownlink byteSentUplink clientASN clientIP
        clientRequestHTTPHost clientRequestPath clientRequestUserAgent coloCode connectionCloseReason
        connectionCloseSource connectionId rayId timestampEndNanos timestampStartNanos transportCloseCode zoneId
    """,
    "zaraz_events": "Body EventDetails EventType IP RequestHeaders TimestampStart URL",
    "account_abuse_protection_events": """
        AuthenticationIdentityProvider AuthenticationMethod AuthenticationStatus BotScore ClientASN ClientCity
        ClientCountry ClientIP Email EphemeralID EventSource EventType FraudEmailRisk Host JA4 RayID Timestamp
        UserAgent UserID
    """,
}
_OF_ACCOUNTS: dict[str, str] = {
    "audit_logs": """
        ActionResult ActionType ActorEmail ActorID ActorIP ActorType ID Interface Metadata NewValue OldValue OwnerID
        ResourceID ResourceType When
    """,
    "audit_logs_v2": """
        AccountID AccountName ActionDescription ActionResult ActionTimestamp ActionType ActorContext ActorEmail
        ActorID ActorIPAddress ActorTokenDetails ActorType AuditLogID Raw ResourceID ResourceProduct ResourceRequest
        ResourceResponse ResourceScope ResourceType ResourceValue ZoneID ZoneName
    """,
    "workers_trace_events": """
        CPUTimeMs DispatchNamespace Entrypoint Event EventTimestampMs EventType Exceptions Logs Outcome ScriptName
        ScriptTags ScriptVersion WallTimeMs
    """,
    "casb_findings": """
        AssetDisplayName AssetExternalID AssetLink AssetMetadata DetectedTimestamp FindingTypeDisplayName
        FindingTypeID FindingTypeSeverity InstanceID IntegrationDisplayName IntegrationID IntegrationPolicyVendor
    """,
    "dlp_forensic_copies": """
        AccountID Datetime ForensicCopyID GatewayRequestID Headers Payload Phase TriggeredRuleID
    """,
    "dns_firewall_logs": """
        ClientResponseCode ClusterID ColoCode EDNSSubnet EDNSSubnetLength QueryDO QueryName QueryRD QuerySize QueryTCP
        QueryType ResponseCached ResponseCachedStale ResponseReason SourceIP Timestamp UpstreamIP UpstreamResponseCode
        UpstreamResponseTimeMs
    """,
    "email_security_alerts": """
        AlertID AlertReasons Attachments BCC CC DKIMResult DMARCPolicy DMARCResult FinalDisposition From FromName
        Links MessageID Origin ReplyTo SMTPHeloServerIP SPFResult Subject ThreatCategories Timestamp To
    """,
    "email_security_post_delivery_events": """
        AlertID CompletedAt Destination FinalDisposition From MessageID MessageTimestamp Operation Recipient
        RequestedAt RequestedBy Status Subject Success
    """,
    "ipsec_logs": "Level LocalIP LocalPort Message RemoteIP RemotePort Timestamp",
    "magic_bgp_logs": "Direction EventData EventKind EventTimestamp TunnelID TunnelName",
    "magic_ids_detections": """
        Action ColoCity ColoCode DestinationIP DestinationPort Protocol SignatureID SignatureMessage SignatureRevision
        SourceIP SourcePort Timestamp
    """,
    "mcp_portal_logs": """
        ClientCountry ClientIP ColoCode Datetime Error Method PortalID ServerID ServerResponseDurationMs ServerURL
        SessionID Success ToolCallName UserEmail UserID
    """,
    "mnm_flow_logs": """
        Bits DestinationAddress DestinationAS DestinationPort DeviceID Ethertype FlowProtocol FlowTimestamp Packets
        Protocol SampleRate SourceAddress SourceAS SourcePort TcpFlags Timestamp
    """,
    "network_analytics_logs": """
        AttackCampaignID AttackID AttackVector ColoCity ColoCode ColoCountry Datetime DestinationASN
        DestinationCountry DestinationPort Direction IPDestinationAddress IPProtocol IPProtocolName IPSourceAddress
        IPTotalLength MitigationReason MitigationSystem Outcome RuleID RuleName SampleInterval SourceASN SourceCountry
        SourcePort TCPFlags TCPFlagsString UDPPayloadLength Verdict
    """,
    "sinkhole_http_logs": """
        AccountID Body BodyLength DestAddr Headers Host Method R2Path Referrer SinkholeID SrcAddr Timestamp URI URL
        UserAgent
    """,
    "turnstile_events": """
        Action ASN BrowserMajor BrowserName ClientIP CountryCode EventType Hostname OSMajor OSName Sitekey Timestamp
        UserAgent
    """,
    "access_requests": """
        Action Allowed AppDomain AppUUID Connection Country CreatedAt Email IPAddress PurposeJustificationPrompt
        PurposeJustificationResponse RayID TemporaryAccessApprovers TemporaryAccessDuration UserUID
    """,
    "biso_user_actions": "AccountID Decision DomainName Metadata Timestamp Type URL UserEmail UserID",
    "device_posture_results": """
        ClientVersion DeviceID DeviceManufacturer DeviceModel DeviceName DeviceSerialNumber DeviceType Email OSVersion
        PolicyID PostureCheckName PostureCheckType PostureEvaluatedResult PostureExpectedJSON PostureReceivedJSON
        RegistrationID Timestamp UserUID
    """,
    "dex_application_tests": """
        AccountID ClientPlatform ClientVersion ColoCode DeviceID ExecutionContext HTTPClientIPAddress HTTPErrorMessage
        HTTPMethod HTTPResponseBodyBytes HTTPServerIPAddress HTTPStatusCode HTTPURL TestID TestType Timestamp
        TracerouteDestinationIPAddress TracerouteDurationMs TracerouteHops TracerouteStatus TunnelType UserEmail
    """,
    "dex_device_state_events": """
        AccountID AlwaysOn BatteryCharging BatteryPercentage ClientPlatform ClientVersion ConnectionType CPUPercentage
        DeviceID DeviceIPv4Address DeviceRegistrationID DiskUsagePercentage FirewallEnabled HandshakeLatencyMs Mode
        NetworkSSID RAMUsedPercentage Status SwitchLocked Timestamp TunnelType WarpColoCode WiFiStrengthDBM
    """,
    "gateway_dns": """
        AccountID ApplicationID ApplicationName AuthoritativeNameServerIPs CNAMECategoryIDs CNAMECategoryNames CNAMEs
        ColoCode ColoID CustomResolveDurationMs CustomResolverAddress Datetime DeviceID DeviceName DoHSubdomain DstIP
        DstPort EDEErrors Email InitialCategoryIDs InitialCategoryNames IsResponseCached Location LocationID
        MatchedCategoryIDs MatchedCategoryNames PolicyID PolicyName Protocol QueryCategoryIDs QueryCategoryNames
        QueryID QueryName QueryNameReversed QuerySize QueryType QueryTypeName RCode RData RegistrationID ResolvedIPs
        ResolverDecision ResourceRecords ResourceRecordsJSON ResponseTimeMs SrcIP SrcIPContinentCode SrcIPCountryCode
        SrcPort TimeZone UserID
    """,
    "gateway_http": """
        AccountID Action ApplicationIDs ApplicationNames BlockedFileHash BlockedFileName BlockedFileReason
        BlockedFileSize BlockedFileType CategoryIDs CategoryNames Datetime DestinationIP DestinationIPContinentCode
        DestinationIPCountryCode DestinationPort DeviceID DeviceName DownloadedFileNames DownloadMatchedDlpProfiles
        Email FileInfo HTTPHost HTTPMethod HTTPStatusCode HTTPVersion IsIsolated PolicyID PolicyName Quarantined
        Referer RegistrationID RequestID SessionID SourceInternalIP SourceIP SourceIPContinentCode SourceIPCountryCode
        SourcePort UntrustedCertificateAction UploadedFileNames UploadMatchedDlpProfiles URL UserAgent UserID
        VirtualNetworkID VirtualNetworkName
    """,
    "gateway_network": """
        AccountID Action ApplicationIDs ApplicationNames CategoryIDs CategoryNames Datetime DestinationIP
        DestinationIPContinentCode DestinationIPCountryCode DestinationPort DetectedProtocol DeviceID DeviceName Email
        OverrideIP OverridePort PolicyID PolicyName ProxyEndpoint RegistrationID SessionID SNI SourceInternalIP
        SourceIP SourceIPContinentCode SourceIPCountryCode SourcePort Transport TransportProtocol UserID
        VirtualNetworkID VirtualNetworkName
    """,
    "ssh_logs": """
        AccountID ClientAddress Datetime Error Payload ProgramFinishDatetime ProgramID ProgramStartDatetime
        ProgramType ServerAddress SessionID SessionStartDatetime TargetID UserEmail UserID Username
    """,
    "warp_config_changes": """
        AccountIDFrom AccountIDTo AccountNameFrom AccountNameTo ConfigNameFrom ConfigNameTo DeviceID
        DeviceRegistrationID Hostname SerialNumber Timestamp
    """,
    "warp_toggle_changes": """
        AccountID AccountName DeviceID DeviceRegistrationID Hostname SerialNumber Timestamp Toggled UserEmail
    """,
    "zero_trust_network_sessions": """
        AccountID BytesReceived BytesSent ClientTLSCipher ClientTLSVersion ConnectionCloseReason ConnectionReuse
        DetectedProtocol DeviceID DeviceName EgressColoName EgressIP EgressPort Email IngressColoName Offramp OriginIP
        OriginPort OriginTLSCipher OriginTLSVersion Protocol RegistrationID SessionEndTime SessionID SessionStartTime
        SNI SourceIP SourcePort UserID VirtualNetworkID
    """,
}


def datasets_with(field: str, dataset: str) -> list[str]:
    """Return the other datasets that have a field: those of the same kind of scope as ``dataset``, otherwise all of them."""
    kinds = sorted((_OF_ZONES, _OF_ACCOUNTS), key=lambda kind: dataset not in kind)
    for kind in kinds:
        found = [name for name, fields in kind.items() if name != dataset and field in fields.split()]
        if found:
            return found
    return []
