# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a program: its start, its state file, and its end."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import time

import pytest
from proof_client import Api
from simulator.process import Simulator, SimulatorError


def ends(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process and return its exit status."""
    return process.wait(10)


def test_jobs_and_configuration_outlive_the_process(tmp_path: pathlib.Path) -> None:
    options = ["--state-file", str(tmp_path / "state.json")]
    with Simulator(push_interval=0, options=options) as first:
        job = Api(first).created(name="kept")
        first.change_settings(job_limit=7)
    with Simulator(push_interval=0, options=options) as second:
        assert Api(second).job(job["id"])["name"] == "kept"
        assert second.state()["settings"]["job_limit"] == 7
        assert Api(second).ask("GET", "/zones").json()["result_info"]["total_count"] == 5


def test_a_configuration_from_a_file(tmp_path: pathlib.Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"zones": [{"id": "0" * 32, "name": "one.example.com"}]}), encoding="utf-8")
    with Simulator(push_interval=0, options=["--config", str(config)]) as simulator:
        assert [zone["name"] for zone in simulator.state()["zones"]] == ["one.example.com"]


def test_batches_are_pushed_by_themselves() -> None:
    with Simulator(push_interval=0.1) as simulator:
        job = Api(simulator).created(enabled=True)
        assert receives_events(simulator, job["id"])
        assert len(simulator.events(job_id=job["id"])) >= 5


def receives_events(simulator: Simulator, job_id: int) -> bool:
    """Return whether events of a job arrive within five seconds."""
    deadline = time.monotonic() + 5
    while not simulator.events(job_id=job_id) and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(simulator.events(job_id=job_id))


def test_a_job_that_cannot_be_pushed_does_not_stop_the_others() -> None:
    with Simulator(push_interval=0.1) as simulator:
        [zone_id, *_others] = simulator.zone_ids.values()
        for strange in ({"destination_conf": 5}, {"dataset": None}):
            fields = {"destination_conf": simulator.destination_conf(), **strange}
            simulator.add_job(zone_id=zone_id, enabled=True, **fields)
        time.sleep(0.3)
        assert receives_events(simulator, Api(simulator).created(enabled=True)["id"])
        simulator.reset()
        assert receives_events(simulator, Api(simulator).created(enabled=True)["id"])


def test_a_changed_interval_takes_effect_at_once() -> None:
    with Simulator(push_interval=3600) as simulator:
        time.sleep(0.3)
        job = Api(simulator).created(enabled=True)
        simulator.change_settings(push_interval=0.1)
        assert receives_events(simulator, job["id"])


def test_the_interval_of_a_reset_takes_effect_at_once() -> None:
    with Simulator(push_interval=3600) as simulator:
        simulator.reset(settings={"push_interval": 0.1})
        assert receives_events(simulator, Api(simulator).created(enabled=True)["id"])
        simulator.reset()
        job = Api(simulator).created(enabled=True)
        time.sleep(0.3)
        assert simulator.events(job_id=job["id"]) == []
        simulator.change_settings(push_interval=0.1)
        assert receives_events(simulator, job["id"])


def test_deliveries_trust_the_authorities_they_are_told_to(simulator: Simulator) -> None:
    with Simulator(push_interval=0, options=["--trust", simulator.ca_file]) as trusting:
        assert Api(trusting).create(destination_conf=simulator.destination_conf()).status_code == 200
        assert [event["raw"] for event in simulator.events()] == ['{"content":"tests"}']
        refused = Api(simulator).create(destination_conf=trusting.destination_conf())
        assert "signed by unknown authority" in refused.text


def test_a_bad_configuration_changes_nothing(simulator: Simulator) -> None:
    for config in ({"moons": []}, {"zones": [{"color": "red"}]}, {"settings": {"certificate": "odd"}}):
        with pytest.raises(SimulatorError):
            simulator.reset(**config)
    assert len(simulator.state()["zones"]) == 5


def test_it_ends_with_the_process_it_was_started_for(tmp_path: pathlib.Path) -> None:
    ready = tmp_path / "ready.json"
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    command = [sys.executable, "-m", "simulator", "--ready-file", str(ready), "--parent-pid", str(parent.pid)]
    child = subprocess.Popen(command, cwd=pathlib.Path(__file__).parents[1])
    while not ready.exists():
        time.sleep(0.02)
    ca_file = pathlib.Path(json.loads(ready.read_text(encoding="utf-8"))["ca_file"])
    assert ca_file.exists()
    parent.kill()
    parent.wait()
    assert ends(child) == 0
    assert not ca_file.exists()


def test_it_ends_cleanly_although_a_request_hangs(simulator: Simulator) -> None:
    with Simulator(push_interval=0) as other:
        other.set_faults({"kind": "hang"})
        with pytest.raises(OSError):
            Api(other).session.get(other.api_url + "/zones", timeout=0.2)
        process = other.process
        assert process is not None
        process.terminate()
        assert ends(process) == 0


def test_a_fleet_of_many_thousand_zones(simulator: Simulator) -> None:
    zones = [{"id": f"{number:032x}", "name": f"zone{number}.example.com"} for number in range(20_000)]
    simulator.reset(zones=zones)
    api = Api(simulator)
    query = {"order": "name", "page": "400", "per_page": "50"}
    page = api.ask("GET", "/zones", params=query).json()
    assert page["result_info"]["total_pages"] == 400
    assert [zone["name"] for zone in page["result"]] == sorted(zone["name"] for zone in zones)[-50:]
    assert api.ask("GET", "/zones/" + zones[-1]["id"]).json()["result"]["name"] == "zone19999.example.com"
    assert api.ask("GET", "/zones/unknown").status_code == 404
    assert simulator.jobs() == []
    assert {(count["method"], count["status"]): count["count"] for count in simulator.request_counts()} == {
        ("GET", 200): 2,
        ("GET", 404): 1,
    }
    simulator.wipe_requests()
    assert simulator.request_counts() == []
