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
_PLAIN = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._-]*")
_SPECIAL = re.compile(r"[^A-Za-z0-9_-]")
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
    # A source that begins like an option would be one.
    named = [f"./{source}" if source.startswith("-") else source for source in inventory or _ANY_INVENTORY]
    sources = [f"-i {shlex.quote(source)}" for source in named]
    return " ".join(["ansible-playbook", *sources, f"edgeops.logpush.{name}", hosts.option, *options])


def probe(collector: str, option: str = "") -> str:
    """Return the command that checks a collector from the controller, or "" if its name has characters that none has."""
    if not _COLLECTOR.fullmatch(collector):
        return ""
    arguments = shlex.quote(f"endpoint={collector} {option}".rstrip())
    return f"ansible localhost -m edgeops.logpush.splunk_hec_probe -a {arguments}"


def _pattern(host: str) -> str:
    """Return a pattern that matches this host and no other: its name, or a regular expression if the name has characters that a
    pattern, a shell or the file of hosts reads in another way."""
    if _PLAIN.fullmatch(host) and host != _END_OF_FILE:
        return host
    return rf"~{_SPECIAL.sub(lambda found: _escaped(found[0]), host)}\Z"


def _escaped(character: str) -> str:
    """Return a character as a regular expression of ASCII characters."""
    code = ord(character)
    return rf"\x{code:02x}" if code < 0x100 else rf"\U{code:08x}"
