# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of the audit page has all that the page displays, in words."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page_data import page_data
from ansible_collections.edgeops.logpush.tests.unit.audit_reports import PLACE, POLICY, job, report_of, unchanged

DRIFT = audit.PlannedJob(
    "http_requests",
    None,
    1,
    "updated",
    {"destination": {"sourcetype": "a"}, "enabled": False},
    {"destination": {"sourcetype": "b"}, "enabled": True},
)


def zones_of(*rows: audit.Row) -> list[dict[str, t.Any]]:
    return page_data(report_of(list(rows)))["zones"]


def rows_of(jobs: t.Sequence[t.Mapping[str, t.Any]], *planned: audit.PlannedJob, **place: str) -> list[audit.Row]:
    return audit.scope_rows({**PLACE, **place}, [dict(each) for each in jobs], planned, POLICY)


def test_a_cell_shows_the_age_of_the_last_delivery_or_the_state() -> None:
    [zone] = zones_of(*rows_of([job(), job(id=2, dataset="dns_logs", enabled=False)], unchanged(1), unchanged(2)))
    delivering, disabled = zone["cells"]
    assert (delivering["text"], delivering["summary"]) == ("2 min", "delivering, last delivery 2 min ago")
    assert (disabled["text"], disabled["summary"]) == ("disabled", "disabled")
    assert "badge" not in delivering and delivering["rows"][0]["title"] == "http_requests \u00b7 job 1"
    assert delivering["rows"][0]["last_delivery"] == "2026-11-22T09:58:00Z (2 min before this audit)"


def test_a_cell_has_a_badge_for_what_its_state_does_not_show() -> None:
    [drift] = zones_of(*rows_of([job()], DRIFT))
    assert (drift["cells"][0]["badge"], drift["cells"][0]["rows"][0]["changes"]) == (
        "\u0394",
        [["destination.sourcetype", "a", "b"], ["enabled", "false", "true"]],
    )
    [unmanaged] = zones_of(*rows_of([job()]))
    assert unmanaged["cells"][0]["badge"] == "i"
    [failing] = zones_of(*rows_of([job(last_error="x", error_message="Timeout")], unchanged()))
    assert "badge" not in failing["cells"][0]
    [twice] = zones_of(*rows_of([job(), job(id=2)], unchanged(1), unchanged(2)))
    assert (twice["cells"][0]["badge"], twice["cells"][0]["summary"]) == (
        "2\u00d7",
        "delivering, 2 jobs, duplicate, last delivery 2 min ago",
    )


def test_zones_of_the_same_name_are_separate_and_have_a_rank() -> None:
    missing = audit.PlannedJob("dns_logs", None, None, "created")
    healthy, urgent = zones_of(*rows_of([job()], unchanged()), *rows_of([], missing, zone_id="2"))
    assert healthy["rank"] == len(audit.KINDS) > urgent["rank"] == audit.KINDS.index("no_job")
    assert urgent["cells"][0]["text"] == "missing" and "last_delivery" not in urgent["cells"][0]["rows"][0]


def test_totals_states_and_kinds_are_words() -> None:
    data = page_data(report_of(rows_of([job(), job(id=2, dataset="dns_logs")], unchanged(1), DRIFT._replace(job_id=2))))
    assert data["totals"] == {"scopes": "1 zone or account", "jobs": "2 jobs", "findings": "1 finding"}
    assert [state["label"] for state in data["states"] if state["count"]] == ["delivering"]
    assert [kind["option"] for kind in data["kinds"] if "option" in kind] == ["drift (1)"]
    assert data["generated_text"] == "2026-11-22 10:00:00 UTC" and data["datasets"] == ["dns_logs", "http_requests"]


def test_collectors_have_a_status_and_the_end_of_their_certificate() -> None:
    problem = {"kind": "certificate", "level": "problem", "msg": "It expires.", "advice": ""}
    certificate = {"expiry": "2026-12-01T10:00:00Z", "days_left": 9}
    rows = [
        {"where": "a", "jobs": 1000, "certificate": certificate, "findings": []},
        {"where": "b", "jobs": 1, "certificate": certificate, "findings": [problem]},
        {"where": "c", "jobs": 1, "certificate": {}, "findings": [], "detail": "refused"},
    ]
    data = page_data(report_of([], rows))
    assert [row["status"]["label"] for row in data["collectors"]] == [
        "\u2713 valid",
        "\u2715 needs attention",
        "not read",
    ]
    assert [row["valid_until"] for row in data["collectors"]] == ["2026-12-01, in 9 days"] * 2 + ["\u2013"]
    assert data["collectors"][0]["jobs"] == "1,000" and data["tabs"]["collectors"] == "Collectors (3)"
