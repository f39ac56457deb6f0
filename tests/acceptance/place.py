# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The places where the scenarios run: the zone and the Splunk that the environment names, or a simulator that
resembles them."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import typing as t

import requests
from simulator.process import Simulator

NEEDED = {
    "CLOUDFLARE_API_TOKEN": "an API token with Logs Edit, Zone Read and Analytics Read on the zone",
    "ACCEPTANCE_ZONE": "the name of a zone for tests, with a job slot free",
    "ACCEPTANCE_CONFIRMED": "the name of the zone once more: yes, jobs may be made and deleted in it",
}
CLOUDFLARE_URL = "https://api.cloudflare.com/client/v4"
ACS_URL = "https://admin.splunk.com"
PARTS = {
    "zone": "ACCEPTANCE_ZONE",
    "collector": "SPLUNK_HEC_ENDPOINT and SPLUNK_HEC_TOKEN",
    "management": "SPLUNK_MANAGEMENT_URL, and SPLUNK_USERNAME with SPLUNK_PASSWORD or SPLUNK_AUTH_TOKEN",
    "account": "ACCEPTANCE_ACCOUNT_ID",
    "notifications": "ACCEPTANCE_ACCOUNT_ID and ACCEPTANCE_ALERT_EMAIL",
    "cloud": "ACCEPTANCE_STACK and ACCEPTANCE_ACS_TOKEN",
    "cluster": "ACCEPTANCE_CLUSTER_URL",
    "deployment": "ACCEPTANCE_DEPLOYMENT_URL and ACCEPTANCE_DEPLOYMENT_APP",
}
DEPLOYMENT_APP = "edgeops_logpush_hec"


class SettingsError(Exception):
    """A variable that the run needs is missing or has a value that is not allowed."""


@dataclasses.dataclass(frozen=True)
class Place:
    """One side: its servers, the credentials for them, and the parts that can be tested."""

    name: str
    zone: str
    api_url: str
    api_token: str
    account_id: str = ""
    alert_email: str = ""
    management_url: str = ""
    username: str = ""
    password: str = ""
    auth_token: str = ""
    hec_endpoint: str = ""
    hec_token: str = ""
    acs_url: str = ""
    stack: str = ""
    acs_token: str = ""
    cluster_url: str = ""
    deployment_url: str = ""
    deployment_app: str = ""
    index: str = "main"
    insecure_skip_verify: bool = False
    management_verify: bool | str = True
    # Each simulator has a CA of its own.
    cluster_verify: bool | str = True
    deployment_verify: bool | str = True
    collector_ca: str = ""

    @property
    def parts(self) -> set[str]:
        """The parts that can be tested, out of ``PARTS``."""
        there = {
            "zone": self.zone,
            "collector": self.hec_endpoint and self.hec_token,
            "management": self.management_url and self._has_user,
            "account": self.account_id,
            "notifications": self.account_id and self.alert_email,
            "cloud": self.stack and self.acs_token,
            "cluster": self.cluster_url and self._has_user,
            "deployment": self.deployment_url and self.deployment_app and self._has_user,
        }
        return {part for part, given in there.items() if given}

    @property
    def _has_user(self) -> bool:
        return bool(self.auth_token or (self.username and self.password))

    @property
    def secrets(self) -> list[str]:
        """The values that no report may show. The first one is built like Basic credentials."""
        pair = f"{self.username}:{self.password}" if self.password else ""
        return [pair, self.api_token, self.password, self.auth_token, self.hec_token, self.acs_token]

    @property
    def names(self) -> dict[str, str]:
        """Values that identify the place but are not secret, with their replacements in reports."""
        host = self.hec_endpoint.rpartition("//")[2].partition("/")[0]
        given = {
            self.zone: "<zone>",
            self.account_id: "<account>",
            self.alert_email: "<email>",
            host: "<collector>",
            host.split(":")[0]: "<collector>",
            self.stack: "<stack>",
            self.username: "<user>",
            self.deployment_app: "<app>",
        }
        return {name: stand_in for name, stand_in in given.items() if len(name) > 2}


def real_place(given: t.Mapping[str, str]) -> Place:
    """Return the place that these variables name. Raises SettingsError."""
    missing = [f"  {name}  {meaning}" for name, meaning in NEEDED.items() if not given.get(name)]
    if missing:
        raise SettingsError(
            "make acceptance makes and deletes jobs in a real zone and HEC tokens in a real Splunk. It needs:\n"
            + "\n".join(missing)
            + "\nFurther variables let it test more: see tests/acceptance/README.md."
        )
    if given["ACCEPTANCE_CONFIRMED"] != given["ACCEPTANCE_ZONE"]:
        raise SettingsError("ACCEPTANCE_CONFIRMED is not the zone that ACCEPTANCE_ZONE names: nothing was done")
    ca = given.get("ACCEPTANCE_CA_PATH", "")
    if ca and not os.path.exists(ca):
        raise SettingsError(f"ACCEPTANCE_CA_PATH: there is no {ca}")
    insecure = given.get("ACCEPTANCE_INSECURE", "").lower() in ("1", "true", "yes")
    return Place(
        name="real",
        zone=given["ACCEPTANCE_ZONE"],
        api_url=given.get("CLOUDFLARE_BASE_URL") or CLOUDFLARE_URL,
        api_token=given["CLOUDFLARE_API_TOKEN"],
        account_id=given.get("ACCEPTANCE_ACCOUNT_ID", ""),
        alert_email=given.get("ACCEPTANCE_ALERT_EMAIL", ""),
        management_url=given.get("SPLUNK_MANAGEMENT_URL", ""),
        username=given.get("SPLUNK_USERNAME", ""),
        password=given.get("SPLUNK_PASSWORD", ""),
        auth_token=given.get("SPLUNK_AUTH_TOKEN", ""),
        hec_endpoint=given.get("SPLUNK_HEC_ENDPOINT", ""),
        hec_token=given.get("SPLUNK_HEC_TOKEN", ""),
        acs_url=given.get("ACCEPTANCE_ACS_URL") or ACS_URL,
        stack=given.get("ACCEPTANCE_STACK", ""),
        acs_token=given.get("ACCEPTANCE_ACS_TOKEN", ""),
        cluster_url=given.get("ACCEPTANCE_CLUSTER_URL", ""),
        deployment_url=given.get("ACCEPTANCE_DEPLOYMENT_URL", ""),
        deployment_app=given.get("ACCEPTANCE_DEPLOYMENT_APP", ""),
        index=given.get("ACCEPTANCE_INDEX") or "main",
        insecure_skip_verify=insecure,
        management_verify=False if insecure else ca or True,
        cluster_verify=False if insecure else ca or True,
        deployment_verify=False if insecure else ca or True,
        collector_ca=ca,
    )


def _upload(simulator: Simulator) -> None:
    """Upload batches an hour ago, for the analytics: some are accepted, some fail and are repeated, and some are dropped.

    They have a source of their own, because Splunk gives an event without a time that of the event before it.
    """
    conf = simulator.destination_conf(source="uploads")
    job = simulator.add_job(zone_id="5eed" * 8, enabled=True, dataset="http_requests", destination_conf=conf)
    for fault in ({"kind": "retry", "status": 503, "share": 0.5}, {"kind": "drop", "share": 0.5}):
        simulator.change_settings(push_faults=[fault])
        simulator.push_at(3600, rounds=4, interval=60)
    simulator.change_settings(push_faults=[])
    url = f"{simulator.api_url}/zones/{job['scope_id']}/logpush/jobs/{job['id']}"
    requests.delete(url, headers={"Authorization": f"Bearer {simulator.api_token}"}, timeout=60).raise_for_status()


def simulated_place(simulator: Simulator, real: Place, splunk_version: str) -> Place:
    """Set up a simulator with a zone, an account, an index and a stack with the real names, and return it as a place."""
    account = real.account_id or simulator.account_id
    simulator.reset(
        accounts=[{"id": account, "name": "Acceptance"}],
        zones=[{"id": "5eed" * 8, "name": real.zone, "account_id": account, "account_name": "Acceptance"}],
        indexes=[{"name": name} for name in dict.fromkeys(["main", "_internal", real.index])],
        settings={
            "acs_stack": real.stack or simulator.acs_stack,
            "splunk_version": splunk_version,
            "hec_metrics_seconds": 1,
        },
    )
    _upload(simulator)
    there = real.parts
    by_token = "management" in there and real.auth_token
    return Place(
        name="simulated",
        zone=real.zone,
        api_url=simulator.api_url,
        api_token=simulator.api_token,
        account_id=real.account_id,
        alert_email=real.alert_email,
        management_url=simulator.management_url if "management" in there else "",
        username="" if by_token else simulator.splunk_username,
        password="" if by_token else simulator.splunk_password,
        auth_token=simulator.splunk_auth_token if by_token else "",
        hec_endpoint=simulator.hec_endpoint if "collector" in there else "",
        hec_token=simulator.hec_token if "collector" in there else "",
        acs_url=simulator.acs_url,
        stack=real.stack,
        acs_token=simulator.acs_token if "cloud" in there else "",
        index=real.index,
        insecure_skip_verify=real.insecure_skip_verify,
        management_verify=simulator.ca_file,
        collector_ca=simulator.ca_file,
    )


def with_topologies(place: Place, real: Place, stack: contextlib.ExitStack) -> Place:
    """Return the simulated place with a cluster and a deployment server, if the real one has them. They end with the stack."""
    there = real.parts
    if "cluster" in there:
        cluster = stack.enter_context(Simulator(push_interval=0, options=["--topology", "cluster"]))
        place = dataclasses.replace(place, cluster_url=cluster.management_url, cluster_verify=cluster.ca_file)
    if "deployment" in there:
        server = stack.enter_context(Simulator(push_interval=0, options=["--topology", "deployment_server"]))
        install_app(server, real.deployment_app)
        place = dataclasses.replace(
            place,
            deployment_url=server.management_url,
            deployment_verify=server.ca_file,
            deployment_app=real.deployment_app,
        )
    return place


def install_app(server: Simulator, app: str) -> None:
    """Let the clients of a simulated deployment server install an app."""
    etc = pathlib.Path(server.splunk_home, "etc")
    (etc / "deployment-apps" / app / "default").mkdir(parents=True)
    (etc / "deployment-apps" / app / "default/app.conf").write_text("[install]\nis_configured = 0\n", encoding="utf-8")
    classes = etc / "system/local/serverclass.conf"
    classes.write_text(classes.read_text(encoding="utf-8").replace(DEPLOYMENT_APP, app), encoding="utf-8")
    user = (server.splunk_username, server.splunk_password)
    url = f"{server.management_url}/services/deployment/server/config/_reload"
    requests.post(url, auth=user, verify=server.ca_file, timeout=60).raise_for_status()
    for node in server.nodes:
        server.phone_home(node["name"])
