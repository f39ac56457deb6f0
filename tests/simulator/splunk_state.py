# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the Splunk side: users, tokens, HEC tokens and settings, indexes, and pending changes of ACS."""

from __future__ import annotations

import dataclasses
import fnmatch
import ipaddress
import typing as t

from .splunk_props import Props

DEFAULT_APP = "splunk_httpinput"
CAPABILITIES = ("admin_all_objects", "edit_token_http", "list_token_http", "indexes_edit", "restart_splunkd", "search")
DISTRIBUTED = (
    "edit_deployment_server",
    "edit_indexer_cluster",
    "list_deployment_server",
    "list_indexer_cluster",
)
ROLES = {
    "admin": (*CAPABILITIES, *DISTRIBUTED),
    "sc_admin": (*CAPABILITIES, "edit_ip_allow_list"),
    "power": ("list_token_http", "search"),
    "user": ("search",),
}
# The indexes that a role may search; a star does not match internal indexes.
SEARCHABLE = {"admin": ("*", "_*"), "sc_admin": ("*", "_*")}
# The settings of props.conf that Cloudflare documents for its app, with which Splunk finds the time of an event.
CLOUDFLARE_PROPS: dict[str, dict[str, t.Any]] = {
    "cloudflare:json": {
        "TRUNCATE": 100000,
        "TIME_PREFIX": r'"(?:EdgeStartTimestamp|Datetime)"\s*:\s*"',
        "TIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
        "MAX_TIMESTAMP_LOOKAHEAD": 150,
    }
}
# Of inputs.conf; disabled is True on a new Splunk. Port 0 stands for the port that the simulator has reserved.
HEC_DEFAULTS: dict[str, t.Any] = {
    "disabled": False,
    "port": 0,
    "enableSSL": True,
    "dedicatedIoThreads": 2,
    "maxSockets": 0,
    "maxThreads": 0,
    "useDeploymentServer": False,
    "ackIdleCleanup": "true",
    "allowSslCompression": "true",
    "allowSslRenegotiation": "true",
    "host": "$decideOnStartup",
    "index": "default",
    "indexes": [],
}


@dataclasses.dataclass
class HecToken:
    """A HEC token with the settings of Splunk's inputs.conf; an empty ``indexes`` allows every index.

    ``given`` names the keys that were set, since some versions do not show the others.
    """

    name: str
    token: str
    index: str = "main"
    indexes: list[str] = dataclasses.field(default_factory=list)
    sourcetype: str = ""
    source: str = ""
    host: str = ""
    useACK: bool = False
    disabled: bool = False
    description: str = ""
    allowQueryStringAuth: bool = False
    app: str = DEFAULT_APP
    owner: str = "nobody"
    sharing: str = "app"
    read: list[str] = dataclasses.field(default_factory=lambda: ["admin"])
    write: list[str] = dataclasses.field(default_factory=lambda: ["admin"])
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    given: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class SplunkUser:
    """A user who may log in; ``capabilities`` and ``indexes`` (to search) are those of the roles unless they are listed."""

    name: str
    password: str
    roles: list[str] = dataclasses.field(default_factory=lambda: ["admin"])
    capabilities: list[str] | None = None
    indexes: list[str] | None = None

    def may_search(self, index: str) -> bool:
        """Return whether the user may search an index. In an index of others, a search finds nothing."""
        allowed = self.indexes
        if allowed is None:
            allowed = [pattern for role in self.roles for pattern in SEARCHABLE.get(role, ("*",))]
        return any(
            fnmatch.fnmatchcase(index, pattern)
            for pattern in allowed
            if index.startswith("_") == pattern.startswith("_")
        )

    def held(self) -> list[str]:
        """Return all capabilities of the user."""
        if self.capabilities is not None:
            return self.capabilities
        return sorted({capability for role in self.roles for capability in ROLES.get(role, ())})


@dataclasses.dataclass
class SplunkToken:
    """An authentication token (Bearer) of a user, for the management API or for ACS."""

    token: str
    user: str = "admin"
    enabled: bool = True


@dataclasses.dataclass
class Index:
    """An index; ``settings`` are those of indexes.conf that differ from the defaults."""

    name: str
    datatype: str = "event"
    disabled: bool = False
    settings: dict[str, t.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Deployment:
    """A change that ACS accepted and has not carried out yet: the object, and the change."""

    id: str
    kind: str
    name: str
    action: str
    carry_out: t.Callable[[], None]
    status: str = "new"


class SplunkState:
    """The state of the Splunk side, made from the keys of the configuration that concern it."""

    def __init__(self, config: dict[str, t.Any]) -> None:
        self.users = [SplunkUser(**entry) for entry in config["splunk_users"]]
        self.tokens = [SplunkToken(**entry) for entry in config["splunk_tokens"]]
        self.acs_tokens = [SplunkToken(**entry) for entry in config["acs_tokens"]]
        self.hec_tokens = [HecToken(**entry) for entry in config["hec_tokens"]]
        # Tokens in the deployment repository, which HEC does not use.
        self.repository_tokens = [HecToken(**entry) for entry in config.get("repository_tokens", [])]
        self.hec_settings: dict[str, t.Any] = {**HEC_DEFAULTS, **config["hec_settings"]}
        self.indexes = {entry["name"]: Index(**entry) for entry in config["indexes"]}
        self.props_files = Props(config["props"], config["source_types"])
        # For each feature of Splunk Cloud, the subnets in its allow lists of IPv4 (4) and IPv6 (6).
        self.allowlists: dict[tuple[str, int], list[str]] = {}
        for feature, subnets in config.get("allowlists", {}).items():
            for subnet in subnets:
                self.allowlist(feature, ipaddress.ip_network(subnet).version).append(subnet)
        # Session keys with the name of the user, and when they end.
        self.sessions: dict[str, tuple[str, float]] = {}
        self.messages: dict[str, str] = {}
        self.deployments: dict[str, Deployment] = {}

    def config(self) -> dict[str, t.Any]:
        """Return the configuration in force, in the form that the constructor takes."""
        return {
            "splunk_users": [dataclasses.asdict(user) for user in self.users],
            "splunk_tokens": [dataclasses.asdict(token) for token in self.tokens],
            "acs_tokens": [dataclasses.asdict(token) for token in self.acs_tokens],
            "hec_tokens": [dataclasses.asdict(token) for token in self.hec_tokens],
            "repository_tokens": [dataclasses.asdict(token) for token in self.repository_tokens],
            "hec_settings": dict(self.hec_settings),
            "indexes": [dataclasses.asdict(index) for index in self.indexes.values()],
            "props": self.props_files.installed(),
            "source_types": self.props_files.written(),
            "allowlists": {
                feature: [*self.allowlist(feature, 4), *self.allowlist(feature, 6)]
                for feature in dict.fromkeys(feature for feature, dummy in self.allowlists)
            },
        }

    @property
    def props(self) -> dict[str, dict[str, t.Any]]:
        """The settings of all source types that are in force for incoming events."""
        return self.props_files.in_force()

    def set_props(self, props: dict[str, dict[str, t.Any]]) -> None:
        """Replace the settings of all source types by those of an installed app. Raises ValueError for settings that cannot be
        used."""
        self.props_files.install(props)

    def allowlist(self, feature: str, version: int) -> list[str]:
        """Return the subnets in an allow list of Splunk Cloud; an empty list is open to everybody."""
        return self.allowlists.setdefault((feature, version), [])

    def user(self, name: str) -> SplunkUser | None:
        """Return a user by name."""
        return next((user for user in self.users if user.name == name), None)

    @property
    def uses_deployment_server(self) -> bool:
        """Whether HEC tokens are managed in the deployment repository."""
        return bool(self.hec_settings["useDeploymentServer"])

    @property
    def managed_tokens(self) -> list[HecToken]:
        """The HEC tokens that the APIs show and change."""
        return self.repository_tokens if self.uses_deployment_server else self.hec_tokens

    def hec_token(self, name: str) -> HecToken | None:
        """Return a HEC token by its bare name, as the APIs show it."""
        return next((token for token in self.managed_tokens if token.name == name), None)

    def takes_events(self, index: str) -> bool:
        """Return whether events for an index are kept; events for an index that does not exist are lost without an error."""
        return index in self.indexes and not self.indexes[index].disabled
