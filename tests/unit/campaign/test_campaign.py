# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users, colleagues, faults and kills in generated sequences, against a real simulator of the API.

A short campaign, always the same, is part of the tests. A long one, with other sequences each time:

    python -m pytest -s tests/unit/campaign --hypothesis-profile deep
"""

from __future__ import annotations

import collections
import functools
import json
import time
import typing as t

from ansible_collections.edgeops.logpush.plugins.module_utils._core.run import execute
from ansible_collections.edgeops.logpush.plugins.module_utils._logpush.job_options import JOB_SPEC
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.repair import repair_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rollout import roll_out
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.rotation import move_jobs
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.scope_jobs import manage_job
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations, inputs
from ansible_collections.edgeops.logpush.tests.unit.campaign.inputs import SLOTS, ZONES, Trouble
from ansible_collections.edgeops.logpush.tests.unit.campaign.stored_jobs import StoredJobs
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Killed, Wire
from ansible_collections.edgeops.logpush.tests.unit.campaign.wish import Wish
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.strategies import spellings
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

TOKENS = ("first+token/=%&1", "second?token#;=2")
OTHER_TOKEN = "token/of+others=3"
ROOM = 40
SHARED = {"validate_certs": True, "timeout": 5, "retries": 2, "concurrency": 1}
ZONE_HAS_NO_SUCH_JOB = "has no job"
# What tells two unlike jobs from one that is there twice.
IDENTITY = ("dataset", "name", "kind")

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class Campaign(StoredJobs, RuleBasedStateMachine):
    """What users, their colleagues and the network do, and what must hold whatever they do."""

    counted: t.ClassVar[collections.Counter[str]] = collections.Counter()

    def __init__(self, wire: Wire, simulator: Simulator) -> None:
        super().__init__()
        self.wire, self.simulator = wire, simulator
        tokens = [{"token": token, "name": token} for token in (*TOKENS, OTHER_TOKEN)]
        zones = [{"id": zone, "name": name} for zone, name in ZONES.items()]
        simulator.reset(zones=zones, hec_tokens=tokens, settings={"job_limit": ROOM})
        self.api = {**SHARED, "api_url": simulator.api_url, "api_token": simulator.api_token}
        self.inventory: dict[str, dict[str, Wish]] = {zone: {} for zone in ZONES}
        self.token = TOKENS[0]
        # Since the last run in which nothing went wrong: whether anything did, and whether jobs may be there twice.
        # Misled: a list left out jobs, so that a run made some of them again. Nobody edits one of two equal jobs then.
        self.is_troubled = self.may_be_double = self.is_misled = False
        self.named = 0
        self.counted["sequences"] += 1

    # The user writes the inventory

    @initialize(slots=st.sets(st.tuples(inputs.zones, inputs.slots), min_size=2))
    def begin_with(self, slots: set[tuple[str, str]]) -> None:
        """Wants some jobs from the start."""
        for zone, slot in sorted(slots):
            self.inventory[zone][slot] = Wish(*SLOTS[slot], {})

    @rule(zone=inputs.zones, slot=inputs.slots, options=inputs.job_options, web=inputs.web_options)
    def ask_for_a_job(self, zone: str, slot: str, options: dict[str, t.Any], web: dict[str, t.Any]) -> None:
        """Wants a job, or wants it otherwise."""
        options = dict(options)
        if slot in ("web", "api"):
            output = {**options.get("output_options", {}), **{key: web[key] for key in ("field_names",) if key in web}}
            options.update(
                {key: web[key] for key in ("filter",) if key in web}, **({"output_options": output} if output else {})
            )
        wish = self.inventory[zone].setdefault(slot, Wish(*SLOTS[slot], {}))
        kept = {key: wish.options[key] for key in ("kind", "recreate") if key in wish.options}
        wish.options, wish.present = {**options, **kept}, True

    @rule(zone=inputs.zones, slot=inputs.slots)
    def want_a_job_no_more(self, zone: str, slot: str) -> None:
        """Says that a job is to be absent."""
        wish = self.inventory[zone].setdefault(slot, Wish(*SLOTS[slot], {}))
        wish.present, wish.job_id = False, None

    @rule(zone=inputs.zones, slot=inputs.slots)
    def forget_a_job(self, zone: str, slot: str) -> None:
        """Takes a job out of the inventory: it stays where it is, for somebody who prunes."""
        self.inventory[zone].pop(slot, None)

    @rule(zone=inputs.zones, slot=inputs.slots, rename=st.booleans())
    def name_a_job_by_its_id(self, zone: str, slot: str, rename: bool) -> None:
        """Names a job by its id from now on, to give it another name, or just so."""
        wish, jobs = self.inventory[zone].get(slot), self.jobs(zone)
        if wish is None or not wish.present or len(found := self.meant(wish, jobs)) != 1:
            return
        wish.job_id = found[0]
        if rename and wish.name and not self.is_troubled:
            self.named += 1
            wish.name = f"{slot}-{self.named}"

    @rule(zone=inputs.zones, slot=inputs.slots)
    def name_a_job_by_its_name(self, zone: str, slot: str) -> None:
        """Leaves the id out again, once the job is what it should be."""
        if slot in self.inventory[zone] and not self.is_troubled:
            self.inventory[zone][slot].job_id = None

    @rule(zone=inputs.zones, slot=st.sampled_from(["web", "api"]), kind=st.sampled_from(["", "edge"]))
    def change_the_kind(self, zone: str, slot: str, kind: str) -> None:
        """Wants a job of another kind, which takes a new one."""
        wish = self.inventory[zone].get(slot)
        if wish and not self.is_troubled:
            wish.options.update(kind=kind, recreate=True)

    @rule(zone=inputs.zones)
    def change_the_dataset(self, zone: str) -> None:
        """Wants a job of another dataset in the place of one."""
        wish, jobs = self.inventory[zone].get("firewall"), self.jobs(zone)
        if wish is None or not wish.present or self.is_troubled or len(found := self.meant(wish, jobs)) != 1:
            return
        other = "nel_reports" if wish.dataset == "firewall_events" else "firewall_events"
        if not any(job["dataset"] == other for job in jobs.values()):
            wish.dataset, wish.job_id = other, found[0]
            wish.options["recreate"] = True

    # Somebody is in the dashboard

    @rule(
        zone=inputs.zones, slot=inputs.slots, form=inputs.adopted_forms, token=st.sampled_from([*TOKENS, OTHER_TOKEN])
    )
    def make_a_job_that_is_wanted(self, zone: str, slot: str, form: dict[str, t.Any], token: str) -> None:
        """Makes by hand what the inventory has too, or is going to have."""
        wish = self.inventory[zone].get(slot) or Wish(*SLOTS[slot], {})
        if not self.meant(wish, self.jobs(zone)) and not self.is_troubled:
            conf = self.conf(token, channel="" if token == OTHER_TOKEN else "11111111-2222-4333-8444-555555555555")
            job = {"enabled": True, "name": wish.name or "by-hand", "dataset": wish.dataset, "destination_conf": conf}
            self.simulator.add_job(zone_id=zone, **{**job, **form})

    @rule(zone=inputs.zones, what=inputs.strangers)
    def make_a_job_of_others(self, zone: str, what: str) -> None:
        """Makes a job that is none of the inventory's business."""
        self.named += 1
        conf = {
            "stray": self.conf(self.token),
            "other token": self.conf(OTHER_TOKEN),
            "other collector": self.conf(self.token).replace(self.simulator.hec_endpoint, "siem.example.com:8088"),
            "bucket": "s3://bucket/logs?region=eu-west-1&access-key-id=AKIA&secret-access-key=key/of+others=4",
        }[what]
        name = "web" if what == "bucket" else f"{what.replace(' ', '-')}-{self.named}"
        self.simulator.add_job(zone_id=zone, dataset="http_requests", name=name, enabled=True, destination_conf=conf)

    @rule(zone=inputs.zones, pick=inputs.choices, edit=inputs.dashboard_edits)
    def edit_a_job(self, zone: str, pick: int, edit: dict[str, t.Any]) -> None:
        """Changes what a job does."""
        if not self.is_misled and (job_id := self.picked(zone, pick)) is not None:
            self.simulator.change_job(job_id, **edit)

    @rule(zone=inputs.zones, pick=inputs.choices)
    def delete_a_job(self, zone: str, pick: int) -> None:
        """Deletes a job."""
        if (job_id := self.picked(zone, pick)) is not None:
            self.delete(job_id)

    @rule(zone=inputs.zones, pick=inputs.choices)
    def fail_for_a_day(self, zone: str, pick: int) -> None:
        """Cloudflare switches a job off, since it failed for so long."""
        if not self.is_misled and (job_id := self.picked(zone, pick)) is not None:
            self.simulator.change_job(
                job_id, enabled=False, last_error="2026-01-01T00:00:00Z", error_message="no route"
            )

    # The user runs something

    @rule(prune=st.booleans(), by_name=st.booleans(), concurrency=st.sampled_from([1, 3]))
    def roll_out(self, prune: bool, by_name: bool, concurrency: int) -> None:
        """Rolls the inventory out, and nothing goes wrong."""
        self.settle(self.rollout(prune, by_name, concurrency), prune)

    @rule(trouble=inputs.troubles, prune=st.booleans(), by_name=st.booleans())
    def roll_out_in_trouble(self, trouble: Trouble, prune: bool, by_name: bool) -> None:
        """Rolls the inventory out, one zone after the other: threads take turns as they like, and a sequence is to be the
        same each time."""
        self.run(roll_out, self.rollout(prune, by_name, 1), self.limits(prune), trouble)

    @rule(troubles=st.lists(inputs.troubles, min_size=1, max_size=3), prune=st.booleans(), anew=st.booleans())
    def try_until_it_works(self, troubles: list[Trouble], prune: bool, anew: bool) -> None:
        """Rolls the inventory out again and again until nothing goes wrong, also where somebody deleted every job."""
        for job_id in self.jobs() if anew else ():
            self.delete(job_id)
        for trouble in troubles:
            self.run(roll_out, self.rollout(prune, False, 1), self.limits(prune), trouble)
        self.settle(self.rollout(prune, False, 1), prune)

    @rule(zone=inputs.zones, slot=inputs.slots, trouble=inputs.perhaps_trouble)
    def manage_one_job(self, zone: str, slot: str, trouble: Trouble | None) -> None:
        """Runs the module for one job of the inventory."""
        wish = self.inventory[zone].get(slot)
        if wish is None:
            return
        defaults = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
        options = {**defaults, **self.api, **self.collector, "zone_id": zone, **wish.as_options()}
        result = self.run(manage_job, options, self.limits(False, only=wish), trouble)
        if not trouble and not self.is_troubled and ZONE_HAS_NO_SUCH_JOB not in result.get("msg", ""):
            assert self.wrong_with(zone, wish, self.jobs(zone)) == {}, result

    @rule(override=st.sampled_from([{"enabled": False}, {"state": "absent"}]), trouble=inputs.perhaps_trouble)
    def disable_or_remove_all(self, override: dict[str, t.Any], trouble: Trouble | None) -> None:
        """Disables or removes what the inventory has, and makes nothing."""
        before = self.jobs()
        if "state" in override:
            # Ids go with the jobs.
            for wish in self.wishes:
                wish.job_id = None
        options = {**self.rollout(False, False, 1), "job_overrides": override, "create": False}
        result = self.run(roll_out, options, self.limits(False), trouble)
        assert set(self.jobs()) <= set(before) or any(wish.options.get("recreate") for wish in self.wishes)
        if not trouble and not self.is_troubled and ZONE_HAS_NO_SUCH_JOB not in result.get("msg", ""):
            ours = [job for zone, wish in self.placed_wishes for job in self.stored(wish, self.jobs(zone))]
            assert not ours if "state" in override else not any(job["enabled"] for job in ours), result

    @rule(trouble=inputs.perhaps_trouble)
    def rotate_the_token(self, trouble: Trouble | None) -> None:
        """Moves every job to the other token, which the inventory then has, too."""
        old, new = self.token, TOKENS[self.token == TOKENS[0]]
        options = {
            **self.api,
            "zones": [{"zone_id": zone} for zone in ZONES],
            "old_hec_token": old,
            "new_hec_token": new,
        }

        def limits(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            return ({"token"} if expectations.view(job).get("token") == old else set()), False

        result = self.run(move_jobs, options, limits, trouble)
        self.token = new
        if not trouble:
            assert not any(expectations.view(job).get("token") == old for job in self.jobs().values()) or result.get(
                "failed"
            )
            # A job of another collector, or without a channel, is refused by Cloudflare or cannot be moved.
            self.assert_only_unreachable(result)

    @rule(trouble=inputs.perhaps_trouble)
    def repair(self, trouble: Trouble | None) -> None:
        """Switches on what Cloudflare switched off."""
        options = {
            **self.api,
            "zones": [{"zone_id": zone} for zone in ZONES],
            "endpoints": [self.simulator.hec_endpoint],
        }

        def is_off(job: Job) -> bool:
            return (
                expectations.view(job).get("collector") == self.simulator.hec_endpoint
                and not job["enabled"]
                and bool(job.get("last_error"))
            )

        result = self.run(
            repair_jobs, options, lambda zone, job_id, job: ({"enabled"} if is_off(job) else set(), False), trouble
        )
        if not trouble:
            self.assert_only_unreachable(result)
            assert result.get("failed") or not any(is_off(job) for job in self.jobs().values())

    def teardown(self) -> None:
        """Whatever happened: now that the faults have stopped, what the inventory says comes to be."""
        self.settle(self.rollout(False, False, 1), False)

    # What must hold

    def run(
        self,
        what: t.Callable[..., t.Any],
        options: dict[str, t.Any],
        limits: t.Callable[..., t.Any],
        trouble: Trouble | None,
    ) -> dict[str, t.Any]:
        """Runs something, in check mode first if nothing goes wrong, and looks at what it did. Gives its result, an empty
        one if it was killed."""
        self.counted["runs"] += 1
        before = self.jobs()
        predicted = None if trouble else self.carried_out(what, options, check_mode=True)
        if predicted is not None:
            assert self.writes() == [] and self.jobs() == before, predicted
        self.begin(trouble)
        result: dict[str, t.Any] = {}
        try:
            with self.wire.run(trouble.kill if trouble else None, bool(trouble and trouble.is_slow)):
                result = self.carried_out(what, options)
        except Killed:
            self.counted["kills"] += 1
        self.end(trouble)
        after = self.jobs()
        self.check_bounds(before, after, limits)
        if trouble and trouble.answer in inputs.RECOGNIZABLE and trouble.each_time:
            assert after == before, f"{trouble.answer} is no list of jobs: {result}"
        self.may_be_double |= bool(trouble and trouble.may_double)
        self.is_misled |= bool(trouble and trouble.answer in inputs.UNRECOGNIZABLE)
        if not self.may_be_double:
            self.check_singles()
        if result and not result.get("failed") and not result.get("changed"):
            assert self.writes() == [], result
        if predicted is not None:
            self.check_honesty(predicted, result, before, after)
        self.is_troubled |= bool(trouble)
        self.counted["doubles"] += any(len(self.stored(wish, self.jobs(zone))) > 1 for zone, wish in self.placed_wishes)
        return result

    def carried_out(
        self, what: t.Callable[..., t.Any], options: dict[str, t.Any], check_mode: bool = False
    ) -> dict[str, t.Any]:
        """Return the result of a run, in which no secret may be."""
        self.simulator.wipe_requests()
        outcome = execute(what, options, context(check_mode, diff=True))
        result = {**outcome.result, "failed": outcome.failed}
        text = json.dumps(result) + json.dumps(result, ensure_ascii=False) + "".join(outcome.warnings)
        for secret in (*TOKENS, OTHER_TOKEN, "key/of+others=4", self.simulator.api_token):
            for name, spelling in spellings(secret).items():
                assert spelling not in text, name
        assert "This is a bug" not in text, result
        return result

    def begin(self, trouble: Trouble | None) -> None:
        """Lets the trouble begin."""
        if not trouble:
            return
        faults = list(trouble.faults)
        if trouble.lags:
            for zone in ZONES:
                body = {
                    "success": True,
                    "errors": [],
                    "result": [{"id": job_id, **job} for job_id, job in self.jobs(zone).items()],
                }
                stale = {"kind": "status", "status": 200, "method": "GET", "path": f"{zone}/logpush/jobs", "body": body}
                faults.append({**stale, "skip": 1, "times": 2})
        if trouble.answer:
            for zone in ZONES:
                body = self.hostile_list(zone, trouble.answer)
                lie = {"kind": "status", "status": 200, "method": "GET", "path": f"{zone}/logpush/jobs", "body": body}
                faults.append({**lie, "times": None if trouble.each_time else 1})
        self.simulator.set_faults(*faults)
        limit = max(1, *(len(self.jobs(zone)) for zone in ZONES)) if trouble.full else ROOM
        self.simulator.change_settings(job_limit=limit, rate_limit_requests=trouble.budget or 1200)

    def end(self, trouble: Trouble | None) -> None:
        """Lets the trouble end, and what comes late come."""
        if trouble:
            struck = [request["fault"] for request in self.simulator.requests(side="api") if request["fault"]]
            self.counted["faults"] += len(struck)
            if {"hang", "delay"} & set(struck):
                time.sleep(0.45)
            self.simulator.set_faults()
            self.simulator.change_settings(job_limit=ROOM, rate_limit_requests=1200)

    def check_bounds(self, before: Jobs, after: Jobs, limits: t.Callable[..., t.Any]) -> None:
        """Fails where a job went that had to stay, or one became in some respect what nobody asked for."""
        for job_id, job in before.items():
            fields, may_go = limits(job["zone"], job_id, job)
            if job_id not in after:
                assert may_go, f"job {job_id} is gone: {job}"
            elif not fields:
                assert after[job_id] == job
            else:
                differing = expectations.differences(expectations.view(job), expectations.view(after[job_id]))
                assert differing <= fields, f"{differing - fields} of job {job_id} changed: {job} {after[job_id]}"

    def check_singles(self) -> None:
        """Fails where a job is there twice, but for one that a job of another kind or dataset is taking the place of."""
        for zone, wish in self.placed_wishes:
            found = [
                tuple(expectations.view(job)[key] for key in IDENTITY) for job in self.stored(wish, self.jobs(zone))
            ]
            assert len(found) == len(set(found)), found

    def check_honesty(self, predicted: dict[str, t.Any], result: dict[str, t.Any], before: Jobs, after: Jobs) -> None:
        """Fails where a run in which nothing went wrong did other things than check mode said, or wrote what was there."""
        told = [
            [each["action"] for each in run.get("results", [run]) if "action" in each] for run in (predicted, result)
        ]
        if not result["failed"]:
            assert told[0] == told[1], (predicted, result)
        for request in self.simulator.requests(side="api", method="PUT"):
            job_id = int(request["path"].rpartition("/")[2])
            if request["status"] == 200 and job_id in after:
                assert expectations.differences(expectations.view(before[job_id]), expectations.view(after[job_id])), (
                    result
                )

    def settle(self, options: dict[str, t.Any], prune: bool) -> None:
        """Rolls out without trouble: once, or twice if there was some. Then everything is as it should be, and one more run
        only reads."""
        if self.is_misled:
            # Two jobs that differ are an error, which the user resolves.
            for zone, wish in self.placed_wishes:
                for job_id in sorted(self.meant(wish, self.jobs(zone)))[1:]:
                    self.delete(job_id)
        for attempt in range(4):
            result = self.run(roll_out, options, self.limits(prune), None)
            wrong = self.wrong()
            if not result["failed"] and not wrong:
                break
            # The user corrects an id of a job that somebody deleted.
            corrected = ZONE_HAS_NO_SUCH_JOB in result.get("msg", "") and self.without_stale_ids()
            options = self.rollout(prune, False, 1)
            assert corrected or (self.is_troubled and attempt < 3), (result, wrong)
        if prune:
            for zone, wishes in self.inventory.items():
                unrequested_jobs = [
                    job
                    for job in self.jobs(zone).values()
                    if expectations.view(job).get("collector") == self.simulator.hec_endpoint
                ]
                assert len(unrequested_jobs) == sum(wish.present for wish in wishes.values()) or not wishes, result
        again = self.run(roll_out, options, self.limits(prune), None)
        assert self.writes() == [] and not again["changed"] and not again["failed"], again
        self.is_troubled = self.may_be_double = self.is_misled = False

    def wrong(self) -> list[t.Any]:
        """What is not as the inventory says."""
        return [wrong for zone, wish in self.placed_wishes if (wrong := self.wrong_with(zone, wish, self.jobs(zone)))]

    def wrong_with(self, zone: str, wish: Wish, jobs: Jobs) -> dict[str, t.Any]:
        """What is wrong with the job that is meant: that it is not there once, or not what it should be."""
        found = self.stored(wish, jobs)
        if len(found) != wish.present:
            return {"jobs": found, "wish": wish}
        options = {**wish.options, "dataset": wish.dataset, **({"name": wish.name} if wish.name else {})}
        asked = expectations.wanted(options, self.simulator.hec_endpoint, self.token)
        return expectations.misses(asked, expectations.view(found[0])) if found else {}

    def limits(self, prune: bool, only: Wish | None = None) -> t.Callable[[str, int, Job], tuple[set[str], bool]]:
        """Return what a run of the inventory may do to a job: which fields it may change, and whether it may delete it."""

        def of(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            wishes = [only] if only else list(self.inventory[zone].values())
            for wish in wishes:
                if wish.matches(job_id, job) and (not only or wish in self.inventory[zone].values()):
                    asked = expectations.wanted(
                        {**wish.options, "name": wish.name}, self.simulator.hec_endpoint, self.token
                    )
                    no_channel = set() if expectations.view(job)["part.channel"] else {"part.channel"}
                    return {*asked, "scheme"} | no_channel, True
            is_stray = expectations.view(job).get("collector") == self.simulator.hec_endpoint
            return set(), prune and is_stray

        return of

    def assert_only_unreachable(self, result: dict[str, t.Any]) -> None:
        """Fails where something failed for another reason than that Cloudflare cannot deliver there."""
        reasons = [entry["msg"] for entry in result["results"] if entry["failed"]]
        assert all("destination" in reason for reason in reasons), reasons

    # What is there

    @property
    def collector(self) -> dict[str, str]:
        """The options of every job."""
        return {"endpoint": self.simulator.hec_endpoint, "hec_token": self.token}

    @property
    def placed_wishes(self) -> list[tuple[str, Wish]]:
        """All that the inventory says, with the zones."""
        return [(zone, wish) for zone, wishes in self.inventory.items() for wish in wishes.values()]

    @property
    def wishes(self) -> list[Wish]:
        """All that the inventory says."""
        return [wish for dummy, wish in self.placed_wishes]

    def rollout(self, prune: bool, by_name: bool, concurrency: int) -> dict[str, t.Any]:
        """Return the options of a rollout of the inventory."""
        zones = [
            {
                "zone" if by_name else "zone_id": ZONES[zone] if by_name else zone,
                "jobs": [wish.as_options() for wish in wishes.values()],
            }
            for zone, wishes in self.inventory.items()
            if wishes
        ]
        job_defaults = {"job_defaults": self.collector}
        # With no job at all there is no collector either.
        return {**self.api, "concurrency": concurrency, "zones": zones, "prune": prune and bool(zones), **job_defaults}

    def without_stale_ids(self) -> bool:
        """Names by their names the jobs whose ids are gone. Tells whether there were any."""
        stale = [wish for zone, wish in self.placed_wishes if wish.job_id and wish.job_id not in self.jobs(zone)]
        for wish in stale:
            wish.job_id = None
        return bool(stale)

    def meant(self, wish: Wish, jobs: Jobs) -> list[int]:
        """Return the ids of the jobs that a wish means."""
        return [job_id for job_id, job in jobs.items() if wish.matches(job_id, job)]

    def stored(self, wish: Wish, jobs: Jobs) -> list[Job]:
        """Return the jobs that a wish means."""
        return [jobs[job_id] for job_id in self.meant(wish, jobs)]

    def picked(self, zone: str, pick: int) -> int | None:
        """Return one of the jobs of a zone for somebody in the dashboard, who leaves alone what may be there twice."""
        jobs = sorted(self.jobs(zone))
        return None if self.may_be_double or not jobs else jobs[pick % len(jobs)]

    def check_invariants(self, *args: t.Any, **more: t.Any) -> None:
        """Counts the steps."""
        self.counted["steps"] += 1
        super().check_invariants(*args, **more)


def test_campaign(wire_and_simulator: tuple[Wire, Simulator]) -> None:
    is_deep = settings.get_current_profile_name() == "deep"
    size = (
        {"max_examples": 400, "stateful_step_count": 40} if is_deep else {"max_examples": 8, "stateful_step_count": 25}
    )
    # A shorter sequence that fails as well would take minutes to find.
    chosen = settings(**size, phases=[Phase.generate])
    try:
        run_state_machine_as_test(functools.partial(Campaign, *wire_and_simulator), settings=chosen)
    finally:
        print(", ".join(f"{number} {what}" for what, number in Campaign.counted.items()))
