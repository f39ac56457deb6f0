# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control API, under ``/_simulator/``, with which tests inspect and configure the simulator. Cloudflare and Splunk have
nothing like it. README.md lists the calls.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from aiohttp import web
from aiohttp.typedefs import Handler

from .certificates import KINDS, Certificates
from .clock import machine_now, set_offset
from .delivery import Delivery
from .faults import SIDES, parse_faults
from .listener import Splunkd
from .node_control import add_node_control
from .splunk_versions import version_of
from .state import ConfigError, Job, State
from .topology import Topology

PUSHING_SIDE = ("failing_since", "batches")
# The sides that accept changes of configuration. Writes to the collector are events.
WRITTEN_SIDES = ("api", "splunk", "acs")


def control_app(
    state: State, delivery: Delivery, certificates: Certificates, splunkd: Splunkd, topology: Topology
) -> web.Application:
    """Return the control side as a web application, to be mounted under ``/_simulator``."""
    control = Control(state, delivery, certificates, splunkd, topology)
    app = web.Application(middlewares=[_errors])
    app.router.add_get("/state", control.show_state)
    app.router.add_get("/requests", control.show_requests)
    app.router.add_get("/request_counts", control.show_request_counts)
    app.router.add_get("/jobs", control.show_jobs)
    app.router.add_get("/violations", control.show_violations)
    app.router.add_get("/events", control.show_events)
    app.router.add_get("/uploads", control.show_uploads)
    app.router.add_post("/reset", control.reset)
    app.router.add_patch("/settings", control.change_settings)
    app.router.add_put("/props", control.set_props)
    app.router.add_post("/jobs", control.put_job)
    app.router.add_patch("/jobs/{job_id}", control.change_job)
    app.router.add_post("/jobs/{job_id}/age", control.age_failure)
    app.router.add_post("/faults", control.order_faults)
    app.router.add_post("/read_only", control.set_read_only)
    app.router.add_post("/latency", control.set_latency)
    app.router.add_post("/push", control.push)
    app.router.add_post("/wipe_requests", control.wipe_requests)
    add_node_control(app, topology)
    return app


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors of control calls into answers."""
    try:
        return await handler(request)
    except (ConfigError, KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def _body(request: web.Request) -> t.Any:
    """Return the JSON body; an empty body counts as an empty object."""
    return json.loads(await request.read() or b"{}")


class Control:
    """The handlers of the control calls."""

    def __init__(
        self, state: State, delivery: Delivery, certificates: Certificates, splunkd: Splunkd, topology: Topology
    ) -> None:
        self.state = state
        self.delivery = delivery
        self.certificates = certificates
        self.splunkd = splunkd
        self.topology = topology

    async def show_state(self, request: web.Request) -> web.Response:
        """GET state: everything except the events, which ``events`` returns."""
        state, received = self.state, self.state.received
        return web.json_response(
            {
                **state.config(),
                "hec_settings": {**state.splunk.hec_settings, "port": self.splunkd.configured_port()},
                "props": state.splunk.props,
                "hec_open": self.splunkd.hec.is_open,
                "hec_port": self.splunkd.hec.port,
                "nodes": self.topology.shown(),
                "cluster": self.topology.manager.shown() if self.topology.manager else None,
                "rulesets": state.rulesets,
                "alerts": state.alerts.shown(),
                "deployments": [
                    {"id": one.id, "kind": one.kind, "name": one.name, "action": one.action, "status": one.status}
                    for one in state.splunk.deployments.values()
                ],
                "locked_out": state.locked_out,
                "jobs": [dataclasses.asdict(job) for job in state.jobs.values()],
                "requests": list(state.requests),
                "violations": state.violations,
                "faults": [dataclasses.asdict(fault) for fault in state.faults],
                "read_only": sorted(state.read_only),
                "received": {"total": received.total, **received.counters},
            }
        )

    async def show_requests(self, request: web.Request) -> web.Response:
        """GET requests?side=&method=&path=&after=: the recorded requests; ``side`` can be several, ``path`` is a part of it, and
        ``after`` is how many of them to leave out.
        """
        query = request.query
        sides = query["side"].split(",") if "side" in query else SIDES
        found = [
            entry
            for entry in self.state.requests
            if entry["side"] in sides
            and query.get("method", entry["method"]) == entry["method"]
            and query.get("path", "") in entry["path"]
        ]
        return web.json_response(found[int(query.get("after", 0)) :])

    async def show_request_counts(self, request: web.Request) -> web.Response:
        """GET request_counts: the number of requests by side, method and status, including those no longer kept."""
        counts = self.state.request_counts.items()
        return web.json_response(
            [
                {"side": side, "method": method, "status": status, "count": count}
                for (side, method, status), count in counts
            ]
        )

    async def show_jobs(self, request: web.Request) -> web.Response:
        """GET jobs: only the jobs of ``state``."""
        return web.json_response([dataclasses.asdict(job) for job in self.state.jobs.values()])

    async def show_violations(self, request: web.Request) -> web.Response:
        """GET violations: the writes that were received in read-only mode."""
        return web.json_response(self.state.violations)

    async def show_events(self, request: web.Request) -> web.Response:
        """GET events?token=&host=&dataset=&sourcetype=&channel=&job_id=&limit=: the newest matching events, oldest first.

        ``host`` is the zone's name in a log line, or Splunk's host of the event.
        """
        limit = int(request.query.get("limit", "1000"))
        wanted = {key: value for key, value in request.query.items() if key != "limit"}
        found: list[dict[str, t.Any]] = []
        for event in reversed(self.state.received.events):
            if len(found) >= limit:
                break
            if all(value in self._facts(event, key) for key, value in wanted.items()):
                found.append(self._with_job(event))
        return web.json_response(found[::-1])

    async def show_uploads(self, request: web.Request) -> web.Response:
        """GET uploads?job_id=&scope_id=&status=: the attempts to upload a batch, oldest first."""
        uploads = (dataclasses.asdict(upload) for upload in self.state.uploads)
        found = [upload for upload in uploads if all(str(upload[key]) == value for key, value in request.query.items())]
        return web.json_response(found)

    def _facts(self, event: dict[str, t.Any], key: str) -> tuple[str, ...]:
        """Return the values of an event that the filters of ``events`` compare."""
        if key == "host":
            line = event["event"] if isinstance(event["event"], dict) else {}
            job = self.state.jobs.get(event["job_id"] or 0)
            zone = self.state.zones.get(job.scope_id) if job else None
            return str(line.get("ClientRequestHost")), str(event["host"]), zone.name if zone else ""
        if key == "dataset":
            return (str(self._with_job(event)["dataset"]),)
        return (str(event[key]),)

    def _with_job(self, event: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return an event with dataset and scope of the job that pushed it, while that job exists."""
        job = self.state.jobs.get(event["job_id"] or 0)
        return {**event, "dataset": job.stored["dataset"] if job else None, "scope_id": job.scope_id if job else None}

    async def reset(self, request: web.Request) -> web.Response:
        """POST reset: forget everything and apply this configuration."""
        config = await _body(request)
        self._check_certificates(config.get("settings", {}))
        self.topology.check(config)
        await self.topology.stop()
        self.state.load(config)
        await self.topology.reset()
        await self._present()
        await self.splunkd.end_outage()
        return web.json_response({})

    async def change_settings(self, request: web.Request) -> web.Response:
        """PATCH settings: change some settings and keep everything else; a changed rate limit ends the current windows."""
        changes = await _body(request)
        self._check_certificates(changes)
        settings = dataclasses.replace(self.state.settings, **changes)
        version_of(settings.splunk_version, settings.splunk_quirks)
        self.state.settings = settings
        set_offset(settings.clock_offset)
        if any("rate_limit" in name for name in changes):
            self.state.rate_windows.clear()
        self.state.changed = True
        if "certificate" in changes or "management_certificate" in changes:
            await self._present()
        return web.json_response(dataclasses.asdict(self.state.settings))

    async def _present(self) -> None:
        """Present the certificates of the settings, also to deliveries with an open connection."""
        settings, certificates = self.state.settings, self.certificates
        certificates.use(settings.certificate, certificates.server_context)
        certificates.use(settings.management_certificate, certificates.management_context)
        await self.delivery.renew_connections()

    def _check_certificates(self, settings: dict[str, t.Any]) -> None:
        for name in ("certificate", "management_certificate"):
            if settings.get(name, "valid") not in KINDS:
                raise ConfigError(f"{name} has to be one of: {', '.join(KINDS)}")

    async def set_props(self, request: web.Request) -> web.Response:
        """PUT props: replace the settings of Splunk's source types. They apply to events that arrive from now on."""
        self.state.splunk.set_props(await _body(request))
        self.state.changed = True
        return web.json_response({})

    async def put_job(self, request: web.Request) -> web.Response:
        """POST jobs: store a job as it is, with ``zone_id`` or ``account_id``, as if the dashboard had made it."""
        body = await _body(request)
        scope = "zones" if "zone_id" in body else "accounts"
        scope_id = body.pop("zone_id" if scope == "zones" else "account_id")
        known = self.state.zones if scope == "zones" else self.state.accounts
        if scope_id not in known:
            raise ConfigError(f"unknown {scope} id {scope_id}")
        job = self.state.add_job(scope, scope_id, {"dataset": "http_requests", **body})
        return web.json_response(dataclasses.asdict(job))

    async def change_job(self, request: web.Request) -> web.Response:
        """PATCH jobs/{id}: set any stored field, or ``failing_since`` (seconds since 1970)."""
        job = self._job(request)
        for key, value in (await _body(request)).items():
            if key in PUSHING_SIDE:
                setattr(job, key, value)
            else:
                job.stored[key] = value
        self.state.changed = True
        return web.json_response(dataclasses.asdict(job))

    async def age_failure(self, request: web.Request) -> web.Response:
        """POST jobs/{id}/age {"hours": n}: extend the time for which the job has been failing by n hours."""
        job = self._job(request)
        hours = float((await _body(request))["hours"])
        job.failing_since = (job.failing_since or machine_now()) - hours * 3600
        return web.json_response(dataclasses.asdict(job))

    def _job(self, request: web.Request) -> Job:
        return self.state.jobs[int(request.match_info["job_id"])]

    async def order_faults(self, request: web.Request) -> web.Response:
        """POST faults: a list of faults, which replaces the previous ones."""
        self.state.faults = parse_faults(await _body(request))
        return web.json_response({})

    async def set_read_only(self, request: web.Request) -> web.Response:
        """POST read_only {"on": bool, "side": s}: refuse every write on a side (api, splunk, acs, all) and note it in
        ``violations``; off ends it for that side.
        """
        body = await _body(request)
        side = body.get("side", "api")
        if side not in (*WRITTEN_SIDES, "all"):
            raise ConfigError(f"side has to be one of: {', '.join(WRITTEN_SIDES)}, all")
        sides = set(WRITTEN_SIDES) if side == "all" else {side}
        self.state.read_only = self.state.read_only | sides if body["on"] else self.state.read_only - sides
        return web.json_response({})

    async def set_latency(self, request: web.Request) -> web.Response:
        """POST latency {"api": s, "hec": s, "splunk": s, "acs": s}: delay every request to a side."""
        for side, seconds in (await _body(request)).items():
            if side not in SIDES:
                raise ConfigError(f"side has to be one of: {', '.join(SIDES)}")
            self.state.settings = dataclasses.replace(self.state.settings, **{f"{side}_latency": float(seconds)})
        return web.json_response({})

    async def push(self, request: web.Request) -> web.Response:
        """POST push {"seconds_ago": s, "rounds": n, "interval": s}: deliver one batch of every enabled job now, and wait until
        it is done, notifications included. For earlier rounds, the clock is set back: the first one to ``seconds_ago``.
        """
        order = await _body(request)
        rounds, interval = int(order.get("rounds", 1)), float(order.get("interval", 0))
        seconds_ago = float(order.get("seconds_ago", 0))
        if seconds_ago < (rounds - 1) * interval:
            raise ConfigError("the last round is in the future")
        jobs = 0
        try:
            for number in range(rounds):
                set_offset(self.state.settings.clock_offset - seconds_ago + number * interval)
                jobs = await self.delivery.push_round()
                await self.delivery.notifier.wait()
        finally:
            set_offset(self.state.settings.clock_offset)
        return web.json_response({"jobs": jobs})

    async def wipe_requests(self, request: web.Request) -> web.Response:
        """POST wipe_requests: forget the recorded requests and violations."""
        self.state.wipe_requests()
        return web.json_response({})
