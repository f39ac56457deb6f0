# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write a report to a file that the user names. A report replaces an earlier report of the same kind, and nothing else."""

from __future__ import annotations

import os
import re
import stat
import typing as t

from .errors import CollectionError, OptionError
from .files import read_errors, write_atomically, write_errors

_READ = 4096
_MOST_LINKS = 40
# A stream of this process can be a file, which must not be replaced either.
_DEVICES = re.compile(r"/dev/(?!shm/)|/proc/")


def write_report(option: str, path: str, text: str, begins_with: t.Pattern[str]) -> None:
    """Write a report, with the permissions that the umask leaves to a new file. Raises OptionError."""
    # Another process may have written the file since the first check.
    check_report_path(option, path, begins_with)
    try:
        with write_errors():
            write_atomically(path, text, 0o666)
    except CollectionError as error:
        raise OptionError(option, f"the report {error}") from None


def _link_chain(path: str) -> t.Iterator[str]:
    """Yield a path, and the paths that it leads to if it is a symbolic link. C(/dev/stdout) is one."""
    for dummy in range(_MOST_LINKS):
        path = os.path.abspath(path)
        yield path
        if not os.path.islink(path):
            return
        path = os.path.join(os.path.dirname(path), os.readlink(path))


def check_report_path(option: str, path: str, begins_with: t.Pattern[str]) -> None:
    """Refuse a path to which no report can be written. ``begins_with`` matches the beginning of every report of this kind.
    Raises OptionError."""
    try:
        with read_errors(option, path):
            begin = _beginning(option, path)
    except ValueError:  # a null character
        raise OptionError(option, "must be the path of a file in an existing folder") from None
    if begin and not begins_with.match(begin):
        raise OptionError(
            option,
            f"{path} exists and is not an earlier report of this kind, so it was not overwritten. Set another path, or "
            "remove the file",
        )


def _beginning(option: str, path: str) -> str:
    """Return the beginning of an existing file, "" if there is none. Raises OptionError, and OSError and ValueError."""
    real = os.path.realpath(path)
    if any(_DEVICES.match(name) for name in _link_chain(path)):
        raise OptionError(option, f"must be the path of a file, and {path} is a device")
    if not os.path.isdir(os.path.dirname(real)) or path.endswith(os.sep):
        raise OptionError(option, "must be the path of a file in an existing folder")
    if not os.path.lexists(real):
        return ""
    if not stat.S_ISREG(os.stat(real).st_mode):
        raise OptionError(option, f"must be the path of a file, and {path} is a folder or a device")
    with open(real, encoding="utf-8", errors="replace") as file:
        return file.read(_READ)
