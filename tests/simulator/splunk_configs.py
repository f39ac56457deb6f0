# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The management API's ``configs/conf-props``: listing, creating, reading, changing and deleting the stanzas of props.conf, and
``properties``, which lists the names.

From Splunk's page "Configuration endpoint descriptions" and "Accessing and updating Splunk Enterprise configurations". A stanza
shows its settings together with those of [default]. A wildcard in the place of the app shows the stanza of every app.
"""

from __future__ import annotations

import typing as t

from aiohttp import web

from .splunk_props import DEFAULTS, Stanza, merged
from .splunk_wire import DEFAULT_COUNT, GENERAL_ARGUMENTS, Call, Entry, Page, SplunkError, answer, paged, single
from .state import State

COLLECTION = "configs/conf-props"
# Reading needs no capability; writing needs write access to the app, which administrators have.
CAPABILITY = "admin_all_objects"
USUAL_APP = "search"


class Configs:
    """The handlers of props.conf."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[tuple[tuple[str, ...], t.Any]]:
        """Return patterns of paths with their handlers; a star stands for one part."""
        base = ("configs", "conf-props")
        return [
            (base, self.collection),
            ((*base, "*"), self.stanza),
            ((*base, "*", "acl"), self.acl),
            (("properties",), self.files),
            (("properties", "props"), self.names),
        ]

    async def collection(self, call: Call) -> web.Response:
        """Answer GET and POST configs/conf-props."""
        if call.method == "POST":
            return self._create(call)
        if call.method != "GET":
            raise SplunkError(400, f'Cannot perform action "{call.method}" without a target name to act on.')
        names = sorted({one.name for one in self._props.stanzas})
        found = [entry for name in names for entry in self._entries(call, name)]
        return answer(call, paged(call, found), COLLECTION, creates=True)

    async def stanza(self, call: Call) -> web.Response:
        """Answer GET, POST and DELETE of a stanza."""
        name = call.path[-1]
        if name == "_reload":
            return answer(call, Page([], 0, DEFAULT_COUNT, 0), COLLECTION, creates=True)
        found = self._entries(call, name)
        if not found:
            raise SplunkError(404, f"Could not find object id={name}")
        if call.method == "GET":
            return answer(call, Page(found, len(found), DEFAULT_COUNT, 0, whole=True), COLLECTION, creates=True)
        call.requires(CAPABILITY)
        app = _app(call)
        if call.method == "POST":
            self._write(self._local(name, app), _sent(call))
            return self._shown(call, name)
        local = [
            one for one in self._props.named(name) if one.app == app and one.folder == "local" and not one.is_private()
        ]
        if not local:
            raise SplunkError(400, f"Object {name} cannot be removed: app {app} has it in default")
        self._props.stanzas.remove(local[0])
        self.state.changed = True
        return answer(call, Page([], 0, DEFAULT_COUNT, 0), COLLECTION, creates=True)

    async def acl(self, call: Call) -> web.Response:
        """Answer GET and POST of the permissions of a stanza."""
        name = call.path[-2]
        own = [one for one in self._props.named(name) if one.app == _app(call) and not one.is_private()]
        if not own:
            raise SplunkError(404, f"Could not find object id={name}")
        if call.method == "POST":
            call.requires(CAPABILITY)
            sent = call.sent(("owner", "sharing", "perms.read", "perms.write"))
            if "owner" not in sent or sent.get("sharing", [""])[-1] not in ("app", "global"):
                raise SplunkError(400, "The following required arguments are missing: owner, sharing.")
            for one in own:
                one.owner, one.sharing = call.argument("owner"), call.argument("sharing")
                one.read = call.argument("perms.read").split(",") if "perms.read" in sent else one.read
                one.write = call.argument("perms.write").split(",") if "perms.write" in sent else one.write
            self.state.changed = True
        return self._shown(call, name)

    async def files(self, call: Call) -> web.Response:
        """Answer GET properties: the names of the configuration files."""
        return answer(call, paged(call, [Entry("props", "properties", {})]), "properties", creates=True)

    async def names(self, call: Call) -> web.Response:
        """Answer GET properties/props: the names of the stanzas."""
        names = sorted({one.name for one in self._props.stanzas})
        found = [Entry(name, "properties/props", {}) for name in names if self._entries(call, name)]
        return answer(call, paged(call, found), "properties/props", creates=True)

    @property
    def _props(self) -> t.Any:
        return self.state.splunk.props_files

    def _create(self, call: Call) -> web.Response:
        """Make a stanza in the app of the request. Raises SplunkError."""
        call.requires(CAPABILITY)
        name, app = call.argument("name"), _app(call)
        if not name:
            raise SplunkError(400, 'Cannot perform action "POST" without a target name to act on.')
        if any(one.app == app and not one.is_private() for one in self._props.named(name)):
            raise SplunkError(409, f"An object with name={name} already exists")
        stanza = Stanza(name, app, {})
        self._write(stanza, _sent(call))
        return self._shown(call, name, 201)

    def _local(self, name: str, app: str) -> Stanza:
        """Return the stanza in the folder local of an app, which may have it only in its folder default."""
        own = [one for one in self._props.named(name) if one.app == app and not one.is_private()]
        return own[0] if own and own[0].folder == "local" else Stanza(name, app, {})

    def _write(self, stanza: Stanza, sent: dict[str, str]) -> None:
        """Change settings of a stanza, and add it if it is new. Raises SplunkError for settings that cannot be used."""
        changed = Stanza(**{**vars(stanza), "settings": {**stanza.settings, **sent}})
        try:
            self._props.add(changed)
        except ValueError as error:
            raise SplunkError(400, str(error)) from error
        self._props.stanzas = [one for one in self._props.stanzas if one is not stanza]
        self.state.changed = True

    def _shown(self, call: Call, name: str, status: int = 200) -> web.Response:
        own = [entry for entry in self._entries(call, name) if entry.app == _app(call)]
        return answer(call, single(own[0]), COLLECTION, creates=True, status=status)

    def _entries(self, call: Call, name: str) -> list[Entry]:
        """Return a stanza as a request sees it: one entry, or one of each app if the request has a wildcard."""
        stanzas = self._props.named(name)
        if call.app == "-":
            if self.state.settings.list_quirk:
                return []
            places = sorted({one.place() for one in stanzas})
            return [self._entry([one for one in stanzas if one.place() == place]) for place in places]
        app = _app(call)
        visible = [
            one for one in stanzas if not one.is_private() and (one.app == app or one.sharing in ("global", "system"))
        ]
        # Within a request for an app, its own folders come first.
        visible.sort(key=lambda one: one.app != app)
        return [self._entry(visible)] if visible else []

    def _entry(self, stanzas: list[Stanza]) -> Entry:
        first = stanzas[0]
        content = {
            **DEFAULTS,
            **merged(stanzas),
            "disabled": False,
            "eai:appName": first.app,
            "eai:userName": "nobody",
        }
        is_local = first.folder == "local"
        return Entry(
            first.name,
            COLLECTION,
            content,
            app=first.app,
            owner=first.owner,
            sharing=first.sharing,
            read=first.read,
            write=first.write,
            removable=is_local,
            actions=("_reload", "edit", *(("remove", "disable") if is_local else ())),
            wildcard=(".*",),
        )


def _app(call: Call) -> str:
    """Return the app of a request that writes. Raises SplunkError for a wildcard."""
    if call.app == "-":
        raise SplunkError(400, "Wildcards are not supported in this context.")
    return call.app or USUAL_APP


def _sent(call: Call) -> dict[str, str]:
    """Return the settings in a request; every name is accepted."""
    return {
        name: values[-1]
        for name, values in call.arguments.items()
        if name not in (*GENERAL_ARGUMENTS, "name", "eai:acl") and not name.startswith("eai:")
    }
