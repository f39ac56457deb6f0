# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One of several Splunk instances: an indexer, the peer of a cluster, or a client of a deployment server. Each has a management
port, a HEC port, and a Splunk state of its own. Events, requests and faults are those of the whole.
"""

from __future__ import annotations

import asyncio
import dataclasses
import pathlib
import typing as t

from aiohttp import web

from .certificates import Certificates
from .conf_files import App
from .conf_state import merged, overlaid, source_types, splunk_config
from .hec import collector_app
from .listener import Listener, Splunkd
from .settings import Settings
from .splunk_management import Route, add_management, guid_of
from .splunk_props import Stanza
from .splunk_state import HecToken, Index, SplunkState
from .state import ConfigError, State

SPLUNK_KEYS = (
    "hec_tokens",
    "hec_settings",
    "indexes",
    "splunk_users",
    "splunk_tokens",
    "props",
    "source_types",
    "repository_tokens",
)


class NodeState(State):
    """The state of one instance. What it does not have itself is that of the whole."""

    def __init__(self, whole: State, name: str, number: int) -> None:
        self.whole = whole
        self.server_name = name
        self.node_number = number
        self.splunk = whole.splunk
        self.own_settings: dict[str, t.Any] = {}
        self._settings_of_whole: Settings | None = None

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self.__dict__["whole"], name)

    @property
    def settings(self) -> Settings:  # type: ignore[override]
        """The settings of the whole, with those of the instance on top."""
        if self._settings_of_whole is not self.whole.settings:
            self._settings_of_whole = self.whole.settings
            self._settings = dataclasses.replace(self.whole.settings, **self.own_settings)
        return self._settings

    @property
    def changed(self) -> bool:
        """Whether the file of the whole has to be written."""
        return self.whole.changed

    @changed.setter
    def changed(self, value: bool) -> None:
        self.whole.changed = value

    def change_settings(self, changes: t.Mapping[str, t.Any]) -> None:
        """Set some settings of the instance. Raises TypeError for an unknown one."""
        dataclasses.replace(self.whole.settings, **changes)
        self.own_settings.update(changes)
        self._settings_of_whole = None

    def held_events(self) -> t.Iterable[dict[str, t.Any]]:
        """Return the events that this instance has indexed."""
        return [event for event in self.received.events if event["splunk_server"] == self.server_name]


class Node:
    """An instance with its ports, and the apps that it received as files."""

    def __init__(
        self, whole: State, name: str, number: int, host: str, certificates: Certificates, routes: t.Sequence[Route]
    ) -> None:
        self.state = NodeState(whole, name, number)
        # The folder of the instance.
        self.home = self.state.splunk_home = (whole.splunk_home or pathlib.Path("splunk")).with_name(f"splunk-{name}")
        self.hec = Listener(collector_app(self.state), host, 0, certificates.server_context)
        app = web.Application()
        self.management = Listener(app, host, 0, certificates.management_context)
        self.splunkd = Splunkd(self.state, self.hec, self.management, certificates.server_context, own_host=True)
        self.splunkd.before_start = self._use_waiting_apps
        add_management(app, self.state, self.splunkd, routes)
        self.apps: list[App] = []
        # Apps that a client has downloaded, and does not use before a restart or a reload.
        self.waiting_apps: list[App] | None = None
        # The stanzas of props.conf that came as files.
        self.stanzas: list[Stanza] = []
        self.applied: dict[str, t.Any] = {}
        self.base: dict[str, t.Any] = {}

    @property
    def name(self) -> str:
        """The name of the instance."""
        return self.state.server_name

    @property
    def guid(self) -> str:
        """The GUID of the instance."""
        return guid_of(self.state)

    @property
    def is_up(self) -> bool:
        """Whether the instance runs, and neither stops nor restarts."""
        return self.management.is_open

    def load(self, config: t.Mapping[str, t.Any], roles: list[str]) -> None:
        """Start over with a configuration. Raises ConfigError."""
        self.state.splunk, settings = checked_config(config)
        self.state.own_settings = {}
        self.state.change_settings({"server_roles": roles, **settings})
        self.apps, self.stanzas, self.waiting_apps = [], [], None
        self.applied = self.base = by_name(self.state.splunk)

    async def open(self) -> None:
        """Take over the configuration, and open the ports that it asks for."""
        if self.splunkd.is_stopped:
            self.splunkd.is_stopped = False
        await self.splunkd.end_outage()
        await self.management.open()

    async def end(self) -> None:
        """Return the ports."""
        for listener in (self.hec, self.management):
            await listener.end()

    async def install(self, apps: t.Sequence[App]) -> None:
        """Replace the apps that came as files, and reload. The settings of HEC that need a restart wait for it."""
        self._use(apps)
        await self.splunkd.follow()

    def _use(self, apps: t.Sequence[App]) -> None:
        """Make the configuration from the files of apps, and from what the management API has written on the instance."""
        after = overlaid(self.base, splunk_config(apps))
        found = merged(self.applied, by_name(self.state.splunk), after)
        self.apps, self.applied = list(apps), after
        splunk = self.state.splunk
        splunk.hec_tokens = [HecToken(**token) for token in found["hec_tokens"].values() if token.get("token")]
        splunk.indexes = {name: Index(**index) for name, index in found["indexes"].items() if "name" in index}
        splunk.hec_settings = found["hec_settings"]
        new = source_types(apps)
        splunk.props_files.stanzas = [one for one in splunk.props_files.stanzas if one not in self.stanzas] + new
        self.stanzas = new
        self.state.changed = True

    async def reload(self) -> None:
        """Use the apps that were downloaded, without a restart."""
        self._use_waiting_apps()
        await self.splunkd.follow()

    async def restart(self) -> None:
        """Restart, and wait until the instance runs again, if it comes back."""
        await self.splunkd.stop()
        await asyncio.sleep(self.state.settings.restart_seconds)
        if not self.state.settings.restart_fails:
            await self.splunkd.start()

    def _use_waiting_apps(self) -> None:
        if self.waiting_apps is not None:
            apps, self.waiting_apps = self.waiting_apps, None
            self._use(apps)

    def config(self) -> dict[str, t.Any]:
        """Return the configuration in force."""
        config = self.state.splunk.config()
        return {**{key: config[key] for key in SPLUNK_KEYS}, "settings": dict(self.state.own_settings)}

    def shown(self) -> dict[str, t.Any]:
        """Return what the control call ``state`` shows."""
        config = self.config()
        return {
            "name": self.name,
            "number": self.state.node_number,
            "up": self.is_up,
            "hec_open": self.hec.is_open,
            "hec_port": self.hec.port,
            "needs_restart": self.splunkd.needs_restart(),
            "messages": dict(self.state.splunk.messages),
            "apps": [app.name for app in self.apps],
            **config,
            "props": self.state.splunk.props,
            "hec_settings": {**config["hec_settings"], "port": self.splunkd.configured_port()},
        }


def checked_config(config: t.Mapping[str, t.Any]) -> tuple[SplunkState, dict[str, t.Any]]:
    """Return the state and the settings that a configuration of an instance means. Raises ConfigError."""
    unknown = set(config) - {*SPLUNK_KEYS, "acs_tokens", "settings"}
    if unknown:
        raise ConfigError(f"unknown configuration of a node: {', '.join(sorted(unknown))}")
    try:
        settings = config.get("settings", {})
        Settings(**settings)
        return SplunkState(dict(config)), settings
    except (TypeError, KeyError, ValueError) as error:
        raise ConfigError(str(error)) from error


def by_name(splunk: SplunkState) -> dict[str, t.Any]:
    """Return the configuration that files can change, each kind by name."""
    config = splunk.config()
    return {
        "hec_settings": config["hec_settings"],
        "hec_tokens": {token["name"]: token for token in config["hec_tokens"]},
        "indexes": {index["name"]: index for index in config["indexes"]},
    }
