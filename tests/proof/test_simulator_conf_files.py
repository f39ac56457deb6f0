# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator reads Splunk's configuration files as Splunk documents their format and their order."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from simulator.conf_files import ConfFileError, in_force, parse, read_apps
from simulator.conf_state import merged, restart_reasons, source_types, splunk_config


def test_the_format_of_a_file() -> None:
    text = (
        "\ufeffbefore = a stanza\n# a comment\n   # another one\n[one]\nkey = value # no comment; really\n"
        "equals = a = b\nempty =\nlong = first \\\nsecond \\\n# third\n[two]\n[one]\nkey = later\n"
    )
    assert parse(text) == {
        "default": {"before": "a stanza"},
        "one": {"key": "later", "equals": "a = b", "empty": "", "long": "first \nsecond \n# third"},
        "two": {},
    }


@pytest.mark.parametrize("text", ["[one\n", "[one]\nno setting\n", "= value\n"])
def test_a_wrong_line(text: str) -> None:
    with pytest.raises(ConfFileError, match="line"):
        parse(text)


def write(folder: pathlib.Path, files: t.Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_which_file_wins(tmp_path: pathlib.Path) -> None:
    write(
        tmp_path,
        {
            "a/default/inputs.conf": "[default]\nindex = from default\n[http://x]\nsource = a\nhost = a\ntoken = a\n",
            "b/default/inputs.conf": "[http://x]\nsource = b\nsourcetype = b\nhost = b\n",
            "b/local/inputs.conf": "[http://x]\nhost = local b\n[http://y]\n",
            "b/default/notes.txt": "not read",
        },
    )
    x = {"index": "from default", "source": "a", "host": "local b", "token": "a", "sourcetype": "b"}
    assert in_force(read_apps(tmp_path)) == {"inputs": {"http://x": x, "http://y": {"index": "from default"}}}


def test_what_the_files_mean(tmp_path: pathlib.Path) -> None:
    write(
        tmp_path,
        {
            "a/default/inputs.conf": "[http]\ndisabled = 0\nport = 8443\nenableSSL = true\n[monitor:///x]\n"
            "[http://x]\ntoken = t\nindexes = one, two\ndisabled = 1\nuseACK = true\nqueueSize = 1MB\n",
            "a/default/indexes.conf": "[volume:hot]\npath = /x\n[one]\nfrozenTimePeriodInSecs = 60\ndatatype = metric\n",
            "a/default/props.conf": "[cloudflare:json]\nTRUNCATE = 1\n[source::x]\nTRUNCATE = 2\n",
        },
    )
    config = splunk_config(read_apps(tmp_path))
    assert config["hec_settings"] == {"disabled": False, "port": 8443, "enableSSL": True}
    token = config["hec_tokens"]["x"]
    assert (token["indexes"], token["disabled"], token["useACK"], token["app"]) == (["one", "two"], True, True, "a")
    assert token["more"] == {"queueSize": "1MB"} and token["index"] == "default"
    one = {"name": "one", "datatype": "metric", "disabled": False, "settings": {"frozenTimePeriodInSecs": 60}}
    assert config["indexes"] == {"one": one}
    [stanza] = source_types(read_apps(tmp_path))
    assert (stanza.name, stanza.app, stanza.folder, stanza.settings) == (
        "cloudflare:json",
        "a",
        "default",
        {"TRUNCATE": "1"},
    )


def test_an_app_that_is_switched_off(tmp_path: pathlib.Path) -> None:
    write(tmp_path, {"a/default/inputs.conf": "[http://x]\ntoken = t\n", "a/default/props.conf": "[x]\nTRUNCATE = 1\n"})
    write(tmp_path, {"a/default/app.conf": "[install]\nis_configured = 0\n"})
    assert splunk_config(read_apps(tmp_path))["hec_tokens"] and source_types(read_apps(tmp_path))
    write(tmp_path, {"a/local/app.conf": "[install]\nstate = disabled\n"})
    assert not splunk_config(read_apps(tmp_path))["hec_tokens"] and not source_types(read_apps(tmp_path))


def test_which_changes_need_a_restart(tmp_path: pathlib.Path) -> None:
    kinds = ["http_settings", "index_removed", "index_paths", "app_removed"]
    steps = [
        ({"a/default/inputs.conf": "[http]\nport = 1\ndisabled = 1\n"}, []),
        ({"a/default/inputs.conf": "[http]\nport = 2\ndisabled = 0\n"}, []),
        ({"a/default/inputs.conf": "[http]\nport = 3\ndisabled = 0\n[http://x]\n"}, ["http_settings: [http] port"]),
        ({"a/default/indexes.conf": "[one]\nhomePath = a\n[two]\nmaxDataSize = 1\n"}, []),
        ({"a/default/indexes.conf": "[one]\nhomePath = b\n[two]\nmaxDataSize = 2\n"}, ["index_paths: one"]),
        ({"a/default/indexes.conf": "[one]\nhomePath = b\n"}, ["index_removed: two"]),
    ]
    before = read_apps(tmp_path)
    for files, reasons in steps:
        write(tmp_path, files)
        after = read_apps(tmp_path)
        assert restart_reasons(before, after, kinds) == reasons, files
        assert [reason.partition(":")[0] for reason in restart_reasons(before, after, ["any"])] == ["any"]
        before = after
    assert restart_reasons(before, [], kinds)[-1] == "app_removed: a"


@pytest.mark.parametrize(
    ("before", "now", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": 9}, {"a": 2}, {"a": 9}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({}, {"b": 1}, {"a": 2}, {"a": 2, "b": 1}),
        ({"x": {"a": 1, "b": 1}}, {"x": {"a": 9, "b": 1}}, {"x": {"a": 2, "b": 2}}, {"x": {"a": 9, "b": 2}}),
        ({"x": {"a": 1}}, {}, {"x": {"a": 2}}, {"x": {"a": 2}}),
    ],
)
def test_what_was_changed_on_an_instance_wins(
    before: dict[str, t.Any], now: dict[str, t.Any], after: dict[str, t.Any], expected: dict[str, t.Any]
) -> None:
    assert merged(before, now, after) == expected
