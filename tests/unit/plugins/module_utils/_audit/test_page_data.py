# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of the audit page contains everything that the page displays, in words."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._audit import findings as audit
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.delivery_findings import no_columns
from ansible_collections.edgeops.logpush.plugins.module_utils._audit.page_data import page_data
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.delivery_health import JobDelivery, UploadGroup
from ansible_collections.edgeops.logpush.tests.unit.audit_reports import (
    PLACE,
    POLICY,
    delivery_of,
    job,
    report_of,
    unchanged,
)

DRIFT = audit.PlannedJob(
    "http_requests",
    None,
    1,
    "updated",
    {"destination": {"sourcetype": "a"}, "enabled": False},
    {"destination": {"sourcetype": "b"}, "enabled": True},
)


def data_of(*rows: audit.Row) -> dict[str, t.Any]:
    return page_data(report_of(list(rows)))


def zones_of(*rows: audit.Row) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", data_of(*rows)["zones"])


def rows_of(jobs: t.Sequence[t.Mapping[str, t.Any]], *planned: audit.PlannedJob, **place: str) -> list[audit.Row]:
    return audit.scope_rows({**PLACE, **place}, [dict(each) for each in jobs], planned, POLICY)


def test_a_cell_shows_the_age_of_the_last_delivery_or_the_state() -> None:
    [zone] = zones_of(*rows_of([job(), job(id=2, dataset="dns_logs", enabled=False)], unchanged(1), unchanged(2)))
    delivering, disabled = zone["cells"]
    assert (delivering["text"], delivering["summary"]) == ("2 min", "delivering, last delivery 2 min ago")
    assert (disabled["text"], disabled["summary"]) == ("disabled", "disabled")
    assert "badge" not in delivering and delivering["rows"][0]["job_id"] == 1
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


@pytest.mark.parametrize(
    ("fields", "text", "summary"),
    [
        (
            {},
            "failing \u00b7 2 min",
            "failing, last delivery 2 min ago, last error 60 s ago, Splunk refuses the HEC token",
        ),
        (
            {"last_complete": None},
            "failing \u00b7 never",
            "failing, never delivered, last error 60 s ago, Splunk refuses the HEC token",
        ),
        (
            {"enabled": False},
            "auto-disabled \u00b7 2 min",
            "auto-disabled, last delivery 2 min ago, last error 60 s ago, Splunk refuses the HEC token",
        ),
    ],
)
def test_a_cell_of_a_failing_job_shows_age_and_reason(fields: dict[str, t.Any], text: str, summary: str) -> None:
    failing = job(last_error="2026-11-22T09:59:00Z", error_message="error uploading to https: status:403", **fields)
    [zone] = zones_of(*rows_of([failing], unchanged()))
    [cell] = zone["cells"]
    assert (cell["text"], cell["reason"], cell["summary"]) == (text, "Splunk refuses the HEC token", summary)


def test_a_cell_shows_why_a_zone_or_a_job_is_not_there() -> None:
    [zone] = zones_of(*audit.unreadable(PLACE, "HTTP 403", POLICY))
    assert (zone["cells"][0]["text"], zone["cells"][0]["reason"]) == ("unreadable", "HTTP 403")
    [zone] = zones_of(*rows_of([], audit.PlannedJob("dns_logs", None, error="endpoint is required")))
    assert zone["cells"][0]["reason"] == "Rollout would fail: endpoint is required"


def test_the_most_urgent_zones_come_first_and_have_a_place_by_name() -> None:
    missing = audit.PlannedJob("dns_logs", None, None, "created")
    urgent, healthy = zones_of(
        *rows_of([job()], unchanged(), where="a.example.com"), *rows_of([], missing, zone_id="2", where="b.example.com")
    )
    assert (healthy["where"], healthy["name_order"], urgent["name_order"]) == ("a.example.com", 0, 1)
    assert urgent["cells"][0]["text"] == "missing" and "last_delivery" not in urgent["cells"][0]["rows"][0]
    # Two zones with the same name are different zones.
    assert len(zones_of(*rows_of([job()], unchanged()), *rows_of([job()], unchanged(), zone_id="2"))) == 2


def test_a_cause_names_the_places_of_its_jobs() -> None:
    rows = [
        *rows_of([job()], unchanged(), where="a.example.com", zone_id="2"),
        *rows_of([job(id=2, dataset="dns_logs"), job()], unchanged(2), DRIFT, where="b.example.com"),
    ]
    data = data_of(*rows)
    [cause] = data["causes"]
    assert (cause["kind"], cause["affected"], cause["rows"]) == ("drift", "1 job in 1 zone", [[0, 1]])
    assert data["zones"][0]["where"] == "b.example.com" and data["zones"][0]["cells"][1]["dataset"] == "http_requests"
    assert (data["tabs"]["todo"], data["headline"]) == ("What to do (1)", "1 job needs attention.")


def test_the_hint_explains_the_inventory_only_where_it_is_not_known() -> None:
    report = report_of(rows_of([job()], DRIFT, host="shop"))
    assert "Replace -i inventory with your inventory" in page_data(report)["hint"]
    known = page_data({**report, "inventory": ["zones.yml"]})
    assert "-i inventory" not in known["hint"] and "-i zones.yml " in known["causes"][0]["steps"][0]["command"]


def test_a_job_has_its_other_problems_in_words() -> None:
    failing = job(enabled=False, last_error="2026-11-22T09:59:00Z", error_message="Timeout")
    enabled = DRIFT._replace(action="enabled", before={"enabled": False}, after={"enabled": True})
    for plan, also, badge in ((DRIFT, "drift", "\u0394"), (enabled, None, None)):
        [zone] = zones_of(*rows_of([failing], plan))
        assert zone["cells"][0]["rows"][0].get("also") == also and zone["cells"][0].get("badge") == badge


def test_equal_findings_and_destinations_are_there_once() -> None:
    rows = [row for number in "123" for row in rows_of([job()], DRIFT, zone_id=number)]
    data = data_of(*rows)
    assert len(data["findings"]) == len(data["destinations"]) == 1
    assert [zone["cells"][0]["rows"][0]["findings"] for zone in data["zones"]] == [[0]] * 3


def test_totals_states_and_kinds_are_words() -> None:
    data = page_data(report_of(rows_of([job(), job(id=2, dataset="dns_logs")], unchanged(1), DRIFT._replace(job_id=2))))
    totals = {"scopes": "1 zone", "jobs": "2 jobs", "causes": "1 thing to do", "notes": "0 notes"}
    assert data["totals"] == totals
    assert [state["label"] for state in data["states"] if state["count"]] == ["delivering"]
    assert [kind["option"] for kind in data["kinds"] if "option" in kind] == ["drift (1)"]
    assert data["generated_text"] == "2026-11-22 10:00:00 UTC" and data["datasets"] == ["dns_logs", "http_requests"]


def test_a_job_has_its_uploads_as_numbers_and_the_page_their_sums() -> None:
    accepted, repeated, dropped = (
        UploadGroup(200, True, 117, 4321),
        UploadGroup(503, False, 2),
        UploadGroup(1201, True, 1),
    )
    rows = [delivery_of(job(), JobDelivery((accepted, repeated, dropped))), delivery_of(job(), JobDelivery(()))]
    rows.append({**rows_of([job()], unchanged())[0], **no_columns("unknown")})
    [zone] = zones_of(delivery_of(job(), JobDelivery((accepted,))))
    assert "delivery" not in zone["cells"][0]["rows"][0]
    data = page_data(
        {**report_of(rows), "delivery_hint": "The uploads of 1 of 3 zones cannot be read.", "delivery_window": 3600}
    )
    shown = [row for zone in data["zones"] for cell in zone["cells"] for row in cell["rows"]]
    assert [row.get("uploads") for row in shown] == [[4321, 117, 2, 1], [0, 0, 0, 0], None]
    assert [row["delivery"] for row in shown] == ["losing", "silent", "unknown"]
    assert data["uploads"] == [4321, 117, 2, 1] and data["window"] == "the last hour"
    assert data["totals"]["uploads"].startswith(
        "In the last hour: 4,321 records in 117 uploads, 1 batch lost. Jobs: 1 silent"
    )
    assert data["totals"]["hint"] == "The uploads of 1 of 3 zones cannot be read."
    assert data["deliveries"]["losing"] == ["losing", "Cloudflare dropped batches"]


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
