# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read environment variables that replace options."""

from __future__ import annotations

import os


def first_variable(*names: str) -> str | None:
    """Return the value of the first of these variables that is set and not empty; None if there is none."""
    return next((os.environ[name] for name in names if os.environ.get(name)), None)
