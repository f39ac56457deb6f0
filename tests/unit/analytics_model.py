# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A model of the GraphQL API in this process: uploads at known times, and limits that each query has to respect."""

from __future__ import annotations

import datetime
import json
import types
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.analytics_query import Window
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Body, Reply

NOON = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.timezone.utc)
URL = "https://api.example.com"


def window(seconds: int) -> Window:
    """Return a window of this number of seconds that begins at noon."""
    return Window(NOON, NOON + datetime.timedelta(seconds=seconds))


def group(job_id: int, uploads: int = 1, status: int = 200, final: int = 0, records: int = 10) -> dict[str, t.Any]:
    """Return a group as the API returns it."""
    sums = {"uploads": uploads, "records": records, "bytes": records * 100}
    return {"count": uploads, "sum": sums, "dimensions": {"jobId": job_id, "status": status, "final": final}}


def reply(body: t.Any = None, status: int = 200, text: str | None = None, **headers: str) -> Reply:
    """Return an answer with this body."""
    return Reply("POST", f"{URL}/graphql", status, headers, json.dumps(body) if text is None else text)


def refused(message: str, status: int = 200, code: str | None = None) -> Reply:
    """Return an answer with one error."""
    error: dict[str, t.Any] = {"message": message, "path": None}
    if code:
        error["extensions"] = {"code": code}
    return reply({"data": None, "errors": [error]}, status)


class Upload(t.NamedTuple):
    """An upload of a job: the zone, the second after noon, and its status."""

    zone: str
    second: int
    job_id: int
    status: int


class ModelOfApi:
    """Answers queries as the API does, in the place of an HTTP client. ``page`` is the most groups of an answer, ``duration``
    the longest window in seconds; ``forbidden`` are zones that the token may not read, ``closed`` is whether it may not read
    the account."""

    base_url = URL

    def __init__(
        self,
        uploads: t.Iterable[Upload] = (),
        page: int = 1000,
        duration: int = 86400,
        forbidden: t.Iterable[str] = (),
        closed: bool = False,
    ) -> None:
        self.uploads, self.page, self.duration = list(uploads), page, duration
        self.forbidden, self.closed = set(forbidden), closed
        self.asked: list[dict[str, t.Any]] = []
        self.budget = types.SimpleNamespace(sent=0)

    def beside(self, *dummy: t.Any) -> ModelOfApi:
        """Return the client for an account."""
        return self

    def send(self, dummy_method: str, dummy_path: str, body: Body) -> Reply:
        """Return the answer to a query."""
        query = json.loads(body.content)
        self.asked.append(query)
        self.budget.sent += 1
        return self.answer(query["query"], query["variables"])

    def answer(self, query: str, variables: dict[str, t.Any]) -> Reply:
        """Return the answer to a query about zones."""
        begin, end = (datetime.datetime.fromisoformat(variables[key].replace("Z", "+00:00")) for key in ("from", "to"))
        forbidden = self.forbidden & set(variables["zones"])
        if self.closed and "accounts" in query:
            return refused("not authorized for that account", 403, "authz")
        if forbidden:
            return refused(f"zones [{' '.join(sorted(forbidden))}] are not authorized")
        if (end - begin).total_seconds() > self.duration:
            return refused(f"query time range is too large, the limit is {self.duration}s")
        if variables["limit"] > self.page:
            return refused(f"limit must be positive number and not greater than {self.page}")
        assert 1 <= len(variables["zones"]) <= 10
        seconds = [(time - NOON).total_seconds() for time in (begin, end)]
        zones = [self._zone(zone, *seconds) for zone in variables["zones"]]
        zones = self._limited(zones, variables["limit"])
        viewer = {"accounts": [{"zones": zones}]} if "accounts" in query else {"zones": zones}
        return reply({"data": {"viewer": viewer}, "errors": None})

    def _zone(self, zone: str, begin: float, end: float) -> dict[str, t.Any]:
        counts: dict[tuple[int, int], int] = {}
        for upload in self.uploads:
            if upload.zone == zone and begin <= upload.second < end:
                key = (upload.job_id, upload.status)
                counts[key] = counts.get(key, 0) + 1
        groups = [group(job_id, uploads, status) for (job_id, status), uploads in counts.items()]
        return {"zoneTag": zone, "logpushHealthAdaptiveGroups": groups}

    @staticmethod
    def _limited(zones: list[dict[str, t.Any]], limit: int) -> list[dict[str, t.Any]]:
        """Cut the groups of all zones off at the limit, as an answer to one query has them."""
        for zone in zones:
            kept = zone["logpushHealthAdaptiveGroups"][:limit]
            zone["logpushHealthAdaptiveGroups"] = kept
            limit -= len(kept)
        return zones
