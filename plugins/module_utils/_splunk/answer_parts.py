# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Read the parts of an answer of Splunk: the object, its entry, and the values in them. Pure: no I/O.

A value with an unexpected type raises ValueError with the name of the field and the type, but never with the value: it can be
secret. C(readable) turns it into an error for the user.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._core.errors import CollectionError
from .._core.json_types import is_whole_number, type_name
from .values import flag, names, number

if t.TYPE_CHECKING:
    from .._core.http import Reply
    from .._core.json_types import JsonObject

MANAGEMENT_URL_ADVICE = "Check url: it must be the management URL of Splunk, usually port 8089."


class Page(t.NamedTuple):
    """One page of a list, and the number of entries on all pages, None if the answer does not say."""

    entries: list[JsonObject]
    total: int | None


def json_object(reply: Reply) -> JsonObject | None:
    """Return the JSON object in the body of an answer; None if there is none."""
    try:
        data = reply.data()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def mapping(value: t.Any) -> JsonObject:
    """Return a value that must be a mapping; an empty mapping for anything else."""
    return value if isinstance(value, dict) else {}


def entry_content(operation: str, data: JsonObject) -> JsonObject:
    """Return the content of the only entry of an answer. Raises CollectionError if there is none."""
    entries = data.get("entry")
    entry = entries[0] if isinstance(entries, list) and entries else None
    content = mapping(entry).get("content")
    if not isinstance(content, dict):
        raise CollectionError(f"{operation} failed: the answer contains no entry. {MANAGEMENT_URL_ADVICE}")
    return content


def page_of(operation: str, data: JsonObject, what: str) -> Page:
    """Return a page of the list of ``what``. Raises CollectionError for an answer without a list: only Splunk can report that
    something is missing."""
    entries = data.get("entry")
    if not isinstance(entries, list):
        raise CollectionError(f"{operation} failed: the answer contains no list of {what}. {MANAGEMENT_URL_ADVICE}")
    with readable(operation):
        listed = [required_mapping(entry, "an entry") for entry in entries]
        return Page(listed, number(mapping(data.get("paging")).get("total")))


def identity_of(entry: JsonObject) -> str:
    """Return a text that only this entry of a list has: objects of several apps can have the same name."""
    return repr((entry.get("id"), entry.get("name"), mapping(entry.get("acl")).get("app")))


@contextlib.contextmanager
def readable(operation: str) -> t.Iterator[None]:
    """Raise CollectionError for the ValueError of a check, whose text names a field and a type but never a value."""
    try:
        yield
    except ValueError as problem:
        raise CollectionError(
            f"{operation} failed: Splunk reported success, but its answer has an unexpected form: {problem}. Check "
            "url, and whether there is a proxy in between."
        ) from None


def required_mapping(value: t.Any, what: str) -> JsonObject:
    """Return a value that must be an object. Raises ValueError, which names it by ``what``, for anything else."""
    if not isinstance(value, dict):
        raise ValueError(f"{what} must be an object, but it is {type_name(value)}")
    return value


def text_at(found: JsonObject, key: str) -> str:
    """Return a text; "" if it is not set. Raises ValueError for a value that is not text."""
    return text_of(found.get(key), key)


def text_of(value: t.Any, name: str) -> str:
    """Return a text, or a number as text; "" if it is not set. Raises ValueError, which names it by ``name``, for anything
    else."""
    if value is None or isinstance(value, str):
        return value or ""
    if is_whole_number(value) or isinstance(value, float):
        return str(value)
    raise ValueError(f"{name} must be text, but it is {type_name(value)}")


def names_at(found: JsonObject, key: str) -> list[str]:
    """Return a list of names. Raises ValueError for a value that is neither a list of names nor text with commas."""
    value = found.get(key)
    if isinstance(value, list):
        return names([text_of(item, f"each of {key}") for item in value])
    return names(text_of(value, key))


def flag_at(found: JsonObject, key: str) -> bool:
    """Return a boolean. Raises ValueError for any other value."""
    value = found.get(key)
    if isinstance(value, (dict, list)):
        raise ValueError(f"{key} must be a boolean, but it is {type_name(value)}")
    return flag(value)
