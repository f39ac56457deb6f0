# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What to do about an answer of the Cloudflare API. Pure: no I/O.

The advice for destinations follows the troubleshooting part of the vendor's Splunk page
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)), and the codes are those
that users of other clients met.
"""

from __future__ import annotations

import re
import typing as t

from .datasets import scope_hint

# The destination did not accept the test event that Cloudflare sends with each create and update.
_DESTINATION_REFUSED = 1002

_JOB_LIMIT = re.compile(r"(?i)exceeded max jobs")

_CHECK_WITH_CURL = (
    "Check the collector from outside your network: "
    "curl https://<host>:<port>/services/collector/raw?channel=<GUID> -H 'Authorization: Splunk <token>' -d '{}' "
    'must answer {"text":"Success","code":0}'
)
_TOKEN_PERMISSION = "The API token needs the permission <permission> for this zone or account"

# (HTTP status or None, code or None, pattern of the message or None) -> advice. The first that fits counts.
_ADVICE: tuple[tuple[int | None, int | None, str | None, str], ...] = (
    (
        None,
        None,
        _JOB_LIMIT.pattern,
        "The scope has as many jobs as its plan allows (4 for a zone), or the plan does not offer this dataset. Remove "
        "a job that is not needed, or manage an existing one by naming it with name or job_id.",
    ),
    (
        None,
        None,
        r"fields are not allowed",
        "The plan does not include these fields. Leave them out of output_options.field_names.",
    ),
    (
        None,
        None,
        r"for product .* is not allowed",
        "Zero Trust datasets need the permission Zero Trust: PII Read besides Logs Edit on the API token.",
    ),
    (
        None,
        None,
        r"x509|certificate|tls:",
        "Cloudflare does not accept the certificate of the collector: it must be publicly trusted, carry the host name "
        "of the endpoint, and come with its intermediate certificates. SplunkServerDefaultCert is the self-signed one "
        "of a fresh Splunk. insecure_skip_verify: true is for trials only.",
    ),
    (
        None,
        None,
        r"DNSError|no such host",
        "The host of the endpoint does not resolve in public DNS. Correct endpoint; the HEC host of Splunk Cloud "
        "usually is http-inputs-<stack>.splunkcloud.com.",
    ),
    (
        None,
        None,
        r"status: ?30\d",
        "The endpoint redirects, so it is not a HEC: correct the host and port (8088, or 443 on Splunk Cloud).",
    ),
    (
        None,
        None,
        r"status: ?40[13]|invalid token|invalid authorization|token disabled",
        "Splunk refuses the HEC token: give its value alone as hec_token (it is encoded here), and see that the token "
        "exists on that instance and is enabled, and that HEC is enabled in its global settings.",
    ),
    (
        None,
        1002,
        r"destination",
        "Cloudflare pushes a test event into the destination with each create and update, and Splunk did not take it. "
        "See that endpoint is the HEC host and port (8088, or 443 with a host http-inputs-... on Splunk Cloud), that "
        "hec_token is the bare value of an enabled token with indexer acknowledgement off, that HEC is enabled, that "
        f"the certificate is publicly trusted, and that Cloudflare's addresses may reach it. {_CHECK_WITH_CURL}.",
    ),
    (
        None,
        None,
        r"[Kk]ey is missing|bad predicate",
        'The filter is malformed: {"where": {...}}, and a JSON list as the value of in and !in.',
    ),
    (None, None, r"transformer", "See transformer_id: it must be one of this account, made for this dataset."),
    (
        403,
        10000,
        None,
        f"{_TOKEN_PERMISSION}. Also see that it is not expired and that its IP filter admits this host.",
    ),
    (401, None, None, f"The API token is not accepted. {_TOKEN_PERMISSION}."),
    (403, None, None, f"{_TOKEN_PERMISSION}."),
    (400, 6003, None, "The API token is malformed: give it alone, without the word Bearer."),
    (400, 9106, None, "No credentials arrived: set api_token, or api_email and api_key."),
    (
        None,
        7003,
        None,
        "The zone or account is not known under this id. See zone_id or account_id: 32 hexadecimal digits from the "
        "overview page of the dashboard; and api_url.",
    ),
    (404, None, None, "See zone_id, account_id or job_id, and api_url."),
    (
        504,
        None,
        None,
        "Cloudflare itself waited in vain, most often for the host of the endpoint: see that it is the HEC host (that "
        "of Splunk Cloud usually starts with http-inputs-), and that its port is open to Cloudflare's addresses.",
    ),
    (
        429,
        None,
        None,
        "The budget of 1,200 requests in five minutes, shared by everything that this user does, is used up: try again "
        "in five minutes, or raise retries.",
    ),
)


def is_job_limit(errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Whether a request was refused because the scope has as many jobs as it may have."""
    return any(_JOB_LIMIT.search(str(error.get("message") or "")) for error in errors)


def for_reply(
    status: int,
    errors: t.Sequence[t.Mapping[str, t.Any]],
    permission: str,
    scope_kind: str | None = None,
    dataset: str | None = None,
) -> str:
    """Return the next step for a failed answer, in sentences; "" where nothing is known.

    ``errors`` are those of the envelope, each with ``code`` and ``message``; ``permission`` is the one that the request
    needs; ``scope_kind`` and ``dataset`` are what it was about.
    """
    hints = [scope_hint(dataset, scope_kind)] if dataset and scope_kind else []
    candidates = list(errors) or [{}]
    for wanted_status, wanted_code, pattern, advice in _ADVICE:
        if any(_fits(status, error, wanted_status, wanted_code, pattern) for error in candidates):
            hints.append(advice.replace("<permission>", permission))
            break
    else:
        if status >= 500:
            hints.append("This is a failure on the side of Cloudflare: try again later (www.cloudflarestatus.com).")
    return " ".join(hint for hint in hints if hint)


def _fits(
    status: int, error: t.Mapping[str, t.Any], wanted_status: int | None, wanted_code: int | None, pattern: str | None
) -> bool:
    return (
        wanted_status in (None, status)
        and wanted_code in (None, error.get("code"))
        and (pattern is None or re.search(pattern, str(error.get("message") or "")) is not None)
    )


def is_refused_destination(errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether a request was refused because the test of the destination failed."""
    return any(error.get("code") == _DESTINATION_REFUSED for error in errors)
