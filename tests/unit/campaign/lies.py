# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hostile answers: wrong contents that Cloudflare and Splunk could return."""

from __future__ import annotations

import functools
import json
import typing as t

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]
Fault = t.Dict[str, t.Any]

# Lists of jobs that every client can recognize as wrong, and those that no client can.
WRONG_LISTS = (
    "null",
    "object",
    "text",
    "number",
    "ids as text",
    "ids that are null",
    "ids that are true",
    "ids with a path",
    "other types",
    "counted",
    "twice",
    "nested",
)
FALSE_LISTS = ("empty", "half", "jobs of others")
# Answers to a request that writes, which was carried out or not.
WRITING_METHODS = {"creations": "POST", "changes": "PUT", "deletions": "DELETE"}
WRITES = ("null", "list", "text", "id as text", "another job", "a job of another zone", "not the job", "nested")
ZONES = ("null", "object", "text", "ids as numbers", "no ids", "no names", "empty", "another zone", "counted")
FIELDS = ("null", "list", "text", "empty", "numbers", "nested")
TOKENS = (
    "null",
    "list",
    "text",
    "no entry",
    "empty",
    "entry null",
    "entry of numbers",
    "the token of others",
    "all but the last",
    "other types",
    "no value",
    "hidden value",
)
SEARCHES = ("null", "list", "no results", "empty", "rows of numbers", "other types", "broken off", "nested")


class Lie(t.NamedTuple):
    """A hostile answer: the affected requests, its kind, whether it is repeated, and whether a write is carried
    out."""

    about: str
    kind: str
    each_time: bool = False
    carried_out: bool = True

    @property
    def is_recognizable(self) -> bool:
        """Whether a client can detect that the answer is wrong."""
        return not (self.about == "jobs" and self.kind in FALSE_LISTS)

    def faults(self, zones: t.Mapping[str, str], jobs: Jobs, tokens: t.Sequence[Job]) -> list[Fault]:
        """Return the faults that produce this answer in the simulator. ``zones`` are names by ID."""
        told: dict[str, t.Callable[[], list[Fault]]] = {
            "jobs": lambda: [
                _fault(f"{zone}/logpush/jobs$", _jobs(zone, jobs, self.kind), method="GET") for zone in zones
            ],
            **{
                about: functools.partial(self._writes, method, zones, jobs) for about, method in WRITING_METHODS.items()
            },
            "zones": lambda: [
                _fault("/zones$", _zones(zones, self.kind), method="GET"),
                *(_fault(f"/zones/{zone}$", _zone(zone, zones, self.kind), method="GET") for zone in zones),
            ],
            "fields": lambda: [_fault("/fields$", _fields(self.kind), method="GET")],
            "tokens": lambda: [
                _fault(r"data/inputs/http(/[^/]+)?$", _tokens(tokens, self.kind), method="GET", side="splunk")
            ],
            "token writes": lambda: [
                _fault(
                    r"data/inputs/http/.+",
                    _tokens(tokens, self.kind),
                    method=method,
                    side="splunk",
                    moment=self._moment,
                )
                for method in ("POST", "DELETE")
            ],
            "searches": lambda: [_fault("/search/", _search(self.kind), side="splunk")],
        }
        return [{**fault, "times": None if self.each_time else 1} for fault in told[self.about]()]

    def _writes(self, method: str, zones: t.Iterable[str], jobs: Jobs) -> list[Fault]:
        return [
            _fault(f"{zone}/logpush/jobs", _written(zone, jobs, self.kind), method=method, moment=self._moment)
            for zone in zones
        ]

    @property
    def _moment(self) -> str:
        return "after" if self.carried_out else "before"


def _fault(path: str, body: t.Any, **more: t.Any) -> Fault:
    return {"kind": "status", "status": 200, "path": path, "body": json.dumps(body), **more}


def _answer(result: t.Any, **more: t.Any) -> Job:
    return {"success": True, "errors": [], "messages": [], "result": result, **more}


def _nested(depth: int = 900) -> t.Any:
    """Return lists in lists."""
    value: list[t.Any] = []
    for dummy in range(depth):
        value = [value]
    return value


def _shown(jobs: Jobs) -> list[Job]:
    return [
        {"id": job_id, **{key: value for key, value in job.items() if key != "zone"}} for job_id, job in jobs.items()
    ]


def _jobs(zone: str, jobs: Jobs, kind: str) -> Job:
    """Return an answer to the list of the jobs of a zone."""
    here = _shown({job_id: job for job_id, job in jobs.items() if job["zone"] == zone})
    others = _shown({job_id: job for job_id, job in jobs.items() if job["zone"] != zone})
    half = here[: len(here) // 2]

    def with_id(value: t.Any) -> list[Job]:
        return [{**job, "id": value} for job in here or others] or [{"id": value}]

    results: dict[str, t.Any] = {
        "null": None,
        "object": {},
        "text": "none",
        "number": 0,
        "ids as text": [{**job, "id": str(job["id"])} for job in here or others] or [{"id": "1"}],
        "ids that are null": with_id(None),
        "ids that are true": with_id(True),
        "ids with a path": with_id("1/../../evil"),
        "other types": [{**job, "destination_conf": [job["destination_conf"]]} for job in here] or [5],
        "counted": half,
        "twice": [*here, *here] or [None],
        "nested": [{"id": 1, "later": _nested()}],
        "empty": [],
        "half": half,
        "jobs of others": others,
    }
    return _answer(results[kind], **({"result_info": {"total_count": len(here) + 1}} if kind == "counted" else {}))


def _written(zone: str, jobs: Jobs, kind: str) -> Job:
    """Return an answer to a request that creates or changes a job of a zone."""
    here = _shown({job_id: job for job_id, job in jobs.items() if job["zone"] == zone}) or [{"id": 1}]
    others = _shown({job_id: job for job_id, job in jobs.items() if job["zone"] != zone}) or [{"id": 2}]
    results: dict[str, t.Any] = {
        "null": None,
        "list": here,
        "text": "done",
        "id as text": {**here[0], "id": str(here[0]["id"])},
        "another job": here[0],
        "a job of another zone": others[0],
        "not the job": {**here[-1], "id": 999999, "dataset": "nel_reports", "name": "unheard-of"},
        "nested": {"id": here[0]["id"], "later": _nested()},
    }
    return _answer(results[kind])


def _zones(zones: t.Mapping[str, str], kind: str) -> Job:
    """Return an answer to the list of zones."""
    listed: list[Job] = [{"id": zone, "name": name, "account": {"id": "a" * 32}} for zone, name in zones.items()]
    results: dict[str, t.Any] = {
        "null": None,
        "object": {},
        "text": "none",
        "ids as numbers": [{**zone, "id": 5} for zone in listed],
        "no ids": [{"name": zone["name"]} for zone in listed],
        "no names": [{**zone, "name": None} for zone in listed],
        "empty": [],
        "another zone": listed[-1:],
        "counted": listed[:1],
    }
    return _answer(results[kind], **({"result_info": {"total_count": len(listed) + 1}} if kind == "counted" else {}))


def _zone(zone: str, zones: t.Mapping[str, str], kind: str) -> Job:
    """Return an answer to the request for one zone."""
    [result] = [{"id": zone, "name": zones[zone]}]
    other = next(each for each in zones if each != zone)
    results: dict[str, t.Any] = {
        "null": None,
        "object": {},
        "text": "none",
        "ids as numbers": {**result, "id": 5},
        "no ids": {"name": result["name"]},
        "no names": {**result, "name": None},
        "empty": [],
        "another zone": {"id": other, "name": zones[other]},
        "counted": [result],
    }
    return _answer(results[kind])


def _fields(kind: str) -> Job:
    """Return an answer to the request for the fields of a dataset."""
    results: dict[str, t.Any] = {
        "null": None,
        "list": ["RayID"],
        "text": "RayID",
        "empty": {},
        "numbers": {"RayID": 5},
        "nested": {"RayID": _nested()},
    }
    return _answer(results[kind])


def _tokens(tokens: t.Sequence[Job], kind: str) -> t.Any:
    """Return an answer of Splunk about HEC tokens."""
    entries = [
        {
            "name": f"http://{token['name']}",
            "acl": {"app": token["app"], "owner": "nobody", "sharing": "global", "perms": {"read": ["*"], "write": []}},
            "content": {"token": token["token"], "disabled": token["disabled"], "index": "main"},
        }
        for token in tokens
    ]
    others = [entry for entry in entries if entry["name"] == "http://others"]
    bodies: dict[str, t.Any] = {
        "null": None,
        "list": [],
        "text": "none",
        "no entry": {},
        "empty": {"entry": []},
        "entry null": {"entry": None},
        "entry of numbers": {"entry": [5, None]},
        "the token of others": {"entry": others, "paging": {"total": 1}},
        "all but the last": {"entry": entries[:-1], "paging": {"total": len(entries)}},
        "other types": {"entry": [{**entry, "content": {"token": 5, "disabled": {}}} for entry in entries]},
        "no value": {"entry": [_with_value(entry, "") for entry in entries]},
        "hidden value": {"entry": [_with_value(entry, "********") for entry in entries]},
    }
    return bodies[kind]


def _with_value(entry: Job, value: str) -> Job:
    return {**entry, "content": {**entry["content"], "token": value}}


def _search(kind: str) -> t.Any:
    """Return an answer of Splunk to a search."""
    row = {"_time": "2026-01-01T00:00:00.000+00:00", "host": "splunk", "data.series": "http_event_collector"}
    bodies: dict[str, t.Any] = {
        "null": None,
        "list": [],
        "no results": {},
        "empty": {"results": []},
        "rows of numbers": {"results": [5, None, []]},
        "other types": {"results": [{**row, "_time": [1], "host": {}, "data.num_of_requests": {}}]},
        "broken off": {"results": [row], "messages": [{"type": "FATAL", "text": "The search broke off."}]},
        "nested": {"results": [{**row, "data.num_of_requests": _nested()}]},
    }
    return bodies[kind]
