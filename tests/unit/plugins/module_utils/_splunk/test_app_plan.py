# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of an app, for generated files: a second plan changes nothing, and nothing else in the files does change."""

from __future__ import annotations

import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.app_plan import plan_app
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.app_request import FILES, requested_app
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.app_surroundings import Surroundings
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.conf_file import ConfFile
from hypothesis import assume, given
from hypothesis import strategies as st

VALUE = "11111111-2222-4333-8444-555555555555"
STANZAS = st.sampled_from(
    ["http", "http://cloudflare", "http://other", "cloudflare", "cloudflare:json", "id", "ui", "", "x"]
)
LINES = st.sampled_from(
    [
        "disabled = 1",
        "disabled=false",
        "index = main",
        "indexes = b, a",
        "repFactor = 0",
        "homePath = volume:hot/cloudflare/db",
        "label = Ours",
        "TZ = UTC",
        "SHOULD_LINEMERGE = 0",
        "other = a;b#c",
        "long = one \\\n  two",
        "# a remark",
        "",
        f"token = {VALUE}",
    ]
)
BODIES = st.lists(LINES, max_size=6, unique=True).map("\n".join)
FILE = st.dictionaries(STANZAS, BODIES, max_size=5).map(
    lambda stanzas: "".join(f"[{name}]\n{body}\n\n" for name, body in stanzas.items())
)
TEXTS = st.dictionaries(st.sampled_from(FILES), FILE)
TOKENS = st.fixed_dictionaries(
    {"name": st.just("cloudflare"), "enabled": st.booleans(), "use_ack": st.just(False)},
    optional={"index": st.just("a"), "source": st.just("x # y; z"), "token": st.just(VALUE)},
)
OPTIONS = st.fixed_dictionaries(
    {"name": st.just("app")},
    optional={
        "tokens": st.lists(TOKENS, max_size=1),
        "hec": st.just({"enabled": True, "port": 8088}),
        "indexes": st.just([{"name": "cloudflare", "max_total_data_size_mb": 5}]),
        "sourcetypes": st.just([{"name": "cloudflare:json", "dataset": "dns_logs"}]),
        "label": st.just("Another label"),
    },
)


@given(TEXTS, OPTIONS)
def test_a_second_plan_changes_nothing_and_the_rest_of_the_files_stays(
    texts: dict[str, str], options: dict[str, t.Any]
) -> None:
    request = requested_app(options)
    surroundings = Surroundings({})
    values = iter([f"99999999-8888-4777-8666-{number:012}" for number in range(9)])
    try:
        plan = plan_app(request, texts, surroundings, lambda: next(values))
    except CollectionError as error:
        # Another token of the file has the value, or a stanza has a key twice.
        assume("same value" not in str(error) and "more than once" not in str(error))
        raise
    again = plan_app(request, plan.texts, surroundings, lambda: next(values))
    assert (again.texts, again.before, again.after, again.values) == (plan.texts, {}, {}, plan.values)
    for file, text in texts.items():
        before, after = ConfFile(text).stanzas(), ConfFile(plan.texts[file]).stanzas()
        changed = plan.after.get(file, {})
        for name, settings in after.items():
            expected = {key: value for key, value in before.get(name, {}).items() if key not in changed.get(name, {})}
            assert {key: value for key, value in settings.items() if key not in changed.get(name, {})} == expected
        assert plan.texts[file].count("# a remark") == text.count("# a remark")
    assert VALUE not in str(plan.before) and VALUE not in str(plan.after)
