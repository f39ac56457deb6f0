# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Which software answers as a collector, and what Logpush loses at an OpenTelemetry Collector. Pure: no I/O.

The HEC receiver of the OpenTelemetry Collector treats every unknown path as C(/services/collector/event), so that an empty
request gets code 5 there, where Splunk answers 404. It reads only C(max_request_body_size) bytes of a batch, but still
answers 200.
"""

from __future__ import annotations

import typing as t

from .answer import Answer, HecCode
from .checks import Check

SPLUNK = "Splunk"
OPENTELEMETRY = "OpenTelemetry Collector"
# A path below /services/collector/ that no collector has.
UNKNOWN_PATH = "no-such-path"
_VERSION = "/1.0"
# The default of max_request_body_size, in bytes.
DEFAULT_BODY_SIZE = 20 * 1024 * 1024

BATCH_ADVICE = (
    "Set max_upload_bytes: 10000000 for the jobs. Or raise max_request_body_size of the receiver in the collector, and set "
    "max_request_body_size here to the same number of bytes: it cannot be seen from outside."
)
# Other differences from Splunk, which do not depend on the size of the batches.
OTHER_LOSSES = (
    "A line of more than 64 KiB is lost there, with the rest of its batch. Behind the collector, events arrive in Splunk "
    'without their time, or without source type and index: see the guide "An OpenTelemetry Collector in front of Splunk".'
)


class Batches(t.NamedTuple):
    """How large a batch can be: C(max_upload_bytes) of the jobs, None if it is not known, and C(max_request_body_size) of
    the collector, None if the user has not set it."""

    max_upload_bytes: int | None
    max_request_body_size: int | None


def software_of(answer: Answer) -> str:
    """Return which software has answered an empty request to C(UNKNOWN_PATH), "" if the answer does not show it."""
    if answer.code == HecCode.NO_DATA:
        return OPENTELEMETRY
    return SPLUNK if answer.status == 404 and answer.code == HecCode.URL_NOT_FOUND else ""


def needs_token(answer: Answer) -> bool:
    """Return whether an authenticator that is no HEC has refused an empty request to C(UNKNOWN_PATH), because it had no token."""
    return answer.status == 401 and answer.code is None


def versioned_path(path: str, unknown: Answer) -> Check | None:
    """Return the failed check of the path C(/services/collector/raw/1.0) at an OpenTelemetry Collector, which does not know it.
    ``unknown`` is the answer to an empty request to C(UNKNOWN_PATH)."""
    if not path.endswith(_VERSION) or software_of(unknown) != OPENTELEMETRY:
        return None
    detail = f"An {OPENTELEMETRY} accepts lines at {path[: -len(_VERSION)]} only, and refuses them at {path}."
    return Check.failed("path", detail, f"Remove {_VERSION} from endpoint.")


def batch_problem(batches: Batches) -> str:
    """Return why an OpenTelemetry Collector can lose a part of a batch, as a sentence; "" if it cannot. Without
    C(max_upload_bytes), batches are as large as Cloudflare makes them: then C(max_request_body_size) counts, which the user
    sets after raising the collector's limit."""
    given, limit = batches.max_upload_bytes, batches.max_request_body_size or DEFAULT_BODY_SIZE
    if (given or 0) > limit:
        reason = f"max_upload_bytes is {given}."
    elif given or limit > DEFAULT_BODY_SIZE:
        return ""
    else:
        unset = (
            "it is not known whether the jobs set max_upload_bytes" if given is None else "max_upload_bytes is not set"
        )
        reason = f"{unset}: without it, batches are often larger."
    size = "20 MiB" if limit == DEFAULT_BODY_SIZE else f"{limit} bytes"
    return f"It answers 200 but drops everything after the first {size} of a batch (uncompressed), and {reason}"


def check(answer: Answer, batches: Batches) -> Check:
    """Check which software has answered an empty request to C(UNKNOWN_PATH), and whether it can lose a part of a batch."""
    name = "software"
    software = software_of(answer)
    if not software:
        return Check(name, None, "The answers do not show which software it is.")
    if software != OPENTELEMETRY:
        return Check.passed(name, f"{software} answers.")
    problem = batch_problem(batches)
    if not problem:
        return Check.passed(name, f"An {software} answers.", OTHER_LOSSES)
    ok = None if batches.max_upload_bytes is None else False
    return Check(name, ok, f"An {software} answers. {problem}", f"{BATCH_ADVICE} {OTHER_LOSSES}")
