# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What to do after an audit: its findings, grouped by their cause. Pure: no I/O.

A job belongs to one cause, that of its most urgent finding, so that each job counts once. Findings of a collector belong to
the collector, and those of an account to the account, although they are in the row of a job.
"""

from __future__ import annotations

import re
import typing as t

from .._core.report import counted, counted_scopes
from .._core.results import reason
from . import findings as audit
from .delivery_findings import main_failure, row_groups
from .error_advice import upload_cause
from .wording import cause_of_error

Row = audit.Row

_CERTIFICATE_ERROR = re.compile(r"\bx509: |\btls: ")
_IDS_OF_JOBS = re.compile(r"\bjobs? \d+(, \d+)*")


class Cause(t.NamedTuple):
    """One thing to do: the jobs and collectors with findings of the same kind and of the same reason.

    C(reason) and C(collector) are "" where they make no difference. The rows are those of jobs, or of scopes whose jobs could
    not be read.
    """

    kind: str
    level: str
    reason: str
    collector: str
    rows: list[Row]
    collectors: list[Row]

    @property
    def first_finding(self) -> audit.Finding:
        """A finding with this cause, for its message and its advice."""
        first = (self.collectors or self.rows)[0]
        return next(finding for finding in first["findings"] if finding["kind"] == self.kind)

    @property
    def size(self) -> int:
        """The number of jobs, or of collectors if no job is affected."""
        return len(self.rows) or len(self.collectors)


def causes(report: t.Mapping[str, t.Any]) -> list[Cause]:
    """Return the causes of all findings of a report, the most important first."""
    found: dict[tuple[str, str, str, str], Cause] = {}

    def cause(kind: str, level: str, why: str = "", collector: str = "") -> Cause:
        return found.setdefault((kind, level, why, collector), Cause(kind, level, why, collector, [], []))

    for server in report["collectors"]:
        for finding in server["findings"]:
            cause(finding["kind"], finding["level"], "", server["where"]).collectors.append(server)
    defective = {each.collector for each in found.values() if (each.kind, each.level) == ("certificate", audit.PROBLEM)}
    for row in report["rows"]:
        of_account = [finding for finding in row["findings"] if finding["kind"] in audit.ACCOUNT_KINDS]
        of_job = [finding for finding in row["findings"] if finding not in of_account]
        for finding in [*audit.by_level(of_job)[:1], *of_account]:
            kind, why, collector = _cause_of(row, finding, defective)
            cause(kind, finding["level"], why, collector).rows.append(row)
    return sorted(found.values(), key=_importance)


def attention(report: t.Mapping[str, t.Any]) -> str:
    """Return in one sentence how many jobs, zones and collectors need attention, each counted once."""
    urgent = [row for row in report["rows"] if audit.worst_level(row) == audit.PROBLEM]
    unreadable = [row for row in urgent if row["state"] == "unreadable"]
    jobs = len(urgent) - len(unreadable)
    collectors = sum(audit.worst_level(row) == audit.PROBLEM for row in report["collectors"])
    parts = [
        counted(jobs, "job") if jobs else "",
        f"{scopes_of(unreadable)} that cannot be read" if unreadable else "",
        counted(collectors, "collector") if collectors else "",
    ]
    named = list(filter(None, parts))
    if not named:
        return f"Nothing needs attention in {counted_scopes(report['summary']['scopes'], report['rows'])}."
    verb = "needs" if len(urgent) + collectors == 1 else "need"
    return f"{' and '.join(filter(None, [', '.join(named[:-1]), named[-1]]))} {verb} attention."


def scopes_of(rows: t.Iterable[Row]) -> str:
    """Return the number of scopes of some rows in words."""
    found = {audit.scope_key(row): row for row in rows}
    return counted_scopes(len(found), found.values())


def _importance(cause: Cause) -> tuple[bool, int, int]:
    """Return a sort key. Jobs that fail because of a certificate are as urgent as other jobs that fail."""
    if cause.kind in audit.ACCOUNT_KINDS:
        return cause.level != audit.PROBLEM, audit.KINDS.index(cause.kind), -cause.size
    kinds = [cause.kind, *(audit.by_level(row["findings"])[0]["kind"] for row in cause.rows)]
    return cause.level != audit.PROBLEM, min(map(audit.KINDS.index, kinds)), -cause.size


def _cause_of(row: Row, finding: audit.Finding, defective: t.Container[str]) -> tuple[str, str, str]:
    """Return the kind, the reason and the collector of the cause of a finding. C(defective) are the servers whose
    certificates need attention."""
    kind, collector = finding["kind"], row.get("collector") or ""
    if kind in ("failing", "auto_disabled"):
        server = collector.partition("/")[0]
        if server in defective and _CERTIFICATE_ERROR.search(row["error"]):
            return "certificate", "", server
        return kind, cause_of_error(row["error"]), collector
    if kind in ("losing", "retrying"):
        failure = main_failure(row_groups(row))
        return kind, upload_cause(failure.status, failure.meaning) if failure else "", collector
    if kind == "no_figures":
        return kind, reason({**row, "msg": finding["msg"]}), ""
    if kind in ("batch_size", "insecure"):
        return kind, "", collector
    if kind in ("no_job", "missing"):
        return kind, reason({**row, "msg": row.get("refusal") or ""}), ""
    if kind in ("unreadable", "refused"):
        return kind, _IDS_OF_JOBS.sub("other jobs", reason({**row, "msg": finding["msg"]})), ""
    if kind in ("drift", "legacy"):
        # The name of a job can be that of a field.
        return kind, _IDS_OF_JOBS.sub("other jobs", finding["msg"]), ""
    return kind, "", ""
