# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The sizes of the batches in which a playbook works on zones. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError
from .._core.options import as_list


def batch_sizes(name: str, value: t.Any) -> list[str]:
    """Return the sizes, each as text: of one number or percentage, of a list, or of text with commas or line breaks. Raises
    OptionError, which has the name of the value."""
    entries = as_list(value)
    sizes = [str(size).strip() for size in (entries if isinstance(entries, (list, tuple)) else [entries])]
    for size in sizes:
        if not re.fullmatch(r"[0-9]+%?", size):
            raise OptionError(name, f"takes numbers of hosts and percentages, such as 2, 10%, 100%, not {size}")
    return sizes
