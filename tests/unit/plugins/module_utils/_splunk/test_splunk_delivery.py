# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Splunk received, asked with scripted answers: complete, incomplete and empty ones."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import parse_qs

import pytest
from ansible_collections.edgeops.logpush.plugins.module_utils._core.errors import CollectionError
from ansible_collections.edgeops.logpush.plugins.module_utils._core.http import Http
from ansible_collections.edgeops.logpush.plugins.module_utils._core.secrets import SecretMask
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.answers import IncompleteSearchError
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.collector_rules import TokenActivity
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.delivery import SplunkDelivery
from ansible_collections.edgeops.logpush.plugins.module_utils._splunk.enterprise import SplunkEnterprise
from ansible_collections.edgeops.logpush.tests.unit.fake_clock import FakeClock
from ansible_collections.edgeops.logpush.tests.unit.scripted_server import ScriptedServer, answer

GROUP = {"index": "cf", "sourcetype": "json", "source": "s", "host": "h", "count": "2", "newest": "15", "indexed": "16"}
WHOLE = {"host": "one", "series": "http_event_collector", "token": "-"}
ANY = [{"_raw": "x"}]


def reply(rows: t.Sequence[t.Mapping[str, t.Any]] = (), **more: t.Any) -> bytes:
    """Return the answer to a search."""
    return answer(200, json.dumps({"preview": False, "messages": [], "results": list(rows), **more}).encode())


def asked(server: ScriptedServer) -> list[dict[str, str]]:
    """Return the arguments of the searches that the server received."""
    return [{name: values[0] for name, values in parse_qs(one.body.decode()).items()} for one in server.asked]


def splunk(server: ScriptedServer) -> SplunkDelivery:
    """Return a reader of what arrived at a scripted Splunk."""
    return SplunkDelivery(SplunkEnterprise(Http(server.url, {}, retries=0)), FakeClock(), SecretMask(), 55)


def test_one_search_counts_the_events_of_any_number_of_zones() -> None:
    rows = [{**GROUP, "host": f"zone{number}.example"} for number in range(1000)]
    with ScriptedServer(reply(rows)) as server:
        groups = splunk(server).by_metadata(["cf"], 10, 20)
    assert [group.host for group in groups] == [row["host"] for row in rows]
    [arguments] = asked(server)
    # Events of any time, also a wrong one in the future; Splunk ends the search itself.
    wanted = {"exec_mode": "oneshot", "earliest_time": "0", "latest_time": "2147483647", "count": "0", "max_time": "55"}
    assert wanted.items() <= arguments.items()
    assert (
        arguments["search"].startswith("| tstats count ") and "by index source host sourcetype" in arguments["search"]
    )


def test_one_search_counts_the_events_by_zone_name() -> None:
    rows = [{**GROUP, "logpush_zone": f"zone{number}.example"} for number in range(1000)]
    with ScriptedServer(reply(rows)) as server:
        groups = splunk(server).by_zone_name(["cf"], 10, 20, ["json"])
    assert len(groups) == 1000 and groups[7].zone == "zone7.example" and len(server.asked) == 1


INCOMPLETE: list[tuple[dict[str, t.Any], str]] = [
    (
        {"messages": [{"type": "WARN", "text": "Unable to distribute to peer idx1"}]},
        "Unable to distribute to peer idx1",
    ),
    ({"messages": [{"type": "ERROR", "text": "Reading error"}]}, "Reading error"),
    ({"messages": [{"type": "FATAL", "text": "Search canceled"}]}, "Search canceled"),
    (
        {"messages": [{"type": "INFO", "text": "Search auto-finalized after time limit (55 seconds) reached."}]},
        r"time limit \(55 seconds\) reached\. The time limit of the search is 55 seconds",
    ),
    ({"preview": True}, "preview of a search"),
    ({"results": [GROUP] * 50000}, "only the first 50000 rows"),
    ({"results": None}, "no rows"),
]


@pytest.mark.parametrize(("more", "words"), INCOMPLETE)
def test_an_incomplete_search_is_no_count(more: dict[str, t.Any], words: str) -> None:
    words = f"^Counting the events in index cf failed: .*{words}"
    served = ScriptedServer(reply(**{"results": [GROUP], **more}))
    with served as server, pytest.raises(IncompleteSearchError, match=words):
        splunk(server).by_metadata(["cf"], 10, 20)


def test_other_information_does_not_make_a_search_incomplete() -> None:
    texts = ["Your timerange was substituted based on your search string", "No events were found"]
    messages = [{"type": "INFO", "text": text} for text in texts] + [{"type": "DEBUG", "text": "partial"}]
    with ScriptedServer(reply([GROUP], messages=messages)) as server:
        assert len(splunk(server).by_metadata(["cf"], 10, 20)) == 1


def test_a_refused_search_is_an_error() -> None:
    body = b'{"messages": [{"type": "ERROR", "text": "You do not have permission"}]}'
    with ScriptedServer(answer(403, body)) as server, pytest.raises(CollectionError, match="do not have permission"):
        splunk(server).by_metadata(["cf"], 10, 20)


def test_no_metrics_of_any_host_are_no_zeros() -> None:
    with ScriptedServer(reply(), reply(ANY)) as server:
        figures = splunk(server).tokens(["Cloudflare"], 10, 20)
    assert figures.tokens == [TokenActivity("Cloudflare")] and figures.tokens[0].requests is None
    assert figures.reason.startswith("No host reported metrics of HEC")
    with ScriptedServer(reply()) as server:
        figures = splunk(server).tokens(None, 10, 20)
    assert figures.tokens == [] and figures.reason.startswith("The index _introspection has no events for this user")


def test_a_window_of_metrics_is_one_of_their_time() -> None:
    with ScriptedServer(reply([WHOLE])) as server:
        assert splunk(server).tokens(["x"], 10, 20).tokens == [TokenActivity("x", 0, 0, 0, 0, 0)]
    [arguments] = asked(server)
    assert (arguments["earliest_time"], arguments["latest_time"]) == ("10", "20")


def test_no_problems_are_reported_only_by_an_index_that_can_be_searched() -> None:
    with ScriptedServer(reply(), reply(ANY)) as server:
        assert splunk(server).problems(10, 20) == ([], "")
    with ScriptedServer(reply()) as server:
        found = splunk(server).problems(10, 20)
    assert found.rows == [] and found.reason.startswith("The index _internal has no events for this user")


def test_indexes_in_which_the_user_sees_events() -> None:
    with ScriptedServer(reply([{"index": "cf", "count": "5"}])) as server:
        assert splunk(server).indexes_with_events(["cf", "other"]) == {"cf"}
        assert splunk(server).indexes_with_events([]) == set()
    [arguments] = asked(server)
    assert arguments["earliest_time"] == str(1790000000 - 30 * 86400)


def test_one_search_reads_the_newest_events() -> None:
    row = {**GROUP, "logpush_zone": "-", "_time": "15.5", "logpush_Datetime": "1970-01-01T00:00:15Z"}
    with ScriptedServer(reply([row])) as server:
        [event] = splunk(server).newest(["cf"], 10, 20, ["Datetime"], each=2)
    assert (event.time, event.texts) == (15.5, {"Datetime": "1970-01-01T00:00:15Z"})
    assert "dedup 2 " in asked(server)[0]["search"]
