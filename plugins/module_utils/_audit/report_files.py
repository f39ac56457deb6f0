# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write the reports of an audit to files. A report replaces an earlier report of the same kind, and nothing else."""

from __future__ import annotations

import json
import os
import re
import typing as t

from .._core.errors import OptionError
from .._core.report_files import check_report_path, write_report
from .junit import junit
from .page import page


class Format(t.NamedTuple):
    """A format of a report, and the pattern with which every file of this format begins."""

    render: t.Callable[[t.Mapping[str, t.Any]], str]
    begins_with: t.Pattern[str]


FORMATS = {
    "html": Format(page, re.compile(r"<!DOCTYPE html>.*<title>Logpush audit", re.DOTALL)),
    "json": Format(
        lambda report: json.dumps(report, indent=1) + "\n", re.compile(r'\{\s*"generated": "[^"]*",\s*"summary": \{')
    ),
    "junit": Format(junit, re.compile(r'<\?xml[^>]*\?>\s*<testsuites name="edgeops\.logpush\.audit"')),
}


def check_paths(options: t.Mapping[str, t.Any]) -> None:
    """Refuse a path to which no report can be written, before anything is requested. Raises OptionError."""
    kinds: dict[str, str] = {}
    for kind, form in FORMATS.items():
        if options.get(kind):
            check_report_path(kind, options[kind], form.begins_with)
            real = os.path.realpath(options[kind])
            if real in kinds:
                raise OptionError(kind, f"is the same file as {kinds[real]}. Give each report a path of its own")
            kinds[real] = kind


def write_reports(report: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> None:
    """Write every requested report, with the permissions that the umask leaves to a new file. Raises OptionError."""
    for kind, form in FORMATS.items():
        if options.get(kind):
            write_report(kind, options[kind], form.render(report), form.begins_with)
