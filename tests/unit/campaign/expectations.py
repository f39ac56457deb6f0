# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An independent interpretation of stored jobs, and whether they match a request. It shares no code with the
collection, so that a mistake in the collection's comparison cannot hide itself.
"""

from __future__ import annotations

import base64
import json
import re
import typing as t
import uuid
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
PATH = "/services/collector"
CHANNELS = uuid.UUID("5f0d2b1c-6f5e-5b8e-9d5a-0c9b7d1e4a37")


def view(job: t.Mapping[str, t.Any]) -> View:
    """Return a stored job as a flat mapping in which equivalent values are equal."""
    seen = {key: job.get(key) or default for key, default in PLAIN.items()}
    seen["dataset"] = job.get("dataset") or "http_requests"
    seen["filter"] = condition(json.loads(job.get("filter") or "{}"))
    seen.update(_output(job.get("output_options") or _legacy(job.get("logpull_options") or "")))
    seen.update(_destination(job["destination_conf"]))
    return seen


def wanted(options: t.Mapping[str, t.Any], collector: str, token: str) -> View:
    """Return the part of a view that the options of a job request."""
    asked = {key: options[key] for key in (*PLAIN, "dataset") if options.get(key) is not None}
    asked.setdefault("enabled", True)
    if "filter" in options:
        asked["filter"] = condition(options["filter"])
    given = {
        "CVE-2021-44228" if key == "cve_2021_44228" else key: value
        for key, value in options.get("output_options", {}).items()
    }
    asked.update({key: value for key, value in _output(given).items() if key.partition(".")[2] in given})
    asked.update(collector=collector, prefix="", path=f"{PATH}/raw", token=token)
    if "sourcetype" in options:
        asked["part.sourcetype"] = options["sourcetype"]
    if "insecure_skip_verify" in options:
        asked["part.insecure-skip-verify"] = str(options["insecure_skip_verify"]).lower()
    return asked


def differences(one: View, other: View) -> set[str]:
    """Return the names of the values that differ."""
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}


def misses(asked: View, seen: View) -> dict[str, t.Any]:
    """Return the requested values that a job does not have, with its actual values."""
    wrong = {key: (value, seen.get(key)) for key, value in asked.items() if seen.get(key) != value}
    # Cloudflare requires a channel only in a splunk:// destination.
    return (
        wrong
        if seen.get("transport") == "https" or GUID.fullmatch(seen.get("part.channel", "").lower())
        else {**wrong, "part.channel": "none"}
    )


def condition(parsed: t.Any) -> str:
    """Return a filter as text, empty if it lets everything through."""
    return json.dumps(parsed, sort_keys=True) if parsed.get("where") else ""


def is_splunk(job: t.Mapping[str, t.Any]) -> bool:
    """Return whether a stored job pushes to a collector, through C(splunk://) or C(https://)."""
    return "elsewhere" not in _destination(job["destination_conf"])


def collector(job: t.Mapping[str, t.Any]) -> tuple[str, str] | None:
    """Return the collector that a stored job pushes to: host with port, and the path prefix of HEC."""
    seen = _destination(job["destination_conf"])
    return None if "elsewhere" in seen else (seen["collector"], seen["prefix"])


def channel(job: t.Mapping[str, t.Any]) -> str:
    """Return the channel of a stored job, "" if it has none."""
    return str(_destination(job["destination_conf"]).get("part.channel", "")).lower()


def derived_channel(zone: str, dataset: str, name: str) -> str:
    """Return the channel of a job that the collection creates."""
    return str(uuid.uuid5(CHANNELS, "".join(f"{len(each)}:{each}" for each in (zone, dataset, name))))


def carries(job: t.Mapping[str, t.Any], token: str) -> bool:
    """Return whether the destination of a stored job contains a token in any encoding."""
    text = unquote_plus(unquote_plus(job["destination_conf"]))
    basic = [base64.b64decode(found).decode() for found in re.findall(r"Basic ([A-Za-z0-9+/=]+)", text)]
    spellings = [job["destination_conf"], unquote_plus(job["destination_conf"]), text, *basic]
    return any(token.lower() in spelling.lower() for spelling in spellings)


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
    pieces = urlsplit(conf)
    prefix, found, dummy = pieces.path.partition(PATH)
    if pieces.scheme.lower() not in ("splunk", "https") or not found:
        return {"elsewhere": conf}
    parts = {
        unquote_plus(name): unquote_plus(value)
        for name, dummy, value in (piece.partition("=") for piece in pieces.query.split("&"))
    }
    scheme, dummy, token = parts.pop("header_Authorization", "").partition(" ")
    return {
        "transport": pieces.scheme.lower(),
        "collector": pieces.netloc.lower(),
        "prefix": prefix,
        "path": pieces.path.rstrip("/"),
        "scheme": scheme,
        "token": token,
        **{f"part.{name}": value for name, value in {**PARTS, **parts}.items()},
    }
