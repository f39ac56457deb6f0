# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloudflare's own address ranges, from which it delivers, and the call that lists them.

From Cloudflare's API reference (IPs, "Cloudflare/JD Cloud IP Details") and its page "IP Ranges".
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import typing as t

from aiohttp import web

from .envelope import success

if t.TYPE_CHECKING:
    from .state import State

# With this header, a sender has another address than that of this machine.
ADDRESS_HEADER = "X-Simulator-Address"
CLOUDFLARE_RANGES = (
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
    "2400:cb00::/32",
    "2606:4700::/32",
    "2803:f800::/32",
    "2405:b500::/32",
    "2405:8100::/32",
    "2a06:98c0::/29",
    "2c0f:f248::/32",
)


def sender_of(state: State, number: int) -> str:
    """Return the address from which Cloudflare makes a delivery. Jobs with other numbers use other ranges of IPv4."""
    ranges = _ranges_of_ipv4(tuple(state.settings.cloudflare_ranges))
    return str(ranges[number % len(ranges)][number % 200 + 1])


@functools.lru_cache(maxsize=None)
def _ranges_of_ipv4(ranges: tuple[str, ...]) -> list[t.Any]:
    return [one for one in map(ipaddress.ip_network, ranges) if one.version == 4]


def show_ranges(state: State) -> t.Callable[[web.Request], t.Awaitable[web.Response]]:
    """Return the handler of GET /ips, which needs no credentials."""

    async def handler(request: web.Request) -> web.Response:
        found = [ipaddress.ip_network(one) for one in state.settings.cloudflare_ranges]
        etag = hashlib.md5(" ".join(map(str, found)).encode(), usedforsecurity=False).hexdigest()
        result: dict[str, t.Any] = {f"ipv{version}_cidrs": _texts(found, version) for version in (4, 6)}
        return success({**result, "etag": etag})

    return handler


def _texts(ranges: t.Sequence[t.Any], version: int) -> list[str]:
    return [str(one) for one in ranges if one.version == version]
