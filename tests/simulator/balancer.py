# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The load balancer in front of the HEC ports of several instances: it ends TLS and passes each request on to the next instance.

Like a real balancer it skips instances whose port is closed, unless its health checks are switched off
(``balancer_health_checks``), and instances that were taken out of it (``balancer_drops``, their names or numbers).
"""

from __future__ import annotations

import typing as t

import aiohttp
import yarl
from aiohttp import web
from multidict import CIMultiDict

from .certificates import careless_context
from .hec import READ_LIMIT
from .nodes import Node
from .state import State

# Headers that belong to one connection, or that aiohttp sets itself.
OF_CONNECTION = (
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "upgrade",
    "te",
    "trailer",
    "expect",
)
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
UNAVAILABLE = "<html><body><h1>503 Service Unavailable</h1>No server is available to handle this request.</body></html>"


class Balancer:
    """Passes requests on, to one instance after the other."""

    def __init__(self, state: State, nodes: t.Sequence[Node]) -> None:
        self.state = state
        self.nodes = nodes
        self.requests = 0
        self.session: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        """Return the balancer as a web application."""
        app = web.Application(client_max_size=READ_LIMIT)
        app.router.add_route("*", "/{path:.*}", self.handle)
        app.on_cleanup.append(self._end)
        return app

    async def handle(self, request: web.Request) -> web.Response:
        """Pass a request on to the next instance."""
        settings = self.state.settings
        dropped = {str(one) for one in settings.balancer_drops}
        pool = [node for node in self.nodes if not dropped & {node.name, str(node.state.node_number)}]
        if settings.balancer_health_checks:
            pool = [node for node in pool if node.hec.is_open]
        if not pool:
            return web.Response(status=503, text=UNAVAILABLE, content_type="text/html")
        node = pool[self.requests % len(pool)]
        self.requests += 1
        try:
            return await self._passed_on(request, node)
        except aiohttp.ClientError:
            return web.Response(status=502, text=BAD_GATEWAY, content_type="text/html")

    async def _passed_on(self, request: web.Request, node: Node) -> web.Response:
        if self.session is None:
            connector = aiohttp.TCPConnector(ssl=careless_context(), force_close=True)
            self.session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        scheme = "https" if node.hec.tls else "http"
        host = f"[{node.hec.host}]" if ":" in node.hec.host else node.hec.host
        url = yarl.URL(f"{scheme}://{host}:{node.hec.port}{request.raw_path}", encoded=True)
        async with self.session.request(
            request.method,
            url,
            data=await request.read(),
            headers=[(name, value) for name, value in request.headers.items() if name.lower() not in OF_CONNECTION],
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
        kept = ((name, value) for name, value in answer.headers.items() if name.lower() not in OF_CONNECTION)
        return web.Response(status=answer.status, body=body, headers=CIMultiDict(kept))

    async def _end(self, dummy: web.Application) -> None:
        if self.session is not None:
            await self.session.close()
