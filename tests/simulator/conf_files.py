# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splunk's configuration files: their format, the files of an app, and which file wins.

From Splunk's pages "Configuration file structure" and "Configuration file precedence".
"""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import typing as t

DEFAULT = "default"
Stanzas = t.Dict[str, t.Dict[str, str]]
# The stanzas of several files, by the names of the files.
Conf = t.Dict[str, Stanzas]


class ConfFileError(ValueError):
    """A line that is neither a stanza nor a setting."""


def parse(text: str) -> Stanzas:
    """Return the stanzas of a file. A line that ends with a backslash continues, and only a whole line can be a comment. A
    repeated stanza continues the first one, and the last value of a key counts. Raises ConfFileError.
    """
    stanzas: Stanzas = {}
    stanza = DEFAULT
    lines = iter(enumerate(text.lstrip("\ufeff").splitlines(), start=1))
    for number, line in lines:
        whole = line
        while whole.endswith("\\"):
            whole = whole[:-1] + "\n" + next(lines, (0, ""))[1]
        content = whole.strip()
        if not content or content.startswith("#"):
            continue
        if content.startswith("["):
            if not content.endswith("]"):
                raise ConfFileError(f"line {number}: the header of a stanza has no closing bracket")
            stanza = content[1:-1]
            stanzas.setdefault(stanza, {})
            continue
        key, equals, value = content.partition("=")
        if not equals or not key.strip():
            raise ConfFileError(f"line {number}: a setting has the form key = value")
        stanzas.setdefault(stanza, {})[key.strip()] = value.strip()
    return stanzas


@dataclasses.dataclass
class App:
    """An app: its ``default`` and ``local`` files, and what is wrong with them. Its checksum covers every file."""

    name: str
    default: Conf = dataclasses.field(default_factory=dict)
    local: Conf = dataclasses.field(default_factory=dict)
    problems: list[str] = dataclasses.field(default_factory=list)
    checksum: str = ""

    @property
    def is_disabled(self) -> bool:
        """Return whether app.conf switches the app off."""
        confs = (self.local, self.default)
        found = [conf["app"]["install"].get("state") for conf in confs if "install" in conf.get("app", {})]
        return next((state for state in found if state), "enabled") == "disabled"


def read_app(folder: pathlib.Path) -> App:
    """Return the app in a folder."""
    app = App(folder.name)
    for kind, found in (("default", app.default), ("local", app.local)):
        for file in sorted((folder / kind).glob("*.conf")):
            try:
                found[file.stem] = parse(file.read_text(encoding="utf-8"))
            except (ConfFileError, UnicodeDecodeError) as error:
                app.problems.append(f"Invalid line in {file.parent.parent.name}/{kind}/{file.name}: {error}")
    app.checksum = checksum(folder)
    return app


def read_apps(folder: pathlib.Path) -> list[App]:
    """Return the apps in a folder, in the order of their names."""
    if not folder.is_dir():
        return []
    return [read_app(entry) for entry in sorted(folder.iterdir()) if entry.is_dir()]


def checksum(folder: pathlib.Path) -> str:
    """Return a checksum of all files below a folder, in the form of Splunk's checksums."""
    found = hashlib.md5(usedforsecurity=False)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest().upper()


def enabled(apps: t.Iterable[App]) -> list[App]:
    """Return the apps that count, with the one first that comes first by its name."""
    return sorted((app for app in apps if not app.is_disabled), key=lambda app: app.name)


def in_force(apps: t.Iterable[App]) -> Conf:
    """Return the settings of several apps that count: ``local`` before ``default``, then the first app by name. The settings of
    a stanza ``[default]`` apply to each stanza of the same file that does not have them.
    """
    ordered = enabled(apps)[::-1]
    found: Conf = {}
    for conf in [*(app.default for app in ordered), *(app.local for app in ordered)]:
        for file, stanzas in conf.items():
            for stanza, settings in stanzas.items():
                found.setdefault(file, {}).setdefault(stanza, {}).update(settings)
    return {
        file: {
            stanza: {**stanzas.get(DEFAULT, {}), **settings}
            for stanza, settings in stanzas.items()
            if stanza != DEFAULT
        }
        for file, stanzas in found.items()
    }


def owners(apps: t.Iterable[App], file: str) -> dict[str, str]:
    """Return the app that each stanza of a file comes from."""
    found: dict[str, str] = {}
    for app in enabled(apps)[::-1]:
        for stanza in [*app.default.get(file, {}), *app.local.get(file, {})]:
            found[stanza] = app.name
    return found
