# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start programs of Ansible as forks of this process, which has already imported Ansible and the libraries that it uses.

python tests/e2e/start_server.py ADDRESS: until the end of its input

Ansible reads its settings (the variables ANSIBLE_...) when it is imported, so this process has those with which it was started. A
program with the same settings is a fork. Apart from the time that Python and the imports need, it is what it is without this
process. A program with other settings is started as a user starts it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import pathlib
import pkgutil
import select
import signal
import socket
import sys
import typing as t

# What Ansible and the collection import in a run. One that is missing here only costs time.
LIBRARIES = (
    "ansible.cli.playbook",
    "ansible.executor.playbook_executor",
    "ansible.plugins.strategy.linear",
    "requests",
)
PLUGINS = ("callback", "connection", "inventory", "shell")


def settings_of(environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return the settings of Ansible in an environment."""
    return {name: value for name, value in environment.items() if name.startswith("ANSIBLE_")}


def import_libraries() -> None:
    """Import Ansible and what it uses."""
    packages = [importlib.import_module(f"ansible.plugins.{kind}") for kind in PLUGINS]
    plugins = [
        f"{package.__name__}.{found.name}" for package in packages for found in pkgutil.iter_modules(package.__path__)
    ]
    for name in (*LIBRARIES, *plugins):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def remember_metadata() -> None:
    """Parse the list of Ansible's own plugins, which is long, once."""
    finder = importlib.import_module("ansible.utils.collection_loader._collection_finder")
    release = pathlib.Path(importlib.import_module("ansible").__path__[0])
    parse = functools.lru_cache(maxsize=None)(finder._meta_yml_to_dict)
    parse((release / "config/ansible_builtin_runtime.yml").read_bytes(), ("ansible.builtin", "runtime.yml"))
    finder._meta_yml_to_dict = parse


def fork_for_each_order(address: str) -> dict[str, t.Any]:
    """Wait for orders, and return in each fork its order. Exit at the end of stdin."""
    # Ctrl-C ends the programs, and then the process that gave the orders.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen()
    # Who finds the address can connect to it.
    os.rename(f"{address}.new", address)
    gc.collect()
    gc.freeze()
    while True:
        if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
            reap(0)
            sys.exit()
        connection, _peer = listener.accept()
        if os.fork() == 0:
            listener.close()
            return order_of(connection)
        connection.close()
        reap(os.WNOHANG)


def reap(options: int) -> None:
    """Collect the forks that have ended, or all of them."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def order_of(connection: socket.socket) -> dict[str, t.Any]:
    """Return the order of a connection, in one more fork, whose exit status is the answer."""
    data, files, _flags, _peer = socket.recv_fds(connection, 1, 3)
    order: dict[str, t.Any] = json.loads(data + connection.makefile("rb").read())
    program = os.fork()
    if program:
        status = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
        connection.sendall(str(status).encode())
        os._exit(0)
    connection.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    return order


def run(command: t.Sequence[str], cwd: str, env: t.Mapping[str, str]) -> t.NoReturn:
    """Run a program of Ansible in this process, as a new Python would."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(cwd)
    if settings_of(env) != settings_of(os.environ):
        os.execve(command[0], list(command), dict(env))
    os.environ.clear()
    os.environ.update(env)
    sys.argv = list(command)
    sys.path[0:0] = [os.path.dirname(command[0]), *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
    sys.modules.pop("sitecustomize", None)
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("sitecustomize")
    # Each process has a folder of its own for temporary files.
    constants = importlib.import_module("ansible.constants")
    constants.DEFAULT_LOCAL_TMP = constants.config.get_config_value("DEFAULT_LOCAL_TMP")
    name = os.path.basename(command[0]).partition("-")[2]
    sys.exit(importlib.import_module(f"ansible.cli.{name}").main())


if __name__ == "__main__":
    # The folder of this file has an ansible.py of its own.
    sys.path.pop(0)
    import_libraries()
    remember_metadata()
    run(**fork_for_each_order(sys.argv[1]))
