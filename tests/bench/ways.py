# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to roll out that are compared, and how one of them is run once against the simulator."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import sys
import typing as t

from simulator.process import Simulator

from . import measuring, tofu
from .destination import destination_conf
from .figures import CHANGES, RUNS, Measurement, Scenario

HERE = pathlib.Path(__file__).resolve().parent
# The user's own settings must not change the measurement.
NEVER_INHERITED = re.compile(r"(?i)(CLOUDFLARE|SPLUNK|ANSIBLE|TF)_|.*_proxy$|REQUESTS_CA_BUNDLE|NETRC")
LOG_LINES_SHOWN = 30

# What each way runs; "start" is Ansible with nothing to do, and "reading" with one task that needs a variable of every host.
PLAYBOOKS = {
    "start": str(HERE / "start.yml"),
    "reading": str(HERE / "reading.yml"),
    "uri": str(HERE / "uri_rollout.yml"),
    "role": str(HERE / "role_rollout.yml"),
    "rollout": "edgeops.logpush.rollout",
    "task": str(HERE / "task_rollout.yml"),
}
SCRIPTS = {
    "sdk": "sdk_rollout.py",
    "sdk_threads": "sdk_rollout.py",
    "bare": "bare_loop.py",
    "bare_start": "bare_loop.py",
}
# The parts of ways that manage no job.
STARTS = ("start", "reading", "bare_start")
# The ways that are also measured when an option of all jobs changes and when the jobs are removed.
CHANGING = ("rollout", "tofu")
EXTRA_VARIABLES = {
    "change": {"splunk_logpush_job_overrides": {"output_options": {"sample_rate": 0.5}}},
    "remove": {"logpush_remove_confirmed": True},
}


@dataclasses.dataclass(frozen=True)
class Bench:
    """The requirements of every run: the simulator, a folder for its files, and the settings of the ways."""

    simulator: Simulator
    folder: pathlib.Path
    concurrency: int = 32
    enable_apart: bool = False
    tofu: tofu.Tofu | None = None
    changes: bool = True
    ansible_cfg: str = ""

    def measure(self, scenario: Scenario, way: str, zones: int) -> t.Iterator[Measurement]:
        """Roll out to this number of zones without jobs, roll out again, change an option and remove the jobs, and
        return the cost of each run."""
        names = {f"{number:032x}": f"zone{number}.example.com" for number in range(1, zones + 1)}
        self._write_zones(names)
        self.simulator.reset(zones=[{"id": zone_id, "name": name} for zone_id, name in names.items()])
        further = CHANGES if way in CHANGING and self.changes and not scenario.limit else ()
        for run in (way,) if way in STARTS else (*RUNS, *further):
            # This begins a new rate window, too.
            self.simulator.change_settings(
                api_latency=scenario.latency,
                rate_limit_requests=scenario.limit or 1_000_000_000,
                rate_limit_seconds=scenario.window or 300,
            )
            yield self._measure(scenario, way, run, names)

    def _measure(self, scenario: Scenario, way: str, run: str, names: dict[str, str]) -> Measurement:
        self.simulator.wipe_requests()
        log, before = self.folder / "output.log", self._simulator_cpu_seconds()
        cost = measuring.run(self._command(way, run), self.environment(), self.folder, log)
        after = self._simulator_cpu_seconds()
        counts = [count for count in self.simulator.request_counts() if count["side"] == "api"]
        failure = "" if way in STARTS else self._failure(cost.status, run, names)
        if failure:
            print(*log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:], sep="\n", file=sys.stderr)
        return Measurement(
            scenario=scenario.name,
            way=way,
            run=run,
            zones=len(names),
            seconds=cost.seconds,
            cpu_seconds=cost.cpu_seconds,
            memory_mb=cost.memory_mb,
            requests=sum(count["count"] for count in counts),
            writes=sum(count["count"] for count in counts if count["method"] != "GET" and count["status"] != 429),
            refused=sum(count["count"] for count in counts if count["status"] == 429),
            simulator_cpu_seconds=None if before is None or after is None else after - before,
            concurrency=1 if way == "sdk" else self.concurrency,
            failure=failure,
            output_lines=log.read_bytes().count(b"\n"),
            requests_seconds=self._requests_seconds() if scenario.limit else None,
        )

    def _requests_seconds(self) -> float:
        """Return the time from the first request to the last answer."""
        requests = self.simulator.requests(side="api")
        return float(max(one["time"] + one["seconds"] for one in requests) - min(one["time"] for one in requests))

    def _write_zones(self, names: dict[str, str]) -> None:
        """Write the zones as an inventory, as variables of one task, and as the SDK script reads them."""
        hosts = {name: {"zone_id": zone_id, "zone_name": name} for zone_id, name in names.items()}
        variables = {
            "bench_zones": [{"zone_id": zone_id, "name": name} for zone_id, name in names.items()],
            "bench_concurrency": self.concurrency,
        }
        self.write("inventory.json", {"cloudflare_zones": {"hosts": hosts}})
        self.write("variables.json", variables)
        self.write("zones.json", [{"id": zone_id, "name": name} for zone_id, name in names.items()])
        self.write("no_zones.json", [])
        for run in (*RUNS, *CHANGES):
            self.write(f"{run}.json", {"logpush_concurrency": self.concurrency, **EXTRA_VARIABLES.get(run, {})})
        if self.tofu:
            endpoint, token = self.simulator.hec_endpoint, self.simulator.hec_token
            destinations = {zone_id: destination_conf(name, endpoint, token) for zone_id, name in names.items()}
            self.tofu.write(self.folder / "tofu", names, destinations)
        (self.folder / "ansible.cfg").write_text(self.ansible_cfg, encoding="utf-8")

    def write(self, name: str, content: t.Any) -> None:
        """Write a file of JSON for the runs."""
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")

    def _command(self, way: str, run: str) -> list[str]:
        if way == "tofu" and self.tofu:
            return self.tofu.command(self.folder / "tofu", run, self.concurrency)
        if way in SCRIPTS:
            zones = "no_zones.json" if way in STARTS else "zones.json"
            threads = [] if way == "sdk" else ["--threads", str(self.concurrency)]
            apart = ["--enable-apart"] if self.enable_apart and way.startswith("sdk") else []
            return [sys.executable, str(HERE / SCRIPTS[way]), zones, *threads, *apart]
        if way == "task":
            return [*_ansible_playbook(PLAYBOOKS[way]), "--extra-vars", "@variables.json"]
        name = "edgeops.logpush.remove" if run == "remove" else PLAYBOOKS[way]
        return self.playbook(name, "inventory.json", "create.json" if way in STARTS else f"{run}.json")

    def playbook(self, name: str, inventory: str, variables: str) -> list[str]:
        """Return the command that runs a playbook with these files."""
        return [*_ansible_playbook(name), "--inventory", inventory, "--extra-vars", f"@{variables}"]

    def environment(self) -> dict[str, str]:
        """Return the environment of the runs."""
        return {
            **{name: value for name, value in os.environ.items() if not NEVER_INHERITED.match(name)},
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_FORKS": str(self.concurrency),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "CLOUDFLARE_API_TOKEN": self.simulator.api_token,
            "CLOUDFLARE_BASE_URL": self.simulator.api_url,
            "SPLUNK_HEC_TOKEN": self.simulator.hec_token,
            "SPLUNK_HEC_ENDPOINT": self.simulator.hec_endpoint,
            **tofu.environment(self.folder / "tofu"),
        }

    def _simulator_cpu_seconds(self) -> float | None:
        process = self.simulator.process
        return measuring.cpu_seconds_of(process.pid) if process else None

    def _failure(self, status: int, run: str, names: dict[str, str]) -> str:
        """Return in a few words what went wrong, "" if every zone has exactly its one correct job, or none at the
        end."""
        if status:
            return f"exit status {status}"
        jobs = self.simulator.jobs()
        wanted = 0 if run == "remove" else len(names)
        good = {job["scope_id"] for job in jobs if self._is_good(job["stored"], names.get(job["scope_id"]), run)}
        if len(good) != wanted or len(jobs) != wanted:
            return f"{len(good)} zones of {wanted} right, {len(jobs)} jobs"
        return ""

    def _is_good(self, job: dict[str, t.Any], name: str | None, run: str) -> bool:
        where = f"splunk://{self.simulator.hec_endpoint}/services/collector/raw?"
        output_options = job.get("output_options") or {}
        return (
            job.get("name") == name
            and job.get("dataset") == "http_requests"
            and job.get("enabled") is True
            and job.get("destination_conf", "").startswith(where)
            and output_options.get("timestamp_format") == "rfc3339"
            and output_options.get("sample_rate", 1) == (0.5 if run == "change" else 1)
        )


def _ansible_playbook(name: str) -> list[str]:
    return [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), name]
