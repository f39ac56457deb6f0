# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run returns a masked result, whatever the operation does."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.report import Report
from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import Options, RunContext, execute
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import MASK
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.strategies import long_tokens, spellings
from hypothesis import given


@given(long_tokens)
def test_a_secret_that_the_operation_learns_is_masked_in_every_encoding(secret: str) -> None:
    def run(options: Options, context: RunContext) -> dict[str, t.Any]:
        context.mask.learn(secret)
        return {"jobs": [dict(spellings(secret))], "warnings": [f"token {secret}"]}

    outcome = execute(run, {}, context())
    assert not outcome.failed
    assert secret not in str(outcome.result) + str(outcome.warnings)
    assert all(secret not in shown for shown in outcome.result["jobs"][0].values())


def test_the_message_of_an_error_is_masked_and_its_details_are_returned() -> None:
    def run(options: Options, context: RunContext) -> dict[str, t.Any]:
        context.mask.add("a-secret-token")
        raise CollectionError("refused a-secret-token", http_status=403)

    outcome = execute(run, {}, context())
    assert outcome.failed
    assert outcome.result == {"msg": f"refused {MASK}", "http_status": 403}


def test_a_name_with_line_breaks_does_not_break_a_message() -> None:
    name = "zone\r\nok: [localhost]"

    def fail(options: Options, context: RunContext) -> dict[str, t.Any]:
        raise CollectionError(f"refused {name}")

    def warn(options: Options, context: RunContext) -> dict[str, t.Any]:
        return {"failed": True, "msg": name, "warnings": [name], "report": Report(name, [], [name], [name]).text()}

    shown = "zone\\r\\nok: [localhost]"
    assert execute(fail, {}, context()).result["msg"] == f"refused {shown}"
    outcome = execute(warn, {}, context())
    assert (outcome.result["msg"], outcome.warnings) == (shown, [shown])
    assert outcome.result["report"].splitlines() == [shown, f"  {shown}", shown]


def test_an_unexpected_exception_shows_its_place_and_none_of_its_values() -> None:
    def run(options: Options, context: RunContext) -> dict[str, t.Any]:
        raise KeyError("a-secret-token")

    outcome = execute(run, {}, context())
    assert outcome.failed
    assert "KeyError at test_run.py:" in outcome.result["msg"]
    assert "a-secret-token" not in outcome.result["msg"]


def test_only_the_returned_secret_stays_readable() -> None:
    def run(options: Options, context: RunContext) -> dict[str, t.Any]:
        context.mask.add("a-secret-token")
        return {"hec_token": "a-secret-token", "other": "a-secret-token"}

    assert execute(run, {}, context(), "hec_token").result == {"hec_token": "a-secret-token", "other": MASK}
    assert execute(run, {}, context()).result == {"hec_token": MASK, "other": MASK}
