# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Refuse collectors that do not accept what Logpush sends, before a job is written. Each collector gets one request.

Cloudflare tests a destination itself before it stores a job, but not whether indexer acknowledgement is enabled: with it, deliveries
fail later. A collector that does not answer from here, or whose certificate is not trusted here, is left to Cloudflare's test.
"""

from __future__ import annotations

import json
import threading

from .._core.errors import CollectionError
from .._core.run import Options, RunContext
from .._splunk.hec_request import Collector as CollectorPlace
from . import checks
from .answer import Answer, HecCode
from .client import Collector, ConnectError, check_roots

_PATH = "/services/collector/ack"
_QUESTION = json.dumps({"acks": [0]}).encode("ascii")
# A collector behind a firewall must not delay a run.
_TIMEOUT = 5
_TOKEN_REFUSED = (HecCode.TOKEN_DISABLED, HecCode.INVALID_TOKEN)


class ReadyCollectors:
    """The collectors of a run. Threads may share it."""

    def __init__(self, options: Options, context: RunContext) -> None:
        """The option C(probe_ca_path) has the CA certificates to trust instead of the public ones. Raises OptionError."""
        self._ca_path: str | None = options.get("probe_ca_path")
        self._context = context
        self._lock = threading.Lock()
        self._looks: dict[tuple[CollectorPlace, str, bool], _Look] = {}
        check_roots("probe_ca_path", self._ca_path)

    def check(self, place: CollectorPlace, token: str, channel: str, *, verified: bool) -> None:
        """Check that a collector accepts events of Logpush, as far as its answer shows. ``token`` is bare, and ``verified``
        is whether Cloudflare verifies the certificate. Raises CollectionError."""
        with self._lock:
            look = self._looks.setdefault((place, token, verified), _Look())
        with look.lock:
            if look.problem is None:
                look.problem = self._problem(place, token, channel, verified=verified)
        if look.problem:
            raise CollectionError(look.problem)

    def _problem(self, place: CollectorPlace, token: str, channel: str, *, verified: bool) -> str:
        """Return what is wrong with a collector, "" if no problem is known."""
        host, port, prefix = place
        collector = Collector(host, port, _TIMEOUT, self._ca_path, self._context.mask)
        if verified:
            try:
                collector.choose_roots()
            except ConnectError:
                return ""
        answer = collector.post(f"{prefix}{_PATH}", {"channel": channel}, _QUESTION, token, verified=verified)
        check = self._failed_check(answer)
        return f"{check.detail.rstrip('.')} ({host}:{port} is not ready for Logpush). {check.advice}" if check else ""

    def _failed_check(self, answer: Answer) -> checks.Check | None:
        acknowledgement = checks.acknowledgement([answer])
        if acknowledgement.ok is False:
            return acknowledgement
        # In check mode, a token that the same run would create does not exist yet.
        return checks.token(answer) if answer.code in _TOKEN_REFUSED and not self._context.check_mode else None


class _Look:
    """The result of the request to one collector: C(problem) is None before the request, and "" if there is no problem."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.problem: str | None = None
