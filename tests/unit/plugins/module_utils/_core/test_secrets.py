# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masking: no secret remains in any encoding, and the rest of a text stays readable."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import (
    MASK,
    SecretMask,
    passwords_in_urls,
    texts_in,
)
from ansible_collections.edgeops.logpush.tests.unit.strategies import (
    TOKEN,
    long_tokens,
    nasty_text,
    sound_text,
    spellings,
)
from hypothesis import given
from hypothesis import strategies as st

HOSTILE = "p+a/s=s%w&o#r?d \"q' \\ é€😀"


def masked(text: str, *secrets: str) -> str:
    """Return a text as a mask with these secrets returns it."""
    mask = SecretMask()
    mask.add(*secrets)
    return mask.text(text)


@pytest.mark.parametrize("spelling", spellings(HOSTILE).items(), ids=lambda spelling: spelling[0])
def test_a_hostile_secret_is_masked_in_every_spelling(spelling: tuple[str, str]) -> None:
    assert spelling[1].rstrip("=") not in masked(f"<{spelling[1]}>", HOSTILE)


@given(secret=long_tokens, before=sound_text, after=sound_text)
def test_a_generated_secret_is_masked_in_every_spelling(secret: str, before: str, after: str) -> None:
    for spelling in spellings(secret).values():
        shown = masked(f"{before} {spelling} {after}", secret)
        assert spelling.rstrip("=") not in shown
        assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        f"splunk://h/raw?a=b&header_Authorization=Splunk%20{TOKEN}",
        f"header_Authorization=Splunk {TOKEN}",
        f"header_authorization=splunk+{TOKEN}&channel=1",
        f"HEADER_X-Api=plain-{TOKEN}",
        f"header_Authorization%3DSplunk%2520{TOKEN}",
        f"header_Authorization%253DSplunk%252520{TOKEN}",
        f'{{"Authorization": "Splunk {TOKEN}"}}',
        f"{{'authorization': 'Bearer {TOKEN}'}}",
        f"Authorization: {TOKEN}",
        f"authorization=Basic {TOKEN}",
        f"curl -H 'Authorization: Splunk {TOKEN}' https://h",
        f"the header was Splunk {TOKEN}",
        f"https://user:{TOKEN}@h/x",
        f"https://user:p@{TOKEN}@h/x",
        f"https://{TOKEN}@h",
    ],
)
def test_an_unknown_secret_is_masked_by_its_place(text: str) -> None:
    assert TOKEN not in SecretMask().text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "See endpoint, hec_token and insecure_skip_verify.",
        "GET https://api.cloudflare.com/client/v4/zones/0123/logpush/jobs answered HTTP 403, code 10000",
        "https://h/path?mail=someone@example.com",
        "splunk://h:8088/services/collector/raw?channel=1&sourcetype=cloudflare:json",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text, "another-secret") == text


def test_the_mask_forgets_nothing_between_texts() -> None:
    mask = SecretMask()
    mask.add("first-secret", None, "")
    mask.add("second-secret")
    assert mask.text("first-secret second-secret") == f"{MASK} {MASK}"


def test_a_secret_that_holds_another_is_masked_whole() -> None:
    assert masked("abcdefgh", "abcd", "abcdefgh") == MASK


@pytest.mark.parametrize(("learnt", "shown"), [("x", "x is fixed"), ("abc", "x is fixed"), ("fixed", f"x is {MASK}")])
def test_what_the_api_tells_is_masked_unless_it_is_too_short_to_be_a_secret(learnt: str, shown: str) -> None:
    mask = SecretMask()
    mask.learn(learnt)
    mask.learn(None)
    assert mask.text("x is fixed") == shown


@given(secret=long_tokens, nested=st.recursive(sound_text, lambda inner: st.lists(inner, max_size=2), max_leaves=4))
def test_strings_are_masked_however_deep_they_are(secret: str, nested: object) -> None:
    mask = SecretMask()
    mask.add(secret)
    value = mask.value({"a": [{"b": (secret, nested)}], "n": 3, "none": None, "yes": True})
    assert value["a"][0]["b"][0] == MASK
    assert (value["n"], value["none"], value["yes"]) == (3, None, True)


@given(secret=nasty_text, text=nasty_text)
def test_nothing_that_json_can_carry_breaks_the_mask(secret: str, text: str) -> None:
    mask = SecretMask()
    mask.add(secret)
    mask.learn(secret)
    assert isinstance(mask.text(text), str)


@pytest.mark.parametrize("secret", ["\ud800", "a\udfffb", "caf\udce9-secret"])
def test_a_secret_of_broken_unicode_is_masked_too(secret: str) -> None:
    assert masked(f"<{secret}>", secret) == f"<{MASK}>"


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("https://admin:s%2Bcret@splunk.example.com:8089", {"s%2Bcret", "s+cret"}),
        ({"zones": [{"endpoint": "https://token@hec.example.com"}]}, {"token"}),
        (("x", ["http://a:b@c@d.example.com/e@f"]), {"b@c"}),
        ({"url": "https://splunk.example.com:8089/a?b=@c", "count": 7, "none": None}, set()),
    ],
)
def test_a_password_in_a_url_is_found_wherever_it_stands(value: object, known: set[str]) -> None:
    assert {password for _option, text in texts_in(value) for password in passwords_in_urls(text)} == known


def test_the_texts_in_options_come_with_the_names_of_their_options() -> None:
    value = {"zones": [{"zone": "a", "state": None, "names": ("b", "c")}], "count": 7, "title": "d"}
    assert list(texts_in(value)) == [("zone", "a"), ("names", "b"), ("names", "c"), ("title", "d")]


def test_the_mask_of_a_part_knows_what_the_whole_does_and_not_the_other_way_round() -> None:
    whole = SecretMask()
    whole.add("of-the-run")
    part = whole.part()
    part.learn("of-a-zone")
    whole.add("learnt-later")
    assert part.text("of-the-run of-a-zone learnt-later") == f"{MASK} {MASK} {MASK}"
    assert whole.text("of-a-zone") == "of-a-zone"


SECRET = "Tok3n-Value_1234567890"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token {SECRET} refused", "token ******** refused"),
        ("token Tok3n-Value refused", "token ******** refused"),
        ("token tok3n-value_123... refused", "token ********... refused"),
        ("ends in 34567890", "ends in ********"),
        ("two parts: Tok3n-Va and 4567890, 1234567890", "two parts: ******** and 4567890, ********"),
        ("Tok3n-V is short", "Tok3n-V is short"),
        ("line\nbreak \x1b[2J \u202e \x9b", r"line\nbreak \x1b[2J \u202e \x9b"),
    ],
)
def test_a_part_of_a_secret_in_a_text_of_a_server_is_masked(text: str, shown: str) -> None:
    mask = SecretMask()
    mask.add(SECRET)
    assert mask.quoted(text) == shown
    assert mask.part().quoted(text) == shown


def test_the_texts_of_this_collection_are_not_searched_for_parts() -> None:
    mask = SecretMask()
    mask.add("http_requests-secret")
    assert mask.text("dataset http_requests") == "dataset http_requests"


@pytest.mark.parametrize("secret", ["Splunk could-be-a-token", "Splunk%20could-be-a-token", "bearer+could-be-a-token"])
def test_the_word_in_front_of_a_token_is_no_part_of_a_secret(secret: str) -> None:
    mask = SecretMask()
    mask.learn(secret)
    assert mask.quoted("Splunk could not, bearer could-be-a-t") == "Splunk could not, bearer ********"


def test_a_part_that_stands_in_a_public_name_stays() -> None:
    mask = SecretMask()
    mask.add("shop.example.com-4711")
    mask.publish("Shop.Example.com")
    part = mask.part()
    part.add("other-secret-of-zone")
    assert part.quoted("zone shop.example.com, shop.example.com-47") == "zone shop.example.com, ********"
    assert part.quoted("other-secret-of-z") == "********"


def test_a_server_may_repeat_in_one_part_of_a_run_what_belongs_to_another() -> None:
    mask = SecretMask()
    one, other = mask.part(), mask.part()
    one.learn("token-of-one-zone")
    one.publish("job-of-one-zone")
    for each in (mask, other):
        assert each.quoted("bad token-of-one, job-of-one-zone") == "bad ********, job-of-one-zone"
    assert other.text("token-of-one-zone") == "token-of-one-zone"


def test_control_characters_reach_no_result() -> None:
    value = {"a\x1b": ["\x1b]0;x\x07", "\u202eevil\u2066", "\ud800", "line\r\nbreak\t"]}
    assert SecretMask().value(value) == {r"a\x1b": [r"\x1b]0;x\x07", r"\u202eevil\u2066", r"\ud800", "line\r\nbreak\t"]}
