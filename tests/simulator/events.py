# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated log events that look like real ones: every field of a dataset gets a plausible value. Related fields (address
and country of the visitor, path and URI) agree within an event.
"""

from __future__ import annotations

import dataclasses
import random
import typing as t
import uuid

from .clock import now
from .datasets import fields_of

PATHS = ("/", "/cart", "/api/v1/orders", "/static/app.js", "/login", "/search", "/img/logo.png")
QUERIES = ("", "", "?page=2", "?q=gift+card", "?utm_source=mail")
USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1",
    "curl/8.9.1",
)
PLACES = (("DE", "Berlin", "FRA", "EU"), ("US", "Ashburn", "IAD", "NA"), ("JP", "Tokyo", "NRT", "AS"))
STATUSES = (200, 200, 200, 200, 204, 301, 304, 403, 404, 500)

# Fields with a small set of values. A name with its dataset in front takes precedence over the name alone.
CHOICES: dict[str, tuple[t.Any, ...]] = {
    "Action": ("block", "log", "managed_challenge", "skip"),
    "ActionResult": (True, True, False),
    "ActionType": ("update", "create", "delete", "login"),
    "ActorType": ("user", "system"),
    "Allowed": (True, True, False),
    "BotScoreSrc": ("Machine Learning", "Heuristics", "Verified Bot"),
    "CacheCacheStatus": ("hit", "miss", "dynamic", "expired"),
    "ClientDeviceType": ("desktop", "mobile", "tablet"),
    "ClientIPClass": ("noRecord", "searchEngine", "scan"),
    "ClientProto": ("tcp", "udp"),
    "ClientRequestMethod": ("GET", "GET", "GET", "POST", "HEAD"),
    "ClientRequestProtocol": ("HTTP/2", "HTTP/3", "HTTP/1.1"),
    "ClientRequestSource": ("eyeball",),
    "ClientSSLCipher": ("AEAD-AES128-GCM-SHA256", "AEAD-AES256-GCM-SHA384"),
    "ClientSSLProtocol": ("TLSv1.3", "TLSv1.2"),
    "EdgeResponseContentType": ("text/html", "application/json", "application/javascript"),
    "Event": ("connect", "disconnect"),
    "EventType": ("login", "signup", "passwordReset"),
    "DeviceName": ("laptop-017", "laptop-042", "phone-003"),
    "ColoCity": ("Frankfurt", "Ashburn", "Tokyo"),
    "FindingTypeSeverity": ("low", "medium", "high"),
    "FinalDisposition": ("malicious", "suspicious", "spam"),
    "HTTPMethod": ("GET", "POST"),
    "HTTPVersion": ("HTTP/2", "HTTP/1.1"),
    "Interface": ("UI", "API"),
    "Kind": ("firewall",),
    "Outcome": ("ok", "ok", "exception", "canceled"),
    "Protocol": ("udp", "tcp", "https"),
    "QueryType": (1, 28, 15, 16),
    "QueryTypeName": ("A", "AAAA", "MX", "TXT"),
    "RCode": (0, 0, 3),
    "ResolverDecision": ("allowedOnNoPolicyMatch", "blockedByCategory"),
    "ResponseCode": (0, 0, 3),
    "SecurityAction": ("", "", "block"),
    "Source": ("firewallManaged", "firewallCustom", "rateLimit", "botManagement"),
    "access_requests.Action": ("login", "logout"),
    "audit_logs_v2.ActionResult": ("success", "success", "failure"),
    "audit_logs_v2.ResourceType": ("logpush.job", "zone", "dns.record"),
    "magic_ids_detections.Action": ("pass", "block"),
    "nel_reports.Phase": ("connection", "dns", "application"),
    "nel_reports.Type": ("tcp.timed_out", "dns.unreachable", "http.error"),
    "network_analytics_logs.Outcome": ("pass", "drop"),
    "page_shield_events.Action": ("log", "allow"),
    "turnstile_events.EventType": ("challenge_issued", "challenge_non_interactive_solved"),
    "workers_trace_events.Event": ({"Request": {"Method": "GET", "URL": "https://app.example.com/"}},),
    "workers_trace_events.EventType": ("fetch", "scheduled", "queue"),
    "zaraz_events.EventType": ("Pageview", "Track", "Server-side response"),
    "ResourceType": ("script", "connection", "cookie"),
    "ScriptName": ("checkout-worker", "image-resizer"),
    "TransportProtocol": ("tcp", "udp", "quic"),
    "Transport": ("tcp", "udp", "quic"),
}


@dataclasses.dataclass
class Visit:
    """The subject of one event, from which related fields are filled."""

    host: str
    address: str
    place: tuple[str, str, str, str]
    path: str
    query: str
    user_agent: str
    status: int
    nanoseconds: int


def generate(
    dataset: str, scope: str, host: str, scope_id: str, chance: random.Random, names: t.Container[str]
) -> dict[str, t.Any]:
    """Return one event with those fields of the dataset that have one of the names; times are nanoseconds since 1970.

    ``host`` is the zone's name (or the name in the events of an account).
    """
    visit = Visit(
        host=host,
        address=f"203.0.113.{chance.randint(1, 254)}",
        place=chance.choice(PLACES),
        path=chance.choice(PATHS),
        query=chance.choice(QUERIES),
        user_agent=chance.choice(USER_AGENTS),
        status=chance.choice(STATUSES),
        nanoseconds=int(now() * 1e9) - chance.randrange(60_000_000_000),
    )
    shared = _shared_values(visit, scope, scope_id)
    event = {}
    for name, field in fields_of(dataset, scope).items():
        if name not in names:
            continue
        if field.type == "time":
            later = 40_000_000 if "End" in name or "Disconnect" in name else 0
            event[name] = visit.nanoseconds + later
        elif f"{dataset}.{name}" in CHOICES:
            event[name] = chance.choice(CHOICES[f"{dataset}.{name}"])
        elif name in shared:
            event[name] = shared[name]
        elif name in CHOICES:
            event[name] = chance.choice(CHOICES[name])
        else:
            event[name] = _by_type(name, field.type, visit, chance)
    return event


def _shared_values(visit: Visit, scope: str, scope_id: str) -> dict[str, t.Any]:
    """Return the values of fields that must agree with each other."""
    country, city, airport, dummy = visit.place
    return {
        "AccountID": scope_id if scope == "accounts" else "",
        "CacheResponseStatus": visit.status,
        "ClientCity": city,
        "ClientCountry": country.lower(),
        "ClientRequestHost": visit.host,
        "ClientRequestPath": visit.path,
        "ClientRequestQuery": visit.query,
        "ClientRequestScheme": "https",
        "ClientRequestURI": visit.path + visit.query,
        "ClientRequestUserAgent": visit.user_agent,
        "ColoCode": airport,
        "EdgeColoCode": airport,
        "EdgeRequestHost": visit.host,
        "EdgeResponseStatus": visit.status,
        "EventTimestampMs": visit.nanoseconds // 1_000_000,
        "HTTPHost": visit.host,
        "HTTPStatusCode": visit.status,
        "Host": visit.host,
        "OriginResponseStatus": visit.status,
        "QueryName": visit.host,
        "SNI": visit.host,
        "clientIP": visit.address,
        "clientRequestHTTPHost": visit.host,
        "clientRequestPath": visit.path,
        "clientRequestUserAgent": visit.user_agent,
        "timestampEndNanos": visit.nanoseconds + 40_000_000,
        "timestampStartNanos": visit.nanoseconds,
        "QueryNameReversed": ".".join(reversed(visit.host.split("."))),
        "URI": visit.path + visit.query,
        "URL": f"https://{visit.host}{visit.path}{visit.query}",
        "UserAgent": visit.user_agent,
        "ZoneName": visit.host,
    }


def _by_type(name: str, kind: str, visit: Visit, chance: random.Random) -> t.Any:
    """Return a value by the end of the name, otherwise by the type."""
    if kind == "bool":
        return chance.random() < 0.2
    if kind == "int":
        return _number(name, chance)
    if kind == "float":
        return round(chance.uniform(0, 4), 3)
    if kind == "object":
        return {}
    if kind.startswith("array"):
        return []
    return _text(name, visit, chance)


def _number(name: str, chance: random.Random) -> int:
    if name.endswith("Score"):
        return chance.randint(1, 99)
    if name.lower().endswith(("asn", "as")):
        return chance.choice((13335, 64496, 64511))
    if name.endswith("Port"):
        return chance.randint(1024, 65535)
    if "Bytes" in name or "Size" in name:
        return chance.randint(200, 50000)
    if name == "OriginResponseTime" or name.endswith("TcpRtt"):
        return chance.randint(1_000_000, 300_000_000)
    return chance.randint(0, 300)


def _text(name: str, visit: Visit, chance: random.Random) -> str:
    country, dummy, airport, continent = visit.place
    if name.endswith("RayID"):
        return f"{chance.getrandbits(64):016x}"
    if name.endswith(("IP", "IPAddress", "Address")):
        return visit.address if name.startswith(("Client", "Source", "Src", "Actor", "IP")) else "198.51.100.7"
    if name.endswith("Email"):
        return f"user{chance.randint(1, 40)}@example.com"
    if name.endswith(("CountryCode", "Country")):
        return country
    if name.endswith("ContinentCode"):
        return continent
    if name.endswith("ColoCode"):
        return airport
    if name.endswith(("SSLProtocol", "TLSVersion", "TlsProtocol")):
        return chance.choice(("TLSv1.3", "TLSv1.2"))
    if name.endswith(("TLSCipher", "TlsCipher")):
        return "AEAD-AES128-GCM-SHA256"
    if name.endswith("ID"):
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return ""
