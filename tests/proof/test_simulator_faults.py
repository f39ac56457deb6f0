# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configured faults affect only the matching requests, in the configured way."""

from __future__ import annotations

import time

import pytest
import requests
from proof_client import SHOP, Api
from simulator.process import Simulator, SimulatorError

JOBS = f"/zones/{SHOP}/logpush/jobs"


def test_status_with_headers_and_body(simulator: Simulator, api: Api) -> None:
    body = {"success": False, "errors": [{"code": 971, "message": "slow down"}], "messages": [], "result": None}
    simulator.set_faults({"kind": "status", "status": 429, "headers": {"retry-after": "7"}, "body": body})
    answer = api.ask("GET", "/zones")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "7", body)
    assert api.ask("GET", "/zones").status_code == 200


def test_answers_that_are_not_what_they_should_be(simulator: Simulator, api: Api) -> None:
    simulator.set_faults(*({"kind": kind} for kind in ("html", "empty", "not_json", "success_false", "null_result")))
    html, empty, not_json, success_false, null_result = (api.ask("GET", "/zones") for dummy in range(5))
    assert html.status_code == 502 and html.headers["Content-Type"] == "text/html"
    assert empty.status_code == 200 and empty.content == b""
    with pytest.raises(ValueError):
        not_json.json()
    assert success_false.status_code == 200 and success_false.json()["success"] is False
    assert null_result.json()["success"] is True and null_result.json()["result"] is None


@pytest.mark.parametrize("kind", ["reset", "truncated", "hang"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_connections_that_break(simulator: Simulator, api: Api, kind: str, moment: str) -> None:
    simulator.set_faults({"kind": kind, "method": "POST", "moment": moment, "seconds": 0.1})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api.create()
    made = api.ask("GET", JOBS).json()["result"]
    assert len(made) == (1 if moment == "after" else 0)


def test_a_hanging_answer_outlasts_the_client(simulator: Simulator, api: Api) -> None:
    simulator.set_faults({"kind": "hang", "path": "/zones$", "seconds": 30})
    with pytest.raises(requests.Timeout):
        api.session.get(simulator.api_url + "/zones", timeout=0.2)


def test_delay_lets_the_request_through_later(simulator: Simulator, api: Api) -> None:
    simulator.set_faults({"kind": "delay", "seconds": 0.3})
    started = time.monotonic()
    assert api.ask("GET", "/zones").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_skip_times_method_and_path_choose_the_requests(simulator: Simulator, api: Api) -> None:
    simulator.set_faults({"kind": "status", "method": "GET", "path": "logpush/jobs$", "skip": 1, "times": 2})
    statuses = [api.ask("GET", path).status_code for path in (JOBS, "/zones", JOBS, JOBS, JOBS)]
    assert statuses == [200, 200, 500, 500, 200]
    assert [entry["fault"] for entry in simulator.requests(path="jobs")] == [None, "status", "status", None]
    simulator.set_faults({"kind": "status", "status": 520, "times": None})
    assert {api.ask("GET", JOBS).status_code for dummy in range(5)} == {520}
    simulator.set_faults()
    assert api.ask("GET", JOBS).status_code == 200


def test_a_fault_of_the_collector_shows_in_its_words(simulator: Simulator) -> None:
    simulator.set_faults({"side": "hec", "kind": "status", "status": 500})
    answer = requests.post(simulator.hec_url + "/services/collector/raw", data="x", verify=simulator.ca_file, timeout=5)
    assert (answer.status_code, answer.json()) == (500, {"text": "Internal server error", "code": 8})


def test_latency(simulator: Simulator, api: Api) -> None:
    simulator.set_latency(api=0.2)
    started = time.monotonic()
    api.ask("GET", "/zones")
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(
    "fault", [{"kind": "nonsense"}, {"kind": "reset", "side": "moon"}, {"kind": "reset", "path": "("}]
)
def test_orders_that_make_no_sense_are_refused(simulator: Simulator, fault: dict[str, str]) -> None:
    with pytest.raises(SimulatorError):
        simulator.set_faults(fault)
