# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the differences between the real services and the simulator, for people and for programs."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import typing as t

from .compare import SERIOUS, Difference
from .masking import Mask

ROW = "| {severity} | {scenario}: {step} | `{call}` | `{where}` | {real} | {simulated} | {times} |"
HEAD = "| | Step | Call | Where | Real | Simulated | Times |\n|---|---|---|---|---|---|---|"


@dataclasses.dataclass
class Report:
    """The result of a run: by scenario ``passed``, ``failed: why`` or ``skipped: why``, and the differences."""

    verdicts: dict[str, str]
    differences: list[Difference]
    removed: list[str] = dataclasses.field(default_factory=list)
    replies: int = 0

    @property
    def good(self) -> bool:
        """Whether every scenario that ran passed without a difference."""
        return not self.differences and not any(verdict.startswith("failed") for verdict in self.verdicts.values())

    def rows(self) -> list[dict[str, t.Any]]:
        """Return each difference once, with the place where it was first seen and the number of occurrences."""
        rows: dict[tuple[str, ...], dict[str, t.Any]] = {}
        for one in self.differences:
            row = rows.setdefault(
                (one.call, one.where, one.real, one.simulated), {**dataclasses.asdict(one), "times": 0}
            )
            row["times"] += 1
        return sorted(rows.values(), key=lambda row: row["severity"] != SERIOUS)

    def markdown(self) -> str:
        """Return the report for people."""
        lines = ["# Differences between the real services and the simulator", ""]
        lines += [f"- {scenario}: {verdict}" for scenario, verdict in self.verdicts.items()]
        rows = self.rows()
        lines += ["", HEAD if rows else "No reply differed."]
        lines += [
            ROW.format(**{key: str(value).replace("|", "\\|").replace("\n", " ") for key, value in row.items()})
            for row in rows
        ]
        if self.removed:
            lines += ["", "Removed afterwards: " + ", ".join(self.removed)]
        return "\n".join(lines) + "\n"

    def write(self, folder: pathlib.Path, mask: Mask) -> None:
        """Write report.md and report.json. The complete text is masked again, whatever was masked before."""
        folder.mkdir(parents=True, exist_ok=True)
        document = {
            "verdicts": self.verdicts,
            "differences": self.rows(),
            "removed": self.removed,
            "replies": self.replies,
        }
        (folder / "report.md").write_text(mask.known(self.markdown()), encoding="utf-8")
        (folder / "report.json").write_text(mask.known(json.dumps(document, indent=1)) + "\n", encoding="utf-8")

    def summary(self) -> str:
        """Return the report for the console, a line for each difference."""
        rows = self.rows()
        lines = [
            f"{row['severity']:8} {row['scenario']}: {row['step']}: {row['call']}: {row['where']}: real {row['real']}, "
            f"simulated {row['simulated']}" + (f" ({row['times']} times)" if row["times"] > 1 else "")
            for row in rows
        ]
        skipped = sum(verdict.startswith("skipped") for verdict in self.verdicts.values())
        return "\n".join(
            [
                *lines,
                f"{len(rows)} differences in {self.replies} real replies; {skipped} of {len(self.verdicts)} scenarios did not run",
            ]
        )
