# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Run an operation with checked options and return its masked result. Modules and action plugins both use this."""

from __future__ import annotations

import typing as t

from .clock import Clock
from .errors import OptionError, as_reported
from .rate_limit import RateBudget
from .secrets import SecretMask, passwords_in_urls, texts_in
from .text import one_line

_PUBLIC_OPTIONS = frozenset(
    (
        "host",
        "zone",
        "zone_id",
        "zone_name",
        "account_id",
        "name",
        "names",
        "dataset",
        "datasets",
        "endpoint",
        "endpoints",
    )
)


class ProgressListener(t.Protocol):
    """The receiver of the progress of an operation over many scopes."""

    def begin(self, scopes: int, budget: RateBudget) -> None:
        """Start: take the number of scopes, and the rate budget that limits the pace."""

    def advance(self, *, changed: bool, failed: bool) -> None:
        """Count one more scope as done, and whether something in it changed or failed."""

    def wait_for(self, what: str, since: float = 0.0, at_most: float = 0.0) -> None:
        """Take what the operation waits for ("" when it no longer waits), the start of the wait on its clock, and the
        longest wait in seconds."""


class RunContext(t.NamedTuple):
    """How an operation runs, whatever its options are.

    ``check_mode`` and ``diff`` are those of the task. ``mask`` receives every secret that the operation finds. ``progress``
    is None if no progress is shown.
    """

    check_mode: bool
    diff: bool
    mask: SecretMask
    progress: ProgressListener | None = None
    clock: Clock = Clock()


Options = t.Mapping[str, t.Any]
Run = t.Callable[[Options, RunContext], t.Dict[str, t.Any]]


class Outcome(t.NamedTuple):
    """The masked result of a run, whether the run failed, its warnings, and the mask that knows every secret.

    ``wrong_option`` is true if it failed because of an option, so that a retry would fail as well.
    """

    result: dict[str, t.Any]
    failed: bool
    warnings: list[str]
    mask: SecretMask
    wrong_option: bool = False


def execute(
    run: Run,
    options: Options,
    context: RunContext,
    returned_secret: str = "",
) -> Outcome:
    """Call ``run(options, context)`` and return its masked result, or the message of its error.

    ``returned_secret`` is the key of the result whose value is a secret that the module exists to return; the value is
    masked everywhere else. Catches every exception, because Ansible does not mask a traceback.
    """
    mask = context.mask
    # A URL with a password is refused later, with a message that quotes the URL.
    for option, text in texts_in(options):
        if "@" in text:
            mask.learn(*passwords_in_urls(text))
        if option in _PUBLIC_OPTIONS:
            mask.publish(text)
    failed, wrong_option = True, False
    try:
        result = run(options, context)
        failed = bool(result.pop("failed", False))
    except Exception as error:
        reported = as_reported(error)
        wrong_option = isinstance(reported, OptionError)
        result = {"msg": str(reported), **reported.details}
    secret = result.pop(returned_secret, None)
    # A name from an API can have line breaks.
    warnings = [one_line(mask.text(warning)) for warning in result.pop("warnings", [])]
    result = mask.value(result)
    if isinstance(result.get("msg"), str):
        result["msg"] = one_line(result["msg"])
    if secret:
        result[returned_secret] = secret
    return Outcome(result, failed, warnings, mask, wrong_option)
