# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that are killed at one of their writes."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http


class KilledError(BaseException):
    """The process is killed."""


def killing_send(killed_at: int, moment: str) -> t.Callable[..., t.Any]:
    """Return a C(Http.send) that ends the run before or after its write of this number."""
    send = Http.send
    writes = [0]

    def sending(http: Http, method: str, path: str, *arguments: t.Any, **more: t.Any) -> t.Any:
        is_write = method in ("PUT", "DELETE") or (method == "POST" and "search" not in path)
        writes[0] += is_write
        if is_write and writes[0] == killed_at and moment == "before":
            raise KilledError
        reply = send(http, method, path, *arguments, **more)
        if is_write and writes[0] == killed_at:
            raise KilledError
        return reply

    return sending
