# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of the datasets that zones have, a table for each dataset: name, type, content; ``*`` marks the default fields.

Names and types are those of Cloudflare's pages "Zone-scoped datasets"; the descriptions are our own.
"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "http_requests": """
        BotDetectionIDs              array[int]     numbers of the bot heuristics that matched
        BotDetectionTags             array[string]  tags of the bot heuristics that matched
        BotScore                     int            1 for a certain bot to 99 for a certain human
        BotScoreSrc                  string         engine that computed the bot score
        BotTags                      array[string]  kinds of bot traffic seen
        CacheCacheStatus             string         what the cache did: hit, miss, dynamic and so on
        CacheReserveUsed             bool           whether Cache Reserve served the request
        CacheResponseBytes           int            bytes that the cache returned
        CacheResponseStatus          int            status that the cache gave the edge (deprecated)
        CacheTieredFill              bool           whether Tiered Cache served the request
        ClientASN                    int            autonomous system of the visitor
        ClientCity                   string         city of the visitor, roughly
        ClientCountry                string         country of the visitor, two letters
        ClientDeviceType             string         desktop, mobile or tablet
        ClientIP                   * string         address of the visitor
        ClientIPClass                string         reputation class of the visitor's address
        ClientLatitude               string         latitude of the visitor, roughly
        ClientLongitude              string         longitude of the visitor, roughly
        ClientMTLSAuthCertFingerprint string        SHA-256 of the visitor's certificate
        ClientMTLSAuthStatus         string         outcome of client certificate authentication
        ClientRegionCode             string         region of the visitor within the country
        ClientRequestBytes           int            bytes of the request
        ClientRequestHost          * string         host that the visitor asked for
        ClientRequestMethod        * string         HTTP method of the request
        ClientRequestPath            string         path of the request without its query
        ClientRequestProtocol        string         HTTP version of the request
        ClientRequestReferer         string         referrer of the request
        ClientRequestScheme          string         http or https
        ClientRequestSource          string         where in the network the request came from
        ClientRequestURI           * string         path and query of the request
        ClientRequestUserAgent       string         user agent of the visitor
        ClientSSLCipher              string         TLS cipher toward the visitor
        ClientSSLProtocol            string         TLS version toward the visitor
        ClientSrcPort                int            source port of the visitor
        ClientTCPRTTMs               int            smoothed round trip to the visitor in milliseconds
        ClientXRequestedWith         string         X-Requested-With header of the request
        ContentScanObjResults        array[string]  verdicts on uploaded objects
        ContentScanObjSizes          array[int]     sizes of uploaded objects
        ContentScanObjTypes          array[string]  content types of uploaded objects
        Cookies                      object         chosen cookies, by custom fields
        EdgeCFConnectingO2O          bool           whether the request passed through several zones
        EdgeColoCode                 string         airport code of the data center
        EdgeColoID                   int            number of the data center
        EdgeEndTimestamp           * time           when the edge had sent its answer
        EdgePathingOp                string         kind of answer that was given
        EdgePathingSrc               string         what classified the request
        EdgePathingStatus            string         data by which the request was classified
        EdgeRequestHost              string         host header toward the origin
        EdgeResponseBodyBytes        int            bytes of the answer's body
        EdgeResponseBytes          * int            bytes of the answer
        EdgeResponseCompressionRatio float          how much the answer shrank by compression
        EdgeResponseContentType      string         content type of the answer
        EdgeResponseStatus         * int            status given to the visitor
        EdgeServerIP                 string         address of the edge toward the origin
        EdgeStartTimestamp         * time           when the edge received the request
        EdgeTimeToFirstByteMs        int            time to the first byte at the edge in milliseconds
        FraudAttack                  string         main kind of fraud that was detected
        FraudDetectionIDs            array[int]     numbers of the fraud detections
        FraudDetectionTags           array[string]  tags of the fraud detections
        FraudEmailRisk               string         risk of the mail address: low, medium, high
        FraudUserID                  string         user as identified by fraud detection
        JA3Hash                      string         JA3 fingerprint of the TLS client
        JA4                          string         JA4 fingerprint of the TLS client
        JA4Signals                   object         statistics of the JA4 fingerprint
        JSDetectionPassed            string         outcome of the JavaScript check
        LeakedCredentialCheckResult  string         whether the credentials are known to be leaked
        OriginDNSResponseTimeMs      int            time to resolve the origin in milliseconds
        OriginIP                     string         address of the origin
        OriginRequestHeaderSendDurationMs int       time to send headers to the origin in milliseconds
        OriginResponseBytes          int            bytes that the origin returned (deprecated)
        OriginResponseDurationMs     int            time of the origin to answer in milliseconds
        OriginResponseHTTPExpires    string         Expires header of the origin
        OriginResponseHTTPLastModified string       Last-Modified header of the origin
        OriginResponseHeaderReceiveDurationMs int   time to the origin's headers in milliseconds
        OriginResponseStatus         int            status of the origin, 0 without an answer of it
        OriginResponseTime           int            time of the origin in nanoseconds (deprecated)
        OriginSSLProtocol            string         TLS version toward the origin
        OriginTCPHandshakeDurationMs int            TCP handshake with the origin in milliseconds
        OriginTLSHandshakeDurationMs int            TLS handshake with the origin in milliseconds
        ParentRayID                  string         request whose Worker made this one
        PayPerCrawlStatus            string         outcome of Pay Per Crawl
        RayID                      * string         id of the request
        RequestHeaders               object         chosen request headers, by custom fields
        ResponseHeaders              object         chosen response headers, by custom fields
        SecurityAction               string         action of the rule that ended the request
        SecurityActions              array[string]  actions of all security rules that matched
        SecurityRuleDescription      string         name of the rule that ended the request
        SecurityRuleID               string         id of the rule that ended the request
        SecurityRuleIDs              array[string]  ids of all security rules that matched
        SecuritySources              array[string]  products of all security rules that matched
        SmartRouteColoID             int            data center that Argo used toward the origin
        UpperTierColoID              int            data center asked for a cached copy
        VerifiedBotCategory          string         category of a verified bot
        WAFAttackScore               int            1 for a certain attack to 99 for harmless
        WAFFlags                     string         flags of the firewall (deprecated)
        WAFMatchedVar                string         variable that matched last (deprecated)
        WAFRCEAttackScore            int            score for remote code execution
        WAFSQLiAttackScore           int            score for SQL injection
        WAFXSSAttackScore            int            score for cross-site scripting
        WorkerCPUTime                int            CPU time of Workers in microseconds
        WorkerStatus                 string         outcome of the Worker
        WorkerSubrequest             bool           whether a Worker made the request
        WorkerSubrequestCount        int            requests that the Worker made
        WorkerWallTimeUs             int            elapsed time of Workers in microseconds
        ZoneName                     string         domain of the zone
    """,
    "firewall_events": """
        Action                     * string         what was done with the request
        ClientASN                    int            autonomous system of the visitor
        ClientASNDescription         string         name of that autonomous system
        ClientCountry                string         country of the visitor, two letters
        ClientIP                   * string         address of the visitor
        ClientIPClass                string         reputation class of the visitor's address
        ClientRefererHost            string         host of the referrer
        ClientRefererPath            string         path of the referrer
        ClientRefererQuery           string         query of the referrer
        ClientRefererScheme          string         scheme of the referrer
        ClientRequestHost          * string         host that the visitor asked for
        ClientRequestMethod        * string         HTTP method of the request
        ClientRequestPath          * string         path of the request without its query
        ClientRequestProtocol        string         HTTP version of the request
        ClientRequestQuery           string         query of the request
        ClientRequestScheme          string         http or https
        ClientRequestUserAgent       string         user agent of the visitor
        ContentScanObjResults        array[string]  verdicts on uploaded objects
        ContentScanObjSizes          array[int]     sizes of uploaded objects
        ContentScanObjTypes          array[string]  content types of uploaded objects
        Datetime                   * time           when the event happened at the edge
        Description                  string         name of the rule that matched
        EdgeColoCode                 string         airport code of the data center
        EdgeResponseStatus         * int            status given to the visitor
        Kind                         string         kind of the event
        LeakedCredentialCheckResult  string         whether the credentials are known to be leaked
        MatchIndex                   int            place of this match among those of the request
        Metadata                     object         further data of the product that matched
        OriginResponseStatus         int            status of the origin, 0 without an answer of it
        OriginatorRayID              string         request that began a chain of challenges
        RayID                      * string         id of the request
        Ref                          string         user's own reference of the rule
        RuleID                     * string         id of the rule that matched
        Source                     * string         security product that matched
        ZoneName                     string         domain of the zone
    """,
    "dns_logs": """
        ColoCode                     string         airport code of the data center
        EDNSSubnet                   string         client subnet that the resolver sent
        EDNSSubnetLength             int            length of that subnet
        QueryName                  * string         name that was asked for
        QueryType                  * int            number of the record type
        ResponseCached               bool           whether the answer came from the cache
        ResponseCode               * int            DNS response code
        SourceIP                   * string         address of the resolver
        Timestamp                  * time           when the query came in
    """,
    "nel_reports": """
        ClientIPASN                  int            autonomous system of the visitor
        ClientIPASNDescription       string         name of that autonomous system
        ClientIPCountry              string         country of the visitor, two letters
        LastKnownGoodColoCode        string         data center that worked for the visitor before
        Phase                        string         phase in which the connection failed
        Timestamp                  * time           when the report came in
        Type                       * string         kind of network error
    """,
    "page_shield_events": """
        Action                     * string         what the policy did
        CSPDirective                 string         directive that was violated
        Host                         string         host that the page belongs to
        PageURL                    * string         page on which it happened
        PolicyID                     string         id of the policy
        ResourceType                 string         script, connection or cookie
        Timestamp                  * time           when it happened
        URL                        * string         resource that was loaded
        URLContainsCDNCGIPath        bool           whether the resource is below /cdn-cgi/
        URLHost                      string         host of the resource
    """,
    "spectrum_events": """
        Application                * string         id of the Spectrum application
        ClientAsn                    int            autonomous system of the client
        ClientBytes                * int            bytes read from the client
        ClientCountry                string         country of the client
        ClientIP                   * string         address of the client
        ClientMatchedIpFirewall      string         outcome of the IP firewall
        ClientPort                   int            port of the client
        ClientProto                  string         transport of the client
        ClientTcpRtt                 int            round trip to the client in nanoseconds
        ClientTlsCipher              string         cipher toward the client
        ClientTlsClientHelloServerName string       server name that the client asked for
        ClientTlsProtocol            string         TLS version toward the client
        ClientTlsStatus              string         state of TLS toward the client
        ColoCode                   * string         airport code of the data center
        ConnectTimestamp             time           when both legs were connected
        DisconnectTimestamp          time           when the connection was closed
        Event                      * string         connect, disconnect or kind of error
        IpFirewall                   bool           whether the IP firewall was on
        OriginBytes                * int            bytes read from the origin
        OriginIP                   * string         address of the origin
        OriginPort                   int            port of the origin
        OriginProto                  string         transport of the origin
        OriginTcpRtt                 int            round trip to the origin in nanoseconds
        OriginTlsCipher              string         cipher toward the origin
        OriginTlsFingerprint         string         SHA-256 of the origin's certificate
        OriginTlsMode                string         how the leg to the origin is encrypted
        OriginTlsProtocol            string         TLS version toward the origin
        OriginTlsStatus              string         state of TLS toward the origin
        ProxyProtocol                string         form of the proxy protocol in use
        Status                     * int            reason for the end of the connection
        Timestamp                  * time           when the event happened
    """,
    "websocket_analytics": """
        accountId                    int            number of the account
        byteRecvDownlink             int            bytes received from the origin
        byteRecvUplink               int            bytes received from the visitor
        byteSentDownlink             int            bytes sent to the visitor
        byteSentUplink               int            bytes sent to the origin
        clientASN                    int            autonomous system of the visitor
        clientIP                   * string         address of the visitor
        clientRequestHTTPHost      * string         host of the handshake
        clientRequestPath            string         path of the handshake
        clientRequestUserAgent       string         user agent of the handshake
        coloCode                     string         airport code of the data center
        connectionCloseReason        string         why the connection ended
        connectionCloseSource        string         which side ended the connection
        connectionId                 string         id of the connection
        rayId                      * string         id of the handshake's request
        timestampEndNanos            int            end of the connection in nanoseconds
        timestampStartNanos        * int            start of the connection in nanoseconds
        transportCloseCode           int            close code of the transport
        zoneId                       int            number of the zone
    """,
    "zaraz_events": """
        Body                         object         body of the request
        EventDetails                 object         details of the event
        EventType                  * string         name of the event
        IP                           string         address of the visitor
        RequestHeaders               object         headers of the request
        TimestampStart             * time           when the event happened
        URL                        * string         address of the request
    """,
    "account_abuse_protection_events": """
        AuthenticationIdentityProvider string       provider that a login went through
        AuthenticationMethod         string         password, passkey and so on
        AuthenticationStatus         string         outcome of a login
        BotScore                     int            1 for a certain bot to 99 for a certain human
        ClientASN                    int            autonomous system of the visitor
        ClientCity                   string         city of the visitor, roughly
        ClientCountry                string         country of the visitor, two letters
        ClientIP                   * string         address of the visitor
        Email                        string         mail address of the user
        EphemeralID                  string         device as identified by Turnstile
        EventSource                  string         cdn or api
        EventType                  * string         login, signup and so on
        FraudEmailRisk               string         risk of the mail address
        Host                       * string         host that the visitor asked for
        JA4                          string         JA4 fingerprint of the TLS client
        RayID                      * string         id of the request
        Timestamp                  * time           when the event happened
        UserAgent                    string         user agent of the visitor
        UserID                       string         user within the zone
    """,
}
