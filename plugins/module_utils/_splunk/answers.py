# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How Splunk's management APIs refuse a request."""

from __future__ import annotations

from .._core.errors import CollectionError
from .._core.http import Reply


class SplunkError(CollectionError):
    """Splunk refused."""

    def __init__(self, doing: str, reply: Reply, problem: str, next_step: str) -> None:
        message = f"{doing} failed: {reply.method} {reply.url} answered HTTP {reply.status}"
        super().__init__(
            f"{message}{f': {problem}' if problem else ''}".rstrip(".") + f". {next_step}".rstrip(),
            http_status=reply.status,
        )
        self.status = reply.status
