# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Move jobs from one HEC token to another."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.destination import RequestedDestination
from .._logpush.job import Job, destination_of
from .._splunk.token_rules import bare_token, mask_options
from .bulk_update import change_jobs


def move_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Run the module C(splunk_logpush_rotate) with its checked options and return its result. Raises CollectionError."""
    old_token = _bare_token(options, "old_hec_token", context.mask)
    new_token = _bare_token(options, "new_hec_token", context.mask)
    if old_token == new_token:
        raise OptionError("new_hec_token", "is the same as old_hec_token, so nothing would change")

    return change_jobs(
        options, lambda job: token_change(job, old_token, new_token), context, title="Logpush token rotation"
    )


def token_change(job: Job, old_token: str, new_token: str) -> dict[str, t.Any] | None:
    """Return the change that moves a job to the new token; None for a job that has neither token."""
    is_selected = destination_of(job).hec_token in (old_token, new_token)
    return {"destination": RequestedDestination(hec_token=new_token)} if is_selected else None


def _bare_token(options: Options, option: str, mask: SecretMask) -> str:
    """Return the value of a token option without its scheme, after masking it. Raises OptionError."""
    mask_options({"hec_token": options[option]}, mask)
    return bare_token(options[option], option)
