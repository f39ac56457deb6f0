# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Cloudflare part: the routes of the API v4 that Logpush needs, with their permissions.

Rules of jobs are in ``jobs``, those of zones in ``zones``, the WAF's in ``rulesets``, notifications in ``alerting``. Source: Cloudflare's OpenAPI document,
and its Logpush pages for what the document omits.
"""

from __future__ import annotations

import json
import typing as t

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from . import jobs, output, zones
from .addresses import show_ranges
from .alerting import Alerting
from .credentials import account_for, authenticate, credential_of, invalid_token, require, zone_for
from .datasets import fields_of
from .delivery import Delivery, DestinationTimeout, OptionError
from .envelope import ApiError, failure, invalid, success, unroutable
from .graphql import PATH as GRAPHQL
from .graphql import Graphql
from .ratelimit import spend
from .rulesets import Rulesets
from .state import ApiToken, Job, State
from .watch import watched

SCOPE = "/{scope:zones|accounts}/{scope_id}"
GATEWAY_TIMEOUT = "<html><head><title>504 Gateway Time-out</title></head><body>cloudflare</body></html>"


def cloudflare_app(state: State, delivery: Delivery) -> web.Application:
    """Return the API as a web application, to be mounted under ``/client/v4``."""
    api = CloudflareApi(state, delivery)
    app = web.Application(middlewares=[watched(state, "api"), _budget(state), _errors])
    logpush = SCOPE + "/logpush"
    routes = (
        ("GET", "/zones", api.list_zones),
        ("GET", "/zones/{scope_id}", api.get_zone),
        ("GET", "/user/tokens/verify", api.verify_token),
        ("GET", "/ips", show_ranges(state)),
        ("GET", "/accounts/{scope_id}/tokens/verify", api.verify_token),
        ("GET", logpush + "/jobs", api.list_jobs),
        ("POST", logpush + "/jobs", api.create_job),
        ("GET", logpush + "/jobs/{job_id}", api.get_job),
        ("PUT", logpush + "/jobs/{job_id}", api.update_job),
        ("DELETE", logpush + "/jobs/{job_id}", api.delete_job),
        ("GET", logpush + "/datasets/{dataset}/fields", api.list_fields),
        ("GET", logpush + "/datasets/{dataset}/jobs", api.list_jobs),
        ("POST", logpush + "/ownership", api.ownership),
        ("POST", logpush + "/ownership/validate", api.validate_ownership),
        ("POST", logpush + "/validate/destination", api.validate_destination),
        ("POST", logpush + "/validate/destination/exists", api.destination_exists),
        ("POST", logpush + "/validate/origin", api.validate_origin),
        *Rulesets(state).routes(),
        *Alerting(state, delivery.notifier).routes(),
        ("POST", GRAPHQL, Graphql(state).query),
    )
    for method, path, handler in routes:
        app.router.add_route(method, path, handler)
    return app


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and unknown paths into the API's envelope."""
    try:
        return await handler(request)
    except ApiError as error:
        return failure(error)
    except DestinationTimeout:
        return web.Response(status=504, text=GATEWAY_TIMEOUT, content_type="text/html")
    except web.HTTPNotFound:
        return failure(unroutable(request.path))
    except web.HTTPMethodNotAllowed:
        return failure(ApiError(405, 7001, f"Method {request.method} not available for that URI."))


def _budget(state: State) -> Middleware:
    """Return the middleware that enforces the rate limit of each credential. The analytics have limits of their own."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.endswith(GRAPHQL):
            return await handler(request)
        settings = state.settings
        limits = settings.rate_limit_requests, settings.rate_limit_seconds
        verdict = spend(state, credential_of(request), *limits)
        if verdict.allowed:
            answer = await handler(request)
        else:
            answer = failure(ApiError(429, 971, "Please wait and consider throttling your request speed"))
        answer.headers.update(verdict.headers)
        return answer

    return middleware


class CloudflareApi:
    """The handlers of the API's routes."""

    def __init__(self, state: State, delivery: Delivery) -> None:
        self.state = state
        self.delivery = delivery

    async def list_zones(self, request: web.Request) -> web.Response:
        """Answer GET /zones."""
        token = authenticate(self.state, request)
        require(token, "zone_read")
        found, info = zones.listed(self.state, token, request.query)
        return success(found, result_info=info)

    async def get_zone(self, request: web.Request) -> web.Response:
        """Answer GET /zones/{id}, which is also allowed with a token for logs."""
        token = authenticate(self.state, request)
        require(token, "zone_read", "logs_read")
        zone = zone_for(self.state, token, request.match_info["scope_id"], request.path)
        return success(zones.shown(zone))

    async def verify_token(self, request: web.Request) -> web.Response:
        """Answer GET /user/tokens/verify and GET /accounts/{id}/tokens/verify."""
        try:
            token = authenticate(self.state, request)
        except ApiError as error:
            raise invalid_token() if error.status == 403 else error from None
        account = request.match_info.get("scope_id")
        if account is not None:
            account_for(self.state, token, account, request.path)
        if token.account_id != account:
            raise invalid_token()
        dates = {key: getattr(token, key) for key in ("not_before", "expires_on") if getattr(token, key)}
        return success({"id": token.id, "status": token.status, **dates})

    async def list_jobs(self, request: web.Request) -> web.Response:
        """Answer GET .../jobs and GET .../datasets/{dataset}/jobs."""
        token, scope, scope_id = self._scope(request, "logs_write")
        found = self.state.jobs_of(scope, scope_id)
        if "dataset" in request.match_info:
            dataset = request.match_info["dataset"]
            jobs.check_dataset(scope, dataset)
            found = [job for job in found if job.stored["dataset"] == dataset]
        for job in found:
            jobs.check_product(token, job.stored["dataset"])
        return success([jobs.shown(job) for job in found])

    async def create_job(self, request: web.Request) -> web.Response:
        """Answer POST .../jobs."""
        token, scope, scope_id = self._scope(request, "logs_write")
        sent = jobs.check_body(await _json(request))
        if "destination_conf" not in sent:
            raise invalid("destination_conf is required", "/destination_conf")
        job = {"dataset": "http_requests", **sent}
        jobs.check_whole(self.state, scope, scope_id, job)
        jobs.check_product(token, job["dataset"])
        jobs.check_room(self.state, scope, scope_id, job["dataset"])
        await self._validate(job["destination_conf"])
        # Other requests ran while the destination was tested, and may have used the last free place.
        jobs.check_room(self.state, scope, scope_id, job["dataset"])
        return success(jobs.shown(self.state.add_job(scope, scope_id, job)))

    async def get_job(self, request: web.Request) -> web.Response:
        """Answer GET .../jobs/{id}."""
        return success(jobs.shown(self._job(request)))

    async def update_job(self, request: web.Request) -> web.Response:
        """Answer PUT .../jobs/{id}; the destination is validated again, even if it is not sent."""
        job = self._job(request)
        sent = jobs.check_body(await _json(request))
        whole = jobs.updated(job, sent)
        jobs.check_whole(self.state, job.scope, job.scope_id, whole)
        await self._validate(whole["destination_conf"])
        job.change(sent, self.state.settings.change_delay)
        if sent.get("enabled"):
            job.failing_since = None
        self.state.changed = True
        return success(jobs.shown(job))

    async def delete_job(self, request: web.Request) -> web.Response:
        """Answer DELETE .../jobs/{id}."""
        job = self._job(request)
        self.state.remove_job(job)
        return success({"id": job.id})

    async def list_fields(self, request: web.Request) -> web.Response:
        """Answer GET .../datasets/{dataset}/fields."""
        dummy, scope, scope_id = self._scope(request, "logs_read")
        dataset = request.match_info["dataset"]
        jobs.check_dataset(scope, dataset)
        without_bots = scope == "zones" and not self.state.zones[scope_id].bot_management
        fields = fields_of(dataset, scope).values()
        return success(
            {field.name: field.description for field in fields if not (without_bots and jobs.is_bot_field(field.name))}
        )

    async def ownership(self, request: web.Request) -> web.Response:
        """Answer POST .../ownership: the location of the challenge file in an object store."""
        self._scope(request, "logs_write")
        message = await self._destination_problem(await self._destination(request))
        filename = None if message else "ownership-challenge.txt"
        return success({"filename": filename or "", "message": message, "valid": not message})

    async def validate_ownership(self, request: web.Request) -> web.Response:
        """Answer POST .../ownership/validate; any challenge that is not blank is accepted."""
        self._scope(request, "logs_write")
        body = await _json(request)
        return success({"valid": isinstance(body, dict) and bool(body.get("ownership_challenge"))})

    async def validate_destination(self, request: web.Request) -> web.Response:
        """Answer POST .../validate/destination: status 200 even if the destination is invalid."""
        self._scope(request, "logs_write")
        message = await self._destination_problem(await self._destination(request))
        return success({"message": message, "valid": not message})

    async def destination_exists(self, request: web.Request) -> web.Response:
        """Answer POST .../validate/destination/exists: whether a job in any scope has exactly this destination."""
        self._scope(request, "logs_write")
        destination = await self._destination(request)
        exists = any(job.stored["destination_conf"] == destination for job in self.state.jobs.values())
        return success({"exists": exists})

    async def validate_origin(self, request: web.Request) -> web.Response:
        """Answer POST .../validate/origin: whether old ``logpull_options`` name fields that exist."""
        scope = self._scope(request, "logs_write")[1]
        body = await _json(request)
        if not isinstance(body, dict) or not isinstance(body.get("logpull_options"), str):
            raise invalid("logpull_options is required", "/logpull_options")
        dataset = body.get("dataset") or ("http_requests" if scope == "zones" else "audit_logs")
        jobs.check_dataset(scope, dataset)
        unknown = output.unknown_logpull_fields(body["logpull_options"], fields_of(dataset, scope))
        message = f"unknown fields: {', '.join(unknown)}" if unknown else ""
        return success({"message": message, "valid": not unknown})

    def _scope(self, request: web.Request, permission: str) -> tuple[ApiToken, str, str]:
        """Return the caller, and the kind and ID of the zone or account in the path. Raises ApiError."""
        token = authenticate(self.state, request)
        require(token, permission)
        scope, scope_id = request.match_info["scope"], request.match_info["scope_id"]
        find = zone_for if scope == "zones" else account_for
        find(self.state, token, scope_id, request.path)
        return token, scope, scope_id

    def _job(self, request: web.Request) -> Job:
        """Return the job in the path. Raises ApiError, also for a job of another zone or account."""
        token, scope, scope_id = self._scope(request, "logs_write")
        text = request.match_info["job_id"]
        if not text.isdigit() or int(text) < 1:
            raise ApiError(400, 1002, "job_id has to be a positive integer")
        job = self.state.jobs.get(int(text))
        if job is None or (job.scope, job.scope_id) != (scope, scope_id):
            raise ApiError(404, 1004, "job not found")
        jobs.check_product(token, job.stored["dataset"])
        return job

    async def _validate(self, destination: str) -> None:
        """Push the test object to a destination. Raises ApiError, or DestinationTimeout."""
        try:
            await self.delivery.validate(destination)
        except DestinationTimeout:
            raise
        except OptionError as error:
            raise ApiError(400, 1002, str(error)) from error

    async def _destination(self, request: web.Request) -> str:
        """Return the destination in a request."""
        body = await _json(request)
        if not isinstance(body, dict) or not isinstance(body.get("destination_conf"), str):
            raise invalid("destination_conf is required", "/destination_conf")
        destination: str = body["destination_conf"]
        return destination

    async def _destination_problem(self, destination: str) -> str:
        """Return what is wrong with a destination, or nothing."""
        try:
            await self.delivery.validate(destination)
        except DestinationTimeout:
            raise
        except OptionError as error:
            return str(error)
        return ""


async def _json(request: web.Request) -> t.Any:
    """Return the JSON body of a request. Raises ApiError."""
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise ApiError(400, 1002, f"error parsing the request body: {error}") from error
