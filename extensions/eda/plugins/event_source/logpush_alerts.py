# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event source of Event-Driven Ansible: receives Cloudflare's alerts that it disabled a Logpush job.

ansible-rulebook ends all sources if one raises an exception or returns, so this one does neither: it logs the problem and
tries again. It logs no part of a request.
"""

from __future__ import annotations

import asyncio
import collections
import hashlib
import hmac
import json
import logging
import math
import os
import pathlib
import re
import ssl
import time
import typing as t

from aiohttp import web

DOCUMENTATION = r"""
---
short_description: Receive Cloudflare's alerts about disabled Logpush jobs
version_added: 0.1.0
author:
  - edgeops.logpush contributors (@edgeops)
description:
  - A web server for the webhook of a Cloudflare notification policy with the alert type C(failing_logpush_job_disabled_alert).
  - It compares the header C(cf-webhook-auth) with the secret of the webhook, and rejects every other request before the rule engine
    receives anything.
  - An event of an alert has the keys C(account_id), C(policy_id), C(alert_type) and C(ts), the time of the alert. C(account_id) and
    C(policy_id) are empty and C(ts) is null if the alert has no valid value. No event contains the text of an alert, which may
    contain a HEC token, or the secret.
  - When the server starts to listen, it sends the event C({"type":"start"}), because alerts from the time before are lost. If it
    could not accept alerts because too many arrived, it sends one event C({"type":"missed"}) a minute later.
  - Cloudflare's test message and alerts of other types are answered with 200 and cause no event.
  - If the server cannot start, for example because the port is in use, the source logs the reason and tries again every 30 seconds.
options:
  host:
    description:
      - The address to listen on. With the default, only a proxy on the same machine reaches the source.
    type: str
    default: 127.0.0.1
  port:
    description:
      - The port to listen on. Cloudflare sends alerts to port 443 or 80 only, so a proxy must forward them to another port.
    type: int
    default: 5000
  path:
    description:
      - The path of the webhook's URL.
    type: str
    default: /logpush
  secret_file:
    description:
      - The file with the secret of the webhook. The source has no option for the secret itself, because a rulebook and its
        variables end in logs.
    type: path
  secret_env:
    description:
      - The name of the environment variable with the secret of the webhook, if O(secret_file) is not set. The playbooks that a
        rulebook starts inherit this variable.
    type: str
    default: LOGPUSH_ALERTS_SECRET
  certfile:
    description:
      - The PEM file with the server's certificate and its chain. Without it, the server uses HTTP, and a proxy must provide HTTPS.
    type: path
  keyfile:
    description:
      - The PEM file with the private key of O(certfile). Not needed if O(certfile) contains it.
    type: path
  max_body_size:
    description:
      - The largest body of a request, in bytes. A larger one is answered with 413.
    type: int
    default: 65536
  max_requests_per_minute:
    description:
      - How many requests with the right secret are accepted in a minute. Further ones are answered with 429.
    type: int
    default: 600
  max_waiting:
    description:
      - How many alerts wait for the rule engine. Further ones are answered with 503.
    type: int
    default: 1000
notes:
  - The source needs C(aiohttp), which is installed with ansible-rulebook.
"""

EXAMPLES = r"""
- edgeops.logpush.logpush_alerts:
    host: 0.0.0.0
    port: 443
    certfile: /etc/logpush-repair/tls.crt
    keyfile: /etc/logpush-repair/tls.key
    secret_file: /etc/logpush-repair/webhook-secret
"""

LOGGER = logging.getLogger("edgeops.logpush.logpush_alerts")
HEADER = "cf-webhook-auth"
ALERT_TYPE = "failing_logpush_job_disabled_alert"
RETRY_SECONDS = 30
BODY_SECONDS = 10
# The same problem is logged once in this time.
QUIET_SECONDS = 60
# One event stands for all alerts that are missed in this time.
MISSED_SECONDS = 60
DEFAULT_SECRET_ENV = "LOGPUSH_ALERTS_SECRET"
_TEXTS: dict[str, str] = {
    "host": "127.0.0.1",
    "path": "/logpush",
    "secret_file": "",
    "secret_env": DEFAULT_SECRET_ENV,
    "certfile": "",
    "keyfile": "",
}
# The default, the smallest and the largest value.
_NUMBERS = {
    "port": (5000, 1, 65535),
    "max_body_size": (65536, 1024, 16 * 1024 * 1024),
    "max_requests_per_minute": (600, 1, 100_000),
    "max_waiting": (1000, 1, 100_000),
}
# What ansible-rulebook itself adds.
_OF_THE_ENGINE = ("feedback", "eda_feedback_queue")

Event = t.Dict[str, t.Any]


class SettingsError(Exception):
    """An argument of the source cannot be used. The text contains no value of a secret."""


class Rejected(Exception):
    """A request is answered with this status, and causes no event."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Settings(t.NamedTuple):
    """The arguments of the source, checked. ``secret`` is a hash of the secret."""

    host: str
    port: int
    path: str
    secret: bytes
    tls: ssl.SSLContext | None
    max_body_size: int
    max_requests_per_minute: int
    max_waiting: int


def settings_of(args: t.Mapping[str, t.Any]) -> Settings:
    """Check the arguments of the source, and read the files that they name. Raises SettingsError."""
    unknown = sorted(set(args) - {*_TEXTS, *_NUMBERS, *_OF_THE_ENGINE})
    if unknown:
        known = ", ".join([*_TEXTS, *_NUMBERS])
        raise SettingsError(
            f"{', '.join(unknown)}: not an argument of this source. Its arguments are {known}. The secret itself is not an "
            "argument: name its file in secret_file."
        )
    given = {name: value for name, value in args.items() if value not in (None, "")}
    texts = {name: str(given.get(name, default)) for name, default in _TEXTS.items()}
    numbers = {name: _number(name, given.get(name, limits[0]), limits) for name, limits in _NUMBERS.items()}
    if not texts["path"].startswith("/"):
        raise SettingsError("path: must begin with /")
    secret = _secret(texts["secret_file"], texts["secret_env"])
    tls = _tls(texts["certfile"], texts["keyfile"])
    return Settings(host=texts["host"], path=texts["path"], secret=secret, tls=tls, **numbers)


def _number(name: str, value: t.Any, limits: tuple[int, int, int]) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = limits[1] - 1
    if not limits[1] <= number <= limits[2]:
        raise SettingsError(f"{name}: must be a number from {limits[1]} to {limits[2]}")
    return number


def _secret(path: str, variable: str) -> bytes:
    """Return a hash of the secret from the file or the environment variable. Raises SettingsError."""
    if path:
        place = f"The file {path} (secret_file)"
        try:
            secret = pathlib.Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingsError(f"{place} cannot be read: {_reason(error)}") from None
    elif variable not in os.environ and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", variable):
        # It may be the secret itself, which must not be logged.
        raise SettingsError(
            "secret_env: must be the name of an environment variable that is set, not the secret itself"
        )
    else:
        place = f"The environment variable {variable} (secret_env)"
        secret = os.environ.get(variable, "").strip()
    if not secret:
        raise SettingsError(f"{place} has no secret. It must contain the secret of the webhook")
    return _hashed(secret)


def _tls(certfile: str, keyfile: str) -> ssl.SSLContext | None:
    if not certfile:
        if keyfile:
            raise SettingsError("keyfile: needs certfile")
        return None
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        # A password is an error, not a question on the terminal.
        context.load_cert_chain(certfile, keyfile or None, password=lambda: "")
    except (OSError, ValueError) as error:
        raise SettingsError(f"The certificate {certfile} or its key cannot be used: {_reason(error)}") from None
    return context


def _reason(error: BaseException) -> str:
    """Return why something failed, without values from files."""
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def event_of(body: bytes) -> Event | None:
    """Return the event of an alert, None for a message that is no alert about a disabled Logpush job. Raises Rejected.

    Text that a playbook receives later is only passed on if it has the form of an ID.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise Rejected(400, "the body is not JSON") from None
    if not isinstance(message, dict):
        raise Rejected(400, "the body is not a JSON object")
    if message.get("alert_type") != ALERT_TYPE:
        return None
    return {
        "account_id": _matching(message.get("account_id"), r"[0-9a-f]{32}"),
        "policy_id": _matching(message.get("policy_id"), r"[0-9a-f-]{32,36}"),
        "alert_type": ALERT_TYPE,
        "ts": _time(message.get("ts")),
    }


def _matching(value: t.Any, pattern: str) -> str:
    return value if isinstance(value, str) and re.fullmatch(pattern, value) else ""


def _time(value: t.Any) -> int | float | str | None:
    """Return a time in seconds or in the form of RFC 3339, None if a value is neither."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value if 0 <= value < 1e15 else None
    return _matching(value, r"[0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,20}(Z|[+-][0-9:]{4,6})") or None


class Budget:
    """Accepts a number of requests a minute, in bursts of up to this number."""

    def __init__(self, per_minute: int, clock: t.Callable[[], float]) -> None:
        self.per_minute = per_minute
        self.clock = clock
        self.left = float(per_minute)
        self.counted_at = clock()

    def take(self) -> bool:
        """Return whether one more request is within the budget."""
        now = self.clock()
        self.left = min(self.per_minute, self.left + (now - self.counted_at) * self.per_minute / 60)
        self.counted_at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Receiver:
    """Answers the requests, and passes the events on."""

    def __init__(self, settings: Settings, clock: t.Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.clock = clock
        self.budget = Budget(settings.max_requests_per_minute, clock)
        self.waiting: collections.deque[Event] = collections.deque([{"type": "start"}])
        self.missed: asyncio.TimerHandle | None = None
        self.has_news = asyncio.Event()
        self.has_news.set()
        # For each status, when it was logged, and how often it was answered since then.
        self.logged: dict[int, tuple[float, int]] = {}

    def application(self) -> web.Application:
        """Return the web application. One handler answers every path and method."""
        application = web.Application(client_max_size=self.settings.max_body_size)
        application.router.add_route("*", "/{path:.*}", self.answer)
        return application

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request. Never raises."""
        try:
            event = event_of(await self._authentic_body(request))
            if event:
                self._keep(event)
        except Rejected as rejected:
            self._log(rejected)
            return web.Response(status=rejected.status, text=rejected.reason)
        except Exception as error:
            self._log(Rejected(500, f"an error in the source: {type(error).__name__}"))
            return web.Response(status=500)
        return web.Response(text="ok")

    async def pass_on(self, queue: t.Any) -> None:
        """Put the events into the queue of the rule engine, without end."""
        while True:
            await self.has_news.wait()
            self.has_news.clear()
            while self.waiting:
                await _put(queue, self.waiting.popleft())

    def report_missed(self) -> None:
        """Let an event stand for the alerts that were missed."""
        self.missed = None
        self.waiting.append({"type": "missed"})
        self.has_news.set()

    async def _authentic_body(self, request: web.Request) -> bytes:
        """Return the body of a request that is allowed to send one. Raises Rejected."""
        if request.path != self.settings.path:
            raise Rejected(404, "no such path")
        if request.method != "POST":
            raise Rejected(405, "only POST is allowed")
        secrets = request.headers.getall(HEADER, [])
        if not hmac.compare_digest(_hashed(secrets[0] if len(secrets) == 1 else ""), self.settings.secret):
            raise Rejected(401, f"the header {HEADER} is missing or wrong")
        if not self.budget.take():
            self._miss()
            raise Rejected(429, "too many requests")
        # A request may leave the type out.
        if "Content-Type" in request.headers and not re.fullmatch(
            r"application/([\w.-]+\+)?json", request.content_type
        ):
            raise Rejected(415, "the content type is not JSON")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Rejected(415, "the body is compressed")
        return await self._body(request)

    async def _body(self, request: web.Request) -> bytes:
        too_large = Rejected(413, f"the body is larger than {self.settings.max_body_size} bytes (max_body_size)")
        if (request.content_length or 0) > self.settings.max_body_size:
            raise too_large
        try:
            return await asyncio.wait_for(request.read(), BODY_SECONDS)
        except web.HTTPRequestEntityTooLarge:
            raise too_large from None
        except asyncio.TimeoutError:
            raise Rejected(408, f"the body did not arrive within {BODY_SECONDS} seconds") from None

    def _keep(self, event: Event) -> None:
        if len(self.waiting) >= self.settings.max_waiting:
            self._miss()
            raise Rejected(503, f"{self.settings.max_waiting} alerts wait for the rule engine already (max_waiting)")
        self.waiting.append(event)
        self.has_news.set()

    def _miss(self) -> None:
        """Note that an alert is missed."""
        if not self.missed:
            self.missed = asyncio.get_running_loop().call_later(MISSED_SECONDS, self.report_missed)

    def _log(self, rejected: Rejected) -> None:
        now = self.clock()
        since, more = self.logged.get(rejected.status, (-math.inf, 0))
        if now - since < QUIET_SECONDS:
            self.logged[rejected.status] = (since, more + 1)
            return
        repeated = f" ({more} more since the last message)" if more else ""
        LOGGER.warning("A request was answered with %s: %s%s", rejected.status, rejected.reason, repeated)
        self.logged[rejected.status] = (now, 0)


async def _put(queue: t.Any, event: Event) -> None:
    try:
        await queue.put(event)
    except Exception as error:
        LOGGER.error("An event could not be passed on: %s", type(error).__name__)


async def listen(queue: t.Any, settings: Settings) -> None:
    """Receive alerts, without end. Raises OSError if the server cannot start."""
    receiver = Receiver(settings)
    # aiohttp would log the request that it could not read.
    silent = logging.getLogger(f"{LOGGER.name}.requests")
    silent.disabled = True
    runner = web.AppRunner(receiver.application(), access_log=None, logger=silent, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=settings.tls).start()
        LOGGER.info("Listening on %s, port %s", settings.host, settings.port)
        await receiver.pass_on(queue)
    finally:
        await runner.cleanup()


async def main(queue: t.Any, args: t.Mapping[str, t.Any]) -> None:
    """Receive alerts, and put events into the queue. Never returns, and raises nothing but the cancellation of its task."""
    while True:
        problem = "The server ended"
        try:
            await listen(queue, settings_of(args))
        except SettingsError as error:
            problem = str(error)
        except OSError as error:
            problem = f"The server cannot listen: {_reason(error)}"
        except Exception as error:
            problem = f"The source failed: {type(error).__name__}"
        LOGGER.error("No alerts are received. %s. Next attempt in %s seconds.", problem.rstrip("."), RETRY_SECONDS)
        await asyncio.sleep(RETRY_SECONDS)
