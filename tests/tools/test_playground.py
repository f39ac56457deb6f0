# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(make play) as a user runs it: the program in one terminal, and the commands that it prints in another."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import typing as t
import urllib.parse

import pytest
from e2e.ansible import CHECKOUT, descendants, interruptible, is_running
from module_tasks import NEVER_INHERITED
from simulator.process import Simulator

PROGRAM = CHECKOUT / "tests/play/run.py"
SET_BY_PYTEST = ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH")
SHELLS = [shell for shell in ("sh", "bash", "zsh") if shutil.which(shell)]
SECONDS = 60


def users_environment() -> dict[str, str]:
    """Return the environment of a user's shell, with settings of their own that must not matter."""
    inherited = {name: value for name, value in os.environ.items() if not NEVER_INHERITED.match(name)}
    strange = {
        "CLOUDFLARE_EMAIL": "me@example.com",
        "ANSIBLE_INVENTORY": "/nowhere",
        "ANSIBLE_VAULT_PASSWORD_FILE": "/nowhere",
        "ANSIBLE_STDOUT_CALLBACK": "minimal",
        "https_proxy": "http://localhost:9",
    }
    return {name: value for name, value in {**inherited, **strange}.items() if name not in SET_BY_PYTEST}


class Playground:
    """The running program and its output."""

    def __init__(self, folder: pathlib.Path, *options: str, started_by: t.Sequence[str] = ()) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [*started_by, sys.executable, str(PROGRAM), "--folder", str(folder), *options],
            env=users_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=interruptible,  # noqa: PLW1509  this process has no threads
        )

    def read(self) -> None:
        """Wait for the text for the user, and parse it."""
        assert self.process.stdout
        lines = iter(self.process.stdout.readline, "")
        self.printed = "".join(take_until(lambda line: line.startswith("Ctrl-C"), lines))
        self.source, *self.commands = re.findall(r"^    (.*)$", self.printed, re.MULTILINE)
        self.processes = [self.process.pid, *descendants(self.process.pid)]
        self.simulator = Simulator()
        self.simulator.control_url = self.shell('printf %s "$PLAYGROUND_CONTROL_URL"').stdout

    def shell(self, command: str, shell: str = "sh", folder: str = "/") -> subprocess.CompletedProcess[str]:
        """Paste the line to source, then a command, into a new shell."""
        return subprocess.run(
            [shell],
            input=f"{self.source}\n{command}\n",
            cwd=folder,
            env=users_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def end(self, by: signal.Signals, whole_terminal: bool) -> str:
        """Send a signal to the program, or to all processes of its terminal, and return the complete output."""
        (os.killpg if whole_terminal else os.kill)(self.process.pid, by)
        return self.process.communicate(timeout=SECONDS)[0]

    def left_behind(self) -> list[t.Any]:
        """Return what is left of it: processes, the folder, ports that answer."""
        address = urllib.parse.urlsplit(self.simulator.control_url)
        with socket.socket() as client:
            answers = client.connect_ex((address.hostname, address.port)) == 0
        alive = [pid for pid in self.processes if is_running(pid)]
        return [*alive, *([self.folder] if self.folder.exists() else []), *([address.port] if answers else [])]


def take_until(is_last: t.Callable[[str], bool], lines: t.Iterator[str]) -> t.Iterator[str]:
    """Yield lines up to the last wanted one, which is included."""
    for line in lines:
        yield line
        if is_last(line):
            return


@contextlib.contextmanager
def playground(folder: pathlib.Path, *options: str, **more: t.Any) -> t.Iterator[Playground]:
    """Run the program, and end all of its processes after the test."""
    running = Playground(folder, *options, **more)
    try:
        running.read()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(SECONDS)


def test_the_printed_commands_lead_from_the_first_job_to_a_repaired_one(tmp_path):
    # A checkout can lie in a folder with a space in its name.
    with playground(tmp_path / "my playground") as play:
        assert len(play.printed.splitlines()) <= 25, play.printed
        check, apply, look, break_it, mend = play.commands
        shells = itertools.cycle(SHELLS)

        run = play.shell(check, next(shells))
        assert run.returncode == 0, run.stdout
        assert re.search(r"(?m)^7 to create\. Apply exactly this", run.stdout), run.stdout
        state = play.simulator.state()
        assert (state["jobs"], state["hec_tokens"], state["hec_open"]) == ([], [], False)

        run = play.shell(apply, next(shells))
        assert run.returncode == 0, run.stdout
        state = play.simulator.state()
        assert [token["name"] for token in state["hec_tokens"]] == ["cloudflare"]
        assert set(state["received"]["job_id"]) >= {str(job["id"]) for job in state["jobs"]}
        assert len(delivering(play)) == 7

        run = play.shell(look, next(shells))
        assert run.returncode == 0, run.stdout
        assert "<html" in (play.folder / "audit.html").read_text(encoding="utf-8")

        run = play.shell(break_it, next(shells))
        assert run.returncode == 2, run.stdout
        # The errors that Cloudflare reports for the jobs, and the finding about the collector itself.
        assert "x509: certificate has expired" in run.stdout
        assert re.search(r"7 auto-disabled, .*\b1 certificate\b", run.stdout), run.stdout
        assert [job["stored"]["enabled"] for job in play.simulator.jobs()] == [False] * 7

        run = play.shell(mend, next(shells))
        assert run.returncode == 0, run.stdout
        assert len(delivering(play)) == 7
        assert play.simulator.state()["settings"]["certificate"] == "valid"

        # Ctrl-C goes to all processes of the terminal.
        assert "Traceback" not in play.end(signal.SIGINT, whole_terminal=True)
        assert (play.process.returncode, play.left_behind()) == (0, [])


def delivering(play: Playground) -> list[int]:
    """Return the jobs that are enabled and delivered last time."""
    stored = {job["id"]: job["stored"] for job in play.simulator.jobs()}
    return [
        job
        for job, fields in stored.items()
        if fields["enabled"] and fields["last_complete"] and not fields["last_error"]
    ]


def test_a_thousand_zones_come_from_the_inventory_plugin(tmp_path):
    with playground(tmp_path / "play", "--large") as play:
        listed = json.loads(play.shell("ansible-inventory --list 2>/dev/null").stdout)
        assert len(listed["cloudflare_zones"]["hosts"]) == 1000
        assert len(listed["plan_free_website"]["hosts"]) == 250
        assert len(play.simulator.state()["zones"]) == 1000
        assert "1,000 zones" in play.printed
        assert play.shell("command -v ansible-playbook").stdout.strip() == str(
            pathlib.Path(sys.executable).with_name("ansible-playbook")
        )
        # The terminal closes.
        play.end(signal.SIGHUP, whole_terminal=True)
        assert (play.process.returncode, play.left_behind()) == (0, [])


def test_a_second_playground_says_that_one_is_running(tmp_path):
    with playground(tmp_path / "play") as play:
        second = play_once("--folder", str(play.folder))
        assert second.returncode == 1
        assert f"another playground is already running (process {play.process.pid})" in second.stderr
        assert play.source in second.stderr
        # It does not change the first one.
        assert play.shell("collector-certificate wrong_host").stdout == (
            "The collector now presents a certificate for another host name.\n"
        )
        play.end(signal.SIGTERM, whole_terminal=False)
        assert (play.process.returncode, play.left_behind()) == (0, [])


def test_files_of_a_killed_playground_are_replaced_and_those_of_others_kept(tmp_path):
    folder = tmp_path / "play"
    (folder / "group_vars").mkdir(parents=True)
    (folder / "group_vars/old.yml").touch()
    refused = play_once("--folder", str(folder))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"The playground cannot start: {folder} contains other files. Name a new folder.\n"
    assert (folder / "group_vars/old.yml").exists()
    # A playground marks its folder.
    (folder / "running").touch()
    # The program also ends when its parent ends.
    with playground(folder, started_by=["sh", "-c", '"$0" "$@"; exit $?']) as play:
        assert not (folder / "group_vars/old.yml").exists()
        play.end(signal.SIGKILL, whole_terminal=False)
        deadline = time.monotonic() + SECONDS
        while play.left_behind() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert play.left_behind() == []


def test_ctrl_c_during_the_imports_shows_no_traceback(tmp_path):
    interrupt = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    # Python finds this before its own package, which the client of the simulator imports.
    (tmp_path / "http.py").write_text(interrupt, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(PROGRAM), "--folder", str(tmp_path / "play")],
        env={**users_environment(), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=interruptible,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")
    assert not (tmp_path / "play").exists()


def test_options_are_explained():
    helped = play_once("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "--large" in helped.stdout
    wrong = play_once("--larg")
    assert wrong.returncode == 2
    assert wrong.stderr.endswith("make play: error: unrecognized arguments: --larg\n")


def play_once(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a case in which it ends by itself."""
    return subprocess.run(
        [sys.executable, str(PROGRAM), *options],
        env=users_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.parametrize(
    "arguments", [["help"], ["--dry-run", "--old-file", ".cache/venv-run/ready", "play", "OPTIONS=--large"]]
)
def test_make_has_the_target(arguments):
    done = subprocess.run(["make", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert re.search(r"(?m)^(make play |\.cache/venv-run/bin/python tests/play/run\.py --large$)", done.stdout)
