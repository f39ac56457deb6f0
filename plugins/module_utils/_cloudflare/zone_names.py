# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Check that the id and the name of a zone that are given together belong to the same zone, before something is written."""

from __future__ import annotations

import threading
import typing as t

from .._core.errors import CollectionError, OptionError
from .client import CloudflareReader
from .locate import LOOKED_UP_ONE_BY_ONE
from .scopes import ascii_domain


class ZoneNames:
    """The names of zones that are given by id and name, read when the first of them is needed: page by page, because a run can
    have thousands. A zone that the API token does not see counts as right: its id alone needs no permission to read zones."""

    def __init__(self, client: CloudflareReader, zones: t.Iterable[t.Mapping[str, t.Any]]) -> None:
        self._client = client
        self._ids = {str(zone["zone_id"]) for zone in zones if zone.get("zone_id") and zone.get("zone_name")}
        self._names: dict[str, str] | None = None
        self._lock = threading.Lock()

    def check(self, zone: t.Mapping[str, t.Any]) -> None:
        """Check the id and the name in the options of a zone. Raises OptionError."""
        zone_id, given = zone.get("zone_id"), zone.get("zone_name")
        if not zone_id or not given:
            return
        with self._lock:
            if self._names is None:
                self._names = self._read()
        name = self._names.get(str(zone_id))
        if name and ascii_domain(name) != ascii_domain(str(given)):
            raise OptionError(
                "zone_id, zone_name",
                f"name two zones: {zone_id} is {name}, not {given}. Nothing is written here. Correct one of them, or leave "
                "zone_name out",
            )

    def _read(self) -> dict[str, str]:
        try:
            zones = self._listed()
        except CollectionError:
            return {}
        return {str(zone.get("id")): str(zone.get("name") or "") for zone in zones}

    def _listed(self) -> list[dict[str, t.Any]]:
        if len(self._ids) <= LOOKED_UP_ONE_BY_ONE:
            return [self._client.zone(zone_id) for zone_id in sorted(self._ids)]
        first = self._client.zones_page({}, 1)
        zones = list(first.zones)
        for page in range(2, first.pages + 1):
            zones += self._client.zones_page({}, page).zones
        return zones
