# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of the probe, and the target that they describe."""

from __future__ import annotations

import datetime
import json
import re
import typing as t

from .._core.environment import first_variable
from .._core.errors import OptionError
from .._core.run import Options, RunContext
from .._splunk.hec_request import (
    COLLECTOR_VARIABLES,
    DEFAULT_SOURCETYPE,
    Endpoint,
    checked_channel,
    checked_index,
    checked_sourcetype,
    derive_channel,
    parse_endpoint,
)
from .._splunk.token_rules import bare_token, mask_options
from .certificate import rfc3339
from .software import Batches

PROBE_SPEC: dict[str, t.Any] = {
    "endpoint": {"type": "str"},
    "hec_token": {"type": "str", "no_log": True},
    "channel": {"type": "str"},
    "sourcetype": {"type": "str", "default": DEFAULT_SOURCETYPE},
    "index": {"type": "str"},
    "max_upload_bytes": {"type": "int"},
    "max_request_body_size": {"type": "int"},
    "insecure_skip_verify": {"type": "bool", "default": False},
    "ca_path": {"type": "path"},
    "endpoints": {"type": "list", "elements": "str"},
    "endpoints_ca_path": {"type": "path"},
    "endpoints_validate_certs": {"type": "bool", "default": True},
    "deliveries": {"type": "int", "default": 10},
    "event": {"type": "raw"},
    "send_event": {"type": "bool", "default": True},
    "fail_when_not_ready": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 10},
}


class Target(t.NamedTuple):
    """A collector to probe, and the requests to send to it.

    ``path_problem`` is what is wrong with the path of the endpoint, "" if it is right; ``path`` is always the path that
    Logpush needs. ``skip_event`` is the reason why no event is sent, "" if one is sent. ``verified`` is whether Cloudflare
    verifies the certificate, ``own_roots`` whether the user has set a CA bundle. ``batches`` is how large a batch can be.
    """

    host: str
    port: int
    path: str
    path_problem: str
    token: str
    query: dict[str, str]
    event: bytes
    skip_event: str
    verified: bool
    own_roots: bool
    batches: Batches

    @property
    def prefix(self) -> str:
        """The path prefix of HEC, if a proxy serves HEC under a prefix."""
        return re.sub(r"/services/collector/raw(/1\.0)?$", "", self.path)


class _EndpointOption(t.NamedTuple):
    """An endpoint and what is wrong with its path, "" if nothing is."""

    endpoint: Endpoint
    path_problem: str


def requested_target(options: Options, context: RunContext, now: datetime.datetime) -> Target:
    """Return the target that the options describe. Raises OptionError."""
    options = _with_environment(options)
    mask_options(options, context.mask)
    for option, variable in COLLECTOR_VARIABLES.items():
        if not options.get(option):
            raise OptionError(option, f"is required. Set {option} or the {variable} environment variable")
    if options["timeout"] < 1:
        raise OptionError("timeout", "must be at least 1 second")
    token = bare_token(options["hec_token"])
    # A server that decodes headers as Latin-1, as HTTP/1.0 did, may return the token in this form.
    context.mask.add(token.encode("utf-8", "replace").decode("latin-1"))
    (host, port, path), path_problem = _parse_endpoint(options["endpoint"])
    channel = options.get("channel") or derive_channel(f"{host}:{port}{path}".lower())
    sourcetype = options.get("sourcetype") or DEFAULT_SOURCETYPE
    return Target(
        host=host,
        port=port,
        path=path,
        path_problem=path_problem,
        token=token,
        query={"channel": checked_channel(channel), "sourcetype": checked_sourcetype(sourcetype), **_index(options)},
        event=_event(options.get("event"), now),
        skip_event=_reason_to_skip_event(options, context),
        verified=not options["insecure_skip_verify"],
        own_roots=bool(options.get("ca_path")),
        batches=checked_batches(options),
    )


def checked_batches(options: Options) -> Batches:
    """Return how large a batch can be, as far as the options say it. Raises OptionError."""
    batches = Batches(options.get("max_upload_bytes"), options.get("max_request_body_size"))
    for option, value in batches._asdict().items():
        if (value or 0) < 0:
            raise OptionError(option, "must be 0 or more")
    return batches


def _index(options: Options) -> dict[str, str]:
    return {"index": checked_index(options["index"])} if options.get("index") else {}


def _with_environment(options: Options) -> dict[str, t.Any]:
    """Return the options with those that environment variables add."""
    variables = {option: options.get(option) or first_variable(name) for option, name in COLLECTOR_VARIABLES.items()}
    return {**options, **variables}


def _parse_endpoint(endpoint: str) -> _EndpointOption:
    """Return the endpoint. A wrong path, with which a job would be refused, is reported as a failed check here, so that it
    does not hide the other checks. Raises OptionError for anything else that is wrong."""
    try:
        return _EndpointOption(parse_endpoint(endpoint), "")
    except OptionError:
        scheme, separator, rest = str(endpoint).strip().rpartition("://")
        authority, slash, path = rest.partition("/")
        if not slash or re.search(r"[@?#\s]", rest):
            raise
        parsed = parse_endpoint(scheme + separator + authority)
        return _EndpointOption(
            parsed, f"The endpoint has the path /{path}, but Logpush can push to {parsed.path} only."
        )


def _event(event: t.Any, now: datetime.datetime) -> bytes:
    """Return the test event as a line of NDJSON. Raises OptionError.

    The default event has the time in C(EdgeStartTimestamp), the field from which Cloudflare's settings for the source
    type read the time of an event, so that a search finds it.
    """
    if event is None:
        event = {"EdgeStartTimestamp": rfc3339(now), "content": "A test by edgeops.logpush.splunk_hec_probe"}
    if isinstance(event, t.Mapping):
        event = json.dumps(event)
    if not isinstance(event, str) or not event.strip():
        raise OptionError("event", "must be a mapping, or text")
    return event.strip().encode("utf-8", "replace") + b"\n"


def _reason_to_skip_event(options: Options, context: RunContext) -> str:
    reason = "" if options["send_event"] else "Not sent, because send_event is false."
    if context.check_mode and not reason:
        reason = "Not sent in check mode."
    if reason and options.get("index"):
        return f"{reason} So it is not known whether the token allows index {options['index']}."
    return reason
