# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A model of an indexer cluster that moves on with each look, in place of the client of its manager."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import NoAnswerError, Reply
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import RunContext
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import SplunkError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_answers import (
    Bundle,
    Look,
    Manager,
    Peer,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_bundle import BundleRun
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.cluster_rules import RequestedBundle
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock

OLD, ACTIVE, NEW = "0LD", "AC71VE", "NEW"
TIMES = {OLD: 100, ACTIVE: 200, NEW: 300, "": 0}
NAMES = ("idx1", "idx2", "idx3")
VALIDATION = "Bundle validation is in progress."
RESTART = "Rolling restart of the peers is in progress."


def refusal(text: str, status: int = 400) -> SplunkError:
    """Return the error for a request that the manager refuses."""
    return SplunkError("Applying the bundle", Reply("POST", "https://manager/apply", status, {}, text), text, "")


def lost(sent: bool = True) -> NoAnswerError:
    """Return the error for a request without an answer."""
    return NoAnswerError("No answer within 60 seconds", "POST https://manager/apply", "Run this again.", sent=sent)


def peer(name: str, checksum: str = ACTIVE, **more: t.Any) -> Peer:
    """Return a peer that works."""
    values = {
        "status": "Up",
        "checked": "",
        "needs_restart": False,
        "problems": (),
        "rejected": "",
        "reload_error": "",
        **more,
    }
    return Peer(id=f"guid-{name}", name=name, checksum=checksum, **values)


def manager(**more: t.Any) -> Manager:
    """Return an idle manager."""
    values = {
        "active": Bundle(ACTIVE, TIMES[ACTIVE]),
        "latest": Bundle(ACTIVE, TIMES[ACTIVE]),
        "previous": Bundle(OLD, TIMES[OLD]),
        "validated": Bundle("", 0),
        "is_valid": True,
        "checked": "",
        "needs_restart": False,
        "activity": "",
        "restarting": False,
        "maintenance": False,
        "ready": True,
        "invalid": "",
        "problems": (),
        "remarks": (),
    }
    return Manager(**{**values, **more})


class Cluster:
    """A manager with three peers, whose files contain the bundle ``files``.

    ``late`` is the number of looks after which the need for a restart shows. ``events`` are called one after the other, each at
    one look, and may change the cluster. ``calls`` are the changes that were requested.
    """

    def __init__(self, files: str = NEW) -> None:
        self.files = files
        self.state = manager()
        self.peers = {name: peer(name) for name in NAMES}
        self.checks: list[str] = []
        self.calls: list[str] = []
        self.needs_restart = False
        self.late = 0
        self.invalid: list[str] = []
        self.broken: dict[str, dict[str, t.Any]] = {}
        self.answers: dict[str, list[Exception]] = {}
        self.on_push: t.Callable[[], None] = lambda: None
        self.on_rollback: t.Callable[[], None] = lambda: None
        self._events: list[t.Callable[[], None]] = []
        self.looks = 0

    @property
    def active(self) -> str:
        """The checksum of the active bundle."""
        return self.state.active.checksum

    def becomes(self, **more: t.Any) -> None:
        """Change the manager."""
        self.state = self.state._replace(**more)

    def peer_becomes(self, name: str, **more: t.Any) -> None:
        """Change a peer, unless it has left."""
        if name in self.peers:
            self.peers[name] = self.peers[name]._replace(**more)

    def leaves(self, name: str) -> None:
        """Remove a peer from the list of the manager."""
        del self.peers[name]

    def then(self, *events: t.Callable[[], None]) -> None:
        """Let these happen, one at each look that follows."""
        self._events += events

    # The interface of the client

    def look(self) -> Look:
        """Let the cluster move on, and return its state."""
        self.looks += 1
        if self._events:
            self._events.pop(0)()
        return Look(self.state, tuple(self.peers.values()))

    def failed_checks(self) -> list[str]:
        """Return the health checks that fail."""
        return self.checks

    def validate(self) -> str:
        """Start the check of the files."""
        self._answer("validate")
        checksum = self.files
        if checksum == self.active:
            return ""
        bundle = Bundle(checksum, TIMES.get(checksum, 300))
        self.becomes(activity=VALIDATION)
        if self.invalid:
            rejected = {"invalid": checksum, "problems": tuple(self.invalid), "validated": bundle, "is_valid": False}
            self.then(lambda: None, lambda: self.becomes(activity="", **rejected))
            return checksum
        self.then(
            lambda: None,
            lambda: self.becomes(activity="", validated=bundle, checked=checksum, needs_restart=False, invalid=""),
        )
        if self.needs_restart:
            self.then(*[lambda: None] * self.late, lambda: self.becomes(needs_restart=True))
        return checksum

    def apply(self) -> None:
        """Start the push of the files."""
        self._answer("apply")
        self.push(self.files)

    def push(self, checksum: str) -> None:
        """Start a push, as anybody can do."""
        bundle, old = Bundle(checksum, TIMES.get(checksum, 300)), self.state.active
        restart = self.needs_restart
        self.becomes(activity=VALIDATION, maintenance=True)
        self.then(
            self.on_push,
            lambda: self.becomes(latest=bundle),
            lambda: self.becomes(active=bundle, previous=old, activity=RESTART if restart else "", restarting=restart),
        )
        for name in NAMES:
            self.then(lambda name=name: self.peer_becomes(name, **{"checksum": checksum, **self.broken.get(name, {})}))
        self.then(lambda: self.becomes(activity="", restarting=False, maintenance=False))

    def roll_back(self) -> None:
        """Start the exchange of the last two bundles."""
        self._answer("rollback")
        self.needs_restart, self.broken = False, {}
        for name in NAMES:
            self.peer_becomes(name, problems=(), reload_error="")
        self.push(self.state.previous.checksum)
        self.then(self.on_rollback)

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        errors = self.answers.get(call)
        if errors:
            raise errors.pop(0)


def run(cluster: Cluster, state: str = "applied", check: bool = False, **more: t.Any) -> dict[str, t.Any]:
    """Return the result of a run."""
    wanted = RequestedBundle(state, more.pop("allow_restart", False), more.pop("wait_timeout", 600))
    context = RunContext(check, False, SecretMask(), clock=FakeClock())
    running = BundleRun(t.cast(t.Any, cluster), wanted, context)
    return {"validated": running.validate, "applied": running.apply, "rolled_back": running.roll_back}[state]()


def failure(cluster: Cluster, state: str = "applied", **more: t.Any) -> CollectionError:
    """Return the error of a run that fails."""
    with pytest.raises(CollectionError) as caught:
        run(cluster, state, **more)
    return caught.value
