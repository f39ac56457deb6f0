# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a job in a test as Tower and AWX do: with ansible-runner, in a folder that is created for the job and deleted
afterwards. Tower stores the events that the engine wrote, and shows the output.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import typing as t

from e2e.ansible import BIN, descendants
from module_tasks import CRASH
from simulator.process import Simulator

# Tower drops the result of an event that is longer.
MAX_EVENT_RES = 700_000


@dataclasses.dataclass
class Request:
    """The values that a user passes to a job template."""

    inventory: t.Mapping[str, t.Mapping[str, t.Any]]
    # The values from credentials: environment variables, and a file of extra variables.
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    secret_vars: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    # The extra variables of a survey, a workflow or the template.
    extra_vars: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    arguments: t.Sequence[str] = ()
    fact_storage: bool = False


class Job:
    """A finished job: the data that the engine stored."""

    def __init__(self, returncode: int, output: str, files: t.Mapping[str, str]) -> None:
        self.returncode = returncode
        self.output = output
        self.files = files
        events = [json.loads(text) for name, text in files.items() if "/job_events/" in name and name.endswith(".json")]
        self.events: list[dict[str, t.Any]] = sorted(events, key=lambda event: event["counter"])

    def of(self, kind: str) -> list[dict[str, t.Any]]:
        """Return the data of the events of a kind, such as C(runner_on_ok)."""
        return [event["event_data"] for event in self.events if event["event"] == kind]

    @property
    def stats(self) -> dict[str, t.Any]:
        """The summary: the number of tasks by C(failures), C(changed) and so on and by host, and C(artifact_data)."""
        [stats] = self.of("playbook_on_stats")
        return stats

    def hosts(self, kind: str) -> set[str]:
        """Return the hosts that the summary counts as C(failures), C(changed) and so on."""
        return {host for host, count in self.stats[kind].items() if count}

    @property
    def results(self) -> list[dict[str, t.Any]]:
        """The results of all tasks, as Tower keeps them."""
        return [event["event_data"]["res"] for event in self.events if "res" in event["event_data"]]


class Tower:
    """Runs jobs against a simulator, with only the installed collection, in one folder per job."""

    def __init__(self, simulator: Simulator, folder: pathlib.Path, collections: pathlib.Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.collections = collections
        self.bin = BIN

    def job(self, playbook: str, request: Request) -> Job:
        """Run a job to its end. No job may show a traceback, and none with C(--check) may write."""
        with self._laid_out(playbook, request) as folder:
            given = _files(folder)
            if "--check" in request.arguments:
                self.simulator.set_read_only(True, side="all")
            done = subprocess.run(
                self._command(folder),
                cwd=folder,
                env=self._environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            self.simulator.set_read_only(False, side="all")
            job = Job(done.returncode, done.stdout, _made(folder, given))
        assert job.events, done.stdout
        assert not CRASH.search("\n".join([done.stdout, *job.files.values()])), done.stdout
        return job

    def canceled(
        self, playbook: str, request: Request, when: t.Callable[[], t.Any], whom: str = "ansible-runner"
    ) -> None:
        """Run a job and end it once C(when) becomes true, with SIGTERM to the engine (which cancels the job) or to
        C(ansible-playbook). Soon afterwards, none of its processes may exist."""
        with self._laid_out(playbook, request) as folder, subprocess.Popen(
            self._command(folder),
            cwd=folder,
            env=self._environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            while not when():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
                    raise AssertionError("it ended before it could be canceled")
            there = descendants(process.pid)
            # The first child of the engine is ansible-playbook, whose children are the workers.
            os.kill(process.pid if whom == "ansible-runner" else there[0], signal.SIGTERM)
            process.wait(20)
            deadline = time.monotonic() + 10
            while left := [pid for pid in there if _lives(pid)]:
                assert time.monotonic() < deadline, f"{left} of {there} live on"
                time.sleep(0.1)

    @contextlib.contextmanager
    def _laid_out(self, playbook: str, request: Request) -> t.Iterator[pathlib.Path]:
        """Create the folder of a job, and delete it when the job has ended."""
        with tempfile.TemporaryDirectory(prefix="awx_", dir=self.folder) as name:
            folder = pathlib.Path(name)
            for part in ("project/collections", "inventory", "env", "tmp"):
                (folder / part).mkdir(parents=True)
            shutil.copytree(self.collections, folder / "requirements_collections", symlinks=True)
            _write(folder / "project/collections/requirements.yml", {"collections": [{"name": "edgeops.logpush"}]})
            _write(folder / "project/job.yml", [{"import_playbook": f"edgeops.logpush.{playbook}"}])
            _write(folder / "inventory/hosts.json", {"cloudflare_zones": {"hosts": request.inventory}})
            _write(folder / "env/extravars", request.extra_vars)
            _write(folder / "env/envvars", {**self._job_variables(folder), **request.environment})
            facts = {"fact_cache_type": "jsonfile", "fact_cache": "fact_cache"} if request.fact_storage else {}
            # How often the engine checks whether its job is canceled.
            _write(folder / "env/settings", {"pexpect_timeout": 1, **facts})
            arguments = list(request.arguments)
            if request.secret_vars:
                _write(folder / "env/secret", request.secret_vars)
                arguments += ["-e", f"@{folder}/env/secret"]
            (folder / "env/cmdline").write_text(" ".join(arguments), encoding="utf-8")
            for path in (folder / "env").iterdir():
                path.chmod(0o400)
            # Stricter than Tower: nothing may be written there.
            (folder / "project").chmod(0o555)
            yield folder

    def _job_variables(self, folder: pathlib.Path) -> dict[str, str]:
        return {
            "ANSIBLE_COLLECTIONS_PATH": str(folder / "requirements_collections"),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "AWX_HOST": "https://tower.example.com",
            "CLOUDFLARE_BASE_URL": self.simulator.api_url,
            "INVENTORY_ID": "1",
            "JOB_ID": "1",
            "MAX_EVENT_RES": str(MAX_EVENT_RES),
            "PROJECT_REVISION": "0" * 40,
        }

    def _command(self, folder: pathlib.Path) -> list[str]:
        return [str(self.bin / "ansible-runner"), "run", str(folder), "--playbook", "job.yml", "--ident", "1"]

    def _environment(self, folder: pathlib.Path) -> dict[str, str]:
        """The environment of a container, without that of the machine. Stricter than Tower: the home folder is
        read-only."""
        return {
            "ANSIBLE_HOME": str(folder / "tmp/.ansible"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "tmp/.ansible/tmp"),
            "HOME": os.devnull,
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(folder / "tmp"),
        }


def _lives(pid: int) -> bool:
    """Return whether a process is running; one that has ended stays listed until its parent reads its status."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    return bool(listed.strip()) and not listed.startswith("Z")


def _write(path: pathlib.Path, content: t.Any) -> None:
    """Write JSON, which is valid YAML."""
    path.write_text(json.dumps(content), encoding="utf-8")


def _files(folder: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _made(folder: pathlib.Path, given: t.Mapping[str, bytes]) -> dict[str, str]:
    """Return the files that a job wrote or changed. The engine stores its environment, including values from
    credentials, which Tower masks before it stores them. Everything else is stored unchanged."""
    made = {
        name: content.decode(errors="replace") for name, content in _files(folder).items() if content != given.get(name)
    }
    command = json.loads(made["artifacts/1/command"])
    injected = json.loads(given["env/envvars"])
    command["env"] = {name: value for name, value in command["env"].items() if name not in injected}
    return {**made, "artifacts/1/command": json.dumps(command, ensure_ascii=False)}
