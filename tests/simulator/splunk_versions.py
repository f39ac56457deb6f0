# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The differences between versions of Splunk that a client of the HEC endpoints can see."""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass(frozen=True)
class Version:
    """The form of one version's answers. A test can change each value with the setting ``splunk_quirks``."""

    number: str
    build: str
    ssl_versions: str = "tls1.2"
    ack_key: str = "useACK"
    # Flags of tokens are written as true and false instead of 1 and 0; with all_words, those of the settings as well.
    words: bool = False
    all_words: bool = False
    # Keys of a token that were never set are omitted instead of shown empty.
    omits_unset: bool = False
    # A list of indexes is one string with commas.
    comma_indexes: bool = False
    # The list of tokens also has the entry of the global settings.
    lists_global: bool = False
    lower_ssl_key: bool = False
    backpressure: bool = False
    rotates: bool = True
    search_v2: bool = True
    instance_type: str = ""


VERSIONS = {
    "8.0.3": Version(
        "8.0.3",
        "a6754d8441bf",
        ssl_versions="*,-ssl2",
        ack_key="useack",
        words=True,
        lower_ssl_key=True,
        rotates=False,
        search_v2=False,
    ),
    "9.3.3": Version("9.3.3", "75595d8f83ef", comma_indexes=True, lists_global=True, rotates=False),
    "10.4.2": Version("10.4.2", "d2c9f6a2b7e1", omits_unset=True),
    "10.6.0.5": Version("10.6.0.5", "5d1b7e0c93aa", ssl_versions="tls1.2, tls1.3", omits_unset=True, backpressure=True),
    "cloud": Version(
        "10.1.2507.5", "c0a4f9be0d21", words=True, all_words=True, omits_unset=True, instance_type="cloud"
    ),
}


def says_master(name: str) -> bool:
    """Return whether a version says master and slave, as before version 9, instead of manager and peer."""
    return name.partition(".")[0] in ("7", "8")


def version_of(name: str, quirks: dict[str, t.Any]) -> Version:
    """Return a version with some of its quirks replaced. Raises KeyError or TypeError for an unknown version or quirk."""
    return dataclasses.replace(VERSIONS[name], **quirks)
