# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Compare what was observed at a collector with what Logpush needs, and give advice on the differences. Pure: no I/O.

Each function returns one check. The rules come from two pages: Cloudflare's requirements for a collector, with its
troubleshooting section (U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)), and
Splunk's "Troubleshoot HTTP Event Collector", which has the table of reply codes.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .._core.batches import RAISE_LIMIT, TOO_LARGE
from .._splunk.hec_request import RAW_PATH, default_port, endpoint_problem, is_splunk_cloud, is_trial, likely_hec_hosts
from .answer import Answer, HecCode
from .tls_rules import TLS_RULES, TlsDefect

_HEC_PAGE = "Settings > Data inputs > HTTP Event Collector"
_RETRY_LATER = "Try again in a moment. If it lasts, the indexers are overloaded or blocked: see splunkd.log there."
_DISABLE_ACK = "Disable indexer acknowledgement for the token: splunk_hec_token with use_ack: false."
_DISABLE_ACK_FOR_LOGPUSH = "disable indexer acknowledgement for the tokens of Logpush."

_CODE_ADVICE: dict[int, str] = {
    HecCode.TOKEN_DISABLED: f"Enable the token: {_HEC_PAGE}, or splunk_hec_token with enabled: true. Also check that HEC "
    "itself is enabled.",
    HecCode.TOKEN_REQUIRED: "The Authorization header did not arrive: check which proxy or load balancer in front removes "
    "it.",
    HecCode.INVALID_AUTHORIZATION: "The Authorization header arrived changed: check which proxy or load balancer in front "
    "changes it.",
    HecCode.INVALID_TOKEN: "Set hec_token to the value of a token that exists on this collector. If several nodes are behind this "
    "address (a load balancer), every node needs the token with the same value, otherwise the answer changes from request to "
    "request: splunk_hec_probe with endpoints shows which nodes lack it.",
    HecCode.INVALID_DATA_FORMAT: "The collector could not read the event: check whether a proxy in front changes requests.",
    HecCode.INCORRECT_INDEX: "The index of the event or of the token does not exist, or the token does not allow it: correct "
    "index, or index and indexes of the token (splunk_hec_token), or create the index.",
    HecCode.INTERNAL_SERVER_ERROR: "Splunk reports an internal error: see splunkd.log there.",
    HecCode.SERVER_BUSY: _RETRY_LATER,
    HecCode.CHANNEL_MISSING: _DISABLE_ACK,
    HecCode.EVENT_FIELD_REQUIRED: "The collector does not accept lines at this path. An OpenTelemetry Collector gives "
    "this answer at /services/collector/raw/1.0: remove /1.0.",
    HecCode.QUERY_STRING_AUTHORIZATION_DISABLED: "A proxy in front of the collector moves the token into the query "
    "string: it must stay in the Authorization header.",
    HecCode.UNHEALTHY_QUEUES_FULL: _RETRY_LATER,
    HecCode.UNHEALTHY_ACK_UNAVAILABLE: f"Indexer acknowledgement is unavailable. Logpush never uses it: "
    f"{_DISABLE_ACK_FOR_LOGPUSH}",
    HecCode.UNHEALTHY_QUEUES_FULL_ACK_UNAVAILABLE: _RETRY_LATER,
    HecCode.SHUTTING_DOWN: "Splunk is shutting down or restarting: try again when it is up.",
    HecCode.QUEUE_NEARLY_FULL: "The queues of the collector are filling up: check the indexers before the queues are full.",
    HecCode.ACK_NEARLY_FULL: f"Acknowledgements that no sender fetches accumulate: {_DISABLE_ACK_FOR_LOGPUSH}",
    HecCode.QUEUE_FULL: _RETRY_LATER,
    HecCode.ACK_FULL: f"Acknowledgements that no sender fetches have accumulated: {_DISABLE_ACK_FOR_LOGPUSH}",
    HecCode.CHANNEL_MISSING_WITHOUT_STICKY_SESSIONS: _DISABLE_ACK,
}

# Codes that the collector returns only for a token that it accepts.
_TOKEN_ACCEPTED = (
    HecCode.SUCCESS,
    HecCode.NO_DATA,
    HecCode.INVALID_DATA_FORMAT,
    HecCode.INCORRECT_INDEX,
    HecCode.CHANNEL_MISSING,
    HecCode.INVALID_CHANNEL,
    HecCode.EVENT_FIELD_REQUIRED,
    HecCode.EVENT_FIELD_BLANK,
    HecCode.ACK_DISABLED,
    HecCode.QUEUE_NEARLY_FULL,
    HecCode.ACK_NEARLY_FULL,
    HecCode.ACK_FULL,
    HecCode.CHANNEL_MISSING_WITHOUT_STICKY_SESSIONS,
)
# Fluent Bit returns its HTTP status as the code.
_FLUENT_BIT_HEALTHY = 200
_HEALTHY = (
    HecCode.SUCCESS,
    HecCode.HEALTHY,
    HecCode.QUEUE_NEARLY_FULL,
    HecCode.ACK_NEARLY_FULL,
    _FLUENT_BIT_HEALTHY,
)
# Codes that only a token with indexer acknowledgement returns.
_ACK_ENABLED = (
    HecCode.CHANNEL_MISSING,
    HecCode.INVALID_CHANNEL,
    HecCode.ACK_FULL,
    HecCode.CHANNEL_MISSING_WITHOUT_STICKY_SESSIONS,
)
# A success without an acknowledgement ID, and the answer to a request for acknowledgements.
_ACK_DISABLED = (HecCode.SUCCESS, HecCode.ACK_DISABLED)

_SOME_NODES = (
    "Several nodes are behind this address, and only some of them know the token. Set endpoints to all of them to find out which, and "
    "give every node the token with the same value."
)
_ACK_ADVICE = (
    "Logpush never fetches acknowledgements: Splunk collects them until it accepts no more data. Disable indexer "
    "acknowledgement for this token: splunk_hec_token with use_ack: false."
)
_NOT_A_HEC = (
    "Correct the host and the port of endpoint: the HEC of Splunk Enterprise uses port 8088, that of Splunk Cloud is "
    "https://http-inputs-<stack>.splunkcloud.com:443. Also check that HEC is enabled in its global settings."
)
_TRIAL_PORT = 8088
# Names that public DNS cannot have (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal).
_PRIVATE_DOMAINS = ("localhost", "local", "internal", "home.arpa", "test", "invalid", "lan")


# Separates the detail from the message that Cloudflare will report.
SAYS = " Cloudflare says: "


class Check(t.NamedTuple):
    """The result of one check. ``ok`` is None if it could not be made, because an earlier check failed or a step was
    left out."""

    name: str
    ok: bool | None
    detail: str
    advice: str = ""

    @classmethod
    def passed(cls, name: str, detail: str, advice: str = "") -> Check:
        """Return a check that succeeded."""
        return cls(name, ok=True, detail=detail, advice=advice)

    @classmethod
    def failed(cls, name: str, detail: str, advice: str = "") -> Check:
        """Return a check that failed."""
        return cls(name, ok=False, detail=detail, advice=advice)

    def describe(self) -> str:
        """Return the check as text for a message."""
        return f"{self.name}: {self.detail} {self.advice}".strip()


def dns(host: str, addresses: t.Sequence[str], problem: str, proxy: str) -> Check:
    """Check that the host resolves. ``proxy`` is the proxy for connections to it, "" if there is none."""
    if host in addresses:
        return Check.passed("dns", "The host is an IP address.")
    if addresses:
        return Check.passed("dns", f"{host} resolves to {', '.join(addresses)}.")
    if proxy:
        return Check("dns", None, f"{host} does not resolve here; the proxy {proxy} has to resolve it.")
    advice = "Correct the host of endpoint, or add it to public DNS, where Cloudflare looks it up."
    likely = likely_hec_hosts(host)
    if likely:
        advice = f"Set endpoint to https://{likely[0]}:443, or to https://{likely[1]}:443. {advice}"
    elif is_splunk_cloud(host):
        advice += (
            " On Splunk Cloud it is http-inputs-<stack>.splunkcloud.com on AWS, http-inputs.<stack>.splunkcloud.com on "
            "Google Cloud and Azure, and <stack>.splunkcloud.com:8088 for a free trial."
        )
    return Check.failed("dns", f"{host} does not resolve: {problem}.", advice)


def public_address(host: str, addresses: t.Sequence[str], *, is_private_setup: bool) -> Check:
    """Check that Cloudflare can reach the host, as far as this machine can check.

    A name may have another address in public DNS. Only a literal address, or a name that public DNS cannot have, is certain.
    ``is_private_setup`` is true for a test setup, with a CA of its own or without verification: there a private address is
    not a failure.
    """
    name = "public_address"
    private = [address for address in addresses if not _is_global(address)]
    is_impossible_name = _is_private_name(host)
    if not is_impossible_name and not addresses:
        return Check(name, None, "No address is known.")
    if not is_impossible_name and len(private) < len(addresses):
        return Check.passed(name, "An address is public.")
    detail = f"{', '.join(private) or host} is not a public address, and Cloudflare pushes over the Internet."
    if is_impossible_name:
        detail = f"{host} is a name that public DNS cannot have, and Cloudflare pushes over the Internet."
    advice = (
        "Give Logpush a public host, and open its port to Cloudflare's addresses (https://www.cloudflare.com/ips/)."
    )
    if is_private_setup:
        return Check(name, None, f"{detail} Not checked, because this is a private setup or a trial.", advice)
    if is_impossible_name or host in addresses:
        return Check.failed(name, detail, advice)
    return Check(name, None, f"{detail} Public DNS may have another one.", advice)


def tcp(host: str, port_number: int, problem: str, proxy: str) -> Check:
    """Check that a connection could be opened. ``problem`` says why not, "" if it could."""
    through = f" through the proxy {proxy}" if proxy else ""
    if not problem:
        return Check.passed("tcp", f"Port {port_number} is open{through}.")
    if "refused" in problem.lower() and not proxy:
        return Check.failed(
            "tcp",
            f"Nothing listens on port {port_number} of {host}.",
            "Correct the port of endpoint (8088, or 443 on Splunk Cloud), or enable HEC in its global settings.",
        )
    return Check.failed(
        "tcp",
        f"No connection to port {port_number} of {host}{through}: {problem}.",
        "Check that endpoint has the port of HEC (8088, or 443 on Splunk Cloud), that HEC is enabled in its global "
        "settings, and that firewalls and the IP allow list of Splunk Cloud admit this machine and Cloudflare's "
        "addresses (https://www.cloudflare.com/ips/).",
    )


def port(host: str, number: int, *, hec_answers: bool) -> Check:
    """Check the port. It fails only where another service of Splunk usually listens, and no HEC answers: Cloudflare dropped
    the limit to 443 and 8088 in June 2025."""
    problem = "" if likely_hec_hosts(host) else endpoint_problem(host, number)
    if problem and not hec_answers:
        return Check.failed("port", f"{problem}.", "Correct the port of endpoint.")
    if is_splunk_cloud(host) and not is_trial(host) and number != default_port(host):
        return Check.passed("port", f"The port is {number}.", "The HEC of Splunk Cloud usually uses port 443.")
    if number in (443, 8088):
        return Check.passed("port", f"The port is {number}.")
    advice = f"{problem}." if problem else ""
    advice += " Cloudflare's page names 443 and 8088 only; until June 2025 Cloudflare refused other ports."
    return Check.passed("port", f"The port is {number}.", advice.strip())


def host_name(host: str, number: int, *, hec_answers: bool) -> Check:
    """Check the name of a Splunk Cloud host (Splunk: "Set up and use HTTP Event Collector in Splunk Web")."""
    name = "host_name"
    if not is_splunk_cloud(host):
        return Check.passed(name, "Not a host of Splunk Cloud.")
    if hec_answers or not (likely_hec_hosts(host) or is_trial(host)):
        return Check.passed(name, "A host of Splunk Cloud for HEC.")
    if is_trial(host):
        ok = number == _TRIAL_PORT
        return Check(name, ok, "A free trial of Splunk Cloud.", "" if ok else "The HEC of a free trial uses port 8088.")
    aws, other = sorted(likely_hec_hosts(host), key=lambda likely: likely.startswith("http-inputs."))
    return Check.failed(
        name,
        f"{endpoint_problem(host, number)}.",
        f"HEC is at https://{aws}:443 (on AWS) or https://{other}:443 (on Google Cloud, Azure and FedRAMP); that of a free "
        f"trial at https://{host}:8088.",
    )


def tls_established(version: str) -> Check:
    """Return the check for a handshake that succeeds. ``version`` is that of TLS."""
    return Check.passed("tls", f"The handshake succeeds with {version}.")


def tls_failed(defect: TlsDefect, what: str = "") -> Check:
    """Return the check for a handshake that fails, with what was seen."""
    rule = TLS_RULES[defect]
    says = f"{SAYS}{rule.words}." if rule.words else ""
    return Check.failed("tls", rule.problem.format(what=what) + says, " ".join(rule.steps))


def is_refused_by_cloudflare(check: Check) -> bool:
    """Return whether it is certain that Cloudflare will not connect, wherever the check was made."""
    return check.ok is False and SAYS in check.detail


def health(answer: Answer) -> Check:
    """Check the answer of C(/services/collector/health). A server without that path is left to the token check."""
    name = "health"
    if (answer.code in _HEALTHY and answer.status == 200) or answer.is_success:
        return Check.passed(name, answer.describe(), _code_advice(answer))
    if answer.code in _CODE_ADVICE and answer.status >= 429:
        return Check.failed(name, answer.describe(), _CODE_ADVICE[answer.code])
    if answer.code is not None or answer.status in (400, 401, 403, 404, 405):
        return Check(
            name, None, f"{answer.describe()} It says nothing about health: older collectors have no health check."
        )
    return Check.failed(name, _describe(answer), _not_a_hec(answer))


def path(problem: str, answer: Answer) -> Check:
    """Check that a HEC serves the path that Logpush pushes to. ``problem`` says what is wrong with the path of the
    endpoint, "" if nothing is."""
    if problem:
        return Check.failed(
            "path",
            f"{problem} This probe used {RAW_PATH} instead.",
            f"Leave the path out, or set it to {RAW_PATH}.",
        )
    if answer.is_hec or answer.is_success:
        return Check.passed("path", f"A collector answers at {RAW_PATH}.")
    return Check.failed("path", _describe(answer), _not_a_hec(answer))


def accepts_token(answer: Answer) -> bool:
    """Return whether an answer says that the collector accepts the token of the request."""
    return answer.code in _TOKEN_ACCEPTED or answer.is_success


def token(answer: Answer, *, any_token: bool = False) -> Check:
    """Check the answer to an empty request with the token: for a valid token it is "No data". ``any_token`` is true if the
    collector also accepts a random token."""
    if accepts_token(answer) and any_token:
        return Check.passed(
            "token",
            "The collector accepts any token, even a random one: tokens are not checked here.",
            "Whoever can reach the collector can send events to it. A server behind it may still check the token and "
            "refuse it later.",
        )
    if accepts_token(answer):
        return Check.passed("token", "The collector accepts the token.")
    if not answer.is_hec:
        return Check("token", None, "Not checked, because no collector answers.")
    return Check.failed("token", answer.describe(), _code_advice(answer))


def acknowledgement(answers: t.Sequence[Answer]) -> Check:
    """Check that indexer acknowledgement is disabled. ``answers`` are the answers to an empty request, a test event and a
    request for acknowledgements, as far as these were sent."""
    name = "acknowledgement"
    if any(answer.has_ack_id or answer.has_acks or answer.code in _ACK_ENABLED for answer in answers):
        return Check.failed(name, "Indexer acknowledgement is enabled for this token.", _ACK_ADVICE)
    if any(answer.code in _ACK_DISABLED for answer in answers):
        return Check.passed(name, "Indexer acknowledgement is disabled for this token.")
    return Check(
        name,
        None,
        "The answers do not report whether indexer acknowledgement is enabled.",
        "Check that it is disabled for the token.",
    )


def accepts_event(answer: Answer) -> bool:
    """Return whether an answer says that the collector accepts the event of the request."""
    return answer.code == HecCode.SUCCESS or answer.is_success


def event(answer: Answer) -> Check:
    """Check the answer to the test event."""
    name = "event"
    if answer.code == HecCode.SUCCESS:
        return Check.passed(name, "The test event was accepted.")
    if answer.is_success:
        advice = "The answer does not come from Splunk: check that the event has arrived."
        return Check.passed(name, "The test event was answered with HTTP 200.", advice)
    if answer.code == HecCode.INVALID_TOKEN:
        # The event is sent only if an earlier answer accepted the token.
        return Check.failed(name, f"The token was accepted before, but now: {answer.describe()}", _SOME_NODES)
    advice = _code_advice(answer) if answer.code is not None else _not_a_hec(answer)
    return Check.failed(name, _describe(answer), advice)


def _describe(answer: Answer) -> str:
    return f"{TOO_LARGE}." if answer.status == 413 else answer.describe()


def _code_advice(answer: Answer) -> str:
    return "" if answer.code is None else _CODE_ADVICE.get(answer.code, "")


def _is_private_name(host: str) -> bool:
    """Return whether public DNS cannot have a name for this host. An IPv6 address has no dot, but is not a name."""
    name = host.lower().rstrip(".")
    if "." not in name:
        return ":" not in name
    return name.endswith(tuple(f".{domain}" for domain in _PRIVATE_DOMAINS))


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return True


def _not_a_hec(answer: Answer) -> str:
    if not answer.status:
        return (
            "Check that the collector is up and not overloaded (Logpush gives up after ten seconds), and that it requires "
            "no client certificate (requireClientCert), because Logpush has none."
        )
    if answer.status == 413:
        return RAISE_LIMIT
    if answer.status in (401, 403, 406, 429):
        return (
            "A proxy or web application firewall in front of the collector refuses the request. Allow POST requests to "
            f"{RAW_PATH}; if it is Cloudflare itself, add a skip rule (splunk_hec_waf_rule)."
        )
    if answer.status == 500:
        return (
            "The server reports an internal error: see its log. An OpenTelemetry Collector gives this answer if its "
            "pipeline or its exporter refuses the events: check the endpoint, the token and the index of the exporter."
        )
    if answer.status > 500:
        return "The load balancer or proxy in front finds no working collector: check its targets and its health check."
    return _NOT_A_HEC
