# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The destination string and its parts: parsed from every accepted form, written in the correct form, shown without
secrets."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK, redacted_url, secrets_in
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush import destination as destinations
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.destination import Destination
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.hec_request import (
    checked_channel,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.token_rules import (
    bare_token,
    encoded_authorization,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    CONF,
    GUID,
    RAW,
    TOKEN,
    WHOLE_CONF,
    any_destinations,
    any_parameters,
    further_names,
    guids,
    long_tokens,
    nasty_text,
    secret_names,
    sound_text,
    spellings,
    tokens,
    whole_parts,
)
from hypothesis import assume, given
from hypothesis import strategies as st

PARTS = {"endpoint": "hec.example.com", "hec_token": TOKEN, "channel": GUID}


# Writing and reading


@given(any_destinations)
def test_what_is_written_is_read_again_as_it_was(destination: Destination) -> None:
    assert destinations.parse(destination.encode()) == destination


@given(any_destinations)
def test_a_written_string_is_plain_ascii_on_one_line(destination: Destination) -> None:
    assert destination.encode().isascii()
    assert destination.encode().isprintable()
    assert " " not in destination.encode()


@given(whole_parts, st.dictionaries(further_names, sound_text, max_size=3))
def test_parts_make_a_destination_that_has_these_parts(parts: dict[str, t.Any], further: dict[str, str]) -> None:
    destination = destinations.build({**further, **parts})
    shown = destinations.to_parts(destination)
    assert destinations.build(shown).comparable() == destination.comparable()
    assert {key: shown[key] for key in ("hec_token", "channel", "sourcetype", "insecure_skip_verify")} == {
        key: parts[key] for key in ("hec_token", "channel", "sourcetype", "insecure_skip_verify")
    }


@given(whole_parts, any_parameters)
def test_parts_of_a_whole_destination_make_it_again(parts: dict[str, t.Any], more: tuple[tuple[str, str], ...]) -> None:
    built = destinations.build(parts)
    destination = built._replace(parameters=built.parameters + more)
    assume(
        not any(
            name in destinations.DESTINATION_PARTS and name not in ("channel", "sourcetype") for name, dummy in more
        )
    )
    assert destinations.build(destinations.to_parts(destination)).comparable() == destination.comparable()


def test_header_names_that_differ_in_case_are_one_header_and_the_first_counts() -> None:
    destination = destinations.parse(f"{WHOLE_CONF}&header_X=first&HEADER_x=second")
    assert destination.comparable() == destinations.parse(f"{WHOLE_CONF}&header_x=first").comparable()


def test_a_new_string_has_the_form_of_the_vendors_page() -> None:
    assert destinations.build(PARTS).encode() == WHOLE_CONF


def test_every_character_of_a_token_is_encoded_once() -> None:
    assert encoded_authorization("a+b/c=d%e&f#g?h") == "Splunk%20a%2Bb%2Fc%3Dd%25e%26f%23g%3Fh"


@given(st.permutations(WHOLE_CONF.partition("?")[2].split("&")))
def test_the_order_of_parameters_does_not_matter(pieces: list[str]) -> None:
    conf = f"splunk://hec.example.com:8088{RAW}?" + "&".join(pieces)
    assert destinations.parse(conf).comparable() == destinations.parse(WHOLE_CONF).comparable()


@pytest.mark.parametrize(
    "conf",
    [
        WHOLE_CONF.replace("splunk://", "Splunk://"),
        WHOLE_CONF.replace("%20", "+"),
        WHOLE_CONF.replace("%20", " "),
        WHOLE_CONF.replace("Splunk%20", "splunk%20"),
        WHOLE_CONF.replace("header_Authorization", "header_authorization"),
        WHOLE_CONF.replace("cloudflare:json", "cloudflare%3Ajson"),
        WHOLE_CONF.replace("cloudflare:json", "cloudflare%3ajson"),
        WHOLE_CONF.replace("hec.example.com", "HEC.Example.com."),
        WHOLE_CONF.replace(GUID, GUID.upper()),
        WHOLE_CONF.replace("&insecure-skip-verify=false", ""),
        WHOLE_CONF.replace("=false", "=nonsense"),
        WHOLE_CONF.replace("/raw?", "/raw/?"),
        f"  {WHOLE_CONF}\n",
        f"{WHOLE_CONF}&channel=another",
        WHOLE_CONF.replace("?", "?&").replace("&", "&&"),
    ],
)
def test_strings_made_by_hand_mean_the_same(conf: str) -> None:
    assert destinations.parse(conf).comparable() == destinations.parse(WHOLE_CONF).comparable()


@pytest.mark.parametrize(
    "conf",
    [
        WHOLE_CONF.replace(":8088", ""),
        WHOLE_CONF.replace(TOKEN, TOKEN.upper()),
        WHOLE_CONF.replace("%20", "%2520"),
        WHOLE_CONF.replace("Splunk%20", ""),
        WHOLE_CONF.replace("Splunk%20", "Bearer%20"),
        WHOLE_CONF.replace("=false", "=true"),
        WHOLE_CONF.replace("cloudflare:json", "Cloudflare:json"),
        WHOLE_CONF.replace("/raw", "/event"),
        f"{WHOLE_CONF}&further=1",
        f"{WHOLE_CONF}\tx",
    ],
)
def test_strings_that_mean_something_else_differ(conf: str) -> None:
    assert destinations.parse(conf).comparable() != destinations.parse(WHOLE_CONF).comparable()


def test_without_a_port_it_is_that_of_https() -> None:
    assert destinations.parse(f"splunk://hec.example.com{RAW}").endpoint == f"hec.example.com:443{RAW}"


@pytest.mark.parametrize(
    "conf",
    [
        "",
        "https://h/x",
        "splunk:/h",
        "splunk://",
        "splunk:///x",
        "splunk://?a=b",
        "splunk://h:x/",
        "splunk://[::1/",
        "splunk://h:99999/",
        "splunk://℀.example/",
    ],
)
def test_what_is_no_destination_is_refused(conf: str) -> None:
    with pytest.raises(OptionError, match="^destination_conf: "):
        destinations.parse(conf)


@given(nasty_text, nasty_text)
def test_nothing_breaks_the_reader(before: str, after: str) -> None:
    try:
        destination = destinations.parse(f"splunk://{before}?{after}")
    except OptionError:
        return
    assert destinations.parse(destination.encode()).comparable() == destination.comparable()
    json.dumps(destination.public(), ensure_ascii=False).encode()
    assert isinstance(secrets_in(f"splunk://{before}?{after}"), list)


@given(st.binary(max_size=8))
def test_bytes_that_are_not_utf_8_come_back_as_they_were(raw: bytes) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in raw)
    conf = f"splunk://h:1/?{encoded}n={encoded}"
    destination = destinations.parse(conf)
    assert destinations.parse(destination.encode()) == destination
    json.dumps(destination.public(), ensure_ascii=False).encode()


# Building


@pytest.mark.parametrize("missing", ["endpoint", "hec_token", "channel"])
def test_a_new_destination_needs(missing: str) -> None:
    with pytest.raises(OptionError, match=f"^{missing} is required"):
        destinations.build({**PARTS, missing: None})


@given(any_destinations, tokens)
def test_one_changed_part_leaves_the_rest(base: Destination, token: str) -> None:
    changed = destinations.build({"hec_token": token}, base=base)
    assert changed.hec_token == token
    assert changed[:3] == base[:3]
    assert changed.further_parameters == base.further_parameters
    assert (changed.channel, changed.sourcetype) == (base.channel, base.sourcetype)


@given(any_destinations)
def test_nothing_given_changes_nothing(base: Destination) -> None:
    assert destinations.build({"endpoint": None, "hec_token": None}, base=base) == base


@pytest.mark.parametrize(
    ("given_value", "written"),
    [
        (True, "true"),
        (False, "false"),
        ("true", "true"),
        ("false", "false"),
        ("no", "false"),
        ("yes", "true"),
        (0, "false"),
        (1, "true"),
    ],
)
def test_insecure_skip_verify_is_read_as_ansible_reads_a_boolean(given_value: t.Any, written: str) -> None:
    conf = destinations.build({**PARTS, "insecure_skip_verify": given_value}).encode()
    assert f"insecure-skip-verify={written}&" in conf


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("insecure_skip_verify", "maybe"),
        ("channel", "x"),
        ("channel", 5),
        ("sourcetype", "two words"),
        ("sourcetype", " "),
        ("sourcetype", "cloudflare:{{kind}}"),
        ("sourcetype", "['cloudflare:json']"),
    ],
)
def test_a_part_that_cannot_be_is_refused_by_its_name(part: str, value: t.Any) -> None:
    with pytest.raises(OptionError, match=f"^{part}: "):
        destinations.build({**PARTS, part: value})


@given(guids)
def test_a_channel_is_written_in_lower_case(guid: str) -> None:
    assert checked_channel(f" {guid.upper()} ") == guid


@pytest.mark.parametrize("text", ["1", "t", "T", "true", "TRUE", "True"])
def test_insecure_as_go_reads_it(text: str) -> None:
    assert destinations.parse(WHOLE_CONF.replace("=false", f"={text}")).insecure_skip_verify


@pytest.mark.parametrize("text", ["", "0", "false", "yes", "tRue", "on"])
def test_secure_as_go_reads_it(text: str) -> None:
    assert not destinations.parse(WHOLE_CONF.replace("=false", f"={text}")).insecure_skip_verify


# The check of a finished string


def test_a_whole_string_passes_the_check() -> None:
    destination = destinations.parse(WHOLE_CONF)
    assert destinations.checked(destination) is destination


@pytest.mark.parametrize(
    ("conf", "problem"),
    [
        (CONF, "header_Authorization"),
        (f"{CONF}&header_Authorization=", "header_Authorization"),
        (f"{CONF}&header_Authorization={TOKEN}", "must contain the word Splunk"),
        (f"{CONF}&header_Authorization=Splunk%2520{TOKEN}", "must contain the word Splunk"),
        (f"{CONF}&header_Authorization=Bearer%20{TOKEN}", "must contain the word Splunk"),
        (f"{CONF}&header_Authorization=Splunk%20", "header_Authorization"),
        (WHOLE_CONF.replace(TOKEN, MASK), "masked token"),
        (WHOLE_CONF.replace("channel", "Channel"), "has no channel"),
        (WHOLE_CONF.replace(GUID, "x"), "channel: must be a GUID"),
        (WHOLE_CONF.replace("hec.example.com", "hec example"), "no usable host"),
        (WHOLE_CONF.replace(":8088", ":0"), "no usable host"),
    ],
)
def test_a_finished_string_that_cannot_work_is_refused(conf: str, problem: str) -> None:
    with pytest.raises(OptionError, match=f"^destination_conf: .*{problem}") as error:
        destinations.checked(destinations.parse(conf))
    assert TOKEN not in str(error.value)


# Redaction


@given(any_destinations, long_tokens, secret_names, st.sampled_from(["", "Splunk ", "Bearer "]))
def test_no_secret_is_shown(base: Destination, secret: str, name: str, scheme: str) -> None:
    destination = Destination(base.host, base.port, base.path, ((name, scheme + secret),))
    shown = [redacted_url(destination.encode()), json.dumps(destination.public(), ensure_ascii=False)]
    for spelling in spellings(secret).values():
        assert not any(spelling in text for text in shown)


@given(long_tokens, sound_text)
def test_a_secret_is_learnt_decoded(secret: str, value: str) -> None:
    destination = destinations.build({**PARTS, "hec_token": secret, "further": value, "header_X-Key": "other-secret"})
    learnt = set(secrets_in(destination.encode()))
    assert {secret, "other-secret"} <= learnt
    assert value.strip() not in learnt - {secret, f"Splunk {secret}", "other-secret"}


@pytest.mark.parametrize(
    ("conf", "learnt"),
    [
        ("r2://bucket/{DATE}?account-id=a&access-key-id=AKID&secret-access-key=s%2Bcret", {"AKID", "s+cret"}),
        ("https://user:pa%40ss@logs.example.com/in?header_Authorization=Basic%20dXNlcg", {"user", "pa@ss", "dXNlcg"}),
        ("datadog://http-intake.logs.example.com/v1/input?header_DD-API-KEY=k3y&ddsource=cf", {"k3y"}),
        ("s3://bucket/dir?region=eu-west-1&sse=AES256", set()),
        # A plus sign that is not encoded may be a space or a plus sign.
        ("s3://bucket/dir?secret-access-key=ab+cd/e&region=x", {"ab+cd/e", "cd/e"}),
        ("sumo://endpoint4.collection.example.com/receiver/v1/http/ZaVnC4dhaV3=", {"ZaVnC4dhaV3="}),
        ("https://endpoint4.collection.example.com/receiver/v1/http/ZaVn?header_X-Sumo-Name=cf", {"ZaVn"}),
    ],
)
def test_secrets_of_destinations_of_every_kind_are_learnt(conf: str, learnt: set[str]) -> None:
    assert {secret for secret in secrets_in(conf) if " " not in secret} == learnt


@pytest.mark.parametrize("token", [f'"{TOKEN}"', f"'{TOKEN}'", f"Splunk%2520{TOKEN}", f"splunk%252520{TOKEN}"])
def test_a_token_in_quotes_or_encoded_twice_is_refused(token: str) -> None:
    with pytest.raises(OptionError, match="^hec_token: .*give the bare value"):
        bare_token(token)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("/raw", "/event"), "the path must be"),
        (("insecure-skip-verify=false", "insecure-skip-verify=maybe"), "must be true or false"),
        (("sourcetype=cloudflare:json", "sourcetype=a&sourcetype=b"), "sourcetype more than once"),
        (("cloudflare:json", "x" * 4096), "longer than the 4096"),
    ],
)
def test_a_finished_string_with_one_mistake_is_refused(change: tuple[str, str], problem: str) -> None:
    with pytest.raises(OptionError, match=f"^destination_conf: .*{problem}"):
        destinations.checked(destinations.parse(WHOLE_CONF.replace(*change)))


@pytest.mark.parametrize(
    "text",
    [
        f"splunk://h{RAW}&header_Authorization=Splunk%20Zq7Zq7",
        "splunk://h/?a=b?header_Authorization=Zq7Zq7",
        "splunk://h/?a=b;header_Authorization=Zq7Zq7",
        "splunk://h/?header_Authorization=Splunk Zq7Zq7",
        "splunk://h/?header_Authorization=ab&Zq7Zq7",
        "splunk://h/?header_Authorization=ab#Zq7Zq7",
        "splunk://h/#?header_Authorization=Zq7Zq7",
        "splunk://h/?header%5FAuthorization=Zq7Zq7",
        "splunk://h/?he%61der_x=Zq7Zq7",
        "splunk://h/?HEADER_AUTHORIZATION=Zq7Zq7",
        "splunk://user:Zq7Zq7@h/?a=b",
        "splunk://user:pass/Zq7Zq7@h/?a=b",
        "user:Zq7Zq7@h/?a=b",
        "Zq7Zq7@h",
        "r2://bucket/path?access-key-id=Zq7Zq7&secret-access-key=Zq7Zq7",
        "https://h/?sig=Zq7Zq7&header_DD-API-KEY=Zq7Zq7",
        "header_Authorization=Zq7Zq7",
        "header_Authorization=Zq7Zq7&channel=1",
        "splunk%3A%2F%2Fh%2F%3Fheader_Authorization%3DSplunk%2520Zq7Zq7",
    ],
)
def test_text_that_does_not_parse_is_redacted_too(text: str) -> None:
    assert "Zq7Zq7" not in redacted_url(text)


def test_the_rest_of_a_redacted_string_stays() -> None:
    assert redacted_url(WHOLE_CONF) == f"{CONF}&header_Authorization={MASK}"
    assert redacted_url("splunk://h:8088/x?channel=1&sig=2&a=3") == f"splunk://h:8088/x?channel=1&sig={MASK}&a=3"
    assert redacted_url("sumo://h/receiver/v1/http/ZaVn==?a=3") == f"sumo://h/receiver/v1/http/{MASK}?a=3"


@given(nasty_text)
def test_redaction_takes_any_text_and_changes_nothing_the_second_time(text: str) -> None:
    once = redacted_url(text)
    assert redacted_url(once) == once


@pytest.mark.parametrize(
    "hidden", [MASK, "***", "redacted", "[REDACTED]", "<redacted>", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"]
)
def test_a_token_that_the_api_hides_is_known_as_hidden(hidden: str) -> None:
    assert destinations.parse(WHOLE_CONF.replace(TOKEN, hidden)).token_is_hidden
    assert destinations.parse(WHOLE_CONF.replace(f"Splunk%20{TOKEN}", hidden)).token_is_hidden
