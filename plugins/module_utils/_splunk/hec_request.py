# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Rules for the parts of a HEC request besides the token: endpoint, channel and source type. Pure: no I/O."""

from __future__ import annotations

import ipaddress
import re
import typing as t
import uuid
from urllib.parse import SplitResult, unquote, urlsplit

from .._core.errors import OptionError
from .._core.options import check_resolved

# The environment variables that replace the options of a collector.
COLLECTOR_VARIABLES = {"endpoint": "SPLUNK_HEC_ENDPOINT", "hec_token": "SPLUNK_HEC_TOKEN"}
RAW_PATH = "/services/collector/raw"
DEFAULT_SOURCETYPE = "cloudflare:json"

# Never change this: another value would give every new job another channel.
_CHANNEL_NAMESPACE = uuid.UUID("5f0d2b1c-6f5e-5b8e-9d5a-0c9b7d1e4a37")
_GOVERNMENT_CLOUD = ".splunkcloudgc.com"
_SPLUNK_CLOUD_DOMAINS = (".splunkcloud.com", _GOVERNMENT_CLOUD)
# The last one is that of older stacks.
_HEC_PREFIXES = ("http-inputs-", "http-inputs.", "input-")
# Ports of Splunk that have another use.
_OTHER_SERVICES = {
    8000: "the port of Splunk Web",
    8089: "Splunk's management port",
    9997: "the port for Splunk's own forwarders",
}
HEC_PORT = 8088
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?")
_IPV6 = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_RAW_PATH = re.compile(r"/services/collector/raw(/1\.0)?/?$")
_COLLECTOR_PATH = re.compile(r"(?i)/services/collector(/|$)")


class Endpoint(t.NamedTuple):
    """The address of a collector, with all parts that the option C(endpoint) may omit."""

    host: str
    port: int
    path: str


class Collector(t.NamedTuple):
    """The identity of a collector, in one spelling: its host, its port, and the path in front of C(/services/collector).

    Two collectors can be behind one host. Equal values are the same collector: see C(same_collector).
    """

    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}{self.path}"


def collector_at(host: str, port: int, path: str) -> Collector:
    """Return the collector at an address in any spelling. A path that is not a path of HEC counts as a whole."""
    decoded = re.sub("/+", "/", unquote(path, errors="surrogateescape"))
    found = _COLLECTOR_PATH.search(decoded)
    prefix = decoded[: found.start()] if found else decoded
    return Collector(_host_in_one_spelling(host), port, prefix.rstrip("/"))


def same_collector(one: Collector | None, other: Collector | None) -> bool:
    """Return whether two collectors are the same one. An unknown collector equals no other."""
    return one is not None and one == other


def collector_of(endpoint: str) -> Collector:
    """Return the collector of an endpoint. Raises OptionError."""
    return collector_at(*parse_endpoint(endpoint))


def parse_endpoint(endpoint: str) -> Endpoint:
    """Return the parts of the option C(endpoint): C(host), C(host:port) or the whole URL.

    A path that does not end in C(/services/collector/raw), the only one that Logpush can push to, is the path in front of
    it. The default port is that of C(default_port) for a bare host, and 443 for a URL with C(https://). Raises OptionError
    for anything else.
    """
    scheme, pieces = _split_endpoint(endpoint)
    host = pieces.hostname or ""
    port = pieces.port or (443 if scheme == "https" else default_port(host))
    return Endpoint(host, port, _raw_path(pieces.path))


def has_port(endpoint: str) -> bool:
    """Return whether an endpoint names its port. Raises OptionError."""
    return _split_endpoint(endpoint)[1].port is not None


def _split_endpoint(endpoint: str) -> tuple[str, SplitResult]:
    """Return the scheme of an endpoint, "" if it has none, and its parts. Raises OptionError."""
    text = str(endpoint).strip()
    form = "set it to host, host:port or https://host:port/services/collector/raw"
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() not in ("https", "splunk"):
        raise OptionError("endpoint", f"the scheme must be https, because Logpush pushes over HTTPS only; {form}")
    rest = rest if separator else text
    if "@" in rest or "?" in rest or "#" in rest:
        raise OptionError(
            "endpoint",
            f"contains more than a host, a port and a path; {form}. Set the token as hec_token, and a whole splunk:// "
            "string as destination_conf",
        )
    if re.search(r"\s", rest) or not rest.isprintable():
        raise OptionError("endpoint", f"contains a space or a control character; {form}")
    try:
        pieces = urlsplit(f"https://{rest}")
        host, port = pieces.hostname, pieces.port
    except ValueError:
        raise OptionError("endpoint", f"the host or the port is malformed; {form}") from None
    if host and not host.isascii():
        raise OptionError(
            "endpoint", f"the host has letters that are not ASCII: write it in punycode{_in_punycode(host)}"
        )
    if not host or not is_usable_host(host) or port == 0 or pieces.path.startswith("//"):
        raise OptionError("endpoint", f"has no usable host and port; {form}")
    return scheme.lower() if separator else "", pieces


def _in_punycode(host: str) -> str:
    """Return the punycode form of a host with non-ASCII letters (RFC 5891), for a message."""
    try:
        return f", {host.encode('idna').decode('ascii')}"
    except UnicodeError:
        return " (xn--...)"


def default_port(host: str) -> int:
    """Return the default HEC port of a bare host (Splunk: "Set up and use HTTP Event Collector in Splunk Web"). A free trial
    of Splunk Cloud has that of Splunk Enterprise."""
    return 443 if is_splunk_cloud(host) and not is_trial(host) else HEC_PORT


def is_splunk_cloud(host: str) -> bool:
    """Return whether a host belongs to Splunk Cloud."""
    return host.lower().rstrip(".").endswith(_SPLUNK_CLOUD_DOMAINS)


def likely_hec_hosts(host: str) -> list[str]:
    """Return the likely HEC hosts of a stack of Splunk Cloud, given another host of it: the likeliest first. Return an empty
    list for a host that can be a HEC host itself."""
    name = host.lower().rstrip(".")
    if not is_splunk_cloud(name) or is_trial(name) or name.startswith(_HEC_PREFIXES):
        return []
    stack = re.sub(r"^(https?-?inputs?|inputs?\d*|hec|es|itsi|sh\d*|idm|indexers?)[-_.](?=.*\..*\.)", "", name)
    likely = [f"http-inputs-{stack}", f"http-inputs.{stack}"]
    return likely[::-1] if stack.endswith(_GOVERNMENT_CLOUD) else likely


def endpoint_problem(host: str, port: int) -> str:
    """Return what is probably wrong with an endpoint, as a sentence without its full stop; "" if nothing is known."""
    likely = likely_hec_hosts(host)
    if likely:
        return (
            f"{host} is probably not the HEC host of this Splunk Cloud stack; the HEC host is usually {likely[0]}:443"
        )
    if port in _OTHER_SERVICES:
        usual = 443 if is_splunk_cloud(host) else HEC_PORT
        return f"{port} is {_OTHER_SERVICES[port]}; HEC usually listens on {usual}"
    return ""


def is_trial(host: str) -> bool:
    """Return whether the name of a host is that of a free trial of Splunk Cloud."""
    return is_splunk_cloud(host) and host.lower().startswith("prd-p-")


def checked_channel(channel: str) -> str:
    """Return a channel GUID in lower case. Raises OptionError for anything but a GUID."""
    text = str(channel).strip()
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", text):
        raise OptionError("channel", "must be a GUID such as 9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11")
    return text.lower()


def checked_sourcetype(sourcetype: str) -> str:
    """Return a source type without spaces around it. Raises OptionError for one that is not a single word."""
    text = str(sourcetype).strip()
    if not text or re.search(r"\s", text) or not text.isprintable():
        raise OptionError("sourcetype", "must be one word, such as cloudflare:json")
    check_resolved("sourcetype", text)
    return text


def checked_index(index: str) -> str:
    """Return the name of an index without spaces around it. Raises OptionError for anything that cannot be one."""
    text = str(index).strip()
    if not re.fullmatch(r"_?[a-z0-9][a-z0-9_-]{0,79}", text):
        check_resolved("index", text)
        raise OptionError("index", "takes lower-case letters, digits, _ and - only, such as cloudflare")
    return text


def derive_channel(*names: str) -> str:
    """Return the channel for names that do not change (scope, dataset, job name): a UUIDv5.

    The same names give the same GUID in check mode, in a rerun and on any machine, so no file has to store it. Each name
    is joined with its length, so that two different lists of names never give the same text.
    """
    joined = "".join(f"{len(name)}:{name}" for name in names)
    return str(uuid.uuid5(_CHANNEL_NAMESPACE, joined.encode("utf-8", "backslashreplace").decode("utf-8")))


def is_derived_channel(channel: str) -> bool:
    """Return whether a channel can come from C(derive_channel), for any names."""
    try:
        return uuid.UUID(channel).version == 5
    except ValueError:
        return False


def is_usable_host(host: str) -> bool:
    """Return whether text can be the host of a collector: a host name or an IP address."""
    return bool(_HOST.fullmatch(host) or _IPV6.fullmatch(host))


def is_raw_path(path: str) -> bool:
    """Return whether a path ends in C(/services/collector/raw), as Logpush requires."""
    return bool(_RAW_PATH.search(path))


def is_splunk(destination_conf: t.Any) -> bool:
    """Return whether a job's destination string is for Splunk; C(Splunk://) counts, too."""
    return isinstance(destination_conf, str) and destination_conf.strip().lower().startswith("splunk://")


def is_https_collector(destination_conf: t.Any) -> bool:
    """Return whether a job's destination string is the C(https://) address of a collector: Cloudflare's destination for HTTP
    endpoints in general reaches HEC, too."""
    if not isinstance(destination_conf, str):
        return False
    scheme, separator, rest = destination_conf.strip().partition("://")
    address = re.split("[?#]", rest, maxsplit=1)[0]
    return (
        bool(separator)
        and scheme.lower() == "https"
        and bool(_COLLECTOR_PATH.search(re.sub("/+", "/", unquote(address, errors="surrogateescape"))))
    )


def is_collector_url(url: str) -> bool:
    """Return whether a URL names a collector: by the port of HEC, or by the path of HEC."""
    dummy, separator, rest = url.strip().partition("://")
    try:
        pieces = urlsplit(f"//{rest if separator else url.strip()}")
        port = pieces.port
    except ValueError:
        return False
    path = re.sub("/+", "/", unquote(pieces.path, errors="surrogateescape"))
    return port == HEC_PORT or bool(_COLLECTOR_PATH.search(path))


def _host_in_one_spelling(host: str) -> str:
    host = host.lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host


def _raw_path(path: str) -> str:
    """Return the path of an endpoint, completed. Raises OptionError for another path of HEC."""
    if _RAW_PATH.search(path):
        return path.rstrip("/")
    other = _COLLECTOR_PATH.search(path)
    if other:
        right = path[: other.start()] + RAW_PATH
        raise OptionError("endpoint", f"the path must be {right}, the only one that accepts Logpush's batches")
    return path.rstrip("/") + RAW_PATH
