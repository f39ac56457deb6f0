# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument layer: what is not set, short forms, and misspelled names."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.options import (
    is_blank,
    normalized,
    unknown,
    unusable,
    without_omits,
)
from ansible_collections.edgeops.logpush.plugins.module_utils._core.spelling import meant_name
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_SPEC, OTHER_NAMES

PLACEHOLDER = "__omit_place_holder__0123456789abcdef"
MODULES = sorted(pathlib.Path(__file__).resolve().parents[5].joinpath("plugins/modules").glob("[!_]*.py"))


class _OmitType:
    """An object of the name that ansible-core 2.19 and later use for C(omit)."""


OMITS = [PLACEHOLDER, "<<Omit>>", _OmitType()]


@pytest.mark.parametrize("omit", OMITS, ids=lambda omit: type(omit).__name__)
def test_omit_is_removed_at_every_depth(omit: t.Any) -> None:
    assert is_blank(omit)
    given = {"one": omit, "two": [omit, {"three": omit, "four": ["x", omit]}], "five": "", "six": None}
    assert without_omits(given) == {"two": [{"four": ["x"]}], "five": "", "six": None}
    condition = {"key": "RayID", "operator": "in", "value": ["a", omit], "extra": omit}
    normal = normalized(JOB_SPEC, {"name": omit, "filter": {"where": condition}}, {})
    assert normal == {"filter": {"where": {"key": "RayID", "operator": "in", "value": ["a"]}}}


ZONES: dict[str, t.Any] = {"zones": {"type": "list", "elements": "dict"}}


@pytest.mark.parametrize(
    "given",
    [
        ["example.com", "bücher.example"],
        "example.com, bücher.example",
        '["example.com", {"zone": "bücher.example"}]',
        [" example.com ", "zone=bücher.example"],
    ],
    ids=str,
)
def test_a_text_in_a_list_of_zones_is_a_name(given: t.Any) -> None:
    found = normalized(ZONES, {"zones": given}, {}, {}, {"zones": "zone"})["zones"]
    assert [entry if isinstance(entry, str) else entry["zone"] for entry in found] in (
        ["example.com", "bücher.example"],
        ["example.com", "zone=bücher.example"],
    )


@pytest.mark.parametrize("broken", ['[{"zone_id": "x"', "{zone", "a b", "token: x", "https://example.com"])
def test_other_text_is_no_name(broken: str) -> None:
    assert normalized(ZONES, {"zones": [broken]}, {}, {}, {"zones": "zone"})["zones"] == [broken]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_with_zones_takes_their_names(path: pathlib.Path) -> None:
    name = f"ansible_collections.edgeops.logpush.plugins.modules.{path.stem}"
    definition = getattr(importlib.import_module(name), "DEFINITION", None)
    if definition and "zones" in definition.argument_spec:
        assert definition.normalized({"zones": ["example.com"]}) == {"zones": [{"zone": "example.com"}]}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"output_options": {"cve20214428": True}}, "output_options.CVE-2021-44228"),
        ({"output_options": {"cve_2021_4428": True}}, "output_options.CVE-2021-44228"),
        ({"output_options": {"fieldNames": []}}, "output_options.field_names"),
        ({"hectoken": "x"}, "hec_token"),
        ({"endpiont": "x"}, "endpoint"),
    ],
)
def test_a_misspelled_option_comes_with_the_right_one(given: dict[str, t.Any], meant: str) -> None:
    assert str(unknown(JOB_SPEC, given, OTHER_NAMES)).endswith(f"Did you mean {meant}?")


@pytest.mark.parametrize("given", [{"nonsense": 1}, {"output_options": {"CVE-2021-44228": True}}, {"name": "x"}])
def test_other_options_have_no_hint(given: dict[str, t.Any]) -> None:
    assert unknown(JOB_SPEC, given, OTHER_NAMES) is None


@pytest.mark.parametrize(
    "name", ["source_type", "Sourcetype", "sourcetyp", "sourcetypes", "sourcetpye", "source-types"]
)
def test_a_near_name(name: str) -> None:
    assert meant_name(name, ["channel", "sourcetype"]) == "sourcetype"


@pytest.mark.parametrize("name", ["source", "sourcetype", "sourcety", "host", ""])
def test_a_name_that_is_not_near(name: str) -> None:
    assert meant_name(name, ["channel", "sourcetype"]) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "\ud800"}, "name: contains a character that UTF-8 cannot express"),
        ({"jobs": [{"filter": {"where": {"value": ["a", "\udcff"]}}}]}, "jobs[0].filter.where.value[1]: contains a"),
        ({"zones": [{"\ud800": 1}]}, "zones[0]: contains a character"),
        ({"concurrency": "9" * 5000}, "concurrency: has too many digits"),
    ],
)
def test_an_option_that_ansible_cannot_log_is_named(given: dict[str, t.Any], message: str) -> None:
    found = unusable(given)
    assert found and found.startswith(message)


def test_every_other_text_is_usable() -> None:
    assert unusable({"name": "töken 😀\x00", "numbers": [10**20, "9" * 4000, "x" * 9000], "none": None}) is None
