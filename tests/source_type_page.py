# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the page of the source types: for each dataset its source type and the field with its time, and the settings."""

from __future__ import annotations

import textwrap
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.logpush_events import (
    FIXED_FORMATS,
    TIME_FIELDS,
    UNIXMILLI,
    app_sourcetype,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.sourcetype_settings import (
    TIMESTAMP_FORMATS,
    sourcetype_settings,
)

NAME = "reference_source_types"
FIXED = {UNIXMILLI: "milliseconds, always", "unixnano": "nanoseconds, always"}
EXAMPLES = {
    "rfc3339": "2026-01-02T03:04:05Z",
    "rfc3339ms": "2026-01-02T03:04:05.678Z",
    "rfc3339ns": "2026-01-02T03:04:05.678901234Z",
    "unix": "1767323045",
    "unixnano": "1767323045678901234",
}
SHOWN = ("http_requests", "firewall_events")

MODULE = ":ansplugin:`splunk_sourcetype <edgeops.logpush.splunk_sourcetype#module>`"
INTRO = f"""\
Logpush sends lines of JSON to HEC's raw endpoint, with the fields of a record in any order. Splunk reads the time of an event with
the settings of its source type (``props.conf``). Without settings, it looks for a time in the first 128 characters, and takes the one it
finds first, or the time of another event. The module {MODULE} writes these settings, and so do the ``splunk_hec`` role and the playbooks
``provision_hec`` and ``site`` for the jobs in the inventory.
"""
DATASETS = """\
The source types are those by which the Cloudflare App for Splunk (Splunkbase 4501) recognizes the events. A job with
``@splunk_app`` among its ``field_names`` gets this source type when it is created, and any other new job gets ``cloudflare:json``. A job keeps the
source type that it has. Keep the field with the time among the fields of each job.
"""
SETTINGS = """\
For the source type ``cloudflare:json`` with the datasets ``http_requests`` and ``firewall_events``:
"""
SEVERAL = """\
``TIME_PREFIX`` names the time fields of all datasets of the source type. It matches a name only between quotation marks and in front of a
colon, so ``EdgeEndTimestamp`` is not mistaken for ``EdgeStartTimestamp``, and neither is the text of a string. The first such field counts,
also in an object within the record. Z in ``TIME_FORMAT`` is text. Without ``TZ``, Splunk would use the time zone of its server.
"""
FORMATS = """\
``TIME_FORMAT`` follows from the ``timestamp_format`` of the jobs. A source type has only one, so all jobs that use it need the same format:
"""
PLACES = """\
The settings have an effect where HEC receives the events:

- On a single instance, on search heads, and on the nodes of ``splunk_hec_topology: nodes``, the module writes them through the management
  API to the app ``search``. If an installed app already defines the time of the source type, the module leaves it as it is and warns.
- On the peers of an indexer cluster and the clients of a deployment server, they are part of the app that
  :ansplugin:`splunk_hec_app <edgeops.logpush.splunk_hec_app#module>` writes.
- On Splunk Cloud, install the Cloudflare App for Splunk, or upload an app with these settings. If you use a heavy forwarder in front of Splunk
  Cloud, write them there.
"""


def files(
    heading: t.Callable[[str, str], str], table: t.Callable[..., str], head: str, label: str, width: int
) -> dict[str, str]:
    """Return the page by the name of its file. The functions and texts are those of the other generated pages."""

    def paragraphs(text: str) -> str:
        return (
            text if text.startswith("The settings have") else textwrap.fill(text, width, break_on_hyphens=False) + "\n"
        )

    rows = [
        [
            f"``{name}``",
            f"``{app_sourcetype(name)}``",
            f"``{field}``",
            FIXED.get(FIXED_FORMATS.get(field, ""), "that of the job"),
        ]
        for name, field in sorted(TIME_FIELDS.items())
    ]
    formats = [
        [f"``{name}``", f"``{EXAMPLES[name]}``", f"``{sourcetype_settings(['http_requests'], name)['TIME_FORMAT']}``"]
        for name in TIMESTAMP_FORMATS
    ]
    own = [
        [
            f"``{FIXED_FORMATS[TIME_FIELDS[name]]}``",
            f"only ``{name}``",
            f"``{sourcetype_settings([name])['TIME_FORMAT']}``",
        ]
        for name in sorted(TIME_FIELDS)
        if FIXED_FORMATS.get(TIME_FIELDS[name]) == UNIXMILLI
    ]
    settings = "\n".join(f"{key} = {value}" for key, value in sourcetype_settings(SHOWN).items())
    example = ".. code-block:: ini\n\n" + textwrap.indent(f"[cloudflare:json]\n{settings}\n", "   ")
    parts = [
        head + label.format(NAME) + heading("Source types of the datasets", "="),
        paragraphs(INTRO),
        heading("Datasets", "-"),
        paragraphs(DATASETS),
        table(["Dataset", "Source type", "Field with the time", "Format"], rows, "32 24 24 20"),
        heading("Settings", "-"),
        paragraphs(SETTINGS),
        example,
        paragraphs(SEVERAL),
        paragraphs(FORMATS),
        table(["``timestamp_format``", "Example", "``TIME_FORMAT``"], [*formats, *own], "24 42 34"),
        heading("Where they are written", "-"),
        PLACES,
    ]
    return {f"{NAME}.rst": "\n".join(parts)}
