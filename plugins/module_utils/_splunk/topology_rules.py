# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for the variables that describe a Splunk installation: one instance, several nodes, an indexer cluster, or the clients
of a deployment server. Pure: no I/O."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from .._core.errors import OptionError
from .._core.options import as_list, as_mapping, is_blank, without_omits
from .hec_request import HEC_PORT, collector_of, is_collector_url

TOPOLOGIES = ("single", "nodes", "cluster", "deployment_server")
NODE_SPEC: dict[str, t.Any] = {"url": {"type": "str"}, "endpoint": {"type": "str"}}
MANAGEMENT_PORT = 8089

_TOPOLOGY, _NODES, _REMOVED = "splunk_hec_topology", "splunk_hec_nodes", "splunk_hec_removed_tokens"
_WITH_APP = ("cluster", "deployment_server")
_FORM = "[{url: https://idx1.example.com:8089, endpoint: idx1.example.com:8088}]"


class Node(t.NamedTuple):
    """An instance of Splunk with HEC: the URL of its management API and the endpoint of its HEC, "" for one that is not given."""

    url: str
    endpoint: str

    @property
    def name(self) -> str:
        """The name of the node in messages: its host, with a port that is not the usual one."""
        host, port, path = _address(self.url)
        host = f"[{host}]" if ":" in host else host
        return f"{host}{path}" if port == MANAGEMENT_PORT else f"{host}:{port}{path}"


def requested_nodes(value: t.Any, option: str) -> list[Node]:
    """Return the nodes in a raw value, each with C(url), C(endpoint) or both. Raises OptionError, which names the accepted form."""
    items = [] if is_blank(value) else as_list(without_omits(value))
    if not isinstance(items, (list, tuple)):
        raise OptionError(option, f"must be a list of mappings, such as {_FORM}")
    nodes = [_node(item, f"{option}[{number}]") for number, item in enumerate(items)]
    for part, of_node in (("url", _address_of_url), ("endpoint", _collector)):
        _check_different(option, part, [of_node(node) for node in nodes], [getattr(node, part) for node in nodes])
    return nodes


def _node(item: t.Any, path: str) -> Node:
    mapping = as_mapping(item)
    if mapping is None:
        raise OptionError(path, f"must be a mapping with url and endpoint, such as those in {_FORM}")
    wrong = [str(key) for key in mapping if key not in NODE_SPEC]
    if wrong:
        raise OptionError(path, f"has only url and endpoint, and not {', '.join(wrong)}. The form is {_FORM}")
    values = {key: "" if is_blank(value) else value for key, value in mapping.items()}
    if not all(isinstance(value, str) for value in values.values()):
        raise OptionError(path, f"url and endpoint must be text, such as in {_FORM}")
    node = Node(values.get("url", "").strip().rstrip("/"), values.get("endpoint", "").strip())
    if not any(node):
        raise OptionError(path, f"has neither url nor endpoint. The form is {_FORM}")
    _check_url(node.url, f"{path}.url")
    if node.endpoint:
        try:
            collector_of(node.endpoint)
        except OptionError as error:
            raise OptionError(f"{path}.endpoint", error.problem) from None
    return node


def _check_url(url: str, path: str) -> None:
    """Check the URL of a management API, "" for none. Raises OptionError."""
    if not url:
        return
    if is_collector_url(url):
        raise OptionError(path, "names the HTTP Event Collector. Set it to the management URL (port 8089)")
    try:
        pieces = urlsplit(url)
        usable = pieces.scheme in ("http", "https") and bool(pieces.hostname) and pieces.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in pieces.netloc:
        raise OptionError(path, "must be a URL without a user, such as https://idx1.example.com:8089")


def _address(url: str) -> tuple[str, int, str]:
    """Return the host, the port and the path of the URL of a management API."""
    pieces = urlsplit(url)
    port = pieces.port or (443 if pieces.scheme == "https" else 80)
    return (pieces.hostname or "").rstrip("."), port, pieces.path.rstrip("/")


def _address_of_url(node: Node) -> t.Any:
    return _address(node.url) if node.url else None


def _collector(node: Node) -> t.Any:
    return collector_of(node.endpoint) if node.endpoint else None


def _check_different(option: str, part: str, keys: t.Sequence[t.Any], texts: t.Sequence[str]) -> None:
    """Check that no two nodes have the same URL, or the same endpoint, in any spelling. Raises OptionError."""
    seen: dict[t.Any, int] = {}
    for number, key in enumerate(keys):
        if key is not None and key in seen:
            raise OptionError(
                option, f"has the {part} {texts[number]} in entries {seen[key]} and {number}. List each node once"
            )
        seen.setdefault(key, number)


class Described(t.NamedTuple):
    """The values of the variables that describe an installation. ``endpoint`` is that of the load balancer or of the only instance,
    ``port`` the port of HEC; both can be blank. ``has_passphrase`` is whether C(splunk_hec_ssl_password) is set. ``token_name`` is the
    token of the jobs, ``removed_tokens`` are those to remove from the app."""

    platform: str
    topology: str
    nodes: t.Any = None
    endpoint: t.Any = None
    port: t.Any = None
    has_passphrase: bool = False
    token_name: str = ""
    removed_tokens: t.Any = None


def topology_nodes(described: Described) -> list[Node]:
    """Return the nodes of an installation, each with its endpoint. Raises OptionError for variables that do not fit together."""
    platform, topology, nodes, endpoint, port, has_passphrase, *_of_app = described
    if topology not in TOPOLOGIES:
        raise OptionError(_TOPOLOGY, f"must be one of {', '.join(TOPOLOGIES)}, and not {topology}")
    if platform == "cloud" and topology != "single":
        raise OptionError(
            _TOPOLOGY,
            f"is {topology}, and splunk_hec_platform is cloud. Splunk Cloud has no other topology than single. Remove one of the two",
        )
    if has_passphrase and topology in _WITH_APP:
        raise OptionError(
            "splunk_hec_ssl_password",
            f"cannot be used with {_TOPOLOGY}: {topology}, because it would be in the app, in clear text. Use a private key without a "
            "passphrase, or set the passphrase on each instance",
        )
    found = requested_nodes(nodes, _NODES)
    if topology == "single" and found:
        raise OptionError(_NODES, f"has no effect with {_TOPOLOGY}: single. Set {_TOPOLOGY}: nodes")
    if topology == "nodes":
        check_urls(found, _NODES)
    elif [node for node in found if not node.endpoint]:
        raise OptionError(_NODES, f"needs an endpoint in each entry with {_TOPOLOGY}: {topology}, such as {_FORM}")
    if topology != "single" and len(found) != 1 and is_blank(endpoint):
        raise OptionError(
            "splunk_hec_endpoint",
            f"is required. With {_TOPOLOGY}: {topology}, it is the HEC endpoint of the load balancer, such as hec.example.com:443",
        )
    if not is_blank(endpoint):
        try:
            collector_of(endpoint)
        except OptionError as error:
            raise OptionError("splunk_hec_endpoint", error.problem) from None
    return [node if node.endpoint else node._replace(endpoint=_default_endpoint(node, port)) for node in found]


def removed_tokens(described: Described) -> list[str]:
    """Return the names of the tokens to remove from the app, each once. Raises OptionError, also for a topology without an app and for
    the token of the jobs."""
    value = described.removed_tokens
    items = [] if is_blank(value) else as_list(without_omits(value))
    named = [item for item in items if not is_blank(item)] if isinstance(items, (list, tuple)) else [items]
    if not all(isinstance(item, str) for item in named):
        raise OptionError(_REMOVED, "must be a list with the names of HEC tokens, such as [cloudflare]")
    names = list(dict.fromkeys(item.strip() for item in named))
    if names and described.topology not in _WITH_APP:
        raise OptionError(
            _REMOVED,
            f"has no effect with {_TOPOLOGY}: {described.topology}, because it removes tokens from an app. Use rotate_hec_token, which "
            "removes the old token itself",
        )
    if described.token_name in names:
        raise OptionError(
            _REMOVED,
            f"contains {described.token_name}, the token in splunk_hec_token_name. Set splunk_hec_token_name to the new token first",
        )
    return names


def _default_endpoint(node: Node, port: t.Any) -> str:
    """Return the endpoint of HEC on the host of a management API."""
    host = _address(node.url)[0]
    return f"{f'[{host}]' if ':' in host else host}:{HEC_PORT if is_blank(port) else port}"


def check_urls(nodes: t.Sequence[Node], option: str) -> None:
    """Check that there are nodes, and that each has a URL. Raises OptionError."""
    if not nodes:
        raise OptionError(option, f"is required. Set it to the nodes with HEC, such as {_FORM}")
    without = [number for number, node in enumerate(nodes) if not node.url]
    if without:
        raise OptionError(f"{option}[{without[0]}]", f"needs a url, the management URL of the node, such as in {_FORM}")
