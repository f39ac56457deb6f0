# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times have one form as text, and a time that does not exist is refused."""

from __future__ import annotations

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import OptionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.times import rfc3339, seconds_in_option, seconds_of


@pytest.mark.parametrize("seconds", [0, 1_795_860_000, 1_795_860_000.9, 2**31])
def test_a_time_and_its_text_are_the_same(seconds):
    assert seconds_of(rfc3339(seconds)) == int(seconds)


def test_the_form_of_a_time():
    assert rfc3339(1_795_255_200.5) == "2026-11-21T10:00:00Z"
    assert seconds_of("2026-11-21T10:00:00.999999Z") == 1_795_255_200


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21T10:00:00+01:00", "2026-02-30T10:00:00Z"]
)
def test_another_form_is_refused(text):
    with pytest.raises(OptionError, match="end: must be a time in UTC in the form 2026-11-22T10:00:00Z"):
        seconds_in_option("end", text)


def test_an_option_may_have_a_fraction():
    assert seconds_in_option("end", "2026-11-21T10:00:00.5Z") == 1_795_255_200
