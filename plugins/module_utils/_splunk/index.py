# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Create an index for events."""

from __future__ import annotations

import re

from .._core.errors import OptionError
from .._core.outcome import outcome
from .._core.run import Options, RunContext
from .options import enterprise_client, with_splunk_environment
from .values import Settings


def ensure_index(options: Options, context: RunContext) -> Settings:
    """Do what the module C(splunk_index) does, and give its result. Raises CollectionError."""
    options = with_splunk_environment(options)
    name = options["name"] or ""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", name) or "kvstore" in name:
        raise OptionError(
            "name",
            "must be up to 80 lower-case letters, digits, _ and -, beginning with a letter or digit, not kvstore",
        )
    client = enterprise_client(options, context.mask)
    missing = client.index(name) is None
    if missing and not context.check_mode:
        client.create_index(name)
    index = {"name": name}
    return {**outcome("created" if missing else "unchanged", {}, index if missing else {}), "index": index}
