# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as JUnit XML, which CI systems read: a test case for each row of it. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t
from xml.etree import ElementTree

from . import findings as audit

# All that XML 1.0 cannot carry, not even escaped, and what turns the direction of writing.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def junit(report: t.Mapping[str, t.Any]) -> str:
    """Return the document."""
    suites = ElementTree.Element("testsuites", {"name": "edgeops.logpush.audit"})
    _add_suite(suites, report, "Cloudflare Logpush jobs", [_job_case(row) for row in report["rows"]])
    _add_suite(suites, report, "Splunk collectors", [_collector_case(row) for row in report["collectors"]])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _add_suite(
    suites: ElementTree.Element, report: t.Mapping[str, t.Any], name: str, cases: list[ElementTree.Element]
) -> None:
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    about = {
        "name": name,
        "timestamp": report["generated"].rstrip("Z"),
        **{key: str(count) for key, count in counts.items()},
    }
    ElementTree.SubElement(suites, "testsuite", about).extend(cases)


def _job_case(row: audit.Row) -> ElementTree.Element:
    job = f"job {row['job_id']}" if row["job_id"] else ""
    name = " ".join(filter(None, [row["dataset"] or "jobs", row["name"], job]))
    return _case(row, name, "error" if row["state"] == "unreadable" else "failure")


def _collector_case(row: audit.Row) -> ElementTree.Element:
    return _case(row, "certificate", "failure")


def _case(row: audit.Row, name: str, verdict: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": _fit(row["where"]), "name": _fit(name), "time": "0"})
    problems = [finding for finding in row["findings"] if finding["level"] == audit.PROBLEM]
    notes = [finding for finding in row["findings"] if finding["level"] != audit.PROBLEM]
    if problems:
        about = {"type": problems[0]["kind"], "message": _fit(problems[0]["msg"])}
        ElementTree.SubElement(case, verdict, about).text = _told(problems)
    elif row.get("state") == "disabled":
        ElementTree.SubElement(case, "skipped", {"message": "The job is disabled."})
    if notes:
        ElementTree.SubElement(case, "system-out").text = _told(notes)
    return case


def _told(findings: t.Iterable[audit.Finding]) -> str:
    return _fit(
        "\n".join(" ".join(filter(None, [f"{each['kind']}: {each['msg']}", each["advice"]])) for each in findings)
    )


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
