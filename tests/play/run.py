# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep a simulated Cloudflare and Splunk running, and print commands to try in a second shell: C(make play).

python tests/play/run.py [--large] [--folder FOLDER] [--help]

Ctrl-C, SIGTERM, or the end of the terminal or of make ends it, and removes the folder with everything in it.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shlex
import shutil
import signal
import sys
import time
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

# Ctrl-C during the imports ends the program without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# pylint: disable=wrong-import-position
from simulator.process import Simulator, SimulatorError  # noqa: E402

import conftest  # noqa: E402  # it makes the collection importable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# This file exists while a playground uses the folder. It contains the process ID.
LOCK = "running"
AUDIT_PAGE = "audit.html"
# The user's own settings of Ansible, such as a vault password file or another form of the output. Other credentials, which the
# collection would use too.
ANSIBLE_SETTINGS = r"$(env | sed -n 's/^\(ANSIBLE_[A-Z0-9_]*\)=.*/\1/p')"
UNSET = ("CLOUDFLARE_TOKEN", "CLOUDFLARE_EMAIL", "CLOUDFLARE_API_KEY", "SPLUNK_URL", "SPLUNK_AUTH_TOKEN")
LARGE = 1000
PLANS = ("Enterprise Website", "Business Website", "Pro Website", "Free Website")
# Every zone costs several requests and sends events: the rate limit is lifted, and there are few events.
LARGE_SETTINGS = {"rate_limit_requests": 1_000_000, "events_per_push": 1}
LARGE_VARIABLES = {"splunk_logpush_verify_interval": 2, "logpush_failed_hosts": 10}
ANSIBLE_CFG = """\
# Show only tasks that change or fail, and the reports.
[defaults]
display_ok_hosts = false
display_skipped_hosts = false
localhost_warning = false
"""
GUIDE = """\
The playground is running: {zones} zones at a simulated Cloudflare, and a simulated Splunk with HEC off.
Inventory: {inventory}

Open a second shell (bash, zsh or sh) and paste this line:

    . {env}

Then paste these commands one by one:

{commands}
To go on, change the inventory or group_vars beside it, and run: ansible-playbook edgeops.logpush.rollout --check --diff
Ctrl-C here ends the playground and removes its files. Then close the second shell: it still has the simulated credentials.\
"""


class Ended(Exception):
    """A signal requests the end, or the process that could send one is gone."""


class Refused(Exception):
    """The playground cannot start; the text says why."""


def main() -> int:
    """Run the playground until a signal ends it, and return the exit status."""
    chosen = arguments()
    try:
        end_on_signals()
        with held(chosen.folder) as folder, running(folder, chosen.large) as simulator:
            inventory = write_files(folder, simulator, chosen.large)
            print(guide(folder, inventory, chosen.large), flush=True)
            wait(simulator)
    except Ended:
        with contextlib.suppress(OSError):  # the terminal can be gone
            print("\nThe playground has ended, and its files are removed.", flush=True)
        return 0
    except (Refused, OSError) as error:
        print(f"The playground cannot start: {error}", file=sys.stderr)
        return 1
    except SimulatorError as error:
        print(f"The playground ends: {error}", file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="make play",
        usage='make play [OPTIONS="--large --folder FOLDER"]',
        description="Keep a simulated Cloudflare and Splunk running, and print commands to try in a second shell.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--large", action="store_true", help="1,000 zones, listed by the inventory plugin, instead of 5"
    )
    parser.add_argument(
        "--folder",
        type=lambda text: pathlib.Path(text).resolve(),
        default=conftest.CACHE / "play",
        help="where to put the files, which are removed at the end (default: .cache/play)",
    )
    return parser.parse_args()


def end_on_signals() -> None:
    """Let the first signal raise Ended, and ignore those that follow, so that nothing interrupts the end."""

    def end(number: int, frame: t.Any) -> None:
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise Ended

    for one in SIGNALS:
        # With nohup, the playground outlives its terminal.
        if one != signal.SIGHUP or signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, end)


@contextlib.contextmanager
def held(folder: pathlib.Path) -> t.Iterator[pathlib.Path]:
    """Make the folder, keep other playgrounds out of it, and remove it at the end. Raises Refused."""
    if folder.exists() and not (folder / LOCK).exists() and any(folder.iterdir()):
        raise Refused(f"{folder} contains other files. Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Refused(
                f"another playground is already running (process {lock.read()}).\n"
                f"To use it: . {shlex.quote(str(folder / 'env'))}\nTo end it, press Ctrl-C in its terminal."
            ) from error
        try:
            remove_leftovers(folder)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(folder: pathlib.Path) -> None:
    """Remove the files of a playground that was killed."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


@contextlib.contextmanager
def running(folder: pathlib.Path, large: bool) -> t.Iterator[Simulator]:
    """Run the simulator, with an empty Splunk."""
    options, push_interval = [], 1.0
    if large:
        config = folder / "simulator.json"
        config.write_text(json.dumps({"zones": many_zones(), "settings": LARGE_SETTINGS}), encoding="utf-8")
        options, push_interval = ["--config", str(config)], 10.0
    simulator = Simulator(push_interval, options, empty_splunk=True)
    try:
        yield simulator.start()
    finally:
        simulator.stop()


def many_zones() -> list[dict[str, str]]:
    """Return the zones of the large playground."""
    account = {"account_id": Simulator.account_id, "account_name": "Example Industries"}
    return [
        {"id": f"{number:032x}", "name": f"shop{number:04}.example.com", "plan": PLANS[number % len(PLANS)], **account}
        for number in range(1, LARGE + 1)
    ]


def write_files(folder: pathlib.Path, simulator: Simulator, large: bool) -> pathlib.Path:
    """Write everything that the second shell needs, and return the inventory."""
    inventory = folder / ("large.cloudflare_zones.yml" if large else "inventory.yml")
    shutil.copy(HERE / "sample" / inventory.name, inventory)
    shutil.copytree(HERE / "sample/group_vars", folder / "group_vars")
    variables = {
        **simulator.variables(),
        **(LARGE_VARIABLES if large else {}),
        "logpush_audit_html": str(folder / AUDIT_PAGE),
    }
    write(
        folder / "group_vars/all.yml",
        "# For the playground only: certificates of the simulator to trust, short waits, and where the audit writes its page.",
        *(f"{name}: {json.dumps(value)}" for name, value in variables.items()),
    )
    write(folder / "ansible.cfg", ANSIBLE_CFG)
    command = folder / "bin/collector-certificate"
    command.parent.mkdir()
    write(command, "#!/bin/sh", f'exec {shlex.join([sys.executable, str(HERE / "certificate.py")])} "$@"')
    command.chmod(0o755)
    write(folder / "env", *environment(folder, simulator, inventory))
    return inventory


def write(path: pathlib.Path, *lines: str) -> None:
    """Write a text file."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def environment(folder: pathlib.Path, simulator: Simulator, inventory: pathlib.Path) -> t.Iterator[str]:
    """Yield the lines of the file to source, which every POSIX shell understands."""
    variables = {
        **simulator.environment(),
        "SPLUNK_HEC_ENDPOINT": simulator.hec_endpoint,
        "SPLUNK_HEC_TOKEN": simulator.hec_token,
        "PLAYGROUND_CONTROL_URL": simulator.control_url,
        "ANSIBLE_COLLECTIONS_PATH": conftest.ROOT,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_INVENTORY": str(inventory),
        "no_proxy": "localhost,127.0.0.1",
        "NO_PROXY": "localhost,127.0.0.1",
    }
    yield "# Source this file in a shell to connect it to the playground. Close that shell when the playground has ended."
    yield f"unset {ANSIBLE_SETTINGS} {' '.join(UNSET)}"
    for name, value in variables.items():
        yield f"export {name}={shlex.quote(value)}"
    programs = [str(folder / "bin"), str(pathlib.Path(sys.executable).parent)]
    yield f'export PATH={shlex.quote(os.pathsep.join(programs))}:"$PATH"'


def guide(folder: pathlib.Path, inventory: pathlib.Path, large: bool) -> str:
    """Return the text for the user."""
    commands = "".join(
        f"{number}. {purpose}\n    {command}\n" for number, (command, purpose) in enumerate(steps(folder, large), 1)
    )
    return GUIDE.format(
        zones=f"{LARGE:,}" if large else len(Simulator.zone_ids),
        inventory=f"{inventory} (the inventory plugin lists the zones from Cloudflare)" if large else inventory,
        env=shlex.quote(str(folder / "env")),
        commands=commands,
    )


def steps(folder: pathlib.Path, large: bool) -> list[tuple[str, str]]:
    """Return the commands to try, each with what it shows."""
    # A search for each of many zones takes minutes.
    site = "ansible-playbook edgeops.logpush.site" + (" --skip-tags search" if large else "")
    arrival = "waits until they deliver" if large else "waits until Splunk has events of every zone"
    return [
        (f"{site} --check", "The plan: what would be created in Splunk and at Cloudflare. Nothing is written."),
        (site, f"The first jobs: enables HEC, creates index, token and jobs, and {arrival}."),
        (
            "ansible-playbook edgeops.logpush.verify edgeops.logpush.audit",
            f"All is well: every job delivers, and nothing needs attention. Open {folder / AUDIT_PAGE} in a browser.",
        ),
        (
            "collector-certificate expired && ansible-playbook edgeops.logpush.audit",
            "A broken certificate: it expires, Cloudflare disables the jobs, and the audit fails and says why.",
        ),
        (
            "collector-certificate valid && ansible-playbook edgeops.logpush.repair edgeops.logpush.verify",
            "The repair: the certificate is valid again, the jobs are enabled, and they deliver.",
        ),
    ]


def wait(simulator: Simulator) -> None:
    """Wait for a signal. Raises Ended if make or the shell that started this is gone, and SimulatorError if the simulator is."""
    parent = os.getppid()
    while os.getppid() == parent:
        if simulator.process is None or simulator.process.poll() is not None:
            raise SimulatorError("the simulator stopped unexpectedly. Start the playground again.")
        time.sleep(0.5)
    raise Ended


if __name__ == "__main__":
    sys.exit(main())
