# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The answer of a collector to one request, and the reply codes of HEC. Pure: no I/O."""

from __future__ import annotations

import enum
import typing as t


class HecCode(enum.IntEnum):
    """The reply codes of HEC (Splunk: "Troubleshoot HTTP Event Collector"; newer codes as recorded from 10.x)."""

    SUCCESS = 0
    TOKEN_DISABLED = 1
    TOKEN_REQUIRED = 2
    INVALID_AUTHORIZATION = 3
    INVALID_TOKEN = 4
    NO_DATA = 5
    INVALID_DATA_FORMAT = 6
    INCORRECT_INDEX = 7
    INTERNAL_SERVER_ERROR = 8
    SERVER_BUSY = 9
    CHANNEL_MISSING = 10
    INVALID_CHANNEL = 11
    EVENT_FIELD_REQUIRED = 12
    EVENT_FIELD_BLANK = 13
    ACK_DISABLED = 14
    QUERY_STRING_AUTHORIZATION_DISABLED = 16
    HEALTHY = 17
    UNHEALTHY_QUEUES_FULL = 18
    UNHEALTHY_ACK_UNAVAILABLE = 19
    UNHEALTHY_QUEUES_FULL_ACK_UNAVAILABLE = 20
    SHUTTING_DOWN = 23
    QUEUE_NEARLY_FULL = 24
    ACK_NEARLY_FULL = 25
    QUEUE_FULL = 26
    ACK_FULL = 27
    # Splunk Cloud 10.5: "If you have multiple indexers, sticky session load balancers must be provisioned".
    CHANNEL_MISSING_WITHOUT_STICKY_SESSIONS = 28
    URL_NOT_FOUND = 404


# The whole body, a JSON string, of the answer of an OpenTelemetry Collector whose pipeline or exporter refuses the events.
PIPELINE_ERROR = "Internal Server Error"


class Answer(t.NamedTuple):
    """The answer to a request.

    ``status`` is 0 if no answer came; ``text`` then says why. ``code`` is None if the answer is not one of a HEC.
    ``has_ack_id`` says whether the answer contains the number with which a sender can ask for an acknowledgement,
    ``has_acks`` whether it contains acknowledgements.
    """

    status: int
    code: int | None = None
    text: str = ""
    html: bool = False
    location: str = ""
    has_ack_id: bool = False
    has_acks: bool = False

    @property
    def is_hec(self) -> bool:
        """Whether the answer comes from a HEC that serves this path."""
        is_served = self.status not in (404, 405) and self.code != HecCode.URL_NOT_FOUND
        return self.has_acks or (self.code is not None and is_served)

    @property
    def is_success(self) -> bool:
        """Whether the answer is a success without a code: a receiver other than Splunk accepts events here."""
        return self.status == 200 and self.code is None and not self.html

    def describe(self) -> str:
        """Return the answer as a sentence."""
        if not self.status:
            return self.text
        if self.code is not None:
            return f"The collector answers HTTP {self.status}, code {self.code}: {self.text.rstrip('.') or 'no text'}."
        if self.location:
            return f"The answer is HTTP {self.status}, a redirect to {self.location}."
        if self.text == PIPELINE_ERROR:
            return f'The answer is HTTP {self.status}: "{PIPELINE_ERROR}".'
        kind = "a web page" if self.html else "a body that HEC does not send"
        return f"The answer is HTTP {self.status} with {kind}."
