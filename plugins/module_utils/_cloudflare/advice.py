# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Advice for a failed answer of the Cloudflare API, by its status, error code and message. Pure: no I/O.

The advice for destinations follows the troubleshooting part of the vendor's Splunk page
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)). The vendor does not document
the error codes; they are those that users of other clients reported.
"""

from __future__ import annotations

import re
import typing as t

from .datasets import scope_hint

ApiErrors = t.Sequence[t.Mapping[str, t.Any]]

DESTINATION_TEST_FAILED = 1002
INVALID_REQUEST_HEADERS = 6003
UNKNOWN_RESOURCE = 7003
MISSING_CREDENTIALS = 9106
AUTHENTICATION_FAILED = 10000
RULESET_NOT_FOUND = 10003

_JOB_LIMIT = r"(?i)exceeded max jobs"

_CHECK_WITH_CURL = (
    "Check the collector from outside your network: "
    "curl https://<host>:<port>/services/collector/raw?channel=<GUID> -H 'Authorization: Splunk <token>' -d '{}' "
    'must answer {"text":"Success","code":0}'
)
_TOKEN_PERMISSION = "The API token needs the permission <permission> for this zone or account"


class _Rule(t.NamedTuple):
    """Advice for the errors that match: each of ``status``, ``code`` and ``message`` (a pattern) that is not None."""

    advice: str
    status: int | None = None
    code: int | None = None
    message: str | None = None

    def matches(self, status: int, error: t.Mapping[str, t.Any]) -> bool:
        return (
            self.status in (None, status)
            and self.code in (None, error.get("code"))
            and (self.message is None or re.search(self.message, _message(error)) is not None)
        )


# The first rule that matches is used.
_RULES = (
    _Rule(
        "The scope has as many jobs as its plan allows (4 for a zone), or the plan does not offer this dataset. Remove a "
        "job that is not needed, or manage an existing job by setting name or job_id.",
        message=_JOB_LIMIT,
    ),
    _Rule(
        "The plan does not include these fields. Remove them from output_options.field_names.",
        message=r"fields are not allowed",
    ),
    _Rule(
        "Zero Trust datasets need the permission Zero Trust: PII Read in addition to Logs Edit on the API token.",
        message=r"for product .* is not allowed",
    ),
    _Rule(
        "Cloudflare does not accept the certificate of the collector. The certificate must be publicly trusted, contain "
        "the host name of the endpoint, and be sent with its intermediate certificates. SplunkServerDefaultCert is the "
        "self-signed certificate of a new Splunk. Use insecure_skip_verify: true for trials only.",
        message=r"x509|certificate|tls:",
    ),
    _Rule(
        "The host of the endpoint does not resolve in public DNS. Correct endpoint. The HEC host of Splunk Cloud is "
        "usually http-inputs-<stack>.splunkcloud.com.",
        message=r"DNSError|no such host",
    ),
    _Rule(
        "The endpoint redirects, so it is not a HEC. Correct the host and port (8088, or 443 on Splunk Cloud).",
        message=r"status: ?30\d",
    ),
    _Rule(
        "Splunk refuses the HEC token. Set hec_token to the bare value (the collection encodes it), and check that the "
        "token exists on that instance and is enabled, and that HEC is enabled in its global settings.",
        message=r"status: ?40[13]|invalid token|invalid authorization|token disabled",
    ),
    _Rule(
        "Cloudflare pushes a test event to the destination with each create and update, and Splunk did not accept it. "
        "Check that endpoint is the HEC host and port (8088, or 443 with a host http-inputs-... on Splunk Cloud), that "
        "hec_token is the bare value of an enabled token with indexer acknowledgement off, that HEC is enabled, that "
        f"the certificate is publicly trusted, and that Cloudflare's addresses may reach it. {_CHECK_WITH_CURL}.",
        code=DESTINATION_TEST_FAILED,
        message=r"destination",
    ),
    _Rule(
        "The filter compares a field that is a number with text: write the number without quotes, such as 500.",
        message=r'failed to decode value "(?:\[?)\\".*supported kinds: (?:\[\])?u?(?:int|float)',
    ),
    _Rule(
        "The filter compares a field with a value of another type: text needs quotes, numbers and booleans have none, "
        "and in and !in take a list.",
        message=r"failed to decode value .*supported kinds",
    ),
    _Rule(
        'The filter is malformed. Use {"where": {...}}, and a JSON list as the value of in and !in.',
        message=r"[Kk]ey is missing|bad predicate",
    ),
    _Rule(
        "Correct transformer_id: it must be a transformer of this account, made for this dataset.",
        message=r"transformer",
    ),
    _Rule(
        f"{_TOKEN_PERMISSION}. Also check that it has not expired and that its IP filter admits this host.",
        status=403,
        code=AUTHENTICATION_FAILED,
    ),
    _Rule(f"The API token is not accepted. {_TOKEN_PERMISSION}.", status=401),
    _Rule(f"{_TOKEN_PERMISSION}.", status=403),
    _Rule(
        "The API token is malformed. Set the token only, without the word Bearer.",
        status=400,
        code=INVALID_REQUEST_HEADERS,
    ),
    _Rule(
        "The request had no credentials: set api_token, or api_email and api_key.",
        status=400,
        code=MISSING_CREDENTIALS,
    ),
    _Rule(
        "Cloudflare knows no zone or account with this id. Correct zone_id or account_id (32 hexadecimal digits, on the "
        "overview page of the dashboard), or api_url.",
        code=UNKNOWN_RESOURCE,
    ),
    _Rule("Check zone_id, account_id or job_id, and api_url.", status=404),
    _Rule(
        "Cloudflare timed out, usually while it connected to the host of the endpoint. Check that it is the HEC host (on "
        "Splunk Cloud it usually starts with http-inputs-) and that its port is open to Cloudflare's addresses.",
        status=504,
    ),
    _Rule(
        "The limit of 1,200 requests in five minutes, which all API calls of this user share, is used up. Try again in "
        "five minutes, or raise retries.",
        status=429,
    ),
)


def is_job_limit(errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether a request was refused because the scope has as many jobs as its plan allows."""
    return any(re.search(_JOB_LIMIT, _message(error)) for error in errors)


def is_destination_test_failure(errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether a request was refused because Cloudflare could not push a test event to the destination."""
    return any(error.get("code") == DESTINATION_TEST_FAILED for error in errors)


def is_missing_ruleset(status: int, errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether a zone has no entry point ruleset in a phase: the API answers so until the first rule is added."""
    return status == 404 and any(error.get("code") == RULESET_NOT_FOUND for error in errors)


def for_reply(
    status: int,
    errors: ApiErrors,
    permission: str,
    scope_kind: str | None = None,
    dataset: str | None = None,
) -> str:
    """Return the next step for a failed answer, in sentences; "" if none is known.

    ``errors`` are those of the envelope, each with ``code`` and ``message``. ``permission`` is the one that the request
    needs. ``scope_kind`` (C(zones) or C(accounts)) and ``dataset`` are those of the request, if it has any.
    """
    hints = [scope_hint(dataset, scope_kind)] if dataset and scope_kind else []
    candidates = list(errors) or [{}]
    rule = next((rule for rule in _RULES if any(rule.matches(status, error) for error in candidates)), None)
    if rule is not None:
        hints.append(rule.advice.replace("<permission>", permission))
    elif status >= 500:
        hints.append("This is a failure at Cloudflare: try again later (see www.cloudflarestatus.com).")
    return " ".join(hint for hint in hints if hint)


def _message(error: t.Mapping[str, t.Any]) -> str:
    return str(error.get("message") or "")
