# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Whether what was observed of a collector is what Logpush needs, and what to do where it is not. Pure: no I/O.

Each function judges one thing and gives one check. The rules are those of two pages: what Cloudflare asks of a
collector, with its part on troubleshooting
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)), and Splunk's "Troubleshoot
HTTP Event Collector", which has the table of reply codes.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .._splunk.hec_request import RAW_PATH, default_port, is_splunk_cloud, is_trial
from .answer import Answer

_HEC_PAGE = "Settings > Data inputs > HTTP Event Collector"
_RETRY_LATER = "Try again in a moment; if it lasts, the indexers are overloaded or blocked: see splunkd.log there."

# Code of a reply -> what to do. Splunk: "Troubleshoot HTTP Event Collector", and the newer codes as recorded.
_CODE_ADVICE = {
    1: f"Enable the token: {_HEC_PAGE}, or splunk_hec_token with enabled: true. Also see that HEC itself is enabled.",
    2: "The header Authorization did not arrive: see which proxy or load balancer in front removes it.",
    3: "The header Authorization arrived changed: see which proxy or load balancer in front does that.",
    4: "Give the value of a token that exists on this very collector as hec_token. Behind a load balancer every "
    "indexer must have the token, or the answer changes from request to request.",
    6: "The collector could not read the event: see whether something in front of it changes what is sent.",
    7: "The index that the token writes to does not exist, or is not among those that it may write to: correct index "
    "and indexes of the token (splunk_hec_token), or create the index.",
    8: "Something failed within Splunk: see splunkd.log there.",
    9: _RETRY_LATER,
    10: "Switch indexer acknowledgement off for the token: splunk_hec_token with use_ack: false.",
    16: "Something in front of the collector puts the token into the query: it belongs into the header Authorization.",
    18: _RETRY_LATER,
    19: "Indexer acknowledgement is in trouble: switch it off for the tokens of Logpush, which never uses it.",
    20: _RETRY_LATER,
    23: "Splunk is shutting down or restarting: try again when it is up.",
    24: "The queues of the collector are filling up: see to the indexers before they are full.",
    25: "Acknowledgements that nobody fetches are piling up: switch indexer acknowledgement off for the tokens of "
    "Logpush.",
    26: _RETRY_LATER,
    27: "Acknowledgements that nobody fetches have piled up: switch indexer acknowledgement off for the tokens of "
    "Logpush.",
}
_CODE_ADVICE[28] = _CODE_ADVICE[10]

# Replies that the collector gives only to a token that it accepts.
_TOKEN_ACCEPTED = (0, 5, 6, 7, 10, 11, 12, 13, 14, 24, 25, 27, 28)
# Healthy; Fluent Bit answers with its HTTP status as the code.
_HEALTHY = (0, 17, 24, 25, 200)
# Replies that only a token with acknowledgement on gives.
_ACK_IN_USE = (10, 11, 27, 28)
# Acceptance without a number to ask for, and "ACK is disabled"
_ACK_OFF = (0, 14)

_ACK_WHY = (
    "Logpush never fetches acknowledgements: Splunk collects them until it takes no more data. Switch indexer "
    "acknowledgement off for this token: splunk_hec_token with use_ack: false."
)
_NOT_A_HEC = (
    "Correct the host and the port of endpoint: the HEC of Splunk Enterprise has port 8088, that of Splunk Cloud is "
    "https://http-inputs-<stack>.splunkcloud.com:443. Also see that HEC is enabled in its global settings."
)
_OTHER_SERVICES = {
    8000: "8000 is usually the port of Splunk Web, not of HEC.",
    8089: "8089 is usually the port of Splunk's management, not of HEC.",
    9997: "9997 is usually the port for Splunk's own forwarders, not of HEC.",
}
# Names that public DNS cannot have (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal).
_PRIVATE_DOMAINS = ("localhost", "local", "internal", "home.arpa", "test", "invalid", "lan")


def dns(host: str, addresses: t.Sequence[str], problem: str, proxy: str) -> Check:
    """Judge what the name resolves to. ``proxy`` is the one that connections go through, or ""."""
    if host in addresses:
        return Check("dns", True, "The host is an IP address.")
    if addresses:
        return Check("dns", True, f"{host} resolves to {', '.join(addresses)}.")
    if proxy:
        return Check("dns", None, f"{host} does not resolve here, and is left to the proxy {proxy}.")
    advice = "Correct the host of endpoint, or add it to public DNS, where Cloudflare looks it up."
    if is_splunk_cloud(host) and host.startswith("http-inputs"):
        advice += (
            " On Splunk Cloud it is http-inputs-<stack>.splunkcloud.com on AWS, http-inputs.<stack>.splunkcloud.com on "
            "Google Cloud and Azure, and <stack>.splunkcloud.com:8088 for a free trial."
        )
    return Check("dns", False, f"{host} does not resolve: {problem}.", advice)


def public_address(host: str, addresses: t.Sequence[str], private_set_up: bool) -> Check:
    """Judge whether Cloudflare can reach the host, as far as that can be told from here. ``private_set_up`` is for
    what nobody takes for the real thing: roots of its own, or no verification at all.

    A name may have another address in public DNS; nothing but an address that is written down, and a name that public
    DNS cannot have, is certain.
    """
    name = "public_address"
    private = [address for address in addresses if not _is_global(address)]
    labels = host.lower().rstrip(".")
    nowhere = "." not in labels and ":" not in labels or labels.endswith(tuple(f".{end}" for end in _PRIVATE_DOMAINS))
    literal = host in addresses
    if not nowhere and (not addresses or len(private) < len(addresses)):
        return Check(
            name, True if addresses else None, "An address is public." if addresses else "No address is known."
        )
    detail = f"{', '.join(private) or host} is not a public address, and Cloudflare pushes over the Internet."
    if nowhere:
        detail = f"{host} is a name that public DNS cannot have, and Cloudflare pushes over the Internet."
    advice = (
        "Give Logpush a public host, and open its port to Cloudflare's addresses (https://www.cloudflare.com/ips/)."
    )
    if private_set_up:
        return Check(name, None, f"{detail} Not judged, since this is a private set-up or a trial.", advice)
    if nowhere or literal:
        return Check(name, False, detail, advice)
    return Check(name, None, f"{detail} Public DNS may know another one.", advice)


def tcp(port: int, problem: str, proxy: str) -> Check:
    """Judge whether a connection could be opened."""
    if not problem:
        return Check("tcp", True, f"Port {port} is open{f', through the proxy {proxy}' if proxy else ''}.")
    return Check(
        "tcp",
        False,
        f"No connection to port {port}{f' through the proxy {proxy}' if proxy else ''}: {problem}.",
        "See that endpoint has the port of HEC (8088, or 443 on Splunk Cloud), that HEC is enabled in its global "
        "settings, and that firewalls and the IP allow list of Splunk Cloud admit this machine and Cloudflare's "
        "addresses (https://www.cloudflare.com/ips/).",
    )


def port(host: str, number: int) -> Check:
    """Judge the port. Any is allowed (Cloudflare dropped the limit to 443 and 8088 in June 2025), so no port is wrong
    by itself."""
    if is_splunk_cloud(host) and not is_trial(host) and number != default_port(host):
        return Check("port", True, f"The port is {number}.", "The HEC of Splunk Cloud usually has port 443.")
    if number in (443, 8088):
        return Check("port", True, f"The port is {number}.")
    advice = _OTHER_SERVICES.get(number, "")
    advice += " Cloudflare's page names 443 and 8088 only; others work, but were refused until June 2025."
    return Check("port", True, f"The port is {number}.", advice.strip())


def host_name(host: str, number: int, hec_answers: bool) -> Check:
    """Judge the name of a Splunk Cloud host (Splunk: "Set up and use HTTP Event Collector in Splunk Web")."""
    name = "host_name"
    if not is_splunk_cloud(host):
        return Check(name, True, "Not a host of Splunk Cloud.")
    if hec_answers or host.lower().startswith(("http-inputs-", "http-inputs.", "input-")):
        return Check(name, True, "A host of Splunk Cloud for HEC.")
    if is_trial(host):
        ok = number == 8088
        return Check(name, ok, "A free trial of Splunk Cloud.", "" if ok else "The HEC of a free trial has port 8088.")
    stack, dummy, domain = host.partition(".")
    return Check(
        name,
        False,
        f"{host} is the address of Splunk Web.",
        f"HEC is at https://http-inputs-{stack}.{domain}:443 (on AWS) or https://http-inputs.{stack}.{domain}:443 (on "
        f"Google Cloud, Azure and FedRAMP); that of a free trial at https://{stack}.{domain}:8088.",
    )


def tls(problem: str, plain_http: bool, version: str) -> Check:
    """Judge the handshake."""
    if plain_http:
        return Check(
            "tls",
            False,
            "The server speaks plain HTTP on this port.",
            "Logpush pushes over HTTPS only: switch TLS on for HEC (splunk_hec_settings with enable_ssl: true, or "
            "enableSSL = 1 under [http] in inputs.conf), or name the port of the proxy that does TLS.",
        )
    if not problem:
        return Check("tls", True, f"The handshake succeeds with {version}.")
    advice = "See that the port is that of HEC, and that it takes TLS 1.2 or newer without a certificate of the client."
    return Check("tls", False, f"The handshake fails: {problem}.", advice)


def health(answer: Answer) -> Check:
    """Judge the answer of C(/services/collector/health). What has no such path is judged by the token check."""
    name = "health"
    if (answer.code in _HEALTHY and answer.status == 200) or answer.is_success:
        return Check(name, True, answer.said(), _CODE_ADVICE.get(answer.code or 0, ""))
    if answer.code in _CODE_ADVICE and answer.status >= 429:
        return Check(name, False, answer.said(), _CODE_ADVICE[answer.code])
    if answer.code is not None or answer.status in (400, 401, 403, 404, 405):
        return Check(name, None, f"{answer.said()} Nothing can be told from it: older collectors have no health check.")
    return Check(name, False, answer.said(), _not_a_hec(answer))


def path(problem: str, answer: Answer) -> Check:
    """Judge whether a HEC is at the path that Logpush pushes to. ``problem`` is what the endpoint says instead."""
    if problem:
        return Check(
            "path",
            False,
            f"{problem} This probe went to {RAW_PATH} instead.",
            f"Leave the path out, or give {RAW_PATH}.",
        )
    if answer.is_hec or answer.is_success:
        return Check("path", True, f"A collector answers at {RAW_PATH}.")
    return Check("path", False, answer.said(), _not_a_hec(answer))


def token(answer: Answer) -> Check:
    """Judge the answer to an empty request with the token: a good one is told that there is no data."""
    if answer.code in _TOKEN_ACCEPTED or answer.is_success:
        return Check("token", True, "The collector accepts the token.")
    if not answer.is_hec:
        return Check("token", None, "Not judged, since no collector answers.")
    return Check("token", False, answer.said(), _CODE_ADVICE.get(answer.code or 0, ""))


def acknowledgement(answers: t.Sequence[Answer]) -> Check:
    """Judge whether indexer acknowledgement is off, from the answers to an empty request, to a test event and to a
    question for acknowledgements, as far as they were made."""
    name = "acknowledgement"
    if any(answer.has_ack_id or answer.has_acks or answer.code in _ACK_IN_USE for answer in answers):
        return Check(name, False, "Indexer acknowledgement is on for this token.", _ACK_WHY)
    if any(answer.code in _ACK_OFF for answer in answers):
        return Check(name, True, "Indexer acknowledgement is off for this token.")
    return Check(
        name,
        None,
        "The collector does not say whether indexer acknowledgement is on.",
        "See that it is off for the token.",
    )


def event(answer: Answer) -> Check:
    """Judge the answer to the test event."""
    name = "event"
    if answer.code == 0:
        return Check(name, True, "The test event was accepted.")
    if answer.is_success:
        advice = "The answer is not that of Splunk: see that the event has arrived."
        return Check(name, True, "The test event was answered with HTTP 200.", advice)
    advice = _CODE_ADVICE.get(answer.code, "") if answer.code is not None else _not_a_hec(answer)
    if answer.status == 413:
        advice = "Let the collector and what is in front of it take bodies of some megabytes: batches are larger."
    return Check(name, False, answer.said(), advice)


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return True


def _not_a_hec(answer: Answer) -> str:
    if not answer.status:
        return (
            "See that the collector is up and not overloaded (Logpush waits ten seconds and then gives up), and that "
            "it demands no certificate of the client (requireClientCert), since Logpush has none."
        )
    if answer.status in (401, 403, 406, 429):
        return (
            "Something in front of the collector refuses the request, such as a web application firewall. Let it pass "
            f"POST requests to {RAW_PATH}; where that is Cloudflare itself, by a skip rule."
        )
    if answer.status >= 500:
        return (
            "The load balancer or proxy in front finds no collector that works: see its targets and its health check."
        )
    return _NOT_A_HEC


class Check(t.NamedTuple):
    """One finding. ``ok`` is None where nothing can be said, as something before it failed or was left out."""

    name: str
    ok: bool | None
    detail: str
    advice: str = ""

    def sentences(self) -> str:
        """The finding for a message."""
        return f"{self.name}: {self.detail} {self.advice}".strip()
