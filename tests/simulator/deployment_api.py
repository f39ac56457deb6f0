# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's ``deployment/server``: reload the server classes, and read them, the apps and the clients.

From Splunk's REST reference (deployment endpoints) and recorded answers.
"""

from __future__ import annotations

import datetime
import hashlib
import typing as t

from aiohttp import web

from .conf_state import is_true
from .deployment import FAILED, Client, DeploymentServer, Download
from .splunk_wire import DEFAULT_COUNT, Call, Entry, Page, SplunkError, answer, paged, single

READ, WRITE = "list_deployment_server", "edit_deployment_server"
BASE = ("deployment", "server")
REPOSITORY = "$SPLUNK_HOME/etc/deployment-apps"
CLIENT_FILTERS = (
    "action",
    "application",
    "hasDeploymentError",
    "serverclasses",
    "minLatestPhonehomeTime",
    "maxPhonehome_latency_to_avgInterval_ratio",
    "minPhonehome_latency_to_avgInterval_ratio",
)


class DeploymentApi:
    """The handlers of deployment/server."""

    def __init__(self, server: t.Callable[[], DeploymentServer | None]) -> None:
        self.server = server

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers; a star stands for one part."""
        return [
            ((*BASE, "config"), self.config),
            ((*BASE, "config", "_reload"), self.reload),
            ((*BASE, "config", "listIsDisabled"), self.is_disabled),
            ((*BASE, "clients"), self.clients),
            ((*BASE, "clients", "*"), self.client),
            ((*BASE, "serverclasses"), self.classes),
            ((*BASE, "serverclasses", "*"), self.server_class),
            ((*BASE, "applications"), self.applications),
            ((*BASE, "applications", "*"), self.application),
        ]

    def _server(self, call: Call, capability: str = READ, method: str = "GET") -> DeploymentServer | None:
        """Check a call, and return the server, None if the instance is none. Raises SplunkError."""
        if call.method != method:
            raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')
        call.requires(capability)
        return self.server()

    async def config(self, call: Call) -> web.Response:
        """Answer GET config."""
        return self._config(call, self._server(call))

    def _config(self, call: Call, server: DeploymentServer | None) -> web.Response:
        content = {
            "clientMatchingCacheVersion": 2,
            "currentDownloads": "0",
            "disabled": server is None,
            "loadTime": server.loaded if server else 0,
            "repositoryLocation": REPOSITORY,
        }
        entry = Entry("config", "deployment/server/config", content, read=("admin",), actions=("_reload",))
        return answer(call, Page([entry], 1, DEFAULT_COUNT, 0), "deployment/server/config")

    async def reload(self, call: Call) -> web.Response:
        """Answer POST config/_reload: read the server classes and the apps again, or those of one class."""
        server = self._server(call, WRITE, "POST")
        call.sent(("serverclass",))
        wanted = call.argument("serverclass")
        if server is not None:
            server.reload()
            if wanted and wanted not in server.classes:
                raise SplunkError(500, f'serverclass={wanted} ("reload") does not exist')
        return self._config(call, server)

    async def is_disabled(self, call: Call) -> web.Response:
        """Answer GET config/listIsDisabled."""
        server = self._server(call)
        entry = Entry("default", "deployment/server/config", {"disabled": server is None}, actions=())
        return answer(call, single(entry), "deployment/server/config")

    async def clients(self, call: Call) -> web.Response:
        """Answer GET clients: those that have phoned home."""
        server = self._server(call)
        call.sent(CLIENT_FILTERS)
        application = call.argument("application")
        if server and application and not any(application in one.apps for one in server.classes.values()):
            raise SplunkError(500, "no such application associated with any serverclass")
        entries = [_client(call, server, client) for client in _known(server) if _fits(call, client)]
        return answer(call, paged(call, entries), "deployment/server/clients")

    async def client(self, call: Call) -> web.Response:
        """Answer GET clients/{id}."""
        server = self._server(call)
        found = [client for client in _known(server) if _id(client) == call.path[-1]]
        if not found:
            raise SplunkError(404, f"Could not find object id={call.path[-1]}")
        return answer(call, single(_client(call, server, found[0])), "deployment/server/clients")

    async def classes(self, call: Call) -> web.Response:
        """Answer GET serverclasses."""
        server = self._server(call)
        entries = [_class(server, name) for name in sorted(server.classes)] if server else []
        return answer(call, paged(call, entries), "deployment/server/serverclasses", creates=True)

    async def server_class(self, call: Call) -> web.Response:
        """Answer GET serverclasses/{name}."""
        server = self._server(call)
        if server is None or call.path[-1] not in server.classes:
            raise SplunkError(404, f"Could not find object id={call.path[-1]}")
        return answer(call, single(_class(server, call.path[-1])), "deployment/server/serverclasses")

    async def applications(self, call: Call) -> web.Response:
        """Answer GET applications: the apps in the folder, as they were at the last reload."""
        server = self._server(call)
        call.sent(("clientId", "hasDeploymentError", "deployed"))
        entries = [_application(server, name) for name in sorted(server.apps)] if server else []
        return answer(call, paged(call, entries), "deployment/server/applications")

    async def application(self, call: Call) -> web.Response:
        """Answer GET applications/{name}."""
        server = self._server(call)
        if server is None or call.path[-1] not in server.apps:
            raise SplunkError(404, f"Could not find object id={call.path[-1]}")
        return answer(call, single(_application(server, call.path[-1])), "deployment/server/applications")


def _known(server: DeploymentServer | None) -> list[Client]:
    return [client for client in server.clients.values() if client.last_phone_home] if server else []


def _id(client: Client) -> str:
    return hashlib.md5(client.node.guid.encode(), usedforsecurity=False).hexdigest()


def _fits(call: Call, client: Client) -> bool:
    """Return whether a client fits the filters of a call."""
    tried = {**client.downloads, **client.failed}
    application, error = call.argument("application"), call.argument("hasDeploymentError")
    classes = {name for name in call.argument("serverclasses").split(",") if name}
    return (
        (not application or application in tried)
        and (not error or is_true(error) == bool(client.failed))
        and (not classes or any(classes.intersection(one.classes) for one in tried.values()))
        and client.last_phone_home >= call.number("minLatestPhonehomeTime", 0)
    )


def _client(call: Call, server: DeploymentServer | None, client: Client) -> Entry:
    node = client.node
    settings = node.state.settings
    tried = {**client.downloads, **client.failed}
    classes = server.classes.values() if server else ()
    content = {
        "applications": {name: _download(server, one) for name, one in sorted(tried.items())},
        "averagePhoneHomeInterval": str(max(1, round(settings.phone_home_seconds))),
        "build": call.version.build,
        "clientName": node.guid,
        "dns": node.name,
        "guid": _id(client),
        "hasDeploymentError": bool(client.failed),
        "hostname": node.name,
        "id": f"connection_{node.management.host}_8089_{node.name}_{node.name}_{node.guid}",
        "instanceName": node.name,
        "ip": node.management.host,
        "lastPhoneHomeTime": str(int(client.last_phone_home)),
        "mgmt": "8089",
        "name": node.guid,
        "serverClasses": {
            one.name: {
                **_flags(one.settings),
                "loadTime": server.loaded if server else 0,
                "repositoryLocation": REPOSITORY,
            }
            for one in classes
            if one.has(node)
        },
        "splunkVersion": call.version.number,
        "utsname": "linux-x86_64",
    }
    return Entry(
        _id(client), "deployment/server/clients", content, read=("admin",), actions=("remove",), removable=True
    )


def _moment(seconds: float) -> str:
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc):%a %b %e %H:%M:%S %Y}"


def _archive(server: DeploymentServer | None, name: str, classes: list[str]) -> str:
    """Return the file of an app that the server has now: for a client, too, whatever the client has downloaded."""
    packed = server.packed.get(name, 0) if server else 0
    return f"/opt/splunk/var/run/tmp/{(classes or ['none'])[0]}/{name}-{packed}.bundle"


def _download(server: DeploymentServer | None, one: Download) -> dict[str, t.Any]:
    return {
        "action": "Install" if one.result != FAILED else "Download",
        "archive": _archive(server, one.app.name, one.classes),
        **_flags(one.settings),
        "result": one.result,
        "serverclasses": list(one.classes),
        "size": "10240",
        "timestamp": _moment(one.timestamp),
    }


def _flags(settings: t.Mapping[str, str]) -> dict[str, t.Any]:
    return {
        "restartSplunkWeb": is_true(settings.get("restartSplunkWeb", "0")),
        "restartSplunkd": is_true(settings.get("restartSplunkd", "0")),
        "stateOnClient": settings.get("stateOnClient", "enabled"),
    }


def _class(server: DeploymentServer, name: str) -> Entry:
    one = server.classes[name]
    patterns = {key: value for key, value in one.settings.items() if key.startswith(("whitelist", "blacklist"))}
    content = {
        **_flags(one.settings),
        "currentDownloads": "0",
        "loadTime": server.loaded,
        "repositoryLocation": REPOSITORY,
        "whitelist-size": sum(key.startswith("whitelist") for key in patterns),
        "blacklist-size": sum(key.startswith("blacklist") for key in patterns),
        **patterns,
    }
    return Entry(name, "deployment/server/serverclasses", content, read=("admin",), removable=True)


def _application(server: DeploymentServer, name: str) -> Entry:
    app = server.apps[name]
    classes = [one.name for one in server.classes.values() if name in one.apps]
    settings = next((one.apps[name] for one in server.classes.values() if name in one.apps), {})
    content = {
        **_flags(settings),
        "archive": _archive(server, name, classes),
        "checksum": str(int(app.checksum[:15], 16)),
        "issueReload": is_true(settings.get("issueReload", "0")),
        "loadtime": _moment(server.packed.get(name, server.loaded)),
        "serverclasses": classes,
        "size": "10240",
    }
    return Entry(name, "deployment/server/applications", content, read=("admin",))
