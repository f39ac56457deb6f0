# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs and reports for the tests of the audit."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.delivery_findings import delivery_columns
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import JobDelivery
from ansible_collections.edgeops.logpush.tests.unit.strategies import WHOLE_CONF

NOW = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
POLICY = audit.Policy(NOW)
PLACE = {"where": "shop.example.com", "zone_id": "1", "zone": "shop.example.com"}


def job(**fields: t.Any) -> dict[str, t.Any]:
    """Return a job that delivers, in the form of the API."""
    delivered = {"enabled": True, "last_complete": "2026-11-22T09:58:00Z"}
    return {"id": 1, "dataset": "http_requests", "destination_conf": WHOLE_CONF, **delivered, **fields}


def unchanged(job_id: int = 1) -> audit.PlannedJob:
    """Return a requested job that rollout would leave unchanged."""
    return audit.PlannedJob("http_requests", None, job_id)


def delivery_of(stored: dict[str, t.Any], delivery: JobDelivery, policy: audit.Policy = POLICY) -> audit.Row:
    """Return the row of a job with the figures of Cloudflare about its uploads."""
    [row] = audit.scope_rows(PLACE, [stored], [unchanged(stored["id"])], policy)
    return {**row, **delivery_columns(stored, row, delivery, policy)}


def report_of(rows: list[audit.Row], collectors: t.Sequence[audit.Row] = ()) -> dict[str, t.Any]:
    """Return a whole report."""
    summary = audit.summary(rows, collectors)
    return {"generated": "2026-11-22T10:00:00Z", "summary": summary, "rows": rows, "collectors": list(collectors)}
