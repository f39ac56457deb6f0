# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy between the collection and a server that forwards each request and records it with its reply."""

from __future__ import annotations

import asyncio
import pathlib
import ssl
import threading
import typing as t
import urllib.parse

import aiohttp
from aiohttp import web
from yarl import URL

from .compare import Exchange

# These headers belong to a connection, not to the message; lengths and encodings are set again.
NEVER_FORWARDED = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "content-length",
    "content-encoding",
    "accept-encoding",
}
PATIENCE = 120.0


class Proxy:
    """A proxy to one base URL, on a port of this machine; use it as a context manager.

    On exit it waits for the replies that are still outstanding, so that nothing is created afterwards. A request
    belongs to the step that ``step_file`` contains at that moment: the scenario, a newline, the step.
    """

    def __init__(self, upstream: str, verify: bool | str, step_file: pathlib.Path) -> None:
        """``verify`` is false for no verification of the certificate, or the path of a CA bundle."""
        self.upstream = urllib.parse.urlsplit(upstream.rstrip("/"))
        self.step_file = step_file
        self.exchanges: list[Exchange] = []
        self.url = ""
        self._ssl = ssl.create_default_context(cafile=verify if isinstance(verify, str) else None)
        if verify is False:
            self._ssl.check_hostname = False
            self._ssl.verify_mode = ssl.CERT_NONE
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> t.Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        self._session = aiohttp.ClientSession(
            trust_env=self.upstream.hostname not in ("127.0.0.1", "localhost"),
            timeout=aiohttp.ClientTimeout(PATIENCE),
        )
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, shutdown_timeout=PATIENCE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}{self.upstream.path}"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _forward(self, request: web.Request) -> web.Response:
        step = self.step_file.read_text(encoding="utf-8").split("\n", 1) if self.step_file.exists() else ["", ""]
        headers = {name: value for name, value in request.headers.items() if name.lower() not in NEVER_FORWARDED}
        if request.headers.get("Content-Encoding"):
            headers["Content-Encoding"] = request.headers["Content-Encoding"]
        # Unchanged, because a name in the path may be encoded twice.
        url = f"{self.upstream.scheme}://{self.upstream.netloc}{request.raw_path}"
        try:
            async with self._session.request(
                request.method,
                URL(url, encoded=True),
                headers=headers,
                data=await request.read(),
                ssl=self._ssl,
                allow_redirects=False,
            ) as reply:
                status, body = reply.status, await reply.read()
                kept = {
                    name.lower(): value for name, value in reply.headers.items() if name.lower() not in NEVER_FORWARDED
                }
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            return web.Response(
                status=502, text=f"the proxy of the acceptance tests got no answer: {type(error).__name__}"
            )
        status, kept, body = self.answered(request.method, request.path, status, kept, body)
        path = request.raw_path.partition("?")[0].removeprefix(self.upstream.path)
        self.exchanges.append(
            Exchange(step[0], step[1], request.method, path, status, kept, body.decode("utf-8", "replace"))
        )
        return web.Response(status=status, headers=kept, body=body)

    def answered(
        self, method: str, path: str, status: int, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Return the reply to pass on: unchanged, unless a test simulates a service that behaves differently."""
        return status, headers, body
