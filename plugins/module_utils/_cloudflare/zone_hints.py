# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Suggest a zone for a name that no zone has: the zone that contains the name, or one with a similar name."""

from __future__ import annotations

import threading
import typing as t

from .._core.errors import CollectionError
from .client import CloudflareReader
from .scopes import NoSuchZoneError, ascii_domain, parent_domains

# Pages of the list of zones to read for a hint.
_MOST_PAGES = 10


class ZoneHints:
    """The names of the zones that the API token sees, listed when the first hint is needed. Without the permission to list
    zones, or in case of any other failure, there are no hints."""

    def __init__(self, client: CloudflareReader, names: t.Iterable[str] | None = None) -> None:
        """``names`` are the names of all zones, if they are already known."""
        self._client = client
        self._names = None if names is None else [ascii_domain(name) for name in names]
        self._is_complete = names is not None
        self._parents: dict[str, bool] = {}
        self._lock = threading.Lock()

    def explained(self, error: NoSuchZoneError) -> NoSuchZoneError:
        """Return the error with the zones that the user probably means."""
        with self._lock:
            if self._names is None:
                self._names = self._listed()
            names = [*self._names, *self._further_parents(error.name)]
        return NoSuchZoneError(error.name, names)

    def _listed(self) -> list[str]:
        names: list[str] = []
        try:
            for number in range(1, _MOST_PAGES + 1):
                page = self._client.zones_page({}, number)
                names += [ascii_domain(str(zone.get("name") or "")) for zone in page.zones]
                if number >= page.pages:
                    self._is_complete = True
                    break
        except CollectionError:
            # Without the permission to list zones, looking up names one by one would fail as well.
            self._is_complete = True
        return names

    def _further_parents(self, name: str) -> list[str]:
        """Return the zones that a name lies within and that the list is too short to contain."""
        if self._is_complete:
            return []
        return [parent for parent in parent_domains(name) if parent not in (self._names or ()) and self._exists(parent)]

    def _exists(self, name: str) -> bool:
        if name not in self._parents:
            try:
                self._client.zone_named(name)
                self._parents[name] = True
            except CollectionError:
                self._parents[name] = False
        return self._parents[name]
