# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the datasets that accounts have, a table for each dataset, as in ``fields_zone``.

Names and types are those of Cloudflare's pages "Account-scoped datasets"; the descriptions are our own.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "audit_logs": """
        ActionResult                 bool           whether the action succeeded
        ActionType                 * string         what was done
        ActorEmail                 * string         mail address of who did it
        ActorID                      string         id of who did it
        ActorIP                    * string         address of who did it
        ActorType                    string         user, admin or system
        ID                         * string         id of the entry
        Interface                    string         dashboard or API
        Metadata                     object         further data of the action
        NewValue                     object         value after the action
        OldValue                     object         value before the action
        OwnerID                      string         owner of the resource
        ResourceID                   string         id of the resource
        ResourceType                 string         kind of the resource
        When                       * time           when it was done
    """,
    "audit_logs_v2": """
        AccountID                    string         id of the account
        AccountName                  string         name of the account
        ActionDescription            string         what was done, in words
        ActionResult               * string         whether it succeeded
        ActionTimestamp            * time           when it was done
        ActionType                 * string         what was done
        ActorContext                 string         dashboard, API key or token
        ActorEmail                 * string         mail address of who did it
        ActorID                      string         id of who did it
        ActorIPAddress               string         address of who did it
        ActorTokenDetails            object         the API token that was used
        ActorType                    string         user, account or system
        AuditLogID                 * string         id of the entry
        Raw                          object         the request as it was
        ResourceID                   string         id of the resource
        ResourceProduct              string         product of the resource
        ResourceRequest              object         what was asked for
        ResourceResponse             object         what was answered
        ResourceScope                string         zones, accounts or users
        ResourceType                 string         kind of the resource
        ResourceValue                object         value of the resource
        ZoneID                       string         id of the zone
        ZoneName                     string         domain of the zone
    """,
    "workers_trace_events": """
        CPUTimeMs                    int            CPU time of the run in milliseconds
        DispatchNamespace            string         namespace that dispatched the Worker
        Entrypoint                   string         class in which the run began
        Event                      * object         what set the Worker off
        EventTimestampMs           * int            when it was set off, in milliseconds
        EventType                    string         fetch, scheduled, queue and so on
        Exceptions                   array[object]  exceptions that nobody caught
        Logs                         array[object]  what the Worker wrote to the console
        Outcome                    * string         ok, exception or canceled
        ScriptName                 * string         name of the Worker
        ScriptTags                   array[string]  tags of the Worker
        ScriptVersion                object         version of the Worker
        WallTimeMs                   int            elapsed time of the run in milliseconds
    """,
    "casb_findings": """
        AssetDisplayName             string         name of the asset
        AssetExternalID              string         id of the asset at its service
        AssetLink                    string         address of the asset
        AssetMetadata                object         further data of the asset
        DetectedTimestamp          * time           when it was found
        FindingTypeDisplayName     * string         name of the kind of finding
        FindingTypeID                string         id of the kind of finding
        FindingTypeSeverity          string         low, medium, high or critical
        InstanceID                   string         id of the finding
        IntegrationDisplayName       string         name of the integration
        IntegrationID                string         id of the integration
        IntegrationPolicyVendor      string         vendor of the integration
    """,
    "dlp_forensic_copies": """
        AccountID                    string         id of the account
        Datetime                   * time           when the request was made
        ForensicCopyID             * string         id of the copy
        GatewayRequestID             string         id of the request in Gateway's logs
        Headers                      object         chosen headers
        Payload                      string         captured data in base64
        Phase                        string         request or response
        TriggeredRuleID              string         id of the rule that took the copy
    """,
    "dns_firewall_logs": """
        ClientResponseCode           int            DNS response code given to the client
        ClusterID                    string         id of the DNS Firewall cluster
        ColoCode                     string         airport code of the data center
        EDNSSubnet                   string         client subnet that the resolver sent
        EDNSSubnetLength             int            length of that subnet
        QueryDO                      bool           whether DNSSEC was asked for
        QueryName                  * string         name that was asked for
        QueryRD                      bool           whether recursion was asked for
        QuerySize                    int            bytes of the query
        QueryTCP                     bool           whether the query came by TCP
        QueryType                    int            number of the record type
        ResponseCached               bool           whether the answer came from the cache
        ResponseCachedStale          bool           whether that answer was outdated
        ResponseReason               string         why this answer was given
        SourceIP                   * string         address of the resolver
        Timestamp                  * time           when the query came in
        UpstreamIP                   string         address of the upstream server
        UpstreamResponseCode         int            DNS response code of the upstream server
        UpstreamResponseTimeMs       int            time of the upstream server in milliseconds
    """,
    "email_security_alerts": """
        AlertID                    * string         id of the alert
        AlertReasons                 array[string]  findings behind the disposition
        Attachments                  array[object]  attachments of the message
        BCC                          array[string]  blind copies
        CC                           array[string]  copies
        DKIMResult                   string         result of DKIM
        DMARCPolicy                  string         DMARC policy of the sender's domain
        DMARCResult                  string         result of DMARC
        FinalDisposition           * string         malicious, suspicious, spam and so on
        From                         string         address of the sender
        FromName                     string         name of the sender
        Links                        array[string]  links in the message
        MessageID                    string         Message-ID of the message
        Origin                       string         internal or external
        ReplyTo                      string         address for replies
        SMTPHeloServerIP             string         address of the sending server
        SPFResult                    string         result of SPF
        Subject                      string         subject of the message
        ThreatCategories             array[string]  kinds of threat
        Timestamp                  * time           when the message was processed
        To                           array[string]  addresses of the recipients
    """,
    "email_security_post_delivery_events": """
        AlertID                    * string         id of the alert of the message
        CompletedAt                * time           when the action was completed
        Destination                  string         folder to move to
        FinalDisposition             string         disposition of the message
        From                         string         address of the sender
        MessageID                    string         Message-ID of the message
        MessageTimestamp             time           when the message was sent
        Operation                  * string         move, submission or release
        Recipient                    string         mailbox concerned
        RequestedAt                  time           when the action was asked for
        RequestedBy                  string         who asked for the action
        Status                       string         what the mail provider answered
        Subject                      string         subject of the message
        Success                      bool           whether the action succeeded
    """,
    "ipsec_logs": """
        Level                        string         severity of the entry
        LocalIP                      string         address of this side
        LocalPort                    int            port of this side
        Message                    * string         text of the entry
        RemoteIP                     string         address of the other side
        RemotePort                   int            port of the other side
        Timestamp                  * time           when it happened
    """,
    "magic_bgp_logs": """
        Direction                    string         toward or from the edge
        EventData                    object         data of the event
        EventKind                  * string         kind of BGP event
        EventTimestamp             * time           when it happened
        TunnelID                     string         id of the tunnel
        TunnelName                   string         name of the tunnel
    """,
    "magic_ids_detections": """
        Action                     * string         pass or block
        ColoCity                     string         city of the data center
        ColoCode                     string         airport code of the data center
        DestinationIP                string         destination of the packet
        DestinationPort              int            destination port of the packet
        Protocol                     string         tcp, udp or any
        SignatureID                * int            number of the signature
        SignatureMessage             string         what the packet attempts
        SignatureRevision            int            revision of the signature
        SourceIP                   * string         source of the packet
        SourcePort                   int            source port of the packet
        Timestamp                  * time           when it was detected
    """,
    "mcp_portal_logs": """
        ClientCountry                string         country of the client
        ClientIP                     string         address of the client
        ColoCode                     string         airport code of the data center
        Datetime                   * time           when the request was made
        Error                        string         what went wrong
        Method                     * string         JSON-RPC method
        PortalID                   * string         id of the portal
        ServerID                     string         id of the server behind it
        ServerResponseDurationMs     int            time of the server in milliseconds
        ServerURL                    string         address of the server
        SessionID                    string         id of the session
        Success                      bool           whether the request succeeded
        ToolCallName                 string         tool that was called
        UserEmail                    string         mail address of the user
        UserID                       string         id of the user
    """,
    "mnm_flow_logs": """
        Bits                       * int            bits of the flow
        DestinationAS                int            autonomous system of the destination
        DestinationAddress         * string         address of the destination
        DestinationPort              int            port of the destination
        DeviceID                     string         id of the network device
        Ethertype                    int            ethertype of the packets
        FlowProtocol                 string         IPFIX, sFlow or NetFlow
        FlowTimestamp                time           when the flow was seen
        Packets                      int            packets of the flow
        Protocol                     int            number of the IP protocol
        SampleRate                   int            one of so many flows was sampled
        SourceAS                     int            autonomous system of the source
        SourceAddress              * string         address of the source
        SourcePort                   int            port of the source
        TcpFlags                     int            TCP flags
        Timestamp                  * time           when the entry was made
    """,
    "network_analytics_logs": """
        AttackCampaignID             string         id of the attack campaign
        AttackID                     string         id of the mitigation
        AttackVector                 string         kind of attack
        ColoCity                     string         city of the data center
        ColoCode                     string         airport code of the data center
        ColoCountry                  string         country of the data center
        Datetime                   * time           when it happened
        DestinationASN               int            autonomous system of the destination
        DestinationCountry           string         country of the destination
        DestinationPort              int            port of the destination
        Direction                    string         ingress or egress
        IPDestinationAddress       * string         destination of the packet
        IPProtocol                   int            number of the IP protocol
        IPProtocolName               string         name of the IP protocol
        IPSourceAddress            * string         source of the packet
        IPTotalLength                int            bytes of the packet
        MitigationReason             string         why it was mitigated
        MitigationSystem             string         system that sampled the packet
        Outcome                    * string         pass or drop
        RuleID                       string         id of the rule
        RuleName                     string         name of the rule
        SampleInterval               int            one of so many packets was sampled
        SourceASN                    int            autonomous system of the source
        SourceCountry                string         country of the source
        SourcePort                   int            port of the source
        TCPFlags                     int            TCP flags
        TCPFlagsString               string         TCP flags in words
        UDPPayloadLength             int            bytes of the UDP payload
        Verdict                      string         what should be done with the packet
    """,
    "sinkhole_http_logs": """
        AccountID                    string         id of the account
        Body                         string         body of the request
        BodyLength                   int            bytes of the body
        DestAddr                     string         destination of the request
        Headers                      string         headers of the request
        Host                       * string         host that was asked for
        Method                       string         HTTP method
        R2Path                       string         where the rest of a long request is kept
        Referrer                     string         referrer of the request
        SinkholeID                   string         id of the sinkhole
        SrcAddr                    * string         sender of the request
        Timestamp                  * time           when it was logged
        URI                          string         path of the request
        URL                          string         address of the request
        UserAgent                    string         user agent of the sender
    """,
    "turnstile_events": """
        ASN                          int            autonomous system of the visitor
        Action                       string         action name of the widget
        BrowserMajor                 int            version of the browser
        BrowserName                  string         name of the browser
        ClientIP                   * string         address of the visitor
        CountryCode                  string         country of the visitor
        EventType                  * string         challenge issued, solved or failed
        Hostname                   * string         host with the widget
        OSMajor                      int            version of the operating system
        OSName                       string         name of the operating system
        Sitekey                      string         key of the widget
        Timestamp                  * time           when it was logged
        UserAgent                    string         user agent of the visitor
    """,
}
