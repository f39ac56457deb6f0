# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An independent reading of stored jobs: what they are, and whether that is what somebody asked for.

It shares no code with the collection: a mistake in how that compares jobs must not hide itself.
"""

from __future__ import annotations

import json
import re
import typing as t
from urllib.parse import parse_qsl, unquote_plus, urlsplit

View = t.Dict[str, t.Any]

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PLAIN = {"enabled": False, "kind": "", "frequency": "high", "max_upload_interval_seconds": 0, "name": ""}
OUTPUT = {
    "timestamp_format": "unixnano",
    "sample_rate": 1,
    "field_names": [],
    "record_prefix": "{",
    "CVE-2021-44228": False,
}
PARTS = {"channel": "", "sourcetype": "", "insecure-skip-verify": "false"}


def view(job: t.Mapping[str, t.Any]) -> View:
    """Return what a stored job is, in one flat mapping in which things that mean the same are equal."""
    seen = {key: job.get(key) or default for key, default in PLAIN.items()}
    seen["dataset"] = job.get("dataset") or "http_requests"
    seen["filter"] = condition(json.loads(job.get("filter") or "{}"))
    seen.update(_output(job.get("output_options") or _legacy(job.get("logpull_options") or "")))
    seen.update(_destination(job["destination_conf"]))
    return seen


def wanted(options: t.Mapping[str, t.Any], collector: str, token: str) -> View:
    """Return what of a view the options of a job ask for."""
    asked = {key: options[key] for key in (*PLAIN, "dataset") if options.get(key) is not None}
    asked.setdefault("enabled", True)
    if "filter" in options:
        asked["filter"] = condition(options["filter"])
    given = {
        "CVE-2021-44228" if key == "cve_2021_44228" else key: value
        for key, value in options.get("output_options", {}).items()
    }
    asked.update({key: value for key, value in _output(given).items() if key.partition(".")[2] in given})
    asked.update(collector=collector, path="/services/collector/raw", token=token)
    if "sourcetype" in options:
        asked["part.sourcetype"] = options["sourcetype"]
    if "insecure_skip_verify" in options:
        asked["part.insecure-skip-verify"] = str(options["insecure_skip_verify"]).lower()
    return asked


def differences(one: View, other: View) -> set[str]:
    """Return the names of what differs."""
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


def misses(asked: View, seen: View) -> dict[str, t.Any]:
    """Return what a job lacks, with what it has instead."""
    wrong = {key: (value, seen.get(key)) for key, value in asked.items() if seen.get(key) != value}
    return wrong if GUID.fullmatch(seen.get("part.channel", "").lower()) else {**wrong, "part.channel": "none"}


def condition(parsed: t.Any) -> str:
    """Return a filter as text, empty where it lets everything through."""
    return json.dumps(parsed, sort_keys=True) if parsed.get("where") else ""


def is_splunk(job: t.Mapping[str, t.Any]) -> bool:
    """Tells whether a stored job pushes to Splunk."""
    return job["destination_conf"].lower().startswith("splunk://")


def _output(options: t.Mapping[str, t.Any]) -> View:
    output = {f"output.{key}": options.get(key) or default for key, default in OUTPUT.items()}
    output["output.field_names"] = sorted(output["output.field_names"])
    return output


def _legacy(text: str) -> View:
    parts = dict(parse_qsl(text))
    names = [name for name in parts.get("fields", "").split(",") if name]
    sample = float(parts.get("sample", 1))
    return {"field_names": names, "timestamp_format": parts.get("timestamps"), "sample_rate": sample}


def _destination(conf: str) -> View:
    if not conf.lower().startswith("splunk://"):
        return {"elsewhere": conf}
    pieces = urlsplit(conf)
    parts = {
        unquote_plus(name): unquote_plus(value)
        for name, dummy, value in (piece.partition("=") for piece in pieces.query.split("&"))
    }
    scheme, dummy, token = parts.pop("header_Authorization", "").partition(" ")
    return {
        "collector": pieces.netloc.lower(),
        "path": pieces.path.rstrip("/"),
        "scheme": scheme,
        "token": token,
        **{f"part.{name}": value for name, value in {**PARTS, **parts}.items()},
    }
