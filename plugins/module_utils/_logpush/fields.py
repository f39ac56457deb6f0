# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The field names of a dataset, as a job asks for them. Pure: no I/O."""

from __future__ import annotations

import difflib
import typing as t

from .._core.errors import CollectionError

EVERY_FIELD = ["*"]


def check_field_names(names: t.Iterable[str], offered: t.Collection[str], dataset: str) -> None:
    """Refuse names that the dataset does not offer, with the nearest ones that it does: the API accepts a misspelt
    name and then silently leaves the field out. Raises CollectionError."""
    unknown = [name for name in names if name not in offered]
    if not unknown:
        return
    lower = {name.lower(): name for name in offered}
    hints = []
    for name in unknown:
        near = [lower[key] for key in difflib.get_close_matches(name.lower(), lower, n=3)]
        hints.append(f"{name} (did you mean {' or '.join(near)}?)" if near else name)
    raise CollectionError(
        f"output_options.field_names: dataset {dataset} offers no field {', '.join(hints)}. "
        "Correct the names, or set validate_fields: false to send them as they are."
    )
