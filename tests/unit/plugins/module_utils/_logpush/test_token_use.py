# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that may use a token is found in any spelling, because the token is retired if none is found."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.token_use import carries_token, hides_token
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import collector_of

HEC = "hec.example.com:8088/services/collector/raw"
TOKENS = ["0a1b2c3d-1111-4a6b-8c7d-9e0f1a2b3c4d", "first+token/=%&1", "a b~c+d"]


def conf(value: str, scheme: str = "splunk") -> dict[str, str]:
    """Return a job whose header has this value as it is."""
    return {"destination_conf": f"{scheme}://{HEC}?channel=x&header_Authorization={value}"}


def spellings_in_a_header(token: str) -> list[str]:
    """Return the ways to write a token in the value of a header."""
    basic = base64.b64encode(f"x:{token}".encode()).decode()
    once = quote(token, safe="")
    return [
        f"Splunk%20{once}",
        f"Splunk+{once}",
        f"splunk%20{quote_plus(token)}",
        f"Splunk%2520{quote(once, safe='')}",
        once,
        # Written by hand, with a part of the signs encoded.
        "Splunk%20" + token.replace("%", "%25").replace("&", "%26").replace(" ", "%20"),
        "Splunk%20" + "".join(f"%{ord(sign):02x}" for sign in token),
        f"Basic%20{quote(basic, safe='')}",
        f"basic+{quote(basic, safe='')}",
        f"Basic%20{basic}",
    ]


@pytest.mark.parametrize("scheme", ["splunk", "https", "SPLUNK", "http"])
@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("number", range(len(spellings_in_a_header("x"))))
def test_a_token_is_found_in_any_spelling(token: str, number: int, scheme: str) -> None:
    spelling = spellings_in_a_header(token)[number]
    assert carries_token(conf(spelling, scheme), token) and carries_token(conf(spelling, scheme), token.upper())
    assert not carries_token(conf(spelling, scheme), "0a1b2c3d-2222-4a6b-8c7d-9e0f1a2b3c4d")


@pytest.mark.parametrize(
    "place",
    [
        "https://x:{}@hec.example.com/services/collector/raw",
        "https://logs.example.com/receiver/v1/http/{}",
        "https://hec.example.com/in?token={}",
        "https://hec.example.com/in?header_X-Other={}",
        "splunk://hec.example.com/services/collector/raw?channel=x#header_Authorization=Splunk%20{}",
    ],
)
def test_a_token_is_found_anywhere_in_a_destination(place: str) -> None:
    assert carries_token({"destination_conf": place.format(TOKENS[0])}, TOKENS[0])


@pytest.mark.parametrize("value", [None, 5, [], {}, "", "  ", "********", "[REDACTED]", "splunk://********"])
def test_a_destination_that_is_not_shown_may_have_any_token(value: object) -> None:
    assert not carries_token({"destination_conf": value}, TOKENS[0])
    assert hides_token({"destination_conf": value}, [collector_of("other.example.com")])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "********",
        *(
            f"Splunk%20{quote(mask, safe='')}"
            for mask in (
                "",
                "*",
                "********",
                "****4b5c",
                "0a1b****",
                "0a1b...4b5c",
                "\u2022\u2022\u2022\u2022",
                "xxxx",
                "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX",
                "REDACTED",
                "<hidden>",
                "(sensitive)",
            )
        ),
    ],
)
def test_a_token_that_is_hidden_counts_at_its_collector(value: str) -> None:
    here, elsewhere = [collector_of("HEC.example.com.:8088")], [collector_of("other.example.com")]
    assert hides_token(conf(value), here) and hides_token(conf(value), None) and not hides_token(conf(value), elsewhere)
    assert not hides_token(conf("Splunk%20shown"), here)
