# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What every room raises for something that a user, an API or the network did."""

from __future__ import annotations

import typing as t


class CollectionError(Exception):
    """A failure in words for the user: what was asked, what came back, what to do next.

    ``details`` goes into the failed result beside the message (HTTP status, error codes). The text may quote an API,
    so it passes the mask before it is shown.
    """

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.details = details


class OptionError(CollectionError):
    """An option that cannot be used as given. Found before the first request."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option}: {problem}")
        self.option = option
