# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated GraphQL analytics, asked with Cloudflare's own Python client: what they count, and what they refuse."""

from __future__ import annotations

import dataclasses
import datetime
import time
import typing as t

import cloudflare
import httpx
import pytest
from proof_client import SHOP
from simulator.process import Simulator

WWW = Simulator.zone_ids["www.example.com"]
ACCOUNT_BASED = {"X-Rate-Limit-Type": "account-based"}
DAY = 86400.0
ZONES = """query($account: String!, $zones: [String!], $from: Time!, $to: Time!, $limit: Int!) { viewer {
  accounts(filter: {accountTag: $account}) { zones(filter: {zoneTag_in: $zones}) { zoneTag
    logpushHealthAdaptiveGroups(limit: $limit, filter: {datetime_geq: $from, datetime_lt: $to}) {
      count sum { uploads records bytes bytesCompressed } dimensions { jobId destinationType status final } } } } } }"""
ACCOUNT = """query($account: string!, $from: Time!) { viewer { accounts(filter: {accountTag: $account}) { accountTag
    logpushHealthAdaptiveGroups(limit: 100, filter: {datetime_geq: $from}) { count dimensions { jobId } } } } }"""
SETTINGS = """query($zone: string) { viewer { zones(filter: {zoneTag: $zone}) { settings { logpushHealthAdaptiveGroups {
    enabled availableFields maxPageSize maxNumberOfFields notOlderThan maxDuration } } } } }"""


def rfc3339(seconds: float) -> str:
    """Return a time as Cloudflare writes it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclasses.dataclass
class Analytics:
    """Cloudflare's client, which has no methods of its own for GraphQL."""

    simulator: Simulator
    client: cloudflare.Cloudflare

    def ask(self, query: str, headers: dict[str, str] | None = None, **variables: t.Any) -> httpx.Response:
        """Return the answer to a query. Raises the client's error for an HTTP status of a failure."""
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql", cast_to=httpx.Response, body=body, options={"headers": headers or {}})

    def viewer(self, query: str, headers: dict[str, str] | None = None, **variables: t.Any) -> dict[str, t.Any]:
        """Return the data for a query that is not refused."""
        document = self.ask(query, headers, **variables).json()
        assert document["errors"] is None, document
        viewer: dict[str, t.Any] = document["data"]["viewer"]
        return viewer

    def zones(
        self, *zones: str, headers: dict[str, str] | None = None, **more: t.Any
    ) -> dict[str, list[dict[str, t.Any]]]:
        """Return the groups of zones in the last 30 hours."""
        [account] = self.viewer(ZONES, headers, **self.variables(*zones, **more))["accounts"]
        return {zone["zoneTag"]: zone["logpushHealthAdaptiveGroups"] for zone in account["zones"]}

    def variables(self, *zones: str, **more: t.Any) -> dict[str, t.Any]:
        """Return the variables of the query for zones."""
        now = time.time()
        window = {"from": rfc3339(now - 30 * 3600), "to": rfc3339(now + 60)}
        return {"account": self.simulator.account_id, "zones": list(zones), "limit": 1000, **window, **more}

    def groups(self, arguments: str, selection: str, zone: str = SHOP) -> list[dict[str, t.Any]]:
        """Return the groups of one zone for arguments and a selection."""
        [found] = self.viewer(node(arguments, selection, zone))["zones"]
        groups: list[dict[str, t.Any]] = found["logpushHealthAdaptiveGroups"]
        return groups

    def refusal(self, query: str, headers: dict[str, str] | None = None, **variables: t.Any) -> tuple[int, str]:
        """Return the HTTP status and the message of a refusal."""
        with pytest.raises(cloudflare.APIStatusError) as refused:
            self.ask(query, headers, **variables)
        document = refused.value.response.json()
        [error] = document["errors"]
        assert document["data"] is None and error["extensions"]["timestamp"].endswith("Z")
        return refused.value.status_code, error["message"]


def node(arguments: str, selection: str, zone: str = SHOP) -> str:
    """Return a query of one zone."""
    return (
        f'{{viewer{{zones(filter:{{zoneTag:"{zone}"}}){{logpushHealthAdaptiveGroups({arguments}){{{selection}}}}}}}}}'
    )


def since(seconds: float) -> str:
    """Return a filter for the newest seconds."""
    return f'datetime_geq:"{rfc3339(time.time() - seconds)}"'


@pytest.fixture
def analytics(simulator: Simulator) -> t.Iterator[Analytics]:
    yield from asking(simulator)


def asking(simulator: Simulator, **token: t.Any) -> t.Iterator[Analytics]:
    """Yield a client that makes no retries, with the token that may do everything or with another one."""
    value = simulator.api_token
    if token:
        value = "token-with-limits"
        simulator.reset(api_tokens=[{"id": "1" * 32, "token": value, **token}])
    with cloudflare.Cloudflare(api_token=value, base_url=simulator.api_url, max_retries=0) as client:
        yield Analytics(simulator, client)


def add_job(simulator: Simulator, zone: str = SHOP, **job: t.Any) -> int:
    """Return the ID of a new enabled job."""
    fields = {"enabled": True, "destination_conf": simulator.destination_conf(), **job}
    scope = {} if "account_id" in job else {"zone_id": zone}
    return int(simulator.add_job(**scope, **fields)["id"])


@pytest.mark.parametrize("headers", [None, ACCOUNT_BASED])
def test_the_counts_are_those_of_the_collector(
    simulator: Simulator, analytics: Analytics, headers: dict[str, str] | None
) -> None:
    faults = [{"kind": "drop", "share": 0.25, "zone": "www.example.com"}, {"kind": "retry", "share": 0.5, "zone": SHOP}]
    simulator.change_settings(push_faults=faults)
    jobs = {add_job(simulator, zone): zone for zone in (SHOP, WWW)}
    jobs[add_job(simulator, dataset="dns_logs")] = SHOP
    simulator.push_at(DAY, rounds=24, interval=3600)
    groups = analytics.zones(SHOP, WWW, headers=headers)
    for job, zone in jobs.items():
        mine = [group for group in groups[zone] if group["dimensions"]["jobId"] == job]
        [delivered] = [group["sum"] for group in mine if group["dimensions"]["status"] == 200]
        lines = [event["raw"] for event in simulator.events(job_id=job)]
        assert (delivered["records"], delivered["bytes"]) == (len(lines), sum(len(line) + 1 for line in lines))
        assert {group["dimensions"]["destinationType"] for group in mine} == {"splunk"}
        dropped = [group for group in mine if group["dimensions"]["status"] == 1201]
        assert [group["sum"]["uploads"] for group in dropped] == ([6] if zone == WWW else [])
        assert sum(group["count"] for group in mine) == 24
        assert all(group["dimensions"]["final"] == 1 for group in mine)


def test_a_window_has_its_first_second_and_not_its_last(simulator: Simulator, analytics: Analytics) -> None:
    add_job(simulator)
    simulator.push_at(7200, rounds=3, interval=3600)
    times = [int(upload["time"]) for upload in simulator.uploads()]
    window = {"from": rfc3339(times[0]), "to": rfc3339(times[2])}
    assert [group["count"] for group in analytics.zones(SHOP, **window)[SHOP]] == [2]
    later = {"from": rfc3339(times[0] + 1), "to": rfc3339(times[2] + 1)}
    assert [group["count"] for group in analytics.zones(SHOP, **later)[SHOP]] == [2]


def test_groups_are_formed_by_the_selected_dimensions(simulator: Simulator, analytics: Analytics) -> None:
    first, second = add_job(simulator), add_job(simulator, dataset="dns_logs")
    simulator.change_settings(push_faults=[{"kind": "retry", "job_id": second}])
    simulator.push_at(180, rounds=3, interval=60)
    window = f"limit:100,filter:{{{since(3600)}}}"
    assert analytics.groups(window, "count") == [{"count": 9}]
    assert analytics.groups(window, "count dimensions{status}") == [
        {"count": 6, "dimensions": {"status": 200}},
        {"count": 3, "dimensions": {"status": 503}},
    ]
    minutes = analytics.groups(window, "sum{uploads} dimensions{datetimeMinute}")
    assert [group["sum"]["uploads"] for group in minutes] == [3, 3, 3]
    assert all(group["dimensions"]["datetimeMinute"].endswith(":00Z") for group in minutes)
    seconds = analytics.groups(window, "dimensions{datetime job:jobId ...{status}}")
    assert {group["dimensions"]["job"] for group in seconds} == {first, second}
    assert {(group["dimensions"]["job"], group["dimensions"]["status"]) for group in seconds} == {
        (first, 200),
        (second, 200),
        (second, 503),
    }
    ordered = analytics.groups(window + ",orderBy:[sum_records_DESC,jobId_DESC]", "sum{records} dimensions{jobId}")
    assert [group["dimensions"]["jobId"] for group in ordered] == [second, first]
    assert len(analytics.groups(f"limit:2,filter:{{{since(3600)}}}", "dimensions{jobId status}")) == 2


def test_filters_choose_the_uploads(simulator: Simulator, analytics: Analytics) -> None:
    first = add_job(simulator)
    second = add_job(simulator, destination_conf="s3://bucket/logs?region=eu-central-1")
    simulator.change_settings(push_faults=[{"kind": "retry", "job_id": first}])
    simulator.push()
    for condition, counted in {
        "": 3,
        ",status_neq:200": 1,
        ",status:200": 2,
        ",status_in:[200,503]": 3,
        ",status_geq:500": 1,
        f",jobId:{second}": 1,
        ",final:0": 1,
        ',destinationType:"s3"': 1,
        ',destinationType_neq:"s3",status:200': 1,
        ',OR:[{status:503},{destinationType:"s3"}]': 2,
        f",AND:[{{status:200}},{{jobId:{first}}}]": 1,
    }.items():
        groups = analytics.groups(f"limit:10,filter:{{{since(60)}{condition}}}", "count")
        assert sum(group["count"] for group in groups) == counted, condition
    past = analytics.groups(f'limit:10,filter:{{{since(60)},datetime_lt:"{rfc3339(time.time() - 30)}"}}', "count")
    assert past == []


@pytest.mark.parametrize("includes_zones", [True, False])
def test_jobs_of_the_account(simulator: Simulator, analytics: Analytics, includes_zones: bool) -> None:
    simulator.change_settings(graphql_account_includes_zones=includes_zones)
    of_zone, of_account = add_job(simulator), add_job(simulator, account_id=simulator.account_id, dataset="audit_logs")
    simulator.push()
    found = analytics.viewer(ACCOUNT, account=simulator.account_id, **{"from": rfc3339(time.time() - 60)})["accounts"]
    assert found[0]["accountTag"] == simulator.account_id
    jobs = [group["dimensions"]["jobId"] for group in found[0]["logpushHealthAdaptiveGroups"]]
    assert jobs == ([of_zone, of_account] if includes_zones else [of_account])


def test_the_settings_of_the_node(simulator: Simulator, analytics: Analytics) -> None:
    simulator.change_settings(graphql_duration=3600, graphql_unavailable=[WWW])
    [shown] = analytics.viewer(SETTINGS, zone=SHOP)["zones"]
    settings = shown["settings"]["logpushHealthAdaptiveGroups"]
    fields = settings.pop("availableFields")
    assert settings == {
        "enabled": True,
        "maxPageSize": 10000,
        "maxNumberOfFields": 30,
        "notOlderThan": 2678400,
        "maxDuration": 3600,
    }
    assert {"count", "sum_records", "dimensions_jobId", "dimensions_datetimeMinute"} < set(fields)
    [shown] = analytics.viewer(SETTINGS, zone=WWW)["zones"]
    assert shown["settings"]["logpushHealthAdaptiveGroups"]["enabled"] is False
    status, message = analytics.refusal(node(f"limit:1,filter:{{{since(60)}}}", "count", WWW))
    assert status == 403 and message.startswith(f"zone '{WWW}' does not have access to the path")


def test_the_limits_of_the_node(simulator: Simulator, analytics: Analytics) -> None:
    old = node('limit:1,filter:{datetime_geq:"2020-01-01T00:00:00Z"}', "count")
    assert analytics.refusal(old) == (400, "cannot request data older than 2678400s")
    assert analytics.refusal(node("limit:1", "count")) == (400, "cannot request data older than 2678400s")
    status, message = analytics.refusal(node(f"limit:1,filter:{{{since(4 * DAY)}}}", "count"))
    assert status == 400 and message.startswith("query time range is too large")
    for limit in (0, -1, 10001):
        refused = analytics.refusal(node(f"limit:{limit},filter:{{{since(60)}}}", "count"))
        assert refused == (400, "limit must be positive number and not greater than 10000")
    simulator.change_settings(graphql_fields=2)
    status, message = analytics.refusal(node(f"limit:1,filter:{{{since(60)}}}", "count sum{records bytes}"))
    assert (status, message) == (400, "number of fields can't be more than 2")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{viewer{zones", "query contains error, please review it and retry"),
        ("", "query contains error, please review it and retry"),
        ("{viewer{moons}}", "unknown field 'moons'"),
        (node("limit:1", "avg{records}"), "unknown field 'avg'"),
        (node("limit:1", "dimensions{color}"), "unknown field 'color'"),
        (node("limit:1", "count{number}"), "scalar fields must have no selections"),
        (node("limit:1", "dimensions"), "object field must have selections"),
        (node("filter:{}", "count"), "error parsing args"),
        (node("limit:1,moon:1", "count"), "error parsing args"),
        (node("limit:1,filter:{moon:1}", "count"), "error parsing args"),
        (node('limit:1,filter:{datetime_geq:"yesterday"}', "count"), "error parsing args"),
        (node('limit:"1",filter:{datetime_geq:"yesterday"}', "count"), "limit must be positive number"),
        (node('limit:1,filter:{datetime_geq:"2999-01-01T00:00:00Z",status:"200"}', "count"), "error parsing args"),
        (node('limit:1,filter:{datetime_geq:"2999-01-01T00:00:00Z",status_in:[true]}', "count"), "error parsing args"),
        ("query($zone:string!){viewer{zones(filter:{zoneTag:$zone}){zoneTag}}}", "error parsing args"),
        ("{viewer{zones{zoneTag}}}", "empty zone filters not allowed"),
        ("{viewer{zones(filter:{zoneTag_in:[]}){zoneTag}}}", "empty zone filters not allowed"),
    ],
)
def test_a_malformed_query_is_refused(analytics: Analytics, query: str, message: str) -> None:
    status, text = analytics.refusal(query)
    assert status == 400 and text.startswith(message)


def test_a_query_names_ten_zones_and_one_account(simulator: Simulator, analytics: Analytics) -> None:
    zones = [{"id": f"{number:032x}", "name": f"zone-{number}.example.com"} for number in range(12)]
    simulator.reset(zones=zones)
    tags = [zone["id"] for zone in zones]
    assert len(analytics.zones(*tags[:10])) == 10
    assert analytics.refusal(ZONES, **analytics.variables(*tags[:11])) == (400, "too many zones requested")
    parts = " ".join(
        f'{name}:zones(filter:{{zoneTag_in:["{one}","{two}"]}}){{zoneTag}}'
        for name, one, two in zip("abcdef", tags[::2], tags[1::2])
    )
    assert analytics.refusal(f"{{viewer{{{parts}}}}}")[0] == 429
    two_accounts = f'{{viewer{{accounts(filter:{{accountTag_in:["{simulator.account_id}","b"]}}){{accountTag}}}}}}'
    assert analytics.refusal(two_accounts) == (400, "too many accounts requested")


def test_a_token_without_the_permission(simulator: Simulator) -> None:
    for analytics in asking(simulator, permissions=["logs_write", "zone_read"]):
        status, message = analytics.refusal(node(f"limit:1,filter:{{{since(60)}}}", "count"))
        assert (status, message) == (403, f"zones [{SHOP}] are not authorized")
        assert analytics.refusal(ZONES, **analytics.variables(SHOP)) == (403, "not authorized for that account")
        with pytest.raises(cloudflare.PermissionDeniedError) as refused:
            analytics.ask(ZONES, **analytics.variables(SHOP))
        [error] = refused.value.response.json()["errors"]
        assert error["path"] == ["viewer", "accounts"] and error["extensions"]["code"] == "authz"


def test_a_token_for_some_zones(simulator: Simulator) -> None:
    for analytics in asking(simulator, zones=[SHOP]):
        assert list(analytics.zones(SHOP)) == [SHOP]
        refused = (403, f"zones [{WWW}] are not authorized")
        assert analytics.refusal(ZONES, **analytics.variables(SHOP, WWW)) == refused
        assert analytics.refusal(ZONES, **analytics.variables(SHOP, "unknown")) == (
            403,
            "zones [unknown] are not authorized",
        )


def test_a_token_for_zones_but_not_for_their_account(simulator: Simulator) -> None:
    for analytics in asking(simulator, accounts=[]):
        assert analytics.refusal(ZONES, **analytics.variables(SHOP)) == (403, "not authorized for that account")
        simulator.change_settings(graphql_zones_need_account=False)
        assert list(analytics.zones(SHOP)) == [SHOP]
        status, message = analytics.refusal(ACCOUNT, account=simulator.account_id, **{"from": rfc3339(time.time())})
        assert (status, message) == (403, "not authorized for that account")


def test_a_zone_of_another_account_is_refused(simulator: Simulator, analytics: Analytics) -> None:
    simulator.reset(
        zones=[{"id": SHOP, "name": "shop.example.com", "account_id": "b" * 32}, {"id": WWW, "name": "www.example.com"}]
    )
    assert analytics.refusal(ZONES, **analytics.variables(SHOP, WWW))[1] == f"zones [{SHOP}] are not authorized"


def test_an_unknown_or_inactive_token_is_unauthorized(simulator: Simulator) -> None:
    for analytics in asking(simulator, status="expired"):
        assert analytics.refusal(SETTINGS, zone=SHOP) == (401, "Unauthorized")
        stranger = Analytics(simulator, analytics.client.copy(api_token="stranger"))
        assert stranger.refusal(SETTINGS, zone=SHOP) == (401, "Unauthorized")


def test_errors_may_arrive_with_status_200(simulator: Simulator, analytics: Analytics) -> None:
    simulator.change_settings(graphql_errors_with_200=True)
    for query in ("{viewer{moons}}", node("limit:0", "count")):
        answer = analytics.ask(query)
        assert answer.status_code == 200
        assert answer.json()["data"] is None and len(answer.json()["errors"]) == 1


def test_a_credential_has_its_own_budget_for_queries(simulator: Simulator, analytics: Analytics) -> None:
    simulator.change_settings(graphql_rate_limit_requests=2, rate_limit_requests=6)
    for left in (1, 0):
        answer = analytics.ask(SETTINGS, zone=SHOP)
        assert answer.headers["Ratelimit"].startswith(f'"default";r={left};t=')
        assert answer.headers["Ratelimit-Policy"] == '"default";q=2;w=300'
    with pytest.raises(cloudflare.RateLimitError) as refused:
        analytics.ask(SETTINGS, zone=SHOP)
    assert 0 < int(refused.value.response.headers["retry-after"]) <= 300
    [error] = refused.value.response.json()["errors"]
    assert error["message"] == "rate limiter budget depleted, try again after 5 minutes"
    # The other budget is still full (the client asks for a second page), and the account's is one of its own, too.
    assert [len(list(analytics.client.zones.list())) for dummy in range(3)] == [5, 5, 5]
    assert list(analytics.zones(SHOP, headers=ACCOUNT_BASED)) == [SHOP]
    assert len(simulator.requests(side="api", path="/graphql")) == 4


def test_accounts_and_zones_have_budgets_of_their_own(simulator: Simulator, analytics: Analytics) -> None:
    simulator.change_settings(graphql_rate_limit_requests=2)
    for dummy in range(2):
        analytics.zones(SHOP, headers=ACCOUNT_BASED)
        analytics.ask(SETTINGS, ACCOUNT_BASED, zone=WWW)
    with pytest.raises(cloudflare.RateLimitError) as refused:
        analytics.zones(SHOP, headers=ACCOUNT_BASED)
    [error] = refused.value.response.json()["errors"]
    assert error["extensions"]["code"] == "budget"
    assert error["message"].startswith(f"Account {simulator.account_id} has exceeded its rate limit.")
    status, message = analytics.refusal(SETTINGS, ACCOUNT_BASED, zone=WWW)
    assert status == 429 and message.startswith(f"Zone {WWW} has exceeded its rate limit.")
    analytics.ask(SETTINGS, ACCOUNT_BASED, zone=SHOP)
    outside = f'{{viewer{{zones(filter:{{zoneTag_in:["{SHOP}"]}}){{zoneTag}}}}}}'
    assert analytics.refusal(outside, ACCOUNT_BASED)[0] == 400
    assert analytics.ask(outside).status_code == 200


def test_faults_speak_as_the_analytics_do(simulator: Simulator, analytics: Analytics) -> None:
    messages = {
        500: "Internal server error",
        503: "too many queries in progress, please try again later",
        429: "rate limiter budget depleted, try again after 5 minutes",
    }
    simulator.set_faults(*({"kind": "status", "path": "graphql", "status": status} for status in messages))
    assert dict(analytics.refusal(SETTINGS, zone=SHOP) for dummy in messages) == messages
    simulator.set_faults(
        *({"kind": kind, "path": "graphql$"} for kind in ("success_false", "null_result", "empty_list"))
    )
    failed, null, empty = (analytics.ask(SETTINGS, zone=SHOP).json() for dummy in range(3))
    assert failed["data"] is None and failed["errors"][0]["message"] == "Internal server error"
    assert null == {"data": None, "errors": None}
    assert empty == {"data": {"viewer": {"accounts": [], "zones": []}}, "errors": None}
    simulator.set_faults({"kind": "reset", "path": "graphql"})
    with pytest.raises(cloudflare.APIConnectionError):
        analytics.ask(SETTINGS, zone=SHOP)


def test_a_query_is_no_write(simulator: Simulator, analytics: Analytics) -> None:
    simulator.set_read_only()
    assert analytics.ask(SETTINGS, zone=SHOP).status_code == 200
    assert simulator.violations() == []


def test_the_schema_describes_itself(analytics: Analytics) -> None:
    query = '{__type(name:"ZoneLogpushHealthAdaptiveGroupsSum"){fields{name}}}'
    fields = analytics.ask(query).json()["data"]["__type"]["fields"]
    assert {field["name"] for field in fields} == {"bytes", "bytesCompressed", "records", "uploads"}


def test_a_thousand_zones_are_answered_quickly(simulator: Simulator, analytics: Analytics) -> None:
    zones = [{"id": f"{number:032x}", "name": f"zone-{number}.example.com"} for number in range(1000)]
    simulator.reset(zones=zones, settings={"events_per_push": 1, "graphql_zones_per_query": 1000})
    for zone in zones[:50]:
        add_job(simulator, zone["id"])
    simulator.push_at(600, rounds=4, interval=60)
    # The first query takes the time to build the schema, too.
    analytics.zones(zones[0]["id"])
    began = time.monotonic()
    groups = analytics.zones(*(zone["id"] for zone in zones))
    assert time.monotonic() - began < 5
    assert len(groups) == 1000 and [len(found) for found in groups.values()] == [1] * 50 + [0] * 950
