# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the simulator: ``PYTHONPATH=tests python -m simulator --help``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pathlib
import signal
import tempfile
import typing as t

from aiohttp import web

from .acs import acs_app
from .certificates import Certificates, careless_context
from .cloudflare import cloudflare_app
from .control import control_app
from .delivery import Delivery
from .hec import collector_app
from .listener import Listener, Splunkd
from .splunk_management import add_management
from .state import EMPTY_SPLUNK, EMPTY_STACK, State
from .topology import KINDS, Topology

LARGEST_BODY = 64 * 1024 * 1024


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="simulator", description="Simulates Cloudflare Logpush and Splunk.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--api-port", type=int, default=0, help="port of the Cloudflare API; 0 takes a free one")
    parser.add_argument("--hec-port", type=int, default=0, help="port of the collector; 0 takes a free one")
    parser.add_argument("--management-port", type=int, default=0, help="port of splunkd; 0 takes a free one")
    parser.add_argument("--acs-port", type=int, default=0, help="port of Splunk Cloud's ACS; 0 takes a free one")
    parser.add_argument("--empty-splunk", action="store_true", help="begin with HEC off and no HEC token")
    parser.add_argument(
        "--empty-stack", action="store_true", help="begin with HEC on and no HEC token, as on Splunk Cloud"
    )
    parser.add_argument("--topology", choices=KINDS, default="", help="several instances of Splunk, instead of one")
    parser.add_argument("--ready-file", type=pathlib.Path, help="JSON file to write when all listen")
    parser.add_argument("--state-file", type=pathlib.Path, help="JSON file that keeps configuration and jobs")
    parser.add_argument("--config", type=pathlib.Path, help="JSON file as for the control call reset")
    parser.add_argument("--trust", action="append", default=[], help="PEM file that deliveries trust; repeatable")
    parser.add_argument("--push-interval", type=float, help="seconds between batches; 0 pushes only on demand")
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    options = parser.parse_args()
    if options.topology and options.state_file:
        parser.error("--state-file keeps only a single instance of Splunk")
    return options


def initial_state(options: argparse.Namespace) -> State:
    """Return the state to start with; an existing state file takes precedence over --config."""
    config = json.loads(options.config.read_text(encoding="utf-8")) if options.config else {}
    state = State(config, EMPTY_SPLUNK if options.empty_splunk else EMPTY_STACK if options.empty_stack else None)
    if options.state_file:
        state.use_file(options.state_file)
    if options.push_interval is not None:
        state.settings.push_interval = options.push_interval
    return state


def write_ready_file(path: pathlib.Path, host: str, ports: dict[str, int], **more: t.Any) -> None:
    """Write the addresses of the servers to a file, atomically, for the program that waits for them."""
    ready = {
        "pid": os.getpid(),
        "api_url": f"http://{host}:{ports['api']}/client/v4",
        "control_url": f"http://{host}:{ports['api']}/_simulator",
        "hec_endpoint": f"localhost:{ports['hec']}",
        "hec_url": f"https://localhost:{ports['hec']}",
        "management_url": f"https://localhost:{ports['splunk']}",
        "acs_url": f"http://{host}:{ports['acs']}",
        **more,
    }
    half = path.with_name(path.name + ".new")
    half.write_text(json.dumps(ready, indent=1), encoding="utf-8")
    os.replace(half, path)


async def until_stopped(state: State, parent_pid: int | None) -> None:
    """Wait for SIGTERM, SIGINT or the end of the parent process, and save the state meanwhile."""
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
    """Return whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def run(options: argparse.Namespace, folder: pathlib.Path) -> None:
    """Start every server, wait, and stop them again."""
    state = initial_state(options)
    state.splunk_home = folder / "splunk"
    certificates = Certificates(folder / "ca.pem")
    certificates.use(state.settings.certificate, certificates.server_context)
    certificates.use(state.settings.management_certificate, certificates.management_context)
    delivery = Delivery(state, certificates.client_context(options.trust), careless_context())
    hec_port = 0 if options.topology else options.hec_port
    hec = Listener(collector_app(state), options.host, hec_port, certificates.server_context)
    # splunkd's listener and its application need each other, because splunkd's own API restarts it.
    splunk_app = web.Application()
    management = Listener(splunk_app, options.host, options.management_port, certificates.management_context)
    splunkd = Splunkd(state, hec, management, certificates.server_context)
    topology = Topology(options.topology, state, options.host, options.hec_port, certificates)
    add_management(splunk_app, state, splunkd, topology.routes())
    # The configuration in a reset can have many thousands of zones.
    api_app = web.Application(client_max_size=LARGEST_BODY)
    api_app.add_subapp("/client/v4", cloudflare_app(state, delivery))
    api_app.add_subapp("/_simulator", control_app(state, delivery, certificates, splunkd, topology))
    api = Listener(api_app, options.host, options.api_port)
    acs = Listener(acs_app(state), options.host, options.acs_port)
    halves = {"api": api, "hec": hec, "splunk": management, "acs": acs}
    for half in (api, management, acs):
        await half.open()
    await topology.open()
    await splunkd.renew()
    await delivery.start()
    if options.ready_file:
        ports = {name: half.port for name, half in halves.items()}
        if topology.balancer:
            ports["hec"] = topology.balancer.port
        more = {
            "ca_file": str(certificates.ca_file),
            "splunk_home": str(state.splunk_home),
            "nodes": topology.addresses(),
        }
        write_ready_file(options.ready_file, options.host, ports, **more)
    try:
        await until_stopped(state, options.parent_pid)
    finally:
        await delivery.stop()
        await topology.end()
        for half in halves.values():
            await half.end()
        state.save()


def main() -> None:
    """Run the simulator until it is stopped."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        asyncio.run(run(options, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
