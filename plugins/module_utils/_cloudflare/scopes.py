# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Scopes: the zones and accounts that jobs belong to, the options that name one, and the rules for names. Pure: no I/O."""

from __future__ import annotations

import difflib
import re
import typing as t
import unicodedata

from .._core.errors import CollectionError, OptionError
from .._core.json_types import JsonObject
from .._core.text import one_line
from .._core.url_paths import path_segment

try:
    import idna
except ImportError:  # requests brings it, and its absence is reported with that of requests
    idna = None  # type: ignore[assignment]

# How similar a suggested name must be (difflib: 1 is identical).
_NEAR = 0.8
# The full stops that IDNA maps to a dot.
_FULL_STOPS = ".\u3002\uff0e\uff61"


class Scope(t.NamedTuple):
    """A zone or an account that jobs belong to: ``kind`` is C(zones) or C(accounts), as in the paths of the API.

    ``name`` is the domain name of a zone, "" if it is not known. The name is for messages only: scopes with the same kind
    and ID are equal.
    """

    kind: str
    id: str
    name: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scope) and (self.kind, self.id) == (other.kind, other.id)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.kind, self.id))

    @property
    def path(self) -> str:
        """The first part of every API path of the scope."""
        return f"{self.kind}/{path_segment(self.id)}"

    def __str__(self) -> str:
        return f"{self.kind[:-1]} {self.name or self.id}"


class LocatedScope(t.NamedTuple):
    """A zone or account that options name: the scope with the name and the account of its zone (if known), or the error of
    the search."""

    scope: Scope | None = None
    zone_name: str | None = None
    error: CollectionError | None = None
    zone_account_id: str = ""

    def found(self) -> Scope:
        """Return the scope. Raises the CollectionError of the search."""
        if self.scope is None:
            raise self.error or CollectionError("The zone or account is not known.")
        return self.scope


def ascii_domain(name: str) -> str:
    """Return a domain name in the form that the API uses in names: lower case, without a last dot, in ASCII by IDNA 2008.

    A name that IDNA refuses stays as it is in lower case: the API has names with underscores.
    """
    name = unicodedata.normalize("NFC", name).rstrip(".")
    if name.isascii() or idna is None:
        return name.lower()
    try:
        # The mapping of idna also makes lower case: Python's own changes a Greek sigma at the end of a word. Older tables
        # turn a capital sharp s into two letters.
        mapped = name.replace("\u1e9e", "\xdf").rstrip(_FULL_STOPS)
        return idna.encode(mapped, uts46=True, transitional=False).decode("ascii")
    except UnicodeError:  # IDNAError is a UnicodeError
        return name.lower()


def unicode_domain(name: str) -> str:
    """Return a domain name in ASCII as people write it; the name itself if IDNA refuses it."""
    try:
        return idna.decode(name) if idna is not None else name
    except UnicodeError:
        return name


class NoSuchZoneError(CollectionError):
    """The API token sees no zone of this name. ``names`` are the names of the zones that it sees, as far as they are
    known."""

    def __init__(self, name: str, names: t.Iterable[str] = ()) -> None:
        self.name = name
        known = sorted(set(names))
        parent = next((parent for parent in parent_domains(name) if parent in known), "")
        near = [] if parent else difflib.get_close_matches(name, known, n=3, cutoff=_NEAR)
        if parent:
            hint = f"; the zone is {unicode_domain(parent)}. Name that one"
        elif near:
            hint = f"; the nearest name is {unicode_domain(near[0])}"
            if len(near) > 1:
                hint = f"; the nearest names are {' and '.join(unicode_domain(other) for other in near)}"
            hint += ". Correct the name"
        else:
            hint = ". Correct the name"
        super().__init__(
            f"zone: the API token sees no zone {unicode_domain(name)}{hint}, give the token the permission Zone Read for this "
            "zone, or set zone_id instead of the name; then Zone Read is not needed."
        )


def parent_domains(name: str) -> list[str]:
    """Return the domains that a name lies within, the longest first, without the top-level domain."""
    labels = name.split(".")
    return [".".join(labels[number:]) for number in range(1, len(labels) - 1)]


def account_of(zone: JsonObject) -> str:
    """Return the ID of the account of a zone as the API returns it; "" if the answer does not contain it."""
    account = zone.get("account")
    found = account.get("id") if isinstance(account, dict) else None
    return found.lower() if isinstance(found, str) else ""


def the_zone_named(name: str, zones: t.Iterable[JsonObject]) -> JsonObject:
    """Return the zone of this domain name. Raises CollectionError if there is none or more than one."""
    found = [zone for zone in zones if ascii_domain(zone.get("name") or "") == name and zone.get("id")]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchZoneError(name)
    listed = ", ".join(str(zone["id"]) for zone in found)
    raise CollectionError(f"zone: {name} is the name of {len(found)} zones: {listed}. Set zone_id instead.")


SCOPE_SPEC: dict[str, t.Any] = {
    "zone_id": dict(type="str"),
    "zone": dict(type="str"),
    "account_id": dict(type="str"),
}


SCOPES = tuple(SCOPE_SPEC)
# In the list zones, a text is the name of a zone.
ZONE_NAMES = {"zones": "zone"}


def scope_options(entry: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Return the options of C(entry) that name a zone or an account, as text: YAML reads an ID of digits only as a
    number."""
    return {option: str(entry[option]) for option in SCOPES if entry.get(option)}


def scope_with_id(kind: str, scope_id: t.Any) -> Scope:
    """Return the zone or account with an ID, in the spelling of the API: an ID in upper case names the same scope."""
    return Scope(kind, str(scope_id).lower())


def scope_by_id(options: t.Mapping[str, t.Any]) -> Scope | None:
    """Return the account or the zone that options name by its ID; None if they name a zone by its name only."""
    for option, kind in (("account_id", "accounts"), ("zone_id", "zones")):
        if options.get(option):
            return scope_with_id(kind, options[option])
    return None


def check_scope(options: t.Mapping[str, t.Any], scopes: t.Sequence[str] = SCOPES) -> None:
    """Check the options that name a zone or an account. ``scopes`` are the options that the module has. Raises
    OptionError."""
    given = [option for option in scopes if options.get(option)]
    if len(given) != 1:
        listed = " and ".join(given) + " are set" if given else "none is set"
        raise OptionError(", ".join(scopes), f"exactly one of them must be set; {listed}")
    for option in ("zone_id", "account_id"):
        value = options.get(option)
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", value):
            hint = "; set a domain name as zone" if option == "zone_id" and "." in value else ""
            raise OptionError(option, f"must be an ID of 32 hexadecimal digits, as the dashboard shows it{hint}")
    zone = options.get("zone")
    if zone and not ascii_domain(zone).isascii():
        raise OptionError("zone", f"{one_line(zone)} is not a domain name by IDNA 2008; write its xn-- form")
    if zone and not re.fullmatch(r"[\w-]+(\.[\w-]+)+", ascii_domain(zone)):
        hint = "; set an ID as zone_id" if re.fullmatch(r"[0-9a-fA-F]{32}", zone) else ""
        raise OptionError("zone", f"must be the domain name of a zone, such as example.com{hint}")
