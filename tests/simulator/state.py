# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the simulator: zones, tokens, jobs, received events, and the recorded requests. All parts share one
``State``. It is kept in memory, and in a JSON file if one is named.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import os
import pathlib
import typing as t

from .alert_state import AlertState
from .clock import now, rfc3339, set_offset
from .hec_activity import HecRequest
from .settings import Settings
from .splunk_state import SplunkState
from .splunk_versions import version_of
from .splunkd_log import LINES_KEPT, LogLine
from .uploads import Uploads

ALL_PERMISSIONS = (
    "logs_write",
    "logs_read",
    "zone_read",
    "pii",
    "waf_write",
    "analytics_read",
    "notifications_read",
    "notifications_write",
)
REQUESTS_KEPT = 20000

DEFAULT_ACCOUNT_ID = "a1c0ffee00000000000000000000a001"
DEFAULT_API_TOKEN = "simulated-cloudflare-api-token-of-everything"
DEFAULT_HEC_TOKEN = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
DEFAULT_SPLUNK_USER, DEFAULT_SPLUNK_PASSWORD = "admin", "simulated-splunk-password"
# In the form of a JSON web token, which ACS checks first.
DEFAULT_SPLUNK_TOKEN = "simulated.splunk-authentication.token-of-admin"
DEFAULT_ACS_TOKEN = "simulated.splunk-cloud.token-of-sc-admin"
DEFAULT_CONFIG: dict[str, t.Any] = {
    "accounts": [{"id": DEFAULT_ACCOUNT_ID, "name": "Example Industries"}],
    "zones": [
        {"id": f"{number:032x}", "name": name, "account_id": DEFAULT_ACCOUNT_ID, "account_name": "Example Industries"}
        for number, name in enumerate(
            ("shop.example.com", "www.example.com", "api.example.com", "blog.example.org", "intranet.example.net"),
            start=0x5EED0000,
        )
    ],
    "api_tokens": [{"id": "7e57" * 8, "token": DEFAULT_API_TOKEN}],
    "hec_tokens": [{"name": "Cloudflare", "token": DEFAULT_HEC_TOKEN, "sourcetype": "cloudflare:json"}],
    "repository_tokens": [],
    "hec_settings": {},
    "indexes": [{"name": name} for name in ("_audit", "_internal", "history", "main", "summary")],
    "splunk_users": [
        {"name": DEFAULT_SPLUNK_USER, "password": DEFAULT_SPLUNK_PASSWORD},
        {"name": "sc_admin", "password": DEFAULT_SPLUNK_PASSWORD, "roles": ["sc_admin"]},
    ],
    "splunk_tokens": [{"token": DEFAULT_SPLUNK_TOKEN}],
    "acs_tokens": [{"token": DEFAULT_ACS_TOKEN, "user": "sc_admin"}],
    "props": {},
    "allowlists": {},
    "nodes": [],
    "source_types": [],
    "settings": {},
}
# The state for ``--empty-splunk``: Splunk right after its installation.
EMPTY_SPLUNK: dict[str, t.Any] = {"hec_tokens": [], "hec_settings": {"disabled": True}}
# The state for ``--empty-stack``: a new stack of Splunk Cloud, where HEC is always on.
EMPTY_STACK: dict[str, t.Any] = {"hec_tokens": []}


class ConfigError(ValueError):
    """An invalid configuration."""


@dataclasses.dataclass
class Account:
    """A Cloudflare account."""

    id: str
    name: str = ""


@dataclasses.dataclass
class Zone:
    """A Cloudflare zone. Without ``bot_management`` its jobs may not name Bot Management fields."""

    id: str
    name: str
    account_id: str = DEFAULT_ACCOUNT_ID
    account_name: str = ""
    status: str = "active"
    plan: str = "Enterprise Website"
    type: str = "full"
    bot_management: bool = True


@dataclasses.dataclass
class ApiToken:
    """A Cloudflare credential: ``token`` for Bearer, or ``email`` and ``key``; ``None`` scopes mean all of them.

    ``account_id`` is the account that the token belongs to, ``None`` for the token of a user. ``not_before`` and
    ``expires_on`` are shown by the verification, but only ``status`` has an effect.
    """

    id: str
    token: str | None = None
    email: str | None = None
    key: str | None = None
    zones: list[str] | None = None
    accounts: list[str] | None = None
    permissions: list[str] = dataclasses.field(default_factory=lambda: list(ALL_PERMISSIONS))
    status: str = "active"
    account_id: str | None = None
    not_before: str | None = None
    expires_on: str | None = None

    def may(self, *permissions: str) -> bool:
        """Return whether the token has one of these permissions; writing logs includes reading them."""
        held = set(self.permissions)
        if "logs_write" in held:
            held.add("logs_read")
        return bool(held.intersection(permissions))

    def covers_zone(self, zone: Zone) -> bool:
        """Return whether the zone is among the token's resources."""
        return self.zones is None or zone.id in self.zones

    def covers_account(self, account_id: str) -> bool:
        """Return whether the account is among the token's resources."""
        return self.accounts is None or account_id in self.accounts


@dataclasses.dataclass
class Job:
    """A Logpush job: ``stored`` has what the API sent and the status fields; the rest belongs to the delivery."""

    id: int
    scope: str
    scope_id: str
    stored: dict[str, t.Any]
    failing_since: float | None = None
    batches: int = 0
    # The previous destination of the job, and the time of its change.
    earlier_destination: str = ""
    changed_at: float = 0.0

    def change(self, sent: t.Mapping[str, t.Any], change_delay: float) -> None:
        """Store what the API sent. The job continues with its current destination for some seconds."""
        self.earlier_destination = self.destination_in_force(change_delay)
        self.changed_at = now()
        self.stored.update(sent)

    def destination_in_force(self, change_delay: float) -> str:
        """Return where the job pushes now."""
        # A clock that was set back to a time before the change does not bring the earlier destination back.
        is_pending = bool(self.earlier_destination) and self.changed_at <= now() < self.changed_at + change_delay
        return self.earlier_destination if is_pending else str(self.stored["destination_conf"])


@dataclasses.dataclass
class Received:
    """The events that the collector received: the newest ones, and counters of all of them."""

    events: collections.deque[dict[str, t.Any]]
    total: int = 0
    counters: dict[str, collections.Counter[str]] = dataclasses.field(
        default_factory=lambda: {name: collections.Counter() for name in ("token", "sourcetype", "index", "job_id")}
    )
    next_ack: collections.Counter[tuple[str, str]] = dataclasses.field(default_factory=collections.Counter)
    requests: list[HecRequest] = dataclasses.field(default_factory=list)
    pending_acks: set[tuple[str, str, int]] = dataclasses.field(default_factory=set)
    # The lines that splunkd logged about requests and events.
    log: collections.deque[LogLine] = dataclasses.field(default_factory=lambda: collections.deque(maxlen=LINES_KEPT))
    # The last time that was found in an event of each source (source, host, source type).
    last_times: dict[tuple[str, str, str], float] = dataclasses.field(default_factory=dict)
    # The number of events that matched each rule of the null queue.
    null_queue_matches: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)

    def add(self, event: dict[str, t.Any]) -> None:
        """Store one event and count it."""
        self.events.append(event)
        self.total += 1
        for name, counter in self.counters.items():
            if event.get(name) is not None:
                counter[str(event[name])] += 1


class State:
    """The state that all parts share. ``load`` makes it from a configuration (see README.md).

    ``server_name`` is the name of the Splunk instance, ``node_number`` its number among several (0: the only one, or the one
    that manages or searches the others; see ``nodes``).
    """

    server_name = "splunk.example.com"
    node_number = 0

    def __init__(self, config: dict[str, t.Any] | None = None, defaults: dict[str, t.Any] | None = None) -> None:
        self.defaults = {**DEFAULT_CONFIG, **(defaults or {})}
        self.file: pathlib.Path | None = None
        # The folder that stands for $SPLUNK_HOME.
        self.splunk_home: pathlib.Path | None = None
        self.changed = False
        self.load(config or {})

    def load(self, config: dict[str, t.Any]) -> None:
        """Forget everything and apply a configuration; missing keys are taken from ``defaults``. Raises ConfigError for an
        unknown name or form, and then does not change the state.
        """
        unknown = set(config) - set(DEFAULT_CONFIG)
        if unknown:
            raise ConfigError(f"unknown configuration: {', '.join(sorted(unknown))}")
        whole = {**self.defaults, **config}
        try:
            accounts = [Account(**entry) for entry in whole["accounts"]]
            zones = [Zone(**entry) for entry in whole["zones"]]
            api_tokens = [ApiToken(**entry) for entry in whole["api_tokens"]]
            splunk = SplunkState(whole)
            settings = Settings(**whole["settings"])
            version_of(settings.splunk_version, settings.splunk_quirks)
        except (TypeError, KeyError, ValueError) as error:
            raise ConfigError(str(error)) from error
        self.zones = {zone.id: zone for zone in zones}
        self.accounts = {zone.account_id: Account(zone.account_id, zone.account_name) for zone in zones}
        self.accounts.update((account.id, account) for account in accounts)
        self.api_tokens = api_tokens
        self.splunk = splunk
        # The configuration as it was given, from which a topology makes that of each node.
        self.loaded = config
        self.settings = settings
        set_offset(settings.clock_offset)
        self.started = now()
        self.jobs: dict[int, Job] = {}
        self.jobs_by_scope: dict[tuple[str, str], dict[int, Job]] = {}
        self.next_job_id = 1001
        # The addresses of senders that the allow list of HEC kept away, with their numbers of requests.
        self.locked_out: collections.Counter[str] = collections.Counter()
        self.received = Received(collections.deque(maxlen=settings.events_kept))
        self.uploads = Uploads()
        self.rulesets: dict[str, list[dict[str, t.Any]]] = {}
        self.alerts = AlertState()
        self.read_only: set[str] = set()
        self.rate_windows: dict[t.Any, t.Any] = {}
        self.faults: list[t.Any] = []
        self.requests: collections.deque[dict[str, t.Any]] = collections.deque(maxlen=REQUESTS_KEPT)
        # All requests since they were last wiped, by side, method and status.
        self.request_counts: collections.Counter[tuple[str, str, int]] = collections.Counter()
        # The zones that a token sees through a query, in order.
        self.listings: dict[t.Any, list[Zone]] = {}
        self.violations: list[dict[str, t.Any]] = []
        self.changed = True

    def held_events(self) -> t.Iterable[dict[str, t.Any]]:
        """Return the events that a search on this instance can find."""
        return self.received.events

    @property
    def own_host(self) -> str:
        """The host in the log and in the metrics of this instance; empty if it is the only one."""
        return self.server_name if self.node_number else ""

    def log(self, line: LogLine) -> None:
        """Write a line to the log of splunkd."""
        self.received.log.append(line._replace(host=self.own_host))

    def wipe_requests(self) -> None:
        """Forget the recorded requests and violations, and nothing else."""
        self.requests.clear()
        self.request_counts.clear()
        self.violations.clear()

    def add_job(self, scope: str, scope_id: str, stored: dict[str, t.Any]) -> Job:
        """Store a new job of a zone or account (``scope`` is ``zones`` or ``accounts``) and set its ID."""
        status = {"enabled": False, "last_complete": None, "last_error": None, "error_message": None}
        job = Job(self.next_job_id, scope, scope_id, {**status, "time_created": rfc3339(), **stored})
        self._keep(job)
        self.next_job_id += 1
        self.changed = True
        return job

    def _keep(self, job: Job) -> None:
        self.jobs[job.id] = job
        self.jobs_by_scope.setdefault((job.scope, job.scope_id), {})[job.id] = job

    def remove_job(self, job: Job) -> None:
        """Forget a job."""
        del self.jobs[job.id]
        del self.jobs_by_scope[job.scope, job.scope_id][job.id]
        self.changed = True

    def jobs_of(self, scope: str, scope_id: str) -> list[Job]:
        """Return the jobs of one zone or account, oldest first."""
        return list(self.jobs_by_scope.get((scope, scope_id), {}).values())

    def config(self) -> dict[str, t.Any]:
        """Return the configuration in force, in the form that ``load`` takes."""
        return {
            "accounts": [dataclasses.asdict(account) for account in self.accounts.values()],
            "zones": [dataclasses.asdict(zone) for zone in self.zones.values()],
            "api_tokens": [dataclasses.asdict(token) for token in self.api_tokens],
            **self.splunk.config(),
            "settings": dataclasses.asdict(self.settings),
        }

    def use_file(self, path: pathlib.Path) -> None:
        """Keep configuration and jobs in a JSON file from now on; an existing one is read first."""
        self.file = path
        if path.exists():
            saved = json.loads(path.read_text(encoding="utf-8"))
            self.load(saved["config"])
            for entry in saved["jobs"]:
                self._keep(Job(**entry))
            self.next_job_id = saved["next_job_id"]
            self.rulesets = saved.get("rulesets", {})
            self.alerts = AlertState(saved.get("alerts"))

    def save(self) -> None:
        """Write the file, if one is in use and something changed; a reader never sees a partly written file."""
        if self.file is None or not self.changed:
            return
        self.changed = False
        jobs = [dataclasses.asdict(job) for job in self.jobs.values()]
        document = {
            "config": self.config(),
            "jobs": jobs,
            "next_job_id": self.next_job_id,
            "rulesets": self.rulesets,
            "alerts": self.alerts.shown(),
        }
        half = self.file.with_name(self.file.name + ".new")
        half.write_text(json.dumps(document, indent=1), encoding="utf-8")
        os.replace(half, self.file)
