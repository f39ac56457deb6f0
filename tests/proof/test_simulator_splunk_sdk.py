# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Splunk's own Python SDK works with the simulated management API."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import typing as t
import urllib.parse

import pytest
import splunk_handler
from simulator.process import Simulator
from splunklib import binding, client, results


def service_of(simulator: Simulator, **more: t.Any) -> client.Service:
    """Return a service of the SDK over verified TLS, before the login."""
    where = urllib.parse.urlsplit(simulator.management_url)
    context = ssl.create_default_context(cafile=simulator.ca_file)
    return client.Service(host=where.hostname, port=where.port, verify=True, context=context, **more)


@pytest.fixture(autouse=True)
def patience() -> t.Iterator[None]:
    """Limit the time of all connections: the SDK has no timeout, and repeats requests while Splunk restarts."""
    socket.setdefaulttimeout(10)
    yield
    socket.setdefaulttimeout(None)


@pytest.fixture(params=["10.4.2", "8.0.3"])
def service(request: pytest.FixtureRequest, simulator: Simulator) -> client.Service:
    simulator.change_settings(splunk_version=request.param)
    service = service_of(simulator, username=simulator.splunk_username, password=simulator.splunk_password)
    service.login()
    return service


def test_login(simulator: Simulator, service: client.Service) -> None:
    assert ".".join(map(str, service.splunk_version)) == simulator.state()["settings"]["splunk_version"]
    assert service.info["server_roles"] == ["indexer", "license_master", "kv_store", "search_head"]
    stranger = service_of(simulator, username="admin", password="wrong")
    with pytest.raises(client.AuthenticationError):
        stranger.login()
    bearer = service_of(simulator, splunkToken=simulator.splunk_auth_token)
    assert bearer.info["product_type"] == "enterprise"


def test_a_token_through_the_inputs_of_the_sdk(simulator: Simulator, service: client.Service) -> None:
    inputs = service.inputs
    assert inputs.kinds == ["http"]
    made = inputs.create("http://shop logs/1", "http", index="main", sourcetype="cloudflare:json")
    assert made.content["token"] == simulator.state()["hec_tokens"][-1]["token"]
    assert {one.name for one in inputs.list("http")} == {"http://Cloudflare", "http://shop logs/1"}
    assert {one.name for one in inputs.list()} == {"http://Cloudflare", "http://shop logs/1"}
    [listed] = [one for one in inputs.list("http") if one.name.endswith("shop logs/1")]
    listed.update(description="changed", indexes="main,history", index="history").refresh()
    assert (listed.content["description"], listed.content["indexes"]) == ("changed", ["main", "history"])
    assert listed.access.app == "splunk_httpinput" and listed.access.perms.read == ["admin"]
    listed.disable().refresh()
    assert listed.content["disabled"] == "1" and "enable" in listed.links
    listed.enable().refresh()
    assert listed.content["disabled"] == "0" and "disable" in listed.links
    inputs.delete("http://shop logs/1", "http")
    with pytest.raises(KeyError):
        inputs["http://shop logs/1", "http"]


def test_a_token_by_plain_requests_of_the_sdk(service: client.Service) -> None:
    path = "data/inputs/http"
    service.post(path, name="plain", output_mode="json", owner="nobody", app="splunk_httpinput")
    read = service.get(f"{path}/plain", output_mode="json").body.read()
    assert b'"name": "http://plain"' in read
    with pytest.raises(binding.HTTPError) as refused:
        service.post(path, name="plain")
    assert refused.value.status == 409
    service.delete(f"{path}/plain")
    with pytest.raises(binding.HTTPError):
        service.get(f"{path}/plain")


def test_indexes(service: client.Service) -> None:
    made = service.indexes.create("cloudflare", maxTotalDataSizeMB=1000)
    assert (made.content["maxTotalDataSizeMB"], made.content["frozenTimePeriodInSecs"]) == ("1000", "188697600")
    assert "cloudflare" in [index.name for index in service.indexes.list()]
    assert service.indexes["cloudflare"].content["datatype"] == "event"
    service.indexes.delete("cloudflare")
    assert "cloudflare" not in service.indexes


def test_events_of_another_client_are_found_by_a_search(simulator: Simulator, service: client.Service) -> None:
    """splunk-handler of PyPI sends events with a token that was created here, and the SDK finds them."""
    token = service.inputs.create("app", "http", index="main").content["token"]
    host, port = simulator.hec_endpoint.split(":")
    handler = splunk_handler.SplunkHandler(
        host=host,
        port=port,
        token=token,
        index="main",
        sourcetype="app",
        verify=simulator.ca_file,
        flush_interval=0,
        retry_count=0,
    )
    logger = logging.Logger("proof")  # noqa: LOG001  not below the root logger, whose handlers others set
    logger.addHandler(handler)
    logger.warning("a line of the log")
    handler.close()
    query = 'search index=main sourcetype=app "line of the log" earliest=-5m | stats count'
    reader = results.JSONResultsReader(service.jobs.oneshot(query, output_mode="json"))
    assert list(reader) == [{"count": "1"}] and reader.is_preview is False
    exported = results.JSONResultsReader(service.jobs.export(query, output_mode="json"))
    assert list(exported) == [{"count": "1"}]
    with pytest.raises(binding.HTTPError) as refused:
        service.jobs.oneshot("index=main", output_mode="json")
    assert refused.value.status == 400 and "Unknown search command" in str(refused.value)


def test_searches_over_what_was_indexed(simulator: Simulator, service: client.Service) -> None:
    """A job pushes 10 events, of which 1 goes to the null queue: Splunk counts 9, in every way of asking."""
    fields = ["EdgeStartTimestamp", "RayID", "ZoneName", "ClientRequestHost"]
    simulator.change_settings(null_queue=[{"field": "ZoneName", "value": "shop.*", "share": 0.1}])
    zone_id, destination = simulator.zone_ids["shop.example.com"], simulator.destination_conf(source="edge")
    output = {"field_names": fields, "timestamp_format": "rfc3339"}
    simulator.add_job(
        zone_id=zone_id, dataset="http_requests", enabled=True, destination_conf=destination, output_options=output
    )
    simulator.push()
    simulator.push()

    def found(query: str, **options: t.Any) -> list[t.Any]:
        answer = service.jobs.oneshot(query, output_mode="json", max_time=60, **options)
        return list(results.JSONResultsReader(answer))

    since = {"earliest_time": "0", "latest_time": "2147483647"}
    by_source = "| tstats count where index=main _index_earliest=-5m _index_latest=+5m by source sourcetype"
    assert found(by_source, **since) == [{"source": "edge", "sourcetype": "cloudflare:json", "count": "9"}]
    deviation = (
        'search index=main _index_earliest=-5m | rex "EdgeStartTimestamp[^0-9]+(?<own>[^Z]+Z)" '
        '| eval deviation=abs(_time-strptime(own, "%Y-%m-%dT%H:%M:%SZ")) '
        "| stats count, max(deviation) as deviation by ZoneName, sourcetype"
    )
    row = {"ZoneName": "shop.example.com", "sourcetype": "cloudflare:json", "count": "9", "deviation": "0"}
    assert found(deviation, **since) == [row]
    assert simulator.state()["received"]["total"] == 10
    simulator.change_settings(search_partial="WARN")
    message, incomplete = found(by_source)
    assert (message.type, incomplete["count"]) == ("WARN", "5")


def test_a_restart(simulator: Simulator, service: client.Service) -> None:
    assert service.restart_required is False
    simulator.change_settings(restart_seconds=0.1)
    service.post("data/inputs/http/http", enableSSL="0")
    assert service.restart_required is True
    service.restart(timeout=20)
    service.login()
    assert service.restart_required is False


def test_a_source_type_by_the_configuration_files_of_the_sdk(simulator: Simulator, service: client.Service) -> None:
    props = service.confs["props"]
    made = props.create("cloudflare:json", KV_MODE="json", TIME_PREFIX=r'"Datetime"\s*:\s*"?', TRUNCATE="100000")
    assert made["TIME_PREFIX"] == r'"Datetime"\s*:\s*"?'
    # The settings are shown with those of [default].
    assert (made["TRUNCATE"], made["MAX_TIMESTAMP_LOOKAHEAD"]) == ("100000", "128")
    assert (made.access.app, made.access.sharing) == ("search", "app")
    made.submit({"TIME_FORMAT": "%s"}).refresh()
    assert made["TIME_FORMAT"] == "%s" and "cloudflare:json" in [one.name for one in props]
    made.acl_update(sharing="global", owner="nobody")
    assert made.refresh().access.sharing == "global"
    assert simulator.state()["props"]["cloudflare:json"]["TIME_FORMAT"] == "%s"
    with pytest.raises(binding.HTTPError) as refused:
        props.create("cloudflare:json")
    assert refused.value.status == 409
    props.delete("cloudflare:json")
    assert "cloudflare:json" not in props and simulator.state()["props"] == {}


def test_source_types_of_several_apps(simulator: Simulator, service: client.Service) -> None:
    simulator.reset(
        props={"cloudflare:json": {"TIME_FORMAT": "%s", "TRUNCATE": 1}},
        source_types=[{"name": "cloudflare:json", "app": "launcher", "settings": {"TRUNCATE": "2"}}],
    )
    service.login()
    path = "configs/conf-props/cloudflare:json"
    seen = {app: service.get(path, app=app, output_mode="json").body.read() for app in ("launcher", "search", "-")}
    found = {app: json.loads(text)["entry"] for app, text in seen.items()}
    # Only the app that shares its settings is seen by the others.
    assert [entry["content"]["TRUNCATE"] for entry in found["search"]] == [1]
    assert [entry["content"]["TRUNCATE"] for entry in found["launcher"]] == ["2"]
    assert [entry["acl"]["app"] for entry in found["-"]] == ["cloudflare", "launcher"]
    # All of them count for events. The folder local wins.
    assert simulator.state()["props"] == {"cloudflare:json": {"TIME_FORMAT": "%s", "TRUNCATE": "2"}}
    assert service.confs["props"]["cloudflare:json"].access.app == "cloudflare"
    with pytest.raises(binding.HTTPError) as refused:
        service.delete(path, owner="nobody", app="search")
    assert refused.value.status == 400
