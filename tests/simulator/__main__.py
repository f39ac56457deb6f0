# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the simulator: ``PYTHONPATH=tests python -m simulator --help``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pathlib
import signal
import ssl
import tempfile
import typing as t

from aiohttp import web

from .certificates import Certificates, careless_context
from .cloudflare import cloudflare_app
from .control import control_app
from .delivery import Delivery
from .hec import collector_app
from .state import State

# Requests that hang on purpose must not keep the program from ending.
SHUTDOWN_SECONDS = 0.2


def arguments() -> argparse.Namespace:
    """Gives the options of the command line."""
    parser = argparse.ArgumentParser(prog="simulator", description="Simulates Cloudflare Logpush and a Splunk HEC.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--api-port", type=int, default=0, help="port of the Cloudflare API; 0 takes a free one")
    parser.add_argument("--hec-port", type=int, default=0, help="port of the collector; 0 takes a free one")
    parser.add_argument("--ready-file", type=pathlib.Path, help="JSON file to write once both halves listen")
    parser.add_argument("--state-file", type=pathlib.Path, help="JSON file that keeps configuration and jobs")
    parser.add_argument("--config", type=pathlib.Path, help="JSON file as for the control call reset")
    parser.add_argument("--trust", action="append", default=[], help="PEM file that deliveries trust; repeatable")
    parser.add_argument("--push-interval", type=float, help="seconds between batches; 0 pushes only on demand")
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    return parser.parse_args()


def initial_state(options: argparse.Namespace) -> State:
    """Gives the state to start with; a state file that exists wins over --config."""
    config = json.loads(options.config.read_text(encoding="utf-8")) if options.config else {}
    state = State(config)
    if options.state_file:
        state.use_file(options.state_file)
    if options.push_interval is not None:
        state.settings.push_interval = options.push_interval
    return state


async def listen(app: web.Application, host: str, port: int, tls: ssl.SSLContext | None) -> tuple[web.AppRunner, int]:
    """Serves an application; gives its runner and the port it got."""
    # Bodies stay compressed, because the collector has its own rules about encodings.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    return runner, runner.addresses[0][1]


def write_ready_file(path: pathlib.Path, host: str, api_port: int, hec_port: int, ca_file: pathlib.Path) -> None:
    """Tells whoever waits where the halves listen; the file appears whole."""
    ready = {
        "pid": os.getpid(),
        "api_url": f"http://{host}:{api_port}/client/v4",
        "control_url": f"http://{host}:{api_port}/_simulator",
        "hec_endpoint": f"localhost:{hec_port}",
        "hec_url": f"https://localhost:{hec_port}",
        "ca_file": str(ca_file),
    }
    half = path.with_name(path.name + ".new")
    half.write_text(json.dumps(ready, indent=1), encoding="utf-8")
    os.replace(half, path)


async def until_told_to_stop(state: State, parent_pid: int | None) -> None:
    """Waits for SIGTERM, SIGINT or the end of the parent; saves the state meanwhile."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set() and (parent_pid is None or is_alive(parent_pid)):
        state.save()
        try:
            await asyncio.wait_for(stop.wait(), 0.5)
        except asyncio.TimeoutError:
            continue


def is_alive(pid: int) -> bool:
    """Tells whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def run(options: argparse.Namespace, folder: pathlib.Path) -> None:
    """Starts every half, waits, and stops them again."""
    state = initial_state(options)
    certificates = Certificates(folder / "ca.pem")
    certificates.use(state.settings.certificate)
    delivery = Delivery(state, certificates.client_context(options.trust), careless_context())
    api = web.Application()
    api.add_subapp("/client/v4", cloudflare_app(state, delivery))
    api.add_subapp("/_simulator", control_app(state, delivery, certificates))
    halves: tuple[tuple[web.Application, int, t.Any], ...] = (
        (api, options.api_port, None),
        (collector_app(state), options.hec_port, certificates.server_context),
    )
    runners, ports = [], []
    for app, port, tls in halves:
        runner, got = await listen(app, options.host, port, tls)
        runners.append(runner)
        ports.append(got)
    await delivery.start()
    if options.ready_file:
        write_ready_file(options.ready_file, options.host, ports[0], ports[1], certificates.ca_file)
    try:
        await until_told_to_stop(state, options.parent_pid)
    finally:
        await delivery.stop()
        for runner in runners:
            await runner.cleanup()
        state.save()


def main() -> None:
    """Runs the simulator until it is told to stop."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        asyncio.run(run(options, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
