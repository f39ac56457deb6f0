# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The names of zones that are known by their IDs: for new jobs without a name, and to check that the ID and the name of a zone
that are given together belong to the same zone, before something is written."""

from __future__ import annotations

import threading
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .client import ApiError, CloudflareReader, ZonesPage
from .locate import LOOKED_UP_ONE_BY_ONE
from .scopes import ascii_domain, scope_with_id


class ZoneNames:
    """The names of the zones of a run that have an ID, looked up when they are needed.

    The list of zones is read only if it has fewer pages than names are needed. Otherwise each zone is requested by its ID.
    How many names are needed is not known before the jobs of all zones are read, so it is estimated from the zones so far.
    """

    def __init__(self, client: CloudflareReader, zones: t.Iterable[t.Mapping[str, t.Any]], concurrency: int) -> None:
        self._client = client
        self._concurrency = concurrency
        # The zones whose names may still be needed.
        self._open = {_id_of(zone["zone_id"]) for zone in zones if zone.get("zone_id")}
        self._needed = self._settled = 0
        self._names: dict[str, str] = {}
        self._first_page: ZonesPage | None = None
        self._whole = False
        # The error that prevents reading the list.
        self._refusal: CollectionError | None = None
        self._lock = threading.Lock()

    def check(self, zone: t.Mapping[str, t.Any]) -> None:
        """Check the ID and the name in the options of a zone. A zone that the API token may not see counts as
        correct: its ID alone needs no permission to read zones. Raises OptionError if they name two zones, and
        CollectionError if the API does not answer which zone has the ID."""
        zone_id, given = zone.get("zone_id"), zone.get("zone_name")
        if not zone_id or not given:
            return
        try:
            name = self._visible_name(_id_of(zone_id))
        except CollectionError as error:
            raise CollectionError(
                f"{error} So it is not known whether zone_id {zone_id} is {given}, and nothing is written here. "
                "Run this again, or leave zone_name out."
            ) from None
        if name and ascii_domain(name) != ascii_domain(str(given)):
            raise OptionError(
                "zone_id, zone_name",
                f"name two zones: {zone_id} is {name}, not {given}. Nothing is written here. Correct one of them, or leave "
                "zone_name out",
            )

    def name_of(self, zone_id: str) -> str:
        """Return the name of a zone, "" if the API does not return one. Raises CollectionError."""
        zone_id = _id_of(zone_id)
        return self._listed_name(zone_id) or self._asked_name(zone_id)

    def settle(self, zone: t.Mapping[str, t.Any]) -> None:
        """Record that a zone is done: if its name has not been needed so far, it is not needed at all."""
        with self._lock:
            zone_id = _id_of(zone.get("zone_id"))
            if zone_id in self._open:
                self._open.remove(zone_id)
                self._settled += 1

    def _visible_name(self, zone_id: str) -> str:
        """Return the name of a zone; "" if the API token may not see it. Raises CollectionError for any other failure."""
        name = self._listed_name(zone_id)
        error = self._refusal
        if not name and not error and not self._whole:
            try:
                return self._asked_name(zone_id)
            except CollectionError as failure:
                error = failure
        if error and not _is_refused(error):
            raise error
        return name

    def _asked_name(self, zone_id: str) -> str:
        """Return the name of a zone, "" if the API does not return one, with a request for the zone alone."""
        self._names[zone_id] = str(self._client.zone(zone_id).get("name") or "")
        return self._names[zone_id]

    def _listed_name(self, zone_id: str) -> str:
        """Return the name of a zone from the list of zones, "" if it is not there or if the list costs too much."""
        with self._lock:
            if zone_id in self._open:
                self._open.remove(zone_id)
                self._needed += 1
            if zone_id not in self._names and not self._whole and not self._refusal:
                try:
                    self._read_list(zone_id)
                except CollectionError as error:
                    self._refusal = error
            return self._names.get(zone_id, "")

    def _read_list(self, zone_id: str) -> None:
        """Read pages of the list of zones, as long as that costs fewer requests than one for each zone. Raises
        CollectionError."""
        share = self._needed / ((self._needed + self._settled) or 1)
        if self._first_page is None and 1 + len(self._open) * share <= LOOKED_UP_ONE_BY_ONE:
            return
        if self._first_page is None:
            self._first_page = self._client.zones_page({}, 1)
            self._add(self._first_page.zones)
        missing = (zone_id not in self._names) + len(self._open - set(self._names)) * share
        if self._first_page.pages - 1 <= missing:
            self._add(self._client.zones({}, self._concurrency, self._first_page))
            self._whole = True

    def _add(self, zones: t.Iterable[JsonObject]) -> None:
        self._names.update((_id_of(zone["id"]), str(zone.get("name") or "")) for zone in zones)


def _id_of(zone_id: t.Any) -> str:
    return scope_with_id("zones", zone_id).id


def _is_refused(error: CollectionError) -> bool:
    """Return whether the API will always refuse the request, because the API token may not see the zone."""
    return isinstance(error, ApiError) and 400 <= error.status < 500 and error.status != 429
