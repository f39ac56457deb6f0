# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a HEC request: the token, the endpoint and the channel."""

from __future__ import annotations

import uuid

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import destination as destinations
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import Destination
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import (
    checked_channel,
    derive_channel,
    parse_endpoint,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import (
    bare_token,
    encoded_authorization,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    GUID,
    RAW,
    TOKEN,
    long_tokens,
    nasty_text,
    tokens,
)
from hypothesis import assume, given
from hypothesis import strategies as st

PARTS = {"endpoint": "hec.example.com", "hec_token": TOKEN, "channel": GUID}


# The token


@given(tokens)
def test_the_three_spellings_of_a_token_are_the_same(token: str) -> None:
    assume(not token.lower().startswith("splunk"))
    spelled = {token, f"Splunk {token}", encoded_authorization(token)}
    assert {bare_token(spelling) for spelling in spelled} == {token}


@given(tokens)
def test_a_token_goes_through_the_string_unharmed(token: str) -> None:
    written = destinations.build({**PARTS, "hec_token": f"Splunk {token}"}).encode()
    assert destinations.parse(written).hec_token == token


@given(st.sampled_from(["", "Splunk ", "splunk%20", "SPLUNK+", "Splunk  "]), nasty_text)
def test_a_bare_token_stays_bare(scheme: str, text: str) -> None:
    try:
        token = bare_token(scheme + text)
    except OptionError:
        return
    assert bare_token(token) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Splunk ",
        "splunk",
        "Splunk%20",
        "splunk+",
        "two words",
        "Splunk two words",
        "a\x00b",
        "Splunk%20a%20b",
        "{{vault_token}}",
        "Splunk {{vault_token}}",
        "a{%if%}b",
        "['token']",
        "{'a':1}",
        MASK,
        f"Splunk {MASK}",
        "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER",
        "redacted",
        "Splunk Splunk%20token",
    ],
)
def test_what_cannot_be_a_token_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(OptionError, match="^hec_token: ") as error:
        bare_token(text)
    assert "two words" not in str(error.value)


# The endpoint


@pytest.mark.parametrize(
    ("endpoint", "meant"),
    [
        ("hec.example.com", ("hec.example.com", 8088, RAW)),
        ("http-inputs-acme.splunkcloud.com", ("http-inputs-acme.splunkcloud.com", 443, RAW)),
        ("http-inputs.acme.splunkcloudgc.com.", ("http-inputs.acme.splunkcloudgc.com.", 443, RAW)),
        ("splunkcloud.com.example.org", ("splunkcloud.com.example.org", 8088, RAW)),
        ("hec.example.com:443", ("hec.example.com", 443, RAW)),
        ("https://hec.example.com", ("hec.example.com", 443, RAW)),
        ("https://10.0.0.7/", ("10.0.0.7", 443, RAW)),
        ("splunk://hec.example.com", ("hec.example.com", 8088, RAW)),
        ("inputs.prd-p-abc12.splunkcloud.com", ("inputs.prd-p-abc12.splunkcloud.com", 443, RAW)),
        ("prd-p-abc12.splunkcloud.com", ("prd-p-abc12.splunkcloud.com", 8088, RAW)),
        ("https://prd-p-abc12.splunkcloud.com", ("prd-p-abc12.splunkcloud.com", 443, RAW)),
        ("https://hec.example.com/hec", ("hec.example.com", 443, f"/hec{RAW}")),
        ("hec.example.com:8088/splunk/", ("hec.example.com", 8088, f"/splunk{RAW}")),
        ("HTTPS://HEC.example.com:9/", ("hec.example.com", 9, RAW)),
        ("splunk://hec.example.com:8088/services/collector/raw", ("hec.example.com", 8088, RAW)),
        (f" hec.example.com{RAW}/ ", ("hec.example.com", 8088, RAW)),
        (f"hec.example.com/splunk{RAW}/1.0", ("hec.example.com", 8088, f"/splunk{RAW}/1.0")),
        ("[2001:db8::7]", ("2001:db8::7", 8088, RAW)),
        ("[2001:db8::7]:443", ("2001:db8::7", 443, RAW)),
        ("10.0.0.7:8088", ("10.0.0.7", 8088, RAW)),
    ],
)
def test_an_endpoint_is_completed(endpoint: str, meant: tuple[str, int, str]) -> None:
    assert parse_endpoint(endpoint) == meant


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        ":",
        "/",
        "http://hec.example.com",
        "ftp://h",
        "h:0",
        "h:99999",
        "h:x",
        "h h",
        "h\n",
        "a\tb",
        "-h",
        "h-",
        "h..x",
        "::1",
        "[::1",
        "user@h",
        "h?x=1",
        "h#x",
        "h/services/collector/event",
        "h/services/collector",
        "https://https://h",
        "hölle.example",
        "h/\x00",
        "*.example.com",
        "2001:db8::7",
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(endpoint: str) -> None:
    if endpoint == "h\n":
        assert parse_endpoint(endpoint)[0] == "h"
        return
    with pytest.raises(OptionError, match="^endpoint: "):
        parse_endpoint(endpoint)


@pytest.mark.parametrize("path", ["", "/team-a", "/a/b"])
@pytest.mark.parametrize("end", ["", "/", "/event", "/raw/2.0", "/EVENT/1.0", "/health"])
def test_another_path_of_hec_is_corrected_behind_the_same_gateway(path: str, end: str) -> None:
    """Whoever follows the advice reaches the same collector."""
    with pytest.raises(OptionError) as error:
        parse_endpoint(f"gw.example.net{path}/services/collector{end}")
    advised = str(error.value).split("the path must be ")[1].split(",")[0]
    assert parse_endpoint(f"gw.example.net{advised}").path == advised == path + RAW


@given(long_tokens)
def test_a_secret_in_the_endpoint_is_not_repeated(token: str) -> None:
    for endpoint in (
        f"user:{token}@h",
        f"h?token={token}",
        f"h#{token}",
        f"splunk://h{RAW}?header_Authorization={token}",
    ):
        with pytest.raises(OptionError) as error:
            parse_endpoint(endpoint)
        assert token not in str(error.value)


@given(nasty_text)
def test_nothing_breaks_the_check_of_an_endpoint(text: str) -> None:
    try:
        host, port, path = parse_endpoint(text)
    except OptionError:
        return
    assert destinations.parse(Destination(host, port, path, ()).encode()) == Destination(host, port, path, ())


# The channel of names


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        (
            ("023e105f4ecef8ad9ca31a8372d0c353", "http_requests", "shop.example.com"),
            "ab6364e4-0945-5bd8-bb4d-e25ec514c3a9",
        ),
        (("zone", "datensätze", ""), "3a2f0233-fc1f-5bf6-bc7d-1b45ad81cf99"),
    ],
)
def test_a_derived_channel_stays_for_ever(names: tuple[str, ...], channel: str) -> None:
    assert derive_channel(*names) == channel


@given(st.lists(nasty_text, max_size=4), st.lists(nasty_text, max_size=4))
def test_other_names_have_another_channel(names: list[str], others: list[str]) -> None:
    assert (derive_channel(*names) == derive_channel(*others)) == (names == others)


@pytest.mark.parametrize(
    ("names", "others"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a",), ("a", "")),
        (("1:a",), ("", "a")),
        (("", "3:abc"), ("3:abc", "")),
        (("a", "b"), ("b", "a")),
    ],
)
def test_names_do_not_run_together(names: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert derive_channel(*names) != derive_channel(*others)


@given(st.lists(nasty_text, min_size=1, max_size=3))
def test_a_derived_channel_is_a_guid_of_version_5(names: list[str]) -> None:
    channel = derive_channel(*names)
    assert uuid.UUID(channel).version == 5
    assert checked_channel(channel) == channel


@pytest.mark.parametrize(
    "endpoint", ["bücher.example.com", "https://bücher.example.com:8088", "BÜCHER.example.com:443"]
)
def test_an_endpoint_with_an_umlaut_is_to_be_written_in_punycode(endpoint: str) -> None:
    with pytest.raises(OptionError, match=r"write it in punycode, xn--bcher-kva\.example\.com"):
        parse_endpoint(endpoint)
    with pytest.raises(OptionError, match=r"punycode \(xn--\.\.\.\)"):
        parse_endpoint(f"{'ü' * 64}.example.com")
