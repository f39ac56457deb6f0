# Copyright (c) 2026 edgeops.logpush contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What to do about the error message of a job, and about the status of an upload. Pure: no I/O."""

from __future__ import annotations

import re

from .._cloudflare import advice as api_advice
from .._collector import checks as hec_advice
from .._collector.answer import Answer
from .wording import cause_of_error, http_status

# The code of an upload without an answer -> what to do, where no error message of a job means the same.
_CODES = {
    1103: "This is an error of Logpush itself. If it persists, report it to Cloudflare.",
    1104: "Cloudflare cannot use the configuration of the job. Check its destination with splunk_hec_probe.",
    1201: (
        "A batch waited too long for its upload. Check that the collector is up, accepts every request, and is fast enough for "
        "the logs of the job."
    ),
}
# The code of an upload -> the error message of a job with this cause.
_MESSAGES = {1105: "DNSError"}
_NO_ANSWER = re.compile(r"(?i)time ?out|connection|uploading|refused|reset|EOF")


def error_advice(error: str) -> str:
    """Return what to do about an error message that Cloudflare reports for a job."""
    known = api_advice.for_job(error)
    if known:
        return known
    status = http_status(error)
    if status:
        return hec_advice.event(Answer(status)).advice
    if _NO_ANSWER.search(error):
        return hec_advice.event(Answer(0)).advice
    return "Test the collector with splunk_hec_probe. Each failed check has advice."


def upload_advice(status: int, meaning: str) -> str:
    """Return what to do about failed uploads. C(meaning) is their status in words."""
    return _CODES.get(status) or error_advice(_message_of(status, meaning))


def upload_cause(status: int, meaning: str) -> str:
    """Return why uploads fail, in a few words."""
    return cause_of_error(_message_of(status, meaning))


def _message_of(status: int, meaning: str) -> str:
    """Return the error message that a job has after such an upload."""
    return f"status: {status}" if 100 <= status < 600 else _MESSAGES.get(status, meaning)
