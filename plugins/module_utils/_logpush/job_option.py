# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A row of the table of job options: the definition, the check and the comparison of one option. Pure: no I/O."""

from __future__ import annotations

import re
import typing as t

from .._core.errors import OptionError

ORDERED_OUTPUT_TYPE = "csv"


NOT_SET = object()


def is_zero(value: t.Any) -> bool:
    """Return whether the API omits this value from an answer: null, false, 0, or empty."""
    return value is None or value is False or value in ("", 0, [], {})


def _same(observed: t.Any, wanted: t.Any) -> bool:
    return bool(observed == wanted)


def same_set(observed: t.Any, wanted: t.Any) -> bool:
    """Return whether two lists have the same elements, in any order. None counts as an empty list."""
    return set(observed or ()) == set(wanted or ())


class JobOption(t.NamedTuple):
    """One option of a job.

    ``spec`` is its argument spec and ``description`` its documentation. ``field`` is its field in the API, "" if it is not a
    field of the job. ``default`` is what the API uses if the field is not set, and ``csv_default`` the same for batches of
    CSV. ``empty_value`` is the value that an empty string stands for, if it does not mean "not set". ``check`` returns the
    normalized value, or raises OptionError. ``same`` compares two values in the API's form. ``is_zero_default`` is true if a
    zero value means the default. ``belongs_to_dataset`` is true if the value has no meaning in another dataset.
    """

    name: str
    spec: dict[str, t.Any]
    description: tuple[str, ...]
    field: str = ""
    default: t.Any = None
    csv_default: t.Any = None
    empty_value: t.Any = NOT_SET
    check: t.Callable[[t.Any], t.Any] | None = None
    same: t.Callable[[t.Any, t.Any], bool] = _same
    is_zero_default: bool = True
    belongs_to_dataset: bool = False

    def checked(self, value: t.Any) -> t.Any:
        """Return the normalized value. Raises OptionError."""
        return self.check(value) if self.check else value

    def is_same(self, observed: t.Any, wanted: t.Any, output_type: str = "") -> bool:
        """Return whether two values of the field are equal. The API omits unset values from an answer, so absent, null and
        the zero value are equal."""
        if is_zero(observed) and is_zero(wanted):
            return True
        ordered = output_type == ORDERED_OUTPUT_TYPE
        default = self.csv_default if ordered and self.csv_default is not None else self.default
        one, other = (
            default if value is None or (self.is_zero_default and is_zero(value)) else value
            for value in (observed, wanted)
        )
        return _same(one, other) if ordered else self.same(one, other)


def matching(option: str, pattern: str, problem: str) -> t.Callable[[str], str]:
    """Return a check that returns a text that matches all of ``pattern``, and raises OptionError for ``option`` with the text
    ``problem`` otherwise."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise OptionError(option, problem)
        return value

    return check


def in_range(option: str, low: int, high: int) -> t.Callable[[int], int]:
    """Return a check that returns 0 (Cloudflare's default) or a number from ``low`` to ``high``, and raises
    OptionError for ``option`` otherwise."""

    def check(value: int) -> int:
        if value != 0 and not low <= value <= high:
            raise OptionError(option, f"must be from {low} to {high}, or 0 for Cloudflare's default; it is {value}")
        return value

    return check


def at_least(option: str, low: int, problem: str) -> t.Callable[[int], int]:
    """Return a check that returns a number from ``low``, and raises OptionError for ``option`` with the text ``problem``
    otherwise."""

    def check(value: int) -> int:
        if value < low:
            raise OptionError(option, problem)
        return value

    return check


def checked_sample_rate(value: float) -> float:
    """Return a sample rate greater than 0 and at most 1. Raises OptionError. The API reads 0 as its default, which is all
    records."""
    if not 0 < value <= 1:
        raise OptionError(
            "output_options.sample_rate",
            f"must be greater than 0 and at most 1 (all records); it is {value:g}. To push no records, set enabled: false",
        )
    return value


def text_option(name: str, description: str, default: str | None = None, csv_default: str | None = None) -> JobOption:
    """Return the row of a piece of text around or between records. For the API, empty text is a value."""
    return JobOption(
        name,
        dict(type="str"),
        (description,),
        field=name,
        default=default,
        csv_default=csv_default,
        empty_value="",
        is_zero_default=False,
    )
