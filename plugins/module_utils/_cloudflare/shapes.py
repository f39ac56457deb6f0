# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The types of jobs, zones, rulesets and notifications as the API documents them, and checks of answers. Pure: no I/O.

A check raises ValueError with a text that names the field and the type that came back, and never a value. Only types are
checked, because the API adds values (datasets, plans) at any time, and omits unset values or sets them to null.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from .._core.json_types import JsonObject, is_id_number, is_whole_number, type_name
from .._core.text import one_line

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Type(t.NamedTuple):
    words: str
    accepts: t.Callable[[t.Any], bool]


_TEXT = _Type("text", lambda value: isinstance(value, str))
_BOOLEAN = _Type("a boolean", lambda value: isinstance(value, bool))
_WHOLE = _Type("a whole number", is_whole_number)
_NUMBER = _Type("a number", lambda value: is_whole_number(value) or isinstance(value, float))
_OBJECT = _Type("an object", lambda value: isinstance(value, dict))
_TEXTS = _Type(
    "a list of texts", lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value)
)

_JOB_FIELDS = {
    "dataset": _TEXT,
    "name": _TEXT,
    "enabled": _BOOLEAN,
    "destination_conf": _TEXT,
    "ownership_challenge": _TEXT,
    "kind": _TEXT,
    "frequency": _TEXT,
    "filter": _TEXT,
    "filter_attack_traffic": _BOOLEAN,
    "output_options": _OBJECT,
    "logpull_options": _TEXT,
    "max_upload_bytes": _WHOLE,
    "max_upload_interval_seconds": _WHOLE,
    "max_upload_records": _WHOLE,
    "transformer_id": _WHOLE,
    "last_complete": _TEXT,
    "last_error": _TEXT,
    "error_message": _TEXT,
}
_OUTPUT_FIELDS = {
    "CVE-2021-44228": _BOOLEAN,
    "merge_subrequests": _BOOLEAN,
    "batch_prefix": _TEXT,
    "batch_suffix": _TEXT,
    "field_delimiter": _TEXT,
    "field_names": _TEXTS,
    "output_type": _TEXT,
    "record_delimiter": _TEXT,
    "record_prefix": _TEXT,
    "record_suffix": _TEXT,
    "record_template": _TEXT,
    "sample_rate": _NUMBER,
    "timestamp_format": _TEXT,
}
_NAMED = {"name": _TEXT}
_NAMED_URL = {**_NAMED, "url": _TEXT, "type": _TEXT}
_POLICY_FIELDS = {**_NAMED, "alert_type": _TEXT, "enabled": _BOOLEAN, "mechanisms": _OBJECT, "description": _TEXT}
# What Cloudflare reports about a job. It is only shown, and never sent back.
_REPORTED = ("last_complete", "last_error", "error_message")


def address_ranges(value: t.Any) -> tuple[dict[int, list[str]], str]:
    """Return Cloudflare's address ranges by their version of IP, in canonical form, and their digest."""
    found = _object(value, "the list of address ranges")
    ranges = {version: _ranges(found.get(f"ipv{version}_cidrs"), version) for version in (4, 6)}
    etag = found.get("etag")
    return ranges, etag if isinstance(etag, str) and re.fullmatch(r"[\x21-\x7e]{1,200}", etag) else ""


def _ranges(value: t.Any, version: int) -> list[str]:
    if not _TEXTS.accepts(value) or not value:
        raise ValueError(f"ipv{version}_cidrs must be {_TEXTS.words} that is not empty, but it is {type_name(value)}")
    try:
        networks = [ipaddress.ip_network(text) for text in value]
    except ValueError:
        raise ValueError(f"ipv{version}_cidrs contains text that is not a range of addresses") from None
    if any(network.version != version or network.prefixlen == 0 for network in networks):
        raise ValueError(f"ipv{version}_cidrs contains a range that cannot be Cloudflare's")
    return [str(network) for network in networks]


def job(value: t.Any) -> JsonObject:
    """Return a job whose fields have the documented types, and whose reports are printable."""
    found = _object(value, "a job")
    if not is_id_number(found.get("id")):
        raise ValueError(f"the ID of a job must be a positive whole number, but it is {_found(found, 'id')}")
    place = f"job {found['id']}"
    _check_fields(found, _JOB_FIELDS, place)
    _check_fields(found.get("output_options") or {}, _OUTPUT_FIELDS, f"output_options of {place}")
    return {key: one_line(item) if key in _REPORTED and item else item for key, item in found.items()}


def jobs(value: t.Any) -> list[JsonObject]:
    """Return a list of jobs, no two of the same ID."""
    found = [job(item) for item in _list(value, "a list of jobs")]
    ids = {item["id"] for item in found}
    if len(ids) < len(found):
        raise ValueError("several jobs have the same ID")
    return found


def fields(value: t.Any) -> dict[str, str]:
    """Return the fields of a dataset, each with its description."""
    found = _object(value, "an object of fields")
    if not found:
        raise ValueError("it contains no fields")
    for description in found.values():
        if description is not None and not isinstance(description, str):
            raise ValueError(f"the description of a field must be text, but it is {type_name(description)}")
    return {name: description or "" for name, description in found.items()}


def zone(value: t.Any) -> JsonObject:
    """Return a zone with an ID and a name."""
    found = _object(value, "a zone")
    _check_id(found, "a zone")
    if not isinstance(found.get("name"), str) or not found["name"]:
        raise ValueError(f"the name of zone {found['id']} must be text, but it is {_found(found, 'name')}")
    return found


def zones(value: t.Any) -> list[JsonObject]:
    """Return a list of zones."""
    return [zone(item) for item in _list(value, "a list of zones")]


def total_count(result_info: t.Any) -> int | None:
    """Return how many objects the whole list has; None if the answer does not say."""
    if result_info is None:
        return None
    total = _whole_if_any(_object(result_info, "an object result_info"), "total_count")
    if total is not None and total < 0:
        raise ValueError("total_count must not be negative")
    return total


def has_more(result_info: t.Any, listed: int) -> bool:
    """Return whether an answer with this number of objects says that the list has more: on this page, on further pages, or behind a
    cursor."""
    info = {} if result_info is None else _object(result_info, "an object result_info")
    page, pages, count = (_whole_if_any(info, name) for name in ("page", "total_pages", "count"))
    cursors = info.get("cursors")
    cursor = cursors.get("after") if isinstance(cursors, dict) else info.get("cursor")
    return bool(cursor) or (pages or 0) > (page or 1) or (count or 0) > listed


def _whole_if_any(found: JsonObject, name: str) -> int | None:
    value = found.get(name)
    if value is not None and not is_whole_number(value):
        raise ValueError(f"{name} must be a whole number, but it is {type_name(value)}")
    return t.cast("int | None", value)


def ruleset(value: t.Any) -> JsonObject:
    """Return a ruleset with its rules."""
    found = _object(value, "a ruleset")
    _check_id(found, "a ruleset")
    for rule in _list_if_any(found.get("rules"), "a list of rules"):
        _check_id(_object(rule, "a rule"), "a rule")
    return found


def policies(value: t.Any) -> list[JsonObject]:
    """Return a list of notification policies."""
    found = [_with_fields(item, _POLICY_FIELDS, "policy") for item in _list(value, "a list of policies")]
    for policy in found:
        for kind, recipients in (policy.get("mechanisms") or {}).items():
            for recipient in _list_if_any(recipients, f"a list of recipients in {kind} of policy {policy['id']}"):
                if not isinstance(_object(recipient, "a recipient").get("id"), str):
                    raise ValueError(
                        f"the id of a recipient in {kind} must be text, but it is {_found(recipient, 'id')}"
                    )
    return found


def webhooks(value: t.Any) -> list[JsonObject]:
    """Return a list of webhooks, which notifications can be sent to."""
    return [_with_fields(item, _NAMED_URL, "webhook") for item in _list(value, "a list of webhooks")]


def pagerduty_services(value: t.Any) -> list[JsonObject]:
    """Return a list of PagerDuty services; an account without any may have null."""
    return [_with_fields(item, _NAMED, "service") for item in _list_if_any(value, "a list of PagerDuty services")]


def with_id(value: t.Any) -> JsonObject:
    """Return an object of which only the ID is needed."""
    return _with_fields(value, {}, "object")


def _with_fields(value: t.Any, types: t.Mapping[str, _Type], what: str) -> JsonObject:
    """Return an object with an ID, and with fields of these types."""
    found = _object(value, f"a {what}")
    _check_id(found, f"a {what}")
    _check_fields(found, types, f"{what} {found['id']}")
    return found


def _check_fields(found: JsonObject, types: t.Mapping[str, _Type], place: str) -> None:
    for name, wanted in types.items():
        if found.get(name) is not None and not wanted.accepts(found[name]):
            raise ValueError(f"{name} of {place} must be {wanted.words}, but it is {type_name(found[name])}")


def _check_id(found: JsonObject, what: str) -> None:
    if not isinstance(found.get("id"), str) or not _ID.fullmatch(found["id"]):
        raise ValueError(f"the id of {what} must be an ID in text form, but it is {_found(found, 'id')}")


def _found(found: JsonObject, name: str) -> str:
    return type_name(found[name]) if name in found else "missing"


def _object(value: t.Any, what: str) -> JsonObject:
    if not isinstance(value, dict):
        raise ValueError(f"it must contain {what}, but it contains {type_name(value)}")
    return value


def _list(value: t.Any, what: str) -> list[t.Any]:
    if not isinstance(value, list):
        raise ValueError(f"it must contain {what}, but it contains {type_name(value)}")
    return value


def _list_if_any(value: t.Any, what: str) -> list[t.Any]:
    """Return a list for which an answer may have null."""
    return [] if value is None else _list(value, what)
