# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manager of an indexer cluster: it validates the configuration bundle in its files, and pushes it to the peers.

From Splunk's REST reference (cluster/manager), its page "Update common peer configurations and apps", and recorded answers. A
validation and a push take the time of ``bundle_seconds`` for each step, and a peer restarts in ``restart_seconds``.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import pathlib
import typing as t

from .clock import now
from .conf_files import App, checksum, read_apps
from .conf_state import errors, restart_reasons
from .nodes import Node
from .splunk_versions import says_master
from .splunk_wire import SplunkError
from .state import State

IDLE = "None"
CREATING = "Bundle Creation is in progress."
VALIDATING = "Bundle validation is in progress."
DRY_RUN = "Bundle dryrun reload is in progress. Waiting for all peers to return the status."
RELOADING = "Bundle reload is in progress. Waiting for all peers to return the status."
ROLLING = "Rolling restart of the peers is in progress."
# How a message begins that does not make a bundle invalid.
NOT_CRITICAL = "[Not Critical]"
UP, DOWN, RESTARTING = "Up", "Down", "Restarting"


@dataclasses.dataclass
class Bundle:
    """A configuration bundle: the apps in it as they were when the manager read them."""

    checksum: str = ""
    apps: list[App] = dataclasses.field(default_factory=list)
    timestamp: int = 0

    def shown(self) -> dict[str, t.Any]:
        """Return the bundle as the management API shows it."""
        name = f"{self.checksum.lower()}-{self.timestamp}.bundle"
        path = f"/opt/splunk/var/run/splunk/cluster/remote-bundle/{name}" if self.checksum else ""
        return {"bundle_path": path, "checksum": self.checksum, "timestamp": self.timestamp}


def bundle_folder(version: str) -> str:
    """Return the name of the folder that contains the bundle, in a version of Splunk."""
    return "master-apps" if says_master(version) else "manager-apps"


class ClusterManager:
    """The state of the cluster, and what changes it."""

    def __init__(self, state: State, nodes: t.Sequence[Node], home: pathlib.Path) -> None:
        self.state = state
        self.nodes = nodes
        self.home = home
        self.work: asyncio.Task[None] | None = None
        self.load()

    def load(self) -> None:
        """Start over with the bundle on disk as the one that all peers have."""
        self.started = self.newest = int(now())
        self.active = self.latest = self.last_validated = self._new_bundle()
        self.previous = self.last_dry_run = self.invalid = Bundle()
        self.is_valid = True
        self.errors: list[str] = []
        self.peer_errors: dict[str, list[str]] = {}
        # The checksum of the bundle that each peer has.
        self.bundles = dict.fromkeys((node.name for node in self.nodes), self.active.checksum)
        self.reload_errors = dict.fromkeys(self.bundles, "")
        self.status = IDLE
        self.reloading = self.rolling_restart = self.maintenance = False
        self.restart_result = False
        self.reasons: list[str] = []
        # How many looks at the manager see the old answer about a restart, and a push by somebody else.
        self.late_looks = self.busy_looks = 0
        self.restarting: Node | None = None

    @property
    def folder(self) -> pathlib.Path:
        """The folder that contains the bundle."""
        return self.home / "etc" / bundle_folder(self.state.settings.splunk_version)

    def _on_disk(self) -> Bundle:
        return Bundle(checksum(self.folder), read_apps(self.folder))

    def _new_bundle(self) -> Bundle:
        """Return the bundle on disk with a time of its own, even within one second."""
        self.newest = max(int(now()), self.newest + 1)
        return dataclasses.replace(self._on_disk(), timestamp=self.newest)

    def status_of(self, node: Node) -> str:
        """Return the status of a peer."""
        if node is self.restarting:
            return RESTARTING
        return UP if node.is_up else DOWN

    def look(self) -> None:
        """Count a look at the state of the bundle."""
        self.late_looks = max(0, self.late_looks - 1)
        self.busy_looks -= self.busy_looks > 0

    def shown_status(self) -> str:
        """Return the status of the push, as the management API shows it."""
        return VALIDATING if self.busy_looks else self.status

    @property
    def in_maintenance(self) -> bool:
        """Whether the cluster is in maintenance mode, as it also is during a push and a rolling restart."""
        return self.maintenance or self.rolling_restart or self.reloading

    def restart_answer(self) -> bool:
        """Return whether the last validated bundle needs a restart: too late, as in Splunk."""
        return self.restart_result and not self.late_looks

    def validate(self, check_restart: bool) -> str | None:
        """Begin to validate the bundle on disk, and return its checksum, or None if the peers have it already."""
        self._check_idle()
        bundle = self._new_bundle()
        if bundle.checksum == self.active.checksum:
            return None
        self.status = VALIDATING
        self._begin(self._validate(bundle, check_restart))
        return bundle.checksum

    def apply(self, skip_validation: bool, ignore_identical: bool) -> str:
        """Begin to push the bundle on disk, and return its checksum. Raises SplunkError."""
        self._check_idle()
        self._check_peers()
        bundle = self._new_bundle()
        if ignore_identical and bundle.checksum == self.active.checksum:
            raise SplunkError(
                404,
                "No new bundle will be pushed. The cluster manager and peers already have this bundle with "
                f"bundleId={bundle.checksum}.",
            )
        self.status = CREATING
        self._begin(self._push(bundle, skip_validation))
        return bundle.checksum

    def roll_back(self) -> str:
        """Begin to push the bundle that was active before, and return its checksum; the files stay. Raises SplunkError."""
        self._check_idle()
        self._check_peers()
        if not self.previous.checksum:
            raise SplunkError(400, "There is no previous bundle to roll back to.")
        self.status = CREATING
        self._begin(self._push(self.previous, skip_validation=True))
        return self.previous.checksum

    async def cancel(self) -> None:
        """Stop a validation or a push."""
        if self.work is not None:
            self.work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.work
            self.work = None
        self.busy_looks = 0

    def _check_idle(self) -> None:
        """Raise SplunkError while the manager works on a bundle."""
        problem = ROLLING if self.rolling_restart else self.shown_status()
        if problem != IDLE:
            raise SplunkError(400, f"Cannot apply (or) validate configuration settings. {problem}")

    def _check_peers(self) -> None:
        """Raise SplunkError if too few peers are up."""
        if not self.is_ready:
            raise SplunkError(400, "Cannot apply bundle, because replication factor number of peers are not up")

    @property
    def is_ready(self) -> bool:
        """Whether enough peers are up for the cluster to work."""
        return sum(node.is_up for node in self.nodes) >= self.state.settings.replication_factor

    def _begin(self, work: t.Coroutine[t.Any, t.Any, None]) -> None:
        self.work = asyncio.create_task(self._carry_out(work))

    async def _carry_out(self, work: t.Coroutine[t.Any, t.Any, None]) -> None:
        try:
            await work
        finally:
            self.status = IDLE
            self.reloading = self.rolling_restart = False
            self.restarting = None

    async def _pause(self) -> None:
        await asyncio.sleep(self.state.settings.bundle_seconds)

    async def _validate(self, bundle: Bundle, check_restart: bool) -> None:
        """Validate a bundle, and find out whether it needs a restart."""
        if await self._is_valid(bundle) and check_restart:
            self.status = DRY_RUN
            await self._pause()
            self.reasons = restart_reasons(self.active.apps, bundle.apps, self.state.settings.bundle_restart_for)
            self.late_looks = self.state.settings.bundle_late_looks + 1 if self.reasons else 0
            self.restart_result, self.last_dry_run = bool(self.reasons), bundle

    async def _is_valid(self, bundle: Bundle) -> bool:
        """Validate a bundle on the manager and on the peers that are up."""
        settings = self.state.settings
        self.status = VALIDATING
        self.errors, self.peer_errors, self.invalid = [], {}, Bundle()
        await self._pause()
        self.errors = [*errors(bundle.apps), *settings.bundle_errors]
        if not _critical(self.errors):
            names = {node.name: node for node in self.nodes if node.is_up}
            self.peer_errors = {
                name: list(texts) for name, texts in settings.bundle_peer_errors.items() if name in names and texts
            }
        self.last_validated = bundle
        self.is_valid = not any(_critical(texts) for texts in [self.errors, *self.peer_errors.values()])
        if not self.is_valid:
            self.invalid = bundle
        return self.is_valid

    async def _push(self, bundle: Bundle, skip_validation: bool) -> None:
        """Push a bundle to the peers that are up. They reload, or restart one after the other."""
        await self._pause()
        if not skip_validation and not await self._is_valid(bundle):
            return
        if skip_validation:
            self.last_validated, self.is_valid, self.errors, self.peer_errors = bundle, True, [], {}
            self.invalid = Bundle()
        self.latest = bundle
        self.status, self.reloading = RELOADING, True
        await self._pause()
        reasons = restart_reasons(self.active.apps, bundle.apps, self.state.settings.bundle_restart_for)
        for node in self.nodes:
            if node.is_up:
                await self._give(node, bundle)
        if bundle.checksum != self.active.checksum:
            self.previous = self.active
        self.active = bundle
        self.reloading = False
        if reasons:
            await self._restart_peers()

    async def _give(self, node: Node, bundle: Bundle) -> None:
        """Send a bundle to a peer. With ``bundle_reload_error``, the peer cannot use it, and continues as before."""
        self.bundles[node.name] = bundle.checksum
        self.reload_errors[node.name] = node.state.settings.bundle_reload_error
        if self.reload_errors[node.name]:
            node.state.change_settings({"bundle_reload_error": ""})
        else:
            await node.install(bundle.apps)

    async def _restart_peers(self) -> None:
        self.rolling_restart, self.status = True, ROLLING
        for node in self.nodes:
            if not node.is_up:
                continue
            self.restarting = node
            await node.restart()

    def shown(self) -> dict[str, t.Any]:
        """Return what the control call ``state`` shows."""
        bundles = {"active": self.active, "latest": self.latest, "previous": self.previous, "on_disk": self._on_disk()}
        return {
            **{name: bundle.checksum for name, bundle in bundles.items()},
            "status": self.shown_status(),
            "errors": self.errors,
            "maintenance": self.maintenance,
            "rolling_restart": self.rolling_restart,
            "peers": {node.name: self.status_of(node) for node in self.nodes},
        }

    async def joined(self, node: Node) -> None:
        """Send the active bundle to a peer that comes back."""
        if self.bundles[node.name] != self.active.checksum:
            await self._give(node, self.active)


def _critical(texts: t.Iterable[str]) -> list[str]:
    """Return the messages that make a bundle invalid."""
    return [text for text in texts if not text.startswith(NOT_CRITICAL)]
