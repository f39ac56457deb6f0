# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What HEC did with a request, from which its metrics are made."""

from __future__ import annotations

import dataclasses

# The codes of events that are not in the form that HEC expects, and of requests without a valid token.
PARSER_CODES = (5, 6, 12, 13, 15)
AUTH_CODES = (2, 3, 4)


@dataclasses.dataclass
class HecRequest:
    """A POST to the collector. ``token`` is the name of its token, None if it has no valid one. ``code`` is the code of the
    refusal, or the status of an answer that has no code. ``size`` is the size of the body as it was sent.
    """

    time: float
    token: str | None = None
    disabled: bool = False
    code: int = 0
    events: int = 0
    size: int = 0
    bytes_indexed: int = 0
    is_ack: bool = False
    waits_for_ack: bool = False
    # The instance that received the request, if there are several.
    host: str = ""

    def counts(self) -> dict[str, int]:
        """Return what the request adds to the metrics of its token, by their names."""
        return {
            "num_of_requests": int(not self.disabled),
            "num_of_events": self.events,
            "num_of_errors": int(self.code != 0),
            "num_of_parser_errors": int(self.code in PARSER_CODES),
            "num_of_requests_to_disabled_token": int(self.disabled),
            "total_bytes_received": self.size,
            "total_bytes_indexed": self.bytes_indexed,
        }

    def counts_of_host(self) -> dict[str, int]:
        """Return what the request adds to the metrics of HEC as a whole."""
        return {
            **self.counts(),
            "num_of_auth_failures": int(self.code in AUTH_CODES),
            "num_of_requests_to_incorrect_url": int(self.code in (404, 405)),
            "num_of_ack_requests": int(self.is_ack),
            "num_of_requests_waiting_ack": int(self.waits_for_ack),
        }
