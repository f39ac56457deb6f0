# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for the clients of a deployment server: which of them have the current version of an app. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.results import first_of
from .._core.times import rfc3339
from .deployment_answers import App, Client

_INSTALLED = "install"
_OK = "ok"
# A client that has the current version downloads nothing, and its record stays as it is. So look whether it still does at its
# second request: it learns of a new version from the answer to its first request, and begins to download at once.
_REQUESTS = 2
# Seconds for the first request of a client after a reload; a client phones home once a minute by default.
_FIRST_REQUEST = 150.0


class RequestedReload(t.NamedTuple):
    """What a task requests: the app, and how long to wait for its clients, in seconds."""

    app: str
    wait_timeout: float


def requested_reload(options: t.Mapping[str, t.Any]) -> RequestedReload:
    """Return what the options of C(splunk_deployment_server) request. Raises OptionError."""
    name = options["app"]
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name) or name in (".", ".."):
        raise OptionError(
            "app", "must be the name of a folder in deployment-apps: letters, digits, and the characters _ . -"
        )
    if options["wait_timeout"] < 1:
        raise OptionError("wait_timeout", "must be at least 1 second")
    return RequestedReload(name, options["wait_timeout"])


def no_class(app: str, found: App | None, roles: t.Sequence[str]) -> CollectionError:
    """Return the error for an app that no server class contains."""
    if found is None:
        hint = (
            ""
            if "deployment_server" in roles
            else " Check url as well: this instance does not report the role of a deployment server."
        )
        return CollectionError(
            f"The deployment server does not know app {app}. Write it to the folder etc/deployment-apps there, for example with "
            f"splunk_hec_app, and add it to a server class in serverclass.conf.{hint}"
        )
    return CollectionError(
        f"App {app} is in no server class, so no client downloads it. Add it to a class in serverclass.conf of the deployment server, "
        f"[serverClass:<class>:app:{app}], with restartSplunkd = true, and run this again."
    )


def not_yet(app: str, found: App | None) -> str:
    """Return the warning in check mode about an app that no client can get now."""
    state = "the deployment server does not know it" if found is None else "it is in no server class"
    return (
        f"The clients of app {app} are not known in check mode, because {state} yet. Without check mode, it must be in "
        "etc/deployment-apps and in a server class of serverclass.conf before this task."
    )


def of_app(clients: t.Iterable[Client], app: App) -> list[Client]:
    """Return the clients that get the app, by name. If the server does not say in which classes a client is, those that have
    done something with the app."""
    wanted = set(app.classes)
    found = [
        client for client in clients if (wanted.intersection(client.classes) if client.classes else client.installation)
    ]
    return sorted(found, key=lambda client: (client.name, client.id))


def missing_part(client: Client, app: App) -> str:
    """Return why the record of a client does not show the app, "" if it does. The path of the archive in a record is that of the
    file on the server, so it does not show what the client has. A checksum may be that of the server, too, if it is the same."""
    done = client.installation
    if done is None:
        return "it has not downloaded the app"
    if done.result.lower() != _OK:
        return f"its last action was {done.action or 'unknown'}, with the result {done.result or 'unknown'}"
    if done.action.lower() != _INSTALLED:
        return f"its last action was {done.action or 'unknown'}"
    if app.checksum and done.checksum and app.checksum != done.checksum:
        return "it has another version of the app"
    return ""


class Arrivals:
    """Tells which clients have the current version of an app, from one look at them before a reload and the looks after it."""

    def __init__(self, app: App, before: t.Iterable[Client], was_offered: bool) -> None:
        """``was_offered`` says whether the server offered the app before the reload, so that a download of it may be in
        progress."""
        self._app = app
        self._was_offered = was_offered
        self._before = {client.id: client for client in before}
        self._requests: dict[str, list[int | None]] = {}
        # The times of the installations before the first request since the reload.
        self._installed: dict[str, str | None] = {}

    def see(self, clients: t.Iterable[Client]) -> None:
        """Take a look after the reload."""
        for client in clients:
            seen = self._requests.setdefault(client.id, [client.phoned_home])
            if client.phoned_home != seen[-1]:
                seen.append(client.phoned_home)
            if len(seen) == 1:
                self._installed[client.id] = _time_of_installation(client)

    def may_grow(self, clients: t.Collection[Client], seconds: float) -> bool:
        """Return whether more clients may turn out to get the app. The server learns from the next request of a client that it is in
        a class that is new. ``clients`` are all clients of the server, and ``seconds`` how long ago the reload was."""
        if seconds >= _FIRST_REQUEST or self._was_offered:
            return False
        newest = max((client.phoned_home or 0 for client in clients), default=0)
        silent = [client for client in clients if not self._count(client)]
        return not clients or any(newest - (client.phoned_home or 0) <= _FIRST_REQUEST for client in silent)

    def missing(self, client: Client) -> str:
        """Return why a client does not have the current version, "" if it does."""
        cause = missing_part(client, self._app)
        if cause:
            return f"{cause}, {_last_request(client)}" if not self._count(client) else cause
        if self._is_of_reload(client) or self._count(client) >= _REQUESTS:
            return ""
        if not self._count(client):
            return f"it has not phoned home since the reload, {_last_request(client)}"
        return "it has phoned home only once since the reload"

    def is_new(self, client: Client) -> bool:
        """Return whether a client has installed the app since the look before the reload."""
        old = self._before.get(client.id)
        return not missing_part(client, self._app) and _time_of_installation(client) != _time_of_installation(old)

    def _is_of_reload(self, client: Client) -> bool:
        """Return whether a client has installed what the reload offers: it was offered nothing before, or it has installed the app
        after a request since the reload. An installation without such a request can be the end of an earlier download."""
        if not self._was_offered:
            return self.is_new(client)
        return self._count(client) > 0 and _time_of_installation(client) != self._installed.get(client.id)

    def _count(self, client: Client) -> int:
        return len(self._requests.get(client.id, [None])) - 1


def shown(clients: t.Sequence[Client], causes: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    """Return the clients in the form of the result. ``causes`` are the reasons why clients do not have the app, by their ID."""
    return [
        {
            "name": client.name,
            "downloaded": not causes.get(client.id),
            "last_phone_home": rfc3339(client.phoned_home) if client.phoned_home is not None else None,
            **({"msg": causes[client.id]} if causes.get(client.id) else {}),
        }
        for client in clients
    ]


def late_clients(app: str, clients: t.Sequence[Client], causes: t.Mapping[str, str], seconds: float) -> str:
    """Return the message about clients that do not have the app in time."""
    late = [f"{client.name}: {causes[client.id]}" for client in clients if causes.get(client.id)]
    return (
        f"{len(late)} of {len(clients)} clients do not have the current version of app {app} within {seconds:g} seconds: "
        f"{first_of(late)}. Check that Splunk runs there and reaches the deployment server, look at splunkd.log of these clients, and "
        "run this again, or raise wait_timeout."
    )


def _time_of_installation(client: Client | None) -> str | None:
    return client.installation.time if client and client.installation else None


def _last_request(client: Client) -> str:
    return (
        f"the last time was {rfc3339(client.phoned_home)}"
        if client.phoned_home is not None
        else "the time is not known"
    )
