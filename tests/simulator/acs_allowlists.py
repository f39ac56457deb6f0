# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IP allow lists of a stack, through Splunk Cloud's Admin Config Service (ACS), and whom they keep away from HEC.

From Splunk's "Configure IP allow lists for Splunk Cloud Platform" (Admin Config Service Manual). IPv4 and IPv6 have a list each.
"""

from __future__ import annotations

import ipaddress
import typing as t

from aiohttp import web

from .acs_base import BASE, NOT_SUPPORTED, AcsError, AcsPart, object_of
from .state import State

FEATURES = ("acs", "search-api", "hec", "s2s", "search-ui", "idm-api", "idm-ui")
PATHS = {"ipallowlists": 4, "ipallowlists-v6": 6}
MOST_OF_A_FEATURE = 200
# On AWS, the features of the indexers share one group of rules.
GROUP, MOST_OF_THE_GROUP = ("hec", "s2s"), 230
CAPABILITY = "edit_ip_allow_list"


def admits(state: State, address: str) -> bool:
    """Return whether the allow lists let a sender reach HEC: an empty list is open to everybody."""
    sender = ipaddress.ip_address(address)
    subnets = state.splunk.allowlist("hec", sender.version)
    return not subnets or any(sender in ipaddress.ip_network(subnet) for subnet in subnets)


class AcsAllowlists(AcsPart):
    """The handlers of allow lists."""

    def routes(self) -> list[tuple[str, str, t.Any]]:
        """Return methods and paths with their handlers."""
        base = BASE + "/access/{feature}/{list:ipallowlists|ipallowlists-v6}"
        return [
            ("GET", base, self.get),
            ("POST", base, self.add),
            ("DELETE", base, self.remove),
            ("DELETE", base + "/{subnet:.+}", self.remove_one),
        ]

    async def get(self, request: web.Request) -> web.Response:
        """Answer GET of a list."""
        return web.json_response({"subnets": self._list(request)})

    async def add(self, request: web.Request) -> web.Response:
        """Answer POST: add the subnets that the list does not contain."""
        subnets = self._list(request)
        feature, version = request.match_info["feature"], PATHS[request.match_info["list"]]
        wanted = dict.fromkeys(str(ipaddress.ip_network(subnet)) for subnet in await _subnets(request, version))
        new = [subnet for subnet in wanted if subnet not in subnets]
        if self._count(feature) + len(new) > MOST_OF_A_FEATURE:
            raise AcsError(
                "400-bad-request", f"the limit of {MOST_OF_A_FEATURE} subnets for feature {feature} is exceeded"
            )
        if self.state.settings.acs_on_aws and feature in GROUP and self._group() + len(new) > MOST_OF_THE_GROUP:
            raise AcsError("400-bad-request", f"the limit of {MOST_OF_THE_GROUP} subnets for the group is exceeded")
        splunk = self.state.splunk
        return self._changed(
            request,
            lambda: splunk.allowlist(feature, version).extend(
                subnet for subnet in new if subnet not in splunk.allowlist(feature, version)
            ),
        )

    async def remove(self, request: web.Request) -> web.Response:
        """Answer DELETE of some subnets."""
        subnets, version = self._list(request), PATHS[request.match_info["list"]]
        named = await _subnets(request, version)
        if not set(subnets) - set(named):
            raise AcsError("400-bad-request", "cannot remove all subnets of an allow list at once")
        return self._remove(request, named)

    async def remove_one(self, request: web.Request) -> web.Response:
        """Answer DELETE of one subnet, which may be the last."""
        self._list(request)
        return self._remove(request, [request.match_info["subnet"]])

    def _remove(self, request: web.Request, named: list[str]) -> web.Response:
        subnets = self._list(request)
        missing = sorted(set(named) - set(subnets))
        if missing:
            raise AcsError("404-not-found", f"subnets not found: {', '.join(missing)}")

        def carry_out() -> None:
            subnets[:] = [subnet for subnet in subnets if subnet not in named]

        return self._changed(request, carry_out)

    def _changed(self, request: web.Request, carry_out: t.Callable[[], None]) -> web.Response:
        """Accept a change. Unlike other changes, it is answered with 200, and no other has to wait for it."""
        self.later(carry_out)
        return web.json_response({}, status=200)

    def _list(self, request: web.Request) -> list[str]:
        """Return the list that a request names. Raises AcsError."""
        self.authorize(request, CAPABILITY)
        if not self.state.settings.acs_allowlists_supported:
            raise AcsError("403-forbidden", NOT_SUPPORTED)
        feature = request.match_info["feature"]
        if feature not in FEATURES:
            raise AcsError("400-bad-request", f"unknown access feature: {feature}")
        return self.state.splunk.allowlist(feature, PATHS[request.match_info["list"]])

    def _count(self, feature: str) -> int:
        return sum(len(self.state.splunk.allowlist(feature, version)) for version in PATHS.values())

    def _group(self) -> int:
        return sum(self._count(feature) for feature in GROUP)


async def _subnets(request: web.Request, version: int) -> list[str]:
    """Return the subnets in the body of a request as they are spelled there. Raises AcsError."""
    found = (await object_of(request)).get("subnets")
    if not isinstance(found, list) or not found:
        raise AcsError("400-bad-request", "subnets is required")
    for subnet in found:
        try:
            network = ipaddress.ip_network(subnet)
        except ValueError as error:
            raise AcsError("400-bad-request", f"invalid subnet {subnet}") from error
        if network.version != version or "/" not in str(subnet):
            raise AcsError("400-bad-request", f"invalid subnet {subnet}")
    return found
