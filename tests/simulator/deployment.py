# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A deployment server and its clients. The server reads ``serverclass.conf`` and the apps only when it is reloaded; each client
phones home after ``phone_home_seconds``, and then downloads the apps of its server classes that have changed.

From serverclass.conf.spec, Splunk's page "Use forwarder management", and its REST reference (deployment/server).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import fnmatch
import pathlib
import time
import typing as t

from .clock import now
from .conf_files import App, ConfFileError, Stanzas, parse, read_apps
from .conf_state import is_true
from .nodes import Node
from .state import State

APP_PART = ":app:"
CLASS_PREFIX = "serverClass:"
OK, FAILED = "Ok", "Fail"
SERVER_CLASSES = """# Which client gets which apps.
[global]
restartSplunkd = true

[serverClass:hec]
whitelist.0 = *

[serverClass:hec:app:edgeops_logpush_hec]
stateOnClient = enabled
"""


@dataclasses.dataclass
class ServerClass:
    """A server class: which clients it has, and the settings of its apps."""

    name: str
    settings: dict[str, str]
    apps: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    def has(self, node: Node) -> bool:
        """Return whether an instance belongs to the class: by its name, its address or its client name."""
        names = (node.name, node.management.host, node.guid)
        return self._names("whitelist", names) and not self._names("blacklist", names)

    def _names(self, kind: str, names: t.Iterable[str]) -> bool:
        patterns = [value for key, value in self.settings.items() if key.startswith(kind + ".")]
        return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)


@dataclasses.dataclass
class Download:
    """What a client did with an app."""

    app: App
    classes: list[str]
    settings: dict[str, str]
    result: str = OK
    timestamp: float = 0.0


@dataclasses.dataclass
class Client:
    """A client as the server knows it."""

    node: Node
    last_phone_home: float = 0.0
    downloads: dict[str, Download] = dataclasses.field(default_factory=dict)
    failed: dict[str, Download] = dataclasses.field(default_factory=dict)


class DeploymentServer:
    """The server: what it last read from its files, and the clients that have phoned home."""

    def __init__(self, state: State, nodes: t.Sequence[Node], home: pathlib.Path) -> None:
        self.state = state
        self.nodes = nodes
        self.home = home
        self.work: list[asyncio.Task[None]] = []
        self.load()

    def load(self) -> None:
        """Start over with the files on disk."""
        self.clients = {node.name: Client(node) for node in self.nodes}
        self.apps: dict[str, App] = {}
        # When the server packed each app.
        self.packed: dict[str, int] = {}
        self.loaded = 0
        self.reload()

    @property
    def repository(self) -> pathlib.Path:
        """The folder with the apps."""
        return self.home / "etc" / "deployment-apps"

    def reload(self) -> None:
        """Read the server classes and the apps."""
        self.loaded = int(now())
        before, self.apps = self.apps, {app.name: app for app in read_apps(self.repository)}
        changed = [
            name for name, app in self.apps.items() if name not in before or before[name].checksum != app.checksum
        ]
        self.packed.update(dict.fromkeys(changed, self.loaded))
        file = self.home / "etc" / "system" / "local" / "serverclass.conf"
        try:
            stanzas = parse(file.read_text(encoding="utf-8")) if file.exists() else {}
        except ConfFileError:
            stanzas = {}
        self.classes = _server_classes(stanzas)

    def wanted(self, node: Node) -> dict[str, Download]:
        """Return the apps that a client should have."""
        found: dict[str, Download] = {}
        for one in self.classes.values():
            if not one.has(node):
                continue
            for name, settings in one.apps.items():
                if name in self.apps:
                    entry = found.setdefault(name, Download(self.apps[name], [], settings))
                    entry.classes.append(one.name)
        return found

    async def start(self) -> None:
        """Let the clients phone home."""
        self.work = [asyncio.create_task(self._live(client)) for client in self.clients.values()]

    async def stop(self) -> None:
        """Let no client phone home."""
        for task in self.work:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.work = []

    async def _live(self, client: Client) -> None:
        while True:
            started = time.monotonic()
            if client.node.is_up and client.node.state.settings.phones_home:
                await self.phone_home(client)
            # A changed interval counts at once, so that a test need not wait for the old one.
            while time.monotonic() - started < client.node.state.settings.phone_home_seconds:
                await asyncio.sleep(0.02)

    async def phone_home(self, client: Client) -> None:
        """Let a client phone home: it downloads what has changed, and removes what it should no longer have."""
        client.last_phone_home = now()
        wanted = self.wanted(client.node)
        settings = client.node.state.settings
        changed = [name for name, entry in wanted.items() if not _has(client, name, entry)]
        removed = [name for name in client.downloads if name not in wanted]
        if not changed and not removed:
            return
        await asyncio.sleep(settings.download_seconds)
        for name in changed:
            entry = dataclasses.replace(wanted[name], timestamp=now())
            client.failed.pop(name, None)
            if settings.download_fails:
                client.failed[name] = dataclasses.replace(entry, result=FAILED)
            else:
                client.downloads[name] = entry
        for name in removed:
            del client.downloads[name]
        done = [client.downloads[name] for name in changed if name in client.downloads]
        if done or removed:
            await self._take_over(client, done, bool(removed))

    async def _take_over(self, client: Client, downloads: list[Download], removes: bool) -> None:
        """Let a client use its apps: after a restart or a reload, if the server class asks for one, else not yet."""
        restarts = removes or any(is_true(one.settings.get("restartSplunkd", "0")) for one in downloads)
        reloads = any(is_true(one.settings.get("issueReload", "0")) for one in downloads)
        enabled = [
            one.app for one in client.downloads.values() if one.settings.get("stateOnClient", "enabled") == "enabled"
        ]
        client.node.waiting_apps = enabled
        if restarts:
            await client.node.restart()
        elif reloads:
            await client.node.reload()


def _has(client: Client, name: str, wanted: Download) -> bool:
    """Return whether a client already has this version of an app, with these settings."""
    own = client.downloads.get(name)
    return own is not None and (own.app.checksum, own.settings) == (wanted.app.checksum, wanted.settings)


def _server_classes(stanzas: Stanzas) -> dict[str, ServerClass]:
    """Return the server classes of a file. Settings of an app come before those of its class, and these before the global ones."""
    common = stanzas.get("global", {})
    found: dict[str, ServerClass] = {}
    for stanza, settings in stanzas.items():
        if stanza.startswith(CLASS_PREFIX) and APP_PART not in stanza:
            name = stanza[len(CLASS_PREFIX) :]
            found[name] = ServerClass(name, {**common, **settings})
    for stanza, settings in stanzas.items():
        name, part, app = stanza[len(CLASS_PREFIX) :].partition(APP_PART)
        if stanza.startswith(CLASS_PREFIX) and part and name in found:
            inherited = {
                key: value
                for key, value in found[name].settings.items()
                if not key.startswith(("whitelist", "blacklist"))
            }
            found[name].apps[app] = {**inherited, **settings}
    return found
