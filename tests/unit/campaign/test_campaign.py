# Copyright (c) 2026 edgeops.logpush contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users, colleagues, faults and kills in generated sequences, against a real simulator of the API.

A short campaign, the same in every run, is part of the tests. A long one with different sequences:

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
from ansible_collections.edgeops.logpush.tests.unit.campaign.sequences import Size, run_sequences
from ansible_collections.edgeops.logpush.tests.unit.campaign.wire import Killed, Wire
from ansible_collections.edgeops.logpush.tests.unit.campaign.wish import Wish
from ansible_collections.edgeops.logpush.tests.unit.contexts import context
from ansible_collections.edgeops.logpush.tests.unit.strategies import spellings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

ROOM = 40
SHARED = {"validate_certs": True, "timeout": 5, "retries": 2, "concurrency": 1}
ZONE_HAS_NO_SUCH_JOB = "has no job"
# The fields that distinguish two different jobs from duplicates.
IDENTITY = ("dataset", "name", "kind")
# The fields about deliveries, which change with each batch.
REPORTED = ("last_complete", "last_error", "error_message")
AMBIGUOUS = "Splunk jobs of dataset"

Job = t.Dict[str, t.Any]
Jobs = t.Dict[int, Job]


class Campaign(InventorySteps, RuleBasedStateMachine):
    """The actions of users, their colleagues and the network, and the rules that must always hold."""

    counted: t.ClassVar[collections.Counter[str]] = collections.Counter()

    def __init__(self, wire: Wire, simulator: Simulator) -> None:
        super().__init__()
        self.wire, self.simulator = wire, simulator
        zones = [{"id": zone, "name": name} for zone, name in PLACES.items()]
        limits = {"job_limit": ROOM, "auto_disable_hours": 1e9}
        simulator.reset(zones=zones, hec_tokens=self.first_tokens(), api_tokens=self.api_tokens(), settings=limits)
        self.api = {**SHARED, "api_url": simulator.api_url, "api_token": simulator.api_token}
        self.inventory: dict[str, dict[str, Wish]] = {zone: {} for zone in ZONES}
        # Since the last run without trouble: whether there was any, and whether jobs may exist twice. Misled: a list
        # left out jobs, so a run created some of them again. Then no step changes one of two equal jobs.
        self.is_troubled = self.may_be_double = self.is_misled = False
        self.is_removal = False
        self.named = 0
        self.counted["sequences"] += 1

    # Runs of the user

    @rule(prune=st.booleans(), by_name=st.booleans(), concurrency=st.sampled_from([1, 3]))
    def roll_out(self, prune: bool, by_name: bool, concurrency: int) -> None:
        """Roll out the inventory without trouble."""
        self.settle(self.rollout(prune, by_name, concurrency), prune)

    @rule(trouble=inputs.troubles, prune=st.booleans(), by_name=st.booleans())
    def roll_out_in_trouble(self, trouble: Trouble, prune: bool, by_name: bool) -> None:
        """Roll out the inventory, one zone after the other, because the order of threads would differ between
        runs."""
        self.run(roll_out, self.rollout(prune, by_name, 1), self.limits(prune, trouble), trouble)

    @rule(troubles=st.lists(inputs.troubles, min_size=1, max_size=3), prune=st.booleans(), anew=st.booleans())
    def try_until_it_works(self, troubles: list[Trouble], prune: bool, anew: bool) -> None:
        """Roll out the inventory repeatedly until a run succeeds, even if every job was deleted."""
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
        """Replace a job with one of another kind, with trouble."""
        wish = self.inventory[zone].get(slot)
        if wish and wish.present:
            self.settle(self.rollout(False, False, 1), False)
            self.change_the_kind(zone, slot, "" if wish.options.get("kind") else "edge")
            self.manage_one_job(zone, slot, trouble)

    @rule(override=st.sampled_from([{"enabled": False}, {"state": "absent"}]), trouble=inputs.perhaps_trouble)
    def disable_or_remove_all(self, override: dict[str, t.Any], trouble: Trouble | None) -> None:
        """Disable or remove the jobs of the inventory, without creating any."""
        before = self.jobs()
        if "state" in override:
            # IDs are removed together with the jobs.
            for wish in self.wishes:
                wish.job_id = None
        options = {**self.rollout(False, False, 1), "job_overrides": override, "create": False}
        allowed = self.limits(False, trouble)

        def limits(zone: str, job_id: int, job: Job) -> tuple[set[str], bool]:
            is_meant = allowed(zone, job_id, job)[1]
            if "state" in override:
                return set(), is_meant
            # Requests for absent jobs stay. Duplicates become one job.
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
        """Run the module for the only job of a dataset, without an endpoint."""
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
            # Duplicates count as one job. A list that leaves out the others shows one.
            views = [{**expectations.view(self.before[other]), "enabled": None} for other in candidates]
            is_one = all(view == views[0] for view in views)
            is_only = job_id in candidates and (is_one or bool(trouble and trouble.is_misleading))
            is_meant = (place == zone and job_id in meant) or is_only
            # Duplicates become one job.
            return ({"enabled"} if is_meant else set()), is_meant and self.is_double(job_id)

        self.run(manage_job, options, limits, trouble)

    @rule(trouble=inputs.perhaps_trouble)
    def repair(self, trouble: Trouble | None) -> None:
        """Enable the jobs that Cloudflare disabled."""
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
        """After the faults have stopped, the jobs reach the state that the inventory requests, whatever happened
        before."""
        self.settle(self.rollout(False, False, 1), False)

    # Rules that must hold

    def run(
        self,
        what: t.Callable[..., t.Any],
        options: dict[str, t.Any],
        limits: t.Callable[..., t.Any],
        trouble: Trouble | None,
    ) -> dict[str, t.Any]:
        """Run an operation, in check mode first if there is no trouble, and check its effects. Return its result,
        empty if it was killed."""
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
        """Return the result of a run, which must contain no secret."""
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
        """Start the trouble."""
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
        """End the trouble, and let delayed requests be carried out."""
        if trouble:
            struck = [request["fault"] for request in self.simulator.requests() if request["fault"]]
            self.counted["faults"] += len(struck)
            if {"hang", "delay"} & set(struck):
                time.sleep(0.45)
            self.simulator.set_faults()
            self.simulator.change_settings(job_limit=ROOM, rate_limit_requests=1200)

    def check_bounds(self, before: Jobs, after: Jobs, limits: t.Callable[..., t.Any]) -> None:
        """Fail if a job was deleted that had to stay, or was changed in a way that was not requested."""
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
        """Fail if a requested job existed before the run and no longer exists, and has no successor. If the scope is
        at its job limit, a replacement deletes the old job first."""
        for zone, wish in self.placed_wishes:
            if wish.present and not self.is_removal and self.meant(zone, wish, before):
                assert self.meant(zone, wish, after), f"the job of {wish} is gone: {result}"

    def check_singles(self) -> None:
        """Fail if a job exists twice, except for one that a job of another kind or dataset is replacing."""
        for zone, wish in self.placed_wishes:
            found = [
                tuple(expectations.view(job)[key] for key in IDENTITY)
                for job in self.stored(zone, wish, self.jobs(zone))
            ]
            assert len(found) == len(set(found)), found

    def check_honesty(self, predicted: dict[str, t.Any], result: dict[str, t.Any], before: Jobs, after: Jobs) -> None:
        """Fail if a run without trouble did something that check mode did not predict, or wrote existing values."""
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
            # A job that is written twice was moved to another token and back.
            if job_id in after and written.count(job_id) == 1:
                assert expectations.differences(expectations.view(before[job_id]), expectations.view(after[job_id])), (
                    result
                )

    def settle(self, options: dict[str, t.Any], prune: bool) -> None:
        """Roll out without trouble: once, or twice if there was trouble before. Then every job has its requested
        state, and another run only reads."""
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
            # The user corrects the ID of a deleted job.
            corrected = ZONE_HAS_NO_SUCH_JOB in result.get("msg", "") and self.without_stale_ids()
            corrected |= AMBIGUOUS in result.get("msg", "") and self.without_rivals()
            options = self.rollout(prune, False, 1)
            assert corrected or (self.is_troubled and attempt < 3), (result, wrong)
        if prune:
            for zone, wishes in self.inventory.items():
                jobs = self.jobs(zone)
                kept = [job for job in jobs.values() if expectations.collector(job) == self.here]
                requested = [
                    wish for wish in wishes.values() if wish.present and not self.is_left_alone(zone, wish, jobs)
                ]
                assert len(distinct(kept)) == len(requested) or not wishes, result
        again = self.run(roll_out, options, self.limits(prune), None)
        assert self.writes() == [] and not again["changed"] and not again["failed"], again
        self.is_troubled = self.is_misled = False
        self.may_be_double = any(len(self.stored(zone, wish, self.jobs(zone))) > 1 for zone, wish in self.placed_wishes)

    def wrong(self) -> list[t.Any]:
        """The differences from the inventory."""
        return [wrong for zone, wish in self.placed_wishes if (wrong := self.wrong_with(zone, wish, self.jobs(zone)))]

    def wrong_with(self, zone: str, wish: Wish, jobs: Jobs) -> dict[str, t.Any]:
        """The problem of a requested job: it does not exist exactly once, or is not in the requested state."""
        found = self.stored(zone, wish, jobs)
        if self.is_left_alone(zone, wish, jobs):
            return {}
        if wish.options.get("enabled") is False:
            # Disabling deletes no duplicate.
            found = distinct(found)
        if len(found) != wish.present:
            return {"jobs": found, "wish": wish}
        options = {**wish.options, "dataset": wish.dataset, **({"name": wish.name} if wish.name else {})}
        asked = expectations.wanted(options, self.simulator.hec_endpoint, self.token)
        return expectations.misses(asked, expectations.view(found[0])) if found else {}

    def is_left_alone(self, zone: str, wish: Wish, jobs: Jobs) -> bool:
        """Return whether a job is requested that is disabled and does not exist, beside jobs of others that the request could mean:
        then none is created."""
        others = [job for job in jobs.values() if job["zone"] == zone and job["dataset"] == wish.dataset]
        is_off = wish.present and wish.name is None and wish.options.get("enabled") is False
        return is_off and any(map(expectations.is_splunk, others)) and not self.stored(zone, wish, jobs)

    def limits(
        self, prune: bool, trouble: Trouble | None = None, only: list[Wish] | None = None
    ) -> t.Callable[[str, int, Job], tuple[set[str], bool]]:
        """Return the changes that a run of the inventory may make to a job: the fields, and whether it may delete the
        job."""
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
            # A job is converted only if it is selected by name or ID.
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
        """Fail if something failed for another reason than that Cloudflare cannot deliver."""
        reasons = [entry["msg"] for entry in result["results"] if entry["failed"]]
        assert all("destination" in reason for reason in reasons), reasons

    # Existing jobs

    @property
    def collector(self) -> dict[str, str]:
        """The options of every job."""
        return {"endpoint": self.simulator.hec_endpoint, "hec_token": self.token}

    def rollout(self, prune: bool, by_name: bool, concurrency: int) -> dict[str, t.Any]:
        """Return the options of a rollout of the inventory."""
        zones = self.entries(lambda wish: True, by_name)
        job_defaults = {"job_defaults": self.collector}
        # Without any job, there is no collector either.
        return {**self.api, "concurrency": concurrency, "zones": zones, "prune": prune and bool(zones), **job_defaults}

    def entries(self, is_chosen: t.Callable[[Wish], bool], by_name: bool = False) -> list[dict[str, t.Any]]:
        """Return the entries of C(zones) with some requests."""
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
        """Select the jobs whose IDs no longer exist by their names. Return whether there were any."""
        stale = [wish for zone, wish in self.placed_wishes if wish.job_id and wish.job_id not in self.jobs(zone)]
        for wish in stale:
            wish.job_id = None
        return bool(stale)

    def without_rivals(self) -> bool:
        """Delete jobs that the user does not want beside another one. Return whether there were any."""
        rivals: set[int] = set()
        for zone, wish in self.placed_wishes:
            rivals.update(sorted(self.meant(zone, wish, self.jobs()))[1:])
        for job_id in rivals:
            self.delete(job_id)
        return bool(rivals)

    def is_double(self, job_id: int) -> bool:
        """Return whether an equal job existed before the run."""
        views = [(job["zone"], {**expectations.view(job), "enabled": None}) for job in self.before.values()]
        job = self.before[job_id]
        return views.count((job["zone"], {**expectations.view(job), "enabled": None})) > 1

    def check_invariants(self, *args: t.Any, **more: t.Any) -> None:
        """Counts the steps."""
        self.counted["steps"] += 1
        super().check_invariants(*args, **more)


def distinct(jobs: list[Job]) -> list[Job]:
    """Return one of each number of jobs that are equal, apart from whether they are enabled."""
    found: list[Job] = []
    for job in jobs:
        views = [{**expectations.view(each), "enabled": None} for each in found]
        if {**expectations.view(job), "enabled": None} not in views:
            found.append(job)
    return found


def without_reports(jobs: Jobs) -> Jobs:
    """Return jobs without what they report of their deliveries."""
    return {job_id: {key: job[key] for key in job if key not in REPORTED} for job_id, job in jobs.items()}


def test_campaign(wire_and_simulator: tuple[Wire, Simulator]) -> None:
    campaign = functools.partial(Campaign, *wire_and_simulator)
    run_sequences(campaign, short=Size(12, 25), deep=Size(500, 40), counted=Campaign.counted)
