# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The field names of a dataset, as a job asks for them. Pure: no I/O."""

from __future__ import annotations

import difflib
import typing as t

from .._core.errors import CollectionError, OptionError
from .._core.options import check_no_spaces
from .dataset_fields import datasets_with

EVERY_FIELD = ["*"]


def checked_field_names(names: t.Sequence[str]) -> list[str]:
    """Return the names of an option without the blanks around them. Raises OptionError."""
    stripped = [name.strip() for name in names]
    for name in stripped:
        check_no_spaces("output_options.field_names", name)
    if "*" in stripped and stripped != EVERY_FIELD:
        raise OptionError("output_options.field_names", 'takes either names or ["*"] alone for every field')
    if not all(stripped):
        raise OptionError("output_options.field_names", "has an empty name")
    return stripped


def check_field_names(
    names: t.Iterable[str], offered: t.Collection[str], dataset: str, option: str = "output_options.field_names"
) -> None:
    """Check that a dataset offers these fields, which ``option`` names: the API accepts a misspelled name and then leaves the
    field out of every record. Raises CollectionError, which names the nearest fields that the dataset offers."""
    unknown = [name for name in names if name not in offered]
    if not unknown:
        return
    lower = {name.lower(): name for name in offered}
    hints, elsewhere = [], []
    for name in unknown:
        others = datasets_with(name, dataset)
        near = [] if others else [lower[key] for key in difflib.get_close_matches(name.lower(), lower, n=3)]
        hints.append(f"{name} (did you mean {' or '.join(near)}?)" if near else name)
        elsewhere += [f"{name} is a field of {' and '.join(others)}. "] if others else []
    raise CollectionError(
        f"{option}: dataset {dataset} offers no field {', '.join(hints)}. {''.join(elsewhere)}"
        "Correct the names, or set validate_fields: false to send them as they are."
    )
