# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the address ranges from which Cloudflare sends. The call needs no credentials.

Cloudflare's page: "IP addresses" of the API reference (U(https://developers.cloudflare.com/api/resources/ips/)).
"""

from __future__ import annotations

import typing as t

from .._core.connection import http_client
from .._core.secrets import SecretMask
from . import answers
from .answers import AddressRanges, Call
from .options import DEFAULT_API_URL
from .sending import ApiSender

_CALL = Call("Reading Cloudflare's address ranges", permission="")


class RangesReader(ApiSender):
    """The call for address ranges."""

    def ranges(self) -> AddressRanges:
        """Return Cloudflare's ranges of today. Raises CollectionError."""
        return self._read("ips", _CALL, lambda found: answers.address_ranges(found.get("result"), _CALL))


def ranges_reader(options: t.Mapping[str, t.Any], mask: SecretMask) -> RangesReader:
    """Return a reader for the option C(cloudflare_api_url) and those of the connection. It always verifies the certificate, because
    the ranges decide who may send. Raises OptionError."""
    url = options.get("cloudflare_api_url") or DEFAULT_API_URL
    return RangesReader(http_client({**options, "validate_certs": True}, "cloudflare_api_url", url, {}, mask), mask)
