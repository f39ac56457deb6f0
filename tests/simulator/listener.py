# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ports that can be closed and opened again, like splunkd's when HEC is switched on or off, or splunkd restarts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import typing as t

from aiohttp import web

from .state import State

# Requests that hang on purpose must not prevent the program from ending.
SHUTDOWN_SECONDS = 0.2
# A restart waits until its own answer has reached the client.
RESTART_PAUSE = 0.1
# The defaults of inputs.conf, for which the simulator uses its own certificates.
OWN_CERTIFICATE, OWN_PASSPHRASE = "$SPLUNK_HOME/etc/auth/server.pem", "password"


def _hold(host: str, port: int) -> socket.socket:
    """Bind a port without listening on it: connections are refused, and no other program gets the number."""
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
    except OSError:
        held.close()
        raise
    return held


class Listener:
    """One port with a web application behind it."""

    def __init__(self, app: web.Application, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        # Bodies stay compressed, because the collector has its own rules about encodings.
        self.runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=SHUTDOWN_SECONDS)
        self.host = host
        self.tls = tls
        self.socket = _hold(host, port)
        self.port: int = self.socket.getsockname()[1]
        self.site: web.SockSite | None = None

    @property
    def is_open(self) -> bool:
        """Return whether connections are accepted."""
        return self.site is not None

    async def open(self) -> None:
        """Accept connections from now on."""
        if self.site is not None:
            return
        if self.runner.server is None:
            await self.runner.setup()
        self.site = web.SockSite(self.runner, self.socket, ssl_context=self.tls)
        await self.site.start()

    async def close(self) -> None:
        """Refuse connections from now on and drop the existing ones, but keep the port's number."""
        if self.site is None:
            return
        site, self.site = self.site, None
        # A newly accepted connection still needs the server. Without it, asyncio of Python 3.11 neither serves nor drops the
        # connection, and a client without a timeout waits forever.
        asyncio.get_running_loop().remove_reader(self.socket)
        await asyncio.sleep(0)
        await site.stop()
        if self.runner.server is not None:
            await self.runner.server.shutdown(SHUTDOWN_SECONDS)
        self.socket = _hold(self.host, self.port)

    async def move(self, port: int) -> None:
        """Move to another port while closed. Raises OSError if that port is in use."""
        if port != self.port:
            taken = _hold(self.host, port)
            self.socket.close()
            self.socket, self.port = taken, port

    async def end(self) -> None:
        """Return the port up."""
        await self.runner.cleanup()
        self.socket.close()


class Splunkd:
    """The two ports of splunkd: the collector's, which follows the HEC settings, and the management port.

    With ``own_host`` the instance stands for a host of its own: whatever port its settings name, the port of the machine that
    runs the simulator stays the same, so that several instances can have the same port.
    """

    def __init__(
        self, state: State, hec: Listener, management: Listener, tls: ssl.SSLContext, own_host: bool = False
    ) -> None:
        self.state = state
        self.hec = hec
        self.management = management
        self.tls = tls
        self.own_host = own_host
        self.reserved_port = hec.port
        self.is_stopped = False
        # What the instance does first when it starts.
        self.before_start: t.Callable[[], None] = lambda: None
        # The settings that the collector's port was last opened with.
        self.port_taken_over = self.configured_port()
        self.tls_taken_over = self._tls_settings()
        self.outage: asyncio.Task[None] | None = None
        self.outage_over = asyncio.Event()
        # Requests that switch the collector at the same time take turns.
        self.lock = asyncio.Lock()

    def configured_port(self) -> int:
        """Return the port in the HEC settings."""
        return int(self.state.splunk.hec_settings["port"]) or self.reserved_port

    def needs_restart(self) -> bool:
        """Return whether settings wait for a restart: an open collector keeps its port and its settings."""
        return self.hec.is_open and not self._in_place()

    def _in_place(self) -> bool:
        return (self.configured_port(), self._tls_settings()) == (self.port_taken_over, self.tls_taken_over)

    def _tls_settings(self) -> tuple[t.Any, ...]:
        settings = self.state.splunk.hec_settings
        return (
            settings["enableSSL"],
            settings.get("serverCert", OWN_CERTIFICATE),
            settings.get("sslPassword", OWN_PASSPHRASE),
        )

    def _tls(self) -> ssl.SSLContext | None:
        """Return the TLS context of the collector: none, the simulator's certificates, or the certificate in the named file.
        Raises OSError if the file does not exist, or its key cannot be decrypted."""
        enabled, file, passphrase = self._tls_settings()
        if not enabled or file in ("", OWN_CERTIFICATE):
            return self.tls if enabled else None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, password=passphrase)
        return context

    async def follow(self) -> None:
        """Open or close the collector according to the HEC settings."""
        async with self.lock:
            if self.state.splunk.hec_settings["disabled"]:
                await self.hec.close()
            elif not self.hec.is_open and not self.is_stopped:
                await self._take_over()

    async def renew(self) -> None:
        """Take over all HEC settings, as a restart does."""
        async with self.lock:
            await self._take_over()

    async def _take_over(self) -> None:
        settings, messages = self.state.splunk.hec_settings, self.state.splunk.messages
        messages.clear()
        if settings["disabled"] or not self._in_place():
            await self.hec.close()
        try:
            if not self.own_host:
                await self.hec.move(self.configured_port())
        except OSError:
            messages["hec_port"] = f"HTTP Event Collector cannot listen on port {self.configured_port()}"
            return
        self.port_taken_over = self.configured_port()
        self.tls_taken_over = self._tls_settings()
        try:
            self.hec.tls = self._tls()
        except OSError:
            messages["hec_certificate"] = f"HTTP Event Collector cannot use the certificate {settings['serverCert']}"
            return
        if not settings["disabled"]:
            await self.hec.open()

    async def stop(self) -> None:
        """Close both ports until ``start``, as if the host were down."""
        async with self.lock:
            self.is_stopped = True
            await asyncio.gather(self.management.close(), self.hec.close())

    async def start(self) -> None:
        """Open both ports again, with all settings as they are now."""
        async with self.lock:
            self.is_stopped = False
            self.before_start()
            await self.management.open()
            await self._take_over()

    def restart(self) -> None:
        """Begin a restart: soon both ports are closed, for the time in the setting ``restart_seconds``."""
        if self.outage is None or self.outage.done():
            self.outage_over.clear()
            self.outage = asyncio.create_task(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(RESTART_PAUSE)
        async with self.lock:
            await asyncio.gather(self.management.close(), self.hec.close())
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.outage_over.wait(), self.state.settings.restart_seconds)
            self.before_start()
            await self.management.open()
            await self._take_over()

    async def end_outage(self) -> None:
        """Finish a running restart at once, and apply all HEC settings."""
        if self.outage is not None:
            self.outage_over.set()
            await self.outage
            self.outage = None
        await self.renew()
