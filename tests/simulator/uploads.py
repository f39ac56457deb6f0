# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The uploads of Logpush as Cloudflare's analytics count them: one for each attempt to upload a batch."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

# A week of 100 jobs with a batch every five minutes.
UPLOADS_KEPT = 200_000


@dataclasses.dataclass(frozen=True)
class Upload:
    """One attempt. ``status`` is the HTTP status of the answer, or Cloudflare's code for an attempt without an answer.
    ``final`` is whether no further attempt follows. ``size`` is the number of bytes before compression.
    """

    time: float
    job_id: int
    scope: str
    scope_id: str
    destination_type: str
    status: int
    final: bool
    records: int
    size: int
    compressed: int


class Uploads:
    """The newest uploads, in the order in which they were made."""

    def __init__(self) -> None:
        self._all: collections.deque[Upload] = collections.deque()
        self._by_scope: dict[tuple[str, str], collections.deque[Upload]] = {}

    def __iter__(self) -> t.Iterator[Upload]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, upload: Upload) -> None:
        """Keep an upload, and forget the oldest one if there are too many."""
        self._all.append(upload)
        self._by_scope.setdefault((upload.scope, upload.scope_id), collections.deque()).append(upload)
        if len(self._all) > UPLOADS_KEPT:
            oldest = self._all.popleft()
            self._by_scope[oldest.scope, oldest.scope_id].popleft()

    def of(self, scope: str, scope_id: str) -> t.Iterable[Upload]:
        """Return the uploads of the jobs of one zone or account."""
        return self._by_scope.get((scope, scope_id), ())
