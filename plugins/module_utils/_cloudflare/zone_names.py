# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Check that the id and the name of a zone that are given together belong to the same zone, before something is written."""

from __future__ import annotations

import threading
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .client import ApiError, CloudflareReader
from .locate import LOOKED_UP_ONE_BY_ONE
from .scopes import ascii_domain, scope_with_id

Answer = t.TypeVar("Answer")


class ZoneNames:
    """The names of zones that are given by id and name, read when the first of them is needed: page by page, because a run can
    have thousands. A zone that the API token may not see counts as right: its id alone needs no permission to read zones."""

    def __init__(self, client: CloudflareReader, zones: t.Iterable[t.Mapping[str, t.Any]], concurrency: int) -> None:
        self._client = client
        self._concurrency = concurrency
        self._ids = {_id_of(zone) for zone in zones if zone.get("zone_id") and zone.get("zone_name")}
        self._names: dict[str, str] | None = None
        self._problem: CollectionError | None = None
        self._lock = threading.Lock()

    def check(self, zone: t.Mapping[str, t.Any]) -> None:
        """Check the id and the name in the options of a zone. Raises OptionError if they name two zones, and CollectionError if
        the API does not answer which zone has the id."""
        given = zone.get("zone_name")
        if not zone.get("zone_id") or not given:
            return
        with self._lock:
            if self._names is None:
                self._names = {scope_with_id("zones", found["id"]).id: found["name"] for found in self._visible()}
        name = self._names.get(_id_of(zone))
        if name is None and self._problem:
            raise CollectionError(
                f"{self._problem} So it is not known whether zone_id {zone['zone_id']} is {given}, and nothing is written here. "
                "Run this again, or leave zone_name out."
            )
        if name and ascii_domain(name) != ascii_domain(str(given)):
            raise OptionError(
                "zone_id, zone_name",
                f"name two zones: {zone['zone_id']} is {name}, not {given}. Nothing is written here. Correct one of them, or "
                "leave zone_name out",
            )

    def _visible(self) -> list[JsonObject]:
        """Return the zones that the API token sees; of few zones only those that are looked up."""
        if len(self._ids) > LOOKED_UP_ONE_BY_ONE:
            return self._answer(self._client.zones, {}, self._concurrency) or []
        found = (self._answer(self._client.zone, zone_id) for zone_id in sorted(self._ids))
        return [zone for zone in found if zone]

    def _answer(self, read: t.Callable[..., Answer], *what: t.Any) -> Answer | None:
        """Return what a request returns; None if the API refuses it. After any other failure the names are not known."""
        try:
            return read(*what)
        except CollectionError as error:
            if not (isinstance(error, ApiError) and 400 <= error.status < 500 and error.status != 429):
                self._problem = error
            return None


def _id_of(zone: t.Mapping[str, t.Any]) -> str:
    return scope_with_id("zones", zone["zone_id"]).id
