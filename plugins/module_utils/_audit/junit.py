# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The report of an audit as JUnit XML for CI systems, with a test case for each row. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t
from xml.etree import ElementTree

from . import findings as audit
from .wording import finding_line

# Characters that XML 1.0 cannot contain, not even escaped, and those that change the direction of writing.
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def junit(report: t.Mapping[str, t.Any]) -> str:
    """Return the JUnit document of a report."""
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


def _case(row: audit.Row, name: str, outcome: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"classname": _valid(row["where"]), "name": _valid(name), "time": "0"})
    problems = [finding for finding in row["findings"] if finding["level"] == audit.PROBLEM]
    notes = [finding for finding in row["findings"] if finding["level"] != audit.PROBLEM]
    if problems:
        about = {"type": problems[0]["kind"], "message": _valid(problems[0]["msg"])}
        ElementTree.SubElement(case, outcome, about).text = _text_of(problems)
    elif row.get("state") == "disabled":
        ElementTree.SubElement(case, "skipped", {"message": "The job is disabled."})
    if notes:
        ElementTree.SubElement(case, "system-out").text = _text_of(notes)
    return case


def _text_of(findings: t.Iterable[audit.Finding]) -> str:
    return _valid("\n".join(map(finding_line, findings)))


def _valid(text: str) -> str:
    return _INVALID.sub("\ufffd", text)
