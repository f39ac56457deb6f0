# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splunk's props.conf: the stanzas that each app has, and the settings that are in force for the events of a source type.

From Splunk's pages "Configuration file precedence" and "Configuration file directories": for incoming events every app counts,
whether or not it shares its settings. The folders ``local`` of all apps take precedence over their folders ``default``, and among
equals the app that comes first by its name.
"""

from __future__ import annotations

import dataclasses
import typing as t

from . import event_time

Settings = t.Dict[str, t.Any]

# The app of settings that a test gives without naming an app.
INSTALLED_APP = "cloudflare"
# The stanza [default] of Splunk itself, which a stanza shows with its own settings.
DEFAULTS: Settings = {
    "ADD_EXTRA_TIME_FIELDS": "True",
    "AUTO_KV_JSON": "true",
    "BREAK_ONLY_BEFORE_DATE": "True",
    "CHARSET": "UTF-8",
    "DATETIME_CONFIG": "/etc/datetime.xml",
    "DEPTH_LIMIT": "1000",
    "LINE_BREAKER_LOOKBEHIND": "100",
    "MATCH_LIMIT": "100000",
    "MAX_DAYS_AGO": "2000",
    "MAX_DAYS_HENCE": "2",
    "MAX_DIFF_SECS_AGO": "3600",
    "MAX_DIFF_SECS_HENCE": "604800",
    "MAX_EVENTS": "256",
    "MAX_TIMESTAMP_LOOKAHEAD": "128",
    "SHOULD_LINEMERGE": "True",
    "TRUNCATE": "10000",
}


@dataclasses.dataclass
class Stanza:
    """The settings of a source type in one folder of one app."""

    name: str
    app: str
    settings: Settings
    folder: str = "local"
    owner: str = "nobody"
    sharing: str = "app"
    read: list[str] = dataclasses.field(default_factory=lambda: ["*"])
    write: list[str] = dataclasses.field(default_factory=lambda: ["admin"])

    def precedence(self) -> tuple[bool, str]:
        """Return the place of the stanza: the settings of the first one win."""
        return self.folder != "local", self.app

    def is_private(self) -> bool:
        """Return whether only its owner uses the stanza, in searches."""
        return self.sharing == "user"

    def place(self) -> tuple[str, str]:
        """Return the app of the stanza, and the user who has it for himself."""
        return self.app, self.owner if self.is_private() else ""


class Props:
    """All stanzas of an instance."""

    def __init__(self, installed: dict[str, Settings], written: list[dict[str, t.Any]]) -> None:
        """``installed`` are settings of an installed app by source type, ``written`` are further stanzas. Raises ValueError for
        settings that cannot be used."""
        self.stanzas: list[Stanza] = []
        self.install(installed)
        for entry in written:
            self.add(Stanza(**entry))

    def install(self, installed: dict[str, Settings]) -> None:
        """Replace all stanzas by those of an installed app. Raises ValueError for settings that cannot be used."""
        for settings in installed.values():
            event_time.check(settings)
        self.stanzas = [
            Stanza(name, INSTALLED_APP, dict(settings), "default", sharing="global")
            for name, settings in installed.items()
        ]

    def add(self, stanza: Stanza) -> None:
        """Add a stanza. Raises ValueError for settings that cannot be used."""
        event_time.check(stanza.settings)
        self.stanzas.append(stanza)

    def named(self, name: str) -> list[Stanza]:
        """Return the stanzas of a source type, with the winning one first."""
        return sorted((one for one in self.stanzas if one.name == name), key=Stanza.precedence)

    def in_force(self) -> dict[str, Settings]:
        """Return the settings of each source type that are in force for incoming events."""
        shared = [one for one in self.stanzas if not one.is_private()]
        return {
            name: merged(one for one in self.named(name) if one in shared) for name in {one.name: 1 for one in shared}
        }

    def installed(self) -> dict[str, Settings]:
        """Return the settings of the installed app, in the form that the constructor takes."""
        return {one.name: one.settings for one in self.stanzas if not _is_written(one)}

    def written(self) -> list[dict[str, t.Any]]:
        """Return the other stanzas, in the form that the constructor takes."""
        return [dataclasses.asdict(one) for one in self.stanzas if _is_written(one)]


def merged(stanzas: t.Iterable[Stanza]) -> Settings:
    """Return the settings of stanzas in the order of their precedence."""
    found: Settings = {}
    for stanza in stanzas:
        found = {**stanza.settings, **found}
    return found


def _is_written(stanza: Stanza) -> bool:
    return (stanza.app, stanza.folder) != (INSTALLED_APP, "default")
