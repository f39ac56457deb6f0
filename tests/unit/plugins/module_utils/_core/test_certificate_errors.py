# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Cloudflare says about the TLS of a collector: every cause has its own explanation."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.advice import for_job, for_reply
from ansible_collections.edgeops.logpush.plugins.module_utils._core.certificate_errors import (
    CERTIFICATE_ERRORS,
    CertificateError,
    certificate_error,
)
from ansible_collections.edgeops.logpush.tests.unit.tls_setups import go_verdicts

ANYTHING_ELSE = CERTIFICATE_ERRORS[-1]
UNKNOWN = (
    'x509: certificate signed by unknown authority (possibly because of "{}" while trying to verify candidate authority '
    'certificate "CA")'
)


@pytest.mark.parametrize("error", CERTIFICATE_ERRORS, ids=lambda error: error.words)
def test_an_example_is_explained_by_its_own_row(error: CertificateError) -> None:
    assert certificate_error(error.example) is error
    assert error.steps and all(step.endswith(".") for step in error.steps)
    assert not error.cause.endswith(".")
    text = for_job(f"error validating destination: error writing object: RequestError: {error.example}")
    assert (
        text == for_reply(400, [{"code": 1002, "message": f"error validating destination: {error.example}"}], "").text
    )
    assert "{" not in text and text.endswith(error.steps[-1])


@pytest.mark.parametrize("words", sorted({words for words in go_verdicts().values() if words}))
def test_all_words_of_go_are_explained(words: str) -> None:
    assert certificate_error(words) not in (None, ANYTHING_ELSE)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("x509: certificate is valid for h.example.com, not splunk.example.com", "for another host"),
        (UNKNOWN.format("x509: cannot verify signature: insecure algorithm MD5-RSA"), "with MD5-RSA, which"),
        (UNKNOWN.format("crypto/rsa: verification error"), "another CA of the same name"),
        ("x509: something new", "does not accept the TLS"),
    ],
)
def test_the_cause_is_in_the_text(message: str, words: str) -> None:
    assert words in for_job(message)


def test_other_messages_are_not_about_certificates() -> None:
    for message in ("DNSError", "Timeout", "error uploading to https: status:403", ""):
        assert certificate_error(message) is None
