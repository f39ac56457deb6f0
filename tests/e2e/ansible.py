# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook in a test, and evaluate its output and results."""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import typing as t

import pytest
from module_tasks import CRASH, JOB_MODULE, NEVER_INHERITED, Outcome, Task, faults, job, task
from secret_spellings import spellings, strings
from simulator.process import Simulator

from .starts import starter_for

__all__ = ["JOB_MODULE", "Outcome", "Task", "faults", "job", "task"]

OPERATIONS = ("Apply Logpush jobs", "Enable the jobs whose collectors are ready")
OUTCOME = "Report the zone's result"
HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
BIN = pathlib.Path(sys.executable).parent
# The Python of the modules, where it is not to be Ansible's own (`make matrix`).
TARGET_PYTHON = os.environ.get("E2E_TARGET_PYTHON")
GROUP = "group/edgeops.logpush.cloudflare"
SPLUNK_GROUP = "group/edgeops.logpush.splunk"
# For modules with an action plugin of the same name: both ways have the same result.
BOTH_WAYS = pytest.mark.parametrize("ansible", ["worker", "module"], indirect=True)


@functools.lru_cache(maxsize=None)
def folder_of_settings() -> pathlib.Path:
    """Return a folder with an empty ansible.cfg, so that no file of the machine is found."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="settings-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "ansible.cfg").touch()
    return folder


def settings() -> dict[str, str]:
    """Return the settings of Ansible with which the tests run, apart from those about something else."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "report",
        "ANSIBLE_CONFIG": str(folder_of_settings() / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder_of_settings() / "home"),
        "ANSIBLE_NOCOLOR": "1",
        # Off from 2.21 on; the tests search its contents for secrets.
        "ANSIBLE_INJECT_INVOCATION": "1",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def interruptible() -> None:
    """Let Ctrl-C and the end of the terminal reach the process that is about to start: tests in the background and
    under nohup ignore them, and child processes would inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def descendants(pid: int) -> list[int]:
    """Return all descendants of a process: workers of Ansible have their own sessions."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [deeper for child in found for deeper in descendants(child)]


def is_running(pid: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(moment: t.Callable[[], t.Any], process: subprocess.Popen[bytes]) -> None:
    """Wait until ``moment`` becomes true. The process must not end before."""
    while not moment():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            raise AssertionError("it ended before it could be killed")


class Run:
    """A finished run of ansible-playbook. Its errors are in the output, unless they were requested separately."""

    def __init__(self, returncode: int, output: str, report: str, errors: str = "") -> None:
        self.returncode = returncode
        self.output = output
        self.errors = errors
        # With the items of loops, and the attempts before the last one.
        self.recorded = [Outcome(**json.loads(line)) for line in report.splitlines()]
        self.outcomes = [outcome for outcome in self.recorded if outcome.status not in ("item", "retry")]
        # The results as Tower would keep them.
        self.report = json.dumps([outcome.result for outcome in self.outcomes])

    def leaks(self, *secrets: str) -> list[str]:
        """Return the tasks of which a callback receives a secret in any encoding: in a result, or in the data about
        the task itself."""
        found = []
        forms = set(itertools.chain.from_iterable(map(spellings, secrets)))
        for outcome in self.recorded:
            if "setup" in outcome.fields["action"] or "gather_facts" in outcome.fields["action"]:
                continue  # The facts of a machine contain its whole environment.
            received = "\n".join(strings([outcome.result, outcome.fields]))
            found += [f"{outcome.task} ({outcome.status}): {form}" for form in forms if form in received]
        return found

    def __getitem__(self, task: str) -> Outcome:
        """Return the result of a task that ran once."""
        found = [outcome for outcome in self.outcomes if outcome.task == task]
        assert len(found) == 1, f"{len(found)} outcomes of {task}\n{self.output}"
        return found[0]

    def zones(self) -> dict[str, tuple[str, bool]]:
        """Return the status of each zone that changed or failed, and whether a job of it changed, by its host. A zone that
        changed is a row of a result, and one that failed is a host."""
        rows = [
            row for outcome in self.outcomes if outcome.task in OPERATIONS for row in outcome.result.get("results", [])
        ]
        zones = {row["host"]: ("ok", True) for row in rows if row["changed"]}
        failed = {outcome.host for outcome in self.outcomes if outcome.task == OUTCOME and outcome.failed}
        return {**zones, **{host: ("failed", host in zones) for host in failed}}

    def jobs(self, host: str) -> list[dict[str, t.Any]]:
        """Return the rows of a rollout about a host."""
        rows = [
            row
            for outcome in self.outcomes
            if outcome.task == OPERATIONS[0]
            for row in outcome.result.get("results", [])
        ]
        return [row for row in rows if row["host"] == host]

    def on(self, host: str, task: str | None = None) -> Outcome:
        """Return the last outcome on a host, or that of a task on it."""
        return [outcome for outcome in self.outcomes if outcome.host == host and task in (None, outcome.task)][-1]


class Ansible:
    """Runs playbooks in a folder of the test, against a simulator."""

    def __init__(self, simulator: Simulator, folder: pathlib.Path, as_modules: bool = False) -> None:
        self.simulator = simulator
        self.as_modules = as_modules
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not NEVER_INHERITED.match(name)},
            **settings(),
            "CLOUDFLARE_API_TOKEN": simulator.api_token,
            "CLOUDFLARE_BASE_URL": simulator.api_url,
            "E2E_CONTROL_URL": simulator.control_url,
        }

    def shorten_waits(self) -> None:
        """Let the modules wait only a twentieth of each pause between two looks. Timeouts stay as they are."""
        paths = [str(HERE / "short_waits"), self.environment.get("PYTHONPATH", "")]
        self.environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))

    def tasks(
        self,
        *tasks: Task,
        arguments: t.Sequence[str] = (),
        defaults: t.Mapping[str, t.Any] | None = None,
        splunk: t.Mapping[str, t.Any] | None = None,
        **more: t.Any,
    ) -> Run:
        """Run tasks on localhost, one after the other; ``defaults`` are options of every job, ``splunk`` those of
        every module for Splunk's management."""
        play = {
            "name": "Test",
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {
                GROUP: {"timeout": 10, "retries": 1, **(defaults or {})},
                SPLUNK_GROUP: {"timeout": 10, "retries": 1, **(splunk or {})},
            },
            "tasks": list(tasks),
        }
        return self.playbook([play], *arguments, **more)

    def playbook(
        self,
        playbook: str | list[dict[str, t.Any]],
        *arguments: str,
        inventory: t.Mapping[str, t.Any] | None = None,
        environment: t.Mapping[str, str] | None = None,
        crash_allowed: bool = False,
        errors_apart: bool = False,
    ) -> Run:
        """Run a playbook, given by its name or as data, on an inventory, given as hosts with their variables.

        A run that shows a traceback fails the test. ``errors_apart`` keeps stderr out of the output.
        """
        report = self.folder / "report.jsonl"
        report.unlink(missing_ok=True)
        command = self._command(playbook, arguments, inventory)
        env = {**self.environment, "E2E_REPORT": str(report), **(environment or {})}
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile(
            "w+", encoding="utf-8"
        ) as err:
            status = starter_for(settings()).run(command, self.folder, env, out, err if errors_apart else out)
            output, errors = (file.seek(0) or file.read() for file in (out, err))
        written = report.read_text(encoding="utf-8") if report.exists() else ""
        assert crash_allowed or not CRASH.search(output + errors + written), output + errors
        run = Run(status, output, written, errors)
        leaks = [] if isinstance(playbook, list) or not run.recorded else run.leaks(*self._secrets())
        assert leaks == [], leaks
        return run

    def _secrets(self) -> set[str]:
        """Return the passwords and tokens of the simulator, which no callback may receive."""
        found = {token["token"] for token in self.simulator.state()["hec_tokens"]}
        return {*found, self.simulator.api_token, self.simulator.splunk_password, self.simulator.splunk_auth_token}

    def killed(
        self,
        playbook: str | list[dict[str, t.Any]],
        *arguments: str,
        when: t.Callable[[], t.Any],
        inventory: t.Mapping[str, t.Any] | None = None,
        by: signal.Signals = signal.SIGKILL,
        stopped_when: t.Callable[[], t.Any] | None = None,
        with_children: bool = True,
    ) -> list[int]:
        """Run a playbook as ``playbook`` does, kill it with all its children once ``when`` becomes true, and return
        the children. After a signal that it can handle, it must end soon.

        ``stopped_when``: ansible-playbook itself is stopped once this becomes true. Without C(with_children) its
        children are not killed.
        """
        with subprocess.Popen(
            self._command(playbook, arguments, inventory),
            cwd=self.folder,
            env={**self.environment, "E2E_REPORT": str(self.folder / "killed.jsonl")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=interruptible,  # noqa: PLW1509  this process has no threads
        ) as process:
            if stopped_when:
                wait_for(stopped_when, process)
                process.send_signal(signal.SIGSTOP)
            wait_for(when, process)
            children = descendants(process.pid)
            for pid in [process.pid, *children] if with_children and by == signal.SIGKILL else [process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, by)
            process.wait(10)
        return children

    def _command(
        self,
        playbook: str | list[dict[str, t.Any]],
        arguments: t.Sequence[str],
        inventory: t.Mapping[str, t.Any] | None,
    ) -> list[str]:
        command = [str(BIN / "ansible-playbook"), *arguments]
        if inventory is not None:
            command += ["-i", self._file("inventory.json", {"cloudflare_zones": {"hosts": inventory}})]
        if isinstance(playbook, str):
            return [*command, playbook]
        # A task with an environment of its own is never run in the worker.
        own = {"environment": {"E2E_WAY": "module"}} if self.as_modules else {}
        target = {"ansible_python_interpreter": TARGET_PYTHON} if TARGET_PYTHON else {}
        plays = [{**own, **play, "vars": {**target, **play.get("vars", {})}} for play in playbook]
        return [*command, self._file("playbook.json", plays)]

    def _file(self, name: str, content: t.Any) -> str:
        """Write JSON, which is valid YAML."""
        path = self.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return str(path)
