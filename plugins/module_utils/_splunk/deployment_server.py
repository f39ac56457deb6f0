# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reload the server classes of an app on a deployment server, and wait until its clients have downloaded it."""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .deployment_answers import App, Client
from .deployment_client import DeploymentServer
from .deployment_rules import (
    Arrivals,
    RequestedReload,
    late_clients,
    missing_part,
    no_class,
    not_yet,
    of_app,
    requested_reload,
    shown,
)
from .options import management_http, splunk_operation, with_splunk_environment

# Seconds between two looks at the clients, from the first to the longest. They phone home once a minute by default.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 10.0


@splunk_operation
def reload_app(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_deployment_server). Raises CollectionError."""
    options = with_splunk_environment(options)
    wanted = requested_reload(options)
    api = DeploymentServer(management_http(options, context.mask), context.mask)
    return run_reload(api, wanted, context)


def run_reload(api: DeploymentServer, wanted: RequestedReload, context: RunContext) -> dict[str, t.Any]:
    """Reload the classes of the app, wait for its clients, and return the result of the module. Raises CollectionError."""
    before = api.clients(wanted.app)
    if context.check_mode:
        return _as_it_is(api, wanted, before)
    old = api.app(wanted.app)
    # A class that was added to serverclass.conf is known only after a reload of all classes.
    for server_class in old.classes if old and old.classes else [""]:
        api.reload(server_class)
    app = _mapped(api, wanted)
    arrivals = Arrivals(app, before, was_offered=bool(old and old.classes))
    begin = context.clock.now()
    pause = _FIRST_PAUSE
    while True:
        everyone = api.clients(wanted.app)
        arrivals.see(everyone)
        clients = of_app(everyone, app)
        causes = {client.id: arrivals.missing(client) for client in clients}
        seconds = context.clock.now() - begin
        is_complete = not any(causes.values()) and not arrivals.may_grow(everyone, seconds)
        if is_complete or seconds >= wanted.wait_timeout:
            break
        context.clock.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    new = [client for client in clients if arrivals.is_new(client)]
    result = _result(wanted, app, clients, causes)
    if any(causes.values()):
        raise CollectionError(late_clients(wanted.app, clients, causes, wanted.wait_timeout), **result)
    is_other = bool(old and old.checksum and old.checksum != app.checksum)
    return {
        **result,
        **_change([client.name for client in new], changed=bool(new) or is_other),
        "warnings": _warnings(wanted.app, app, clients),
    }


def _as_it_is(api: DeploymentServer, wanted: RequestedReload, before: list[Client]) -> dict[str, t.Any]:
    """Return the result in check mode: the server does not read its files again, so a new version in them is not known."""
    app = api.app(wanted.app)
    if not app or not app.classes:
        # The tasks that write the files change nothing in check mode either.
        result = {**_result(wanted, app or App([], ""), [], {}), **_change([], changed=True)}
        return {**result, "warnings": [not_yet(wanted.app, app)]}
    clients = of_app(before, app)
    causes = {client.id: missing_part(client, app) for client in clients}
    missing = [client.name for client in clients if causes[client.id]]
    return {
        **_result(wanted, app, clients, causes),
        **_change(missing, changed=bool(missing)),
        "warnings": _warnings(wanted.app, app, clients),
    }


def _mapped(api: DeploymentServer, wanted: RequestedReload) -> App:
    """Return the app. Raises CollectionError if it is in no server class."""
    app = api.app(wanted.app)
    if not app or not app.classes:
        raise no_class(wanted.app, app, api.server().roles)
    return app


def _result(wanted: RequestedReload, app: App, clients: list[Client], causes: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {"app": wanted.app, "server_classes": app.classes, "clients": shown(clients, causes)}


def _change(names: list[str], *, changed: bool) -> dict[str, t.Any]:
    """Return the part of the result about the change: the clients that download the app."""
    before, after = dict.fromkeys(names, "old"), dict.fromkeys(names, "current")
    header = "app on the clients"
    return {
        "changed": changed,
        "action": "reloaded" if changed else "unchanged",
        "diff": {"before_header": header, "after_header": header, "before": before, "after": after},
    }


def _warnings(name: str, app: App, clients: list[Client]) -> list[str]:
    if clients:
        return []
    classes = ", ".join(app.classes)
    text = (
        f"No client belongs to a server class of app {name} ({classes}), so nothing downloads it. Check the filters of the class in "
        "serverclass.conf (whitelist.0), and deploymentclient.conf on the clients."
    )
    return [text]
