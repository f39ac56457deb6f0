# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rules for the IP allow lists of Splunk Cloud: which subnets to add or remove, and which change needs consent. Pure: no I/O.

An empty list lets every sender in, except to the search API. So the first subnet locks everybody else out, and the removal of the last
one lets everybody in. Splunk documents IPv4 and IPv6 as separate lists, and does not say whether an empty list is closed while the other
one is not. The rules are therefore applied to each list by itself: no change of one list closes or opens it without consent, and
Cloudflare's ranges are never the first subnets of a list unless that is allowed.
"""

from __future__ import annotations

import ipaddress
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.outcome import NO_CHANGE, Plan
from .._core.results import first_of

FEATURES = ("hec", "s2s", "search-api", "search-ui", "idm-api", "idm-ui")
VERSIONS = (4, 6)
# An empty list of this feature lets nobody in.
_CLOSED_WHEN_EMPTY = ("search-api",)
# The most subnets of a feature, and the features that share a group of rules on AWS.
_MOST = 200
GROUP = ("hec", "s2s")
MOST_OF_GROUP = 230

# For each version of IP: the subnets, canonical and without repetitions.
Subnets = t.Mapping[int, t.Sequence[str]]


class Requested(t.NamedTuple):
    """What the options of C(splunk_cloud_allowlist) request. ``subnets`` are those that are given, ``cloudflare`` is whether
    Cloudflare's ranges are requested as well."""

    feature: str
    is_absent: bool
    subnets: Subnets
    cloudflare: bool
    allow_closing: bool
    group_limit: int


class Lists(t.NamedTuple):
    """The allow lists of a feature as ACS returns them: for each version of IP, the spellings of each canonical subnet. A stack
    without an IPv6 list has only one for IPv4. ``others`` is the number of subnets of the other feature in the group."""

    spelled: t.Mapping[int, t.Mapping[str, t.Sequence[str]]]
    others: int = 0

    def subnets(self, version: int) -> list[str]:
        """Return the canonical subnets of a list; none if the stack has no such list."""
        return list(self.spelled.get(version, {}))

    @property
    def size(self) -> int:
        """The number of entries of both lists."""
        return sum(len(spelled) for subnets in self.spelled.values() for spelled in subnets.values())


class Changes(t.NamedTuple):
    """The subnets to add and to remove, and those that are neither requested nor Cloudflare's. ``left_open`` are the versions of IP
    whose empty list Cloudflare's ranges were not added to."""

    add: dict[int, list[str]]
    remove: dict[int, list[str]]
    unlisted: list[str]
    left_open: list[int]


def requested(options: t.Mapping[str, t.Any]) -> Requested:
    """Return what the options request. Raises OptionError."""
    subnets = by_version("subnets", options.get("subnets") or [])
    is_absent = options["state"] == "absent"
    if is_absent and not any(subnets.values()) and not options["cloudflare"]:
        raise OptionError("subnets", "must name the subnets to remove with state: absent")
    if options["group_limit"] < 0:
        raise OptionError("group_limit", "must be 0 (no limit) or more")
    consent = options["allow_closing"]
    return Requested(options["feature"], is_absent, subnets, options["cloudflare"], consent, options["group_limit"])


def by_version(option: str, texts: t.Iterable[t.Any]) -> dict[int, list[str]]:
    """Return subnets in canonical form by their version of IP. Raises OptionError for an invalid subnet and for host bits."""
    found: dict[int, dict[str, None]] = {version: {} for version in VERSIONS}
    for text in texts:
        network = _network(option, str(text).strip())
        found[network.version][str(network)] = None
    return {version: list(subnets) for version, subnets in found.items()}


def spellings(texts: t.Iterable[str]) -> dict[str, list[str]]:
    """Return the spellings of each canonical subnet in a list of ACS, which can contain one subnet in several. Raises ValueError for
    text that is no subnet."""
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(str(ipaddress.ip_network(text.strip(), strict=False)), []).append(text)
    return found


def changes_of(request: Requested, lists: Lists, ranges: Subnets) -> Changes:
    """Return the changes that a request needs. ``ranges`` are Cloudflare's, if they are requested. Raises CollectionError for a change
    that needs consent, and for one that exceeds a limit."""
    changes = Changes({}, {}, [], [])
    for version in lists.spelled:
        now, given, theirs = lists.subnets(version), request.subnets[version], ranges.get(version, ())
        wanted = list(dict.fromkeys([*given, *theirs]))
        if request.is_absent:
            changes.remove[version] = [subnet for subnet in now if subnet in wanted]
        else:
            changes.add[version] = [subnet for subnet in wanted if subnet not in now]
        if request.cloudflare and not request.is_absent:
            changes.unlisted.extend(subnet for subnet in now if subnet not in wanted)
    _leave_empty_lists(request, lists, changes)
    for version in VERSIONS:
        _check_consent(request, version, lists.subnets(version), after(version, lists, changes))
    _check_limits(request, lists, changes)
    return changes


def feature_to_count(request: Requested, lists: Lists, changes: Changes) -> str:
    """Return the other feature of the group if its subnets could exceed the limit of the group with these changes; "" if they
    cannot."""
    new = sum(len(subnets) for subnets in changes.add.values())
    is_near = request.group_limit and lists.size + new + _MOST > request.group_limit
    if not new or not is_near or request.feature not in GROUP:
        return ""
    return next(feature for feature in GROUP if feature != request.feature)


def after(version: int, lists: Lists, changes: Changes) -> list[str]:
    """Return the subnets of a list after the changes, in order."""
    removed = changes.remove.get(version, [])
    kept = [subnet for subnet in lists.subnets(version) if subnet not in removed]
    return sorted([*kept, *changes.add.get(version, [])], key=ipaddress.ip_network)


def plan_of(lists: Lists, changes: Changes) -> Plan:
    """Return the changes as a plan."""
    target = {"subnets": [subnet for version in VERSIONS for subnet in after(version, lists, changes)]}
    if not any([*changes.add.values(), *changes.remove.values()]):
        return NO_CHANGE._replace(target=target)
    nothing = Changes({}, {}, [], [])
    before = {"subnets": [subnet for version in VERSIONS for subnet in after(version, lists, nothing)]}
    return Plan("updated", {}, target, before, target)


def warnings_of(request: Requested, changes: Changes) -> list[str]:
    """Return what the user should know although nothing failed."""
    if not changes.unlisted:
        return []
    shown = first_of(changes.unlisted, ", ")
    advice = "not Cloudflare's; remove it with state: absent if nobody needs it"
    return [f"Allow list of {request.feature}: {shown}: {advice}"]


def _network(option: str, text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise OptionError(
            option, f"{text} is not a subnet. Write an address with the length of its network, such as 192.0.2.0/24"
        ) from None
    address = text.partition("/")[0]
    raise OptionError(
        option, f"{text} has host bits. Write {meant}, or {address}/{meant.max_prefixlen} for one address"
    )


def _leave_empty_lists(request: Requested, lists: Lists, changes: Changes) -> None:
    """Do not add Cloudflare's ranges to an empty list if the other list shows that the feature is closed on purpose: Cloudflare reaches
    the feature through that one. Subnets that the user names are never left out."""
    if request.is_absent or request.allow_closing or not lists.size:
        return
    for version in lists.spelled:
        if changes.add[version] and not lists.subnets(version) and not request.subnets[version]:
            changes.add[version] = []
            changes.left_open.append(version)


def _is_open(feature: str, subnets: t.Sequence[str]) -> bool:
    """Return whether a list lets every sender in."""
    if not subnets:
        return feature not in _CLOSED_WHEN_EMPTY
    return any(ipaddress.ip_network(subnet).prefixlen == 0 for subnet in subnets)


def _check_consent(request: Requested, version: int, now: t.Sequence[str], then: t.Sequence[str]) -> None:
    """Raise CollectionError for a change that locks senders out or lets everybody in, unless it is allowed."""
    was_open, is_open = _is_open(request.feature, now), _is_open(request.feature, then)
    if request.allow_closing or (was_open == is_open and (was_open or then or not now)):
        return
    name = f"the IPv{version} allow list of {request.feature}"
    end = "Nothing was changed."
    if not was_open and not is_open:
        raise CollectionError(
            f"This would remove every subnet of {name}, and nobody would reach {request.feature} any more. {end} If that is intended, "
            "set allow_closing: true."
        )
    if is_open:
        what = "remove every subnet of" if not then else "add every address to"
        raise CollectionError(
            f"This would {what} {name}, and then every sender on the internet reaches {request.feature}. {end} Keep at least one subnet. "
            f"If everybody may reach {request.feature}, set allow_closing: true."
        )
    reason = "is empty, so" if not now else "contains every address, so"
    given = request.subnets[version]
    # The playbooks change no list from open to closed, so a user of a playbook needs the name of the module.
    otherwise = f"correct subnets: without {first_of(given, ', ')}, the list stays" if given else "leave the list"
    raise CollectionError(
        f"{name[:1].upper()}{name[1:]} {reason} every sender reaches {request.feature} now. This would lock out every sender except "
        f"{first_of(then, ', ')}. {end} If that is intended, name all senders in a task of the splunk_cloud_allowlist module, with "
        f"allow_closing: true. Otherwise, {otherwise} as it is: Cloudflare reaches a feature that is open to everybody."
    )


def _check_limits(request: Requested, lists: Lists, changes: Changes) -> None:
    """Raise CollectionError if a limit of Splunk Cloud would be exceeded."""
    new = sum(len(subnets) for subnets in changes.add.values())
    if not new:
        return
    counts = f"{lists.size} now, {new} to add"
    if lists.size + new > _MOST:
        raise CollectionError(
            f"The allow list of {request.feature} would have {lists.size + new} subnets ({counts}), and Splunk Cloud allows {_MOST} for a "
            "feature. Nothing was changed. Remove subnets that nobody needs, or replace several by a larger one."
        )
    limit = request.group_limit
    if limit and request.feature in GROUP and lists.size + new + lists.others > limit:
        other = feature_to_count(request, lists, changes)
        raise CollectionError(
            f"The allow lists of {' and '.join(GROUP)} would have {lists.size + new + lists.others} subnets together ({counts}, "
            f"{lists.others} of {other}), and Splunk Cloud on AWS allows {limit}. Nothing was changed. Remove subnets that nobody needs. If "
            "the stack is not on AWS, set group_limit: 0."
        )
