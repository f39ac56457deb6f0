# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real OpenTelemetry Collector, built from the modules that opentelemetry/go.mod pins, and kept in .cache.

The first build downloads about 160 modules and compiles them, which takes minutes on two cores. GOFLAGS=-p=1 uses
only one of them.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gzip
import hashlib
import os
import pathlib
import socket
import subprocess
import time
import typing as t

import pytest
import requests
import yaml

from .needs import find_program

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "tests/ecosystem/opentelemetry"
CACHE = CHECKOUT / ".cache/opentelemetry"
START_SECONDS = 20
BUILD_SECONDS = 1800


@functools.lru_cache(maxsize=1)
def program() -> pathlib.Path:
    """Return the path of the collector. Skips the test if Go or its modules are missing."""
    digest = hashlib.sha256()
    for file in sorted(SOURCE.iterdir()):
        digest.update(file.read_bytes())
    built = CACHE / digest.hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    # Another worker of the same run may be building it.
    with (CACHE / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            _build(built)
    return built


def _build(built: pathlib.Path) -> None:
    if find_program("go") is None:
        pytest.skip("go is not installed (install a Go toolchain to test with a real OpenTelemetry Collector)")
    # Downloads the modules that are missing.
    modules = _go("list", "-deps", ".")
    if modules.returncode:
        pytest.skip(f"the modules of the OpenTelemetry Collector cannot be had: {modules.stderr.strip()[-300:]}")
    for earlier in CACHE.glob("?" * len(built.name)):
        earlier.unlink()
    unfinished = built.with_suffix(".unfinished")
    build = _go("build", "-trimpath", "-ldflags=-s -w", f"-o={unfinished}", ".")
    assert build.returncode == 0, build.stderr
    unfinished.rename(built)


def _go(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    command = [str(find_program("go")), *arguments]
    return subprocess.run(
        command, cwd=SOURCE, env=environment, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
    )


class Reply(t.NamedTuple):
    """An answer of a collector."""

    status: int
    text: str
    kind: str
    connection: str


class Collector:
    """A running collector. ``ca_path`` is the authority of its certificate."""

    def __init__(self, port: int, ca_path: str) -> None:
        self.endpoint = f"localhost:{port}"
        self.ca_path = ca_path

    def send(self, path: str, body: bytes = b"", method: str = "POST", token: str = "", **query: str) -> Reply:
        """Return the answer to a request, which is compressed unless it is empty."""
        headers = {"Content-Encoding": "gzip"} if body else {}
        if token:
            headers["Authorization"] = f"Splunk {token}"
        answer = requests.request(
            method,
            f"https://{self.endpoint}{path}",
            params=query,
            data=gzip.compress(body) if body else b"",
            headers=headers,
            verify=self.ca_path,
            timeout=30,
        )
        return Reply(
            answer.status_code,
            answer.text,
            answer.headers.get("Content-Type", ""),
            answer.headers.get("Connection", ""),
        )


@contextlib.contextmanager
def running(
    configuration: t.Mapping[str, t.Any], folder: pathlib.Path, ca_path: str, **environment: str
) -> t.Iterator[Collector]:
    """Run a collector with a configuration whose receiver listens on a free port of 127.0.0.1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration["receivers"]["splunk_hec"]["endpoint"] = f"127.0.0.1:{port}"
    configuration["service"]["telemetry"] = {"metrics": {"level": "none"}}
    file, log = folder / "collector.yaml", folder / "collector.log"
    file.write_text(yaml.safe_dump(dict(configuration)), encoding="utf-8")
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [program(), "--config", file], stdout=output, stderr=output, env={**os.environ, **environment}
        )
        try:
            _wait(port, process, log)
            yield Collector(port, ca_path)
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes], log: pathlib.Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
