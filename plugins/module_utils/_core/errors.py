# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The errors that the collection raises: for a mistake of the user, a refusal of an API, or a failure of the network. Pure:
no I/O."""

from __future__ import annotations

import contextlib
import traceback
import typing as t

from .text import one_line

# With one of these, the problem of an option continues the sentence that the option begins. Other problems follow a colon.
OPTION_VERBS = ("is required", "are required")


class CollectionError(Exception):
    """A failure with a message for the user: what failed, what came back, what to do next.

    ``details`` are added to the failed result beside the message (HTTP status, error codes). The message can quote an API,
    so it is masked before it is shown, and is always one line: a line break in it could look like output of Ansible.
    """

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.details = details

    def __str__(self) -> str:
        return one_line(super().__str__())


class OptionError(CollectionError):
    """An option with a value that cannot be used. Raised before the first request. ``problem`` continues a sentence that begins
    with the option."""

    def __init__(self, option: str, problem: str) -> None:
        joint = " " if problem.startswith(OPTION_VERBS) else ": "
        super().__init__(f"{option}{joint}{problem}")
        self.option = option
        self.problem = problem


def failed_call(call: str, doing: str = "", cause: str = "", reason: str = "", next_step: str = "") -> str:
    """Return the message of a request that failed: what went wrong, then the request in parentheses, then the advice.

    ``call`` is the request with the answer, ``doing`` the purpose of the request, ``cause`` a sentence about what went
    wrong. ``reason`` is the server's message, for a failure with an unknown cause.
    """
    what = f"{doing.rstrip()} failed" if doing else "The request failed"
    if reason and not cause:
        what = f"{what}: {reason.rstrip('. ')}"
    elif cause:
        sentence = cause.rstrip(". ")
        what = f"{sentence}{'' if sentence.endswith('?') else '.'} {what}" if doing else sentence
    return f"{what} ({call}). {next_step}".rstrip()


class BugError(CollectionError):
    """An unexpected exception. The message contains its type and its place in the code, but none of the values involved."""

    def __init__(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)[-4:]
        where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
        super().__init__(f"This is a bug in edgeops.logpush, please report it: {type(error).__name__} at {where}.")


def as_reported(error: Exception) -> CollectionError:
    """Return an exception as an error for the user: a CollectionError as it is, anything else as a BugError."""
    return error if isinstance(error, CollectionError) else BugError(error)


@contextlib.contextmanager
def bugs_as_errors() -> t.Iterator[None]:
    """Raise BugError for an unexpected exception in the block, so that it becomes an error of one job or scope."""
    try:
        yield
    except Exception as error:
        raise as_reported(error) from None
