# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the generated sequences of a campaign."""

from __future__ import annotations

import typing as t

from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test


class Size(t.NamedTuple):
    """How many sequences a campaign has, and how many steps each of them has at most."""

    sequences: int
    steps: int


def run_sequences(
    campaign: t.Callable[[], RuleBasedStateMachine], short: Size, deep: Size, counted: t.Mapping[str, int]
) -> None:
    """Run a campaign, in its C(deep) size with the Hypothesis profile of this name, and print what it counted."""
    size = deep if settings.get_current_profile_name() == "deep" else short
    # A shorter sequence that fails as well would take minutes to find.
    chosen = settings(max_examples=size.sequences, stateful_step_count=size.steps, phases=[Phase.generate])
    try:
        run_state_machine_as_test(campaign, settings=chosen)
    finally:
        print(", ".join(f"{number} {what}" for what, number in counted.items()))
