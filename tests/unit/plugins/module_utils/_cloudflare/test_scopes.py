# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain names as people write them, and as the API has them."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._cloudflare.scopes import (
    ascii_domain,
    check_scope,
    unicode_domain,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError


@pytest.mark.parametrize(
    ("name", "in_ascii", "in_unicode"),
    [
        ("fa\xdf.example", "xn--fa-hia.example", "fa\xdf.example"),
        ("fass.example", "fass.example", "fass.example"),
        ("b\xfccher.example", "xn--bcher-kva.example", "b\xfccher.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example", "b\xfccher.example"),
        ("\u4f8b\u3048\u3002\u30c6\u30b9\u30c8\u3002", "xn--r8jz45g.xn--zckzah", "\u4f8b\u3048.\u30c6\u30b9\u30c8"),
        ("\u03c2.example", "xn--3xa.example", "\u03c2.example"),
        ("FA\u1e9e.Example", "xn--fa-hia.example", "fa\xdf.example"),
        ("\u0392\u03a3-A.example", "xn---a-e9b2e.example", "\u03b2\u03c3-a.example"),
        ("My_Zone.Example.com.", "my_zone.example.com", "my_zone.example.com"),
    ],
)
def test_a_domain_name_follows_idna_2008(name: str, in_ascii: str, in_unicode: str) -> None:
    assert ascii_domain(name) == in_ascii
    assert unicode_domain(in_ascii) == in_unicode
    check_scope({"zone": name})


@pytest.mark.parametrize("name", ["\U0001f600.example", "\xe4_b.example"])
def test_a_name_that_idna_refuses_needs_its_ascii_form(name: str) -> None:
    with pytest.raises(OptionError, match="^zone: .* is not a domain name by IDNA 2008; write its xn-- form"):
        check_scope({"zone": name})
