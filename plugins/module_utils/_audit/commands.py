# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The commands that the audit page shows, ready to paste into a shell. Pure: no I/O.

The names of hosts and collectors come from elsewhere and may be hostile, so a command contains only their safe
characters.
"""

from __future__ import annotations

import re
import shlex
import typing as t

# More hosts than these are in a file.
_HOSTS_ON_A_LINE = 5
_END_OF_FILE = "END_OF_HOSTS"
# As in the playbooks: in a host pattern, a ? matches any character.
_SPECIAL = re.compile(r"[^A-Za-z0-9._-]")
_COLLECTOR = re.compile(r"[A-Za-z0-9._:/\[\]-]+")


_ANY_INVENTORY = ("inventory",)


class Limit(t.NamedTuple):
    """The hosts of a command. ``option`` is its C(--limit); ``file_command`` writes the file that the option names, or is ""."""

    option: str
    file_command: str = ""


def limit(hosts: t.Iterable[str], file_name: str) -> Limit | None:
    """Return what limits a playbook to some inventory hosts, each once; None if there are none. C(file_name) is the name of
    the file for many hosts."""
    patterns = list(dict.fromkeys(map(_pattern, hosts)))
    if not patterns:
        return None
    if len(patterns) <= _HOSTS_ON_A_LINE:
        return Limit(f"--limit {shlex.quote(','.join(patterns))}")
    lines = "\n".join(patterns)
    return Limit(f"--limit @{file_name}", f"cat > {file_name} <<'{_END_OF_FILE}'\n{lines}\n{_END_OF_FILE}")


def playbook(name: str, inventory: t.Sequence[str], hosts: Limit, *options: str) -> str:
    """Return the command that runs a playbook of the collection on some hosts of an inventory."""
    sources = [f"-i {shlex.quote(source)}" for source in inventory or _ANY_INVENTORY]
    return " ".join(["ansible-playbook", *sources, f"edgeops.logpush.{name}", hosts.option, *options])


def probe(collector: str) -> str:
    """Return the command that checks a collector from the controller, or "" if its name has characters that none has."""
    if not _COLLECTOR.fullmatch(collector):
        return ""
    arguments = shlex.quote(f"endpoint={collector}")
    return f"ansible localhost -m edgeops.logpush.splunk_hec_probe -a {arguments}"


def _pattern(host: str) -> str:
    """Return a pattern that matches a host, and is neither an option nor the end of the file of hosts."""
    safe = _SPECIAL.sub("?", host)
    return f"?{safe[1:]}" if safe.startswith("-") or safe == _END_OF_FILE else safe
