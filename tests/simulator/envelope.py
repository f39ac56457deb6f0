# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The envelope around every answer of the Cloudflare API v4 (``success``, ``errors``, ``messages``, ``result``)."""

from __future__ import annotations

import typing as t

from aiohttp import web


class ApiError(Exception):
    """A request that the API refuses: the HTTP status, and one or more pairs of code and message.

    ``pointer`` names the offending part of the body (``source.pointer`` in Cloudflare's schema).
    """

    def __init__(self, status: int, code: int, message: str, pointer: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.errors: list[dict[str, t.Any]] = [{"code": code, "message": message}]
        if pointer is not None:
            self.errors[0]["source"] = {"pointer": pointer}


def invalid(message: str, pointer: str) -> ApiError:
    """Return the refusal of a value in the body of a request."""
    return ApiError(400, 1002, message, pointer)


def unroutable(path: str) -> ApiError:
    """Return the 404 for a path, zone or account that does not exist."""
    error = ApiError(404, 7003, f"Could not route to {path}, perhaps your object identifier is invalid?")
    error.errors.append({"code": 7000, "message": "No route for that URI"})
    return error


def success(result: t.Any, status: int = 200, **more: t.Any) -> web.Response:
    """Return the answer to a successful request; ``more`` are further keys beside ``result``, such as ``result_info``."""
    return web.json_response({"result": result, "success": True, "errors": [], "messages": [], **more}, status=status)


def failure(error: ApiError) -> web.Response:
    """Return the answer to a refused request."""
    document = {"result": None, "success": False, "errors": error.errors, "messages": []}
    return web.json_response(document, status=error.status)
