# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The delivery side of Logpush: validating a destination, and delivering batches of enabled jobs.

From Cloudflare's pages "Enable Splunk", "Enable HTTP destination" and "Logpush health".
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import gzip
import logging
import random
import ssl
import time
import typing as t
import urllib.parse

import aiohttp

from . import events, output
from .addresses import ADDRESS_HEADER, sender_of
from .certificates import EXPIRED_SINCE, WRONG_NAME
from .clock import machine_now, now, rfc3339
from .notifier import Notifier
from .push_faults import PushFault, parse_push_faults
from .state import Job, State
from .uploads import Upload

USER_AGENT = "Go-http-client/2.0"
TEST_OBJECT = b'{"content":"tests"}'
OTHER_SCHEMES = ("r2", "gs", "s3", "sumo", "https", "azure", "sentinelone", "datadog")
# The real Logpush does not send this header. The control API uses it to find the job of an event.
JOB_HEADER = "X-Simulator-Job"
CONCURRENT_PUSHES = 64
# The pause between two checks of the push interval, in seconds.
LONGEST_SLEEP = 0.2
# Cloudflare's codes for an upload without an answer, or without an attempt.
CONNECTION_ERROR, CONNECTION_TIMEOUT, CONFIG_ERROR = 1101, 1102, 1104
DNS_ERROR, TIMEOUT, REQUEST_ERROR, TRANSFER_ERROR, DROPPED = 1105, 1106, 1107, 1108, 1201
# The statuses of faults that name none.
REFUSED, BUSY = 400, 503
ACCEPTED = 200
LOG = logging.getLogger(__name__)


class OptionError(Exception):
    """A destination that cannot be used, or that did not accept a batch. The text is the API's message; ``status`` is the one
    of the upload in the analytics.
    """

    def __init__(self, message: str, status: int = CONFIG_ERROR) -> None:
        super().__init__(message)
        self.status = status


class DestinationTimeout(OptionError):
    """A destination that did not answer; the API then answers 504."""


@dataclasses.dataclass
class Batch:
    """Records of a job in one object, as text and compressed."""

    text: bytes
    packed: bytes
    records: int


@dataclasses.dataclass
class Collector:
    """The parts of a ``splunk://`` or ``https://`` destination that matter to a push."""

    url: str
    host: str
    headers: dict[str, str]
    verify: bool


def parse_destination(text: str, https: bool = False) -> Collector | None:
    """Return the parts of a Splunk destination, and with ``https`` those of an HTTP destination, or None for another kind of
    destination, which is not checked. Raises OptionError if the string is not a destination.
    """
    try:
        parts = urllib.parse.urlsplit(text)
    except ValueError as error:
        raise OptionError(f"error parsing destination_conf: {error}") from error
    is_http = https and parts.scheme == "https"
    if parts.scheme in OTHER_SCHEMES and parts.netloc and not is_http:
        return None
    if (parts.scheme != "splunk" and not is_http) or not parts.hostname:
        raise OptionError("error parsing destination_conf: unsupported or malformed destination")
    query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
    if not is_http and not any(key == "channel" and value for key, value in query):
        raise OptionError("error parsing destination_conf: channel is required")
    headers = {key[len("header_") :]: value for key, value in query if key.startswith("header_")}
    rest = [(key, value) for key, value in query if not key.startswith("header_") and key != "insecure-skip-verify"]
    return Collector(
        url=urllib.parse.urlunsplit(("https", parts.netloc, parts.path, urllib.parse.urlencode(rest), "")),
        host=parts.hostname,
        headers=headers,
        verify=dict(query).get("insecure-skip-verify", "false").lower() != "true",
    )


def _new_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers={"User-Agent": USER_AGENT})


class Delivery:
    """Push to destinations. Create it inside a running event loop."""

    def __init__(self, state: State, verified: ssl.SSLContext, careless: ssl.SSLContext) -> None:
        self.state = state
        self.contexts = {True: verified, False: careless}
        self.session = _new_session()
        self.slots = asyncio.Semaphore(CONCURRENT_PUSHES)
        self.loop: asyncio.Task[None] | None = None
        self.notifier = Notifier(state)

    async def start(self) -> None:
        """Start to push at the interval in the settings."""
        self.loop = asyncio.create_task(self._push_for_ever())

    async def renew_connections(self) -> None:
        """Open new connections from now on, so that a changed certificate is noticed."""
        old, self.session = self.session, _new_session()
        await old.close()

    async def stop(self) -> None:
        """Stop pushing and close the connections."""
        if self.loop is not None:
            self.loop.cancel()
        await self.session.close()

    async def validate(self, destination_conf: str) -> None:
        """Push the test object, as the API does before it stores a job. Raises OptionError."""
        collector = parse_destination(destination_conf)
        if collector is None:
            return
        try:
            await self._push(collector, gzip.compress(TEST_OBJECT), {})
        except DestinationTimeout:
            raise
        except OptionError as error:
            raise OptionError(f"error validating destination: error writing object: {error}") from error

    async def push_round(self) -> int:
        """Push one batch of every enabled job, and return the number of jobs."""
        jobs = [job for job in list(self.state.jobs.values()) if job.stored.get("enabled")]
        results = await asyncio.gather(*(self._push_job(job) for job in jobs), return_exceptions=True)
        for job, result in zip(jobs, results):
            # A failing push of one job must not end the pushes of all others.
            if isinstance(result, Exception):
                LOG.error("Job %s could not be pushed", job.id, exc_info=result)
        return len(jobs)

    async def _push_for_ever(self) -> None:
        last_round = time.monotonic()
        while True:
            await asyncio.sleep(LONGEST_SLEEP if self._is_off() else self._seconds_left(last_round))
            # The interval is read again after the pause, so that a change takes effect at once.
            if not self._is_off() and self._seconds_left(last_round) == 0:
                last_round = time.monotonic()
                await self.push_round()

    def _is_off(self) -> bool:
        return not self.state.settings.push_interval

    def _seconds_left(self, last_round: float) -> float:
        """Return the time until the next round, but no more than the longest pause."""
        left = last_round + self.state.settings.push_interval - time.monotonic()
        return max(0.0, min(left, LONGEST_SLEEP))

    async def _push_job(self, job: Job) -> None:
        """Deliver a batch of one job, and record the uploads and the result on the job."""
        async with self.slots:
            if self.state.jobs.get(job.id) is not job:
                # The job was deleted, or the state was reset, while the job waited for its turn.
                return
            job.batches += 1
            self.state.changed = True
            fault = self._due_fault(job)
            kind = fault.kind if fault else ""
            if kind == "silent":
                return
            batch = self._batch(job)
            if batch is None:
                self._note_success(job)
            elif kind == "drop":
                self._note_upload(job, batch, DROPPED)
            else:
                await self._upload(job, batch, fault)

    async def _upload(self, job: Job, batch: Batch, fault: PushFault | None) -> None:
        """Upload a batch, with failing attempts if there is a fault."""
        kind, status = (fault.kind, fault.status) if fault else ("", None)
        try:
            if kind == "refuse":
                raise OptionError(_refusal(status or REFUSED), status or REFUSED)
            if kind == "retry":
                self._note_upload(job, batch, status or BUSY, final=False)
            await self._push_batch(job, batch)
            if kind == "twice":
                # The collector's answer to the first attempt was lost.
                if status:
                    self._note_upload(job, batch, status, final=False)
                await self._push_batch(job, batch)
        except OptionError as error:
            self._note_upload(job, batch, error.status, final=kind == "refuse")
            self._note_failure(job, str(error))
        else:
            self._note_upload(job, batch, ACCEPTED)
            self._note_success(job)

    async def _push_batch(self, job: Job, batch: Batch) -> None:
        """Make one attempt. Raises OptionError. A destination that nothing is pushed to accepts everything."""
        settings = self.state.settings
        collector = parse_destination(job.destination_in_force(settings.change_delay), settings.push_to_https)
        if collector is not None:
            await self._push(collector, batch.packed, {JOB_HEADER: str(job.id)})

    def _due_fault(self, job: Job) -> PushFault | None:
        """Return the first fault that applies to the current batch of a job."""
        faults = parse_push_faults(self.state.settings.push_faults)
        zone = self.state.zones[job.scope_id].name if job.scope == "zones" else None
        found = (fault for fault in faults if fault.selects(job.id, zone, job.stored["dataset"]))
        return next((fault for fault in found if fault.strikes(job.batches)), None)

    def _batch(self, job: Job) -> Batch | None:
        """Return the next batch, None without a record; the same job and batch number give the same choices."""
        chance = random.Random(f"{job.id}-{job.batches}")
        host = self.state.zones[job.scope_id].name if job.scope == "zones" else "app.example.com"
        dataset, names = job.stored["dataset"], output.needed_fields(job.stored, job.scope)
        made = [
            events.generate(dataset, job.scope, host, job.scope_id, chance, names)
            for dummy in range(self.state.settings.events_per_push)
        ]
        orders = self.state.settings.field_order
        order = orders.get(str(job.id)) or orders.get(host) or orders.get("*") or ()
        text, records = output.write_batch(job.stored, job.scope, made, chance, order)
        return Batch(text.encode(), gzip.compress(text.encode()), records) if records else None

    def _note_upload(self, job: Job, batch: Batch, status: int, final: bool = True) -> None:
        """Record an attempt. Cloudflare's time of it is when it began."""
        destination = job.destination_in_force(self.state.settings.change_delay)
        self.state.uploads.add(
            Upload(
                time=now() - self.state.settings.upload_seconds,
                job_id=job.id,
                scope=job.scope,
                scope_id=job.scope_id,
                destination_type=destination.partition("://")[0],
                status=status,
                final=final,
                records=batch.records,
                size=len(batch.text),
                compressed=len(batch.packed),
            )
        )

    def _note_success(self, job: Job) -> None:
        job.failing_since = None
        job.stored.update(last_complete=rfc3339(), last_error=None, error_message=None)

    def _note_failure(self, job: Job, message: str) -> None:
        """Mark a job as failing, and disable it after it has been failing for too long."""
        seconds = machine_now()
        job.failing_since = job.failing_since or seconds
        job.stored.update(last_error=rfc3339(), error_message=message)
        if seconds - job.failing_since >= self.state.settings.auto_disable_hours * 3600:
            job.stored["enabled"] = False
            self.notifier.job_disabled(job)

    async def _push(self, collector: Collector, packed: bytes, headers: dict[str, str]) -> None:
        """Send one gzipped object. Raises OptionError if it was not accepted."""
        if collector.host in self.state.settings.black_hole_hosts:
            raise DestinationTimeout("Timeout", CONNECTION_TIMEOUT)
        sender = {ADDRESS_HEADER: sender_of(self.state, int(headers.get(JOB_HEADER, 0)))}
        all_headers = {"Content-Encoding": "gzip", **collector.headers, **headers, **sender}
        timeout = aiohttp.ClientTimeout(total=self.state.settings.destination_timeout)
        try:
            async with self.session.post(
                collector.url,
                data=packed,
                headers=all_headers,
                ssl=self.contexts[collector.verify],
                allow_redirects=False,
                timeout=timeout,
                skip_auto_headers=("Content-Type",),
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise _explained(error) from error
        if status != ACCEPTED:
            raise OptionError(_refusal(status), status)


def _refusal(status: int) -> str:
    """Return Logpush's message for an answer that is not a success."""
    return f"error uploading to https: status:{status}"


def _explained(error: Exception) -> OptionError:
    """Return Logpush's message and code for a push without an answer."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return DestinationTimeout("Timeout", CONNECTION_TIMEOUT)
    if isinstance(error, asyncio.TimeoutError):
        return DestinationTimeout("Timeout", TIMEOUT)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return OptionError(f"RequestError: {_x509(error.certificate_error)}", REQUEST_ERROR)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return OptionError("DNSError", DNS_ERROR)
    if isinstance(error, aiohttp.ClientConnectorError):
        return OptionError("ConnectionError", CONNECTION_ERROR)
    return OptionError("error uploading", TRANSFER_ERROR)


def _x509(error: t.Any) -> str:
    """Return Go's message for a refused certificate."""
    reason = getattr(error, "verify_message", str(error))
    if "mismatch" in reason:
        wanted = reason.rsplit("'", 2)[-2]
        # This is the name in the simulator's certificate with a wrong name.
        return f"x509: certificate is valid for {WRONG_NAME}, not {wanted}"
    if "expired" in reason:
        now = datetime.datetime.now(datetime.timezone.utc)
        times = [f"{when:%Y-%m-%dT%H:%M:%SZ}" for when in (now, now - EXPIRED_SINCE)]
        return "x509: certificate has expired or is not yet valid: current time {} is after {}".format(*times)
    return "x509: certificate signed by unknown authority"
