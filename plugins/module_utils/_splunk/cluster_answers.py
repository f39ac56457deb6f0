# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the answers of the manager of an indexer cluster: its bundles, its peers, its health. Pure: no I/O.

Splunk's page: "Cluster endpoint descriptions" in the REST API Reference (U(https://help.splunk.com)).
"""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError
from .._core.secrets import MASK
from .._core.text import one_line
from .answer_parts import (
    entry_content,
    flag_at,
    mapping,
    page_of,
    readable,
    required_mapping,
    text_at,
)
from .values import number

if t.TYPE_CHECKING:
    from .._core.json_types import JsonObject

# The status of the manager while it does nothing with a bundle.
_NOTHING = ("", "none")
# Such a finding of the validation is only a remark: Splunk applies the bundle.
_REMARK = "[not critical]"
# Splunk quotes the value of a setting that it rejects, which may be that of a HEC token. A correct one is a GUID.
_VALUE = re.compile(r"(?i)(?<=\(value: )(?:.*(?=\))|.*)|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_LONGEST_FINDING = 500
_CHECKS = (
    "all_peers_are_up",
    "all_data_is_searchable",
    "no_fixups_in_progress",
    "replication_factor_met",
    "search_factor_met",
    "site_replication_factor_met",
    "site_search_factor_met",
    "cm_version_is_compatible",
)


class Bundle(t.NamedTuple):
    """A configuration bundle. ``checksum`` is "" if there is none; ``timestamp`` is 0 if it is not known."""

    checksum: str
    timestamp: int


class Peer(t.NamedTuple):
    """A peer as the manager sees it.

    ``status`` is C(Up) for one that works. ``checksum`` is that of its active bundle. ``needs_restart`` is what it answered
    to the last check of a bundle, whose checksum is ``checked``. ``problems`` are the errors of the last validation, and
    ``rejected`` is the checksum of the bundle that they are about, "" if it is not known. ``reload_error`` is that of the reload
    with the active bundle.
    """

    id: str
    name: str
    status: str
    checksum: str
    checked: str
    needs_restart: bool
    problems: tuple[str, ...]
    rejected: str
    reload_error: str


class Manager(t.NamedTuple):
    """The state of the manager.

    ``activity`` is what it does with a bundle, "" for nothing. ``latest`` differs from ``active`` while a bundle is pushed, or
    after a push that failed. ``validated`` is the last bundle whose validation ended, ``is_valid`` its result, and ``checked``
    the checksum of the last bundle that the peers have tried; ``needs_restart`` is the result. ``invalid`` is the checksum of
    a rejected bundle.
    """

    active: Bundle
    latest: Bundle
    previous: Bundle
    validated: Bundle
    is_valid: bool
    checked: str
    needs_restart: bool
    activity: str
    restarting: bool
    maintenance: bool
    ready: bool
    invalid: str
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


class Look(t.NamedTuple):
    """The manager and its peers at one time."""

    manager: Manager
    peers: tuple[Peer, ...]


def without_values(text: str) -> str:
    """Return a text of Splunk in one line, without the values of settings."""
    return one_line(_VALUE.sub(MASK, text.strip()))[:_LONGEST_FINDING]


def manager(operation: str, data: JsonObject) -> Manager:
    """Return the state of the manager. Raises CollectionError."""
    content = entry_content(operation, data)
    with readable(operation):
        status = mapping(content.get("apply_bundle_status"))
        invalid = mapping(status.get("invalid_bundle"))
        problems, remarks = _findings(invalid.get("bundle_validation_errors_on_master"))
        activity = one_line(text_at(status, "status").strip())
        validated = mapping(content.get("last_validated_bundle"))
        return Manager(
            active=_bundle(required_mapping(content.get("active_bundle"), "active_bundle")),
            latest=_bundle(required_mapping(content.get("latest_bundle"), "latest_bundle")),
            previous=_bundle(content.get("previous_active_bundle")),
            validated=_bundle(validated),
            is_valid=_true_unless_set(validated, "is_valid_bundle"),
            checked=_bundle(content.get("last_dry_run_bundle")).checksum,
            needs_restart=flag_at(content, "last_check_restart_bundle_result"),
            activity="" if activity.lower() in _NOTHING else activity,
            restarting=flag_at(content, "rolling_restart_flag") or flag_at(content, "controlled_rolling_restart_flag"),
            maintenance=flag_at(content, "maintenance_mode"),
            ready=_true_unless_set(content, "service_ready_flag"),
            invalid=text_at(invalid, "checksum"),
            problems=problems,
            remarks=remarks,
        )


def peers(operation: str, data: JsonObject) -> tuple[Peer, ...]:
    """Return all peers. Raises CollectionError for an answer without a list of peers, or with a part of it: a peer that is
    missing in the list would count as one that has the bundle."""
    page = page_of(operation, data, "peers")
    if page.total is not None and page.total > len(page.entries):
        raise CollectionError(
            f"{operation} failed: the answer contains only {len(page.entries)} of {page.total} peers."
        )
    with readable(operation):
        return tuple(map(_peer, page.entries))


def failed_checks(operation: str, data: JsonObject) -> list[str]:
    """Return the names of the checks of the cluster's health that fail; an empty list for a healthy cluster. Raises
    CollectionError."""
    content = entry_content(operation, data)
    with readable(operation):
        found = [check for check in _CHECKS if check in content and not flag_at(content, check)]
        if not found and "pre_flight_check" in content and not flag_at(content, "pre_flight_check"):
            return ["pre_flight_check"]
        return found


def new_checksum(operation: str, data: JsonObject) -> str:
    """Return the checksum of a bundle that differs from the active one; "" if there is nothing new. Raises CollectionError."""
    content = entry_content(operation, data)
    with readable(operation):
        return text_at(content, "checksum").strip()


def _true_unless_set(found: JsonObject, key: str) -> bool:
    """Return a boolean that counts as true if the answer does not have it."""
    return found.get(key) is None or flag_at(found, key)


def _bundle(value: t.Any) -> Bundle:
    found = mapping(value)
    return Bundle(text_at(found, "checksum").strip(), number(found.get("timestamp")) or 0)


def _peer(entry: JsonObject) -> Peer:
    content = required_mapping(entry.get("content"), "the content of a peer")
    status = mapping(content.get("apply_bundle_status"))
    invalid = mapping(status.get("invalid_bundle"))
    problems, dummy = _findings(invalid.get("bundle_validation_errors"))
    identity = text_at(entry, "name")
    return Peer(
        id=identity,
        name=one_line(text_at(content, "label") or text_at(content, "host_port_pair") or identity),
        status=one_line(text_at(content, "status")) or "unknown",
        checksum=text_at(content, "active_bundle_id"),
        checked=text_at(content, "last_dry_run_bundle"),
        needs_restart=flag_at(content, "restart_required_for_applying_dry_run_bundle"),
        problems=problems,
        rejected=text_at(invalid, "invalid_bundle_id").strip(),
        reload_error=without_values(text_at(status, "reload_error")),
    )


def _findings(value: t.Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the errors and the remarks among the findings of a validation."""
    listed = value if isinstance(value, list) else [value] if value else []
    texts = [without_values(item) if isinstance(item, str) else "an error without a text" for item in listed]
    errors = [text for text in texts if text and not text.lower().startswith(_REMARK)]
    remarks = [text for text in texts if text.lower().startswith(_REMARK)]
    return tuple(errors), tuple(remarks)
