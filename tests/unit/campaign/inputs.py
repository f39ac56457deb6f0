# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generated inputs of the campaign: requests of users, changes in the dashboard, and faults."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.tests.unit.campaign import lies
from ansible_collections.edgeops.logpush.tests.unit.campaign.lies import Lie
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Kill
from hypothesis import strategies as st

ZONES = {f"{number:032x}": f"zone{number}.example.com" for number in (1, 2)}
# A visible zone that is not in the inventory.
OUTSIDE = f"{9:032x}"
PLACES = {**ZONES, OUTSIDE: "outside.example.org"}
# The jobs that the inventory may request: dataset and name; one of them has no name.
SLOTS = {
    "web": ("http_requests", "web"),
    "api": ("http_requests", "api"),
    "dns": ("dns_logs", None),
    "firewall": ("firewall_events", "fw"),
}

zones = st.sampled_from(sorted(ZONES))
slots = st.sampled_from(sorted(SLOTS))
choices = st.integers(0, 5)

_outputs = {
    "timestamp_format": st.sampled_from(["rfc3339", "unixnano", "unix"]),
    "sample_rate": st.sampled_from([0.5, 1]),
    "record_prefix": st.sampled_from(["{", "{x"]),
    "cve_2021_44228": st.booleans(),
}
job_options = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "output_options": st.fixed_dictionaries({}, optional=_outputs),
        "max_upload_interval_seconds": st.sampled_from([0, 30, 60]),
        "frequency": st.sampled_from(["high", "low"]),
        "sourcetype": st.sampled_from(["cloudflare:json", "other:json"]),
        "insecure_skip_verify": st.booleans(),
    },
)
# The options that contain fields of one dataset.
web_options = st.fixed_dictionaries(
    {},
    optional={
        "filter": st.sampled_from(
            [{}, *({"where": {"key": "ClientCountry", "operator": "eq", "value": value}} for value in ("ca", "us"))]
        ),
        "field_names": st.sampled_from([[], ["RayID"], ["RayID", "ClientIP"], ["ClientIP", "RayID"]]),
    },
)
dashboard_edits = st.sampled_from(
    [
        {"enabled": False},
        {"enabled": True},
        {"max_upload_interval_seconds": 45},
        {"filter": '{"where":{}}'},
        {"output_options": {"timestamp_format": "unix", "sample_rate": 0.1}},
        {"frequency": "low"},
        {"output_options": None, "logpull_options": "timestamps=unix&sample=0.5"},
    ]
)
adopted_forms = st.sampled_from(
    [
        {},
        {"enabled": False, "frequency": "low"},
        {"output_options": {"timestamp_format": "unix"}},
        {"logpull_options": "timestamps=rfc3339&sample=0.1"},
        {"max_upload_interval_seconds": 30},
    ]
)
# Jobs of other people. Those marked "here" push to our collector; the others must never be changed.
strangers = st.sampled_from(
    [
        "here, our token",
        "here, other token",
        "here through https",
        "other port",
        "other host, our token",
        "other path",
        "other path through https",
        "other host through https",
        "basic",
        "webhook",
        "bucket",
    ]
)
places = st.sampled_from(sorted(PLACES))
# The name of a job of other people: its own name, the name that the dashboard gives, or the name of a job of the
# inventory.
stranger_names = st.sampled_from(["own", "own", "zone", "slot"])
stranger_datasets = st.sampled_from(["http_requests", "http_requests", "dns_logs", "nel_reports"])

UNCLEAR = ("reset", "html", "status", "empty", "truncated", "not_json", "success_false", "null_result", "hang")
_TOO_MANY = {"success": False, "result": None, "errors": [{"code": 971, "message": "Please wait"}]}

_unclear_faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(UNCLEAR),
        "method": st.sampled_from(["GET", "POST", "POST", "PUT", "DELETE"]),
        "moment": st.sampled_from(["before", "after"]),
        "skip": st.sampled_from([0, 0, 1, 2]),
        "times": st.sampled_from([1, 1, 2, 3]),
    }
)
_other_faults = st.sampled_from(
    [
        {"kind": "status", "status": 429, "headers": {"retry-after": "1"}, "body": _TOO_MANY, "times": 2},
        {"kind": "status", "status": 504, "method": "PUT", "moment": "after"},
        {"kind": "status", "status": 403, "method": "POST"},
        {"kind": "status", "status": 503, "side": "hec", "times": 2},
        {"kind": "delay", "method": "POST", "seconds": 0.35},
        {"kind": "delay", "method": "PUT", "seconds": 0.35},
        {"kind": "delay", "method": "DELETE", "seconds": 0.35},
    ]
)


class Trouble(t.NamedTuple):
    """The trouble of one run: faults, a kill, an outdated list, the job limit, the end of the rate budget after a
    number of requests, a hostile answer."""

    faults: list[dict[str, t.Any]]
    kill: Kill | None
    lags: bool
    full: bool
    budget: int | None
    lie: Lie | None = None

    @property
    def is_slow(self) -> bool:
        """Whether requests get no answer in time, so that the run needs a short timeout."""
        return any(fault["kind"] in ("hang", "delay") for fault in self.faults)

    @property
    def is_misleading(self) -> bool:
        """Whether a list of jobs is incomplete in a way that no client can detect."""
        return self.lie is not None and not self.lie.is_recognizable

    @property
    def may_double(self) -> bool:
        """Whether a job may exist twice afterwards, because no list shows it in time."""
        nulls = any(fault["kind"] == "null_result" for fault in self.faults)
        return self.is_slow or self.lags or nulls or self.kill is not None or self.is_misleading


def _playable(faults: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Leave out trouble that no client could handle: a list that is always null cannot be distinguished from an empty
    one."""
    nulls = [fault for fault in faults if fault["kind"] == "null_result" and fault.get("method") in ("GET", None)]
    kept = [fault for fault in faults if fault not in nulls[1:]]
    kept = [{**fault, "times": 1} if fault in nulls[:1] else fault for fault in kept]
    return [{**fault, "seconds": 0.4} if fault["kind"] == "hang" else fault for fault in kept]


_any_trouble = st.builds(
    Trouble,
    faults=st.lists(st.one_of(_unclear_faults, _unclear_faults, _other_faults), min_size=1, max_size=3).map(_playable),
    kill=st.one_of(st.none(), st.none(), st.builds(Kill, st.integers(1, 8), st.booleans())),
    lags=st.sampled_from([False, False, True]),
    full=st.sampled_from([False, False, True]),
    budget=st.sampled_from([None, None, None, None, 3, 6]),
    lie=st.none(),
)
# A creation that is carried out after the last search for it, and one that no list shows in time.
_late = st.sampled_from(
    [
        Trouble([{"kind": "delay", "method": "POST", "seconds": 0.35}], None, False, False, None),
        Trouble([{"kind": "reset", "method": "POST", "moment": "after"}], None, True, False, None),
        Trouble([{"kind": "delay", "method": "POST", "seconds": 0.35}], Kill(4, True), False, False, None),
    ]
)
_kills = st.one_of(st.none(), st.none(), st.builds(Kill, st.integers(1, 8), st.booleans()))
_NOTHING = {
    "faults": st.just([]),
    "kill": st.none(),
    "lags": st.just(False),
    "full": st.just(False),
    "budget": st.none(),
    "lie": st.none(),
}


def _lies(about: str, kinds: t.Sequence[str]) -> st.SearchStrategy[Lie]:
    return st.builds(Lie, st.just(about), st.sampled_from(kinds), st.booleans(), st.booleans())


def _hostile(*told: st.SearchStrategy[Lie]) -> st.SearchStrategy[Trouble]:
    return st.builds(Trouble, **{**_NOTHING, "kill": _kills, "lie": st.one_of(*told)})


_writes = [_lies(about, lies.WRITES) for about in lies.WRITING_METHODS]
_wrong_lists, _false_lists = _lies("jobs", lies.WRONG_LISTS), _lies("jobs", lies.FALSE_LISTS)
_hostile_cloudflare = _hostile(
    _wrong_lists,
    _false_lists,
    *_writes,
    _lies("zones", lies.ZONES),
    _lies("fields", lies.FIELDS),
)
_hostile_splunk = _hostile(
    _lies("tokens", lies.TOKENS), _lies("token writes", lies.TOKENS), _lies("searches", lies.SEARCHES)
)
troubles = st.one_of(_any_trouble, _any_trouble, _late, _hostile_cloudflare, _hostile_cloudflare)
replacement_troubles = st.one_of(troubles, _hostile(*_writes))
# Half of the runs have no trouble.
perhaps_trouble = st.one_of(st.none(), troubles)


# The last steps of a rotation, with Splunk

_splunk_faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("reset", "html", "status", "empty", "truncated", "not_json", "success_false")),
        "side": st.just("splunk"),
        "path": st.sampled_from(["data/inputs", "/search/"]),
        "method": st.sampled_from([None, "GET", "POST", "DELETE"]),
        "moment": st.sampled_from(["before", "after"]),
        "skip": st.sampled_from([0, 0, 1, 2]),
        "times": st.sampled_from([1, 2, None]),
    }
)
_killed = st.builds(Trouble, **{**_NOTHING, "kill": st.builds(Kill, st.integers(1, 40), st.booleans())})
_splunk_trouble = st.builds(
    Trouble, **{**_NOTHING, "faults": st.lists(_splunk_faults, min_size=1, max_size=2), "kill": _kills}
)
_rotation_troubles = st.one_of(_killed, _killed, _splunk_trouble, _hostile_splunk, _hostile_splunk, troubles, troubles)


class Rotation(t.NamedTuple):
    """The settings of a rotation: whether Splunk can report the senders, how long both tokens stay, whether the API
    token sees all zones, what the user confirms, the second at which another user creates a job with the old token,
    how many zones the run has, and whether it has their names."""

    metrics: bool
    settle: int
    sees_all: bool
    complete: bool
    made_at: int | None
    named: int
    by_name: bool


rotations = st.builds(
    Rotation,
    st.booleans(),
    st.sampled_from([0, 60]),
    st.sampled_from([True, True, False]),
    st.booleans(),
    st.sampled_from([None, None, 0, 60, 120]),
    st.sampled_from([len(ZONES), len(ZONES), 1]),
    st.booleans(),
)
rotation_troubles = st.lists(_rotation_troubles, max_size=3)
