# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The context of an operation, and the options of a search, as the tests run them."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import RunContext
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask

# The options of a search, except its URL.
SEARCH: dict[str, t.Any] = {
    "validate_certs": True,
    "timeout": 5,
    "retries": 0,
    "auth_token": "token",
    "search": "index=main",
    "fail_when_empty": False,
    "wait_timeout": 0,
    "interval": 10,
}


def context(check_mode: bool = False, mask: SecretMask | None = None, diff: bool = False, **more: t.Any) -> RunContext:
    """Return a context with a new mask, unless one is given."""
    return RunContext(check_mode, diff, mask or SecretMask(), **more)
