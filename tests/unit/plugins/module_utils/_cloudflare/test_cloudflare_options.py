# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shared options: their precedence, and the values that are refused before the first request."""

from __future__ import annotations

import contextlib
import os
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.options import (
    cloudflare_client,
    with_credentials,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import check_scope
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout_request import with_collector
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import mask_options
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    TOKEN,
    WHOLE_CONF,
    long_tokens,
    nasty_text,
    spellings,
)
from hypothesis import given
from hypothesis import strategies as st

VARIABLES = (
    "CLOUDFLARE_API_TOKEN",
    "CLOUDFLARE_TOKEN",
    "CLOUDFLARE_EMAIL",
    "CLOUDFLARE_API_KEY",
    "CLOUDFLARE_BASE_URL",
    "SPLUNK_HEC_TOKEN",
    "SPLUNK_HEC_ENDPOINT",
)
CREDENTIALS: dict[str, t.Any] = {"api_token": None, "api_email": None, "api_key": None}
CLIENT = {
    **CREDENTIALS,
    "api_token": "t",
    "api_url": "https://h/v4",
    "validate_certs": True,
    "timeout": 60,
    "retries": 4,
}
ZONE_ID = "023e105f4ecef8ad9ca31a8372d0c353"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the collection's variables out of the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "options", "completed"),
    [
        ({}, {}, {}),
        ({"CLOUDFLARE_API_TOKEN": "a", "CLOUDFLARE_TOKEN": "b"}, {}, {"api_token": "a"}),
        ({"CLOUDFLARE_API_TOKEN": "", "CLOUDFLARE_TOKEN": "b"}, {}, {"api_token": "b"}),
        ({"CLOUDFLARE_API_TOKEN": "a"}, {"api_token": "own"}, {"api_token": "own"}),
        ({"CLOUDFLARE_API_TOKEN": "a"}, {"api_token": ""}, {"api_token": "a"}),
        ({"CLOUDFLARE_EMAIL": "e", "CLOUDFLARE_API_KEY": "k"}, {}, {"api_email": "e", "api_key": "k"}),
        ({"CLOUDFLARE_API_TOKEN": "a", "CLOUDFLARE_EMAIL": "e", "CLOUDFLARE_API_KEY": "k"}, {}, {"api_token": "a"}),
        ({"CLOUDFLARE_API_TOKEN": "a"}, {"api_email": "e", "api_key": "k"}, {"api_email": "e", "api_key": "k"}),
        (
            {"CLOUDFLARE_API_TOKEN": "a", "CLOUDFLARE_API_KEY": "k"},
            {"api_email": "e"},
            {"api_email": "e", "api_key": "k"},
        ),
        ({"CLOUDFLARE_EMAIL": "e"}, {"api_token": "own"}, {"api_token": "own"}),
    ],
)
def test_credentials(
    environment: dict[str, str], options: dict[str, t.Any], completed: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert with_environment({**CREDENTIALS, **options}) == {**CREDENTIALS, **completed}


@pytest.mark.parametrize(
    ("options", "endpoint", "hec_token"),
    [
        ({}, "env.example.com", "env-token"),
        ({"endpoint": "own"}, "own", "env-token"),
        ({"hec_token": "own"}, "env.example.com", "own"),
        ({"endpoint": ""}, "env.example.com", "env-token"),
        ({"destination_conf": WHOLE_CONF}, None, None),
        ({"state": "absent"}, None, None),
        ({"state": "present"}, "env.example.com", "env-token"),
    ],
)
def test_the_collector_of_the_environment(
    options: dict[str, str], endpoint: str | None, hec_token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPLUNK_HEC_TOKEN", "env-token")
    monkeypatch.setenv("SPLUNK_HEC_ENDPOINT", "env.example.com")
    completed = with_environment({**CREDENTIALS, "endpoint": None, "hec_token": None, **options})
    assert (completed["endpoint"], completed["hec_token"]) == (endpoint, hec_token)


def test_the_collector_is_only_for_modules_that_have_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPLUNK_HEC_TOKEN", "env-token")
    assert "hec_token" not in with_environment(CREDENTIALS)


def with_environment(options: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the options with everything that the environment adds."""
    return with_collector(with_credentials(options), os.environ)


# The scope


@pytest.mark.parametrize(
    "options",
    [
        {"zone_id": ZONE_ID},
        {"account_id": ZONE_ID},
        {"zone": "example.com"},
        {"zone": "bücher.example."},
        {"zone": "xn--bcher-kva.example"},
        {"zone_id": ZONE_ID, "zone": "", "account_id": None},
        {"zone": "_dmarc.example.co.uk"},
    ],
)
def test_one_scope_is_right(options: dict[str, t.Any]) -> None:
    check_scope(options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "none is set"),
        ({"zone": "", "zone_id": None}, "none is set"),
        ({"zone": "example.com", "zone_id": ZONE_ID}, "zone_id and zone are set"),
        ({"zone_id": "example.com"}, "set a domain name as zone$"),
        ({"zone_id": "../accounts/x"}, "^zone_id: must be an ID"),
        ({"zone_id": "x" * 33}, "^zone_id: must be an ID"),
        ({"account_id": "a b"}, "^account_id: must be an ID"),
        ({"account_id": "a\n"}, "^account_id: must be an ID"),
        ({"zone": ZONE_ID}, "set an ID as zone_id"),
        ({"zone": "example"}, "^zone: must be the domain name"),
        ({"zone": "example..com"}, "^zone: must be the domain name"),
        ({"zone": "https://example.com"}, "^zone: must be the domain name"),
        ({"zone": "example.com/x?y"}, "^zone: must be the domain name"),
    ],
)
def test_a_wrong_scope_is_refused(options: dict[str, t.Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        check_scope(options)


@given(nasty_text, st.sampled_from(["zone", "zone_id", "account_id"]))
def test_nothing_breaks_the_check_of_a_scope(text: str, option: str) -> None:
    with contextlib.suppress(OptionError):
        check_scope({option: text})


# The client


def test_credentials_are_required() -> None:
    words = (
        "^api_token is required. Set api_token or the CLOUDFLARE_API_TOKEN environment variable, or set api_email and"
    )
    with pytest.raises(OptionError, match=words) as error:
        cloudflare_client({**CLIENT, "api_token": None}, SecretMask())
    assert error.value.option == "api_token"


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"api_token": "Bearer t"}, "api_token"),
        ({"api_token": "t\u2028x"}, "api_token"),
        ({"api_token": "ü-token"}, "api_token"),
        ({"api_token": None, "api_key": "k"}, "api_email, api_key"),
        ({"api_token": None, "api_email": "e"}, "api_email, api_key"),
        ({"api_token": None, "api_email": "e", "api_key": "k k"}, "api_email, api_key"),
        ({"api_url": "h/v4"}, "api_url"),
        ({"api_url": "ftp://h"}, "api_url"),
        ({"api_url": "https://"}, "api_url"),
        ({"api_url": "https://h:0"}, "api_url"),
        ({"api_url": "https://h:x"}, "api_url"),
        ({"api_url": "https://[::1"}, "api_url"),
        ({"api_url": "https://user:secret@h"}, "api_url"),
        ({"api_url": "https://:secret@h"}, "api_url"),
        ({"timeout": 0}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"ca_path": "/does/not/exist"}, "ca_path"),
    ],
    ids=str,
)
def test_what_no_client_can_be_made_of_is_refused(options: dict[str, t.Any], option: str) -> None:
    with pytest.raises(OptionError, match=f"^{option}: ") as error:
        cloudflare_client({**CLIENT, **options}, SecretMask())
    assert "secret" not in str(error.value)
    assert "k k" not in str(error.value)


def test_the_credentials_are_known_to_the_mask() -> None:
    mask = SecretMask()
    cloudflare_client({**CLIENT, "api_token": "the-api-token", "api_key": "the-api-key"}, mask)
    assert "the-api" not in mask.text("the-api-token the-api-key")


def test_a_ca_file_is_not_looked_at_without_verification() -> None:
    cloudflare_client({**CLIENT, "validate_certs": False, "ca_path": "/does/not/exist"}, SecretMask())


# Secrets in options, in any position


@given(long_tokens)
def test_a_token_is_masked_wherever_it_stands(token: str) -> None:
    encoded = spellings(token)["percent-encoded"]
    places: list[dict[str, str]] = [
        {"hec_token": token},
        {"hec_token": f"Splunk {token}"},
        {"hec_token": f"Splunk%20{encoded}"},
        {"destination_conf": f"splunk://h/?header_Authorization=Splunk%20{encoded}"},
        {"endpoint": f"splunk://h/?header_Authorization=Splunk%20{encoded}"},
        {"endpoint": f"h/?header_Authorization=Splunk%20{encoded}"},
    ]
    for options in places:
        mask = SecretMask()
        mask_options(options, mask)
        assert token not in mask.text(f"<{token}>")


@given(nasty_text, st.sampled_from(["hec_token", "destination_conf", "endpoint"]), st.sampled_from(["", "splunk://h?"]))
def test_nothing_breaks_the_search_for_secrets(text: str, option: str, before: str) -> None:
    mask_options({option: before + text}, SecretMask())


def test_a_plain_endpoint_is_no_secret() -> None:
    mask = SecretMask()
    mask_options({"endpoint": "hec.example.com:8088", "hec_token": TOKEN}, mask)
    assert mask.text("hec.example.com:8088") == "hec.example.com:8088"
