# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a child process, for tests, the demo and the benchmark: one synchronous class."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.parse

from .connections import Connections
from .settings import Settings
from .state import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_ACS_TOKEN,
    DEFAULT_API_TOKEN,
    DEFAULT_CONFIG,
    DEFAULT_HEC_TOKEN,
    DEFAULT_SPLUNK_PASSWORD,
    DEFAULT_SPLUNK_TOKEN,
    DEFAULT_SPLUNK_USER,
)

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class SimulatorError(RuntimeError):
    """The simulator did not start, or refused a control call."""


class Simulator:
    """A running simulator; use it as a context manager, or call ``start`` and ``stop``.

    ``options`` are further command line options (``["--state-file", ...]``), ``python`` another interpreter for it.
    With ``empty_splunk`` HEC is off and has no token, as after Splunk's installation; ``reset`` goes back to that.
    With the option ``--topology``, there are several Splunk instances: ``nodes`` has the addresses of each, ``hec_endpoint`` is
    the load balancer, ``management_url`` the instance that searches or manages the others, ``splunk_home`` its folder.
    """

    api_token = DEFAULT_API_TOKEN
    hec_token = DEFAULT_HEC_TOKEN
    account_id = DEFAULT_ACCOUNT_ID
    splunk_username = DEFAULT_SPLUNK_USER
    splunk_password = DEFAULT_SPLUNK_PASSWORD
    splunk_auth_token = DEFAULT_SPLUNK_TOKEN
    acs_token = DEFAULT_ACS_TOKEN
    acs_stack = Settings.acs_stack
    zone_ids: t.ClassVar = {zone["name"]: zone["id"] for zone in DEFAULT_CONFIG["zones"]}

    def __init__(
        self,
        push_interval: float = 1.0,
        options: t.Sequence[str] = (),
        python: str = sys.executable,
        empty_splunk: bool = False,
    ) -> None:
        self.push_interval = push_interval
        self.options = [*(["--empty-splunk"] if empty_splunk else []), *options]
        self.python = python
        self.api_url = self.control_url = self.hec_endpoint = self.hec_url = self.ca_file = ""
        self.management_url = self.acs_url = self.splunk_home = ""
        self.nodes: list[dict[str, str]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._connections = Connections()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> Simulator:
        """Start the process and wait until every server listens. Raises SimulatorError."""
        self._folder = tempfile.TemporaryDirectory(prefix="simulator-")
        ready = pathlib.Path(self._folder.name) / "ready.json"
        command = [
            self.python,
            "-m",
            "simulator",
            "--ready-file",
            str(ready),
            "--parent-pid",
            str(os.getpid()),
            "--push-interval",
            str(self.push_interval),
            *self.options,
        ]
        tests = str(pathlib.Path(__file__).resolve().parent.parent)
        path = os.pathsep.join([tests, *filter(None, [os.environ.get("PYTHONPATH")])])
        # The process has its own session, so the signals of a terminal reach only the parent, which stops it.
        self.process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SimulatorError("the simulator did not start")
            time.sleep(0.02)
        for name, value in json.loads(ready.read_text(encoding="utf-8")).items():
            if name != "pid":
                setattr(self, name, value)
        return self

    def stop(self) -> None:
        """End the process and remove its files; do nothing if it is not running."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
            self._connections.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def destination_conf(self, token: str | None = None, **parameters: str) -> str:
        """Return a ``splunk://`` destination of this collector, with further query parameters as given."""
        query = {
            "channel": "11111111-2222-4333-8444-555555555555",
            "insecure-skip-verify": "false",
            "sourcetype": "cloudflare:json",
            "header_Authorization": f"Splunk%20{token or self.hec_token}",
            **parameters,
        }
        joined = "&".join(f"{key}={value}" for key, value in query.items())
        return f"splunk://{self.hec_endpoint}/services/collector/raw?{joined}"

    def environment(self) -> dict[str, str]:
        """Return the environment variables with which Ansible works on this simulator."""
        return {
            "CLOUDFLARE_API_TOKEN": self.api_token,
            "CLOUDFLARE_BASE_URL": self.api_url,
            "SPLUNK_MANAGEMENT_URL": self.management_url,
            "SPLUNK_USERNAME": self.splunk_username,
            "SPLUNK_PASSWORD": self.splunk_password,
        }

    def variables(self) -> dict[str, t.Any]:
        """Return the variables of the playbooks for this simulator: they trust its certificates and wait seconds where the
        real Cloudflare needs minutes.
        """
        return {
            "splunk_hec_ca_path": self.ca_file,
            "splunk_hec_probe_ca_path": self.ca_file,
            "logpush_audit_ca_path": self.ca_file,
            "splunk_logpush_verify_interval": 1,
            "splunk_logpush_verify_timeout": 60,
            "splunk_hec_search_interval": 1,
            "splunk_hec_rotation_settle": 1,
            "splunk_hec_rotation_grace": 1,
        }

    def state(self) -> dict[str, t.Any]:
        """Return everything that the simulator knows (control call ``state``)."""
        return self._control("GET", "state")

    def requests(self, **filters: str) -> list[dict[str, t.Any]]:
        """Return the recorded requests. Filters: ``side``, ``method``, ``path`` (a part of it)."""
        return self._control("GET", _with_query("requests", filters))

    def request_counts(self) -> list[dict[str, t.Any]]:
        """Return the number of requests by ``side``, ``method`` and ``status``, also of those no longer kept."""
        return self._control("GET", "request_counts")

    def jobs(self) -> list[dict[str, t.Any]]:
        """Return the jobs as in ``state``, which is long with many thousands of zones."""
        return self._control("GET", "jobs")

    def events(self, **filters: t.Any) -> list[dict[str, t.Any]]:
        """Return received events; filters: ``token host dataset sourcetype channel job_id limit``."""
        return self._control("GET", _with_query("events", filters))

    def reset(self, **config: t.Any) -> None:
        """Start over; config: the keys of README.md, such as ``zones``, ``hec_tokens`` or ``settings``."""
        settings = {"push_interval": self.push_interval, **config.get("settings", {})}
        self._control("POST", "reset", {**config, "settings": settings})

    def change_settings(self, **settings: t.Any) -> dict[str, t.Any]:
        """Change some settings and keep everything else."""
        return self._control("PATCH", "settings", settings)

    def set_props(self, props: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        """Replace Splunk's settings of source types (props.conf), such as ``CLOUDFLARE_PROPS`` of ``splunk_state``."""
        self._control("PUT", "props", props)

    def change_node(self, node: int | str, **changes: t.Any) -> dict[str, t.Any]:
        """Change one instance, by its number or its name: ``settings``, ``hec_tokens``, ``hec_settings``, ``indexes``, ``props``,
        ``dropped`` (from the load balancer). Return it as in ``state``.
        """
        return self._control("PATCH", f"nodes/{node}", changes)

    def stop_node(self, node: int | str) -> None:
        """Close the ports of an instance, as if its host were down."""
        self.change_node(node, down=True)

    def start_node(self, node: int | str) -> None:
        """Start an instance again."""
        self.change_node(node, down=False)

    def phone_home(self, node: int | str) -> None:
        """Let a client of the deployment server phone home now, and wait for it."""
        self._control("POST", f"nodes/{node}/phone_home", {})

    def change_cluster(self, **changes: t.Any) -> None:
        """Set ``busy_looks`` (for how many looks somebody else's push is in progress) or ``maintenance``."""
        self._control("POST", "cluster", changes)

    def add_job(self, **job: t.Any) -> dict[str, t.Any]:
        """Store a job unchecked, as if made in the dashboard; takes ``zone_id`` or ``account_id`` and its fields."""
        return self._control("POST", "jobs", job)

    def change_job(self, job_id: int, **fields: t.Any) -> dict[str, t.Any]:
        """Set stored fields of a job, such as ``last_error``."""
        return self._control("PATCH", f"jobs/{job_id}", fields)

    def age_failure(self, job_id: int, hours: float) -> dict[str, t.Any]:
        """Extend the time for which a job has been failing by some hours."""
        return self._control("POST", f"jobs/{job_id}/age", {"hours": hours})

    def set_faults(self, *faults: dict[str, t.Any]) -> None:
        """Replace the faults; an empty list clears them. The keys are those of ``faults.Fault``."""
        self._control("POST", "faults", list(faults))

    def set_read_only(self, on: bool = True, side: str = "api") -> None:
        """Refuse writes on a side (``api``, ``splunk``, ``acs``, ``all``) from now on, and record each in ``violations``.
        Logins and searches are not writes.
        """
        self._control("POST", "read_only", {"on": on, "side": side})

    def violations(self) -> list[dict[str, t.Any]]:
        """Return the writes that were received in read-only mode."""
        return self._control("GET", "violations")

    def set_latency(self, **seconds: float) -> None:
        """Delay every request to a side (``api``, ``hec``, ``splunk``, ``acs``) by this many seconds."""
        self._control("POST", "latency", seconds)

    def push(self) -> int:
        """Deliver one batch of every enabled job, wait for it, and return the number of jobs."""
        return int(self._control("POST", "push", {})["jobs"])

    def push_at(self, seconds_ago: float, rounds: int = 1, interval: float = 0.0) -> int:
        """Deliver as ``push`` does, at a time in the past, for the collector and for Cloudflare. Further ``rounds`` follow,
        each ``interval`` seconds after the one before it.
        """
        order = {"seconds_ago": seconds_ago, "rounds": rounds, "interval": interval}
        return int(self._control("POST", "push", order)["jobs"])

    def uploads(self, **filters: t.Any) -> list[dict[str, t.Any]]:
        """Return the attempts to upload a batch; filters: any key of an upload, such as ``job_id`` and ``status``."""
        return self._control("GET", _with_query("uploads", filters))

    def wipe_requests(self) -> None:
        """Forget the recorded requests and violations."""
        self._control("POST", "wipe_requests", {})

    def control(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """Make any control call and return its answer. Raises SimulatorError if it is refused."""
        return self._control(method, path, body)

    def _control(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """Make a control call. Raises SimulatorError with the message of a refusal."""
        status, answer = self._connections.send(method, f"{self.control_url}/{path}", body)
        if status != 200:
            raise SimulatorError(f"{method} {path}: {answer}")
        return json.loads(answer)


def _with_query(path: str, filters: t.Mapping[str, t.Any]) -> str:
    """Return a path with filters as its query."""
    return f"{path}?{urllib.parse.urlencode(filters)}" if filters else path
