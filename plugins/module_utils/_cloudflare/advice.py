# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Advice for a failed answer of the Cloudflare API, by its status, error code and message. Pure: no I/O.

The advice for destinations follows the troubleshooting section of Cloudflare's Splunk page
(U(https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/splunk/)). Cloudflare does not
document the error codes; they are those that users of other clients reported.
"""

from __future__ import annotations

import re
import typing as t

from .._core.batches import RAISE_LIMIT, TOO_LARGE
from .._core.certificate_errors import CERTIFICATE_ERRORS
from .datasets import scope_hint

ApiErrors = t.Sequence[t.Mapping[str, t.Any]]

DESTINATION_TEST_FAILED = 1002
INVALID_REQUEST_HEADERS = 6003
UNKNOWN_RESOURCE = 7003
MISSING_CREDENTIALS = 9106
RULESET_NOT_FOUND = 10003

# Cloudflare: "Cannot use the access token from location: 203.0.113.1".
_ADDRESS = r"(?i)from location|from (this|your) (ip )?address"
_JOB_LIMIT = r"(?i)exceeded max jobs"

_CHECK_WITH_CURL = (
    "Check the collector from outside your network: "
    "curl https://<host>:<port>/services/collector/raw?channel=<GUID> -H 'Authorization: Splunk <token>' -d '{}' "
    'must answer {"text":"Success","code":0}'
)
_TOKEN_PERMISSION = "The API token needs the permission <permission> for this zone or account."


class Advice(t.NamedTuple):
    """The meaning of a failed answer: ``cause`` is what went wrong, ``next_step`` what to do. Both are "" if the meaning is
    not known."""

    cause: str = ""
    next_step: str = ""

    @property
    def text(self) -> str:
        """The cause and the next step as sentences."""
        cause = f"{self.cause.rstrip('.')}." if self.cause else ""
        return f"{cause} {self.next_step}".strip()


ADDRESS_REFUSED = Advice(
    "The API token is not allowed from this address",
    "Add the address to the IP filter of the token, or run this from an address that the filter allows.",
)
INTERNAL_ERROR = Advice("Cloudflare reports an internal error", "Try again later (see www.cloudflarestatus.com).")


class _Rule(t.NamedTuple):
    """Advice for the errors that match: each of ``status``, ``code`` and ``message`` (a pattern) that is not None. The named
    groups of the pattern can be used in ``cause``, as C({date}). ``is_about_token`` is true if the API token may be the
    reason."""

    cause: str
    next_step: str
    status: int | None = None
    code: int | None = None
    message: str | None = None
    is_about_token: bool = False

    def matches(self, status: int, error: t.Mapping[str, t.Any]) -> bool:
        return (
            self.status in (None, status)
            and self.code in (None, error.get("code"))
            and (self.message is None or re.search(self.message, _message(error)) is not None)
        )

    def advice(self, errors: ApiErrors, permission: str) -> Advice:
        found = [re.search(self.message, _message(error)) for error in errors] if self.message else []
        groups = next((match.groupdict() for match in found if match), {})
        cause = self.cause.format(**groups) if groups else self.cause
        return Advice(cause, self.next_step.replace("<permission>", permission))


# The first rule that matches is used.
_RULES = (
    _Rule(
        "The receiver of the webhook did not accept the test message, which Cloudflare sends whenever a webhook is created or "
        "changed",
        "The receiver must answer with a status from 200 to 299. Its URL must be reachable from the internet on port 80 or "
        "443. If it checks the secret in the header cf-webhook-auth, the secret must be the one of the webhook.",
        message=r"(?i)webhook test failed",
    ),
    _Rule(
        "Cloudflare does not send notifications to this URL",
        "Set the url of the webhook to a host with a public address, and to port 80 or 443.",
        message=r"(?i)webhook.*\b(url|port|address)\b",
    ),
    _Rule(
        "The plan of the account does not include this notification or this kind of recipient",
        "The page Notifications of the dashboard shows what the plan includes. Leave out webhooks and pagerduty to send emails "
        "only, or change the plan.",
        message=r"(?i)not (entitled|eligible)|entitlement|upgrade your plan",
    ),
    _Rule(
        "The zone or account has as many jobs as its plan allows (4 for a zone), or the plan does not offer this dataset",
        "Remove a job that is not needed, or manage an existing job by setting name or job_id.",
        message=_JOB_LIMIT,
    ),
    _Rule(
        "The plan does not include these fields",
        "Remove them from output_options.field_names.",
        message=r"fields are not allowed",
    ),
    _Rule(
        "The API token lacks the permission Zero Trust: PII Read",
        "Zero Trust datasets need it in addition to Logs Edit.",
        message=r"for product .* is not allowed",
    ),
    *(_Rule(error.cause, " ".join(error.steps), message=error.words) for error in CERTIFICATE_ERRORS),
    _Rule(
        "The host of the endpoint does not resolve in public DNS",
        "Correct endpoint. The HEC host of Splunk Cloud is usually http-inputs-<stack>.splunkcloud.com.",
        message=r"DNSError|no such host",
    ),
    _Rule(
        "The endpoint redirects, so it is not a HEC",
        "Correct the host and port (8088, or 443 on Splunk Cloud).",
        message=r"status: ?30\d",
    ),
    _Rule(
        TOO_LARGE,
        RAISE_LIMIT,
        message=r"status: ?413|too large",
    ),
    _Rule(
        "Splunk refuses the HEC token",
        "Set hec_token to the bare value (the collection encodes it), and check that the token exists on that instance and is "
        "enabled, and that HEC is enabled in its global settings.",
        message=r"status: ?40[13]|invalid token|invalid authorization|token disabled",
    ),
    _Rule(
        "Cloudflare cannot connect to the collector",
        "Check that endpoint has the port of HEC (8088, or 443 with a host http-inputs-... on Splunk Cloud), that HEC is "
        f"enabled, and that Cloudflare's addresses may reach it. {_CHECK_WITH_CURL}.",
        code=DESTINATION_TEST_FAILED,
        message=r"ConnectionError|ConnectionTimeout|refused",
    ),
    _Rule(
        "Splunk did not accept the test event that Cloudflare pushes with each create and update",
        "Check that endpoint is the HEC host and port (8088, or 443 with a host http-inputs-... on Splunk Cloud), that "
        "hec_token is the bare value of an enabled token with indexer acknowledgement off, that HEC is enabled, that "
        f"the certificate is publicly trusted, and that Cloudflare's addresses may reach it. {_CHECK_WITH_CURL}.",
        code=DESTINATION_TEST_FAILED,
        message=r"destination",
    ),
    _Rule(
        "The filter compares a numeric field with text",
        "Write the number without quotes, such as 500.",
        message=r'failed to decode value "(?:\[?)\\".*supported kinds: (?:\[\])?u?(?:int|float)',
    ),
    _Rule(
        "The filter compares a field with a value of another type",
        "Put text in quotes, write numbers and booleans without quotes, and give in and !in a list.",
        message=r"failed to decode value .*supported kinds",
    ),
    _Rule(
        "The filter is malformed",
        'Use {"where": {...}}, and a JSON list as the value of in and !in.',
        message=r"[Kk]ey is missing|bad predicate",
    ),
    _Rule(
        "The transformer cannot be used",
        "Correct transformer_id: it must be a transformer of this account, made for this dataset.",
        message=r"transformer",
    ),
    _Rule(*ADDRESS_REFUSED, message=_ADDRESS),
    _Rule("", _TOKEN_PERMISSION, status=401, is_about_token=True),
    _Rule("", _TOKEN_PERMISSION, status=403, is_about_token=True),
    _Rule(
        "The API token is malformed",
        "Set the token only, without the word Bearer.",
        status=400,
        code=INVALID_REQUEST_HEADERS,
    ),
    _Rule(
        "The request had no credentials",
        "Set api_token, or api_email and api_key.",
        status=400,
        code=MISSING_CREDENTIALS,
    ),
    _Rule(
        "Cloudflare has no zone or account with this ID",
        "Correct zone_id or account_id (32 hexadecimal digits, on the overview page of the dashboard), or api_url.",
        code=UNKNOWN_RESOURCE,
    ),
    _Rule("", "Check zone_id, account_id or job_id, and api_url.", status=404),
    _Rule(
        "Cloudflare timed out, usually while it connected to the host of the endpoint",
        "Check that it is the HEC host (on Splunk Cloud it usually starts with http-inputs-) and that its port is open to "
        "Cloudflare's addresses.",
        status=504,
    ),
    _Rule(
        "The limit of 1,200 requests in five minutes, which all API calls of this user share, is used up",
        "Try again in five minutes, or raise retries.",
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


def is_about_address(errors: t.Iterable[t.Mapping[str, t.Any]]) -> bool:
    """Return whether a request was refused because of the address that it came from."""
    return any(re.search(_ADDRESS, _message(error)) for error in errors)


def is_about_token(status: int, errors: ApiErrors) -> bool:
    """Return whether the API token may be the reason of a refusal."""
    rule = _rule(status, errors)
    return rule is not None and rule.is_about_token


def for_reply(
    status: int,
    errors: ApiErrors,
    permission: str,
    scope_kind: str | None = None,
    dataset: str | None = None,
) -> Advice:
    """Return the advice for a failed answer.

    ``errors`` are those of the envelope, each with ``code`` and ``message``. ``permission`` is the one that the request
    needs. ``scope_kind`` (C(zones) or C(accounts)) and ``dataset`` are those of the request, if it has any.
    """
    rule = _rule(status, errors)
    found = Advice()
    if rule is not None:
        found = rule.advice(errors, permission)
    elif status >= 500:
        found = INTERNAL_ERROR
    hint = scope_hint(dataset, scope_kind) if dataset and scope_kind else ""
    return Advice(hint, found.text) if hint else found


def for_job(error: str) -> str:
    """Return an explanation of the error message of a job and the advice for it, "" if the message is unknown."""
    return for_reply(0, [{"message": error}], "").text


def cause_for_job(error: str) -> str:
    """Return what the error message of a job means, without what to do about it, "" if nothing is known."""
    return for_reply(0, [{"message": error}], "").cause


def _rule(status: int, errors: ApiErrors) -> _Rule | None:
    candidates = list(errors) or [{}]
    return next((rule for rule in _RULES if any(rule.matches(status, error) for error in candidates)), None)


def _message(error: t.Mapping[str, t.Any]) -> str:
    return str(error.get("message") or "")
