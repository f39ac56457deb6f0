# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write the reports of an audit to files. A report replaces an earlier report of the same kind, and nothing else."""

from __future__ import annotations

import json
import os
import re
import stat
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.files import write_atomically, write_errors
from .junit import junit
from .page import page

_READ = 4096
_MOST_LINKS = 40
# A stream of this process can be a file, which must not be replaced either.
_DEVICES = re.compile(r"/dev/(?!shm/)|/proc/")


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
    for kind in FORMATS:
        if options.get(kind):
            _check_path(kind, options[kind])
            real = os.path.realpath(options[kind])
            if real in kinds:
                raise OptionError(kind, f"is the same file as {kinds[real]}. Give each report a path of its own")
            kinds[real] = kind


def write_reports(report: t.Mapping[str, t.Any], options: t.Mapping[str, t.Any]) -> None:
    """Write every requested report, with the permissions that the umask leaves to a new file. Raises OptionError."""
    for kind, form in FORMATS.items():
        if options.get(kind):
            # Another process may have written the file since the first check.
            _check_path(kind, options[kind])
            try:
                with write_errors():
                    write_atomically(options[kind], form.render(report), 0o666)
            except CollectionError as error:
                raise OptionError(kind, f"the report {error}") from None


def _link_chain(path: str) -> t.Iterator[str]:
    """Yield a path, and the paths that it leads to if it is a symbolic link. C(/dev/stdout) is one."""
    for dummy in range(_MOST_LINKS):
        path = os.path.abspath(path)
        yield path
        if not os.path.islink(path):
            return
        path = os.path.join(os.path.dirname(path), os.readlink(path))


def _check_path(kind: str, path: str) -> None:
    try:
        real = os.path.realpath(path)
        if any(_DEVICES.match(name) for name in _link_chain(path)):
            raise OptionError(kind, f"must be the path of a file, and {path} is a device")
        if not os.path.isdir(os.path.dirname(real)) or path.endswith(os.sep):
            raise OptionError(kind, "must be the path of a file in an existing folder")
        if not os.path.lexists(real):
            return
        if not stat.S_ISREG(os.stat(real).st_mode):
            raise OptionError(kind, f"must be the path of a file, and {path} is a folder or a device")
        with open(real, encoding="utf-8", errors="replace") as file:
            begin = file.read(_READ)
    except OSError as error:
        raise OptionError(kind, f"{path} cannot be read: {error.strerror}") from None
    except ValueError:  # a null character
        raise OptionError(kind, "must be the path of a file in an existing folder") from None
    if begin and not FORMATS[kind].begins_with.match(begin):
        raise OptionError(
            kind,
            f"{path} exists and is not an earlier report of this kind, so it was not overwritten. Set another path, or "
            "remove the file",
        )
