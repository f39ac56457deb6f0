# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare replies of the real Cloudflare and Splunk with those of the simulator. Pure: no I/O.

Replies are paired by step, method and path. Only the types of values are compared, because the two sides have
different zones and tokens. The few values that mean the same everywhere are compared themselves.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import typing as t
import urllib.parse

HEADERS = ("content-type", "ratelimit", "ratelimit-policy", "retry-after")
# The keys whose values mean the same in every account.
COMPARED_VALUES = {
    "success",
    "valid",
    "exists",
    "enabled",
    "disabled",
    "dataset",
    "kind",
    "frequency",
    "output_type",
    "timestamp_format",
    "code",
    "sample_rate",
    "status",
    "changed",
    "action",
    "ready",
    "ok",
    "maxPageSize",
    "maxNumberOfFields",
    "notOlderThan",
    "maxDuration",
}
WORDS = {"message", "text"}
SERIOUS, SLIGHT = "serious", "slight"
ABSENT = "absent"
# The prefix of all names in a run; the eight digits identify the run.
OURS = re.compile(r"^(http://)?edgeops-acceptance-[0-9a-f]{8}-")
FORMATS = (
    ("empty text", r""),
    ("flag as text", r"(?i)true|false"),
    ("number as text", r"-?\d+(\.\d+)?"),
    ("time to the second, Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    ("time to the second, offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d"),
    ("time with fraction, Z", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"),
    ("time with fraction, offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:?\d\d"),
    ("guid", r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("id of 32 digits", r"[0-9a-f]{32}"),
)

Mask = t.Callable[[str], str]
# The place, the value on each side, and the severity.
Found = t.Iterator[t.Tuple[str, str, str, str]]


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and its reply; the path is relative to the base URL, names of headers are in small letters."""

    scenario: str
    step: str
    method: str
    path: str
    status: int
    headers: t.Mapping[str, str]
    body: str

    @property
    def call(self) -> str:
        """The request with a path in which the parts that differ between runs are replaced."""
        path = urllib.parse.unquote(urllib.parse.unquote(self.path))
        path = re.sub(r"(http://)?edgeops-acceptance-[0-9a-f]{8}-[\w.-]+", "{name}", path)
        path = re.sub(r"(?<=/)[0-9a-f]{32}(?=/|$)", "{id}", path)
        return f"{self.method} " + re.sub(r"(?<=/)\d+(?=/|$)", "{number}", path)


@dataclasses.dataclass(frozen=True)
class Difference:
    """One difference of a real reply; ``where`` is ``status``, ``header x``, or a path in the body."""

    scenario: str
    step: str
    call: str
    where: str
    real: str
    simulated: str
    severity: str


def differences(real: t.Sequence[Exchange], simulated: t.Sequence[Exchange], mask: Mask) -> list[Difference]:
    """Return every difference between the replies of the two sides to the same requests."""
    found = []
    pairs = _grouped(real), _grouped(simulated)
    for key in dict.fromkeys([*pairs[0], *pairs[1]]):
        # How often a request is repeated depends on timing, so a reply that equals the previous one is ignored.
        for one, other in itertools.zip_longest(*(_settled(side.get(key, [])) for side in pairs)):
            found += _shown(key, _of_replies(one, other), mask)
    return found


def of_results(
    real: t.Mapping[tuple[str, str], t.Any], simulated: t.Mapping[tuple[str, str], t.Any], mask: Mask
) -> list[Difference]:
    """Return the differences between the results of the steps, by scenario and step."""
    found = []
    for scenario, step in dict.fromkeys([*real, *simulated]):
        pair = (side.get((scenario, step), ABSENT) for side in (real, simulated))
        found += _shown((scenario, step, "result"), of_values("$", *pair), mask)
    return found


def _shown(key: t.Sequence[str], found: Found, mask: Mask) -> t.Iterator[Difference]:
    """Return differences in a form that may be shown, without those that are only in masked values."""
    for where, real, simulated, severity in found:
        if mask(real) != mask(simulated):
            yield Difference(*map(mask, key), mask(where), mask(real), mask(simulated), severity)


def _grouped(exchanges: t.Sequence[Exchange]) -> dict[tuple[str, str, str], list[Exchange]]:
    groups: dict[tuple[str, str, str], list[Exchange]] = {}
    for exchange in exchanges:
        groups.setdefault((exchange.scenario, exchange.step, exchange.call), []).append(exchange)
    return groups


def _settled(exchanges: list[Exchange]) -> list[Exchange]:
    """Return the last one of consecutive replies with the same status."""
    return [list(row)[-1] for dummy, row in itertools.groupby(exchanges, lambda exchange: exchange.status)]


def _of_replies(real: Exchange | None, simulated: Exchange | None) -> Found:
    if real is None or simulated is None:
        one, other = (f"status {reply.status}" if reply else "not asked" for reply in (real, simulated))
        yield "reply", one, other, SERIOUS
        return
    if real.status != simulated.status:
        yield "status", str(real.status), str(simulated.status), SERIOUS
    for name in HEADERS:
        one, other = (_header(name, reply.headers.get(name)) for reply in (real, simulated))
        if one != other:
            yield f"header {name}", one, other, SLIGHT if name == "content-type" else SERIOUS
    yield from of_values("$", _parsed(real.body), _parsed(simulated.body))


def _header(name: str, value: str | None) -> str:
    """Return the part of a header that is the same in every reply."""
    if value is None:
        return ABSENT
    if name == "content-type":
        return re.sub(r"\s", "", value).lower()
    return re.sub(r"\d+", "n", value)


class NotJson(str):
    """A body that is not JSON, described by its probable type."""


def _parsed(body: str) -> t.Any:
    try:
        return json.loads(body)
    except ValueError:
        kinds = (("no body", not body.strip()), ("XML", body.startswith("<?xml")), ("HTML", "<html" in body.lower()))
        return NotJson(next((kind for kind, fits in kinds if fits), "text that is no JSON"))


def of_values(where: str, real: t.Any, simulated: t.Any) -> Found:
    """Return the differences between two values: the place, the value on each side, and the severity."""
    if where.endswith(".observed") and isinstance(real, dict) and isinstance(simulated, dict):
        yield from _of_observations(where, real, simulated)
    elif isinstance(real, dict) and isinstance(simulated, dict):
        for key in sorted({*real, *simulated}):
            yield from _of_members(f"{where}.{key}", real.get(key, ABSENT), simulated.get(key, ABSENT), key)
    elif isinstance(real, list) and isinstance(simulated, list):
        yield from _of_lists(where, real, simulated)
    elif kind(real) != kind(simulated):
        yield where, kind(real), kind(simulated), SERIOUS


def _of_observations(where: str, real: dict[str, t.Any], simulated: dict[str, t.Any]) -> Found:
    """What a scenario observed is compared itself, as far as both sides made the observation."""
    for name, fact in real.items():
        if name in simulated and fact != simulated[name]:
            yield f"{where}.{name}", str(fact), str(simulated[name]), SERIOUS


def _of_members(where: str, real: t.Any, simulated: t.Any, key: str) -> Found:
    if real is ABSENT or simulated is ABSENT or real is None or simulated is None:
        one, other = kind(real), kind(simulated)
        if one != other:
            # The collection does not need a key that only the real reply has, and treats absent and null alike.
            harmless = simulated is ABSENT or {one, other} == {ABSENT, "null"}
            yield where, one, other, SLIGHT if harmless else SERIOUS
    elif key in WORDS and isinstance(real, str) and isinstance(simulated, str):
        if real != simulated:
            yield where, real, simulated, SLIGHT
    elif key in COMPARED_VALUES and not isinstance(real, (dict, list)) and not isinstance(simulated, (dict, list)):
        if (type(real), real) != (type(simulated), simulated):
            yield where, json.dumps(real), json.dumps(simulated), SERIOUS
    else:
        yield from of_values(where, real, simulated)


def _of_lists(where: str, real: list[t.Any], simulated: list[t.Any]) -> Found:
    """Errors and checks are compared one by one. In other lists, only the objects that this run created are compared,
    because the others belong to the account."""
    if where.endswith(".availableFields"):
        for field in sorted({*real} ^ {*simulated}):
            one, other = ("offered" if field in side else ABSENT for side in (real, simulated))
            yield f"{where}.{field}", one, other, SLIGHT if field in real else SERIOUS
        return
    if where.endswith((".errors", ".messages", ".checks")):
        for number, (one, other) in enumerate(itertools.zip_longest(real, simulated, fillvalue=ABSENT)):
            yield from _of_members(f"{where}[{number}]", one, other, "")
        return
    named = any(_name(entry) is not None for entry in real + simulated)
    if named:
        real, simulated = ([entry for entry in side if OURS.match(_name(entry) or "")] for side in (real, simulated))
        if len(real) != len(simulated):
            yield f"{where}.length", f"{len(real)} of this run", f"{len(simulated)} of this run", SERIOUS
    for one, other in zip(real if named else real[:1], simulated):
        yield from of_values(f"{where}[]", one, other)


def _name(entry: t.Any) -> str | None:
    if not isinstance(entry, dict):
        return None
    spec = entry.get("spec")
    name = entry.get("name", spec.get("name") if isinstance(spec, dict) else None)
    return name if isinstance(name, str) else None


def kind(value: t.Any) -> str:
    """Return the type of a value, and no part of the value."""
    if value is ABSENT or isinstance(value, NotJson):
        return str(value)
    if value is None:
        return "null"
    for name, types in (("flag", bool), ("integer", int), ("number", float), ("list", list), ("object", dict)):
        if isinstance(value, types):
            return name
    return next((name for name, pattern in FORMATS if re.fullmatch(pattern, value)), "text")
