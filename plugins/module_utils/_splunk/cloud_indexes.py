# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the Admin Config Service (ACS) of Splunk Cloud: indexes.

Splunk's page: "Manage indexes in Splunk Cloud Platform" (U(https://help.splunk.com)).
"""

from __future__ import annotations

import typing as t

from .._core.http import Reply
from .._core.url_paths import path_segment
from . import acs_answers, answers
from .acs import AcsSender, Request
from .fields import acs_index_settings
from .values import CloudIndex


class CloudIndexes(AcsSender):
    """The calls of ACS for indexes."""

    def index(self, name: str) -> CloudIndex | None:
        """Return an index by its name; None if there is none, or if it is still being created. Raises SplunkError,
        NoAnswerError."""
        return _index(name, self._send_until_free(self._reading(name)))

    def names(self) -> t.Iterator[str]:
        """Return an iterator over the names of all indexes. Raises SplunkError, NoAnswerError."""
        return self._list(f"{self._root}/indexes", "Listing the indexes", acs_answers.index_names)

    def create_index(self, name: str, retention: t.Mapping[str, int]) -> CloudIndex:
        """Create an index for events, wait until it exists, and return it. An index of this name that exists by then counts as
        created. Raises CollectionError."""
        body = {"name": name, "datatype": "event", **acs_index_settings(retention)}
        self._change("POST", f"{self._root}/indexes", f"Creating index {name}", body, accept=(409,))
        return self._wait_for(name, lambda index: index is not None)

    def change_index(self, name: str, retention: t.Mapping[str, int]) -> CloudIndex:
        """Change the retention of an index, wait until the change is visible, and return the index. Raises CollectionError."""
        self._change("PATCH", self._path(name), f"Changing index {name}", acs_index_settings(retention))
        return self._wait_for(name, lambda index: index is not None and retention.items() <= index.retention.items())

    def _wait_for(self, name: str, is_done: t.Callable[[CloudIndex | None], bool]) -> CloudIndex:
        seen: list[CloudIndex] = []

        def shows(reply: Reply) -> bool:
            index = _index(name, reply)
            seen[:] = [index] if index else []
            return is_done(index)

        self._wait(self._reading(name), shows, f"index {name}")
        return seen[0]

    def _path(self, name: str) -> str:
        return f"{self._root}/indexes/{path_segment(name)}"

    def _reading(self, name: str) -> Request:
        return Request("GET", self._path(name), _reading(name))


def _reading(name: str) -> str:
    return f"Reading index {name}"


def _index(name: str, reply: Reply) -> CloudIndex | None:
    """Return the index in an answer, or None if ACS reports that it does not exist. Raises SplunkError."""
    return None if answers.is_missing_in_acs(reply) else acs_answers.index(_reading(name), name, reply)
