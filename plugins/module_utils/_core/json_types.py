# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The types of JSON data that an API returns. Pure: no I/O."""

from __future__ import annotations

import typing as t

JsonObject = t.Dict[str, t.Any]
