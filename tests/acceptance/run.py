# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the same scenarios against a real zone and Splunk and against the simulator, and report how the replies differed.

The exit status is 0 if every scenario that ran passed without a difference, 1 if not, and 2 if required variables are
missing. README.md lists the variables to set, and describes the effects on the zone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import typing as t
import urllib.parse
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

import requests  # noqa: E402  pylint: disable=wrong-import-position
from simulator.process import Simulator  # noqa: E402  pylint: disable=wrong-import-position

import conftest  # noqa: E402  pylint: disable=wrong-import-position  # it finds the collection
from acceptance import compare  # noqa: E402  pylint: disable=wrong-import-position
from acceptance.leftovers import Leftovers  # noqa: E402  pylint: disable=wrong-import-position
from acceptance.masking import Mask  # noqa: E402  pylint: disable=wrong-import-position
from acceptance.place import (  # noqa: E402  pylint: disable=wrong-import-position
    PARTS,
    Place,
    SettingsError,
    real_place,
    simulated_place,
    with_topologies,
)
from acceptance.proxy import Proxy  # noqa: E402  pylint: disable=wrong-import-position
from acceptance.report import Report  # noqa: E402  pylint: disable=wrong-import-position

# The requirements of each playbook in scenarios/, in the order of the run.
SCENARIOS = {
    "jobs": {"zone", "collector"},
    "refusals": {"zone", "collector"},
    "adoption": {"zone", "collector"},
    "fleet": {"zone", "collector"},
    "account": {"account", "collector"},
    "alerts": {"notifications"},
    "analytics": {"zone"},
    "collector": {"collector"},
    "tokens": {"management"},
    "source_types": {"collector", "management"},
    "delivery": {"zone", "collector", "management"},
    "cloud": {"cloud"},
    "cluster": {"cluster"},
    "deployment": {"deployment"},
}
NEVER_INHERITED = re.compile(r"(CLOUDFLARE|SPLUNK|ANSIBLE|ACCEPTANCE)_")


class Side:
    """A place with proxies in front of its servers, and the results of its scenarios."""

    def __init__(self, place: Place, folder: pathlib.Path, prefix: str) -> None:
        self.place = place
        self.folder = folder
        self.prefix = prefix
        self.step_file = folder / "step"
        self.proxies: dict[str, Proxy] = {}
        self.zone_id = ""

    def listen(self, stack: contextlib.ExitStack) -> None:
        """Start the proxies; they end with the stack."""
        place = self.place
        upstreams = {"api": (place.api_url, True), "acs": (place.acs_url, True)}
        if place.management_url:
            upstreams["splunk"] = (place.management_url, place.management_verify)
        if place.cluster_url:
            upstreams["cluster"] = (place.cluster_url, place.cluster_verify)
        if place.deployment_url:
            upstreams["deployment"] = (place.deployment_url, place.deployment_verify)
        for name, (upstream, verify) in upstreams.items():
            self.proxies[name] = stack.enter_context(Proxy(upstream, verify, self.step_file))

    @property
    def exchanges(self) -> list[compare.Exchange]:
        """Every request with its reply, in order of each server."""
        return [exchange for proxy in self.proxies.values() for exchange in proxy.exchanges]

    def start(self, scenario: str) -> subprocess.Popen[bytes]:
        """Start the playbook of a scenario, in a session of its own: this program handles Ctrl-C."""
        place = self.place
        extra = {
            "acceptance_prefix": self.prefix,
            "acceptance_zone": place.zone,
            "acceptance_zone_id": self.zone_id,
            "acceptance_account_id": place.account_id,
            "acceptance_alert_email": place.alert_email,
            "acceptance_stack": place.stack,
            "acceptance_index": place.index,
            "acceptance_insecure": place.insecure_skip_verify,
            "acceptance_ca_path": place.collector_ca or None,
            "acceptance_folder": str(self.folder),
        }
        with (self.folder / f"{scenario}.log").open("wb") as log:
            return subprocess.Popen(
                [
                    pathlib.Path(sys.executable).with_name("ansible-playbook"),
                    HERE / f"scenarios/{scenario}.yml",
                    "-e",
                    json.dumps(extra),
                ],
                env=self._environment(scenario),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self, scenario: str) -> dict[str, str]:
        place = self.place
        (self.folder / "ansible.cfg").touch()
        inherited = {name: value for name, value in os.environ.items() if not NEVER_INHERITED.match(name)}
        return {
            **inherited,
            "ANSIBLE_COLLECTIONS_PATH": conftest.ROOT,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "acceptance",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ACCEPTANCE_SCENARIO": scenario,
            "ACCEPTANCE_STEP": str(self.step_file),
            "ACCEPTANCE_RESULTS": str(self.folder / f"{scenario}.jsonl"),
            "ACCEPTANCE_ACS_URL": self.proxies["acs"].url,
            "ACCEPTANCE_ACS_TOKEN": place.acs_token,
            "ACCEPTANCE_CLUSTER_URL": self._url_of("cluster"),
            "ACCEPTANCE_DEPLOYMENT_URL": self._url_of("deployment"),
            "ACCEPTANCE_DEPLOYMENT_APP": place.deployment_app,
            "CLOUDFLARE_API_TOKEN": place.api_token,
            "CLOUDFLARE_BASE_URL": self.proxies["api"].url,
            "SPLUNK_MANAGEMENT_URL": self._url_of("splunk"),
            "SPLUNK_USERNAME": place.username,
            "SPLUNK_PASSWORD": place.password,
            "SPLUNK_AUTH_TOKEN": place.auth_token,
            "SPLUNK_HEC_ENDPOINT": place.hec_endpoint,
            "SPLUNK_HEC_TOKEN": place.hec_token,
            # The proxies are on this machine, so no proxy of the environment applies.
            "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1"])),
        }

    def _url_of(self, name: str) -> str:
        """Return the URL of a proxy, "" if there is none."""
        return self.proxies[name].url if name in self.proxies else ""

    def results(self, scenario: str) -> list[dict[str, t.Any]]:
        """Return the result of each step of a scenario."""
        file = self.folder / f"{scenario}.jsonl"
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    def failure(self, scenario: str) -> str:
        """Return why a scenario failed, in one line."""
        failed = [result for result in self.results(scenario) if result["outcome"]["status"] == "failed"]
        if failed:
            return f"{failed[-1]['step']}: {failed[-1]['msg']}"
        said = (self.folder / f"{scenario}.log").read_text(encoding="utf-8", errors="replace").split()
        return " ".join(said)[-300:]


def main(arguments: t.Sequence[str], environment: t.Mapping[str, str]) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="make acceptance", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS), help="run these scenarios alone"
    )
    parser.add_argument(
        "--report", type=pathlib.Path, default=conftest.CACHE / "acceptance", help="folder to write the report to"
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        real = real_place(environment)
        with contextlib.ExitStack() as stack:
            simulator = stack.enter_context(Simulator(push_interval=0))
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="acceptance-"))
            simulated = simulated_place(simulator, real, environment.get("ACCEPTANCE_SPLUNK_VERSION") or "10.4.2")
            simulated = with_topologies(simulated, real, stack)
            report, mask = _run(options.only, real, simulated, pathlib.Path(scratch))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except requests.RequestException as error:
        server = urllib.parse.urlsplit(getattr(error.request, "url", None) or "").hostname
        print(f"A server that the environment names does not answer: {server}: {type(error).__name__}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted: what was made is removed.", file=sys.stderr)
        return 130
    report.write(options.report, mask)
    print(mask.known(report.summary()))
    print(f"The whole report: {options.report / 'report.md'}")
    return 0 if report.good else 1


def _interrupt(*dummy: object) -> None:
    raise KeyboardInterrupt


def _run(only: t.Sequence[str], real: Place, simulated: Place, scratch: pathlib.Path) -> tuple[Report, Mask]:
    """Run the scenarios on both sides, and remove what they created in any case."""
    prefix = f"edgeops-acceptance-{uuid.uuid4().hex[:8]}"
    mask = Mask([*real.secrets, *simulated.secrets], {**simulated.names, **real.names, prefix: "<prefix>"})
    report = Report({}, [])
    leftovers = {place.name: Leftovers(place) for place in (real, simulated)}
    removed = leftovers["real"].remove()
    if removed:
        print("Removed what an earlier run left: " + ", ".join(removed))
    leftovers["real"].refuse_a_full_zone()
    try:
        with contextlib.ExitStack() as stack:
            sides = [_side(place, scratch, prefix, leftovers[place.name].zone_id, stack) for place in (real, simulated)]
            for scenario in only:
                report.verdicts[scenario] = _verdict(scenario, sides, mask)
                print(f"{scenario:12} {report.verdicts[scenario]}", flush=True)
    finally:
        # The proxies have ended, so nothing more is created, and the removal cannot be interrupted.
        before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
        report.removed += leftovers["real"].remove()
        for number, handler in before.items():
            signal.signal(number, handler)
    report.replies = len(sides[0].exchanges)
    report.differences += compare.differences(sides[0].exchanges, sides[1].exchanges, mask)
    outcomes = [
        {(scenario, result["step"]): result["outcome"] for scenario in only for result in side.results(scenario)}
        for side in sides
    ]
    report.differences += compare.of_results(*outcomes, mask)
    return report, mask


def _side(place: Place, scratch: pathlib.Path, prefix: str, zone_id: str, stack: contextlib.ExitStack) -> Side:
    folder = scratch / place.name
    folder.mkdir()
    side = Side(place, folder, prefix)
    side.zone_id = zone_id
    side.listen(stack)
    return side


def _verdict(scenario: str, sides: t.Sequence[Side], mask: Mask) -> str:
    """Run a scenario on both sides at the same time, and return its result."""
    missing = sorted(SCENARIOS[scenario] - sides[0].place.parts)
    if missing:
        return "skipped: not set: " + "; ".join(PARTS[part] for part in missing)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for side in sides:
            started.append(side.start(scenario))
        failed = [side for side, process in zip(sides, started) if process.wait()]
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if failed:
        return "failed: " + "; ".join(f"{side.place.name} side: {mask(side.failure(scenario))}" for side in failed)
    return "passed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
