# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Client of the Admin Config Service (ACS) of Splunk Cloud: IP allow lists.

Splunk's page: "Configure IP allow lists for Splunk Cloud Platform" (U(https://help.splunk.com)). A feature has a list of IPv4 subnets
and one of IPv6 subnets.
"""

from __future__ import annotations

import typing as t

from .._core.errors import CollectionError
from .._core.http import Reply
from .._core.url_paths import path_segment
from . import acs_answers, answers
from .acs import AcsSender, Request

_LISTS = {4: "ipallowlists", 6: "ipallowlists-v6"}


class CloudAllowlists(AcsSender):
    """The calls of ACS for IP allow lists. ``version`` is 4 or 6."""

    def subnets(self, feature: str, version: int) -> dict[str, list[str]] | None:
        """Return the subnets in a list: for each canonical one, its spellings. None if the stack has no IPv6 list. Raises
        SplunkError, NoAnswerError."""
        reading = self._reading(feature, version)
        reply = self._send_until_free(reading)
        if version == 6 and answers.is_missing_in_acs(reply):
            return None
        return acs_answers.subnets(reading.operation, reply)

    def add(self, feature: str, version: int, subnets: t.Sequence[str]) -> None:
        """Add canonical subnets to a list, and wait until all of them are visible. ACS ignores those that the list contains. Raises
        CollectionError."""
        operation = f"Adding subnets to {_name(feature, version)}"
        post = Request("POST", self._path(feature, version), operation, {"subnets": list(subnets)})
        self._carry_out(post, feature, version, lambda found: set(subnets) <= set(found))

    def remove(self, feature: str, version: int, subnets: t.Mapping[str, t.Sequence[str]], *, empties: bool) -> None:
        """Remove subnets from a list, and wait until none of them is visible. ``subnets`` is a part of what C(subnets) returned, and
        ``empties`` whether it is all of it: ACS refuses to remove all at once, so the last one is removed by itself. Raises
        CollectionError."""
        operation = f"Removing subnets from {_name(feature, version)}"
        path = self._path(feature, version)
        texts = [text for spelled in subnets.values() for text in spelled]
        last = texts.pop() if empties else ""
        if texts:
            delete = Request("DELETE", path, operation, {"subnets": texts})
            self._carry_out(
                delete,
                feature,
                version,
                lambda found: not any(text in texts for spelled in found.values() for text in spelled),
            )
        if last:
            delete = Request("DELETE", f"{path}/{path_segment(last)}", operation)
            self._carry_out(
                delete, feature, version, lambda found: not any(last in spelled for spelled in found.values())
            )

    def _carry_out(
        self, request: Request, feature: str, version: int, is_done: t.Callable[[t.Mapping[str, t.Sequence[str]]], bool]
    ) -> None:
        """Send a change and wait until it is visible. If its outcome is not known, or it was repeated and then refused, the list
        shows whether it was carried out."""
        reading = self._reading(feature, version)

        def shows(reply: Reply) -> bool:
            return is_done(acs_answers.subnets(reading.operation, reply))

        try:
            self._change(request.method, request.path, request.operation, request.body)
        except CollectionError:
            if not self._is_visible(reading, shows):
                raise
            return
        self._wait(reading, shows, _name(feature, version))

    def _is_visible(self, reading: Request, shows: t.Callable[[Reply], bool]) -> bool:
        try:
            return shows(self._send(reading))
        except CollectionError:
            return False

    def _path(self, feature: str, version: int) -> str:
        return f"{self._root}/access/{path_segment(feature)}/{_LISTS[version]}"

    def _reading(self, feature: str, version: int) -> Request:
        return Request("GET", self._path(feature, version), f"Reading {_name(feature, version)}")


def _name(feature: str, version: int) -> str:
    return f"the IPv{version} allow list of {feature}"
