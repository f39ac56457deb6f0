# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The variables of the C(delivery) playbook: each with its values, as an argument spec has them, and its description. Pure: no
I/O."""

from __future__ import annotations

import typing as t

DELIVERY_VARIABLES: tuple[tuple[str, dict[str, t.Any], str], ...] = (
    (
        "logpush_delivery_window",
        {"type": "int", "default": 86400},
        "The length of the window that is compared, in seconds. The longer it is, the smaller is the loss that it can show.",
    ),
    (
        "logpush_delivery_tolerance",
        {"type": "float", "default": 0.1},
        "The percentage of records that may be missing in Splunk. V(0.1) means 0.1 %.",
    ),
    (
        "logpush_delivery_search_timeout",
        {"type": "int", "default": 600},
        "The maximum number of seconds for a search in Splunk.",
    ),
)
