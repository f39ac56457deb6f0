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
from ansible_collections.edgeops.logpush.plugins.module_utils._operations.scope_jobs import manage_job
from ansible_collections.edgeops.logpush.tests.simulator.process import Simulator
from ansible_collections.edgeops.logpush.tests.unit.campaign import expectations, inputs
from ansible_collections.edgeops.logpush.tests.unit.campaign.inputs import PLACES, ZONES, Trouble
from ansible_collections.edgeops.logpush.tests.unit.campaign.inventory_steps import InventorySteps
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Killed, Wire
from ansible_collections.edgeops.logpush.tests.unit.campaign.wish import Wish
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.strategies import spellings
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

ROOM = 40
SHARED = {"validate_certs": True, "timeout": 5, "retries": 2, "concurrency": 1}
ZONE_HAS_NO_SUCH_JOB = "has no job"
# What tells two unlike jobs from one that is there twice.
IDENTITY = ("dataset", "name", "kind")
# What a job reports, which changes with each batch.
REPORTED = ("last_complete", "last_error", "error_message")
AMBIGUOUS = "Splunk jobs of dataset"

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class Campaign(InventorySteps, RuleBasedStateMachine):
    """What users, their colleagues and the network do, and what must hold whatever they do."""

    counted: t.ClassVar[collections.Counter[str]] = collections.Counter()

    def __init__(self, wire: Wire, simulator: Simulator) -> None:
        super().__init__()
        self.wire, self.simulator = wire, simulator
        zones = [{"id": zone, "name": name} for zone, name in PLACES.items()]
        limits = {"job_limit": ROOM, "auto_disable_hours": 1e9}
        simulator.reset(zones=zones, hec_tokens=self.first_tokens(), api_tokens=self.api_tokens(), settings=limits)
        self.api = {**SHARED, "api_url": simulator.api_url, "api_token": simulator.api_token}
        self.inventory: dict[str, dict[str, Wish]] = {zone: {} for zone in ZONES}
        # Since the last run in which nothing went wrong: whether anything did, and whether jobs may be there twice.
        # Misled: a list left out jobs, so that a run made some of them again. Nobody edits one of two equal jobs then.
        self.is_troubled = self.may_be_double = self.is_misled = False
        self.is_removal = False
        self.named = 0
        self.counted["sequences"] += 1

    # The user runs something

    @rule(prune=st.booleans(), by_name=st.booleans(), concurrency=st.sampled_from([1, 3]))
    def roll_out(self, prune: bool, by_name: bool, concurrency: int) -> None:
        """Rolls the inventory out, and nothing goes wrong."""
        self.settle(self.rollout(prune, by_name, concurrency), prune)

    @rule(trouble=inputs.troubles, prune=st.booleans(), by_name=st.booleans())
    def roll_out_in_trouble(self, trouble: Trouble, prune: bool, by_name: bool) -> None:
        """Rolls the inventory out, one zone after the other: threads take turns as they like, and a sequence is to be the
        same each time."""
        self.run(roll_out, self.rollout(prune, by_name, 1), self.limits(prune, trouble), trouble)

    @rule(troubles=st.lists(inputs.troubles, min_size=1, max_size=3), prune=st.booleans(), anew=st.booleans())
    def try_until_it_works(self, troubles: list[Trouble], prune: bool, anew: bool) -> None:
        """Rolls the inventory out again and again until nothing goes wrong, also where somebody deleted every job."""
        for job_id in self.jobs() if anew else ():
            self.delete(job_id)
        for trouble in troubles:
            self.run(roll_out, self.rollout(prune, False, 1), self.limits(prune, trouble), trouble)
        self.settle(self.rollout(prune, False, 1), prune)

    @rule(batch=st.sets(inputs.slots, min_size=1), trouble=inputs.perhaps_trouble)
    def prune_in_batches(self, batch: set[str], trouble: Trouble | None) -> None:
        """Rolls out the jobs of some hosts and prunes, while other hosts request the other jobs of the same zones."""
        mine = [wish for wishes in self.inventory.values() for slot, wish in wishes.items() if slot in batch]
        ids = [id(wish) for wish in mine]
        zones, others = self.entries(lambda wish: id(wish) in ids), self.entries(lambda wish: id(wish) not in ids)
        if not zones:
            return
        options = {**self.rollout(True, False, 1), "zones": zones, "other_zones": others}
        self.run(roll_out, options, self.limits(True, trouble, only=mine), trouble)

    @rule(zone=inputs.zones, slot=inputs.slots, trouble=inputs.perhaps_trouble)
    def manage_one_job(self, zone: str, slot: str, trouble: Trouble | None) -> None:
        """Runs the module for one job of the inventory."""
        wish = self.inventory[zone].get(slot)
        if wish is None:
            return
        defaults = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
        options = {**defaults, **self.api, **self.collector, "zone_id": zone, **wish.as_options()}
        result = self.run(manage_job, options, self.limits(False, trouble, only=[wish]), trouble)
        if not trouble and not self.is_troubled and ZONE_HAS_NO_SUCH_JOB not in result.get("msg", ""):
            assert self.wrong_with(zone, wish, self.jobs(zone)) == {}, result

    @rule(zone=inputs.zones, slot=st.sampled_from(["web", "api"]), trouble=inputs.replacement_troubles)
    def replace_one_job(self, zone: str, slot: str, trouble: Trouble) -> None:
        """Replaces a job by one of another kind, and something goes wrong."""
        wish = self.inventory[zone].get(slot)
        if wish and wish.present:
            self.settle(self.rollout(False, False, 1), False)
            self.change_the_kind(zone, slot, "" if wish.options.get("kind") else "edge")
            self.manage_one_job(zone, slot, trouble)

    @rule(override=st.sampled_from([{"enabled": False}, {"state": "absent"}]), trouble=inputs.perhaps_trouble)
    def disable_or_remove_all(self, override: dict[str, t.Any], trouble: Trouble | None) -> None:
        """Disables or removes what the inventory has, and makes nothing."""
        before = self.jobs()
        if "state" in override:
            # Ids go with the jobs.
            for wish in self.wishes:
                wish.job_id = None
        options = {**self.rollout(False, False, 1), "job_overrides": override, "create": False}
        allowed = self.limits(False, trouble)

        def limits(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            is_meant = allowed(zone, job_id, job)[1]
            if "state" in override:
                return set(), is_meant
            # Those that the inventory wants absent stay. Equal jobs that were made twice become one.
            return ({"enabled"} if is_meant else set()), is_meant and self.is_double(job_id)

        self.is_removal = "state" in override
        result = self.run(roll_out, options, limits, trouble)
        self.is_removal = False
        assert set(self.jobs()) <= set(before) or any(wish.options.get("recreate") for wish in self.wishes)
        if not trouble and not self.is_troubled and ZONE_HAS_NO_SUCH_JOB not in result.get("msg", ""):
            ours = [job for zone, wish in self.placed_wishes for job in self.stored(zone, wish, self.jobs(zone))]
            assert not ours if "state" in override else not any(job["enabled"] for job in ours), result

    @rule(zone=inputs.zones, dataset=st.sampled_from(["dns_logs", "http_requests"]), trouble=inputs.perhaps_trouble)
    def disable_by_dataset(self, zone: str, dataset: str, trouble: Trouble | None) -> None:
        """Runs the module for the only job of a dataset, without saying where that pushes."""
        defaults = {name: spec.get("default") for name, spec in JOB_SPEC.items()}
        options = {**defaults, **self.api, "zone_id": zone, "dataset": dataset, "enabled": False}
        wish = Wish(dataset, None, {})

        def limits(place: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            candidates = [
                other
                for other, each in self.before.items()
                if (each["zone"], each["dataset"]) == (zone, dataset) and expectations.is_splunk(each)
            ]
            meant = wish.meant(zone, ZONES[zone], self.before, ("", ""))
            # A list that leaves out the others shows one.
            is_only = job_id in candidates and (len(candidates) == 1 or bool(trouble and trouble.is_misleading))
            is_meant = (place == zone and job_id in meant) or is_only
            # Equal jobs that were made twice become one.
            return ({"enabled"} if is_meant else set()), is_meant and self.is_double(job_id)

        self.run(manage_job, options, limits, trouble)

    @rule(trouble=inputs.perhaps_trouble)
    def repair(self, trouble: Trouble | None) -> None:
        """Switches on what Cloudflare switched off."""
        options = {
            **self.api,
            "zones": [{"zone_id": zone} for zone in ZONES],
            "endpoints": [self.simulator.hec_endpoint],
        }

        def is_off(job: Job) -> bool:
            is_here = job["zone"] in ZONES and expectations.is_splunk(job)
            return is_here and not job["enabled"] and bool(job.get("last_error"))

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
        self.before = before = self.jobs()
        predicted = None if trouble else self.carried_out(what, options, check_mode=True)
        if predicted is not None:
            assert self.writes() == [], predicted
            assert self.jobs() == before, predicted
        self.begin(trouble)
        result: dict[str, t.Any] = {}
        try:
            with self.wire.run(trouble.kill if trouble else None, bool(trouble and trouble.is_slow)):
                result = self.carried_out(what, options)
        except Killed:
            self.counted["kills"] += 1
        self.refused = self.refused_jobs()
        self.end(trouble)
        after = self.jobs()
        self.check_bounds(before, after, limits)
        if trouble and trouble.lie and trouble.lie.is_recognizable and trouble.lie[::2] == ("jobs", True):
            assert without_reports(after) == without_reports(before), f"{trouble.lie} is no list of jobs: {result}"
        if not (trouble and (trouble.full or trouble.kill)):
            self.check_kept(before, after, result)
        self.may_be_double |= bool(trouble and trouble.may_double)
        self.is_misled |= bool(trouble and trouble.is_misleading)
        if not self.may_be_double:
            self.check_singles()
        if result and not result.get("failed") and not result.get("changed"):
            assert self.writes() == [], result
        if predicted is not None:
            self.check_honesty(predicted, result, before, after)
        self.is_troubled |= bool(trouble)
        self.counted["doubles"] += any(
            len(self.stored(zone, wish, self.jobs(zone))) > 1 for zone, wish in self.placed_wishes
        )
        return result

    def carried_out(
        self, what: t.Callable[..., t.Any], options: dict[str, t.Any], check_mode: bool = False
    ) -> dict[str, t.Any]:
        """Return the result of a run, in which no secret may be."""
        self.simulator.wipe_requests()
        outcome = execute(what, options, context(check_mode, diff=True))
        result = {**outcome.result, "failed": outcome.failed}
        text = json.dumps(result) + json.dumps(result, ensure_ascii=False) + "".join(outcome.warnings)
        for secret in (*self.secrets, "key/of+others=4", self.simulator.api_token, self.simulator.splunk_password):
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
        if trouble.lie:
            zones = PLACES if trouble.lie.about == "zones" else ZONES
            faults += trouble.lie.faults(zones, self.jobs(), list(self.tokens().values()))
            self.counted["lies"] += 1
        self.simulator.set_faults(*faults)
        limit = max(1, *(len(self.jobs(zone)) for zone in ZONES)) if trouble.full else ROOM
        self.simulator.change_settings(job_limit=limit, rate_limit_requests=trouble.budget or 1200)

    def end(self, trouble: Trouble | None) -> None:
        """Lets the trouble end, and what comes late come."""
        if trouble:
            struck = [request["fault"] for request in self.simulator.requests() if request["fault"]]
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
                assert without_reports(after)[job_id] == without_reports(before)[job_id]
            else:
                differing = expectations.differences(expectations.view(job), expectations.view(after[job_id]))
                assert differing <= fields, f"{differing - fields} of job {job_id} changed: {job} {after[job_id]}"

    def check_kept(self, before: Jobs, after: Jobs, result: dict[str, t.Any]) -> None:
        """Fails where a job that the inventory wants was there before and is not, not even as another one that took its
        place. If the scope has no room for another job, a
        replacement deletes the old one first."""
        for zone, wish in self.placed_wishes:
            if wish.present and not self.is_removal and self.meant(zone, wish, before):
                assert self.meant(zone, wish, after), f"the job of {wish} is gone: {result}"

    def check_singles(self) -> None:
        """Fails where a job is there twice, but for one that a job of another kind or dataset is taking the place of."""
        for zone, wish in self.placed_wishes:
            found = [
                tuple(expectations.view(job)[key] for key in IDENTITY)
                for job in self.stored(zone, wish, self.jobs(zone))
            ]
            assert len(found) == len(set(found)), found

    def check_honesty(self, predicted: dict[str, t.Any], result: dict[str, t.Any], before: Jobs, after: Jobs) -> None:
        """Fails where a run in which nothing went wrong did other things than check mode said, or wrote what was there."""
        told = [
            [each["action"] for each in run.get("results", [run]) if "action" in each] for run in (predicted, result)
        ]
        if not result["failed"]:
            assert told[0] == told[1], (predicted, result)
        written = [
            int(each["path"].rpartition("/")[2])
            for each in self.simulator.requests(side="api", method="PUT")
            if each["status"] == 200
        ]
        for job_id in written:
            # What is written twice was moved to another token and back.
            if job_id in after and written.count(job_id) == 1:
                assert expectations.differences(expectations.view(before[job_id]), expectations.view(after[job_id])), (
                    result
                )

    def settle(self, options: dict[str, t.Any], prune: bool) -> None:
        """Rolls out without trouble: once, or twice if there was some. Then everything is as it should be, and one more run
        only reads."""
        if self.is_misled:
            # Two jobs that differ are an error, which the user resolves.
            for zone, wish in self.placed_wishes:
                for job_id in sorted(self.meant(zone, wish, self.jobs()))[1:]:
                    self.delete(job_id)
        for attempt in range(4):
            result = self.run(roll_out, options, self.limits(prune), None)
            wrong = self.wrong()
            if not result["failed"] and not wrong:
                break
            # The user corrects an ID of a job that somebody deleted.
            corrected = ZONE_HAS_NO_SUCH_JOB in result.get("msg", "") and self.without_stale_ids()
            corrected |= AMBIGUOUS in result.get("msg", "") and self.without_rivals()
            options = self.rollout(prune, False, 1)
            assert corrected or (self.is_troubled and attempt < 3), (result, wrong)
        if prune:
            for zone, wishes in self.inventory.items():
                unrequested_jobs = [job for job in self.jobs(zone).values() if expectations.collector(job) == self.here]
                assert len(unrequested_jobs) == sum(wish.present for wish in wishes.values()) or not wishes, result
        again = self.run(roll_out, options, self.limits(prune), None)
        assert self.writes() == [] and not again["changed"] and not again["failed"], again
        self.is_troubled = self.may_be_double = self.is_misled = False

    def wrong(self) -> list[t.Any]:
        """What is not as the inventory says."""
        return [wrong for zone, wish in self.placed_wishes if (wrong := self.wrong_with(zone, wish, self.jobs(zone)))]

    def wrong_with(self, zone: str, wish: Wish, jobs: Jobs) -> dict[str, t.Any]:
        """What is wrong with the job that is meant: that it is not there once, or not what it should be."""
        found = self.stored(zone, wish, jobs)
        if len(found) != wish.present:
            return {"jobs": found, "wish": wish}
        options = {**wish.options, "dataset": wish.dataset, **({"name": wish.name} if wish.name else {})}
        asked = expectations.wanted(options, self.simulator.hec_endpoint, self.token)
        return expectations.misses(asked, expectations.view(found[0])) if found else {}

    def limits(
        self, prune: bool, trouble: Trouble | None = None, only: list[Wish] | None = None
    ) -> t.Callable[[str, int, Job], tuple[set[str], bool]]:
        """Return what a run of the inventory may do to a job: which fields it may change, and whether it may delete it."""
        is_misled = bool(trouble and trouble.is_misleading)
        meant: dict[int, set[str]] = {}
        kept: set[int] = set()
        pruned = {zone for zone, wish in self.placed_wishes if only is None or any(wish is each for each in only)}
        jobs = self.jobs()
        for zone, wish in self.placed_wishes:
            found = self.meant(zone, wish, jobs)
            if only is not None and not any(wish is each for each in only):
                kept.update(found)
                continue
            if is_misled and not wish.name:
                # A list that leaves out some shows others as the only ones.
                found = wish.candidates(zone, jobs, self.here) + found
            elif wish.is_ambiguous(zone, ZONES[zone], found, jobs):
                continue
            asked = expectations.wanted({**wish.options, "name": wish.name}, self.simulator.hec_endpoint, self.token)
            # A job is converted only where it is named.
            fields = {*asked, "scheme"} | ({"transport"} if wish.name or wish.job_id else set())
            for job_id in found:
                no_channel = set() if expectations.channel(jobs[job_id]) else {"part.channel"}
                meant.setdefault(job_id, set()).update(fields | no_channel)

        def of(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            if job_id in meant:
                return meant[job_id], True
            is_stray = zone in pruned and job_id not in kept and expectations.collector(job) == self.here
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

    def rollout(self, prune: bool, by_name: bool, concurrency: int) -> dict[str, t.Any]:
        """Return the options of a rollout of the inventory."""
        zones = self.entries(lambda wish: True, by_name)
        job_defaults = {"job_defaults": self.collector}
        # With no job at all there is no collector either.
        return {**self.api, "concurrency": concurrency, "zones": zones, "prune": prune and bool(zones), **job_defaults}

    def entries(self, is_chosen: t.Callable[[Wish], bool], by_name: bool = False) -> list[dict[str, t.Any]]:
        """Return the entries of C(zones) with some wishes."""
        chosen = {
            zone: [wish for wish in wishes.values() if is_chosen(wish)] for zone, wishes in self.inventory.items()
        }
        return [
            {
                "zone" if by_name else "zone_id": ZONES[zone] if by_name else zone,
                "jobs": [wish.as_options() for wish in wishes],
            }
            for zone, wishes in chosen.items()
            if wishes
        ]

    def without_stale_ids(self) -> bool:
        """Names by their names the jobs whose IDs are gone. Tells whether there were any."""
        stale = [wish for zone, wish in self.placed_wishes if wish.job_id and wish.job_id not in self.jobs(zone)]
        for wish in stale:
            wish.job_id = None
        return bool(stale)

    def without_rivals(self) -> bool:
        """Deletes jobs of which the user knows that they are not wanted beside another one. Return whether there were any."""
        rivals: set[int] = set()
        for zone, wish in self.placed_wishes:
            rivals.update(sorted(self.meant(zone, wish, self.jobs()))[1:])
        for job_id in rivals:
            self.delete(job_id)
        return bool(rivals)

    def is_double(self, job_id: int) -> bool:
        """Return whether an equal job was there before the run."""
        views = [(job["zone"], {**expectations.view(job), "enabled": None}) for job in self.before.values()]
        job = self.before[job_id]
        return views.count((job["zone"], {**expectations.view(job), "enabled": None})) > 1

    def check_invariants(self, *args: t.Any, **more: t.Any) -> None:
        """Counts the steps."""
        self.counted["steps"] += 1
        super().check_invariants(*args, **more)


def without_reports(jobs: Jobs) -> Jobs:
    """Return jobs without what they report of their deliveries."""
    return {job_id: {key: job[key] for key in job if key not in REPORTED} for job_id, job in jobs.items()}


def test_campaign(wire_and_simulator: tuple[Wire, Simulator]) -> None:
    is_deep = settings.get_current_profile_name() == "deep"
    size = (
        {"max_examples": 500, "stateful_step_count": 40} if is_deep else {"max_examples": 12, "stateful_step_count": 25}
    )
    # A shorter sequence that fails as well would take minutes to find.
    chosen = settings(**size, phases=[Phase.generate])
    try:
        run_state_machine_as_test(functools.partial(Campaign, *wire_and_simulator), settings=chosen)
    finally:
        print(", ".join(f"{number} {what}" for what, number in Campaign.counted.items()))
