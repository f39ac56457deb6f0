# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generated inputs for tests of the pure files, including hostile ones."""

from __future__ import annotations

import base64
import json
import typing as t
from urllib.parse import quote, quote_plus

from ansible_collections.edgeops.logpush.plugins.module_utils._core.outcome import Plan
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import plan as rules
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import (
    Destination,
    RequestedDestination,
    requested_destination,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job import Job
from hypothesis import strategies as st

GUID = "9d4b5ce2-3f6c-4a0e-8a36-5d1a0e6c7b11"
TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
RAW = "/services/collector/raw"
CONF = f"splunk://hec.example.com:8088{RAW}?channel={GUID}&insecure-skip-verify=false&sourcetype=cloudflare:json"
WHOLE_CONF = f"{CONF}&header_Authorization=Splunk%20{TOKEN}"
WHOLE_PARTS = {"endpoint": "hec.example.com", "hec_token": TOKEN}

NAMED = ("channel", "insecure-skip-verify", "sourcetype", "index", "header_authorization")
PART_NAMES = ("endpoint", "hec_token", "insecure_skip_verify", "index")

# Any text that JSON can contain, with frequent characters of URLs and encodings.
nasty_text = st.text(st.one_of(st.sampled_from("+/=%&#?;:@ \"'\\<>\t\n{}[]é€😀\x00"), st.characters()), max_size=12)
# Text that UTF-8 can encode, which parsing and writing a string keeps.
sound_text = st.text(
    st.one_of(st.sampled_from("+/=%&#?;:@ \"'\\é€😀"), st.characters(exclude_categories=["Cs"])), max_size=12
)
# Values that bare_token accepts: one printable word that does not start with the scheme and is not in quotes.
tokens = st.one_of(
    st.uuids().map(str),
    st.text(st.sampled_from("abcXYZ019+/=%&#?-._~:@\"'\\é€"), min_size=1, max_size=24).filter(
        lambda text: text.strip("*") != "" and not (len(text) > 2 and text[0] in "\"'" and text[-1] == text[0])
    ),
)
long_tokens = tokens.filter(lambda token: len(token) >= 8)
guids = st.uuids().map(str)
hosts = st.one_of(
    st.sampled_from(["hec.example.com", "http-inputs-acme.splunkcloud.com", "h", "10.0.0.7", "::1", "2001:db8::7"]),
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9]{1,8}){0,2}", fullmatch=True),
)
ports = st.integers(1, 65535)
sourcetypes = st.text(st.sampled_from("abcXYZ019:._-+%&=/é"), min_size=1, max_size=12)
further_names = sound_text.filter(lambda name: name.lower() not in NAMED and name not in PART_NAMES)
secret_names = st.sampled_from(["header_X-Key", "token", "api_secret", "sig", "password", "header_Authorization"])


# Any parameters: unknown, empty, repeated, in any order.
any_parameters = st.lists(
    st.tuples(st.one_of(sound_text, st.sampled_from(["channel", "sourcetype", "header_Authorization"])), sound_text),
    max_size=6,
).map(tuple)
any_destinations = st.builds(
    Destination,
    hosts,
    ports,
    st.sampled_from([RAW, f"/prefix{RAW}/1.0", "", "/", "/services/collector/event"]),
    any_parameters,
    st.just("splunk"),
)

# The parts of a destination in the form of options, with everything that a new job needs.
whole_parts = st.fixed_dictionaries(
    {
        "endpoint": st.builds(lambda host, port: f"[{host}]:{port}" if ":" in host else f"{host}:{port}", hosts, ports),
        "hec_token": tokens,
        "channel": guids,
        "sourcetype": sourcetypes,
        "insecure_skip_verify": st.booleans(),
    }
)
some_parts = st.fixed_dictionaries(
    {},
    optional={
        "endpoint": st.sampled_from(["hec.example.com", "hec.example.com:443", "other.example.com"]),
        "hec_token": tokens,
        "channel": guids,
        "sourcetype": st.sampled_from(["cloudflare:json", "st"]),
        "insecure_skip_verify": st.booleans(),
        "index": st.sampled_from(["main", "cloudflare"]),
    },
)

field_names = st.lists(st.sampled_from(["ClientIP", "EdgeStartTimestamp", "RayID", "ZoneName"]), max_size=5)
delimiters = st.sampled_from(["", ",", "{", "}\n", "\n", "\t", 'é"\\'])
output_options = st.fixed_dictionaries(
    {},
    optional={
        "field_names": field_names,
        "timestamp_format": st.sampled_from(["unixnano", "unix", "rfc3339", "rfc3339ms", "rfc3339ns"]),
        "sample_rate": st.sampled_from([0.25, 1, 1.0]),
        "output_type": st.sampled_from(["ndjson", "csv"]),
        "merge_subrequests": st.booleans(),
        "CVE-2021-44228": st.booleans(),
        "batch_prefix": delimiters,
        "record_prefix": delimiters,
        "record_suffix": delimiters,
        "record_delimiter": delimiters,
        "record_template": st.sampled_from(["", "{{.RayID}}"]),
        "field_delimiter": delimiters,
    },
)
_values = st.one_of(st.booleans(), st.integers(0, 1), st.sampled_from([0.0, 1.0]))
comparisons = st.one_of(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(["ClientCountry", "é"]),
            "operator": st.sampled_from(["eq", "!eq", "lt", "contains", "!startsWith"]),
            "value": st.one_of(_values, st.sampled_from(["ca", 'é"', "1"])),
        }
    ),
    st.fixed_dictionaries(
        {"key": st.just("EdgeResponseStatus"), "operator": st.sampled_from(["eq", "!eq", "lt"]), "value": _values}
    ),
    st.fixed_dictionaries(
        {"key": st.just("ClientCountry"), "operator": st.sampled_from(["in", "!in"]), "value": st.just(["ca", "us"])}
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.dictionaries(
        st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=2), min_size=1, max_size=1
    ),
    max_leaves=4,
)
filters = st.one_of(st.none(), conditions.map(lambda condition: {"where": condition}))
logpull_options = st.builds(
    "&".join,
    st.lists(
        st.sampled_from(
            [
                "fields=RayID,ClientIP",
                "fields=ClientIP",
                "fields=",
                "timestamps=rfc3339",
                "timestamps=unixnano",
                "sample=0.1",
                "sample=1.0",
                "CVE-2021-44228=true",
                "CVE-2021-44228=false",
                "unknown=1",
            ]
        ),
        max_size=4,
        unique_by=lambda part: part.partition("=")[0],
    ),
)
plain_fields: dict[str, st.SearchStrategy[t.Any]] = {
    "name": st.sampled_from(["shop", "shop.example.com"]),
    "frequency": st.sampled_from(["high", "low"]),
    "filter_attack_traffic": st.booleans(),
    "max_upload_bytes": st.sampled_from([0, 5_000_000]),
    "max_upload_interval_seconds": st.sampled_from([0, 30]),
    "max_upload_records": st.sampled_from([0, 1000]),
    "transformer_id": st.sampled_from([0, 7]),
}


def desired_jobs(destination: st.SearchStrategy[t.Any]) -> st.SearchStrategy[dict[str, t.Any]]:
    """Return possible results of ``desired_job`` with a given kind of destination; all other fields are optional."""
    common: dict[str, st.SearchStrategy[t.Any]] = {**plain_fields, "filter": filters, "destination": destination}
    return st.one_of(
        st.fixed_dictionaries({"enabled": st.booleans()}, optional={**common, "output_options": output_options}),
        st.fixed_dictionaries({"enabled": st.booleans()}, optional={**common, "logpull_options": logpull_options}),
    )


def creations(destination: st.SearchStrategy[t.Any] = whole_parts) -> st.SearchStrategy[dict[str, t.Any]]:
    """Return desired jobs with the values that a new job needs."""
    return st.builds(lambda job, parts: {**job, "destination": parts}, desired_jobs(destination), destination)


def in_reply(job: t.Mapping[str, t.Any], nulls: bool = False) -> dict[str, t.Any]:
    """Return a job as the API shows it: unset and zero values are left out, or shown as null; status always comes."""
    unset = {key for key, value in job.items() if value in (None, "", 0, [], {}) and key != "enabled"}
    kept = {key: value for key, value in job.items() if key not in unset}
    status = {"kind": "", "frequency": "high", "last_complete": None, "last_error": None, "error_message": None}
    return {**(dict.fromkeys(unset) if nulls else {}), "id": 7, "enabled": False, **status, **kept}


_observed_fields = {
    **plain_fields,
    "enabled": st.booleans(),
    "name": st.sampled_from(["", "shop", "shop.example.com"]),
    "filter": st.one_of(
        st.sampled_from(["", '{"where":{}}', "not JSON"]),
        filters.map(lambda value: json.dumps(value) if value else ""),
    ),
    "output_options": st.one_of(st.none(), output_options),
    "logpull_options": st.one_of(st.just(""), logpull_options),
}
destination_strings = st.one_of(
    any_destinations.map(lambda destination: destination.encode()),
    st.sampled_from(
        [
            WHOLE_CONF,
            WHOLE_CONF.replace("splunk://", "Splunk://").replace("%20", "+"),
            WHOLE_CONF.replace("%20", " "),
            f"splunk://hec.example.com?header_Authorization=Splunk%20{TOKEN}&further=a%26b",
            "splunk://hec.example.com:443/x",
        ]
    ),
)
# Splunk jobs as the API lists them, created by anyone.
observed_jobs = st.builds(
    in_reply,
    st.builds(
        lambda fields, conf: {"dataset": "http_requests", **fields, "destination_conf": conf},
        st.fixed_dictionaries({}, optional=_observed_fields),
        destination_strings,
    ),
    st.booleans(),
)


def spellings(secret: str) -> dict[str, str]:
    """Return the encodings of a secret, by name."""
    once = quote(secret, safe="")
    lower = _lower_digits(once)
    return {
        "literal": secret,
        "percent-encoded": once,
        "percent-encoded in lower case": lower,
        "percent-encoded but for slashes": quote(secret),
        "percent-encoded twice": quote(once, safe=""),
        "percent-encoded twice in lower case": _lower_digits(quote(lower, safe="")),
        "form data": quote_plus(secret),
        "JSON": json.dumps(secret)[1:-1],
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "base64": base64.b64encode(secret.encode()).decode(),
        "URL-safe base64": base64.urlsafe_b64encode(secret.encode()).decode(),
    }


def _lower_digits(text: str) -> str:
    pieces = text.split("%")
    return "%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


def job(**fields: t.Any) -> Job:
    """Return a job as the API shows it."""
    return in_reply({"dataset": "http_requests", "destination_conf": WHOLE_CONF, "enabled": True, **fields})


def planned(desired: t.Mapping[str, t.Any], observed: Job | None, recreate: bool = False) -> Plan:
    """Return the plan for a job, with the channel that a new one would have."""
    return rules.plan_present(with_requested_destination(desired), observed, GUID, recreate=recreate)


def with_requested_destination(desired: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a desired job with its destination, given as parts or as a whole, in the form that the rules accept."""
    destination = desired.get("destination")
    if isinstance(destination, Destination):
        return {**desired, "destination": RequestedDestination(complete=destination)}
    if destination is None:
        return dict(desired)
    return {**desired, "destination": requested_destination(destination)}
