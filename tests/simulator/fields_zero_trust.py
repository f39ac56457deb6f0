# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the Zero Trust datasets, a table for each dataset, as in ``fields_zone``.

Names and types are those of Cloudflare's pages "Account-scoped datasets"; the descriptions are our own.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "access_requests": """
        Action                     * string         login or logout
        Allowed                    * bool           whether access was granted
        AppDomain                  * string         domain of the application
        AppUUID                      string         id of the application
        Connection                   string         identity provider that was used
        Country                      string         country of the user
        CreatedAt                  * time           when access was asked for
        Email                      * string         mail address of the user
        IPAddress                    string         address of the user
        PurposeJustificationPrompt   string         question for the purpose
        PurposeJustificationResponse string         purpose that the user gave
        RayID                        string         id of the request
        TemporaryAccessApprovers     array[string]  who approved temporary access
        TemporaryAccessDuration      int            how long it was approved for
        UserUID                      string         id of the user
    """,
    "biso_user_actions": """
        AccountID                    string         id of the account
        Decision                     string         allow or block
        DomainName                   string         domain of the page
        Metadata                     string         further data as JSON text
        Timestamp                  * time           when it happened
        Type                       * string         copy, paste, download and so on
        URL                          string         page on which it happened
        UserEmail                    string         mail address of the user
        UserID                       string         id of the user
    """,
    "device_posture_results": """
        ClientVersion                string         version of the client
        DeviceID                   * string         id of the device
        DeviceManufacturer           string         maker of the device
        DeviceModel                  string         model of the device
        DeviceName                   string         name of the device
        DeviceSerialNumber           string         serial number of the device
        DeviceType                   string         operating system of the device
        Email                        string         mail address of the user
        OSVersion                    string         version of the operating system
        PolicyID                     string         id of the posture check
        PostureCheckName           * string         name of the posture check
        PostureCheckType             string         kind of the posture check
        PostureEvaluatedResult     * bool           whether the device passed
        PostureExpectedJSON          object         what the check expects
        PostureReceivedJSON          object         what the device reported
        RegistrationID               string         id of the device registration
        Timestamp                  * time           when the device reported
        UserUID                      string         id of the user
    """,
    "dex_application_tests": """
        AccountID                    string         id of the account
        ClientPlatform               string         operating system of the device
        ClientVersion                string         version of the client
        ColoCode                     string         data center of the device
        DeviceID                   * string         id of the device
        ExecutionContext             string         inside or outside of the tunnel
        HTTPClientIPAddress          string         address that the test came from
        HTTPErrorMessage             string         what went wrong
        HTTPMethod                   string         HTTP method of the test
        HTTPResponseBodyBytes        int            bytes of the answer
        HTTPServerIPAddress          string         address that was tested
        HTTPStatusCode               int            status of the answer
        HTTPURL                      string         address that was asked for
        TestID                     * string         id of the test
        TestType                     string         http or traceroute
        Timestamp                  * time           when the test began
        TracerouteDestinationIPAddress string       address that was traced
        TracerouteDurationMs         int            time of the trace in milliseconds
        TracerouteHops               array[object]  hops of the trace
        TracerouteStatus             string         outcome of the trace
        TunnelType                   string         kind of tunnel
        UserEmail                    string         mail address of the user
    """,
    "dex_device_state_events": """
        AccountID                    string         id of the account
        AlwaysOn                     bool           whether the client reconnects by itself
        BatteryCharging              bool           whether the battery is charging
        BatteryPercentage            float          charge of the battery
        CPUPercentage                float          load of the processor
        ClientPlatform               string         operating system of the device
        ClientVersion                string         version of the client
        ConnectionType               string         cellular, ethernet or wifi
        DeviceID                   * string         id of the device
        DeviceIPv4Address            string         address of the device
        DeviceRegistrationID         string         id of the device registration
        DiskUsagePercentage          float          share of the disk in use
        FirewallEnabled              bool           whether the device's firewall is on
        HandshakeLatencyMs           int            latency of the tunnel in milliseconds
        Mode                         string         mode of the client
        NetworkSSID                  string         name of the wireless network
        RAMUsedPercentage            float          share of the memory in use
        Status                     * string         connected, paused and so on
        SwitchLocked                 bool           whether the client cannot be switched off
        Timestamp                  * time           when it was reported
        TunnelType                   string         kind of tunnel
        WarpColoCode                 string         data center of the client
        WiFiStrengthDBM              int            strength of the wireless network
    """,
    "gateway_dns": """
        AccountID                    string         id of the account
        ApplicationID                int            number of the application
        ApplicationName              string         name of the application
        AuthoritativeNameServerIPs   array[string]  servers that gave the answer
        CNAMECategoryIDs             array[int]     categories of aliases by number
        CNAMECategoryNames           array[string]  categories of aliases by name
        CNAMEs                       array[string]  aliases on the way
        ColoCode                     string         airport code of the data center
        ColoID                       int            number of the data center
        CustomResolveDurationMs      int            time of the own resolver in milliseconds
        CustomResolverAddress        string         address of the own resolver
        Datetime                   * time           when the query was made
        DeviceID                     string         id of the device
        DeviceName                   string         name of the device
        DoHSubdomain                 string         subdomain for DNS over HTTPS
        DstIP                        string         address that was queried
        DstPort                      int            port that was queried
        EDEErrors                    array[int]     extended DNS errors
        Email                        string         mail address of the user
        InitialCategoryIDs           array[int]     categories of the name by number
        InitialCategoryNames         array[string]  categories of the name by name
        IsResponseCached             bool           whether the answer came from the cache
        Location                     string         name of the location
        LocationID                   string         id of the location
        MatchedCategoryIDs           array[int]     categories that matched, by number
        MatchedCategoryNames         array[string]  categories that matched, by name
        PolicyID                     string         id of the policy
        PolicyName                   string         name of the policy
        Protocol                     string         udp, tcp, https or tls
        QueryCategoryIDs             array[int]     all categories by number
        QueryCategoryNames           array[string]  all categories by name
        QueryID                      string         id of the query
        QueryName                    string         name that was asked for
        QueryNameReversed            string         that name, last label first
        QuerySize                    int            bytes of the query
        QueryType                    int            number of the record type
        QueryTypeName                string         name of the record type
        RCode                        int            DNS response code
        RData                        array[object]  answer records (deprecated)
        RegistrationID               string         id of the device registration
        ResolvedIPs                  array[string]  addresses in the answer
        ResolverDecision             string         what was decided
        ResourceRecords              array[object]  answer records
        ResourceRecordsJSON          string         answer records as JSON text
        ResponseTimeMs               int            time of the answer in milliseconds
        SrcIP                        string         address of the client
        SrcIPContinentCode           string         continent of the client
        SrcIPCountryCode             string         country of the client
        SrcPort                      int            port of the client
        TimeZone                     string         time zone of a scheduled rule
        UserID                       string         id of the user
    """,
    "gateway_http": """
        AccountID                    string         id of the account
        Action                       string         what was done with the request
        ApplicationIDs               array[int]     applications that matched, by number
        ApplicationNames             array[string]  applications that matched, by name
        BlockedFileHash              string         hash of a blocked file
        BlockedFileName              string         name of a blocked file
        BlockedFileReason            string         why the file was blocked
        BlockedFileSize              int            bytes of a blocked file
        BlockedFileType              string         type of a blocked file
        CategoryIDs                  array[int]     categories that matched, by number
        CategoryNames                array[string]  categories that matched, by name
        Datetime                   * time           when the request was made
        DestinationIP                string         destination of the request
        DestinationIPContinentCode   string         continent of the destination
        DestinationIPCountryCode     string         country of the destination
        DestinationPort              int            port of the destination
        DeviceID                     string         id of the device
        DeviceName                   string         name of the device
        DownloadMatchedDlpProfiles   array[string]  DLP profiles that matched a download
        DownloadedFileNames          array[string]  files that were downloaded
        Email                        string         mail address of the user
        FileInfo                     object         files in the request
        HTTPHost                     string         host of the request
        HTTPMethod                   string         HTTP method
        HTTPStatusCode               int            status given to the user
        HTTPVersion                  string         HTTP version
        IsIsolated                   bool           whether the browser was isolated
        PolicyID                     string         id of the policy
        PolicyName                   string         name of the policy
        Quarantined                  bool           whether the content was quarantined
        Referer                      string         referrer of the request
        RegistrationID               string         id of the device registration
        RequestID                    string         id of the request
        SessionID                    string         id of the network session
        SourceIP                     string         address of the client
        SourceIPContinentCode        string         continent of the client
        SourceIPCountryCode          string         country of the client
        SourceInternalIP             string         local address of the device
        SourcePort                   int            port of the client
        URL                          string         address of the request
        UntrustedCertificateAction   string         what was done about a bad certificate
        UploadMatchedDlpProfiles     array[string]  DLP profiles that matched an upload
        UploadedFileNames            array[string]  files that were uploaded
        UserAgent                    string         user agent of the client
        UserID                       string         id of the user
        VirtualNetworkID             string         id of the virtual network
        VirtualNetworkName           string         name of the virtual network
    """,
    "gateway_network": """
        AccountID                    string         id of the account
        Action                       string         what was done with the session
        ApplicationIDs               array[int]     applications that matched, by number
        ApplicationNames             array[string]  applications that matched, by name
        CategoryIDs                  array[int]     categories that matched, by number
        CategoryNames                array[string]  categories that matched, by name
        Datetime                   * time           when the session began
        DestinationIP                string         destination of the session
        DestinationIPContinentCode   string         continent of the destination
        DestinationIPCountryCode     string         country of the destination
        DestinationPort              int            port of the destination
        DetectedProtocol             string         protocol that was recognized
        DeviceID                     string         id of the device
        DeviceName                   string         name of the device
        Email                        string         mail address of the user
        OverrideIP                   string         address that was put in its place
        OverridePort                 int            port that was put in its place
        PolicyID                     string         id of the policy
        PolicyName                   string         name of the policy
        ProxyEndpoint                string         proxy endpoint that was used
        RegistrationID               string         id of the device registration
        SNI                          string         server name of the TLS handshake
        SessionID                    string         id of the session
        SourceIP                     string         address of the client
        SourceIPContinentCode        string         continent of the client
        SourceIPCountryCode          string         country of the client
        SourceInternalIP             string         local address of the device
        SourcePort                   int            port of the client
        Transport                    string         transport (deprecated)
        TransportProtocol            string         transport: tcp, udp or quic
        UserID                       string         id of the user
        VirtualNetworkID             string         id of the virtual network
        VirtualNetworkName           string         name of the virtual network
    """,
    "ssh_logs": """
        AccountID                    string         id of the account
        ClientAddress                string         address of the client
        Datetime                   * time           when the entry was sent
        Error                        string         what went wrong
        Payload                      string         what was typed and shown
        ProgramFinishDatetime        time           when the program ended
        ProgramID                    string         id of the program
        ProgramStartDatetime         time           when the program began
        ProgramType                  string         shell, exec and so on
        ServerAddress                string         address of the server
        SessionID                  * string         id of the session
        SessionStartDatetime         time           when the session began
        TargetID                     string         id of the target
        UserEmail                  * string         mail address of the user
        UserID                       string         id of the user
        Username                     string         user on the server
    """,
    "warp_config_changes": """
        AccountIDFrom                string         id of the account before
        AccountIDTo                  string         id of the account after
        AccountNameFrom              string         name of the account before
        AccountNameTo                string         name of the account after
        ConfigNameFrom               string         name of the configuration before
        ConfigNameTo                 string         name of the configuration after
        DeviceID                   * string         id of the device
        DeviceRegistrationID         string         id of the device registration
        Hostname                     string         name of the device
        SerialNumber                 string         serial number of the device
        Timestamp                  * time           when it happened
    """,
    "warp_toggle_changes": """
        AccountID                    string         id of the account
        AccountName                  string         name of the account
        DeviceID                   * string         id of the device
        DeviceRegistrationID         string         id of the device registration
        Hostname                     string         name of the device
        SerialNumber                 string         serial number of the device
        Timestamp                  * time           when it happened
        Toggled                    * bool           whether the client was switched
        UserEmail                    string         mail address of the user
    """,
    "zero_trust_network_sessions": """
        AccountID                    string         id of the account
        BytesReceived                int            bytes from the origin
        BytesSent                    int            bytes to the origin
        ClientTLSCipher              string         cipher toward the client
        ClientTLSVersion             string         TLS version toward the client
        ConnectionCloseReason        string         why the connection ended
        ConnectionReuse              bool           whether the connection was used again
        DetectedProtocol             string         protocol that was recognized
        DeviceID                     string         id of the device
        DeviceName                   string         name of the device
        EgressColoName               string         data center toward the origin
        EgressIP                     string         source address toward the origin
        EgressPort                   int            source port toward the origin
        Email                        string         mail address of the user
        IngressColoName              string         data center toward the client
        Offramp                      string         where the session was routed to
        OriginIP                     string         address of the origin
        OriginPort                   int            port of the origin
        OriginTLSCipher              string         cipher toward the origin
        OriginTLSVersion             string         TLS version toward the origin
        Protocol                     string         TCP, UDP or ICMP
        RegistrationID               string         id of the device registration
        SNI                          string         server name of the TLS handshake
        SessionEndTime               time           when the session ended
        SessionID                  * string         id of the session
        SessionStartTime           * time           when the session began
        SourceIP                     string         address of the client
        SourcePort                   int            port of the client
        UserID                       string         id of the user
        VirtualNetworkID             string         id of the virtual network
    """,
}
