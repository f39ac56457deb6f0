# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The indexes of a stack, through Splunk Cloud's Admin Config Service (ACS).

From Splunk's "Manage indexes in Splunk Cloud Platform" (Admin Config Service Manual).
"""

from __future__ import annotations

import re
import typing as t

from aiohttp import web

from .acs_base import BASE, AcsError, AcsPart, object_of
from .splunk_state import Index

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
ARCHIVE, BUCKET = "splunkArchivalRetentionDays", "selfStorageBucketPath"
DEFAULTS: dict[str, t.Any] = {"searchableDays": 90, "maxDataSizeMB": 0}
NUMBERS = (*DEFAULTS, ARCHIVE)
SETTINGS = (*NUMBERS, BUCKET)


class AcsIndexes(AcsPart):
    """The handlers of indexes."""

    def routes(self) -> list[tuple[str, str, t.Any]]:
        """Return methods and paths with their handlers."""
        base = BASE + "/indexes"
        return [
            ("GET", base, self.list),
            ("POST", base, self.create),
            ("GET", base + "/{name}", self.get),
            ("PATCH", base + "/{name}", self.change),
            ("DELETE", base + "/{name}", self.delete),
        ]

    async def list(self, request: web.Request) -> web.Response:
        """Answer GET indexes with a bare array, and with null past the end; internal indexes are not shown."""
        self.authorize(request, "indexes_edit")
        found = [index for index in self.state.splunk.indexes.values() if not index.name.startswith("_")]
        page = [self._shown(index) for index in found[self.window(request)]]
        return web.json_response(page or None)

    async def get(self, request: web.Request) -> web.Response:
        """Answer GET of an index."""
        self.authorize(request, "indexes_edit")
        return web.json_response(self._shown(self.index(request.match_info["name"])))

    async def create(self, request: web.Request) -> web.Response:
        """Answer POST indexes."""
        self.authorize(request, "indexes_edit")
        body = await object_of(request)
        name, datatype = body.pop("name", None), body.pop("datatype", "event")
        if not isinstance(name, str) or not NAME.fullmatch(name) or "kvstore" in name:
            raise AcsError("400-bad-request", f"index name {name} is invalid")
        if datatype not in ("event", "metric"):
            raise AcsError("400-bad-request", "datatype must be event or metric")
        _check({**DEFAULTS, **body})
        if name in self.state.splunk.indexes or self.pending("index", name, "create") is not None:
            raise AcsError("409-object-already-exists", f"index with name {name} already exists")
        index = Index(name, datatype, settings=body)
        self.deploy("index", name, "create", lambda: self.state.splunk.indexes.update({name: index}))
        return web.json_response({"name": name, "datatype": datatype, **DEFAULTS, **body}, status=202)

    async def change(self, request: web.Request) -> web.Response:
        """Answer PATCH of an index, which changes the named settings."""
        self.authorize(request, "indexes_edit")
        index, body = self.index(request.match_info["name"]), await object_of(request)
        _check({**DEFAULTS, **index.settings, **body})
        self.deploy("index", index.name, "update", lambda: index.settings.update(body))
        return web.json_response({"name": index.name, **body}, status=202)

    async def delete(self, request: web.Request) -> web.Response:
        """Answer DELETE of an index."""
        self.authorize(request, "indexes_edit")
        name = self.index(request.match_info["name"]).name
        self.deploy("index", name, "delete", lambda: self.state.splunk.indexes.pop(name, None))
        return web.json_response({}, status=202)

    def _shown(self, index: Index) -> dict[str, t.Any]:
        """Return an index as ACS shows it."""
        count = sum(event["indexed"] and event["index"] == index.name for event in self.state.received.events)
        # Only the settings that ACS knows: an index may also have those of indexes.conf.
        own = {key: value for key, value in index.settings.items() if key in SETTINGS}
        totals = {"totalEventCount": str(count), "totalRawSizeMB": "0"}
        return {"name": index.name, "datatype": index.datatype, **DEFAULTS, **own, **totals}


def _check(settings: dict[str, t.Any]) -> None:
    """Raise AcsError for settings that ACS refuses."""
    unknown = sorted(set(settings) - set(SETTINGS))
    if unknown:
        raise AcsError("400-bad-request", f"unknown fields: {', '.join(unknown)}")
    for name in NUMBERS:
        value = settings.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < (name == "searchableDays"):
            raise AcsError("400-bad-request", f"{name} is invalid")
    if ARCHIVE in settings and (BUCKET in settings or settings[ARCHIVE] < settings["searchableDays"]):
        raise AcsError("400-bad-request", f"{ARCHIVE} must be at least searchableDays, and excludes {BUCKET}")
