# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a certificate: which defect is reported for which certificate, and how the table words it."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate import Certificate
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_check import (
    Conditions,
    Trust,
    check,
    details,
    is_trusted,
    unreadable,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_rules import (
    RULES,
    Defect,
    VerifyCode,
)

NOW = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
HOST = "hec.example.com"
SOUND = Certificate(
    subject="CN=hec.example.com",
    common_name=HOST,
    dns_names=(HOST,),
    addresses=(),
    issuer="CN=Issuing",
    not_before=NOW - DAY,
    not_after=NOW + 90 * DAY,
    issuer_is_published=True,
)
PRIVATE = SOUND._replace(issuer_is_published=False)
ISSUING = SOUND._replace(subject="CN=Issuing", issuer="CN=Root", issuer_is_published=False)
ROOT = SOUND._replace(subject="CN=Root", issuer="CN=Root")
SPLUNK = PRIVATE._replace(
    subject="CN=SplunkServerDefaultCert",
    common_name="SplunkServerDefaultCert",
    dns_names=(),
    issuer="CN=SplunkCommonCA",
)
TRUSTED = Trust(VerifyCode.TRUSTED, "", None)
NO_ISSUER = Trust(VerifyCode.UNABLE_TO_GET_ISSUER_LOCALLY, "unable to get local issuer certificate", None)


def conditions(host: str = HOST, verified: bool = True, own_roots: bool = False) -> Conditions:
    """Return the conditions of a check."""
    return Conditions(host, NOW, verified, own_roots)


@pytest.mark.parametrize(
    ("certificate", "trust", "host", "words", "step"),
    [
        (SPLUNK, NO_ISSUER, HOST, "It is SplunkServerDefaultCert", "Install a certificate of a public authority"),
        (SPLUNK, NO_ISSUER, "prd-p-0qk3h.splunkcloud.com", "It is SplunkServerDefaultCert", "A free trial of Splunk"),
        (PRIVATE._replace(issuer="O=CloudFlare Origin SSL"), NO_ISSUER, HOST, "Cloudflare's Origin CA", "through the"),
        (PRIVATE._replace(issuer=PRIVATE.subject), NO_ISSUER, HOST, "It is self-signed.", "For a trial"),
        (
            SOUND,
            Trust(VerifyCode.EXPIRED, "expired", None),
            HOST,
            "a certificate above it",
            "intermediate certificates",
        ),
        (SOUND, Trust(VerifyCode.NOT_YET_VALID, "", None), HOST, "a certificate above it", "intermediate certificates"),
        (
            PRIVATE,
            Trust(VerifyCode.SELF_SIGNED_IN_CHAIN, "", (ISSUING, ROOT)),
            HOST,
            "a private authority, CN=Root, which is not in the public roots",
            "public authority",
        ),
        (
            SOUND,
            NO_ISSUER,
            HOST,
            "The issuer of CN=hec.example.com, CN=Issuing, is not",
            "Add the certificate of CN=Iss",
        ),
        (
            SOUND,
            Trust(VerifyCode.UNABLE_TO_VERIFY_LEAF, "", (SOUND, ISSUING)),
            HOST,
            "Its chain ends at CN=Issuing, issued by CN=Root",
            "public authority",
        ),
        (
            PRIVATE,
            Trust(VerifyCode.UNABLE_TO_GET_ISSUER, "", (PRIVATE,)),
            HOST,
            "a private authority, or a missing intermediate certificate",
            "If it has one already, add the certificate of CN=Issuing",
        ),
        (
            SOUND,
            Trust(VerifyCode.NOT_VERIFIED, "no answer", None),
            HOST,
            "is unknown: no answer.",
            "Run the probe again",
        ),
        (SOUND, Trust(26, "unsuitable purpose", None), HOST, "is unknown: unsuitable purpose.", "Run the probe again"),
        (
            SOUND._replace(dns_names=()),
            TRUSTED,
            HOST,
            "only as its common name (CN)",
            "subject alternative names (SAN)",
        ),
        (
            SOUND,
            TRUSTED,
            "other.example.com",
            "It is valid for hec.example.com, not other.example.com.",
            "set endpoint",
        ),
        (SOUND._replace(not_before=NOW + DAY), TRUSTED, HOST, "valid only from 2026-11-23T10:00:00Z on", "clocks"),
        (SOUND._replace(not_after=NOW - DAY), TRUSTED, HOST, "It expired on 2026-11-21: renew it.", "PEM file"),
    ],
)
def test_each_defect_is_reported_with_its_step(
    certificate: Certificate, trust: Trust, host: str, words: str, step: str
) -> None:
    found = check(certificate, trust, conditions(host))
    assert (found.name, found.ok) == ("certificate", False)
    assert words in found.detail and step in found.advice
    # Without verification by Cloudflare, the same words are not a failure.
    skipped = check(certificate, trust, conditions(host, verified=False))
    assert skipped.ok is True
    assert skipped.detail.startswith(found.detail) and "insecure_skip_verify is true" in skipped.detail
    assert skipped.advice == found.advice


def test_several_defects_are_reported_at_once_and_their_steps_once() -> None:
    expired = PRIVATE._replace(issuer=PRIVATE.subject, dns_names=("a.example.com",), not_after=NOW - DAY)
    found = check(expired, Trust(18, "self-signed certificate", None), conditions())
    for words in ("It is self-signed.", "It is valid for a.example.com", "It expired on"):
        assert words in found.detail
    assert found.advice.count("serverCert under [http]") == 1


def test_the_default_certificate_of_splunk_is_one_defect() -> None:
    found = check(SPLUNK, NO_ISSUER, conditions())
    assert found.detail.count("SplunkServerDefaultCert") == 1


def test_a_sound_certificate() -> None:
    assert check(SOUND, TRUSTED, conditions()).advice == ""
    assert "leave it out" in check(SOUND, TRUSTED, conditions(verified=False)).advice
    own = check(SOUND, TRUSTED, conditions(own_roots=True))
    assert own.ok is True and "by the CA bundle in ca_path" in own.detail
    days_14, days_13 = (check(SOUND._replace(not_after=NOW + days * DAY), TRUSTED, conditions()) for days in (14, 13))
    assert days_14.advice == "" and "Renew it soon" in days_13.advice


def test_an_expired_certificate_may_still_be_trusted() -> None:
    expired = SOUND._replace(not_after=NOW - DAY)
    trust = Trust(VerifyCode.EXPIRED, "certificate has expired", None)
    assert is_trusted(expired, trust, NOW)
    assert not is_trusted(SOUND, trust, NOW)
    assert not is_trusted(expired, NO_ISSUER, NOW)
    shown = details(expired, trust, conditions())
    assert (shown["trusted"], shown["matches"], shown["days_left"]) == (True, True, -1)


def test_a_certificate_that_cannot_be_read_fails_only_if_cloudflare_verifies_it() -> None:
    assert unreadable("it is cut off", conditions()).ok is False
    assert unreadable("it is cut off", conditions(verified=False)).ok is True


def test_the_table_has_a_row_for_every_defect_and_steps_for_every_row() -> None:
    assert set(RULES) == set(Defect)
    for rule in RULES.values():
        assert rule.problem.endswith(".") and rule.steps
        assert all(step.endswith(".") for step in rule.steps)


def test_text_of_a_certificate_is_not_a_template() -> None:
    odd = PRIVATE._replace(issuer="CN={host} {0}")
    assert "CN={host} {0}" in check(odd, NO_ISSUER, conditions()).detail
