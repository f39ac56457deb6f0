# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Move jobs from one HEC token to another."""

from __future__ import annotations

import typing as t

from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .._core.secrets import SecretMask
from .._logpush.job import Job, destination_of
from .._splunk.token_rules import bare_token, mask_options
from .bulk_update import change_jobs


def move_jobs(options: Options, context: RunContext) -> dict[str, t.Any]:
    """Do what the module C(splunk_logpush_rotate) does, and give its result. ``with_diff`` says whether somebody wants to
    see the differences; ``progress`` is kept up to date for somebody who watches. Raises CollectionError."""
    tokens = _tokens(options, context.mask)

    def choose(job: Job) -> dict[str, t.Any] | None:
        fits = destination_of(job).hec_token in tokens
        return {"destination": {"hec_token": tokens[1]}} if fits else None

    return change_jobs(options, choose, context.check_mode, context.mask, context.diff, context.progress)


def _tokens(options: t.Mapping[str, t.Any], mask: SecretMask) -> tuple[str, str]:
    """The bare tokens, that to leave and that to take."""
    bare = []
    for option in ("old_hec_token", "new_hec_token"):
        mask_options({"hec_token": options[option]}, mask)
        try:
            bare.append(bare_token(options[option] or ""))
        except OptionError as error:
            raise OptionError(option, str(error).partition(": ")[2]) from None
    if bare[0] == bare[1]:
        raise OptionError("new_hec_token", "is the same as old_hec_token, so nothing would change")
    return bare[0], bare[1]
