# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The errors that the collection raises for something that a user, an API or the network did. Pure: no I/O."""

from __future__ import annotations

import typing as t


class CollectionError(Exception):
    """A failure with a message for the user: what failed, what came back, what to do next.

    ``details`` are added to the failed result beside the message (HTTP status, error codes). The message can quote an API,
    so it is masked before it is shown.
    """

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.details = details


class OptionError(CollectionError):
    """An option with a value that cannot be used. Raised before the first request."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option}: {problem}")
        self.option = option
