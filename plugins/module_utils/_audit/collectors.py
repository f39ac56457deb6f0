# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Check the collectors that jobs push to: their certificates, and the software that answers."""

from __future__ import annotations

import typing as t

from .._collector.certificate_check import Conditions
from .._collector.checks import Check
from .._collector.client import Collector
from .._collector.look import TlsChecks, ask_software, check_tls
from .._collector.software import OPENTELEMETRY, software_of
from .._core.errors import CollectionError
from .._core.secrets import SecretMask
from .._logpush.destination import Destination
from .._logpush.job import Job
from .._operations.sweep import Sweep
from . import findings as audit

Row = audit.Row

# A collector that does not answer soon must not delay the report.
_TIMEOUT = 10


class Push(t.NamedTuple):
    """An existing job that pushes to a collector, its destination, and its row in the report."""

    job: Job
    destination: Destination
    row: Row


class _Server(t.NamedTuple):
    """A host and a port, and the jobs that push to the collectors there."""

    host: str
    port: int
    pushes: list[Push]

    @property
    def where(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def prefixes(self) -> list[str]:
        """The path prefixes of HEC. Each can lead to another collector."""
        return sorted({push.destination.collector.path for push in self.pushes})


class _Look(t.NamedTuple):
    """What was found out about a server: its certificate, and the software at each of its paths."""

    tls: TlsChecks
    software: t.Mapping[str, str]


def look_at_collectors(
    sweep: Sweep, pushes: t.Sequence[Push], options: t.Mapping[str, t.Any], policy: audit.Policy, mask: SecretMask
) -> list[Row]:
    """Return a row for each server that jobs push to, and add what concerns a job to the findings of its row.

    One handshake reads the certificate of a server, another one checks whether it is trusted, and an empty request without a
    token shows which software answers.
    """

    def look(server: _Server) -> _Look:
        ca_path = options.get("collector_ca_path") or None
        collector = Collector(server.host, server.port, min(options["timeout"], _TIMEOUT), ca_path, mask)
        # If every job skips verification, Cloudflare does not verify the certificate.
        is_verified = not all(push.destination.insecure_skip_verify for push in server.pushes)
        conditions = Conditions(server.host, policy.now, verified=is_verified, own_roots=bool(ca_path))
        checks = check_tls(collector, conditions)
        return _Look(checks, _software(collector, server.prefixes) if checks.tls.ok else {})

    def failed(server: _Server, error: CollectionError) -> _Look:
        return _Look(TlsChecks(Check("tls", None, str(error)), None, {}), {})

    servers = _servers(pushes)
    looks = sweep.read_each(servers, look, failed)
    for server, seen in zip(servers, looks):
        _add_batch_findings(server, seen, policy, mask)
    return [mask.value(_server_row(server, seen, policy)) for server, seen in zip(servers, looks)]


def _servers(pushes: t.Iterable[Push]) -> list[_Server]:
    by_address: dict[tuple[str, int], list[Push]] = {}
    for push in pushes:
        by_address.setdefault(push.destination.server, []).append(push)
    return [_Server(host, port, by_address[host, port]) for host, port in sorted(by_address)]


def _software(collector: Collector, prefixes: t.Iterable[str]) -> dict[str, str]:
    return {prefix: software_of(ask_software(collector, prefix, None, verified=False)) for prefix in prefixes}


def _add_batch_findings(server: _Server, look: _Look, policy: audit.Policy, mask: SecretMask) -> None:
    for push in server.pushes:
        collector = push.destination.collector
        if look.software.get(collector.path) == OPENTELEMETRY:
            push.row["findings"] += mask.value(audit.batch_findings(push.job, collector, policy))


def _server_row(server: _Server, look: _Look, policy: audit.Policy) -> Row:
    check = look.tls.certificate or look.tls.tls
    software = sorted(filter(None, set(look.software.values())))
    return {
        "where": server.where,
        "jobs": len(server.pushes),
        # One host that pushes there.
        "used_by": next((str(push.row["host"]) for push in server.pushes if push.row.get("host")), ""),
        "reachable": look.tls.tls.ok is True,
        "detail": check.detail,
        "software": ", ".join(software),
        "certificate": look.tls.details,
        "findings": [
            *audit.collector_findings(check, look.tls.details, policy),
            *(finding for name in software for finding in audit.software_findings(name, policy)),
        ],
    }
