# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for indexes: the name, the retention on Splunk Cloud, and the plan that creates or changes one. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.outcome import NO_CHANGE, Plan
from .._core.spelling import meant_name
from .values import CloudIndex, Index

RETENTION = ("searchable_days", "max_data_size_mb", "archival_retention_days")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def requested_index(options: t.Mapping[str, t.Any]) -> Index:
    """Return the index that the options of C(splunk_index) request. Raises OptionError."""
    name = options["name"]
    if not _NAME.fullmatch(name) or "kvstore" in name:
        raise OptionError(
            "name",
            "must have up to 80 lower-case letters, digits, _ and -, begin with a letter or digit, and not contain kvstore",
        )
    return Index(name)


def plan_present(wanted: Index, observed: Index | None) -> Plan:
    """Return the plan that creates an index; ``observed`` is None if there is none."""
    if observed is not None:
        return NO_CHANGE
    index = wanted._asdict()
    return Plan("created", index, index, {}, index)


def missing_warning(name: str) -> str:
    """Return the warning about an index that does not exist and must not be created."""
    return (
        f"Index {name} does not exist on this Splunk, and is not created. Splunk accepts events for it and drops them. Create "
        "it before the first job pushes. On an indexer cluster, it comes from the bundle of the cluster manager."
    )


def missing_cloud_warning(name: str, others: t.Iterable[str]) -> str:
    """Return the warning about an index that does not exist on Splunk Cloud and must not be created. ``others`` are the indexes that
    exist."""
    meant = meant_name(name, others)
    hint = f" Index {meant} exists: is that the name you want?" if meant else ""
    return (
        f"Index {name} does not exist on this stack, and is not created.{hint} Splunk Cloud refuses HEC tokens for it. Create it "
        "before the token."
    )


def requested_retention(options: t.Mapping[str, t.Any]) -> dict[str, int]:
    """Return the retention that the options request: only the options that are given. Raises OptionError."""
    retention = {option: options[option] for option in RETENTION if options.get(option) is not None}
    for option, value in retention.items():
        least = 0 if option == "max_data_size_mb" else 1
        if value < least:
            raise OptionError(option, f"must be at least {least}")
    if retention and options["platform"] != "cloud":
        raise OptionError(", ".join(retention), "can be set only with platform: cloud")
    _check_archive(retention)
    return retention


def plan_cloud(wanted: Index, retention: dict[str, int], observed: CloudIndex | None, allow_shrinking: bool) -> Plan:
    """Return the plan that creates an index on Splunk Cloud, or changes its retention as far as it is requested. Splunk removes what
    a shorter retention no longer covers, so that requires consent. Raises CollectionError."""
    if observed is None:
        index = {"name": wanted.name, **retention}
        return Plan("created", retention, index, {}, index)
    if observed.datatype != "event":
        raise CollectionError(
            f"Index {wanted.name} exists with the type {observed.datatype}, and takes no events. Choose another name."
        )
    changes = {option: value for option, value in retention.items() if observed.retention.get(option) != value}
    target = {"name": wanted.name, **observed.retention, **changes}
    if not changes:
        return NO_CHANGE._replace(target=target)
    _check_archive({**observed.retention, **changes})
    lost = [option for option, value in changes.items() if _is_shorter(option, observed.retention.get(option), value)]
    if lost and not allow_shrinking:
        shown = ", ".join(
            f"{option} from {observed.retention.get(option, 'unknown')} to {changes[option]}" for option in lost
        )
        raise CollectionError(
            f"Index {wanted.name} would keep less: {shown}. Splunk Cloud then removes the events that are older or exceed the size, "
            "and they cannot be restored. Nothing was changed. If that is intended, set allow_shrinking: true."
        )
    before = {option: observed.retention.get(option) for option in changes}
    return Plan("updated", changes, target, before, changes)


def _is_shorter(option: str, now: int | None, wanted: int) -> bool:
    """Return whether a change may keep less. A size of 0 has no limit. Every index has a size and searchable days, so a value that
    is not shown can be any; but an index without an archive has no days of an archive."""
    if option == "max_data_size_mb":
        return wanted != 0 and (not now or wanted < now)
    return wanted < now if now is not None else option == "searchable_days"


def _check_archive(retention: t.Mapping[str, int]) -> None:
    archive, days = retention.get("archival_retention_days"), retention.get("searchable_days", 0)
    if archive is not None and archive < days:
        raise OptionError("archival_retention_days", f"must be at least searchable_days ({days}): it includes them")
