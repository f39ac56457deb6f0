# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the campaign that rotate the HEC token: only the jobs, and with Splunk, until the old token is deleted."""

from __future__ import annotations

import base64
import typing as t
from urllib.parse import quote

import requests
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rotation import move_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.token_rotation import rotate_token
from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations, inputs
from ansible_collections.edgeops.logpush.tests.unit.campaign.inputs import ZONES, Rotation, Trouble
from ansible_collections.edgeops.logpush.tests.unit.campaign.stored_jobs import StoredJobs
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Wire
from hypothesis.stateful import rule

TOKENS = ("first+token/=%&1", "second?token#;=2")
OTHER_TOKEN = "token/of+others=3"
ZONE_TOKEN = "api-token-of-two-zones-only"
BUCKET = "s3://bucket/logs?region=eu-west-1&access-key-id=AKIA&secret-access-key=key/of+others=4"
# Values that Splunk makes itself, for the tokens after the first two.
LATER = "0a1b2c3d-{:04d}-4a6b-8c7d-9e0f1a2b3c4d"

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class RotationSteps(StoredJobs):
    """Rotates the token of the inventory from C(names[0]) to C(names[1]), until the old one is deleted."""

    wire: Wire
    api: dict[str, t.Any]
    counted: t.ClassVar[t.Any]
    run: t.Callable[..., dict[str, t.Any]]
    assert_only_unreachable: t.Callable[..., None]

    def first_tokens(self) -> list[dict[str, t.Any]]:
        """Return the initial HEC tokens: the one of the inventory, its successor, and one of other people."""
        self.values = {"token-1": TOKENS[0], "token-2": TOKENS[1], "others": OTHER_TOKEN}
        self.names = ["token-1", "token-2"]
        self.current = "token-1"
        self.meanwhile_made = 0
        return [{"token": token, "name": name} for name, token in self.values.items()]

    def api_tokens(self) -> list[dict[str, t.Any]]:
        """Return the API tokens: one with all permissions, and one for the zones of the inventory."""
        return [
            {"id": "7e57" * 8, "token": self.simulator.api_token},
            {"id": "7e58" * 8, "token": ZONE_TOKEN, "zones": list(ZONES), "accounts": []},
        ]

    @property
    def token(self) -> str:
        """The token that the inventory has."""
        return self.values[self.current]

    @property
    def other_token(self) -> str:
        """The other token of the current or the next rotation."""
        return self.values[self.names[self.current == self.names[0]]]

    @property
    def secrets(self) -> list[str]:
        """All current and former tokens."""
        return [*self.values.values(), ZONE_TOKEN]

    @property
    def here(self) -> tuple[str, str]:
        """The collector of the inventory."""
        return self.simulator.hec_endpoint, ""

    def foreign_conf(self, what: str) -> str:
        """Return the destination of a job of other people."""
        here, ours = self.simulator.hec_endpoint, self.conf(self.token)
        basic = quote(base64.b64encode(f"x:{self.token}".encode()).decode(), safe="")
        return {
            "here, our token": ours,
            "here, other token": self.conf(OTHER_TOKEN),
            "here through https": ours.replace("splunk://", "https://"),
            "other port": self.conf(OTHER_TOKEN).replace(here, f"{here.partition(':')[0]}:9"),
            "other host, our token": ours.replace(here, "siem.example.com:8088"),
            "other path": self.conf(OTHER_TOKEN).replace("/services", "/team-a/services"),
            "other path through https": ours.replace("splunk://", "https://").replace("/services", "/team-a/services"),
            "other host through https": self.conf(OTHER_TOKEN).replace(f"splunk://{here}", "https://siem.example.com"),
            "basic": f"https://siem.example.com/services/collector/raw?header_Authorization=Basic%20{basic}",
            "webhook": f"https://hooks.example.com/in?header_Authorization=Splunk%20{quote(self.token, safe='')}",
            "bucket": BUCKET,
        }[what]

    @rule(trouble=inputs.perhaps_trouble)
    def rotate_the_token(self, trouble: Trouble | None) -> None:
        """Move every job to the other token, and set it in the inventory."""
        old, new = self.token, self.other_token
        [name] = [name for name, value in self.values.items() if value == new]
        if self.tokens()[name]["disabled"]:
            return
        options = {**self.api, "zones": self.all_zones, "old_hec_token": old, "new_hec_token": new}
        result = self.run(move_jobs, options, self.moved(old), trouble)
        self.current = name
        if not trouble:
            left = [job for job in self.jobs().values() if job["zone"] in ZONES and self.has(job, old)]
            assert not left or result.get("failed")
            # A job of another collector, or without a channel, is refused by Cloudflare or cannot be moved.
            self.assert_only_unreachable(result)

    @rule(how=inputs.rotations, troubles=inputs.rotation_troubles)
    def rotate_with_splunk(self, how: Rotation, troubles: list[Trouble]) -> None:
        """Move every job to the new token and retire the old one, repeatedly until a run succeeds; the user removes
        the obstacles."""
        for trouble in troubles:
            self.rotation(how, trouble)
        undisturbed = how._replace(sees_all=True, made_at=None, complete=True, named=len(ZONES))
        for _attempt in range(3):
            result = self.rotation(undisturbed, None)
            if not result["failed"]:
                break
            assert self.clear_the_way() or troubles, result
        assert not result["failed"], result
        again = self.rotation(undisturbed, None)
        assert self.writes() == [] and not again["changed"] and not again["failed"], again
        assert self.names[0] not in self.tokens()
        self.counted["rotations"] += 1
        self.begin_the_next_rotation()

    def rotation(self, how: Rotation, trouble: Trouble | None) -> dict[str, t.Any]:
        """Run a rotation while jobs push every minute, and check that no used token is retired."""
        old, new = self.names
        self.simulator.change_settings(clock_offset=self.wire.slept, hec_metrics_seconds=60.0 if how.metrics else 0.0)
        self.simulator.push()
        tokens, jobs = self.tokens(), self.jobs()
        served = {job_id for job_id, job in jobs.items() if self.is_served(job, tokens)}
        began = self.wire.slept
        made: list[int] = []

        def pass_a_minute(slept: float) -> None:
            self.simulator.change_settings(clock_offset=slept)
            if how.made_at is not None and slept - began >= how.made_at and not made:
                made.append(self.make_a_job_meanwhile(old))
            self.simulator.push()

        self.wire.meanwhile = pass_a_minute
        options = self.rotation_options(how, old, new, bool(trouble and trouble.is_misleading))
        value = self.values[old]
        result: dict[str, t.Any] = {}
        try:
            result = self.run(rotate_token, options, self.moved(value, sorted(ZONES)[: how.named]), trouble)
        finally:
            self.wire.meanwhile = None
        lost = [each for each in self.refused if each in served]
        assert lost == [], f"events of jobs {lost} are lost: {result}"
        # A killed run cannot enable the token again for a job that was made while it was disabled. The next run moves
        # it.
        spared = made if not result and old in self.tokens() else []
        self.check_tokens(tokens, how, trouble, result, spared)
        if old not in self.tokens() or self.tokens()[old]["disabled"]:
            self.current = new
        return result

    def rotation_options(self, how: Rotation, old: str, new: str, misled: bool) -> dict[str, t.Any]:
        """Return the options of a rotation. What the user confirms is true."""
        jobs = self.jobs().values()
        values = self.values[old], self.values[new]
        hidden = [job for job in jobs if job["zone"] not in ZONES and expectations.carries(job, values[0])]
        management = {
            "url": self.simulator.management_url,
            "username": self.simulator.splunk_username,
            "password": self.simulator.splunk_password,
            "ca_path": self.simulator.ca_file,
            "platform": "enterprise",
            "validate_certs": True,
            "timeout": 5,
            "retries": 1,
        }
        return {
            **self.api,
            "api_token": self.simulator.api_token if how.sees_all else ZONE_TOKEN,
            "zones": [
                {"zone": name} if how.by_name else {"zone_id": zone}
                for zone, name in sorted(ZONES.items())[: how.named]
            ],
            "old_name": old,
            "new_name": new,
            "splunk": management,
            "endpoint": self.simulator.hec_endpoint,
            "waves": ["1", "100%"],
            "verify_timeout": 120,
            "verify_interval": 30,
            "settle": how.settle,
            "grace": how.settle,
            "delete": True,
            "unused": not any(expectations.carries(job, value) for job in jobs for value in values),
            "complete": how.complete and not hidden and not misled,
        }

    def check_tokens(
        self,
        before: dict[str, Job],
        how: Rotation,
        trouble: Trouble | None,
        result: dict[str, t.Any],
        spared: t.Sequence[int],
    ) -> None:
        """Fail if a token was retired that a job uses, or if a token other than the old one has changed."""
        old = self.names[0]
        after = self.tokens()
        for name, token in before.items():
            if name != old:
                assert after.get(name) == token, (name, result)
        was_on = old in before and not before[old]["disabled"]
        is_on = old in after and not after[old]["disabled"]
        if was_on and not is_on:
            jobs = [job for job_id, job in self.jobs().items() if job_id not in spared]
            users = [job for job in jobs if expectations.carries(job, self.values[old])]
            # A list that always leaves out the same jobs cannot be distinguished from a complete one. Splunk reports
            # the jobs that push.
            asked = how.metrics and how.settle
            blind = bool(trouble and trouble.is_misleading and trouble.lie and trouble.lie.each_time)
            users = [job for job in users if not blind or (asked and job["enabled"] and self.is_served(job, before))]
            assert users == [], (users, result)

    def clear_the_way(self) -> bool:
        """Change the jobs that use the old token and that no rotation can move. Return whether there were any."""
        old = self.values[self.names[0]]
        stubborn = [job_id for job_id, job in self.jobs().items() if expectations.carries(job, old)]
        hopeless = [job_id for job_id in stubborn if not self.is_movable(self.jobs()[job_id])]
        for job_id in hopeless:
            self.simulator.change_job(job_id, destination_conf=BUCKET)
        return bool(hopeless)

    def is_movable(self, job: Job) -> bool:
        """Return whether a rotation can move a job: it is in a zone of the inventory, and pushes to our collector."""
        view = expectations.view(job)
        is_reachable = view.get("transport") == "https" or expectations.collector(job) == self.here
        return job["zone"] in ZONES and is_reachable and view.get("scheme") == "Splunk" and bool(view["part.channel"])

    def begin_the_next_rotation(self) -> None:
        """Create the token to which the next rotation moves the jobs."""
        name = f"token-{len(self.values)}"
        self.values[name] = LATER.format(len(self.values))
        self.names = [self.names[1], name]
        self.current = self.names[0]
        url = f"{self.simulator.management_url}/servicesNS/nobody/splunk_httpinput/data/inputs/http"
        login = (self.simulator.splunk_username, self.simulator.splunk_password)
        token = {"name": name, "token": self.values[name]}
        requests.post(url, data=token, auth=login, verify=self.simulator.ca_file, timeout=10).raise_for_status()

    def make_a_job_meanwhile(self, old: str) -> int:
        """Create a job with the old token as another user. Return its ID."""
        self.meanwhile_made += 1
        job = {"name": f"meanwhile-{self.meanwhile_made}", "dataset": "nel_reports", "enabled": True}
        zone = min(ZONES)
        return int(self.simulator.add_job(zone_id=zone, destination_conf=self.conf(self.values[old]), **job)["id"])

    def is_served(self, job: Job, tokens: t.Mapping[t.Any, Job]) -> bool:
        """Return whether the batches of a job arrive."""
        view = expectations.view(job)
        on = {token["token"] for token in tokens.values() if not token["disabled"]}
        is_here = view.get("transport") == "splunk" and expectations.collector(job) == self.here
        return is_here and view["token"] in on and view["scheme"] == "Splunk" and bool(view["part.channel"])

    @property
    def all_zones(self) -> list[dict[str, str]]:
        """The zones of the inventory, in the form of options."""
        return [{"zone_id": zone} for zone in ZONES]

    @staticmethod
    def has(job: Job, token: str) -> bool:
        """Return whether a job authenticates with a token."""
        return bool(expectations.view(job).get("token") == token)

    def moved(self, old: str, zones: t.Container[str] = ZONES) -> t.Callable[[str, int, Job], tuple[set[str], bool]]:
        """Return the changes that a rotation may make: the token of the jobs in its zones that have the old token, or
        the new one if they are moved back."""
        both = {old, self.values[self.names[0]], self.values[self.names[1]]}

        def limits(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            has_token = zone in zones and expectations.view(job).get("token") in both
            return ({"token", "scheme"} if has_token else set()), False

        return limits
