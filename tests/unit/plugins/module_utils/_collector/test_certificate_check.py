# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of a certificate: which defect is reported for which certificate, and how the table words it."""

from __future__ import annotations

import datetime
import string

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate import Certificate
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_chain import Failure, Trust
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_check import (
    Conditions,
    check,
    details,
    unreadable,
    unreadable_above,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.certificate_rules import RULES, Defect
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.extensions import Extensions, Flaw
from ansible_collections.edgeops.logpush.plugins.module_utils._collector.signature import Key, KeyKind
from ansible_collections.edgeops.logpush.plugins.module_utils._core.certificate_errors import (
    CERTIFICATE_ERRORS,
    certificate_error,
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
    key=Key(KeyKind.ECDSA, "P-256"),
    extensions=Extensions(alternative_names=b"hec.example.com"),
)
NAMELESS = Extensions()
PRIVATE = SOUND._replace(issuer_is_published=False)
ISSUING = SOUND._replace(subject="CN=Issuing", issuer="CN=Root", issuer_is_published=False)
ROOT = SOUND._replace(subject="CN=Root", issuer="CN=Root")
SPLUNK = PRIVATE._replace(
    subject="CN=SplunkServerDefaultCert",
    common_name="SplunkServerDefaultCert",
    dns_names=(),
    issuer="CN=SplunkCommonCA",
    extensions=NAMELESS,
)
TRUSTED = Trust(None, (SOUND, ROOT), (SOUND,))
CA_VALUES = {
    "ca": "CN=Old CA",
    "ca_name": "Old CA",
    "ca_expiry": "2026-11-20T10:00:00Z",
    "ca_expiry_day": "2026-11-20",
    "ca_not_before": "2026-11-24T10:00:00Z",
    "cert": "CN=Issuing",
    "pathlen": "0",
    "why": "it lacks basicConstraints",
    "reason": "x509: reason",
    "what": "its serial number is negative",
    "extension": "2.5.29.99",
    "algorithm": "SHA1-RSA",
    "count": "1",
}


def untrusted(*sent: Certificate, defect: Defect = Defect.PRIVATE_ROOT) -> Trust:
    """Return a search that found no chain."""
    return Trust(Failure(defect, CA_VALUES), sent=sent)


def conditions(host: str = HOST, verified: bool = True, own_roots: bool = False) -> Conditions:
    """Return the conditions of a check."""
    return Conditions(host, NOW, verified, own_roots)


@pytest.mark.parametrize(
    ("certificate", "trust", "host", "words", "step"),
    [
        (
            SPLUNK,
            untrusted(SPLUNK),
            HOST,
            "It is SplunkServerDefaultCert",
            "Install a certificate from a public authority",
        ),
        (
            SPLUNK,
            untrusted(SPLUNK),
            "prd-p-0qk3h.splunkcloud.com",
            "It is SplunkServerDefaultCert",
            "A free trial of Splunk",
        ),
        (
            PRIVATE._replace(issuer="O=CloudFlare Origin SSL"),
            untrusted(),
            HOST,
            "Cloudflare's Origin CA",
            "through the",
        ),
        (PRIVATE._replace(issuer=PRIVATE.subject), untrusted(), HOST, "It is self-signed,", "For a private trial only"),
        (
            SOUND,
            untrusted(defect=Defect.EXPIRED_ABOVE),
            HOST,
            "CN=Old CA, expired on 2026-11-20",
            "current certificates",
        ),
        (
            SOUND,
            untrusted(defect=Defect.NOT_YET_VALID_ABOVE),
            HOST,
            "is not valid before 2026-11-24",
            "clocks of its issuer",
        ),
        (
            PRIVATE,
            untrusted(PRIVATE, ISSUING, ROOT),
            HOST,
            "a private authority, CN=Root, which is not in the public roots",
            "public authority",
        ),
        (
            SOUND,
            untrusted(SOUND),
            HOST,
            "The issuer of CN=hec.example.com, CN=Issuing, is not",
            "Add the certificate of CN=Iss",
        ),
        (
            SOUND,
            untrusted(SOUND, ISSUING),
            HOST,
            "Its chain ends at CN=Issuing, issued by CN=Root",
            "public authority",
        ),
        (
            PRIVATE,
            untrusted(PRIVATE),
            HOST,
            "a private authority, or a missing intermediate certificate",
            "If it has one already, add the certificate of CN=Issuing",
        ),
        (
            SOUND,
            untrusted(defect=Defect.WRONG_USAGE),
            HOST,
            "CN=Issuing is not for servers",
            "extendedKeyUsage serverAuth",
        ),
        (
            SOUND._replace(dns_names=(), extensions=NAMELESS),
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
        (SOUND._replace(dns_names=("192.0.2.1",)), TRUSTED, "192.0.2.1", "only as a DNS name", "IP:192.0.2.1"),
        (
            SOUND._replace(dns_names=(f"{HOST}:8088",)),
            TRUSTED,
            HOST,
            "not the bare name",
            f"Write the bare name {HOST}",
        ),
        (
            SOUND._replace(dns_names=(f"https://{HOST}/",)),
            TRUSTED,
            HOST,
            "not the bare name",
            f"Write the bare name {HOST}",
        ),
        (SOUND._replace(dns_names=(f" {HOST}",)), TRUSTED, HOST, "not the bare name", f"Write the bare name {HOST}"),
        (SOUND._replace(not_before=NOW + DAY), TRUSTED, HOST, "It is not valid before 2026-11-23T10:00:00Z.", "clocks"),
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
    problem, says, _words = found.detail.partition(" Cloudflare says: ")
    assert says and skipped.detail.startswith(problem) and "insecure_skip_verify is true" in skipped.detail
    assert skipped.advice == found.advice


LARGE_KEY = Key(KeyKind.RSA, "RSA", (2**9215, 3))
UNREADABLE = SOUND._replace(flaw=Flaw("negative serial number", "its serial number is negative"))


@pytest.mark.parametrize(
    ("certificate", "sent", "words"),
    [
        (UNREADABLE, (), "Cloudflare cannot read it: its serial number is negative."),
        (
            SOUND,
            (UNREADABLE._replace(subject="CN=Old CA"),),
            "Cloudflare cannot read CN=Old CA, which the server also sends: its serial",
        ),
        (SOUND._replace(key=Key(None, "Ed448")), (), "Its key is of the kind Ed448"),
        (SOUND._replace(key=Key(KeyKind.RSA, "RSA", (2**511, 3))), (), "Its RSA key has 512 bits"),
        (SOUND, (ISSUING._replace(key=LARGE_KEY),), "The RSA key of CN=Issuing, which the server sends, has 9216 bits"),
    ],
)
def test_what_cloudflare_cannot_read_fails_without_verification_too(
    certificate: Certificate, sent: tuple[Certificate, ...], words: str
) -> None:
    trust = Trust(None, (certificate, ROOT), (certificate, *sent))
    for verified in (True, False):
        found = check(certificate, trust, conditions(verified=verified))
        assert found.ok is False
        assert words in found.detail and "Cloudflare says: " in found.detail
        assert "insecure_skip_verify does not help" in found.advice
    worse = check(certificate, untrusted(certificate, *sent), conditions())
    assert "For a private trial" not in worse.advice


def test_several_defects_are_reported_at_once_and_their_steps_once() -> None:
    expired = PRIVATE._replace(issuer=PRIVATE.subject, dns_names=("a.example.com",), not_after=NOW - DAY)
    found = check(expired, untrusted(expired), conditions())
    for words in ("It is self-signed,", "It is valid for a.example.com", "It expired on"):
        assert words in found.detail
    assert found.advice.count("serverCert under [http]") == 1
    # Go stops at the first problem.
    assert found.detail.count("Cloudflare says") == 1 and "is after 2026-11-21" in found.detail


def test_the_steps_are_in_the_order_in_which_they_are_done() -> None:
    expired = PRIVATE._replace(issuer=PRIVATE.subject, dns_names=("a.example.com",), not_after=NOW - DAY)
    advice = check(expired, untrusted(expired), conditions()).advice
    steps = ["Install a certificate with hec.example.com", "serverCert under [http]", "For a private trial only"]
    assert [advice.find(step) for step in steps] == sorted(advice.find(step) for step in steps)
    assert -1 not in [advice.find(step) for step in steps]


def test_without_verification_only_what_cloudflare_reads_matters() -> None:
    private = UNREADABLE._replace(issuer=UNREADABLE.subject, dns_names=("a.example.com",))
    found = check(private, untrusted(private), conditions(verified=False))
    assert found.ok is False and "self-signed" not in found.detail and "valid for" not in found.detail
    assert "self-signed" in check(private, untrusted(private), conditions()).detail


@pytest.mark.parametrize(
    ("common_name", "alternative_names", "words"),
    [
        # A certificate that has only an e-mail address or a URL in addition.
        (HOST, b"email", "It names hec.example.com only as its common name (CN)"),
        ("splunk01", None, "It is valid for no host at all (its common name, splunk01, does not count), not hec"),
        ("", None, "It is valid for no host at all, not hec.example.com"),
    ],
)
def test_a_common_name_is_no_name_that_a_certificate_is_valid_for(
    common_name: str, alternative_names: bytes | None, words: str
) -> None:
    extensions = Extensions(alternative_names=alternative_names)
    nameless = SOUND._replace(common_name=common_name, dns_names=(), extensions=extensions)
    found = check(nameless, TRUSTED, conditions())
    assert found.detail.startswith(words)
    assert "or set endpoint to a host" not in found.advice


def test_a_sentence_does_not_list_thousands_of_names() -> None:
    names = tuple(f"h{number}.example.com" for number in range(3000))
    found = check(SOUND._replace(dns_names=names), TRUSTED, conditions())
    assert "h9.example.com and 2990 more names, not hec.example.com" in found.detail
    assert len(found.detail) < 500


def test_the_default_certificate_of_splunk_is_one_defect() -> None:
    found = check(SPLUNK, untrusted(SPLUNK), conditions())
    assert found.detail.count("SplunkServerDefaultCert") == 1


def test_a_sound_certificate() -> None:
    assert check(SOUND, TRUSTED, conditions()).advice == ""
    assert "is not needed: remove it" in check(SOUND, TRUSTED, conditions(verified=False)).advice
    own = check(SOUND, TRUSTED, conditions(own_roots=True))
    assert own.ok is True and "by your own CA bundle" in own.detail
    days_14, days_13 = (check(SOUND._replace(not_after=NOW + days * DAY), TRUSTED, conditions()) for days in (14, 13))
    assert days_14.advice == "" and "Renew it before it expires" in days_13.advice


def test_with_a_ca_bundle_the_advice_is_for_cloudflare_and_for_a_private_trial() -> None:
    found = check(PRIVATE, untrusted(PRIVATE), conditions(own_roots=True))
    assert "Install a certificate from a public authority" in found.advice
    assert "For a private trial with a CA of your own, add the certificate of that CA to your CA bundle" in found.advice
    assert "to your CA bundle" not in check(PRIVATE, untrusted(PRIVATE), conditions()).advice


def test_an_expired_certificate_may_still_be_trusted() -> None:
    expired = SOUND._replace(not_after=NOW - DAY)
    shown = details(expired, TRUSTED, conditions())
    assert (shown["trusted"], shown["matches"], shown["days_left"]) == (True, True, -1)
    assert details(expired, untrusted(), conditions())["trusted"] is False


def test_a_certificate_that_cannot_be_read_at_all_fails() -> None:
    assert unreadable("it is cut off").ok is False and "it is cut off" in unreadable("it is cut off").detail
    assert unreadable_above("it is cut off").ok is False


def test_a_python_that_hides_the_chain_cannot_tell() -> None:
    assert check(SOUND, untrusted(defect=Defect.CHAIN_HIDDEN), conditions()).ok is None


def test_the_table_has_a_row_for_every_defect_and_steps_for_every_row() -> None:
    assert set(RULES) == set(Defect)
    for rule in RULES.values():
        assert rule.problem.endswith(".") and rule.steps
        assert all(step.endswith(".") for step in rule.steps)


def test_what_cloudflare_will_say_is_explained_with_the_same_words_later() -> None:
    class Anything(dict):  # type: ignore[type-arg]
        def __missing__(self, key: str) -> str:
            return "7" if key == "bits" else "2026-11-20"

    last = CERTIFICATE_ERRORS[-1]
    for defect, rule in RULES.items():
        words = string.Formatter().vformat(rule.words, (), Anything())
        if "{host_words}" in rule.words or defect is Defect.CHAIN_HIDDEN:
            continue
        assert certificate_error(words) not in (None, last), defect


def test_text_of_a_certificate_is_not_a_template() -> None:
    odd = PRIVATE._replace(issuer="CN={host} {0}")
    assert "CN={host} {0}" in check(odd, untrusted(odd), conditions()).detail
