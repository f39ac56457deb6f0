# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Manage the IP allow list of a feature of Splunk Cloud: read it, plan, read it again, write, confirm."""

from __future__ import annotations

import typing as t

from .._cloudflare.address_ranges import RangesReader, ranges_reader
from .._cloudflare.answers import AddressRanges
from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .._splunk import allowlist_rules as rules
from .._splunk.allowlist_rules import Changes, Lists, Requested
from .._splunk.cloud_allowlists import CloudAllowlists
from .._splunk.options import cloud_client, splunk_operation, with_splunk_environment

_NO_RANGES = AddressRanges({}, "")


class _Look(t.NamedTuple):
    """The lists and Cloudflare's ranges at one time, and the changes that the request needs then."""

    lists: Lists
    ranges: AddressRanges
    changes: Changes


@splunk_operation
def manage_allowlist(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Return the result of the module C(splunk_cloud_allowlist). Raises CollectionError."""
    request = rules.requested(options)
    options = with_splunk_environment({**options, "platform": "cloud"})
    reader = ranges_reader(options, context.mask) if request.cloudflare else None
    client = CloudAllowlists.sharing(cloud_client(options, context.mask))
    look = _look(client, reader, request, _NO_RANGES)
    plan = rules.plan_of(look.lists, look.changes)
    if plan.writes and not context.check_mode:
        # Somebody may have changed the list meanwhile: what was open may be closed now, and the other way round.
        look = _look(client, reader, request, look.ranges)
        plan = rules.plan_of(look.lists, look.changes)
        _write(client, request, look)
    result = {**plan.result(f"allow list of {request.feature}"), **plan.target, "unlisted": look.changes.unlisted}
    if reader:
        result["cloudflare_etag"] = look.ranges.etag
        result["left_empty"] = [f"ipv{version}" for version in look.changes.left_open]
    return {**result, "warnings": rules.warnings_of(request, look.changes)}


def _look(client: CloudAllowlists, reader: RangesReader | None, request: Requested, known: AddressRanges) -> _Look:
    """Read everything and return the changes. While the digest of Cloudflare's ranges is the same, the known ranges are kept."""
    ranges = reader.ranges() if reader else _NO_RANGES
    if ranges.etag and ranges.etag == known.etag:
        ranges = known
    lists = Lists(_spelled(client, request.feature))
    if 6 not in lists.spelled and request.subnets[6]:
        raise CollectionError(
            f"subnets: contains IPv6 subnets, and the stack has no IPv6 allow list of {request.feature}. Nothing was changed. Leave "
            "them out."
        )
    changes = rules.changes_of(request, lists, ranges.subnets)
    other = rules.feature_to_count(request, lists, changes)
    if other:
        lists = lists._replace(others=Lists(_spelled(client, other)).size)
        changes = rules.changes_of(request, lists, ranges.subnets)
    return _Look(lists, ranges, changes)


def _spelled(client: CloudAllowlists, feature: str) -> dict[int, dict[str, list[str]]]:
    """Return both lists of a feature. Raises CollectionError."""
    found = {version: client.subnets(feature, version) for version in rules.VERSIONS}
    return {version: subnets for version, subnets in found.items() if subnets is not None}


def _write(client: CloudAllowlists, request: Requested, look: _Look) -> None:
    """Carry out the changes, list by list. Raises CollectionError, which says what was done before."""
    done: list[str] = []
    for version in rules.VERSIONS:
        add, remove = look.changes.add.get(version), look.changes.remove.get(version)
        spelled = look.lists.spelled.get(version, {})
        try:
            if add:
                client.add(request.feature, version, add)
            if remove:
                parts = {subnet: spelled[subnet] for subnet in remove}
                client.remove(request.feature, version, parts, empties=len(parts) == len(spelled))
        except CollectionError as error:
            if not done:
                raise
            raise CollectionError(f"{error} Before that, {' and '.join(done)} was changed.", **error.details) from None
        done.extend([f"the IPv{version} list"] if add or remove else [])
